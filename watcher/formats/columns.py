"""Columns that a file draws row by row, across all of them: told from tables, and put in the order of reading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from watcher.folding import UNSPACED
from watcher.formats.typeline import Line

GAP = 1.0  # of the size: what is wider parts two columns, or two cells of a table
_GUTTER = 0.8  # of the size: what all rows leave free between two columns
_SAME_HEIGHT = 0.7  # of the size: paragraphs of two columns seldom stand on the same feet to their ends
_MOST = 10  # gutters: a row that has more is of a table, and each cell is held against each of them
_ROWS = 3  # that have words in two columns, before there are columns
_FAR, _NEAR = 4.0, 1.7  # sizes to the next row; to one that has words in a single column
_WORDS, _LETTERS = 3, 8  # in a line of prose, in the mean; letters where no spaces part the words
_GOES_ON = 0.3  # of the lines of prose begin inside a sentence, with a small letter: cells of a table do not

_Gutter: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on one height: the `lines` that the file has there, and these parted at wide gaps, from the left."""

    lines: tuple[Line, ...]
    cells: tuple[Line, ...]

    def beside(self, other: Row) -> Row | None:
        """Both as one; None where the other stands below, or is part of one line with this."""
        above, below = self.lines[-1], other.lines[0]
        if above.rtl or below.rtl or above.turned != below.turned:
            return None
        if abs(above.foot - below.foot) >= _SAME_HEIGHT * above.size:
            return None
        if len(self.cells) + len(other.cells) > _MOST + 1:
            return None  # of a table: its rows stay as they are drawn
        cells = tuple(sorted(self.cells + other.cells, key=lambda cell: cell.left))
        apart = all(one.right < right.left for one, right in pairwise(cells))
        return Row(self.lines + other.lines, cells) if apart else None


def rows(line: Line, cells: Sequence[Line]) -> Iterator[Row]:
    """What pdfium takes for one line: it is none where the pieces between its gaps stand on several heights."""
    feet = [cell.foot for cell in cells]
    if max(feet) - min(feet) >= _SAME_HEIGHT * line.size:
        yield from (Row((cell,), (cell,)) for cell in cells)
    else:
        yield Row((line,), tuple(sorted(cells, key=lambda cell: cell.left)))


def in_order(rows: Sequence[Row]) -> Iterator[Line]:
    """The lines as they are read: column by column where rows are drawn across columns of prose, else as they are."""
    at = 0
    while at < len(rows):
        end, gutters = _run(rows, at)
        columns = _columns(rows[at:end], gutters)
        if len(columns) > 1 and all(map(_is_prose, columns)):
            for column in columns:
                yield from column
        else:
            for row in rows[at:end]:
                yield from row.lines
        at = end


def _run(rows: Sequence[Row], at: int) -> tuple[int, list[_Gutter]]:
    """Where the rows end that leave the same gutters free, and these."""
    cells = rows[at].cells
    if len(cells) > _MOST + 1:
        return at + 1, []
    gaps = ((one.right, other.left) for one, other in pairwise(cells))
    gutters = [(left, right) for left, right in gaps if right - left >= _GUTTER * cells[0].size]
    end = at + 1
    while gutters and end < len(rows) and _is_below(rows[end - 1].cells, rows[end].cells):
        left = [free for gutter in gutters if (free := _free(gutter, rows[end].cells)) is not None]
        if not left:
            break
        gutters, end = left, end + 1
    return end, gutters


def _is_below(above: Sequence[Line], cells: Sequence[Line]) -> bool:
    one, other = above[0], cells[0]
    if other.rtl or one.turned != other.turned:
        return False
    return 0 < one.foot - other.foot <= (_FAR if len(cells) > 1 else _NEAR) * one.size


def _free(gutter: _Gutter, cells: Sequence[Line]) -> _Gutter | None:
    """What a row leaves free of a gutter; None where it does not part the row."""
    left, right = gutter
    middle = (left + right) / 2
    for cell in cells:
        if cell.left < middle < cell.right:
            return None
        if cell.right <= middle:
            left = max(left, cell.right)
        else:
            right = min(right, cell.left)
    return (left, right) if right - left >= _GUTTER * cells[0].size else None


def _columns(rows: Sequence[Row], gutters: Sequence[_Gutter]) -> list[list[Line]]:
    """The cells of each column from above; none where too few rows have words in two."""
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    ends = [right for _, right in gutters]
    full = 0
    for row in rows:
        filled = set()
        for cell in row.cells:
            number = bisect_right(ends, cell.left + _GUTTER)
            columns[number].append(cell)
            filled.add(number)
        full += len(filled) > 1
    return columns if full >= _ROWS else []


def _is_prose(column: Sequence[Line]) -> bool:
    """Whether lines of several words go on in one another."""
    text = " ".join(line.text for line in column)
    if UNSPACED.search(text):
        return len(text) >= _LETTERS * len(column)
    begun = sum(line.text[0].islower() for line in column[1:])
    return len(text.split()) >= _WORDS * len(column) and begun >= _GOES_ON * (len(column) - 1)
