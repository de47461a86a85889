"""The paragraphs of a word processor's document, and which of them is its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from watcher.formats import properties
from watcher.formats.bylines import ends_sentence
from watcher.formats.markup import tidy
from watcher.formats.normal import one_line
from watcher.formats.plain import typeset
from watcher.formats.pointers import without_pointers
from watcher.model import Article

BREAK = "\v"  # a line's end inside a paragraph
_HEAD = 10  # paragraphs among which the title stands
_NEAR = 3  # paragraphs of which a heading may be the title: a later one is a chapter's
_LONGEST_TITLE = 200
_CELLS = " | "


class Rank(IntEnum):
    """What a paragraph's style makes of it. SET_APART is text in bold or larger type."""

    TEXT = 0
    SET_APART = 1
    HEADING = 2
    TITLE = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, which may be empty."""

    text: str
    rank: Rank = Rank.TEXT


@dataclass(frozen=True, slots=True)
class Said:
    """What a document's properties say; "" where they say nothing."""

    title: str = ""
    author: str = ""
    language: str = ""


class Manuscript:
    """Puts paragraphs together as a reader walks through the elements. A paragraph may stand inside another one, as
    text boxes do, and tables inside cells. A row whose cells hold a paragraph each is one line."""

    def __init__(self) -> None:
        self._flows: list[list[Paragraph]] = [[]]  # the text, and each open cell's
        self._open: list[list[str]] = []  # the words of each open paragraph
        self._rows: list[list[list[Paragraph]]] = []  # the cells of each open row

    @property
    def paragraphs(self) -> list[Paragraph]:
        return self._flows[0]

    def begin(self) -> None:
        self._open.append([])

    def say(self, words: str | None) -> None:
        """Words of the paragraph that was begun last; of none they are lost: they are the source's own spaces."""
        if words and self._open:
            self._open[-1].append(words.replace("\n", " "))

    def end(self, rank: Rank = Rank.TEXT) -> None:
        self._flows[-1].append(Paragraph(tidy("".join(self._open.pop())), rank))

    def begin_row(self) -> None:
        self._rows.append([])

    def begin_cell(self) -> None:
        self._flows.append([])

    def end_cell(self) -> None:
        cell = [p for p in self._flows.pop() if p.text]
        if self._rows:
            self._rows[-1].append(cell)
        else:
            self._flows[-1] += cell

    def end_row(self) -> None:
        cells = [cell for cell in self._rows.pop() if cell]
        if all(len(cell) == 1 for cell in cells):
            cells = [[Paragraph(_CELLS.join(cell[0].text for cell in cells))]]
        self._flows[-1] += [paragraph for cell in cells for paragraph in cell]


def article(paragraphs: Sequence[Paragraph], said: Said) -> Article:
    """The article in the paragraphs; its title is what the style says, else what the properties say if the text says
    it too, else the first line if it is set apart."""
    filled = [p for p in paragraphs if p.text]
    taken, title = _title(paragraphs, filled, said)
    body = without_pointers("\n".join(p.text for i, p in enumerate(filled) if i not in taken))
    found = typeset(title, body, said.language)
    return found if found.author else replace(found, author=properties.author(said.author))


def _title(paragraphs: Sequence[Paragraph], filled: Sequence[Paragraph], said: Said) -> tuple[range, str]:
    """Which of the paragraphs are the title, and what it is."""
    for rank, near in ((Rank.TITLE, _HEAD), (Rank.HEADING, _NEAR)):
        start = next((i for i, p in enumerate(filled[:near]) if p.rank is rank), None)
        if start is not None:
            end = start + 1
            while rank is Rank.TITLE and end < len(filled[:near]) and filled[end].rank is rank:
                end += 1
            return range(start, end), one_line(" ".join(p.text for p in filled[start:end]))
    if believed := properties.title(said.title, [p.text for p in filled[:_HEAD]]):
        return range(0), believed
    if _opens_with_title(paragraphs, filled):
        return range(1), one_line(filled[0].text)
    return range(0), ""


def _opens_with_title(paragraphs: Sequence[Paragraph], filled: Sequence[Paragraph]) -> bool:
    if len(filled) < 2 or len(filled[0].text) > _LONGEST_TITLE or ends_sentence(filled[0].text):
        return False
    after = paragraphs[paragraphs.index(filled[0]) + 1]
    return not after.text or (filled[0].rank is Rank.SET_APART and filled[1].rank is not Rank.SET_APART)
