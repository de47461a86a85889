"""Judges which names in a text mention a place and which belong to a person or a longer name, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.entities.phrases import Found
from watcher.entities.refusals import around, known_person, may_be_somebody
from watcher.entities.senses import NO_PLACE, Doubts, Judged, Name, Sense
from watcher.entities.support import weigh
from watcher.entities.writing import (
    is_capitalised,
    words,
)
from watcher.text import Text

_KINDS = (NO_PLACE, "country", "region", "city", "adjective", "people", "town", "area")
# Articles behind which an adjective in the plural is people: in these languages it stands behind its noun.
_PLURALS = {
    "es": words("los las unos unas"),
    "it": words("i gli le dei degli delle ai agli alle dai dagli dalle sui sugli sulle"),
    "pt": words("os as dos das aos às nos nas pelos pelas uns umas"),
}
_NOWHERE: frozenset[str] = frozenset()


def judge(text: Text, found: Sequence[Found[Sense]], doubts: Doubts) -> list[Judged]:
    """The names found, in the order of the text, each accepted or refused.

    What the article's other names tell is weighed last: a reading of an ambiguous name, and support.
    """
    names: list[Name] = []
    taken: set[int] = set()  # words of names that are hardly any other
    for group in _groups(found):
        name = _name(text, group)
        if name.folded not in doubts.words and not may_be_somebody(name):
            taken.update(range(name.first, name.last + 1))
        if name.senses[0].kind != NO_PLACE:
            names.append(name)
    refusals = [around(text, name, doubts, taken) for name in names]
    people = frozenset([n.folded for n, r in zip(names, refusals, strict=True) if r and r.person])
    if people:
        refusals = [r or known_person(text, n, people, taken) for n, r in zip(names, refusals, strict=True)]
    longer = frozenset([n.folded for n, r in zip(names, refusals, strict=True) if r and r.lasting])
    return weigh(text, names, refusals, people, longer, doubts)


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
