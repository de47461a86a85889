"""Reads what channels, rules and `defaults` say of when and how alerts are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from watcher.model import Level
from watcher.rules import cron, forms
from watcher.rules.intervals import TimeInterval
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import SECONDS, Reading, kind
from watcher.rules.spec import DigestTimes, Escalation, Grouping, Pace, RuleSpec

GROUP_BY = ("story", "rule", "article", "level", "source", "place", "channel")
MOST_DAYS = 30  # that a message can be made to wait
_PACE = re.compile(r"([0-9]{1,6})/([smhd])")
_HINT = "; name it under time_intervals"
_AS_EVER = Grouping()
GROUPING: forms.Keys = {
    "group_by": forms.some(forms.choice(GROUP_BY), "What makes one message: [story] if not given."),
    "group_wait": forms.duration("How long a group waits for more before it is told: 30s if not given."),
    "group_interval": forms.duration("The least time between two messages of a group: 5m if not given."),
    "updates": forms.some(
        forms.number(2, said="Outlets."), "At how many outlets a group is told again: [3, 10, 30, 100] if not given."
    ),
}
DIGEST = forms.mapping(
    {
        "cron": forms.text('crontab(5), such as "30 7 * * *": each day at 07:30.'),
        "empty": forms.choice(["pulse", "skip"], "What a digest without alerts is: how Watcher does, or none."),
    },
    required=("cron",),
    said="Alerts come together, at these times.",
)
ESCALATE = forms.mapping(
    {
        "after": forms.duration("How long after it was told, such as 15m, and again each time."),
        "notify": forms.texts("The channels that are told then."),
    },
    required=("after", "notify"),
    said="Who is told while nobody acknowledges an alert.",
)
COMMON: forms.Keys = {
    "mute": forms.texts("Time intervals in which alerts are held; then they come as one digest."),
    "digest": DIGEST,
    "escalate": ESCALATE,
}
CHANNEL: forms.Keys = {
    **GROUPING,
    **COMMON,
    "except_level": forms.choice(Level, "Alerts of this level and louder ones break through `mute`."),
}
PACE: forms.Keys = {
    "max_alerts": forms.text(
        "The most alerts of a rule to a channel: 20/h, of level critical 60/h, if not given.",
        pattern="^[0-9]{1,6}/[smhd]$",
    ),
}
RULE: forms.Keys = {
    **GROUPING,
    **PACE,
    **COMMON,
    "inhibits": forms.texts("Rules that are not told of a story that this rule tells."),
}


@dataclass(slots=True)
class TellingReader:
    """Reads the keys of this module; what they name is looked at by `finish`, once channels and rules are known."""

    reading: Reading
    intervals: Mapping[str, TimeInterval]
    _notified: list[tuple[str, Scalar]] = field(default_factory=list)
    _inhibited: dict[str, list[tuple[str, Scalar]]] = field(default_factory=dict)

    def grouping(self, entries: Mapping[str, Node]) -> Grouping:
        if GROUPING.keys().isdisjoint(entries):
            return _AS_EVER
        reading = self.reading
        named = reading.texts(entries.get("group_by"), "group_by")
        by = [reading.choice(node, "group_by", GROUP_BY) for _, node in named]
        updates = [
            (reading.number(node, "updates", 2), node) for node in self._items(entries.get("updates"), "updates")
        ]
        for (before, _), (number, node) in pairwise(updates):
            if before and number and number <= before:
                reading.fault(node, f"updates must rise: {number} stands behind {before}")
        return Grouping(
            tuple(dict.fromkeys(name for name in by if name)) if "group_by" in entries else None,
            self._wait(entries, "group_wait"),
            self._wait(entries, "group_interval"),
            tuple(number for number, _ in updates if number) if "updates" in entries else None,
        )

    def mute(self, entries: Mapping[str, Node], instead: str, timezone: str | None = None) -> tuple[TimeInterval, ...]:
        """The intervals that `mute` names, by the clocks of `timezone` if it is given; `instead` is what to do where
        they never end."""
        found = []
        for name, node in self.reading.texts(entries.get("mute"), "mute"):
            if name in self.intervals:
                found.append(self.intervals[name])
            else:
                hint = self.reading.hint(name, self.intervals) or _HINT
                self.reading.unknown(node, f"unknown time interval {kind(node)} in mute{hint}")
        if (node_ := entries.get("mute")) is not None and _always(found):
            self.reading.fault(node_, f"mute never ends: these intervals are the whole week; {instead}")
        return tuple(replace(interval, timezone=timezone) if timezone else interval for interval in found)

    def digest(self, entries: Mapping[str, Node]) -> DigestTimes | None:
        node = entries.get("digest")
        if node is None:
            return None
        form = 'cron: "30 7 * * *"'
        keys = self.reading.mapping(node, "digest", DIGEST["properties"], required=("cron",), form=form)
        empty = self.reading.choice(keys.get("empty"), "empty", ("pulse", "skip"))
        line = self.reading.text(keys.get("cron"), "cron")
        if line is None:
            return None
        try:
            return DigestTimes(cron.parse(line), empty != "skip")
        except ValueError as fault:
            self.reading.fault(keys["cron"], f"cron: {fault}")
            return None

    def escalate(self, entries: Mapping[str, Node]) -> Escalation | None:
        node = entries.get("escalate")
        if node is None:
            return None
        form = "after: 15m, notify: [phone]"
        required = ("after", "notify")
        keys = self.reading.mapping(node, "escalate", ESCALATE["properties"], required=required, form=form)
        after = self.reading.duration(keys.get("after"), "after")
        if after is not None and not 0 < after <= MOST_DAYS * 86_400:
            self.reading.fault(keys["after"], f"after must be from 1s to {MOST_DAYS}d, not {kind(keys['after'])}")
        named = self.reading.texts(keys.get("notify"), "notify")
        self._notified += named
        return Escalation(after, tuple(dict.fromkeys(name for name, _ in named))) if after and named else None

    def except_level(self, entries: Mapping[str, Node]) -> Level | None:
        level = self.reading.choice(entries.get("except_level"), "except_level", list(Level))
        return Level(level) if level else None

    def max_alerts(self, entries: Mapping[str, Node]) -> Pace | None:
        return read_pace(self.reading, entries.get("max_alerts"), "max_alerts")

    def inhibits(self, rule: str | None, entries: Mapping[str, Node]) -> tuple[str, ...]:
        named = self.reading.texts(entries.get("inhibits"), "inhibits")
        if rule is not None and named:
            self._inhibited[rule] = named
        return tuple(dict.fromkeys(name for name, _ in named))

    def _items(self, node: Node | None, what: str) -> Iterable[Scalar]:
        return [item for _, item in self.reading.texts(node, what)]

    def _wait(self, entries: Mapping[str, Node], key: str) -> int | None:
        node = entries.get(key)
        seconds = self.reading.duration(node, key)
        if node is not None and seconds is not None and seconds > MOST_DAYS * 86_400:
            self.reading.fault(node, f"{key} must be at most {MOST_DAYS}d, not {kind(node)}")
        return seconds

    # ── once all channels and rules are read ──────────────────────────────────────────────────────

    def check_channels(self, known: Callable[[Node, str], str | None]) -> None:
        """Tells which channels an escalation names that are not there."""
        for _, node in self._notified:
            known(node, "escalate")
        self._notified.clear()

    def check_rules(self, rules: Collection[RuleSpec], ids: Collection[str]) -> None:
        """Tells which rules `inhibits` names that are not there, and those that silence one another."""
        inhibits = {rule.id: rule.inhibits for rule in rules}
        inner = _in_circles(inhibits)
        for own, named in self._inhibited.items():
            for name, node in named:
                if name not in ids:
                    self.reading.unknown(node, f"unknown rule {kind(node)} in inhibits{self.reading.hint(name, ids)}")
                elif name == own:
                    self.reading.fault(node, f"'{name}' is this rule itself")
                elif (own, name) in inner:
                    self.reading.fault(node, f"'{name}' inhibits this rule in turn: nobody would be told of either")


def _in_circles(inhibits: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """The pairs of rules that close a circle: each is looked at once, however long the chains are."""
    closing, done, path = set[tuple[str, str]](), set[str](), dict[str, Iterator[str]]()
    for start in inhibits:
        if start in done:
            continue
        path[start] = iter(inhibits[start])
        while path:
            rule, others = next(reversed(path.items()))
            other = next(others, None)
            if other is None:
                del path[rule]
                done.add(rule)
            elif other in path:
                closing.add((rule, other))
            elif other not in done and other in inhibits:
                path[other] = iter(inhibits[other])
    return closing


def read_pace(reading: Reading, node: Node | None, what: str) -> Pace | None:
    """`20/h`: so many in a second, minute, hour or day."""
    value = reading.text(node, what)
    if value is None or node is None:
        return None
    written = _PACE.fullmatch(value)
    if written is None or not int(written[1]):
        reading.fault(node, f"{what} must be a number and a time such as 20/h, not {kind(node)}")
        return None
    return Pace(int(written[1]), SECONDS[written[2]])


def _always(intervals: Collection[TimeInterval]) -> bool:
    """Whether the intervals leave no minute of a week."""
    minutes = set[int]()
    for interval in intervals:
        minutes |= interval.minutes()
    return len(minutes) == 7 * 24 * 60
