"""The quarantine: files that could not be read, each with its reason beside it, and the way back."""

from __future__ import annotations

import errno
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.inbox.leaving import OtherError, remove
from watcher.inbox.moves import Changed, Kept, Moved, take_out
from watcher.inbox.rehouse import NOTE, parts_of, rehouse
from watcher.model import FileFacts, state_of

_LONGEST_REASON = 500
_NUMBER = re.compile(r"-[0-9]+(?=(?:\.[^./]*)?\Z)")


def quarantine(root: Path, file: FileFacts, reason: str, to: Path) -> Moved | Changed | Kept:
    """As `archive`, with the reason in a text file of the same name and ".reason.txt" beside it."""
    lines = printable(reason), f"file: {printable(file.path)}", f"size: {file.size} bytes", f"id: {file.id}", ""
    note = "\n".join(lines).encode()
    return take_out(root, file, lambda source: rehouse(source, file, to, note))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file in quarantine: its path below it, why it is there and `at` what time it came, in UTC milliseconds; `file`
    is where it lay in the inbox, as near as that can be told. The `id` is that of its notice, "" where an older Watcher
    put it there; mending the file leaves it."""

    path: str
    file: str
    reason: str
    size: int
    at: int
    id: str


def quarantined(folder: Path) -> Iterator[Quarantined]:
    """The files in a quarantine, by their paths; what has no reason beside it was not put there by us."""
    for note in sorted(folder.rglob(f"*{NOTE}")):
        path = note.with_name(note.name.removesuffix(NOTE))
        try:
            status, at = path.lstat(), note.stat().st_mtime_ns // 1_000_000
            reason, *lines = note.read_text("utf-8", "replace").splitlines()
        except (OSError, ValueError):  # moved by hand, or no note of ours
            continue
        if stat.S_ISREG(status.st_mode):
            below = path.relative_to(folder).as_posix()
            came_from = _came_from(below, _said("file", lines))
            yield Quarantined(below, came_from, reason, status.st_size, at, _said("id", lines))


def _said(key: str, lines: Sequence[str]) -> str:
    return next((line.removeprefix(f"{key}: ") for line in lines if line.startswith(f"{key}: ")), "")


def put_back(folder: Path, one: Quarantined, root: Path) -> Path:
    """Move a file of a quarantine back into the inbox, under the first of its names that is free. Raises OSError."""
    source = folder.joinpath(*parts_of(one.path))
    status = source.lstat()
    try:
        target = rehouse(source, FileFacts(one.file, *state_of(status)), root, leave=remove)
    except OtherError:
        raise OSError(errno.EBUSY, "it was changed just then") from None
    source.with_name(f"{source.name}{NOTE}").unlink(missing_ok=True)
    return target


def _came_from(below: str, said: str) -> str:
    """The path in the inbox: the note has it on one printable line, the place where the file lies has its very bytes,
    perhaps with a number."""
    for name in (below, _NUMBER.sub("", below)):
        if printable(name) == said:
            return name
    return (
        said if said and printable(said) == said and all(p not in ("", ".", "..") for p in said.split("/")) else below
    )


def printable(text: str) -> str:
    """The text on one line, without control and direction characters, cut at 500: a reason may quote a hostile file."""
    kept = (char if unicodedata.category(char)[0] != "C" else " " for char in text[: 4 * _LONGEST_REASON])
    line = " ".join("".join(kept).split())
    return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 1]}…"
