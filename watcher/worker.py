"""The processes that read articles: they limit themselves, keep deadlines, and end with their parent."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

_PR_SET_PDEATHSIG = 1
_LOOK_AT_PARENT = 1.0  # seconds
_NER_MEMORY_MB = 1500  # spaCy with a medium model, over what a file may take


P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """The workers. Owns the executor, which breaks whole when one worker dies and is then made anew; any thread may
    submit, but workers end with the thread that submitted first after a start, so let only lasting threads do it."""

    def __init__(self, workers: int, memory_mb: int) -> None:
        self.workers = workers
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a fork of a process with threads may inherit a lock that nobody releases.
        context = multiprocessing.get_context("spawn")
        arguments = (os.getpid(), self._memory_mb)
        return ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=arguments)

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; the future raises BrokenProcessPool if a worker dies meanwhile."""
        with self._lock:
            try:
                return self._executor.submit(call, *args, **kwargs)
            except BrokenProcessPool:
                self._executor.shutdown(wait=False, cancel_futures=True)
                self._executor = self._start()
                return self._executor.submit(call, *args, **kwargs)

    def stop(self) -> None:
        """Ends the workers, what they are at included: what is not committed is read again."""
        with self._lock:
            processes = list((self._executor._processes or {}).values())  # no public way to end a busy worker
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()


def _begin(parent: int, memory_mb: int) -> None:
    _end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its workers itself
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    most = (memory_mb + _NER_MEMORY_MB) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # parsers quote what they read; a worker's answer is its only voice


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
def deadline(seconds: float) -> Iterator[None]:
    """Ends a worker process that takes longer, even inside C code; elsewhere it does nothing.

    `faulthandler` waits on a thread of its own that needs no interpreter lock.
    """
    if multiprocessing.parent_process() is None:
        yield
        return
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
