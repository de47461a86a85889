"""Finds listed names that are no person's in their grammatical cases: "Шанхайской организации сотрудничества"."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from os.path import commonprefix
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from watcher.entities import endings
from watcher.entities.phrases import Found
from watcher.entities.writing import is_capitalised, words
from watcher.folding import fold_words
from watcher.text import Text

_SHORTEST = 4  # letters of a word that has cases
_STEM = 3  # letters, and half of the word: what all its forms have in common
# Letters of an ending: of the form listed, and of another. Of a name of one word less may change: Meta, Metal.
_OF_MANY, _OF_ONE = (3, 4), (1, 2)
_GERMAN = words("e en em er es n s")
_VOWELS = frozenset("aeiouyąęěůаеиоуыэюяіїєαεηιουω")
_ENDS = words("m ch х м в")


class _Name(NamedTuple):
    """A name, its words as folded, those that it writes with a capital, and the longest, by which it is looked up."""

    written: str
    folded: tuple[str, ...]
    capitals: tuple[int, ...]
    longest: int


class DeclinedBook:
    """Names whose words may have case endings, in languages that have them. Immutable."""

    def __init__(self, names: Iterable[str]) -> None:
        listed: dict[str, list[_Name]] = {}
        for name in filter(None, map(_read, names)):
            stem = name.folded[name.longest]
            listed.setdefault(f" {stem[: max(_STEM, len(stem) - _OF_MANY[0])]}", []).append(name)
        self._names = list(listed.values())
        self.literals = frozenset(listed)
        """The stretches of a folded text of which each of the names holds one."""
        self._automaton = AhoCorasick(list(listed), store_patterns=False) if listed else None

    def find(self, text: Text) -> Iterator[Found[str]]:
        """Every name in the text in another form than listed."""
        if self._automaton is None:
            return
        for number, start, _ in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            word = bisect_left(text.places, start + 1)
            for name in self._names[number]:
                first, last = word - name.longest, word - name.longest + len(name.folded) - 1
                if first >= 0 and last < len(text) and _is_declined(text, first, last, name):
                    folded = " ".join(name.folded)
                    yield Found(name.written, folded, first, last, text.starts[first], text.ends[last])


def _read(written: str) -> _Name | None:
    """A name that may be declined, None for an acronym and for one without a capital."""
    pieces, folded = written.replace("-", " ").split(), tuple(fold_words(written))
    capitals = tuple(i for i, piece in enumerate(pieces) if piece[:1].isupper())
    if len(pieces) != len(folded) or not capitals or written.isupper():
        return None
    longest = max(range(len(folded)), key=lambda i: len(folded[i]))
    return _Name(written, folded, capitals, longest) if len(folded[longest]) > _SHORTEST else None


def _is_declined(text: Text, first: int, last: int, name: _Name) -> bool:
    """Whether these words are the name's in other forms, in one paragraph, with its first capital."""
    if not is_capitalised(text, first + name.capitals[0]) or text.paragraph_of(first) != text.paragraph_of(last):
        return False
    bounds = _OF_ONE if first == last else _OF_MANY
    pairs = [(text.folded_word(first + i), word) for i, word in enumerate(name.folded)]
    if any(found != word and not _is_form(found, word, text.language, bounds) for found, word in pairs):
        return False
    return any(found != word for found, word in pairs)


def _is_form(found: str, listed: str, language: str, bounds: tuple[int, int]) -> bool:
    """Whether one word may be another's case, by what they end in behind what they have in common."""
    family = endings.family(found, language)
    if family in ("", "prefixed"):
        return False
    stem = len(commonprefix([found, listed]))
    ends = listed[stem:], found[stem:]
    if stem < max(_STEM, len(listed) / 2) or any(len(e) > most for e, most in zip(ends, bounds, strict=True)):
        return False
    if family == "de":
        return all(not end or end in _GERMAN for end in ends)
    return all(not end or end in _ENDS or not _VOWELS.isdisjoint(end) for end in ends)
