"""DOCX, the word processor's format of Microsoft: one article a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from watcher.formats import parts
from watcher.formats.base import Sheet
from watcher.formats.manuscript import BREAK, Manuscript, Paragraph, Rank, Said, article
from watcher.formats.markup import local
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MAIN = re.compile(r"word/document\d{0,3}\.xml", re.IGNORECASE)
_CORE = "docProps/core.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_NOTE_KINDS = frozenset({"footnote", "endnote"})
# What is deleted or was moved away, what is only there for programs that do not know the element before it, and
# formatting, which is looked at where it is needed.
_UNREAD = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "instrText"})
_AROUND = re.compile(r"word/(?:header|footer|comments)\d{0,3}\.xml", re.IGNORECASE)
_SAID = {"tab": " ", "br": BREAK, "cr": BREAK, "noBreakHyphen": "-", "ptab": " "}
_OFF = frozenset({"0", "false", "off", "none"})
_DEPTH = 20  # styles that stand on one another
_LONGEST_STYLES = 5_000


def recognises(sheet: Sheet) -> bool:
    return _main(sheet) is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a document: its text and tables, then its notes, without headers, footers, comments and what
    was deleted while changes were tracked."""
    main = _main(sheet)
    assert main is not None  # recognised
    ranks = _ranks(parts.optional(sheet, "word/styles.xml"))
    paragraphs = _paragraphs(parts.tree(sheet, main), ranks)
    for name in _NOTES:
        notes = parts.optional(sheet, name)
        if notes is not None:
            paragraphs += [p for note in notes if _is_note(note) for p in _paragraphs(note, ranks)]
    sheet.tell_whole(lambda: _whole(sheet, main))
    core = parts.optional(sheet, _CORE)
    said = Said(*(parts.first(core, f"{{*}}{name}") for name in ("title", "creator", "language")))
    return (article(paragraphs, said),)


def _main(sheet: Sheet) -> str | None:
    if sheet.archive is None:
        return None
    return next((name for name in sheet.archive.NameToInfo if _MAIN.fullmatch(name)), None)


def _whole(sheet: Sheet, main: str) -> str:
    """All words of the document, with its headers, footers, comments and what was deleted."""
    names = [main, *_NOTES, *filter(_AROUND.fullmatch, sheet.archive.NameToInfo if sheet.archive else ())]
    return "\n".join(line for name in names for line in parts.lines(parts.optional(sheet, name), _SAID, "instrText"))


def _is_note(element: Element) -> bool:
    """Not the line that parts notes from text, which is kept among them."""
    return local(element) in _NOTE_KINDS and parts.attribute(element, "type") in ("", "normal")


def _paragraphs(root: Element, ranks: Mapping[str, Rank | None]) -> list[Paragraph]:
    from lxml import etree

    text = Manuscript()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        name = local(node)
        if event == "start":
            if name in _UNREAD or (name == "r" and _is_hidden(node)) or (name == "p" and _is_listed(node, ranks)):
                walk.skip_subtree()
            elif name == "p":
                text.begin()
            elif name == "tr":
                text.begin_row()
            elif name == "tc":
                text.begin_cell()
            else:
                text.say(node.text if name == "t" else _SAID.get(name))
        elif name == "p" and not _is_listed(node, ranks):
            text.end(_rank(node, ranks))
        elif name == "tc":
            text.end_cell()
        elif name == "tr":
            text.end_row()
    return text.paragraphs


# ── styles ───────────────────────────────────────────────────────────────────────────────────────


def _ranks(styles: Element | None) -> dict[str, Rank | None]:
    """The rank of each paragraph style by its id, None for those of tables of contents: by its English name, or that of
    the style that it stands on."""
    if styles is None:  # Word's own styles go by these ids
        return {"Title": Rank.TITLE, **{f"Heading{n}": Rank.HEADING for n in range(1, 10)}}
    found = [s for s, _ in zip(styles.iterfind("{*}style"), range(_LONGEST_STYLES), strict=False)]
    names = {parts.attribute(s, "styleId"): _child(s, "name").lower() for s in found}
    bases = {parts.attribute(s, "styleId"): _child(s, "basedOn") for s in found}
    return {style: _rank_of(style, names, bases) for style in names}


def _rank_of(style: str, names: Mapping[str, str], bases: Mapping[str, str]) -> Rank | None:
    for _ in range(_DEPTH):
        name = names.get(style, "")
        if name.startswith("toc "):
            return None
        if name == "title":
            return Rank.TITLE
        if name.startswith("heading "):
            return Rank.HEADING
        style = bases.get(style, "")
    return Rank.TEXT


def _rank(paragraph: Element, ranks: Mapping[str, Rank | None]) -> Rank:
    rank = ranks.get(_style(paragraph)) or Rank.TEXT
    return Rank.SET_APART if rank is Rank.TEXT and _is_set_apart(paragraph) else rank


def _is_listed(paragraph: Element, ranks: Mapping[str, Rank | None]) -> bool:
    """Whether the paragraph is an entry of a table of contents."""
    return ranks.get(_style(paragraph), Rank.TEXT) is None


def _style(paragraph: Element) -> str:
    return _child(paragraph, "pPr/{*}pStyle")


def _is_set_apart(paragraph: Element) -> bool:
    """Whether all words are bold."""
    runs = [run for run in paragraph.iterfind("{*}r") if run.find("{*}t") is not None]
    return bool(runs) and all(_is_on(run, "b") for run in runs)


def _is_hidden(run: Element) -> bool:
    return _is_on(run, "vanish")


def _is_on(run: Element, name: str) -> bool:
    found = run.find(f"{{*}}rPr/{{*}}{name}")
    return found is not None and parts.attribute(found, "val") not in _OFF


def _child(element: Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else parts.attribute(found, "val")
