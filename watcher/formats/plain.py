"""Plain text: title, byline, body, as people and scrapers write them."""

from __future__ import annotations

import re
from dataclasses import replace

from watcher.formats import bylines, dates
from watcher.formats.base import Sheet
from watcher.formats.bylines import Byline
from watcher.formats.menus import without_boilerplate
from watcher.formats.normal import normalise
from watcher.language import detect
from watcher.model import Article

_LONGEST_TITLE = 200
_TOP = 8  # filled lines in which the byline and the repeated title stand
_LEAD = 100  # words in which a date without a year is the article's own time
_LEAD_LENGTH = 1_500  # characters, where words are long
_LEAD_END = re.compile(r"(?:[.!?…]|\.\.\.)[\"”»')\]]*\s*$")
_DASH = re.compile(r"[-–—:]\s")
_DATELINE_END = re.compile(r"\s*(?:[,(/]\s*[\w ./-]{2,30}?\s*[)/]?)?\.?\s*[-–—:]+\s")
_DATELINE = re.compile(r"^(?:\([\w ./-]{2,30}\)\s*[-–—]+\s*)?[^\W\d_][\w .,'’()-]{1,60}?[,(]\s*$")


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a plain text."""
    text = sheet.text or ""
    sheet.tell_whole(lambda: normalise(text))
    return (article(text),)


def article(text: str) -> Article:
    """The article that `text` is, without the page's menus and links around it.

    The first line is the title if a blank line or a byline follows, it has at most 200 characters and does not end
    a sentence; repeated under itself it is said once. The author's line above it is none. `published` comes from a
    byline, a line of its own, the end of the first paragraph or an agency's dateline, never from running text.
    """
    lines = without_boilerplate(normalise(text)).split("\n")
    language = detect("", "\n".join(lines))
    return _told(*_title(lines), language)


def typeset(title: str, text: str, declared: str | None = None) -> Article:
    """The article with that title and text in a document that holds nothing else: nothing is cut, and what it says of
    itself is read as in plain text. `declared` is its language, where the words do not tell it."""
    lines = _without_repeats(title, normalise(text).split("\n")) if title else normalise(text).split("\n")
    return _told(title, lines, detect(title, "\n".join(lines), declared))


def _told(title: str, lines: list[str], language: str) -> Article:
    byline, lines = _byline(lines, language)
    body = "\n".join(lines).strip("\n")
    if byline.published is None and byline.published_text is None:
        byline = _dated(byline, body, language)
    return Article(
        title=title,
        body=body,
        language=language,
        published=byline.published,
        published_text=byline.published_text,
        source=byline.source,
        author=byline.author,
    )


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The title, and the lines without it. What says only who wrote the article is none, but may stand above it."""
    first, rest = lines[0].strip(), lines[1:]
    if not any(rest) or len(first) > _LONGEST_TITLE or bylines.ends_sentence(first):
        return "", lines
    if _is_author(first):
        below = next(i for i, line in enumerate(rest) if line)
        title, text = ("", rest) if _is_author(rest[below]) else _title(rest[below:])
        return (title, [lines[0], "", *text]) if title else ("", lines)
    if rest[0].strip() and bylines.read(rest[0]) is None:
        return "", lines
    return first, _without_repeats(first, rest)


def _is_author(line: str) -> bool:
    said = bylines.read(line)
    return said is not None and said.author is not None


def _without_repeats(title: str, lines: list[str]) -> list[str]:
    """`lines` without the title said again among the first of them."""
    top = [i for i, line in enumerate(lines) if line][:_TOP]
    words = title.casefold().split()
    alike = (i for i in top if lines[i].split(maxsplit=1)[0].casefold() == words[0])
    again = {i for i in alike if lines[i].casefold().split() == words}
    kept = [line for i, line in enumerate(lines) if i not in again]
    return kept if any(kept) else lines


def _byline(lines: list[str], language: str) -> tuple[Byline, list[str]]:
    """What the lines at the top declare. One that names source and date is taken out of the body, for it is the
    page's word and not the article's; a date or author alone stays."""
    said = Byline()
    for i in [i for i, line in enumerate(lines) if line][:_TOP]:
        found = bylines.read(lines[i], language)
        if found is None:
            continue
        said = Byline(
            said.published or found.published,
            said.published_text or found.published_text,
            said.source or found.source,
            said.author or found.author,
        )
        if found.source and any(lines[:i] + lines[i + 1 :]):
            lines = [*lines[:i], "", *lines[i + 1 :]]
    return (replace(said, published_text=None) if said.published else said), lines


def _dated(byline: Byline, body: str, language: str) -> Byline:
    first, *others = list(filter(None, body[: _TOP * _LEAD_LENGTH].split("\n")))[:_TOP] or [""]
    datelines = (_dateline(line, language) for line in (first, *others))
    found = _closing_date(first, language) or next(filter(None, datelines), None)
    if found is not None:
        return replace(byline, published=found.day, published_text=None if found.day else found.text)
    lead = " ".join(body[:_LEAD_LENGTH].split(maxsplit=_LEAD)[:_LEAD])
    return replace(byline, published_text=dates.yearless(lead))


def _closing_date(paragraph: str, language: str) -> dates.Found | None:
    """The date that stands by itself after the first paragraph's last sentence ("... il s'avère... 24.10.2021")."""
    tail = paragraph[-60:]
    found = dates.find(tail, language)
    if found is None or tail[found.end :].strip(" .)") or not _LEAD_END.search(tail[: found.start].rstrip(" (")):
        return None
    return found


def _dateline(paragraph: str, language: str) -> dates.Found | None:
    """The date of an agency's opening, which may lack its year: "KABOUL, 12 mai 2021 (AFP) - ...", "Madrid, 12 mar
    (EFE).- ...", "(ANSA) - ROMA, 12 MAR - ..."."""
    opening = paragraph[:120]
    if not _DASH.search(opening):  # most openings have none, and need not be looked through for a date
        return None
    found = dates.find(opening, language) or dates.day_and_month(opening)
    if found is None or not _DATELINE.match(opening[: found.start]):
        return None
    return found if _DATELINE_END.match(opening[found.end :]) else None
