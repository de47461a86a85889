"""Whole channels of the outbox: held while one cannot be used, released when it can, ended when it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, literal, select, update

from watcher.model import DeliveryState, WaitsFor
from watcher.store.engine import Store
from watcher.store.outbox import MessageState, close_deliveries
from watcher.store.schema import deliveries, messages

BATCH = 200
"""Rows changed in one transaction: a backlog of any size never keeps the other writers waiting for long."""


def hold(store: Store, channel: str, reason: str, now: int) -> int:
    """Holds what waits at a channel that cannot be used; what is being sent may end. Returns the deliveries held."""
    with store.write() as conn:
        waiting = and_(messages.c.channel == channel, messages.c.state == MessageState.PENDING.value)
        conn.execute(update(messages).where(waiting).values(state=MessageState.HELD.value))
        pending = and_(deliveries.c.channel == channel, deliveries.c.state == DeliveryState.PENDING.value)
        held: dict[str, Any] = {
            "state": DeliveryState.HELD.value,
            "reason": reason,
            "waits_for": WaitsFor.CHANNEL.value,
        }
        held |= {"changed_at": now}
        return conn.execute(update(deliveries).where(pending).values(held)).rowcount


def release(store: Store, channel: str, now: int) -> int:
    """Makes due what was held for a channel that can be used again; what never had a message is planned anew.

    Returns the number of deliveries released. Raises Trouble (what was done stays done).
    """
    with store.write() as conn:  # notices have no delivery
        _wake(conn, messages.c.channel == channel, now)
    released = 0
    while rows := _release_some(store, channel, now):
        released += rows
    return released


def _release_some(store: Store, channel: str, now: int) -> int:
    waits = and_(deliveries.c.channel == channel, deliveries.c.waits_for == WaitsFor.CHANNEL.value)
    some = select(deliveries.c.id).where(waits).limit(BATCH)
    undecided = case((deliveries.c.mailing.is_(None), DeliveryState.NEW.value), else_=DeliveryState.PENDING.value)
    freed = {"state": undecided, "waits_for": None, "reason": literal("released: ") + deliveries.c.reason}
    with store.write() as conn:
        return conn.execute(
            update(deliveries).where(deliveries.c.id.in_(some)).values({**freed, "changed_at": now})
        ).rowcount


def _wake(conn: Connection, which: Any, now: int) -> None:
    held = and_(which, messages.c.state == MessageState.HELD.value)
    conn.execute(update(messages).where(held).values(state=MessageState.PENDING.value, due=now))


def channels_held(conn: Connection) -> list[str]:
    """The channels that deliveries are held for."""
    held = deliveries.c.waits_for == WaitsFor.CHANNEL.value
    return sorted(conn.execute(select(deliveries.c.channel).where(held).distinct()).scalars())


def readdress(store: Store, channel: str, targets: Sequence[str], now: int) -> int:
    """Gives what waits for addresses that the channel no longer has to those that it has now, each once a mailing: a
    mended address gets what the faulty one did not. What is left over ends as dead. Returns how many messages."""
    changed = 0
    while rows := _readdress_some(store, channel, targets, now):
        changed += rows
    return changed


def _readdress_some(store: Store, channel: str, targets: Sequence[str], now: int) -> int:
    waits = messages.c.state.in_([MessageState.PENDING.value, MessageState.HELD.value])
    gone = and_(messages.c.channel == channel, waits, messages.c.target.not_in(list(targets)))
    dead = {"state": MessageState.DEAD.value, "last_error": "its address was removed from the channel"}
    with store.write() as conn:
        rows = conn.execute(select(messages.c.seq, messages.c.mailing).where(gone).limit(BATCH)).all()
        for row in rows:
            served = conn.execute(select(messages.c.target).where(messages.c.mailing == row.mailing)).scalars().all()
            free = next((target for target in targets if target not in served), None)
            change = {**dead, "settled_at": now} if free is None else {"target": free}
            conn.execute(update(messages).where(messages.c.seq == row.seq).values(change))
        close_deliveries(conn, [row.mailing for row in rows], now)
    return len(rows)
