"""Batches of one lane: handed to its workers, brought back in their order, and what to do when one dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import count
from typing import Any

import structlog

from watcher.analyse import Task, analyse
from watcher.batch import BATCH, Batch, in_batches
from watcher.errors import Trouble
from watcher.live import Current
from watcher.model import Analysed, FileFacts, FileOutcome
from watcher.phrase import Phrase
from watcher.pool import Pool
from watcher.rules.bundle import Bundle
from watcher.settings import Settings
from watcher.worker import why_died

log = structlog.get_logger(__name__)

DEEP = 3  # batches a worker: one that is entered, one that is read, one to go on with
MOST_DEATHS = 10  # remembered
WARY = 20  # batches that are read apart after a file that was its reader's end
HASTE = 1 / 3  # of the time that a file has in its lane: what such batches give it
TRIES_KILLED = 5  # more patience where the worker was killed from outside: that is seldom the file's doing


class Queue:
    """Owns the batches of one lane, at most three a worker, in the order in which they were added. A worker has two in
    hand; where others would wait, one more is started.

    Files that take more seconds of it than `work`, or are their reader's end otherwise, are `handed_on`. Those `aside`
    are read alone, and have all the time that a file may take; each joins the others at their end when the last one is
    through, so that no more than one of them stands before a file that comes.

    The first such file costs its worker, which knows rules and models. The batches after it, `_wary` so many, are read
    apart and in haste, so that many such files hold the others up little longer than one.
    """

    def __init__(
        self, settings: Settings, pool: Pool, newest: Callable[[], Current], wake: Callable[[], None], work: float
    ) -> None:
        self._settings = settings
        self.pool = pool
        self._newest = newest
        self._wake = wake
        self._work = work
        self._wary = 0
        self._numbers = count(1)
        self.batches: deque[Batch] = deque()
        self.aside: deque[Batch] = deque()
        self.handed_on: deque[Batch] = deque()
        self.languages: set[str] = set()
        self._learning: Future[Any] | None = None
        self.deaths: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[Batch, ...]:
        return (*self.batches, *self.aside, *self.handed_on)

    @property
    def room(self) -> int:
        return max(0, DEEP * self.pool.workers - len(self.batches)) * BATCH

    def add(self, files: Sequence[FileFacts], current: Current, learned: bytes | None) -> None:
        """Takes files in."""
        self.batches.extend(Batch(part, current, learned, self._work) for part in in_batches(files))

    def go_on(self, now: int) -> None:
        """Hands to the workers what waits. A suspect goes alone, so that the next death names its batch: not before all
        that stands before it is back, nor anything behind it before it is."""
        suspects = [at for at, batch in enumerate(self.batches) if batch.suspect]
        if self.aside and not suspects:
            suspects = [len(self.batches)]
            self.batches.append(self.aside.popleft())
        for batch in list(self.batches)[: max(1, suspects[0]) if suspects else None]:
            if batch.future is None and self.pool.busy:
                self._grow(now)
            elif batch.future is None:
                self._send(batch, now)
            elif batch.future.done() and batch.future.exception() is None and batch.future.result() is None:
                self._send_again(batch, now)

    def landed(self, now: int) -> tuple[Batch, tuple[Analysed, ...]] | None:
        while self.batches and (future := self.batches[0].future) is not None and future.done():
            batch = self.batches[0]
            try:
                found = future.result()
            except BrokenProcessPool:
                self._died(batch, future, now)
                found = None
            if found is not None:
                found = self._part(batch, found, now)
                self.languages |= {r.article.language for one in found for r in one.readings if r.needed_ner}
                return batch, found
            self.go_on(now)
        return None

    def _send_again(self, batch: Batch, now: int) -> None:
        """Its worker does not know these rules. One that took over meanwhile knows newer ones, and is not made to read
        the old (5 s for 10,000)."""
        newest = self._newest()
        lacking = batch.future if batch.current is newest else None
        batch.current = newest
        self._send(batch, now, lacking)

    def _send(self, batch: Batch, now: int, lacking: Future[Any] | None = None) -> None:
        """To the next worker, or with its rules to the one that lacked them."""
        batch.number = next(self._numbers)
        if lacking is not None:
            batch.future = self.pool.submit_again(lacking, analyse, self._task(batch, now, batch.current.bundle))
        else:
            batch.future = self.pool.submit(analyse, self._task(batch, now))
        batch.future.add_done_callback(lambda _: self._wake())

    def _grow(self, now: int) -> None:
        """Has one more worker learn the rules, as the others have enough to do."""
        if (learning := self._learning) is not None and learning.done():
            self._learning = None
            try:
                learning.result()
            except BrokenProcessPool:
                self._tell_death(0, now, killed=self.pool.death(learning).killed)
        if self.pool.may_grow:
            current = self._newest()
            self._learning = self.pool.grow(analyse, self._task(Batch((), current), now, current.bundle))
            self._learning.add_done_callback(lambda _: self._wake())
            log.info("worker.added", why="the others have enough to do")

    def _task(self, batch: Batch, now: int, bundle: Bundle | None = None) -> Task:
        settings = self._settings
        return Task(
            str(settings.inbox),
            batch.files,
            batch.current.digest,
            now,
            settings.limits,
            settings.model,
            bundle=bundle,
            likeness=settings.name_likeness,
            learned=batch.learned,
            number=batch.number,
            work=batch.work * (HASTE if self._wary else 1),
            apart=bool(self._wary) or not batch.work,
        )

    def _died(self, batch: Batch, future: Future[Any], now: int) -> None:
        """A worker died, with all that it had in hand. A file that stands alone comes back as one to put aside."""
        death = self.pool.death(future)
        lost = [one for one in self.batches if one.future in death.lost]
        alone = batch.suspect and lost == [batch]
        slow = not death.killed and self._hand_on(death.at)
        for other in lost:
            other.suspect = other.suspect or not slow
            other.future = None
        if not death.replaced:
            self.pool.mend()
        if slow:
            return
        self._tell_death(len(batch.files), now, killed=death.killed)
        if not alone:
            return
        if death.killed and batch.kills < TRIES_KILLED:
            batch.kills += 1
            raise Trouble(Phrase("a worker was killed: is there too little memory?"))
        if len(batch.files) > 1:
            self._halve(batch)
            return
        why = why_died(self._settings.max_seconds, self._settings.max_memory_mb)
        batch.keep((Analysed(batch.files[0], FileOutcome.QUARANTINED, why),))

    def _hand_on(self, at: tuple[int, int] | None) -> bool:
        """Takes the file that was its reader's end out of its batch. False where it is not known, or had all the time
        that a file may take."""
        found = (one for one in self.batches if at is not None and one.number == at[0] and one.future and one.work)
        batch = next(found, None)
        if at is None or batch is None:
            return False
        culprit = batch.files[at[1]]
        self._step_aside(batch, culprit)
        batch.files = tuple(file for file in batch.files if file is not culprit)
        if not batch.files:
            self.batches.remove(batch)
        return True

    def _part(self, batch: Batch, found: tuple[Analysed, ...], now: int) -> tuple[Analysed, ...]:
        """What goes into the store of what is back: a file that was its reader's end is handed on, or told of where it
        had all the time that a file may take."""
        died = [one.file for one in found if one.died]
        if died and batch.work:
            for file in died:
                self._step_aside(batch, file)
            batch.files = tuple(file for file in batch.files if file not in died)
            found = tuple(one for one in found if not one.died)
            batch.keep(found)
        elif died:
            self._tell_death(len(batch.files), now)
            found = tuple(replace(one, died=False) for one in found)
            batch.keep(found)
        return found

    def _step_aside(self, batch: Batch, file: FileFacts) -> None:
        self.handed_on.append(Batch((file,), batch.current, batch.learned, suspect=True))
        self._wary = WARY
        log.info("file.slow", file=file.path, then="it is tried once more, alone")

    def _tell_death(self, files: int, now: int, *, killed: bool = False) -> None:
        self.deaths = (*self.deaths[1 - MOST_DEATHS :], now)
        log.warning("worker.died", files=files, killed=killed)

    def take_off(self) -> None:
        """The first batch is in the store."""
        if self.batches.popleft().work:
            self._wary = max(0, self._wary - 1)

    def _halve(self, batch: Batch) -> None:
        self.batches.popleft()
        middle = len(batch.files) // 2
        for files in (batch.files[middle:], batch.files[:middle]):
            self.batches.appendleft(Batch(files, batch.current, batch.learned, batch.work, suspect=True))
