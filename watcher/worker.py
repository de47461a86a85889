"""The processes that read articles: they limit themselves, keep deadlines, and end with their parent."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from watcher.errors import Trouble
from watcher.phrase import Phrase

_PR_SET_PDEATHSIG = 1
_LOOK_AT_PARENT = 1.0  # seconds
_ENDS_WITHIN = 5.0  # seconds, of all workers of a broken pool
_DEADLINES = (signal.SIGALRM, signal.SIGPROF)  # of `allowance`
_STOPS = (signal.SIGINT, signal.SIGTERM)
_ROW = 3  # of a board: a worker's process, the task that it is at, the file in it

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

    Board = SynchronizedArray[int]

P = ParamSpec("P")
T = TypeVar("T")


def why_died(seconds: float, memory_mb: int) -> str:
    """The reason for a file whose reader died within such an allowance."""
    return f"its reader died: over {seconds:g} s, over {memory_mb} MB, or a crash"


@dataclass(frozen=True, slots=True)
class Death:
    """How the worker ended that broke a pool: `killed` from outside, or of what it was at: the number of a task and of
    a file in it, None where it did not say."""

    killed: bool
    at: tuple[int, int] | None


class Pool:
    """The workers. Owns the executor, which breaks whole when one worker dies and is then made anew; any thread may
    submit, but workers end with the thread that submitted first after a start, so let only lasting threads do it.
    Starting any raises Trouble where the place has no room for them."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._executor, self._board = self._start()
        self._broken: tuple[list[BaseProcess], Board] | None = None  # whose death nobody has asked for yet
        self._retired: list[BaseProcess] = []

    def _start(self) -> tuple[ProcessPoolExecutor, Board]:
        # Spawned, not forked: a fork of a process with threads may inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        with _in_place():
            board: Board = context.Array("q", 1 + _ROW * self.workers)
            return ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=(os.getpid(), board)), board

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; the future raises BrokenProcessPool if a worker dies meanwhile. Raises Trouble."""
        with self._lock, _in_place():
            try:
                return self._executor.submit(call, *args, **kwargs)
            except BrokenProcessPool:
                self._broken = self._broken or (_processes(self._executor), self._board)
                self._executor.shutdown(wait=False, cancel_futures=True)
                self._executor, self._board = self._start()
                return self._executor.submit(call, *args, **kwargs)

    def on_each(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> list[Future[T]]:
        """The call on every worker: of a pool that has done nothing yet, and a call that takes its time."""
        futures = [self.submit(call, *args, **kwargs) for _ in range(self.workers)]
        self._broken = None  # what broke before is of no task of these
        return futures

    def replace(self, other: Pool) -> None:
        """Goes on with the workers of another pool, which is not used any more; what is in the hands of the old ones
        is finished by them."""
        with self._lock:
            old, self._executor, self._board = self._executor, other._executor, other._board
            self._retired = [p for p in (*self._retired, *_processes(old)) if p.is_alive()]
            old.shutdown(wait=False)

    def rest(self) -> None:
        """Ends the workers, which have nothing to do, if there are any; the next call starts others."""
        if _processes(self._executor):
            self.replace(Pool(self.workers))

    def death(self) -> Death:
        """What broke a pool, before it is mended; asked once, though what was submitted meanwhile made it anew."""
        with self._lock:
            processes, shared = self._broken or (_processes(self._executor), self._board)
            board, self._broken = cast(Sequence[int], shared.get_obj()), None
        until = time.monotonic() + _ENDS_WITHIN
        ends = {process.pid: _end(process, until) for process in processes}
        # The others were told to end by SIGTERM.
        dead = {pid for pid, end in ends.items() if end not in (None, 0, -signal.SIGTERM)}
        rows = [board[at : at + _ROW] for at in range(1, len(board), _ROW)]
        at = next(((task, file) for pid, task, file in rows if pid in dead and task), None)
        return Death(-signal.SIGKILL in ends.values(), at)

    def mend(self) -> None:
        """Makes a broken pool anew and tries it out.

        Raises Trouble where no worker can be started: then no file is to blame.
        """
        try:
            self.submit(os.getpid).result()
        except BrokenProcessPool as error:
            raise Trouble(Phrase("no worker can be started: out of memory or of processes?")) from error
        self._broken = None  # it was asked for

    def stop(self) -> None:
        """Ends the workers, what they are at included: what is not committed is read again."""
        with self._lock:
            processes = [*_processes(self._executor), *self._retired]
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()


@contextlib.contextmanager
def _in_place() -> Iterator[None]:
    """Raises Trouble where the place has no room for workers: their locks lie in /dev/shm, which others may fill.

    Those that are started inherit that a stop waits until they can heed it: else Ctrl-C has them complain.
    """
    try:
        resource_tracker.ensure_running()  # its start would let signals through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
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


def _processes(executor: ProcessPoolExecutor) -> list[BaseProcess]:
    """There is no public way to their exit codes, nor to end a busy one."""
    return list((executor._processes or {}).values())


def _end(process: BaseProcess, until: float) -> int | None:
    """The exit code of a process of a broken pool: the executor's thread tells all of them to end, and may be the one
    that hears of it, a moment before it notes the code. None where it lives on: new rules brought new workers just
    then."""
    while process.exitcode is None and (left := until - time.monotonic()) > 0:
        process.join(left)
    return process.exitcode


def _begin(parent: int, board: Board) -> None:
    _end_with(parent)
    _take_row(board)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its workers itself
    for number in (signal.SIGTERM, *_DEADLINES):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_STOPS, *_DEADLINES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # parsers quote what they read; a worker's answer is its only voice


_board: Board | None = None  # of this process, a worker; with the row that it writes to
_row = 0


def _take_row(board: Board) -> None:
    global _board, _row
    with board.get_lock():
        _board, _row = board, 1 + _ROW * board[0]
        board[0] += 1
    board[_row] = os.getpid()


def is_at(task: int, file: int) -> None:
    """Says what this worker is at, for the case that it is its end; task 0 is none. Elsewhere it does nothing."""
    if _board is not None:
        _board[_row + 1 : _row + _ROW] = [task, file]


def _end_with(parent: int) -> None:
    """Ends this process when its parent ends, however that happens."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch_parent, args=(parent,), name="parent", daemon=True).start()


def _watch_parent(parent: int) -> None:
    """PDEATHSIG is sent when the parent's spawning thread ends, and not at all if it ended before the call."""
    while os.getppid() == parent:
        time.sleep(_LOOK_AT_PARENT)
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def allowance(seconds: float, memory_mb: int, work: float = 0.0) -> Iterator[None]:
    """Ends a worker process that takes longer, even inside C code, and gives it so much memory beyond what it has:
    more is a MemoryError, or the worker's end. `work` is how many seconds of them a processor may be busy, 0 for all,
    which other processes on a busy machine do not shorten. Elsewhere than in a worker it does nothing.

    The deadline is the kernel's own timer, whose signal nobody handles: setting it costs a microsecond, where a thread
    that waits, as faulthandler's, was a fifth of the time of a short text.
    """
    if multiprocessing.parent_process() is None:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + memory_mb * 2**20, before[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, work)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextlib.contextmanager
def beside_allowance(memory_mb: int) -> Iterator[None]:
    """For what stays with the process, as a language model does: loaded within an allowance, it may take so much, and
    leaves the allowance as it was. Elsewhere it does nothing."""
    most, hard = resource.getrlimit(resource.RLIMIT_AS)
    if multiprocessing.parent_process() is None or most == resource.RLIM_INFINITY:
        yield
        return
    before = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (max(most, before + memory_mb * 2**20), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (most + max(0, _address_space() - before), hard))


def _address_space() -> int:
    """Bytes that this process has mapped now."""
    return int(os.pread(_statm(), 64, 0).split()[0]) * resource.getpagesize()


@functools.cache
def _statm() -> int:
    """Opened once: opening it for each file took as long as reading the file."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def give_memory_back() -> None:
    """Returns what is free inside the heap to the system, where the C library can (glibc): after 1,000 files, half of
    them web pages, 100 MB instead of 125, for 0.4 ms a call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
