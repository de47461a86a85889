"""What silences take back of a message at the moment at which it would be sent: it may have waited for hours for its
turn or another try.

Every function belongs into the transaction that claims the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from watcher.message import Bulletin, Content, Digest, MessageKind
from watcher.model import Alert, DeliveryState, WaitsFor
from watcher.policy.quiet import Silence, silenced
from watcher.store import digests, escalations, groups
from watcher.store.columns import AnyRow, chunks
from watcher.store.outbox import MessageState, end_unsent
from watcher.store.schema import alerts, deliveries, messages


@dataclass(frozen=True, slots=True)
class _Told:
    """A delivery of a message; `why` it is not to be told, "" where it is."""

    id: int
    seq: int
    group: int | None
    alert: Alert
    why: str


def left_of(
    conn: Connection, message: AnyRow, content: Content, holding: Sequence[Silence], now: int
) -> Content | None:
    """What is to be sent of a claimed message while those silences hold: all, what they do not cover, or None, and then
    the message has ended, or its group tells anew what is left. What they cover is dropped with the reason.

    What has begun to be sent goes on, and of what is told elsewhere nothing is dropped.
    """
    if not holding or message.progress is not None:
        return content
    told = [_told(row, silenced(holding, Alert.from_json(row.content), now)) for row in _deliveries(conn, message)]
    covered, left = [one for one in told if one.why], [one for one in told if not one.why]
    elsewhere = _is_elsewhere(conn, message)
    if not covered or (left and elsewhere):
        return content
    if not elsewhere:
        _drop(conn, covered, now)
    if not left:
        _end(conn, message, covered[0].why, now)
        return None
    if isinstance(content, Bulletin) and (group := left[0].group) is not None:
        anew = {"state": DeliveryState.HELD.value, "waits_for": WaitsFor.GROUP.value, "mailing": None}
        _change(conn, left, {**anew, "changed_at": now})
        groups.take_back(conn, group, now)
        _end(conn, message, covered[0].why, now)
        return None
    rest = _rest(conn, content, left, now)
    conn.execute(update(messages).where(_unsent(message)).values(body=rest.to_json(), level=rest.level.value))
    return rest


def _told(row: AnyRow, why: str) -> _Told:
    dropped = row.reason if row.state == DeliveryState.DROPPED else ""
    return _Told(row.id, row.seq, row.group, Alert.from_json(row.content), why or dropped)


def _deliveries(conn: Connection, message: AnyRow) -> Sequence[AnyRow]:
    """What a message tells; of a digest of what had waited also what is folded into it."""
    of = deliveries.c
    wanted = select(of.id, of.group, of.state, of.reason, alerts.c.seq, alerts.c.content).join_from(deliveries, alerts)
    which = of.mailing == message.mailing
    if message.kind == MessageKind.DIGEST:
        which = or_(which, of.mailing.in_(select(messages.c.mailing).where(messages.c.part_of == message.seq)))
    return conn.execute(wanted.where(which).order_by(of.id)).all()


def _is_elsewhere(conn: Connection, message: AnyRow) -> bool:
    """Whether another address has it, or is being sent it."""
    gone = messages.c.state.in_([MessageState.SENT.value, MessageState.LEASED.value])
    other = and_(messages.c.mailing == message.mailing, messages.c.seq != message.seq, gone)
    return conn.execute(select(messages.c.seq).where(other).limit(1)).first() is not None


def _drop(conn: Connection, covered: Sequence[_Told], now: int) -> None:
    """Drops what silences cover, as if it had never been told: its group has yet to tell what it told of it."""
    out = {"state": DeliveryState.DROPPED.value, "waits_for": None, "changed_at": now}
    for why in {one.why for one in covered}:
        some = [one for one in covered if one.why == why]
        _change(conn, some, {**out, "reason": why})
        escalations.end_all(conn, [one.seq for one in some], why)
    for group in {one.group for one in covered if one.group is not None}:
        groups.take_back(conn, group, now)


def _change(conn: Connection, some: Sequence[_Told], values: Mapping[str, object]) -> None:
    for ids in chunks([one.id for one in some]):
        conn.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(values))


def _unsent(message: AnyRow) -> ColumnElement[bool]:
    """Of the messages of a mailing, this one and those that nobody has of and nobody is sending."""
    waits = messages.c.state.in_([MessageState.PENDING.value, MessageState.HELD.value])
    others = and_(messages.c.mailing == message.mailing, waits, messages.c.progress.is_(None))
    return or_(messages.c.seq == message.seq, others)


def _end(conn: Connection, message: AnyRow, why: str, now: int) -> None:
    rows = conn.execute(select(messages.c.seq, messages.c.mailing).where(_unsent(message))).all()
    end_unsent(conn, rows, MessageState.DROPPED, why, now)


def _rest(conn: Connection, content: Content, left: Sequence[_Told], now: int) -> Bulletin | Digest:
    """A digest, or what is told by an escalation or a fallback, of only what is left."""
    if isinstance(content, Digest):
        made = digests.compose(conn, [one.seq for one in left], content.why, now)
        return replace(made, id=content.id)
    assert isinstance(content, Bulletin)
    newest = sorted((one.alert for one in left), key=lambda alert: alert.opened_at, reverse=True)
    loudest = sorted(newest, key=lambda alert: -alert.level.rank)
    titles = tuple(dict.fromkeys(alert.title or alert.rule for alert in loudest))
    outlets = groups.outlets(conn, [one.seq for one in left])
    shown = tuple(newest[: groups.NEWEST])
    return Bulletin(
        content.group, loudest[0].level, shown, titles, len(left), outlets, content.why, reminder=content.reminder
    )
