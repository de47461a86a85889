"""The console channel: alerts on the terminal, with the words that matched in bold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from rich.console import Console as Terminal
from rich.padding import Padding
from rich.text import Text

from watcher import render
from watcher.channels.base import NO_SUCH_TARGET, Surroundings, Target
from watcher.message import Failed, Message, MessageKind, Notice, Retry, SendOutcome, Sent
from watcher.model import Alert, Level
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


class Console:
    """Writes each message as a short block. Without a terminal: no colours, no wrapping, hits as **hits**."""

    targets = (Target(KEY),)
    unconfigured = None

    def __init__(self, name: str, stdout: TextIO, timezone: str) -> None:
        self.name = name
        self._stdout = stdout
        self._timezone = timezone
        self._terminal = Terminal(file=stdout, highlight=False, markup=False, emoji=False)

    @staticmethod
    def handles(spec: ChannelSpec) -> bool:
        return spec.console

    @staticmethod
    def open(spec: ChannelSpec, surroundings: Surroundings) -> Console:
        return Console(spec.name, surroundings.stdout, spec.timezone)

    def send(self, target_key: str, message: Message) -> SendOutcome:
        """Write and flush. A terminal that is gone is trouble for now: somebody may restart it."""
        if target_key != KEY:
            return Failed(NO_SUCH_TARGET)
        try:
            with self._terminal.capture() as captured:
                self._write(message)
            self._stdout.write(self._encodable(captured.get()))
            self._stdout.flush()
        except (OSError, ValueError) as trouble:  # ValueError: the stream is closed
            reason = trouble.strerror if isinstance(trouble, OSError) else None
            return Retry(f"cannot write to the terminal: {reason or 'it is closed'}")
        return Sent()

    def _write(self, message: Message) -> None:
        content = message.content
        level = "TEST" if message.kind is MessageKind.SAMPLE else content.level.value.upper()
        head = Text.assemble((level, _STYLES[content.level]), "  ", (render.headline(content), "bold"))
        self._line(head, 0)
        for line in self._alert(content) if isinstance(content, Alert) else self._notice(content):
            self._line(line, INDENT)
        self._terminal.print()

    def _alert(self, alert: Alert) -> Iterator[Text]:
        yield Text(render.rule_line(alert))
        if alert.correlated is None:
            yield Text(" · ".join(filter(None, (render.dateline(alert, self._timezone), render.address(alert)))))
        for sentence in render.excerpts(alert):
            yield Text.assemble(*(self._piece(piece) for piece in sentence))
        for line in render.article_lines(alert.correlated, self._timezone) if alert.correlated else ():
            yield Text(line)
        yield Text(f"alert {alert.id}", style="dim")

    def _notice(self, notice: Notice) -> Iterator[Text]:
        # The first line is the head already.
        for line in notice.text[: render.NOTICE_LIMIT].splitlines()[1:]:
            yield Text(render.clean(line))
        yield Text(f"watcher: {notice.event}", style="dim")

    def _piece(self, piece: render.Piece) -> Text:
        if not piece.hit:
            return Text(piece.text)
        coloured = self._terminal.color_system is not None
        return Text(piece.text, style="bold yellow") if coloured else Text(f"**{piece.text}**")

    def _line(self, text: Text, indent: int) -> None:
        if self._terminal.is_terminal:
            self._terminal.print(Padding(text, (0, 0, 0, indent)) if indent else text)
        else:
            self._terminal.print(Text(" " * indent) + text, soft_wrap=True)

    def _encodable(self, text: str) -> str:
        """A terminal of an old encoding shows "?" for what it does not know."""
        encoding = self._stdout.encoding or "utf-8"
        return text.encode(encoding, "replace").decode(encoding)
