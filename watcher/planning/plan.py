"""One transaction of planning: what each delivery becomes, and the messages to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import Connection

from watcher.live import Current
from watcher.message import Bulletin, Digest, MessageKind, Notice
from watcher.model import Alert, DeliveryState, Level, WaitsFor
from watcher.policy import grouping
from watcher.policy.decide import Case, Drop, Hold, Late, Tell, decide, digest_at, mute_of, quiet, to_digest
from watcher.policy.grouping import CLOSES_AFTER, Contents
from watcher.policy.quiet import Silence, moment, muted, silenced
from watcher.render import span
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.spec import ChannelSpec, RuleSpec
from watcher.store import digests, escalations, groups, outbox, plans, silences
from watcher.store.columns import uuid7
from watcher.store.groups import Group
from watcher.store.plans import Changes, Held, Waiting
from watcher.store.pulse import pulse

log = structlog.get_logger(__name__)

BATCH = 200  # deliveries decided, and groups told, in one transaction
BACKLOG_AT_MOST = 15 * 60_000  # ms that its digest waits for the end of it
ESCALATES_FOR = 24 * 60 * 60_000  # ms
"""A day without an answer: nobody is there whom one more message would reach."""


_RULE = "rule:"  # before the name of the rule by which an alert escalates; no channel is called so


@dataclass(slots=True)
class Plan:
    """One transaction of planning: owns what is decided in it until it is written."""

    conn: Connection
    current: Current
    inhibitors: Mapping[str, frozenset[str]]
    late: Late
    now: int
    changes: Changes = field(default_factory=Changes)
    _silences: list[Silence] | None = None
    _told: dict[tuple[str, str], int] = field(default_factory=dict)
    _tellings: list[tuple[str, str]] = field(default_factory=list)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _digested: set[str] = field(default_factory=set)

    def make(self, *, read: bool, hurried: bool) -> None:
        """Everything that is due."""
        self._decide(plans.undecided(self.conn, BATCH))
        self._write()
        for name in plans.held_channels(self.conn, self.now, backlog=read):
            self._tell_held(name, backlog=read)
        self._write()
        self._send_digests()
        for group in groups.due(self.conn, self.now, BATCH, untold=hurried):
            self._look_at(group)
        self._write()
        for chain in escalations.due(self.conn, self.now):
            self._escalate(chain)
        self._write()

    def _write(self) -> None:
        plans.write(self.conn, self.changes, self.now)
        plans.add_tellings(self.conn, self._tellings, self.now)
        outbox.put(self.conn, self._messages)
        self._tellings, self._messages = [], []

    # ── what is known ─────────────────────────────────────────────────────────────────────────────

    @property
    def silences(self) -> list[Silence]:
        if self._silences is None:
            self._silences = silences.active(self.conn, self.now)
        return self._silences

    def _rule(self, name: str) -> RuleSpec:
        """The rule as it is now; one that is gone says nothing of how it is told."""
        return self.current.by_id.get(name) or RuleSpec(name, NOTHING)

    def _channel(self, name: str) -> ChannelSpec | None:
        """The channel where the rules have it and it is open."""
        return self.current.rules.channels.get(name) if name in self.current.channels else None

    def _case(self, one: Waiting, channel: ChannelSpec, told: Mapping[tuple[int, str], list[plans.Telling]]) -> Case:
        return Case(one.alert, self._rule(one.alert.rule), channel, one.came_at, self._inhibitor(one, channel, told))

    def _tellers(self, some: Iterable[Waiting]) -> Mapping[tuple[int, str], list[plans.Telling]]:
        """What rules that inhibit those of the alerts tell of their stories."""
        inhibited = [one for one in some if one.story is not None and one.alert.rule in self.inhibitors]
        rules = frozenset[str]().union(*(self.inhibitors[one.alert.rule] for one in inhibited))
        stories = dict.fromkeys(one.story for one in inhibited if one.story is not None)
        return plans.tellers(self.conn, stories, rules) if inhibited else {}

    def _inhibitor(
        self, one: Waiting, channel: ChannelSpec, told: Mapping[tuple[int, str], list[plans.Telling]]
    ) -> str:
        """The rule that tells the story at the channel, or is about to."""
        for telling in told.get((one.story or 0, channel.name), ()):
            if telling.rule in self.inhibitors.get(one.alert.rule, ()) and (
                telling.decided or self._heard(telling, channel)
            ):
                return telling.rule
        return ""

    def _heard(self, telling: plans.Telling, channel: ChannelSpec) -> bool:
        quiet_enough = telling.alert.level.rank >= channel.min_level.rank
        return quiet_enough and not silenced(self.silences, telling.alert, self.now)

    # ── new deliveries ────────────────────────────────────────────────────────────────────────────

    def _decide(self, fresh: Sequence[Waiting]) -> None:
        told = self._tellers(fresh)
        for one in fresh:
            channel = self._channel(one.channel)
            if channel is None:
                self._lost(one.delivery)
                continue
            case = self._case(one, channel, told)
            verdict = decide(case, self.silences, self.late, self.now)
            self._apply(one.delivery, self._group(one, case) if isinstance(verdict, Tell) else verdict)

    def _apply(self, delivery: int, verdict: Hold | Drop | None) -> None:
        match verdict:
            case Hold(until, waits_for, reason):
                due = self.now + BACKLOG_AT_MOST if waits_for is WaitsFor.BACKLOG else until
                self.changes.put(delivery, DeliveryState.HELD, reason, waits_for, due)
            case Drop(reason):
                self.changes.put(delivery, DeliveryState.DROPPED, reason)
            case None:
                pass

    def _lost(self, delivery: int, group: int | None = None) -> None:
        why = "the rules have no channel of this name"
        self.changes.put(delivery, DeliveryState.HELD, why, WaitsFor.CHANNEL, None, group)

    def _group(self, one: Waiting, case: Case) -> Hold | None:
        """Tells an alert alone, or has it join its group; a hold where its rule is too noisy to begin anything new."""
        rule, channel, alert = case.rule, case.channel, one.alert
        settings = grouping.settings(channel, rule, alert.level, self.current.rules.grouping)
        if settings.alone:
            if held := self._brake(case):
                return held
            titles = (alert.title or alert.rule,)
            bulletin = Bulletin(alert.id, alert.level, (alert,), titles, outlets=alert.outlets)
            self._tell(channel.name, bulletin, [one], "sent at once")
            return None
        key = grouping.key(settings.by, alert, one.story, one.key)
        group = groups.open_one(self.conn, channel.name, key, self.now)
        if group is None:
            if held := self._brake(case):
                return held
            group = groups.make(self.conn, channel.name, key, settings, self.now)
        else:
            group = groups.join(self.conn, group, settings, self.now)
        if group.spoken.at is not None:
            reason = f"its group was told at {moment(group.spoken.at, channel.timezone)}: told again with news"
        else:
            reason = f"waits until {moment(group.due, channel.timezone)} for more of its group"
        self.changes.put(one.delivery, DeliveryState.HELD, reason, WaitsFor.GROUP, None, group.id)
        return None

    def _brake(self, case: Case) -> Hold | None:
        """Counts what a rule begins to tell a channel; beyond its pace it waits for the digest."""
        rule, channel = case.rule, case.channel
        name, pace = case.alert.rule, grouping.pace(channel, rule, case.alert.level)
        if pace is None:
            return None
        since = self.now - pace.seconds * 1000
        if (name, channel.name) not in self._told:
            self._told[name, channel.name] = plans.told_since(self.conn, name, channel.name, since)
        if self._told[name, channel.name] < pace.count:
            self._told[name, channel.name] += 1
            self._tellings.append((name, channel.name))
            return None
        most = f"{pace.count} in {span(pace.seconds)}"
        held = to_digest(case, self.now, f"rule {name} is noisy: {most} were told")
        if plans.note_noisy(self.conn, name, channel.name, since, self.now):
            term = grouping.term(plans.latest(self.conn, name, pace.count))
            by = f", most by {term}" if term else ""
            rest = moment(held.until, channel.timezone)
            text = f"Rule {name} is noisy: it told {most} here{by}. The rest waits for the digest at {rest}."
            notice = Notice("rule.noisy", text, case.alert.level)
            self._send(channel.name, MessageKind.NOTICE, notice.to_json())
            log.warning("rule.noisy", rule=name, channel=channel.name, told=pace.count, by=term)
        return held

    # ── groups ────────────────────────────────────────────────────────────────────────────────────

    def _look_at(self, group: Group) -> None:
        """Has a group tell what is new, wait for it, or close."""
        channel = self._channel(group.channel)
        if channel is None:
            for one in plans.waiting_in(self.conn, group.id):
                self._lost(one.delivery)
            groups.wait(self.conn, group, None)
            return
        if group.spoken.at is not None and not self._time_to_speak(group, self._come_to(group)[1]):
            return
        waiting = self._still(plans.waiting_in(self.conn, group.id), channel)
        contents, why = self._come_to(group)
        if contents is None or (group.spoken.at is not None and not why):
            closes = None if contents is None else group.last_at + CLOSES_AFTER
            groups.wait(self.conn, group, closes)
            return
        newest = tuple(groups.newest(self.conn, group))
        titles = tuple(dict.fromkeys(title or rule for rule, title in contents.rules.items()))
        bulletin = Bulletin(group.ident, contents.level, newest, titles, contents.total, contents.outlets, why)
        groups.told(self.conn, group, contents, self.now)
        self._tell(
            channel.name, bulletin, waiting, f"told with its group: {why}" if why else "told with its group", group.id
        )

    def _come_to(self, group: Group) -> tuple[Contents | None, str]:
        """What a group has, and what of that is news, "" for nothing or where it has told nothing yet."""
        contents = groups.contents(self.conn, group)
        if contents is None or group.spoken.at is None:
            return contents, ""
        return contents, grouping.news(group.spoken, contents, group.updates)

    def _time_to_speak(self, group: Group, why: str) -> bool:
        """Whether a group that has spoken has news, and spoke long enough ago; else it waits, or closes."""
        assert group.spoken.at is not None
        closes = group.last_at + CLOSES_AFTER
        if why:
            may = group.spoken.at + group.interval
            if may > self.now:
                groups.wait(self.conn, group, may)
            return may <= self.now
        if closes > self.now:
            groups.wait(self.conn, group, closes)
            return False
        for one in plans.waiting_in(self.conn, group.id):
            told = moment(group.spoken.at)
            self.changes.put(
                one.delivery, DeliveryState.DROPPED, f"folded into its group, told at {told}: no news", group=group.id
            )
        groups.wait(self.conn, group, None)
        return False

    def _still(self, waiting: Sequence[Waiting], channel: ChannelSpec) -> list[Waiting]:
        """Those that are still to be told at this moment; the others wait, or are dropped."""
        told, left = self._tellers(waiting), []
        for one in waiting:
            verdict = decide(self._case(one, channel, told), self.silences, self.late, self.now)
            if isinstance(verdict, Tell):
                left.append(one)
            else:
                self._apply(one.delivery, verdict)
        self._write()
        return left

    # ── what was held ─────────────────────────────────────────────────────────────────────────────

    def wait_anew(self, name: str) -> None:
        """Rules changed: what is held at a channel waits as they say now."""
        channel = self._channel(name)
        if channel is not None:
            times = Times(channel, self._rule, self.now)
            until = ((one, self._until(one, times)) for one in plans.held_at(self.conn, name))
            plans.postpone(self.conn, [(one.delivery, at) for one, at in until if at != one.due])

    def _until(self, one: Held, times: Times) -> int:
        match one.waits_for:
            case WaitsFor.MUTE:
                found = times.mute(one)
                return min(found, one.due) if found else self.now
            case WaitsFor.DIGEST:
                return one.due if one.due <= self.now else times.digest(one)
            case _:
                return one.due

    def _tell_held(self, name: str, *, backlog: bool) -> None:
        """One digest of all that is due at a channel, unless that is mute."""
        channel = self._channel(name)
        due = plans.held_at(self.conn, name, self.now)
        due = [one for one in due if backlog or one.waits_for is not WaitsFor.BACKLOG or one.due <= self.now]
        if channel is None:
            for one in due:
                self._lost(one.delivery)
            return
        ready, later, times = [], [], Times(channel, self._rule, self.now)
        for one in due:
            if (found := times.mute(one)) is not None:
                later.append((one.delivery, found))
            elif one.waits_for is WaitsFor.MUTE and (until := times.digest_after_mute(one)) > self.now:
                reason = f"{one.reason}; digest at {moment(until, channel.timezone)}"
                self.changes.put(one.delivery, DeliveryState.HELD, reason, WaitsFor.DIGEST, until)
            else:
                ready.append(one)
        plans.postpone(self.conn, later)
        if ready := self._not_silenced(ready):
            self._digested.add(name)
            digest = digests.compose(self.conn, ready, self._why(ready, channel), self.now)
            mailing = self._send(name, MessageKind.DIGEST, digest.to_json())
            for one in ready:
                reason = f"{one.reason}; in the digest of {moment(self.now, channel.timezone)}"
                self.changes.put(one.delivery, DeliveryState.PENDING, reason, mailing=mailing)

    def _not_silenced(self, held: Sequence[Held]) -> list[Held]:
        if not self.silences:
            return list(held)
        alerts, left = plans.contents(self.conn, [one.seq for one in held]), []
        for one in held:
            if reason := silenced(self.silences, alerts[one.seq], self.now):
                self.changes.put(one.delivery, DeliveryState.DROPPED, reason)
            else:
                left.append(one)
        return left

    def _why(self, held: Sequence[Held], channel: ChannelSpec) -> str:
        """For what it was held, in words."""
        ended: dict[str, None] = {}
        for rule, due in dict.fromkeys((one.rule, one.due) for one in held if one.waits_for is WaitsFor.MUTE):
            found = muted((*channel.mute, *self._rule(rule).mute), due - 1)
            ended |= dict.fromkeys(found[1].split(", ") if found else ())
        kinds = {one.waits_for for one in held}
        told = [f"quiet hours {' and '.join(ended)} ended".replace("  ", " ")] if WaitsFor.MUTE in kinds else []
        told += ["digest"] if WaitsFor.DIGEST in kinds else []
        told += ["read late"] if WaitsFor.BACKLOG in kinds else []
        return ", ".join(told)

    def _send_digests(self) -> None:
        """The digests that channels have at their times: what was held for one is told by then, so that only an empty
        one is left to send."""
        for scheduled in digests.due(self.conn, self.now):
            channel = self._channel(scheduled.channel)
            if channel is None or channel.digest is None:
                digests.put_off(self.conn, scheduled.channel, self.now + BACKLOG_AT_MOST)
                continue
            if (found := muted(channel.mute, self.now)) is not None:
                digests.put_off(self.conn, channel.name, found[0])
                continue
            if channel.digest.empty and channel.name not in self._digested:
                told = pulse(self.conn, channel.name, scheduled.since, self.now, channel.timezone)
                empty = Digest(uuid7(self.now), "digest", scheduled.since, self.now, pulse=told)
                self._send(channel.name, MessageKind.DIGEST, empty.to_json())
            following = channel.digest.cron.following(self.now, channel.timezone)
            digests.sent(self.conn, channel.name, following, self.now)

    # ── escalation ────────────────────────────────────────────────────────────────────────────────

    def _watch(self, channel: str, group: str, told: Sequence[Waiting]) -> None:
        """From now on alerts that were told are watched, for those who are to hear where nobody acknowledges them."""
        spec = self._channel(channel)
        if spec is not None and spec.escalate is not None:
            due = self.now + spec.escalate.after * 1000
            escalations.start(self.conn, channel, group, [one.seq for one in told], due, self.now)
        for rule, some in _by_rule(told).items():
            if (escalate := self._rule(rule).escalate) is not None:
                due = self.now + escalate.after * 1000
                escalations.start(self.conn, f"{_RULE}{rule}", group, [one.seq for one in some], due, self.now)

    def _escalate(self, chain: escalations.Chain) -> None:
        by_rule = chain.origin.startswith(_RULE)
        says = self._rule(chain.origin.removeprefix(_RULE)) if by_rule else self._channel(chain.origin)
        escalate = says.escalate if says is not None else None
        if escalate is None:
            escalations.end(self.conn, chain, "the rules have no escalation any more")
            return
        if acked := escalations.acknowledged(self.conn, chain):
            by = f" by {acked[1]}" if acked[1] else ""
            escalations.end(self.conn, chain, f"acknowledged at {moment(acked[0])}{by}")
            return
        waited = self.now - chain.started_at
        if waited > ESCALATES_FOR:
            escalations.end(self.conn, chain, f"nobody acknowledged it for {span(waited // 1000)}")
            return
        found = plans.contents(self.conn, chain.alerts)
        silent = {seq: silenced(self.silences, alert, self.now) for seq, alert in found.items()}
        chain = self._heard_of(chain, silent)
        if not chain.alerts:
            return
        alerts = [found[seq] for seq in chain.alerts]
        why = f"not acknowledged for {span(waited // 1000)}"
        told = [name for name in escalate.notify if self._tell_again(name, chain, alerts, why)]
        after = escalate.after * 1000
        following = chain.due + after * ((self.now - chain.due) // after + 1)
        reason = f"{why}: told {', '.join(told)}" if told else f"{why}: {', '.join(escalate.notify)} mute or gone"
        escalations.again(self.conn, chain, following, reason, told=bool(told))

    def _heard_of(self, chain: escalations.Chain, silent: Mapping[int, str]) -> escalations.Chain:
        """The chain without those of its alerts that are silenced, which end here with the reason."""
        for seq, reason in silent.items():
            if reason:
                escalations.end(self.conn, replace(chain, alerts=(seq,)), reason)
        return replace(chain, alerts=tuple(seq for seq, reason in silent.items() if not reason))

    def _tell_again(self, name: str, chain: escalations.Chain, alerts: Sequence[Alert], why: str) -> bool:
        """Tells a channel of alerts that nobody acknowledged, unless it is mute."""
        channel = self._channel(name)
        loudest = max(alerts, key=lambda alert: alert.level.rank)
        if channel is None or quiet(Case(loudest, self._rule(loudest.rule), channel, self.now), self.now):
            return False
        newest = sorted(alerts, key=lambda alert: alert.opened_at, reverse=True)
        titles = tuple(dict.fromkeys(a.title or a.rule for a in sorted(alerts, key=lambda a: -a.level.rank)))
        shown = tuple(newest[: groups.NEWEST])
        outlets = groups.outlets(self.conn, list(chain.alerts))
        bulletin = Bulletin(chain.group, loudest.level, shown, titles, len(alerts), outlets, why)
        mailing = self._send(name, MessageKind.ALERT, bulletin.to_json())
        outbox.tell_too(self.conn, chain.alerts, name, mailing, f"escalated: {why}", self.now)
        if channel.escalate is not None:
            due = self.now + channel.escalate.after * 1000
            escalations.start(self.conn, name, chain.group, chain.alerts, due, self.now)
        return True

    # ── messages ──────────────────────────────────────────────────────────────────────────────────

    def _tell(
        self, channel: str, bulletin: Bulletin, told: Sequence[Waiting], reason: str, group: int | None = None
    ) -> None:
        mailing = self._send(channel, MessageKind.ALERT, bulletin.to_json())
        for one in told:
            self.changes.put(one.delivery, DeliveryState.PENDING, reason, group=group, mailing=mailing)
        self._watch(channel, bulletin.group, told)

    def _send(self, channel: str, kind: MessageKind, body: Mapping[str, object]) -> str:
        targets = [target.key for target in self.current.channels[channel].targets]
        rows = outbox.written(channel, targets, kind, body, self.now)
        self._messages += rows
        return str(rows[0]["mailing"])


class Times:
    """Until when what is held at a channel waits, as the rules say at `now`: reckoned once for each rule and level, not
    for each of 50,000 deliveries."""

    def __init__(self, channel: ChannelSpec, rule: Callable[[str], RuleSpec], now: int) -> None:
        self._channel = channel
        self._rule = rule
        self._now = now
        self._mute: dict[tuple[str, str], int | None] = {}
        self._digest: dict[str, int] = {}
        self._after_mute: dict[str, int] = {}

    def mute(self, one: Held) -> int | None:
        """When the quiet hours end that hold now, None for none."""
        key = one.rule, one.level
        if key not in self._mute:
            found = muted(mute_of(self._channel, self._rule(one.rule), Level(one.level)), self._now)
            self._mute[key] = found[0] if found else None
        return self._mute[key]

    def digest(self, one: Held) -> int:
        """When the next digest is."""
        if one.rule not in self._digest:
            self._digest[one.rule] = digest_at(self._rule(one.rule), self._channel, self._now)
        return self._digest[one.rule]

    def digest_after_mute(self, one: Held) -> int:
        """When the digest is that quiet hours which end now are told by: that of the channel or rule, else now."""
        if one.rule not in self._after_mute:
            rule = self._rule(one.rule)
            own = self._channel.digest or rule.digest
            self._after_mute[one.rule] = digest_at(rule, self._channel, self._now - 1) if own else self._now
        return self._after_mute[one.rule]


def _by_rule(told: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    found: dict[str, list[Waiting]] = {}
    for one in told:
        found.setdefault(one.alert.rule, []).append(one)
    return found
