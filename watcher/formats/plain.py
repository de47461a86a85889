"""Plain text: title, byline, body, as people and scrapers write them."""

from __future__ import annotations

import re
from dataclasses import replace

from watcher.formats import bylines, dates
from watcher.formats.base import Sheet
from watcher.formats.bylines import Byline
from watcher.formats.menus import without_boilerplate
from watcher.formats.normal import normalise, unbroken
from watcher.language import detect
from watcher.model import Article

_LONGEST_TITLE = 200
_TOP = 8  # filled lines in which the byline and the repeated title stand
_ABOVE_TITLE = 3  # of them, that is the title with what may stand above it
_MENUS = 300  # lines in which a page says its title again
_MENU_WORDS = 12  # more are a paragraph
_PARTED = re.compile(r"\s[|–—·»-]\s")
_LEAD = 100  # words in which a date without a year is the article's own time
_LEAD_LENGTH = 1_500  # characters, where words are long
_LEAD_END = re.compile(r"(?:[.!?…]|\.\.\.)[\"”»')\]]*\s*$")
# "TOWN. 12 May." and "Town. 12 May 2021.", as in Russian and German
_TOWN = re.compile(r"^[^\W\d_][\w'’-]*(?:\.?\s[\w'’-]+){0,3}\.\s$")
_POINT = re.compile(r"(?:\.|(?<=\.))\s")
_MARKED = re.compile(r"[-–—:]\s|\.\s\d")
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
    lines = unbroken("\n".join(_from_heading(without_boilerplate(normalise(text)).split("\n")))).split("\n")
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


def _from_heading(lines: list[str]) -> list[str]:
    """A page made plain text begins with its title, the site's name behind it, and its menus: the article begins where
    a line says the title again, if no paragraph stands before that. What is shorter than all behind it is no title but
    a rubric, a town or an agency."""
    first = lines[0].casefold()
    marks = _PARTED.finditer(first) if len(first) <= _LONGEST_TITLE else ()
    heads = {first[: mark.start()].strip() for mark in marks if mark.start() > len(first) - mark.end()}
    for at, line in enumerate(lines[1:_MENUS] if heads else (), 1):
        if len(line.split()) > _MENU_WORDS and line.casefold() not in heads:
            break
        if line.casefold() in heads and any(lines[at + 1 :]):
            return [line, "", *lines[at + 1 :]]
    return lines


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The title, and the lines without it. What says only who wrote the article, or when, is none, but may stand above
    it."""
    top = [i for i, line in enumerate(lines[: 4 * _TOP]) if line][:_ABOVE_TITLE]
    at = next((i for i in top if bylines.read(lines[i]) is None), None)
    if at is None:
        return "", lines
    first, rest = lines[at].strip(), lines[at + 1 :]
    if not any(rest) or len(first) > _LONGEST_TITLE or bylines.ends_sentence(first):
        return "", lines
    if rest[0].strip() and bylines.read(rest[0]) is None:
        return "", lines
    text = _without_repeats(first, rest)
    return first, [*lines[:at], "", *text] if at else text


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
    (EFE).- ...", "(ANSA) - ROMA, 12 MAR - ...", "Moskau. 12. Mai. ..."."""
    opening = paragraph[:120]
    if not _MARKED.search(opening):  # most openings are not, and need not be looked through for a date
        return None
    found = dates.find(opening, language) or dates.day_and_month(opening)
    if found is None:
        return None
    before = opening[: found.start]
    if _DATELINE.match(before):
        return found if _DATELINE_END.match(opening[found.end :]) else None
    is_town = _TOWN.match(before) and all(word[0].isupper() for word in before.split())
    return found if is_town and _POINT.match(opening, found.end) else None
