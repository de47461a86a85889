"""The file channel: one JSON object a line, appended and synced."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from stat import S_ISREG

from watcher.channels.base import NO_SUCH_TARGET, Surroundings, Target
from watcher.message import Failed, Message, Progress, Retry, SendOutcome, Sent
from watcher.phrase import Phrase
from watcher.render import record
from watcher.rules.spec import ChannelSpec

KEY = "file"

# JSON escapes the first 32 characters itself. These it may leave, and a terminal that shows the file
# obeys some of them and readers of lines break at others; lone surrogates cannot be written at all.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class JsonLines:
    """Appends to one file, which it creates (its folder must exist). A message may stand there twice
    after a crash, under the same `message`; a line cut by a crash is left alone and a new one begun."""

    targets = (Target(KEY),)
    unconfigured = None

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    @staticmethod
    def handles(spec: ChannelSpec) -> bool:
        return spec.file is not None

    @staticmethod
    def open(spec: ChannelSpec, _surroundings: Surroundings) -> JsonLines:
        assert spec.file is not None
        return JsonLines(spec.name, Path(spec.file))

    def send(self, target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:  # noqa: ARG002
        """Append `message` and wait until it is on disk; no space or no permission may pass."""
        if target_key != KEY:
            return Failed(NO_SUCH_TARGET)
        line = _line(message)
        try:
            self._append(line)
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            return Retry(Phrase("cannot write {file}: {why}", file=self._path.name, why=why))
        except ValueError:  # of a path with NUL or a lone surrogate, which no disk has: it would never pass
            return Failed(
                Phrase("the channel's file has a name that no file can have; write another in the rules file")
            )
        return Sent()

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            state = os.fstat(descriptor)
            if not S_ISREG(state.st_mode):
                raise OSError(0, "it is not a regular file")
            if state.st_size and os.pread(descriptor, 1, state.st_size - 1) != b"\n":
                line = b"\n" + line
            if (written := os.write(descriptor, line)) != len(line):
                if os.fstat(descriptor).st_size == state.st_size + written:  # nobody else has written behind it
                    os.ftruncate(descriptor, state.st_size)
                raise OSError(0, "only a part was written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if not state.st_size:
            _sync_folder(self._path.parent)


def _sync_folder(folder: Path) -> None:
    """A new file outlives a power cut only once its folder is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(message: Message) -> bytes:
    text = json.dumps(record(message), ensure_ascii=False)
    return (_UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text) + "\n").encode()
