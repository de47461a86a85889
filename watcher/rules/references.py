"""What the conditions of a set of rules refer to by name: lists, sets of places, conditions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from watcher.entities.places import Gazetteer
from watcher.rules import nodes
from watcher.rules.conditions.base import Condition
from watcher.rules.conditions.reader import ConditionReader
from watcher.rules.lists import ListReader
from watcher.rules.nodes import Node, Scalar
from watcher.rules.placesets import PlaceReader
from watcher.rules.positions import Sources
from watcher.rules.reading import Reading
from watcher.rules.termreader import TermReader

# What stands under a name, with the node of the name.
Named = Mapping[str, tuple[Scalar, Node]]


@dataclass(slots=True)
class References:
    """Reads conditions with all that they refer to; owns the readers, and knows what the last condition used, and under
    each section what any did."""

    lists: ListReader
    places: PlaceReader
    conditions: ConditionReader
    _names: tuple[Scalar, ...]
    ever_used: dict[str, set[str]] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        reading: Reading,
        gazetteer: Gazetteer,
        files: Mapping[str, str],
        lists: Named,
        places: Named,
        conditions: Named,
    ) -> References:
        """The readers of what stands under `lists`, `places` and `conditions` in the files."""
        terms = ListReader(reading, _nodes(lists), TermReader(reading))
        sets = PlaceReader(reading, gazetteer, terms, _nodes(places))
        named = ConditionReader(reading, terms, sets, Sources(files), _nodes(conditions))
        return cls(terms, sets, named, tuple(name for name, _ in places.values()))

    def check(self) -> None:
        """Reads all of it, whether or not a rule uses it."""
        for name in self.lists.lists:
            self.lists.check(name)
        for place in self._names:
            self.places.check(place)
        for name in self.conditions.conditions_by_name:
            self.conditions.check(name)

    def condition(self, node: Node) -> Condition | None:
        """The condition of a rule; None where it has a fault."""
        used = {"lists": self.lists.used, "places": self.places.used, "conditions": self.conditions.used}
        for names in used.values():
            names.clear()
        found = self.conditions.tree(node)
        for section, names in used.items():
            self.ever_used.setdefault(section, set()).update(names)
        return found

    def digests(self) -> Iterator[str]:
        """A digest of each list, set and condition that the last condition used."""
        for mark, used, named in (
            ("@", self.lists.used, self.lists.lists),
            ("place ", self.places.used, self.places.sets),
            ("$", self.conditions.used, self.conditions.conditions_by_name),
        ):
            for name in sorted(used):
                key = mark + name
                if key not in self._digests:
                    self._digests[key] = key + digest(named[name])
                yield self._digests[key]


def digest(node: Node) -> str:
    """Equal for equal content, wherever it stands."""
    return hashlib.sha256(json.dumps(nodes.plain(node)).encode()).hexdigest()


def _nodes(named: Named) -> dict[str, Node]:
    return {name: node for name, (_, node) in named.items()}
