"""Which rules may match an article: those of whose terms so many stand in it that a look at them is worth its time."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from watcher.rules.conditions.base import Literals, NameKey, Needed, Stretch
from watcher.rules.terms import Term
from watcher.rules.waking import Waker, waker

_Numbers = frozenset[int]


@dataclass(frozen=True, slots=True)
class Prefilter:
    """Knows rules by their numbers, and literals by theirs.

    `always` are the rules that need nothing. Of all others each has a key, a set of literals of which one must occur,
    and a second such set, which is the key where it needs no more: the `waker` knows both. `by_stem` are the rules that
    need nothing but what may be found by its stem, each with the terms of which it needs one. `names` numbers the
    skeletons of names that any of these sets holds, as though they were literals, behind these.
    """

    always: tuple[int, ...]
    waker: Waker
    by_stem: Mapping[int, frozenset[Needed]]
    names: Mapping[str, int]


def prefilter(needs: Sequence[Literals], numbers: dict[str, int]) -> Prefilter:
    """That of rules which need these sets, where the literals of terms have their `numbers`; what is no term's is
    numbered too.

    A set with names is a rule's second choice, one with terms that may be found by their stems the last, as these cost
    more.
    """
    names: dict[str, int] = {}
    sets = _numbered(needs, numbers, names)
    rank = _telling(sets, numbers, names)
    always: list[int] = []
    keys: list[_Numbers] = []
    second: list[int] = []
    seconds: dict[_Numbers, int] = {}
    by_stem: dict[int, frozenset[Needed]] = {}
    for number, needed in enumerate(needs):
        plain = [some for some in needed if not any(isinstance(n, Term) and n.inflected for n in some)]
        plain = [some for some in plain if not any(isinstance(n, NameKey) for n in some)] or plain
        chosen = sorted(plain or needed, key=rank)[: 2 if plain else 1]
        if not chosen:
            always.append(number)
        elif not plain:
            by_stem[number] = chosen[0]
        keys.append(sets[chosen[0]] if chosen else frozenset())
        second.append(seconds.setdefault(sets[chosen[-1]] if chosen else frozenset(), len(seconds)))
    waking = waker(keys, second, tuple(seconds), len(numbers) + len(names))
    asked = frozenset[int]().union(*keys, *seconds) if names else frozenset[int]()
    used = {key: number for key, number in names.items() if number in asked}
    return Prefilter(tuple(always), waking, by_stem, used)


def _numbered(
    needs: Iterable[Literals], numbers: dict[str, int], names: dict[str, int]
) -> dict[frozenset[Needed], _Numbers]:
    """The numbers of the literals of each set that a rule needs: once of a list that many rules use."""
    sets = dict.fromkeys(some for needed in needs for some in needed)
    every_one = dict.fromkeys(n for some in sets for n in some)
    for stretch in (n for n in every_one if isinstance(n, Stretch)):
        numbers.setdefault(stretch.folded, len(numbers))
    for name in (n for n in every_one if isinstance(n, NameKey)):
        names.setdefault(name.key, len(numbers) + len(names))
    return {some: frozenset(n for needed in some for n in _literals(needed, numbers, names)) for some in sets}


def _literals(needed: Needed, numbers: Mapping[str, int], names: Mapping[str, int]) -> Iterable[int]:
    match needed:
        case Term():
            return (numbers[variant.literal] for variant in needed.variants)
        case Stretch():
            return (numbers[needed.folded],)
        case NameKey():
            return (names[needed.key],)


def _telling(
    sets: Mapping[frozenset[Needed], _Numbers], numbers: Mapping[str, int], names: Mapping[str, int]
) -> Callable[[frozenset[Needed]], float]:
    """The less, the fewer texts hold a literal of a set: those of few letters are common, and those in many sets.

    Of 100,000 rules over words drawn from texts 810 had a key in an article so; by length alone 1,200.
    """
    uses = Counter(number for found in sets.values() for number in found)
    lengths = array("i", map(len, numbers))
    lengths.extend(len(key) + 1 for key in names)
    weights = {some: sum(uses[number] / lengths[number] for number in found) for some, found in sets.items()}
    return weights.__getitem__
