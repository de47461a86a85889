"""A correlation in words, for those who ask what a rule waits for."""

from __future__ import annotations

from typing import assert_never

from watcher.phrase import Span
from watcher.rules.correlation import Correlation
from watcher.rules.correlation.flatline import Flatline
from watcher.rules.correlation.kinds import Cardinality, Frequency, NewTerm, Spike, Temporal


def described(correlation: Correlation) -> str:
    """What it takes to make an alert: "5 articles in 1h, by place"."""
    by = f", by {correlation.by}" if correlation.by else ""
    return f"{_bound(correlation)}{by}"


def _bound(correlation: Correlation) -> str:
    match correlation:
        case Frequency(num_events=least, timeframe=frame):
            return f"{least} article{'' if least == 1 else 's'} in {_ms(frame)}"
        case Spike(height=height, timeframe=frame, baseline=baseline, min_events=least):
            at_least = f", at least {least} articles" if least > 1 else ""
            return f"{height:g} times the mean of the last {baseline} windows of {_ms(frame)}{at_least}"
        case Flatline(below=below, timeframe=frame, active=active, names=of):
            few = "no article" if below == 1 else f"fewer than {below} articles"
            expected = f" of {' or '.join(of)}" if of else ""
            return f"{few}{expected} in {_ms(frame)}{f' of {active.name}' if active else ''}"
        case NewTerm(of=of, window=window):
            return f"a new {of}, not seen for {_ms(window)}"
        case Cardinality(of=of, at_least=least, timeframe=frame):
            return f"{least} different values of {of} in {_ms(frame)}"
        case Temporal(rules=rules, timeframe=frame, ordered=ordered):
            return f"matches of {', '.join(rules)} in {_ms(frame)}{', in this order' if ordered else ''}"
    assert_never(correlation)


def _ms(milliseconds: int) -> str:
    return str(Span(milliseconds // 1000))
