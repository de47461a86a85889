"""Reads the `correlation` of rules, with every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from watcher.rules import nodes
from watcher.rules.correlation import Correlation
from watcher.rules.correlation.counts import MOST_EVENTS
from watcher.rules.correlation.events import BY, STORY, folded
from watcher.rules.correlation.flatline import Flatline
from watcher.rules.correlation.keys import KEYS, NOT_TEMPORAL, OF, keys_of
from watcher.rules.correlation.kinds import Cardinality, Frequency, NewTerm, Spike, Temporal
from watcher.rules.intervals import TimeInterval
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, kind
from watcher.rules.spec import Code

if TYPE_CHECKING:
    from watcher.rules.spec import RuleSpec

BASELINE = 14
MOST_DAYS = 366
_MS = 1000
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")


@dataclass(slots=True)
class CorrelationReader:
    """Reads correlations; `finish` looks at what they name once all rules are known."""

    reading: Reading
    intervals: Mapping[str, TimeInterval]
    _named: list[tuple[str, list[tuple[str, Scalar]]]] = field(default_factory=list)

    def read(self, node: Node | None, rule: nodes.Mapping) -> Correlation | None:
        """The correlation of a rule; None where there is none, or it has a fault."""
        if node is None:
            return None
        known, elsewhere = keys_of(node)
        entries = self.reading.mapping(
            node, "correlation", known, required=("type",), form="type: frequency, ...", elsewhere=elsewhere
        )
        what = self.reading.choice(entries.get("type"), "type", list(KEYS))
        if not isinstance(node, nodes.Mapping) or what is None:
            return None
        for name in KEYS[what][0]:
            if name not in entries:
                self.reading.fault(node, f"a {what} correlation needs '{name}'")
        before = len(self.reading.faults)
        found = self._read(what, entries)
        if what == Temporal.key:
            self._check_temporal(entries.get("rules"), rule)
        return found if len(self.reading.faults) == before else None

    def _check_temporal(self, names: Node | None, rule: nodes.Mapping) -> None:
        for key, _ in rule.entries:
            if key.value in NOT_TEMPORAL:
                self.reading.fault(key, f"'{key.value}' in a temporal rule, which counts the matches of its 'rules'")
        written = [(item.value, item) for item in self.reading.items(names) if isinstance(item, Scalar)]
        if names is not None and written and len({name for name, _ in written}) < 2:
            self.reading.fault(names, "a temporal correlation needs two different rules")
        own = rule.get("id")
        self._named.append((own.value if isinstance(own, Scalar) else "", written))

    def _read(self, what: str, entries: Mapping[str, Node]) -> Correlation | None:
        """The correlation where nothing that it needs is missing or wrong; of a fault None, or a value in its place."""
        number, by = self.reading.number, self.reading.choice(entries.get("by"), "by", BY)
        span = self._span(entries, "window" if what == "new_term" else "timeframe")
        of = self.reading.choice(entries.get("of"), "of", OF[what]) if what in OF else None
        match what:
            case "frequency":
                events = number(entries.get("num_events"), "num_events", 1, MOST_EVENTS)
                return Frequency(span, by, events) if events else None
            case "spike":
                return self._spike(entries, span, by)
            case "flatline":
                return self._flatline(entries, span, by)
            case "new_term":
                return NewTerm(of, span, by) if of else None
            case "cardinality":
                least = number(entries.get("at_least"), "at_least", 2, MOST_EVENTS)
                return Cardinality(span, by, of, least) if of and least else None
            case _:
                rules = self.reading.texts(entries.get("rules"), "rules")
                ordered = self.reading.boolean(entries.get("ordered"), "ordered") is True
                return Temporal(span, by, tuple(dict.fromkeys(name for name, _ in rules)), ordered)

    def _spike(self, entries: Mapping[str, Node], span: int, by: str | None) -> Spike | None:
        node, number = entries.get("height"), self.reading.number
        height = self.reading.text(node, "height")
        if node is not None and height is not None and (not _NUMBER.fullmatch(height) or float(height) < 1):
            self.reading.fault(node, f"height must be a number from 1, such as 3 or 2.5, not {kind(node)}")
            height = None
        elif node is not None and not self.reading.unquoted(node, "height"):
            height = None
        baseline = number(entries.get("baseline"), "baseline", 1, 1000) or BASELINE
        least = number(entries.get("min_events"), "min_events", 1, MOST_EVENTS) or 1
        if "timeframe" in entries and (baseline + 1) * span > MOST_DAYS * 86_400 * _MS:
            self.reading.fault(
                entries["timeframe"], f"{baseline} windows of it and the last are more than {MOST_DAYS} days"
            )
        return Spike(span, by, float(height), baseline, least) if height else None

    def _flatline(self, entries: Mapping[str, Node], span: int, by: str | None) -> Flatline | None:
        below = self.reading.number(entries.get("below"), "below", 1, MOST_EVENTS)
        of = {folded(by or "", name): name for name, _ in self.reading.texts(entries.get("of"), "of")}
        if "of" in entries and "by" not in entries:
            self.reading.fault(entries["of"], "of lists the expected values of 'by': say by: source, place or person")
        if by == STORY:
            self.reading.fault(entries["by"], "nobody expects a story: say by: source, place or person")
        elif "by" in entries and "of" not in entries:
            self.reading.fault(entries["by"], "a flatline by values needs 'of': the values that are expected")
        active = self._interval(entries.get("active"))
        if active is not None and (most := active.least_in(MOST_DAYS)) < span:
            self.reading.fault(
                entries.get("timeframe") or entries["active"],
                f"'{active.name}' is only {most // 3_600_000}h {most // 60_000 % 60}m in {MOST_DAYS} days, which is "
                "less than the timeframe",
            )
        return Flatline(below, span, by, tuple(of), active, tuple(of.values())) if below else None

    def _interval(self, node: Node | None) -> TimeInterval | None:
        name = self.reading.text(node, "active")
        if node is None or name is None:
            return None
        if name not in self.intervals:
            hint = self.reading.hint(name, self.intervals) or "; name it under time_intervals"
            self.reading.unknown(node, f"unknown time interval {kind(node)} in active{hint}")
        return self.intervals.get(name)

    def _span(self, entries: Mapping[str, Node], key: str) -> int:
        """Milliseconds; 1 where there is a fault."""
        node = entries.get(key)
        seconds = self.reading.duration(node, key)
        if node is not None and seconds is not None and not 0 < seconds <= MOST_DAYS * 86_400:
            self.reading.fault(node, f"{key} must be from 1s to {MOST_DAYS}d, not {kind(node)}")
        return (seconds or 0) * _MS or 1

    # ── once all rules are read ───────────────────────────────────────────────────────────────────

    def finish(
        self,
        rules: Sequence[RuleSpec],
        ids: Collection[str],
        written: Callable[[str], str],
        condition: Callable[[str], str],
    ) -> tuple[RuleSpec, ...]:
        """The rules, those with a correlation with the digest of what they count, where `written` gives that of a
        rule's correlation as it is written, and `condition` that of its condition. Tells which rules a temporal
        correlation names that it cannot."""
        by_id = {rule.id: rule for rule in rules}
        for own, names in self._named:
            for name, node in names:
                self._check_named(own, name, node, by_id, ids)
        return tuple(
            replace(rule, counts=_digest(rule, written(rule.id), condition)) if rule.correlation else rule
            for rule in rules
        )

    def _check_named(
        self, own: str, name: str, node: Scalar, by_id: Mapping[str, RuleSpec], ids: Collection[str]
    ) -> None:
        if name == own:
            self.reading.fault(node, f"'{name}' is this rule itself; a temporal correlation is over other rules")
        elif name not in ids:
            self.reading.unknown(node, f"unknown rule {kind(node)} in rules{self.reading.hint(name, ids)}")
        elif name in by_id and isinstance(by_id[name].correlation, Temporal):
            self.reading.fault(node, f"'{name}' has no condition of its own; name the rules that it is over")
        elif name in by_id and not by_id[name].enabled:
            self.reading.warn(node, Code.NEVER_HOLDS, f"rule '{name}' is not enabled: this correlation can never hold")


def _digest(rule: RuleSpec, written: str, condition: Callable[[str], str]) -> str:
    """Of what the files say, not of what it is read as: a release that reads it otherwise starts no new counts."""
    active, counted = "", rule.correlation.rules if isinstance(rule.correlation, Temporal) else (rule.id,)
    if isinstance(rule.correlation, Flatline) and (interval := rule.correlation.active):
        active = f"{interval.times} {interval.weekdays} {interval.timezone}"
    parts = [written, active, *map(condition, counted)]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
