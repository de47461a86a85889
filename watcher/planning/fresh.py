"""New deliveries: each is decided, told alone, or joins its group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import structlog

from watcher.message import Bulletin, MessageKind, Notice
from watcher.model import DeliveryState, WaitsFor
from watcher.phrase import Moment, Phrase, Span
from watcher.planning.work import Work
from watcher.policy import grouping
from watcher.policy.decide import Case, Hold, Late, Tell, decide, to_digest
from watcher.policy.quiet import moment, silenced
from watcher.rules.spec import ChannelSpec, Pace
from watcher.store import groups, plans
from watcher.store.pace import latest, note_noisy, told_since
from watcher.store.plans import Waiting

log = structlog.get_logger(__name__)


class Decisions:
    """Decides what becomes of alerts at a channel, now; owns how often each rule has begun to tell one."""

    def __init__(self, work: Work, inhibitors: Mapping[str, frozenset[str]], late: Late) -> None:
        self._work = work
        self._inhibitors = inhibitors
        self._late = late
        self._told: dict[tuple[str, str], int] = {}

    def decide_new(self, fresh: Sequence[Waiting]) -> None:
        """Decides deliveries of which nothing is decided yet."""
        told = self._tellers(fresh)
        for one in fresh:
            channel = self._work.channel(one.channel)
            if channel is None:
                self._work.lost(one.delivery)
                continue
            case = self._case(one, channel, told)
            verdict = decide(case, self._work.silences, self._late, self._work.now)
            self._work.apply(one.delivery, self._group(one, case) if isinstance(verdict, Tell) else verdict)

    def still(self, waiting: Sequence[Waiting], channel: ChannelSpec) -> list[Waiting]:
        """Those that are still to be told at this moment; the others wait, or are dropped."""
        told, left = self._tellers(waiting), []
        for one in waiting:
            verdict = decide(self._case(one, channel, told), self._work.silences, self._late, self._work.now)
            if isinstance(verdict, Tell):
                left.append(one)
            else:
                self._work.apply(one.delivery, verdict)
        self._work.write()
        return left

    def _case(self, one: Waiting, channel: ChannelSpec, told: Mapping[tuple[int, str], list[plans.Telling]]) -> Case:
        return Case(
            one.alert, self._work.rule(one.alert.rule), channel, one.came_at, self._inhibitor(one, channel, told)
        )

    def _tellers(self, some: Iterable[Waiting]) -> Mapping[tuple[int, str], list[plans.Telling]]:
        """What rules that inhibit those of the alerts tell of their stories."""
        inhibited = [one for one in some if one.story is not None and one.alert.rule in self._inhibitors]
        rules = frozenset[str]().union(*(self._inhibitors[one.alert.rule] for one in inhibited))
        stories = dict.fromkeys(one.story for one in inhibited if one.story is not None)
        return plans.tellers(self._work.conn, stories, rules) if inhibited else {}

    def _inhibitor(
        self, one: Waiting, channel: ChannelSpec, told: Mapping[tuple[int, str], list[plans.Telling]]
    ) -> str:
        """The rule that tells the story at the channel, or is about to."""
        for telling in told.get((one.story or 0, channel.name), ()):
            if telling.rule in self._inhibitors.get(one.alert.rule, ()) and (
                telling.decided or self._heard(telling, channel)
            ):
                return telling.rule
        return ""

    def _heard(self, telling: plans.Telling, channel: ChannelSpec) -> bool:
        quiet_enough = telling.alert.level.rank >= channel.min_level.rank
        return quiet_enough and not silenced(self._work.silences, telling.alert, self._work.now)

    def _group(self, one: Waiting, case: Case) -> Hold | None:
        """Tells an alert alone, or has it join its group; a hold where its rule is too noisy to begin anything new."""
        rule, channel, alert = case.rule, case.channel, one.alert
        settings = grouping.settings(channel, rule, alert.level, self._work.current.rules.grouping)
        if settings.alone:
            if held := self._brake(case):
                return held
            titles = (alert.title or alert.rule,)
            bulletin = Bulletin(alert.id, alert.level, (alert,), titles, outlets=alert.outlets)
            self._work.tell(channel.name, bulletin, [one], "at once")
            return None
        key = grouping.key(settings.by, alert, one.story, one.key)
        group = groups.open_one(self._work.conn, channel.name, key, self._work.now)
        if group is None:
            if held := self._brake(case):
                return held
            group = groups.make(self._work.conn, channel.name, key, settings, self._work.now)
        else:
            group = groups.join(self._work.conn, group, settings, self._work.now)
        if group.spoken.at is not None:
            reason = f"its group was told at {moment(group.spoken.at)}: told again with news"
        else:
            reason = f"waits until {moment(group.due)} for more of its group"
        self._work.changes.put(one.delivery, DeliveryState.HELD, reason, WaitsFor.GROUP, None, group.id)
        return None

    def _brake(self, case: Case) -> Hold | None:
        """Counts what a rule begins to tell a channel; beyond its pace it waits for the digest."""
        rule, channel = case.rule, case.channel
        name, pace = case.alert.rule, grouping.pace(channel, rule, case.alert.level)
        if pace is None:
            return None
        since = self._work.now - pace.seconds * 1000
        if (name, channel.name) not in self._told:
            self._told[name, channel.name] = told_since(self._work.conn, name, channel.name, since)
        if self._told[name, channel.name] < pace.count:
            self._told[name, channel.name] += 1
            self._work.tellings.append((name, channel.name))
            return None
        most = f"{pace.count} in {Span(pace.seconds)}"
        held = to_digest(case, self._work.now, f"rule {name} is noisy: {most} were told")
        if note_noisy(self._work.conn, name, channel.name, since, self._work.now):
            term = grouping.term(latest(self._work.conn, name, pace.count))
            rest = Moment(held.until, channel.timezone)
            notice = Notice("rule.noisy", _noisy(name, pace, term, rest), case.alert.level)
            self._work.send(channel.name, MessageKind.NOTICE, notice.to_json())
            log.warning("rule.noisy", rule=name, channel=channel.name, told=pace.count, by=term)
        return held


def _noisy(rule: str, pace: Pace, term: Phrase, rest: Moment) -> Phrase:
    """How often a rule told, mostly by which term, and when the rest of it comes."""
    told = Phrase(
        "Rule {rule} is noisy: it told {count} in {span} here", rule=rule, count=pace.count, span=Span(pace.seconds)
    )
    if term:
        told = Phrase("{told}, most by {term}", told=told, term=term)
    return Phrase("{told}. The rest waits for the digest at {at}.", told=told, at=rest)
