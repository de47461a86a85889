"""Events of the file system, as hints: a path that is worth a look, and whether it was renamed in whole.

Leans on the inside of watchdog 7.1.0 in three places, each of which a test holds; the reasons stand there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from errno import EMFILE, ENFILE, ENOMEM, ENOSPC

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
    FileSystemMovedEvent,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import CallbackId, InotifyEvent, InotifyFD, Mask, WatchCallback, WatchDescriptor

from watcher.threads import room_for_threads

LIMITS = frozenset({EMFILE, ENFILE, ENOMEM, ENOSPC})
# Opening and reading are left out: our own workers would fill the queue.
_EVENTS: list[type[FileSystemEvent]] = [
    FileMovedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileAttribEvent,
    FileClosedEvent,
    DirMovedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened at `path`, relative to the inbox; `whole`: it was renamed there, and is complete."""

    path: str
    whole: bool
    folder: bool


class Hints:
    """Owns the hints that were not looked at yet and which files have a writer, at most `limit` of either; written by
    watchdog's threads, taken by intake's.

    One path is one hint. What finds no room is forgotten, and only `lost` remembers that a scan is needed.
    """

    def __init__(self, limit: int, wake: Callable[[], None]) -> None:
        self._limit = limit
        self._wake = wake
        self._lock = threading.Lock()
        self._hints: dict[str, Hint] = {}
        self._written: dict[str, bool] = {}  # by path: whether more is known than that the file was made
        self._lost = False

    def put(self, hint: Hint) -> None:
        with self._lock:
            before = self._hints.get(hint.path)
            if before is None and len(self._hints) >= self._limit:
                self._lost = True
            elif before is None or (hint.whole and not before.whole):
                self._hints[hint.path] = hint
        self._wake()

    def lose(self) -> None:
        """Events were lost: nothing but a scan can tell what happened."""
        with self._lock:
            self._lost = True
            self._written.clear()
        self._wake()

    def begun(self, path: str, *, written: bool) -> None:
        """A file was made, or written to: whoever did so has it open until `ended`."""
        with self._lock:
            self._written[path] = self._written.pop(path, False) or written
            if len(self._written) > self._limit:
                del self._written[next(iter(self._written))]

    def ended(self, path: str) -> None:
        """A file was closed by its writer, or renamed to this."""
        with self._lock:
            self._written.pop(path, None)

    def has_writer(self, path: str, size: int) -> bool:
        """Whether a file was written to and not closed since; one that was made otherwise than by a writer, as a link
        is, has something in it."""
        with self._lock:
            return self._written.get(path, False) or (size == 0 and path in self._written)

    def take(self) -> tuple[list[Hint], bool]:
        """All hints, and whether others were lost."""
        with self._lock:
            hints, self._hints = list(self._hints.values()), {}
            lost, self._lost = self._lost, False
        return hints, lost

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._hints) or self._lost


class Watch:
    """Owns the inotify watches of one folder and watchdog's threads; started by construction.

    Raises OSError where the folder cannot be watched, with an errno of `LIMITS` if inotify's limits are reached, and
    Trouble where there is no room for the threads.
    """

    def __init__(self, folder: str, hints: Hints) -> None:
        self._inotify = _Inotify(hints)
        # InotifyObserver(generate_full_events=True) is just this pair, with an InotifyFD that cannot be chosen
        self._observer = BaseObserver(InotifyFullEmitter, inotify_fd=self._inotify)
        try:
            with room_for_threads():
                self._inotify.start()
                self._observer.schedule(_Handler(folder, hints), folder, recursive=True, event_filter=_EVENTS)
                self._observer.start()
        except BaseException:
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        """Whether events still come: a part that died, or the root's deletion, ends them without a word."""
        threads = [self._observer, self._inotify, *self._observer.emitters]
        return len(threads) > 2 and all(thread.is_alive() for thread in threads)

    @property
    def limited(self) -> bool:
        """Whether a folder below could not be watched: the scan alone sees what happens there."""
        return self._inotify.limited

    def stop(self) -> None:
        self._observer.stop()
        self._inotify.stop()
        for thread in (self._observer, self._inotify):
            if thread.ident is not None:
                thread.join()


class _Handler(FileSystemEventHandler):
    """Turns events into hints. It must not raise: an exception ends watchdog's thread for good."""

    def __init__(self, folder: str, hints: Hints) -> None:
        self._folder = folder
        self._below = folder.rstrip("/") + "/"
        self._hints = hints

    def dispatch(self, event: FileSystemEvent) -> None:
        moved = isinstance(event, FileSystemMovedEvent)
        path = os.fsdecode(event.dest_path if moved else event.src_path)
        if isinstance(event, DirDeletedEvent):
            if path == self._folder:
                self._hints.lose()
        elif path.startswith(self._below):
            path = path[len(self._below) :]
            if isinstance(event, FileCreatedEvent | FileModifiedEvent):
                self._hints.begun(path, written=isinstance(event, FileModifiedEvent))
            elif isinstance(event, FileClosedEvent | FileMovedEvent):
                self._hints.ended(path)
            self._hints.put(Hint(path, whole=moved, folder=event.is_directory))


class _Inotify(InotifyFD):
    """watchdog's reader of inotify, which keeps to itself what the inbox must know."""

    def __init__(self, hints: Hints) -> None:
        super().__init__()
        self._hints = hints
        self.limited = False

    def handle_event(self, event: InotifyEvent) -> None:
        """Lost events become a scan: watchdog only logs them. That a file was renamed away is dropped: watchdog
        holds back all later events for 0.5 s in wait of its other half, so that each file archived would delay
        the alert of the next (measured: 500 ms instead of 0.3)."""
        if event.is_moved_from and not event.is_directory:
            return
        super().handle_event(event)
        if event.is_queue_overflow:
            self._hints.lose()

    def _add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """As inherited, but a folder that is found twice (made while its parent is listed) is no warning, and a
        limit that is reached below the root, which watchdog passes over in silence, is remembered."""
        try:
            watch = self._get_or_create_watch(path, mask)
        except OSError as error:
            self.limited = self.limited or error.errno in LIMITS
            raise
        watch.callbacks[id_] = callback
        return watch.wd
