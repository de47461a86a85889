"""YAML as a tree of nodes that know their line and column; every scalar stays text.

The events come from libyaml; building the tree here, and not with PyYAML's YAML 1.1 constructors, keeps `no` and
`12:30` text (YAML 1.2), shows duplicate keys, and bounds depth, so that aliases cannot multiply.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import yaml

from watcher.errors import Fault
from watcher.rules.syntax import line_and_column, syntax_fault

MAX_DEPTH = 50
MAX_CHARACTERS = 10_000_000  # 10,000 rules are about 3 million, and 7 seconds of loading
MAX_VALUES = 1_000_000  # of one file; five million of a letter each took 98 s and 2.4 GB
MAX_FAULTS = 10_000  # that are told; a million took 23 s


class Scalar(NamedTuple):
    """A single value as written; `plain` is False where quotes or a block gave it."""

    value: str
    plain: bool
    line: int
    column: int
    file: str = ""


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    file: str = ""


class Mapping(NamedTuple):
    """A mapping, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    file: str = ""

    def get(self, key: str) -> Node | None:
        for name, value in self.entries:
            if name.value == key:
                return value
        return None

    def keys(self, names: Collection[str]) -> list[Scalar]:
        """The keys that are among `names`, in the order of the file."""
        return [key for key, _ in self.entries if key.value in names]


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """The node as lists and texts, without its places: equal for equal content."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return [[key.value, plain(value)] for key, value in node.entries]


# YAML takes these for ends of lines and editors do not; they come along with text pasted from pages.
_CHARACTERS = {
    "\x85": "an invisible end of line (U+0085); remove it",
    "\u2028": "an invisible line separator (U+2028); remove it",
    "\u2029": "an invisible paragraph separator (U+2029); remove it",
}
_NO_TEXT = re.compile(f"[{''.join(_CHARACTERS)}]")
_BLOCKS = ("|", ">")  # whose last line break is there for YAML, and would be part of a regex or a name
_ODD_SPACES = "\u00a0\u2007\u200b\u202f\u3000\ufeff"


TOO_MANY = f"more than {MAX_FAULTS:,} faults; those behind this place are not told"


class _Stop(Exception):
    """A fault after which nothing more can be read."""


def parse(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """The tree of one YAML file and the faults of its form. A syntax fault leaves no tree and is told alone."""
    if len(text) > MAX_CHARACTERS:
        return None, [Fault(file, 1, 1, f"longer than {MAX_CHARACTERS:,} characters; split it into several files")]
    if found := _NO_TEXT.search(text):
        return None, [Fault(file, *line_and_column(text, found.start()), _CHARACTERS[found[0]])]
    reader = _Reader(text, file)
    try:
        return reader.document(), reader.faults
    except _Stop:
        return None, reader.faults[-1:] if len(reader.faults) <= MAX_FAULTS else reader.faults
    except yaml.YAMLError as error:
        return None, [syntax_fault(error, text, file)]


class _Reader:
    """Reads one document from libyaml's events by recursion, at most `MAX_DEPTH` deep."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._values = 0
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if node is not None:
                    self._fault(event, "a second document; a rules file holds one")
                    raise _Stop
                node = self._node(event, 1)
        return node

    def _node(self, event: Any, depth: int) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self._values += 1
        if self._values > MAX_VALUES:
            self._fault(event, f"more than {MAX_VALUES:,} values; split the file into several")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            self._fault(event, f'YAML aliases are not allowed; a term that begins with * needs quotes: "*{name}"')
            return Scalar(name, False, line, column, self.file)
        if event.anchor or event.tag is not None:
            self._refuse_marks(event)
        if isinstance(event, yaml.ScalarEvent):
            value = event.value.rstrip("\n") if event.style in _BLOCKS else event.value
            return Scalar(value, not event.style, line, column, self.file)
        if depth > MAX_DEPTH:
            self._fault(event, f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._items(depth)), line, column, self.file)
        return Mapping(tuple(self._entries(depth)), line, column, self.file)

    def _refuse_marks(self, event: Any) -> None:
        """A word that YAML takes for a mark on the value behind it would be lost without a word."""
        if not event.anchor and event.tag in (None, "!"):
            return
        mark, name = ("&", event.anchor) if event.anchor else ("!", event.tag.removeprefix("!"))
        name = name.replace("tag:yaml.org,2002:", "!")
        what = "anchors" if event.anchor else "tags"
        self._fault(event, f'YAML {what} are not allowed; a value that begins with {mark} needs quotes: "{mark}{name}"')

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._fault(event, "a key is a single word; a value in braces or brackets needs a key before it")
            elif key.plain and key.value == "<<":
                self._fault(event, "YAML merge keys (<<) are not allowed; write the keys themselves here")
            elif key.value in lines:
                self._fault(event, f"duplicate key '{key.value}'; it stands on line {lines[key.value]} already")
            else:
                if key.plain and key.value.strip(_ODD_SPACES) != key.value:
                    self._fault(event, "an invisible space stands beside this key; write ordinary spaces")
                lines[key.value] = key.line
                yield key, value

    def _fault(self, event: yaml.Event, message: str) -> None:
        self.faults.append(Fault(self.file, *_position(event), message))
        if len(self.faults) == MAX_FAULTS:
            self.faults.append(Fault(self.file, *_position(event), TOO_MANY))
            raise _Stop


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # libyaml marks every event
    return mark.line + 1, mark.column + 1
