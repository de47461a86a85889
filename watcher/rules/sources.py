"""Which other files a rules file is made of: the rules that it includes, the lists and templates in files."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import PurePath

from watcher.rules import nodes
from watcher.rules.nodes import Mapping, Node, Scalar, Sequence

RULES_SUFFIXES = (".yaml", ".yml")

Files = Map[str, str | None]  # texts by path; None for what could not be read, which is told already

_SECTION = re.compile(r"""\n(["']?)(include|lists|channels)\1[ \t]*:""")  # behind ^ it took 12 ms for 2 MB, and not 1
_NAMED_BY = {"include": "include", "lists": "file", "channels": "template"}
_NEXT_KEY = re.compile(r"^[^\s#\-\]},]", re.MULTILINE)
_IN_BRACES = re.compile(r"(?:\s|#.*\n|---.*\n)*\{")
_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Sources:
    """The names as written: `include` with wildcards, and the `texts` that lists and templates stand in; relative to
    the file that names them."""

    include: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def sources(text: str) -> Sources:
    """What a rules file says of others. Faults are left for loading to tell.

    Only the sections that may name files are parsed: the daemon asks for this in its own process, where all of
    10,000 rules would take seconds.
    """
    if _IN_BRACES.match(text):
        return _told(nodes.parse(text, "")[0]) if any(key in text for key in _NAMED_BY.values()) else Sources()
    found = Sources()
    lines = "\n" + text
    for section in _SECTION.finditer(lines):
        end = _NEXT_KEY.search(lines, section.end())
        part = lines[section.start() : end.start() if end else len(lines)]
        if _NAMED_BY[section[2]] not in part:
            continue
        root, _ = nodes.parse(part, "")
        if root is None:  # a list goes on at the start of a line, or there is a fault
            return _told(nodes.parse(text, "")[0])
        told = _told(root)
        found = Sources(found.include + told.include, found.texts + told.texts)
    return found


def _told(root: Node | None) -> Sources:
    if not isinstance(root, Mapping):
        return Sources()
    include = root.get("include")
    written = include.items if isinstance(include, Sequence) else (include,)
    texts = (*_values(root.get("lists"), "file"), *_values(root.get("channels"), "template"))
    return Sources(*(tuple(node.value for node in found if isinstance(node, Scalar)) for found in (written, texts)))


def _values(node: Node | None, key: str) -> Iterator[Node | None]:
    """What each entry of a section has under a key."""
    for _, entry in node.entries if isinstance(node, Mapping) else ():
        yield entry.get(key) if isinstance(entry, Mapping) else None


def file_of(node: Node) -> Node | None:
    """The value of `{file: ...}`; None where a list stands in the rules file itself."""
    return node.get("file") if isinstance(node, Mapping) else None


def beside(file: str, name: str) -> str:
    """The path of what `file` calls `name`."""
    return str(PurePath(file).parent / name)


def pattern_beside(file: str, name: str) -> str:
    """The pattern for `glob` of what `file` calls `name`; only the name's own wildcards are any."""
    return str(PurePath(glob.escape(str(PurePath(file).parent))) / name)


def is_rules(name: str) -> bool:
    """Whether a file is read as rules, by its name; all others are lists and templates."""
    return PurePath(name).suffix in RULES_SUFFIXES


def is_pattern(name: str) -> bool:
    return any(c in name for c in "*?[")


def list_from(text: str, file: str) -> Sequence:
    """A list as it stands in a file of its own: one item a line, as in the rules file but with no need of quotes; `#`
    at a line's start or behind a space begins a comment."""
    return Sequence(tuple(_items(text, file)), 1, 1, file)


def _items(text: str, file: str) -> Iterator[Scalar]:
    for number, line in enumerate(_LINE_END.split(text), 1):
        content = _COMMENT.sub("", line)
        item = content.strip()
        if len(item) > 1 and item[0] == item[-1] == '"':
            item = item[1:-1]
        if item:
            yield Scalar(item, False, number, len(content) - len(content.lstrip()) + 1, file)
