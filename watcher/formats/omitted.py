"""What a reader left out of an article: the words of its document that do not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from watcher.folding import UNSPACED, fold_words

CUT = "cut when the file was read: not part of the article"

_LONGEST = 2_000_000  # characters of a document or an article that are compared: at worst 250 MB and 6 s
_MOST, _LONGEST_SHOWN = 1_000, 300  # lines, and characters of one, that are told

_GRAM = 3  # words on end by which those of a line are found in the article
_FEWEST_SEEN = 5  # on end in a line of which others are not found: "the end of the" proves nothing
_FEWEST_CUT = 3  # on end amid words that are seen: else only spelled or split otherwise; two at the ends ("Lire aussi")
_WORD = re.compile(rf"{UNSPACED.pattern}|[^\s{UNSPACED.pattern[1:-1]}]+")
_ABSENT = -1


class Omission(NamedTuple):
    """Words that were left out, `why`, and the end of the line of the article's text behind which they stood: 0 before
    the first one."""

    at: int
    words: str
    why: str


Omitted: TypeAlias = dict[int, tuple[Omission, ...]]
"""What was left out of each article of a file, by its part."""


def omissions(text: str, whole: str) -> tuple[Omission, ...]:
    """What of `whole`, the words of a document by the line, stands not in `text`, its article's, in the order of the
    article. Lines are compared by their words, so that it matters not how they were broken."""
    if max(len(whole), len(text)) > _LONGEST:
        return (Omission(0, "", f"what was cut when the file was read is not told: over {_LONGEST:,} characters"),)
    found: list[Omission] = []
    more = 0
    for at, words in _left_out(_Words(), text, whole):
        if len(found) < _MOST:
            found.append(Omission(at, words[:_LONGEST_SHOWN], CUT))
        else:
            more += 1
    if more:
        found.append(Omission(len(text), "", f"cut when the file was read, and not shown: {more:,} more"))
    return tuple(sorted(found, key=lambda omission: omission.at))


class _Words:
    """Folded words as they are looked up again: each is folded once."""

    def __init__(self) -> None:
        self._folded: dict[str, str] = {}

    def of(self, line: str) -> list[tuple[str, int, int]]:
        """The words of a line, folded, each with its span in it; characters where there are no spaces."""
        found = []
        for match in _WORD.finditer(line):
            word = match[0]
            if (folded := self._folded.get(word)) is None:
                folded = self._folded[word] = "".join(fold_words(word))
            if folded:
                found.append((folded, match.start(), match.end()))
        return found


class _Article:
    """The words of an article, and where they stand."""

    def __init__(self, words: _Words, text: str) -> None:
        self._words: list[str] = []
        self._ends: list[int] = []  # of the line that each stands in
        self._short: dict[tuple[str, ...], int] = {}  # where each line of less words than a gram begins
        end = -1
        for line in text.split("\n"):
            end += 1 + len(line)
            own = [word for word, _, _ in words.of(line)]
            if len(own) < _GRAM:
                self._short.setdefault(tuple(own), len(self._words))
            self._words += own
            self._ends += [end] * len(own)
        self._first: dict[tuple[str, ...], int] = {}
        for i, gram in enumerate(zip(self._words, self._words[1:], self._words[2:], strict=False)):
            self._first.setdefault(gram, i)

    def end(self, at: int) -> int:
        """The end of the line that the last word before `at` stands in."""
        return self._ends[at - 1] if at else 0

    def places(self, own: Sequence[str], at: int) -> list[int]:
        """Where each word of a line stands, looked for at `at` first; absent where it does not."""
        places = [_ABSENT] * len(own)
        size = min(len(own), _GRAM)
        for i in range(len(own) - size + 1):
            gram = tuple(own[i : i + size])
            known = self._first if size == _GRAM else self._short
            start = at if tuple(self._words[at : at + size]) == gram else known.get(gram, _ABSENT)
            if start != _ABSENT:
                places[i : i + size] = range(start, start + size)
                at = start + 1
        return places


def _left_out(words: _Words, text: str, whole: str) -> Iterator[tuple[int, str]]:
    """The stretches of lines that the article lacks, each with the end of the line behind which it stood."""
    article, at = _Article(words, text), 0
    for line in whole.split("\n"):
        own = words.of(line)
        places = article.places([word for word, _, _ in own], at)
        for first, end in _absent(places):
            at = places[first - 1] + 1 if first else at
            whole_line = end - first == len(own)
            yield article.end(at), line.strip() if whole_line else line[own[first][1] : own[end - 1][2]]
        at = places[-1] + 1 if places and places[-1] != _ABSENT else at


def _absent(places: list[int]) -> list[tuple[int, int]]:
    """The spans of a line's words that were left out. Makes absent in `places` those that were found by chance."""
    if _ABSENT not in places:
        return []
    for first, end, found in _runs(places):
        if found and end - first < _FEWEST_SEEN:
            places[first:end] = [_ABSENT] * (end - first)
    size, least = len(places), min(len(places), _FEWEST_CUT)
    gone = [(first, end) for first, end, found in _runs(places) if not found]
    return [(i, j) for i, j in gone if j - i >= (least if i and j < size else least - (size >= _FEWEST_CUT))]


def _runs(places: Sequence[int]) -> list[tuple[int, int, bool]]:
    """The spans of words that were found or not."""
    spans, first = [], 0
    for found, run in groupby(places, lambda place: place != _ABSENT):
        end = first + len(list(run))
        spans.append((first, end, found))
        first = end
    return spans
