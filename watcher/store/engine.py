"""The store's file: opened, read and written in short transactions, copied, closed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine

from watcher.errors import StoreError, StoreMissing, Trouble
from watcher.phrase import Phrase
from watcher.store.meta import HEARTBEAT
from watcher.store.migrate import bring_up_to_date
from watcher.store.place import database_troubles, folder_troubles, private_file, private_folder
from watcher.store.sqlite import BUSY_S, connect, reading, writing

T = TypeVar("T")

FILE = "store.db"
_COPIES = "store-[0-9][0-9][0-9][0-9]-*.db"


@dataclass(slots=True)
class _Job:
    """Work for a transaction that is shared, and what came of it."""

    work: Callable[[Connection], object]
    done: bool = False
    value: object = None
    failure: BaseException | None = None


class Store:
    """The open store of one state folder. Owns the connections; any thread may use it.

    Writers of this process queue at one lock: SQLite's own waiting polls, with steps of up to 100 ms.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path
        self._writing = threading.Lock()
        self._shared = threading.Condition()
        self._jobs: list[_Job] = []
        self._led = False
        self._identity = _identity(path)

    @property
    def in_place(self) -> bool:
        """Whether the file that was opened is still the one at its path: a removed one takes writes that are lost."""
        return _identity(self.path) == self._identity

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the store. Raises Trouble, StoreError."""
        with database_troubles(), reading(self.engine) as conn:
            yield conn

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A connection inside BEGIN IMMEDIATE: committed at the end, rolled back by any exception.

        `durable=False` is for what a power cut may take back without harm (a lease, the heartbeat): it spares the
        fsync. It never puts the order or the wholeness of the store at risk. Raises Trouble, StoreError.
        """
        if not self._writing.acquire(timeout=BUSY_S):
            raise Trouble(Phrase("the store is locked by another part of this process"))
        try:
            with database_troubles(), writing(self.engine, durable=durable) as conn:
                yield conn
        finally:
            self._writing.release()

    def together(self, work: Callable[[Connection], T]) -> T:
        """Does `work` as in `write`, in one transaction with what other threads ask for meanwhile: an fsync takes 1 to
        10 ms, and four channels that settle messages share it (3 times as many a second). `work` may be done twice,
        where that of another thread fails, but is written once. Raises what `work` does, Trouble, StoreError.
        """
        job = _Job(work)
        with self._shared:
            self._jobs.append(job)
            while self._led and not job.done:  # another thread writes: this job, or what was asked for before it
                self._shared.wait()
            if not job.done:
                self._led, jobs, self._jobs = True, self._jobs, []
        if not job.done:
            try:
                self._do(jobs)
            finally:
                with self._shared:
                    self._led = False
                    self._shared.notify_all()
        if job.failure is not None:
            raise job.failure
        return cast(T, job.value)

    def _do(self, jobs: Sequence[_Job]) -> None:
        try:
            with self.write() as conn:
                for job in jobs:
                    job.value = job.work(conn)
        except BaseException as failure:  # noqa: BLE001 - handed to the thread whose work it is
            if len(jobs) > 1:
                for job in jobs:
                    self._do([job])
                return
            jobs[0].failure = failure
        for job in jobs:
            job.done = True

    def backup(self, to: Path) -> None:
        """Writes a consistent copy to `to` while others go on working; the copy is whole or not there.

        Raises StoreError where `to` exists or the store is damaged, Trouble or StoreError where it cannot be written.
        """
        copy(self.path, to)

    def close(self) -> None:
        """Closes all connections; the last one to close folds the write-ahead log into the file."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_store(state: Path, *, create: bool = True) -> Store:
    """Opens the store of a state folder.

    With `create` the folder and the store are made where they are missing and an older store is migrated: only the
    holder of the DaemonLock may ask for that. Raises StoreTooNew for a store of a newer Watcher, StoreError for one
    that is damaged or (without `create`) older, StoreMissing (without it) where there is none, and Trouble.
    """
    path = state / FILE
    if create:
        private_folder(state)
        private_file(path)
    elif not path.is_file():
        raise StoreMissing(f"no store in {state} yet: `watcher run` makes it")
    engine = connect(path)
    try:
        with database_troubles():
            bring_up_to_date(engine, create=create, save=lambda revision: _save(path, revision))
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, path)


def copy(path: Path, to: Path) -> None:
    """`Store.backup` for a store that is not open: SQLite's online copy, renamed into place when it is whole."""
    if to.exists():
        raise StoreError(f"{to} exists: a backup overwrites nothing")
    part = to.with_name(f"{to.name}.part")
    with folder_troubles():
        part.unlink(missing_ok=True)  # of a copy that was killed
    private_file(part, new=True)
    try:
        with database_troubles(), closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":  # copied page by page, a damaged store would be found out when it is needed
                raise StoreError("the store is damaged; an older copy may be in its backups folder")
            target.execute("PRAGMA journal_mode=DELETE")  # one file that needs no -wal beside it
            # Put in the store's place it would have a daemon that does not run.
            target.execute("DELETE FROM meta WHERE key = ?", (HEARTBEAT,))
            target.commit()
        with folder_troubles():
            part.rename(to)
    finally:
        part.unlink(missing_ok=True)


def _save(path: Path, revision: str) -> None:
    """Keeps a copy of a store that is about to be migrated, and of such copies the last three."""
    folder = path.with_name("backups")
    private_folder(folder)
    number = 1 + max((int(old.name[6:10]) for old in folder.glob(_COPIES)), default=0)
    copy(path, folder / f"store-{number:04}-{revision}.db")
    with folder_troubles():
        for old in sorted(folder.glob(_COPIES))[:-3]:
            old.unlink()
