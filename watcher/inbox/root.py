"""The root of the inbox: whether it is there, whether it is still the same, and how it is watched."""

from __future__ import annotations

import os
from enum import Enum, auto
from pathlib import Path

from watcher.errors import Trouble
from watcher.inbox.events import LIMITS, Hints, Watch
from watcher.inbox.mounts import filesystem_of, is_mount, is_remote
from watcher.model import WatchMode
from watcher.phrase import Phrase


class Change(Enum):
    """How the root differs from the last look: not, watched anew (events may be missing), or another folder."""

    NONE = auto()
    REWATCHED = auto()
    NEW = auto()


class Root:
    """Owns the watch on the folder, and knows by device and inode whether it is still the folder that is watched."""

    def __init__(self, path: Path, mode: WatchMode, hints: Hints) -> None:
        self._path = path
        self._mode = mode
        self._hints = hints
        self._started = False
        self._watch: Watch | None = None
        self._identity: tuple[int, int] | None = None
        self._was_mount = False
        self.remote = False
        self.polls = ""

    @property
    def there(self) -> bool:
        """Whether the last look found the folder."""
        return self._identity is not None

    @property
    def blind(self) -> bool:
        """Whether only scans see what happens, in some part of the folder at least."""
        return bool(self.polls) or self._watch is None or self._watch.limited

    def start(self) -> None:
        """Watch the folder from the next look on."""
        self._started = True
        self._identity = None

    def stop(self) -> None:
        self._started = False
        self._leave()

    def look(self) -> Change:
        """Find the folder and watch it. Raises Trouble if it is not there, or cannot be listed or watched."""
        status = self._stat()
        if self._identity != (status.st_dev, status.st_ino):
            change = Change.NEW
        elif self._watch is not None and not self._watch.alive:
            change = Change.REWATCHED
        else:
            return Change.NONE
        self._leave()
        self._enter()
        self._identity = (status.st_dev, status.st_ino)
        return change

    def _stat(self) -> os.stat_result:
        try:
            status = self._path.stat()
            os.scandir(self._path).close()
        except FileNotFoundError as error:
            self._leave()
            raise Trouble(Phrase("inbox {inbox} is not there", inbox=str(self._path))) from error
        except OSError as error:
            self._leave()
            raise Trouble(
                Phrase("inbox {inbox} cannot be listed: {why}", inbox=str(self._path), why=str(error.strerror))
            ) from error
        same = self._identity == (status.st_dev, status.st_ino)
        if (
            self._was_mount and not same and not is_mount(self._path)
        ):  # the empty mount point would look like an inbox without work
            self._leave()
            raise Trouble(Phrase("inbox {inbox} is not mounted", inbox=str(self._path)))
        return status

    def _enter(self) -> None:
        kind = filesystem_of(self._path)
        self.remote = is_remote(kind)
        self._was_mount = is_mount(self._path)
        if self._mode == "poll" or (self._mode == "auto" and self.remote):
            self.polls = kind if self._mode == "auto" else "as set"
        elif self._started:
            self.polls = self._watch_events()

    def _watch_events(self) -> str:
        """Why there can be no events, "" if there are."""
        try:
            self._watch = Watch(os.path.realpath(self._path), self._hints)
        except OSError as error:
            why = Phrase("inotify limit reached") if error.errno in LIMITS else str(error.strerror)
            if self._mode == "native":
                raise Trouble(
                    Phrase("inbox {inbox} cannot be watched: {why}", inbox=str(self._path), why=why)
                ) from error
            return why
        return ""

    def _leave(self) -> None:
        self._identity = None
        self.polls = ""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
