"""What a channel cannot tell, told at its fallback: as a delivery of its own, once for each alert."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select, update

from watcher.message import MessageKind, Route
from watcher.model import Level
from watcher.store.columns import AnyRow
from watcher.store.engine import Store
from watcher.store.outbox import BATCH, MessageState, enqueue, tell_too, untold
from watcher.store.schema import deliveries, messages


@dataclass(frozen=True, slots=True)
class Fallback:
    """The channel that is told instead, by the keys of its addresses, once the other has failed for `after` seconds."""

    channel: str
    targets: tuple[str, ...]
    after: int = 0


_TOLD = select(messages.c.seq, messages.c.mailing, messages.c.channel, messages.c.kind, messages.c.body)


def fall_back(store: Store, route: Route, to: Fallback, why: str, now: int, level: Level | None = None) -> int:
    """Tells `to` what waits on a route, of one level or of all; returns how many messages that were. Raises Trouble."""
    mine = and_(messages.c.channel == route.channel, messages.c.target == route.target)
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
    fresh = untold(conn, to.channel, alerts)
    if alerts and not fresh:
        return False
    mailing = enqueue(conn, to.channel, to.targets, MessageKind(row.kind), row.body, now)
    tell_too(conn, fresh, to.channel, mailing, f"fallback of {row.channel}: {why}", now)
    return True


def _alerts(conn: Connection, row: AnyRow) -> list[int]:
    """The alerts that a message tells; none of a notice."""
    folded = select(messages.c.mailing).where(messages.c.part_of == row.seq)
    told = or_(deliveries.c.mailing == row.mailing, deliveries.c.mailing.in_(folded))
    return list(conn.execute(select(deliveries.c.alert).where(told).distinct().order_by(deliveries.c.alert)).scalars())
