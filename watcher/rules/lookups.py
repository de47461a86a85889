"""Lists of terms ready to be looked up in an article: all of them one behind the other, known by numbers."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from watcher.rules.terms import Item, Term, Variant

BY_STEM = -1  # instead of a literal's number: whether the term stands there is not told by the automaton

Row = tuple[Item, Term, Variant | None]


@dataclass(frozen=True, slots=True)
class Lookups:
    """`numbers` and `rows` have an entry for each literal of each list: its number, and the item and term that it is
    of, with its variant where the term stands wherever that literal does, and nowhere else. Those of one list follow
    one another: `starts` says where, and `places` which a list is, by its identity.

    All flat, as of 100,000 rules nothing is in a processor's cache: objects of each list's own took 150 µs more of an
    article.
    """

    numbers: array[int]
    rows: Sequence[Row]
    starts: array[int]
    places: Mapping[int, int]

    @classmethod
    def of(cls, lists: Iterable[tuple[Item, ...]], numbers: Mapping[str, int]) -> Lookups:
        """That of these lists, each once, where the literals have these numbers."""
        places: dict[int, int] = {}
        found, rows, starts = array("i"), list[Row](), array("i", [0])
        shared: dict[int, tuple[list[Row], list[int]]] = {}  # a "@list" that is an item of many lists
        for items in lists:
            if id(items) in places:
                continue
            places[id(items)] = len(places)
            for item in items:
                its_rows, its_numbers = shared.get(id(item)) or _entries(item, numbers)
                rows += its_rows
                found.extend(its_numbers)
                if len(item.terms) > 1:
                    shared[id(item)] = its_rows, its_numbers
            starts.append(len(rows))
        return cls(found, rows, starts, places)

    def there(self, items: tuple[Item, ...], literals: Container[int]) -> Iterable[int]:
        """The entries of a list whose literals these are."""
        place = self.places[id(items)]
        start, behind = self.starts[place], self.starts[place + 1]
        return compress(range(start, behind), map(literals.__contains__, self.numbers[start:behind]))


def _entries(item: Item, numbers: Mapping[str, int]) -> tuple[list[Row], list[int]]:
    rows, found = list[Row](), list[int]()
    for term in item.terms:
        literals = _literals(term, numbers)
        rows += [(item, term, _alone(term))] * len(literals)
        found += literals
    return rows, found


def _alone(term: Term) -> Variant | None:
    return term.variants[0] if len(term.variants) == 1 and term.variants[0].plain and not term.language else None


def _literals(term: Term, numbers: Mapping[str, int]) -> Collection[int]:
    return (BY_STEM,) if term.inflected else dict.fromkeys(numbers[variant.literal] for variant in term.variants)
