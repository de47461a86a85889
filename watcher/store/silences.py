"""Silences and acknowledgements: written by commands, read by whoever plans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, delete, insert, select, update

from watcher.errors import SettingsError, WatcherError
from watcher.folding import fold_words
from watcher.policy.quiet import Silence
from watcher.store.columns import row_of_id, uuid7
from watcher.store.engine import Store
from watcher.store.schema import acks, alerts, silences


def add(
    store: Store,
    *,
    rule: str = "",
    source: str = "",
    matching: str = "",
    why: str = "",
    by: str = "",
    now: int,
    ends_at: int,
) -> Silence:
    """Keeps a silence; it holds at once. Raises SettingsError for one that covers everything or nothing, Trouble."""
    rule, source, matching = rule.strip(), source.strip(), matching.strip()
    if not (rule or source or matching):
        raise SettingsError("a silence needs --rule, --source or --matching: without one everything would be silent")
    if matching and not fold_words(matching):
        raise SettingsError(f"--matching needs a word, and {matching!r} has none")
    if ends_at <= now:
        raise SettingsError("a silence must last longer than no time")
    made = Silence(uuid7(now), rule, source, matching, why, by, now, ends_at)
    with store.write() as conn:
        conn.execute(insert(silences).values({name: getattr(made, name) for name in silences.c.keys()}))  # noqa: SIM118
    return made


def active(conn: Connection, now: int) -> list[Silence]:
    """Those that hold now, the oldest first."""
    return listed(conn, now)


_ALL = select(silences).order_by(silences.c.created_at, silences.c.id)
_ACTIVE = _ALL.where(silences.c.ends_at > bindparam("now", type_=BigInteger))


def listed(conn: Connection, now: int, *, ended: bool = False) -> list[Silence]:
    """Those that hold, with `ended` those that held once too."""
    rows = conn.execute(_ALL) if ended else conn.execute(_ACTIVE, {"now": now})
    return [_silence(row) for row in rows]


def expire(store: Store, ref: str, now: int) -> Silence:
    """Ends the silence whose id is `ref` or alone begins with it. Raises WatcherError for none or several, Trouble."""
    with store.write() as conn:
        found = row_of_id(conn, silences, ref, "silence that holds", silences.c.ends_at > now)
        conn.execute(update(silences).where(silences.c.id == found.id).values(ends_at=now))
    return _silence(found)


def _silence(row: Row[Any]) -> Silence:
    return Silence(row.id, row.rule, row.source, row.matching, row.why, row.by, row.created_at, row.ends_at)


def acknowledge(store: Store, alert: int, by: str, now: int) -> bool:
    """Notes that somebody looks after an alert, by its number; False where that was noted before. Raises Trouble."""
    with store.write() as conn:
        if conn.execute(select(alerts.c.seq).where(alerts.c.seq == alert)).first() is None:
            raise WatcherError("the alert is gone")
        known = conn.execute(delete(acks).where(acks.c.alert == alert)).rowcount
        conn.execute(insert(acks).values(alert=alert, at=now, by=by))
    return not known
