"""The daemon: wires the parts together, starts them, feeds the supervisor, and stops them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from watcher.channels import open_channels, secret_dirs
from watcher.dispatch import Dispatch
from watcher.errors import Trouble
from watcher.inbox import Inbox
from watcher.intake import Intake
from watcher.live import Change, Live
from watcher.model import Level
from watcher.operator import Operator
from watcher.rulefiles import channel_faults
from watcher.sdnotify import Notifier
from watcher.settings import After, Settings
from watcher.store.articles import LedgerRow, still_there
from watcher.store.engine import Store, open_store
from watcher.store.lock import DaemonLock
from watcher.store.outbox import untried
from watcher.store.retention import prune
from watcher.store.status import beat, counts, note_inbox
from watcher.worker import Pool

log = structlog.get_logger(__name__)

HEARTBEAT = 5.0
SUMMARY = 60.0
LOOK_AT_RULES = 0.3
LONGEST_WAIT = 30.0
STOP_WITHIN = 8.0  # of the 10 s that a stop may take
STUCK_AFTER = 60.0  # a part that takes no step for so long no longer feeds the supervisor's watchdog
_BACKOFF = (0.5, 30.0)


def now_ms() -> int:
    """The time in UTC milliseconds."""
    return time.time_ns() // 1_000_000


class Part(threading.Thread):
    """A part of the daemon on its own thread: one `turn`, then wait until it is woken or due.

    `trouble` is what the place keeps it from doing, "" when all is well; `failure` is what ended it.
    """

    def __init__(self, name: str, turn: Callable[[int], float], ended: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._turn = turn
        self._ended = ended
        self._woken = threading.Event()
        self._stopping = False
        self.trouble = ""
        self.failure: BaseException | None = None
        self.last_step = time.monotonic()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    def run(self) -> None:
        wait = _BACKOFF[0]
        try:
            while not self._stopping:
                try:
                    pause, wait = self._turn(now_ms()), _BACKOFF[0]
                    self._recovered()
                except Trouble as trouble:
                    self._troubled(trouble, wait)
                    pause, wait = wait, min(2 * wait, _BACKOFF[1])
                self.last_step = time.monotonic()
                self._woken.wait(min(pause, LONGEST_WAIT))
                self._woken.clear()
        except BaseException as failure:  # noqa: BLE001 - handed to the main thread, which stops the daemon with it
            self.failure = failure
        finally:
            self._ended()

    def _troubled(self, trouble: Trouble, wait: float) -> None:
        if str(trouble) != self.trouble:
            log.warning("part.waits", part=self.name, why=str(trouble), seconds=wait)
        self.trouble = str(trouble)

    def _recovered(self) -> None:
        if self.trouble:
            log.info("part.goes_on", part=self.name)
        self.trouble = ""


@dataclass(slots=True)
class _Flags:
    """What signals ask for; set by handlers, read by the main thread."""

    woken: threading.Event = field(default_factory=threading.Event)
    stop: bool = False
    reload: bool = False


class Daemon:
    """Owns all parts from `run` to its end. Made and run by the main thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._flags = _Flags()
        self._notifier = Notifier.from_environment(dict(os.environ), os.getpid())

    def run(self, *, once: bool = False, adopt: bool = False) -> None:
        """Works until it is told to stop, or with `once` until the inbox is handled and every message was tried.

        Raises StoreError, RulesError where it cannot start, and what ended a part where one failed.
        """
        with ExitStack() as stack:
            stack.enter_context(_signals(self._flags))
            self._settings.inbox.mkdir(parents=True, exist_ok=True)
            lock = DaemonLock(self._settings.state)
            stack.callback(lock.release)
            store = stack.enter_context(open_store(self._settings.state))
            pool = Pool(self._settings.workers)
            stack.callback(pool.stop)
            parts = _Parts(self._settings, store, pool, self._flags.woken.set)
            stack.callback(parts.stop)
            note_inbox(store, str(self._settings.inbox.absolute()))
            if adopt:
                log.info("inbox.adopted", files=parts.adopt())
            parts.start(watch=not once)
            self._notifier.ready(parts.summary())
            self._loop(parts, once=once)
            self._notifier.stopping("finishing the work in hand")

    def _loop(self, parts: _Parts, *, once: bool) -> None:
        while not self._flags.stop:
            self._flags.woken.wait(0.2 if once else 1.0)
            self._flags.woken.clear()
            if failure := parts.failure():
                raise failure
            if self._flags.reload:
                self._flags.reload = False
                self._notifier.reloading(time.monotonic_ns())
                parts.reload()
                self._notifier.ready(parts.summary())
            if parts.moving():
                self._notifier.watchdog()
            if once and parts.idle():
                return


class _Parts:
    """The wired parts and their threads."""

    def __init__(self, settings: Settings, store: Store, pool: Pool, ended: Callable[[], None]) -> None:
        self._settings = settings
        self._store = store
        dirs = secret_dirs(os.environ)
        self._live = Live(
            settings.rules,
            store,
            pool,
            lambda rules: open_channels(rules.channels, os.environ, dirs, sys.stdout),
            lambda rules: channel_faults(rules, os.environ, dirs),
            settings.model,
        )
        self._reading = Part("intake", self._read, ended)
        self._dispatching = Part("dispatch", self._send, ended)
        self._ruling = Part("rules", self._rule, ended)
        self._operator = Operator(store, lambda: self._live.current, self._dispatching.wake)
        self._dispatch = Dispatch(store, lambda: self._live.current, self._operator, self._dispatching.wake, now_ms)
        self._inbox = Inbox(
            settings.inbox,
            known=self._known,
            wake=self._reading.wake,
            settle=settings.settle,
            watch=settings.watch.value,
            tidy=settings.after is not After.KEEP,
        )
        self._intake = Intake(
            settings,
            self._inbox,
            store,
            pool,
            lambda: self._live.current,
            self._operator,
            self._reading.wake,
            self._dispatching.wake,
        )
        self._asked = threading.Event()
        self._answered = threading.Event()
        self._watching = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    # ── life ──────────────────────────────────────────────────────────────────────────────────────

    def adopt(self) -> int:
        files = 0
        while not self._inbox.idle:
            files += self._intake.adopt(now_ms())
            time.sleep(0.05)
        return files

    def start(self, *, watch: bool) -> None:
        self._watching = watch
        self._tell(self._live.start(now_ms()))
        self._dispatch.start(now_ms())
        if watch:
            self._start_watching()
        for part in self._all:
            part.start()
        every = self._scheduler.add_job
        every(self._beat, "interval", seconds=HEARTBEAT, id="heartbeat")
        every(self._summarise, "interval", seconds=SUMMARY, id="summary")
        every(self._reading.wake, "interval", seconds=self._settings.rescan, id="rescan")
        every(self._dispatching.wake, "interval", seconds=LONGEST_WAIT, id="retries")
        every(self._prune, "cron", hour=3, minute=17, id="housekeeping")
        self._beat()
        self._scheduler.start()

    def _start_watching(self) -> None:
        try:
            self._inbox.start()
        except Trouble as trouble:  # the inbox is away for now; every step looks for it again
            log.warning("inbox.away", why=str(trouble))
        log.info("inbox.watched", inbox=str(self._settings.inbox), by=self._inbox.watching)

    def stop(self) -> None:
        """Ends the threads in the order of the work, so that what is in hand is finished."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        until = time.monotonic() + STOP_WITHIN
        for part in self._all:
            part.stop()
        for part in self._all:
            if part.is_alive():
                part.join(max(0.1, until - time.monotonic()))
        if self._watching:
            self._inbox.stop()
        self._dispatch.stop(max(0.1, until - time.monotonic()))

    @property
    def _all(self) -> tuple[Part, ...]:
        return self._ruling, self._reading, self._dispatching

    def failure(self) -> BaseException | None:
        return next((part.failure for part in self._all if part.failure), None)

    def moving(self) -> bool:
        """Whether intake and dispatch make steps."""
        now = time.monotonic()
        return all(now - part.last_step < STUCK_AFTER for part in (self._reading, self._dispatching))

    def idle(self) -> bool:
        """Whether the inbox is handled and every message was tried at least once."""
        if not self._intake.idle or not self._dispatch.idle:
            return False
        with self._store.read() as conn:
            return not untried(conn)

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
            self._dispatching.wake()
        if asked:
            self._asked.clear()
            self._answered.set()
        return LOOK_AT_RULES

    def _known(self, paths: Sequence[str]) -> Mapping[str, LedgerRow]:
        with self._store.read() as conn:
            return still_there(conn, paths)

    # ── what is told ──────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        """Reads the rules and secrets again, and waits for it."""
        self._answered.clear()
        self._asked.set()
        self._ruling.wake()
        self._answered.wait(LONGEST_WAIT)

    def summary(self) -> str:
        current = self._live.current
        return f"{len(current.rules.rules)} rules, inbox watched by {self._inbox.watching}"

    def _tell(self, change: Change) -> None:
        event, level = ("rules.refused", Level.HIGH) if change.refused else ("rules.loaded", Level.INFORMATIONAL)
        self._operator.tell(event, change.text, now_ms(), level, always=True)

    def _beat(self) -> None:
        self._reading.wake()  # a look at whether the inbox is still there costs two stats
        note = "; ".join(f"{part.name}: {part.trouble}" for part in self._all if part.trouble)
        try:
            beat(self._store, now_ms(), note)
        except Trouble as trouble:  # without a heartbeat `health` fails, which is what it is for
            log.warning("heartbeat.missed", why=str(trouble))

    def _summarise(self) -> None:
        try:
            with self._store.read() as conn:
                found = counts(conn, self._inbox.waiting)
        except Trouble as trouble:
            log.warning("summary.missed", why=str(trouble))
            return
        log.info("summary", **{key: found[key] for key in ("files", "articles", "alerts", "messages")})

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


@contextmanager
def _signals(flags: _Flags) -> Iterator[None]:
    """SIGTERM and SIGINT stop, SIGHUP reloads."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        flags.stop = True
        flags.woken.set()

    def reload(_number: int, _frame: FrameType | None) -> None:
        flags.reload = True
        flags.woken.set()

    wanted = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
