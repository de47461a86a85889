"""Rows of numbers for numpy, which is loaded where there are many rules and not before."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.intc]

MANY = 5_000
"""Rules from which on vectors are quicker, by 1.6 at 10,000 and 6 at 100,000; at 1,000 they take twice as long, and
numpy takes 0.1 s to import."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of numbers, one behind the other in `flat`, each from its own start to that of the next. Small numbers, and
    both ends in one place: to reach for them in memory is most of what it takes."""

    starts: Numbers
    flat: Numbers

    @classmethod
    def of(cls, rows: Sequence[Collection[int]]) -> Rows:
        import numpy as np

        starts = np.fromiter(accumulate(map(len, rows), initial=0), np.intc, len(rows) + 1)
        return cls(starts, np.fromiter(chain.from_iterable(rows), np.intc, int(starts[-1])))

    @classmethod
    def over(cls, starts: array[int], flat: array[int]) -> Rows:
        """Those of arrays, in their own memory."""
        import numpy as np

        return cls(np.frombuffer(starts, np.intc), np.frombuffer(flat, np.intc))

    def take(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """What stands in these rows, in their order, and how many each has."""
        places, counts = self.places(rows)
        return self.flat[places], counts

    def places(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Where in `flat` these rows stand, number by number, and how many each has."""
        import numpy as np

        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        places = np.repeat(starts - counts.cumsum() + counts, counts)
        places += np.arange(len(places))
        return places, counts
