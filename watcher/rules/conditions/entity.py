"""`entity`: people, organisations and other names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.entities.bearers import NOWHERE, Stretches
from watcher.entities.models import has_model, of_language
from watcher.entities.names import PERSON, NameMatcher, compile_names
from watcher.folded import Span
from watcher.folding import fold_words
from watcher.rules import forms
from watcher.rules.conditions.base import Hit, Leaf, Literals, NameKey, Outcome, Scope, Stretch, View
from watcher.rules.conditions.counted import PLURALS, in_scope, longest, not_excepted
from watcher.rules.nodes import Node
from watcher.rules.reading import first_few, shown
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

TYPES = ("person", "org", "place", "misc", "any")
KEYS: forms.Keys = {
    "type": forms.choice(TYPES, "Whose names; any for all of them."),
    "is": forms.ref("names", "The names; without them, any name of the type."),
    "min": forms.number(1, said="So many different names."),
}


@dataclass(frozen=True, slots=True, eq=False)
class Entity(Leaf):
    """At least `least` different entities of a type are named; with `names`, of those listed.

    `names` gives for each listed name the one that it counts as.
    """

    key: ClassVar[str] = "entity"
    form: ClassVar[forms.Form] = forms.mapping(KEYS, ("type",), "A person, organisation or other name occurs.")
    companions: ClassVar[tuple[str, ...]] = ("in", "except")
    at: str
    type: str
    names: Mapping[str, str]
    matcher: NameMatcher | None
    least: int
    excepted: tuple[Term, ...]
    scope: Scope

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        reading = reader.reading
        inner = reader.inside(cls.key, entries["entity"], KEYS, ("type",), "type: person, is: [...]")
        kind = reading.choice(inner.get("type"), "type", TYPES)
        least = reading.number(inner.get("min"), "min", 1) or 1
        names = reader.names(inner["is"]) if "is" in inner else {}
        excepted = reader.excepted(entries)
        if kind is None or ("is" in inner and not names):
            return None
        if names and least > (different := len(set(names.values()))):
            listed = f"only {different} names are" if different > 1 else "only one name is"
            reading.fault(inner["min"], f"min is {least}, but {listed} listed")
        return cls(
            at, kind, names, compile_names(names, kind, reader.likeness) if names else None, least, excepted, scope
        )

    @property
    def cost(self) -> int:
        return 3 if self.names else 4

    def terms(self) -> Iterable[Term]:
        return self.excepted

    def literals(self) -> Literals:
        if self.matcher is None:
            return ()
        return (frozenset({*map(NameKey, self.matcher.keys), *map(Stretch, self.matcher.literals)}),)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits = self._hits(view)
        if hits is None:
            return Outcome(None)
        return Outcome(True, tuple(hits)) if self._different(hits) >= self.least else Outcome(False)

    def _different(self, hits: Sequence[Hit]) -> int:
        return len(set(map(self._identity, hits)))

    def _identity(self, hit: Hit) -> object:
        return self.names.get(hit.facts["name"], hit.facts["name"])

    def _hits(self, view: View) -> list[Hit] | None:
        if self.matcher is not None:
            return self._listed(view, self.matcher)
        found = self._any(view)
        return None if found is None else self._kept(found, view)

    def _kept(self, found: Sequence[Hit], view: View) -> list[Hit]:
        return not_excepted(longest(in_scope(list(found), self.scope, view.text)), self.excepted, view)

    def _listed(self, view: View, matcher: NameMatcher) -> list[Hit]:
        """Where the listed names stand. A last name with nothing beside it that tells a name ("Petit a dit", at
        a sentence's start) is one where the article's model says so, which is asked only where that decides: so
        a verdict depends on the article alone. Raises NotYet."""
        if not matcher.may_find(view.text):  # most articles: spares the gazetteer
            return []
        hits = self._named(view, matcher)
        if self.type != PERSON or self._different(hits) >= self.least:
            return hits
        anywhere = Stretches([(0, len(view.text.text))])
        if self._different(self._named(view, matcher, anywhere)) < self.least or not has_model(view.article.language):
            return hits
        people = ((e.start, e.end) for e in view.entities() or () if e.type == PERSON)
        return self._named(view, matcher, Stretches(people))

    def _named(self, view: View, matcher: NameMatcher, named: Stretches = NOWHERE) -> list[Hit]:
        """Where a listed name stands; a last name that is plainly a place there (Kaboul, Washington) is none."""
        found = matcher.find(view.text, view.places(), named)
        hits = [Hit(self, Span(f.start, f.end), {"name": f.name, "type": self.type, "via": f.via}) for f in found]
        return self._kept(hits, view)

    def _any(self, view: View) -> list[Hit] | None:
        entities = view.entities()
        if entities is None:
            return None
        return [
            Hit(self, Span(e.start, e.end), {"name": " ".join(fold_words(e.text)), "type": e.type})
            for e in entities
            if self.type in ("any", e.type)
        ]

    def why_not(self, view: View) -> str:
        hits = self._hits(view)
        if hits is None:
            return self.untold([view.article.language])
        if hits:
            return self._too_few(hits, view)
        names = _some(self.names)
        where = f" in the {' or '.join(self.scope[-1])}" if self.scope else ""
        if not names:
            return f"no {self.type} named{where}"
        absent = f"none of {names} named" if len(self.names) > 1 else f"{names} is not named"
        return absent + where + self._nearest(view)

    def _too_few(self, hits: Sequence[Hit], view: View) -> str:
        there = {self._identity(hit): view.text.text[hit.span.start : hit.span.end] for hit in reversed(hits)}
        absent = [name for name, number in self.names.items() if number not in there]
        lacking = f"; not {_some(absent)}" if absent else ""
        found = _some(dict.fromkeys(reversed(there.values())))
        return f"only {len(there)} of {self.least} different {PLURALS[self.type]}, {found}{lacking}"

    def untold(self, languages: Sequence[str]) -> str:
        """Why any name cannot be told in languages without a model, and what cures it."""
        known = " and ".join(
            f"watcher models install {language}" for language in languages if any(of_language(language))
        )
        where = ", ".join(f"'{language}'" for language in languages)
        many = "those languages" if len(languages) > 1 else "that language"
        return f"any {self.type} cannot be told in {where}: no model for {many}" + (f"; see: {known}" if known else "")

    def _nearest(self, view: View) -> str:
        miss = self.matcher.nearest(view.text, view.places()) if self.matcher else None
        if miss is None:
            return ""
        of = f" of {shown(miss.name)}" if len(self.names) > 1 else ""
        return f"; nearest{of} '{shown(miss.text)}': {miss.why}"


def _some(names: Collection[str]) -> str:
    return first_few([shown(name) for name in names])
