"""YAML as a tree of nodes that know their line and column; every scalar stays text.

The events come from libyaml; building the tree here, and not with PyYAML's YAML 1.1 constructors, keeps `no` and
`12:30` text (YAML 1.2), shows duplicate keys, and bounds depth, so that aliases cannot multiply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from watcher.errors import Fault

MAX_DEPTH = 50
MAX_CHARACTERS = 20_000_000  # 10,000 rules are about 4 million; an event costs about a microsecond


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `plain` is False where quotes or a block gave it."""

    value: str
    plain: bool
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.value == key), None)


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


class _Stop(Exception):
    """A fault after which nothing more can be read."""


def parse(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """The tree of one YAML file and the faults of its form. A syntax fault leaves no tree and is told alone."""
    if len(text) > MAX_CHARACTERS:
        return None, [Fault(file, 1, 1, f"longer than {MAX_CHARACTERS:,} characters; split it into several files")]
    reader = _Reader(text, file)
    try:
        return reader.document(), reader.faults
    except _Stop:
        return None, reader.faults[-1:]
    except yaml.YAMLError as error:
        return None, [_syntax_fault(error, text, file)]


class _Reader:
    """Reads one document from libyaml's events by recursion, at most `MAX_DEPTH` deep."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
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

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line, column = _position(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, not event.style, line, column)
        if isinstance(event, yaml.AliasEvent):
            name = event.anchor
            self._fault(event, f'YAML aliases are not allowed; a term that begins with * needs quotes: "*{name}"')
            return Scalar(f"*{name}", False, line, column)
        if depth > MAX_DEPTH:
            self._fault(event, f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._items(depth)), line, column)
        return Mapping(tuple(self._entries(depth)), line, column)

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
            elif key.value in lines:
                self._fault(event, f"duplicate key '{key.value}'; it stands on line {lines[key.value]} already")
            else:
                lines[key.value] = key.line
                yield key, value

    def _fault(self, event: yaml.Event, message: str) -> None:
        self.faults.append(Fault(self.file, *_position(event), message))


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # libyaml marks every event
    return mark.line + 1, mark.column + 1


# ── syntax faults in the analyst's words ─────────────────────────────────────────────────────────

_QUOTED_START = re.compile(r"""^(\s*(?:- )?\s*[\w-]+:\s+|\s*- )(".*)$""")


def _syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that YAML does not allow: its offset is all that is known
        position = int(getattr(error, "position", 0))
        before = text.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "ignore")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return Fault(file, line, column, "a control character that YAML does not allow; remove it")
    line, column = mark.line + 1, mark.column + 1
    written = text.split("\n")[mark.line] if mark.line < text.count("\n") + 1 else ""
    problem = str(getattr(error, "problem", "") or "")
    if "alias" in str(getattr(error, "context", "")):  # libyaml points behind the star
        return Fault(file, line, max(1, column - 1), _advice(problem, written, max(0, mark.column - 1)))
    opened = getattr(error, "context_mark", None)
    if "or ']'" in problem or "or '}'" in problem:
        problem += f" (the bracket opened on line {opened.line + 1})" if opened else ""
    return Fault(file, line, column, _advice(problem, written, mark.column))


def _advice(problem: str, written: str, column: int) -> str:
    at = written[column : column + 1]
    if at == "\t" or "\t" in written[: column + 1] and not written[: column + 1].strip():
        return "a tab; indent with spaces"
    if at in ("@", "`", "%"):
        word = written[column:].split(",")[0].split("]")[0].strip()
        return f'{at} cannot begin a value; put it in quotes: "{word}"'
    if at == "*":
        word = re.split(r"[,\]}]", written[column:])[0].strip()
        return f'* cannot begin a value; put the term in quotes: "{word}"'
    quoted = _QUOTED_START.match(written)
    if quoted and "expected" in problem:
        return f"text after a quoted value; put the whole value in single quotes: {quoted[1].strip()} '{quoted[2]}'"
    if "mapping values are not allowed" in problem:
        return "a second ': ' in one line; put the value in quotes, or the key on a line of its own"
    if "end of stream" in problem or "unexpected end" in problem:
        return "a quote is opened and never closed"
    return f"not valid YAML: {problem or 'unreadable'}; look at the indentation, quotes and brackets before this place"
