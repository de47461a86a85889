"""Tells the operator about Watcher's own troubles: in the log, and at the channel `defaults.operator`."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from watcher.errors import Trouble
from watcher.live import Current
from watcher.model import Level, Notice
from watcher.store.engine import Store
from watcher.store.outbox import post_notice

log = structlog.get_logger(__name__)

QUIET_MS = 15 * 60 * 1000  # the same trouble is told once in this time


class Operator:
    """Owns what was told when, so that a trouble that lasts is told once in a while; any thread may tell."""

    def __init__(self, store: Store, current: Callable[[], Current], told: Callable[[], None]) -> None:
        self._store = store
        self._current = current
        self._told = told
        self._last: dict[tuple[str, str], int] = {}

    def tell(
        self, event: str, text: str, now: int, level: Level = Level.MEDIUM, about: str = "", *, always: bool = False
    ) -> None:
        """Logs an event, and posts it unless the same was told of `about` shortly before; an answer to what the
        operator did is told `always`."""
        logged = log.info if level.rank < Level.MEDIUM.rank else log.warning
        logged(event, **({"about": about} if about else {}), text=text)
        key = (event, about or text)
        if not always and now - self._last.get(key, -QUIET_MS) < QUIET_MS:
            return
        self._last = {k: at for k, at in self._last.items() if now - at < QUIET_MS} | {key: now}
        current = self._current()
        if current.rules.operator is None:
            return
        targets = tuple(t.key for t in current.channels[current.rules.operator].targets)
        try:
            post_notice(self._store, current.rules.operator, targets, Notice(event, text, level), now)
        except Trouble as trouble:  # the store itself is in trouble: the log line above and the status have to do
            log.warning("operator.unreached", why=str(trouble))
            return
        self._told()
