"""Batches in flight, in two lanes: handed to workers, brought back in their order, and what to do when one dies."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import count
from typing import Any

import structlog

from watcher.analyse import Task, analyse
from watcher.errors import Trouble
from watcher.inbox import Lane, lane_of
from watcher.live import Current
from watcher.message import Notice
from watcher.model import Analysed, FileFacts, FileOutcome
from watcher.phrase import Phrase
from watcher.pieces import START, Place
from watcher.settings import Settings
from watcher.worker import Pool, why_died

log = structlog.get_logger(__name__)

BATCH = 50
BATCH_BYTES = 5_000_000
MOST_DEATHS = 10  # remembered
TRIES_KILLED = 5  # more patience where the worker was killed from outside: that is seldom the file's doing
# Seconds of work after which a file of the quick lane goes on in the slow one: a web page of 1 MB takes about one.
QUICK_WORK = 3.0
IDLE = 60.0  # seconds after which the worker of the slow lane ends: another start costs it about one


@dataclass(slots=True, eq=False)
class Batch:
    """Files that are read together by one set of rules and the boilerplate `learned` so far. `suspect` since a worker
    died while they were in flight; `notices` are what the operator is to hear of them, once that is known; what comes
    before `admitted` is in the store already; `number` is that of the task that was sent last."""

    files: tuple[FileFacts, ...]
    current: Current
    learned: bytes | None = None
    future: Future[tuple[Analysed, ...] | None] | None = None
    suspect: bool = False
    kills: int = 0
    notices: tuple[Notice, ...] | None = None
    admitted: Place = START
    number: int = 0


class Flight:
    """Owns what is in flight, each lane with a pool of its own, so that none waits for the other; all calls in intake's
    thread."""

    def __init__(
        self,
        settings: Settings,
        pools: Mapping[Lane, Pool],
        newest: Callable[[], Current],
        wake: Callable[[], None],
    ) -> None:
        work = {Lane.QUICK: QUICK_WORK, Lane.SLOW: 0.0}
        self._lanes = {lane: _Queue(settings, pools[lane], newest, wake, work[lane]) for lane in Lane}
        self._idle_since = time.monotonic()

    @property
    def languages(self) -> set[str]:
        """In which articles needed a model; other threads read it."""
        return set().union(*(queue.languages for queue in self._lanes.values()))

    @property
    def deaths(self) -> tuple[int, ...]:
        """Of workers, the last ones of each lane, in UTC ms; other threads read it."""
        return tuple(sorted(at for queue in self._lanes.values() for at in queue.deaths))

    @property
    def empty(self) -> bool:
        return not any(queue.batches for queue in self._lanes.values())

    @property
    def room(self) -> dict[Lane, int]:
        """How many files may join each lane."""
        return {lane: queue.room for lane, queue in self._lanes.items()}

    @property
    def oldest(self) -> int | None:
        """When the oldest file in flight came to rest, in UTC milliseconds; None where none is in flight."""
        batches = [batch for queue in self._lanes.values() for batch in queue.batches]
        return min((file.rested_at or 0 for batch in batches for file in batch.files), default=None)

    def add(self, files: Sequence[FileFacts], current: Current, learned: bytes | None = None) -> None:
        """Takes files in, each into its lane."""
        for lane, queue in self._lanes.items():
            queue.add([file for file in files if lane_of(file.path, file.size) is lane], current, learned)

    def go_on(self, now: int) -> None:
        """Hands to the workers what waits, and ends the worker of the slow lane when it has long had nothing to do."""
        for queue in self._lanes.values():
            queue.go_on(now)
        slow = self._lanes[Lane.SLOW]
        if slow.batches:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > IDLE:
            slow.pool.rest()

    def landed(self, now: int) -> tuple[Batch, tuple[Analysed, ...]] | None:
        """The first batch of a lane and what was found in it, once it is back; it stays first until `take_off`.

        Raises Trouble where no worker can be started.
        """
        for queue in self._lanes.values():
            found = queue.landed(now)
            self._hand_on(now)
            if found is not None:
                return found
        return None

    def _hand_on(self, now: int) -> None:
        """Files that are too slow for the quick lane."""
        handed_on = self._lanes[Lane.QUICK].handed_on
        while handed_on:
            self._lanes[Lane.SLOW].add(*handed_on.pop())
            self._lanes[Lane.SLOW].go_on(now)

    def take_off(self, batch: Batch) -> None:
        """The first batch of its lane is in the store."""
        (queue,) = [queue for queue in self._lanes.values() if queue.batches and queue.batches[0] is batch]
        queue.batches.popleft()

    def wait(self, seconds: float) -> None:
        """Waits until the first batch of a lane is back, at most so long."""
        first = [queue.batches[0].future for queue in self._lanes.values() if queue.batches]
        wait([future for future in first if future is not None], timeout=seconds, return_when=FIRST_COMPLETED)


class _Queue:
    """Owns the batches of one lane, at most two a worker, in the order in which they were added.

    With `work`, files that take more seconds of it, or are their reader's end otherwise, are `handed_on`.
    """

    def __init__(
        self, settings: Settings, pool: Pool, newest: Callable[[], Current], wake: Callable[[], None], work: float
    ) -> None:
        self._settings = settings
        self.pool = pool
        self._newest = newest
        self._wake = wake
        self._work = work
        self._numbers = count(1)
        self.batches: deque[Batch] = deque()
        self.handed_on: list[tuple[tuple[FileFacts, ...], Current, bytes | None]] = []
        self.languages: set[str] = set()
        self.deaths: tuple[int, ...] = ()

    @property
    def room(self) -> int:
        return max(0, 2 * self.pool.workers - len(self.batches)) * BATCH

    def add(self, files: Sequence[FileFacts], current: Current, learned: bytes | None) -> None:
        """Takes files in, spread over the workers; a batch of big files is a short one."""
        most = min(BATCH, -(-len(files) // self.pool.workers))
        batch: list[FileFacts] = []
        for file in files:
            if batch and (len(batch) == most or sum(f.size for f in batch) + file.size > BATCH_BYTES):
                self.batches.append(Batch(tuple(batch), current, learned))
                batch = []
            batch.append(file)
        if batch:
            self.batches.append(Batch(tuple(batch), current, learned))

    def go_on(self, now: int) -> None:
        """Hands to the workers what waits. After a death the suspects, which stand first, go one at a time, so that the
        next death names its batch."""
        careful = any(batch.suspect for batch in self.batches)
        for batch in list(self.batches)[: 1 if careful else None]:
            if batch.future is None:
                self._send(batch, now)
            elif batch.future.done() and batch.future.exception() is None and batch.future.result() is None:
                self._send_again(batch, now)

    def landed(self, now: int) -> tuple[Batch, tuple[Analysed, ...]] | None:
        while self.batches and (future := self.batches[0].future) is not None and future.done():
            batch = self.batches[0]
            try:
                found = future.result()
            except BrokenProcessPool:
                if (put_aside := self._died(batch, future, now)) is not None:
                    return batch, put_aside
                found = None
            if found is not None:
                self.languages |= {r.article.language for one in found for r in one.readings if r.needed_ner}
                return batch, found
            self.go_on(now)
        return None

    def _send_again(self, batch: Batch, now: int) -> None:
        """Its worker does not know these rules. One that took over meanwhile knows newer ones, and is not made to read
        the old (5 s for 10,000)."""
        newest = self._newest()
        known = batch.current is not newest
        batch.current = newest
        self._send(batch, now, with_rules=not known)

    def _send(self, batch: Batch, now: int, *, with_rules: bool = False) -> None:
        settings, batch.number = self._settings, next(self._numbers)
        task = Task(
            str(settings.inbox),
            batch.files,
            batch.current.digest,
            now,
            settings.limits,
            settings.model,
            bundle=batch.current.bundle if with_rules else None,
            likeness=settings.name_likeness,
            learned=batch.learned,
            number=batch.number,
            work=self._work,
        )
        batch.future = self.pool.submit(analyse, task)
        batch.future.add_done_callback(lambda _: self._wake())

    def _died(self, batch: Batch, future: Future[Any], now: int) -> tuple[Analysed, ...] | None:
        """A worker died, and all that its like had in hand. What to enter, if its file is to be put aside."""
        death = self.pool.death(future)
        lost = [one for one in self.batches if one.future in death.lost]
        alone = batch.suspect and lost == [batch]
        slow = None if death.killed else self._handed_on(death.at)
        for other in lost:
            other.suspect = other.suspect or slow is None
            other.future = None
        if not death.replaced:
            self.pool.mend()
        if slow is not None:
            log.info("file.slow", file=slow.path, then="it goes on in the slow lane")
            return None
        self.deaths = (*self.deaths[1 - MOST_DEATHS :], now)
        log.warning("worker.died", files=len(batch.files), killed=death.killed)
        if not alone:
            return None
        if death.killed and batch.kills < TRIES_KILLED:
            batch.kills += 1
            raise Trouble(Phrase("a worker was killed: is there too little memory?"))
        if len(batch.files) > 1:
            self._halve(batch)
            return None
        settings = self._settings
        why = why_died(settings.max_seconds, settings.max_memory_mb)
        return (Analysed(batch.files[0], FileOutcome.QUARANTINED, why),)

    def _handed_on(self, at: tuple[int, int] | None) -> FileFacts | None:
        """Takes out the file that was its reader's end, to be handed on; None where that is not known, or the lane has
        time for all files."""
        batch = next((one for one in self.batches if at is not None and one.number == at[0] and one.future), None)
        if not self._work or at is None or batch is None:
            return None
        file = batch.files[at[1]]
        self.handed_on.append(((file,), batch.current, batch.learned))
        batch.files = tuple(other for other in batch.files if other is not file)
        if not batch.files:
            self.batches.remove(batch)
        return file

    def _halve(self, batch: Batch) -> None:
        self.batches.popleft()
        middle = len(batch.files) // 2
        for files in (batch.files[middle:], batch.files[:middle]):
            self.batches.appendleft(Batch(files, batch.current, batch.learned, suspect=True))
