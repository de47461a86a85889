"""Which rules may match an article: those of whose terms so many stand in it that a look at them is worth its time."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.rules.conditions.base import Literals, NameKey, Needed, Stretch
from watcher.rules.terms import Item, Term, in_several
from watcher.rules.waking import Waker, waker

_Numbers = frozenset[int]


@dataclass(frozen=True, slots=True)
class Prefilter:
    """Knows rules by their numbers, and literals by theirs.

    `always` are the rules that need nothing. Of all others each has a key, a set of literals of which one must occur,
    and a second such set, which is the key where it needs no more: the `waker` knows both. `by_stem` are the rules that
    need nothing but what may be found by its stem, each with the terms of which it needs one. `names` numbers the
    skeletons of names that any of these sets holds, as though they were literals, behind these. `lists` are the numbers
    of the items, as though they were literals too, that several of these sets hold, by the literals of their terms.
    """

    always: tuple[int, ...]
    waker: Waker
    by_stem: Mapping[int, tuple[frozenset[Term], ...]]
    names: Mapping[str, int]
    lists: Mapping[int, tuple[int, ...]]


def prefilter(needs: Sequence[Literals], numbers: dict[str, int]) -> Prefilter:
    """That of rules which need these sets, where the literals of terms have their `numbers`; what is no term's is
    numbered too.

    A set with names is a rule's second choice, one with terms that may be found by their stems the last, as these cost
    more.
    """
    names: dict[str, int] = {}
    shared: dict[Item, _Numbers] = {}
    sets = _numbered(needs, numbers, names, shared)
    rank = _telling(sets, numbers, names, shared)
    kinds = _Kinds()
    always: list[int] = []
    keys: list[_Numbers] = []
    second: list[int] = []
    seconds: dict[_Numbers, int] = {}
    by_stem: dict[int, tuple[frozenset[Term], ...]] = {}
    for number, needed in enumerate(needs):
        plain = [some for some in needed if not any(map(kinds.stems, some))]
        plain = [some for some in plain if not any(isinstance(n, NameKey) for n in some)] or plain
        chosen = sorted(plain or needed, key=rank)[: 2 if plain else 1]
        if not chosen:
            always.append(number)
        elif not plain:
            by_stem[number] = tuple(filter(None, map(kinds.stems, chosen[0])))
        keys.append(sets[chosen[0]] if chosen else frozenset())
        second.append(seconds.setdefault(sets[chosen[-1]] if chosen else frozenset(), len(seconds)))
    waking = waker(keys, second, tuple(seconds), len(numbers) + len(names) + len(shared))
    asked = frozenset[int]().union(*keys, *seconds) if names or shared else frozenset[int]()
    used = {key: number for key, number in names.items() if number in asked}
    return Prefilter(tuple(always), waking, by_stem, used, _holding(shared, len(numbers) + len(names), asked))


def _numbered(
    needs: Iterable[Literals], numbers: dict[str, int], names: dict[str, int], shared: dict[Item, _Numbers]
) -> dict[frozenset[Needed], _Numbers]:
    """The numbers of the literals of each set that a rule needs: once of a list that many rules use."""
    sets = dict.fromkeys(some for needed in needs for some in needed)
    every_one = dict.fromkeys(n for some in sets for n in some)
    for stretch in (n for n in every_one if isinstance(n, Stretch)):
        numbers.setdefault(stretch.folded, len(numbers))
    for name in (n for n in every_one if isinstance(n, NameKey)):
        names.setdefault(name.key, len(numbers) + len(names))
    several = in_several([n for n in some if isinstance(n, Item)] for some in sets)
    shared.update((item, frozenset(_literals(item, numbers, names))) for item in several)
    own = {item: len(numbers) + len(names) + place for place, item in enumerate(shared)}
    return {
        some: frozenset(n for one in some for n in ((own[one],) if one in own else _literals(one, numbers, names)))
        for some in sets
    }


def _holding(shared: Mapping[Item, _Numbers], first: int, asked: _Numbers) -> dict[int, tuple[int, ...]]:
    """The numbers of the items that are asked for by each literal of theirs; one tuple of all that are equal."""
    found: dict[int, list[int]] = {}
    for number, literals in enumerate(shared.values(), first):
        for literal in literals if number in asked else ():
            found.setdefault(literal, []).append(number)
    same: dict[tuple[int, ...], tuple[int, ...]] = {}
    return {literal: same.setdefault(tuple(n), tuple(n)) for literal, n in found.items()}


@dataclass(slots=True)
class _Kinds:
    """Owns the terms of items that may be found by their stems, worked out once each."""

    _stems: dict[Item, frozenset[Term]] = field(default_factory=dict)

    def stems(self, needed: Needed) -> frozenset[Term]:
        if isinstance(needed, Term):
            return frozenset((needed,)) if needed.inflected else frozenset()
        if not isinstance(needed, Item):
            return frozenset()
        if needed not in self._stems:
            self._stems[needed] = frozenset(term for term in needed.terms if term.inflected)
        return self._stems[needed]


def _literals(needed: Needed, numbers: Mapping[str, int], names: Mapping[str, int]) -> Iterable[int]:
    match needed:
        case Term():
            return (numbers[variant.literal] for variant in needed.variants)
        case Item():
            return (numbers[variant.literal] for term in needed.terms for variant in term.variants)
        case Stretch():
            return (numbers[needed.folded],)
        case NameKey():
            return (names[needed.key],)


def _telling(
    sets: Mapping[frozenset[Needed], _Numbers],
    numbers: Mapping[str, int],
    names: Mapping[str, int],
    shared: Mapping[Item, _Numbers],
) -> Callable[[frozenset[Needed]], float]:
    """The less, the fewer texts hold a literal of a set: those of few letters are common, and those in many sets.

    Of 100,000 rules over words drawn from texts 810 had a key in an article so; by length alone 1,200.
    """
    uses = Counter(number for found in sets.values() for number in found)
    lengths = array("i", map(len, numbers))
    lengths.extend(len(key) + 1 for key in names)
    first = len(lengths)
    for item, literals in enumerate(shared.values(), first):
        uses.update(dict.fromkeys(literals, uses[item]))
    each = [sum(uses[number] / lengths[number] for number in literals) for literals in shared.values()]
    weights = {
        some: sum(uses[number] / lengths[number] if number < first else each[number - first] for number in found)
        for some, found in sets.items()
    }
    return weights.__getitem__
