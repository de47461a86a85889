"""What makes one message of several alerts, and when a group that has spoken speaks again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from watcher.model import Alert, Level
from watcher.phrase import Phrase
from watcher.rules.spec import ChannelSpec, Grouping, Pace, RuleSpec

CLOSES_AFTER = 72 * 60 * 60 * 1000  # ms after the last article
BY = ("story",)
WAIT, INTERVAL = 30, 5 * 60  # seconds
UPDATES = (3, 10, 30, 100)
EACH = ("rule", "article")  # how consoles and files tell
PACE, CRITICAL_PACE = Pace(20, 3600), Pace(60, 3600)


@dataclass(frozen=True, slots=True)
class Settings:
    """How an alert is grouped at a channel; `wait` and `interval` in ms."""

    by: tuple[str, ...]
    wait: int
    interval: int
    updates: tuple[int, ...]

    @property
    def alone(self) -> bool:
        """Whether an alert can have no other beside it, and waits for none: a rule matches an article once."""
        return not self.wait and set(self.by) >= set(EACH)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a group has told: `at` is None before its first message."""

    at: int | None = None
    level: Level = Level.INFORMATIONAL
    rules: frozenset[str] = frozenset()
    outlets: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What a group has come to: its loudest level, its rules with their titles, the loudest first, and how many alerts
    and outlets it has."""

    level: Level
    rules: Mapping[str, str]
    total: int
    outlets: int


def settings(channel: ChannelSpec, rule: RuleSpec, level: Level, defaults: Grouping) -> Settings:
    """What the channel says, else the rule, else the channel's kind, else `defaults`, else what is built in."""
    kind = Grouping(EACH, 0) if _records(channel) else Grouping()
    built_in = Grouping(BY, 0 if level is Level.CRITICAL else WAIT, INTERVAL, UPDATES)
    said = (channel.grouping, rule.grouping, kind, defaults, built_in)
    by = next(one.by for one in said if one.by is not None)
    wait = next(one.wait for one in said if one.wait is not None)
    interval = next(one.interval for one in said if one.interval is not None)
    updates = next(one.updates for one in said if one.updates is not None)
    return Settings(by, wait * 1000, interval * 1000, updates)


def pace(channel: ChannelSpec, rule: RuleSpec, level: Level) -> Pace | None:
    """The most that a rule tells a channel: what it says itself, else what is built in, which spares consoles and
    files."""
    if rule.max_alerts is None and _records(channel):
        return None
    return rule.max_alerts or (CRITICAL_PACE if level is Level.CRITICAL else PACE)


def _records(channel: ChannelSpec) -> bool:
    """Whether a channel is a record of every alert, which tires nobody: a console or a file."""
    return channel.console or channel.file is not None


def key(by: tuple[str, ...], alert: Alert, story: int | None, article: str) -> str:
    """What alerts of one group have in common; `article` is the key of its article. One without a story is like no
    other."""
    values: dict[str, object] = {
        "story": story or alert.id,
        "article": article,
        "rule": alert.rule,
        "level": alert.level.value,
        "source": (alert.article.get("source") or "").casefold(),
        "place": _place(alert),
        "channel": "",
    }
    return json.dumps([[name, values[name]] for name in sorted(by)], separators=(",", ":"))


def _place(alert: Alert) -> str:
    """The country that the evidence names most often, the first of several; "" for none."""
    named = Counter(str(piece["country"]) for piece in alert.evidence if piece.get("country"))
    return named.most_common(1)[0][0] if named else ""


def news(spoken: Spoken, contents: Contents, updates: tuple[int, ...]) -> Phrase:
    """What a group has to say that it has not said; an empty phrase for nothing."""
    told = []
    if contents.level.rank > spoken.level.rank:
        told.append(Phrase("level raised to {level}", level=contents.level))
    if new := [rule for rule in contents.rules if rule not in spoken.rules]:
        told.append(Phrase("also rule {rules}", "also rules {rules}", n=len(new), rules=", ".join(new)))
    if any(spoken.outlets < number <= contents.outlets for number in updates):
        told.append(Phrase("{n} outlet", "{n} outlets", n=contents.outlets))
    return Phrase.joined(told)


def term(alerts: list[Alert]) -> Phrase:
    """The term that most of the alerts have in their evidence, and in how many: "'taliban*' in 18 of 20"; else an empty
    phrase."""
    found: Counter[str] = Counter()
    for alert in alerts:
        found.update({str(piece.get("term") or piece.get("text") or "") for piece in alert.evidence} - {""})
    if not found:
        return Phrase("")
    name, count = min(found.items(), key=lambda item: (-item[1], item[0]))
    return Phrase("'{term}' in {count} of {all}", term=name, count=count, all=len(alerts))
