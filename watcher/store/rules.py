"""The rules that were accepted: kept whole, so that a start on a faulty file has something to run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, insert, select, type_coerce, update

from watcher.store import meta
from watcher.store.columns import pack, to_json
from watcher.store.engine import Store
from watcher.store.schema import rule_sets

RULE = "rule"
MOST_REFUSALS = 200  # whose times are kept

Fingerprint = tuple[str, str, str]
"""What it is of ("rule", "channel"), its name, and what is another where it is."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A set of rules files as it was accepted: every file's text by its path."""

    digest: str
    files: Mapping[str, str]
    accepted_at: int


def accept(
    store: Store,
    digest: str,
    files: Mapping[str, str],
    now: int,
    loaded: int = 0,
    fingerprints: Sequence[Fingerprint] | None = None,
) -> None:
    """Keeps the set as the last accepted one, with the number of its rules and the fingerprint of each thing in it, and
    clears the fault told before."""
    # Before all others wait for the transaction: 25 ms for 10,000 rules.
    packed = type_coerce(pack(files), Text)
    told = None if fingerprints is None else type_coerce(to_json(list(fingerprints)), Text)
    with store.write() as conn:
        known = conn.execute(update(rule_sets).where(rule_sets.c.digest == digest).values(accepted_at=now))
        if known.rowcount == 0:
            conn.execute(insert(rule_sets).values(digest=digest, files=packed, accepted_at=now))
        meta.put(conn, meta.RULES, {"loaded": loaded, "digest": digest, "error": None})
        if told is not None:
            meta.put(conn, meta.FINGERPRINTS, told)


def last_fingerprints(store: Store) -> list[Fingerprint] | None:
    """The fingerprints of what was accepted last; None where nothing was, or an older Watcher kept none or others."""
    with store.read() as conn:
        found = meta.get(conn, meta.FINGERPRINTS)
    return [(what, name, told) for what, name, told in found] if isinstance(found, list) else None


def rule_names(conn: Connection) -> list[str] | None:
    """The rules in force by their names; None where an older Watcher did not note them."""
    found = meta.get(conn, meta.FINGERPRINTS)
    return [name for what, name, _ in found if what == RULE] if isinstance(found, list) else None


def note_tests(store: Store, digest: str, count: int, first: Sequence[str]) -> None:
    """Keeps how many tests of the set fail, and the first of them in words."""
    with store.write(durable=False) as conn:
        meta.put(conn, meta.TESTS, {"digest": digest, "count": count, "first": list(map(str, first))})


def failing_tests(conn: Connection) -> dict[str, Any]:
    """How many tests of the rules in force fail, as far as they were run, and the `first` of them."""
    found, current = meta.get(conn, meta.TESTS) or {}, meta.get(conn, meta.RULES) or {}
    known = found and found["digest"] == current.get("digest")
    return {"count": found["count"], "first": found["first"]} if known else {"count": 0, "first": []}


def refuse(store: Store, error: str, now: int) -> None:
    """Tells in the status why the newest files were not accepted; the set in force stays. When that was is kept."""
    with store.write() as conn:
        meta.put(conn, meta.REFUSALS, [*(meta.get(conn, meta.REFUSALS) or []), now][-MOST_REFUSALS:])
        current = meta.get(conn, meta.RULES) or {"loaded": 0, "digest": None}
        meta.put(conn, meta.RULES, {**current, "error": error})


def last_accepted(store: Store) -> Accepted | None:
    """The set that was accepted last: by order, not by its time, for clocks go back."""
    with store.read() as conn:
        current = meta.get(conn, meta.RULES) or {}
        row = conn.execute(select(rule_sets).where(rule_sets.c.digest == current.get("digest"))).one_or_none()
    return Accepted(row.digest, row.files, row.accepted_at) if row else None
