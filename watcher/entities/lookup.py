"""The words of an article that may be a last name, ready to be looked up by all matchers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from watcher.entities import endings
from watcher.entities.listed import word_keys
from watcher.entities.writing import knows_capitals
from watcher.text import UNSPACED, Text

_MOST_WORDS = 100_000  # with a capital in one article: 3 s, were all of them different and Polish


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The words of a text that may be a last name, every one with a capital and every one in a script without them:
    `numbers` where each stands, `by_key` the words of each skeleton."""

    language: str
    numbers: Mapping[str, list[int]]
    by_key: Mapping[str, list[str]]
    keys: frozenset[str]

    def family(self, word: str) -> str:
        """Whose case endings a word may have."""
        return endings.family(word, self.language)


_article_words: WeakKeyDictionary[Text, ArticleWords] = WeakKeyDictionary()


def article_words(text: Text) -> ArticleWords:
    """What all matchers look up in a text; worked out once a text."""
    found = _article_words.get(text)
    if found is None:
        _article_words[text] = found = _words_of(text)
    return found


def _words_of(text: Text) -> ArticleWords:
    raw, language = text.text, text.language
    spans = zip(text.starts, text.ends, strict=True)
    found = (
        (i, raw[start:end]) for i, (start, end) in enumerate(spans) if raw[start].isupper() or _has_no_size(raw[start])
    )
    numbers: dict[str, list[int]] = {}
    for i, word in islice(found, _MOST_WORDS):
        numbers.setdefault(word, []).append(i)
    by_key: dict[str, list[str]] = {}
    for word in numbers:
        for key in word_keys(word, endings.family(word, language)):
            by_key.setdefault(key, []).append(word)
    return ArticleWords(language, numbers, by_key, frozenset(by_key))


def _has_no_size(character: str) -> bool:
    """Whether it is of a script without capitals that parts words by spaces."""
    return character >= "\u0590" and not (knows_capitals(character) or parts_no_words(character))


def parts_no_words(text: str) -> bool:
    """Whether there is a letter in it of a script that writes words together, as Chinese does."""
    return UNSPACED.search(text) is not None or any("\uac00" <= c <= "\ud7af" for c in text)
