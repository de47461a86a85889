"""What is sent to a channel, and how that ends: values that dispatch, renderer and channels hand to one another.

A message tells a group of alerts (`Bulletin`), a digest of what was held, or a notice to the operator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from watcher.model import Alert, Level
from watcher.phrase import Phrase, from_json, to_json


class MessageKind(StrEnum):
    """An alert for analysts, a digest, a notice for the operator, or a sample of `channels test`."""

    ALERT = "alert"
    DIGEST = "digest"
    NOTICE = "notice"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Notice:
    """What Watcher tells its operator about itself: `event` is a stable name, `text` is for reading."""

    event: str
    text: Phrase
    level: Level = Level.MEDIUM

    def to_json(self) -> dict[str, Any]:
        """The form of the outbox."""
        return {"event": self.event, "text": to_json(self.text), "level": self.level.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Notice:
        return cls(data["event"], from_json(data["text"]), Level(data["level"]))


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A group of alerts as one message: what it is headed by, and why it speaks.

    `alerts` are at most the newest ten, the newest first, never none; the group has `total` of them, of articles in
    `outlets` sources. `level` is the highest of the group. `why` is "" for the group's first message, else the news
    in words ("10 outlets", "level raised to critical", "also rule border-closed"), or of a `reminder` for how long
    nobody has acknowledged it.
    `matched` are the titles of all rules that matched, the loudest first.
    """

    group: str
    level: Level
    alerts: tuple[Alert, ...]
    matched: tuple[str, ...] = ()
    total: int = 1
    outlets: int = 1
    why: Phrase = Phrase("")
    reminder: bool = False

    @property
    def lead(self) -> Alert:
        """The alert that the message is headed by: the newest of the group's level."""
        return next((alert for alert in self.alerts if alert.level is self.level), self.alerts[0])

    def to_json(self) -> dict[str, Any]:
        """The form of the outbox."""
        return {
            "group": self.group,
            "level": self.level.value,
            "alerts": [alert.to_json() for alert in self.alerts],
            "matched": list(self.matched),
            "total": self.total,
            "outlets": self.outlets,
            "why": to_json(self.why),
            "reminder": self.reminder,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Bulletin:
        alerts = tuple(Alert.from_json(alert) for alert in data["alerts"])
        told = (data["total"], data["outlets"], from_json(data["why"]), data.get("reminder", False))
        return cls(data["group"], Level(data["level"]), alerts, tuple(data["matched"]), *told)


@dataclass(frozen=True, slots=True)
class DigestStory:
    """One story of a digest: the newest of its alerts, and how many alerts and outlets there are. `others` are articles
    of the next ones under other titles, the newest first."""

    alert: Alert
    alerts: int = 1
    outlets: int = 1
    others: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        told = {"alert": self.alert.to_json(), "alerts": self.alerts, "outlets": self.outlets}
        return {**told, "others": [dict(article) for article in self.others]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DigestStory:
        others = tuple(data.get("others", ()))  # an older Watcher kept none
        return cls(Alert.from_json(data["alert"]), data["alerts"], data["outlets"], others)


@dataclass(frozen=True, slots=True)
class DigestRule:
    """What one rule has in a digest: the newest stories, of `total`, told by `alerts` alerts."""

    rule: str
    title: str
    level: Level
    stories: tuple[DigestStory, ...]
    total: int
    alerts: int

    def to_json(self) -> dict[str, Any]:
        told = {"rule": self.rule, "title": self.title, "level": self.level.value}
        return {**told, "stories": [s.to_json() for s in self.stories], "total": self.total, "alerts": self.alerts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DigestRule:
        stories = tuple(map(DigestStory.from_json, data["stories"]))
        return cls(data["rule"], data["title"], Level(data["level"]), stories, data["total"], data["alerts"])


@dataclass(frozen=True, slots=True)
class Digest:
    """What was held, as one message: `why` says for what ("quiet hours nights ended", "digest").

    `rules` are ordered by level, then by number of stories; `stories` counts each once, whatever rules tell it (None of
    a digest of an older Watcher). `pulse` is what an empty digest tells instead, and of it another what is amiss: pairs
    of a stable name and what is said of it, in order.
    """

    id: str
    why: Phrase
    start: int
    end: int
    rules: tuple[DigestRule, ...] = ()
    pulse: tuple[tuple[str, Phrase], ...] = ()
    level: Level = Level.INFORMATIONAL
    stories: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The form of the outbox."""
        return {
            "id": self.id,
            "why": to_json(self.why),
            "start": self.start,
            "end": self.end,
            "rules": [rule.to_json() for rule in self.rules],
            "stories": self.stories,
            "pulse": [[name, to_json(told)] for name, told in self.pulse],
            "level": self.level.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Digest:
        rules = tuple(map(DigestRule.from_json, data["rules"]))
        pulse = tuple((name, from_json(told)) for name, told in data["pulse"])
        told = (data["id"], from_json(data["why"]), data["start"], data["end"])
        return cls(*told, rules, pulse, Level(data["level"]), data.get("stories"))


Content = Alert | Bulletin | Digest | Notice


class Route(NamedTuple):
    """One address of a channel, by the channel's name and the target's key: what happens on it delays no other."""

    channel: str
    target: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to one target address. `id` stays the same over all tries."""

    id: str
    kind: MessageKind
    content: Content


def content_from(kind: MessageKind, body: Mapping[str, Any]) -> Content:
    """What the outbox keeps of a message: an alert is known from a group by what it has."""
    match kind:
        case MessageKind.NOTICE:
            return Notice.from_json(body)
        case MessageKind.DIGEST:
            return Digest.from_json(body)
        case MessageKind.ALERT | MessageKind.SAMPLE:
            return Bulletin.from_json(body) if "alerts" in body else Alert.from_json(body)


@dataclass(slots=True)
class Progress:
    """What a service has of a message that it has not taken whole, over all tries.

    From the first that it takes the words stay as they are: `parts` are the title and body of each, in `form`. `marks`
    say who has which part, `requests` are the numbers of those that were taken. Changed by the thread that sends, which
    calls `keep` before it sends more, and no more where that raises Trouble.
    """

    form: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    requests: set[int] = field(default_factory=set)
    keep: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    def to_json(self) -> dict[str, Any] | None:
        """The form of the outbox: None where nobody has anything."""
        if not self.marks:
            return None
        told = {"form": self.form, "parts": self.parts}
        return {**told, "marks": sorted(self.marks), "requests": sorted(self.requests)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Progress:
        if data is None:
            return cls()
        parts = [(title, body) for title, body in data["parts"]]
        return cls(data["form"], parts, set(data["marks"]), set(data["requests"]))


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message."""


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not work, and may work later; `after` is the wait in seconds that the provider asked for."""

    why: Phrase
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot work however often it is tried."""

    why: Phrase


SendOutcome = Sent | Retry | Failed
