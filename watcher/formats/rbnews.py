"""RBNews: the XML of the Danish agency Ritzau, one article, or several in the answer of its service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts
from watcher.formats.markup import Document, text_in
from watcher.formats.nitf import first
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ROOT = "RBNews"
_ITEM = re.compile(r"<RBNews[\s>]")
_HEAD = 2_000  # characters in which the first article begins, if not with the root


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None or not _ITEM.search(sheet.text, 0, _HEAD):
        return False
    name = Document(sheet.text).name
    return name == _ROOT or name.endswith("Response")


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The articles in the file; of one that breaks off those that are whole."""
    document = Document(sheet.text or "")
    tree = document.tree()
    items = [] if tree is None else [*tree.iter(_ROOT)]
    if not document.whole:
        if not items[:-1]:
            raise Unreadable("an RBNews file that breaks off before its first article ends")
        raise Incomplete("an RBNews file that breaks off", [_facts(item).article(sheet) for item in items[:-1]])
    if not items:
        raise Empty("an RBNews file without articles")
    return tuple(_facts(item).article(sheet) for item in items[: sheet.limits.articles + 1])


def _facts(item: Element) -> Facts:
    """The subtitle opens the text where a headline stands above it; a flash without either has no title."""
    headline, subtitle = text_in(first(item, "headline")), text_in(first(item, "subtitle"))
    lead = subtitle if headline else ""
    return Facts(
        title=headline or subtitle,
        body="\n".join(filter(None, (lead, text_in(first(item, "content"))))),
        dateline="" if lead else first(item, "town"),
        published=first(item, "PublishDate"),
        source=first(item, "origin").strip("/ "),
        author=first(item, "byLine"),
        urgency=first(item, "Priority"),
        status="canceled" if first(item, "Annuleret").lower() == "true" else "",
        uid=first(item, "HistID") or first(item, "NewsID"),
    )
