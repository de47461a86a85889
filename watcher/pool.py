"""The processes that read articles: started where there is work for them, replaced when one dies, and ended."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, cast
from weakref import WeakSet

from watcher.errors import Trouble
from watcher.phrase import Phrase
from watcher.worker import STOPS, begin, new_board, was_at

ENOUGH = 2  # tasks of a worker: what it is at, and one to go on with
IDLE = 60.0  # seconds after which a worker ends: another start costs it about one
_ENDS_WITHIN = 5.0  # seconds, of a dead worker and of those that are stopped
_HUSHED = "ignore::UserWarning:multiprocessing.resource_tracker"

if TYPE_CHECKING:
    from watcher.worker import Board

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


@dataclass(eq=False, slots=True)
class _Worker:
    """One process. The executor would have more, but breaks whole when one of them dies, and does not say which of them
    has what in hand. `retired` is the process since it takes no more work."""

    executor: ProcessPoolExecutor
    board: Board
    in_hand: WeakSet[Future[Any]] = field(default_factory=WeakSet)
    retired: list[BaseProcess] | None = None
    used_at: float = 0.0  # monotonic, when it was last done with something
    _manager: threading.Thread | None = None

    @classmethod
    def new(cls) -> Self:
        # Spawned, not forked: a fork of a process with threads may inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        # What tidies up after a killed daemon would write into its log that it has done so; it inherits this.
        os.environ.setdefault("PYTHONWARNINGS", _HUSHED)
        board = new_board(context)
        return cls(ProcessPoolExecutor(1, context, initializer=begin, initargs=(os.getpid(), board)), board)

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = self.executor.submit(call, *args, **kwargs)
        self.in_hand.add(future)
        future.add_done_callback(self._use)
        return future

    def _use(self, _: object) -> None:
        self.used_at = time.monotonic()

    @property
    def load(self) -> int:
        return sum(not future.done() for future in self.in_hand)

    @property
    def idle(self) -> bool:
        return not self.load and time.monotonic() - self.used_at > IDLE

    def retire(self, *, finishing: bool) -> None:
        """Takes no more work, and finishes what is in hand or not."""
        self.retired = self.processes
        self._manager = cast("threading.Thread | None", self.executor._executor_manager_thread)
        self.executor.shutdown(wait=False, cancel_futures=not finishing)

    def end(self, until: float) -> None:
        """Waits for the thread that manages the process, which was killed: as Python ends it writes to the pipe of each
        such thread that is left, which that may close just then (a traceback in one of many ends)."""
        if self._manager is not None:
            self._manager.join(max(0.0, until - time.monotonic()))

    @property
    def processes(self) -> list[BaseProcess]:
        """At most one. There is no public way to its exit code, nor to end a busy one."""
        return list((self.executor._processes or {}).values()) if self.retired is None else self.retired

    @property
    def gone(self) -> bool:
        """Whether nobody can ask of it any more, and its process is gone, and the thread that manages it."""
        managed = self._manager is not None and self._manager.is_alive()
        return not managed and not self.in_hand and not any(process.is_alive() for process in self.processes)


class Pool:
    """Up to so many workers, each a process of its own: the second is started when the first has work enough.

    Any thread may submit, but a worker ends with the thread whose task started it, so let only lasting threads do it.
    Starting one raises Trouble where the place has no room for it."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._crew: list[_Worker] = []
        self._former: list[_Worker] = []  # at work still, or dead and not asked for yet

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; the future raises BrokenProcessPool if its worker dies meanwhile. Raises Trouble."""
        with self._lock, _in_place():
            return self._hand(self._next(), call, *args, **kwargs)

    def submit_again(self, of: Future[Any], call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As `submit`, to the worker that had this in hand, if it is still one of them."""
        with self._lock, _in_place():
            same = (worker for worker in self._crew if of in worker.in_hand)
            return self._hand(next(same, None) or self._next(), call, *args, **kwargs)

    def _next(self) -> _Worker:
        """Who is to have the next task: the first with less than enough, one more, or who has least."""
        ready = next((worker for worker in self._crew if worker.load < ENOUGH), None)
        if ready is None and len(self._crew) < self.workers:
            self._crew.append(ready := _Worker.new())
        return ready or min(self._crew, key=lambda worker: worker.load)

    def _hand(self, worker: _Worker, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return worker.submit(call, *args, **kwargs)
        except BrokenProcessPool:
            return self._renewed(worker).submit(call, *args, **kwargs)

    def _renewed(self, worker: _Worker) -> _Worker:
        """Another in the place of one that died."""
        fresh = _Worker.new()
        self._crew[self._crew.index(worker)] = fresh
        self._retire([worker])
        return fresh

    def _retire(self, workers: Sequence[_Worker]) -> None:
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

    def death(self, of: Future[Any]) -> Death:
        """How the worker ended that had this in hand, before it is mended: though others have taken over since, for
        new rules or for what was submitted meanwhile."""
        with self._lock:
            (worker,) = [one for one in (*self._former, *self._crew) if of in one.in_hand]
            self._former = [former for former in self._former if former is not worker]
            replaced = worker not in self._crew
        until = time.monotonic() + _ENDS_WITHIN
        ends = {_end(process, until) for process in worker.processes}
        crashed = not ends <= {None, 0, -signal.SIGTERM}  # SIGTERM is what its executor sends where it cannot go on
        lost = frozenset(future for future in worker.in_hand if not future.done() or future.exception() is not None)
        return Death(-signal.SIGKILL in ends, was_at(worker.board) if crashed else None, lost, replaced)

    def mend(self) -> None:
        """Puts others in the place of those that died, and tries them out.

        Raises Trouble where no worker can be started: then no file is to blame.
        """
        with self._lock, _in_place():
            fresh = [self._renewed(worker) for worker in self._crew if worker.executor._broken]
            tried = [worker.submit(os.getpid) for worker in fresh]
        try:
            for future in tried:
                future.result()
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


@contextlib.contextmanager
def _in_place() -> Iterator[None]:
    """Raises Trouble where the place has no room for workers: their locks lie in /dev/shm, which others may fill.

    Those that are started inherit that a stop waits until they can heed it: else Ctrl-C has them complain.
    """
    try:
        resource_tracker.ensure_running()  # its start would let signals through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    except OSError as error:
        why = error.strerror or type(error).__name__
        match error.errno:  # what the error itself does not say
            case errno.ENOSPC:
                raise Trouble(Phrase("no worker can be started: {why} in /dev/shm", why=why)) from error
            case errno.EAGAIN:
                raise Trouble(Phrase("no worker can be started: {why}: too many processes?", why=why)) from error
        raise Trouble(Phrase("no worker can be started: {why}", why=why)) from error


def _end(process: BaseProcess, until: float) -> int | None:
    """The exit code of a process of a broken pool: the executor's thread tells all of them to end, and may be the one
    that hears of it, a moment before it notes the code. None where it lives on."""
    while process.exitcode is None and (left := until - time.monotonic()) > 0:
        process.join(left)
    return process.exitcode
