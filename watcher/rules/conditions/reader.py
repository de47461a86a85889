"""Reads the conditions of a rules file into their tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from watcher.model import NAME_LIKENESS
from watcher.rules import forms
from watcher.rules.conditions import kinds
from watcher.rules.conditions.base import SECTIONS, Condition, Scope
from watcher.rules.conditions.groups import All
from watcher.rules.lists import ListReader
from watcher.rules.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence
from watcher.rules.placesets import Named, PlaceReader
from watcher.rules.positions import Sources
from watcher.rules.reading import Reading, kind, shown
from watcher.rules.terms import Item, Term

KINDS = {kind.key: kind for kind in kinds.KINDS}
_EVERY_COMPANION = tuple(dict.fromkeys(c for kind in kinds.KINDS for c in kind.companions))
GROUPS = ("all", "any", "none")
COMPANIONS: forms.Keys = {  # what may stand beside the keys of conditions; which beside which, each kind says
    "in": forms.some(forms.choice(SECTIONS), "Where to look; the whole text if not given."),
    "min": forms.number(1, said="So many different terms occur."),
    "times": forms.number(1, said="So many occurrences."),
    "case": forms.boolean("Whether capitals must be as written."),
    "inflect": forms.boolean("Whether the words are found in every form, by the stems of the article's language."),
    "except": forms.ref("terms", "What lies inside one of these phrases does not count."),
}
_ELSEWHERE = {  # what stands inside a condition and not beside it, or has another name in a query
    "within": "near: {within: 25, all: [...]}",
    "ordered": "near: {within: 25, ordered: true, all: [...]}",
    "kind": "place: {in: ..., kind: ...}",
    "type": "entity: {type: person, is: [...]}",
    "is": "entity: {type: person, is: [...]}",
    "person": "entity: {type: person, is: [...]}",
    "org": "entity: {type: org, is: [...]}",
    "count": "at_least: {count: 2, of: [...]}",
    "threshold": "score: {threshold: 30, of: [...]}",
    "weight": "score: {threshold: 30, of: [{keywords: ..., weight: 10}]}",
    "repeat": "score: {threshold: 30, of: [{keywords: ..., weight: 10, repeat: true}]}",
    "exact": "keywords: [{term: ..., exact: true}]",
    "term": "keywords: [{term: ...}]",
    "title": "{keywords: ..., in: title}",
    "lead": "{keywords: ..., in: lead}",
    "body": "{keywords: ..., in: body}",
}
_TERMS = re.compile(r"(?=.*\w)[\w\s\"()@*?/-]{1,60}")
_OPERATOR = re.compile(r'\b(AND|OR|NOT|O?NEAR)\b|^"')
MOST_USED = 10_000  # conditions that one rule takes from `conditions`, each as often as it is used


@dataclass(slots=True)
class ConditionReader:
    """Holds what conditions refer to while one set of rules is read: the lists of terms, the sets of places, the named
    conditions, the files' own text, and how alike names in other spellings must be. `used` are the names of those that
    were read since it was last cleared."""

    reading: Reading
    lists: ListReader
    sets: PlaceReader
    sources: Sources
    conditions_by_name: Map[str, Node] = field(default_factory=dict)
    likeness: float = NAME_LIKENESS
    used: set[str] = field(default_factory=set)
    in_near: bool = False  # while what stands inside a `near` is read
    _open: list[str] = field(default_factory=list)
    _in_cycles: set[str] = field(default_factory=set)
    _depth: int = 0
    _taken: int = 0  # conditions of the rule being read that stand inside named ones

    # ── conditions ────────────────────────────────────────────────────────────────────────────────

    def tree(self, node: Node) -> Condition | None:
        """The whole condition of a rule, or a named one by itself."""
        self._taken = 0
        return self.condition(node, "", ())

    def condition(self, node: Node, at: str, scope: Scope) -> Condition | None:
        """The condition at a node; None where it has a fault, which is then noted."""
        if self._depth >= MAX_DEPTH:
            self.reading.fault(node, f"conditions nested deeper than {MAX_DEPTH} levels")
            return None
        if self._open and self._takes_too_many(node):
            return None
        self._depth += 1
        found = self._condition(node, at, scope)
        self._depth -= 1
        return found

    def _condition(self, node: Node, at: str, scope: Scope) -> Condition | None:
        if isinstance(node, Sequence):
            return All(at, self.conditions(node, f"{at}.all" if at else "all", scope))
        if not isinstance(node, Mapping):
            cure = (
                f"; write {_written(node.value)}" if isinstance(node, Scalar) and _TERMS.fullmatch(node.value) else ""
            )
            self.reading.fault(node, f"a condition is a mapping such as keywords: [...], not {kind(node)}{cure}")
            return None
        keys = [k for k, _ in node.entries if k.value in KINDS]
        if not self._check_keys(node, keys):
            return None
        if len(keys) > 1 and not all(k.value in GROUPS for k in keys):
            both = ", ".join(f"{{{k.value}: ...}}" for k in keys)
            self.reading.fault(keys[1], f"two conditions in one mapping; write all: [{both}]")
            return None
        entries = {k.value: v for k, v in node.entries}
        scope = self._scope(entries.get("in"), scope)
        found = [KINDS[k.value].read(self, entries, at, scope) for k in keys]
        if len(found) == 1 or None in found:
            return found[0]
        return All(at, tuple(c for c in found if c is not None))

    def conditions(self, node: Node, path: str, scope: Scope) -> tuple[Condition, ...]:
        """A list of conditions at `path`, those without a fault; an empty list is a fault."""
        return tuple(c for _, c in self.numbered(node, path, scope))

    def numbered(self, node: Node, path: str, scope: Scope) -> list[tuple[Node, Condition]]:
        """Like `conditions`, each with its node."""
        if not isinstance(node, Sequence):
            key = re.sub(r".*\.", "", path)
            self.reading.fault(node, f"{key} must be a list of conditions, each beginning with '- ', not {kind(node)}")
            return []
        if not node.items:
            self.reading.fault(node, "an empty list of conditions; put one in, or remove the key")
        found = [(item, self.condition(item, f"{path}[{i}]", scope)) for i, item in enumerate(node.items)]
        return [(item, c) for item, c in found if c is not None]

    @staticmethod
    def listed(node: Node, items: list[Node]) -> Node:
        """A list of other items in a list's place; what is no list stays."""
        return Sequence(tuple(items), node.line, node.column, node.file) if isinstance(node, Sequence) else node

    def _check_keys(self, node: Mapping, keys: list[Scalar]) -> bool:
        """Whether a mapping has a key of a condition; what it may not have is a fault."""
        companions = {c for key in keys for c in KINDS[key.value].companions}
        explained = False
        for key, value in node.entries:
            name = key.value
            if name in KINDS or name in companions or name.startswith("x-"):
                continue
            if name in _EVERY_COMPANION:
                if keys:
                    cure = _cure(name, keys[0].value, value)
                    explained = self._fault(key, f"'{name}' does not go with {keys[0].value}{cure}")
            else:
                what = "key" if keys else "condition"
                meant = _ELSEWHERE.get(name)
                hint = f"; write {meant}" if meant else self.reading.hint(name, [*KINDS, *_EVERY_COMPANION])
                explained = self._fault(key, f"unknown {what} '{shown(name)}'{hint}")
        if not keys and not explained:
            self.reading.fault(node, f"a condition needs one of {', '.join(KINDS)}")
        return bool(keys)

    # ── named conditions ──────────────────────────────────────────────────────────────────────────

    def check(self, name: str) -> None:
        """Reads a named condition, whether or not a rule uses it."""
        self._open.append(name)
        self.tree(self.conditions_by_name[name])
        self._open.pop()

    def named(self, node: Node, at: str, scope: Scope) -> Condition | None:
        """The condition that a name means, read as if it stood at `at`; None where it has a fault."""
        name = self.reading.text(node, "use")
        if name is None:
            return None
        if name not in self.conditions_by_name:
            plain = name.removeprefix("$")  # as a query names it
            hint = self.reading.hint(plain, self.conditions_by_name) or "; write it under conditions:"
            self.reading.unknown(node, f"unknown condition '{shown(name)}'{hint}")
            return None
        if name in self._open:
            cycle = [*self._open[self._open.index(name) :], name]
            if self._in_cycles.isdisjoint(cycle):  # a cycle is told once, not from each of its conditions
                self.reading.fault(node, f"a condition that uses itself: {' -> '.join(cycle)}")
            self._in_cycles.update(cycle)
            return None
        self.used.add(name)
        self._open.append(name)
        found = self.condition(self.conditions_by_name[name], at, scope)
        self._open.pop()
        return found

    def _takes_too_many(self, node: Node) -> bool:
        """Twenty names that each use the one before twice would be a million conditions."""
        self._taken += 1
        if self._taken == MOST_USED + 1:
            self.reading.fault(node, f"more than {MOST_USED:,} conditions in one rule through 'use'")
        return self._taken > MOST_USED

    def inside(self, name: str, node: Node, keys: forms.Keys, required: Iterable[str], form: str) -> dict[str, Node]:
        """The entries of the mapping that stands under the key of a condition. What belongs beside it is told so."""
        beside = {c: f"stands beside '{name}', not in it: {{{name}: ..., {c}: ...}}" for c in KINDS[name].companions}
        return self.reading.mapping(node, name, keys, required, form, elsewhere=beside)

    def _fault(self, node: Node, message: str) -> bool:
        self.reading.fault(node, message)
        return True

    def _scope(self, node: Node | None, outer: Scope) -> Scope:
        chosen = [self.reading.choice(n, "in", SECTIONS) for _, n in self.reading.texts(node, "in")]
        names = tuple(n for n in chosen if n)
        return outer if not names or "text" in names else (*outer, names)

    # ── what conditions look for ──────────────────────────────────────────────────────────────────

    def items(self, node: Node, case: bool | None, *, inflect: bool = False) -> tuple[Item, ...]:
        """What a `keywords` looks for; see `ListReader.items`."""
        return self.lists.items(node, case, inflect=inflect)

    def excepted(self, entries: Map[str, Node]) -> tuple[Term, ...]:
        """The phrases of `except`."""
        if "except" not in entries:
            return ()
        return tuple(t for item in self.items(entries["except"], None) for t in item.terms)

    def names(self, node: Node) -> dict[str, str]:
        """The names of people or organisations, each with the one that stands for it; see `ListReader.names`."""
        return self.lists.names(node)

    def places(self, node: Node) -> Named:
        """The codes and unknown names that a list of regions, countries, names and sets means."""
        return self.sets.places(node)


def _written(text: str) -> str:
    """How a text that stands for a condition is written as one."""
    quote = "'" if '"' in text else '"'
    return f"{{{'query' if _OPERATOR.search(text) else 'keywords'}: {quote}{shown(text)}{quote}}}"


def _cure(companion: str, key: str, value: Node) -> str:
    written = value.value if isinstance(value, Scalar) else "..."
    inside = {
        "place": {"min": f"place: {{in: ..., min: {shown(written)}}}"},
        "entity": {"min": f"entity: {{type: ..., min: {shown(written)}}}"},
    }
    cure = inside.get(key, {}).get(companion)
    return f"; write {cure}" if cure else ""
