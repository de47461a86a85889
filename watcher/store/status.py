"""The daemon's state in numbers, and the heartbeat by which others know that it works."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, func, select

from watcher.model import DeliveryState, FileOutcome, WaitsFor, Ways
from watcher.store import ends, meta, silences
from watcher.store.engine import Store
from watcher.store.outbox import MessageState
from watcher.store.routes import Paused, list_pauses
from watcher.store.rules import failing_tests, rule_names
from watcher.store.schema import alerts, articles, deliveries, files, messages
from watcher.store.vitals import unusable


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life: when, and what the daemon said of itself ("" when all is well); `stopped` where it ended
    then because it was told to."""

    at: int
    note: str
    stopped: bool = False


def beat(store: Store, now: int, note: str = "", *, stopped: bool = False) -> None:
    """Leaves a sign of life, or of an orderly end. Raises Trouble."""
    with store.write(durable=False) as conn:
        meta.put(conn, meta.HEARTBEAT, {"at": now, "note": note, "stopped": stopped})


_NOTED = ("tidy", "links", "markers")


@dataclass(frozen=True, slots=True)
class NotedInbox:
    """Which inbox the daemon reads, and how: of its ways those that a look at it and what is put back need."""

    path: Path
    ways: Ways


def note_inbox(store: Store, path: Path, ways: Ways) -> None:
    """Keeps which inbox the daemon reads, for commands that are not told. Raises Trouble."""
    with store.write(durable=False) as conn:
        meta.put(conn, meta.INBOX, {"path": str(path), **{name: getattr(ways, name) for name in _NOTED}})


def noted_inbox(conn: Connection) -> NotedInbox | None:
    """The inbox of the last daemon, None if there never was one."""
    noted = meta.get(conn, meta.INBOX)
    if noted is None:
        return None
    if isinstance(noted, str):  # as 0.1.0 wrote it
        return NotedInbox(Path(noted), Ways())
    return NotedInbox(Path(noted["path"]), Ways(**{name: noted[name] for name in _NOTED if name in noted}))


def last_beat(conn: Connection) -> Beat | None:
    """The last sign of life, None if there never was one."""
    said = meta.get(conn, meta.HEARTBEAT)
    return None if said is None else Beat(said["at"], said["note"], said.get("stopped", False))


def counts(conn: Connection, waiting: int = 0) -> dict[str, Any]:
    """The numbers of `status --json`, all of one moment; `waiting` files lie in the inbox and are not handled yet."""
    outcomes = _by(conn, files.c.outcome, FileOutcome.DONE)
    ended = ends.last(conn)
    seen = _number(conn, articles)
    return {
        "files": {
            "seen": sum(outcomes.values()) + waiting,
            "done": outcomes[FileOutcome.DONE],
            "waiting": waiting,
            "quarantined": outcomes[FileOutcome.QUARANTINED],
            "passed_over": outcomes[FileOutcome.PASSED_OVER],
        },
        "articles": seen,
        "alerts": _number(conn, alerts),
        "deliveries": _by(conn, deliveries.c.state, DeliveryState.SENT),
        "messages": _by(conn, messages.c.state, MessageState.SENT),
        "rules": meta.get(conn, meta.RULES) or {"loaded": 0, "digest": None, "error": None},
        "ner": {"seen": seen, "needed": _number(conn, articles, articles.c.needed_ner.is_(True))},
        "channels": [_paused(paused) for paused in list_pauses(conn)],
        "held": _held(conn),
        "failing_tests": failing_tests(conn),
        "unusable": [asdict(channel) for channel in unusable(conn)],
        "ended": ended and {"at": ended.at, "part": ended.part, "why": ended.why},
    }


def _paused(paused: Paused) -> dict[str, Any]:
    """An address that fails or has used up its rate."""
    about = {"channel": paused.channel, "address": paused.address, "waiting": paused.waiting}
    return {**about, **asdict(paused.pause)}


def count_silences(conn: Connection, now: int) -> dict[str, int]:
    """How many silences hold, and how many of those are of rules that are none of those in force."""
    active = silences.active(conn, now)
    names = rule_names(conn) if active else None
    return {"active": len(active), "of_no_rule": sum(one.fits_none(names) for one in active)}


def _by(conn: Connection, column: Column[Any], usual: StrEnum) -> dict[str, int]:
    """How many rows are in each state, with those that no row is in. Most are in the `usual` one, and are what is left:
    to count 5 million files by their outcome took 0.4 s, and the summary does each minute."""
    others = {
        state.value: _number(conn, column.table, column == state.value) for state in type(usual) if state != usual
    }
    found = others | {usual.value: _number(conn, column.table) - sum(others.values())}
    return {state.value: found[state.value] for state in type(usual)}


def _number(conn: Connection, table: FromClause, *which: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*which)).scalar_one()


def _held(conn: Connection) -> dict[str, int]:
    """How many deliveries are held for what, with those reasons that hold none."""
    held = select(deliveries.c.waits_for, func.count()).where(deliveries.c.state == DeliveryState.HELD.value)
    found = {row[0]: row[1] for row in conn.execute(held.group_by(deliveries.c.waits_for))}
    return {reason.value: found.get(reason.value, 0) for reason in WaitsFor}
