"""An article's text, cut to words, paragraphs, sentences and sections."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from watcher.folded import Folded
from watcher.folding import UNSPACED, fold_marked
from watcher.sentences import sentence_ends

LEAD_WORDS = 100
PARAGRAPH_WORDS = 120
CAPITALS_RUN = 4
_BLOCK = 256  # characters
_LONG_PARAGRAPH = re.compile(rf"(?: *+[^ ]++){{{PARAGRAPH_WORDS + 1}}}")


class Text(Folded):
    """An article's text, folded and cut to words."""

    def __init__(self, title: str, body: str, language: str = "und") -> None:
        self.title = title
        self.language = language
        self.body_start = len(title) + 2 if title else 0
        text = f"{title}\n\n{body}" if title else body
        super().__init__(text, _break_long_paragraphs(text, fold_marked(text)))
        self._sentences: dict[int, list[int]] = {}
        self._stripped: dict[int, tuple[int, int]] = {}

    # ── words ─────────────────────────────────────────────────────────────────────────────────────

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
        return min(self.span(start, place).end, self.ends[word]) if place > start else self.starts[word]

    def in_capitals(self, word: int) -> bool:
        """Whether the word stands in a run of four or more words of a paragraph that are all in capitals."""
        starts, ends, firsts = self.starts, self.ends, self.paragraph_firsts
        run, behind = 0, bisect_right(firsts, word)
        first, end = firsts[behind - 1], firsts[behind] if behind < len(firsts) else len(starts)
        for step in (1, -1):
            i = word + step
            while first <= i < end and not (w := self.text[starts[i] : ends[i]]).islower():
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

    def far_apart(self, behind: int, place: int, words: int) -> bool:
        """Whether more than so many words lie between the end of one word and the start of a later one, offsets of
        `folded`."""
        before = self._words_before
        if before[place // _BLOCK] - before[behind // _BLOCK + 1] > words + 1:
            return True
        count = self.folded.count
        return count(" ", behind, place) - count("\n", behind, place) > words + 1

    @cached_property
    def _words_before(self) -> list[int]:
        """The number of the word in which each block of `folded` begins. To count spaces in a block takes 0.4 µs; to
        list the words of a text of 4 KB takes 150."""
        folded, ends = self.folded, range(_BLOCK, len(self.folded) + _BLOCK, _BLOCK)
        counts = (folded.count(" ", end - _BLOCK, end) - folded.count("\n", end - _BLOCK, end) for end in ends)
        return list(accumulate(counts, initial=-1))

    def word_from(self, offset: int) -> int:
        """The number of the first word that ends behind offset `offset` of `text`."""
        return self.word_at(self.place(offset))

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
            self._sentences[line] = [*sentence_ends(self.text, line, end, self.language)]
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
