"""Lines that say who published an article, where and when: what an article declares of itself in plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.formats import dates
from watcher.formats.dates import Published

_LONGEST = 200
_SENTENCE_END = re.compile(r"""[.!?…。！？؟।။](?:\s?["'”’»)\]*])*$""")

# "Published in X on D" in the ways of the press; X is the source. The date is found by itself.
_VERBS = (
    r"publi[ée]e?s?|paru|mis en ligne|mis à jour|published|posted|updated|veröffentlicht|"
    r"erschienen|publicado|publicada|pubblicato|gepubliceerd|opublikowano|опубликовано|publicerad|publisert|publikováno"
)
_IN = r"dans|par|sur|in|by|on|auf|bei|en|por|su|da|em|op|w|в"
_ON = r"le|on|am|el|il|em|op|dnia|at|"
_PUBLISHED = re.compile(
    rf"^(?:{_VERBS})\b[ \t]*:?[ \t]*(?:(?:{_IN})[ \t]+(?P<source>[^,|\n]{{1,80}}?))?[ \t,|–-]*\b(?:{_ON})[ \t:]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"^[ \t,|–-]*(?:(?:{_IN})[ \t]+(?P<source>[^,|\n\d]{{1,80}}))?[ \t.]*$", re.IGNORECASE)
_NAME = r"[A-ZÀ-ÞĀ-ŽА-Я][\w.'’-]*"
_NAMES = rf"{_NAME}(?:[ \t]+(?:de|van|von|der|den|la|et|and|und|y|e|и|{_NAME})){{0,4}}[ \t]+{_NAME}"
_AUTHOR = re.compile(
    r"^(?i:by|par|von|por|di|door|av|af|автор:?|от)[ \t]+"
    rf"(?P<name>{_NAMES})(?:,[ \t]+{_NAME}(?:[ \t]+[\w.'’-]+){{0,4}})?$"
)
_ON_DAY = re.compile(rf",?[ \t]+(?:{_ON}a|den|the)[ \t]*$|[ \t]*[,–—-]?[ \t]*$", re.IGNORECASE)
_MOST_IN_PLACE = 4  # words


@dataclass(frozen=True, slots=True)
class Byline:
    """What one line says: any of source, author and date."""

    published: Published = None
    published_text: str | None = None
    source: str | None = None
    author: str | None = None


def read(line: str, language: str = "und") -> Byline | None:
    """The byline that `line` is, if any: "Publié dans H24 Info le 20 - 10 - 2021", "By Jane Doe", "24 October 2021"."""
    line = line.strip()
    if not line or len(line) > _LONGEST:
        return None
    return _published(line, language) or _date_only(line, language) or _author(line)


def ends_sentence(line: str) -> bool:
    """Whether `line` closes as a sentence does, quotes, brackets and footnote stars aside."""
    return _SENTENCE_END.search(line.rstrip()[-12:]) is not None


def _published(line: str, language: str) -> Byline | None:
    found = dates.find(line, language)
    if found is None:
        return None
    before, after = _PUBLISHED.match(line[: found.start]), _AFTER.match(_without_clock(line[found.end :]))
    if before is None or after is None:
        return None
    source = before["source"] or after["source"]
    return Byline(found.day, None if found.day else found.text, source.strip() if source else None)


def _without_clock(rest: str) -> str:
    clock = dates.CLOCK.match(rest)
    return rest[clock.end() :] if clock else rest


def _date_only(line: str, language: str) -> Byline | None:
    found = dates.only(line, language) or _below_place(line, language)
    if found is not None:
        return Byline(found.day, None if found.day else found.text)
    written = dates.yearless(line)
    if written is not None and len(line) <= len(written) + 2:
        return Byline(None, written)
    return None


def _below_place(line: str, language: str) -> dates.Found | None:
    """The date in a line that holds but a place before it, as letters have it: "Genève, le 12 mai 2021"."""
    found = dates.find(line, language)
    if found is None or _without_clock(line[found.end :]).strip(" \t.)"):
        return None
    place, comma, rest = line[: found.start].partition(",")
    words = place.split()
    if not comma or not words or len(words) > _MOST_IN_PLACE or not all(map(_may_open_name, (words[0], words[-1]))):
        return None
    return found if dates.is_weekday(_ON_DAY.sub("", rest)) else None


def _may_open_name(word: str) -> bool:
    """Whether it begins with a capital, or with a letter of a script that has none."""
    return word[0].isalpha() and not word[0].islower()


def _author(line: str) -> Byline | None:
    found = _AUTHOR.match(line)
    return Byline(author=found["name"]) if found else None
