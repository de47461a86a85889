"""Reads nodes as checked values: every fault is collected with its place, and reading goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from watcher.errors import Fault
from watcher.rules.nodes import Mapping, Node, Scalar, Sequence
from watcher.rules.spec import Place

T = TypeVar("T")

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(slots=True)
class Reading:
    """The file being read and what was found wrong with it; one load owns one."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, node: Node, message: str) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, message))

    def warn(self, node: Node, message: str) -> None:
        self.warnings.append(Fault(self.file, node.line, node.column, message))

    def place(self, node: Node) -> Place:
        return Place(self.file, node.line, node.column)

    # ── mappings ──────────────────────────────────────────────────────────────────────────────────

    def mapping(
        self, node: Node, what: str, known: Collection[str], later: Collection[str] = (), required: Iterable[str] = ()
    ) -> dict[str, Node]:
        """The entries of a mapping by key. Unknown keys, keys not built yet and missing ones are faults."""
        if not isinstance(node, Mapping):
            self.fault(node, f"{what} must be a mapping (key: value), not {kind(node)}")
            return {}
        entries: dict[str, Node] = {}
        for key, value in node.entries:
            if key.value in known:
                entries[key.value] = value
            elif key.value in later:
                self.fault(key, f"'{shown(key.value)}' is not available yet")
            elif not key.value.startswith("x-"):
                self.fault(key, f"unknown key '{shown(key.value)}' in {what}{suggest(key.value, [*known, *later])}")
        for name in required:
            if node.get(name) is None:
                self.fault(node, f"{what} needs '{name}'")
        return entries

    def named(self, node: Node | None, what: str, read: Callable[[Scalar, Node], T | None]) -> dict[str, T]:
        """A mapping of free names, each value read by `read`."""
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.fault(node, f"{what} must be a mapping of names, not {kind(node)}")
            return {}
        values = {}
        for key, value in node.entries:
            if key.value.startswith("x-"):
                continue
            if not re.fullmatch(r"[\w-]+", key.value):
                self.fault(key, f"'{shown(key.value)}' is no name; use letters, digits, - and _")
            elif (found := read(key, value)) is not None:
                values[key.value] = found
        return values

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def text(self, node: Node | None, what: str) -> str | None:
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.fault(node, f"{what} must be a text, not {kind(node)}")
            return None
        return node.value

    def choice(self, node: Node | None, what: str, choices: Collection[str]) -> str | None:
        value = self.text(node, what)
        if value is None or node is None or value in choices:
            return value
        self.fault(
            node, f"{what} cannot be '{shown(value)}'{suggest(value, choices)}; it is one of {', '.join(choices)}"
        )
        return None

    def boolean(self, node: Node | None, what: str) -> bool | None:
        value = self.choice(node, what, ("true", "false")) if node is not None else None
        return None if value is None else value == "true"

    def number(self, node: Node | None, what: str, least: int, most: int = 1_000_000) -> int | None:
        value = self.text(node, what)
        if value is None or node is None:
            return None
        if re.fullmatch(r"[+-]?\d{1,9}", value) and least <= int(value) <= most:
            return int(value)
        self.fault(node, f"{what} must be a whole number from {least} to {most}, not '{shown(value)}'")
        return None

    def duration(self, node: Node | None, what: str) -> int | None:
        """Seconds."""
        value = self.text(node, what)
        if value is None or node is None:
            return None
        if found := _DURATION.fullmatch(value):
            return int(found[1]) * _SECONDS[found[2]]
        self.fault(node, f"{what} must be a duration such as 30s, 5m, 4h or 3d, not '{shown(value)}'")
        return None

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list; one value alone is a list of one."""
        if node is None:
            return ()
        return node.items if isinstance(node, Sequence) else (node,)

    def texts(self, node: Node | None, what: str) -> list[tuple[str, Scalar]]:
        """The texts of a list of texts, or of one text alone, each with its node."""
        found = []
        for item in self.items(node):
            if isinstance(item, Scalar):
                found.append((item.value, item))
            else:
                self.fault(item, f"{what} must be texts, not {kind(item)}")
        return found


def kind(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value="", plain=True):
            return "empty"
        case Scalar():
            return f"'{shown(node.value)}'"


def shown(text: str) -> str:
    """`text` short and on one line, to be quoted in a message."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean if len(clean) <= 60 else clean[:57] + "..."


def suggest(word: str, choices: Iterable[str]) -> str:
    """ "; did you mean 'x'?" where one of `choices` is close to `word`, else ""."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6) if len(word) <= 60 else []
    return f"; did you mean '{close[0]}'?" if close else ""
