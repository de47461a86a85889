"""`keywords`: terms that occur."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.folded import Span, new_tuple
from watcher.model import UNKNOWN_LANGUAGE
from watcher.rules import forms
from watcher.rules.conditions.base import FAILS, Hit, Leaf, Literals, Outcome, Scope, View
from watcher.rules.conditions.counted import in_scope, longest, not_excepted
from watcher.rules.nodes import Node
from watcher.rules.reading import first_few, shown
from watcher.rules.stems import has_stems
from watcher.rules.terms import Item, Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class Keywords(Leaf):
    """At least `min` different items occur, and `times` occurrences in all, none inside an `excepted` phrase.

    `inflected` where some of the terms are looked for by their stems.
    """

    key: ClassVar[str] = "keywords"
    form: ClassVar[forms.Form] = forms.ref("terms", 'A term, a list of terms or a "@list", one of which occurs.')
    companions: ClassVar[tuple[str, ...]] = ("in", "min", "times", "case", "inflect", "except")
    at: str
    items: tuple[Item, ...]
    least: int
    times: int
    excepted: tuple[Term, ...]
    scope: Scope
    inflected: bool = False

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        reading = reader.reading
        case = reading.boolean(entries.get("case"), "case")
        least = reading.number(entries.get("min"), "min", 1)
        times = reading.number(entries.get("times"), "times", 1)
        inflect = bool(reading.boolean(entries.get("inflect"), "inflect"))
        items = reader.items(entries["keywords"], case, inflect=inflect)
        if least and items and least > len(items):
            some = f"there are only {len(items)} terms" if len(items) > 1 else "there is only one term"
            reading.fault(entries["min"], f"min is {least}, but {some}; a list in a list, or a @list in one, is one")
        inflected = inflect and any(term.inflected for item in items for term in item.terms)
        return cls(at, items, least or 1, times or 1, reader.excepted(entries), scope, inflected)

    @property
    def cost(self) -> int:
        return 2 if self.inflected else 1

    def terms(self) -> Iterable[Term]:
        yield from (t for item in self.items for t in item.terms)
        yield from self.excepted

    def literals(self) -> Literals:
        return (frozenset(item if len(item.terms) > 1 else item.terms[0] for item in self.items),)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits = self._hits(view)
        if len(hits) < self.times:
            return FAILS
        if self.least > 1 and len({id(h.item) for h in hits}) < self.least:
            return FAILS
        return new_tuple(Outcome, (True, tuple(hits)))

    def different(self, outcome: Outcome) -> int:
        """How many different items the hits of an outcome are of."""
        return len({id(h.item) for h in outcome.hits})

    @property
    def is_plain(self) -> bool:
        """Whether one occurrence of one of its terms is all it asks for."""
        return self.least == self.times == 1 and not (self.scope or self.excepted or self.inflected)

    def _hits(self, view: View) -> list[Hit]:
        return self.hits_of(view.occurrences(self.items), view)

    def hits_of(self, occurrences: Iterable[tuple[Item, Term, Sequence[Span]]], view: View) -> list[Hit]:
        """Those of the occurrences of its terms that count."""
        found: list[Hit] = []
        for item, term, spans in occurrences:
            facts = _facts(term, view) if term.inflected else {"term": term.written}
            found += [new_tuple(Hit, (self, span, facts, (), "", item)) for span in spans]
        if self.scope:
            found = in_scope(found, self.scope, view.text)
        if len(found) > 1:
            found = longest(found)
        return not_excepted(found, self.excepted, view) if self.excepted else found

    def why_not(self, view: View) -> str:
        language = view.article.language
        spoken = [item for item in self.items if any(_counts(term, language) for term in item.terms)]
        if not spoken:
            tongues = sorted({term.language for item in self.items for term in item.terms})
            return f"its terms count in {', '.join(tongues)}, and the article is in {language}"
        if hits := self._hits(view):
            return self._too_few(hits, spoken)
        where = f"the {' or '.join(self.scope[-1])}" if self.scope else "the text"
        known = view.occurrences(self.items)
        if found := [Hit(self, span, {"term": term.written}) for _, term, spans in known for span in spans]:
            inside = in_scope(found, self.scope, view.text)
            only = "inside an 'except' phrase" if inside else f"outside {where}"
            return f"only {only}: {_quoted(list(dict.fromkeys(hit.facts['term'] for hit in inside or found)))}"
        names = _shown(spoken)
        some = f"none of {names} in {where}" if len(spoken) > 1 else f"no {names} in {where}"
        return some + (_forms_looked_for(view) if self.inflected else "")

    def _too_few(self, hits: Sequence[Hit], spoken: Sequence[Item]) -> str:
        there = {id(hit.item) for hit in hits}
        found = _shown([item for item in self.items if id(item) in there])
        if len(there) >= self.least:
            return f"only {len(hits)} of {self.times} occurrences: {found}"
        absent = [item for item in spoken if id(item) not in there]
        lacking = f"; not {_shown(absent)}" if absent else ""
        return f"only {len(there)} of {self.least} different terms, {found}{lacking}"


def _counts(term: Term, language: str) -> bool:
    return not term.language or language in (term.language, UNKNOWN_LANGUAGE)


def _shown(items: Sequence[Item]) -> str:
    return _quoted([item.label for item in items])


def _quoted(names: Sequence[str]) -> str:
    return first_few([f"'{shown(name)}'" for name in names])


def _facts(term: Term, view: View) -> dict[str, str]:
    """What is told of a hit by stems, so that an analyst sees why it is one."""
    return {"term": term.written, "stem": view.stem(term)}


def _forms_looked_for(view: View) -> str:
    language = view.article.language
    return ", in any form" if has_stems(language) else f", as written: there is no stemmer for '{language}'"
