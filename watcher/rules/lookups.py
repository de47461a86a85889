"""Lists of terms ready to be looked up in an article: all of them one behind the other, known by numbers."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

from watcher.rules.rows import Rows
from watcher.rules.terms import Item, Term, in_several

UNTOLD = -1  # instead of a literal's number: the automaton alone does not tell whether the term or list stands there

Row = tuple[Item, Term]


@dataclass(frozen=True, slots=True)
class Lookups:
    """`numbers`, `ends` and `rows` have an entry for each literal of each list: its number; where a term that stands
    wherever that literal does begins and ends behind its place (twice the end, and 1 where a space leads), 0 for all
    others; and the item and term that it is of. Those of one list follow one another: `starts` says where, and `places`
    which a list is, by its identity. An item of several terms that several lists have is a list itself, and has in each
    of them one entry, whose end is the complement of its number: 10,000 terms take 160 KB.

    All flat, as of 100,000 rules nothing is in a processor's cache: objects of each list's own took 150 µs more of an
    article.
    """

    numbers: array[int]
    ends: array[int]
    rows: Sequence[Row]
    starts: array[int]
    places: Mapping[int, int]

    @classmethod
    def of(cls, lists: Iterable[tuple[Item, ...]], numbers: Mapping[str, int]) -> Lookups:
        """That of these lists, each once, where the literals have these numbers."""
        several = [*{id(items): items for items in lists}.values()]
        shared = in_several([item for item in items if len(item.terms) > 1] for items in several)
        places: dict[int, int] = {}
        found, ends, rows, starts = array("i"), array("i"), list[Row](), array("i", [0])
        for one, items in (*((item, (item,)) for item in shared), *((items, items) for items in several)):
            for item in items:
                inner = places.get(id(item))
                entries = _Entries.of(item, numbers) if inner is None else _Entries.of_list(item, inner)
                rows += entries.rows
                found.extend(entries.numbers)
                ends.extend(entries.ends)
            places[id(one)] = len(places)
            starts.append(len(rows))
        return cls(found, ends, rows, starts, places)

    def number(self, items: tuple[Item, ...]) -> int:
        """The number of a list, which lives as long as the rules."""
        return self.places[id(items)]

    def there(self, number: int, literals: Container[int]) -> Iterable[int]:
        """The entries of a list whose literals these are."""
        start, behind = self.starts[number], self.starts[number + 1]
        return compress(range(start, behind), map(literals.__contains__, self.numbers[start:behind]))

    def there_in(
        self, lists: Sequence[int], literals: Collection[int], known: int
    ) -> Iterator[tuple[int, Sequence[int]]]:
        """The same of many lists, each with its number; of so many `known` literals. By vectors: a list takes 0.5 µs,
        and alone 1.7."""
        import numpy as np

        present = np.zeros(known + 1, np.bool_)  # the last is UNTOLD
        present[np.fromiter(literals, np.intc, len(literals))] = True
        rows = Rows.over(self.starts, self.numbers)
        places, counts = rows.places(np.array(lists, np.intc))
        there = present[rows.flat[places]]
        ends = np.concatenate(([0], there.cumsum()))[counts.cumsum()].tolist()  # of a list without entries too
        found: list[int] = places[there].tolist()
        return ((number, found[start:end]) for number, start, end in zip(lists, (0, *ends), ends, strict=False))


class _Entries(NamedTuple):
    rows: list[Row]
    numbers: list[int]
    ends: list[int]

    @classmethod
    def of(cls, item: Item, numbers: Mapping[str, int]) -> _Entries:
        found = cls([], [], [])
        for term in item.terms:
            literals = _literals(term, numbers)
            found.rows.extend([(item, term)] * len(literals))
            found.numbers.extend(literals)
            found.ends.extend([_ends(term)] * len(literals))
        return found

    @classmethod
    def of_list(cls, item: Item, number: int) -> _Entries:
        return cls([(item, item.terms[0])], [UNTOLD], [~number])


def _ends(term: Term) -> int:
    if len(term.variants) != 1 or term.language or not term.variants[0].plain:
        return 0
    return 2 * term.variants[0].reach + term.variants[0].lead


def _literals(term: Term, numbers: Mapping[str, int]) -> Collection[int]:
    return (UNTOLD,) if term.inflected else dict.fromkeys(numbers[variant.literal] for variant in term.variants)
