"""What ended the daemon where a part of it died: kept for whoever asks, until it has run well again."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from watcher.phrase import Phrase
from watcher.store import meta
from watcher.store.engine import Store

QUIET_MS = 15 * 60_000  # a daemon that dies again and again tells the operator once in this time


@dataclass(frozen=True, slots=True)
class Ended:
    """Which part died when (UTC ms), and of what. `told_at` is when the operator was last told of such an end; `over`
    when the daemon has run well since."""

    at: int
    part: str
    why: str
    told_at: int
    over: bool = False

    def told(self) -> Phrase:
        """It in words."""
        return Phrase("Watcher ended: its part {part} failed: {why}", part=self.part, why=self.why)


def note(conn: Connection, part: str, why: str, now: int) -> Phrase | None:
    """Keeps what ends the daemon; returns what the operator is to be told, None where that was told of late."""
    before = _last(conn)
    known = before is not None and 0 <= now - before.told_at < QUIET_MS
    ended = Ended(now, part, why, before.told_at if before and known else now)
    meta.put(conn, meta.ENDED, asdict(ended))
    return None if known else ended.told()


def last(conn: Connection) -> Ended | None:
    """What ended the daemon last; None where it has run well since, or nothing ever did."""
    found = _last(conn)
    return None if found is None or found.over else found


def forget(store: Store) -> None:
    """The daemon has run well since. Raises Trouble."""
    with store.write(durable=False) as conn:
        if found := last(conn):
            meta.put(conn, meta.ENDED, asdict(found) | {"over": True})


def _last(conn: Connection) -> Ended | None:
    kept = meta.get(conn, meta.ENDED)
    return None if kept is None else Ended(**kept)
