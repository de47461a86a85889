"""Which of many rules have in a text a literal of their key, and one of a second set: all known by numbers."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from watcher.blas import keep_to_one_thread
from watcher.rules.rows import MANY, Rows

if TYPE_CHECKING:
    from watcher.rules.rows import Numbers


class Waker(Protocol):
    def woken(self, there: Set[int]) -> Collection[int]:
        """The rules, each once, of whose key and of whose second set one of these literals is."""


def waker(
    keys: Sequence[Set[int]], second: Sequence[int], sets: Sequence[Set[int]], literals: int, many: int = MANY
) -> Waker:
    """That of rules with these keys, of which each has a `second` set, by its number in `sets`; of so many literals.
    From so `many` rules on it is one of vectors."""
    woken: list[list[int]] = [[] for _ in range(literals)]
    for number, key in enumerate(keys):
        for literal in key:
            woken[literal].append(number)
    return _vectors(woken, second, sets) if len(keys) >= many else _sets(woken, second, sets)


# ── by sets ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sets:
    """`wakes` gives for each literal the rule in whose key it is, where that is one; else the complement of its number
    in `several`. Rules that share a list share one of `several`, and of the `sets`, in which `second` has their number.
    """

    wakes: array[int]
    several: tuple[array[int], ...]
    second: array[int]
    sets: tuple[Set[int], ...]

    def woken(self, there: Set[int]) -> Collection[int]:
        found = set(map(self.wakes.__getitem__, there))
        found.update(*[self.several[~number] for number in found if number < 0])
        rules = [number for number in found if number >= 0]
        second, sets, absent = self.second, self.sets, there.isdisjoint
        present = {number for number in set(map(second.__getitem__, rules)) if not absent(sets[number])}
        return [number for number in rules if second[number] in present]


def _sets(woken: Sequence[Sequence[int]], second: Sequence[int], sets: Sequence[Set[int]]) -> _Sets:
    several: dict[tuple[int, ...], int] = {(): 0}  # what a literal wakes that is in no key
    wakes = array("i", (n[0] if len(n) == 1 else ~several.setdefault(tuple(n), len(several)) for n in woken))
    return _Sets(wakes, tuple(array("i", numbers) for numbers in several), array("i", second), tuple(sets))


# ── by vectors ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Vectors:
    """The same by numpy: the rules that each literal wakes, and the literals of each set; `second` as in `_Sets`."""

    wakes: Rows
    second: Numbers
    sets: Rows

    def woken(self, there: Set[int]) -> Collection[int]:
        import numpy as np

        literals = np.fromiter(there, np.intc, len(there))
        present = np.zeros(len(self.wakes.starts), np.bool_)
        present[literals] = True
        rules, _ = self.wakes.take(literals)
        second = self.second[rules]
        asked = np.zeros(len(self.sets.starts), np.bool_)
        asked[second] = True
        sets = asked.nonzero()[0].astype(np.intc)  # once of a list that many rules share
        needed, counts = self.sets.take(sets)
        holds = np.zeros_like(asked)
        holds[np.repeat(sets, counts)[present[needed]]] = True
        found: list[int] = rules[holds[second]].tolist()
        return set(found)


def _vectors(woken: Sequence[Sequence[int]], second: Sequence[int], sets: Sequence[Set[int]]) -> _Vectors:
    keep_to_one_thread()
    import numpy as np

    return _Vectors(Rows.of(woken), np.array(second, np.intc), Rows.of(sets))
