"""Time intervals: hours of the clock on days of the week, in one timezone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.rules import forms
from watcher.rules.nodes import Mapping, Node, Scalar
from watcher.rules.reading import Reading, kind

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INTERVAL: forms.Keys = {
    "times": forms.texts("Stretches of the day, such as 22:00-06:00."),
    "weekdays": forms.some(forms.choice(WEEKDAYS), "The days on which they begin; all if not given."),
}
INTERVAL_FORM = forms.mapping(INTERVAL)
FORM = 'times: ["22:00-06:00"], weekdays: [mon, tue]'
DAY = 24 * 60  # minutes
_TIMES = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2})")

# A stretch of time in UTC milliseconds, its end not included.
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """Stretches of the day, in minutes, on days of the week (Monday is 0).

    One that ends before it begins goes on past midnight and belongs to the day on which it begins.
    """

    name: str
    times: tuple[tuple[int, int], ...] = ((0, DAY),)
    weekdays: tuple[int, ...] = tuple(range(7))
    timezone: str = "UTC"

    def within(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches of it that lie in a stretch of time, in their order, none overlapping."""
        reached = start
        for begins, ends in self._from(start):
            if begins >= end:
                return
            if ends > reached:
                yield max(begins, reached), min(ends, end)
                reached = min(ends, end)

    def back(self, start: int, end: int) -> Iterator[Stretch]:
        """The same, the newest first: a stretch may come in two. It is worked out a week at a time, so that who needs
        the newest alone does not pay for years."""
        while end > start:
            week = max(start, end - 7 * DAY * 60_000)
            yield from reversed(list(self.within(week, end)))
            end = week

    def least_in(self, days: int) -> int:
        """So many ms of it there are at least in so many days, but for the hours that clocks are put by."""
        return len(self.minutes()) * (days // 7) * 60_000

    def minutes(self) -> set[int]:
        """The minutes of the week that it covers, from midnight before Monday."""
        found = set[int]()
        for day in self.weekdays:
            for begins, ends in self.times:
                past = DAY if ends <= begins else 0
                found.update((day * DAY + minute) % (7 * DAY) for minute in range(begins, ends + past))
        return found

    def _from(self, start: int) -> Iterator[Stretch]:
        """The stretches of each day, in order of their beginning, from the day before `start` on, without end."""
        zone = ZoneInfo(self.timezone)
        day = datetime.fromtimestamp(start / 1000, zone).date() - timedelta(days=1)
        while day < date.max - timedelta(days=2):
            if day.weekday() in self.weekdays:
                for begins, ends in sorted(self.times):
                    past = ends <= begins
                    yield _moment(day, begins, zone), _moment(day + timedelta(days=past), ends, zone, last=True)
            day += timedelta(days=1)


def _moment(day: date, minute: int, zone: ZoneInfo, *, last: bool = False) -> int:
    """When a minute of the day is, in UTC ms: of one that clocks have twice in autumn the first time, or the last."""
    days, rest = divmod(minute, DAY)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60, fold=last), zone)
    return int(local.astimezone(UTC).timestamp() * 1000)


def read_interval(reading: Reading, name: Scalar, node: Node, timezone: str) -> TimeInterval:
    """A time interval; where it has a fault too, so that who names it is not told that there is none."""
    entries = reading.mapping(node, f"time interval '{name.value}'", INTERVAL, form=FORM)
    if isinstance(node, Mapping) and not entries:
        reading.fault(node, f"time interval '{name.value}' needs times, weekdays or both")
    times = [found for _, item in reading.texts(entries.get("times"), "times") if (found := _times(reading, item))]
    named = reading.texts(entries.get("weekdays"), "weekdays")
    days = {reading.choice(item, "weekdays", WEEKDAYS) for _, item in named}
    weekdays = [number for number, day in enumerate(WEEKDAYS) if day in days]
    return TimeInterval(name.value, tuple(times) or ((0, DAY),), tuple(weekdays) or tuple(range(7)), timezone)


def _times(reading: Reading, node: Scalar) -> tuple[int, int] | None:
    found = _TIMES.fullmatch(node.value)
    hours = [int(part) for part in found.groups()] if found else []
    if not hours or max(hours[1], hours[3]) > 59 or hours[0] > 23 or (hours[2] * 60 + hours[3]) > DAY:
        reading.fault(node, f'times must be written as "22:00-06:00", not {kind(node)}')
        return None
    begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if begins == ends:
        reading.fault(node, f'{kind(node)} is no time at all; the whole day is "00:00-24:00"')
        return None
    return begins, ends
