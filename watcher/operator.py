"""Tells the operator about Watcher's own troubles: in the log, and at the channel `defaults.operator`."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import structlog
from sqlalchemy import Connection

from watcher.errors import Trouble
from watcher.live import Current
from watcher.message import Notice
from watcher.model import Level
from watcher.store.engine import Store
from watcher.store.outbox import put_notice

log = structlog.get_logger(__name__)

MOST_UNPOSTED = 100
QUIET_MS = 15 * 60 * 1000  # the same trouble is told once in this time


class Operator:
    """Owns what was told when, so that a trouble that lasts is told once in a while, and the notices that the store
    could not take yet; any thread may tell."""

    def __init__(self, store: Store, current: Callable[[], Current], told: Callable[[], None]) -> None:
        self._store = store
        self._current = current
        self._told = told
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], int] = {}
        self._unposted: deque[Notice] = deque(maxlen=MOST_UNPOSTED)

    def tell(
        self, event: str, text: str, now: int, level: Level = Level.MEDIUM, about: str = "", *, always: bool = False
    ) -> None:
        """Logs an event, and posts it unless the same was told of `about` shortly before; an answer to what the
        operator did is told `always`."""
        if notice := self.due(event, text, now, level, about, always=always):
            with self._lock:
                self._unposted.append(notice)
            self.post(now)

    def due(
        self, event: str, text: str, now: int, level: Level = Level.MEDIUM, about: str = "", *, always: bool = False
    ) -> Notice | None:
        """Logs an event as `tell` does, and returns what is to be told of it, by `put`; None where it was just told."""
        logged = log.info if level.rank < Level.MEDIUM.rank else log.warning
        logged(event, **({"about": about} if about else {}), text=text)
        key = (event, about or text)
        with self._lock:
            if not always and now - self._last.get(key, -QUIET_MS) < QUIET_MS:
                return None
            self._last = {k: at for k, at in self._last.items() if now - at < QUIET_MS} | {key: now}
        return Notice(event, text, level)

    def put(self, conn: Connection, notice: Notice, now: int) -> None:
        """Writes a notice in the transaction that makes it true: a kill leaves both or neither."""
        current = self._current()
        if (name := current.rules.operator) is not None:
            put_notice(conn, name, [target.key for target in current.channels[name].targets], notice, now)

    def post(self, now: int) -> None:
        """Puts what is to be told into the outbox; while the store is in trouble it waits for the next call."""
        if not self._unposted:  # the heartbeat asks every few seconds
            return
        with self._lock:
            while self._unposted:
                try:
                    with self._store.write() as conn:
                        self.put(conn, self._unposted[0], now)
                except Trouble as trouble:
                    log.warning("operator.waits", why=str(trouble))
                    return
                self._unposted.popleft()
        self._told()
