"""What a channel cannot tell, told at its fallback: as a delivery of its own, once for each alert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from watcher.message import Lane, MessageKind
from watcher.model import DeliveryState, Level
from watcher.store.columns import AnyRow, chunks
from watcher.store.engine import Store
from watcher.store.held import BATCH
from watcher.store.outbox import MessageState, enqueue
from watcher.store.schema import deliveries, messages

BY_HAND = "dropped by hand"


@dataclass(frozen=True, slots=True)
class Fallback:
    """The channel that is told instead, by the keys of its addresses, once the other has failed for `after` seconds."""

    channel: str
    targets: tuple[str, ...]
    after: int = 0


_TOLD = select(messages.c.seq, messages.c.mailing, messages.c.channel, messages.c.kind, messages.c.body)


def fall_back(store: Store, lane: Lane, to: Fallback, why: str, now: int, level: Level | None = None) -> int:
    """Tells `to` what waits in a lane, of one level or of all; returns how many messages that were. Raises Trouble."""
    mine = and_(messages.c.channel == lane.channel, messages.c.target == lane.target)
    waits = and_(mine, messages.c.state == MessageState.PENDING.value, messages.c.fallback_at.is_(None))
    wanted = waits if level is None else and_(waits, messages.c.level == level.value)
    with store.read() as conn:  # asked at every step while an address fails, and most often there is nothing
        if conn.execute(_TOLD.where(wanted).limit(1)).first() is None:
            return 0
    told = 0
    while True:
        with store.write() as conn:
            rows = conn.execute(_TOLD.where(wanted).order_by(messages.c.seq).limit(BATCH)).all()
            told += sum(_tell(conn, row, to, why, now) for row in rows)
        if len(rows) < BATCH:
            return told


def fall_back_one(conn: Connection, seq: int, to: Fallback, why: str, now: int) -> None:
    """Tells `to` of one message, unless that was done before."""
    row = conn.execute(_TOLD.where(messages.c.seq == seq, messages.c.fallback_at.is_(None))).first()
    if row is not None:
        _tell(conn, row, to, why, now)


def _tell(conn: Connection, row: AnyRow, to: Fallback, why: str, now: int) -> bool:
    """Whether there was anything to tell: an alert that the fallback gets anyhow is not told there twice."""
    conn.execute(update(messages).where(messages.c.seq == row.seq).values(fallback_at=now))
    alerts = _alerts(conn, row)
    there = {known.alert: known for known in _deliveries(conn, to.channel, alerts)}
    fresh = [alert for alert in alerts if alert not in there or _is_open_to(there[alert])]
    if alerts and not fresh:
        return False
    mailing = enqueue(conn, to.channel, to.targets, MessageKind(row.kind), row.body, now)
    decided: dict[str, Any] = {
        "state": DeliveryState.PENDING.value,
        "reason": f"fallback of {row.channel}: {why}",
        "mailing": mailing,
    }
    decided = {**decided, "waits_for": None, "due": None, "group": None}  # its group tells it no more
    for alert in fresh:
        if alert in there:
            mine = deliveries.c.id == there[alert].id
            conn.execute(update(deliveries).where(mine).values(**decided, changed_at=now))
        else:
            about = {"alert": alert, "channel": to.channel, "created_at": now, "changed_at": now}
            conn.execute(deliveries.insert().values(**about, **decided))
    return True


def _alerts(conn: Connection, row: AnyRow) -> list[int]:
    """The alerts that a message tells; none of a notice."""
    folded = select(messages.c.mailing).where(messages.c.part_of == row.seq)
    told = or_(deliveries.c.mailing == row.mailing, deliveries.c.mailing.in_(folded))
    return list(conn.execute(select(deliveries.c.alert).where(told).distinct().order_by(deliveries.c.alert)).scalars())


def _deliveries(conn: Connection, channel: str, alerts: list[int]) -> Iterator[AnyRow]:
    for some in chunks(alerts):
        yield from conn.execute(select(deliveries).where(deliveries.c.channel == channel, deliveries.c.alert.in_(some)))


def _is_open_to(delivery: AnyRow) -> bool:
    """Whether the fallback would not get the alert by itself, or not now: it is too low for it, or is held."""
    if delivery.state == DeliveryState.DROPPED:
        return bool(delivery.reason != BY_HAND)
    return bool(delivery.state == DeliveryState.HELD and delivery.mailing is None)
