"""Reads places out of a rules file: regions, countries, names, and the file's own sets of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from watcher.rules.lists import ListReader
from watcher.rules.nodes import MAX_DEPTH, Node, Scalar
from watcher.rules.reading import Reading, shown
from watcher.rules.spec import Code
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.entities.places import Gazetteer


_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_WILDCARD = re.compile(r"(?<!\\)[*?]")


@dataclass(frozen=True, slots=True)
class Named:
    """What names of places mean: ISO codes and regions' own, and the names that no gazetteer knows."""

    codes: frozenset[str] = frozenset()
    names: tuple[Term, ...] = ()


@dataclass(slots=True)
class PlaceReader:
    """Owns the sets of places of one set of rules, each read once. `used` are the names of the sets that were met since
    it was last cleared."""

    reading: Reading
    gazetteer: Gazetteer
    lists: ListReader
    sets: Map[str, Node] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)
    _read: dict[str, tuple[Named, frozenset[str]]] = field(default_factory=dict)

    def check(self, name: Scalar) -> None:
        """Reads a set, whether or not a rule uses it. One that bears the name of a known place is a fault, but for a
        town's: of those there are too many to avoid."""
        if codes := [code for code in self.gazetteer.resolve(name.value) if "/" not in code]:
            known = f"'{shown(name.value)}' is known already as {', '.join(sorted(codes))}"
            self.reading.fault(name, f"{known}; give the set another name")
        if name.value in self.sets:
            self._set(name)

    def places(self, node: Node) -> Named:
        """What a name or a list of names means."""
        codes: set[str] = set()
        names: dict[Term, None] = {}
        for _, scalar in self.reading.texts(node, "places"):
            found = self._set(scalar) if scalar.value in self.sets else self._place(scalar)
            codes |= found.codes
            names |= dict.fromkeys(found.names)
        return Named(frozenset(codes), tuple(names))

    def _set(self, node: Scalar) -> Named:
        name = node.value
        if name in self._open:
            cycle = " -> ".join((*self._open[self._open.index(name) :], name))
            self.reading.fault(node, f"a set of places that holds itself: {cycle}")
            return Named()
        if len(self._open) >= MAX_DEPTH:
            self.reading.fault(node, f"sets of places nested deeper than {MAX_DEPTH} levels")
            return Named()
        if name not in self._read:
            outer, self.used = self.used, set()
            self._open.append(name)
            found = self.places(self.sets[name])
            self._open.pop()
            self._read[name] = found, frozenset((*self.used, name))
            self.used = outer
        found, used = self._read[name]
        self.used |= used
        return found

    def _place(self, node: Scalar) -> Named:
        name = node.value
        found = () if _WILDCARD.search(name) else self.gazetteer.resolve(name)
        if len(found) > 1:
            one_of = ", ".join(sorted(found))
            self.reading.fault(node, f"'{shown(name)}' is several places; write one of {one_of}")
        elif found:
            around = self.gazetteer.around(name)
            return Named(frozenset((found[0], *around, *self.gazetteer.members(found[0]))))
        elif name.startswith("@"):
            self.reading.fault(node, "a place is a region, code or name; a list of terms goes with keywords")
        elif (term := self.lists.terms.term(node)) is not None:
            meant = hint(self.reading, self.gazetteer, name, self.sets)
            said = f"no place '{shown(name)}' is known, so it matches as written{meant}"
            self.reading.warn(node, Code.UNKNOWN_PLACE, said)
            return Named(names=(term,))
        return Named()


_NEAR = 0.8  # of the letters of a country are in its name so written: no town is looked for, which takes 0.2 s


def meanings(gazetteer: Gazetteer, name: str) -> tuple[str, ...]:
    """What a name may mean, as the gazetteer tells it; a name with a wildcard is none."""
    return () if _WILDCARD.search(name) else gazetteer.meanings(name)


def _common(name: str, other: str) -> float:
    """How many letters two names share."""
    return SequenceMatcher(None, name.lower(), other.lower(), autojunk=False).ratio()


def hint(reading: Reading, gazetteer: Gazetteer, name: str, sets: Iterable[str] = ()) -> str:
    """What is meant by a name that nobody knows: "; did you mean 'x'?", or ""."""
    plain = _WILDCARD.sub("", name)
    if plain != name and gazetteer.resolve(plain):
        return f"; did you mean '{shown(plain)}'? Its forms are found without wildcards"
    if _CODE.fullmatch(plain.upper()) and gazetteer.resolve(plain.upper()):
        return f"; did you mean '{plain.upper()}'?"
    if not plain.strip():
        return ""
    meant = reading.guess(plain, [*sets, *gazetteer.region_names()]) or ""
    if (near := _common(plain, meant)) < _NEAR:
        town = gazetteer.sounding(plain)
        meant = town if _common(plain, town) > near else meant
    return f"; did you mean '{meant}'?" if meant else ""
