"""What is told: alerts, and what becomes of them at a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How loud an alert is; `rank` orders them."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class DeliveryState(StrEnum):
    """What became of an alert at a channel. `new` is not decided yet; `dropped` was never to be sent: its reason says
    why."""

    NEW = "new"
    PENDING = "pending"
    HELD = "held"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Catchup(StrEnum):
    """What is done with alerts whose article came to rest long before it was read."""

    DIGEST = "digest"
    NOTIFY = "notify"
    RECORD = "record"


class WaitsFor(StrEnum):
    """What a held delivery waits for: its channel to be usable, news of its group, the end of `mute`, the digest, or
    the end of the backlog."""

    CHANNEL = "channel"
    GROUP = "group"
    MUTE = "mute"
    DIGEST = "digest"
    BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class Correlated:
    """What a rule over several articles tells: `count` in the window from `start` (not included) to `end`, of one
    `value` of `by` where it is counted by one.

    `total` articles are in it, of which `articles` are the newest, the newest first; `values` are what was told apart,
    of the kind `of`; `ended` says that a silence is over. Of one that is not, `last` is the article that came last, and
    when (`at`, UTC ms): empty where none came yet, None where that is not known.
    """

    type: str
    count: int
    start: int
    end: int
    by: str | None = None
    value: str | None = None
    of: str | None = None
    values: tuple[str, ...] = ()
    ended: bool = False
    total: int = 0
    articles: tuple[Mapping[str, Any], ...] = ()
    last: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "correlation": self.type,
            "count": self.count,
            "window": {"start": self.start, "end": self.end},
            "by": self.value,
            "by_kind": self.by,
            "of": self.of,
            "values": list(self.values),
            "ended": self.ended,
            "total": self.total,
            "articles": [dict(a) for a in self.articles],
            **({} if self.last is None else {"last": dict(self.last)}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Correlated:
        return cls(
            type=data["correlation"],
            count=data["count"],
            start=data["window"]["start"],
            end=data["window"]["end"],
            by=data["by_kind"],
            value=data["by"],
            of=data["of"],
            values=tuple(data["values"]),
            ended=data["ended"],
            total=data["total"],
            articles=tuple(data["articles"]),
            last=data.get("last"),
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule that matched one article, or whose correlation several articles set off.

    `article` holds title, source, published, language, path, url: of a correlation those of the newest article, and
    nothing where there is none. As JSON a correlation has its `articles` in place of the one.

    `story` is the number of the article that the article's story began with; so many `outlets` told it so far, this one
    included. A correlation has none: what it tells of one story twice, an hour apart, is news both times.
    """

    id: str
    rule: str
    title: str
    level: Level
    opened_at: int
    article: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]
    rules_digest: str = ""
    correlated: Correlated | None = None
    story: int | None = None
    outlets: int = 1

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "rule": self.rule,
            "title": self.title,
            "level": self.level.value,
            "opened_at": self.opened_at,
            **(self.correlated.to_json() if self.correlated else {"article": dict(self.article)}),
            **({} if self.correlated else {"story": self.story, "outlets": self.outlets}),
            "evidence": [dict(e) for e in self.evidence],
            "rules_digest": self.rules_digest,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Alert:
        correlated = Correlated.from_json(data) if "correlation" in data else None
        return cls(
            id=data["id"],
            rule=data["rule"],
            title=data["title"],
            level=Level(data["level"]),
            opened_at=data["opened_at"],
            article=data["article"] if correlated is None else next(iter(correlated.articles), {}),
            evidence=tuple(data["evidence"]),
            rules_digest=data["rules_digest"],
            correlated=correlated,
            story=data.get("story"),  # alerts of 0.1 have none
            outlets=data.get("outlets", 1),
        )
