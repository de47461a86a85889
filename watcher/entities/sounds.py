"""How a name sounds, whatever its spelling and script: a string of sounds that spelling.py compares.

A sound is a string of the letters a e i o u, b p f v w, k g h, s z, t d, m n l r, and of S Z C J (sh zh ch dj), c (ts,
and whatever c is in a language), j (y, dj, zh or the Spanish jota), X (`ch`: sh, ch or kh), G (Cyrillic г: g or h), D
(the Arabic letters between d and z), B (Hebrew's and Korean for b and v, p and f), R (the East's for r and l), U (a
short vowel, or none), K (k or g), T (t or d), F (f or h), Q (ti or chi), Y (r, or nothing).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from watcher.entities.eastern import eastern_sounds, is_hangul, is_katakana, japanese_sound, korean_sound
from watcher.folding import fold

VOWELS = "aeiou"
DOUBLED = re.compile(r"(.)\1+")
KEPT = 20_000  # sounds of words: frequent ones are worked out once a process, in about 4 MB
MOST_LETTERS = 40  # a longer word is no name; no cache may be asked for one, as a text may hold words of megabytes

# Letters whose accent says what sound they are, before folding takes it off.
_ACCENTED = str.maketrans(
    dict.fromkeys("šşșś", "sh")
    | dict.fromkeys("čćћ", "tch")
    | dict.fromkeys("žż", "zh")
    | dict.fromkeys("țţ", "ts")
    | dict.fromkeys("ђџҷ", "dj")
    | dict.fromkeys("әə", "a")
    | dict.fromkeys("үұӯ", "u")
    | {
        "ى": "ا",
        "ç": "c",
        "ў": "w",
        "ј": "y",
        "љ": "l",
        "њ": "n",
        "ң": "n",
        "қ": "k",
        "ғ": "g",
        "ґ": "g",
        "ө": "o",
        "ҳ": "h",
    }
)
_LETTERS = str.maketrans(
    dict(zip("абвгдежзиклмнопрстуфхцчшыэіє", "abvGdeZziklmnoprstufhcCSieie", strict=True))
    | {"щ": "SC", "ю": "iu", "я": "ia", "ъ": "", "ь": ""}
    | dict(zip("αβγδεζηθικλμνοπρσςτυφχω", "avGdezitiklmnoprsstifho", strict=True))
    | {"ξ": "ks", "ψ": "ps"}
    | dict(zip("ابتثجحخدذرزسشصضطظغفقكلمنهويپچژگ", "abtDJhhdDrzsSsDtDgfkklmnhwipCZg", strict=True))
    | {"ع": "'", "ء": "'"}
    | dict(zip("בגדהוזחטיכלמנספצקרשתםןףץך", "BgdhwzhtiXlmnsBckrStmnBcX", strict=True))
    | {"א": "a", "ע": "a"}
)
# Two Greek letters for b, d, g; inside a word they may also be mp, nt, nk.
_GREEK_STOPS = {"μπ": "b", "ντ": "d", "γκ": "g"}
_GREEK_STOP = re.compile("|".join(_GREEK_STOPS))
_GREEK_NASALS = {"μπ": "mp", "ντ": "nt", "γκ": "nk"}

_ROMAN = (
    {"tsch": "C", "tch": "C", "tsj": "C", "cz": "C", "tS": "C", "tC": "C"}
    | {"dsch": "J", "drz": "J", "CZ": "J", "dzh": "J", "dj": "J", "dZ": "J", "dJ": "J"}
    | {"sch": "S", "sh": "S", "sz": "S", "sj": "S", "zh": "Z", "ch": "X", "kh": "h", "gh": "g", "ph": "f", "th": "t"}
    | {"dh": "d", "ck": "k", "ts": "c", "tz": "c", "q": "k", "x": "ks", "y": "i", "ij": "i", "ou": "u"}
    | {
        "oo": "u",
        "oe": "u",
        "ee": "i",
        "gui": "gi",
        "gue": "ge",
        "qui": "ki",
        "que": "ke",
        **dict.fromkeys(("abdel", "abdul", "abdoul", "abdal", "abdol"), "abd"),
    }
)
_ROMAN_RULE = re.compile("|".join(sorted(_ROMAN, key=len, reverse=True)))
_LATIN_ER = re.compile("(?<=[bdtp])re$")  # Alexandre, Alexander; but Андре- is what its ending leaves of Андрея
_LAST_OE = re.compile("oe$")  # Joe, Crowe; elsewhere Dutch
_SCHWA = re.compile("(?<=[бвгджзйклмнпрстфхцчшщ])ъ(?=[бвгджзйклмнпрстфхцчшщ])")  # Байдън; Russian has none there
_GREEK_Y = re.compile("γι(?=[αεου])")  # Μπακογιάννη
_ARABIC_MB = re.compile("نب(?=.)")  # Joumblatt
# How French and its sisters speak, where another script writes what is heard: Charles is Шарль, François Франсуа.
_ROMANCE = (
    (re.compile("eaux?|aux?"), "o"),
    (re.compile("o[iy]"), "ua"),
    (re.compile("gi(?=[aou])|g(?=[ei])"), "dj"),
    (re.compile("(?<=i)er$"), "e"),
    (re.compile("(?<=...)(?:e?[sx]|[td]s?|e)$"), ""),
)
# How English speaks: Musk is Маск, Leary Лири, Michael Майкл.
_ENGLISH = (
    (re.compile("(?<=i)chae"), "k"),
    (re.compile("ea"), "i"),
    (re.compile("(?<![aeo])u(?=[bdfgkmnpstvz]{2}|[ln][^aeiouy]|[bdgkmnpt]$)"), "a"),
    (re.compile("(?<![aeiou])i(?=[dklmnprtvc]e)"), "ai"),
)
_GLIDE = re.compile("(?<=[aeiou])j(?=[aeou]$)")  # Tichanowskaja, Maja
_NO_SOUND = re.compile("[^aeioubpfvwkghsztdmnlrSZCJcjXGDBRUKTFQY]")
_SILENT_END = re.compile("(?<=..[ae])h$")  # Haniyeh, Hibatullah


def _indic(*spans: tuple[int, int]) -> str:
    """Letters of the scripts of India, which stand in Unicode in one order, for a class of a regular expression."""
    return "".join(f"{chr(b + low)}-{chr(b + high)}" for b in range(0x900, 0xE00, 0x80) for low, high in spans)


_INDIC = re.compile("[\u0900-\u0dff]")
_CONSONANT, _VIRAMA = _indic((0x15, 0x39), (0x3C, 0x3C), (0x58, 0x5F)), _indic((0x4D, 0x4D))
# Heard with an "a", or with none, as Hindi often does, but behind another: Narendra.
_BARE_CONSONANT = re.compile(
    f"(?<=[{_CONSONANT}])(?![{_indic((0x3C, 0x3C), (0x3E, 0x4D))}]|$)|(?<=[{_VIRAMA}][{_CONSONANT}])$"
)
_NASAL = re.compile(f"[{_indic((1, 2))}](?![{_indic((0x2A, 0x2E))}])")  # before lips an m: Trump
# Scripts that leave vowels out: Hebrew and Arabic.
_FEW_VOWELS = re.compile("[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def few_vowels(word: str) -> bool:
    """Whether the word is in a script that leaves vowels out."""
    return not word.isascii() and _FEW_VOWELS.search(word) is not None


def sounds(word: str) -> tuple[str, ...]:
    """How a word may sound: one way, or two for Greek ones that write a b, d or g with two letters, and for
    those of India, which may leave an "a" out. A word too long for a name has none."""
    return _sounds(word) if len(word) <= MOST_LETTERS else ("",)


@lru_cache(maxsize=KEPT)
def _sounds(word: str) -> tuple[str, ...]:
    plain = word.lower()
    if plain.isascii():
        return (_sound(plain),)
    if is_hangul(word):
        return (DOUBLED.sub(r"\1", korean_sound(word)),)
    if is_katakana(word):
        return (DOUBLED.sub(r"\1", japanese_sound(word)),)
    plain = fold(plain.translate(_ACCENTED).replace("ου", "u").replace("τζ", "dj"))
    if _GREEK_STOP.search(plain):
        stop = _GREEK_STOP.sub(lambda m: _GREEK_STOPS[m[0]], plain)
        return _sound(stop), _sound(_GREEK_STOP.sub(lambda m: _GREEK_NASALS[m[0]], plain))
    if plain[-1] == "ه" and len(plain) > 2:  # heard as an a or as itself: Fatima, Nabih
        return _sound(plain), _sound(plain[:-1]) + "h"
    if _INDIC.search(plain):
        plain = _NASAL.sub("न्", plain)
        return _sound(plain), _sound(_BARE_CONSONANT.sub("a", plain))
    return (_sound(plain),)


def foreign_sounds(word: str) -> tuple[str, ...]:
    """How other scripts may hear a Latin word: as French, Italian or Spanish, as English, or as one of the
    East."""
    plain = fold(word.lower().translate(_ACCENTED))
    romance, english = (_spoken(plain, language) for language in (_ROMANCE, _ENGLISH))
    return tuple(dict.fromkeys(map(_sound, (romance, english, *eastern_sounds(plain)))))


def _spoken(plain: str, language: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, heard in language:
        plain = pattern.sub(heard, plain)
    return plain


def _sound(plain: str) -> str:
    few = few_vowels(plain)
    if plain.isascii():
        plain = _LAST_OE.sub("o", _LATIN_ER.sub("er", plain))
    else:
        plain = _GREEK_Y.sub("y", _ARABIC_MB.sub("مب", _SCHWA.sub("U", plain)))
        plain = plain.translate(_LETTERS)
        if not plain.isascii():
            plain = "".join(c if c.isascii() else _romanised(c) for c in plain)
    if few and plain[-1:] in ("h", "'"):  # ه and ع at the end are heard as an a: before "dh" is read as one letter
        plain = plain[:-1] + "a"
    plain = _GLIDE.sub("i", plain)
    heard = DOUBLED.sub(r"\1", _ROMAN_RULE.sub(lambda m: _ROMAN[m[0]], plain))
    return _SILENT_END.sub("", _NO_SOUND.sub("", heard))


@cache
def _romanised(letter: str) -> str:
    from anyascii import anyascii  # not for texts in Latin, Cyrillic, Greek, Arabic or Hebrew letters

    return anyascii(letter).lower()
