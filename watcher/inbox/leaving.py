"""How a file loses its name in the inbox: under a hidden one, so that what a sender puts in its place stays."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from watcher.inbox.names import why_not
from watcher.model import FileFacts, state_of

_LEAVING = ".leaving-"  # with a mark before the name of a file, for the moment in which it leaves


class OtherError(Exception):
    """What lies there is not the file that was read."""


def leave(source: Path, file: FileFacts) -> None:
    """Take the old name away, if it has not become another file's meanwhile: looked at under a hidden name, so that
    nothing which a sender renames over it comes between look and removal. A kill in between is the next scan's."""
    aside = source.with_name(leaving(source.name))
    try:
        source.rename(aside)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        aside = source
    try:
        remove(aside, file)
    except (OtherError, OSError):
        put_back(aside)
        raise


def remove(source: Path, file: FileFacts) -> None:
    """As `leave`, where no sender writes."""
    check(source.stat(), file)
    source.unlink()


def check(status: os.stat_result, file: FileFacts) -> None:
    """Raises OtherError where this is not the file that was read, as it was then."""
    if state_of(status) != (file.size, file.mtime_ns):
        raise OtherError


def known_as(name: str) -> str:
    """The name that a file of the inbox has when it is not leaving: one that is read, for no other ever leaves."""
    known = name[len(leaving("")) :]
    return known if known and name == leaving(known) and not why_not(known) else name


def leaving(name: str) -> str:
    """The hidden name, with a mark that no sender's own hidden file bears by chance."""
    return f"{_LEAVING}{hashlib.sha256(os.fsencode(name)).hexdigest()[:12]}-{name}"


def put_back(aside: Path) -> None:
    """Give a file that was leaving its name back; if that is another's by now, its sender has written over it."""
    source = aside.with_name(known_as(aside.name))
    if source == aside:
        return
    try:
        os.link(aside, source, follow_symlinks=False)
    except FileExistsError:
        pass
    except OSError:  # no hard links here
        if not os.path.lexists(source):
            aside.rename(source)
            return
    aside.unlink()
