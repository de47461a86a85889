"""Bytes of a file in, articles out: the kind is told by content first, by name second."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from watcher.errors import Unreadable
from watcher.formats import html, markdown, plain, unbuilt
from watcher.formats.base import Kind, Sheet
from watcher.formats.encoding import decode
from watcher.model import Article, Document, Limits

__all__ = ["KINDS", "extract"]

# The first that recognises a file reads it; plain text recognises all that is text.
KINDS: tuple[Kind, ...] = (unbuilt, html, markdown, plain)


def extract(document: Document, limits: Limits = Limits()) -> tuple[Article, ...]:  # noqa: B008 - frozen
    """The articles in `document`, at least one; raises Unreadable, whose text is the reason, if there are none.

    `source` is what the article declares, else the domain of its URL, else the first folder below the inbox.
    """
    if len(document.data) > limits.bytes_in:
        raise Unreadable(f"too large: at most {limits.bytes_in:,} bytes are read")
    if not document.data.strip():
        raise Unreadable("empty")
    sheet = Sheet(document.name, document.data, decode(document.data))
    kind = next((k for k in KINDS if k.recognises(sheet)), None)
    if kind is None:
        raise Unreadable("binary data of no known kind")
    articles = tuple(a for a in kind.read(sheet) if a.title or a.body)
    if not articles:
        raise Unreadable("no text in it")
    if (longest := max(len(a.title) + len(a.body) for a in articles)) > limits.characters:
        raise Unreadable(f"an article of {longest:,} characters; at most {limits.characters:,} are taken")
    return tuple(
        replace(a, path=document.name, part=part, source=_source(a, document.name)) for part, a in enumerate(articles)
    )


def _source(article: Article, name: str) -> str | None:
    folder, below, _ = name.partition("/")
    return article.source or _domain(article.url) or (folder if below and folder else None)


def _domain(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:  # "http://[" is no address
        return None
    return host.removeprefix("www.") if host else None
