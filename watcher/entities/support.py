"""What the rest of an article says of its names: which of its senses one has, and whether anything speaks for it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from watcher.entities.beside import belongs_to
from watcher.entities.said import Said, known_towns
from watcher.entities.senses import BIG, KNOWN, NEEDY, Doubts, Judged, Name, Refusal, Sense, Traits, country_of, lacking
from watcher.entities.signs import (
    apposed,
    in_state,
    is_acronym,
    is_short_han,
    known_in_state,
    listed,
    named_with,
    sign_beside,
    whole,
)
from watcher.entities.writing import NOUNS_IN_CAPITALS, begins_sentence, is_capitalised
from watcher.folded import new_tuple
from watcher.text import Text

# Letters: such a name at a sentence's start may be any word, however big the town is ("Кому" is Qom's dative).
_SHORT = 4

_NOWHERE: frozenset[str] = frozenset()


class Elsewhere(NamedTuple):
    """Folded names that the article gives something else too: `people`, `longer` names that they are short for,
    `dates`; and `small`, what would be a name, had it a capital."""

    people: frozenset[str]
    longer: frozenset[str]
    dates: frozenset[str]
    small: AbstractSet[str]


class _Writing:
    """How the article writes its names."""

    def __init__(self, text: Text, names: list[Name], small: AbstractSet[str]) -> None:
        self._text, self._names, self._small = text, names, small

    def is_inside(self, name: Name) -> bool:
        """Whether the name stands with a capital inside a sentence, there or elsewhere."""
        return (name.traits.needy and self._is_inside(name)) or name.folded in self._inside

    @cached_property
    def _inside(self) -> frozenset[str]:
        return frozenset([n.folded for n in self._names if n.traits.needy and self._is_inside(n)])

    def _is_inside(self, name: Name) -> bool:
        """Whether its capital owes nothing to the start of a sentence: "El Callao" has one in its second word."""
        return not begins_sentence(self._text, name.first) or any(
            is_capitalised(self._text, word) for word in range(name.first + 1, name.last + 1)
        )

    def is_small(self, name: Name) -> bool:
        """Whether its capital tells nothing: the article writes it without one elsewhere."""
        written = self._text.text[name.start : name.end]
        return (small := written.lower()) != written and small in self._small


def weigh(
    text: Text, names: list[Name], refusals: list[Refusal | None], elsewhere: Elsewhere, doubts: Doubts
) -> list[Judged]:
    """The names with their senses, those refused for want of support too; `refusals` say which the words beside them
    refuse already."""
    people, longer, dates, small = elsewhere
    doubtful = people | longer | dates
    trusted = [
        name if name.traits.sure and refusal is None and name.folded not in doubtful else None
        for name, refusal in zip(names, refusals, strict=True)
    ]
    said, writing = Said(trusted, known_towns(names, refusals, doubtful)), _Writing(text, names, small)
    stated = _stated(text, names)
    weighed: list[Judged] = []
    pending: list[int] = []  # what the rest of the article may still change, in most articles few of the names
    placed: dict[str, Sense] = {}
    for at, (name, around) in enumerate(zip(names, refusals, strict=True)):
        senses, folded, traits, reason, beside = name.senses, name.folded, name.traits, "", _NOWHERE
        sense, many = senses[0], len(senses) > 1
        if at in stated:
            weighed.append(Judged(name, stated[at], around, "a town stands beside the state that it lies in"))
            continue
        if not many and (around or not (traits.needy or traits.weak or folded in doubtful)):
            weighed.append(new_tuple(Judged, (name, sense, around, "")))
            continue
        behind = names[at + 1] if at + 1 < len(names) else None
        if many:
            beside = apposed(text, name, behind) if behind else _NOWHERE
            sense, reason = _sense(text, name, said, beside, doubts)
            if (
                (country := country_of(sense.code)) in beside
                and behind
                and country_of(behind.senses[0].code) != country
            ):
                stated[at + 1] = whole(behind, country)
        refusal = around
        if refusal is None and (sense.kind in NEEDY or traits.weak or folded in doubtful):
            borne, date = folded in people or folded in longer, folded in dates
            doubt = new_tuple(_Doubt, (traits.weak or folded in doubtful, borne, date or traits.word, date))
            home = doubt.word and doubts.is_home(text, sense)
            reason = _sign(text, name, sense, behind, said, doubt, home=home)
            if not (reason or traits.short and sense.kind in NEEDY and not doubts.is_home(text, sense)):
                reason = _support(text, name, sense, said, writing, doubt)
            reason = reason or listed(text, names, trusted, at)
            if not reason and sense.kind == "town" and not any(doubt) and doubts.is_native(text, sense):
                reason = _native(text, name, sense, writing)
            refusal = None if reason else lacking(text, name, sense, borne=folded in people)
        if refusal is None and beside and country_of(sense.code) in beside:
            placed[folded] = sense
        if not refusal.around if refusal else sense.kind in NEEDY:
            pending.append(at)
        weighed.append(new_tuple(Judged, (name, sense, refusal, "" if refusal else reason)))
    _list_at_home(text, weighed, pending)
    _put_together(text, weighed, pending, placed, dates)
    return weighed


def _stated(text: Text, names: list[Name]) -> dict[int, Sense]:
    """The senses of towns and states that stand together, by the numbers of the names: both in "Athens, Georgia"."""
    stated: dict[int, Sense] = {}
    for at in [at for at, name in enumerate(names) if name.traits.state]:
        town, state = names[at - 1], names[at]
        if at and (unknown := in_state(text, town, state)):
            stated[at - 1], stated[at] = unknown, whole(state, country_of(unknown.code))
        elif at and (known := known_in_state(text, town, state)):
            stated[at] = known
    return stated


def _list_at_home(text: Text, weighed: list[Judged], pending: list[int]) -> None:
    """A town for which but support was missing is one where it is listed with another place of its country."""
    for at in pending:
        name, sense, refusal, _ = weighed[at]
        if refusal is None or not refusal.unsupported or sense.kind != "town" or name.traits.word or name.traits.weak:
            continue
        if reason := named_with(text, weighed, at):
            weighed[at] = Judged(name, sense, None, reason)


def _put_together(
    text: Text, weighed: list[Judged], pending: list[int], placed: dict[str, Sense], dates: frozenset[str]
) -> None:
    """What is a town in one sentence is one in the others, where nothing but support was missing. `placed` are towns
    whose country stands behind them somewhere: these are meant wherever it does not."""
    open_ = [(at, weighed[at]) for at in pending]
    towns = {j.name.folded: j.sense for _, j in open_ if j.refusal is None and j.reason}
    if not towns:
        return
    for at, j in open_:
        if not (j.refusal and (j.name.traits.word or j.name.folded in dates) and _may_be_word(text, j.name)):
            weighed[at] = _as_elsewhere(j, towns, placed)


def _may_be_word(text: Text, name: Name) -> bool:
    """Whether its capital tells nothing: "Reading is a habit", in an article of Reading too."""
    return text.language in NOUNS_IN_CAPITALS or begins_sentence(text, name.first)


def _as_elsewhere(judged: Judged, towns: dict[str, Sense], placed: dict[str, Sense]) -> Judged:
    folded, refusal = judged.name.folded, judged.refusal
    if refusal is None:
        return judged._replace(sense=placed[folded]) if folded in placed else judged
    if folded in towns:
        return Judged(judged.name, placed.get(folded, towns[folded]), None, "a place elsewhere in the article")
    return judged


def _sense(text: Text, name: Name, said: Said, beside: AbstractSet[str], doubts: Doubts) -> tuple[Sense, str]:
    """The sense in a country that stands beside the name, else the one whose country the article names most, the
    likeliest of equals. A weak name is a town's or region's too where nothing speaks for the bigger place, and any
    name a state's beside other states: Georgia beside Florida. One that is a word too is rather that of a town where
    the article's language is spoken."""
    if beside and (placed := [s for s in name.senses if country_of(s.code) in beside]):
        return max(placed, key=lambda s: s.people), f"{country_of(placed[0].code)} stands behind it"
    if name.traits not in said.read:
        said.read[name.traits] = _likeliest(text, name.traits, said, doubts)
    return said.read[name.traits]


def _likeliest(text: Text, traits: Traits, said: Said, doubts: Doubts) -> tuple[Sense, str]:
    senses, sure = traits.senses, said.sure
    if traits.kind != "town":
        bigger = tuple([s for s in senses if s.kind not in NEEDY]) or senses
        state = bool(said.states) and any(s.kind == "area" and country_of(s.code) in said.states for s in senses)
        if not (traits.weak or state) or any(country_of(s.code) in sure for s in bigger):
            senses = bigger
    countries = [country_of(s.code) for s in senses]
    towns = said.towns
    weights = [
        (sure.get(country, 0), towns.get(country, 0), traits.word and doubts.is_home(text, s), s.people)
        for country, s in zip(countries, senses, strict=True)
    ]
    best = weights.index(max(weights))
    country = countries[best]
    if all(other == country for other in countries):
        return senses[best], ""
    return senses[best], f"{country} is named" if country in sure else "the likeliest of that name"


class _Doubt(NamedTuple):
    """Why a name is in doubt: some other doubt, a person or club of the article bears it, it is a word, a month's or
    weekday's, into which a preposition leads as into a place."""

    weak: bool
    borne: bool
    word: bool
    date: bool


def _sign(text: Text, name: Name, sense: Sense, behind: Name | None, said: Said, doubt: _Doubt, *, home: bool) -> str:
    """What beside a doubtful name speaks for it; `home` where it is a word in the language of its own country."""
    trusted = not doubt.date and (not doubt.word or home or country_of(sense.code) in said.sure)
    return sign_beside(text, name, sense, behind, trusted=trusted)


def _support(text: Text, name: Name, sense: Sense, said: Said, writing: _Writing, doubt: _Doubt) -> str:
    """What in the rest of the article speaks for a doubtful name, "" for nothing."""
    town, country = sense.kind in NEEDY, country_of(sense.code)
    if doubt.word and town or doubt.borne and town or town and writing.is_small(name):
        return ""
    if town and (is_acronym(text, name) or sense.people < KNOWN and not writing.is_inside(name)):
        return ""  # any word may stand with a capital at a sentence's start
    enough = not town or sense.kind == "area" or text.language not in NOUNS_IN_CAPITALS or sense.people >= KNOWN
    if country in said.sure and enough and (sense.people >= BIG or not is_short_han(name)):
        return f"{country} is named too"
    if not doubt.weak and sense.people >= BIG and (len(name.folded) > _SHORT or not _begins_sentence(text, name)):
        return "a big town" if sense.kind == "town" else "a state of a federation"
    return ""


def _begins_sentence(text: Text, name: Name) -> bool:
    """Whether it does, and not only the run of letters that it stands in where words are written together: 大阪で."""
    return name.start == text.starts[name.first] and begins_sentence(text, name.first)


def _native(text: Text, name: Name, sense: Sense, writing: _Writing) -> str:
    """What speaks for a town of the country whose language the article is in, which it need not name."""
    if text.language in NOUNS_IN_CAPITALS or begins_sentence(text, name.first) or writing.is_small(name):
        return ""
    if sense.people >= KNOWN and not (is_acronym(text, name) or is_short_han(name)):
        return "a big town of the country that speaks so"
    return (of := belongs_to(text, name.first)) and f"'{of}' stands before it"
