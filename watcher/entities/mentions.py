"""Judges which names in a text mention a place and which belong to a person or a longer name, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from watcher.entities.dates import may_be_dates
from watcher.entities.lastnames import known_person
from watcher.entities.phrases import Found
from watcher.entities.refusals import around
from watcher.entities.senses import NO_PLACE, Doubts, Judged, Name, Sense
from watcher.entities.support import Elsewhere, weigh
from watcher.entities.traits import Known, as_people
from watcher.entities.writing import adjoins, begins_sentence, is_capitalised, words
from watcher.folded import new_tuple
from watcher.text import Text

# Articles behind which an adjective in the plural is people: in these languages it stands behind its noun.
_PLURALS = {
    "es": words("los las unos unas"),
    "it": words("i gli le dei degli delle ai agli alle dai dagli dalle sui sugli sulle"),
    "pt": words("os as dos das aos às nos nas pelos pelas uns umas"),
}
# Before a single one too, where no noun stands before the article: "El mexicano ganó", but "la bandera del mexicano".
_SINGULARS = {"es": words("el un al"), "it": words("il lo un uno al dal"), "pt": words("o um ao")}
_ELLIPTIC = words("y e o u ni que como ed come ou que nem")  # "el mercado español y el mexicano"
_NONE: frozenset[str] = frozenset()


def judge(
    text: Text, found: Sequence[Found[Sense]], small: AbstractSet[str], known: Known, doubts: Doubts
) -> list[Judged]:
    """The names found, in the order of the text, each accepted or refused.

    `small` is what stands in small letters that would be a name with a capital. What the article's other names tell is
    weighed last: a reading of an ambiguous name, and support.
    """
    names: list[Name] = []
    taken: set[int] = set()  # words of names that are hardly any other
    for name in _names(text, found, known):
        traits = name.traits
        if not (traits.word or traits.somebody):
            taken.add(name.first)
            if name.last > name.first:
                taken.update(range(name.first, name.last + 1))
        if traits.kind != NO_PLACE:
            names.append(name)
    dated = may_be_dates(text, names)
    refusals = [around(text, name, taken, dated) for name in names]
    told = [(n.folded, r) for n, r in zip(names, refusals, strict=True) if r]
    people = frozenset([folded for folded, r in told if r.person])
    if people:
        refusals = [
            r or (known_person(text, n, taken) if n.folded in people else None)
            for n, r in zip(names, refusals, strict=True)
        ]
    longer = frozenset([folded for folded, r in told if r.lasting])  # of a person known elsewhere none is
    dates = frozenset([n.folded for n in names if n.first in dated and n.traits.needy]) if dated else _NONE
    return weigh(text, names, refusals, Elsewhere(people, longer, dates, small), doubts)


def _names(text: Text, found: Sequence[Found[Sense]], known: Known) -> Iterator[Name]:
    """What stands at the same place is one name with several meanings."""
    tells = text.language == "fr" or text.language in _PLURALS  # inhabitants from adjectives by what stands there
    at, end = 0, len(found)
    while at < end:
        meaning, folded, first, last, left, right = found[at]
        meanings: tuple[Sense, ...] = (meaning,)
        at += 1
        while at < end and found[at].start == left:
            meanings, at = (*meanings, found[at].meaning), at + 1
        traits = known(folded, meanings)
        if tells and traits.kind == "adjective" and _is_people(text, first, last):
            traits = known(folded, as_people(traits.senses))
        yield new_tuple(Name, (traits.senses, folded, first, last, left, right, traits))


def _is_people(text: Text, first: int, last: int) -> bool:
    """Whether an adjective means inhabitants: "les Tadjiks", but "l'armée tadjike"; "los rusos", "soldados rusos"."""
    language = text.language
    if language == "fr":
        return is_capitalised(text, first)
    before = text.folded_word(first - 1) if first else ""
    return before in _PLURALS[language] or (before in _SINGULARS[language] and _is_one(text, first, last))


def _is_one(text: Text, first: int, last: int) -> bool:
    """Whether an adjective behind an article means a man: nothing of the same sentence but a verb or a name may follow
    it, and no word for a language precedes it."""
    if not adjoins(text, first - 1):
        return False
    if first > 1 and text.folded_word(first - 2) in _ELLIPTIC and not begins_sentence(text, first - 1):
        return False
    return begins_sentence(text, first - 1) or not (last + 1 < len(text.starts) and is_capitalised(text, last + 1))
