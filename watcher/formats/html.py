"""Web pages: the article out of everything that surrounds it, by trafilatura within bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats import dates, json, plain
from watcher.formats.base import Sheet
from watcher.formats.bylines import ends_sentence
from watcher.formats.dates import Published
from watcher.formats.declared import Declared, declared
from watcher.formats.markup import text_in
from watcher.formats.menus import without_boilerplate
from watcher.formats.normal import normalise, one_line
from watcher.formats.page import all_words, text_of
from watcher.formats.pagetree import Extract, extracted, tree_of
from watcher.language import code, detect
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|article|meta)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_WORD = re.compile(r"\w")
_HEAD = 4_000  # characters in which a page shows that it is one

_LONGEST_FACT = 500
_FULLER, _ALIKE = 1.5, 0.7  # times the words that are shown; of these so many are in the text for search engines
_STUB = 300  # words at most of the beginning that is shown: what is longer is the text
_FEW = 50  # words of a page that is made in the browser, before it is
_TITLE = 3  # words of a title that is no rubric
_WAITS = re.compile(r"\bjavascript\b|\bloading\b", re.IGNORECASE)  # what is shown before the page is made
_BELOW, _SHORT = 8, 8  # lines below a heading, words of one that says the day
_MOST_HEADINGS = 5
_MOST_DATA = 1_000_000  # characters, 2 s


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None:
        return False
    head = sheet.text[:_HEAD]
    if sheet.suffix in _SUFFIXES:
        return _TAG.search(head) is not None
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _PAGE.search(head) is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a page. Its facts are what the page's markup declares; the day, where that says none, stands
    below its heading."""
    page = (sheet.text or "").replace("\0", "")
    sheet.tell_whole(lambda: normalise(all_words(page)))
    tree = tree_of(page)
    said = declared(tree) if tree is not None else Declared()
    data = _data(tree) if tree is not None else ""  # before what follows takes the scripts out
    found = extracted(tree, code(said.language)) if tree is not None else Extract()
    title = _fact(said.title) or _fact(found.title) or ""
    shown = _without_title(title, without_boilerplate(normalise(found.text)))
    body = _fuller(shown, normalise(text_in(said.body)))
    state = _state(data, sheet, title, body) if data and _words(body) < _FEW else None
    if state is not None and _words(state.body) > _words(body):
        return (_made(state, title, said),)
    if not body:
        return (_whole(page, title, said),)
    return (
        Article(
            title=title,
            body=body,
            language=detect(title, body, said.language),
            published=said.published or _day_below(title, page, code(said.language)),
            source=_fact(found.source) or _fact(said.site),
            url=_fact(said.url) or _fact(found.url),
            author=_fact(found.author),
        ),
    )


def _fuller(shown: str, declared: str) -> str:
    """The text that a page gives to search engines where that which it shows is but the beginning of it."""
    own = shown.split()
    if declared.split() == own:
        return declared  # with its paragraphs: where nothing is shown, trafilatura puts them on one line
    if len(own) > _STUB or _words(declared) < _FULLER * len(own):
        return shown
    return declared if _has_most(declared, own) else shown


def _has_most(text: str, words: Sequence[str]) -> bool:
    told = set(text.split())
    return sum(word in told for word in words) >= _ALIKE * len(words)


def _data(tree: HtmlElement) -> str:
    """The data from which a program in the browser makes the page, "" where there are none or too many."""
    written = (script.text or "" for script in tree.iter("script") if script.get("type") == "application/json")
    return max((data for data in written if len(data) <= _MOST_DATA), key=len, default="")


def _state(data: str, sheet: Sheet, title: str, shown: str) -> Article | None:
    """The article in a page's data: the one of its title, else one that says what the page shows. Where that is no
    sentence but of programs, the longest that is long."""
    try:
        found = json.read(Sheet("state.json", data.encode("utf-8", "replace"), sheet.limits))
    except Unreadable:
        return None
    titled = [article for article in found if _begins_with(title, article.title)]
    lines = (line for line in shown.split("\n") if ends_sentence(line) and not _WAITS.search(line))
    words = " ".join(lines).split()
    alike = [
        article for article in found if (_has_most(article.text, words) if words else _words(article.body) >= _FEW)
    ]
    return max(titled or alike, key=lambda article: len(article.body), default=None)


def _made(state: Article, title: str, said: Declared) -> Article:
    """The article in a page's data, with what the page says of it; what is called by its site has no title yet."""
    title = state.title if state.title and title in ("", said.site) else title
    return replace(
        state,
        title=title,
        language=detect(title, state.body, said.language),
        published=said.published or state.published,
        source=_fact(said.site) or state.source,
        url=_fact(said.url) or state.url,
        part=0,
    )


def _day_below(title: str, page: str, language: str | None) -> Published:
    """The day in one of the short lines below the page's heading: of 238 pages without what they declare, 140 have one
    there, and 137 of these are right."""
    lines = [one_line(line) for line in all_words(page).split("\n") if line.strip()] if title else []
    places = [at for at, line in enumerate(lines) if line.casefold() == title.casefold()][:_MOST_HEADINGS]
    below = (line for at in places for line in lines[at + 1 : at + 1 + _BELOW])
    short = (line for line in below if _words(line) <= _SHORT and not ends_sentence(line))
    found = (dates.find(line, language or "und") for line in short)
    return next((date.day for date in found if date is not None and date.day is not None), None)


def _begins_with(title: str, other: str) -> bool:
    """Whether two titles are one, but for what a page has behind it: the name of its site."""
    title, other = title.casefold(), other.casefold()
    return bool(other) and (title == other or (title.startswith(f"{other} ") and _words(other) >= _TITLE))


def _words(text: str) -> int:
    return sum(_WORD.search(word) is not None for word in text.split())


def _whole(page: str, title: str, said: Declared) -> Article:
    """The article in a page that trafilatura found nothing in: all its words, cut as plain text is."""
    found = plain.article(text_of(page))
    title = title or found.title
    day = said.published or _day_below(title, page, code(said.language))
    body = _without_title(title, found.body if title == found.title else found.text)
    return Article(
        title=title,
        body=body,
        language=detect(title, body, said.language),
        published=day or found.published,
        published_text=None if day else found.published_text,
        source=found.source or _fact(said.site),
        url=_fact(said.url),
        author=found.author,
    )


def _without_title(title: str, body: str) -> str:
    first, _, rest = body.partition("\n")
    if title and rest.strip() and one_line(first).casefold() == title.casefold():
        return rest.lstrip("\n")
    return body


def _fact(value: str | None) -> str | None:
    return one_line(value)[:_LONGEST_FACT] or None if value else None
