"""What a worker is: a process that limits itself, says on a board what it is at, and ends with its parent."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from watcher.allowance import DEADLINES

STOPS = (signal.SIGINT, signal.SIGTERM)
"""Signals that end the daemon, which ends its workers itself."""

_PR_SET_PDEATHSIG = 1
_LOOK_AT_PARENT = 1.0  # seconds

if TYPE_CHECKING:
    from ctypes import Array, c_longlong
    from multiprocessing.context import SpawnContext

    Board = Array[c_longlong]


def why_died(seconds: float, memory_mb: int) -> str:
    """The reason for a file whose reader died within such an allowance."""
    return f"its reader died: over {seconds:g} s, over {memory_mb} MB, or a crash"


def begin(parent: int, board: Board) -> None:
    """The first that a worker does, which is a process of this `parent` alone."""
    end_with(parent)
    _boards.append(board)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its workers itself
    for number in (signal.SIGTERM, *DEADLINES):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPS, *DEADLINES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # parsers quote what they read; a worker's answer is its only voice


def end_with(parent: int) -> None:
    """Ends this process when its parent ends, however that happens; where there is no room for a thread, in all but
    rare cases."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(RuntimeError):
        threading.Thread(target=_watch_parent, args=(parent,), name="parent", daemon=True).start()


def _watch_parent(parent: int) -> None:
    """PDEATHSIG is sent when the parent's spawning thread ends, and not at all if it ended before the call."""
    while os.getppid() == parent:
        time.sleep(_LOOK_AT_PARENT)
    os.kill(os.getpid(), signal.SIGKILL)


# ── the board ────────────────────────────────────────────────────────────────────────────────────


def new_board(context: SpawnContext) -> Board:
    """Where a worker says what it is at. Raises OSError where there is no room for it."""
    return cast("Board", context.RawArray("q", 2))


def was_at(board: Board) -> tuple[int, int] | None:
    """The task, and the file in it, that the worker was at; None where it was at none."""
    task, file = board
    return (task, file) if task else None


_boards: list[Board] = []  # of this process: one, if it is a worker


def is_at(task: int, file: int) -> None:
    """Says what this worker is at, for the case that it is its end; task 0 is none. Elsewhere it does nothing."""
    for board in _boards:
        board[:] = [task, file]
