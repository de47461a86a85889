"""The workers of one kind of work: started where there is enough of it, replaced, and ended."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from watcher.errors import Trouble
from watcher.executor import Worker, in_place
from watcher.phrase import Phrase
from watcher.worker import was_at

ENOUGH = 2  # tasks of a worker: what it is at, and one to go on with
_ENDS_WITHIN = 5.0  # seconds, of a dead worker and of those that are stopped

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended: `killed` from outside, or of what it was at: the number of a task and of a file in it, None
    where it did not say. `lost` is what it had in hand and is not back; `replaced`: others have taken over from it, so
    that there is nothing to mend."""

    killed: bool
    at: tuple[int, int] | None
    lost: frozenset[Future[Any]] = field(default=frozenset(), compare=False)
    replaced: bool = False


class Pool:
    """Up to so many workers, each a process of its own.

    Any thread may submit, but a worker ends with the thread whose task started it, so let only lasting threads do it.
    Starting one raises Trouble where the place has no room for it."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._crew: list[Worker] = []
        self._former: list[Worker] = []  # at work still, or dead and not asked for yet

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; the future raises BrokenProcessPool if its worker dies meanwhile. Raises Trouble."""
        with self._lock, in_place():
            return self._hand(None, call, *args, **kwargs)

    def submit_again(self, of: Future[Any], call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As `submit`, to the worker that had this in hand, if it is still one of them."""
        with self._lock, in_place():
            same = (worker for worker in self._crew if of in worker.in_hand)
            return self._hand(next(same, None), call, *args, **kwargs)

    def _hand(self, worker: Worker | None, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        while True:
            worker = worker or self._next()
            try:
                return worker.submit(call, *args, **kwargs)
            except BrokenProcessPool:
                self._crew.remove(worker)
                self._retire([worker])
                worker = None
            except RuntimeError:  # it was ended
                self._crew.remove(worker)
                raise

    def _next(self) -> Worker:
        """The first that has less than enough, or who has least; one that still learns only where there is no other."""
        if not self._crew:
            self._crew.append(Worker.new())
        able = [worker for worker in self._crew if worker.ready] or self._crew
        return next((worker for worker in able if worker.load < ENOUGH), min(able, key=lambda worker: worker.load))

    @property
    def busy(self) -> bool:
        """Whether all workers that are ready, if any is, have enough to do."""
        with self._lock:
            ready = [worker for worker in self._crew if worker.ready]
            return bool(ready) and all(worker.load >= ENOUGH for worker in ready)

    @property
    def may_grow(self) -> bool:
        """Whether there may be one more: not while one still learns."""
        with self._lock:
            return len(self._crew) < self.workers and all(one.ready for one in self._crew)

    def grow(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Starts another worker, which gets no other work before this call is done: what it has to learn would hold up
        all that waits behind it. If it dies of that, no other is started before it has been idle for long. Raises
        Trouble."""
        with self._lock, in_place():
            worker = Worker.new()
            worker.learning = worker.submit(call, *args, **kwargs)
            self._crew.append(worker)
            return worker.learning

    def _retire(self, workers: Sequence[Worker]) -> None:
        for worker in workers:
            worker.retire(finishing=True)
        self._former = [former for former in (*self._former, *workers) if not former.gone]

    def replace(self, other: Pool) -> None:
        """Goes on with the workers of another pool, which is not used any more; what is in the hands of the old ones
        is finished by them."""
        with self._lock:
            before, self._crew = self._crew, other._crew
            self._retire(before)

    def rest(self, keep: int) -> None:
        """Ends workers that have long had nothing to do, but for the first so many; when needed others are started."""
        with self._lock:
            idle = [worker for worker in self._crew[keep:] if worker.idle]
            self._crew = [worker for worker in self._crew if worker not in idle]
            self._retire(idle)

    def wake(self) -> int:
        """Has processes go on that somebody stopped; how many there were. The limits of a file do not end these, and
        what they have in hand would wait for ever."""
        with self._lock:
            return sum(worker.wake() for worker in (*self._former, *self._crew))

    def death(self, of: Future[Any]) -> Death:
        """How the worker ended that had this in hand, before it is mended: though others have taken over since, for
        new rules or for what was submitted meanwhile."""
        with self._lock:
            (worker,) = [one for one in (*self._former, *self._crew) if of in one.in_hand]
            replaced = worker not in self._crew
        until = time.monotonic() + _ENDS_WITHIN
        ends = worker.ends(until)
        crashed = not ends <= {None, 0, -signal.SIGTERM}  # SIGTERM is what its executor sends where it cannot go on
        lost = frozenset(future for future in worker.in_hand if not future.done() or future.exception() is not None)
        return Death(-signal.SIGKILL in ends, was_at(worker.board) if crashed else None, lost, replaced)

    def mend(self) -> None:
        """Parts with those that died; where none is left, another is tried out.

        Raises Trouble where no worker can be started: then no file is to blame.
        """
        with self._lock:
            dead = [worker for worker in self._crew if worker.broken]
            self._crew = [worker for worker in self._crew if worker not in dead]
            self._retire(dead)
            if self._crew:
                return
        try:
            self.submit(os.getpid).result()
        except BrokenProcessPool as error:
            raise Trouble(Phrase("no worker can be started: out of memory or of processes?")) from error

    def stop(self) -> None:
        """Ends the workers, what they are at included: what is not committed is read again."""
        with self._lock:
            workers = [*self._former, *self._crew]
            for worker in self._crew:
                worker.retire(finishing=False)
            for process in (process for worker in workers for process in worker.processes):
                process.kill()
        until = time.monotonic() + _ENDS_WITHIN
        for worker in workers:
            worker.end(until)
