"""The parts of the daemon: wires them, and starts and stops their threads."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from watcher import lastwords
from watcher.channels import secret_dirs
from watcher.clock import now_ms
from watcher.dispatch import Dispatch
from watcher.errors import StoreError, Trouble
from watcher.flight import Flight
from watcher.health import Health
from watcher.housekeeping import Housekeeping
from watcher.inbox import Inbox, Lane
from watcher.intake import Intake
from watcher.live import Current, Live
from watcher.model import Level
from watcher.operator import Operator
from watcher.planning import Planner
from watcher.policy.decide import Late
from watcher.pool import Pool
from watcher.rulechange import Change
from watcher.rulefiles import channel_faults
from watcher.rulereading import RuleReading
from watcher.settings import Boilerplate, Settings
from watcher.store import ends
from watcher.store.boilerplate import LearnedToday
from watcher.store.engine import Store
from watcher.store.files import LedgerRow, still_there
from watcher.store.routes import untried
from watcher.threads import LONGEST_WAIT, Part, Threads

log = structlog.get_logger(__name__)


LOOK_AT_HEALTH = 30.0
LOOK_AT_RULES = 0.3
WELL_AFTER = 60_000  # ms
STOP_WITHIN = 8.0  # of the 10 s that a stop may take
FINISH_WITHIN = 5.0  # of those, for the files in flight


class Parts:
    """The wired parts and their threads. Made and asked by the main thread; each turn runs on its part's own."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        pools: Mapping[Lane, Pool],
        ended: Callable[[], None],
        stopping: Callable[[], bool],
        *,
        once: bool,
    ) -> None:
        self._settings = settings
        self._store = store
        learning = LearnedToday(store, on=settings.boilerplate is Boilerplate.CUT)
        self._live = self._open_live(pools[Lane.QUICK], learning, stopping)
        self._woken = ended
        self._threads = threads = Threads(
            rules=Part("rules", self._rule, ended),
            intake=Part("intake", self._read, ended, self._finish_reading),
            dispatch=Part("dispatch", self._send, ended),
            health=Part("health", self._look, ended),
            heartbeat=Part("heartbeat", self._beat, ended),
            housekeeping=Part("housekeeping", self._prune, ended),
        )
        self._flight = Flight(settings, pools, self._current, threads.intake.wake)
        wake = threads.dispatch.wake
        on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
        self._operator = Operator(store, self._current, wake, on_terminal=on_terminal)
        late = Late(settings.catch_up_after_ms, settings.catch_up)
        planner = Planner(store, self._current, late, lambda: not self._intake.idle, once=once)
        self._dispatch = Dispatch(store, self._current, self._operator, planner, wake, now_ms)
        self._inbox = self._open_inbox()
        self._intake = Intake(settings, self._inbox, store, self._flight, learning, self._current, self._operator, wake)
        self._health = Health(
            settings,
            store,
            self._current,
            self._operator,
            lambda: threads.troubles,
            lambda: self._flight.deaths,
        )
        self._housekeeping = Housekeeping(settings, store, self._inbox, self._operator, threads, ended)
        self._asked = threading.Event()
        self._watching = False
        self._began = now_ms()

    def _open_live(self, pool: Pool, learning: LearnedToday, stopping: Callable[[], bool]) -> Live:
        dirs = secret_dirs(os.environ)
        reading = RuleReading(
            pool,
            self._settings,
            lambda: sorted(self._flight.languages),
            lambda channels: channel_faults(channels, os.environ, dirs),
            stopping,
        )
        return Live(self._settings.rules, self._store, reading, learning, os.environ, sys.stdout)

    def _open_inbox(self) -> Inbox:
        settings, wake = self._settings, self._threads.intake.wake
        return Inbox(settings.inbox, settings.ways, known=self._known, wake=wake)

    def _current(self) -> Current:
        return self._live.current

    # ── life ──────────────────────────────────────────────────────────────────────────────────────

    def adopt(self) -> int:
        files = 0
        while not self._inbox.idle:
            files += self._intake.adopt(now_ms())
            time.sleep(0.05)
        return files

    def load(self) -> None:
        """Reads the rules. Raises RulesError, Trouble."""
        self._tell(self._live.start(now_ms()))

    def start(self, *, watch: bool) -> None:
        """Sets all to work. Raises Trouble: then call it again."""
        self._watching = watch
        self._dispatch.start(now_ms())
        self._housekeeping.beat(now_ms())  # ahead of the rest: whoever hears that the inbox is watched finds one
        if watch:
            self._start_watching()
        for part in self._threads.all:
            if not part.is_alive():  # of an earlier call
                part.start()

    def _start_watching(self) -> None:
        try:
            self._inbox.start()
        except Trouble as trouble:  # the inbox is away for now; every step looks for it again
            log.warning("inbox.away", why=str(trouble))
        log.info("inbox.watched", inbox=str(self._settings.inbox), by=self._inbox.watching)

    def stop(self) -> None:
        """Ends the threads in the order of the work, so that what is in hand is finished."""
        until = time.monotonic() + STOP_WITHIN
        # Not waited for: one may be asking an address that does not answer, another removing what is a year old.
        for part in (self._threads.health, self._threads.heartbeat, self._threads.housekeeping):
            part.stop()
        self._live.stop()
        # The rules' thread last: workers that it started end with it, and may still be at what is in hand.
        for parts in ((self._threads.intake, self._threads.dispatch), (self._threads.rules,)):
            for part in parts:
                part.stop()
            for part in parts:
                if part.is_alive():
                    part.join(max(0.1, until - time.monotonic()))
        if self._watching:
            self._inbox.stop()
        self._dispatch.stop(max(0.1, until - time.monotonic()))

    def failure(self) -> tuple[str, BaseException] | None:
        """The part that died, and of what."""
        if self._housekeeping.lost_store:
            return "store", StoreError("its file was removed or replaced")
        return next(((part.name, part.failure) for part in self._threads.all if part.failure), None)

    def last_words(self, part: str, failure: BaseException) -> None:
        """Keeps what ends the daemon, and tells the operator where that takes no more than a few seconds."""
        lastwords.say(self._store, self._operator, self._dispatch, part, failure)

    def moving(self) -> bool:
        """Whether intake and dispatch make steps."""
        return self._threads.moving

    def idle(self) -> bool:
        """Whether the inbox is handled, every message was tried at least once, and the rules' tests were run."""
        if not self._intake.idle or self._live.untested:
            return False
        self._operator.post(now_ms(), rest=True)
        try:
            if not self._dispatch.idle:
                return False
            with self._store.read() as conn:
                return not untried(conn, now_ms())
        except Trouble:
            return False

    # ── turns ─────────────────────────────────────────────────────────────────────────────────────

    def _read(self, now: int) -> float:
        return max(0, self._intake.step(now) - now_ms()) / 1000

    def _send(self, now: int) -> float:
        due = self._dispatch.step(now)
        return LONGEST_WAIT if due is None else max(0.05, (due - now_ms()) / 1000)

    def _rule(self, now: int) -> float:
        asked = self._asked.is_set()
        if change := self._live.step(now, asked=asked):
            self._tell(change)
            self._threads.dispatch.wake()
        if asked:
            self._asked.clear()
            self._woken()
        return LOOK_AT_RULES

    def _look(self, now: int) -> float:
        if self._began and now - self._began >= WELL_AFTER:
            ends.forget(self._store)
            self._began = 0
        if self._watching and self._threads.moving:  # a daemon that is stuck lets the switch go
            self._health.step(now)
        return LOOK_AT_HEALTH

    def _beat(self, now: int) -> float:
        if woken := self._flight.wake():
            log.warning("worker.woken", processes=woken, why="stopped by somebody")
        return self._housekeeping.beat(now)

    def _prune(self, now: int) -> float:
        return self._housekeeping.prune(now)

    def _finish_reading(self, now: int) -> None:
        self._intake.finish(now, FINISH_WITHIN)

    def _known(self, paths: Sequence[str]) -> Mapping[str, LedgerRow]:
        with self._store.read() as conn:
            return still_there(conn, paths)

    # ── what is told ──────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        """Has the rules and secrets read again; `reloaded` when that is done."""
        self._asked.set()
        self._threads.rules.wake()

    @property
    def reloaded(self) -> bool:
        return not self._asked.is_set()

    def summary(self) -> str:
        return f"{len(self._live.current.rules.rules)} rules, inbox watched by {self._inbox.watching}"

    def _tell(self, change: Change) -> None:
        level = Level.INFORMATIONAL if change.event == "rules.loaded" else Level.HIGH
        self._operator.tell(change.event, change.text, now_ms(), level, always=True)
