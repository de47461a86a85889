"""Reads files in a child of a worker, where some are their reader's end: a fork takes milliseconds, another worker
seconds, as it loads rules and models again."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from watcher.analyse.files import Read
from watcher.model import FileFacts, FileOutcome
from watcher.worker import end_with

_CUT_OFF = (EOFError, pickle.UnpicklingError)


def read_apart(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None], why: str) -> Iterator[Read | None]:
    """What `read` makes of each file in a child of this process; one that is the child's end has `died`, with this
    reason, and another child goes on behind it. Where there is no room for a child they are read here. Raises what
    `read` raises."""
    left = tuple(files)
    while left:
        for found in _from_child(left, read):
            left = left[1:]
            yield found
        if left:
            yield Read(left[0], outcome=FileOutcome.QUARANTINED, reason=why, died=True)
            left = left[1:]


def _from_child(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None]) -> Iterator[Read | None]:
    """What a child found, as far as it came. A fork is safe here: the one other thread of a worker holds no lock."""
    parent = os.getpid()
    ours, theirs = os.pipe()
    try:
        child = os.fork()
    except OSError:  # too many processes, or too little memory for another
        os.close(ours)
        os.close(theirs)
        yield from map(read, files)
        return
    if child == 0:
        os.close(ours)  # a worker that reads no further is heard of by its end alone
        _answer(files, read, theirs, parent)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as answers:
            yield from _answers(answers, len(files))
    finally:
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        os.kill(parent, signal.SIGKILL)  # from outside, as for want of memory: the pool's to tell, and no file's fault


def _answers(written: BinaryIO, most: int) -> Iterator[Read | None]:
    """At most so many, until they are cut off. Raises the fault that is the answer."""
    for _ in range(most):
        try:
            found, imported = pickle.load(written)  # noqa: S301 - from a process of our own
        except _CUT_OFF:
            return
        for name in imported:  # else each child would: a reader of pages takes half a second
            with contextlib.suppress(ImportError):  # some modules are made, and have no file
                importlib.import_module(name)
        if isinstance(found, Exception):
            raise found
        yield found


def _answer(files: Sequence[FileFacts], read: Callable[[FileFacts], Read | None], to: int, parent: int) -> None:
    """All that the child does, which ends here however that goes: nothing of the worker's may run in it."""
    known = set(sys.modules)
    try:
        end_with(parent)
        with os.fdopen(to, "wb") as answers:
            for file in files:
                found = _read_or_fault(file, read)
                imported = [name for name in sys.modules if name not in known]
                known.update(imported)
                pickle.dump((found, imported), answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
        os._exit(0)
    finally:
        os._exit(1)


def _read_or_fault(file: FileFacts, read: Callable[[FileFacts], Read | None]) -> Read | Exception | None:
    try:
        return read(file)
    except Exception as error:  # noqa: BLE001 - raised again in the worker
        error.add_note(traceback.format_exc())
        return error
