"""What is said of articles: where one is from and how old it is, and what several come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watcher.model import INSIDE, UNKNOWN_LANGUAGE, Correlated
from watcher.phrase import Phrase, Span
from watcher.render.ages import age, moment
from watcher.render.cleaning import FIELD_LIMIT, cut, isolated, one_line, screen_width
from watcher.render.countries import country_name
from watcher.render.pieces import BULLET, Line, Piece, plain
from watcher.render.spoken import begun, say
from watcher.render.words import moment_name
from watcher.sentences import sentence_ends

# Of values that articles are counted by.
KINDS = (Phrase("place"), Phrase("source"), Phrase("person"), Phrase("org"), Phrase("story"))
LONGEST_NAME = 120  # of a title, source or path among several
OPENING = 200  # characters of a text without a title that stand for one
_SHORTEST_OPENING = 30  # columns: "KABUL (AFP)." says nothing yet


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a message is made: `now` (UTC ms) and `timezone` of ages, and the language of Watcher's own words."""

    now: int
    timezone: str = "UTC"
    language: str = "en"

    def say(self, phrase: str) -> str:
        """A phrase in the reader's language."""
        return say(phrase, self.language)

    def begun(self, phrase: str) -> str:
        """A phrase at the begin of a line."""
        return begun(phrase, self.language)

    def moment(self, at: int) -> str:
        """A time (UTC ms) on the reader's clock: "14:05 CET", with its day where that is another."""
        local, today = moment(at, self.timezone), moment(self.now, self.timezone).date()
        return f"{moment_name(local, today, self.language)} {local:%Z}"

    def age(self, article: Mapping[str, Any]) -> str:
        """How old an article is for the reader, as `ages.age` writes it; "undated" where nothing says it."""
        return age(article, self.now, self.timezone, self.language)


def opening(text: str) -> str:
    """The first words of a text that has no title, to stand for one: whole sentences where they are short."""
    words = " ".join(text[: 8 * OPENING].split())
    end = next((end for end in sentence_ends(words) if screen_width(words[:end]) >= _SHORTEST_OPENING), len(words))
    return cut(words[:end], OPENING)


def heading(article: Mapping[str, Any], limit: int = FIELD_LIMIT) -> str:
    """The title of an article, else its first words; "" of an alert that an older Watcher kept without them."""
    return one_line(article.get("title") or "", limit) or one_line(article.get("opening") or "", limit)


def dateline(article: Mapping[str, Any], outlets: int, reader: Reader) -> str:
    """Source · language · age · outlets, if there are several."""
    language = one_line(article.get("language") or UNKNOWN_LANGUAGE)
    parts = (
        isolated(one_line(article.get("source") or reader.begun(Phrase("unknown source")))),
        reader.say(Phrase("unknown language")) if language == UNKNOWN_LANGUAGE else language,
        reader.age(article),
        reader.say(outlets_of(outlets)) if outlets > 1 else "",
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
    title, source = map(isolated, (heading(article, LONGEST_NAME), one_line(article.get("source") or "", LONGEST_NAME)))
    where = one_line(article.get("url") or "") or place(article, LONGEST_NAME)
    facts = " · ".join(filter(None, (source, reader.age(article), *more)))
    return (
        *plain(title),
        Piece(f" · {facts}" if title else facts, "faint"),
        *((Piece(" · ", "faint"), Piece(where, "link")) if where else ()),
    )


def article_lines(found: Correlated, reader: Reader, most: int) -> list[Line]:
    """A line for each of the newest articles, and how many more there are."""
    lines = [(BULLET, *article_line(article, reader)) for article in found.articles[:most]]
    more = found.total - len(lines)
    return [*lines, *([plain(reader.say(Phrase("and {n} more", n=more)))] if more > 0 else [])]


def last_article(found: Correlated, reader: Reader) -> Phrase:
    """When the last article came before a silence; "" where it is none, or an older Watcher kept nothing of that."""
    if found.last is None:
        return Phrase("")
    at = found.last.get("at")
    return Phrase("last article: {at}", at=reader.moment(at)) if at else Phrase("no article yet")


def outlets_of(count: int) -> Phrase:
    """How many outlets tell a story."""
    return Phrase("{n} outlet", "{n} outlets", n=count)


# ── several ──────────────────────────────────────────────────────────────────────────────────────


def correlated_line(found: Correlated, language: str = "en") -> str:
    """What several articles come to: "5 articles in 1h, place Tajikistan"."""
    return cut(say(correlated(found, language), language), FIELD_LIMIT)


def correlated(found: Correlated, language: str) -> Phrase:
    """What several articles come to, with names in a language."""
    told = _counted(found, language)
    if found.by and found.value:
        value = _value(found.by, found.value, language)
        told = Phrase("{told}, {kind} {value}", told=told, kind=_kind(found.by), value=value)
    return told


def _kind(kind: str | None) -> str:
    return next((known for known in KINDS if known == kind), kind or "")


def _value(kind: str | None, value: str, language: str) -> str:
    """What articles are counted by, for reading."""
    return isolated(country_name(value, language) if kind == "place" else one_line(value, LONGEST_NAME))


def _counted(found: Correlated, language: str) -> Phrase:
    span, of = Span((found.end - found.start) // 1000), _kind(found.of)
    values = ", ".join(_value(found.of, value, language) for value in found.values)
    articles = Phrase("{n} article", "{n} articles", n=found.count) if found.count else Phrase("no articles")
    match found.type:
        case "spike":
            return Phrase("{what} in {span}, a spike", what=articles, span=span)
        case "flatline" if found.ended:
            return Phrase("the silence is over, {what} in {span}", what=articles, span=span)
        case "flatline" if found.count:
            return Phrase("{what} in {span}", what=Phrase("only {what}", what=articles), span=span)
        case "new_term":
            return Phrase("new {of}: {values}", of=of, values=values)
        case "cardinality":
            return Phrase("{what} in {span} ({values})", what=_different(found), span=span, values=values)
        case "temporal":
            return Phrase("{values} within {span}, {what}", values=values, span=span, what=articles)
        case _:
            return Phrase("{what} in {span}", what=articles, span=span)


def _different(found: Correlated) -> Phrase:
    """How many values of a kind there were."""
    match found.of:
        case "place":
            return Phrase("{n} place", "{n} places", n=found.count)
        case "source":
            return outlets_of(found.count)
        case "person":
            return Phrase("{n} person", "{n} persons", n=found.count)
        case "story":
            return Phrase("{n} story", "{n} stories", n=found.count)
        case kind:
            return Phrase("{n} of {kind}", n=found.count, kind=_kind(kind))
