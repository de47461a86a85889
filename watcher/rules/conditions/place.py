"""`place`: mentions of places inside a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.entities.models import has_model
from watcher.folded import Span
from watcher.folding import fold_words
from watcher.model import Place as Mention
from watcher.rules import forms
from watcher.rules.conditions.base import Hit, Leaf, Literals, Outcome, Scope, View
from watcher.rules.conditions.counted import PLURALS, in_scope, longest, not_excepted
from watcher.rules.nodes import Mapping, Node
from watcher.rules.reading import first_few, shown
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

KINDS = ("country", "region", "city", "adjective", "people")
DEFAULT_KINDS = ("country", "region", "city", "adjective")
_NAMES = forms.texts("Regions, countries, ISO codes, names or sets of places.", pattern=f"^(?!@){forms.NO_NAMED}")
KEYS: forms.Keys = {
    "in": _NAMES,
    "kind": forms.some(forms.choice(KINDS), "By what a place is mentioned; all but people if not given."),
    "min": forms.number(1, said="So many different places."),
}


@dataclass(frozen=True, slots=True, eq=False)
class Place(Leaf):
    """At least `least` different places inside `codes` are mentioned.

    `codes` are ISO codes of countries and the regions' own; `names` are those that the gazetteer does not know.
    """

    key: ClassVar[str] = "place"
    form: ClassVar[forms.Form] = {
        "if": {"type": "object"},
        "then": forms.mapping(KEYS, ("in",)),
        "else": _NAMES,
        "description": "A place inside one of these is mentioned.",
    }
    cost: ClassVar[int] = 3
    companions: ClassVar[tuple[str, ...]] = ("in", "except")
    at: str
    label: str
    codes: frozenset[str]
    names: tuple[Term, ...]
    kinds: tuple[str, ...]
    least: int
    excepted: tuple[Term, ...]
    scope: Scope

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading = entries["place"], reader.reading
        kinds: tuple[str, ...] = DEFAULT_KINDS
        least = 1
        region = node
        if isinstance(node, Mapping):
            inner = reader.inside(cls.key, node, KEYS, ("in",), "in: ...")
            if "in" not in inner:
                return None
            region = inner["in"]
            least = reading.number(inner.get("min"), "min", 1) or 1
            chosen = [reading.choice(n, "kind", KINDS) for _, n in reading.texts(inner.get("kind"), "kinds")]
            kinds = tuple(k for k in chosen if k) or DEFAULT_KINDS
        places = reader.places(region)
        label = ", ".join(text for text, _ in reading.texts(region, "places"))
        return cls(at, label, places.codes, places.names, kinds, least, reader.excepted(entries), scope)

    def terms(self) -> Iterable[Term]:
        return (*self.names, *self.excepted)

    def literals(self) -> Literals:
        return () if self.codes else (frozenset(self.names),)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits = self._hits(view)
        if not self._enough(hits):
            hits = self._agreed(view, hits)
        return Outcome(True, tuple(hits)) if self._enough(hits) else Outcome(False)

    def _enough(self, hits: Iterable[Hit]) -> bool:
        return len(set(map(_identity, hits))) >= self.least

    def _hits(self, view: View) -> list[Hit]:
        found = [self._hit(m) for m in (view.places() if self.codes else ()) if self._wants(m)]
        found += [
            Hit(self, span, {"name": term.written, "country": None, "kind": None})
            for term in self.names
            for span in view.spans(term)
        ]
        return self._kept(found, view)

    def _agreed(self, view: View, hits: list[Hit]) -> list[Hit]:
        """The hits with those in doubt that the article's model takes for places too. Only where they decide is it
        asked, whatever other rules asked it: so a verdict depends on the article alone. Raises NotYet."""
        doubtful = [m for m in (view.doubtful_places() if self.codes else ()) if self._wants(m)]
        if not doubtful or not self._enough([*hits, *self._kept(map(self._hit, doubtful), view)]):
            return hits
        if not has_model(view.article.language):
            return hits
        agreeing = {(e.start, e.end) for e in view.entities() or () if e.type == "place"}
        agreed = [self._hit(m, via="the model takes it for one") for m in doubtful if (m.start, m.end) in agreeing]
        return sorted([*hits, *self._kept(agreed, view)], key=lambda hit: hit.span)

    def _hit(self, mention: Mention, **more: str) -> Hit:
        facts = {"name": mention.name, "country": mention.country or None, "kind": mention.kind, **more}
        return Hit(self, Span(mention.start, mention.end), facts)

    def _kept(self, found: Iterable[Hit], view: View) -> list[Hit]:
        return not_excepted(longest(in_scope(list(found), self.scope, view.text)), self.excepted, view)

    def _wants(self, mention: Mention) -> bool:
        return mention.kind in self.kinds and self._holds(mention)

    def _holds(self, mention: Mention) -> bool:
        return mention.country in self.codes or not self.codes.isdisjoint(mention.regions)

    def why_not(self, view: View) -> str:
        hits = self._hits(view)
        where = f" in the {' or '.join(self.scope[-1])}" if self.scope else ""
        if hits:
            names = {_identity(hit): str(hit.facts["name"]) for hit in reversed(hits)}
            kinds = "places" if self.kinds == DEFAULT_KINDS else " or ".join(PLURALS[k] for k in self.kinds)
            only = f"only {len(names)} of {self.least} different {kinds} in {self.label}{where}"
            return f"{only}: {_shown(reversed(names.values()))}"
        within = [m for m in view.places() if self._holds(m)]
        right = [m for m in within if m.kind in self.kinds]
        if right:
            inside = in_scope(list(map(self._hit, right)), self.scope, view.text)
            if inside:
                return f"only inside an 'except' phrase: {_shown(str(hit.facts['name']) for hit in inside)}"
            return f"only outside the {' or '.join(self.scope[-1])}: {_shown(mention.name for mention in right)}"
        kind = "place" if self.kinds == DEFAULT_KINDS else " or ".join(self.kinds)
        return f"no {kind} in {self.label}{where}{self._nearest(within, view)}"

    def _nearest(self, within: Sequence[Mention], view: View) -> str:
        """What is there instead: places inside by another kind, or a name that nothing tells to be a place's."""
        if within:
            kinds = ", ".join(dict.fromkeys(mention.kind for mention in within))
            return f", only {_shown(mention.name for mention in within)} ({kinds})"
        if doubtful := [m for m in view.doubtful_places() if self._wants(m)] if self.codes else []:
            return f"; {_shown(mention.name for mention in doubtful)} is there, and nothing tells that it is the place"
        return ""


def _shown(written: Iterable[str]) -> str:
    return first_few(dict.fromkeys(f"'{shown(name)}'" for name in written))


def _identity(hit: Hit) -> tuple[object, ...]:
    """What tells one place from another: a country is one by whatever name or adjective, a town by its own."""
    name = " ".join(fold_words(str(hit.facts["name"])))
    country = hit.facts["country"]
    return (country, name) if country is None or hit.facts["kind"] == "city" else (country,)
