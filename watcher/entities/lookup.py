"""The words of an article that may be a last name, ready to be looked up by all matchers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import islice, pairwise
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from watcher.entities import endings, syllables
from watcher.entities.eastern import KATAKANA, KATAKANA_LETTER, is_katakana
from watcher.entities.listed import word_keys
from watcher.entities.sounds import MOST_LETTERS
from watcher.entities.writing import knows_capitals
from watcher.folding import UNSPACED
from watcher.text import Text

Found = TypeVar("Found")

_FOREIGN_NAME = re.compile(
    rf"(?<=[^\W_])(?<!{KATAKANA_LETTER})(?={KATAKANA.pattern})|(?<={KATAKANA_LETTER})(?!{KATAKANA_LETTER})(?=[^\W_])"
)
_BAR = "|"  # no name goes on behind it
_MOST_WORDS = 100_000  # with a capital in one article: 3 s, were all of them different and Polish


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The words of a text that may be a last name, every one with a capital and every one in a script without them, but
    for those of more than MOST_LETTERS: `numbers` where each stands, `by_key` the words of each skeleton. `dense` are
    Chinese names with the offsets where they stand, inside words."""

    language: str
    numbers: Mapping[str, list[int]]
    by_key: Mapping[str, list[str]]
    keys: frozenset[str]
    dense: Mapping[str, list[int]]

    def family(self, word: str) -> str:
        """Whose case endings a word may have."""
        return endings.family(word, self.language)


def once_a_text(work: Callable[[Text], Found]) -> Callable[[Text], Found]:
    """`work`, done once for each text and kept as long as the text is."""
    kept: WeakKeyDictionary[Text, Found] = WeakKeyDictionary()

    @wraps(work)
    def once(text: Text) -> Found:
        if text not in kept:
            kept[text] = work(text)
        return kept[text]

    return once


class Parted(NamedTuple):
    """A text as names are looked for in it, and where bars were put in: offsets of the original, which it is itself
    where there are none."""

    text: Text
    bars: Sequence[int]

    def offset(self, of_original: int) -> int:
        """Where an offset of the original lies in it, behind a bar."""
        return of_original + bisect_right(self.bars, of_original)

    def original(self, offset: int) -> int:
        """Where an offset lies in the original."""
        return offset - bisect_left(range(len(self.bars)), offset, key=lambda i: self.bars[i] + i)


def parted(text: Text) -> Parted:
    """A text with foreign names that Japanese writes together with other words parted from these."""
    return _parted(text) or Parted(text, ())


@once_a_text
def _parted(text: Text) -> Parted | None:  # not the text itself, which what is kept for it would keep
    bars = [found.start() for found in _FOREIGN_NAME.finditer(text.text)] if KATAKANA.search(text.text) else []
    if not bars:
        return None
    pieces = (text.text[start:end] for start, end in pairwise([0, *bars, len(text.text)]))
    return Parted(Text("", _BAR.join(pieces), text.language), bars)


@once_a_text
def article_words(text: Text) -> ArticleWords:
    """What all matchers look up in a text."""
    text = parted(text).text
    raw, language = text.text, text.language
    spans = ((i, s, e) for i, (s, e) in enumerate(zip(text.starts, text.ends, strict=True)) if e - s <= MOST_LETTERS)
    found = ((i, raw[start:end]) for i, start, end in spans if raw[start].isupper() or _has_no_size(raw[start]))
    numbers: dict[str, list[int]] = {}
    for i, word in islice(found, _MOST_WORDS):
        numbers.setdefault(word, []).append(i)
    by_key: dict[str, list[str]] = {}
    for word in numbers:
        for key in (*word_keys(word, endings.family(word, language)), *syllables.keys(word)):
            by_key.setdefault(key, []).append(word)
    dense: dict[str, list[int]] = {}
    for word, start in syllables.chinese_names(raw, _MOST_WORDS):
        dense.setdefault(word, []).append(start)
    for word, at in dense.items():
        if any(syllables.stands_apart(raw, start, word) for start in at):
            for key in syllables.keys(word):
                by_key.setdefault(key, []).append(word)
    return ArticleWords(language, numbers, by_key, frozenset(by_key), dense)


def _has_no_size(character: str) -> bool:
    """Whether it is of a script without capitals that parts words by spaces."""
    if character < "\u0590" or knows_capitals(character):
        return False
    return is_katakana(character) or not UNSPACED.search(character)


def parts_no_words(text: str) -> bool:
    """Whether there is a letter in it of a script that writes words together, as Chinese does."""
    return UNSPACED.search(KATAKANA.sub("", text)) is not None or any("\uac00" <= c <= "\ud7af" for c in text)
