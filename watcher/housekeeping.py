"""What comes by the clock, whatever is in the inbox: heartbeat, summary in the log, pruning of the store."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import structlog

from watcher.allowance import give_memory_back
from watcher.errors import Trouble
from watcher.inbox import Inbox
from watcher.operator import Operator
from watcher.settings import Settings
from watcher.store.engine import Store
from watcher.store.retention import prune
from watcher.store.status import beat, counts
from watcher.threads import LONGEST_WAIT, Threads

log = structlog.get_logger(__name__)

HEARTBEAT = 5.0  # seconds
SUMMARY = 12  # heartbeats
LEAP = 600_000  # ms: pruning takes minutes at the most
HOUR, DAY = 3_600_000, 86_400_000
PRUNED_AT = 11_820_000  # ms of a UTC day: 3:17


class Summary:
    """The numbers of `status` in the log, where they are not those that it gave last: a quiet night is a quiet log."""

    def __init__(self, store: Store, waiting: Callable[[], int]) -> None:
        self._store = store
        self._waiting = waiting
        self._given: dict[str, Any] = {}

    def step(self) -> None:
        """Writes a line, or none. A store in trouble is told, and asked again the next time."""
        try:
            with self._store.read() as conn:
                found = counts(conn, self._waiting())
        except Trouble as trouble:
            log.warning("summary.missed", why=str(trouble))
            return
        numbers = {key: found[key] for key in ("files", "articles", "alerts", "messages")}
        if numbers != self._given:
            log.info("summary", **numbers)
        self._given = numbers


class Housekeeping:
    """Owns when the store is pruned next, and how many heartbeats it is to the next summary. Heartbeats and pruning
    have a thread each, as pruning may take minutes.

    `lost_store`: the store's file was removed or replaced; then `ended` is called, as the daemon cannot go on.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        inbox: Inbox,
        operator: Operator,
        threads: Threads,
        ended: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._inbox = inbox
        self._summary = Summary(store, lambda: inbox.waiting)
        self._operator = operator
        self._threads = threads
        self._ended = ended
        self._until_summary = SUMMARY
        self._prune_at = 0
        self._seen: int | None = None
        self.lost_store = False

    def beat(self, now: int) -> float:
        """A sign of life, and with every twelfth a summary; returns the seconds to the next."""
        self._threads.intake.wake()  # a look at whether the inbox is still there costs two stats
        give_memory_back()  # each thread's heap keeps what it freed: 20 MB more after 28,000 articles
        if not self._store.in_place:
            log.critical("store.gone", why="the store's file was removed or replaced while the daemon ran")
            self.lost_store = True
            self._ended()
            return LONGEST_WAIT
        if self._threads.moving:  # whoever asks for the daemon's health is to hear that it is stuck
            self._say_alive(now)
        self._until_summary -= 1
        if not self._until_summary:
            self._until_summary = SUMMARY
            self._summary.step()
        return HEARTBEAT

    def _say_alive(self, now: int) -> None:
        note = "; ".join(f"{name}: {trouble}" for name, trouble in self._threads.troubles.items())
        self._operator.post(now)
        try:
            beat(self._store, now, note)
        except Trouble as trouble:  # without a heartbeat `health` fails, which is what it is for
            log.warning("heartbeat.missed", why=str(trouble))

    def prune(self, now: int) -> float:
        """Prunes the store once a day, at 3:17 UTC; returns the seconds to the next look at the clock. One that leapt
        may be wrong for a while, and all would be too old: then an hour passes first."""
        following = now + DAY - (now - PRUNED_AT) % DAY
        seen, self._seen = self._seen, now
        if seen is None:
            self._prune_at = following
        elif not 0 <= now - seen < LEAP:
            self._prune_at = min(following, now + HOUR)
        elif now >= self._prune_at:
            self._prune_at = following
            self._prune(now)
        return LONGEST_WAIT

    def _prune(self, now: int) -> None:
        settings = self._settings
        try:
            pruned = prune(
                self._store,
                now,
                texts_days=settings.keep_texts_days,
                alerts_days=settings.keep_alerts_days,
                is_gone=self._is_gone if self._inbox.there else None,
            )
        except Trouble as trouble:  # what was removed by then is gone, the rest goes tomorrow
            log.warning("store.unpruned", why=str(trouble))
            return
        log.info("store.pruned", rows=str(pruned))

    def _is_gone(self, path: str) -> bool:
        return not os.path.lexists(self._settings.inbox / path)
