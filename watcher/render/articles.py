"""What is said of articles: where one is from and how old it is, and what several come to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from watcher.model import INSIDE, UNKNOWN_LANGUAGE, Correlated
from watcher.render.ages import age
from watcher.render.cleaning import FIELD_LIMIT, one_line
from watcher.render.pieces import Line, Piece, plain
from watcher.render.spoken import span
from watcher.render.words import say

KINDS = ("place", "source", "person", "org", "story")  # of values that articles are counted by
LONGEST_NAME = 120  # of a title, source or path among several


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a message is made: `now` (UTC ms) and `timezone` of ages, and the language of Watcher's own words."""

    now: int
    timezone: str = "UTC"
    language: str = "en"

    def say(self, key: str, **values: Any) -> str:
        return say(key, self.language, **values)

    def age(self, article: Mapping[str, Any]) -> str:
        return age(article, self.now, self.timezone, self.language)


def dateline(article: Mapping[str, Any], outlets: int, reader: Reader) -> str:
    """Source · language · age · outlets, if there are several."""
    language = one_line(article.get("language") or UNKNOWN_LANGUAGE)
    parts = (
        one_line(article.get("source") or reader.say("unknown_source")),
        reader.say("unknown_language") if language == UNKNOWN_LANGUAGE else language,
        reader.age(article),
        reader.say("outlets", n=outlets) if outlets > 1 else "",
    )
    return " · ".join(filter(None, parts))


def address(article: Mapping[str, Any]) -> str:
    """The article's URL, or where it lies below the inbox."""
    return one_line(article.get("url") or "") or place(article)


def place(article: Mapping[str, Any], longest: int = FIELD_LIMIT) -> str:
    """The path of the article's file below the inbox, with what it was found in inside of that: pack.zip › a.txt."""
    path, members = one_line(article.get("path") or "", longest), article.get("members") or ()
    return INSIDE.join(filter(None, (path, *(one_line(name, LONGEST_NAME) for name in members))))


def article_line(article: Mapping[str, Any], reader: Reader, *more: str) -> Line:
    """Title · source · age · more · address, of what the article has."""
    title, source = (one_line(article.get(key) or "", LONGEST_NAME) for key in ("title", "source"))
    where = one_line(article.get("url") or "") or place(article, LONGEST_NAME)
    facts = " · ".join(filter(None, (source, reader.age(article), *more)))
    return (
        *plain(title),
        Piece(f" · {facts}" if title else facts, "faint"),
        *((Piece(" · ", "faint"), Piece(where, "link")) if where else ()),
    )


def article_lines(found: Correlated, reader: Reader, most: int) -> list[Line]:
    """A line for each of the newest articles, and how many more there are."""
    lines = [article_line(article, reader) for article in found.articles[:most]]
    more = found.total - len(lines)
    return [*lines, *([plain(reader.say("more", n=more))] if more > 0 else [])]


# ── several ──────────────────────────────────────────────────────────────────────────────────────


def correlated_line(found: Correlated, language: str = "en") -> str:
    """What several articles come to: "5 articles in 1h, place TJ"."""
    by = f", {_kind(found.by, language)} {one_line(found.value)}" if found.by and found.value else ""
    within = span((found.end - found.start) // 1000, language)
    told = _counted(found, functools.partial(say, language=language), within, _kind(found.of, language))
    return one_line(f"{told}{by}")


def _kind(kind: str | None, language: str) -> str:
    return say(kind, language) if kind in KINDS else kind or ""


def _counted(found: Correlated, say: Callable[..., str], within: str, of: str) -> str:
    values = ", ".join(map(one_line, found.values))
    articles = say("articles", n=found.count) if found.count else say("no_articles")
    match found.type:
        case "spike":
            return say("spike", what=articles, span=within)
        case "flatline" if found.ended:
            return say("silence_over", what=articles, span=within)
        case "flatline" if found.count:
            return say("within", what=say("only", what=articles), span=within)
        case "new_term":
            return say("new_term", of=of, values=values)
        case "cardinality":
            return say("of_values", n=found.count, of=of, span=within, values=values)
        case "temporal":
            return say("temporal", values=values, span=within, what=articles)
        case _:
            return say("within", what=articles, span=within)
