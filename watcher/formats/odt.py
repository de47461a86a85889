"""ODT, the word processor's format of OpenDocument, as an archive or one flat XML file (.fodt): one article a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats import parts, zipped
from watcher.formats.base import Sheet
from watcher.formats.manuscript import BREAK, Manuscript, Paragraph, Rank, Said, article
from watcher.formats.markup import Document, local
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TYPES = (b"application/vnd.oasis.opendocument.text", b"application/vnd.sun.xml.writer")
# The root of a flat file says what it is, among the declarations of its names.
_FLAT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,9}"
    rb"<office:document\s[^<>]{0,10000}?mimetype=[\"']([^\"'<>]{0,100})",
    re.DOTALL,
)
_HEAD = 30_000  # bytes in which a root begins and says its kind
_MANIFEST = "META-INF/manifest.xml"
_PARAGRAPHS = frozenset({"p", "h"})
# What was deleted while changes were tracked, comments, tables of contents and the numbers of notes.
_UNREAD = frozenset(
    {"tracked-changes", "annotation", "note-citation", "table-of-content", "illustration-index", "table-index"}
    | {"alphabetical-index", "sequence-decls", "variable-decls", "forms", "desc", "title", "hidden-text", "binary-data"}
)
_SAID = {"tab": " ", "s": " ", "line-break": BREAK}
_DEPTH = 20  # styles that stand on one another


def recognises(sheet: Sheet) -> bool:
    return _kind(sheet).startswith(_TYPES)


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a document: its text and tables, then its notes, without headers, footers, comments and what
    was deleted while changes were tracked."""
    content, styles, meta = _flat(sheet) if sheet.archive is None else _packed(sheet)
    body = content.find("{*}body/{*}text")
    if body is None:
        raise Unreadable("a document without text")
    ranks = _ranks([style for root in dict.fromkeys((styles, content)) for style in _styles(root)])
    paragraphs, notes = _paragraphs(body, ranks)
    sheet.tell_whole(
        lambda: "\n".join(line for root in dict.fromkeys((styles, content)) for line in parts.lines(root, _SAID))
    )
    said = Said(*(parts.first(meta, f".//{{*}}{name}") for name in ("title", "initial-creator", "language")))
    return (article([*paragraphs, *notes], said),)


def _kind(sheet: Sheet) -> bytes:
    found = _FLAT.match(_head(sheet.data)) if sheet.archive is None else None
    return found[1] if found else parts.kind(sheet)


def _head(data: bytes) -> bytes:
    """The beginning, in UTF-8 where it is UTF-16."""
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        if data.startswith((mark, "<".encode(encoding))):
            return data[:_HEAD].removeprefix(mark).decode(encoding, "replace").encode("utf-8", "replace")
    return data


def _packed(sheet: Sheet) -> tuple[Element, Element | None, Element | None]:
    """The roots of content, styles and properties in an archive."""
    if parts.has(sheet, _MANIFEST) and b"encryption-data" in zipped.member(sheet, _MANIFEST):
        raise Unreadable("encrypted: a document that opens with its password only")
    return parts.tree(sheet, "content.xml"), parts.optional(sheet, "styles.xml"), parts.optional(sheet, "meta.xml")


def _flat(sheet: Sheet) -> tuple[Element, Element, Element]:
    """The one root, which holds all of them."""
    document = Document(sheet.text or "")
    root = document.tree()
    if root is None or not document.whole:
        raise Unreadable("a document that breaks off")
    return root, root, root


def _paragraphs(root: Element, ranks: Mapping[str, Rank]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs of the text, and those of its notes."""
    from lxml import etree

    text, notes = Manuscript(), []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        name = local(node)
        if event == "start":
            if name == "note-body" and node is not root:
                notes += [p for found in _paragraphs(node, ranks) for p in found]
            if name in _UNREAD or (name == "note-body" and node is not root):
                walk.skip_subtree()
                continue
            if name in _PARAGRAPHS:
                text.begin()
            elif name == "table-row":
                text.begin_row()
            elif name == "table-cell":
                text.begin_cell()
            text.say(_SAID.get(name) or node.text)
            continue
        if name in _PARAGRAPHS:
            text.end(_rank(node, ranks))
        elif name == "table-cell":
            text.end_cell()
        elif name == "table-row":
            text.end_row()
        text.say(node.tail)
    return text.paragraphs, notes


def _rank(paragraph: Element, ranks: Mapping[str, Rank]) -> Rank:
    rank = ranks.get(parts.attribute(paragraph, "style-name"), Rank.TEXT)
    return max(rank, Rank.HEADING) if local(paragraph) == "h" else rank


def _styles(root: Element | None) -> Iterator[Element]:
    """The styles of paragraphs: those that have a name, and those that stand for formatting by hand."""
    if root is not None:
        yield from (e for e in root.iterfind(".//{*}style") if parts.attribute(e, "family") == "paragraph")


def _ranks(styles: Sequence[Element]) -> dict[str, Rank]:
    """The rank of each style by its name, or that of the style that it stands on."""
    bases = {parts.attribute(s, "name"): parts.attribute(s, "parent-style-name") for s in styles}
    bold = {parts.attribute(s, "name") for s in styles if _is_bold(s)}
    return {name: _rank_of(name, bases, bold) for name in bases}


def _rank_of(style: str, bases: Mapping[str, str], bold: Collection[str]) -> Rank:
    rank = Rank.TEXT
    for _ in range(_DEPTH):
        if style == "Title":
            return Rank.TITLE
        if style.startswith("Heading"):
            return Rank.HEADING
        rank = Rank.SET_APART if style in bold else rank
        style = bases.get(style, "")
    return rank


def _is_bold(style: Element) -> bool:
    return any(
        parts.attribute(e, "font-weight") in ("bold", "700", "800", "900") for e in style.iterfind("{*}text-properties")
    )
