"""What a language has of its own beside its phrases: levels, times of day, days of the year and stretches of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from watcher.model import Level
from watcher.phrase import Span

LANGUAGES = ("en", "fr")

_LEVELS: Mapping[str, Mapping[Level, str]] = {
    "en": {level: level.value for level in Level},
    "fr": {
        Level.INFORMATIONAL: "information",
        Level.LOW: "faible",
        Level.MEDIUM: "moyen",
        Level.HIGH: "élevé",
        Level.CRITICAL: "critique",
    },
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_UNITS: Mapping[str, Mapping[str, str]] = {"fr": {"d": "j", "h": "h", "m": "min", "s": "s"}}
NO_BREAK = "\u00a0"


def level_name(level: Level, language: str) -> str:
    """The level inside a sentence; a headline has it in capitals."""
    return _LEVELS[language][level]


def headline_level(level: Level, language: str) -> str:
    """The level as a headline begins with it."""
    return level_name(level, language).upper()


def day_name(day: date, today: date, language: str) -> str:
    """A day as short as `today` allows: "24 October", with its year in another one."""
    number = "1er" if day.day == 1 and language == "fr" else str(day.day)
    year = "" if day.year == today.year else f" {day.year}"
    return f"{number} {_MONTHS[language][day.month - 1]}{year}"


def hour_name(at: datetime, language: str) -> str:
    """A time of day: "14:05"."""
    return f"{at:%Hh%M}" if language == "fr" else f"{at:%H:%M}"


def moment_name(at: datetime, today: date, language: str) -> str:
    """A moment as short as `today` allows: "14:05", with its day on another one."""
    hour = hour_name(at, language)
    if at.date() == today:
        return hour
    return f"{day_name(at.date(), today, language)}{' à' if language == 'fr' else ''} {hour}"


def span_name(span: Span, language: str) -> str:
    """A stretch of time: "1m30s"."""
    if (units := _UNITS.get(language)) is None:
        return str(span)
    return " ".join(f"{number}{NO_BREAK}{units[unit]}" for number, unit in span.parts)
