"""A listed person, and where the last name stands in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from watcher.entities.archive import given_names
from watcher.entities.listed import ARTICLE, Alike, Word, listed_word
from watcher.entities.sounds import MOST_LETTERS
from watcher.entities.syllables import Spelled, chinese, korean
from watcher.entities.writing import LITTLE_WORDS, adjoins, belongs_before, is_capitalised, words
from watcher.text import Text

MOST_PARTICLES = 4  # before a last name: "von und zu der"
_ARTICLES = words(
    "al el ad as ash at ar an az adh ath asz asch asj ach ال аль эль ас ад аш ан ар аз ат эд эс эш эр эн"
)  # Assad is al-Assad
_LINKS = words(
    "la le du da di d de dos das del af zu ag ould uld mint аг ульд ولد de де ди да ле ла дю"
)  # M. Villepin is Dominique de Villepin
PARTICLES = (
    _ARTICLES | _LINKS | words("von van der den ter della bin ibn ben bint abu av st фон ван дер бен бин ибн φον ντερ")
)
PARTICLES |= words("абу بن ابن ابو بو φον בן")
_ELIDED = words("o d о д")  # O'Sullivan, d'Estaing
# A syllable of Chinese as pinyin writes it: a family name is mostly one, and stands first.
_SYLLABLE = (
    "(?:(?:[bpmfdtnlgkhjqxryw]|[zcs]h?)?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))"
)
# A Slavic ending that some leave off: Zamir Kaboul is Замир Кабулов. A shorter rest sounds like anything.
_SLAVIC = re.compile("(?<=.....)(?:[oe](?:v|ff)|[ое]в)$")
_PINYIN = re.compile(rf"{_SYLLABLE} {_SYLLABLE}(?P<more>{_SYLLABLE})?")


@dataclass(frozen=True, slots=True)
class Person:
    """A listed person; `given` is empty where only a last name is listed. `family_first` where the last name stands
    before the others: Xi Jinping, Kim Jong-un."""

    name: str
    given: tuple[Word, ...]
    last: LastName
    family_first: bool = False
    joined: Word | None = None  # the given names in one word: Jong-un, عبد العزيز


@dataclass(frozen=True, slots=True)
class LastName:
    """A last name: its last word, and the particles before it as folded. `whole` is all of it. One `cut` short of its
    ending means somebody only behind the same first name."""

    whole: str
    word: Word
    particles: tuple[str, ...]
    spelled: Spelled | None = None  # the whole name, as Chinese or Korean writes it in one word
    hangul: bool | None = None  # whether it is one in Korean letters only, or never
    cut: bool = False

    @property
    def needs_particle(self) -> bool:
        """Whether it is another's without its particle: ben Ali and Ali, but not al-Assad and Assad."""
        return not _ARTICLES.union(_LINKS).issuperset(self.particles)

    def keys(self) -> Iterable[str]:
        """The skeletons by which words of articles are looked up that may be this one."""
        return self.word.keys() if self.spelled is None else (self.spelled.key,)


class Sighting(NamedTuple):
    """A last name in a text, its particles included; `partial` where only a first name can make it one, `faint` where
    it takes that or the same word with a first name elsewhere, `fainter` where an office would do too."""

    folded: str
    first: int
    last: int
    start: int
    end: int
    value: float
    via: str
    partial: bool
    faint: bool
    fainter: bool


def people_of(name: str) -> tuple[Person, ...]:
    """The readings of a person's name, none where there is no word in it. One that may be Chinese or Korean is read
    with the last name at either end: only so is Xi found behind Xi Jinping."""
    text = Text("", name)
    pieces = [text.word(i) for i in range(len(text))]
    folded = [text.folded_word(i) for i in range(len(text))]
    if not pieces:
        return ()
    at = len(pieces) - 1
    while at > 1 and (folded[at - 1] in PARTICLES or _is_elided(text, at - 1)):
        at -= 1
    last = LastName(" ".join(folded[at:]), listed_word(pieces[-1]), tuple(folded[at:-1]))
    usual = Person(name, tuple(map(listed_word, pieces[:at])), last, joined=_joined(pieces[:at]))
    family = LastName(folded[0], listed_word(pieces[0]), ())
    eastern = Person(name, tuple(map(listed_word, pieces[1:])), family, True, _joined(pieces[1:]))
    if len(pieces) > 2 and pieces[-1].islower() and text.text[text.ends[-2]] == "-":
        return (_not_in_hangul(eastern), *_in_one_word(name, folded))  # the last name of Kim Jong-un is not "un"
    pinyin = _PINYIN.fullmatch(" ".join(folded)) if folded[0] not in PARTICLES | LITTLE_WORDS else None
    family_last = len(pieces) == 3 and text.text[text.ends[0]] == "-"  # Heung-min Son
    together = _in_one_word(name, folded, family_last=family_last)
    if pinyin:
        return (_not_in_hangul(usual), _not_in_hangul(eastern), *together, *_in_hangul(name, folded, pinyin["more"]))
    return (usual, *together, *_cut(usual), *_tied(usual))


def _not_in_hangul(person: Person) -> Person:
    """A name of the East by its last name alone, which in Korean, of one syllable, sounds like many words."""
    return replace(person, last=replace(person.last, hangul=False))


def _in_hangul(name: str, folded: list[str], third: str | None) -> Iterator[Person]:
    """A Chinese name as Koreans hear it, of three syllables; two are a word as often."""
    if third:
        whole = listed_word("".join(folded))
        yield Person(name, (), LastName(whole.folded, whole, (), hangul=True))


def _tied(person: Person) -> Iterator[Person]:
    """The last name with its particles in one word: Λεπέν."""
    last = person.last
    if last.particles and _ARTICLES.isdisjoint(last.particles) and len(last.whole) <= MOST_LETTERS:
        yield replace(person, last=LastName(last.whole.replace(" ", ""), listed_word(last.whole.replace(" ", "")), ()))


def _cut(person: Person) -> Iterator[Person]:
    """The name without a Slavic ending, unless that leaves a first name, as of Romanov."""
    rest = _SLAVIC.sub("", person.last.word.folded)
    if person.given and rest != person.last.word.folded and rest not in given_names():
        particles = person.last.particles
        last = LastName(" ".join([*particles, rest]), listed_word(rest), particles, cut=True)
        yield replace(person, last=last)


def _in_one_word(name: str, folded: list[str], *, family_last: bool = False) -> tuple[Person, ...]:
    """The readings of a name as Chinese and Korean write it."""
    ways = (chinese(folded), korean(folded, family_last=family_last))
    return tuple(Person(name, (), LastName(way.parts, listed_word(folded[0]), (), way)) for way in ways if way)


def _joined(given: list[str]) -> Word | None:
    """Given names as others write them in one word; None where there is none, or they are too long for it."""
    whole = "".join(word.removeprefix(ARTICLE) for word in given)
    return listed_word(whole) if 0 < len(whole) <= MOST_LETTERS else None


def _is_elided(text: Text, word: int) -> bool:
    """Whether an apostrophe ties a particle to the word behind it."""
    return text.folded_word(word) in _ELIDED and text.text[text.ends[word] : text.starts[word + 1]] in ("'", "’")


def seen_as(text: Text, word: int, last: LastName, how: Alike) -> Sighting:
    """A word as a last name, with the particles before it."""
    first = word
    least = max(0, word - MOST_PARTICLES) if last.particles else word
    while first > least and (
        _is_elided(text, first - 1) or (text.folded_word(first - 1) in PARTICLES and belongs_before(text, first - 1))
    ):
        first -= 1
    partial = last.cut or (last.needs_particle and first == word)
    follows = word + 1 < len(text) and adjoins(text, word) and is_capitalised(text, word + 1)
    follows = follows and how.via != "case ending" and bool(how.via)  # it is a first name: Marine Le Pen
    faint = follows or not last.word.is_plain(how)
    fainter = follows or not last.word.is_plain(how, vouched=True)
    whole = " ".join(text.folded_word(i) for i in range(first, word + 1))
    return Sighting(
        whole, first, word, text.starts[first], text.ends[word], how.value, how.via, partial, faint, fainter
    )


def seen_inside(text: Text, start: int, name: str) -> Sighting:
    """A whole name inside a word, as Chinese writes it."""
    word = text.word_from(start)
    return Sighting(name, word, word, start, start + len(name), 1.0, "transliteration", False, False, False)
