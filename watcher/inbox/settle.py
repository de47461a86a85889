"""The waiting rooms: files that were seen and are watched until they rest."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import ItemsView, Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf

from watcher.inbox.lanes import Lane, lane_of
from watcher.inbox.look import Found

_ROOM = 10_000  # files of a lane that wait at once: about 5 MB


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file and when it may be read: `due` in seconds of a clock that never jumps, `since` in UTC milliseconds;
    `first_due` is when it was due at first, if it has a writer who still has it open."""

    found: Found
    due: float
    since: int
    first_due: float


class WaitingRoom:
    """Owns the files that wait, at most `room` of them, and whether others were sent back for want of room: those whose
    turn is the latest are left to the folder, and a scan finds them again.

    Touched by intake's thread alone. The wait is the same for all, so entries in order of arrival are in
    order of their due times too, and the next one costs a look at the first.
    """

    def __init__(self, room: int, *, newest_first: bool = False) -> None:
        self._room = room
        self._sign = -1 if newest_first else 1
        self._resting: dict[str, Waiting] = {}
        self._turns: list[tuple[int, str, int, Waiting]] = []  # a heap of those, and of some that have left
        self._order = itertools.count()  # of entries of one turn
        self._settling: dict[str, Waiting] = {}
        self.sent_back = False

    def __len__(self) -> int:
        return len(self._resting) + len(self._settling)

    def wants_more(self) -> bool:
        """Whether those that were sent back may come again now; asked once for each time."""
        wanted = self.sent_back and len(self) * 2 < self._room
        self.sent_back = self.sent_back and not wanted
        return wanted

    def rests(self, found: Found, tick: float, since: int) -> None:
        """The file is whole: it waits for nothing but its turn."""
        self._settling.pop(found.path, None)
        self._rest(Waiting(found, tick, since, tick))
        self._make_room()

    def settles(self, found: Found, due: float, since: int) -> None:
        """The file was seen so; it is due then, if it does not change. Seen unchanged, it goes on waiting."""
        before = self._resting.get(found.path) or self._settling.get(found.path)
        if before is not None and before.found == found:
            return
        self.leaves(found.path)
        self._settling[found.path] = Waiting(found, due, since, due)
        self._make_room()

    def goes_on(self, waiting: Waiting, due: float) -> None:
        """It has not changed, and is to wait some more."""
        self._settling[waiting.found.path] = replace(waiting, due=due)

    def leaves(self, path: str) -> None:
        self._resting.pop(path, None)
        self._settling.pop(path, None)

    def clear(self) -> None:
        self._resting.clear()
        self._settling.clear()
        self._turns.clear()
        self.sent_back = False

    def ripe(self, tick: float, most: int) -> Iterator[Waiting]:
        """Takes out, one by one, at most so many of the files that are due: those whose turn it is first; of one age
        by name."""
        for waiting in list(itertools.takewhile(lambda waiting: waiting.due <= tick, self._settling.values())):
            del self._settling[waiting.found.path]
            self._rest(waiting)
        while most and self._turns:
            *_, waiting = heapq.heappop(self._turns)
            if self._resting.get(waiting.found.path) is waiting:
                del self._resting[waiting.found.path]
                most -= 1
                yield waiting

    def oldest(self) -> int | None:
        """Since when the file that waits longest is as it is, in UTC milliseconds; None if nothing waits."""
        return min((w.since for part in (self._resting, self._settling) for w in part.values()), default=None)

    def next_due(self) -> float:
        """When the next file is due; infinity if nothing waits."""
        return min((next(iter(part.values())).due for part in (self._resting, self._settling) if part), default=inf)

    def _rest(self, waiting: Waiting) -> None:
        self._resting[waiting.found.path] = waiting
        heapq.heappush(self._turns, (*self._turn(waiting), next(self._order), waiting))
        if len(self._turns) > 2 * self._room:
            self._turns = [turn for turn in self._turns if self._resting.get(turn[1]) is turn[-1]]
            heapq.heapify(self._turns)

    def _turn(self, waiting: Waiting) -> tuple[int, str]:
        return self._sign * waiting.found.mtime_ns, waiting.found.path

    def _make_room(self) -> None:
        """A tenth at a time: to pick one costs as much."""
        if len(self) > self._room:
            waiting = (*self._resting.values(), *self._settling.values())
            for last in heapq.nlargest(max(1, self._room // 10), waiting, key=self._turn):
                self.leaves(last.found.path)
            self.sent_back = True


class Rooms:
    """Owns a waiting room for each lane."""

    def __init__(self, *, newest_first: bool) -> None:
        self._rooms = {lane: WaitingRoom(_ROOM, newest_first=newest_first) for lane in Lane}

    def __len__(self) -> int:
        return sum(map(len, self._rooms.values()))

    def items(self) -> ItemsView[Lane, WaitingRoom]:
        return self._rooms.items()

    def of(self, found: Found) -> WaitingRoom:
        """Where the file waits; nowhere else, should it have grown out of another lane."""
        mine = lane_of(found.path, found.size)
        for lane, room in self._rooms.items():
            if lane is not mine:
                room.leaves(found.path)
        return self._rooms[mine]

    @property
    def sent_back(self) -> bool:
        """Whether files were left to the folder for want of room."""
        return any(room.sent_back for room in self._rooms.values())

    def want_more(self) -> bool:
        """Whether files that were sent back may come again now; asked once for each time."""
        return any([room.wants_more() for room in self._rooms.values()])  # noqa: C419 - each is to be asked

    def oldest(self) -> int | None:
        """As `WaitingRoom.oldest`, of all."""
        return min((since for room in self._rooms.values() if (since := room.oldest()) is not None), default=None)

    def next_due(self, lanes: Iterable[Lane]) -> float:
        """When the next file of these lanes is due; infinity if nothing waits."""
        return min((self._rooms[lane].next_due() for lane in lanes), default=inf)

    def clear(self) -> None:
        for room in self._rooms.values():
            room.clear()
