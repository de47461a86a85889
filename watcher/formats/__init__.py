"""Bytes of a file in, articles out: the kind is told by content first, by name second."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from watcher.errors import Incomplete, Unreadable
from watcher.formats import feed, html, json, markdown, newsml1, newsmlg2, nitf, pdf, plain, unbuilt, wire
from watcher.formats.base import Kind, Sheet
from watcher.formats.encoding import decode
from watcher.model import Article, Document, Limits

__all__ = ["KINDS", "extract"]

# The first that recognises a file reads it; plain text recognises all that is text.
KINDS: tuple[Kind, ...] = (feed, newsmlg2, newsml1, nitf, json, wire, pdf, unbuilt, html, markdown, plain)


def extract(document: Document, limits: Limits = Limits()) -> tuple[Article, ...]:  # noqa: B008 - frozen
    """The articles in `document`, at least one; raises Unreadable, whose text is the reason, if there are none, and
    Incomplete, with those that there are, where a part of it is broken or beyond a limit.

    `source` is what the article declares, else the domain of its URL, else the first folder below the inbox.
    """
    if len(document.data) > limits.bytes_in:
        raise Unreadable(f"too large: at most {limits.bytes_in:,} bytes are read")
    if not document.data.strip():
        raise Unreadable("empty")
    sheet = Sheet(document.name, document.data, decode(document.data), limits)
    kind = next((k for k in KINDS if k.recognises(sheet)), None)
    if kind is None:
        raise Unreadable("binary data of no known kind")
    found, fault = _read(kind, sheet)
    articles = tuple(
        replace(a, path=document.name, part=part, source=_source(a, document.name)) for part, a in enumerate(found)
    )
    if not articles:
        raise Unreadable(fault or "no text in it")
    if fault:
        raise Incomplete(fault, articles)
    return articles


def _read(kind: Kind, sheet: Sheet) -> tuple[list[Article], str]:
    """The articles within the limits, and why there are not more: the first cause of all."""
    limits, fault = sheet.limits, ""
    try:
        found = kind.read(sheet)
    except Incomplete as error:
        found, fault = error.articles, str(error)
    articles = [a for a in found if a.title or a.body]
    if len(articles) > limits.articles:
        fault = f"more than {limits.articles:,} articles; the first {limits.articles:,} were read"
    short = [a for a in articles[: limits.articles] if len(a.title) + len(a.body) <= limits.characters]
    if len(short) < min(len(articles), limits.articles):
        longest = max(len(a.title) + len(a.body) for a in articles)
        fault = fault or f"an article of {longest:,} characters; at most {limits.characters:,} are taken"
    return short, fault


def _source(article: Article, name: str) -> str | None:
    folder, below, _ = name.partition("/")
    return article.source or _domain(article.url) or (folder if below and folder else None)


def _domain(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:  # "http://[" is no address
        return None
    return host.removeprefix("www.") if host else None
