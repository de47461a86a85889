"""Rules over several articles: the kinds, each a frozen value with pure functions over counts."""

from __future__ import annotations

from watcher.rules.correlation.counts import Arrival, Count, Crossing, Event
from watcher.rules.correlation.flatline import Flatline
from watcher.rules.correlation.kinds import Cardinality, Frequency, NewTerm, Spike, Temporal

__all__ = ["KINDS", "Arrival", "Correlation", "Count", "Crossing", "Event", "Flatline", "Temporal"]

Correlation = Frequency | Spike | Flatline | NewTerm | Cardinality | Temporal

KINDS = (Frequency, Spike, Flatline, NewTerm, Cardinality, Temporal)
