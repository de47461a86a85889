"""A text folded, so that spellings that mean the same are the same, with the exact way back to it as written."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate, compress
from operator import add
from typing import NamedTuple

from watcher.folding import ACCENT_RUN, COMPOSING, MARK, TRAILING, fold_pieces


class Span(NamedTuple):
    """Where something stands: offsets of the article's text; where known also those of the folded text, else -1."""

    start: int
    end: int
    place: int = -1
    behind: int = -1


new_tuple = tuple.__new__
"""Makes what an article has most: the own way of a NamedTuple is in Python, and takes twice as long."""


class _Shifts:
    """Where the characters of a text come from that was made of another: from each of `places` on, which are sorted,
    `shifts` says how many characters farther on. `dropped` says whether any character became nothing."""

    def __init__(self, place: int, shift: int) -> None:
        self.places = [place]
        self.shifts = [shift]
        self.dropped = False

    def origin(self, place: int) -> int:
        return place + self.shifts[bisect_right(self.places, place) - 1]

    def starts(self, places: Sequence[int]) -> list[int]:
        """The origins of many places, which are sorted: most stand between two shifts with many others."""
        return self._shifted(places, bisect_left)

    def ends(self, places: Sequence[int]) -> list[int]:
        """What stands right behind the origin of the place before each, of many that are sorted."""
        return self._shifted(places, bisect_right)

    def _shifted(self, places: Sequence[int], bisect: Callable[[Sequence[int], int, int], int]) -> list[int]:
        found: list[int] = []
        for after, shift in zip((*self.places[1:], None), self.shifts, strict=True):
            done = len(found)
            until = len(places) if after is None else bisect(places, after, done)
            found += map(shift.__add__, places[done:until])
        return found

    def place(self, origin: int) -> int:
        """The first place that comes from `origin` or from behind it."""
        at = bisect_left(self._origins, origin)
        before = origin - self.shifts[at - 1] if at else self.places[0]
        return min(before, self.places[at]) if at < len(self.places) else before

    @cached_property
    def _origins(self) -> list[int]:
        return list(map(add, self.places, self.shifts))


class Folded:
    """A text and its folded words; immutable, what costs worked out when first asked for.

    `folded` holds the words with one space between them, one at either end, and " \\n " between paragraphs, so that a
    phrase is a plain substring of it and never crosses a paragraph. `starts`, `ends` and `places` give for each word,
    numbered from 0, its span in `text` and its offset in `folded`.
    """

    def __init__(self, text: str, marked: str) -> None:
        """`marked` is the text as `fold_marked` gives it, cut to paragraphs by line breaks."""
        self.text = text
        self._marked = marked
        self._is_plain = MARK not in marked
        # Folded, with all white space: as many characters as `text` where none is marked.
        self._spaced = marked if self._is_plain else "".join(p for _, _, p in fold_pieces(marked, text))
        # Cut where there are two spaces, as behind punctuation: to cut at each word takes twice as long.
        self._squeezed = [" ".join(filter(None, map(str.strip, line.split("  ")))) for line in self._spaced.split("\n")]
        joined = " \n ".join(filter(None, self._squeezed))
        self.folded = f" {joined} " if joined else " "
        self._squeezes: dict[int, _Shifts] = {}

    # ── words ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _lengths(self) -> list[int]:
        return _lengths(self._spaced)

    @cached_property
    def starts(self) -> list[int]:
        """Each word's offset in `text`."""
        back = self._from_spaced
        return self._spaced_starts if back is None else back.starts(self._spaced_starts)

    @cached_property
    def _spaced_starts(self) -> list[int]:
        return _starts(self._lengths)

    @cached_property
    def ends(self) -> list[int]:
        """The offset in `text` behind each word."""
        ends = list(map(add, self._spaced_starts, filter(None, self._lengths)))
        if self._from_spaced is None:
            return ends
        ends = self._from_spaced.ends(ends)
        for mark in TRAILING.finditer(self.text):
            at = bisect_left(ends, mark.start())
            if at < len(ends) and ends[at] == mark.start():
                ends[at] = self._behind_marks(ends[at])
        return ends

    @cached_property
    def places(self) -> list[int]:
        """Each word's offset in `folded`."""
        return word_places(self.folded)

    # ── the way back to the text as written ───────────────────────────────────────────────────────

    @cached_property
    def _from_spaced(self) -> _Shifts | None:
        """From `_spaced` to `text`; None where they are of one length."""
        if self._is_plain:
            return None
        back, place = _Shifts(0, 0), 0
        for start, end, piece in fold_pieces(self._marked, self.text):
            parted = piece[:1] == " " and self._marked.find(MARK, start, end) >= 0
            if end == start + 1 or len(piece) != end - start or parted:
                back.dropped |= not piece
                back.places += range(place + 1, place + len(piece))
                back.shifts += range(start - place - 1, start - place - len(piece), -1)
                back.places.append(place + len(piece))
                back.shifts.append(end - place - len(piece))
            place += len(piece)
        return back

    @cached_property
    def _paragraphs(self) -> tuple[list[int], list[int], list[str]]:
        """Of each paragraph its offset in `folded`, that in `_spaced`, and how it stands there."""
        places, origins, written = [], [], []
        place, start = 1, 0
        for line, squeezed in zip(self._spaced.split("\n"), self._squeezed, strict=True):
            if squeezed:
                places.append(place)
                origins.append(start + len(line) - len(line.lstrip(" ")))
                written.append(line.strip(" "))
                place += len(squeezed) + 3
            start += len(line) + 1
        return places, origins, written

    def _squeeze(self, paragraph: int) -> _Shifts:
        """From `folded` to `_spaced`, within one paragraph: most hold no hit."""
        found = self._squeezes.get(paragraph)
        if found is not None:
            return found
        starts, origins, written = self._paragraphs
        place, words = starts[paragraph], written[paragraph]
        shift = origins[paragraph] - place
        self._squeezes[paragraph] = back = _Shifts(place, shift)
        places, shifts = back.places, back.shifts
        origin, gap = place + shift, words.find("  ")
        while gap >= 0:
            behind = gap + 2
            while words[behind] == " ":
                behind += 1
            shift += behind - gap - 1
            places.append(origin + behind - shift)
            shifts.append(shift)
            gap = words.find("  ", behind)
        return back

    def span(self, start: int, end: int) -> Span:
        """Where offsets `start` to `end` of `folded` came from, the marks on the last letter included; `end` is behind
        `start`, in the same paragraph."""
        return self.spans((start,), 0, end - start)[0]

    def spans(self, places: Iterable[int], lead: int, reach: int) -> list[Span]:
        """The same of each stretch from `lead` to `reach` behind one of the places. A loop, as an article has more of
        these than of anything else: a call for each takes half as long again."""
        paragraphs, squeezes, more = self._paragraphs[0], self._squeezes, self._from_spaced
        found = []
        for place in places:
            start, end = place + lead, place + reach
            paragraph = bisect_right(paragraphs, start) - 1
            back = squeezes.get(paragraph) or self._squeeze(paragraph)  # not asked there: a quarter of the time
            begins, shifts = back.places, back.shifts
            left = start + shifts[bisect_right(begins, start) - 1]
            right = end + shifts[bisect_right(begins, end - 1) - 1]
            if more is not None:
                left, right = more.origin(left), self._behind_marks(more.origin(right - 1) + 1)
            found.append(new_tuple(Span, (left, right, start, end)))
        return found

    def _behind_marks(self, end: int) -> int:
        """`end` moved behind what belongs to the letter before it, so that a span never cuts one: combining marks that
        folded to nothing, and what made one letter with it."""
        back = self._from_spaced
        composing = COMPOSING.match(self.text, end) if back else None
        if back and composing and back.origin(back.place(end)) != end:
            end = composing.end()
        marks = ACCENT_RUN.match(self.text, end) if back and back.dropped else None
        return marks.end() if marks else end

    def place(self, offset: int) -> int:
        """The offset in `folded` of the first letter that comes from `offset` of `text` or from behind it; of a mark
        that is on a letter, that letter's."""
        while not self._is_plain and 0 < offset < len(self.text) and TRAILING.match(self.text, offset):
            offset -= 1
        spaced = offset if self._from_spaced is None else self._from_spaced.place(offset)
        places, origins, _ = self._paragraphs
        paragraph = bisect_right(origins, spaced) - 1
        place = self._squeeze(paragraph).place(spaced) if paragraph >= 0 else 1
        behind = places[paragraph + 1] if paragraph + 1 < len(places) else len(self.folded)
        while place < behind and self.folded[place] in " \n":
            place += 1
        return min(place, behind)


def word_places(folded: str) -> list[int]:
    """The offset of each word of a folded text."""
    return _starts(_lengths(folded))


def _lengths(spaced: str) -> list[int]:
    """The length of each piece between two spaces. To add these up takes half the time of finding words by a regular
    expression."""
    return list(map(len, spaced.replace("\n", " ").split(" ")))


def _starts(lengths: Sequence[int]) -> list[int]:
    return list(compress(accumulate(map((1).__add__, lengths), initial=0), lengths))
