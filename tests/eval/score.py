"""Precision, recall and F1, each with what chance leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass

SURE = 1.96  # standard deviations: of a hundred such intervals 95 hold the true share


def wilson(right: int, of: int) -> tuple[float, float]:
    """The bounds between which a share lies of which `right` of `of` were seen (Wilson, 1927)."""
    if not of:
        return 0.0, 1.0
    share, extra = right / of, SURE**2 / of
    middle = (share + extra / 2) / (1 + extra)
    margin = SURE / (1 + extra) * math.sqrt(share * (1 - share) / of + extra / (4 * of))
    return max(0.0, middle - margin), min(1.0, middle + margin)


def share(right: int, of: int) -> str:
    """A share in words: "0.96 (0.93-0.98)"; "-" where there is nothing to share."""
    if not of:
        return "-"
    low, high = wilson(right, of)
    return f"{right / of:.3f} ({low:.2f}-{high:.2f})"


@dataclass(frozen=True, slots=True)
class Score:
    """What was found rightly, found wrongly, and lost."""

    right: int = 0
    wrong: int = 0
    lost: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.lost + other.lost)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there was nothing to find and nothing was found."""
        of = 2 * self.right + self.wrong + self.lost
        return 2 * self.right / of if of else 1.0

    @property
    def precision(self) -> str:
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> str:
        return share(self.right, self.right + self.lost)
