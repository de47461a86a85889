"""One word of a listed name, and whether a word of an article is the same in another spelling, script or case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from watcher.entities import endings
from watcher.entities.archive import given_names
from watcher.entities.sounds import few_vowels, foreign_sounds, sounds
from watcher.entities.spelling import initials_agree, keys, likeness
from watcher.folding import fold_words

ARTICLE = "ال"  # of Arabic, written together with the word
CASE_ENDING = "case ending"
# By the number of consonants: how alike a last name without a first name must be.
_PLAIN = {0: 2.0, 1: 2.0, 2: 2.0, 3: 0.985}
_PLAIN_FOREIGN = {0: 2.0, 1: 2.0, 2: 0.985, 3: 0.93}
_ROMANCE = 0.96  # of what a French reading is worth: it leaves letters out
_AGENT = re.compile("[بتثجحخدذرزسشصضطظعغفقكلمنه]ا[بتثجحخدذرزسشصضطظعغفقكلمنه]{2}")
_TWO_A = re.compile("[^aeiouy]+a[^aeiouy]+a[^aeiouy]+")
_KEPT = 20_000  # words of articles whose keys are kept, in about 5 MB; and as many whose likeness to a listed one is


class Alike(NamedTuple):
    """How alike two words are, 0 to 1, and by which way they are the same; "" where they are spelled alike. `foreign`
    is of another script."""

    value: float
    via: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a listed name: its sounds, and by how it ends (see `endings`) what its case endings follow. All of it
    follows from how it is written."""

    written: str
    folded: str = field(compare=False)
    sounds: tuple[str, ...] = field(compare=False)
    bare: tuple[tuple[str, tuple[str, ...]], ...] = field(compare=False)
    romance: tuple[str, ...] = field(compare=False)
    sparse: bool = field(compare=False)

    @property
    def consonants(self) -> int:
        return min(sum(c not in "aeiouh" for c in sound) for sound in self.sounds)

    def is_plain(self, how: Alike, *, vouched: bool = False) -> bool:
        """Whether a last name so alike stands by itself, without a first name: Cyprus is not Tsipras, nor Asia Assad.
        The fewer the consonants, the more alike, most of all in one script; less where an office vouches for it."""
        if not how.via:
            return True
        if vouched:
            return self.consonants > 1 and how.value >= (0.9 if how.foreign else 0.95)
        if how.via == CASE_ENDING and how.value > 0.99:
            return self.consonants > 1
        if how.foreign:
            return how.value >= _PLAIN_FOREIGN.get(self.consonants, 0.84)
        return how.value >= _PLAIN.get(self.consonants, 0.95)

    def keys(self) -> set[str]:
        """The skeletons by which words of articles are looked up that may be this one."""
        every = [*self.sounds, *self.romance, *(b for _, of_kind in self.bare for b in of_kind)]
        return {key for sound in every for key in keys(sound)}


def listed_word(written: str) -> Word:
    """A word as a rule lists it."""
    found = sounds(written)
    if written.endswith("ová"):  # Angela Merkelová is Ангела Меркель
        found = (*found, *sounds(written[:-3]))
    if written.startswith(ARTICLE) and len(written) > len(ARTICLE) + 1:  # السيسي is Sisi
        found = (*found, *sounds(written.removeprefix(ARTICLE)))
    romance = () if _script(written) else foreign_sounds(written)
    bare: dict[str, list[str]] = {}
    for sound in found:
        kind = endings.kind_of(sound)
        bare.setdefault(kind, []).append(endings.bare(sound))
        if kind == "o":  # Dmytro is Дмитрий too: Дмитрием
            bare.setdefault("i", []).append(endings.bare(sound))
        if kind == "i":  # Sergei-em Lavrovym, but Zelensk-ym
            bare[kind].append(sound)
        if kind == "c" and (short := endings.without_fleeting_vowel(sound)) != sound:
            bare[kind].append(short)
        if (of_s := endings.bare_of_s(sound)) != sound:
            bare.setdefault("s", []).append(of_s)
    folded = "".join(fold_words(written))
    return Word(written, folded, found, tuple((k, tuple(v)) for k, v in bare.items()), romance, few_vowels(written))


@lru_cache(maxsize=_KEPT)
def alike(listed: Word, word: str, family: str, least: float, *, given: bool = False) -> Alike | None:
    """How alike a word of an article is to a listed one; None for less than `least`. `family` is that of its endings;
    `given` where they are first names. Worked out once for all matchers, as most words are in most articles; a word is
    of no more than MOST_LETTERS."""
    if "".join(fold_words(word)) == listed.folded:
        return Alike(1.0, "")
    if given and (len(word) == 1 or len(listed.folded) == 1):
        return Alike(1.0, "initial") if initials_agree(listed.sounds, sounds(word)) else None
    if _is_agent(word) and _TWO_A.fullmatch(listed.folded):
        return None
    if given and _is_short_form(listed.folded, word):
        return Alike(least, "short form")
    sparse = (listed.sparse, few_vowels(word))
    foreign = _script(word) != _script(listed.written)
    whole = _best(listed.sounds, [word], sparse, given, least)
    stem = 0.0
    if family == "prefixed":
        stem = _best(listed.sounds, endings.stems(word, family, ""), sparse, given, least)
    else:
        for kind, bare in listed.bare:
            stem = max(stem, _best((*bare, *listed.sounds), endings.stems(word, family, kind), sparse, False, least))
    if foreign and listed.romance:
        words = [word, *endings.stems(word, family, "c")]
        whole = max(whole, _ROMANCE * _best(listed.romance, words, sparse, given, least / _ROMANCE))
    value = max(whole, stem)
    if value < least:
        return None
    if foreign:
        return Alike(value, f"transliteration {value:.2f}", foreign=True)
    return Alike(value, CASE_ENDING if stem > whole else f"spelling {value:.2f}")


def _is_agent(word: str) -> bool:
    """Whether an Arabic word is of the form that is read with an i behind its long a: صالح is Saleh, and not Salah."""
    return len(word) == 4 and word[1] == "ا" and _AGENT.fullmatch(word) is not None


def _is_short_form(listed: str, word: str) -> bool:
    """Whether it is what a first name begins with, and no other first name: Mo of Mohamed."""
    folded = "".join(fold_words(word))
    return 1 < len(folded) < len(listed) - 2 and listed.startswith(folded) and folded not in given_names()


def _best(listed: Iterable[str], words: Iterable[str], sparse: tuple[bool, bool], given: bool, least: float) -> float:
    heard = [sound for word in words for sound in sounds(word)]
    return max((likeness(a, b, sparse=sparse, given=given, least=least) for a in listed for b in heard), default=0.0)


def is_latin(word: str) -> bool:
    """Whether a word begins with a Latin letter."""
    return word[0] < "\u0370" or "\u1e00" <= word[0] < "\u1f00"


def _script(word: str) -> int:
    """A number for the script of a word: alphabets have pages of Unicode to themselves."""
    return 0 if is_latin(word) else ord(word[0]) >> 8


@lru_cache(maxsize=_KEPT)
def word_keys(word: str, family: str) -> tuple[str, ...]:
    """The skeletons of a word of an article, as it is and without the endings that its language may give it."""
    every = [word, *(endings.stems(word, family, "*") if family else ())]
    return tuple({key for each in every for sound in sounds(each) for key in keys(sound)})
