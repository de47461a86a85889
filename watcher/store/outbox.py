"""The outbox: what is to be sent, to which target, how often it was tried, and how it ended.

A delivery is the decision about one alert and one channel; its messages, one per target, share its `mailing`. The
messages to one target of a channel are a lane: whatever happens in it delays no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import BigInteger, Connection, and_, bindparam, func, insert, select, update

from watcher.message import Failed, Lane, Message, MessageKind, Notice, Retry, SendOutcome, Sent, content_from
from watcher.model import Decision, DeliveryState
from watcher.store.columns import AnyRow, Words, chunks, uuid7
from watcher.store.engine import Store
from watcher.store.schema import attempts, deliveries, messages


class MessageState(StrEnum):
    """Where a message stands. `leased` is being sent; `held` waits for its channel; what is `folded` is told by a
    digest and ends with it; `dropped` was taken out by hand."""

    PENDING = "pending"
    LEASED = "leased"
    HELD = "held"
    FOLDED = "folded"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


OPEN = (MessageState.PENDING, MessageState.LEASED, MessageState.HELD, MessageState.FOLDED)

Also = Callable[[Connection], None]
"""What is written in the same transaction, so that a kill leaves both or neither."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message taken for sending; `tries` counts this one too and is the proof of the claim. `first_try` is when the
    first of them was."""

    seq: int
    mailing: str
    lane: Lane
    message: Message
    tries: int
    first_try: int


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
    common |= {"state": MessageState.PENDING.value, "due": now, "created_at": now, "level": body["level"]}
    return [{**common, "id": uuid7(now), "target": target} for target in targets]


def put_notice(conn: Connection, channel: str, targets: Sequence[str], notice: Notice, now: int) -> None:
    """Writes a notice to the operator. Raises ValueError without targets."""
    enqueue(conn, channel, targets, MessageKind.NOTICE, notice.to_json(), now)


# ── claim and settle ─────────────────────────────────────────────────────────────────────────────

# Made once: built anew for each call they more than halved the rate (392 against 888 claims and settles a second).
MINE = and_(messages.c.channel == bindparam("channel"), messages.c.target == bindparam("target"))
_NOW = bindparam("now", type_=BigInteger)
_OLDEST = select(messages).order_by(messages.c.due, messages.c.seq).limit(1)
# Two questions of one index each: joined by OR they would sort the whole backlog at every claim.
_DUE = _OLDEST.where(messages.c.state == MessageState.PENDING.value, MINE, messages.c.due <= _NOW)
_EXPIRED = _OLDEST.where(messages.c.state == MessageState.LEASED.value, MINE, messages.c.lease_until <= _NOW)
_UNCHANGED = and_(
    messages.c.seq == bindparam("this"),
    messages.c.state == bindparam("was"),
    messages.c.tries == bindparam("before"),
)
_TAKE = (
    update(messages)
    .where(_UNCHANGED)
    .values(
        state=MessageState.LEASED.value,
        lease_until=bindparam("lease_until"),
        tries=bindparam("tries"),
        first_try=bindparam("first_try"),
    )
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


def claim(store: Store, lane: Lane, now: int, lease_ms: int) -> Claimed | None:
    """Takes the lane's oldest due message for `lease_ms`, or one whose lease has run out; None for none.

    No two callers get the same one. A lease lost in a power cut costs nothing: the message is due. Raises Trouble.
    """
    with store.write(durable=False) as conn:
        return _take(conn, lane, now, lease_ms)


def _take(conn: Connection, lane: Lane, now: int, lease_ms: int) -> Claimed | None:
    asked = {**lane._asdict(), "now": now}
    while row := conn.execute(_DUE, asked).first() or conn.execute(_EXPIRED, asked).first():
        first = now if row.first_try is None else row.first_try
        taken = {"this": row.seq, "was": row.state, "before": row.tries, "tries": row.tries + 1, "first_try": first}
        if conn.execute(_TAKE, {**taken, "lease_until": now + lease_ms}).rowcount == 1:
            return _claimed(row, lane, first)
    return None


def _claimed(row: AnyRow, lane: Lane, first_try: int) -> Claimed:
    kind = MessageKind(row.kind)
    message = Message(row.id, kind, content_from(kind, row.body))
    return Claimed(row.seq, row.mailing, lane, message, row.tries + 1, first_try)


def settle(
    store: Store,
    claimed: Claimed,
    outcome: SendOutcome,
    now: int,
    retry_at: int | None = None,
    also: Also | None = None,
) -> bool:
    """Writes what became of a claimed message, and of its deliveries once no message of the mailing is open.

    `retry_at` is when a Retry is due again; None ends it as dead. Returns False, and writes nothing, where the
    lease ran out and the message has been claimed anew. Raises Trouble: then call it again.
    """
    return store.together(lambda conn: _settle(conn, claimed, outcome, now, retry_at, also))


def settle_and_claim(
    store: Store, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, also: Also, lease_ms: int
) -> Claimed | None:
    """`settle`, and in the same transaction `claim` of the lane's next message: half as many of them."""

    def work(conn: Connection) -> Claimed | None:
        _settle(conn, claimed, outcome, now, retry_at, also)
        return _take(conn, claimed.lane, now, lease_ms)

    return store.together(work)


def _settle(
    conn: Connection, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, also: Also | None
) -> bool:
    state, kind, why = _verdict(outcome, retry_at)
    ended = state is not MessageState.PENDING
    change = {"this": claimed.seq, "was": MessageState.LEASED.value, "before": claimed.tries, "state": state.value}
    change |= {"due": retry_at or now, "last_error": why, "settled_at": now if ended else None}
    if conn.execute(_SETTLE, change).rowcount == 0:
        return False
    conn.execute(_TRIED, {"message": claimed.seq, "at": now, "outcome": kind, "why": why})
    if ended:
        folded = _end_folded(conn, [claimed.seq], now) if claimed.message.kind is MessageKind.DIGEST else []
        close_deliveries(conn, [claimed.mailing, *folded], now)
    if also is not None:
        also(conn)
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


def end_unsent(conn: Connection, some: Sequence[AnyRow], state: MessageState, why: str, now: int) -> None:
    """Ends messages that nobody is sending, given by their `seq` and `mailing`, with all that hangs on them."""
    seqs = [row.seq for row in some]
    end = {"state": state.value, "last_error": why, "settled_at": now}
    conn.execute(update(messages).where(messages.c.seq.in_(seqs)).values(end))
    close_deliveries(conn, [*(row.mailing for row in some), *_end_folded(conn, seqs, now)], now)


def _end_folded(conn: Connection, digests: Sequence[int], now: int) -> list[str]:
    """Ends what those digests tell as they ended; returns the mailings, whose deliveries are to be closed."""
    mailings: list[str] = []
    how = select(messages.c.seq, messages.c.state, messages.c.last_error)
    for digest in conn.execute(
        how.where(messages.c.seq.in_(digests), messages.c.kind == MessageKind.DIGEST.value)
    ).all():
        folded = and_(messages.c.part_of == digest.seq, messages.c.state == MessageState.FOLDED.value)
        mailings += conn.execute(select(messages.c.mailing).where(folded)).scalars()
        end = {"state": digest.state, "last_error": digest.last_error, "settled_at": now}
        conn.execute(update(messages).where(folded).values(end))
    return mailings


def close_deliveries(conn: Connection, mailings: Iterable[str], now: int) -> None:
    """Ends the deliveries of those mailings that have no open message left: dead if any message is."""
    for some in chunks(dict.fromkeys(mailings)):
        rows = conn.execute(_MAILED, {"mailings": some}).all()
        still_open = {row.mailing for row in rows if row.state in OPEN}
        errors = {row.mailing: row.last_error for row in rows if row.state == MessageState.DEAD}
        for mailing in {row.mailing for row in rows} - still_open:
            end = DeliveryState.DEAD if mailing in errors else DeliveryState.SENT
            row = {"mine": mailing, "state": end.value, "error": errors.get(mailing), "changed_at": now}
            conn.execute(_END, row)


_LEASED = messages.c.state == MessageState.LEASED.value


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
