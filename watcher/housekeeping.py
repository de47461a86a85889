"""What comes by the clock, whatever is in the inbox: heartbeat, summary in the log, pruning of the store."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from watcher.allowance import give_memory_back
from watcher.clock import now_ms
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
SUMMARY = 60.0


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
    """Owns the scheduler, on whose threads all of this runs. `lost_store`: the store's file was removed or replaced;
    then `ended` is called, as the daemon cannot go on."""

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
        self.lost_store = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """The first heartbeat, and all else by the clock."""
        every = self._scheduler.add_job
        every(self._beat, "interval", seconds=HEARTBEAT, id="heartbeat")
        every(self._summary.step, "interval", seconds=SUMMARY, id="summary")
        every(self._threads.intake.wake, "interval", seconds=self._settings.rescan, id="rescan")
        every(self._threads.dispatch.wake, "interval", seconds=LONGEST_WAIT, id="retries")
        every(self._prune, "cron", hour=3, minute=17, id="housekeeping")
        self._beat()
        self._scheduler.start()

    def stop(self) -> None:
        """Nothing more begins; what runs is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _beat(self) -> None:
        self._threads.intake.wake()  # a look at whether the inbox is still there costs two stats
        give_memory_back()  # each thread's heap keeps what it freed: 20 MB more after 28,000 articles
        if not self._store.in_place:
            log.critical("store.gone", why="the store's file was removed or replaced while the daemon ran")
            self.lost_store = True
            self._ended()
            return
        if not self._threads.moving:  # whoever asks for the daemon's health is to hear that it is stuck
            return
        note = "; ".join(f"{name}: {trouble}" for name, trouble in self._threads.troubles.items())
        self._operator.post(now_ms())
        try:
            beat(self._store, now_ms(), note)
        except Trouble as trouble:  # without a heartbeat `health` fails, which is what it is for
            log.warning("heartbeat.missed", why=str(trouble))

    def _prune(self) -> None:
        settings = self._settings
        try:
            pruned = prune(
                self._store,
                now_ms(),
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
