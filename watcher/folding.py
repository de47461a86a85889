"""Folding: letters without case, accents, width and what readers do not see, so that equal words are equal texts.

It follows Unicode's compatibility decomposition and case folding (UAX #15, CaseFolding.txt) with the accents of the
alphabets taken off; the words are those of the rules file: runs of letters, marks and digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

# Accents and vowel signs that readers leave out. Kana and Indic signs are letters' own and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# What makes one letter with the one before it, where a text is decomposed: Hangul's vowels and finals, kana's marks.
COMPOSING = re.compile("[\u1161-\u1175\u11a8-\u11c2\u3099\u309a\uff9e\uff9f]+")
_COMPOSED = re.compile("[\u3040-\u30ff\uac00-\ud7a3]")
# Unicode has them among the letters; a reader takes them for apostrophes, which separate words (обʼєкт, об'єкт).
_APOSTROPHES = frozenset("\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee\u07f4\u07f5\ua78b\ua78c")
# Letters that no decomposition takes apart, and the letters that Persian and Arabic keyboards exchange.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
)
# Scripts without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f\uf900-\ufaff]"
)
# Between a letter of these or Hangul and one of another script ends a word: 宣布ISIS, NATO가, 10月.
_RUN = rf"(?:{UNSPACED.pattern}|[\uac00-\ud7af\u1100-\u11ff\uff66-\uffdc])"
BORDER = re.compile(rf"(?<=[^\W_])(?:(?<={_RUN})(?=[^\W_])(?!{_RUN})|(?<!{_RUN})(?=[^\W_])(?={_RUN}))")
_RUNS = re.compile(_RUN)
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAKS = frozenset(BREAKS)
MARK = "\0"  # stands for a character whose folded form is not one character long
_MOST_ODD = 12  # characters beyond Latin-1 that a text of Latin letters has: quotes, dashes, œ, ł
TRAILING = re.compile(f"{_ACCENTS.pattern}|{COMPOSING.pattern[:-1]}")
ACCENT_RUN = re.compile(f"(?:{_ACCENTS.pattern})+")


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
        self[code] = kept = folded if len(folded) == 1 and not COMPOSING.match(chr(code)) else MARK
        return kept


_TABLE = _FoldTable()


def _latin_table() -> bytes:
    """Folded forms of Latin-1, one byte each; a mark, which is 0, where the form is longer or beyond Latin-1 (µ)."""
    forms = (_TABLE[code] for code in range(1, 256))
    return bytes([0, *(ord(form) if ord(form) < 256 else 0 for form in forms)])


_LATIN = _latin_table()


def fold(text: str) -> str:
    """`text` without case, accents, width and invisible characters; what separates words becomes a space."""
    return "".join(piece for _, _, piece in fold_pieces(fold_marked(text), text))


def fold_marked(text: str) -> str:
    """`text` folded character by character, with a mark for each whose folded form is not one character long, and for
    the first of a word that no space parts from the one before.

    A table of bytes takes 10 µs for 4 KB, `str.translate` 140 (and serves all that is not written in Latin letters).
    """
    known = text
    for _ in range(_MOST_ODD):
        try:
            return known.encode("latin-1").translate(_LATIN).decode("latin-1")
        except UnicodeEncodeError as error:
            odd = known[error.start]
            if ord(form := _TABLE[ord(odd)]) >= 256:
                break
            known = known.replace(odd, form)
    folded = text.translate(_TABLE)
    if not _RUNS.search(text):
        return folded
    starts = [0, *(border.start() for border in BORDER.finditer(text)), len(text)]
    return MARK.join(folded[a + (a > 0) : b] for a, b in pairwise(starts)) if len(starts) > 2 else folded


def fold_pieces(folded: str, text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `folded` that need nothing more, and between them each marked character in full; with the span
    in `text` of each. A text has few such characters: looking at every one took 4 ms for 8 KB."""
    done = 0
    while (at := folded.find(MARK, done)) >= 0:
        start = at - 1 if at > done and folded[at - 1] not in " \n" and COMPOSING.match(text, at) else at
        composing = COMPOSING.match(text, start + 1)
        end = composing.end() if composing else at + 1
        if start > done:
            yield done, start, folded[done:start]
        letter = unicodedata.normalize("NFKC", text[start:end]) if end > start + 1 else text[start]
        yield start, end, (" " if BORDER.match(text, start) else "") + "".join(map(_fold_character, letter))
        done = end
    yield done, len(folded), folded[done:]


def fold_words(text: str) -> list[str]:
    """The folded words of `text`. The gazetteer folds names by the ten thousand, most of them of plain letters."""
    if text.isascii() and text.replace(" ", "").isalnum():
        return text.lower().split()
    return fold(text).split()


def unaccent(word: str) -> str:
    """`word` with its case, without accents and invisible characters: to judge capitals as written."""
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFKD", _ACCENTS.sub("", unicodedata.normalize("NFKD", word)))
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


def letters(word: str) -> str:
    """`word` as written but for invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFC", word) if unicodedata.category(c)[0] in "LMN")
