"""Text folded for comparison, and cut to words, paragraphs and sentences, with the way back to the original.

Folding follows Unicode's compatibility decomposition and case folding (UAX #15, CaseFolding.txt) with the
accents of the alphabets taken off; the words are those of the rules file: runs of letters, marks and digits.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import accumulate

LEAD_WORDS = 100
PARAGRAPH_WORDS = 120
CAPITALS_RUN = 4

# Accents and vowel signs that readers leave out. Kana and Indic signs are letters' own and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# What makes one letter with the one before it, where a text is decomposed: Hangul's vowels and finals, kana's marks.
_COMPOSING = re.compile("[\u1161-\u1175\u11a8-\u11c2\u3099\u309a\uff9e\uff9f]+")
_TRAILING = re.compile(f"{_ACCENTS.pattern}|{_COMPOSING.pattern[:-1]}")
_COMPOSED = re.compile("[\u3040-\u30ff\uac00-\ud7a3]")
# Letters that no decomposition takes apart, and the letters that Persian and Arabic keyboards exchange.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
)
# Scripts without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f\uf900-\ufaff]"
)
# Unicode has them among the letters; a reader takes them for apostrophes, which separate words (обʼєкт, об'єкт).
_APOSTROPHES = frozenset("\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee\u07f4\u07f5\ua78b\ua78c")
_LINE_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_WORD = r"[^ \n]+"
_MARK = "\0"  # stands for a character whose folded form is not one character long


@cache
def _fold_character(character: str) -> str:
    if character in _LINE_BREAKS:
        return "\n"
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens, joiners, direction marks: not there for a reader
        return ""
    if category[0] not in "LMN" or character in _APOSTROPHES:
        return " "
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", character)))
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain.casefold()))
    folded = _recomposed(folded.translate(_LETTERS))
    if any(unicodedata.category(c)[0] not in "LMN" or c in _APOSTROPHES for c in folded):  # ½ is no 1 and 2
        return character
    return "".join(_digit(c) for c in folded)


def _recomposed(folded: str) -> str:
    """Hangul and kana in whole; all else stays taken apart, so that it is the same however the text is written."""
    composed = unicodedata.normalize("NFC", folded)
    return composed if _COMPOSED.fullmatch(composed) else folded


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


class _FoldTable(dict[int, str]):
    """Folded forms, worked out when a character is first met; `str.translate` reads it."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = kept = folded if len(folded) == 1 and not _COMPOSING.match(chr(code)) else _MARK
        return kept


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """`text` without case, accents, width and invisible characters; what separates words becomes a space."""
    return "".join(piece for _, _, piece in _pieces(text.translate(_TABLE), text))


def _pieces(folded: str, text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `folded` that need nothing more, and between them each marked character in full; with the span
    in `text` of each. A text has few such characters: looking at every one took 4 ms for 8 KB."""
    done = 0
    while (at := folded.find(_MARK, done)) >= 0:
        composing = _COMPOSING.match(text, at)
        start, end = (at - 1, composing.end()) if composing and at > done else (at, at + 1)
        if start > done:
            yield done, start, folded[done:start]
        letter = unicodedata.normalize("NFKC", text[start:end]) if end > start + 1 else text[start]
        yield start, end, "".join(map(_fold_character, letter))
        done = end
    yield done, len(folded), folded[done:]


def fold_words(text: str) -> list[str]:
    """The folded words of `text`."""
    return fold(text).split()


def unaccent(word: str) -> str:
    """`word` with its case, without accents and invisible characters: to judge capitals as written."""
    plain = unicodedata.normalize("NFKD", _ACCENTS.sub("", unicodedata.normalize("NFKD", word)))
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


def letters(word: str) -> str:
    """`word` as written but for invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFC", word) if unicodedata.category(c)[0] in "LMN")


# ── sentences ────────────────────────────────────────────────────────────────────────────────────

_SENTENCE_END = re.compile(r"""[.!?…؟۔]+(?:["”’)\]]|[ \u00a0\u202f]?»)*|[。！？।]+["」』”]*|\n+""")
_ABBREVIATIONS = frozenset(
    (
        "m mm mme mmes mlle mr mrs ms dr st ste sr sra prof gen gén col lt cap hon rev no nr art av vs cf etc env jan "
        "feb mar apr jun jul aug sept sep oct nov dec janv févr avr juil déc bzw z.b d.h u.a г им ул стр"
    ).split()
)
_LAST_WORD = re.compile(r"[\w.]*$")


def sentence_ends(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """The offsets behind each sentence of `text[start:end]`, its closing quotes included.

    A full stop with no space behind it ends one where a capital follows a small letter ("Post.D'après").
    """
    stop = len(text) if end is None else end
    for found in _SENTENCE_END.finditer(text, start, stop):
        if "\n" in found[0] or found[0][0] in "。！？।" or _ends_sentence(text, found.start(), found.end(), stop):
            yield found.end()


def _ends_sentence(text: str, at: int, behind: int, stop: int) -> bool:
    if behind >= stop:
        return True
    following = text[behind]
    if not following.isspace():
        before = text[at - 1 : at]
        return following.isupper() and (behind - at > 1 or before.islower() or before in "*)»”\"'’")
    rest = text[behind : behind + 8].lstrip().lstrip("«“\"'‘([–—- ")
    if rest[:1].islower():
        return False
    last = _LAST_WORD.search(text, max(0, at - 12), at)
    word = last[0] if last else ""
    return not (text[at] == "." and (word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())))


# ── articles ─────────────────────────────────────────────────────────────────────────────────────


class Text:
    """An article's text, folded and cut to words; immutable, its parts worked out when first asked for.

    `folded` holds the folded words, one space between them, one at either end, and " \\n " between
    paragraphs, so that a phrase is a plain substring of it and never crosses a paragraph. Words are
    numbered from 0; the arrays give for word `i` its span in `text` and its offset in `folded`.
    """

    def __init__(self, title: str, body: str, language: str = "und") -> None:
        self.title = title
        self.language = language
        self.body_start = len(title) + 2 if title else 0
        self.text = f"{title}\n\n{body}" if title else body

    @cached_property
    def _plain(self) -> str:
        """The folded text, as many characters as `text` where `_map` is None."""
        return _break_long_paragraphs(self.text).translate(_TABLE)

    @cached_property
    def _expanded(self) -> tuple[str, array[int]]:
        """The folded text with characters of other lengths put in, and each one's offset in `text`."""
        pieces: list[str] = []
        offsets = array("I")
        for start, end, piece in _pieces(self._plain, self.text):
            pieces.append(piece)
            offsets.extend(range(start, end) if len(piece) == end - start else [start] * len(piece))
        return "".join(pieces), offsets

    @cached_property
    def _is_plain(self) -> bool:
        return _MARK not in self._plain

    @cached_property
    def folded(self) -> str:
        whole = self._plain if self._is_plain else self._expanded[0]
        paragraphs = (" ".join(line.split(" ")) for line in whole.split("\n"))
        joined = " \n ".join(" ".join(p.split()) for p in paragraphs if not p.isspace() and p)
        return f" {joined} "

    @cached_property
    def _words(self) -> tuple[array[int], array[int], array[int]]:
        whole, offsets = (self._plain, None) if self._is_plain else self._expanded
        starts, ends, places = array("I"), array("I"), array("I")
        for found in re.finditer(_WORD, whole):
            first, last = found.start(), found.end() - 1
            starts.append(first if offsets is None else offsets[first])
            ends.append((last if offsets is None else offsets[last]) + 1)
        for found in re.finditer(_WORD, self.folded):
            places.append(found.start())
        return starts, self._with_trailing_marks(ends), places

    @cached_property
    def _expanded_places(self) -> array[int]:
        """Each word's offset in the expanded text."""
        return array("I", [found.start() for found in re.finditer(_WORD, self._expanded[0])])

    def _with_trailing_marks(self, ends: array[int]) -> array[int]:
        """Ends moved behind combining marks that folded to nothing, so that a span never cuts a letter."""
        if self._is_plain:
            return ends
        for found in _TRAILING.finditer(self.text):
            i = bisect_left(ends, found.start())
            if i < len(ends) and ends[i] == found.start():
                ends[i] += 1
        return ends

    @property
    def starts(self) -> array[int]:
        return self._words[0]

    @property
    def ends(self) -> array[int]:
        return self._words[1]

    @property
    def places(self) -> array[int]:
        """Each word's offset in `folded`."""
        return self._words[2]

    def __len__(self) -> int:
        return len(self.starts)

    def word(self, index: int) -> str:
        """Word `index` as written."""
        return self.text[self.starts[index] : self.ends[index]]

    def folded_word(self, index: int) -> str:
        start = self.places[index]
        return self.folded[start : self.folded.index(" ", start)]

    def offset_at(self, word: int, place: int) -> int:
        """The offset in `text` of the character of `word` that is at offset `place` of `folded`."""
        start, rest = self.starts[word], place - self.places[word]
        if self._is_plain or not rest:
            return start + rest
        # Counted from the word's start each time it took minutes for a Chinese text without a stop: it is one word.
        offsets, behind = self._expanded[1], self._expanded_places[word] + rest
        offset = offsets[behind - 1] + 1
        composing = _COMPOSING.match(self.text, offset)
        if composing and (behind == len(offsets) or offsets[behind] != offset):  # it made one letter with the last
            offset = composing.end()
        return min(offset, self.ends[word])

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
        return bisect_right(self.places, place) - 1

    def word_from(self, offset: int) -> int:
        """The number of the first word that ends behind offset `offset` of `text`."""
        return bisect_right(self.ends, offset)

    @cached_property
    def half_words(self) -> array[int] | None:
        """How many half words stand before each word, and at last all of them: where a script has no spaces, each
        character is one. None where the text has no such script, and every word is two."""
        if not UNSPACED.search(self.text):
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
        bounds = self._sentence_bounds
        i = self.sentence_number(offset)
        start, end = (bounds[i - 1] if i else 0), (bounds[i] if i < len(bounds) else len(self.text))
        piece = self.text[start:end]
        return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())

    def sentence_number(self, offset: int) -> int:
        """The number of the sentence around `offset` of `text`."""
        return bisect_right(self._sentence_bounds, offset)

    @cached_property
    def _sentence_bounds(self) -> list[int]:
        return list(sentence_ends(self.text))

    def section(self, name: str) -> tuple[int, int]:
        """The first word of `title`, `lead`, `body` or `text`, and the one behind its last."""
        body = self.word_from(self.body_start) if self.title else 0
        if name == "text":
            return 0, len(self)
        if name == "body":
            return body, len(self)
        if name == "lead":
            return 0, min(len(self), body + LEAD_WORDS)
        if self.title:
            return 0, body
        start = self.starts[0] if len(self) else 0
        return 0, bisect_left(self.starts, self.sentence_of(start)[1])


def _break_long_paragraphs(text: str) -> str:
    """`text` with a line break put for the full stop that ends a paragraph of more than 120 words."""
    breaks: list[int] = []
    start = 0
    for line in text.split("\n"):
        if len(line) > 2 * PARAGRAPH_WORDS:
            breaks += _breaks(text, start, start + len(line))
        start += len(line) + 1
    if not breaks:
        return text
    characters = list(text)
    for at in breaks:
        characters[at] = "\n"
    return "".join(characters)


def _breaks(text: str, start: int, end: int) -> Iterator[int]:
    since, seen = 0, start
    for at in sentence_ends(text, start, end):
        since += len(fold(text[seen:at]).split())
        seen = at
        if since > PARAGRAPH_WORDS and at < end:
            since = 0
            yield at - 1
