"""How old an article is, in words, as plainly as its date is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.phrase import Phrase
from watcher.render.cleaning import one_line
from watcher.render.spoken import say
from watcher.render.words import day_name, moment_name

_HOURS = 48  # up to here an age is told in hours, where the time is known
_DAYS = 7  # up to here in days
_MONTHS = 12  # from here on an article is called old: so many are a year


def age(article: Mapping[str, Any], now: int, timezone: str, language: str) -> str:
    """The age of an article at `now` (UTC ms): "3 h ago (14:05 CET)" where its time is known, "yesterday" where its
    day is, "24 March 2026" past a week, "24 October 2021, 5 years old" past a year, and "undated".
    """
    stated = one_line(article.get("published") or "")
    if not stated:
        written = one_line(article.get("published_text") or "", 40)
        return say(Phrase("undated ({written})", written=written) if written else Phrase("undated"), language)
    try:
        return _age(stated, moment(now, timezone), language)
    except (ValueError, OverflowError):  # OverflowError: the year 9999, which in this zone is 10000
        return stated


def moment(at: int, timezone: str) -> datetime:
    """A time in UTC ms on the clock of a timezone."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(timezone))


def _age(stated: str, now: datetime, language: str) -> str:
    if "T" not in stated:
        return _days(date.fromisoformat(stated), now.date(), language)
    at = datetime.fromisoformat(stated)
    if at.tzinfo is None:
        return _days(at.date(), now.date(), language)
    at = at.astimezone(now.tzinfo)
    past = now - at
    if not timedelta(minutes=-5) <= past < timedelta(hours=_HOURS):  # a little ahead: clocks differ
        return _days(at.date(), now.date(), language)
    return f"{_ago(past, language)} ({moment_name(at, now.date(), language)} {at:%Z})"


def _ago(past: timedelta, language: str) -> str:
    minutes = int(past.total_seconds()) // 60
    if minutes < 1:
        return say(Phrase("just now"), language)
    if minutes < 60:
        return say(Phrase("{n} min ago", n=minutes), language)
    return say(Phrase("{n} h ago", n=minutes // 60), language)


def _days(day: date, today: date, language: str) -> str:
    days = (today - day).days
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if days == 0:
        return say(Phrase("today"), language)
    if 0 < days <= _DAYS:
        return say(Phrase("yesterday") if days == 1 else Phrase("{n} days ago", n=days), language)
    told = day_name(day, date.min, language)
    if months < _MONTHS:
        return told
    return say(Phrase("{day}, {n} year old", "{day}, {n} years old", day=told, n=months // _MONTHS), language)
