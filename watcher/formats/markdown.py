"""Markdown: front matter, first heading, and the text without its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from watcher.formats import dates, frontmatter, plain
from watcher.formats.base import Sheet
from watcher.formats.normal import normalise, one_line
from watcher.language import detect
from watcher.model import Article

_HEADING = re.compile(r"#{1,3} +\S")
_LONGEST = 200_000  # characters that are parsed; beyond, the marks stay: 100,000 items of a list take 8 s
_LONGEST_FACT = 500


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None:
        return False
    head = sheet.text[:25_000].lstrip("\ufeff\r\n").replace("\r\n", "\n")
    return frontmatter.is_fenced(head) or bool(_HEADING.match(head)) or sheet.suffix in frontmatter.SUFFIXES


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a Markdown file. Front matter says title, date, source, url, author and lang; where it does
    not, the first heading is the title, and the rest is found as in plain text."""
    text = normalise(sheet.text or "")
    facts, text = frontmatter.parted(text)
    heading, body = _title_and_body(text) if len(text) <= _LONGEST else ("", text)
    sheet.tell_whole(lambda: body)
    found = plain.article(body)
    title = _fact(facts, "title", "headline") or heading
    article = replace(found, title=title, body=found.text) if title else found
    article = _dated(article, facts.get("date", facts.get("published")))
    return (
        replace(
            article,
            language=detect(article.title, article.body, _fact(facts, "lang", "language")),
            source=_fact(facts, "source", "publisher", "site") or article.source,
            url=_fact(facts, "url", "link", "canonical", "canonical_url"),
            author=_fact(facts, "author", "authors", "byline") or article.author,
        ),
    )


def _fact(facts: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = facts.get(key)
        if isinstance(value, list):
            value = ", ".join(v for v in value if isinstance(v, str))
        if isinstance(value, str) and value.strip():
            return one_line(value)[:_LONGEST_FACT]
    return None


def _dated(article: Article, value: object) -> Article:
    match value:
        case datetime():
            day: dates.Published = value if value.tzinfo else value.date()
        case date():
            day = value
        case str() if value.strip():
            day = dates.machine(value)
        case _:
            return article
    if day is None or not dates.is_likely(day):
        return replace(article, published=None, published_text=one_line(str(value))[:100])
    return replace(article, published=day, published_text=None)


def _title_and_body(text: str) -> tuple[str, str]:
    """The first heading if nothing but space stands before it, and the rest; all marks taken off."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    title = ""
    if len(tokens) > 2 and tokens[0].type == "heading_open":
        title, tokens = one_line(_words(tokens[1])), tokens[3:]
    return title, "\n\n".join(filter(None, _blocks(tokens)))


def _blocks(tokens: list[Token]) -> Iterator[str]:
    number = ""
    for token in tokens:
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "inline":
            yield number + _words(token)
            number = ""
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")


def _words(token: Token) -> str:
    """The text of a run of words: of a link its words, of an image its description."""
    return "".join(_word(child) for child in token.children or ())


def _word(token: Token) -> str:
    if token.type == "image":
        return _words(token)
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content
