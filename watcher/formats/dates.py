"""Dates as articles write them: taken only where day, month and year are certain."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from watcher.formats.months import MONTHS, WEEKDAYS, fold

Published: TypeAlias = date | datetime | None

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
# Many names end with a vowel sign, which is neither a letter for "\b" nor the end of the word where another follows.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x1000)) if unicodedata.category(c)[0] == "M")
_END = rf"(?![\w{_MARKS}])"
_MONTH = rf"(?P<month>{_NAME}){_END}\.?"
_ANY_MONTH = rf"(?:{_NAME}){_END}"
_ANY_WEEKDAY = "(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\b"
_WEEKDAY = rf"\b{_ANY_WEEKDAY}"
_DIGIT, _WORD = re.compile(r"\d"), re.compile(r"\w")
_1, _2, _9, _0 = (
    "".join(c for c in map(chr, range(0x1000)) if unicodedata.decimal(c, None) == digit) for digit in (1, 2, 9, 0)
)
_CENTURY = re.compile(f"19|20|[{_1}][{_9}]|[{_2}][{_0}]")  # every date has it: a look that spares most lines the others
_DAY = r"(?<!\d)(?P<day>\d{1,2})"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
# An hour after a date ("à 14h30", ", 10:15 GMT"): no part of it is taken, for its zone is seldom certain.
CLOCK = re.compile(
    r"[\sT]*(?:,|-|\||at|um|[àa]|в)?\s*(\d{1,2})[:h.](\d{2})(?!\d)(?:[:.]\d{2})?(?:\s*(?:uhr|h|gmt|cet|[ap]m))?",
    re.IGNORECASE,
)

_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"
    r"(?P<time>[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_IN_WORDS = (
    re.compile(
        rf"{_DAY}(?:\.|er|st|nd|rd|th|º)?\s{{0,3}}(?:de\s|of\s|ב)?{_MONTH},?\s{{0,3}}(?:de\s|del\s)?{_YEAR}"
        r"(?:\s?(?:[гр]\.|(?:года|року)\b))?"  # the word for year, in Russian and Ukrainian
    ),
    re.compile(rf"\b{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}{_YEAR}"),
    # Hungarian, Lithuanian and Latvian: "2021. oktober 24.", "2021 m. spalio 24 d.", "2021. gada 24. oktobri"
    re.compile(rf"(?<!\d){_YEAR}(?:\.|\sm\.)\s{{1,3}}{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"{_DAY} thang (?P<month>\d{{1,2}})(?: nam|,) {_YEAR}"),  # Vietnamese
    re.compile(rf"(?<!\d){_YEAR}\.\sgada\s(?P<day>\d{{1,2}})\.\s{_MONTH}"),
)
_DOTTED = re.compile(rf"{_DAY}\s?\.\s?(?P<month>\d{{1,2}})\s?\.\s?{_YEAR}")
_PLAIN = re.compile(rf"{_DAY}(?P<mark>\s?[-/–]\s?)(?P<month>\d{{1,2}})(?P=mark){_YEAR}")
_FAR_EAST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[年년./]\s?(?P<month>\d{1,2})\s?[月월./]\s?(?P<day>\d{1,2})(?!\d)[日일]?"
)
# Begins with a letter and not with \b, so that the search skips to one: five times quicker.
_YEARLESS = re.compile(
    rf"{_ANY_WEEKDAY},?\s(?:le\s|den\s|el\s|the\s)?"
    rf"(?:\d{{1,2}}(?:er|\.)?\s(?:de\s)?{_ANY_MONTH}|{_ANY_MONTH}\s\d{{1,2}}(?!\d))(?!,?\s(?:de\s)?\d{{4}})"
)
_DAY_AND_MONTH = re.compile(
    rf"(?:(?<!\d)\d{{1,2}}(?:er|\.)?\s(?:de\s)?{_ANY_MONTH}|\b{_ANY_MONTH}\s\d{{1,2}}(?!\d))(?!,?\s(?:de\s)?\d{{4}})"
)

_RFC_822 = re.compile(r"(?:[A-Za-z]{3,9},?\s{1,3})?\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}\s{1,3}\d{1,2}:\d\d")
_CTIME = re.compile(  # "Tue Nov  3 08:58:00 +0100 2026": of programs, and of Twitter
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d(?::\d\d)?)((?: (?:[A-Z]{2,5}|[+-]\d{4}))?) (\d{4})"
)
_EPOCH = re.compile(r"[12]\d{9}(?:\d{3})?(?:\.\d+)?", re.ASCII)  # seconds or milliseconds, from 2001 to 2065

# Where a numeric date with slashes or hyphens has its day first beyond doubt; English has it both ways.
_DAY_FIRST = frozenset(
    ("fr", "de", "es", "it", "pt", "ru", "uk", "be", "bg", "pl", "cs", "sk", "sl", "hr", "sr", "ro", "nl", "da")
    + ("no", "fi", "is", "tr", "el", "ar", "he", "vi", "id")
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date and where it stands in the text: `start` to `end`, its words in `text`. `day` is None where the words
    do not say for certain which day it is."""

    day: date | datetime | None
    text: str
    start: int
    end: int


def find(line: str, language: str = "und") -> Found | None:
    """The first date with a year in `line`; `language` decides 03/04/2021 where it can."""
    if not _CENTURY.search(line):
        return None
    folded = fold(line)
    found = [m for pattern in (_ISO, *_IN_WORDS, _DOTTED, _PLAIN, _FAR_EAST) if (m := pattern.search(folded))]
    if not found:
        return None
    first = min(found, key=lambda m: (m.start(), -m.end()))
    return Found(_value(first, language), line[first.start() : first.end()], first.start(), first.end())


def only(line: str, language: str = "und") -> Found | None:
    """The date in a line that holds nothing else: a weekday, an hour and marks around it aside."""
    found = find(line, language)
    if found is None:
        return None
    before, after = (_without_clock(part) for part in (line[: found.start], line[found.end :]))
    return found if is_weekday(f"{before} {after}") else None


def _without_clock(part: str) -> str:
    clock = CLOCK.match(part)
    return part[clock.end() :] if clock else part


def is_weekday(words: str) -> bool:
    """Whether there is nothing in `words` but a weekday, or nothing at all."""
    return re.search(r"\w", re.sub(_WEEKDAY, "", fold(words))) is None


def yearless(text: str) -> str | None:
    """A weekday with day and month but no year ("mercredi 23 décembre"), as written; `text` is a lead, not a page."""
    if not _DIGIT.search(text):
        return None
    folded = fold(text)
    found = _YEARLESS.search(folded)
    while found and _WORD.match(folded, found.start() - 1) and found.start():
        found = _YEARLESS.search(folded, found.start() + 1)
    return text[found.start() : found.end()].rstrip(".,") if found else None


def day_and_month(line: str) -> Found | None:
    """The first day and month in `line` that have no year beside them."""
    found = _DAY_AND_MONTH.search(fold(line)) if _DIGIT.search(line) else None
    return Found(None, line[found.start() : found.end()], found.start(), found.end()) if found else None


def machine(value: str) -> Published:
    """The moment in a machine's own notation (ISO 8601, RFC 2822), with time only where it gives the zone."""
    value = value.strip()[:64]
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", value))
    except ValueError:
        found = find(value)
        return found.day if found else None
    if not is_likely(moment):
        return None
    timed = moment.tzinfo is not None and len(value) > len("2021-10-24")
    return moment if timed else moment.date()


def stamp(value: str) -> Published:
    """As `machine`, for what feeds, wires and JSON write: RFC 822 with its zone and seconds since 1970 too."""
    value = value.strip()[:64]
    if _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(int(value[:10]), UTC)
    value = _CTIME.sub(r"\2 \1 \5 \3\4", value)
    if not _RFC_822.match(value):
        return machine(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return machine(value)
    if not is_likely(moment):
        return None
    return moment if moment.tzinfo else moment.date()


def is_likely(day: date) -> bool:
    """Whether an article may be of that year. At the ends of the calendar no other zone can tell the moment."""
    return 1900 <= day.year < 2100


def _value(found: re.Match[str], language: str) -> Published:
    day, year = int(found["day"]), int(found["year"])
    word = found["month"]
    month = int(word) if word.isdigit() else MONTHS[word]
    if found.re is _PLAIN and day != month and not _certain(day, month, language):
        return None
    if found.re is _PLAIN and month > 12 and language not in _DAY_FIRST:
        day, month = month, day
    if found.re is _ISO and found["time"]:
        return _moment(found[0])
    return _date(year, month, day)


def _certain(day: int, month: int, language: str) -> bool:
    return day > 12 or month > 12 or language in _DAY_FIRST


def _moment(written: str) -> Published:
    try:
        moment = datetime.fromisoformat(written.replace(",", ".").upper())
    except ValueError:
        return _date(*map(int, written[:10].split("-")))
    return moment if moment.tzinfo else moment.date()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # the 31st of February is no date
        return None
