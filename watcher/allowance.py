"""What a file may take of the process that reads it: processor time and memory, by the kernel's own means."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import multiprocessing
import os
import resource
import signal
from collections.abc import Iterator

DEADLINES = (signal.SIGALRM, signal.SIGPROF)
"""The signals of `allowance`, which nobody may handle."""
_BY_THE_CLOCK = 10  # times the seconds of work
_ARENA_MAX = -8  # of malloc.h


@contextlib.contextmanager
def allowance(seconds: float, memory_mb: int) -> Iterator[None]:
    """Ends a worker process that a processor is busy with for longer, even inside C code, and gives it so much memory
    beyond what it has: more is a MemoryError, or the worker's end. Elsewhere than in a worker it does nothing.

    By the clock sound files and tests of rules came to their reader's end where other processes kept the processors
    busy; what hangs without any work is ended too, much later.

    The deadline is the kernel's own timer, whose signal nobody handles: setting it costs a microsecond, where a thread
    that waits, as faulthandler's, was a fifth of the time of a short text.
    """
    if multiprocessing.parent_process() is None:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    _have(_address_space() + memory_mb * 2**20, before[1])
    signal.setitimer(signal.ITIMER_REAL, _BY_THE_CLOCK * seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextlib.contextmanager
def beside_allowance(memory_mb: int) -> Iterator[None]:
    """For what stays with the process, as a language model does: loaded within an allowance, it may take so much and
    all the time it needs, and leaves the allowance as it was. Elsewhere it does nothing.

    With a limit of 2 s each sound file for which a worker loaded a model was that worker's end.
    """
    most, hard = resource.getrlimit(resource.RLIMIT_AS)
    if multiprocessing.parent_process() is None or most == resource.RLIM_INFINITY:
        yield
        return
    before = _address_space()
    timers = {timer: signal.setitimer(timer, 0)[0] for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF)}
    _have(max(most, before + memory_mb * 2**20), hard)
    try:
        yield
    finally:
        for timer, left in timers.items():
            signal.setitimer(timer, left)
        _have(most + max(0, _address_space() - before), hard)


def _have(most: int, hard: int) -> None:
    """Gives this process so many bytes, or what whoever started it lets it have."""
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _address_space() -> int:
    """Bytes that this process has mapped now."""
    return int(os.pread(_statm(), 64, 0).split()[0]) * resource.getpagesize()


@functools.cache
def _statm() -> int:
    """Opened once: opening it for each file took as long as reading the file."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


os.register_at_fork(after_in_child=_statm.cache_clear)  # it would tell of the parent


def share_heaps() -> None:
    """Has the threads of this process share two heaps, where the C library can (glibc): each keeps what it freed amid
    what is in use, and of the sixteen that a dozen threads had, 4 MB more. Call it before there are threads."""
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_ARENA_MAX, 2)


def give_memory_back() -> None:
    """Returns what is free inside the heap to the system, where the C library can (glibc): after 1,000 files, half of
    them web pages, 100 MB instead of 125, for 0.4 ms a call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
