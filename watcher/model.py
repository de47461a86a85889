"""The values that the parts hand to one another: frozen, picklable, free of input and output.

Times are UTC milliseconds since 1970. Offsets count Unicode code points of `Article.text`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

UNKNOWN_LANGUAGE = "und"
NAME_LIKENESS = 0.84  # how alike, from 0 to 1, a name in another spelling must be; measured in docs/rules.md
UNREADABLE = "unreadable"  # how the reason begins for a file that is there and may not be read: tried again later
_EMBARGOED = "waits for its embargo until "


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


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of the file, the seconds and megabytes that a worker holds it to, articles in it,
    and characters of one article (a thick book has two million).

    Of what is unpacked of a file: `unpacked` bytes in all, or `ratio` times the file's own if these are fewer;
    `members` of archives and mails, `depth` of one inside the other. Each document in it has at most `bytes_in` bytes.

    `json_fields` are the names that JSON has for parts of an article beside the usual ones: (part, path) pairs.
    """

    bytes_in: int = 50_000_000
    seconds: float = 30.0
    memory_mb: int = 512
    articles: int = 5_000
    characters: int = 5_000_000
    unpacked: int = 200_000_000
    ratio: int = 100
    members: int = 5_000
    depth: int = 3
    json_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one file and its name: the path below the inbox, parts joined by "/"."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the rules see it.

    `title` is "" where there is none. `published` is a date or an aware datetime only where both day
    and year are certain; a date that is not is kept as written in `published_text`.
    `uid` is what its provider calls it in all its versions (a feed's guid).
    `urgency` is the wires' own, 1 the highest, and `subjects` their codes. Until `embargo` nothing is told of the
    article; nor ever where its provider says that it is `withdrawn` ("canceled", "withheld").
    """

    title: str
    body: str
    language: str = UNKNOWN_LANGUAGE
    published: date | datetime | None = None
    published_text: str | None = None
    source: str | None = None
    url: str | None = None
    author: str | None = None
    path: str = ""
    part: int = 0
    urgency: int | None = None
    subjects: tuple[str, ...] = ()
    embargo: datetime | None = None
    withdrawn: str = ""
    uid: str | None = None

    def barred(self, now: int) -> str:
        """Why nothing may be told of the article at `now`, "" if it may."""
        if self.withdrawn:
            return f"{self.withdrawn} by its provider"
        end = 0 if self.embargo is None else math.ceil(self.embargo.timestamp())
        return f"{_EMBARGOED}{datetime.fromtimestamp(end, UTC):%Y-%m-%dT%H:%M:%SZ}" if end * 1000 > now else ""

    @property
    def body_start(self) -> int:
        """Where the body begins in `text`."""
        return len(self.title) + 2 if self.title else 0

    @property
    def text(self) -> str:
        """Title, blank line, body: what offsets count in, and what `explain --text` prints."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body

    @property
    def digest(self) -> str:
        """SHA-256 of title and body: the same digest is the same article."""
        return hashlib.sha256(f"{self.title}\0{self.body}".encode("utf-8", "surrogatepass")).hexdigest()


def embargo_end(reason: str) -> int | None:
    """When the embargo ends that `Article.barred` gave as its reason; None for any other reason."""
    if not reason.startswith(_EMBARGOED):
        return None
    return int(datetime.fromisoformat(reason.removeprefix(_EMBARGOED)).timestamp()) * 1000


# ── matching ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a place. `country` is ISO 3166-1 (or a historic or disputed code, or 3166-2),
    "" for a region above countries; `kind` is country, region, city, adjective or people."""

    name: str
    country: str
    kind: str
    start: int
    end: int
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity: `type` is person, org, place or misc."""

    type: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span that made a condition true, or that blocked a rule.

    `at` is the path of its condition in the rule ("all[1].any[0]"). A condition without spans has
    no `start`. `facts` says what was found: term, or place's name, country and kind, or entity's type.
    """

    condition: str
    at: str
    text: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: str | None = None
    sentence_start: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The form of `explain --json`, of the store and of the JSON Lines channel."""
        return {
            "condition": self.condition,
            "at": self.at,
            **self.facts,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "sentence": self.sentence,
            "sentence_start": self.sentence_start,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """A condition that kept a rule silent, and its nearest miss in words."""

    condition: str
    at: str
    why: str

    def to_json(self) -> dict[str, Any]:
        return {"condition": self.condition, "at": self.at, "why": self.why}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one article: the evidence of a match, or what kept the rule silent.

    `missing` would have to hold too (also what could not be told, for want of a model); `blocked_by` alone kept it out.
    """

    rule: str
    match: bool
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Missing, ...] = ()
    blocked_by: tuple[Evidence | Missing, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.rule,
            "match": self.match,
            "evidence": [e.to_json() for e in self.evidence],
            "missing": [m.to_json() for m in self.missing],
            "blocked_by": [b.to_json() for b in self.blocked_by],
        }


# ── handed over: worker -> intake -> store ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article is found by among others: the 32-bit numbers of its `shingles`, packed in their order, and
    `bands`, of which two articles that are alike share some."""

    shingles: bytes
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with the verdicts that matter to intake: rules that matched, or were only kept out; and the `values`
    by their kind (source, place, person, org) that the correlations of the rules that matched are counted by; and what
    its story is found by, where a rule matched and its text is long enough."""

    article: Article
    verdicts: tuple[Verdict, ...] = ()
    needed_ner: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprint: Fingerprint | None = None

    @property
    def matched(self) -> frozenset[str]:
        """The rules that matched."""
        return frozenset(verdict.rule for verdict in self.verdicts if verdict.match)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of the inbox at the moment it was read; `path` is relative to the inbox. `rested_at` is when it came to
    rest, 0 where that is not known; it does not tell one state of a file from another."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""
    rested_at: int = field(default=0, compare=False)


class FileOutcome(StrEnum):
    """What became of a file."""

    DONE = "done"
    QUARANTINED = "quarantined"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a worker found in one file: its articles, or the reason why it cannot be used."""

    file: FileFacts
    outcome: FileOutcome
    reason: str = ""
    readings: tuple[Reading, ...] = ()


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
class Decision:
    """Where an alert goes: one channel, what is done, and why."""

    channel: str
    state: DeliveryState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert about to be opened, before it has an id; `recorded_only` says why nobody is told (status: test);
    `on_update`: also for a new version of an article that its rule matched before."""

    rule: str
    title: str
    level: Level
    rules_digest: str
    verdict: Verdict
    decisions: tuple[Decision, ...] = ()
    recorded_only: str = ""
    on_update: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """One article to be admitted, with the alerts that it opens if it is new."""

    reading: Reading
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """One file to be entered in the ledger together with its articles."""

    file: FileFacts
    outcome: FileOutcome
    reason: str = ""
    admissions: tuple[Admission, ...] = ()


# ── alerts and messages ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Correlated:
    """What a rule over several articles tells: `count` in the window from `start` (not included) to `end`, of one
    `value` of `by` where it is counted by one.

    `total` articles are in it, of which `articles` are the newest, the newest first; `values` are what was told apart,
    of the kind `of`; `ended` says that a silence is over.
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
