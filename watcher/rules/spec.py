"""What a rules file says, checked: frozen values with the positions of their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from watcher.errors import Remark
from watcher.model import Level
from watcher.render.templates import Template

if TYPE_CHECKING:
    from watcher.rules.conditions.base import Condition
    from watcher.rules.correlation import Correlation
    from watcher.rules.cron import Cron
    from watcher.rules.intervals import TimeInterval

CONSOLE = "console"
FALLBACK_AFTER = 600  # seconds
STATUSES = ("experimental", "test", "stable", "deprecated")


class Code(StrEnum):
    """What warnings are about. Loading gives the first four, `check` all of them."""

    REPEATED_TERM = "repeated-term"
    UNKNOWN_PLACE = "unknown-place"
    EMPTY_INCLUDE = "empty-include"
    OR_NOT = "or-not"
    NEVER_HOLDS = "never-holds"
    CONTRADICTION = "contradiction"
    SAME_RULE = "same-rule"
    NARROWER_RULE = "narrower-rule"
    NO_MODEL = "no-model"
    NO_STEMMER = "no-stemmer"
    COMMON_WORD = "common-word"
    ONE_TERM = "one-term"
    COVERED_TERM = "covered-term"
    NEAR_COUNT = "near-count"
    NEAR_APART = "near-apart"
    TOLD_ALREADY = "told-already"
    UNUSED = "unused"
    NO_TESTS = "no-tests"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a rules file; `line` and `column` count characters from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a channel, a rule or `defaults` says of grouping; None where it says nothing. `wait` and `interval` in
    seconds; `updates` are numbers of outlets."""

    by: tuple[str, ...] | None = None
    wait: int | None = None
    interval: int | None = None
    updates: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When digests are sent; with `empty` also one that holds nothing."""

    cron: Cron
    empty: bool = True


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told of what nobody has acknowledged after so many seconds."""

    after: int
    notify: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """So many in so many seconds."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """One entry of `channels`: exactly one of `urls`, `console` and `file` is set.

    `urls` are as written, `${NAME}` and `secret:NAME` unresolved: a secret is never kept in a value. `mute` are by the
    channel's own timezone. `rate` is for each address, `fallback_after` in seconds.
    """

    name: str
    urls: tuple[str, ...] = ()
    console: bool = False
    file: str | None = None
    min_level: Level = Level.INFORMATIONAL
    language: str = "en"
    timezone: str = "UTC"
    places: tuple[Place, ...] = ()
    rate: Pace | None = None
    fallback: str | None = None
    fallback_after: int = FALLBACK_AFTER
    grouping: Grouping = Grouping()
    mute: tuple[TimeInterval, ...] = ()
    except_level: Level | None = None
    digest: DigestTimes | None = None
    escalate: Escalation | None = None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class TestArticle:
    """An article that a test writes out; of several in a correlation's test each comes `at` so many seconds after its
    beginning."""

    at: int = 0
    title: str = ""
    text: str = ""
    language: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class TestSpec:
    """One entry of a rule's `tests`: `file` or `article` and what is expected, or `articles` and how many `alerts`."""

    name: str
    expect: bool
    file: str | None = None
    article: TestArticle = TestArticle()
    matched: tuple[str, ...] = ()
    now: str | None = None
    place: Place = Place("", 0, 0)
    articles: tuple[TestArticle, ...] = ()
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One rule. `max_age` is in seconds, None for any age; `fingerprint` is another where the rule or a list that
    it uses is; `ignore` are the codes of warnings that it is spared. With a `correlation` its matches are
    only counted, and `counts` is another where what is counted is. `on_update`: a new version of an article that it
    matched before counts as another article. `inhibits` are rules that it silences for a story."""

    id: str
    condition: Condition
    title: str = ""
    level: Level = Level.MEDIUM
    status: str = "stable"
    enabled: bool = True
    languages: tuple[str, ...] = ()
    max_age: int | None = None
    undated: str = "pass"
    notify: tuple[str, ...] = (CONSOLE,)
    tests: tuple[TestSpec, ...] = ()
    ignore: tuple[str, ...] = ()
    place: Place = Place("", 0, 0)
    fingerprint: str = ""
    correlation: Correlation | None = None
    counts: str = ""
    grouping: Grouping = Grouping()
    max_alerts: Pace | None = None
    mute: tuple[TimeInterval, ...] = ()
    digest: DigestTimes | None = None
    escalate: Escalation | None = None
    inhibits: tuple[str, ...] = ()
    on_update: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that a set of rules files says. `warnings` are not faults. `beside` has a digest of each thing that
    stands beside the rules, by what it is and its name: ("channel", "desk"), ("defaults", "")."""

    digest: str
    timezone: str = "UTC"
    channels: Mapping[str, ChannelSpec] = field(default_factory=dict)
    rules: tuple[RuleSpec, ...] = ()
    operator: str | None = None
    warnings: tuple[Remark, ...] = ()
    grouping: Grouping = Grouping()
    heartbeat_url: str | None = field(default=None, repr=False)
    beside: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def without_conditions(self) -> RuleSet:
        """All but the trees: what a process that matches nothing needs, cheap to send."""
        from watcher.rules.conditions.groups import NOTHING

        return replace(self, rules=tuple(replace(rule, condition=NOTHING) for rule in self.rules))
