"""The console channel: alerts on the terminal, with the words that matched in bold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TextIO

from rich.console import Console as Terminal
from rich.padding import Padding
from rich.text import Text

from watcher.channels.base import NO_SUCH_TARGET, Surroundings, Target
from watcher.message import Digest, Failed, Message, Notice, Progress, Retry, SendOutcome, Sent
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.render import Composed, Paragraph, Piece, Reader, compose
from watcher.render.pieces import Mark
from watcher.rules.spec import ChannelSpec

KEY = "console"
INDENT = 2
_STYLES = {
    Level.INFORMATIONAL: "dim",
    Level.LOW: "cyan",
    Level.MEDIUM: "yellow",
    Level.HIGH: "bold red",
    Level.CRITICAL: "bold white on red",
}

_MARKS: Mapping[Mark, str] = {"": "", "hit": "bold yellow", "strong": "bold", "link": "cyan", "faint": "dim"}


class Console:
    """Writes each message as a short block. Without a terminal: no colours, no wrapping, hits as **hits**."""

    targets = (Target(KEY),)
    unconfigured = None

    def __init__(self, spec: ChannelSpec, stdout: TextIO) -> None:
        self.name = spec.name
        self._spec = spec
        self._stdout = stdout
        self._terminal = Terminal(file=stdout, highlight=False, markup=False, emoji=False)

    @staticmethod
    def handles(spec: ChannelSpec) -> bool:
        return spec.console

    @staticmethod
    def open(spec: ChannelSpec, surroundings: Surroundings) -> Console:
        return Console(spec, surroundings.stdout)

    def send(self, target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:  # noqa: ARG002
        """Write and flush. A terminal that is gone is trouble for now: somebody may restart it."""
        if target_key != KEY:
            return Failed(NO_SUCH_TARGET)
        try:
            with self._terminal.capture() as captured:
                self._write(message, Reader(now, self._spec.timezone, self._spec.language))
            self._stdout.write(self._encodable(captured.get()))
            self._stdout.flush()
        except (OSError, ValueError) as trouble:  # ValueError: the stream is closed
            reason = trouble.strerror if isinstance(trouble, OSError) else None
            return Retry(Phrase("cannot write to the terminal: {why}", why=reason or Phrase("it is closed")))
        return Sent()

    def _write(self, message: Message, reader: Reader) -> None:
        composed = compose(message, reader)
        level = (composed.level, _STYLES[message.content.level])
        self._line(Text.assemble(level, "  ", (composed.headline, "bold")), 0)
        for number, paragraph in enumerate(_below(message, composed)):
            if number and isinstance(message.content, Digest):  # the only one that is too long for one block
                self._terminal.print()
            for line in filter(None, paragraph):
                self._line(Text.assemble(*map(self._piece, line)), INDENT)
        self._terminal.print()

    def _piece(self, piece: Piece) -> Text:
        if piece.mark == "hit" and self._terminal.color_system is None:
            return Text(f"**{piece.text}**")
        return Text(piece.text, style=_MARKS[piece.mark])

    def _line(self, text: Text, indent: int) -> None:
        if self._terminal.is_terminal:
            self._terminal.print(Padding(text, (0, 0, 0, indent)) if indent else text)
        else:
            self._terminal.print(Text(" " * indent) + text, soft_wrap=True)

    def _encodable(self, text: str) -> str:
        """A terminal of an old encoding shows "?" for what it does not know."""
        encoding = self._stdout.encoding or "utf-8"
        return text.encode(encoding, "replace").decode(encoding)


def _below(message: Message, composed: Composed) -> Iterator[Paragraph]:
    """What stands below the head: the id of a notice is for services."""
    if isinstance(message.content, Notice):
        text, foot = composed.paragraphs
        yield from (text, foot[:1])
    else:
        yield from composed.paragraphs
