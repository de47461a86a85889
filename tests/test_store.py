"""The store: opening, locking, migrating, copying, admitting, forgetting, and what it does when its place fails."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from tests.conftest import POSTGRESQL
from tests.desk import tell_alone
from tests.support import PATIENCE, wait_for
from watcher.errors import StoreBusy, StoreError, StoreTooNew, Trouble, WatcherError
from watcher.message import Bulletin, Failed, Route, Sent
from watcher.model import (
    Admission,
    Article,
    Decision,
    DeliveryState,
    Draft,
    Evidence,
    FileFacts,
    FileOutcome,
    Handled,
    Level,
    Reading,
    Verdict,
)
from watcher.phrase import Phrase
from watcher.store import (
    DaemonLock,
    Store,
    claims,
    deliveries,
    migrate,
    open_store,
    outbox,
    rules,
    schema,
    sqlite,
    status,
    vitals,
)
from watcher.store.alerts import list_alerts, list_kept_out, show_alert
from watcher.store.articles import admit
from watcher.store.columns import path_bytes, to_json, uuid7
from watcher.store.engine import copy
from watcher.store.files import ledger, mark_moved, record_files, still_there
from watcher.store.retention import DAY_MS, prune
from watcher.store.schema import article_texts
from watcher.store.status import beat, last_beat
from watcher.store.texts import get_text

NOW = 1_760_000_000_000
NEW = (Decision("desk", DeliveryState.NEW),)
PROOF = Evidence("keywords", "all[0]", "talibans", 4, 12, "Les talibans.", 0, {"term": "Taliban*"})


def draft(rule: str = "taliban", decisions: tuple[Decision, ...] = NEW, recorded_only: str = "") -> Draft:
    return Draft(rule, "Taliban", Level.HIGH, "d" * 64, Verdict(rule, True, (PROOF,)), decisions, recorded_only)


def handled(number: int, *, path: str | None = None, drafts: tuple[Draft, ...] | None = None, **more: Any) -> Handled:
    path = path or f"le-monde/{number}.txt"
    article = Article(f"Titre {number}", f"Les talibans, {number}.", "fr", source="lemonde.fr", path=path)
    reading = Reading(article, **more)
    chosen = (draft(),) if drafts is None else drafts
    return Handled(FileFacts(path, 10, number, "a" * 64), FileOutcome.DONE, "", (Admission(reading, chosen),))


def tell(store: Store) -> None:
    """Gives all that was opened its messages."""
    tell_alone(store, NOW, desk=("one", "two"))


def rows(store: Store) -> dict[str, int]:
    with store.read() as conn:
        return {
            t.name: conn.execute(select(func.count()).select_from(t)).scalar_one()
            for t in schema.metadata.sorted_tables
        }


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


def test_only_the_owner_can_read_the_state(tmp_path: Path) -> None:
    """Under the most generous umask the state folder and the store are still for their owner alone."""
    before = os.umask(0)
    try:
        with open_store(tmp_path / "a" / "state") as store, DaemonLock(tmp_path / "a" / "state"):
            admit(store, [handled(1)], NOW)
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "a" / "state").iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "state").stat().st_mode) == 0o700
    assert set(modes) >= {"store.db", "store.db-wal", "daemon.lock"}
    assert set(modes.values()) == {0o600}


def test_settings_of_every_connection(store: Store) -> None:
    """Each connection writes ahead, syncs each commit that must last, and holds foreign keys."""
    with store.write(durable=False):
        pass
    with store.write() as conn:
        said = [conn.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")]
    assert said == ["wal", 2, 1]


def test_batches_of_any_size_share_their_statements(store: Store) -> None:
    """Each connection keeps what it has prepared: however many files and alerts batches have, it is little."""
    asked = set[str]()
    event.listen(store.engine, "before_cursor_execute", lambda *about: asked.add(about[2]))
    told = []
    for number, files in enumerate((9, 64, *range(9, 64, 5))):
        opening = tuple(draft(f"rule{n}") for n in range(number % 4))
        batch = [handled(100 * number + n, drafts=opening if n % 2 else ()) for n in range(files)]
        with store.read() as conn:
            still_there(conn, [one.file.path for one in batch])
        admit(store, batch, NOW)
        told.append(len(asked))
    assert told[-1] <= told[3] + 3  # a batch may have more alerts than files


def test_opening_a_store_does_not_import_alembic(tmp_path: Path) -> None:
    """`watcher status` and the daemon do not pay for a migration tool that has nothing to do."""
    code = "import sys, pathlib, watcher.store as s; s.open_store(pathlib.Path(sys.argv[1])).close(); "
    code += "s.open_store(pathlib.Path(sys.argv[1])).close(); assert 'alembic' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "state")]).returncode == 0


def test_commands_say_that_there_is_no_store_yet(tmp_path: Path) -> None:
    """`watcher status` before the first run names the cure and leaves no folder behind."""
    with pytest.raises(StoreError, match="watcher run"):
        open_store(tmp_path / "state", create=False)
    assert not (tmp_path / "state").exists()


def test_start_killed_before_its_tables_were_made(tmp_path: Path) -> None:
    """An empty store file, left by a first start that was killed, is completed by the next."""
    (tmp_path / "store.db").touch()
    with pytest.raises(StoreError, match="empty"):
        open_store(tmp_path, create=False)
    open_store(tmp_path).close()
    open_store(tmp_path, create=False).close()


HOLD = """
import pathlib, sys, time
from watcher.store import DaemonLock
lock = DaemonLock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_second_daemon_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    """Two daemons never share a state; once the first is killed the next one starts at once."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as first:
        try:
            assert first.stdout is not None and first.stdout.readline() == b"held\n"
            with pytest.raises(StoreBusy, match=rf"process {first.pid}\b"):
                DaemonLock(tmp_path)
        finally:
            first.kill()
    with DaemonLock(tmp_path) as lock:
        lock.release()
    DaemonLock(tmp_path).release()


# ── schema and migrations ────────────────────────────────────────────────────────────────────────


def migrate_from_nothing(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), schema.metadata) == []
    engine.dispose()


def layout(path: Path) -> dict[str, Any]:
    with sqlite3.connect(path) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        described = {}
        for table in tables:
            columns = sorted(row[1:] for row in db.execute(f"PRAGMA table_info({table})"))
            keys = sorted(row[2:] for row in db.execute(f"PRAGMA foreign_key_list({table})"))
            indexes = [row[1:4] for row in db.execute(f"PRAGMA index_list({table})")]
            content = sorted(
                (
                    "" if name.startswith("sqlite_") else name,
                    *kind,
                    *(r[2] for r in db.execute(f"PRAGMA index_info({name})")),
                )
                for name, *kind in indexes
            )
            described[table] = (columns, keys, content)
        autoincrement = db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
    db.close()
    return {**described, "autoincrement": autoincrement}


def test_migrations_end_at_the_very_schema_of_a_new_store(tmp_path: Path, store: Store) -> None:
    """A store that was migrated step by step and one made today have the same tables, keys and indexes."""
    migrate_from_nothing(tmp_path / "migrated.db")
    assert layout(tmp_path / "migrated.db") == layout(store.path)


def test_revision_in_the_schema_is_the_newest_migration() -> None:
    """The constant that opening compares with names the head of the migrations."""
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_heads() == [schema.REVISION]


def test_tables_can_be_made_on_postgresql() -> None:
    """Every table and index is valid for PostgreSQL's dialect too."""
    for table in schema.metadata.sorted_tables:
        assert CreateTable(table).compile(dialect=POSTGRESQL)
        assert all(str(CreateIndex(index).compile(dialect=POSTGRESQL)) for index in table.indexes)


def test_store_of_a_newer_watcher_is_refused(tmp_path: Path) -> None:
    """A downgraded Watcher leaves a newer store as it is and says which schema it met."""
    open_store(tmp_path).close()
    set_revision(tmp_path, "9999")
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(StoreTooNew, match="9999"):
        open_store(tmp_path)
    assert (tmp_path / "store.db").read_bytes() == before
    assert not (tmp_path / "backups").exists()


def set_revision(state: Path, revision: str) -> None:
    db = sqlite3.connect(state / "store.db")
    with db:
        db.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    db.close()


FOLLOWING = f"{int(schema.REVISION) + 1:04}"
NEXT = f"""
import sqlalchemy as sa
from alembic import op
revision = "{FOLLOWING}"
down_revision = "{schema.REVISION}"
def upgrade():
    with op.batch_alter_table("alerts", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.String(32)))
    {{more}}
"""


@pytest.fixture
def tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Watcher as it may be after its next release: one more migration. Returns that migration's file."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    following = scripts / "versions" / f"v{FOLLOWING}_next.py"
    following.write_text(NEXT.format(more=""))
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(migrate, "REVISION", FOLLOWING)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return following


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The state of today's Watcher with one alert in it."""
    with open_store(tmp_path / "state") as store:
        admit(store, [handled(1)], NOW)
        tell(store)
    return tmp_path / "state"


def test_migration_keeps_every_row_and_a_copy_of_before(older: Path, tomorrow: Path) -> None:
    """After an update the alerts and what hangs on them are there, and the store of before lies in backups/."""
    with pytest.raises(StoreError, match="older"):
        open_store(older, create=False)
    with open_store(older) as store:
        after = rows(store)
        with store.read() as conn:
            assert conn.exec_driver_sql("SELECT mood FROM alerts").all() == [(None,)]
        with store.write() as conn:
            assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert (after["alerts"], after["deliveries"], after["alert_articles"], after["messages"]) == (1, 1, 1, 2)
    (saved,) = (older / "backups").iterdir()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    with sqlite3.connect(saved) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.REVISION,)]
        assert db.execute("SELECT count(*) FROM alerts").fetchall() == [(1,)]
    db.close()


def test_only_the_last_three_copies_are_kept(older: Path, tomorrow: Path) -> None:
    """Copies made before migrations do not fill the disk over the years."""
    tomorrow.write_text(NEXT.format(more="raise RuntimeError('bad migration')"))
    for _ in range(5):
        with pytest.raises(RuntimeError, match="bad migration"):
            open_store(older)
    kept = [f"store-{number:04}-{schema.REVISION}.db" for number in (3, 4, 5)]
    assert sorted(p.name for p in (older / "backups").iterdir()) == kept


def test_failed_migration_changes_nothing(
    older: Path, tomorrow: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A migration that fails half-way leaves the store usable by the Watcher of before."""
    tomorrow.write_text(NEXT.format(more="op.execute('DELETE FROM alerts'); raise RuntimeError('bad migration')"))
    with pytest.raises(RuntimeError, match="bad migration"):
        open_store(older)
    monkeypatch.undo()
    with open_store(older) as store:
        assert rows(store)["alerts"] == 1


def test_migration_that_orphans_rows_is_undone(older: Path, tomorrow: Path) -> None:
    """A migration that would leave deliveries without their alert is refused as a whole."""
    tomorrow.write_text(NEXT.format(more="op.execute('DELETE FROM alerts')"))
    with pytest.raises(StoreError, match="nothing was changed"):
        open_store(older)


# ── copies ───────────────────────────────────────────────────────────────────────────────────────


def test_backup_while_another_thread_writes(store: Store, tmp_path: Path) -> None:
    """A backup of a working daemon is whole: each article in it has its alert, and no -wal file is needed."""
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            admit(store, [handled(number)], NOW)
            number += 1

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for name in ("one.db", "two.db"):
            store.backup(tmp_path / name)
    finally:
        stop.set()
        writer.join()
    assert [p.name for p in tmp_path.glob("*.db*")] in (["one.db", "two.db"], ["two.db", "one.db"])
    db = sqlite3.connect(f"file:{tmp_path / 'two.db'}?mode=ro&immutable=1", uri=True)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert (
        db.execute("SELECT count(*) FROM articles").fetchone() == db.execute("SELECT count(*) FROM alerts").fetchone()
    )
    db.close()


def test_a_backup_holds_no_sign_of_life(store: Store, tmp_path: Path) -> None:
    """Where it is put in the store's place no daemon works yet."""
    beat(store, NOW)
    store.backup(tmp_path / "restored.db")
    (tmp_path / "other").mkdir()
    (tmp_path / "restored.db").rename(tmp_path / "other" / "store.db")
    with open_store(tmp_path / "other") as restored, restored.read() as conn, store.read() as kept:
        assert last_beat(conn) is None
        assert last_beat(kept) is not None


def test_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    """A name that is taken is refused and keeps its content; the rest of a killed backup is no hindrance."""
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(StoreError, match="overwrites nothing"):
        store.backup(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "precious"
    with pytest.raises(StoreError, match="overwrites nothing"):
        store.backup(Path())
    (tmp_path / "new.part").write_text("half")
    store.backup(tmp_path / "new")
    assert not (tmp_path / "new.part").exists()
    with pytest.raises(StoreError, match="No such file"):
        store.backup(tmp_path / "nowhere" / "x")


def test_a_damaged_store_is_not_taken_for_a_backup(tmp_path: Path) -> None:
    """SQLite copies pages whatever is in them: that they are no store is told now, not when the copy is needed."""
    with open_store(tmp_path) as store:
        admit(store, [handled(number) for number in range(200)], NOW)
    with (tmp_path / "store.db").open("r+b") as file:
        file.seek(4096 * 8)
        file.write(bytes(range(256)) * 16 * 30)
    with pytest.raises(StoreError, match="damaged"):
        copy(tmp_path / "store.db", tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────


def limit(store: Store, pragma: str) -> None:
    with store.read() as conn:
        conn.exec_driver_sql(f"PRAGMA {pragma}")


def test_full_disk_is_trouble_that_passes(store: Store) -> None:
    """Without space nothing is written in halves, and with space again the same batch goes in."""
    admit(store, [handled(1)], NOW)
    before = rows(store)
    limit(store, "max_page_count=1")  # SQLite takes the least that the file now has
    batch = [handled(n) for n in range(2, 400)]
    with pytest.raises(Trouble, match="no space left"):
        admit(store, batch, NOW)
    assert rows(store) == before
    limit(store, "max_page_count=1000000")
    assert len(admit(store, batch, NOW)) == 398


def test_read_only_store_is_trouble(store: Store) -> None:
    """A store that became read-only is told as such and can still be read."""
    limit(store, "query_only=ON")
    with pytest.raises(Trouble, match="read-only"):
        admit(store, [handled(1)], NOW)
    assert rows(store)["articles"] == 0


def test_store_locked_by_another_process_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds the write lock for long makes the daemon wait, not die."""
    monkeypatch.setattr(sqlite, "BUSY_S", 0.05)
    with open_store(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Trouble, match="locked by another process"):
            admit(store, [handled(1)], NOW)
        assert rows(store)["articles"] == 0  # readers do not wait
        other.execute("ROLLBACK")
        other.close()
        assert len(admit(store, [handled(1)], NOW)) == 1


def test_damaged_store_is_told(tmp_path: Path) -> None:
    """A file that is no database is not waited for: the operator is told where a copy may be."""
    (tmp_path / "store.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StoreError, match="backups"):
        open_store(tmp_path)


def test_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file where the state folder should be is named."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="state"):
        open_store(tmp_path / "state")


def test_errors_of_the_database_hold_no_article(store: Store) -> None:
    """Whatever goes wrong in a statement, an article's words and a message's body stay out of the error's text."""
    row = {"rule": "r", "article": 77, "blocked_by": ["CANARY"], "at": NOW}
    with pytest.raises(IntegrityError) as caught, store.write() as conn:
        conn.execute(insert(schema.kept_out), row)
    assert "CANARY" not in f"{caught.value} {caught.value!r}"


# ── admitting ────────────────────────────────────────────────────────────────────────────────────


def test_admitting_opens_alerts_with_their_deliveries(store: Store) -> None:
    """One transaction enters file, article, text, alert, delivery, and a message for each target."""
    (alert,) = admit(store, [handled(1)], NOW)
    assert (alert.rule, alert.level, alert.opened_at) == ("taliban", Level.HIGH, NOW)
    assert alert.article["source"] == "lemonde.fr"
    assert alert.evidence[0]["text"] == "talibans"
    found = rows(store)
    assert {name: n for name, n in found.items() if n} == {
        "files": 1, "articles": 1, "article_texts": 1, "sightings": 1,
        "alerts": 1, "alert_articles": 1, "deliveries": 1,
    }  # fmt: skip
    with store.read() as conn:
        assert get_text(conn, 1) == "Titre 1\n\nLes talibans, 1."
        assert list_alerts(conn, 10)[0].alert == alert


def test_same_batch_again_changes_nothing(store: Store) -> None:
    """What was committed and is handed in again, after a crash of the sender, opens and changes nothing."""
    batch = [handled(1), handled(2), handled(3, drafts=())]
    assert len(admit(store, batch, NOW)) == 2
    mark_moved(store, "le-monde/1.txt")
    before = dump(store)
    assert admit(store, batch, NOW + 5000) == []
    assert dump(store) == before


def dump(store: Store) -> dict[str, list[Any]]:
    with store.read() as conn:
        return {t.name: sorted(map(repr, conn.execute(select(t)))) for t in schema.metadata.sorted_tables}


def test_known_article_in_another_file_is_a_sighting(store: Store) -> None:
    """The same title and body, in this batch or later, alert once; each place where they were seen is kept."""
    assert len(admit(store, [handled(1), handled(1, path="copy.txt")], NOW)) == 1
    assert admit(store, [handled(1, path="later.txt")], NOW + 1) == []
    found = rows(store)
    assert (found["articles"], found["alerts"], found["sightings"], found["files"]) == (1, 1, 3, 3)


def test_batch_is_all_or_nothing(store: Store) -> None:
    """If one article of a batch cannot be entered, none is."""
    hopeless = draft(decisions=(*NEW, *NEW))  # two deliveries to one channel
    with pytest.raises(IntegrityError):
        admit(store, [handled(1), handled(2, drafts=(hopeless,))], NOW)
    assert set(rows(store).values()) == {0}


def test_alert_that_is_only_recorded_has_no_message(store: Store) -> None:
    """A rule on trial leaves its alert and the reason why nobody was told; dropped and held decisions send nothing."""
    dropped = Decision("desk", DeliveryState.DROPPED, "below min_level high")
    held = Decision("phone", DeliveryState.HELD, "channel phone is unconfigured")
    admit(store, [handled(1, drafts=(draft(decisions=(), recorded_only="status: test"),))], NOW)
    admit(store, [handled(2, drafts=(draft(decisions=(dropped, held)),))], NOW)
    with store.read() as conn:
        second, first = list_alerts(conn, 10)
    assert first.recorded_only == "status: test"
    assert first.deliveries == ()
    assert second.deliveries == (("desk", DeliveryState.DROPPED), ("phone", DeliveryState.HELD))
    assert rows(store)["messages"] == 0


def test_kept_out_articles_are_recorded_with_their_span(store: Store) -> None:
    """What only a `none` kept out can be listed; a rule that matched or simply missed is not there."""
    verdicts = (Verdict("sport", False, blocked_by=(PROOF,)), Verdict("other", False), Verdict("taliban", True))
    admit(store, [handled(1, verdicts=verdicts)], NOW)
    with store.read() as conn:
        (kept,) = list_kept_out(conn, 10)
        assert list_kept_out(conn, 10, rule="other") == []
    assert (kept.rule, kept.at, kept.article["title"]) == ("sport", NOW, "Titre 1")
    assert kept.blocked_by[0]["text"] == "talibans"


def test_file_ledger(store: Store) -> None:
    """A file is known by path, size and time; a changed one is entered anew and has to be moved anew."""
    path = os.fsdecode(b"d\xe9p\xeache/\xff.txt")
    facts = FileFacts(path, 5, 17, "b" * 64)
    record_files(
        store, [(facts, FileOutcome.QUARANTINED, "not a text"), (FileFacts("a", 1, 1), FileOutcome.DONE, "")], NOW
    )
    mark_moved(store, path)
    with store.read() as conn:
        known = ledger(conn, [path, "unknown"])
    assert list(known) == [path]
    assert (known[path].outcome, known[path].reason, known[path].moved) == (FileOutcome.QUARANTINED, "not a text", True)
    record_files(store, [(facts, FileOutcome.QUARANTINED, "not a text")], NOW + 1)
    with store.read() as conn:
        assert ledger(conn, [path])[path].moved
    record_files(store, [(FileFacts(path, 6, 18, "c" * 64), FileOutcome.DONE, "")], NOW + 2)
    with store.read() as conn:
        now = ledger(conn, [path])[path]
    assert (now.size, now.mtime_ns, now.outcome, now.moved) == (6, 18, FileOutcome.DONE, False)


def test_ledger_of_more_files_than_one_statement_takes(store: Store) -> None:
    """An inbox of many thousand files is looked up and recorded in several statements."""
    record_files(store, ((FileFacts(f"{n}", 1, n), FileOutcome.PASSED_OVER, "adopted") for n in range(2100)), NOW)
    with store.read() as conn:
        assert len(ledger(conn, (f"{n}" for n in range(3000)))) == 2100


def test_a_text_that_an_older_version_packed_is_read_as_ever(store: Store) -> None:
    """A store is not packed anew when Watcher is: its texts are pruned in time."""
    admit(store, [handled(1)], NOW)
    with store.write() as conn:
        conn.execute(
            update(article_texts).values(
                packed=zlib.compress("Ein \ud800 älterer Text.".encode("utf-8", "surrogatepass"))
            )
        )
    with store.read() as conn:
        assert get_text(conn, 1) == "Ein \ud800 älterer Text."


def test_hostile_article_is_kept_without_loss(store: Store) -> None:
    """Lone surrogates and NUL in title, body, source or evidence neither stop the store nor shift its offsets."""
    nasty = "a\x00b\ud800c\U0001f600\u202e"
    article = Article(nasty, nasty * 2, source=nasty, author=nasty, path="zip!/\ud800/\udcc3\udca9")
    proof = Evidence("keywords", "", nasty, 0, 3, nasty, 0, {"term": nasty})
    odd = Draft("r", nasty, Level.LOW, "d", Verdict("r", True, (proof,)), NEW)
    reading = Reading(article, (Verdict("k", False, blocked_by=(proof,)),))
    batch = [Handled(FileFacts("x", 1, 1), FileOutcome.DONE, nasty, (Admission(reading, (odd,)),))]
    (alert,) = admit(store, batch, NOW)
    assert admit(store, batch, NOW) == []
    with store.read() as conn:
        assert get_text(conn, 1) == article.text
        (listed,) = list_alerts(conn, 1)
        assert listed.alert == alert
        assert listed.alert.article["title"] == nasty
    tell(store)
    claimed = claims.claim(store, Route("desk", "one"), NOW, 1000)
    assert claimed is not None and isinstance(claimed.message.content, Bulletin)
    assert claimed.message.content.lead == alert


WORK = """
import pathlib, sys, tests_of_store as t
from watcher.store import open_store
from watcher.store.articles import admit
store, n = open_store(pathlib.Path(sys.argv[1])), int(sys.argv[2])
while True:
    admit(store, [t.handled(n), t.handled(n + 1)], t.NOW)
    print(n + 2, flush=True)
    n += 2
"""


def test_kill_in_the_middle_of_writes_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    """After `kill -9` at random moments the store is whole, and every batch is there in full or not at all."""
    state, said, chance = tmp_path / "state", 0, random.Random(7)
    (tmp_path / "tests_of_store.py").symlink_to(Path(__file__))
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WORK, str(state), str(said)], stdout=subprocess.PIPE, text=True, env=env
        ) as child:
            assert child.stdout is not None
            for _ in range(chance.randint(1, 40)):
                said = int(child.stdout.readline())
            child.kill()
            said = max([said, *map(int, re.findall(r"(\d+)\n", child.stdout.read()))])
        with open_store(state) as store:
            found = rows(store)
            with store.read() as conn:
                assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert found["articles"] in (said, said + 2)
        said = found["articles"]
        assert found["alerts"] == found["deliveries"] == found["files"] == said


def test_two_threads_writing_lose_nothing(store: Store) -> None:
    """Intake and dispatch write at the same time and neither's work is lost or refused."""
    threads = [
        threading.Thread(target=lambda k=k: [admit(store, [handled(k * 100 + n)], NOW) for n in range(25)])
        for k in range(3)
    ]
    for thread in threads:
        thread.start()
    for n in range(25):
        status.beat(store, NOW + n, "busy")
    for thread in threads:
        thread.join()
    assert rows(store)["alerts"] == 75
    with store.read() as conn:
        assert status.last_beat(conn) == status.Beat(NOW + 24, "busy")
        assert [one.seq for one in list_alerts(conn, 1000)] == list(range(75, 0, -1))


def test_what_was_written_with_others_waits_for_no_later_transaction(store: Store) -> None:
    """A writer whose work was done in another's transaction goes on while the next one is still being written."""
    gates = {name: threading.Event() for name in ("first", "joined", "last")}
    begun = {name: threading.Event() for name in gates}
    back = threading.Semaphore(0)

    def write(name: str) -> None:
        def work(_: Connection) -> None:
            begun[name].set()
            gates[name].wait(PATIENCE)

        store.together(work)
        back.release()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("first", "joined", "joined", "last")]
    threads[0].start()
    assert begun["first"].wait(PATIENCE)
    for thread in threads[1:3]:
        thread.start()
    wait_for(lambda: len(store._jobs) == 2, "two that wait to write")
    gates["first"].set()
    assert begun["joined"].wait(PATIENCE)
    threads[3].start()
    wait_for(lambda: len(store._jobs) == 1, "another that waits to write")
    gates["joined"].set()
    assert begun["last"].wait(PATIENCE)
    assert all(back.acquire(timeout=PATIENCE) for _ in range(3))
    gates["last"].set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_daemon_and_commands_write_at_the_same_time(store: Store) -> None:
    """Two processes that read before they write wait for each other; neither is turned away."""
    failed: list[Exception] = []

    def work(first: int) -> None:
        try:
            with open_store(store.path.parent) as own:  # a lock of its own, as another process has
                for number in range(first, first + 25):
                    admit(own, [handled(number)], NOW)
        except Trouble as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(k * 100,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert rows(store)["alerts"] == 75


def test_order_numbers_of_alerts_are_never_given_twice(store: Store) -> None:
    """A feed that resumes after the newest alert misses nothing, even if that alert has been forgotten."""
    admit(store, [handled(1, drafts=(draft(decisions=()),))], NOW)
    prune(store, NOW + 500 * DAY_MS)
    assert rows(store)["alerts"] == 0
    admit(store, [handled(2)], NOW + 500 * DAY_MS)
    with store.read() as conn:
        assert [one.seq for one in list_alerts(conn, 10)] == [2]


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def test_status_counts_as_in_the_contract(store: Store) -> None:
    """`seen` is the sum of the four after it, and every state is there even if nothing is in it."""
    with store.read() as conn:
        assert status.last_beat(conn) is None
        assert status.counts(conn)["rules"] == {"loaded": 0, "digest": None, "error": None}
    admit(store, [handled(1, needed_ner=True), handled(2)], NOW)
    tell(store)
    record_files(store, [(FileFacts("t.tmp", 1, 1), FileOutcome.PASSED_OVER, "temporary name")], NOW)
    record_files(store, [(FileFacts("q", 1, 1), FileOutcome.QUARANTINED, "binary")], NOW)
    rules.accept(store, "abc", {"rules.yaml": "version: 1"}, NOW, loaded=7)
    with store.read() as conn:
        assert status.counts(conn, waiting=4) == {
            "files": {"seen": 8, "done": 2, "waiting": 4, "quarantined": 1, "passed_over": 1},
            "articles": 2,
            "alerts": 2,
            "deliveries": {"new": 0, "pending": 2, "held": 0, "sent": 0, "dead": 0, "dropped": 0},
            "messages": {state.value: 0 for state in outbox.MessageState} | {"pending": 4},
            "rules": {"loaded": 7, "digest": "abc", "error": None},
            "ner": {"seen": 2, "needed": 1},
            "channels": [],
            "held": {"channel": 0, "group": 0, "mute": 0, "digest": 0, "backlog": 0},
            "failing_tests": {"count": 0, "first": []},
            "unusable": [],
            "ended": None,
        }


def test_show_finds_an_alert_by_the_beginning_of_its_id(store: Store) -> None:
    """`alerts show` takes a beginning that is unique, names those that it could be of, and says when there is none."""
    first, second = admit(store, [handled(1), handled(2)], NOW)
    tell(store)
    with store.read() as conn:
        shown = show_alert(conn, first.id[:-1].upper())
        assert shown.alert == first
        assert [(d.channel, d.state, [m.target for m in d.messages]) for d in shown.deliveries] == [
            ("desk", DeliveryState.PENDING, ["one", "two"])
        ]
        for ref, why in (
            (first.id[:6], "more than one"),
            ("zz", "no alert"),
            ("", "no alert"),
            ("%", "no alert"),
            ("\udcff", "no alert"),
        ):
            with pytest.raises(WatcherError, match=why):
                show_alert(conn, ref)
        with pytest.raises(WatcherError) as several:
            show_alert(conn, first.id[:6])
    assert str(several.value).splitlines()[1:] == [f"  {one.id}  {one.rule}" for one in (second, first)]


def test_list_of_alerts_is_newest_first_and_of_one_rule(store: Store) -> None:
    """`alerts list` shows the newest ones, of all rules or of one."""
    admit(store, [handled(n, drafts=(draft("a"), draft("b"))) for n in range(3)], NOW)
    with store.read() as conn:
        assert [(one.seq, one.alert.rule) for one in list_alerts(conn, 3)] == [(6, "b"), (5, "a"), (4, "b")]
        assert [one.seq for one in list_alerts(conn, 10, rule="a")] == [5, 3, 1]


def test_last_accepted_rules_survive(store: Store) -> None:
    """A start on a faulty file finds the rules that were accepted last, though the clock went back, and the fault."""
    assert rules.last_accepted(store) is None
    rules.accept(store, "one", {"rules.yaml": "1"}, NOW, loaded=1)
    rules.accept(store, "two", {"rules.yaml": "2", "lists/x.txt": "talibã"}, NOW - 9999, loaded=2)
    rules.refuse(store, "rules.yaml:1:1: no", 1)
    kept = rules.last_accepted(store)
    assert kept is not None and (kept.digest, kept.files["lists/x.txt"]) == ("two", "talibã")
    with store.read() as conn:
        said = status.counts(conn)["rules"]
    assert said == {"loaded": 2, "digest": "two", "error": "rules.yaml:1:1: no"}
    rules.accept(store, "one", {"rules.yaml": "1"}, NOW, loaded=1)
    again = rules.last_accepted(store)
    assert again is not None and again.digest == "one"
    assert rows(store)["rule_sets"] == 2


def test_rules_that_were_accepted_before_an_update(store: Store) -> None:
    """The last good rules are the same whether this Watcher kept them or an older one did, as a JSON object."""
    files = {"rules.yaml": "version: 1\n# l'été\n", "listes/é.txt": "", "lists/\udcff.txt": "talibans\n"}
    rules.accept(store, "abc", files, NOW)
    assert rules.last_accepted(store) == rules.Accepted("abc", files, NOW)
    with store.write() as conn:
        conn.exec_driver_sql("UPDATE rule_sets SET files = ?", (to_json(files),))
    assert rules.last_accepted(store) == rules.Accepted("abc", files, NOW)


def test_what_is_asked_for_by_name_is_found_by_an_index(store: Store) -> None:
    """One alert, and what one rule found or was kept from: whoever asks does not wait for a year of all others."""
    verdicts = (Verdict("k", False, blocked_by=(PROOF,)),)
    first, *_ = admit(store, [handled(n, verdicts=verdicts) for n in range(5)], NOW)
    plans: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        plan = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(step for *_, step in plan)

    event.listen(store.engine, "before_cursor_execute", explain)
    with store.read() as conn:
        assert show_alert(conn, first.id).alert == first
        assert [one.seq for one in list_alerts(conn, 2, first.rule)] == [5, 4]
        assert list_kept_out(conn, 2, "k") == list_kept_out(conn, 2)
    assert any("alerts USING COVERING INDEX" in step for step in plans)
    assert not {"SCAN alerts", "SCAN articles", "SCAN kept_out"}.intersection(plans)


# ── forgetting ───────────────────────────────────────────────────────────────────────────────────


def deliver(store: Store, now: int, times: int) -> None:
    routes = Route("desk", "one"), Route("desk", "two")
    for _ in range(times):
        claimed = claims.claim(store, routes[0], now, 1000) or claims.claim(store, routes[1], now, 1000)
        assert claimed is not None and claims.settle(store, claimed, Sent(), now)


def test_texts_and_decisions_go_before_alerts(store: Store) -> None:
    """After 90 days text, sightings and messages are gone and the alert is there; after 400 days it goes too."""
    admit(store, [handled(n, verdicts=(Verdict("k", False, blocked_by=(PROOF,)),)) for n in range(5)], NOW)
    tell(store)
    deliver(store, NOW, 10)
    assert set(vars_of(prune(store, NOW + 89 * DAY_MS))) == {0}
    gone = prune(store, NOW + 91 * DAY_MS)
    assert (gone.texts, gone.sightings, gone.kept_out, gone.messages, gone.deliveries) == (5, 5, 5, 10, 5)
    assert (gone.alerts, gone.articles, gone.files, rows(store)["attempts"]) == (0, 0, 0, 0)
    assert admit(store, [handled(1)], NOW + 91 * DAY_MS) == []  # still known
    later = prune(store, NOW + 401 * DAY_MS)
    assert (later.alerts, later.articles) == (5, 5)
    assert {name for name, n in rows(store).items() if n} == {"files"}


def vars_of(value: Any) -> list[int]:
    return [getattr(value, name) for name in value.__slots__]


def test_what_is_still_to_be_sent_is_never_forgotten(store: Store) -> None:
    """Pending and held deliveries outlive every limit, with their alert, their messages and those already sent."""
    held = Decision("phone", DeliveryState.HELD, "channel phone is unconfigured")
    admit(store, [handled(1), handled(2, drafts=(draft(decisions=(held,)),))], NOW)
    tell(store)
    deliver(store, NOW, 1)  # one target of two
    prune(store, NOW + 4000 * DAY_MS)
    found = rows(store)
    assert (found["alerts"], found["deliveries"], found["messages"], found["articles"]) == (2, 2, 2, 2)
    deliver(store, NOW + 4000 * DAY_MS, 1)
    with store.read() as conn:
        assert status.counts(conn)["deliveries"] == {
            "new": 0,
            "pending": 0,
            "held": 1,
            "sent": 1,
            "dead": 0,
            "dropped": 0,
        }


def test_more_rows_than_one_batch_are_forgotten(store: Store) -> None:
    """A long stop leaves much to forget: it goes in many short transactions, all of it."""
    admit(store, [handled(n, drafts=()) for n in range(450)], NOW)
    gone = prune(store, NOW + 500 * DAY_MS, is_gone=lambda path: not path.endswith("7.txt"))
    assert (gone.texts, gone.sightings, gone.articles, gone.files) == (450, 450, 450, 405)
    with store.read() as conn:
        assert set(ledger(conn, ["le-monde/7.txt", "le-monde/8.txt"])) == {"le-monde/7.txt"}


def test_a_clock_that_was_wrong_for_a_moment_loses_no_texts(store: Store) -> None:
    """An article that came while the clock was a year behind goes by its time, and takes none before it along."""
    admit(store, [handled(1)], NOW)
    admit(store, [handled(2)], NOW - 365 * DAY_MS)
    tell(store)
    deliver(store, NOW, 4)
    gone = prune(store, NOW + DAY_MS)
    assert (gone.texts, gone.deliveries) == (1, 0)


def test_nothing_is_looked_for_while_writers_wait(store: Store) -> None:
    """What is old is found before the writers are kept out: an alert never waits for a look through a whole table."""
    admit(store, [handled(n) for n in range(5)], NOW)
    tell(store)
    deliver(store, NOW, 10)
    rules.accept(store, "unused", {}, NOW)
    rules.accept(store, "current", {}, NOW)
    small = {"noisy", "read_times"}  # by rule and channel, and by start of the daemon
    whole: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's signature
        if conn.get_execution_options().get("watcher_write") and not many and statement[:6] in ("SELECT", "DELETE"):
            plan = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [step.split() for *_, step in plan]
            whole.extend(statement for step in steps if step[0] == "SCAN" and step[1] not in small)

    event.listen(store.engine, "before_cursor_execute", explain)
    gone = prune(store, NOW + 401 * DAY_MS)
    assert (gone.texts, gone.deliveries, gone.alerts, gone.rule_sets) == (5, 5, 5, 1)
    assert whole == []


def test_a_message_that_is_tried_again_long_after_it_died_stays_until_it_is_sent(store: Store) -> None:
    """Its 90 days begin when it ends for good."""
    admit(store, [handled(1)], NOW)
    tell(store)
    for address in ("one", "two"):
        claimed = claims.claim(store, Route("desk", address), NOW, 1000)
        assert claimed is not None and claims.settle(store, claimed, Failed(Phrase("no such address")), NOW)
    later = NOW + 91 * DAY_MS
    assert deliveries.retry(store, deliveries.Which(), later) == 1
    assert prune(store, later).messages == 0
    deliver(store, later, 2)
    assert prune(store, later + 89 * DAY_MS).messages == 0
    assert prune(store, later + 91 * DAY_MS).messages == 2


def test_what_a_minute_or_a_command_asks_goes_through_few_rows(store: Store) -> None:
    """Not through all deliveries to try a few again, nor through all files ever put in quarantine for those of an hour:
    of 1 million deliveries and 5 million files that took 0.5 s, and 0.2 s each minute."""
    admit(store, [handled(n) for n in range(5)], NOW)
    tell(store)
    plans: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's signature
        if not many and statement.startswith("SELECT"):
            plan = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(step for *_, step in plan)

    event.listen(store.engine, "before_cursor_execute", explain)
    for which in (deliveries.Which(), deliveries.Which(channel="desk")):
        deliveries.retry(store, which, NOW)
    with store.read() as conn:
        vitals.quarantined(conn, NOW)
    assert [step for step in plans if step.startswith("SCAN")] == []
    assert [step for step in plans if "files_handled_at" in step]


def test_file_rows_stay_while_their_file_does(store: Store) -> None:
    """A file that lies in the inbox for a year is not read again; without a look at the inbox no row goes."""
    admit(store, [handled(1)], NOW)
    assert prune(store, NOW + 100 * DAY_MS, is_gone=lambda path: False).files == 0
    assert prune(store, NOW + 100 * DAY_MS).files == 0
    assert prune(store, NOW + 80 * DAY_MS, is_gone=lambda path: True).files == 0
    assert prune(store, NOW + 100 * DAY_MS, is_gone=lambda path: True).files == 1


def test_rules_of_years_ago_that_were_in_force_till_now_stay(store: Store) -> None:
    """A batch in flight was read by them, and its alert is yet to come: it is explained by their text."""
    for digest, at in (("older", NOW - 1), ("d" * 64, NOW), ("new", NOW + 500 * DAY_MS)):
        rules.accept(store, digest, {}, at)
    assert prune(store, NOW + 500 * DAY_MS).rule_sets == 1
    admit(store, [handled(1)], NOW + 500 * DAY_MS)
    tell(store)
    with store.read() as conn:
        kept = set(conn.execute(select(schema.rule_sets.c.digest)).scalars())
    assert kept == {"d" * 64, "new"}
    assert prune(store, NOW + 901 * DAY_MS).rule_sets == 0  # its messages are still to be sent
    deliver(store, NOW + 902 * DAY_MS, 2)
    assert prune(store, NOW + 903 * DAY_MS).rule_sets == 1


def test_old_rules_are_kept_while_an_alert_needs_them(store: Store) -> None:
    """The rules in force and those that explain a kept alert stay however old they are."""
    for digest in ("d" * 64, "unused", "current"):
        rules.accept(store, digest, {}, NOW)
    admit(store, [handled(1)], NOW + 200 * DAY_MS)
    tell(store)
    assert prune(store, NOW + 450 * DAY_MS).rule_sets == 1
    deliver(store, NOW + 450 * DAY_MS, 2)
    assert prune(store, NOW + 900 * DAY_MS).rule_sets == 1
    kept = rules.last_accepted(store)
    assert kept is not None and kept.digest == "current"


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=40))
def test_any_file_name_comes_back_as_it_was(name: bytes) -> None:
    """Whatever bytes a file name has, the ledger's path is the same file."""
    path = name.decode("utf-8", "surrogateescape")
    assert path_bytes(path) == name


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x00\udc80\udcff"), max_size=20)


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.integers() | ANY_TEXT, lambda v: st.lists(v) | st.dictionaries(ANY_TEXT, v), max_leaves=5
    )
)
def test_any_json_is_kept_without_loss_as_storable_text(value: Any) -> None:
    """Any text of an article comes back from the store, and what is stored is UTF-8 without NUL."""
    text = to_json(value)
    assert json.loads(text) == value
    assert "\x00" not in text
    text.encode()


def test_ids_sort_by_time_and_are_version_7() -> None:
    """Ids sort by the time they were made at and never collide."""
    ids = [uuid7(NOW + n) for n in range(1000)]
    assert ids == sorted(ids)
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)
    assert int(ids[0].replace("-", "")[:12], 16) == NOW
    assert len({uuid7(NOW) for _ in range(10_000)}) == 10_000
