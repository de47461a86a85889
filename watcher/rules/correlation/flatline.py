"""Too few articles for too long: the one correlation that the passing of time sets off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from watcher.rules.correlation.counts import Arrival, Count, Crossing, added, since
from watcher.rules.intervals import Stretch, TimeInterval

LOOK_AHEAD = 8 * 86_400_000  # ms; a time interval comes back within a week


@dataclass(frozen=True, slots=True)
class Flatline:
    """Fewer than `below` events in a `timeframe` (ms) of reading; told once, and once when it ends.

    Only time counts in which articles were read, and of that what lies in `active`. `expected` are the values of `by`
    that are counted: one that never came is missed too.
    """

    key: ClassVar[str] = "flatline"
    below: int
    timeframe: int
    by: str | None = None
    expected: tuple[str, ...] = ()
    active: TimeInterval | None = None

    def advance(self, count: Count, arrival: Arrival, begun: int) -> tuple[Count, Crossing | None]:
        """The count with an article that arrived: as many events are kept as it takes not to be flat."""
        last = arrival.at if count.last is None else max(count.last, arrival.at)
        return replace(count, events=added(count.events, arrival)[-self.below :], last=last), None

    def look(self, count: Count, read: Sequence[Stretch], now: int) -> tuple[Count, Crossing | None]:
        """The count at a moment, and what there is to tell. `read` is when articles were read since counting began,
        the last stretch up to `now`. A silence that was told is remembered by a count that is not `armed`."""
        start = self._start(read, now)
        if start is None:
            return count, None
        events = since(count.events, start)
        quiet = len(events) < self.below
        if quiet != count.armed:
            return count, None
        crossing = Crossing(start, now, len(events), events, ended=not quiet)
        return replace(count, armed=not quiet, told=now), crossing

    def due(self, count: Count, read: Sequence[Stretch], now: int) -> int | None:
        """When it may next have something to tell if nothing arrives and reading goes on; None for never."""
        if not count.armed:
            return None
        counts_from = count.events[0].at if len(count.events) >= self.below else min((s for s, _ in read), default=now)
        return self._later(now, self.timeframe - self._passed(read, counts_from, now))

    def _start(self, read: Sequence[Stretch], now: int) -> int | None:
        """Where the window begins that ends now; None where too little time was read."""
        left = self.timeframe
        for start, end in reversed(self._stretches(read, now)):
            if end - start >= left:
                return end - left
            left -= end - start
        return None

    def _passed(self, read: Sequence[Stretch], start: int, now: int) -> int:
        return sum(end - max(start, begins) for begins, end in self._stretches(read, now) if end > start)

    def _stretches(self, read: Sequence[Stretch], now: int) -> list[Stretch]:
        up_to_now = [(start, min(end, now)) for start, end in read if start < now]
        if self.active is None:
            return up_to_now
        return [inner for start, end in up_to_now for inner in self.active.within(start, end)]

    def _later(self, now: int, left: int) -> int:
        """When so much more time will have counted."""
        if self.active is None:
            return now + max(left, 1)
        at = now
        while True:
            for start, end in self.active.within(at, at + LOOK_AHEAD):
                if end - start >= left:
                    return start + max(left, 1)
                left -= end - start
            at += LOOK_AHEAD
