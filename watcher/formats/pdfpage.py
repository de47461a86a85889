"""The lines of a PDF's page, as pdfium reads them: words, place and size of type."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from watcher.folding import UNSPACED
from watcher.formats import bidi, columns
from watcher.formats.bidi import Glyph
from watcher.formats.columns import Row
from watcher.formats.typeline import Line

_HYPHEN = 2  # pdfium's sign for a hyphen at which it found a word broken
_ENDS = (10, 13, _HYPHEN)
# Letters in the forms in which they are joined: how they are drawn, not how they are written.
_DRAWN = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+")
_SPACES = re.compile(r"\s+")
_HALF = re.compile("[\ud800-\udfff]")
_LIGATURE = re.compile("ل[اأإآٱ]|ا?لله")  # pdfium takes these apart itself, in the right order
_SAME_FOOT = 0.25  # of the size: how far apart the feet of two pieces of one line may be


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of a page, by their numbers, that pdfium gives as one line."""

    characters: range
    foot: float
    size: float
    turned: int
    rtl: bool
    broken: bool


def lines(textpage: Any, page: int, most: int) -> list[Line]:
    """The lines of a page in the order in which they are read, of its first `most` characters; `textpage` is a
    `PdfTextPage`."""
    return list(columns.in_order(list(_Page(textpage.raw, page, most).rows())))


class _Page:
    """The characters of one page. Where they stand is looked up only where it is needed: it costs 1 µs each."""

    def __init__(self, handle: Any, number: int, most: int) -> None:
        from pypdfium2 import raw

        self._raw, self._handle, self._number = raw, handle, number
        count = min(raw.FPDFText_CountChars(handle), most)
        self._text = "".join(_character(raw.FPDFText_GetUnicode(handle, i)) for i in range(count))
        letters = sum(map(str.isalpha, self._text))
        self._rtl = 2 * len(bidi.RIGHT_TO_LEFT.findall(self._text)) > letters

    def rows(self) -> Iterator[Row]:
        """The lines from above, those that stand beside each other together."""
        before: Row | None = None
        for row in self._lines():
            both = before.beside(row) if before is not None else None
            if before is not None and both is None:
                yield before
            before = both or row
        if before is not None:
            yield before

    def _lines(self) -> Iterator[Row]:
        before: list[_Piece] = []
        for piece in (*self._pieces(), None):
            if before and (piece is None or not _same_line(before[-1], piece)):
                line = self._line(before)
                if line.text:
                    yield from columns.rows(line, [*self._cells(line, before[0])])
                before = []
            if piece is not None:
                before.append(piece)

    def _cells(self, line: Line, piece: _Piece) -> Iterator[Line]:
        """A line parted where more than a space is free between two words; one from the right is not."""
        ends = [] if piece.rtl else [*self._gaps(piece)]
        if not ends:
            yield line
            return
        starts = [piece.characters.start, *(after for _, after in ends)]
        for start, stop in zip(starts, [*(before for before, _ in ends), piece.characters.stop], strict=True):
            last = stop == piece.characters.stop
            foot, size, _ = self._type(start)
            cell = replace(piece, characters=range(start, stop), foot=foot, size=size, broken=piece.broken and last)
            yield self._line([cell])

    def _gaps(self, piece: _Piece) -> Iterator[tuple[int, int]]:
        """Where the words end and go on between which a gap is."""
        least, box = columns.GAP * piece.size, self._raw.FS_RECTF()
        for space in _SPACES.finditer(self._text, piece.characters.start, piece.characters.stop):
            self._raw.FPDFText_GetLooseCharBox(self._handle, space.start() - 1, box)
            ends = (box.right, box.top, -box.left, -box.bottom)[piece.turned]
            self._raw.FPDFText_GetLooseCharBox(self._handle, space.end(), box)
            if abs((box.left, box.bottom, -box.right, -box.top)[piece.turned] - ends) > least:  # or goes back
                yield space.span()

    def _pieces(self) -> Iterator[_Piece]:
        start = 0
        for i in (*(i for i, c in enumerate(self._text) if ord(c) in _ENDS), len(self._text)):
            filled = [at for at in range(start, i) if not self._text[at].isspace()]
            if filled:
                characters = range(filled[0], filled[-1] + 1)
                rtl = self._rtl or bidi.RIGHT_TO_LEFT.search(self._text, start, i) is not None
                broken = self._text[i : i + 1] == chr(_HYPHEN)
                yield _Piece(characters, *self._type(filled[len(filled) // 2]), rtl, broken)
            start = i + 1

    def _type(self, at: int) -> tuple[float, float, int]:
        """The foot of a character, its size and its quarter turns."""
        matrix = self._raw.FS_MATRIX()
        self._raw.FPDFText_GetMatrix(self._handle, at, matrix)
        turned = round(_finite(math.atan2(matrix.b, matrix.a)) / (math.pi / 2)) % 4
        size = self._raw.FPDFText_GetFontSize(self._handle, at) * math.hypot(matrix.c, matrix.d)
        return _finite(_turn(matrix.e, matrix.f, turned)[1]), _finite(size), turned

    def _glyph(self, at: int, turned: int) -> Glyph:
        box = self._raw.FS_RECTF()
        self._raw.FPDFText_GetLooseCharBox(self._handle, at, box)
        one, _ = _turn(box.left, box.bottom, turned)
        other, _ = _turn(box.right, box.top, turned)
        return Glyph(self._text[at], _finite(min(one, other)), _finite(max(one, other)))

    def _line(self, pieces: Sequence[_Piece]) -> Line:
        first, last = pieces[0], pieces[-1]
        if first.rtl:
            glyphs = [g for piece in pieces for g in self._glyphs(piece)]
            rtl = self._rtl and any(g.kind == "R" for g in glyphs)
            text = bidi.reading_order(glyphs, first.size, rtl=rtl)
        else:
            glyphs = [self._glyph(at, first.turned) for at in (first.characters[0], first.characters[-1])]
            text = self._written(first.characters)
        return Line(
            page=self._number,
            text=_DRAWN.sub(lambda m: unicodedata.normalize("NFKC", m[0]), _whole(text)).strip(),
            left=min(g.left for g in glyphs),
            right=max(g.right for g in glyphs),
            foot=first.foot,
            size=first.size,
            turned=first.turned,
            broken=last.broken,
            rtl=first.rtl and self._rtl,
        )

    def _written(self, characters: range) -> str:
        """The characters without the spaces that pdfium puts between Chinese or Japanese ones and digits, which are set
        somewhat apart."""
        text = self._text[characters.start : characters.stop]
        if not UNSPACED.search(text):
            return text
        put_in = {
            at
            for at, c in enumerate(text)
            if c == " "
            and len(UNSPACED.findall(text[at - 1 : at + 2])) == 1
            and self._raw.FPDFText_IsGenerated(self._handle, characters[at])
        }
        return "".join(c for at, c in enumerate(text) if at not in put_in)

    def _glyphs(self, piece: _Piece) -> Iterator[Glyph]:
        """What is drawn, letters that are drawn as one together: their order pdfium turns round with that of all. The
        spaces that pdfium put in have no width; around marks they are wrong."""
        single = [self._glyph(at, piece.turned) for at in piece.characters]
        single = [g for g in single if g.left < g.right or not g.text.isspace()]
        drawn = [list(same) for _, same in groupby(single, key=lambda g: (g.left, g.right))]
        for i, same in enumerate(drawn):
            text = "".join(g.text for g in same)
            backwards = same[0].kind == "R" and not _ascends(drawn, i) and not _LIGATURE.fullmatch(text)
            yield Glyph(text[::-1] if backwards else text, same[0].left, same[0].right)


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _whole(text: str) -> str:
    """The text with one character for the two halves in which pdfium gives those beyond U+FFFF."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF.search(text) else text


def _finite(length: float) -> float:
    return length if math.isfinite(length) else 0.0


def _turn(x: float, y: float, turned: int) -> tuple[float, float]:
    """The place as it is seen where a line turned so often is level."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turned]


def _same_line(one: _Piece, other: _Piece) -> bool:
    """Whether pdfium parted a line, as it does where marks stand over Arabic letters."""
    return one.rtl and other.rtl and one.turned == other.turned and abs(one.foot - other.foot) < _SAME_FOOT * one.size


def _ascends(drawn: Sequence[Sequence[Glyph]], at: int) -> bool:
    """Whether the letters around a place go from left to right: pdfium left that piece as it found it."""
    near = [same[0].left for same in drawn[max(0, at - 1) : at + 2] if same[0].kind == "R"]
    return len(near) > 1 and near == sorted(near) and near[0] < near[-1]
