"""Which deliveries a message tells, and which other messages tell them too: a mailing goes to several addresses.

Every function belongs into the transaction that claims the message.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, not_, or_, select

from watcher.message import MessageKind
from watcher.model import DeliveryState
from watcher.store.columns import AnyRow
from watcher.store.outbox import MessageState
from watcher.store.schema import alerts, deliveries, messages

_DROPPED = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.DROPPED.value).limit(1)
_OWN_DROPPED = _DROPPED.where(deliveries.c.mailing == bindparam("mailing"))  # asked at each claim, and so made once


def _mine(mailing: ColumnElement[str], message: AnyRow) -> ColumnElement[bool]:
    """Whether it is the message's own, or of what a digest of what had waited has folded into it."""
    own: ColumnElement[bool] = mailing == message.mailing
    if message.kind != MessageKind.DIGEST:
        return own
    folded = messages.alias()
    return or_(own, mailing.in_(select(folded.c.mailing).where(folded.c.part_of == message.seq)))


def deliveries_of(conn: Connection, message: AnyRow) -> Sequence[AnyRow]:
    """What a message tells."""
    of = deliveries.c
    wanted = select(of.id, of.group, of.mailing, of.state, of.reason, alerts.c.seq, alerts.c.content)
    return conn.execute(wanted.join_from(deliveries, alerts).where(_mine(of.mailing, message)).order_by(of.id)).all()


def has_dropped(conn: Connection, message: AnyRow) -> bool:
    """Whether another address's turn had some of it dropped, by a silence that has ended since."""
    asked = _DROPPED.where(_mine(deliveries.c.mailing, message)) if message.kind == MessageKind.DIGEST else _OWN_DROPPED
    return conn.execute(asked, {"mailing": message.mailing}).first() is not None


def gone_elsewhere(conn: Connection, message: AnyRow) -> set[str]:
    """The mailings that another address has, at least in part, or is being sent."""
    of = messages.c
    gone = or_(of.state.in_([MessageState.SENT.value, MessageState.LEASED.value]), of.progress.is_not(None))
    here = or_(of.seq == message.seq, func.coalesce(of.part_of, 0) == message.seq)
    other = and_(_mine(of.mailing, message), not_(here), gone)
    return set(conn.execute(select(of.mailing).where(other)).scalars())


def unsent(message: AnyRow) -> ColumnElement[bool]:
    """Of the messages of a mailing, this one and those that nobody has of and nobody is sending."""
    waits = messages.c.state.in_([MessageState.PENDING.value, MessageState.HELD.value])
    others = and_(messages.c.mailing == message.mailing, waits, messages.c.progress.is_(None))
    return or_(messages.c.seq == message.seq, others)
