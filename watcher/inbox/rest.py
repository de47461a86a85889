"""When a file rests: what is waited for before it is read."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from watcher.inbox.events import Hints
from watcher.inbox.lanes import Lane
from watcher.inbox.look import Found, View
from watcher.inbox.markers import is_marker, marker_of
from watcher.inbox.root import Root
from watcher.inbox.scans import Scan
from watcher.inbox.settle import Rooms, Waiting
from watcher.model import Ways

SETTLE, SETTLE_REMOTE = 2.0, 10.0  # seconds; the caches of network mounts tell sizes late
_PATIENCE = 30  # times as long a file rests that its writer has not closed


class Rest:
    """Owns the files that wait until they rest, in `rooms`. Touched by intake's thread alone."""

    def __init__(self, view: View, ways: Ways, root: Root, hints: Hints) -> None:
        self._view = view
        self._ways = ways
        self._root = root
        self._hints = hints
        self.rooms = Rooms(newest_first=ways.newest_first)

    def wait(self, found: Found, now: int, tick: float, scan: Scan) -> None:
        """A file waits until it rests: not one that is whole, nor, at the start, one that was last written longer ago
        than it would have to wait, unless another machine's clock wrote that time."""
        whole = scan.whole
        if self._ways.markers and not found.why:
            marker = None if is_marker(found.path) else marker_of(self._view, found)
            if marker is None:
                return  # the marker brings it, or a scan
            whole = marker.mtime_ns >= found.mtime_ns  # an older one is that of the delivery before
        written, room = found.mtime_ns // 1_000_000, self.rooms.of(found)
        if whole and not found.why:
            room.rests(found, tick, now)
        elif scan.start and not self._root.remote and written <= now - self._settle * 1000:
            room.rests(found, tick, written)
        else:
            room.settles(found, tick + self._settle, now)

    def ripe(
        self, now: int, tick: float, most: Mapping[Lane, int], handed: Container[str]
    ) -> Iterator[tuple[Found, int]]:
        """Takes out at most so many files of each lane that rest, each with the time since when; `handed` are those
        whose last state is still being read."""
        for lane, room in self.rooms.items():
            for waiting in room.ripe(tick, most[lane]):
                if self._has_writer(waiting, tick):
                    room.goes_on(waiting, tick + self._settle)
                elif (found := self._still(waiting, now, tick, handed)) is not None:
                    yield found, waiting.since

    @property
    def _settle(self) -> float:
        if self._ways.settle is not None:
            return self._ways.settle
        return SETTLE_REMOTE if self._root.remote else SETTLE

    def _has_writer(self, waiting: Waiting, tick: float) -> bool:
        """Whether a program that is silent still has the file open: half of it would be read, and what comes then be
        written to wherever it was moved. That is not waited for without end: some never close what they write."""
        found = waiting.found
        patient = tick < waiting.first_due + _PATIENCE * self._settle
        return patient and self._hints.has_writer(found.path, found.size)

    def _still(self, waiting: Waiting, now: int, tick: float, handed: Container[str]) -> Found | None:
        """The file if it is as it was; one that changed, or whose last state is still being read, waits again."""
        found = self._view.look_again(waiting.found)
        if found is not None and (found != waiting.found or found.path in handed):
            self.rooms.of(found).settles(found, tick + self._settle, now)
            return None
        return found
