"""How names of China, Korea and Japan sound elsewhere, and names from elsewhere in Korean and Japanese letters.

Sounds are written as `sounds.py` says.
"""

from __future__ import annotations

import re

_EASTERN = re.compile("(?:(?:[kscz]h|ts|[bcdfghjklmnprstwxyz]|q)?y?[aeiou]{1,3}(?:ng|[nmklp](?![aeiou]))?)+")
# Palladius writes Chinese in Cyrillic, Polivanov Japanese, Kontsevich Korean; others write what they hear.
_READINGS = tuple(
    (re.compile("|".join(sorted(letters, key=len, reverse=True))), letters)
    for letters in (
        {"zh": "CZ", "ch": "C", "sh": "S", "x": "s", "j": "C", "z": "C", "q": "c", "r": "Z", "ong": "un", "ng": "n"},
        {"sh": "s", "ch": "t", "j": "dz", "z": "dz", "ts": "c"},
        {"j": "C", "ch": "C", "ong": "en", "ng": "n", "eun": "in", "un": "in", "il": "ir"},
        {"x": "S", "q": "C", "ng": "n"},
    )
)

_HANGUL = re.compile("[\uac00-\ud7a3]")
# The l of others is written at a syllable's end, and at the next one's start once more, but not at a word's start,
# where it may be an r. "eu" is mostly put in between consonants: U.
_ONSETS = "K k n T t r m B B s s . J J c k t B h".replace(".", "\0").split(" ")
_VOWELS = "a e ia ie o e io ie o wa we we io u wo we wi iu U Ui i".split(" ")
_CODAS = ". k k k n n n t l l m l l l l l m B B t t n t t k t B t".split(" ")


def eastern_sounds(plain: str) -> tuple[str, ...]:
    """How a word in Latin letters may sound in other scripts, if it is one of the East; none if it cannot be."""
    if not _EASTERN.fullmatch(plain):
        return ()
    heard = (pattern.sub(lambda m, to=letters: to[m[0]], plain) for pattern, letters in _READINGS)  # type: ignore[misc]
    return tuple(dict.fromkeys(each for each in heard if each != plain))


def is_hangul(word: str) -> bool:
    """Whether the word is written in Korean letters."""
    return _HANGUL.match(word) is not None


def korean_sound(word: str) -> str:
    """How a word in Korean letters sounds."""
    heard = "".join(_syllable(c) if _HANGUL.match(c) else "" for c in word).replace("lr", "l")
    return "R" + heard[1:] if heard[:1] == "r" else heard


def _syllable(letter: str) -> str:
    onset, rest = divmod(ord(letter) - 0xAC00, 588)
    vowel, coda = divmod(rest, 28)
    first = "S" if onset in (9, 10) and _VOWELS[vowel].startswith("i") else _ONSETS[onset].strip("\0")
    return first + _VOWELS[vowel] + _CODAS[coda].strip(".")


# ── Japanese ─────────────────────────────────────────────────────────────────────────────────────

KATAKANA_LETTER = "[\u30a1-\u30fa\u30fc]"
KATAKANA = re.compile(f"{KATAKANA_LETTER}+")
_ROWS = {
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "B": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "R": "ラリルレロ",
}
_KANA = {kana: (heard, vowel) for heard, row in _ROWS.items() for kana, vowel in zip(row, "aiUeo", strict=True)}
_KANA |= dict(zip("アイウエオ", (("", v) for v in "aiueo"), strict=True))
_KANA |= {"シ": ("S", "i"), "ジ": ("D", "i"), "チ": ("Q", "i"), "ヂ": ("J", "i"), "ツ": ("c", "U"), "ヅ": ("z", "U")}
_KANA |= {"フ": ("F", "U"), "ト": ("t", "U"), "ド": ("d", "U"), "ヴ": ("v", "U"), "ン": ("n", ""), "ッ": ("", "")}
_KANA |= {"ヤ": ("i", "a"), "ユ": ("i", "u"), "ヨ": ("i", "o"), "ワ": ("w", "a"), "ヲ": ("", "o")}
_SMALL = dict(zip("ァィゥェォャュョヮ", "aiueoauoa", strict=True))
_LONG = {"U": "u", "a": "aY", "o": "oY", "e": "eY"}
_LIPS = re.compile("n(?=[Bp])")
_PARTING_I = re.compile("(?<=[SJDQ])i$")


def is_katakana(word: str) -> bool:
    """Whether the word is written in the letters that Japanese has for names from elsewhere."""
    return KATAKANA.fullmatch(word) is not None


def japanese_sound(word: str) -> str:
    """How a word in katakana sounds."""
    heard: list[tuple[str, str]] = []
    for kana in word:
        consonant, vowel = heard[-1] if heard else ("", "")
        if kana in _SMALL and heard:
            gliding = kana in "ャュョ" and not (consonant in "SJDQ" or (kana == "ャ" and consonant in "kg"))
            consonant = {"F": "f", "": "w" if vowel == "u" else "i"}.get(consonant, consonant)
            heard[-1] = consonant, "i" * gliding + _SMALL[kana]
        elif kana == "ー" and heard:
            heard[-1] = consonant, _LONG.get(vowel, vowel)
        else:
            heard.append(_KANA.get(kana, ("", "")))
    if heard[0] == ("", "u"):
        heard[0] = "w", "U"  # ウラジーミル
    return _PARTING_I.sub("U", _LIPS.sub("m", "".join(map("".join, heard))))
