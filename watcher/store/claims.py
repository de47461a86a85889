"""Messages taken for sending, and what became of them: each is claimed by one sender at a time, and settled.

The messages to one target of a channel are a route: whatever happens on it delays no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from watcher.message import Failed, Message, MessageKind, Progress, Retry, Route, SendOutcome, Sent, content_from
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.policy.decide import QuietHours
from watcher.store import silences
from watcher.store.engine import Store
from watcher.store.outbox import MessageState, close_deliveries, end_folded
from watcher.store.recall import Claiming, left_of
from watcher.store.schema import attempts, messages

AHEAD_MS = 4 * 60 * 60_000
"""How much older a message is taken to be for each level: a critical one goes ahead of all that waits, and what waits
has its turn in the end, at most behind what is graver and came within 16 hours after it."""

TAKEN_BACK = 20
"""Messages that silences take back in one transaction, of some 6 ms each: a thousand would keep the other writers, the
heartbeat among them, waiting for longer than they do."""

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


# Made once: built anew for each call they more than halved the rate (392 against 888 claims and settles a second).
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
_MY_ROW = update(messages).where(messages.c.seq == bindparam("this"))
_MY_CLAIM = _MY_ROW.where(
    messages.c.state == MessageState.LEASED.value,
    messages.c.tries == bindparam("proof"),
)
_UNTRIED = _MY_ROW.values(  # what is taken back was not tried
    tries=messages.c.tries - 1,
    first_try=case((messages.c.tries > 1, messages.c.first_try)),
    lease_until=None,
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


def claim(store: Store, route: Route, now: int, lease_ms: int, quiet: QuietHours | None = None) -> Claimed | None:
    """Takes the route's due message whose turn it is for `lease_ms`, or one whose lease has run out; None for none. The
    gravest goes first, of one level the oldest; see AHEAD_MS. What silences or the address's `quiet` hours cover is not
    handed out: after TAKEN_BACK of those it is None too, and the route is still due.

    No two callers get the same one. A lease lost in a power cut costs nothing: the message is due. Raises Trouble.
    """
    with store.write(durable=False) as conn:
        return _take(conn, route, now, lease_ms, quiet)


def _take(conn: Connection, route: Route, now: int, lease_ms: int, quiet: QuietHours | None) -> Claimed | None:
    asked = {"its_channel": route.channel, "its_target": route.target, "now": now, "until": now + lease_ms}
    claiming = Claiming.at(now, silences.active(conn, now), quiet)
    for _ in range(TAKEN_BACK):
        row = conn.execute(_TAKE_DUE, asked).first() or conn.execute(_TAKE_EXPIRED, asked).first()
        if row is None:
            return None
        kind = MessageKind(row.kind)
        content = left_of(conn, row, content_from(kind, row.body), claiming)
        if content is not None:
            progress = Progress.from_json(row.progress)
            message = Message(row.id, kind, content)
            return Claimed(row.seq, row.mailing, route, message, row.tries, row.first_try, progress)
        conn.execute(_UNTRIED, {"this": row.seq})
    return None


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
    store: Store,
    claimed: Claimed,
    outcome: SendOutcome,
    now: int,
    retry_at: int | None,
    also: Also,
    lease_ms: int,
    quiet: QuietHours,
) -> Claimed | None:
    """`settle`, and in the same transaction `claim` of the route's next message: half as many of them."""

    def work(conn: Connection) -> Claimed | None:
        _settle(conn, claimed, outcome, now, retry_at, also)
        return _take(conn, claimed.route, now, lease_ms, quiet)

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
        folded = end_folded(conn, [claimed.seq], now) if claimed.message.kind is MessageKind.DIGEST else []
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
