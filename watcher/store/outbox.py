"""The outbox: what is to be sent, to which target, how often it was tried, and how it ended.

A delivery is the decision about one alert and one channel; its messages, one per target, share its `mailing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, func, insert, or_, select, update

from watcher.message import Failed, Message, MessageKind, Notice, Retry, SendOutcome, Sent, content_from
from watcher.model import Decision, DeliveryState
from watcher.store.columns import Words, chunks, uuid7
from watcher.store.engine import Store
from watcher.store.schema import attempts, deliveries, messages


class MessageState(StrEnum):
    """Where a message stands. `leased` is being sent; `held` waits for its channel."""

    PENDING = "pending"
    LEASED = "leased"
    HELD = "held"
    SENT = "sent"
    DEAD = "dead"


OPEN = (MessageState.PENDING, MessageState.LEASED, MessageState.HELD)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message taken for sending; `tries` counts this one too and is the proof of the claim."""

    seq: int
    mailing: str
    channel: str
    target: str
    message: Message
    tries: int
    created_at: int


# ── put in ───────────────────────────────────────────────────────────────────────────────────────


_DELIVERIES, _MESSAGES = insert(deliveries), insert(messages)


def record(conn: Connection, alerts: Iterable[tuple[int, Sequence[Decision]]], now: int) -> None:
    """Enters a delivery for each channel of each alert, by its number, as intake decided; the rest is planned later."""
    rows = [
        {"alert": seq, "channel": one.channel, "state": one.state.value, "reason": one.reason, "mailing": None}
        | {"created_at": now, "changed_at": now}
        for seq, decisions in alerts
        for one in decisions
    ]
    if rows:
        conn.execute(_DELIVERIES, rows)


def enqueue(
    conn: Connection, channel: str, targets: Sequence[str], kind: MessageKind, body: Mapping[str, Any], now: int
) -> str:
    """Writes one message per target, due now; returns the mailing that joins them. Raises ValueError for none."""
    rows = written(channel, targets, kind, body, now)
    put(conn, rows)
    return str(rows[0]["mailing"])


def put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enters messages."""
    if rows:
        conn.execute(_MESSAGES, rows)


def tell_too(conn: Connection, seqs: Sequence[int], channel: str, mailing: str, reason: str, now: int) -> None:
    """Notes that a mailing tells alerts, by their numbers, at a channel that they did not go to."""
    for some in chunks(seqs):
        there = select(deliveries.c.alert).where(deliveries.c.channel == channel, deliveries.c.alert.in_(some))
        known = set(conn.execute(there).scalars())
        row: dict[str, Any] = {
            "channel": channel,
            "state": DeliveryState.PENDING.value,
            "reason": reason,
            "mailing": mailing,
        }
        row |= {"created_at": now, "changed_at": now}
        if new := [{**row, "alert": seq} for seq in some if seq not in known]:
            conn.execute(_DELIVERIES, new)


def written(
    channel: str, targets: Sequence[str], kind: MessageKind, body: Mapping[str, Any], now: int
) -> list[dict[str, Any]]:
    """One message per target, due now, as rows; they share a mailing. Raises ValueError without targets."""
    if not targets:
        raise ValueError(f"channel {channel} has no target to send to")
    mailing = uuid7(now)
    common = {"mailing": mailing, "channel": channel, "kind": kind.value, "body": body, "tries": 0, "last_error": ""}
    common |= {"state": MessageState.PENDING.value, "due": now, "created_at": now}
    return [{**common, "id": uuid7(now), "target": target} for target in targets]


def put_notice(conn: Connection, channel: str, targets: Sequence[str], notice: Notice, now: int) -> None:
    """Writes a notice to the operator. Raises ValueError without targets."""
    enqueue(conn, channel, targets, MessageKind.NOTICE, notice.to_json(), now)


# ── claim and settle ─────────────────────────────────────────────────────────────────────────────

# Made once: built anew for each call they more than halved the rate (392 against 888 claims and settles a second).
_MINE = messages.c.channel == bindparam("mine")
_NOW = bindparam("now", type_=BigInteger)
_OLDEST = select(messages).order_by(messages.c.due, messages.c.seq).limit(1)
# Two questions of one index each: joined by OR they would sort the whole backlog at every claim.
_DUE = _OLDEST.where(messages.c.state == MessageState.PENDING.value, _MINE, messages.c.due <= _NOW)
_EXPIRED = _OLDEST.where(messages.c.state == MessageState.LEASED.value, _MINE, messages.c.lease_until <= _NOW)
_UNCHANGED = and_(
    messages.c.seq == bindparam("this"),
    messages.c.state == bindparam("was"),
    messages.c.tries == bindparam("before"),
)
_TAKE = (
    update(messages)
    .where(_UNCHANGED)
    .values(state=MessageState.LEASED.value, lease_until=bindparam("lease_until"), tries=bindparam("tries"))
)
_SETTLE = (
    update(messages)
    .where(_UNCHANGED)
    .values(
        state=bindparam("state"),
        due=bindparam("due"),
        lease_until=None,
        last_error=bindparam("last_error"),
        settled_at=bindparam("settled_at"),
    )
)
_TRIED = insert(attempts)
_MAILED = select(messages.c.mailing, messages.c.state, messages.c.last_error).where(
    messages.c.mailing.in_(bindparam("mailings", expanding=True))
)
_END = (
    update(deliveries)
    .where(
        deliveries.c.mailing == bindparam("mine"),
        deliveries.c.state.in_([DeliveryState.PENDING.value, DeliveryState.HELD.value]),
    )
    .values(
        state=bindparam("state"),
        reason=func.coalesce(bindparam("error", type_=Words), deliveries.c.reason),
        waits_for=None,
        changed_at=bindparam("changed_at"),
    )
)


def claim(store: Store, channel: str, now: int, lease_ms: int) -> Claimed | None:
    """Takes the channel's oldest due message for `lease_ms`, or one whose lease has run out; None for none.

    No two callers get the same one. A lease lost in a power cut costs nothing: the message is due. Raises Trouble.
    """
    with store.write(durable=False) as conn:
        return _take(conn, channel, now, lease_ms)


def _take(conn: Connection, channel: str, now: int, lease_ms: int) -> Claimed | None:
    asked = {"mine": channel, "now": now}
    while row := conn.execute(_DUE, asked).first() or conn.execute(_EXPIRED, asked).first():
        taken = {"this": row.seq, "was": row.state, "before": row.tries, "tries": row.tries + 1}
        if conn.execute(_TAKE, {**taken, "lease_until": now + lease_ms}).rowcount == 1:
            return _claimed(row)
    return None


def _claimed(row: Row[Any]) -> Claimed:
    kind = MessageKind(row.kind)
    message = Message(row.id, kind, content_from(kind, row.body))
    return Claimed(row.seq, row.mailing, row.channel, row.target, message, row.tries + 1, row.created_at)


def settle(store: Store, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None = None) -> bool:
    """Writes what became of a claimed message, and of its deliveries once no message of the mailing is open.

    `retry_at` is when a Retry is due again; None ends it as dead. Returns False, and writes nothing, where the
    lease ran out and the message has been claimed anew. Raises Trouble: then call it again.
    """
    with store.write() as conn:
        return _settle(conn, claimed, outcome, now, retry_at)


def settle_and_claim(
    store: Store, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, lease_ms: int
) -> Claimed | None:
    """`settle`, and in the same transaction `claim` of the channel's next message: half as many of them."""
    with store.write() as conn:
        _settle(conn, claimed, outcome, now, retry_at)
        return _take(conn, claimed.channel, now, lease_ms)


def _settle(conn: Connection, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None) -> bool:
    state, kind, why = _verdict(outcome, retry_at)
    ended = state is not MessageState.PENDING
    change = {"this": claimed.seq, "was": MessageState.LEASED.value, "before": claimed.tries, "state": state.value}
    change |= {"due": retry_at or now, "last_error": why, "settled_at": now if ended else None}
    if conn.execute(_SETTLE, change).rowcount == 0:
        return False
    conn.execute(_TRIED, {"message": claimed.seq, "at": now, "outcome": kind, "why": why})
    if ended:
        close_deliveries(conn, [claimed.mailing], now)
    return True


def _verdict(outcome: SendOutcome, retry_at: int | None) -> tuple[MessageState, str, str]:
    match outcome:
        case Sent():
            return MessageState.SENT, "sent", ""
        case Retry(why=why):
            return (MessageState.DEAD if retry_at is None else MessageState.PENDING), "retry", why
        case Failed(why=why):
            return MessageState.DEAD, "failed", why
    assert_never(outcome)


def close_deliveries(conn: Connection, mailings: Sequence[str], now: int) -> None:
    """Ends the deliveries of those mailings that have no open message left: dead if any message is."""
    rows = conn.execute(_MAILED, {"mailings": mailings}).all()
    still_open = {row.mailing for row in rows if row.state in OPEN}
    errors = {row.mailing: row.last_error for row in rows if row.state == MessageState.DEAD}
    for mailing in {row.mailing for row in rows} - still_open:
        end = DeliveryState.DEAD if mailing in errors else DeliveryState.SENT
        row = {"mine": mailing, "state": end.value, "error": errors.get(mailing), "changed_at": now}
        conn.execute(_END, row)


# ── when ─────────────────────────────────────────────────────────────────────────────────────────

_WAITING = messages.c.state == MessageState.PENDING.value
_LEASED = messages.c.state == MessageState.LEASED.value


def due_channels(conn: Connection, now: int) -> list[str]:
    """The channels that have something to claim, by name: also such as the rules no longer know."""
    ready = or_(and_(_WAITING, messages.c.due <= now), and_(_LEASED, messages.c.lease_until <= now))
    return sorted(conn.execute(select(messages.c.channel).where(ready).distinct()).scalars())


def next_due(conn: Connection, but: Collection[str] = ()) -> int | None:
    """When the next message is due, or the next lease runs out; None if nothing waits. Not at the channels `but`."""
    other = messages.c.channel.not_in(list(but))
    due = conn.execute(select(func.min(messages.c.due)).where(_WAITING, other)).scalar()
    lease = conn.execute(select(func.min(messages.c.lease_until)).where(_LEASED, other)).scalar()
    return min((at for at in (due, lease) if at is not None), default=None)


def reset_leases(store: Store, now: int) -> int:
    """Makes due again what a daemon was sending when it died: for the start, under the DaemonLock. Returns how many.

    Each leaves an attempt `interrupted`: these are the messages that may arrive twice.
    """
    with store.write() as conn:
        cut = conn.execute(select(messages.c.seq).where(_LEASED)).scalars().all()
        if cut:
            why = "the daemon ended while sending: it may arrive twice"
            conn.execute(
                insert(attempts), [{"message": seq, "at": now, "outcome": "interrupted", "why": why} for seq in cut]
            )
            back = {"state": MessageState.PENDING.value, "lease_until": None}
            conn.execute(update(messages).where(_LEASED).values(back))
    return len(cut)


def untried(conn: Connection) -> int:
    """How many messages wait for their first try, or are being sent."""
    first = or_(and_(_WAITING, messages.c.tries == 0), _LEASED)
    return conn.execute(select(func.count()).select_from(messages).where(first)).scalar_one()
