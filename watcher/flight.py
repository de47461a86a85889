"""Batches in flight: handed to the workers, brought back in their order, and what to do when a worker dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import structlog

from watcher.analyse import Task, analyse
from watcher.errors import Trouble
from watcher.live import Current
from watcher.model import Analysed, FileFacts, FileOutcome
from watcher.settings import Settings
from watcher.worker import Pool

log = structlog.get_logger(__name__)

BATCH = 50
BATCH_BYTES = 5_000_000
MOST_DEATHS = 10  # remembered
TRIES_ALONE = 2  # a file that ends its worker so often, alone, is put aside
TRIES_KILLED = 5  # more patience where the worker was killed from outside: that is seldom the file's doing


@dataclass(slots=True, eq=False)
class Batch:
    """Files that are read together by one set of rules. `suspect` since a worker died while they were in flight."""

    files: tuple[FileFacts, ...]
    current: Current
    future: Future[tuple[Analysed, ...] | None] | None = None
    suspect: bool = False
    deaths: int = 0
    kills: int = 0


class Flight:
    """Owns the batches in flight, at most two a worker; all calls in intake's thread."""

    def __init__(self, settings: Settings, pool: Pool, wake: Callable[[], None]) -> None:
        self._settings = settings
        self._pool = pool
        self._wake = wake
        self._batches: deque[Batch] = deque()
        self.languages: set[str] = set()  # in which articles needed a model; other threads read it
        self.deaths: tuple[int, ...] = ()  # of workers, the last ones, in UTC ms; other threads read it

    @property
    def empty(self) -> bool:
        return not self._batches

    @property
    def room(self) -> int:
        """How many files may join."""
        return max(0, 2 * self._pool.workers - len(self._batches)) * BATCH

    @property
    def oldest(self) -> int | None:
        """When the oldest file in flight came to rest, in UTC milliseconds; None where none is in flight."""
        return min((file.rested_at or 0 for batch in self._batches for file in batch.files), default=None)

    def add(self, files: Sequence[FileFacts], current: Current) -> None:
        """Takes files in, spread over the workers; a batch of big files is a short one."""
        most = min(BATCH, -(-len(files) // self._pool.workers))
        batch: list[FileFacts] = []
        for file in files:
            if batch and (len(batch) == most or sum(f.size for f in batch) + file.size > BATCH_BYTES):
                self._batches.append(Batch(tuple(batch), current))
                batch = []
            batch.append(file)
        if batch:
            self._batches.append(Batch(tuple(batch), current))

    def go_on(self, now: int) -> None:
        """Hands to the workers what waits. After a death the suspects, which stand first, go one at a time, so that the
        next death names its batch."""
        careful = any(batch.suspect for batch in self._batches)
        for batch in list(self._batches)[: 1 if careful else None]:
            if batch.future is None:
                self._send(batch, now)
            elif batch.future.done() and batch.future.exception() is None and batch.future.result() is None:
                self._send(batch, now, with_rules=True)  # its worker does not know these rules yet

    def landed(self, now: int) -> tuple[Batch, tuple[Analysed, ...]] | None:
        """The first batch and what was found in it, once it is back; it stays first until `take_off`.

        Raises Trouble where no worker can be started.
        """
        while self._batches and (future := self._batches[0].future) is not None and future.done():
            batch = self._batches[0]
            try:
                found = future.result()
            except BrokenProcessPool:
                if (put_aside := self._died(batch, now)) is not None:
                    return batch, put_aside
                found = None
            if found is not None:
                self.languages |= {r.article.language for one in found for r in one.readings if r.needed_ner}
                return batch, found
            self.go_on(now)
        return None

    def take_off(self, batch: Batch) -> None:
        """The first batch is in the store."""
        assert self._batches[0] is batch
        self._batches.popleft()

    def wait(self, seconds: float) -> None:
        """Waits until the first batch is back, at most so long."""
        if self._batches and (future := self._batches[0].future) is not None:
            wait([future], timeout=seconds)

    def _send(self, batch: Batch, now: int, *, with_rules: bool = False) -> None:
        bundle = batch.current.bundle if with_rules else None
        settings = self._settings
        root, digest = str(settings.inbox), batch.current.digest
        task = Task(root, batch.files, digest, now, settings.limits, settings.model, bundle, settings.name_likeness)
        batch.future = self._pool.submit(analyse, task)
        batch.future.add_done_callback(lambda _: self._wake())

    def _died(self, batch: Batch, now: int) -> tuple[Analysed, ...] | None:
        """A worker died, and all that was in flight with it. What to enter, if its file is to be put aside."""
        alone = batch.suspect
        for other in self._batches:
            other.suspect = other.suspect or other.future is not None
            other.future = None
        killed = self._pool.mend()
        self.deaths = (*self.deaths[1 - MOST_DEATHS :], now)
        log.warning("worker.died", files=len(batch.files), killed=killed)
        if not alone:
            return None
        if killed and batch.kills < TRIES_KILLED:
            batch.kills += 1
            raise Trouble("a worker was killed: is there too little memory?")
        if len(batch.files) > 1:
            self._halve(batch)
            return None
        batch.deaths += 1
        if batch.deaths < TRIES_ALONE and not killed:
            return None
        settings = self._settings
        why = f"its reader died: over {settings.max_seconds:g} s, over {settings.max_memory_mb} MB, or a crash"
        return (Analysed(batch.files[0], FileOutcome.QUARANTINED, why),)

    def _halve(self, batch: Batch) -> None:
        self._batches.popleft()
        middle = len(batch.files) // 2
        for files in (batch.files[middle:], batch.files[:middle]):
            self._batches.appendleft(Batch(files, batch.current, suspect=True))
