"""How far apart hits of a text lie: the ruler on which they are put, in half words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from watcher.folded import Span, new_tuple
from watcher.folding import UNSPACED
from watcher.text import Text

if TYPE_CHECKING:
    from watcher.rules.conditions.base import Hit

_FEW = 50  # hits for which words are counted one by one; to list the words of a text takes as long
_CLOSE = 500  # characters in which to count words takes less time than to look a word's number up
_SEVERAL = 20  # hits of which some lie close together, nearly always
FAR = 10_000_000  # half words between title and body: more than any text has, so that nothing spans the two
_SPAN = itemgetter(0)


class Placed(NamedTuple):
    """A hit on the ruler: `left` and `right` in half words, the others offsets; `bit` stands for its condition."""

    left: int
    right: int
    start: int
    end: int
    bit: int
    hit: Hit


class Ruler:
    """Measures a text in half words: a word is two; where a script has no spaces, each character is one."""

    def __init__(self, text: Text, hits: int = 0) -> None:
        """For about so many hits."""
        self._text = text
        self._few = hits < _FEW
        self._halves = text.half_words

    def line(self, rows: Iterable[tuple[int, Iterable[Hit]]]) -> list[Placed]:
        """The hits of several conditions, by their bits, in the order of the text. Most begin a little behind the one
        before, and the words between are counted: to number each by itself takes twice as long."""
        hits = sorted([(hit.span, bit, hit) for bit, some in rows for hit in some], key=_SPAN)
        if self._halves is not None:
            return [self.placed(hit, bit) for _, bit, hit in hits]
        text, folded, body = self._text, self._text.folded, self._text.body_start
        count, found = folded.count, []
        word, at, line_end = 0, 0, -1
        for (start, end, place, behind), bit, hit in hits:
            if place < 0:
                found.append(self.placed(hit, bit))
                continue
            if place < line_end and 0 <= place - at < _CLOSE:
                word += count(" ", at, place)
            else:
                word = text.word_at(place)
                line_end = folded.find("\n", place) % (len(folded) + 1)  # -1: the last line
            at = place
            left = 2 * word + (FAR if start >= body else 0)
            found.append(new_tuple(Placed, (left, left + 2 * count(" ", place, behind) + 2, start, end, bit, hit)))
        return found

    def _number(self, offset: int) -> int:
        return self._text.word_from(offset) if self._few else bisect_right(self._text.ends, offset)

    def placed(self, hit: Hit, bit: int) -> Placed:
        start, end, place, behind = hit.span
        if place >= 0:
            first = self._text.word_at(place)
            last = first + self._text.folded.count(" ", place, behind)
        else:
            first, last = (min(self._number(offset), len(self._text) - 1) for offset in (start, end - 1))
        left, right = 2 * first, 2 * last + 2
        if self._halves is not None:
            left, right = self._halves[first], self._halves[last + 1]
            if UNSPACED.match(self._text.text, start):
                left += start - self._text.starts[first]
            if UNSPACED.match(self._text.text, end - 1):
                right = self._halves[last] + end - self._text.starts[last]
        far = FAR if start >= self._text.body_start else 0
        return Placed(left + far, right + far, start, end, bit, hit)


def may_be_close(text: Text, rows: Sequence[Sequence[Span]], words: int) -> bool:
    """Whether spans of two conditions may lie within so many words: where there are a few, most lie so far apart that
    no ruler is needed to tell, which takes five times as long."""
    if text.half_words is not None or sum(map(len, rows)) > _SEVERAL:
        return True
    hits = sorted([(place, behind, row) for row, some in enumerate(rows) for _, _, place, behind in some])
    if not hits or hits[0][0] < 0:
        return True
    reached, before = hits[0][1:]
    for place, behind, row in hits:
        if row != before and not text.far_apart(reached, place, words):
            return True
        reached, before = max(reached, behind), row
    return False


def gap_in_words(a: Placed, b: Placed) -> int:
    """The words between two hits, the second behind the first."""
    return max(0, b.left - a.right + 1) // 2
