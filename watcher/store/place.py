"""Where the store lies on disk, and what its failures mean: trouble to wait out, or a store that cannot be used."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreError, Trouble
from watcher.phrase import Phrase

_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENODEV, errno.ESTALE}
_TROUBLES = {
    sqlite3.SQLITE_BUSY: Phrase("the store is locked by another process"),
    sqlite3.SQLITE_LOCKED: Phrase("the store is locked"),
    sqlite3.SQLITE_FULL: Phrase("no space left for the store"),
    sqlite3.SQLITE_READONLY: Phrase("the store is read-only"),
    sqlite3.SQLITE_IOERR: Phrase("the store's disk fails"),
    sqlite3.SQLITE_CANTOPEN: Phrase("the store cannot be opened"),
    sqlite3.SQLITE_PERM: Phrase("the store may not be read"),
    sqlite3.SQLITE_PROTOCOL: Phrase("the store is locked"),
}
_LEAST_FREE = 100_000  # bytes: what one batch of articles takes
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def database_troubles() -> Iterator[None]:
    """Turns what the database says of its place into Trouble, and damage into StoreError; the rest is a bug and passes.

    Neither text names a statement's values: those are an article's own words.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the family: IOERR of IOERR_FSYNC
        if code in _TROUBLES:
            raise Trouble(Phrase("{what} ({cause})", what=_TROUBLES[code], cause=str(cause))) from error
        if code in _DAMAGED:
            raise StoreError(f"the store is damaged ({cause}); a copy may be in its backups folder") from error
        raise


@contextmanager
def folder_troubles() -> Iterator[None]:
    """Turns an OSError of the state folder into Trouble where it may pass, and into StoreError where it will not."""
    try:
        yield
    except OSError as error:
        why = Phrase(
            "{why}: {file}",
            why=error.strerror or Phrase("input/output error"),
            file=str(error.filename) if error.filename else Phrase("the state folder"),
        )
        raise (Trouble(why) if error.errno in _PASSING else StoreError(why)) from error


def why_unwritable(folder: Path) -> str:
    """What keeps a state folder from being written to, "" if nothing: where the daemon cannot write, it cannot leave
    word of it there."""
    try:
        found = os.statvfs(folder)
    except OSError as error:
        return f"the state folder: {error.strerror}"
    if found.f_flag & os.ST_RDONLY:
        return "the state folder is read-only"
    free = found.f_bavail * found.f_frsize
    return f"no space left in the state folder ({free:,} bytes free)" if free < _LEAST_FREE else ""


def private_folder(folder: Path) -> None:
    """Makes the folder for its owner alone; one that is there keeps its rights. Raises Trouble or StoreError."""
    with folder_troubles():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def private_file(path: Path, *, new: bool = False) -> None:
    """Makes an empty file for its owner alone, unless it is there (`new`: which is an error). Raises as above."""
    with folder_troubles():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | (os.O_EXCL if new else 0), 0o600))
