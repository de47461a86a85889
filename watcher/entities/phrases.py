"""Finds many names at once in a text: whole words, written with the capitals that their script keeps."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from watcher.entities.writing import words
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
_ARTICLES = words("la le les l el los las il lo gli the der die das den de het al")


class Found(NamedTuple, Generic[Meaning]):
    """A phrase in a text, as folded: words `first` to `last`, both included, and offsets of the text."""

    meaning: Meaning
    folded: str
    first: int
    last: int
    start: int
    end: int


class _Phrase(NamedTuple, Generic[Meaning]):
    """A name as it must be written: `capitals` are the numbers of words one of which needs a capital,
    `exact` words that stand only as written, or with a hyphen behind them."""

    meaning: Meaning
    folded: str
    capitals: tuple[int, ...]
    exact: tuple[tuple[int, str], ...]


class Book(ABC, Generic[Meaning]):
    """Names in one automaton over the folded text; a hit is then verified as written.

    How a name must be written is worked out when it is first met: the 32,000 names of all languages took 37 MB worked
    out and take 17 so.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self._met: dict[int, list[_Phrase[Meaning]]] = {}
        patterns = list(literals)
        # All languages together take 20 MB in the automaton chosen by itself and 12 in this one.
        many = Implementation.ContiguousNFA if len(patterns) > _MANY else None
        self._automaton = AhoCorasick(patterns, store_patterns=False, implementation=many)

    @abstractmethod
    def _written(self, number: int) -> Iterable[tuple[str, Meaning]]:
        """The names of a pattern, as written, with what each means."""

    def __contains__(self, name: str) -> bool:
        literal = literal_of(" ".join(fold_words(name)))
        hits = self._automaton.find_matches_as_indexes(literal, overlapping=True)
        return any(end - start == len(literal) for _, start, end in hits)

    def find(self, text: Text) -> list[Found[Meaning]]:
        """Every name in the text, in its order; of those that overlap, the longest. A name of several meanings
        stands there once for each."""
        return longest(list(self._hits(text)))

    def occurs(self, text: Text) -> bool:
        """Whether `find` finds any."""
        return next(self._hits(text), None) is not None

    def _hits(self, text: Text) -> Iterator[Found[Meaning]]:
        folded, met = text.folded, self._met
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if folded[start] == " " == folded[end - 1]:
                first = bisect_left(text.places, start + 1)
                last = bisect_left(text.places, end - 1, first) - 1
                left, right = text.starts[first], text.ends[last]
            elif (open_ended := _open_ended(text, start, end)) is not None:
                first, last, left, right = open_ended
            else:
                continue
            for phrase in met[number] if number in met else self._phrases(number):
                if _as_written(text, first, phrase):
                    yield Found(phrase.meaning, phrase.folded, first, last, left, right)

    def _phrases(self, number: int) -> list[_Phrase[Meaning]]:
        self._met[number] = [_phrase(written, meaning) for written, meaning in self._written(number)]
        return self._met[number]


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

    def _written(self, number: int) -> Iterable[tuple[str, Meaning]]:
        return self._names[number]


def _phrase(written: str, meaning: Meaning) -> _Phrase[Meaning]:
    pieces = [w for w in re.split(r"[^\w\u0300-\u036f]+", written) if fold_words(w)]
    folded = fold_words(written)
    if len(pieces) != len(folded):  # a letter that folds to a space: too rare to judge its capitals
        return _Phrase(meaning, " ".join(folded), (), ())
    raw = [unaccent(w) for w in pieces]
    exact = tuple((i, w) for i, w in enumerate(raw) if _only_as_written(w))
    named = [i for i, w in enumerate(raw) if w[:1].isupper()]
    strong = [i for i in named if folded[i] not in _ARTICLES] or named
    if written.endswith("-"):  # "Franco-", of "Franco-German"
        exact += ((len(folded) - 1, _HYPHEN),)
    return _Phrase(meaning, " ".join(folded), tuple(strong), exact)


def _only_as_written(word: str) -> bool:
    """Whether it is a short acronym, or has its capital inside (Zulu's iMali; imali is money)."""
    if word.isupper():
        return len(word) <= LONGEST_ACRONYM and (len(word) > 1 or word.isascii())
    return word[:1].islower() and not word.islower()


def literal_of(folded: str) -> str:
    """What is looked for in a folded text: with a space at either end where the script parts words."""
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


def _as_written(text: Text, first: int, phrase: _Phrase[Meaning]) -> bool:
    written, starts = text.text, text.starts
    for i in phrase.capitals:  # a loop: `any` of one or two words costs three times as much
        if written[starts[first + i]].isupper():
            break
    else:
        if phrase.capitals:
            return False
    return not phrase.exact or all(_stands_as(text, first + i, raw) for i, raw in phrase.exact)


def _stands_as(text: Text, word: int, raw: str) -> bool:
    if raw == _HYPHEN:
        return bool(_HYPHENS.match(text.text, text.ends[word]))
    return unaccent(text.word(word)) == raw and not text.in_capitals(word)


def longest(hits: Sequence[Found[Meaning]]) -> list[Found[Meaning]]:
    """The hits in the order of the text; of those that overlap the longest, of the same span all."""
    kept: list[Found[Meaning]] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if kept and hit.start < kept[-1].end:
            same = (hit.start, hit.end) == (kept[-1].start, kept[-1].end)
            if not same and hit.end - hit.start > kept[-1].end - kept[-1].start:
                while kept and kept[-1].end > hit.start:
                    kept.pop()
                kept.append(hit)
            elif same:
                kept.append(hit)
        else:
            kept.append(hit)
    return kept
