"""An article's text, folded and cut to words, paragraphs and sentences, with the way back to the original."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress
from operator import add

from watcher.folding import ACCENT_RUN, COMPOSING, MARK, TRAILING, UNSPACED, fold_marked, fold_pieces
from watcher.sentences import sentence_ends

LEAD_WORDS = 100
PARAGRAPH_WORDS = 120
CAPITALS_RUN = 4
_BLOCK = 256  # characters
_LONG_PARAGRAPH = re.compile(rf"(?: *+[^ ]++){{{PARAGRAPH_WORDS + 1}}}")


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


class Text:
    """An article's text, folded and cut to words; immutable, what costs worked out when first asked for.

    `folded` holds the folded words, one space between them, one at either end, and " \\n " between
    paragraphs, so that a phrase is a plain substring of it and never crosses a paragraph. Words are
    numbered from 0; the lists give for word `i` its span in `text` and its offset in `folded`.
    """

    def __init__(self, title: str, body: str, language: str = "und") -> None:
        self.title = title
        self.language = language
        self.body_start = len(title) + 2 if title else 0
        self.text = f"{title}\n\n{body}" if title else body
        self._marked = _break_long_paragraphs(self.text, fold_marked(self.text))
        self._is_plain = MARK not in self._marked
        # Folded, with all white space: as many characters as `text` where none is marked.
        self._spaced = (
            self._marked if self._is_plain else "".join(p for _, _, p in fold_pieces(self._marked, self.text))
        )
        self._squeezed = [" ".join(words) for words in map(str.split, self._spaced.split("\n"))]
        joined = " \n ".join(filter(None, self._squeezed))
        self.folded = f" {joined} " if joined else " "
        self._squeezes: dict[int, _Shifts] = {}
        self._sentences: dict[int, list[int]] = {}
        self._stripped: dict[int, tuple[int, int]] = {}

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

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in `text` of what offsets `start` to `end` of `folded` came from, the marks on its last letter
        included; `end` is behind `start`, in the same paragraph."""
        paragraph = bisect_right(self._paragraphs[0], start) - 1
        back = self._squeezes.get(paragraph) or self._squeeze(paragraph)  # not asked there: a quarter of the time
        left = start + back.shifts[bisect_right(back.places, start) - 1]
        right = end + back.shifts[bisect_right(back.places, end - 1) - 1]
        if (more := self._from_spaced) is None:
            return left, right
        return more.origin(left), self._behind_marks(more.origin(right - 1) + 1)

    def _behind_marks(self, end: int) -> int:
        """`end` moved behind what belongs to the letter before it, so that a span never cuts one: combining marks that
        folded to nothing, and what made one letter with it."""
        back = self._from_spaced
        composing = COMPOSING.match(self.text, end) if back else None
        if back and composing and back.origin(back.place(end)) != end:
            end = composing.end()
        marks = ACCENT_RUN.match(self.text, end) if back and back.dropped else None
        return marks.end() if marks else end

    def _place(self, offset: int) -> int:
        """The offset in `folded` of the first letter that comes from `offset` of `text` or from behind it."""
        spaced = offset if self._from_spaced is None else self._from_spaced.place(offset)
        places, origins, _ = self._paragraphs
        paragraph = bisect_right(origins, spaced) - 1
        place = self._squeeze(paragraph).place(spaced) if paragraph >= 0 else 1
        behind = places[paragraph + 1] if paragraph + 1 < len(places) else len(self.folded)
        while place < behind and self.folded[place] in " \n":
            place += 1
        return min(place, behind)

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

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return self.word_at(len(self.folded))

    def word(self, index: int) -> str:
        """Word `index` as written."""
        return self.text[self.starts[index] : self.ends[index]]

    def folded_word(self, index: int) -> str:
        start = self.places[index]
        return self.folded[start : self.folded.index(" ", start)]

    def offset_at(self, word: int, place: int) -> int:
        """The offset in `text` up to which stand the letters of `word` before offset `place` of `folded`."""
        start = self.places[word]
        return min(self.span(start, place)[1], self.ends[word]) if place > start else self.starts[word]

    def in_capitals(self, word: int) -> bool:
        """Whether the word stands in a run of four or more words of a paragraph that are all in capitals."""
        paragraph = self.paragraph_of(word)
        run = 0
        for step in (1, -1):
            i = word + step
            while 0 <= i < len(self) and self.paragraph_of(i) == paragraph and not (w := self.word(i)).islower():
                if w.isupper():
                    run += 1
                elif any(c.isalpha() for c in w):
                    break
                i += step
                if run >= CAPITALS_RUN - 1:
                    return True
        return False

    def word_at(self, place: int) -> int:
        """The number of the word that holds offset `place` of `folded`."""
        block = place // _BLOCK
        start = block * _BLOCK
        folded = self.folded
        return self._words_before[block] + folded.count(" ", start, place) - folded.count("\n", start, place)

    @cached_property
    def _words_before(self) -> list[int]:
        """The number of the word in which each block of `folded` begins. To count spaces in a block takes 0.4 µs; to
        list the words of a text of 4 KB takes 150."""
        folded, ends = self.folded, range(_BLOCK, len(self.folded) + _BLOCK, _BLOCK)
        counts = (folded.count(" ", end - _BLOCK, end) - folded.count("\n", end - _BLOCK, end) for end in ends)
        return list(accumulate(counts, initial=-1))

    def word_from(self, offset: int) -> int:
        """The number of the first word that ends behind offset `offset` of `text`."""
        while not self._is_plain and 0 < offset < len(self.text) and TRAILING.match(self.text, offset):
            offset -= 1  # to the letter that the mark is on
        return self.word_at(self._place(offset))

    @cached_property
    def half_words(self) -> array[int] | None:
        """How many half words stand before each word, and at last all of them: where a script has no spaces, each
        character is one. None where the text has no such script, and every word is two."""
        if self.folded.isascii() or not UNSPACED.search(self.text):
            return None
        widths = (e - s if UNSPACED.search(self.text, s, e) else 2 for s, e in zip(self.starts, self.ends, strict=True))
        return array("I", accumulate(widths, initial=0))

    @cached_property
    def paragraph_firsts(self) -> array[int]:
        """The number of the first word of each paragraph."""
        firsts = array("I", [0])
        for found in re.finditer("\n", self.folded):
            firsts.append(bisect_left(self.places, found.end()))
        return firsts

    def paragraph_of(self, word: int) -> int:
        return bisect_right(self.paragraph_firsts, word) - 1

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """The span of the sentence around `offset` of `text`, without white space at its ends."""
        line = self.text.rfind("\n", 0, offset) + 1
        ends = self._ends_in_line(line)
        i = bisect_right(ends, offset)
        start, end = (ends[i - 1] if i else line), (ends[i] if i < len(ends) else len(self.text))
        if start not in self._stripped:  # once: a sentence of 2 MB may hold ten thousand hits
            piece = self.text[start:end]
            self._stripped[start] = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
        return self._stripped[start]

    def _ends_in_line(self, line: int) -> list[int]:
        """The offsets behind the sentences of the line that begins at offset `line`: a break ends a sentence too."""
        if line not in self._sentences:
            end = self.text.find("\n", line) + 1 or len(self.text)
            self._sentences[line] = [*sentence_ends(self.text, line, end)]
        return self._sentences[line]

    def section(self, name: str) -> tuple[int, int]:
        """The offsets in `text` of `title`, `lead`, `body` or `text`."""
        if name == "text":
            return 0, len(self.text)
        if name == "body":
            return self.body_start, len(self.text)
        if name == "lead":
            last = min(len(self), self.word_from(self.body_start) + LEAD_WORDS) - 1
            return 0, self.ends[last] if last >= 0 else 0
        if self.title:
            return 0, len(self.title)
        return 0, self.sentence_of(self.starts[0])[1] if len(self) else 0


def word_places(folded: str) -> list[int]:
    """The offset of each word of a folded text."""
    return _starts(_lengths(folded))


def _lengths(spaced: str) -> list[int]:
    """The length of each piece between two spaces. To add these up takes half the time of finding words by a regular
    expression."""
    return list(map(len, spaced.replace("\n", " ").split(" ")))


def _starts(lengths: Sequence[int]) -> list[int]:
    return list(compress(accumulate(map((1).__add__, lengths), initial=0), lengths))


def _break_long_paragraphs(text: str, marked: str) -> str:
    """`marked` with a line break at the full stop that ends a paragraph of more than 120 words."""
    pieces: list[str] = []
    start = done = 0
    for line in marked.split("\n"):
        if len(line) > 2 * PARAGRAPH_WORDS and line.count(" ") >= PARAGRAPH_WORDS:
            for at in _breaks(text, marked, start, start + len(line)):
                pieces += (marked[done:at], "\n")
                done = at + 1
        start += len(line) + 1
    return "".join((*pieces, marked[done:])) if pieces else marked


def _breaks(text: str, marked: str, start: int, end: int) -> Iterator[int]:
    while found := _LONG_PARAGRAPH.match(marked, start, end):
        start = next(sentence_ends(text, found.end(), end), end)
        if start >= end:
            return
        yield start - 1
