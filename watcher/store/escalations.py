"""Alerts that are told again while nobody acknowledges them. Owned by dispatch's thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from watcher.policy.quiet import moment
from watcher.store.columns import chunks, filled
from watcher.store.schema import acks, deliveries, escalations, groups


@dataclass(frozen=True, slots=True)
class Chain:
    """Alerts of one group that one origin has told again: "desk", a channel, or "rule:ID"."""

    origin: str
    group: str
    alerts: tuple[int, ...]
    started_at: int
    due: int
    times: int


def start(conn: Connection, origin: str, group: str, seqs: Iterable[int], due: int, now: int) -> None:
    """Begins to watch alerts that were told now, but for those watched or acknowledged before. They join the chain that
    the group has."""
    mine = and_(escalations.c.origin == origin, escalations.c.group == group)
    running = conn.execute(select(func.min(escalations.c.due)).where(mine)).scalar()
    for some in chunks(seqs):
        watched = select(escalations.c.alert).where(
            escalations.c.origin == origin, escalations.c.alert.in_(filled(some))
        )
        known = set(conn.execute(watched).scalars())
        known |= set(conn.execute(select(acks.c.alert).where(acks.c.alert.in_(filled(some)))).scalars())
        row = {"origin": origin, "group": group, "started_at": now, "due": running or due, "times": 0, "reason": ""}
        if new := [{**row, "alert": seq} for seq in some if seq not in known]:
            conn.execute(insert(escalations), new)


def due(conn: Connection, now: int) -> list[Chain]:
    """The chains that have something to do now, the oldest first."""
    ready = select(escalations.c.origin, escalations.c.group).where(escalations.c.due <= now).distinct()
    return [_chain(conn, row.origin, row.group) for row in conn.execute(ready.order_by(escalations.c.group)).all()]


def _chain(conn: Connection, origin: str, group: str) -> Chain:
    of = escalations.c
    mine = and_(of.origin == origin, of.group == group, of.due.is_not(None))
    rows = conn.execute(select(of.alert, of.started_at, of.due, of.times).where(mine).order_by(of.alert)).all()
    began, next_at = min(row.started_at for row in rows), min(row.due for row in rows)
    return Chain(origin, group, tuple(row.alert for row in rows), began, next_at, max(row.times for row in rows))


def acknowledged(conn: Connection, chain: Chain) -> tuple[int, str] | None:
    """When and by whom one of the chain's alerts, or since it began another of the group, was acknowledged."""
    mine = acks.c.alert.in_(filled(chain.alerts))
    of_group = select(deliveries.c.alert).join_from(deliveries, groups).where(groups.c.ident == chain.group)
    later = and_(acks.c.alert.in_(of_group), acks.c.at >= chain.started_at)
    row = conn.execute(select(acks.c.at, acks.c.by).where(or_(mine, later)).order_by(acks.c.at).limit(1)).first()
    return None if row is None else (row.at, row.by)


def acknowledgement(conn: Connection, chain: Chain) -> str:
    """Why a chain has ended, where somebody acknowledged it; "" where nobody did."""
    if (found := acknowledged(conn, chain)) is None:
        return ""
    at, by = found
    return f"acknowledged at {moment(at)}{f' by {by}' if by else ''}"


def again(conn: Connection, chain: Chain, due: int, reason: str, *, told: bool) -> None:
    """It was told once more, or for a reason was not, and is due again."""
    _set(conn, chain, due=due, times=chain.times + told, reason=reason)


def end(conn: Connection, chain: Chain, reason: str) -> None:
    """It ends."""
    _set(conn, chain, due=None, times=chain.times, reason=reason)


def end_all(conn: Connection, seqs: Iterable[int], reason: str) -> None:
    """Ends all chains of some alerts: nobody is told of them any more."""
    of = escalations.c
    for some in chunks(seqs):
        mine = and_(of.alert.in_(filled(some)), of.due.is_not(None))
        conn.execute(update(escalations).where(mine).values(due=None, reason=reason))


def _set(conn: Connection, chain: Chain, *, due: int | None, times: int, reason: str) -> None:
    of = escalations.c
    for some in chunks(chain.alerts):
        mine = and_(of.origin == chain.origin, of.alert.in_(filled(some)))
        conn.execute(update(escalations).where(mine).values(due=due, times=times, reason=reason))
