"""Names of a set of rules that nothing in it uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from watcher.errors import Remark
from watcher.rules import nodes
from watcher.rules.nodes import Node
from watcher.rules.references import Named
from watcher.rules.spec import CONSOLE, Code
from watcher.rules.written import scalars

_WHAT = {
    "lists": "rule uses @{}",
    "places": "rule uses the set of places '{}'",
    "conditions": "rule uses the condition '{}'",
    "channels": "rule or channel tells the channel '{}'",
    "time_intervals": "rule or channel uses the time interval '{}'",
}
# Where rules, channels and defaults name a channel or an interval.
_NAMING = {
    "channels": (("notify",), ("escalate", "notify"), ("fallback",), ("operator",)),
    "time_intervals": (("mute",), ("correlation", "active")),
}


def named_in(places: Iterable[Node]) -> dict[str, set[str]]:
    """The channels and time intervals that are named in rules, channels and defaults."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    found["channels"].add(CONSOLE)  # whom rules tell that name nobody
    for place in places:
        for section, ways in _NAMING.items():
            for way in ways:
                node: Node | None = place
                for key in way:
                    node = node.get(key) if isinstance(node, nodes.Mapping) else None
                found[section].update(scalar.value for scalar in (scalars(node) if node is not None else ()))
    return found


def unused(named: Mapping[str, Named], used: Mapping[str, set[str]]) -> Iterator[Remark]:
    """What stands under a name that is nowhere used."""
    for section, what in _WHAT.items():
        for name, (key, _) in named[section].items():
            if name not in used.get(section, ()):
                message = f"no {what.format(name)}; remove it, or keep it as x-{name}"
                yield Remark(key.file, key.line, key.column, message, Code.UNUSED)
