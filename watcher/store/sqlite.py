"""SQLite as the store uses it: write-ahead log, foreign keys, and transactions begun by us alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_S = 5.0
"""How long a statement waits for another process's write before it is Trouble."""


def connect(path: Path) -> Engine:
    """The engine of one store file."""
    engine = create_engine(
        f"sqlite:///{path}",
        # A statement that enters many rows is another one for each number of rows, and takes 100 KB prepared.
        connect_args={"timeout": BUSY_S, "cached_statements": 32},
        hide_parameters=True,  # an error's text must not carry an article's words or a message's body
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the store."""
    with engine.connect() as conn, conn.begin():
        yield conn


@contextmanager
def writing(engine: Engine, *, durable: bool = True, foreign_keys: bool = True) -> Iterator[Connection]:
    """A connection inside BEGIN IMMEDIATE: committed at the end, rolled back by any exception.

    Taking the write lock at the first statement, not at the first change, is what spares a transaction that reads
    first the error SQLITE_BUSY_SNAPSHOT, which no waiting cures.
    """
    with engine.connect() as conn:
        conn.execution_options(watcher_write=True)
        # Both are no-ops inside a transaction.
        _pragma(conn, "synchronous", "FULL" if durable else "NORMAL")
        _pragma(conn, "foreign_keys", "ON" if foreign_keys else "OFF")
        with conn.begin():
            yield conn


def _pragma(conn: Connection, name: str, value: str) -> None:
    """Sets it where the connection, which the pool hands from one use to another, was left with something else."""
    known = conn.connection.info
    if known.get(name) != value:
        conn.connection.cursor().execute(f"PRAGMA {name}={value}").close()
        known[name] = value


def _on_connect(raw: Any, _: object) -> None:
    raw.isolation_level = None  # the driver starts no transaction of its own: _on_begin does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _on_begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("watcher_write") else "BEGIN")
