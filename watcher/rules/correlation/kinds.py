"""The correlations that articles set off: bounds on the window that ends with the newest of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from watcher.rules.correlation.counts import MOST_EVENTS, Arrival, Count, Crossing, Event, advance, since, within

T = TypeVar("T")

MOST_NAMES = 100_000
"""Of a new_term, the newest: one that is let go is new again, so they are more than the events of other counts."""


@dataclass(frozen=True, slots=True)
class _Windowed(ABC):
    """What they share. Times in ms; `by` is what the counts are kept by, None for one count of all."""

    timeframe: int
    by: str | None

    @property
    def keep(self) -> int:
        return self.timeframe

    @abstractmethod
    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None: ...

    def advance(self, count: Count, arrival: Arrival, begun: int) -> tuple[Count, Crossing | None]:
        """The count with an article that arrived, and what there is to tell."""
        return advance(self, count, arrival, begun)

    def turns(self, events: Sequence[Event], after: int, before: int, begun: int) -> Sequence[int]:
        """Without an arrival a window only loses events: the last moment is the emptiest."""
        return (before - 1,) if before - 1 > after else ()

    def _window(self, events: Sequence[Event], now: int) -> Sequence[Event]:
        return within(events, now - self.timeframe, now)


@dataclass(frozen=True, slots=True)
class Frequency(_Windowed):
    """So many events."""

    key: ClassVar[str] = "frequency"
    num_events: int

    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None:
        window = self._window(events, now)
        return _crossing(self, window, now, len(window)) if len(window) >= self.num_events else None


@dataclass(frozen=True, slots=True)
class Spike(_Windowed):
    """`height` times the mean of the last `baseline` windows; silent until half of those have passed since counting
    began. Windows before that are none, and are not in the mean."""

    key: ClassVar[str] = "spike"
    height: float
    baseline: int
    min_events: int

    @property
    def keep(self) -> int:
        return self.timeframe * (self.baseline + 1)

    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None:
        if len(events) >= MOST_EVENTS:
            begun = max(begun, events[0].at)  # older ones are not kept: windows that lost some are not in the mean
        filled = min(self.baseline, (now - begun) // self.timeframe - 1)
        if filled < 1 or 2 * filled < self.baseline:
            return None
        window = self._window(events, now)
        if len(window) < self.min_events:
            return None
        before = within(events, now - (filled + 1) * self.timeframe, now - self.timeframe)
        enough = len(window) * filled >= self.height * len(before)
        return _crossing(self, window, now, len(window)) if enough else None

    def turns(self, events: Sequence[Event], after: int, before: int, begun: int) -> Sequence[int]:
        """Whole timeframes after an event, where it goes from window to window, and after the beginning."""
        moments = set()
        for frames in range(1, self.baseline + 2):
            ago = frames * self.timeframe
            moments |= {event.at + ago for event in within(events, after - ago, before - 1 - ago)}
        next_window = begun + ((after - begun) // self.timeframe + 1) * self.timeframe
        return sorted(moments | set(range(next_window, before, self.timeframe)))


@dataclass(frozen=True, slots=True)
class Cardinality(_Windowed):
    """So many different values."""

    key: ClassVar[str] = "cardinality"
    of: str
    at_least: int

    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None:
        window = self._window(events, now)
        values = _different(event.value for event in window)
        return _crossing(self, window, now, len(values), values) if len(values) >= self.at_least else None


@dataclass(frozen=True, slots=True)
class Temporal(_Windowed):
    """A match of each of the rules; `ordered`: each later than one of the rule before it."""

    key: ClassVar[str] = "temporal"
    rules: tuple[str, ...]
    ordered: bool

    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None:
        window = self._window(events, now)
        if not (_in_order(window, self.rules) if self.ordered else set(self.rules) <= {e.value for e in window}):
            return None
        return _crossing(self, window, now, len(_different(event.article for event in window)), self.rules)


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A value that was not there in the last `window`; silent for the first one. Each value's newest event is kept."""

    key: ClassVar[str] = "new_term"
    of: str
    window: int
    by: str | None

    @property
    def keep(self) -> int:
        """Two windows: an article may be as late as one, and then looks back on one."""
        return 2 * self.window

    def advance(self, count: Count, arrival: Arrival, begun: int) -> tuple[Count, Crossing | None]:
        at, last = arrival.at, arrival.at if count.last is None else max(count.last, arrival.at)
        if at <= last - self.window:
            return count, None
        seen = {event.value: event for event in since(count.events, last - self.keep)}
        new = tuple(v for v in arrival.values if v not in seen or seen[v].at <= at - self.window)
        for value in arrival.values:
            if value not in seen or seen[value].at < at:
                seen[value] = Event(at, arrival.article, value)
        newest = sorted(seen.values(), key=lambda event: event.at)[-MOST_NAMES:]
        after = Count(tuple(newest), last)
        if not new or at - begun < self.window:
            return after, None
        return after, Crossing(at - self.window, at, len(new), tuple(Event(at, arrival.article, v) for v in new), new)


def _crossing(kind: _Windowed, window: Sequence[Event], now: int, count: int, values: tuple[str, ...] = ()) -> Crossing:
    return Crossing(now - kind.timeframe, now, count, tuple(window), values)


def _different(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _in_order(window: Sequence[Event], rules: Sequence[str]) -> bool:
    """Whether a match of each rule is later than one of the rule before: of each the earliest that can be is taken."""
    after: int | None = None
    for rule in rules:
        after = next((e.at for e in window if e.value == rule and (after is None or e.at > after)), None)
        if after is None:
            return False
    return True
