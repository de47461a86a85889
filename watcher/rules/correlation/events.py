"""Which matches count for which correlations, and by what values of the article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from watcher.folding import fold_words
from watcher.model import Article, Entity, Place
from watcher.rules.correlation import Correlation, Flatline, Temporal
from watcher.rules.correlation.kinds import Cardinality, NewTerm

if TYPE_CHECKING:
    from watcher.rules.spec import RuleSpec

STORY = "story"  # told from what else was there, once an article is admitted
BY = ("source", "place", "person", STORY)
NAMES = ("person", "org")
"""What takes the named entities."""

MOST_VALUES = 50
"""Of one kind in one article, the first: a page of names must not open counts by the thousand."""

LONGEST_VALUE = 200  # characters

_PEOPLE = "people"  # "les Tadjiks" are no mention of the country, as in the condition `place`

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A match that counts for the correlation `rule` under one value of its `by` ("" without one); `match` is the
    rule that matched. `by` and `values` are folded; `names` has them as the article writes them."""

    rule: RuleSpec
    match: str
    by: str
    values: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)


class Named(Protocol):
    """What values are read from."""

    article: Article

    def places(self) -> Sequence[Place]: ...

    def entities(self) -> Sequence[Entity] | None: ...


class Listeners:
    """The correlations of a set of rules by the rules whose matches they count. Immutable."""

    def __init__(self, rules: Iterable[RuleSpec]) -> None:
        self._by_match: dict[str, list[RuleSpec]] = {}
        for rule in rules:
            if rule.enabled and rule.correlation is not None:
                heard = rule.correlation.rules if isinstance(rule.correlation, Temporal) else (rule.id,)
                for match in heard:
                    self._by_match.setdefault(match, []).append(rule)

    def kinds(self, matches: Iterable[str]) -> frozenset[str]:
        """The kinds of values that the correlations of these matches are counted by."""
        return frozenset(
            kind
            for match in matches
            for rule in self._by_match.get(match, ())
            if rule.correlation is not None
            for kind in (rule.correlation.by, told_apart(rule.correlation))
            if kind is not None
        )

    def occurrences(self, matches: Sequence[str], values: Values) -> Iterator[Occurrence]:
        """What the matches of one article count for, where `values` are as it writes them. A value that the article
        lacks counts for none."""
        heard: dict[str, tuple[RuleSpec, list[str]]] = {}
        for match in matches:
            for rule in self._by_match.get(match, ()):
                heard.setdefault(rule.id, (rule, []))[1].append(match)
        for rule, matched in heard.values():
            assert rule.correlation is not None
            told, counted = _carried(rule.correlation, matched, values), _by(rule.correlation, values)
            for by, written in counted.items() if told else ():
                yield Occurrence(rule, matched[-1], by, tuple(told), {**told, by: written})


def told_apart(correlation: Correlation) -> str | None:
    """The kind of values that the events of a correlation carry."""
    return correlation.of if isinstance(correlation, (Cardinality, NewTerm)) else None


def _carried(correlation: Correlation, matched: Sequence[str], values: Values) -> Mapping[str, str]:
    if isinstance(correlation, Temporal):
        return {match: match for match in matched}
    return _folded(told_apart(correlation), values)


def _by(correlation: Correlation, values: Values) -> Mapping[str, str]:
    found = _folded(correlation.by, values)
    if isinstance(correlation, Flatline) and correlation.by is not None:
        return {value: written for value, written in found.items() if value in correlation.expected}
    return found


def _folded(kind: str | None, values: Values) -> Mapping[str, str]:
    """Each value of a kind as it is compared, with what is written; "" for no kind."""
    return {"": ""} if kind is None else {folded(kind, value): value for value in values.get(kind, ())}


def values_of(view: Named, kinds: Collection[str]) -> Values:
    """The article's values of each kind but its story, each once, as first written, in the order of the text. Where
    the language has no model, there is no person and no organisation."""
    return {kind: tuple(_once(view, kind))[:MOST_VALUES] for kind in sorted(kinds) if kind != STORY}


def _once(view: Named, kind: str) -> Iterator[str]:
    seen = {""}
    for written in _values(view, kind):
        if (value := folded(kind, written)) not in seen:
            seen.add(value)
            yield _bounded(written)


def _values(view: Named, kind: str) -> Iterator[str]:
    if kind == "source":
        if view.article.source:
            yield view.article.source
    elif kind == "place":
        for place in view.places():
            if place.country and place.kind != _PEOPLE:
                yield place.country.partition("-")[0]  # RU-DA counts for RU
    else:
        for entity in view.entities() or ():
            if entity.type == kind:
                yield entity.text


def folded(kind: str, written: str) -> str:
    """A value as it is compared: a country's code in capitals, all else without regard to case."""
    if kind == "place":
        return _bounded(written.upper())
    return _bounded(written.casefold() if kind == "source" else " ".join(fold_words(written)))


def _bounded(value: str) -> str:
    """The value on one line of bounded length, of characters that every store and terminal takes."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(value.split())[:LONGEST_VALUE])
