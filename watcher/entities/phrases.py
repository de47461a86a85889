"""Finds many names at once in a text: whole words, written with the capitals that their script keeps."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from watcher.entities.writing import words
from watcher.folded import new_tuple
from watcher.folding import fold_words, unaccent
from watcher.text import Text

Meaning = TypeVar("Meaning")

LONGEST_ACRONYM = 3  # USA, UE, EI: only as written; a longer one (OTAN) also with one capital (Otan)
_MANY = 5_000
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_HYPHEN = "-"
_HYPHENS = re.compile(r"[-\u2010\u2011\u2013](?=\w)")
_KATAKANA = re.compile("[\u30a0-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
# Letters that Arabic, Persian and Hebrew write together with the word behind them: and, in, to, from, the.
_PREFIX = re.compile("[وف]?(?:[بك]?ال|لل|[بكل])?|[והבלמשכ]{1,3}")
_PREFIXED = re.compile("[\u05d0-\u05ea\u0620-\u06ff]")
_FIRST_TIED = "\u05d0"  # before it stand Latin, Greek and Cyrillic, which part words by spaces
_START, _END = attrgetter("start"), attrgetter("end")
_ARTICLES = words("la le les l el los las il lo gli the der die das den de het al")


Match = tuple[int, int, int]
"""The number of a pattern and where it stands in a folded text."""


class Found(NamedTuple, Generic[Meaning]):
    """A phrase in a text, as folded: words `first` to `last`, both included, and offsets of the text."""

    meaning: Meaning
    folded: str
    first: int
    last: int
    start: int
    end: int


class _Phrase(NamedTuple, Generic[Meaning]):
    """A name as it must be written, with all that it means: `capitals` are the numbers of words one of which needs a
    capital, `exact` words that stand only as written, or with a hyphen behind them."""

    meanings: tuple[Meaning, ...]
    folded: str
    capitals: tuple[int, ...]
    exact: tuple[tuple[int, str], ...]


class Book(ABC, Generic[Meaning]):
    """Names in one automaton over the folded text; a hit is then verified as written.

    How a name must be written is worked out when it is first met: the 32,000 names of all languages took 37 MB worked
    out and take 17 so.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        """`numbers` are what the literals are called. Sorted, 40,000 of them take half the time to build."""
        self._met: dict[int, list[_Phrase[Meaning]]] = {}
        self._patterns = sorted(numbers)
        self._numbers = array("I", map(numbers.__getitem__, self._patterns))

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return automaton_of(self.hand_patterns())

    def hand_patterns(self) -> list[str]:
        """The patterns, each at its number, handed once to what looks for them in texts."""
        patterns, self._patterns = self._patterns, []
        return patterns

    @abstractmethod
    def _written(self, number: int, literal: str) -> Iterable[tuple[str, Meaning]]:
        """The names of a pattern, as written, with what each means; `literal` is the pattern."""

    def find(self, text: Text) -> list[Found[Meaning]]:
        """Every name in the text, in its order; of those that overlap, the longest. A name of several meanings
        stands there once for each."""
        return longest(list(self.hits(text, set())))

    def occurs(self, text: Text) -> bool:
        """Whether `find` finds any."""
        return next(self.hits(text, set()), None) is not None

    def hits(self, text: Text, small: set[str]) -> Iterator[Found[Meaning]]:
        """All that `find` chooses from. `small` gets what would be a name, had it a capital."""
        return self.verified(text, self._automaton.find_matches_as_indexes(text.folded, overlapping=True), small)

    def verified(self, text: Text, hits: Sequence[Match], small: set[str]) -> Iterator[Found[Meaning]]:
        """Of what looks like a name in a folded text what is written as one; `small` as in `hits`."""
        if not hits:
            return
        written, folded, met = text.text, text.folded, self._met
        starts, ends, places = text.starts, text.ends, text.places
        for number, start, end in hits:
            if folded[start] == " " == folded[end - 1]:
                first = bisect_left(places, start + 1)
                last = bisect_left(places, end - 1, first) - 1
                left, right = starts[first], ends[last]
            elif (open_ended := _open_ended(text, start, end)) is not None:
                first, last, left, right = open_ended
            else:
                continue
            for meanings, name, capitals, exact in met.get(number) or self._phrases(number, folded[start:end]):
                for i in capitals:  # a loop: `any` of one or two words costs three times as much, and so does a call
                    if written[starts[first + i]].isupper():
                        break
                else:
                    if capitals:
                        small.add(written[left:right])
                        continue
                if exact and not _stands_exactly(text, first, exact):
                    continue
                for meaning in meanings:
                    yield new_tuple(Found, (meaning, name, first, last, left, right))

    def _phrases(self, number: int, literal: str) -> list[_Phrase[Meaning]]:
        """Names that are written alike are one phrase, if they follow each other: their order tells the likeliest."""
        named = [(_shape(written), meaning) for written, meaning in self._written(self._numbers[number], literal)]
        alike = groupby(named, key=itemgetter(0))
        self._met[number] = [_Phrase(tuple([meaning for _, meaning in same]), *shape) for shape, same in alike]
        return self._met[number]


def automaton_of(patterns: list[str]) -> AhoCorasick:
    """What looks for patterns in folded texts. All languages together take 20 MB in the one chosen by itself and 12 in
    the one taken for many."""
    many = Implementation.ContiguousNFA if len(patterns) > _MANY else None
    return AhoCorasick(patterns, store_patterns=False, implementation=many)


class PhraseBook(Book[Meaning]):
    """Names each with what it means."""

    def __init__(self, names: Iterable[tuple[str, Meaning]]) -> None:
        self._names: list[tuple[tuple[str, Meaning], ...]] = []
        numbers: dict[str, int] = {}
        for name in names:
            folded = " ".join(fold_words(name[0]))
            if not folded:
                continue
            number = numbers.setdefault(literal_of(folded), len(numbers))
            if number < len(self._names):
                self._names[number] += (name,)
            else:
                self._names.append((name,))
        super().__init__(numbers)
        self.literals = frozenset(numbers)
        """The stretches of a folded text of which each of the names holds one."""

    def _written(self, number: int, literal: str) -> Iterable[tuple[str, Meaning]]:
        return self._names[number]


def _shape(written: str) -> tuple[str, tuple[int, ...], tuple[tuple[int, str], ...]]:
    """A name folded, with the capitals and the words that it needs, as a phrase has them."""
    pieces = [w for w in re.split(r"[^\w\u0300-\u036f]+", written) if fold_words(w)]
    folded = fold_words(written)
    if len(pieces) != len(folded):  # a letter that folds to a space: too rare to judge its capitals
        return " ".join(folded), (), ()
    raw = [unaccent(w) for w in pieces]
    exact = tuple((i, w) for i, w in enumerate(raw) if _only_as_written(w))
    named = [i for i, w in enumerate(raw) if w[:1].isupper()]
    strong = [i for i in named if folded[i] not in _ARTICLES] or named
    if written.endswith("-"):  # "Franco-", of "Franco-German"
        exact += ((len(folded) - 1, _HYPHEN),)
    return " ".join(folded), tuple(strong), exact


def _only_as_written(word: str) -> bool:
    """Whether it is a short acronym, or has its capital inside (Zulu's iMali; imali is money)."""
    if word.isupper():
        return len(word) <= LONGEST_ACRONYM and (len(word) > 1 or word.isascii())
    return word[:1].islower() and not word.islower()


def literal_of(folded: str) -> str:
    """What is looked for in a folded text: with a space at either end where the script parts words."""
    if folded[:1] < _FIRST_TIED and folded[-1:] < _FIRST_TIED:  # most names: no pattern need be asked
        return f" {folded} "
    open_start = _UNSPACED.match(folded) or _PREFIXED.match(folded)
    open_end = _UNSPACED.match(folded[-1:]) or _HANGUL.match(folded[-1:])
    return f"{'' if open_start else ' '}{folded}{'' if open_end else ' '}"


def _open_ended(text: Text, start: int, end: int) -> tuple[int, int, int, int] | None:
    """The words and the span of a name, in a folded text, that may stand inside a word; None where it does not."""
    literal = text.folded[start:end]
    start, end = start + (literal[0] == " "), end - (literal[-1] == " ")
    first = text.word_at(start)
    last = text.word_at(end - 1) if " " in literal[1:-1] else first
    if not _stands_free(text, literal, first, start, end):
        return None
    left = text.starts[first] if start == text.places[first] else text.offset_at(first, start)
    right = text.offset_at(last, end) if text.folded[end] not in " \n" else text.ends[last]
    return first, last, left, right


def _stands_free(text: Text, literal: str, first: int, start: int, end: int) -> bool:
    """Whether nothing but a prefix stands before a name whose script leaves no space there."""
    folded = text.folded
    if _PREFIXED.match(literal):
        return bool(_PREFIX.fullmatch(folded, text.places[first], start))
    inside_kana = _KATAKANA.match(literal) and (_KATAKANA.match(folded, start - 1) or _KATAKANA.match(folded, end))
    return not inside_kana  # "マリ" (Mali) in "マリア" (Maria)


def _stands_exactly(text: Text, first: int, exact: Iterable[tuple[int, str]]) -> bool:
    return all(_stands_as(text, first + i, raw) for i, raw in exact)


def _stands_as(text: Text, word: int, raw: str) -> bool:
    if raw == _HYPHEN:
        return bool(_HYPHENS.match(text.text, text.ends[word]))
    written = text.word(word)  # mostly as it is told, in which there is no accent left
    return (written == raw or unaccent(written) == raw) and not text.in_capitals(word)


def longest(hits: Sequence[Found[Meaning]]) -> list[Found[Meaning]]:
    """The hits in the order of the text; of those that overlap the longest, of the same span all."""
    kept: list[Found[Meaning]] = []
    start = end = -1  # of the last one kept
    for hit in sorted(sorted(hits, key=_END, reverse=True), key=_START):  # one key made in Python takes thrice the time
        if hit.start < end and (hit.start, hit.end) != (start, end):
            if hit.end - hit.start <= end - start:
                continue
            while kept and kept[-1].end > hit.start:
                kept.pop()
        kept.append(hit)
        start, end = hit.start, hit.end
    return kept
