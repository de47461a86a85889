"""Judges which names in a text mention a place and which belong to a person or a longer name, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watcher.entities.beside import TOWNS, at_dateline, behind_hyphen, in_quotes, is_club, leading_word, named_after
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
_KINDS = (NO_PLACE, "country", "region", "city", "adjective", "people", "town", "area")
_HAN_REGIONS = "県省州府都"  # end names of regions in Japanese and Chinese: 宮崎県
_NEEDY = ("town", "area")  # kinds that count as places only with support
# Articles behind which an adjective in the plural is people: in these languages it stands behind its noun.
_PLURALS = {
    "es": words("los las unos unas"),
    "it": words("i gli le dei degli delle ai agli alle dai dagli dalle sui sugli sulle"),
    "pt": words("os as dos das aos às nos nas pelos pelas uns umas"),
}
_NOWHERE: frozenset[str] = frozenset()
BIG = 500_000  # inhabitants: a town that an article names without its country
KNOWN = 100_000  # inhabitants: the name of a smaller one at a sentence's start may be any word
_SHORT = (
    4  # letters: such a name at a sentence's start may be any word, however big the town is ("Кому" is Qom's dative)
)


class Sense(NamedTuple):
    """What a name means: a place's kind and code; kind NO_PLACE means nothing, `town` a city and `area` a first-level
    region that need support. With the first-level region that a town lies in, and its inhabitants."""

    kind: str
    code: str
    region: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a name mentions no place, and the span of the longer name it belongs to.

    `person` where it stands as a last or first name does. `around` where the words beside it say so, and not only that
    none of the article's speaks for the place. `lasting` where the name alone may be short for the longer one in the
    rest of the article: a club's, or that of a person with the name of a small town (Gary Heidnik).
    """

    reason: str
    start: int
    end: int
    person: bool = False
    around: bool = True
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A place's name in a text; `refusal` is None where it mentions the place, and `reason` says what spoke for it
    where that was in doubt."""

    place: Place
    refusal: Refusal | None = None
    reason: str = ""


class Name(NamedTuple):
    """A name in a text with all that it may mean, the likeliest first."""

    senses: tuple[Sense, ...]
    folded: str
    first: int
    last: int
    start: int
    end: int


class Judged(NamedTuple):
    """A name with the sense taken, why it mentions no place, if it does not, and else what spoke for it."""

    name: Name
    sense: Sense
    refusal: Refusal | None
    reason: str = ""


def judge(text: Text, found: Sequence[Found[Sense]], borne: frozenset[str], weak: frozenset[str]) -> list[Judged]:
    """The names found, in the order of the text, each accepted or refused.

    `borne` are folded names that people bear too, `weak` those that need support from the rest of the article. What
    the article's other names tell is weighed last: a reading of an ambiguous name, and support.
    """
    names = [_name(text, group) for group in _groups(found)]
    taken = {word for name in names if not _is_small(name.senses[0]) for word in range(name.first, name.last + 1)}
    names = [name for name in names if name.senses[0].kind != NO_PLACE]
    refusals = [_around(text, name, borne, taken) for name in names]
    people = frozenset([n.folded for n, r in zip(names, refusals, strict=True) if r and r.person])
    if people:
        refusals = [r or _known_person(text, n, people, taken) for n, r in zip(names, refusals, strict=True)]
    longer = frozenset([n.folded for n, r in zip(names, refusals, strict=True) if r and r.lasting])
    return _weigh(text, names, refusals, people, longer, weak)


def _is_small(sense: Sense) -> bool:
    """Whether it is a town whose name may as well be any other name: Pierce, Lynn, Gary."""
    return sense.kind == "town" and sense.people < KNOWN


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
        senses = tuple({s.code: s for s in reversed(ordered)}.values())[::-1]  # of a code the first kind
    if senses[0].kind == "adjective" and text.language == "fr" and is_capitalised(text, found.first):
        senses = tuple(Sense("people", s.code) for s in senses)  # French: "les Tadjiks", but "l'armée tadjike"
    elif senses[0].kind == "adjective" and _behind_article(text, found.first):
        senses = tuple(Sense("people", s.code) for s in senses)  # "los rusos", but "soldados rusos"
    return Name(senses, *found[1:])


def _behind_article(text: Text, word: int) -> bool:
    return word > 0 and text.folded_word(word - 1) in _PLURALS.get(text.language, _NOWHERE)


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
    kind = name.senses[0].kind
    if kind in ("city", "town") and follows and text.folded_word(name.last + 1) in _PAPERS:
        return _refusal(text, name.first, name.last + 1, "part of a longer name")
    if kind not in ("city", "town", "area") and name.folded not in borne:
        return None
    if kind in ("city", "town", "area") and (refusal := _something_else(text, name, taken)):
        return refusal
    if titled_line(text, name.first):
        return None
    if kind == "town" and _goes_on(text, name, taken):
        return _refusal(text, name.first, name.last + 1, "part of a longer name", lasting=_is_small(name.senses[0]))
    certain = (
        name.folded in borne or name.senses[0].kind == "town"
    )  # at a sentence's start any word has a capital: "Bombarder Kaboul"
    if _first_name_before(text, name, taken) and (certain or not begins_sentence(text, name.first - 1)):
        return _part_of_person(text, name.first - 1, name.last)
    last_name = follows and name.last + 1 not in taken and text.folded_word(name.last + 1) not in _OFFICES
    if last_name and name.folded in borne:
        return _part_of_person(text, name.first, name.last + 1)
    return None


def _something_else(text: Text, name: Name, taken: set[int]) -> Refusal | None:
    """Why a town's or region's name is a club's, a ship's, or a part of what is named after somebody."""
    club = is_club(text, name.first, name.last, british=country_of(name.senses[0].code) == "GB")
    if club:
        return _refusal(text, *club, "a club", lasting=True)
    if in_quotes(text, name.start, name.end):
        return _refusal(text, name.first, name.last, "a name in quotation marks")
    if name.senses[0].kind == "city":
        return None
    if behind_hyphen(text, name.first) and name.first - 1 not in taken:
        return _refusal(text, name.first - 1, name.last, "part of a longer name")
    if name.senses[0].kind == "town" and named_after(text, name.first, name.last):
        return _refusal(text, name.first, name.last, "named after a place or somebody")
    return None


def _goes_on(text: Text, name: Name, taken: set[int]) -> bool:
    """Whether a word with a capital follows that is no place: Mary Pierce, Lincoln Center; but not Cleveland GOP."""
    behind = name.last + 1
    return (
        behind < len(text)
        and (text.word(name.last).isupper() or not text.word(behind).isupper())
        and behind not in taken
        and text.language not in NOUNS_IN_CAPITALS
        and text.text[text.ends[name.last] : text.starts[behind]] in (" ", "\u00a0", "-")
        and is_capitalised(text, behind)
        and text.folded_word(behind) not in _OFFICES | TOWNS
    )


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


def _refusal(text: Text, first: int, last: int, why: str, *, person: bool = False, lasting: bool = False) -> Refusal:
    start, end = text.starts[first], text.ends[last]
    return Refusal(f"{why}: {text.text[start:end]}", start, end, person, lasting=lasting)


def _known_person(text: Text, name: Name, people: frozenset[str], taken: set[int]) -> Refusal | None:
    """Any word may stand with a capital at a sentence's start; before the name of a known person it is a first name."""
    if name.folded in people and _first_name_before(text, name, taken):
        return _part_of_person(text, name.first - 1, name.last)
    return None


# ── what the rest of the article says ────────────────────────────────────────────────────────────


def _weigh(
    text: Text,
    names: list[Name],
    refusals: list[Refusal | None],
    people: frozenset[str],
    longer: frozenset[str],
    weak: frozenset[str],
) -> list[Judged]:
    doubtful = people | weak | longer
    sure = Counter(
        [
            country_of(name.senses[0].code)
            for name, refusal in zip(names, refusals, strict=True)
            if refusal is None and _is_sure(name) and name.folded not in doubtful
        ]
    )
    inside = {n.folded for n in names if n.senses[0].kind in _NEEDY and not begins_sentence(text, n.first)}
    weighed: list[Judged] = []
    placed: dict[str, Sense] = {}
    for at, (name, around) in enumerate(zip(names, refusals, strict=True)):
        behind = names[at + 1] if at + 1 < len(names) else None
        beside = _apposed(text, name, behind) if behind and len(name.senses) > 1 else set()
        sense, reason = _sense(name, sure, beside, weak=name.folded in weak)
        refusal = around
        if refusal is None and (name.folded in doubtful or sense.kind in _NEEDY):
            borne = name.folded in people or name.folded in longer
            reason = _support(text, name, sense, behind, sure, inside, doubtful=name.folded in doubtful, borne=borne)
            refusal = None if reason else _unsupported(text, name, sense, borne=name.folded in people)
        if refusal is None and country_of(sense.code) in beside:
            placed[name.folded] = sense
        weighed.append(Judged(name, sense, refusal, "" if refusal else reason))
    return _together(weighed, placed)


def _together(weighed: list[Judged], placed: dict[str, Sense]) -> list[Judged]:
    """What is a town in one sentence is one in the others, where nothing but support was missing. `placed` are towns
    whose country stands behind them somewhere: these are meant wherever it does not."""
    towns = {j.name.folded: j.sense for j in weighed if j.refusal is None and j.sense.kind in _NEEDY and j.reason}
    if not towns:
        return weighed
    return [_as_elsewhere(j, towns, placed) for j in weighed]


def _as_elsewhere(judged: Judged, towns: dict[str, Sense], placed: dict[str, Sense]) -> Judged:
    folded, refusal = judged.name.folded, judged.refusal
    if refusal is None and judged.sense.kind in _NEEDY:
        return judged._replace(sense=placed.get(folded, judged.sense))
    if refusal and not refusal.around and folded in towns:
        return Judged(judged.name, placed.get(folded, towns[folded]), None, "a place elsewhere in the article")
    return judged


def country_of(code: str) -> str:
    """The country of a code of a town or first-level region, else the code."""
    return code.partition("/")[0].partition("-")[0] if code[:2].isupper() else code


def _is_sure(name: Name) -> bool:
    """Whether the name tells a country by itself; a state of a federation does."""
    one = len(name.senses) == 1 or len({country_of(s.code) for s in name.senses}) == 1
    first = name.senses[0]
    return one and (first.kind not in _NEEDY or (first.kind == "area" and first.people >= BIG))


def _sense(name: Name, sure: Counter[str], beside: set[str], *, weak: bool) -> tuple[Sense, str]:
    """The sense in a country that stands beside the name, else the one whose country the article names most, the
    likeliest of equals. A weak name is a town's or region's too where nothing speaks for the bigger place."""
    senses = name.senses
    if len(senses) == 1:
        return senses[0], ""
    if placed := [s for s in senses if country_of(s.code) in beside]:
        return max(placed, key=lambda s: s.people), f"{country_of(placed[0].code)} stands behind it"
    if senses[0].kind != "town":
        bigger = tuple(s for s in senses if s.kind not in _NEEDY) or senses
        senses = senses if weak and not any(sure[country_of(s.code)] for s in bigger) else bigger
    best = max(senses, key=lambda s: (sure[country_of(s.code)], s.people))
    times = sure[country_of(best.code)]
    why = f"{country_of(best.code)} is named" if times else "the likeliest of that name"
    return best, why if len({country_of(s.code) for s in senses}) > 1 else ""


def _support(
    text: Text,
    name: Name,
    sense: Sense,
    behind: Name | None,
    sure: Counter[str],
    inside: set[str],
    *,
    doubtful: bool,
    borne: bool,
) -> str:
    """What speaks for a doubtful name, "" for nothing."""
    town = sense.kind in _NEEDY
    if word := leading_word(text, name.first, town=town or sense.kind == "city"):
        return f"'{word}' stands before it"
    if sense.kind == "area" and name.folded[-1] in _HAN_REGIONS:
        return f"'{name.folded[-1]}' belongs to it"
    if town and at_dateline(text, name.first, name.end, known=sense.people >= KNOWN):
        return "the place of the report"
    country = country_of(sense.code)
    if behind and country in _apposed(text, name, behind):
        return f"{text.text[behind.start : behind.end]} stands behind it"
    if borne and town or town and _is_common_here(text, name):
        return ""
    if town and (_is_acronym(text, name) or name.folded not in inside and sense.people < KNOWN):
        return ""  # any word may stand with a capital at a sentence's start
    enough = not town or sense.kind == "area" or text.language not in NOUNS_IN_CAPITALS or sense.people >= KNOWN
    if sure[country] and enough:
        return f"{country} is named too"
    if not doubtful and sense.people >= BIG and (len(name.folded) > _SHORT or not begins_sentence(text, name.first)):
        return "a big town" if sense.kind == "town" else "a state of a federation"
    return ""


def _apposed(text: Text, name: Name, behind: Name) -> set[str]:
    """The countries that the place right behind the name may lie in: "Fort Collins, Colorado"."""
    if text.text[name.end : behind.start] not in (", ", " (", " - ", ", en ", ", in ", ", au "):
        return set()
    return {country_of(s.code) for s in behind.senses if s.kind != "town" or s.people >= KNOWN}


def _is_acronym(text: Text, name: Name) -> bool:
    """Whether a short name stands in capitals that are its own: CAN, the cup, is no Çan."""
    return name.end - name.start <= 4 and text.text[name.start : name.end].isupper()


def _is_common_here(text: Text, name: Name) -> bool:
    """Whether the article writes the name with a small letter too: then its capital tells nothing."""
    small = text.text[name.start : name.end].lower()
    at = text.text.find(small)
    while at >= 0:
        before, after = text.text[at - 1 : at], text.text[at + len(small) : at + len(small) + 1]
        if not before.isalnum() and not after.isalnum():
            return small != text.text[name.start : name.end]
        at = text.text.find(small, at + 1)
    return False


def _unsupported(text: Text, name: Name, sense: Sense, *, borne: bool) -> Refusal:
    known = "also the name of something else"
    if borne:
        known = "also a person's name here"
    elif sense.kind == "town":
        known = f"a town's name ({sense.code})"
    elif sense.kind == "area":
        known = f"a region's name ({sense.code})"
    why = f"{known}, and nothing speaks for the place: {text.text[name.start : name.end]}"
    return Refusal(why, name.start, name.end, around=borne)
