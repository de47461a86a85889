"""When articles were read: silence counts in these stretches alone. Owned by the thread of intake."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, select, update

from watcher.rules.intervals import Stretch
from watcher.store.schema import read_times

BRIDGED = 60_000
"""ms: articles were read all the time if two marks lie no farther apart, as over a quick restart."""

STRETCHES = 100  # asked for at once: each is a stop of the daemon


def note_reading(conn: Connection, now: int) -> None:
    """Notes that articles are being read now, and were since the note before unless that is long ago."""
    conn.execute(delete(read_times).where(read_times.c.start > now))  # by a clock that was ahead
    last = conn.execute(select(read_times).order_by(read_times.c.start.desc()).limit(1)).first()
    if last is None or now - last.until > BRIDGED:
        conn.execute(insert(read_times).values(start=now, until=now))
    elif last.until != now:
        conn.execute(update(read_times).where(read_times.c.start == last.start).values(until=now))


def read_since(conn: Connection, begun: int) -> Iterator[Stretch]:
    """When articles were read since then, the newest first; asked for a few at a time, for few are needed."""
    before, newest = read_times.c.start, select(read_times).order_by(read_times.c.start.desc()).limit(STRETCHES)
    page = conn.execute(newest.where(read_times.c.until > begun)).all()
    while page:
        yield from ((max(row.start, begun), row.until) for row in page)
        page = conn.execute(newest.where(read_times.c.until > begun, before < page[-1].start)).all()
