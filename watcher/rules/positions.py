"""Where each character of a scalar's value stands in its file: what YAML escaped, folded and indented is undone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.rules.nodes import Scalar

_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"[ \t]+#")
_FOLD = r"(?<![ \t])[ \t]*(?:\r\n|\r|\n)[ \t\r\n]*"
_ESCAPE = r"\\(?:(?:\r\n|\r|\n)[ \t\r\n]*|x.{2}|u.{4}|U.{8}|.)"
# What is written otherwise than it reads, by the mark that opens the value; nothing opens a plain one.
_WRITTEN = {"": re.compile(_FOLD), "'": re.compile(f"''|{_FOLD}"), '"': re.compile(f"{_ESCAPE}|{_FOLD}")}
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")

# A character of the value, and the offset in the file from which it and those behind it are written.
_Anchor = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of one value; `mark` is what opens it in the file: a quote, | or >, or "" where it is plain."""

    source: Source
    anchors: tuple[_Anchor, ...]
    mark: str = ""

    def at(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the value's character `index`; that behind the last is the value's end."""
        return self.source.position(self._offset(index))

    def comment(self, length: int) -> int | None:
        """The index behind a plain value of `length` characters where a comment cuts it off, if one does."""
        behind = self._offset(length - 1) + 1 if length else self._offset(0)
        found = None if self.mark else _COMMENT.match(self.source.text, behind)
        return length + found.end() - 1 - behind if found else None

    def _offset(self, index: int) -> int:
        known, offset = self.anchors[bisect_right(self.anchors, index, key=lambda a: a[0]) - 1]
        return offset + index - known


@dataclass(slots=True)
class Source:
    """The text of one file."""

    text: str
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def positions(self, scalar: Scalar) -> Positions:
        """Those of a scalar that was read from this text."""
        start = self._starts[scalar.line - 1] + scalar.column - 1
        mark = self.text[start : start + 1]
        if scalar.plain:
            return Positions(self, _flow(self.text, start, scalar.value, ""))
        if mark in ("'", '"'):
            return Positions(self, _flow(self.text, start + 1, scalar.value, mark), mark)
        return Positions(self, _block(self.text, start, scalar.value), mark)


@dataclass(slots=True)
class Sources:
    """The texts of all rules files, each split into lines when first asked for: most files have no queries."""

    files: Mapping[str, str]
    _read: dict[str, Source] = field(default_factory=dict)

    def positions(self, scalar: Scalar) -> Positions:
        """Those of a scalar of one of the files."""
        if scalar.file not in self._read:
            self._read[scalar.file] = Source(self.files[scalar.file])
        return self._read[scalar.file].positions(scalar)


def positions_of(text: str) -> Positions:
    """Those of a text that stands by itself."""
    return Positions(Source(text), ((0, 0),), "|")


def _flow(text: str, start: int, value: str, mark: str) -> tuple[_Anchor, ...]:
    """A value in quotes, or plain: each line break and escape moves what is behind it."""
    anchors = [(0, start)]
    index, place = 0, start
    for found in _WRITTEN[mark].finditer(text, start):
        index += found.start() - place
        if index >= len(value):
            break
        index += _read_as(found[0])
        place = found.end()
        anchors.append((index, place))
    return tuple(anchors)


def _read_as(written: str) -> int:
    """How many characters of the value an escape or line break is: one break is a space, more are breaks but one."""
    breaks = len(_BREAK.findall(written))
    if written.startswith("\\"):
        return breaks - 1 if breaks else 1
    return max(1, breaks - 1)


def _block(text: str, start: int, value: str) -> tuple[_Anchor, ...]:
    """A value behind | or >: every line of it stands whole on a line of the file, behind the indentation."""
    index = len(value) - len(value.lstrip("\n"))
    inner = len(value[index:]) - len(value[index:].lstrip(" "))
    anchors = [(0, start)]
    indent = -1
    header = _LINE.match(text, start)
    assert header is not None  # matches anything
    for found in _LINE.finditer(text, header.end()):
        if indent < 0 and found[1].strip(" "):
            indent = len(found[1]) - len(found[1].lstrip(" ")) - inner
        if index >= len(value):
            break
        if indent < 0 or len(found[1]) <= indent:
            continue
        anchors.append((index, found.start() + indent))
        index += len(found[1]) - indent
        if value[index : index + 1] == " ":  # folded
            index += 1
        while value[index : index + 1] == "\n":
            index += 1
    return tuple(anchors)
