"""Lines of Hebrew and Arabic in the order in which they are read, from where their characters stand on the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BRACKET = re.compile(r"[()\[\]{}]")
_MIRRORED = str.maketrans("()[]{}", ")(][}{")  # what is drawn mirrored may be written as it looks
_SEPARATORS = frozenset(".,:/-%")
_GAP = 0.12  # of the font's size: a space is at least twice as wide, letters of one word stand closer
_KINDS = {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N"}  # of bidirectional classes; all others are neutral


@dataclass(frozen=True, slots=True)
class Glyph:
    """What is drawn at one place: a letter, or several where a ligature stands for them; `left` and `right` are the
    ends of its advance, in points."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def kind(self) -> str:
        """R of right-to-left letters, L of others, N of digits, "" of what takes its direction from its neighbours."""
        kinds = (_KINDS.get(unicodedata.bidirectional(character), "") for character in self.text)
        return next(filter(None, kinds), "")


def is_mark(character: str) -> bool:
    """Whether the character is drawn over or under another one."""
    return unicodedata.category(character) == "Mn"


def reading_order(glyphs: Sequence[Glyph], size: float, *, rtl: bool) -> str:
    """The text of a line, of whose page most is right-to-left or not. `size` is that of its font, in points.

    The Unicode algorithm, which tells how such text is drawn, turned round: numbers and words of other scripts keep
    their own direction, what stands between them takes that of the line. A PDF knows neither order nor direction, and
    pdfium's own guess parts "خلال" wrongly and turns "ACME Bridges" round.
    """
    row = _spaced(_with_marks(glyphs), size)
    text = "".join(_from_the_right(row) if rtl else _from_the_left(row)).strip()
    brackets = _BRACKET.findall(text)
    return text.translate(_MIRRORED) if brackets and brackets[0] in ")]}" and brackets[-1] in "([{" else text


def _with_marks(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs from left to right, each with the marks that stand over it."""
    bases = sorted((g for g in glyphs if not is_mark(g.text[0])), key=lambda g: g.middle)
    marks = sorted((g for g in glyphs if is_mark(g.text[0])), key=lambda g: g.middle)
    at = 0
    for mark in marks:  # both are sorted: one walk along the line finds each its letter
        while at + 1 < len(bases) and abs(bases[at + 1].middle - mark.middle) <= abs(bases[at].middle - mark.middle):
            at += 1
        if bases:
            bases[at] = _marked(bases[at], mark)
    return bases


def _marked(base: Glyph, mark: Glyph) -> Glyph:
    """The letter with its mark, which may stand beside it: as wide as both where they touch."""
    apart = max(base.left, mark.left) - min(base.right, mark.right)
    left, right = (
        (base.left, base.right)
        if apart > base.right - base.left
        else (min(base.left, mark.left), max(base.right, mark.right))
    )
    text = base.text if mark.text in base.text else base.text + mark.text
    return Glyph(text, left, right)


def _spaced(row: Sequence[Glyph], size: float) -> list[Glyph]:
    """The row with a space wherever a gap is."""
    spaced: list[Glyph] = []
    for glyph in row:
        if spaced and not glyph.text.isspace() and not spaced[-1].text.isspace():
            end = spaced[-1].right
            if glyph.left - end > _GAP * size:
                spaced.append(Glyph(" ", end, glyph.left))
        spaced.append(glyph)
    return spaced


def _from_the_left(row: Sequence[Glyph]) -> Iterator[str]:
    for rtl, island in _islands(row, "R", "RN"):
        yield from _from_the_right(island) if rtl else (g.text for g in island)


def _from_the_right(row: Sequence[Glyph]) -> Iterator[str]:
    islands = [(ltr, list(island)) for ltr, island in _islands(row, "LN", "LN")]
    for ltr, island in reversed(islands):
        yield from (g.text for g in (island if ltr else reversed(island)))


def _islands(row: Sequence[Glyph], first: str, others: str) -> Iterator[tuple[bool, list[Glyph]]]:
    """The row in pieces: stretches that begin with one of the kinds `first` and end with one of `others`, told apart
    from all between them."""
    inside = [False] * len(row)
    start = end = -1  # of the stretch that is open
    for i, glyph in enumerate(row):
        if glyph.kind and glyph.kind in (others if start >= 0 else first):
            if start >= 0 and not _belongs(row, end, i):
                start = i if glyph.kind in first else -1
            start = i if start < 0 else start
            end = i
            inside[start : i + 1] = [True] * (i + 1 - start)
        elif glyph.kind:
            start = -1
    numbered = zip(inside, row, strict=True)
    for kept, pieces in groupby(numbered, key=lambda pair: pair[0]):
        yield kept, [glyph for _, glyph in pieces]


def _belongs(row: Sequence[Glyph], before: int, at: int) -> bool:
    """Whether what stands between two places is of one direction with them: two numbers are only across a single
    separator, and a number before a word is apart from it."""
    between = row[before + 1 : at]
    if row[before].kind != "N":
        return True
    if row[at].kind == "N":
        return not between or (len(between) == 1 and between[0].text in _SEPARATORS)
    return not between or row[at].kind == "R"
