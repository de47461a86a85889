"""Inbox -> workers -> store: files are read and matched in batches, and committed in the order they were submitted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import structlog

from watcher import policy
from watcher.analyse import Task, analyse
from watcher.inbox import Inbox, Kept, archive, delete, quarantine
from watcher.live import Current
from watcher.model import (
    Admission,
    Alert,
    Analysed,
    Draft,
    FileFacts,
    FileOutcome,
    Handled,
    Reading,
)
from watcher.operator import Operator
from watcher.settings import After, Settings
from watcher.store.articles import admit, mark_moved, record_files
from watcher.store.engine import Store
from watcher.worker import Pool

log = structlog.get_logger(__name__)

BATCH = 50
_TRIES_ALONE = 2


@dataclass(slots=True)
class _Batch:
    """Files that are read together; `deaths` counts the workers that ended while reading them alone."""

    files: tuple[FileFacts, ...]
    current: Current
    future: Future[tuple[Analysed, ...] | None] | None = None
    deaths: int = 0


class Intake:
    """Owns the batches in flight and, with them, the right to write articles and alerts. All calls in one thread.

    At most two batches a worker are in flight: the rest waits in the folder, so that memory stays level.
    """

    def __init__(
        self,
        settings: Settings,
        inbox: Inbox,
        store: Store,
        pool: Pool,
        current: Callable[[], Current],
        operator: Operator,
        wake: Callable[[], None],
        opened: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._store = store
        self._pool = pool
        self._current = current
        self._operator = operator
        self._wake = wake
        self._opened = opened
        self._batches: deque[_Batch] = deque()
        self._passed_over: list[tuple[FileFacts, str]] = []
        self._careful = False  # after a worker's death batches go one at a time, so that the next one names its file
        self.articles = 0

    @property
    def idle(self) -> bool:
        """Whether everything in the inbox has been handled."""
        return self._inbox.idle and not self._batches

    def step(self, now: int) -> int:
        """Takes what rests in the inbox, commits what the workers are done with, and returns when to come again."""
        room = 2 * self._pool.workers - len(self._batches)
        ready = self._inbox.step(now, most=max(0, room) * BATCH)
        self._passed_over += [(p.file, p.reason) for p in ready.passed_over]
        files = [rested.file for rested in ready.files]
        size = min(BATCH, -(-len(files) // self._pool.workers)) or 1
        for i in range(0, len(files), size):
            self._batches.append(_Batch(tuple(files[i : i + size]), self._current()))
        self._pass_over(now)
        for leftover in ready.leftovers:
            self._put_away(leftover.file, leftover.outcome, leftover.reason, now)
        self._submit(now)
        self._commit(now)
        return now if files and not self._batches else self._inbox.next_due(now)

    def adopt(self, now: int) -> int:
        """Enters what rests in the inbox as done without reading it; returns how many files."""
        ready = self._inbox.step(now)
        files = [rested.file for rested in ready.files]
        rows = [(file, FileOutcome.DONE, "adopted without reading") for file in files]
        rows += [(p.file, FileOutcome.PASSED_OVER, p.reason) for p in ready.passed_over]
        record_files(self._store, rows, now)
        self._inbox.done(file.path for file, _, _ in rows)
        return len(files)

    # ── out to the workers ────────────────────────────────────────────────────────────────────────

    def _submit(self, now: int) -> None:
        for batch in list(self._batches)[: 1 if self._careful else None]:
            if batch.future is None:
                self._send(batch, now)

    def _send(self, batch: _Batch, now: int, *, with_rules: bool = False) -> None:
        bundle = batch.current.bundle if with_rules else None
        settings = self._settings
        task = Task(
            str(settings.inbox), batch.files, batch.current.digest, now, settings.limits, settings.model, bundle
        )
        batch.future = self._pool.submit(analyse, task)
        batch.future.add_done_callback(lambda _: self._wake())

    # ── back from the workers ─────────────────────────────────────────────────────────────────────

    def _teach(self, now: int) -> None:
        """Sends again, with the rules, what a worker gave back for want of them: not only the first batch, or one that
        takes long would leave the workers behind it idle."""
        for batch in self._batches:
            future = batch.future
            if future is None or not future.done() or future.exception() is not None:
                continue
            if future.result() is None:
                self._send(batch, now, with_rules=True)

    def _commit(self, now: int) -> None:
        self._teach(now)
        while self._batches and (future := self._batches[0].future) is not None and future.done():
            batch = self._batches[0]
            try:
                found = future.result()
            except BrokenProcessPool:
                self._recover(batch, now)
                continue
            if found is None:
                self._send(batch, now, with_rules=True)
                continue
            self._admit(batch, found, now)
            self._batches.popleft()
            self._careful = self._careful and any(b.future is None for b in self._batches)
            self._submit(now)

    def _recover(self, batch: _Batch, now: int) -> None:
        """A worker died, and all that was in flight with it: go on one batch at a time, halving the one that kills."""
        for other in self._batches:
            other.future = None
        self._pool.try_out()
        known_culprit = self._careful
        self._careful = True
        if known_culprit and len(batch.files) > 1:
            self._batches.popleft()
            middle = len(batch.files) // 2
            halves = (batch.files[:middle], batch.files[middle:])
            self._batches.extendleft(_Batch(files, batch.current) for files in reversed(halves))
        elif known_culprit:
            batch.deaths += 1
        log.warning("worker.died", files=len(batch.files))
        if batch.deaths < _TRIES_ALONE:
            self._submit(now)
            return
        limit = self._settings.max_seconds
        why = f"its reader died twice: over {limit:g} s, over {self._settings.max_memory_mb} MB, or a crash"
        self._admit(batch, (Analysed(batch.files[0], FileOutcome.QUARANTINED, why),), now)
        self._batches.popleft()
        self._careful = bool(self._batches)
        self._submit(now)

    # ── into the store ────────────────────────────────────────────────────────────────────────────

    def _admit(self, batch: _Batch, found: Sequence[Analysed], now: int) -> None:
        handled = [self._handled(batch.current, analysed) for analysed in found]
        alerts = admit(self._store, handled, now) if handled else []
        self.articles += sum(len(h.admissions) for h in handled)
        # A file that changed while it was read is not in the ledger: the inbox finds it again.
        self._inbox.done(file.path for file in batch.files)
        if alerts:
            self._opened()
        self._tell(handled, alerts, now)
        for file in handled:
            self._put_away(file.file, file.outcome, file.reason, now)

    def _handled(self, current: Current, analysed: Analysed) -> Handled:
        admissions = tuple(Admission(r, tuple(_drafts(current, r))) for r in analysed.readings)
        return Handled(analysed.file, analysed.outcome, analysed.reason, admissions)

    def _pass_over(self, now: int) -> None:
        if not self._passed_over:
            return
        rows = [(file, FileOutcome.PASSED_OVER, reason) for file, reason in self._passed_over]
        record_files(self._store, rows, now)
        self._inbox.done(file.path for file, _, _ in rows)
        for file, _, reason in rows:
            log.info("file.passed_over", file=file.path, why=reason)
        self._passed_over.clear()

    def _tell(self, handled: Sequence[Handled], alerts: Sequence[Alert], now: int) -> None:
        for alert in alerts:
            log.info("alert.opened", alert=alert.id, rule=alert.rule, article=alert.article["path"], level=alert.level)
        for file in handled:
            log.debug("file.handled", file=file.file.path, outcome=file.outcome, articles=len(file.admissions))
            if file.outcome is FileOutcome.QUARANTINED:
                text = f"{file.file.path}: {file.reason}"
                self._operator.tell("file.quarantined", text, now, about=file.file.path)
            elif file.outcome is FileOutcome.PASSED_OVER:
                log.info("file.passed_over", file=file.file.path, why=file.reason)

    def _put_away(self, file: FileFacts, outcome: FileOutcome, reason: str, now: int) -> None:
        """Moves a file to where it belongs once the ledger has it; one that cannot be moved stays and is told once."""
        settings = self._settings
        if outcome is FileOutcome.QUARANTINED:
            moved = quarantine(settings.inbox, file, reason, settings.quarantine)
        elif outcome is FileOutcome.PASSED_OVER or settings.after is After.KEEP:
            return
        elif settings.after is After.ARCHIVE:
            moved = archive(settings.inbox, file, settings.archive_folder)
        else:
            moved = delete(settings.inbox, file)
        if isinstance(moved, Kept):
            self._operator.tell(
                "file.stays", f"{file.path} stays in the inbox: {moved.reason}", now, about=moved.reason
            )
        else:
            mark_moved(self._store, file.path)


def _drafts(current: Current, reading: Reading) -> Iterable[Draft]:
    """The alerts that an article opens, each with a decision for every channel of its rule."""
    for verdict in reading.verdicts:
        if not verdict.match:
            continue
        rule = current.by_id[verdict.rule]
        decisions = tuple(
            policy.decide(
                rule, current.rules.channels[name], tuple(t.key for t in channel.targets), channel.unconfigured
            )
            for name in rule.notify
            for channel in (current.channels[name],)
        )
        recorded = policy.recorded_only(rule.status)
        yield Draft(rule.id, rule.title or rule.id, rule.level, current.digest, verdict, decisions, recorded)
