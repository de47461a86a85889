"""What is held until a time: quiet hours, a digest, the end of the backlog.

Owned by dispatch's thread; every function belongs into the one transaction of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from watcher.model import WaitsFor
from watcher.phrase import Phrase
from watcher.store.schema import alerts, deliveries

BY_TIME = (WaitsFor.MUTE, WaitsFor.DIGEST, WaitsFor.BACKLOG)


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that waits for a time, without the whole of its alert."""

    delivery: int
    seq: int
    rule: str
    level: str
    waits_for: WaitsFor
    due: int
    reason: Phrase


def channels_due(conn: Connection, now: int, *, backlog: bool) -> list[str]:
    """The channels at which something is due; with `backlog` also all that waits for its end."""
    found = set[str]()
    for kind in BY_TIME:
        due = [] if backlog and kind is WaitsFor.BACKLOG else [deliveries.c.due <= now]
        found |= set(
            conn.execute(
                select(deliveries.c.channel).where(deliveries.c.waits_for == kind.value, *due).distinct()
            ).scalars()
        )
    return sorted(found)


def at_channel(conn: Connection, channel: str, until: int | None = None) -> list[Held]:
    """What waits for a time at a channel, the oldest first; `until` a time, or all. What waits for the end of the
    backlog is always among it."""
    of, told = deliveries.c, alerts.c
    wanted = select(of.id, told.seq, told.rule, told.level, of.waits_for, of.due, of.reason)
    wanted = wanted.join_from(deliveries, alerts)
    wanted = wanted.where(of.channel == channel, of.waits_for.in_([kind.value for kind in BY_TIME]))
    if until is not None:
        wanted = wanted.where((of.due <= until) | (of.waits_for == WaitsFor.BACKLOG.value))
    return [
        Held(row.id, row.seq, row.rule, row.level, WaitsFor(row.waits_for), row.due, row.reason)
        for row in conn.execute(wanted.order_by(of.id))
    ]


def channels(conn: Connection) -> list[str]:
    """The channels at which something waits for a time."""
    kinds = [kind.value for kind in BY_TIME]
    return sorted(
        conn.execute(select(deliveries.c.channel).where(deliveries.c.waits_for.in_(kinds)).distinct()).scalars()
    )


def postpone(conn: Connection, due: Iterable[tuple[int, int, Phrase]]) -> None:
    """Sets until when deliveries wait: number, time, and the reason that tells it."""
    rows = [{"this": delivery, "at": at, "why": reason} for delivery, at, reason in due]
    if rows:
        waits: dict[str, Any] = {"due": bindparam("at"), "reason": bindparam("why")}
        conn.execute(update(deliveries).where(deliveries.c.id == bindparam("this")).values(waits), rows)
