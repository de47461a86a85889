"""JSON and JSON Lines: the articles wherever they stand in it, from scrapers, JSON Feed, ninjs and search engines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import accumulate
from typing import Any

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts, resolved
from watcher.formats.jsonfields import Names, bare, plain
from watcher.formats.jsonguess import Guess
from watcher.model import Article

_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".jsonlines", ".geojson"})
_OPENS = re.compile(r'[\ufeff\s]*(?:\{\s*"[^"\n]{0,200}"\s*:|\{\s*\}|\[\s*\{|\[\s*\])')
_SPACE = re.compile(r"[\ufeff\s]*")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_DEEPEST = 100  # levels; the parser itself recurses, and a thousand of them end it
_BELOW = 8  # levels in which articles are looked for
_MOST_FAULTS = 100  # lines that are no JSON; to tell where each stands takes quadratic time
# The keys under which exports keep their articles; an article's own lists have other names.
_LISTS = frozenset(("items item entries articles results docs documents hits posts stories news rows records").split())


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None:
        return False
    if sheet.suffix in _SUFFIXES:
        return sheet.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")
    return _OPENS.match(sheet.text) is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The articles in a JSON value, or in several on lines of their own. A line that is no JSON costs itself alone, a
    list that breaks off what is broken: Incomplete says so."""
    text = sheet.text or ""
    if _depth(text) > _DEEPEST:
        raise Unreadable(f"JSON nested more than {_DEEPEST} levels deep")
    articles, fault = _read(text, Names(sheet.limits.json_fields), sheet)
    if not articles and not fault:
        articles, fault = _read(text, Guess(), sheet)
    if fault and articles:
        raise Incomplete(fault, articles)
    if fault:
        raise Unreadable(fault)
    if not articles:
        raise Empty("JSON in which nothing has a title or a text")
    return tuple(articles)


def _read(text: str, names: Names | Guess, sheet: Sheet) -> tuple[list[Article], str]:
    """The articles by such names, one more than may be if there are so many, and the first fault."""
    articles: list[Article] = []
    fault = ""
    for value in _values(text):
        if isinstance(value, json.JSONDecodeError):
            fault = fault or f"broken JSON at line {value.lineno:,}, column {value.colno:,}: {value.msg}"
            continue
        for found in _articles(value, names, Facts()):
            articles.append(found.article(sheet))
            if len(articles) > sheet.limits.articles:
                return articles, ""
    return articles, fault


def _depth(text: str) -> int:
    brackets = _STRING.sub(b"", text.encode("utf-8", "replace")).translate(None, _NO_BRACKETS)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)


def _values(text: str) -> Iterator[Any]:
    """Every value, those of a list at the top one by one, and the fault where there should be one."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)  # a number of a million digits is no number here
    at, faults = _skip(text, 0), 0
    listed = text[at : at + 1] == "["
    at = _skip(text, at + 1) if listed else at
    while at < len(text) and not (listed and text[at] == "]"):
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as fault:
            yield fault
            faults += 1
            line = text.find("\n", at)
            if line < 0 or faults == _MOST_FAULTS:
                return
            at = _skip(text, line)
            continue
        yield value
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at : at + 1] == "," else at
    if listed and at >= len(text):
        yield json.JSONDecodeError("the list is not closed", text, len(text))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _articles(
    value: Any,
    names: Names | Guess,
    around: Facts,
    holder: Facts = Facts(),  # noqa: B008 - frozen
    below: int = _BELOW,
) -> Iterator[Facts]:
    """The articles in `value`; `around` is what encloses the list that it stands in: a feed's title is its entries'
    source. `holder` is what the objects around it say that hold it alone, as a search engine's do: of itself."""
    if isinstance(value, list):
        for item in value:
            yield from _articles(item, names, _within(holder, around), below=below - 1) if below else ()
    elif isinstance(value, dict):
        said = names.read(value)
        lists = [inner for key, inner in value.items() if _is_list(key) and _holds_objects(inner)]
        if not lists and said.body:
            yield _within(_held(said, holder), around)
        elif not lists and said.title and (said.url or said.published):
            yield _within(_held(_wrapped(value, names, below) or said, _held(said, holder)), around)
        else:
            for inner in lists or value.values():
                if below and isinstance(inner, dict | list):
                    yield from _articles(inner, names, around, _held(said, holder), below - 1)


def _wrapped(value: dict[str, Any], names: Names | Guess, below: int) -> Facts | None:
    """What an object inside this one says, if it has the text that this one lacks."""
    for inner in value.values() if below else ():
        if isinstance(inner, dict):
            said = names.read(inner)
            found = said if said.body else _wrapped(inner, names, below - 1)
            if found:
                return found
    return None


def _held(said: Facts, holder: Facts) -> Facts:
    """What an object says, and where it says nothing what its holder does."""
    told = {part.name: found for part in fields(said) if (found := getattr(said, part.name))}
    return replace(holder, **told)


def _is_list(key: str) -> bool:
    return plain(key) in _LISTS or bare(key) in _LISTS


def _within(said: Facts, around: Facts) -> Facts:
    return replace(
        said,
        source=said.source or around.source or around.title,
        language=said.language or around.language,
        author=said.author or around.author,
        url=resolved(said.url, around.url),
    )


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value[:3]))
