"""Single facts of the store, by key: the heartbeat, the rules in force and their fault."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from watcher.store.schema import meta

ENDED = "ended"
FINGERPRINTS = "fingerprints"  # of the rules in force
FORGOTTEN = "forgotten"  # boilerplate
HEARTBEAT = "heartbeat"
INBOX = "inbox"
RULES = "rules"
REFUSALS = "refusals"
TESTS = "tests"  # of the rules in force


def get(conn: Connection, key: str) -> Any:
    """The JSON value under `key`, None where there is none."""
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()


def put(conn: Connection, key: str, value: Any) -> None:
    """Sets the JSON value under `key`."""
    if conn.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        conn.execute(insert(meta).values(key=key, value=value))
