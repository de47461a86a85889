"""The ledger of files: what became of each that was in the inbox, known by path, size and time.

Owned by the thread of intake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, select, update

from watcher.model import FileFacts, FileOutcome
from watcher.store.columns import canonical, chunks, filled
from watcher.store.engine import Store
from watcher.store.schema import files


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What is known of a file. `moved` says that it has been put where it belongs (archive, quarantine)."""

    size: int
    mtime_ns: int
    sha256: str
    outcome: FileOutcome
    reason: str
    moved: bool


def ledger(conn: Connection, paths: Iterable[str]) -> dict[str, LedgerRow]:
    """The rows of those of the paths, relative to the inbox, that were handled before."""
    known = {}
    for some in chunks(paths):
        for row in conn.execute(select(files).where(files.c.path.in_(filled(some)))):
            outcome = FileOutcome(row.outcome)
            known[row.path] = LedgerRow(row.size, row.mtime_ns, row.sha256, outcome, row.reason, row.moved)
    return known


def still_there(conn: Connection, paths: Iterable[str]) -> dict[str, LedgerRow]:
    """The ledger without files that were moved away: the same one may be delivered again under its name."""
    return {path: row for path, row in ledger(conn, paths).items() if not row.moved}


def record_files(store: Store, rows: Iterable[tuple[FileFacts, FileOutcome, str]], now: int) -> None:
    """Enters files without articles: passed over with a reason, quarantined, or adopted. Raises Trouble."""
    for some in chunks(rows):
        with store.write() as conn:
            enter(conn, some, now)


def mark_moved(store: Store, path: str) -> None:
    """Notes that the file has been put where it belongs. Losing this in a power cut costs a look, no more."""
    with store.write(durable=False) as conn:
        conn.execute(update(files).where(files.c.path == path).values(moved=True))


def forget_quarantined(store: Store, path: str) -> None:
    """Lets a file that was put aside be read again, should it come back as it was. Raises Trouble."""
    with store.write() as conn:
        conn.execute(delete(files).where(files.c.path == path, files.c.outcome == FileOutcome.QUARANTINED.value))


def enter(conn: Connection, rows: Sequence[tuple[FileFacts, FileOutcome, str]], now: int) -> None:
    """Enters files as they are handled; one that is known as it is stays."""
    known = ledger(conn, [facts.path for facts, _, _ in rows])
    fresh = {}
    for facts, outcome, reason in rows:
        row = LedgerRow(facts.size, facts.mtime_ns, facts.sha256, outcome, reason, moved=False)
        values = {"size": row.size, "mtime_ns": row.mtime_ns, "sha256": row.sha256, "outcome": outcome.value}
        values |= {"reason": reason, "handled_at": now, "moved": False}
        path = canonical(facts.path)
        before = known.get(path)
        if before is None:
            fresh[path] = {"path": path, **values}
        elif replace(before, moved=False) != row:
            conn.execute(update(files).where(files.c.path == path).values(values))
    if fresh:
        conn.execute(insert(files), list(fresh.values()))
