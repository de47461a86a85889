"""What a name tells wherever it stands, worked out when it is first met: news names the same places again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from watcher.entities.archive import given_names
from watcher.entities.senses import BIG, KNOWN, NEEDY, NO_PLACE, Doubts, Sense, Traits, country_of, is_small

_MOST = 10_000  # names, of 0.4 KB each: a thousand articles hold about 5,000
_SHORT, _SHORT_HANGUL = 5, 2  # letters of Arabic, Persian and Hebrew, and syllables: what may be any word
_STATES = ("US-", "CA-")  # that stand behind any town of theirs, in the manner of their press
_KINDS = (NO_PLACE, "country", "region", "city", "adjective", "people", "town", "area")


Known = Callable[[str, tuple[Sense, ...]], Traits]


def known(doubts: Doubts) -> Known:
    """The traits of a folded name by the meanings that it has where it stands; those met last are kept."""
    return lru_cache(_MOST)(partial(_traits, doubts))


def as_people(senses: Sequence[Sense]) -> tuple[Sense, ...]:
    """The same countries, each by its people."""
    return tuple(Sense("people", s.code) for s in senses)


def _traits(doubts: Doubts, folded: str, meanings: tuple[Sense, ...]) -> Traits:
    senses = meanings
    if len(meanings) > 1:  # "Luxembourg" is a country and its capital: the country is taken
        ordered = sorted(dict.fromkeys(meanings), key=lambda sense: _KINDS.index(sense.kind))
        states = {s.code for s in ordered if s.kind == "country"}
        ordered = [s for s in ordered if s.kind != "city" or country_of(s.code) not in states]
        first_kinds = {s.code: s for s in reversed(ordered)}.values()
        senses = tuple(s if states else _as_big(s, meanings) for s in first_kinds)[::-1]
    first, weak, word, borne = senses[0], folded in doubts.weak, folded in doubts.words, folded in doubts.borne
    town = first.kind == "town"
    given = first.kind not in ("adjective", "people") and _is_first_name(folded, first)
    return Traits(
        folded,
        senses,
        first.kind,
        needy=first.kind in NEEDY,
        sure=not (weak or word) and _is_sure(senses),
        weak=weak,
        word=word,
        short=_is_short(folded),
        somebody=is_small(first) or town and first.people < BIG and given,  # Pierce, Джордж of Джордж Вашингтон
        borne=borne,
        first_name=given or borne or first.code in doubts.first_names,
        known_town=town and len(senses) == 1 and first.people >= KNOWN and not (weak or word),
        state=next((sense.code for sense in senses if sense.code.startswith(_STATES)), ""),
    )


def _as_big(sense: Sense, meanings: Sequence[Sense]) -> Sense:
    """A town that a language names, with the inhabitants that the lines of towns tell: no less than a region of its
    name, as the press means Donetsk the town."""
    if sense.kind != "city":
        return sense
    people = max(other.people for other in meanings if other.code == sense.code)
    return sense._replace(people=max(BIG, people))


def _is_first_name(folded: str, sense: Sense) -> bool:
    """Whether the name, or what the town is called where it lies or the region in English, is a first name: Азия. Those
    of Ukraine are known as Russian spells them: Анатолія."""
    own = sense.code if sense.code.islower() else sense.code.partition("/")[2]
    return not given_names().isdisjoint((folded, own, folded.replace("і", "и")))


def _is_short(folded: str) -> bool:
    """Whether so short that in a script without capitals it may as well be any word: سالم is Salem and a first name,
    میدان Medan and a field, 위해 Weihai and "for"."""
    first = folded[0]
    return len(folded) <= (_SHORT if "\u0590" <= first <= "\u06ff" else _SHORT_HANGUL if _is_hangul(first) else 0)


def _is_hangul(letter: str) -> bool:
    return "\uac00" <= letter <= "\ud7af"


def _is_sure(senses: Sequence[Sense]) -> bool:
    """Whether a name tells a country by itself; a state of a federation does."""
    first = senses[0]
    if first.kind == "area" and first.people >= BIG:
        return all(sense.kind in NEEDY for sense in senses)  # there are small towns of that name elsewhere
    return first.kind not in NEEDY and (len(senses) == 1 or len({country_of(s.code) for s in senses}) == 1)
