"""Deliveries as an operator sees and mends them: listed, tried again, taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true, update

from watcher.errors import SettingsError, WatcherError
from watcher.model import DeliveryState
from watcher.store.alerts import find_alert
from watcher.store.columns import AnyRow, chunks, filled
from watcher.store.engine import Store
from watcher.store.outbox import BATCH, BY_HAND, MessageState, end_unsent
from watcher.store.schema import alerts, deliveries, messages, pauses

_OPEN = (DeliveryState.NEW, DeliveryState.PENDING, DeliveryState.HELD)
RETRIED = "tried again by hand"
_IS_DEAD = deliveries.c.state == DeliveryState.DEAD.value


@dataclass(frozen=True, slots=True)
class Which:
    """Which deliveries are meant: those of all that is given. `ids` are deliveries' numbers, or alerts' ids or what
    alone they begin with."""

    ids: tuple[str, ...] = ()
    channel: str | None = None
    states: tuple[DeliveryState, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery: what was decided and why, how often it was tried, the last error, and when it is tried next.

    `due` is None where nothing is to be tried; `waits` says why its address is left alone until then, "" if it is not.
    """

    id: int
    alert: str
    rule: str
    level: str
    title: str
    channel: str
    state: DeliveryState
    reason: str
    tries: int
    last_error: str
    created_at: int
    changed_at: int
    due: int | None
    waits: str


def list_deliveries(conn: Connection, which: Which, limit: int) -> list[DeliveryRow]:
    """The newest `limit` of those that are meant. Raises WatcherError for an id that is none."""
    about = select(deliveries, alerts.c.id.label("alert_id"), alerts.c.rule, alerts.c.level, alerts.c.title)
    newest = about.join_from(deliveries, alerts).order_by(deliveries.c.id.desc()).limit(limit)
    rows = conn.execute(newest.where(_condition(conn, which))).all()
    return [_row(row, _messages(conn, row.mailing)) for row in rows]


def _messages(conn: Connection, mailing: str | None) -> Sequence[AnyRow]:
    """The messages of a mailing, the one that had the last trouble last, with why their addresses are left alone."""
    mine = and_(pauses.c.channel == messages.c.channel, pauses.c.target == messages.c.target)
    told = select(messages, pauses.c.until, pauses.c.why).join_from(messages, pauses, mine, isouter=True)
    return conn.execute(told.where(messages.c.mailing == mailing).order_by(messages.c.first_try, messages.c.seq)).all()


def _row(row: AnyRow, sent: Sequence[AnyRow]) -> DeliveryRow:
    waiting = [message for message in sent if message.state == MessageState.PENDING]
    due = [max(message.due, message.until or 0) for message in waiting]
    waits = next((message.why for message in waiting if message.until and message.until > message.due), "")
    return DeliveryRow(
        row.id,
        row.alert_id,
        row.rule,
        row.level,
        row.title,
        row.channel,
        DeliveryState(row.state),
        row.reason,
        sum(message.tries for message in sent),
        next((message.last_error for message in reversed(sent) if message.last_error), ""),
        row.created_at,
        row.changed_at,
        min(due, default=None),
        waits,
    )


def retry(store: Store, which: Which, now: int) -> int:
    """Makes due at once what is dead or waits for its next try, and has the addresses tried that are left alone.

    Each has another 24 hours. Returns how many deliveries. Raises WatcherError for an id that is none, Trouble.
    """
    wanted = (DeliveryState.DEAD, DeliveryState.PENDING)
    return _change(store, which, wanted, lambda conn, rows: _retry(conn, rows, now))


def _retry(conn: Connection, rows: Sequence[AnyRow], now: int) -> int:
    mailings = [row.mailing for row in rows if row.mailing is not None]
    unsent = and_(
        messages.c.mailing.in_(mailings), messages.c.state.in_([MessageState.DEAD.value, MessageState.PENDING.value])
    )
    routes = conn.execute(select(messages.c.channel, messages.c.target).where(unsent).distinct()).all()
    again = {"state": MessageState.PENDING.value, "due": now, "first_try": None, "settled_at": None, "part_of": None}
    again |= {"created_at": now, "fallback_at": None}
    conn.execute(update(messages).where(unsent).values(again))
    for route in routes:
        mine = and_(pauses.c.channel == route.channel, pauses.c.target == route.target)
        conn.execute(update(pauses).where(mine, pauses.c.failures > 0).values(until=now))
    there = set(conn.execute(select(messages.c.mailing).where(messages.c.mailing.in_(mailings))).scalars())
    alone = [row.id for row in rows if row.mailing not in there]  # never written, or forgotten: planned anew
    change = {"reason": RETRIED, "changed_at": now}
    anew = {**change, "state": DeliveryState.NEW.value, "mailing": None}
    conn.execute(update(deliveries).where(deliveries.c.id.in_(alone), _IS_DEAD).values(anew))
    together = deliveries.c.mailing.in_(there)  # those of a group too that are told by the same message
    conn.execute(update(deliveries).where(together, _IS_DEAD).values({**change, "state": DeliveryState.PENDING.value}))
    return len(rows)


def drop(store: Store, which: Which, now: int) -> int:
    """Takes out what is pending, held or dead: it is not sent. What is being sent at this moment stays, and what is
    told in one message with it goes along. Returns how many deliveries. Raises WatcherError for an id that is none,
    Trouble.
    """
    wanted = (*_OPEN, DeliveryState.DEAD)
    return _change(store, which, wanted, lambda conn, rows: _drop(conn, rows, now))


def _drop(conn: Connection, rows: Sequence[AnyRow], now: int) -> int:
    mailings = [row.mailing for row in rows if row.mailing is not None]
    leased = and_(messages.c.mailing.in_(mailings), messages.c.state == MessageState.LEASED.value)
    sending = set(conn.execute(select(messages.c.mailing).where(leased)).scalars())
    taken = [row.mailing for row in rows if row.mailing is not None and row.mailing not in sending]
    alone = [row.id for row in rows if row.mailing is None]
    out = or_(deliveries.c.id.in_(alone), deliveries.c.mailing.in_(taken))
    dropped = {"state": DeliveryState.DROPPED.value, "reason": BY_HAND, "waits_for": None, "changed_at": now}
    unsent = deliveries.c.state.in_([s.value for s in (*_OPEN, DeliveryState.DEAD)])
    count = conn.execute(update(deliveries).where(out, unsent).values(dropped)).rowcount
    waits = messages.c.state.not_in([MessageState.SENT.value, MessageState.DROPPED.value])
    left = select(messages.c.seq, messages.c.mailing).where(messages.c.mailing.in_(taken), waits)
    end_unsent(conn, conn.execute(left).all(), MessageState.DROPPED, BY_HAND, now)
    return count


def _change(
    store: Store,
    which: Which,
    states: Collection[DeliveryState],
    change: Callable[[Connection, Sequence[AnyRow]], int],
) -> int:
    """Changes what is meant and is in one of the states, a batch in a transaction. Raises SettingsError for a channel
    that nothing goes to: it is misspelt."""
    wanted = deliveries.c.state.in_([state.value for state in states if not which.states or state in which.states])
    with store.read() as conn:  # in no order: in that of their numbers SQLite reads all that there ever were
        found = conn.execute(select(deliveries.c.id).where(_condition(conn, which), wanted)).scalars().all()
        if not found and which.channel is not None:
            _check_channel(conn, which.channel)
    changed = 0
    for ids in chunks(sorted(found), BATCH):
        with store.write() as conn:
            some = select(deliveries.c.id, deliveries.c.mailing).where(deliveries.c.id.in_(filled(ids)), wanted)
            rows = conn.execute(some.order_by(deliveries.c.id)).all()
            changed += change(conn, rows) if rows else 0
    return changed


def _check_channel(conn: Connection, channel: str) -> None:
    names = conn.execute(select(deliveries.c.channel).distinct().order_by(deliveries.c.channel)).scalars().all()
    if channel not in names:
        raise SettingsError(f"no delivery goes to a channel '{channel}'; there are {', '.join(names) or 'none'}")


def _condition(conn: Connection, which: Which) -> ColumnElement[bool]:
    meant = [_meant(conn, ident) for ident in which.ids]
    asked = [or_(*meant)] if meant else []
    if which.channel is not None:
        asked.append(deliveries.c.channel == which.channel)
    if which.states:
        asked.append(deliveries.c.state.in_([state.value for state in which.states]))
    return and_(true(), *asked)


def _meant(conn: Connection, ident: str) -> ColumnElement[bool]:
    """Deliveries by their number, or those of an alert by its id."""
    if ident.isascii() and ident.isdecimal() and len(ident) < 8:  # an alert's id begins with more
        if conn.execute(select(deliveries.c.id).where(deliveries.c.id == int(ident))).first() is None:
            raise WatcherError(f"no delivery has the number {ident}")
        return deliveries.c.id == int(ident)
    seq: int = find_alert(conn, ident).seq
    return deliveries.c.alert == seq
