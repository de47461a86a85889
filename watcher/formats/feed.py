"""RSS and Atom: every entry an article, by feedparser within bounds."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from watcher.errors import Empty, Foreign, Incomplete, Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts, resolved
from watcher.formats.markup import Document, text_in
from watcher.model import Article

_TEXT = re.compile(r"_(?:full-?)?(?:text|content|body|story)$")  # behind the short name of a namespace
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_START = re.compile(r"<(?:[\w.-]{1,60}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]{1,60}:)?(?:item|entry)\s*>", re.IGNORECASE)
# feedparser looks for an address in whoever made an entry, in quadratic time: 40,000 letters took it 26 s.
_MAKER = re.compile(
    r"<(?:[\w.-]{1,60}:)?(?:author|creator|contributor|managingEditor|webMaster|publisher|name|email)\b[^<>]*>",
    re.IGNORECASE,
)
_LONGEST_MAKER = 200
_XML = {"content-type": "application/xml; charset=utf-8"}


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None and Document(sheet.text).name.lower() in _ROOTS


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The entries in a feed, in its order. Of a feed that breaks off those that are whole; Incomplete says so."""
    document = Document(sheet.text or "")
    text, fault = _whole(document, sheet.limits.articles + 1)
    parsed = _parse(text)
    articles = tuple(_facts(entry, parsed["feed"]).article(sheet) for entry in parsed["entries"])
    if fault:
        raise Incomplete(fault, articles)
    if not articles:
        raise Empty("a feed without entries")
    if not any(article.title or article.body for article in articles):
        raise Foreign("a feed with entries, none of which has a title or a text")
    return articles


def _whole(document: Document, most: int) -> tuple[str, str]:
    """The feed with its first `most` entries, all of them closed, and what is wrong with it."""
    text, fault = document.safe, ""
    if not document.whole:
        ends = [found.end() for found in _END.finditer(text)]
        text, fault = text[: ends[-1] if ends else 0], "a feed that breaks off"
        if not ends:
            raise Unreadable("a feed that breaks off before its first entry ends")
    for number, found in enumerate(_START.finditer(text)):
        if number == most:
            text = text[: found.start()]
            break
    else:
        if not fault:
            return text, ""
    channel = "" if document.name.lower() != "rss" or "</channel" in text else "</channel>"
    return f"{text}{channel}</{document.tag}>", fault


def _parse(text: str) -> Any:
    import feedparser  # 0.3 s

    # From a stream, for a string may be taken for an address or a file's name; as UTF-8, whatever it declared.
    stream = io.BytesIO(f'<?xml version="1.0" encoding="utf-8"?>\n{_with_short_names(text)}'.encode())
    try:
        return feedparser.parse(stream, response_headers=_XML, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError) as error:
        raise Unreadable(f"a feed that cannot be read: {type(error).__name__}") from error


def _with_short_names(text: str) -> str:
    parts, at = [], 0
    for found in _MAKER.finditer(text):
        end = text.find("</", found.end())
        if found.end() >= at and (end < 0 or end - found.end() > _LONGEST_MAKER):
            parts.append(text[at : found.end()])
            at = end if end >= 0 else len(text)
    return "".join([*parts, text[at:]])


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


def _facts(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> Facts:
    detail = _get(entry, "title_detail") or {}
    body = max([text_in(value) for value in _texts(entry)], key=len, default="")
    origin = _get(entry, "source") or {}
    return Facts(
        title=text_in(_word(entry, "title")),
        body=body,
        language=_language(entry, detail) or _word(feed, "language"),
        published=_word(entry, "published") or _word(entry, "updated") or _word(entry, "created"),
        source=text_in(_word(origin, "title") or _word(feed, "title")),
        url=resolved(_word(entry, "link"), _word(feed, "link")),
        author=text_in(_word(entry, "author") or _word(feed, "author")),
        uid=_word(entry, "id"),
    )


def _texts(entry: Mapping[str, Any]) -> list[str]:
    """The full text, the summary and what names of others keep as the text, any of which may be the longest."""
    others = [_word(entry, key) for key in entry if _TEXT.search(key)]
    contents = [part for part in _get(entry, "content") or () if isinstance(part, dict)]
    return [_word(part, "value") for part in contents if "base64" not in _word(part, "type")] + [
        _word(entry, "summary"),
        *others,
    ]


def _language(entry: Mapping[str, Any], title: Mapping[str, Any]) -> str:
    parts = [*(_get(entry, "content") or ()), _get(entry, "summary_detail") or {}, title]
    return next(filter(None, (_word(part, "language") for part in parts)), "") or _word(entry, "language")


def _word(values: Mapping[str, Any], key: str) -> str:
    value = _get(values, key)
    return value if isinstance(value, str) else ""


def _get(values: Mapping[str, Any], key: str) -> Any:
    """The value itself: feedparser's own look-up takes one key for another, with a warning."""
    return dict.get(values, key) if isinstance(values, dict) else None
