"""`keywords`: terms that occur."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import Missing
from watcher.rules import forms
from watcher.rules.conditions.base import (
    FAILS,
    Blame,
    Hit,
    Leaf,
    Literals,
    Outcome,
    Scope,
    View,
    in_scope,
    longest,
    not_excepted,
)
from watcher.rules.lists import Item
from watcher.rules.nodes import Node
from watcher.rules.reading import shown
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class Keywords(Leaf):
    """At least `min` different items occur, and `times` occurrences in all, none inside an `excepted` phrase."""

    key: ClassVar[str] = "keywords"
    form: ClassVar[forms.Form] = forms.ref("terms", 'A term, a list of terms or a "@list", one of which occurs.')
    cost: ClassVar[int] = 1
    companions: ClassVar[tuple[str, ...]] = ("in", "min", "times", "case", "except")
    at: str
    items: tuple[Item, ...]
    least: int
    times: int
    excepted: tuple[Term, ...]
    scope: Scope

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        reading = reader.reading
        case = reading.boolean(entries.get("case"), "case")
        least = reading.number(entries.get("min"), "min", 1)
        times = reading.number(entries.get("times"), "times", 1)
        items = reader.items(entries["keywords"], case)
        if least and items and least > len(items):
            some = f"there are only {len(items)} terms" if len(items) > 1 else "there is only one term"
            reading.fault(entries["min"], f"min is {least}, but {some}; a list in a list, or a @list in one, is one")
        return cls(at, items, least or 1, times or 1, reader.excepted(entries), scope)

    def terms(self) -> Iterable[Term]:
        yield from (t for item in self.items for t in item.terms)
        yield from self.excepted

    def literals(self) -> Literals:
        return (frozenset(t for item in self.items for t in item.terms),)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits = self._hits(view)
        if len(hits) < self.times or not hits:
            return FAILS
        if self.least > 1 and len({id(h.item) for h in hits}) < self.least:
            return FAILS
        return Outcome(True, tuple(hits))

    def different(self, outcome: Outcome) -> int:
        """How many different items the hits of an outcome are of."""
        return len({id(h.item) for h in outcome.hits})

    def _hits(self, view: View) -> list[Hit]:
        spans = view.spans
        found = [
            Hit(self, span, {"term": term.written}, (), "", item)
            for item in self.items
            for term in item.terms
            for span in spans(term)
        ]
        if not found or not (self.scope or self.excepted or len(found) > 1):
            return found
        return not_excepted(in_scope(longest(found), self.scope, view.text), self.excepted, view)

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        return Blame((Missing(self.key, self.at, self._why(view)),))

    def _why(self, view: View) -> str:
        hits = self._hits(view)
        names = ", ".join(f"'{shown(item.label)}'" for item in self.items[:4]) + (
            ", ..." if len(self.items) > 4 else ""
        )
        if hits:
            different = len({id(h.item) for h in hits})
            least, times = f"{different} of {self.least} different terms", f"{len(hits)} of {self.times} occurrences"
            return f"only {least if different < self.least else times}: {names}"
        where = " or ".join(self.scope[-1]) if self.scope else "the text"
        if any(view.spans(t) for item in self.items for t in item.terms):
            return f"{names}: only outside {where}, or inside an 'except' phrase"
        return f"none of {names} in {where}" if len(self.items) > 1 else f"no {names} in {where}"
