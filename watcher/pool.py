"""The processes that read articles: started, replaced, made anew when one dies, and ended."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from weakref import WeakSet

from watcher.errors import Trouble
from watcher.phrase import Phrase
from watcher.worker import STOPS, begin, new_board, was_at

_ENDS_WITHIN = 5.0  # seconds, of all workers of a broken pool
_HUSHED = "ignore::UserWarning:multiprocessing.resource_tracker"

if TYPE_CHECKING:
    from watcher.worker import Board

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Death:
    """How the worker ended that broke a pool: `killed` from outside, or of what it was at: the number of a task and of
    a file in it, None where it did not say. `lost` is what was in hand with it and is not back; `replaced`: others
    have taken over from these workers, so that there is nothing to mend."""

    killed: bool
    at: tuple[int, int] | None
    lost: frozenset[Future[Any]] = field(default=frozenset(), compare=False)
    replaced: bool = False


@dataclass(eq=False, slots=True)
class _Crew:
    """Workers that were started together, and break together. `retired` are its processes since it takes no more
    work."""

    executor: ProcessPoolExecutor
    board: Board
    in_hand: WeakSet[Future[Any]] = field(default_factory=WeakSet)
    retired: list[BaseProcess] | None = None
    _manager: threading.Thread | None = None

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = self.executor.submit(call, *args, **kwargs)
        self.in_hand.add(future)
        return future

    def retire(self, *, finishing: bool) -> None:
        """Takes no more work, and finishes what is in hand or not."""
        self.retired = self.processes
        self._manager = cast("threading.Thread | None", self.executor._executor_manager_thread)
        self.executor.shutdown(wait=False, cancel_futures=not finishing)

    def end(self, until: float) -> None:
        """Waits for the thread that manages the processes, which were killed: as Python ends it writes to the pipe of
        each such thread that is left, which that may close just then (a traceback in one of many ends)."""
        if self._manager is not None:
            self._manager.join(max(0.0, until - time.monotonic()))

    @property
    def processes(self) -> list[BaseProcess]:
        """There is no public way to their exit codes, nor to end a busy one."""
        return list((self.executor._processes or {}).values()) if self.retired is None else self.retired

    @property
    def gone(self) -> bool:
        """Whether nobody can ask of it any more, and none of its processes is left, nor the thread that manages
        them."""
        managed = self._manager is not None and self._manager.is_alive()
        return not managed and not self.in_hand and not any(process.is_alive() for process in self.processes)


class Pool:
    """The workers. Owns the executor, which breaks whole when one worker dies and is then made anew; any thread may
    submit, but workers end with the thread that submitted first after a start, so let only lasting threads do it.
    Starting any raises Trouble where the place has no room for them."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._crew = self._start()
        self._former: list[_Crew] = []  # at work still, or dead and not asked for yet

    def _start(self) -> _Crew:
        # Spawned, not forked: a fork of a process with threads may inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        # What tidies up after a killed daemon would write into its log that it has done so; it inherits this.
        os.environ.setdefault("PYTHONWARNINGS", _HUSHED)
        with _in_place():
            board = new_board(context, self.workers)
            initargs = (os.getpid(), board)
            return _Crew(ProcessPoolExecutor(self.workers, context, initializer=begin, initargs=initargs), board)

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; the future raises BrokenProcessPool if a worker dies meanwhile. Raises Trouble."""
        with self._lock, _in_place():
            try:
                return self._crew.submit(call, *args, **kwargs)
            except BrokenProcessPool:
                self._take_over(self._start())
                return self._crew.submit(call, *args, **kwargs)

    def _take_over(self, crew: _Crew) -> None:
        self._crew.retire(finishing=True)
        self._former = [former for former in (*self._former, self._crew) if not former.gone]
        self._crew = crew

    def on_each(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> list[Future[T]]:
        """The call on every worker: of a pool that has done nothing yet, and a call that takes its time."""
        return [self.submit(call, *args, **kwargs) for _ in range(self.workers)]

    def replace(self, other: Pool) -> None:
        """Goes on with the workers of another pool, which is not used any more; what is in the hands of the old ones
        is finished by them."""
        with self._lock:
            self._take_over(other._crew)

    def rest(self) -> None:
        """Ends the workers, which have nothing to do, if there are any; the next call starts others."""
        if self._crew.processes:
            self.replace(Pool(self.workers))

    def death(self, of: Future[Any]) -> Death:
        """What broke the workers that had this in hand, before the pool is mended: though others have taken over since,
        for new rules or for what was submitted meanwhile."""
        with self._lock:
            crew = next((former for former in self._former if of in former.in_hand), self._crew)
            self._former = [former for former in self._former if former is not crew]
            replaced = crew is not self._crew
        until = time.monotonic() + _ENDS_WITHIN
        ends = {process.pid: _end(process, until) for process in crew.processes}
        # The others were told to end by SIGTERM.
        dead = {pid for pid, end in ends.items() if end not in (None, 0, -signal.SIGTERM)}
        lost = frozenset(future for future in crew.in_hand if not future.done() or future.exception() is not None)
        return Death(-signal.SIGKILL in ends.values(), was_at(crew.board, dead), lost, replaced)

    def mend(self) -> None:
        """Makes a broken pool anew and tries it out.

        Raises Trouble where no worker can be started: then no file is to blame.
        """
        try:
            self.submit(os.getpid).result()
        except BrokenProcessPool as error:
            raise Trouble(Phrase("no worker can be started: out of memory or of processes?")) from error

    def stop(self) -> None:
        """Ends the workers, what they are at included: what is not committed is read again."""
        with self._lock:
            crews = [*self._former, self._crew]
            self._crew.retire(finishing=False)
            for process in (process for crew in crews for process in crew.processes):
                process.kill()
        until = time.monotonic() + _ENDS_WITHIN
        for crew in crews:
            crew.end(until)


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
