"""What is counted for one rule and one value of `by`, and how a count goes on when an article arrives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple, Protocol

_time = itemgetter(0)

MOST_EVENTS = 10_000
"""Kept of one count, the newest: each article that is counted loads them all, 4 ms a thousand."""


class Event(NamedTuple):
    """An article at its time (ms). `value` is what is told apart in it (a source, a name, a rule), "" for nothing."""

    at: int
    article: int
    value: str = ""


class Arrival(NamedTuple):
    """An article that the condition matched: an event for each of its values."""

    at: int
    article: int
    values: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Count:
    """The events that a window may still need, by their time and then as they came.

    `last` is the newest time seen, `told` when it last fired. `armed`: the bound was not reached at some moment since.
    """

    events: tuple[Event, ...] = ()
    last: int | None = None
    told: int | None = None
    armed: bool = True


@dataclass(frozen=True, slots=True)
class Crossing:
    """What an alert tells: `count` in the window from `start` (not included) to `end`; its events, the oldest first.

    `values` are what was told apart; `ended` says that a silence is over.
    """

    start: int
    end: int
    count: int
    events: tuple[Event, ...]
    values: tuple[str, ...] = ()
    ended: bool = False


def within(events: Sequence[Event], start: int, end: int) -> Sequence[Event]:
    """The events after `start` and up to `end`."""
    return events[bisect_right(events, start, key=_time) : bisect_right(events, end, key=_time)]


def added(events: tuple[Event, ...], arrival: Arrival) -> tuple[Event, ...]:
    """The events with those of an arrival, behind all that are as old."""
    place = bisect_right(events, arrival.at, key=_time)
    return (*events[:place], *(Event(arrival.at, arrival.article, value) for value in arrival.values), *events[place:])


def since(events: tuple[Event, ...], start: int) -> tuple[Event, ...]:
    """The events after `start`."""
    return events[bisect_right(events, start, key=_time) :]


class Bound(Protocol):
    """A bound that a window of events reaches or not."""

    @property
    def timeframe(self) -> int: ...

    @property
    def keep(self) -> int:
        """How far back an event matters, in ms."""

    def reached(self, events: Sequence[Event], now: int, begun: int) -> Crossing | None:
        """What there is to tell of the window that ends at `now`; None where the bound is not reached."""

    def turns(self, events: Sequence[Event], after: int, before: int, begun: int) -> Sequence[int]:
        """The moments between the two, neither included, at which the bound may cease to be reached."""


def advance(bound: Bound, count: Count, arrival: Arrival, begun: int) -> tuple[Count, Crossing | None]:
    """The count with an article that arrived, and what there is to tell. `begun` is when counting began.

    It fires where the bound is reached, and again only if it was not reached at some moment since, or a whole
    timeframe later. A late article counts in the windows that are still open, that is those that end at the newest
    time seen or later; a window that has passed is not judged again.
    """
    now = arrival.at if count.last is None else max(count.last, arrival.at)
    if arrival.at <= now - bound.keep:
        return count, None
    due = count.told is None or count.armed or now - count.told >= bound.timeframe
    armed = due or _fell(bound, count, now, begun)
    events = added(since(count.events, now - bound.keep), arrival)[-MOST_EVENTS:]
    crossing = bound.reached(events, now, begun)
    after = replace(count, events=events, last=now, armed=crossing is None)
    if crossing is None or not armed or count.told == now:  # a window is told once, whatever a late article does to it
        return after, None
    return replace(after, told=now), crossing


def _fell(bound: Bound, count: Count, now: int, begun: int) -> bool:
    """Whether the bound was not reached for some time since the last arrival."""
    assert count.last is not None
    moments = bound.turns(count.events, count.last, now, begun)
    return any(bound.reached(count.events, moment, begun) is None for moment in moments)


def no_later_than(count: Count, now: int) -> Count:
    """The count by a clock that shows `now`: what was counted by one that was ahead must not shut out what comes."""
    if count.last is None or count.last <= now:
        return count
    events = tuple(event if event.at <= now else event._replace(at=now) for event in count.events)
    return Count(events, now, None if count.told is None else min(count.told, now), count.armed)
