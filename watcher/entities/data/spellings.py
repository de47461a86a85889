"""How the press of other countries writes the names of towns, for towns.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from watcher.entities.sounds import sounds
from watcher.entities.spelling import keys
from watcher.folding import fold, unaccent

LONGEST_SHORT = 4  # letters: a name of no more may be any word of some language
LATIN = re.compile(
    r"[A-ZÀ-ÖØ-ÞĀ-Ž][a-zà-öø-ÿā-ž'’ -]*(?:[A-ZÀ-ÖØ-ÞĀ-Ž][a-zà-öø-ÿā-ž'’]+(?:[ -][a-zà-öø-ÿ]{1,3}){0,2}[ -]?)*"
)
ARTICLE = re.compile("^[AE]l[ -](?=[A-Z])")
_APOSTROPHES = str.maketrans("‘ʻʼÐ", "’’’Đ")
_FRENCH = (("kh", "kh"), ("sh", "ch"), ("zh", "j"), ("j", "dj"), ("u", "ou"), ("w", "ou"))
_GERMAN = (
    ("kh", "ch"),
    ("zh", "sch"),
    ("sh", "sch"),
    ("ch", "tsch"),
    ("j", "dsch"),
    ("z", "s"),
    ("v", "w"),
    ("y", "j"),
)


def plain(name: str) -> str:
    """GeoNames' own name as the press writes it: Ḩamāh as Hamah, "Halle (Saale)" as Halle, Qo‘qon as Qo'qon."""
    if LATIN.fullmatch(name):
        return name
    written = re.sub(r" \(.*\)$| / .*|\.(?= )", "", name).translate(_APOSTROPHES)
    letters = (
        letter if letter in " -'’" or LATIN.fullmatch(letter.upper()) else unaccent(letter) for letter in written
    )
    return "".join(letters) if written else name


def respellings(name: str) -> Iterator[str]:
    """A name in the English spelling as the French and German press write it: Kunduz, Koundouz, Kundus."""
    for rules in (_FRENCH, _GERMAN):
        pieces = re.split("(" + "|".join(english for english, _ in rules) + ")", name.lower())
        written = "".join(dict(rules).get(piece, piece) for piece in pieces)
        spelt = "".join(w.capitalize() for w in re.split(r"([ -])", written))
        if spelt != name:
            yield spelt


def foreignness(name: str, main: str) -> float:
    """How little a name is like the town's main one: of long lists the first names are kept."""
    unlike = 1 - SequenceMatcher(None, name, main).ratio()
    return unlike if name == main or sounds_like(name, main) else 1 + unlike


def sounds_like(name: str, main: str) -> bool:
    """Whether it may be the town's own name in another language, word for word; short ones may be any word."""
    spelt, words = name.split(" "), ARTICLE.sub("", main).split(" ")
    return (
        name.replace(" ", "").isalpha()
        and len(spelt) == len(words)
        and len(name) > LONGEST_SHORT
        and (name[0] in "CHKJGXSZ" or fold(name[0]) == fold(words[0][0]))
        and not any(_heard(own).isdisjoint(_heard(word)) for own, word in zip(words, spelt, strict=True))
    )


@lru_cache(100_000)
def _heard(word: str) -> frozenset[str]:
    return frozenset(key for sound in sounds(word) for key in keys(sound))
