"""How files leave the inbox: to the archive, or for good; if they are still the very ones that were read."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watcher.inbox.leaving import OtherError, check, leave
from watcher.inbox.look import is_inside
from watcher.inbox.rehouse import parts_of, rehouse
from watcher.model import FileFacts

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


def delete(root: Path, file: FileFacts) -> Moved | Changed | Kept:
    """Delete a file of the inbox, if it is still the very one that was read."""
    return take_out(root, file, lambda source: leave(source, file))


def archive(root: Path, file: FileFacts, to: Path) -> Moved | Changed | Kept:
    """Move a file of the inbox to the same folders below `to`, if it is still the very one that was read."""
    return take_out(root, file, lambda source: rehouse(source, file, to))


def take_out(root: Path, file: FileFacts, put: Callable[[Path], Path | None]) -> Moved | Changed | Kept:
    """Has `put` take the file out of the inbox, which returns where it lies then."""
    try:
        return Moved(put(_source(root, file)))
    except OtherError:
        return Changed()
    except OSError as error:
        if isinstance(error, _GONE) and root.is_dir() and not os.path.lexists(root / file.path):
            return Moved(None)
        return Kept(error.strerror or type(error).__name__)


def _source(root: Path, file: FileFacts) -> Path:
    """Where the file lies. Raises OSError if that is outside the inbox, OtherError if it is not the one read."""
    source = root.joinpath(*parts_of(file.path))
    if not is_inside(str(root), str(source.parent / "x")):
        raise OSError(errno.EXDEV, "it lies outside the inbox")
    check(source.stat(), file)
    return source
