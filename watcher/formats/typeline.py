"""A line of type on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of type. `left`, `right` and `foot` are in points, as the line is read: of one that runs up the margin
    too, whose quarter turns `turned` counts. `broken` says that it ends inside a word, `rtl` that it is read from the
    right."""

    page: int
    text: str
    left: float
    right: float
    foot: float
    size: float
    turned: int = 0
    broken: bool = False
    rtl: bool = False
