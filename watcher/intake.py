"""Inbox -> workers -> store: files are read and matched in batches, and committed in the order they were submitted."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import structlog

from watcher.batch import Batch
from watcher.counting import Counting
from watcher.flight import Flight
from watcher.inbox import MARKER, Changed, Inbox, Kept, Leftover, archive, delete, is_finished, quarantine
from watcher.live import Current
from watcher.message import Notice
from watcher.model import (
    Admission,
    Alert,
    Analysed,
    Decision,
    DeliveryState,
    Draft,
    FileFacts,
    FileOutcome,
    Handled,
    Reading,
    Verdict,
)
from watcher.operator import Operator
from watcher.phrase import Phrase
from watcher.pieces import Piece, cut
from watcher.policy.decide import recorded_only
from watcher.render import place, set_aside
from watcher.rules.spec import RuleSpec
from watcher.settings import After, Settings
from watcher.store.articles import admit
from watcher.store.boilerplate import LearnedToday
from watcher.store.engine import Store
from watcher.store.files import mark_moved, record_files

log = structlog.get_logger(__name__)

FULL = 30_000  # ms
# Articles and alerts of one transaction: 1 s on two slow cores. An archive of 5,000 articles and 20,000 alerts held the
# store for 33 s, in which nobody else could write.
PIECE = 1_000
BREATH = 100  # ms between two of them: a command that waits for the store looks every 100 ms at the latest


class Intake:
    """Writes articles and alerts, and nobody else does. `step`, `adopt` and `finish` belong to one thread.

    `idle` tells other threads whether everything in the inbox has been handled.
    """

    def __init__(
        self,
        settings: Settings,
        inbox: Inbox,
        store: Store,
        flight: Flight,
        learning: LearnedToday,
        current: Callable[[], Current],
        operator: Operator,
        opened: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._store = store
        self._flight = flight
        self._current = current
        self._operator = operator
        self._opened = opened
        self._counting = Counting(store, self._draft)
        self._learning = learning
        self._passed_over: list[tuple[FileFacts, str]] = []
        self._leftovers: list[Leftover] = []
        self._halfway = False  # in a batch, of which the next step admits more
        self.idle = False

    def step(self, now: int) -> int:
        """Takes what rests in the inbox, commits what the workers are done with, and returns when to come again."""
        self.idle = False
        current = self._current()
        self._counting.begin(current, now)
        self._commit(now)  # before the look at the inbox: that may be away, and what was read must not wait for it
        learned = self._learning.packed(now)
        ready = self._inbox.step(now, most=self._flight.room)
        self._passed_over += [(p.file, p.reason) for p in ready.passed_over]
        self._leftovers += ready.leftovers
        self._flight.add([replace(rested.file, rested_at=rested.since) for rested in ready.files], current, learned)
        self._flight.go_on(now)
        self._pass_over(now)
        self._clear_leftovers(now)
        if not self._halfway:
            self._commit(now)
        # last: only where the inbox is there is anything being read
        self._tell_opened(self._counting.look(now, self._oldest))
        self.idle = self._flight.empty and not ready.files and self._inbox.idle
        if self._halfway:
            return now + BREATH
        look = self._counting.next_due() or now + FULL
        if ready.files and self._flight.empty:
            return now
        # of a lane without room a batch that comes back wakes us
        return min(look, self._inbox.next_due(now, [lane for lane, room in self._flight.room.items() if room]))

    def _oldest(self, but: Collection[str] = ()) -> int | None:
        """When the oldest file came to rest that is not in the store yet, but for those paths; None where all are."""
        return min((at for at in (self._flight.oldest(but), self._inbox.oldest) if at is not None), default=None)

    def finish(self, now: int, seconds: float) -> None:
        """Commits what is in flight, for at most so long; what is not done by then is read again after the start."""
        until = time.monotonic() + seconds
        self._flight.go_on(now)  # after trouble of the last turn nothing was handed to anybody
        while not self._flight.empty and (left := until - time.monotonic()) > 0:
            self._flight.wait(left)
            self._commit(now)

    def adopt(self, now: int) -> int:
        """Enters what rests in the inbox without reading it; returns how many files."""
        ready = self._inbox.step(now)
        rows = [(rested.file, "adopted without reading") for rested in ready.files]
        rows += [(p.file, p.reason) for p in ready.passed_over]
        rows += [(marker, MARKER) for marker in self._inbox.spent_markers([file.path for file, _ in rows])]
        record_files(self._store, [(file, FileOutcome.PASSED_OVER, reason) for file, reason in rows], now)
        self._inbox.done(file.path for file, _ in rows)
        return len(ready.files)

    # ── into the store ────────────────────────────────────────────────────────────────────────────

    def _commit(self, now: int) -> None:
        """Admits what the workers are done with; of a batch that opens very much a piece, and the next step goes on."""
        self._halfway = False
        while (landed := self._flight.landed(now)) is not None:
            batch, found = landed
            if not self._admit(batch, found, now):
                self._halfway = True
                return
            self._flight.take_off(batch)
            self._flight.go_on(now)

    def _admit(self, batch: Batch, found: Sequence[Analysed], now: int) -> bool:
        """Admits what of a batch is not in the store yet, or as much of it as one transaction may hold; whether that is
        all. A file is entered with the last of its articles: after a kill between two pieces it is read again, and
        those that are known open nothing."""
        pieces, rest = cut(found, batch.admitted, PIECE)
        handled = [self._handled(batch.current, piece) for piece in pieces]
        ended = [one for one in handled if not one.more]
        done = [one.file.path for one in ended if is_finished(one.outcome, one.file.sha256, one.reason)]
        markers = [Handled(marker, FileOutcome.DONE, MARKER) for marker in self._inbox.spent_markers(done)]
        notices = self._notices(batch, ended, now)
        oldest = functools.partial(self._oldest, {one.file.path for one in handled})
        counting = functools.partial(self._counting.count, current=batch.current, now=now, oldest=oldest)
        tell = [functools.partial(self._operator.put, notice=notice, now=now) for notice in notices]
        alerts = admit(self._store, [*handled, *markers], now, counting, tell) if handled else []
        batch.admitted, batch.notices = rest or batch.admitted, None
        if rest is None:
            # A file that changed while it was read is not in the ledger: the inbox finds it again.
            self._inbox.done(file.path for file in batch.files)
        self._tell_opened(alerts)
        if notices:
            self._opened()
        for one in (*ended, *markers):
            self._log(one)
            self._put_away(one.file, one.outcome, one.reason, now)
        return rest is None

    def _notices(self, batch: Batch, handled: Sequence[Handled], now: int) -> tuple[Notice, ...]:
        """What the operator is to hear of files; the same when they could not be committed and are tried again."""
        if batch.notices is None:
            bad = [one for one in handled if one.outcome is FileOutcome.QUARANTINED]
            told = ((set_aside(one.file, one.reason), one.file.path) for one in bad)
            due = (self._operator.due("file.quarantined", text, now, path) for text, path in told)
            batch.notices = tuple(notice for notice in due if notice is not None)
        return batch.notices

    def _handled(self, current: Current, piece: Piece) -> Handled:
        found = piece.found
        admissions = tuple(Admission(r, tuple(self._drafts(current, r))) for r in found.readings)
        return Handled(found.file, found.outcome, found.reason, admissions, piece.before, piece.more)

    def _pass_over(self, now: int) -> None:
        if not self._passed_over:
            return
        rows = [(file, FileOutcome.PASSED_OVER, reason) for file, reason in self._passed_over]
        record_files(self._store, rows, now)
        self._inbox.done(file.path for file, _, _ in rows)
        for file, _, reason in rows:
            log.info("file.passed_over", file=file.path, why=reason)
        self._passed_over.clear()

    def _tell_opened(self, alerts: Sequence[Alert]) -> None:
        if alerts:
            self._opened()
        for alert in alerts:
            about = {"articles": alert.correlated.count} if alert.correlated else {"article": place(alert.article)}
            log.info("alert.opened", alert=alert.id, rule=alert.rule, alert_level=alert.level, **about)

    def _log(self, one: Handled) -> None:
        log.debug("file.handled", file=one.file.path, outcome=one.outcome, articles=one.articles)
        if one.outcome is FileOutcome.PASSED_OVER:
            log.info("file.passed_over", file=one.file.path, why=one.reason)

    def _put_away(self, file: FileFacts, outcome: FileOutcome, reason: str, now: int, *, again: bool = False) -> None:
        """Moves a file to where it belongs once the ledger has it; one that cannot be moved stays, and is told of when
        it is not tried `again`."""
        settings = self._settings
        if outcome is FileOutcome.QUARANTINED:
            moved = quarantine(settings.inbox, file, reason, settings.quarantine)
        elif settings.after is After.KEEP or not is_finished(outcome, file.sha256, reason):
            return
        elif settings.after is After.ARCHIVE:
            moved = archive(settings.inbox, file, settings.archive_folder)
        else:
            moved = delete(settings.inbox, file)
        if isinstance(moved, Changed):
            return  # another file by now, which will be read
        if isinstance(moved, Kept) and again:
            log.debug("file.stays", file=file.path, why=moved.reason)
        elif isinstance(moved, Kept):
            text = Phrase("{file} stays in the inbox: {why}", file=file.path, why=moved.reason)
            self._operator.tell("file.stays", text, now, about=moved.reason)
        else:
            mark_moved(self._store, file.path)

    def _clear_leftovers(self, now: int) -> None:
        while self._leftovers:
            leftover = self._leftovers[0]
            self._put_away(leftover.file, leftover.outcome, leftover.reason, now, again=True)
            self._leftovers.pop(0)

    def _drafts(self, current: Current, reading: Reading) -> Iterable[Draft]:
        """The alerts that an article opens by itself; a match of a rule with a correlation is only counted."""
        for verdict in reading.verdicts:
            rule = current.by_id[verdict.rule]
            if verdict.match and rule.correlation is None:
                yield self._draft(current, rule, verdict)

    def _draft(self, current: Current, rule: RuleSpec, verdict: Verdict) -> Draft:
        """An alert with a delivery to every channel of its rule, to be planned; none of a rule that only records."""
        recorded = recorded_only(rule.status)
        state = DeliveryState.DROPPED if recorded else DeliveryState.NEW
        decisions = tuple(Decision(name, state, recorded) for name in rule.notify)
        title = rule.title or rule.id
        return Draft(rule.id, title, rule.level, current.digest, verdict, decisions, recorded, rule.on_update)
