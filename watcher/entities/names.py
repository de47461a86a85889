"""Finds listed people and organisations in a text by rules alone, without a model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from watcher.entities.phrases import Found, PhraseBook
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    begins_sentence,
    belongs_before,
    has_capitals,
    honorific_before,
    is_capitalised,
    is_little,
    office_before,
    words,
)
from watcher.model import Entity, Place
from watcher.text import Text, fold_words

PERSON = "person"
_MOST_GIVEN = 4  # names before a last name: "Abdul Salam Khan", a patronymic, two initials
_PARTICLES = words("von van der den ter de la le du da di d del della dos das al el bin ibn ben bint abu zu af av st")
_SONS = words("al el bin ibn ben bint abu")  # stand between first names; "de", "von" may just mean "of"


class NameHit(NamedTuple):
    """Where a listed name stands: words `first` to `last`, both included, and offsets of the text."""

    name: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Person:
    """A listed person; `given` is empty where only a last name is listed."""

    name: str
    given: tuple[str, ...]
    last: str


class _Bearer(NamedTuple):
    """One occurrence of a last name: the names before it, and whether an honorific or an office stands there."""

    found: Found[str]
    given: tuple[str, ...]
    first: int
    titled: bool
    sure: bool


class Stretches:
    """Stretches of a text, in any order and overlapping as they like: by bisection, as a text of 240 KB may hold
    12,000 places and as many names (28 s when each was compared with each). Immutable."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))  # the farthest of all that begin so early

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them overlaps the offsets `start` to `end`."""
        i = bisect_left(self._starts, end)
        return i > 0 and self._ends[i - 1] > start


class NameMatcher:
    """Listed names of one type. Immutable."""

    def __init__(self, names: Sequence[str], kind: str) -> None:
        self._people: dict[str, list[_Person]] = {}
        phrases: list[tuple[str, str]] = []
        for name in names:
            if kind == PERSON and fold_words(name):
                person, written = _person(name)
                self._people.setdefault(person.last, []).append(person)
                phrases.append((written, person.last))
            else:
                phrases.append((name, name))
        self._kind = kind
        self._book = PhraseBook(dict.fromkeys(phrases))

    def may_find(self, text: Text) -> bool:
        """Whether one of the names or last names stands in the text, whoever it means; quicker than `find`."""
        return self._book.occurs(text)

    def find(self, text: Text, entities: Sequence[Entity] | None = None, places: Sequence[Place] = ()) -> list[NameHit]:
        """Every occurrence of one of them in the text, in its order.

        `entities` are those that a model found, None where the language has none: a person among them makes a
        capitalised word at the start of a sentence a name. `places` are the gazetteer's: Kaboul the town is not
        Zamir Kaboul.
        """
        found = self._book.find(text)
        if self._kind != PERSON:
            return [NameHit(f.meaning, f.first, f.last, f.start, f.end) for f in found]
        people = Stretches((e.start, e.end) for e in entities or () if e.type == PERSON)
        towns = Stretches((p.start, p.end) for p in places)
        by_name: dict[str, list[Found[str]]] = {}
        for one in found:
            if not towns.meet(one.start, one.end):
                by_name.setdefault(one.meaning, []).append(one)
        hits: list[NameHit] = []
        for last, listed in self._people.items():
            bearers = _bearers(text, by_name.get(last, ()), people)
            for person in listed if bearers else ():
                hits += _named(text, person, bearers)
        return sorted(dict.fromkeys(hits), key=lambda h: (h.start, h.end))


def compile_names(names: Iterable[str], kind: str) -> NameMatcher:
    """A matcher for names of one type: person, org, place, misc or any.

    A person's name of one word is a last name and means whoever bears it; all others are names as a whole, with the
    capitals that they are written with.
    """
    return NameMatcher(list(names), kind)


def _person(name: str) -> tuple[_Person, str]:
    """A person, and the last name as it must be written."""
    folded = fold_words(name)
    at = len(folded) - 1
    while at > 1 and folded[at - 1] in _PARTICLES:
        at -= 1
    last = " ".join(folded[at:])
    return _Person(name, tuple(folded[:at]), last), last.title()


# ── who bears a last name ────────────────────────────────────────────────────────────────────────


def _bearers(text: Text, found: Sequence[Found[str]], people: Stretches) -> list[_Bearer]:
    """Who bears each occurrence of one last name."""
    common = bool(found) and _is_common(text, found[0].folded)
    return [_bearer(text, f, people, common) for f in found]


def _bearer(text: Text, found: Found[str], people: Stretches, common: bool) -> _Bearer:
    first = found.first
    given: list[str] = []
    while first and len(given) < _MOST_GIVEN and _is_given(text, first - 1):
        first -= 1
        given.insert(0, text.folded_word(first))
    titled = honorific_before(text, first) is not None or office_before(text, first) is not None
    agreed = people.meet(found.start, found.end)
    sure = bool(given) or titled or agreed or _is_clear(text, found, common)
    return _Bearer(found, tuple(given), first, titled, sure)


def _is_given(text: Text, word: int) -> bool:
    """Whether a word before a name is a first name, an initial, or a particle between them."""
    if not belongs_before(text, word):
        return False
    if not is_capitalised(text, word):
        return word > 0 and text.folded_word(word) in _SONS and belongs_before(text, word - 1)
    if begins_sentence(text, word) and is_little(text, word):
        return False
    return honorific_before(text, word + 1) is None and office_before(text, word + 1) is None


def _is_clear(text: Text, found: Found[str], common: bool) -> bool:
    """Whether a capital, or a script without capitals, tells by itself that the word is a name here."""
    if not has_capitals(text, found.first):
        return True
    if text.language in NOUNS_IN_CAPITALS or begins_sentence(text, found.first):
        return False
    return not common


def _is_common(text: Text, folded: str) -> bool:
    """Whether the article also writes it small: then it is a word of the language."""
    place = text.folded.find(f" {folded} ")
    while place >= 0:
        if not is_capitalised(text, text.word_at(place + 1)):
            return True
        place = text.folded.find(f" {folded} ", place + 1)
    return False


# ── which of them is meant ───────────────────────────────────────────────────────────────────────


def _named(text: Text, person: _Person, bearers: Sequence[_Bearer]) -> list[NameHit]:
    """The occurrences that mean a person. Who bears another first name is somebody else; a bare last name means
    whoever was last named in full."""
    known = any(_is_own(person, b) for b in bearers)
    others = any(b.given and not _is_own(person, b) for b in bearers)
    sure = any(b.sure for b in bearers)
    hits, meant = [], known or not others
    for bearer in bearers:
        if bearer.given:
            meant = _is_own(person, bearer)
        if meant and (bearer.sure or sure):
            hits.append(_hit(text, person, bearer))
    return hits


def _is_own(person: _Person, bearer: _Bearer) -> bool:
    if not person.given:
        return True
    return any(_same_first_name(person.given[0], given) for given in bearer.given) or bearer.given == person.given[1:]


def _same_first_name(listed: str, written: str) -> bool:
    return written == listed or (len(written) == 1 and written == listed[0])


def _hit(text: Text, person: _Person, bearer: _Bearer) -> NameHit:
    start = text.starts[bearer.first] if bearer.given else bearer.found.start
    return NameHit(person.name, bearer.first, bearer.found.last, start, bearer.found.end)
