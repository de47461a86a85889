"""What the tests of several parts need: a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.dialects import postgresql

from watcher.store import Store, open_store

POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


def compile_for_postgresql(conn: Connection, statement: Any, *_: object) -> None:
    statement.compile(dialect=POSTGRESQL)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real store; each statement must be one that PostgreSQL has too."""
    with open_store(tmp_path / "state") as opened:
        event.listen(opened.engine, "before_execute", compile_for_postgresql)
        yield opened
