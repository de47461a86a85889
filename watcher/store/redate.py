"""The clock was set back: what waits for a time is brought forward by as much."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, case, update

from watcher.model import WaitsFor
from watcher.store.outbox import OPEN
from watcher.store.schema import deliveries, digests, escalations, groups, messages, noisy, pauses, tellings


def redate(conn: Connection, by: int, now: int) -> None:
    """Makes all that is reckoned from a moment that was noted so many ms earlier: tries, leases and pauses, groups,
    escalations, the pace of rules. What waits for a time of the day (quiet hours, digests) waits for it as before.

    Moments that have passed by `now` stay: of what was noted before a clock ran ahead, which is put right here, a try
    would else be as many hours older.
    """
    unsent = messages.c.state.in_([state.value for state in OPEN])
    backlog = deliveries.c.waits_for == WaitsFor.BACKLOG.value
    dated: tuple[tuple[Table, tuple[Column[int], ...]], ...] = (
        (messages, (messages.c.due, messages.c.lease_until, messages.c.created_at, messages.c.first_try)),
        (deliveries, (deliveries.c.due,)),
        (pauses, (pauses.c.since, pauses.c.until)),
        (groups, (groups.c.due, groups.c.last_at, groups.c.told_at)),
        (escalations, (escalations.c.due, escalations.c.started_at)),
        (tellings, (tellings.c.at,)),
        (noisy, (noisy.c.told_at,)),
        (digests, (digests.c.since,)),
    )
    only = {"messages": unsent, "deliveries": backlog, "groups": groups.c.due.is_not(None)}
    for table, columns in dated:
        moved = {column.name: case((column > now, column - by), else_=column) for column in columns}
        earlier = update(table).values(moved)
        conn.execute(earlier.where(only[table.name]) if table.name in only else earlier)
