"""The XML inside a document that is a zip archive: an office document, a book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats import zipped
from watcher.formats.base import Sheet
from watcher.formats.encoding import decode
from watcher.formats.markup import Document, local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MIMETYPE = "mimetype"
_LONGEST_TYPE = 100
_PARAGRAPHS = frozenset({"p", "h"})


def has(sheet: Sheet, name: str) -> bool:
    """Whether the document has a part of that name."""
    return sheet.archive is not None and name in sheet.archive.NameToInfo


def tree(sheet: Sheet, name: str) -> Element:
    """The root of a part. Raises Unreadable where it is absent, broken or beyond a limit."""
    text = decode(zipped.member(sheet, name))
    root = None if text is None else Document(text).tree()
    if root is None:
        raise Unreadable(f"a document whose part {name} is broken")
    return root


def optional(sheet: Sheet, name: str) -> Element | None:
    """The root of a part that a document can be read without; None where that one cannot be read."""
    try:
        return tree(sheet, name) if has(sheet, name) else None
    except Unreadable:
        return None


def first(element: Element | None, path: str) -> str:
    """The words of the first element at a path that has any; "" where there is none."""
    if element is None:
        return ""
    return next(filter(None, ("".join(map(str, found.itertext())).strip() for found in element.iterfind(path))), "")


def lines(root: Element | None, said: Mapping[str, str], unsaid: str = "") -> Iterator[str]:
    """All that stands in the paragraphs of a part, also what is deleted, hidden or a comment; `said` are the elements
    that stand for characters, and the text of those called `unsaid` is not shown."""
    if root is None:
        return
    from lxml import etree

    opened: list[list[str]] = [[]]  # the words of each open paragraph, as comments and notes stand inside others
    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = local(node)
        if event == "start":
            if name in _PARAGRAPHS:
                opened.append([])
            opened[-1].append(said.get(name, "" if name == unsaid else node.text or ""))
            continue
        if name in _PARAGRAPHS:
            yield " ".join("".join(opened.pop()).split())
        opened[-1].append(node.tail or "")


def attribute(element: Element, name: str) -> str:
    """An attribute of an element, in whichever namespace; "" where it has none."""
    return next((str(v) for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def kind(sheet: Sheet) -> bytes:
    """What the document says it is, in the part that OpenDocument and EPUB begin with."""
    info = None if sheet.archive is None else sheet.archive.NameToInfo.get(_MIMETYPE)
    if info is None or info.file_size > _LONGEST_TYPE:
        return b""
    try:
        return zipped.member(sheet, info).strip()
    except Unreadable:
        return b""
