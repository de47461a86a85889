"""The routes of the outbox: when each has something to send, what was tried on it lately, and why it is left alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, and_, bindparam, delete, exists, func, insert, or_, select

from watcher.message import Route
from watcher.phrase import Phrase
from watcher.policy.retries import Pause
from watcher.store.engine import Store
from watcher.store.outbox import BATCH, MessageState, end_unsent
from watcher.store.schema import attempts, messages, pauses

_WAITING = messages.c.state == MessageState.PENDING.value
_LEASED = messages.c.state == MessageState.LEASED.value
_ROUTE = (messages.c.channel, messages.c.target)
# A question of one index each, as above.
_EARLIEST = (
    select(*_ROUTE, func.min(messages.c.due).label("at")).where(_WAITING).group_by(*_ROUTE),
    select(*_ROUTE, func.min(messages.c.lease_until).label("at")).where(_LEASED).group_by(*_ROUTE),
)


def waiting(conn: Connection) -> dict[Route, int]:
    """When each route has something to claim, the first by name: also such as the rules no longer know."""
    found: dict[Route, int] = {}
    for earliest in _EARLIEST:
        for channel, target, at in conn.execute(earliest):
            route = Route(channel, target)
            found[route] = min(at, found.get(route, at))
    return dict(sorted(found.items()))


_MINE = and_(messages.c.channel == bindparam("channel"), messages.c.target == bindparam("target"))
_SINCE = attempts.c.at.between(bindparam("since", type_=BigInteger), bindparam("now", type_=BigInteger))
_RECENT = (
    select(attempts.c.at)
    .join_from(attempts, messages)
    .where(_SINCE, _MINE)
    .order_by(attempts.c.at.desc(), attempts.c.id.desc())
)


def recent_tries(conn: Connection, route: Route, after: int, now: int, most: int) -> list[int]:
    """When the last tries on a route were, the oldest first; none that a clock set back says are still to come."""
    rows = conn.execute(_RECENT.limit(most), {**route._asdict(), "since": after + 1, "now": now})
    return sorted(rows.scalars())


def unsent(conn: Connection) -> int:
    """How many messages wait for a try, or are being sent."""
    return conn.execute(select(func.count()).select_from(messages).where(or_(_WAITING, _LEASED))).scalar_one()


def untried(conn: Connection, now: int) -> int:
    """How many messages wait for their first try, or are being sent; not those behind an address that fails."""
    failing = and_(*(getattr(pauses.c, key) == messages.c[key] for key in Route._fields), pauses.c.until > now)
    first = and_(_WAITING, messages.c.tries == 0, ~exists().where(failing, pauses.c.failures > 0))
    return conn.execute(select(func.count()).select_from(messages).where(or_(first, _LEASED))).scalar_one()


# ── pauses ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Paused:
    """A route that is left alone or fails, as others are shown it: `address` is the channel's first, second ...;
    `waiting` messages wait on it."""

    channel: str
    address: int
    pause: Pause
    waiting: int


def load_pauses(conn: Connection) -> dict[Route, Pause]:
    """What is known of the routes that fail or have used up their rate."""
    rows = conn.execute(select(pauses))
    return {Route(row.channel, row.target): Pause(row.failures, row.since, row.until, row.why) for row in rows}


def list_pauses(conn: Connection) -> list[Paused]:
    """`load_pauses` for reading, with how much waits; `until` is when the first of that is tried, if it is later. A
    route that has only used up its rate, and nothing waits for it, is well."""
    mine = and_(*(getattr(pauses.c, key) == messages.c[key] for key in Route._fields), _WAITING)
    count = select(func.count()).select_from(messages).where(mine).scalar_subquery().label("waiting")
    first = select(func.min(messages.c.due)).where(mine).scalar_subquery().label("first")
    paused = select(pauses, count, first).where(or_(pauses.c.failures > 0, count > 0))
    rows = conn.execute(paused.order_by(pauses.c.channel, pauses.c.address))
    return [
        Paused(
            row.channel,
            row.address,
            Pause(row.failures, row.since, max(row.until, row.first or row.until), row.why),
            row.waiting,
        )
        for row in rows
    ]


def put_pause(conn: Connection, route: Route, address: int, pause: Pause | None) -> None:
    """Keeps why a route is left alone; None when it is not any more."""
    mine = and_(pauses.c.channel == route.channel, pauses.c.target == route.target)
    conn.execute(delete(pauses).where(mine))
    if pause is not None:
        told = {"failures": pause.failures, "since": pause.since, "until": pause.until, "why": pause.why}
        conn.execute(insert(pauses).values(**route._asdict(), address=address, **told))


def give_up(store: Store, route: Route, why: Phrase, before: int, now: int) -> int:
    """Ends as dead what waits on a route that has failed since `before`, and was to be sent before that; returns how
    many messages that were."""
    old = messages.c.created_at <= before
    mine = and_(_WAITING, messages.c.channel == route.channel, messages.c.target == route.target, old)
    ended = 0
    while True:
        with store.write() as conn:
            rows = conn.execute(select(messages.c.seq, messages.c.mailing).where(mine).limit(BATCH)).all()
            end_unsent(conn, rows, MessageState.DEAD, why, now)
        ended += len(rows)
        if len(rows) < BATCH:
            return ended
