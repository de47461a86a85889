"""The waiting room: files that were seen and are watched until they rest."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import inf

from watcher.inbox.look import Found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file and when it may be read: `due` in seconds of a clock that never jumps, `since` in UTC milliseconds."""

    found: Found
    due: float
    since: int


class WaitingRoom:
    """Owns the files that wait, at most about `room` of them: what finds no room stays in the folder.

    Touched by intake's thread alone. The wait is the same for all, so entries in order of arrival are in
    order of their due times too, and the next one costs a look at the first.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._resting: dict[str, Waiting] = {}
        self._settling: dict[str, Waiting] = {}

    def __len__(self) -> int:
        return len(self._resting) + len(self._settling)

    @property
    def full(self) -> bool:
        return len(self) >= self._room

    @property
    def half_empty(self) -> bool:
        """Whether a scan is worth its while after the room was full."""
        return len(self) * 2 < self._room or not len(self)

    def rests(self, found: Found, tick: float, since: int) -> None:
        """The file is whole: it waits for nothing but its turn."""
        self._settling.pop(found.path, None)
        self._resting[found.path] = Waiting(found, tick, since)

    def settles(self, found: Found, due: float, since: int) -> None:
        """The file was seen so; it is due then, if it does not change. Seen unchanged, it goes on waiting."""
        before = self._resting.get(found.path) or self._settling.get(found.path)
        if before is not None and before.found == found:
            return
        self.leaves(found.path)
        self._settling[found.path] = Waiting(found, due, since)

    def leaves(self, path: str) -> None:
        self._resting.pop(path, None)
        self._settling.pop(path, None)

    def clear(self) -> None:
        self._resting.clear()
        self._settling.clear()

    def ripe(self, tick: float, most: int) -> list[Waiting]:
        """The files that are due: oldest first, then by name."""
        due = list(self._resting.values())
        for waiting in self._settling.values():
            if waiting.due > tick:
                break
            due.append(waiting)
        return heapq.nsmallest(most, due, key=lambda waiting: (waiting.found.mtime_ns, waiting.found.path))

    def oldest(self) -> int | None:
        """Since when the file that waits longest is as it is, in UTC milliseconds; None if nothing waits."""
        return min((w.since for part in (self._resting, self._settling) for w in part.values()), default=None)

    def next_due(self) -> float:
        """When the next file is due; infinity if nothing waits."""
        return min((next(iter(part.values())).due for part in (self._resting, self._settling) if part), default=inf)
