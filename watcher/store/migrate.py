"""Brings a store to the newest schema: makes a new one, migrates an older one, refuses a newer one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select

from watcher.errors import StoreError, StoreTooNew
from watcher.store.schema import REVISION, metadata, revisions
from watcher.store.sqlite import reading, writing

SCRIPTS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, *, create: bool, save: Callable[[str], None]) -> None:
    """Leaves the store at REVISION. `save(revision)` is called before an older one is changed.

    Raises StoreTooNew, and without `create` StoreError where there is anything to do.
    """
    with reading(engine) as conn:
        revision = _revision(conn)
    if revision == REVISION:
        return
    if revision is None:
        if not create:
            raise StoreError("the store is empty: `watcher run` makes its tables")
        _make(engine)
        return
    _refuse_newer(revision)
    if not create:
        raise StoreError(f"the store is of an older Watcher (schema {revision}): `watcher run` migrates it")
    save(revision)
    _upgrade(engine)


def _revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table(revisions.name):
        return None
    return conn.execute(select(revisions.c.version_num)).scalar_one_or_none()


def _make(engine: Engine) -> None:
    """A new store takes the tables as they are now; a test holds the migrations to the same end."""
    with writing(engine) as conn:
        if _revision(conn) is None:
            metadata.create_all(conn)
            revisions.create(conn)
            conn.execute(insert(revisions).values(version_num=REVISION))


def _refuse_newer(revision: str) -> None:
    from alembic.script import ScriptDirectory  # only here: its import costs 0.12 s

    if revision not in {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}:
        raise StoreTooNew(f"the store was written by a newer Watcher (its schema is {revision}, ours {REVISION})")


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    # A table is altered by copying and dropped, which with foreign keys on would delete the rows that refer to it.
    with writing(engine, foreign_keys=False) as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise StoreError(f"the migration would leave rows without their {broken[2]}: nothing was changed")
