"""JSON and JSON Lines: the articles wherever they stand in it, from scrapers, JSON Feed, ninjs and search engines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import reduce
from itertools import accumulate, chain, islice
from typing import Any, NamedTuple

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import frontmatter
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts, resolved
from watcher.formats.jsonfields import Names, bare, plain
from watcher.formats.jsonguess import Guess
from watcher.model import Article

_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".jsonlines", ".geojson"})
_OPENS = re.compile(r'[\ufeff\s]*(?:\{\s*"[^"\n]{0,200}"\s*:|\{\s*\}|\[\s*\{|\[\s*\])')
_NOTHING = Facts()
_FRONT = 25_000  # characters in which front matter ends
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
    if sheet.suffix in frontmatter.SUFFIXES and frontmatter.is_json(sheet.text[:_FRONT]):
        return False  # front matter, and Markdown below it
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
        for found in _articles(value, names):
            articles.append(_placed(found).article(sheet))
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


class _Found(NamedTuple):
    """An article with the objects around it, the nearest first; `listed`: others stand beside it, or could."""

    said: Facts
    around: tuple[Facts, ...] = ()
    listed: bool = False


def _articles(value: Any, names: Names | Guess, below: int = _BELOW) -> Iterator[_Found]:
    """The articles in `value`, in their order."""
    if isinstance(value, list):
        for item in value if below else ():
            yield from (found._replace(listed=True) for found in _articles(item, names, below - 1))
    elif value and isinstance(value, dict):
        said = names.read(value)
        if said == _NOTHING and not any(isinstance(inner, (dict, list)) for inner in value.values()):
            return  # most of many small objects: what follows takes as long again
        lists = {key: inner for key, inner in value.items() if _is_list(key) and _holds_objects(inner)}
        if not lists and said.body:
            yield _Found(said)
        elif not lists and said.title and (said.url or said.published):
            objects = {key: inner for key, inner in value.items() if isinstance(inner, dict)}
            yield from _without_text(said, _inside(objects, names, below))
        else:
            yield from _around(said, _inside(lists or value, names, below))


def _inside(value: dict[str, Any], names: Names | Guess, below: int) -> Iterator[_Found]:
    for key, inner in value.items() if below else ():
        is_entry = any(map(str.isdigit, key))  # of a map from numbers to articles
        for found in _articles(inner, names, below - 1):
            yield found._replace(listed=True) if is_entry else found


def _around(said: Facts, inside: Iterator[_Found]) -> Iterator[_Found]:
    """What is inside an object that is no article: an article alone has all that the object says, of several it says
    what a feed does of its entries."""
    first = list(islice(inside, 2))
    if len(first) == 1 and not first[0].listed:
        yield first[0]._replace(said=_held(first[0].said, said))
    else:
        for found in chain(first, inside):
            yield found._replace(around=(*found.around, said), listed=True)


def _without_text(said: Facts, inside: Iterator[_Found]) -> Iterator[_Found]:
    """An object with a title but no text: the article whose text is inside it, or what encloses several."""
    texts = [found for found in inside if found.said.body]
    if any(found.listed for found in texts) or sum(bool(found.said.title) for found in texts) > 1:
        yield from _around(said, iter(texts))
    else:
        longest = max((found.said for found in texts), key=lambda facts: len(facts.body), default=said)
        yield _Found(_held(longest, said))


def _held(said: Facts, holder: Facts) -> Facts:
    """What an object says, and where it says nothing what the one that holds it alone does."""
    told = {part.name: found for part in fields(said) if (found := getattr(said, part.name))}
    return replace(holder, **told)


def _is_list(key: str) -> bool:
    return plain(key) in _LISTS or bare(key) in _LISTS


def _placed(found: _Found) -> Facts:
    """An article with what the objects around it say of it: a feed's title is its entries' source."""
    said, around = found.said, found.around
    if not around:
        return said
    return replace(
        said,
        source=_nearest([said.source, *(facts.source for facts in around), *(facts.title for facts in around)]),
        language=_nearest([said.language, *(facts.language for facts in around)]),
        author=_nearest([said.author, *(facts.author for facts in around)]),
        url=reduce(resolved, (facts.url for facts in around), said.url),
    )


def _nearest(told: list[str]) -> str:
    return next(filter(None, told), "")


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value[:3]))
