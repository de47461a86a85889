"""The daemon: starts the parts, heeds signals, feeds the supervisor, and stops when it is told to or a part dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TypeVar

import structlog

from watcher.allowance import share_heaps
from watcher.clock import now_ms
from watcher.errors import PartDied, Trouble, WatcherError
from watcher.inbox import Lane
from watcher.lastwords import why_of
from watcher.parts import Parts
from watcher.pool import Pool
from watcher.sdnotify import Notifier
from watcher.settings import Settings
from watcher.store.engine import Store, open_store
from watcher.store.lock import DaemonLock
from watcher.store.routes import unsent
from watcher.store.status import beat, note_inbox
from watcher.threads import room_for_threads, waits

log = structlog.get_logger(__name__)

T = TypeVar("T")


class _Bell:
    """Wakes the main thread. Any thread may ring, and a signal's handler, which may interrupt the main thread where it
    holds the lock of an Event, and would wait for itself there."""

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        self._rings.put(None)

    def wait(self, seconds: float) -> None:
        """Until it rings, or rang since the last wait, at most for so long."""
        with suppress(Empty):
            self._rings.get(timeout=seconds)
            while True:
                self._rings.get_nowait()


@dataclass(slots=True)
class _Flags:
    """What signals ask for; set by handlers, read by the main thread."""

    bell: _Bell = field(default_factory=_Bell)
    stop: bool = False
    reload: bool = False


class _Stopped(Exception):
    """It was told to stop before it had started."""


class Daemon:
    """Owns all parts from `run` to its end. Made and run by the main thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._flags = _Flags()
        self._notifier = Notifier.from_environment(os.environ)
        self._told_to_stop = False

    def run(self, *, once: bool = False, adopt: bool = False) -> int:
        """Works until it is told to stop, or with `once` until the inbox is handled and every message was tried: then
        it returns how many wait for another try.

        Raises StoreError, RulesError where it cannot start, and what ended a part where one failed.
        """
        share_heaps()
        with ExitStack() as stack, suppress(_Stopped):
            stack.enter_context(_signals(self._flags))
            lock = self._patiently(lambda: DaemonLock(self._settings.state), once=once)
            stack.callback(lock.release)
            store = stack.enter_context(self._patiently(lambda: open_store(self._settings.state), once=once))
            self._patiently(lambda: note_inbox(store, self._settings.inbox.absolute(), self._settings.ways), once=once)
            pools = {Lane.QUICK: Pool(self._settings.workers), Lane.SLOW: Pool()}
            for pool in pools.values():
                stack.callback(pool.stop)
            parts = Parts(self._settings, store, pools, self._flags.bell.ring, lambda: self._flags.stop, once=once)
            stack.callback(self._say_stopped, store)
            stack.callback(parts.stop)
            if adopt:
                log.info("inbox.adopted", files=parts.adopt())
            self._patiently(parts.load, once=once)
            self._patiently(lambda: parts.start(watch=not once), once=once)
            self._notifier.ready(parts.summary())
            self._loop(parts, once=once)
            self._told_to_stop = not once
            self._notifier.stopping("finishing the work in hand")
            if once:
                with store.read() as conn:
                    return unsent(conn)
        return 0

    def _patiently(self, step: Callable[[], T], *, once: bool) -> T:
        """Tries a step of the start until the place lets it; `run --once` is told of the trouble instead. Raises
        _Stopped where the wait is ended by a stop."""
        pauses = waits()
        while True:
            try:
                with room_for_threads():
                    return step()
            except Trouble as trouble:
                if self._flags.stop:
                    raise _Stopped from trouble
                if once:
                    raise
                wait = next(pauses)
                log.warning("start.waits", why=str(trouble), seconds=wait)
                self._flags.bell.wait(wait)

    def _say_stopped(self, store: Store) -> None:
        """The last line of the log, and for `status` and `health`, where the daemon ends because it was told to."""
        if not self._told_to_stop:
            return
        log.info("daemon.stopped")
        with suppress(Trouble):
            beat(store, now_ms(), stopped=True)

    def _loop(self, parts: Parts, *, once: bool) -> None:
        reloading = False
        while not self._flags.stop:
            self._flags.bell.wait(0.2 if once else 1.0)
            if failure := parts.failure():
                why, bug = why_of(failure[1]), not isinstance(failure[1], WatcherError)
                log.critical("part.died", part=failure[0], why=why, exc_info=failure[1] if bug else None)
                parts.last_words(*failure)
                raise PartDied(f"{failure[0]} ended: {why}") from failure[1]
            if self._flags.reload:
                self._flags.reload, reloading = False, True
                self._notifier.reloading(time.monotonic_ns())
                parts.reload()
            if reloading and parts.reloaded:
                reloading = False
                self._notifier.ready(parts.summary())
            if parts.moving():
                self._notifier.watchdog()
            if once and parts.idle():
                return


@contextmanager
def _signals(flags: _Flags) -> Iterator[None]:
    """SIGTERM and SIGINT stop, SIGHUP reloads. After a stop they are ignored: one more, while Python ends, would leave
    what it has in /dev/shm."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        flags.stop = True
        flags.bell.ring()

    def reload(_number: int, _frame: FrameType | None) -> None:
        flags.reload = True
        flags.bell.ring()

    wanted = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if flags.stop else handler)
