"""Puts the files of a set of rules together: what several of them name, and lists that stand in files of their own."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from watcher.rules.nodes import MAX_CHARACTERS, Node, Scalar, Sequence
from watcher.rules.nodes import Mapping as MappingNode
from watcher.rules.reading import Reading, kind, shown
from watcher.rules.references import Named
from watcher.rules.sources import Files, beside, file_of, is_pattern, is_rules, list_from, pattern_beside
from watcher.rules.spec import Code

WHAT = {
    "lists": "list",
    "conditions": "condition",
    "places": "set of places",
    "channels": "channel",
    "time_intervals": "time interval",
}


def merged(reading: Reading, parts: Iterable[Mapping[str, Node]], key: str) -> Named:
    """What stands under `key` in all files together: they share their names, and each is given once."""
    found: dict[str, tuple[Scalar, Node]] = {}
    for part in parts:
        for name, (node, value) in reading.named(part.get(key), key, lambda name, node: (name, node)).items():
            if name in found:
                already = where(found[name][0], node)
                reading.fault(node, f"duplicate {WHAT[key]} '{name}'; {already} has it already")
            else:
                found[name] = node, value
    return found


def where(node: Node, seen_from: Node) -> str:
    """Where a node stands, for a reader at another one."""
    return f"line {node.line}" if node.file == seen_from.file else f"{node.file}:{node.line}"


def check_include(reading: Reading, files: Files, node: Node | None) -> None:
    """Whether everything that is included is there; a pattern may match nothing, which is a warning."""
    for name, scalar in reading.texts(node, "include"):
        path, pattern = beside(scalar.file, name), pattern_beside(scalar.file, name)
        if is_pattern(name) and name.endswith("/"):
            cure = f"a pattern of rules files is written {shown(name)}*.yaml"
            reading.fault(scalar, f"'{shown(name)}' means folders; {cure}")
        elif is_pattern(name):
            wanted = PurePath(pattern).parts
            if not any(_means(wanted, PurePath(file).parts) for file in list(files)[1:]):
                reading.warn(scalar, Code.EMPTY_INCLUDE, f"'{shown(name)}' matches no other rules file")
        elif not is_rules(name):
            reading.fault(scalar, f"a file of rules ends in .yaml or .yml, not {kind(scalar)}")
        elif path not in files:
            reading.fault(scalar, f"no file '{shown(name)}'")


def _means(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a pattern means a file, folder by folder, as `glob` has it; `**` is any number of folders."""
    ends = {0}  # how much of the path is taken
    for part in pattern:
        if part == "**":
            ends = set(range(min(ends, default=len(path) + 1), len(path) + 1))
        else:
            ends = {end + 1 for end in ends if end < len(path) and fnmatch.fnmatchcase(path[end], part)}
    return len(path) in ends


def lists_of(reading: Reading, files: Files, named: Named) -> Named:
    """The lists, those of `{file: ...}` with what stands in the file."""
    return {name: (key, _list(reading, files, node)) for name, (key, node) in named.items()}


def _list(reading: Reading, files: Files, node: Node) -> Node:
    file = file_of(node)
    if file is None or not isinstance(node, MappingNode):
        return node
    for key, _ in node.entries:
        if key.value != "file" and not key.value.startswith("x-"):
            reading.fault(key, f"'{shown(key.value)}' beside file; a list stands either here or in its file")
    name = reading.text(file, "file")
    if name is None:
        return _nothing(file)
    path = beside(node.file, name)
    if not name or is_rules(name):
        reading.fault(
            file, f"a file of terms is a text, one term a line, such as lists/ministers.txt, not {kind(file)}"
        )
    elif path not in files:
        reading.fault(file, f"no file '{shown(name)}'")
    elif (text := files[path]) is not None and len(text) > MAX_CHARACTERS:
        reading.fault(file, f"'{shown(path)}' is longer than {MAX_CHARACTERS:,} characters")
    elif text is not None:
        return list_from(text, path)
    return _nothing(file)


def _nothing(node: Node) -> Node:
    """A list that has a fault, so that rules which name it are not told that there is none."""
    return Sequence((Scalar("x", False, node.line, node.column, node.file),), node.line, node.column, node.file)
