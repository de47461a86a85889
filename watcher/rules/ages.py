"""How old an article is by the date that it gives."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AHEAD = timedelta(hours=24)  # what is dated later than that is a misprint


def undated(published: date | datetime | None, moment: datetime, timezone: str) -> bool:
    """Whether an article read at `moment` has no certain date: none, or one too far ahead."""
    return published is None or moment_of(published, time.min, timezone) - moment > AHEAD


def moment_of(published: date | datetime, of_day: time, timezone: str) -> datetime:
    """The stated time, or a moment of the stated day where it has none."""
    return published if isinstance(published, datetime) else datetime.combine(published, of_day, ZoneInfo(timezone))
