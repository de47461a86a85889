"""The outbox: what is to be sent, to which target, how often it was tried, and how it ended.

A delivery is the decision about one alert and one channel; its messages, one per target, share its `mailing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, exists, func, insert, or_, select, update

from watcher.message import MessageKind, Notice
from watcher.model import Decision, DeliveryState
from watcher.store.columns import AnyRow, chunks, filled, uuid7
from watcher.store.schema import deliveries, messages


class MessageState(StrEnum):
    """Where a message stands. `leased` is being sent; `held` waits for its channel; what is `folded` is told by a
    digest and ends with it; `dropped` was taken out by hand, or is covered by a silence."""

    PENDING = "pending"
    LEASED = "leased"
    HELD = "held"
    FOLDED = "folded"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


BATCH = 200
"""Rows changed in one transaction: a backlog of any size never keeps the other writers waiting for long."""

BY_HAND = "dropped by hand"
OPEN = (MessageState.PENDING, MessageState.LEASED, MessageState.HELD, MessageState.FOLDED)

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
        conn.execute(update(deliveries).where(deliveries.c.id.in_(filled(held))).values(decided))
        row = {**decided, "channel": channel, "created_at": now}
        if new := [{**row, "alert": seq} for seq, known in there.items() if known is None]:
            conn.execute(_DELIVERIES, new)


def _there(conn: Connection, channel: str, seqs: Sequence[int]) -> dict[int, AnyRow | None]:
    """The deliveries of alerts at a channel."""
    mine = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.alert.in_(filled(seqs)))
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


# ── end ──────────────────────────────────────────────────────────────────────────────────────────


_NOW = bindparam("now", type_=BigInteger)
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


def end_unsent(conn: Connection, some: Sequence[AnyRow], state: MessageState, why: str, now: int) -> None:
    """Ends messages that nobody is sending, given by their `seq` and `mailing`, with all that hangs on them."""
    seqs = [row.seq for row in some]
    end = {"state": state.value, "last_error": why, "settled_at": now}
    conn.execute(update(messages).where(messages.c.seq.in_(filled(seqs))).values(end))
    close_deliveries(conn, [*(row.mailing for row in some), *end_folded(conn, seqs, now)], now)


def end_folded(conn: Connection, digests: Sequence[int], now: int) -> list[str]:
    """Ends what those digests tell as they ended; returns the mailings, whose deliveries are to be closed."""
    mailings: list[str] = []
    how = select(messages.c.seq, messages.c.state, messages.c.last_error)
    for digest in conn.execute(
        how.where(messages.c.seq.in_(filled(digests)), messages.c.kind == MessageKind.DIGEST.value)
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
