"""Words without their endings, by the language of the article, and the terms that look for them.

The stemmers are Snowball's (https://snowballstem.org), which want small letters with their accents in place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.folded import Span, word_places
from watcher.folding import fold, letters
from watcher.rules.locating import has_capitals
from watcher.rules.terms import Spelling, Term
from watcher.text import Text

MOST_LETTERS = 60  # of a word that has a stem; nobody writes a longer one
# Words whose stems a process keeps, which take 10 MB. Of the words of 1,311 articles in 18 languages, mixed, 77 in 100
# were known; of four times as many known words 82.
MOST_KNOWN = 30_000
MOST_PLACES = 10_000

_SMALL = {"tr": str.maketrans("Iİ", "ıi")}


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def has_stems(language: str) -> bool:
    """Whether there is a stemmer for a language, by its ISO 639-1 code."""
    return _stemmer(language) is not None


@cache
def _stemmer(language: str) -> Any | None:
    """One stemmer a process. Calls hold the interpreter's lock, so threads may share it."""
    import Stemmer  # most rules need none

    try:
        return Stemmer.Stemmer(language, 0) if len(language) == 2 else None
    except KeyError:
        return None


def stem(language: str, word: str) -> str:
    """The stem of a word as written, folded; where there is none, or for a word without end, the folded word."""
    return _known(language, word) if len(word) <= MOST_LETTERS else fold(word)


@lru_cache(MOST_KNOWN)
def _known(language: str, word: str) -> str:
    stemmer = _stemmer(language)
    if stemmer is None:
        return fold(word)
    written = word if word.isalnum() else letters(word)  # without marks and soft hyphens there is nothing to put right
    small = (written.translate(_SMALL[language]) if language in _SMALL else written).lower()
    found: str = stemmer.stemWord(small)
    folded = found if found.isascii() else fold(found)
    return folded if folded and " " not in folded else fold(word)


# ── terms ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """One way to write a term, by stems. With `bare` it stands in capitals that have lost their accents; with `whole`
    the words of the term are stems themselves."""

    literal: str
    spelling: Spelling
    bare: bool = False
    whole: bool = False

    def fits(self, text: Text, first: int) -> bool:
        """Whether the words from number `first` on, which have the stems, are written as the term wants them."""
        spelling, last = self.spelling, first + len(self.spelling.words) - 1
        if self.bare and not text.text[text.starts[first] : text.ends[last]].isupper():
            return False
        if not spelling.fixed:
            return True
        if any(text.folded_word(first + n) != fold(spelling.words[n]) for n in spelling.fixed):
            return False
        end = text.places[last] + len(text.folded_word(last))
        return has_capitals(spelling.variant, text, text.places[first], end)


@dataclass(frozen=True, slots=True)
class _Index:
    """The terms of one language: an automaton over their stems, for each term its forms with their literals, and for
    each literal its terms."""

    automaton: AhoCorasick
    forms: Mapping[Term, Sequence[tuple[_Form, int]]]
    terms: Sequence[Sequence[Term]]


@dataclass(slots=True)
class Stems:
    """The inflected terms of a program. Owns the automaton of each language, made when its first article is read, by
    the thread that matches."""

    terms: Sequence[Term]
    _indexes: dict[str, _Index] = field(default_factory=dict)

    def read(self, text: Text) -> StemmedText:
        """An article by its stems; without any where its language has no stemmer."""
        language = text.language
        if not has_stems(language):
            return StemmedText(text, _NONE)
        if language not in self._indexes:
            self._indexes[language] = _index(language, (t for t in self.terms if t.language in ("", language)))
        index = self._indexes[language]
        stemmed = stemmed_text(text)
        places: dict[int, list[int]] = {}
        for literal, start, _ in index.automaton.find_matches_as_indexes(stemmed, overlapping=True):
            found = places.setdefault(literal, [])
            if len(found) < MOST_PLACES:
                found.append(start)
        return StemmedText(text, index, places, stemmed)


_NONE = _Index(AhoCorasick([]), {}, ())


def _index(language: str, terms: Iterable[Term]) -> _Index:
    numbers: dict[str, int] = {}
    forms = {
        term: tuple((form, numbers.setdefault(form.literal, len(numbers))) for form in _forms(language, term))
        for term in terms
    }
    of_literal: list[list[Term]] = [[] for _ in numbers]
    for term, found in forms.items():
        for number in dict.fromkeys(number for _, number in found):
            of_literal[number].append(term)
    return _Index(AhoCorasick(list(numbers), matchkind=MatchKind.Standard, store_patterns=False), forms, of_literal)


def _forms(language: str, term: Term) -> list[_Form]:
    forms = []
    for spelling in term.inflected:
        literal, bare = (
            " ".join(["", *(stem(language, word) for word in words), ""])
            for words in (spelling.words, map(fold, spelling.words))
        )
        forms.append(_Form(literal, spelling))
        if bare != literal:
            forms.append(_Form(bare, spelling, bare=True))
        # Where the end of the word itself is taken for an ending (seçim, Лавров) its forms have the word as their stem.
        whole = " ".join(["", *map(fold, spelling.words), ""])
        if whole not in (literal, bare):
            forms.append(_Form(whole, spelling, whole=True))
    return forms


def stemmed_text(text: Text) -> str:
    """`text.folded` with the stem of each word in its place."""
    language, written = text.language, text.text
    words = [written[start:end] for start, end in zip(text.starts, text.ends, strict=True)]
    stems = iter([_known(language, w) if len(w) <= MOST_LETTERS else fold(w) for w in words])
    paragraphs = text.folded[1:-1].split(" \n ")
    joined = " \n ".join([" ".join(islice(stems, words.count(" ") + 1)) for words in paragraphs])
    return f" {joined} "


# ── articles ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class StemmedText:
    """One article by its stems: where the literals of its language's terms begin in `stemmed`."""

    text: Text
    index: _Index
    places: Mapping[int, Sequence[int]] = field(default_factory=dict)
    stemmed: str = ""
    _words: Sequence[int] | None = None
    _there: set[Term] | None = None

    @property
    def there(self) -> set[Term]:
        """The terms of which some form may stand in the text: no other does."""
        if self._there is None:
            self._there = {term for number in self.places for term in self.index.terms[number]}
        return self._there

    def spans(self, term: Term) -> Sequence[Span]:
        """Where words stand that have the stems of the term's, in the order of the text."""
        found = {
            Span(self.text.starts[first], self.text.ends[first + len(form.spelling.words) - 1])
            for form, number in self.index.forms.get(term, ())
            for place in self.places.get(number, ())
            if form.fits(self.text, first := self._word_at(place + 1))
        }
        return sorted(found)

    def stem(self, term: Term) -> str:
        """The stems of a term in the language of the article; "" where the language has none."""
        literals = [
            form.literal.strip() for form, _ in self.index.forms.get(term, ()) if not form.bare and not form.whole
        ]
        return literals[-1] if literals else ""  # the last has a space for each hyphen

    def _word_at(self, place: int) -> int:
        if self._words is None:
            self._words = word_places(self.stemmed)
        return bisect_left(self._words, place)
