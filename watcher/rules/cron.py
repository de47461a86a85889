"""Times by crontab(5): five fields, read into sets of numbers, and the next moment that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.rules.intervals import WEEKDAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", *WEEKDAYS[:6])  # crontab(5) counts from Sunday
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_RANGE = re.compile(r"(\*|[0-9a-z]{1,3})(?:-([0-9a-z]{1,3}))?(?:/([0-9]{1,2}))?")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST = 200  # characters of one line


@dataclass(frozen=True, slots=True)
class Cron:
    """A time that comes again. `days` and `weekdays` (Sunday is 0) are None where any will do; where both are given,
    a day that either means is one."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...] | None
    months: tuple[int, ...]
    weekdays: tuple[int, ...] | None
    either: bool = False

    def following(self, now: int, timezone: str) -> int:
        """The first moment after `now` (UTC ms) that it means, by the clocks of a timezone.

        A time that the clocks leave out in spring comes an hour later, one that they have twice in autumn once.
        """
        zone = ZoneInfo(timezone)
        after = datetime.fromtimestamp(now / 1000, zone) + timedelta(milliseconds=1)
        found = (_next(trigger, after, zone, once=len(self.hours) < 24) for trigger in self._triggers(zone))
        return int(min(moment for moment in found if moment is not None).timestamp() * 1000)

    def _triggers(self, zone: ZoneInfo) -> list[Any]:
        from apscheduler.triggers.cron import CronTrigger  # only here: its import costs 60 ms

        days = {} if self.days is None else {"day": _listed(self.days)}
        named = () if self.weekdays is None else (_DAYS[number] for number in self.weekdays)
        weekdays = {} if self.weekdays is None else {"day_of_week": ",".join(named)}
        common = {"minute": _listed(self.minutes), "hour": _listed(self.hours), "month": _listed(self.months)}
        wanted = [days, weekdays] if self.either else [{**days, **weekdays}]
        return [CronTrigger(**common, **one, second="0", timezone=zone) for one in wanted]


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _next(trigger: Any, after: datetime, zone: ZoneInfo, *, once: bool) -> datetime | None:
    """The trigger's next time, if it has one; where `once` not the second one of an hour that clocks have twice."""
    found: datetime | None = trigger.get_next_fire_time(None, after)
    while once and found is not None and found.fold:
        later = datetime.fromtimestamp(found.timestamp() + 1, zone)
        found = trigger.get_next_fire_time(None, later)
    return found


def parse(text: str) -> Cron:
    """The time that a line of crontab(5) means. Raises ValueError with what is wrong, in words."""
    line = _NAMED.get(text.strip().lower(), text)
    fields = line.lower().split()
    if len(fields) != len(_FIELDS) or len(text) > _MOST:
        raise ValueError('five fields are needed, such as "30 7 * * *" (07:30 each day), or @daily')
    sets = [_field(field, *form) for field, form in zip(fields, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = sets
    weekdays = sorted({number % 7 for number in weekdays})
    any_day, any_weekday = len(days) == 31, len(weekdays) == 7
    # A field that begins with a star is none that a day may be chosen by instead of the other: crontab(5).
    either = not any_day and not any_weekday and not (fields[2].startswith("*") or fields[4].startswith("*"))
    if not either and not any_day and min(days) > max(_LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(f"no month of these has a day {min(days)}")
    return Cron(
        text,
        tuple(minutes),
        tuple(hours),
        None if any_day else tuple(days),
        tuple(months),
        None if any_weekday else tuple(weekdays),
        either,
    )


def _field(text: str, name: str, least: int, most: int, names: tuple[str, ...]) -> list[int]:
    found: set[int] = set()
    for item in text.split(","):
        written = _RANGE.fullmatch(item)
        if written is None:
            raise ValueError(f"'{item}' is no {name}; write a number from {least} to {most}, a-b, */n or *")
        first, last, step = written.groups()
        if first == "*":
            if last is not None:
                raise ValueError(f"'{item}' is no {name}; * stands alone or before /n")
            start, end = least, most
        else:
            start = _number(first, name, least, most, names)
            end = _number(last, name, least, most, names) if last is not None else (most if step else start)
            end = most if last == _DAYS[0] else end  # fri-sun
        if step == "0" or end < start:
            raise ValueError(f"'{item}' is no {name}: it means nothing")
        found.update(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _number(text: str, name: str, least: int, most: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    if not text.isdecimal() or not least <= int(text) <= most:
        listed = f" or one of {', '.join(names)}" if names else ""
        raise ValueError(f"'{text}' is no {name}; it is a number from {least} to {most}{listed}")
    return int(text)
