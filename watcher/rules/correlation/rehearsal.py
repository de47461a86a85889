"""A correlation run over articles with times of their own: what a rule's test does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from watcher.rules.correlation import Arrival, Correlation, Count, Crossing, Flatline
from watcher.rules.correlation.events import Occurrence

# The time of an article, its number, and what it counts for.
Dated = tuple[int, int, Occurrence]


def rehearse(correlation: Correlation, occurrences: Iterable[Dated], begun: int, until: int) -> list[Crossing]:
    """What is told from `begun` to `until` (ms) of occurrences, the oldest first. Articles are read all the time."""
    if isinstance(correlation, Flatline):
        return _Silences(correlation, begun, until).told_of(occurrences)
    counts: dict[str, Count] = {}
    told: list[Crossing] = []
    for at, article, occurrence in occurrences:
        count = counts.get(occurrence.by, Count())
        counts[occurrence.by], crossing = correlation.advance(count, Arrival(at, article, occurrence.values), begun)
        told += [crossing] if crossing else []
    return told


@dataclass(slots=True)
class _Silences:
    """A flatline as time goes by; `due` is when each value is to be looked at again."""

    flatline: Flatline
    begun: int
    until: int
    counts: dict[str, Count] = field(default_factory=dict)
    due: dict[str, int | None] = field(default_factory=dict)
    told: list[Crossing] = field(default_factory=list)

    def told_of(self, occurrences: Iterable[Dated]) -> list[Crossing]:
        self.counts = dict.fromkeys(self.flatline.expected or ("",), Count())
        self.due = dict.fromkeys(self.counts, self.begun)
        for at, article, occurrence in occurrences:
            by = occurrence.by
            self._pass(at - 1)
            self.counts[by], _ = self.flatline.advance(self.counts[by], Arrival(at, article), self.begun)
            self._look(by, at)
        self._pass(self.until)
        return self.told

    def _pass(self, until: int) -> None:
        for by in self.counts:
            while (at := self.due[by]) is not None and at <= until:
                self._look(by, at)

    def _look(self, by: str, at: int) -> None:
        window = self.flatline.window(((self.begun, at),), at)
        self.counts[by], crossing = self.flatline.look(self.counts[by], window, at)
        self.due[by] = self.flatline.due(self.counts[by], window, at, self.until)
        self.told += [crossing] if crossing else []
