"""Reads the conditions of a rules file into their tree."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.rules import conditions
from watcher.rules.conditions.base import SECTIONS, Condition, Scope
from watcher.rules.conditions.groups import All
from watcher.rules.conditions.keywords import Item
from watcher.rules.nodes import Mapping, Node, Scalar, Sequence
from watcher.rules.reading import Reading, kind, shown, suggest
from watcher.rules.terms import Term, TermError, compile_term
from watcher.text import fold_words

if TYPE_CHECKING:
    from watcher.entities.places import Gazetteer

GROUPS = ("all", "any", "none")


@dataclass(slots=True)
class ConditionReader:
    """Holds what conditions refer to while one set of rules is read: the lists, and each term once."""

    reading: Reading
    gazetteer: Gazetteer
    lists: Map[str, Node]
    used_lists: set[str] = field(default_factory=set)
    _terms: dict[tuple[str, bool | None, bool, str], Term | None] = field(default_factory=dict)
    _repeated: set[int] = field(default_factory=set)

    # ── conditions ────────────────────────────────────────────────────────────────────────────────

    def condition(self, node: Node, at: str, scope: Scope) -> Condition | None:
        """The condition at a node; None where it has a fault, which is then noted."""
        if isinstance(node, Sequence):
            return All(at, self.conditions(node, f"{at}.all" if at else "all", scope))
        if not isinstance(node, Mapping):
            self.reading.fault(node, f"a condition is a mapping such as keywords: [...], not {kind(node)}")
            return None
        kinds = {k.key: k for k in conditions.KINDS}
        entries = {k.value: v for k, v in node.entries}
        keys = [k for k, _ in node.entries if k.value in kinds]
        self._unknown_keys(node, keys)
        if not keys:
            if not any(k.value in conditions.LATER for k, _ in node.entries):
                self.reading.fault(node, f"a condition needs one of {', '.join(kinds)}")
            return None
        if len(keys) > 1 and not all(k.value in GROUPS for k in keys):
            both = ", ".join(f"{{{k.value}: ...}}" for k in keys)
            self.reading.fault(keys[1], f"two conditions in one mapping; write all: [{both}]")
            return None
        scope = self._scope(entries, scope)
        found = [kinds[k.value].read(self, entries, at, scope) for k in keys]
        if len(found) == 1 or None in found:
            return found[0]
        return All(at, tuple(c for c in found if c is not None))

    def conditions(self, node: Node, path: str, scope: Scope) -> tuple[Condition, ...]:
        """A list of conditions at `path`; an empty list is a fault."""
        if not isinstance(node, Sequence):
            self.reading.fault(node, f"must be a list of conditions, each beginning with '- ', not {kind(node)}")
            return ()
        if not node.items:
            self.reading.fault(node, "an empty list of conditions")
        found = [self.condition(item, f"{path}[{i}]", scope) for i, item in enumerate(node.items)]
        return tuple(c for c in found if c is not None)

    def _unknown_keys(self, node: Mapping, keys: list[Scalar]) -> None:
        kinds = {k.key: k for k in conditions.KINDS}
        companions = {c for key in keys for c in kinds[key.value].companions}
        every_name = [*kinds, *conditions.LATER, *(c for k in conditions.KINDS for c in k.companions)]
        for key, _ in node.entries:
            name = key.value
            if name in kinds or name in companions or name.startswith("x-"):
                continue
            if name in conditions.LATER or name in conditions.LATER_COMPANIONS:
                self.reading.fault(key, f"'{name}' is not available yet")
            elif keys and name in every_name:
                self.reading.fault(key, f"'{name}' does not go with {keys[0].value}")
            else:
                what = "key" if keys else "condition"
                self.reading.fault(key, f"unknown {what} '{shown(name)}'{suggest(name, every_name)}")

    def _scope(self, entries: Map[str, Node], outer: Scope) -> Scope:
        if "in" not in entries:
            return outer
        names = tuple(n for _, node in self.reading.texts(entries["in"], "in") if (n := self._section(node)))
        return outer if not names or "text" in names else (*outer, names)

    def _section(self, node: Scalar) -> str | None:
        return self.reading.choice(node, "in", SECTIONS)

    # ── terms ─────────────────────────────────────────────────────────────────────────────────────

    def items(self, node: Node, case: bool | None, _inside: tuple[str, ...] = ()) -> tuple[Item, ...]:
        """What a `keywords` looks for: a term, a list of terms, a "@list", or a mapping by language."""
        if isinstance(node, Scalar) and node.value.startswith("@"):
            listed = self._list(node, _inside)
            return () if listed is None else self.items(listed, case, (*_inside, node.value[1:]))
        if isinstance(node, Mapping) and not self._is_term(node):
            return self._by_language(node, case, _inside)
        nodes = self.reading.items(node)
        if not nodes:
            self.reading.fault(node, "an empty list of terms")
        found = [self._item(item, case, "", _inside) for item in nodes]
        self._warn_of_repeats([(i, n) for i, n in zip(found, nodes, strict=True) if i])
        return tuple(i for i in found if i)

    def _by_language(self, node: Mapping, case: bool | None, inside: tuple[str, ...]) -> tuple[Item, ...]:
        found: list[Item | None] = []
        for key, value in node.entries:
            if len(key.value) not in (2, 3) or not key.value.isalpha() or not key.value.islower():
                self.reading.fault(key, f"'{shown(key.value)}' is no language; write its two letters (fr) or any")
                continue
            language = "" if key.value == "any" else key.value
            found += [self._item(item, case, language, inside) for item in self.reading.items(value)]
        return tuple(i for i in found if i)

    def _item(self, node: Node, case: bool | None, language: str, inside: tuple[str, ...]) -> Item | None:
        """One item of a list of terms: a term, or several spellings of one."""
        if isinstance(node, Sequence):
            parts = [self._item(n, case, language, inside) for n in node.items]
            terms = tuple(t for part in parts if part for t in part.terms)
            return Item(terms[0].written, terms) if terms else None
        if isinstance(node, Scalar) and node.value.startswith("@"):
            terms = tuple(t for item in self.items(node, case, inside) for t in item.terms)
            return Item(node.value, terms) if terms else None
        term = self._term(node, case, language)
        return Item(term.written, (term,)) if term else None

    def _list(self, node: Scalar, inside: tuple[str, ...]) -> Node | None:
        name = node.value[1:]
        if name in inside:
            cycle = " -> ".join(f"@{n}" for n in (*inside[inside.index(name) :], name))
            self.reading.fault(node, f"a list that holds itself: {cycle}")
            return None
        if name not in self.lists:
            self.reading.fault(node, f"unknown list '@{shown(name)}'{suggest(name, self.lists)}")
            return None
        self.used_lists.add(name)
        return self.lists[name]

    @staticmethod
    def _is_term(node: Mapping) -> bool:
        return node.get("term") is not None

    def _term(self, node: Node, case: bool | None, language: str) -> Term | None:
        if isinstance(node, Scalar):
            return self._compiled(node, case, False, language)
        reading = self.reading
        entries = reading.mapping(node, "a term", ("term", "case", "exact", "lang"), required=("term",))
        written = entries.get("term")
        if not isinstance(written, Scalar):
            return None
        own = reading.boolean(entries.get("case"), "case")
        exact = reading.boolean(entries.get("exact"), "exact")
        lang = reading.text(entries.get("lang"), "lang")
        return self._compiled(written, case if own is None else own, bool(exact), lang or language)

    def _compiled(self, node: Scalar, case: bool | None, exact: bool, language: str) -> Term | None:
        key = (node.value, case, exact, language)
        if key not in self._terms:
            try:
                self._terms[key] = compile_term(node.value, case=case, exact=exact, language=language)
            except TermError as error:
                self.reading.fault(node, f"{error}" if node.value else "an empty term")
                self._terms[key] = None
        return self._terms[key]

    def _warn_of_repeats(self, items: list[tuple[Item, Node]]) -> None:
        seen: set[int] = set()
        for item, node in items:
            if len(item.terms) == 1 and id(item.terms[0]) in seen and id(node) not in self._repeated:
                self._repeated.add(id(node))
                self.reading.warn(node, f"'{shown(item.label)}' is repeated")
            seen |= {id(t) for t in item.terms}

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def names(self, node: Node, _inside: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The names of people or organisations: texts, or a "@list" of them. Wildcards are faults."""
        found: list[str] = []
        for item in self.reading.items(node):
            if isinstance(item, Sequence):
                found += self.names(item, _inside)
            elif isinstance(item, Scalar) and item.value.startswith("@"):
                listed = self._list(item, _inside)
                found += () if listed is None else self.names(listed, (*_inside, item.value[1:]))
            elif not isinstance(item, Scalar):
                self.reading.fault(item, f"a name must be a text, not {kind(item)}")
            elif "*" in item.value or "?" in item.value:
                self.reading.fault(
                    item, f"'{shown(item.value)}': a name takes no wildcards; its forms are found by themselves"
                )
            elif not fold_words(item.value):
                self.reading.fault(item, "a name without a letter")
            else:
                found.append(item.value)
        return tuple(found)

    # ── places ────────────────────────────────────────────────────────────────────────────────────

    def places(self, node: Node) -> tuple[frozenset[str], tuple[Term, ...]]:
        """The codes that a list of regions, countries and names means, and the names that no gazetteer knows."""
        codes: set[str] = set()
        names: list[Term] = []
        for name, scalar in self.reading.texts(node, "places"):
            found = self.gazetteer.resolve(name)
            if len(found) > 1:
                self.reading.fault(
                    scalar, f"'{shown(name)}' is several places; write one of {', '.join(sorted(found))}"
                )
            elif found:
                codes |= {found[0], *self.gazetteer.members(found[0])}
            elif (term := self._compiled(scalar, None, False, "")) is not None:
                hint = suggest(name, self.gazetteer.region_names())
                self.reading.warn(scalar, f"no place '{shown(name)}' is known{hint}; it matches as written")
                names.append(term)
        if not self.reading.items(node):
            self.reading.fault(node, "an empty list of places")
        return frozenset(codes), tuple(names)
