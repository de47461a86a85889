"""The elements of a web page, where they can be searched in time, and what trafilatura finds in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from watcher.formats.prepare import prepare

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Beyond these libxml2 or trafilatura take too long (60,000 paragraphs 15 s; 20,000 attributes on one element 3 s,
# 200,000 minutes), and libxml2 stops at a depth of 256: such pages are read in a single pass instead, with more of
# their surroundings left in.
_LONGEST = 6_000_000  # characters
_MOST_ELEMENTS = 30_000
_CROWDED = re.compile(r"<[a-zA-Z](?:[^<>\s]*+\s++){5000}")  # one tag


@dataclass(frozen=True, slots=True)
class Extract:
    """What trafilatura found in a page."""

    text: str = ""
    title: str | None = None
    author: str | None = None
    source: str | None = None
    url: str | None = None


def tree_of(page: str) -> HtmlElement | None:
    """The page's elements, None if it is too large or too deep to be searched in time, or there are none."""
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


def extracted(tree: HtmlElement, language: str | None) -> Extract:
    """The article in a page's elements, which are changed; nothing where they were built to break it."""
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction  # 14 MB: plain text shall not pay for it

    _choose_stop_words(language)
    prepare(tree)
    try:
        found = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (LxmlError, RecursionError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        return Extract()  # a page built to break it is still read, in a single pass
    if found is None or isinstance(found, dict):
        return Extract()
    return Extract(found.text or "", found.title, found.author, found.sitename, found.url)


def _choose_stop_words(language: str | None) -> None:
    """Gives trafilatura's last resort, justext, the common words of the page's own language. Left alone it takes
    those of a hundred languages together, 27 MB, and finds no better text (F1 over 456 pages 0.9051 either way)."""
    from justext.utils import get_stoplist  # type: ignore[import-untyped]
    from trafilatura import external
    from trafilatura.settings import JUSTEXT_LANGUAGES

    name = JUSTEXT_LANGUAGES.get(language or "", "English")
    external.JT_STOPLIST = tuple(sorted(get_stoplist(name)))  # type: ignore[assignment]
