"""SQLite as the store uses it: write-ahead log, foreign keys, and transactions begun by us alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_S = 5.0
"""How long a statement waits for another process's write before it is Trouble."""

_PAGES_KB = 512
"""Kept by each connection. With the 2 MB that are usual, looks at a ledger of 100,000 files filled all of them in turn,
and nothing was faster: the system keeps the file's pages too."""


def connect(path: Path) -> Engine:
    """The engine of one store file."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_S, "cached_statements": 64},
        # Two that are idle are kept, and what came back last goes out first: each has pages and prepared statements of
        # its own, up to 2 MB, and the pages are true only until another one writes. A third is open for moments.
        pool_size=2,
        max_overflow=-1,  # there are as many as threads at most
        pool_use_lifo=True,
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
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",  # what a statement would take back, else in a file made for each
        f"cache_size=-{_PAGES_KB}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _on_begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("watcher_write") else "BEGIN")
