"""What a worker is: a process that limits itself, says on a board what it is at, and ends with its parent."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, cast

from watcher.allowance import DEADLINES

STOPS = (signal.SIGINT, signal.SIGTERM)
"""Signals that end the daemon, which ends its workers itself."""

_PR_SET_PDEATHSIG = 1
_LOOK_AT_PARENT = 1.0  # seconds
_ROW = 3  # of a board: a worker's process, the task that it is at, the file in it

if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext
    from multiprocessing.sharedctypes import SynchronizedArray

    Board = SynchronizedArray[int]


def why_died(seconds: float, memory_mb: int) -> str:
    """The reason for a file whose reader died within such an allowance."""
    return f"its reader died: over {seconds:g} s, over {memory_mb} MB, or a crash"


def begin(parent: int, board: Board) -> None:
    """The first that a worker does, which is a process of this `parent` alone."""
    end_with(parent)
    _take_row(board)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its workers itself
    for number in (signal.SIGTERM, *DEADLINES):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPS, *DEADLINES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # parsers quote what they read; a worker's answer is its only voice


def end_with(parent: int) -> None:
    """Ends this process when its parent ends, however that happens."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch_parent, args=(parent,), name="parent", daemon=True).start()


def _watch_parent(parent: int) -> None:
    """PDEATHSIG is sent when the parent's spawning thread ends, and not at all if it ended before the call."""
    while os.getppid() == parent:
        time.sleep(_LOOK_AT_PARENT)
    os.kill(os.getpid(), signal.SIGKILL)


# ── the board ────────────────────────────────────────────────────────────────────────────────────


def new_board(context: SpawnContext, workers: int) -> Board:
    """Where so many workers say what they are at. Raises OSError where there is no room for it."""
    return context.Array("q", 1 + _ROW * workers)


def was_at(board: Board, ended: Container[int | None]) -> tuple[int, int] | None:
    """The task, and the file in it, that one of these processes was at; None where none of them was at any."""
    said = cast(Sequence[int], board.get_obj())  # without its lock, which a worker may have died with
    rows = (said[at : at + _ROW] for at in range(1, len(said), _ROW))
    return next(((task, file) for process, task, file in rows if process in ended and task), None)


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
