"""What becomes of an alert at a channel before it is grouped: told, held until a time, or dropped, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from watcher.model import Alert, Catchup, Level, WaitsFor
from watcher.phrase import Moment, Phrase, Span
from watcher.policy.quiet import Silence, muted, silenced
from watcher.rules.ages import undated
from watcher.rules.cron import parse
from watcher.rules.intervals import TimeInterval
from watcher.rules.spec import ChannelSpec, RuleSpec

NOTIFYING_STATUS = "stable"  # the only one whose rules tell anybody
INHIBITED = "inhibited: "  # how the reason begins
AT_DIGEST, WHY_AT_DIGEST = "digest at {until}", "{why}: digest at {until}"  # reasons, before their values stand in them
_MINUTE = 60_000  # ms
FULL_HOUR = parse("0 * * * *")  # when a channel without a digest of its own gets one


@dataclass(frozen=True, slots=True)
class Tell:
    """It goes on to its group."""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits, at most until a time (UTC ms), which the reason may tell as its value `until`."""

    until: int
    waits_for: WaitsFor
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Drop:
    """It is never told."""

    reason: str


@dataclass(frozen=True, slots=True)
class Late:
    """How late an article may be read after it came to rest (ms), and what is done with those that are later."""

    after: int = 60 * 60 * 1000
    then: Catchup = Catchup.DIGEST


@dataclass(frozen=True, slots=True)
class Case:
    """An alert of a rule at a channel. `came_at` is when its article came to rest, `inhibited_by` a rule that tells the
    story there, "" for none."""

    alert: Alert
    rule: RuleSpec
    channel: ChannelSpec
    came_at: int
    inhibited_by: str = ""


def recorded_only(status: str) -> str:
    """Why a rule of this status tells nobody; "" for a stable one."""
    return "" if status == NOTIFYING_STATUS else f"status {status}: recorded only"


def decide(case: Case, silences: Sequence[Silence], late: Late, now: int) -> Tell | Hold | Drop:
    """What becomes of it at `now`, in the order of the contract."""
    alert, channel = case.alert, case.channel
    if alert.level.rank < channel.min_level.rank:
        return Drop(f"level {alert.level.value} is below min_level {channel.min_level.value}")
    if reason := silenced(silences, alert, now):
        return Drop(reason)
    if case.inhibited_by:
        return Drop(f"{INHIBITED}rule {case.inhibited_by} tells this story")
    return quiet(case, now) or _catch_up(case, late) or _digest(case, now) or Tell()


def quiet(case: Case, now: int) -> Hold | None:
    """Until when the channel, or the rule, is mute."""
    return _muted(mute_of(case.channel, case.rule, case.alert.level), now)


def _muted(intervals: Sequence[TimeInterval], now: int) -> Hold | None:
    if (found := muted(intervals, now)) is None:
        return None
    until, names = found
    reason = Phrase("quiet hours {names} until {until}", names=names, until=Moment(until))
    return Hold(until, WaitsFor.MUTE, reason)


def mute_of(channel: ChannelSpec, rule: RuleSpec, level: Level) -> tuple[TimeInterval, ...]:
    """The quiet hours of a rule's alert of this level at a channel: its `except_level` spares an alert its own."""
    loud = channel.except_level is not None and level.rank >= channel.except_level.rank
    return (*rule.mute, *(() if loud else channel.mute))


class QuietHours:
    """The quiet hours of a channel and of the `rules` that tell it, for what was decided before they began: reckoned
    once a minute, for they begin and end with one, and not for each alert of a digest. One thread's."""

    def __init__(self, channel: ChannelSpec, rules: Mapping[str, RuleSpec], rule: Callable[[str], RuleSpec]) -> None:
        """`rule` is the rule by a name, also of one that is gone."""
        self._channel = channel
        self._rules = rules
        self._rule = rule
        self._minute = -1
        self._known: dict[tuple[TimeInterval, ...], Hold | None] = {}

    @cached_property
    def _any(self) -> tuple[TimeInterval, ...]:
        of_rules = (interval for rule in self._rules.values() for interval in rule.mute)
        return tuple(dict.fromkeys((*self._channel.mute, *of_rules)))

    def hold_any(self, now: int) -> bool:
        """Whether they may hold anything at `now`."""
        return self._held(self._any, now) is not None

    def hold(self, alert: Alert, now: int) -> Hold | None:
        """Until when an alert waits."""
        return self._held(mute_of(self._channel, self._rule(alert.rule), alert.level), now)

    def hold_all(self, now: int) -> Hold | None:
        """Until when that waits which tells no alert."""
        return self._held(self._channel.mute, now)

    def _held(self, intervals: tuple[TimeInterval, ...], now: int) -> Hold | None:
        if not intervals:
            return None
        if now // _MINUTE != self._minute:
            self._minute = now // _MINUTE
            self._known.clear()
        if intervals not in self._known:
            self._known[intervals] = _muted(intervals, now)
        return self._known[intervals]


def _catch_up(case: Case, late: Late) -> Hold | Drop | None:
    alert, channel = case.alert, case.channel
    waited = alert.opened_at - case.came_at
    if waited <= late.after or late.then is Catchup.NOTIFY or alert.level is Level.CRITICAL:
        return None
    why = f"its article had waited {Span(waited // _MINUTE * 60)} when it was read"
    if late.then is Catchup.RECORD:
        return Drop(f"{why}: recorded only")
    if channel.digest or case.rule.digest or not channel.urls:  # consoles and files record each alert
        return None
    return Hold(alert.opened_at, WaitsFor.BACKLOG, Phrase("{why}: in one digest with the rest", why=why))


def _digest(case: Case, now: int) -> Hold | None:
    if case.channel.digest or case.rule.digest:
        return to_digest(case, now, "")
    if case.rule.undated == "digest" and case.rule.max_age is not None and _undated(case):
        return to_digest(case, now, "the article has no certain date")
    return None


def to_digest(case: Case, now: int, why: str) -> Hold:
    """It waits for the digest of the channel, else of the rule, else for the next full hour."""
    until = digest_at(case.rule, case.channel, now)
    reason = Phrase("digest at {until}", until=Moment(until))
    if why:
        reason = Phrase("{why}: digest at {until}", why=why, until=Moment(until))
    return Hold(until, WaitsFor.DIGEST, reason)


def digest_at(rule: RuleSpec, channel: ChannelSpec, now: int) -> int:
    """When the next digest comes (UTC ms): the channel's, else the rule's, else at the full hour."""
    times = channel.digest or rule.digest
    return (times.cron if times else FULL_HOUR).following(now, channel.timezone)


def _undated(case: Case) -> bool:
    stated = case.alert.article.get("published")
    published = None if not stated else (datetime if "T" in stated else date).fromisoformat(stated)
    return undated(published, datetime.fromtimestamp(case.alert.opened_at / 1000, UTC), case.channel.timezone)
