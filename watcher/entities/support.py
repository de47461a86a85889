"""What the rest of an article says of its names: which of its senses one has, and whether anything speaks for it."""

from __future__ import annotations

from collections import Counter

from watcher.entities.beside import at_dateline, leading_word
from watcher.entities.senses import BIG, KNOWN, NEEDY, Judged, Name, Refusal, Sense, country_of
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    begins_sentence,
)
from watcher.text import Text

_HAN_REGIONS = "県省州府都"  # end names of regions in Japanese and Chinese: 宮崎県
# Letters: such a name at a sentence's start may be any word, however big the town is ("Кому" is Qom's dative).
_SHORT = 4


def weigh(
    text: Text,
    names: list[Name],
    refusals: list[Refusal | None],
    people: frozenset[str],
    longer: frozenset[str],
    weak: frozenset[str],
) -> list[Judged]:
    """The names with their senses, those refused for want of support too; `refusals` say which the words beside them
    refuse already. `people` are names of persons here, `longer` short for longer ones, `weak` in need of support."""
    doubtful = people | weak | longer
    sure = Counter(
        [
            country_of(name.senses[0].code)
            for name, refusal in zip(names, refusals, strict=True)
            if refusal is None and _is_sure(name) and name.folded not in doubtful
        ]
    )
    inside = {n.folded for n in names if n.senses[0].kind in NEEDY and not begins_sentence(text, n.first)}
    weighed: list[Judged] = []
    placed: dict[str, Sense] = {}
    for at, (name, around) in enumerate(zip(names, refusals, strict=True)):
        behind = names[at + 1] if at + 1 < len(names) else None
        beside = _apposed(text, name, behind) if behind and len(name.senses) > 1 else set()
        sense, reason = _sense(name, sure, beside, weak=name.folded in weak)
        refusal = around
        if refusal is None and (name.folded in doubtful or sense.kind in NEEDY):
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
    towns = {j.name.folded: j.sense for j in weighed if j.refusal is None and j.sense.kind in NEEDY and j.reason}
    if not towns:
        return weighed
    return [_as_elsewhere(j, towns, placed) for j in weighed]


def _as_elsewhere(judged: Judged, towns: dict[str, Sense], placed: dict[str, Sense]) -> Judged:
    folded, refusal = judged.name.folded, judged.refusal
    if refusal is None and judged.sense.kind in NEEDY:
        return judged._replace(sense=placed.get(folded, judged.sense))
    if refusal and not refusal.around and folded in towns:
        return Judged(judged.name, placed.get(folded, towns[folded]), None, "a place elsewhere in the article")
    return judged


def _is_sure(name: Name) -> bool:
    """Whether the name tells a country by itself; a state of a federation does."""
    one = len(name.senses) == 1 or len({country_of(s.code) for s in name.senses}) == 1
    first = name.senses[0]
    return one and (first.kind not in NEEDY or (first.kind == "area" and first.people >= BIG))


def _sense(name: Name, sure: Counter[str], beside: set[str], *, weak: bool) -> tuple[Sense, str]:
    """The sense in a country that stands beside the name, else the one whose country the article names most, the
    likeliest of equals. A weak name is a town's or region's too where nothing speaks for the bigger place."""
    senses = name.senses
    if len(senses) == 1:
        return senses[0], ""
    if placed := [s for s in senses if country_of(s.code) in beside]:
        return max(placed, key=lambda s: s.people), f"{country_of(placed[0].code)} stands behind it"
    if senses[0].kind != "town":
        bigger = tuple(s for s in senses if s.kind not in NEEDY) or senses
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
    town = sense.kind in NEEDY
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
