"""What waits for a time: told by one digest when that has come, and the digests that tell that nothing was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from watcher.message import Digest, MessageKind
from watcher.model import DeliveryState, Level, WaitsFor
from watcher.phrase import Moment, Phrase
from watcher.planning.work import BACKLOG_AT_MOST, Work
from watcher.policy.decide import AT_DIGEST, WHY_AT_DIGEST, digest_at, mute_of
from watcher.policy.quiet import muted, silenced
from watcher.rules.spec import ChannelSpec, RuleSpec
from watcher.store import digests, plans
from watcher.store.columns import uuid7
from watcher.store.held import Held, at_channel, postpone
from watcher.store.pulse import amiss, pulse

DIGEST = Phrase("digest")


class Digests:
    """Tells what was held; owns which channels had a digest in this transaction, and so need no empty one."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._digested: set[str] = set()

    def wait_anew(self, name: str) -> None:
        """Rules changed: what is held at a channel waits as they say now."""
        channel = self._work.channel(name)
        if channel is not None:
            times = Times(channel, self._work.rule, self._work.now)
            until = ((one, self._until(one, times)) for one in at_channel(self._work.conn, name))
            postpone(self._work.conn, [_waits(one, at) for one, at in until if at != one.due])

    def _until(self, one: Held, times: Times) -> int:
        match one.waits_for:
            case WaitsFor.MUTE:
                found = times.mute(one)
                return min(found, one.due) if found else self._work.now
            case WaitsFor.DIGEST:
                return one.due if one.due <= self._work.now else times.digest(one)
            case _:
                return one.due

    def tell_held(self, name: str, *, backlog: bool) -> None:
        """One digest of all that is due at a channel, unless that is mute."""
        channel = self._work.channel(name)
        due = at_channel(self._work.conn, name, self._work.now)
        due = [one for one in due if backlog or one.waits_for is not WaitsFor.BACKLOG or one.due <= self._work.now]
        if channel is None:
            for one in due:
                self._work.lost(one.delivery)
            return
        ready, later, times = [], [], Times(channel, self._work.rule, self._work.now)
        for one in due:
            if (found := times.mute(one)) is not None:
                later.append(_waits(one, found))
            elif one.waits_for is WaitsFor.MUTE and (until := times.digest_after_mute(one)) > self._work.now:
                reason = Phrase("{reason}; digest at {until}", reason=one.reason, until=Moment(until))
                self._work.changes.put(one.delivery, DeliveryState.HELD, reason, WaitsFor.DIGEST, until)
            else:
                ready.append(one)
        postpone(self._work.conn, later)
        if ready := self._not_silenced(ready):
            self._digested.add(name)
            digest = digests.compose(
                self._work.conn, [one.seq for one in ready], self._why(ready, channel), self._work.now
            )
            digest = replace(digest, pulse=self._amiss(ready, channel))
            mailing = self._work.send(name, MessageKind.DIGEST, digest.to_json())
            for one in ready:
                reason = _told(one, Moment(self._work.now))
                self._work.changes.put(one.delivery, DeliveryState.PENDING, reason, mailing=mailing)

    def _amiss(self, held: Sequence[Held], channel: ChannelSpec) -> tuple[tuple[str, Phrase], ...]:
        """What of the pulse an analyst is to know though there are alerts: in the channel's own digest, if it has one
        that tells the pulse."""
        since = digests.told_until(self._work.conn, channel.name)
        if since is None or channel.digest is None or not channel.digest.empty:
            return ()
        if all(one.waits_for is not WaitsFor.DIGEST for one in held):
            return ()
        return amiss(self._work.conn, channel.name, since, self._work.now)

    def _not_silenced(self, held: Sequence[Held]) -> list[Held]:
        if not self._work.silences:
            return list(held)
        alerts, left = plans.contents(self._work.conn, [one.seq for one in held]), []
        for one in held:
            if reason := silenced(self._work.silences, alerts[one.seq], self._work.now):
                self._work.changes.put(one.delivery, DeliveryState.DROPPED, reason)
            else:
                left.append(one)
        return left

    def _why(self, held: Sequence[Held], channel: ChannelSpec) -> Phrase:
        """For what it was held."""
        ended: dict[str, None] = {}
        for rule, due in dict.fromkeys((one.rule, one.due) for one in held if one.waits_for is WaitsFor.MUTE):
            found = muted((*channel.mute, *self._work.rule(rule).mute), due - 1)
            ended |= dict.fromkeys(found[1].split(", ") if found else ())
        kinds = {one.waits_for for one in held}
        told = [_ended(list(ended))] if WaitsFor.MUTE in kinds else []
        told += [DIGEST] if WaitsFor.DIGEST in kinds else []
        told += [Phrase("read late")] if WaitsFor.BACKLOG in kinds else []
        return Phrase.joined(told)

    def send_scheduled(self) -> None:
        """The digests that channels have at their times: what was held for one is told by then, so that only an empty
        one is left to send."""
        for scheduled in digests.due(self._work.conn, self._work.now):
            channel = self._work.channel(scheduled.channel)
            if channel is None or channel.digest is None:
                digests.put_off(self._work.conn, scheduled.channel, self._work.now + BACKLOG_AT_MOST)
                continue
            if (found := muted(channel.mute, self._work.now)) is not None:
                digests.put_off(self._work.conn, channel.name, found[0])
                continue
            if channel.digest.empty and channel.name not in self._digested:
                told = pulse(self._work.conn, channel.name, scheduled.since, self._work.now, channel.timezone)
                empty = Digest(uuid7(self._work.now), DIGEST, scheduled.since, self._work.now, pulse=told)
                self._work.send(channel.name, MessageKind.DIGEST, empty.to_json())
            following = channel.digest.cron.following(self._work.now, channel.timezone)
            digests.sent(self._work.conn, channel.name, following, self._work.now)


def _ended(names: list[str]) -> Phrase:
    """That quiet hours of these names are over."""
    if not names:
        return Phrase("quiet hours ended")
    several = ", ".join(names[:-1])
    named = Phrase("{several} and {last}", several=several, last=names[-1]) if several else names[-1]
    return Phrase("quiet hours {names} ended", names=named)


def _told(one: Held, at: Moment) -> Phrase:
    """Why an alert came by a digest, and by which: what waited for that one alone says its time once."""
    own = one.reason.values.get("why") if one.reason.template in (AT_DIGEST, WHY_AT_DIGEST) else one.reason
    if own is None:
        return Phrase("in the digest of {at}", at=at)
    return Phrase("{reason}; in the digest of {at}", reason=own, at=at)


def _waits(one: Held, until: int) -> tuple[int, int, Phrase]:
    """A delivery that waits until another time than its reason tells."""
    return one.delivery, until, one.reason.with_values(until=Moment(until))


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
