"""Where in the file a rule's conditions and terms are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from watcher.errors import Remark
from watcher.rules import nodes
from watcher.rules.conditions.base import Condition
from watcher.rules.nodes import Node, Scalar
from watcher.rules.spec import Code
from watcher.rules.terms import Term

_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")


def root_of(rule: Node) -> Node:
    """What a rule has as its condition."""
    found = (rule.get("condition") or rule.get("query")) if isinstance(rule, nodes.Mapping) else None
    return found or rule


def find(root: Node, at: str) -> Node:
    """The node of the condition at a path, or the last one that stands in the rule itself: a named condition is told
    where it is used."""
    node = root
    for step in _STEP.findall(at):
        inner: Node | None = None
        if isinstance(node, nodes.Sequence):
            inner = node if step == "all" else node.items[int(step[1:-1])]
        elif isinstance(node, nodes.Mapping) and step != "use":
            inner = node.get(step)
        if inner is None:
            return node
        node = inner
    return node


def place_of(root: Node, condition: Condition) -> Node:
    """The key of a condition, or what stands for it."""
    node = find(root, condition.at)
    entries = node.entries if isinstance(node, nodes.Mapping) else ()
    return next((key for key, _ in entries if key.value == condition.key), node)


def scalars(node: Node) -> Iterator[Scalar]:
    """Every text, but those that are ignored."""
    match node:
        case Scalar():
            yield node
        case nodes.Sequence():
            for item in node.items:
                yield from scalars(item)
        case nodes.Mapping():
            for key, value in node.entries:
                if not key.value.startswith("x-"):
                    yield from scalars(value)


def keywords_in(node: Node) -> Iterator[tuple[Scalar, Node]]:
    """Every `keywords`, and what stands behind it."""
    if isinstance(node, nodes.Sequence):
        for item in node.items:
            yield from keywords_in(item)
    elif isinstance(node, nodes.Mapping):
        for key, value in node.entries:
            if key.value == "keywords":
                yield key, value
            elif not key.value.startswith("x-") and not isinstance(value, Scalar):
                yield from keywords_in(value)


def is_query(root: Node) -> bool:
    """Whether a rule's condition is written on one line."""
    return isinstance(root, Scalar) or (isinstance(root, nodes.Mapping) and root.get("query") is not None)


def written(node: Node, term: Term, lists: Mapping[str, Node]) -> Scalar | None:
    """Where a term is written, also in the lists that are named there."""
    texts = (scalar for place in reached(node, lists, set()) for scalar in scalars(place))
    return next((scalar for scalar in texts if scalar.value == term.written), None)


def reached(node: Node, lists: Mapping[str, Node], seen: set[str]) -> Iterator[Node]:
    """A list as it stands in a file, and each that is named there."""
    yield node
    for scalar in scalars(node):
        name = scalar.value.removeprefix("@")
        if name != scalar.value and name in lists and name not in seen:
            seen.add(name)
            yield from reached(lists[name], lists, seen)


def remark(node: Node, code: Code, message: str) -> Remark:
    """A warning at the place of a node."""
    return Remark(node.file, node.line, node.column, message, code)
