"""How names of China, Korea and Japan sound elsewhere, and names from elsewhere in Korean letters."""

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
# A b is also a v and an f; the l of others is written at a syllable's end, and at the next one's start once more, but
# not at a word's start, where it may be an r. "eu" is mostly put in between two consonants.
_ONSETS = "k k n d t r m B B s s . J J c k t B h".replace(".", "\0").split(" ")
_VOWELS = "a e ia ie o e io ie o wa we we io u wo we wi iu . i i".split(" ")
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


def korean_sounds(word: str) -> tuple[str, ...]:
    """How a word in Korean letters may sound: without the vowel that parts consonants, or with it."""
    heard = "".join(_syllable(c) if _HANGUL.match(c) else "" for c in word).replace("lr", "l")
    heard = "R" + heard[1:] if heard[:1] == "r" else heard
    return tuple(dict.fromkeys((heard.replace(".", ""), heard.replace(".", "u"))))


def _syllable(letter: str) -> str:
    onset, rest = divmod(ord(letter) - 0xAC00, 588)
    vowel, coda = divmod(rest, 28)
    first = "S" if onset in (9, 10) and _VOWELS[vowel].startswith("i") else _ONSETS[onset].strip("\0")
    return first + _VOWELS[vowel] + _CODAS[coda].strip(".")
