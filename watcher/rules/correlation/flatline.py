"""Too few articles for too long: the one correlation that the passing of time sets off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from watcher.rules.correlation.counts import Arrival, Count, Crossing, added, since
from watcher.rules.intervals import Stretch, TimeInterval

# The stretches that count of the last `timeframe`, the oldest first; less than it where too little was read.
Window = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Flatline:
    """Fewer than `below` events in a `timeframe` (ms) of reading; told once, and once when it ends.

    Only time counts in which articles were read, and of that what lies in `active`. `expected` are the values of `by`
    that are counted, and `names` the same as the rule writes them: one that never came is missed too.
    """

    key: ClassVar[str] = "flatline"
    below: int
    timeframe: int
    by: str | None = None
    expected: tuple[str, ...] = ()
    active: TimeInterval | None = None
    names: tuple[str, ...] = ()

    @property
    def written(self) -> Mapping[str, str]:
        """The expected values as the rule writes them."""
        return dict(zip(self.expected, self.names, strict=False))

    def advance(self, count: Count, arrival: Arrival, begun: int) -> tuple[Count, Crossing | None]:
        """The count with an article that arrived: as many events are kept as it takes not to be flat."""
        last = arrival.at if count.last is None else max(count.last, arrival.at)
        return replace(count, events=added(count.events, arrival)[-self.below :], last=last), None

    def window(self, read: Iterable[Stretch], now: int) -> Window:
        """What counts up to `now`, of the stretches in which articles were read, the newest first."""
        left, found = self.timeframe, list[Stretch]()
        for start, end in self._counted(read, now):
            if left == 0:
                break
            found.append((max(start, end - left), end))
            left -= min(left, end - start)
        return tuple(reversed(found))

    def look(self, count: Count, window: Window, now: int) -> tuple[Count, Crossing | None]:
        """The count at a moment, and what there is to tell, where `window` is what counts up to then. A silence that
        was told is remembered by a count that is not `armed`."""
        if _length(window) < self.timeframe or (count.told is not None and now <= count.told):
            return count, None
        start = window[0][0]
        events = since(count.events, start)
        quiet = len(events) < self.below
        if quiet != count.armed:
            return count, None
        crossing = Crossing(start, now, len(events), events, ended=not quiet)
        return replace(count, armed=not quiet, told=now), crossing

    def may_turn(self, count: Count, now: int, begun: int) -> bool:
        """Whether a look at a moment may have something to tell: spares the way back through what was read."""
        counts_from = count.events[0].at if len(count.events) >= self.below else begun
        return not count.armed or now - counts_from >= self.timeframe

    def due(self, count: Count, window: Window, now: int, until: int) -> int | None:
        """When it may next have something to tell if nothing arrives and reading goes on; None if not by `until`."""
        if not count.armed:
            return None
        counts_from = count.events[0].at if len(count.events) >= self.below else 0
        left = self.timeframe - _length((max(start, counts_from), end) for start, end in window if end > counts_from)
        for start, end in self.active.within(now, until) if self.active else ((now, until),):
            if end - start >= left:
                return start + max(left, 1)
            left -= end - start
        return None

    def _counted(self, read: Iterable[Stretch], now: int) -> Iterator[Stretch]:
        """The newest first, so that who has enough need not walk the calendar back to the beginning."""
        for start, end in read:
            if start >= now:
                continue
            if self.active is None:
                yield start, min(end, now)
            else:
                yield from self.active.back(start, min(end, now))


def _length(stretches: Iterable[Stretch]) -> int:
    return sum(end - start for start, end in stretches)
