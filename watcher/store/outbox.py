"""The outbox: what is to be sent, to which target, how often it was tried, and how it ended.

A delivery is the decision about one alert and one channel; its messages, one per target, share its `mailing`. The
messages to one target of a channel are a route: whatever happens on it delays no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from watcher.message import (
    Failed,
    Message,
    MessageKind,
    Notice,
    Progress,
    Retry,
    Route,
    SendOutcome,
    Sent,
    content_from,
)
from watcher.model import Decision, DeliveryState, Level
from watcher.phrase import Phrase
from watcher.store.columns import AnyRow, chunks, uuid7
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


AHEAD_MS = 4 * 60 * 60_000
"""How much older a message is taken to be for each level: a critical one goes ahead of all that waits, and nothing waits
for ever, but at most for what is graver and came within 16 hours after it."""

BY_HAND = "dropped by hand"
OPEN = (MessageState.PENDING, MessageState.LEASED, MessageState.HELD, MessageState.FOLDED)

Also = Callable[[Connection], None]
"""What is written in the same transaction, so that a kill leaves both or neither."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message taken for sending; `tries` counts this one too and is the proof of the claim. `first_try` is when the
    first of them was, `progress` what its service has of it."""

    seq: int
    mailing: str
    route: Route
    message: Message
    tries: int
    first_try: int
    progress: Progress = field(default_factory=Progress)


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


def untold(conn: Connection, channel: str, seqs: Iterable[int]) -> list[int]:
    """Those of the alerts, by their numbers, that a channel has not been told, nor will be now by what is decided: they
    did not go there, are too low for it, or are held."""
    return [seq for some in chunks(seqs) for seq, there in _there(conn, channel, some).items() if _is_open(there)]


def tell_too(conn: Connection, seqs: Iterable[int], channel: str, mailing: str, reason: str, now: int) -> None:
    """Notes that a mailing tells alerts at a channel; those that it was told before stay as they are."""
    decided: dict[str, Any] = {"state": DeliveryState.PENDING.value, "reason": reason, "mailing": mailing}
    decided |= {"waits_for": None, "due": None, "group": None, "changed_at": now}  # its group tells it no more
    for some in chunks(seqs):
        there = _there(conn, channel, some)
        held = [known.id for known in there.values() if known is not None and _is_open(known)]
        conn.execute(update(deliveries).where(deliveries.c.id.in_(held)).values(decided))
        row = {**decided, "channel": channel, "created_at": now}
        if new := [{**row, "alert": seq} for seq, known in there.items() if known is None]:
            conn.execute(_DELIVERIES, new)


def _there(conn: Connection, channel: str, seqs: Sequence[int]) -> dict[int, AnyRow | None]:
    """The deliveries of alerts at a channel."""
    mine = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.alert.in_(seqs))
    return {**dict.fromkeys(seqs), **{row.alert: row for row in conn.execute(mine)}}


def _is_open(delivery: AnyRow | None) -> bool:
    """Whether the channel would not get the alert by itself, or not now."""
    if delivery is None:
        return True
    if delivery.state == DeliveryState.DROPPED:
        return bool(delivery.reason != BY_HAND)
    return bool(delivery.state == DeliveryState.HELD and delivery.mailing is None)


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
_CLAIMED = ("seq", "id", "mailing", "kind", "body", "tries", "first_try", "progress")


def _taking(state: MessageState, since: Column[int]) -> ReturningUpdate[*tuple[Any, ...]]:
    """Takes the one of a route whose turn it is, of those that are in that state since then or longer."""
    oldest = union_all(*(select(_oldest(state, since, level).subquery()) for level in Level)).subquery()
    first = select(oldest.c.seq).order_by(oldest.c.turn, oldest.c.seq).limit(1)
    taken = {"state": MessageState.LEASED.value, "lease_until": bindparam("until"), "tries": messages.c.tries + 1}
    taken |= {"first_try": func.coalesce(messages.c.first_try, _NOW)}
    mine = update(messages).where(messages.c.seq == first.scalar_subquery(), messages.c.state == state.value)
    return mine.values(taken).returning(*(messages.c[name] for name in _CLAIMED))


def _oldest(state: MessageState, since: Column[int], level: Level) -> Select[int, int]:
    """The oldest of one level, and its turn: a question of one index, however much waits."""
    route = and_(messages.c.channel == bindparam("its_channel"), messages.c.target == bindparam("its_target"))
    left = and_(messages.c.state == state.value, route, messages.c.level == level.value, since <= _NOW)
    turn = (messages.c.due - level.rank * AHEAD_MS).label("turn")
    return select(messages.c.seq, turn).where(left).order_by(messages.c.due, messages.c.seq).limit(1)


# Two questions of one index each: joined by OR they would sort the whole backlog at every claim.
_TAKE_DUE = _taking(MessageState.PENDING, messages.c.due)
_TAKE_EXPIRED = _taking(MessageState.LEASED, messages.c.lease_until)
_MY_CLAIM = update(messages).where(
    messages.c.seq == bindparam("this"),
    messages.c.state == MessageState.LEASED.value,
    messages.c.tries == bindparam("proof"),
)
_NOTE = _MY_CLAIM.values(progress=bindparam("progress"))
_SETTLE = _MY_CLAIM.values(
    state=bindparam("state"),
    progress=bindparam("progress"),
    due=bindparam("due"),
    lease_until=None,
    last_error=bindparam("last_error"),
    settled_at=bindparam("settled_at"),
)
_TRIED = insert(attempts)
_ITS = messages.c.mailing == deliveries.c.mailing
_ERROR = select(func.max(messages.c.last_error)).where(_ITS, messages.c.state == MessageState.DEAD.value)
_CLOSE = (
    update(deliveries)
    .where(
        deliveries.c.mailing == bindparam("mine"),
        or_(*(deliveries.c.state == state.value for state in (DeliveryState.PENDING, DeliveryState.HELD))),
        ~exists().where(
            _ITS, or_(*(messages.c.state == state.value for state in OPEN))
        ),  # IN is spelt out at each call
    )
    .values(
        state=case((_ERROR.scalar_subquery().is_(None), DeliveryState.SENT.value), else_=DeliveryState.DEAD.value),
        reason=func.coalesce(_ERROR.scalar_subquery(), deliveries.c.reason),
        waits_for=None,
        changed_at=_NOW,
    )
)


def claim(store: Store, route: Route, now: int, lease_ms: int) -> Claimed | None:
    """Takes the route's due message whose turn it is for `lease_ms`, or one whose lease has run out; None for none. The
    gravest goes first, of one level the oldest; see AHEAD_MS.

    No two callers get the same one. A lease lost in a power cut costs nothing: the message is due. Raises Trouble.
    """
    with store.write(durable=False) as conn:
        return _take(conn, route, now, lease_ms)


def _take(conn: Connection, route: Route, now: int, lease_ms: int) -> Claimed | None:
    asked = {"its_channel": route.channel, "its_target": route.target, "now": now, "until": now + lease_ms}
    row = conn.execute(_TAKE_DUE, asked).first() or conn.execute(_TAKE_EXPIRED, asked).first()
    if row is None:
        return None
    kind = MessageKind(row.kind)
    message = Message(row.id, kind, content_from(kind, row.body))
    progress = Progress.from_json(row.progress)
    return Claimed(row.seq, row.mailing, route, message, row.tries, row.first_try, progress)


def note(store: Store, claimed: Claimed) -> None:
    """Writes what the service has of a claimed message, before it is sent more of it. Raises Trouble."""
    progress = {"this": claimed.seq, "proof": claimed.tries, "progress": claimed.progress.to_json()}
    store.together(lambda conn: conn.execute(_NOTE, progress))


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
    """`settle`, and in the same transaction `claim` of the route's next message: half as many of them."""

    def work(conn: Connection) -> Claimed | None:
        _settle(conn, claimed, outcome, now, retry_at, also)
        return _take(conn, claimed.route, now, lease_ms)

    return store.together(work)


def _settle(
    conn: Connection, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, also: Also | None
) -> bool:
    state, kind, why = _verdict(outcome, retry_at)
    ended = state is not MessageState.PENDING
    change: dict[str, Any] = {"this": claimed.seq, "proof": claimed.tries, "state": state.value}
    change["progress"] = None if state is MessageState.SENT else claimed.progress.to_json()
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


def _verdict(outcome: SendOutcome, retry_at: int | None) -> tuple[MessageState, str, Phrase]:
    match outcome:
        case Sent():
            return MessageState.SENT, "sent", Phrase("")
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
    if ended := [{"mine": mailing, "now": now} for mailing in dict.fromkeys(mailings)]:
        conn.execute(_CLOSE, ended)


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
