"""Where files go afterwards: the archive, the quarantine, or nowhere. Nothing is overwritten, nothing is changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from watcher.inbox.look import is_inside
from watcher.model import FileFacts

_LONGEST_NAME = 200  # bytes; 255 is the limit, and "-1" and ".reason.txt" are to find room
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """The file has left the inbox; `path` is where it lies now, None if it was deleted."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class Kept:
    """The file stays where it is, and why."""

    reason: str


def delete(root: Path, file: FileFacts) -> Moved | Kept:
    """Delete a file of the inbox, if it is still the very one that was read."""
    try:
        _source(root, file).unlink()
    except OSError as error:
        return Kept(_why(error))
    return Moved(None)


def archive(root: Path, file: FileFacts, to: Path) -> Moved | Kept:
    """Move a file of the inbox to the same folders below `to`, if it is still the very one that was read."""
    try:
        source = _source(root, file)
        with _reserve(to, file.path) as target:
            _move(source, target, file)
    except OSError as error:
        return Kept(_why(error))
    return Moved(target)


def quarantine(root: Path, file: FileFacts, reason: str, to: Path) -> Moved | Kept:
    """As `archive`, with the reason in a text file of the same name and ".reason.txt" beside it."""
    try:
        source = _source(root, file)
        with _reserve(to, file.path, beside=".reason.txt") as target:
            note = target.with_name(f"{target.name}.reason.txt")
            note.write_text(f"{printable(reason)}\nfile: {printable(file.path)}\nsize: {file.size} bytes\n", "utf-8")
            _move(source, target, file)
    except OSError as error:
        return Kept(_why(error))
    return Moved(target)


def printable(text: str) -> str:
    """The text on one line, without control and direction characters, cut at 500: a reason may quote a hostile file."""
    kept = (char if unicodedata.category(char)[0] != "C" else " " for char in text[: 4 * _LONGEST_REASON])
    line = " ".join("".join(kept).split())
    return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 1]}…"


def _source(root: Path, file: FileFacts) -> Path:
    """Where the file lies. Raises OSError if it is not the one that was read, or lies outside the inbox."""
    source = root.joinpath(*_parts(file.path))
    if not is_inside(str(root), str(source.parent / "x")):
        raise OSError(errno.EXDEV, "it lies outside the inbox")
    _check(source.stat(), file)
    return source


def _check(status: os.stat_result, file: FileFacts) -> None:
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        raise OSError(errno.ESTALE, "it changed since it was read")


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise OSError(errno.EINVAL, "it has no path inside the inbox")
    return parts


@contextlib.contextmanager
def _reserve(to: Path, path: str, beside: str = "") -> Iterator[Path]:
    """A new name for `path` below `to`, held by an empty file that is removed if the move fails.

    A rename replaces what is there: a name that we made ourselves, alone, is the one that it may replace.
    """
    *folders, name = _parts(path)
    folder = to
    for part in folders:
        folder = _folder(folder, part)
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        target = folder / _numbered(name, number)
        held = [target, target.with_name(target.name + beside)] if beside else [target]
        if _hold(held):
            break
    try:
        yield target
    except BaseException:
        for taken in held:
            taken.unlink(missing_ok=True)
        raise


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


def _hold(paths: list[Path]) -> bool:
    """Make all of these as new, empty files; False if one is there already."""
    made: list[Path] = []
    for path in paths:
        try:
            path.touch(exist_ok=False)
        except OSError as error:
            for other in made:
                other.unlink()
            if isinstance(error, FileExistsError):
                return False
            raise
        made.append(path)
    return True


def _move(source: Path, target: Path, file: FileFacts) -> None:
    """Rename, or copy and delete: to another file system, and what a symbolic link leads to."""
    if not source.is_symlink():
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return
    _copy(source, target, file)
    source.unlink()


def _copy(source: Path, target: Path, file: FileFacts) -> None:
    """Copy, and make sure that bytes and name are on disk before the original goes."""
    # a pipe put in the file's place would block the opening
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NONBLOCK), "rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written)
        _check(os.fstat(read.fileno()), file)
        written.flush()
        os.fsync(written.fileno())
    os.utime(target, ns=(file.mtime_ns, file.mtime_ns))
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
