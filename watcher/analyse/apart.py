"""Reads files in a child of a worker, where some are their reader's end: a fork takes milliseconds, another worker
seconds, as it loads rules and models again."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence

from watcher.analyse.files import Read
from watcher.errors import Trouble
from watcher.model import FileFacts, FileOutcome
from watcher.phrase import Phrase
from watcher.worker import end_with

_CUT_OFF = (EOFError, pickle.UnpicklingError)


def read_apart(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None], why: str) -> Iterator[Read | None]:
    """What `read` makes of each file in a child of this process; one that is the child's end has `died`, with this
    reason, and another child goes on behind it."""
    left = tuple(files)
    while left:
        for found in _from_child(left, read):
            left = left[1:]
            yield found
        if left:
            yield Read(left[0], outcome=FileOutcome.QUARANTINED, reason=why, died=True)
            left = left[1:]


def _from_child(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None]) -> Iterator[Read | None]:
    """What a child found, as far as it came. A fork is safe here: the one other thread of a worker holds no lock.
    Raises Trouble where there is no room for it."""
    parent = os.getpid()
    ours, theirs = os.pipe()
    try:
        child = os.fork()
    except OSError as error:
        os.close(ours)
        os.close(theirs)
        raise Trouble(Phrase("no worker can be started: {why}", why=str(error.strerror))) from error
    if child == 0:
        _answer(files, read, theirs, parent)
    os.close(theirs)
    with os.fdopen(ours, "rb") as answers:
        for _ in files:
            try:
                found, imported = pickle.load(answers)  # noqa: S301 - from a process of our own
            except _CUT_OFF:
                break
            for name in imported:  # else each child would: a reader of pages takes half a second
                with contextlib.suppress(ImportError):  # some modules are made, and have no file
                    importlib.import_module(name)
            yield found
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        os.kill(parent, signal.SIGKILL)  # from outside, as for want of memory: the pool's to tell, and no file's fault


def _answer(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None], to: int, parent: int) -> None:
    """All that the child does, which ends here however that goes: nothing of the worker's may run in it."""
    known = set(sys.modules)
    try:
        end_with(parent)
        with os.fdopen(to, "wb") as answers:
            for file in files:
                found = read(file)
                imported = [name for name in sys.modules if name not in known]
                known.update(imported)
                pickle.dump((found, imported), answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
        os._exit(0)
    finally:
        os._exit(1)
