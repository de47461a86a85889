"""News sitemaps, by which outlets tell search engines of their last two days: each article by its title alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts
from watcher.formats.markup import Document
from watcher.formats.nitf import first
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ROOTS = frozenset({"urlset", "sitemapindex"})


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None and Document(sheet.text).name in _ROOTS


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The articles that a sitemap names with a title; of one that breaks off those that are whole. Raises Empty where
    it names addresses alone."""
    document = Document(sheet.text or "")
    tree = document.tree()
    pages = [] if tree is None else list(tree.iterfind("{*}url"))
    told = [facts.article(sheet) for facts in _facts(pages if document.whole else pages[:-1], sheet.limits.articles)]
    if not document.whole:
        if not told:
            raise Unreadable("a sitemap that breaks off before its first article ends")
        raise Incomplete("a sitemap that breaks off", told)
    if not told:
        raise Empty("a sitemap without titles of news")
    return tuple(told)


def _facts(pages: list[Element], most: int) -> Iterator[Facts]:
    for page in pages[: most + 1]:
        title = first(page, "{*}news/{*}title")
        if title:
            yield Facts(
                title=title,
                language=first(page, "{*}news/{*}publication/{*}language"),
                published=first(page, "{*}news/{*}publication_date"),
                source=first(page, "{*}news/{*}publication/{*}name"),
                url=first(page, "{*}loc"),
            )
