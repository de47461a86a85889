"""Judges which names in a text mention a place and which belong to a person or a longer name, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watcher.entities.phrases import Found
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    adjoins,
    begins_sentence,
    honorific_before,
    is_capitalised,
    is_little,
    titled_line,
    words,
)
from watcher.model import Place
from watcher.text import Text

NO_PLACE = "none"  # the kind of longer names that hold a place's name: Washington Post

_PAPERS = words(
    "post times herald tribune gazette journal examiner telegraph guardian observer chronicle star daily sun match soir"
)
_OFFICES = words(
    "president king queen prince princess crown prime minister ministers foreign defence defense interior army police "
    "government parliament river valley border embassy airport state football ambassador gov sen rep republican "
    "republicans democrat democrats supreme"
)
# Words that stand before a town with a capital and are no first names.
_BEFORE_TOWNS = words(
    "old new greater central north south east west northern southern eastern western inner outer grand nouveau vieux "
    "восточный западный institut institute université university universität college collège radio hôtel hotel gare "
    "bourse aéroport airport euronext "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_KINDS = (NO_PLACE, "country", "region", "city", "adjective", "people")
_INTO_PLACES = words("in en au aux em nach w we в во to vers inside near")


class Sense(NamedTuple):
    """What a name means: a place's kind and code; kind NO_PLACE means nothing."""

    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a name mentions no place, and the span of the longer name it belongs to.

    `person` where it stands as a last or first name does, which a club's name may do too (Real Madrid).
    """

    reason: str
    start: int
    end: int
    person: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A place's name in a text; `refusal` is None where it mentions the place."""

    place: Place
    refusal: Refusal | None = None


class Name(NamedTuple):
    """A name in a text with all that it may mean, the likeliest first."""

    senses: tuple[Sense, ...]
    folded: str
    first: int
    last: int
    start: int
    end: int


class Judged(NamedTuple):
    """A name with the sense taken, and why it mentions no place, if it does not."""

    name: Name
    sense: Sense
    refusal: Refusal | None


def judge(text: Text, found: Sequence[Found[Sense]], borne: frozenset[str], weak: frozenset[str]) -> list[Judged]:
    """The names found, in the order of the text, each accepted or refused.

    `borne` are folded names that people bear too, `weak` those that need support from the rest of the article. What
    the article's other names tell is weighed last: a reading of an ambiguous name, and support.
    """
    names = [_name(text, group) for group in _groups(found)]
    taken = {word for name in names for word in range(name.first, name.last + 1)}
    names = [name for name in names if name.senses[0].kind != NO_PLACE]
    refusals = [_around(text, name, borne, taken) for name in names]
    people = frozenset([n.folded for n, r in zip(names, refusals, strict=True) if r and r.person])
    if people:
        refusals = [r or _known_person(text, n, people, taken) for n, r in zip(names, refusals, strict=True)]
    return _weigh(text, names, refusals, people, weak)


def _groups(found: Sequence[Found[Sense]]) -> Iterator[list[Found[Sense]]]:
    """What stands at the same place, together."""
    group: list[Found[Sense]] = []
    for one in found:
        if group and one.start != group[0].start:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _name(text: Text, group: list[Found[Sense]]) -> Name:
    found = group[0]
    senses: tuple[Sense, ...] = (found.meaning,)
    if len(group) > 1:  # "Luxembourg" is a country and its capital: the country is taken
        ordered = sorted(dict.fromkeys(f.meaning for f in group), key=_precedence)
        senses = tuple({s.code: s for s in reversed(ordered)}.values())[::-1]
    if senses[0].kind == "adjective" and text.language == "fr" and is_capitalised(text, found.first):
        senses = tuple(Sense("people", s.code) for s in senses)  # French: "les Tadjiks", but "l'armée tadjike"
    return Name(senses, *found[1:])


def _precedence(sense: Sense) -> int:
    return _KINDS.index(sense.kind)


# ── what stands beside a name ────────────────────────────────────────────────────────────────────


def _around(text: Text, name: Name, borne: frozenset[str], taken: set[int]) -> Refusal | None:
    """Why the words beside a name make it a part of something else."""
    if name.senses[0].kind in ("adjective", "people"):
        return None
    if honorific_before(text, name.first) is not None:
        return _part_of_person(text, name.first - 1, name.last)
    follows = name.last + 1 < len(text) and adjoins(text, name.last) and is_capitalised(text, name.last + 1)
    if name.senses[0].kind == "city" and follows and text.folded_word(name.last + 1) in _PAPERS:
        return _refusal(text, name.first, name.last + 1, "part of a longer name")
    if name.senses[0].kind != "city" and name.folded not in borne:
        return None
    if titled_line(text, name.first):
        return None
    certain = name.folded in borne  # at a sentence's start any word has a capital: "Bombarder Kaboul"
    if _first_name_before(text, name, taken) and (certain or not begins_sentence(text, name.first - 1)):
        return _part_of_person(text, name.first - 1, name.last)
    last_name = follows and name.last + 1 not in taken and text.folded_word(name.last + 1) not in _OFFICES
    if last_name and name.folded in borne:
        return _part_of_person(text, name.first, name.last + 1)
    return None


def _first_name_before(text: Text, name: Name, taken: set[int]) -> bool:
    before = name.first - 1
    return (
        before >= 0
        and before not in taken
        and text.language not in NOUNS_IN_CAPITALS
        and adjoins(text, before)
        and is_capitalised(text, before)
        and not text.word(before).isupper()
        and text.folded_word(before) not in _BEFORE_TOWNS
        and not is_little(text, before)
    )


def _part_of_person(text: Text, first: int, last: int) -> Refusal:
    return _refusal(text, first, last, "part of a name", person=True)


def _refusal(text: Text, first: int, last: int, why: str, *, person: bool = False) -> Refusal:
    start, end = text.starts[first], text.ends[last]
    return Refusal(f"{why}: {text.text[start:end]}", start, end, person)


def _known_person(text: Text, name: Name, people: frozenset[str], taken: set[int]) -> Refusal | None:
    """Any word may stand with a capital at a sentence's start; before the name of a known person it is a first name."""
    if name.folded in people and _first_name_before(text, name, taken):
        return _part_of_person(text, name.first - 1, name.last)
    return None


# ── what the rest of the article says ────────────────────────────────────────────────────────────


def _weigh(
    text: Text, names: list[Name], refusals: list[Refusal | None], people: frozenset[str], weak: frozenset[str]
) -> list[Judged]:
    doubtful = people | weak
    sure = Counter(
        [
            _country(name.senses[0].code)
            for name, refusal in zip(names, refusals, strict=True)
            if refusal is None and len(name.senses) == 1 and name.folded not in doubtful
        ]
    )
    weighed = []
    for name, around in zip(names, refusals, strict=True):
        sense = name.senses[0] if len(name.senses) == 1 else max(name.senses, key=lambda s: sure[_country(s.code)])
        refusal = around
        if refusal is None and name.folded in doubtful and not _supported(text, name, sure[_country(sense.code)]):
            known = "also a person's name here" if name.folded in people else "also the name of something else"
            refusal = _refusal(text, name.first, name.last, f"{known}, and nothing speaks for the place")
        weighed.append(Judged(name, sense, refusal))
    return weighed


def _country(code: str) -> str:
    return code.partition("-")[0] if code[:2].isupper() else code


def _supported(text: Text, name: Name, named: int) -> bool:
    """Whether a word that leads into a place stands before the name, or the article names its country otherwise."""
    before = text.folded_word(name.first - 1) if name.first and adjoins(text, name.first - 1) else ""
    return named > 0 or before in _INTO_PLACES
