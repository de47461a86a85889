"""A file's new place, on this file system or another: nothing is overwritten, nothing is changed.

A file gets its new name first and loses the old one then: after a kill between the two, the next try finds it there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path, PurePosixPath

from watcher.inbox.leaving import check, leave
from watcher.model import FileFacts, state_of

_LONGEST_NAME = 200  # bytes; 255 is the limit, and "-1" and ".reason.txt" are to find room
NOTE = ".reason.txt"  # beside a file in quarantine


def rehouse(
    source: Path,
    file: FileFacts,
    to: Path,
    note: bytes | None = None,
    leave: Callable[[Path, FileFacts], None] = leave,
) -> Path:
    """Move the file below `to`, under the first of its names that is free or that an earlier try gave it."""
    *folders, name = parts_of(file.path)
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
            leave(source, file)
            return target
        if not os.path.lexists(target) and _move(source, target, file, draft, note, leave):
            return target
    raise AssertionError("unreachable")


def parts_of(path: str) -> list[str]:
    """The folders of a path of the inbox, and its name. Raises OSError where it leads out of it."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise OSError(errno.EINVAL, "it has no path inside the inbox")
    return parts


def _move(
    source: Path,
    target: Path,
    file: FileFacts,
    draft: Path,
    note: bytes | None,
    leave: Callable[[Path, FileFacts], None],
) -> bool:
    """Give the file this name, and before that its reason beside it; False if one of the two names is taken.

    A move that fails leaves nothing behind.
    """
    with contextlib.ExitStack() as undo:
        if note is not None:
            beside = target.with_name(f"{target.name}{NOTE}")
            if not _write(note, beside, draft):
                return False
            undo.callback(beside.unlink)
        if not (_link(source, target) or _copy(source, target, file, draft)):
            return False
        undo.callback(target.unlink)
        leave(source, file)
        undo.pop_all()
    return True


def _is_there(source: Path, target: Path, file: FileFacts) -> bool:
    """Whether an earlier try gave the file this name: it is the same one, or a copy with its time and its bytes."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(status.st_mode) or state_of(status) != (file.size, file.mtime_ns):
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
            check(os.fstat(read.fileno()), file)
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
