"""A worker as the daemon sees it: a process that is started, handed tasks, and ended."""

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
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, cast
from weakref import WeakSet

from watcher.errors import Trouble
from watcher.phrase import Phrase
from watcher.threads import room_for_threads
from watcher.worker import STOPS, begin, new_board

IDLE = 60.0  # seconds after which a worker is of no use: another start costs it about one
_HUSHED = "ignore::UserWarning:multiprocessing.resource_tracker"

if TYPE_CHECKING:
    from watcher.worker import Board

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Worker:
    """One process. The executor would have more, but breaks whole when one of them dies, and does not say which of them
    has what in hand. `learning` is what it does before it is ready, where it was started beside others; `retired` is
    the process since it takes no more work."""

    executor: ProcessPoolExecutor
    board: Board
    in_hand: WeakSet[Future[Any]] = field(default_factory=WeakSet)
    learning: Future[Any] | None = None
    retired: list[BaseProcess] | None = None
    used_at: float = 0.0  # monotonic, when it was last done with something
    _manager: threading.Thread | None = None

    @classmethod
    def new(cls) -> Self:
        # Spawned, not forked: a fork of a process with threads may inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        board = new_board(context)
        return cls(ProcessPoolExecutor(1, context, initializer=begin, initargs=(os.getpid(), board)), board)

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises what keeps the process or the threads that feed it from being started. Without these it would wait
        for ever, and is ended."""
        try:
            return self._submitted(call, *args, **kwargs)
        except BrokenProcessPool:
            raise
        except RuntimeError:
            self.end_now()
            raise

    def _submitted(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        feeding = cast(Any, self.executor)._call_queue  # it would be started by the other thread, and fail it
        if feeding._thread is None:
            feeding._start_thread()
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
    def ready(self) -> bool:
        """Not while it learns, and never if it died of that."""
        return self.learning is None or (self.learning.done() and self.learning.exception() is None)

    @property
    def idle(self) -> bool:
        return not self.load and time.monotonic() - self.used_at > IDLE

    def retire(self, *, finishing: bool) -> None:
        """Takes no more work, and finishes what is in hand or not."""
        self.retired = self.processes
        self._manager = cast("threading.Thread | None", self.executor._executor_manager_thread)
        self.executor.shutdown(wait=False, cancel_futures=not finishing)

    def end_now(self) -> None:
        """With all that it has in hand."""
        self.retire(finishing=False)
        for process in self.processes:
            process.kill()

    def end(self, until: float) -> None:
        """Waits for the thread that manages the process, which was killed: as Python ends it writes to the pipe of each
        such thread that is left, which that may close just then (a traceback in one of many ends)."""
        if self._manager is not None and self._manager.ident is not None:  # it may have had no room
            self._manager.join(max(0.0, until - time.monotonic()))

    @property
    def processes(self) -> list[BaseProcess]:
        """At most one. There is no public way to its exit code, nor to end a busy one."""
        return list((self.executor._processes or {}).values()) if self.retired is None else self.retired

    def wake(self) -> int:
        """Has its process go on where somebody stopped it, and the child that reads for it; how many were stopped. One
        that is looked at by a debugger is left alone."""
        stopped = [pid for process in self.processes for pid in _family(process.pid) if _is_stopped(pid)]
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return len(stopped)

    @property
    def gone(self) -> bool:
        """Whether nobody can ask of it any more, and its process is gone, and the thread that manages it."""
        managed = self._manager is not None and self._manager.is_alive()
        return not managed and not self.in_hand and not any(process.is_alive() for process in self.processes)

    @property
    def broken(self) -> bool:
        return bool(self.executor._broken)

    def ends(self, until: float) -> set[int | None]:
        """With what it ended, once it has: its executor tells it to end where it cannot go on, and hears of it a moment
        before it notes the code. None where it lives on."""
        for process in self.processes:
            while process.exitcode is None and (left := until - time.monotonic()) > 0:
                process.join(left)
        return {process.exitcode for process in self.processes}


def _family(pid: int | None) -> Iterator[int]:
    """A process and those that it forked."""
    if pid is not None:
        yield pid
        with contextlib.suppress(OSError):  # it has ended, or this kernel does not tell
            yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:  # it has ended
        return False


@contextlib.contextmanager
def in_place() -> Iterator[None]:
    """Raises Trouble where the place has no room for workers: their locks lie in /dev/shm, which others may fill.

    Those that are started inherit that a stop waits until they can heed it: else Ctrl-C has them complain.
    """
    # What tidies up after a killed daemon would write into its log that it has done so; it inherits this.
    os.environ.setdefault("PYTHONWARNINGS", _HUSHED)
    try:
        resource_tracker.ensure_running()  # its start would let signals through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            with room_for_threads():
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
