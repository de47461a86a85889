"""Whole channels of the outbox: held while one cannot be used, released when it can, ended when it is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, select, update

from watcher.message import MessageKind
from watcher.model import DeliveryState, WaitsFor
from watcher.phrase import Phrase
from watcher.store.columns import filled
from watcher.store.engine import Store
from watcher.store.outbox import BATCH, MessageState, end_unsent
from watcher.store.schema import deliveries, messages, pauses

MISSING = Phrase("the rules have no channel of this name")
REMOVED = Phrase("its channel was removed from the rules")


def hold(store: Store, channel: str, why: Phrase, now: int) -> int:
    """Holds what waits at a channel that cannot be used; what is being sent may end. What it holds for another reason,
    as a secret that was missing until the channel left the rules, is held for this one from now on. That its addresses
    failed is forgotten: what is released is tried at once. Returns how many deliveries are held for it in all."""
    is_held = and_(deliveries.c.channel == channel, deliveries.c.waits_for == WaitsFor.CHANNEL.value)
    with store.write() as conn:
        conn.execute(delete(pauses).where(pauses.c.channel == channel))
        renew = update(deliveries).where(is_held, deliveries.c.reason != why)
        renewed = conn.execute(renew.values(reason=why, changed_at=now)).rowcount
        states = [MessageState.PENDING.value, *([MessageState.HELD.value] if renewed else [])]
        waiting = and_(messages.c.channel == channel, messages.c.state.in_(states))
        conn.execute(update(messages).where(waiting).values(state=MessageState.HELD.value, due=now))
        pending = and_(deliveries.c.channel == channel, deliveries.c.state == DeliveryState.PENDING.value)
        held = {"state": DeliveryState.HELD.value, "reason": why, "waits_for": WaitsFor.CHANNEL.value}
        conn.execute(update(deliveries).where(pending).values({**held, "changed_at": now}))
        return conn.execute(select(func.count()).select_from(deliveries).where(is_held)).scalar_one()


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
    some = select(deliveries.c.id, deliveries.c.reason).where(waits).limit(BATCH)
    undecided = case((deliveries.c.mailing.is_(None), DeliveryState.NEW.value), else_=DeliveryState.PENDING.value)
    freed = {"state": undecided, "waits_for": None, "changed_at": now}
    with store.write() as conn:
        rows = conn.execute(some).all()
        for why in {row.reason for row in rows}:  # most often one
            these = deliveries.c.id.in_(filled(row.id for row in rows if row.reason == why))
            told = Phrase("released: {why}", why=why)
            conn.execute(update(deliveries).where(these).values({**freed, "reason": told}))
    return len(rows)


def _wake(conn: Connection, which: Any, now: int) -> None:
    held = and_(which, messages.c.state == MessageState.HELD.value)
    conn.execute(update(messages).where(held).values(state=MessageState.PENDING.value, due=now, created_at=now))


def channels_held(conn: Connection) -> list[str]:
    """The channels that deliveries are held for."""
    held = deliveries.c.waits_for == WaitsFor.CHANNEL.value
    return sorted(conn.execute(select(deliveries.c.channel).where(held).distinct()).scalars())


def give_up_removed(store: Store, channels: Collection[str], before: int, now: int) -> dict[str, int]:
    """Ends as dead what has been held since `before` for a channel that is none of `channels`, those that the rules
    have. Returns how many deliveries and notices each lost."""
    given_up: Counter[str] = Counter()
    while some := _give_up_some(store, channels, before, now):
        given_up += some
    return dict(given_up)


def _give_up_some(store: Store, channels: Collection[str], before: int, now: int) -> Counter[str]:
    ended = {"state": DeliveryState.DEAD.value, "reason": REMOVED, "waits_for": None, "changed_at": now}
    held = and_(deliveries.c.state == DeliveryState.HELD.value, deliveries.c.changed_at < before)
    waits = and_(messages.c.state == MessageState.HELD.value, messages.c.due < before)
    gone = select(deliveries.c.id, deliveries.c.channel).where(held, deliveries.c.channel.not_in(list(channels)))
    unsent = select(messages.c.seq, messages.c.mailing, messages.c.channel, messages.c.kind)
    with store.read() as conn:  # the daemon asks at every step, and most often there is nothing
        if not conn.execute(gone.limit(1)).first() and not conn.execute(unsent.where(waits).limit(1)).first():
            return Counter()
    with store.write() as conn:
        decided = conn.execute(gone.limit(BATCH)).all()
        conn.execute(update(deliveries).where(deliveries.c.id.in_(filled(row.id for row in decided))).values(ended))
        written = conn.execute(unsent.where(waits, messages.c.channel.not_in(list(channels))).limit(BATCH)).all()
        end_unsent(conn, written, MessageState.DEAD, REMOVED, now)
    notices = [row.channel for row in written if row.kind == MessageKind.NOTICE]
    return Counter([*(row.channel for row in decided), *notices])


def readdress(store: Store, channel: str, targets: Sequence[str], now: int) -> int:
    """Gives what waits for addresses that the channel no longer has to those that it has now, each once a mailing: a
    mended address gets what the faulty one did not. What is left over ends as dead. Returns how many messages."""
    with store.write() as conn:
        _unfold(conn, channel, targets)
        gone = and_(pauses.c.channel == channel, pauses.c.target.not_in(list(targets)))
        conn.execute(delete(pauses).where(gone))
    changed = 0
    while rows := _readdress_some(store, channel, targets, now):
        changed += rows
    return changed


def _unfold(conn: Connection, channel: str, targets: Sequence[str]) -> None:
    """A digest of what waited for an address that is gone is none for another, which may have been told some of it."""
    gone = and_(messages.c.channel == channel, messages.c.target.not_in(list(targets)))
    folded = and_(gone, messages.c.state == MessageState.FOLDED.value)
    digests = select(messages.c.part_of).where(folded).distinct()
    waits = messages.c.state.in_([MessageState.PENDING.value, MessageState.HELD.value])
    parts = conn.execute(select(messages.c.seq).where(messages.c.seq.in_(digests), waits)).scalars().all()
    free = {"state": MessageState.PENDING.value, "part_of": None}
    conn.execute(update(messages).where(folded, messages.c.part_of.in_(filled(parts))).values(free))
    conn.execute(delete(messages).where(messages.c.seq.in_(filled(parts))))


def _readdress_some(store: Store, channel: str, targets: Sequence[str], now: int) -> int:
    waits = messages.c.state.in_([MessageState.PENDING.value, MessageState.HELD.value])
    gone = and_(messages.c.channel == channel, waits, messages.c.target.not_in(list(targets)))
    with store.write() as conn:
        rows = conn.execute(select(messages.c.seq, messages.c.mailing).where(gone).limit(BATCH)).all()
        for row in rows:
            served = conn.execute(select(messages.c.target).where(messages.c.mailing == row.mailing)).scalars().all()
            free = next((target for target in targets if target not in served), None)
            if free is None:
                end_unsent(conn, [row], MessageState.DEAD, Phrase("its address was removed from the channel"), now)
            else:
                conn.execute(update(messages).where(messages.c.seq == row.seq).values(target=free, progress=None))
    return len(rows)
