"""Where files go afterwards: the archive, the quarantine, or nowhere. Nothing is overwritten, nothing is changed.

A file gets its new name first and loses the old one then: after a kill between the two, the next try finds it there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from watcher.inbox.look import is_inside
from watcher.model import FileFacts

_LONGEST_NAME = 200  # bytes; 255 is the limit, and "-1" and ".reason.txt" are to find room
_LONGEST_REASON = 500
_NOTE = ".reason.txt"  # beside a file in quarantine
_NUMBER = re.compile(r"-[0-9]+(?=(?:\.[^./]*)?\Z)")
_GONE = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True)
class Moved:
    """The file has left the inbox; `path` is where it lies now, None if it was deleted, by us or by others."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class Changed:
    """The file is another one by now, which stays and will be read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The file stays where it is, and why."""

    reason: str


class _OtherError(Exception):
    """What lies there is not the file that was read."""


def delete(root: Path, file: FileFacts) -> Moved | Changed | Kept:
    """Delete a file of the inbox, if it is still the very one that was read."""
    return _take_out(root, file, Path.unlink)


def archive(root: Path, file: FileFacts, to: Path) -> Moved | Changed | Kept:
    """Move a file of the inbox to the same folders below `to`, if it is still the very one that was read."""
    return _take_out(root, file, lambda source: _rehouse(source, file, to))


def quarantine(root: Path, file: FileFacts, reason: str, to: Path) -> Moved | Changed | Kept:
    """As `archive`, with the reason in a text file of the same name and ".reason.txt" beside it."""
    note = f"{printable(reason)}\nfile: {printable(file.path)}\nsize: {file.size} bytes\n".encode()
    return _take_out(root, file, lambda source: _rehouse(source, file, to, note))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file in quarantine: its path below it, why it is there and `at` what time it came, in UTC milliseconds; `file`
    is where it lay in the inbox, as near as that can be told."""

    path: str
    file: str
    reason: str
    size: int
    at: int


def quarantined(folder: Path) -> Iterator[Quarantined]:
    """The files in a quarantine, by their paths; what has no reason beside it was not put there by us."""
    for note in sorted(folder.rglob(f"*{_NOTE}")):
        path = note.with_name(note.name.removesuffix(_NOTE))
        try:
            status, at = path.lstat(), note.stat().st_mtime_ns // 1_000_000
            reason, *lines = note.read_text("utf-8", "replace").splitlines()
        except (OSError, ValueError):  # moved by hand, or no note of ours
            continue
        if stat.S_ISREG(status.st_mode):
            below = path.relative_to(folder).as_posix()
            said = next((line.removeprefix("file: ") for line in lines if line.startswith("file: ")), "")
            yield Quarantined(below, _came_from(below, said), reason, status.st_size, at)


def put_back(folder: Path, one: Quarantined, root: Path) -> Path:
    """Move a file of a quarantine back into the inbox, under the first of its names that is free. Raises OSError."""
    source = folder.joinpath(*_parts(one.path))
    status = source.lstat()
    target = _rehouse(source, FileFacts(one.file, status.st_size, status.st_mtime_ns), root)
    source.with_name(f"{source.name}{_NOTE}").unlink(missing_ok=True)
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


# ── out of the inbox ─────────────────────────────────────────────────────────────────────────────


def _take_out(root: Path, file: FileFacts, put: Callable[[Path], Path | None]) -> Moved | Changed | Kept:
    try:
        return Moved(put(_source(root, file)))
    except _OtherError:
        return Changed()
    except OSError as error:
        if isinstance(error, _GONE) and root.is_dir() and not os.path.lexists(root / file.path):
            return Moved(None)
        return Kept(error.strerror or type(error).__name__)


def _source(root: Path, file: FileFacts) -> Path:
    """Where the file lies. Raises OSError if that is outside the inbox, _OtherError if it is not the one read."""
    source = root.joinpath(*_parts(file.path))
    if not is_inside(str(root), str(source.parent / "x")):
        raise OSError(errno.EXDEV, "it lies outside the inbox")
    _check(source.stat(), file)
    return source


def _check(status: os.stat_result, file: FileFacts) -> None:
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        raise _OtherError


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise OSError(errno.EINVAL, "it has no path inside the inbox")
    return parts


# ── to a new place ───────────────────────────────────────────────────────────────────────────────


def _rehouse(source: Path, file: FileFacts, to: Path, note: bytes | None = None) -> Path:
    """Move the file below `to`, under the first of its names that is free or that an earlier try gave it."""
    *folders, name = _parts(file.path)
    folder = to
    for part in folders:
        folder = _folder(folder, part)
    folder.mkdir(parents=True, exist_ok=True)
    status = source.lstat()
    draft = folder / f".{status.st_dev:x}-{status.st_ino:x}.part"  # the same in each try, so that none is left over
    for number in count():
        target = folder / _numbered(name, number)
        if _is_there(source, target, file):
            draft.unlink(missing_ok=True)
            _sync(folder)
            _leave(source, file)
            return target
        if not os.path.lexists(target) and _move(source, target, file, draft, note):
            return target
    raise AssertionError("unreachable")


def _move(source: Path, target: Path, file: FileFacts, draft: Path, note: bytes | None) -> bool:
    """Give the file this name, and before that its reason beside it; False if one of the two names is taken.

    A move that fails leaves nothing behind.
    """
    with contextlib.ExitStack() as undo:
        if note is not None:
            beside = target.with_name(f"{target.name}{_NOTE}")
            if not _write(note, beside, draft):
                return False
            undo.callback(beside.unlink)
        if not (_link(source, target) or _copy(source, target, file, draft)):
            return False
        undo.callback(target.unlink)
        _leave(source, file)
        undo.pop_all()
    return True


def _leave(source: Path, file: FileFacts) -> None:
    """Take the old name away, if it has not become another file's meanwhile."""
    _check(source.stat(), file)
    source.unlink()


def _is_there(source: Path, target: Path, file: FileFacts) -> bool:
    """Whether an earlier try gave the file this name: it is the same one, or a copy with its time and its bytes."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(status.st_mode) or (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        return False
    return target.samefile(source) or _digest(target) == _digest(source)


def _digest(path: Path) -> bytes:
    with _reading(path) as read:
        return hashlib.file_digest(read, "sha256").digest()


def _link(source: Path, target: Path) -> bool:
    """A second name for the file on the same file system, which replaces nothing; False if it cannot have one.

    Not synced: what one journal holds of link and removal it holds in their order, and fsync would cost 3 ms for 0.02.
    """
    if source.is_symlink():  # it is to leave as what it leads to
        return False
    try:
        os.link(source, target)
    except OSError:  # another file system, one without hard links, or a file of somebody else's: a copy can tell
        return False
    return True


def _copy(source: Path, target: Path, file: FileFacts, draft: Path) -> bool:
    """Copy under a hidden name, and have bytes and new name on disk before the original goes."""
    try:
        with _reading(source) as read, _drafting(draft) as written:
            shutil.copyfileobj(read, written)
            _check(os.fstat(read.fileno()), file)
        os.utime(draft, ns=(file.mtime_ns, file.mtime_ns))
        if not _name(draft, target):
            return False
        _sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _write(note: bytes, beside: Path, draft: Path) -> bool:
    """Write the reason; False if the name is another's. One that a killed try left, or the last time, is ours."""
    try:
        with _drafting(draft) as written:
            written.write(note)
        return _name(draft, beside) or (beside.stat().st_size == len(note) and beside.read_bytes() == note)
    finally:
        draft.unlink(missing_ok=True)


def _name(draft: Path, target: Path) -> bool:
    """Give a draft its name; False if the name is taken."""
    try:
        try:
            os.link(draft, target)
        except FileExistsError:
            raise
        except OSError:  # no hard links here (FAT, some network mounts): hold the name, then replace what holds it
            target.touch(exist_ok=False)
            draft.replace(target)
    except FileExistsError:
        return False
    return True


def _reading(path: Path) -> io.BufferedReader:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")  # a pipe put in its place would block


@contextlib.contextmanager
def _drafting(draft: Path) -> Iterator[io.BufferedWriter]:
    """A new file that is on disk at the end. What a killed try left may be a second name of a file in its place: it is
    removed, not written over."""
    draft.unlink(missing_ok=True)
    with draft.open("xb") as written:
        yield written
        written.flush()
        os.fsync(written.fileno())


def _folder(parent: Path, name: str) -> Path:
    """The folder of this name, made if need be; with a number if a file bears the name."""
    for number in count():
        folder = parent / _numbered(name, number)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True, exist_ok=True)
            return folder
    raise AssertionError("unreachable")


def _numbered(name: str, number: int) -> str:
    """a.txt, a-1.txt, a-2.txt; a name too long for what is added is cut, in bytes as file systems count."""
    split = PurePosixPath(name)
    stem, ext = (split.stem, split.suffix) if len(os.fsencode(split.suffix)) <= 20 else (name, "")
    raw = os.fsencode(stem)[: _LONGEST_NAME - len(os.fsencode(ext))]
    return f"{os.fsdecode(raw)}{f'-{number}' if number else ''}{ext}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
