"""Web pages: the article out of everything that surrounds it, by trafilatura within bounds."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any

from watcher.formats import plain
from watcher.formats.base import Sheet
from watcher.formats.declared import Declared, declared
from watcher.formats.menus import without_boilerplate
from watcher.formats.normal import normalise, one_line
from watcher.formats.page import all_words, text_of
from watcher.language import code, detect
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|article|meta)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_HEAD = 4_000  # characters in which a page shows that it is one

# Beyond these libxml2 or trafilatura take too long (60,000 paragraphs 15 s; 20,000 attributes on one element 3 s,
# 200,000 minutes), and libxml2 stops at a depth of 256: such pages are read in a single pass instead, with more of
# their surroundings left in.
_LONGEST = 6_000_000  # characters
_MOST_ELEMENTS = 30_000
_CROWDED = re.compile(r"<[a-zA-Z](?:[^<>\s]*+\s++){5000}")  # one tag
_LONGEST_FACT = 500
_HEADLINE = 4  # words of a link that is a headline and no rubric
_NOTHING_BUT = 0.9  # of a list's characters: what its links have
_MOST_LINKS = 500
_MOST_PARAGRAPHS = 2_000
_LONG_PARAGRAPH = 60  # characters
_PART = 3  # such paragraphs in an element that is a part of an article
_NEAR = 3  # elements around a paragraph among which that is
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WHOLE = frozenset({"html", "body"})  # "no-comments" and "related-below" may be among their classes
_ASIDE = frozenset({"aside", "footer", "nav"})
_OF_OTHERS = re.compile(r"comment|related|teaser|recommend", re.IGNORECASE)
_Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Extract:
    """What trafilatura found in a page."""

    text: str = ""
    title: str | None = None
    author: str | None = None
    source: str | None = None
    url: str | None = None


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None:
        return False
    head = sheet.text[:_HEAD]
    if sheet.suffix in _SUFFIXES:
        return _TAG.search(head) is not None
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _PAGE.search(head) is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a page. Its facts are what the page's markup declares; nothing is guessed from the words."""
    page = (sheet.text or "").replace("\0", "")
    sheet.tell_whole(lambda: normalise(all_words(page)))
    tree = _tree(page)
    said = declared(tree) if tree is not None else Declared()
    found = _extract(tree, code(said.language)) if tree is not None else _Extract()
    title = _fact(said.title) or _fact(found.title) or ""
    body = _without_title(title, without_boilerplate(normalise(found.text)))
    if not body:
        return (_whole(page, title, said),)
    return (
        Article(
            title=title,
            body=body,
            language=detect(title, body, said.language),
            published=said.published,
            source=_fact(found.source),
            url=_fact(said.url) or _fact(found.url),
            author=_fact(found.author),
        ),
    )


def _whole(page: str, title: str, said: Declared) -> Article:
    """The article in a page that trafilatura found nothing in: all its words, cut as plain text is."""
    found = plain.article(text_of(page))
    title = title or found.title
    body = _without_title(title, found.body if title == found.title else found.text)
    return Article(
        title=title,
        body=body,
        language=detect(title, body, said.language),
        published=said.published or found.published,
        published_text=None if said.published else found.published_text,
        source=found.source,
        url=_fact(said.url),
        author=found.author,
    )


def _tree(page: str) -> HtmlElement | None:
    """The page's elements, None if it is too large or too deep to be searched in time."""
    from lxml import html

    if len(page) > _LONGEST or _CROWDED.search(page):
        return None
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (html.etree.ParserError, html.etree.XMLSyntaxError):  # no element in it
        return None
    cut_short = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return None if cut_short or _too_much(tree) else tree


def _too_much(tree: HtmlElement) -> bool:
    return next(islice(tree.iter(), _MOST_ELEMENTS, None), None) is not None


def _extract(tree: HtmlElement, language: str | None) -> _Extract:
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction  # 14 MB: plain text shall not pay for it

    _choose_stop_words(language)
    _drop_link_lists(tree)
    _join_parts(tree)
    try:
        found = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (LxmlError, RecursionError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        return _Extract()  # a page built to break it is still read, in a single pass
    if found is None or isinstance(found, dict):
        return _Extract()
    return _Extract(found.text or "", found.title, found.author, found.sitename, found.url)


def _drop_link_lists(tree: HtmlElement) -> None:
    """Takes out lists of nothing but links to other articles, which trafilatura leaves in beside the text."""
    for element in list(tree.iter("ul", "ol")):
        if next(element.iterdescendants("ul", "ol"), None) is not None:
            continue  # read at each level, 250 of them would take quadratic time
        links = [" ".join(a.text_content().split()) for a in islice(element.iter("a"), _MOST_LINKS)]
        heads = [link for link in links if link.count(" ") >= _HEADLINE - 1]
        text = len("".join(element.text_content().split()))
        if len(heads) >= 2 and sum(len("".join(link.split())) for link in links) >= _NOTHING_BUT * text:
            element.drop_tree()


def _join_parts(tree: HtmlElement) -> None:
    """Puts the text of an article into one element that stands in several of one kind, with advertisements between:
    trafilatura takes the first of them for all. What stands elsewhere in the page, or under a heading of its own, is
    another article's."""
    held: dict[HtmlElement, int] = {}
    for paragraph in islice(tree.iter("p"), _MOST_PARAGRAPHS):
        if _is_long(paragraph):
            around = next((e for e in islice(paragraph.iterancestors(), _NEAR) if e.get("class")), None)
            if around is not None:
                held[around] = held.get(around, 0) + 1
    paths: dict[HtmlElement, _Path | None] = {}
    kinds: dict[_Path, list[HtmlElement]] = {}
    for element, count in held.items():
        if count >= _PART and (path := _path(element, paths)) is not None:
            kinds.setdefault(path, []).append(element)
    parts = [alike for alike in kinds.values() if len(alike) > 1]
    headings = _headings_before(tree, {element for alike in parts for element in alike}) if parts else {}
    for first, *others in parts:
        seen = headings[first] + _headings_in(first)
        for other in others:
            if headings[other] != seen:
                break
            seen += _headings_in(other)
            first.extend(list(other))


def _path(element: HtmlElement | None, known: dict[HtmlElement, _Path | None]) -> _Path | None:
    """Where an element stands in its page: tag and class of it and of all around it, each read once. None among what
    readers say and what leads to other articles."""
    if element is None:
        return ()
    if element not in known:
        above, tag, name = _path(element.getparent(), known), str(element.tag), element.get("class", "")
        aside = tag in _ASIDE or (tag not in _WHOLE and _OF_OTHERS.search(f"{name} {element.get('id', '')}"))
        known[element] = None if above is None or aside else (above, tag, name)
    return known[element]


def _headings_before(tree: HtmlElement, elements: Collection[HtmlElement]) -> dict[HtmlElement, int]:
    """How many headings of the page begin before each of the elements."""
    before: dict[HtmlElement, int] = {}
    headings = 0
    for element in tree.iter():
        if element in elements:
            before[element] = headings
        headings += element.tag in _HEADINGS
    return before


def _headings_in(element: HtmlElement) -> int:
    return sum(1 for _ in element.iter(*_HEADINGS))


def _is_long(paragraph: HtmlElement) -> bool:
    return any(length >= _LONG_PARAGRAPH for length in accumulate(map(len, paragraph.itertext())))


def _choose_stop_words(language: str | None) -> None:
    """Gives trafilatura's last resort, justext, the common words of the page's own language. Left alone it takes
    those of a hundred languages together, 27 MB, and finds no better text (F1 over 456 pages 0.9051 either way)."""
    from justext.utils import get_stoplist  # type: ignore[import-untyped]
    from trafilatura import external
    from trafilatura.settings import JUSTEXT_LANGUAGES

    name = JUSTEXT_LANGUAGES.get(language or "", "English")
    external.JT_STOPLIST = tuple(sorted(get_stoplist(name)))  # type: ignore[assignment]


def _without_title(title: str, body: str) -> str:
    first, _, rest = body.partition("\n")
    if title and rest.strip() and one_line(first).casefold() == title.casefold():
        return rest.lstrip("\n")
    return body


def _fact(value: str | None) -> str | None:
    return one_line(value)[:_LONGEST_FACT] or None if value else None
