"""What a web page tells search engines of its article (JSON-LD)."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TYPE = "application/ld+json"
_HEADLINE, _DATE, _BODY = "headline", "datePublished", "articleBody"
# What is no JSON, as much of it is by a comma too many, is searched for them instead.
_PATTERNS = {
    _HEADLINE: re.compile(r'"headline"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){4,500})"'),
    _DATE: re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"\\]{4,40})"'),
}
_MOST = 10_000  # values that are looked at
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """Headlines, days of publication and texts. Those of the page's own article come first: what it holds, as a film, a
    comment or the claim that it checks, stands deeper."""

    headlines: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


def linked(tree: HtmlElement) -> Linked:
    """What all such data of a page say."""
    told = Linked()
    values: deque[Any] = deque()
    broken: list[str] = []
    for written in _scripts(tree):
        try:
            values.append(json.loads(written, strict=False))
        except (ValueError, RecursionError):
            broken.append(written)
    for _ in range(_MOST):
        if not values:
            break
        value = values.popleft()
        if isinstance(value, dict):
            _note(told, value.get(_HEADLINE), value.get(_DATE), value.get(_BODY))
        inner = value.values() if isinstance(value, dict) else value
        values.extend(one for one in inner if isinstance(one, dict | list))
    for written in broken:
        told.headlines.extend(html.unescape(_unquoted(text)) for text in _PATTERNS[_HEADLINE].findall(written))
        told.dates.extend(_PATTERNS[_DATE].findall(written))
    return told


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() == _TYPE:
            yield script.text or ""


def _note(told: Linked, headline: object, date: object, body: object) -> None:
    if isinstance(headline, str) and headline.strip():
        told.headlines.append(html.unescape(headline[:_LONGEST]))  # some sites escape HTML's characters once more
    if isinstance(date, str):
        told.dates.append(date[:_LONGEST])
    if isinstance(body, str):
        told.bodies.append(body)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
