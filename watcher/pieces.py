"""Batches cut into pieces, each what one transaction admits, so that none keeps the store from others for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.model import Analysed

Place = tuple[int, int]
"""How far a batch is admitted: the number of a file in it, and of an article in that, both from 0."""

START: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a batch, or some of its articles: `before` them come so many, and with `more` others follow."""

    found: Analysed
    before: int
    more: bool


def cut(batch: Sequence[Analysed], start: Place, most: int) -> tuple[list[Piece], Place | None]:
    """What of a batch is to be admitted next, from `start` on: articles and alerts up to about `most` in all, at least
    one article; and where the rest begins, None if there is none. An article stays with its alerts."""
    pieces = []
    number, first = start
    for found in batch[number:]:
        end = first
        while end < len(found.readings) and most > 0:
            most -= 1 + len(found.readings[end].matched)
            end += 1
        more = end < len(found.readings)
        if end > first or not more:
            pieces.append(Piece(replace(found, readings=found.readings[first:end]), first, more))
        if more:
            return pieces, (number, end)
        number, first = number + 1, 0
    return pieces, None
