"""What the rest of an article says of its names: which of its senses one has, and whether anything speaks for it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from watcher.entities.beside import belongs_to
from watcher.entities.dates import may_be_date
from watcher.entities.senses import BIG, KNOWN, NEEDY, Doubts, Judged, Name, Refusal, Sense, country_of
from watcher.entities.signs import apposed, is_acronym, is_short_han, listed, sign_beside
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    begins_sentence,
    is_capitalised,
)
from watcher.text import Text

# Letters: such a name at a sentence's start may be any word, however big the town is ("Кому" is Qom's dative).
_SHORT = 4
_SHORTEST_SURE = 5  # letters of a town's name abroad in Arabic, Persian and Hebrew that may do without support


_NOWHERE: frozenset[str] = frozenset()


class _Said(NamedTuple):
    """What the article says of countries: how often by names that tell one by themselves, and by those of states of
    federations; which towns it writes with a capital inside a sentence, and which names without one."""

    sure: dict[str, int]
    states: set[str]
    inside: set[str]
    small: _Small


class _Small:
    """The names that the article writes in small letters too, looked for when first asked for and all at once: one by
    one 16,000 lines of towns took as many turns through the text."""

    def __init__(self, text: Text, names: list[Name]) -> None:
        self._text = text.text
        self._names = names

    def __contains__(self, name: Name) -> bool:
        """Whether its capital tells nothing: the article writes it without one elsewhere."""
        written = self._text[name.start : name.end]
        return written != written.lower() and written.lower() in self._found

    @cached_property
    def _found(self) -> frozenset[str]:
        written = self._text
        doubtful = [name for name in self._names if any([s.kind in NEEDY for s in name.senses])]  # noqa: C419
        wanted = list({written[name.start : name.end].lower() for name in doubtful})
        hits = AhoCorasick(wanted, store_patterns=False).find_matches_as_indexes(written, overlapping=True)
        return frozenset(
            [
                wanted[number]
                for number, start, end in hits
                if not (written[end : end + 1].isalnum() or (start and written[start - 1].isalnum()))
            ]
        )


def weigh(
    text: Text,
    names: list[Name],
    refusals: list[Refusal | None],
    people: frozenset[str],
    longer: frozenset[str],
    doubts: Doubts,
) -> list[Judged]:
    """The names with their senses, those refused for want of support too; `refusals` say which the words beside them
    refuse already. `people` are names of persons here, `longer` short for longer ones."""
    dates = frozenset([n.folded for n in names if may_be_date(text, n)])
    doubtful = people | doubts.weak | longer | dates
    trusted = [
        name
        if refusal is None and name.folded not in doubtful and name.folded not in doubts.words and _is_sure(name)
        else None
        for name, refusal in zip(names, refusals, strict=True)
    ]
    said = _said(text, names, [name for name in trusted if name])
    weighed: list[Judged] = []
    placed: dict[str, Sense] = {}
    for at, (name, around) in enumerate(zip(names, refusals, strict=True)):
        behind = names[at + 1] if at + 1 < len(names) else None
        several = len(name.senses) > 1
        beside = apposed(text, name, behind) if behind and several else _NOWHERE
        sense, reason = _sense(text, name, said, beside, doubts) if several else (name.senses[0], "")
        refusal = around
        if refusal is None and (sense.kind in NEEDY or name.folded in doubtful):
            borne = name.folded in people or name.folded in longer
            date = name.folded in dates
            doubt = _Doubt(name.folded in doubtful, borne, date or name.folded in doubts.words, date)
            home = doubts.is_home(text, sense)
            reason = _support(text, name, sense, behind, said, doubt, home=home) or listed(text, names, trusted, at)
            if not reason and sense.kind == "town" and not any(doubt) and doubts.is_native(text, sense):
                reason = _native(text, name, sense, said)
            refusal = None if reason else _unsupported(text, name, sense, borne=name.folded in people)
        if refusal is None and beside and country_of(sense.code) in beside:
            placed[name.folded] = sense
        weighed.append(Judged(name, sense, refusal, "" if refusal else reason))
    return _together(text, weighed, placed, doubts.words | dates if dates else doubts.words)


def _said(text: Text, names: list[Name], trusted: list[Name]) -> _Said:
    inside = {n.folded for n in names if n.senses[0].kind in NEEDY and _is_inside(text, n)}
    sure: dict[str, int] = {}
    states: set[str] = set()
    for name in trusted:
        country = country_of(name.senses[0].code)
        sure[country] = sure.get(country, 0) + 1
        if name.senses[0].kind == "area":
            states.add(country)
    return _Said(sure, states, inside, _Small(text, names))


def _is_inside(text: Text, name: Name) -> bool:
    """Whether its capital owes nothing to the start of a sentence: "El Callao" has one in its second word."""
    return not begins_sentence(text, name.first) or any(
        is_capitalised(text, word) for word in range(name.first + 1, name.last + 1)
    )


def _together(text: Text, weighed: list[Judged], placed: dict[str, Sense], words: frozenset[str]) -> list[Judged]:
    """What is a town in one sentence is one in the others, where nothing but support was missing. `placed` are towns
    whose country stands behind them somewhere: these are meant wherever it does not."""
    towns = {j.name.folded: j.sense for j in weighed if j.refusal is None and j.sense.kind in NEEDY and j.reason}
    if not towns:
        return weighed
    return [
        j
        if (j.refusal is None and j.sense.kind not in NEEDY)
        or (j.refusal and j.name.folded in words and _may_be_word(text, j.name))
        else _as_elsewhere(j, towns, placed)
        for j in weighed
    ]


def _may_be_word(text: Text, name: Name) -> bool:
    """Whether its capital tells nothing: "Reading is a habit", in an article of Reading too."""
    return text.language in NOUNS_IN_CAPITALS or begins_sentence(text, name.first)


def _as_elsewhere(judged: Judged, towns: dict[str, Sense], placed: dict[str, Sense]) -> Judged:
    folded, refusal = judged.name.folded, judged.refusal
    if refusal is None and judged.sense.kind in NEEDY:
        return judged._replace(sense=placed.get(folded, judged.sense))
    if refusal and not refusal.around and folded in towns:
        return Judged(judged.name, placed.get(folded, towns[folded]), None, "a place elsewhere in the article")
    return judged


def _is_sure(name: Name) -> bool:
    """Whether the name tells a country by itself; a state of a federation does."""
    first = name.senses[0]
    if first.kind == "area" and first.people >= BIG:
        return all(sense.kind in NEEDY for sense in name.senses)  # there are small towns of that name elsewhere
    return first.kind not in NEEDY and (len(name.senses) == 1 or len({country_of(s.code) for s in name.senses}) == 1)


def _sense(text: Text, name: Name, said: _Said, beside: AbstractSet[str], doubts: Doubts) -> tuple[Sense, str]:
    """The sense in a country that stands beside the name, else the one whose country the article names most, the
    likeliest of equals. A weak name is a town's or region's too where nothing speaks for the bigger place, and any
    name a state's beside other states: Georgia beside Florida. One that is a word too is rather that of a town where
    the article's language is spoken."""
    senses, sure = name.senses, said.sure
    if placed := [s for s in senses if country_of(s.code) in beside]:
        return max(placed, key=lambda s: s.people), f"{country_of(placed[0].code)} stands behind it"
    if senses[0].kind != "town":
        bigger = tuple(s for s in senses if s.kind not in NEEDY) or senses
        state = any(s.kind == "area" and country_of(s.code) in said.states for s in senses)
        senses = (
            senses
            if (name.folded in doubts.weak or state) and not any(country_of(s.code) in sure for s in bigger)
            else bigger
        )
    word = name.folded in doubts.words
    best = max(senses, key=lambda s: (sure.get(country_of(s.code), 0), word and doubts.is_home(text, s), s.people))
    named = country_of(best.code) in sure
    why = f"{country_of(best.code)} is named" if named else "the likeliest of that name"
    return best, why if len({country_of(s.code) for s in senses}) > 1 else ""


class _Doubt(NamedTuple):
    """Why a name is in doubt: some other doubt, a person or club of the article bears it, it is a word, a month's or
    weekday's, into which a preposition leads as into a place."""

    weak: bool
    borne: bool
    word: bool
    date: bool


def _support(
    text: Text, name: Name, sense: Sense, behind: Name | None, said: _Said, doubt: _Doubt, *, home: bool
) -> str:
    """What speaks for a doubtful name, "" for nothing; `home` where the article is in a language of its country."""
    town, country = sense.kind in NEEDY, country_of(sense.code)
    trusted = not doubt.date and (not doubt.word or home or country in said.sure)
    if sign := sign_beside(text, name, sense, behind, trusted=trusted):
        return sign
    if town and not home and _is_short_elsewhere(name):
        return ""
    if doubt.word and town or doubt.borne and town or town and name in said.small:
        return ""
    if town and (is_acronym(text, name) or name.folded not in said.inside and sense.people < KNOWN):
        return ""  # any word may stand with a capital at a sentence's start
    enough = not town or sense.kind == "area" or text.language not in NOUNS_IN_CAPITALS or sense.people >= KNOWN
    if country in said.sure and enough and (sense.people >= BIG or not is_short_han(name)):
        return f"{country} is named too"
    if not doubt.weak and sense.people >= BIG and (len(name.folded) > _SHORT or not _begins_sentence(text, name)):
        return "a big town" if sense.kind == "town" else "a state of a federation"
    return ""


def _is_short_elsewhere(name: Name) -> bool:
    """Whether a town abroad has a name so short that in a script without capitals it may as well be any word: سالم is
    Salem and a first name, میدان Medan and a field, 위해 Weihai and "for"."""
    first = name.folded[0]
    return len(name.folded) <= (_SHORTEST_SURE if "\u0590" <= first <= "\u06ff" else 2 if _is_hangul(first) else 0)


def _is_hangul(letter: str) -> bool:
    return "\uac00" <= letter <= "\ud7af"


def _begins_sentence(text: Text, name: Name) -> bool:
    """Whether it does, and not only the run of letters that it stands in where words are written together: 大阪で."""
    return name.start == text.starts[name.first] and begins_sentence(text, name.first)


def _native(text: Text, name: Name, sense: Sense, said: _Said) -> str:
    """What speaks for a town of the country whose language the article is in, which it need not name."""
    if text.language in NOUNS_IN_CAPITALS or begins_sentence(text, name.first) or name in said.small:
        return ""
    if sense.people >= KNOWN and not (is_acronym(text, name) or is_short_han(name)):
        return "a big town of the country that speaks so"
    return (of := belongs_to(text, name.first)) and f"'{of}' stands before it"


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
