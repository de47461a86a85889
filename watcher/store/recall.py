"""What silences and quiet hours take back of a message at the moment at which it would be sent: it may have waited for
hours for its turn or another try.

Every function belongs into the transaction that claims the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, and_, select, update

from watcher.message import Bulletin, Content, Digest, Notice
from watcher.model import Alert, DeliveryState, WaitsFor
from watcher.policy.decide import Drop, Hold, QuietHours
from watcher.policy.quiet import Silence, silenced
from watcher.store import digests, escalations, groups
from watcher.store.columns import AnyRow, chunks, filled
from watcher.store.mailings import deliveries_of, gone_elsewhere, has_dropped, unsent
from watcher.store.outbox import MessageState, end_unsent
from watcher.store.schema import deliveries, messages


@dataclass(frozen=True, slots=True)
class _Told:
    """A delivery of a message; `out` is what keeps it from being told now."""

    id: int
    seq: int
    group: int | None
    mailing: str
    is_dropped: bool
    alert: Alert
    out: Drop | Hold | None


@dataclass(frozen=True, slots=True)
class Claiming:
    """When a message is claimed, and what may cover it: the silences that hold, and the quiet hours of its address that
    hold, if any."""

    now: int
    silences: Sequence[Silence]
    quiet: QuietHours | None

    @classmethod
    def at(cls, now: int, silences: Sequence[Silence], quiet: QuietHours | None) -> Claiming:
        """Without the quiet hours where they hold nothing at `now` (UTC ms)."""
        return cls(now, silences, quiet if quiet is not None and quiet.hold_any(now) else None)

    def covers(self, alert: Alert) -> Drop | Hold | None:
        """What keeps an alert from being told."""
        if why := silenced(self.silences, alert, self.now):
            return Drop(why)
        return self.quiet.hold(alert, self.now) if self.quiet is not None else None


def left_of(conn: Connection, message: AnyRow, content: Content, claiming: Claiming) -> Content | None:
    """What is to be sent of a claimed message: all, what nothing covers, or None, and then the message has ended or is
    put off, or its group tells anew what is left. What silences cover is dropped with the reason, and so goes to no
    other address either once they have ended; what quiet hours cover waits for their end.

    What has begun to be sent goes on, if need be after quiet hours, and of what is told elsewhere nothing is dropped.
    """
    is_begun = message.progress is not None
    covering = claiming.quiet is not None or (not is_begun and (claiming.silences or has_dropped(conn, message)))
    if not covering or isinstance(content, Notice):
        return content
    rows = deliveries_of(conn, message)
    if not rows:
        return _of_none(conn, message, content, claiming)
    if is_begun:
        return _of_begun(conn, message, content, rows, claiming)
    told = [_told(row, claiming) for row in rows]
    covered, left = [one for one in told if one.out], [one for one in told if not one.out]
    if not covered:
        return content
    elsewhere = gone_elsewhere(conn, message)
    if left and message.mailing in elsewhere:
        return content
    kept = [one for one in covered if isinstance(one.out, Hold) and one.mailing in elsewhere]
    if kept and not left:  # it goes to this address alone, once it may
        _put_off(conn, message, [one.out for one in kept if isinstance(one.out, Hold)])
        return None
    covered = [one for one in covered if one not in kept]
    left += _kept_whole(conn, kept, {one.mailing for one in left}, message)
    out = [one for one in covered if not one.is_dropped and one.mailing not in elsewhere]
    _take_out(conn, out, claiming.now)
    group = left[0].group if left and isinstance(content, Bulletin) else None
    if left and group is None:
        rest = _rest(conn, content, left, claiming.now)
        conn.execute(update(messages).where(unsent(message)).values(body=rest.to_json(), level=rest.level.value))
        return rest
    if group is not None:
        _tell_anew(conn, group, left, claiming.now)
    _end(conn, message, _reason(covered[0]), claiming.now)
    return None


def _of_begun(
    conn: Connection, message: AnyRow, content: Content, rows: Sequence[AnyRow], claiming: Claiming
) -> Content | None:
    """What a service has a part of waits while quiet hours hold all of it; no silence stops it, nor lets it go."""
    held = [claiming.quiet.hold(Alert.from_json(row.content), claiming.now) for row in rows] if claiming.quiet else []
    holds = [hold for hold in held if hold is not None]
    if not holds or len(holds) < len(rows):
        return content
    _put_off(conn, message, holds)
    return None


def _of_none(conn: Connection, message: AnyRow, content: Content, claiming: Claiming) -> Content | None:
    """What tells no delivery of its own: a reminder, whose deliveries are those of what it reminds of, is for its
    moment, and one that names not all its alerts is sent unless who gets it is mute; a digest of nothing waits."""
    if not isinstance(content, Bulletin) or not content.reminder:
        held = claiming.quiet.hold_all(claiming.now) if claiming.quiet is not None else None
        if held is None:
            return content
        _put_off(conn, message, [held])
        return None
    if message.progress is not None:
        return content
    outs = [claiming.covers(alert) for alert in content.alerts]
    loudest = outs[content.alerts.index(content.lead)]
    if not isinstance(loudest, Hold) and (len(outs) < content.total or not all(outs)):
        return content
    out = loudest or outs[0]
    _end(conn, message, out.reason if out else "", claiming.now)
    return None


def _told(row: AnyRow, claiming: Claiming) -> _Told:
    alert, is_dropped = Alert.from_json(row.content), row.state == DeliveryState.DROPPED
    out = Drop(row.reason) if is_dropped else claiming.covers(alert)
    return _Told(row.id, row.seq, row.group, row.mailing, is_dropped, alert, out)


def _reason(one: _Told) -> str:
    return one.out.reason if one.out else ""


def _take_out(conn: Connection, covered: Sequence[_Told], now: int) -> None:
    """Drops or holds what is covered, as if it had never been told: its group has yet to tell what it told of it. What
    is held goes on to escalate: it came while nobody slept."""
    for out in dict.fromkeys(one.out for one in covered):
        some = [one for one in covered if one.out == out]
        match out:
            case Drop(why):
                dropped = {"state": DeliveryState.DROPPED.value, "waits_for": None, "changed_at": now}
                _change(conn, some, {**dropped, "reason": why})
                escalations.end_all(conn, [one.seq for one in some], why)
            case Hold(until, waits_for, why):
                held = {"state": DeliveryState.HELD.value, "waits_for": waits_for.value, "due": until, "reason": why}
                _change(conn, some, {**held, "mailing": None, "group": None, "changed_at": now})
    for group in {one.group for one in covered if one.group is not None}:
        groups.take_back(conn, group, now)


def _tell_anew(conn: Connection, group: int, left: Sequence[_Told], now: int) -> None:
    """What is left of its message waits for the group, which makes another of it."""
    anew = {"state": DeliveryState.HELD.value, "waits_for": WaitsFor.GROUP.value, "mailing": None}
    _change(conn, left, {**anew, "changed_at": now})
    groups.take_back(conn, group, now)


def _change(conn: Connection, some: Sequence[_Told], values: Mapping[str, object]) -> None:
    for ids in chunks([one.id for one in some]):
        conn.execute(update(deliveries).where(deliveries.c.id.in_(filled(ids))).values(values))


def _put_off(conn: Connection, message: AnyRow, held: Sequence[Hold]) -> None:
    """Has one message wait, with its day of tries before it."""
    _wait(conn, messages.c.seq == message.seq, held)


def _wait(conn: Connection, which: ColumnElement[bool], held: Sequence[Hold]) -> None:
    last = max(held, key=lambda hold: hold.until)
    waits = {"state": MessageState.PENDING.value, "due": last.until, "created_at": last.until, "first_try": None}
    conn.execute(update(messages).where(which).values({**waits, "last_error": last.reason}))


def _kept_whole(conn: Connection, kept: Sequence[_Told], loud: set[str], digest: AnyRow) -> list[_Told]:
    """Of what a digest of what had waited tells, and another address has, what quiet hours hold waits as the message
    that it was; returns what goes with the rest of its message, which is `loud`."""
    waiting: dict[str, list[Hold]] = {}
    for one in kept:
        if one.mailing not in loud and isinstance(one.out, Hold):
            waiting.setdefault(one.mailing, []).append(one.out)
    for mailing, held in waiting.items():
        own = and_(messages.c.mailing == mailing, messages.c.part_of == digest.seq)
        _wait(conn, own, held)
        conn.execute(update(messages).where(own).values(part_of=None))
    return [one for one in kept if one.mailing in loud]


def _end(conn: Connection, message: AnyRow, why: str, now: int) -> None:
    rows = conn.execute(select(messages.c.seq, messages.c.mailing).where(unsent(message))).all()
    end_unsent(conn, rows, MessageState.DROPPED, why, now)


def _rest(conn: Connection, content: Content, left: Sequence[_Told], now: int) -> Bulletin | Digest:
    """A digest, or what is told by an escalation or a fallback, of only what is left."""
    if isinstance(content, Digest):
        made = digests.compose(conn, [one.seq for one in left], content.why, now)
        return replace(made, id=content.id, pulse=content.pulse)
    assert isinstance(content, Bulletin)
    newest = [one.alert for one in sorted(left, key=lambda one: one.seq, reverse=True)]
    loudest = sorted(newest, key=lambda alert: -alert.level.rank)
    titles = tuple(dict.fromkeys(alert.title or alert.rule for alert in loudest))
    outlets = groups.outlets(conn, [one.seq for one in left])
    shown = tuple(newest[: groups.NEWEST])
    return Bulletin(
        content.group, loudest[0].level, shown, titles, len(left), outlets, content.why, reminder=content.reminder
    )
