"""One address's turn at sending: message after message is claimed, sent and settled, until none may go."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from traceback import extract_tb

import structlog
from sqlalchemy import Connection

from watcher.addresses import Address
from watcher.channels import Channel
from watcher.errors import Trouble
from watcher.message import Bulletin, Failed, Retry, SendOutcome, Sent
from watcher.model import Alert
from watcher.operator import Operator
from watcher.phrase import Phrase, Span
from watcher.policy import retries
from watcher.policy.retries import Pause
from watcher.render import lost
from watcher.store import claims
from watcher.store.claims import Claimed
from watcher.store.engine import Store
from watcher.store.fallback import fall_back_one
from watcher.store.recovered import fold
from watcher.store.routes import put_pause, recent_tries

log = structlog.get_logger(__name__)

LEASE_MS = 120_000
SETTLE_AGAIN = 1.0  # seconds
_A_TURN = 200  # messages that an address is sent before it lets go, so that a stop or new rules reach it


class Turn(threading.Thread):
    """One address's turn, which ends early where the daemon is `stopping` or its rules are not `is_current` any more. A
    daemon thread: a service that hangs does not hold up the process's end, and what it was
    sending is sent again after the next start.

    `failure` is what ended it, `over` that it has ended.
    """

    def __init__(
        self,
        address: Address,
        pause: Pause | None,
        store: Store,
        operator: Operator,
        clock: Callable[[], int],
        stopping: threading.Event,
        is_current: Callable[[], bool],
        ended: Callable[[], None],
    ) -> None:
        super().__init__(name=f"channel-{address.route.channel}-{address.number}", daemon=True)
        self._at = address
        self._pause = pause
        self._store = store
        self._operator = operator
        self._clock = clock
        self._stopping = stopping
        self._is_current = is_current
        self._ended = ended
        self._tried: deque[int] = deque(maxlen=address.rate.count if address.rate else 0)
        self._left = _A_TURN
        self.failure: BaseException | None = None
        self.over = False

    def run(self) -> None:
        try:
            self.serve()
        except BaseException as failure:  # noqa: BLE001 - handed to the dispatch thread, which raises it
            self.failure = failure
        finally:
            self.over = True
            self._ended()

    def serve(self) -> None:
        """Sends what is due. Raises Trouble where the store is in it and the daemon is told to stop."""
        claimed = self._first(self._clock())
        while claimed is not None:
            self._left -= 1
            claimed.progress.keep = partial(self._note, claimed)
            outcome = _send(self._at.channel, claimed, self._clock())
            claimed = self._settle(claimed, outcome)

    def _first(self, now: int) -> Claimed | None:
        if self._stopping.is_set():
            return None
        if rate := self._at.rate:
            with self._store.read() as conn:
                self._tried.extend(recent_tries(conn, self._at.route, now - 1000 * rate.seconds, now, rate.count))
        before, self._pause = self._pause, self._at_its_rate(self._pause, now)
        if self._waits(now):
            with self._store.write(durable=False) as conn:
                self._keep(conn, before)
            return None
        return claims.claim(self._store, self._at.route, now, LEASE_MS, self._at.quiet)

    def _settle(self, claimed: Claimed, outcome: SendOutcome) -> Claimed | None:
        """Writes what became of a message and what that means for the address, and claims the next message where
        another may go."""
        now, message = self._clock(), claimed.message
        before = self._pause
        retry_at = None
        if isinstance(outcome, Retry):
            self._pause = pause = retries.after_failure(before, now, self._at.route.target, outcome.why, outcome.after)
            first, tries = claimed.first_try, claimed.tries
            retry_at = retries.next_try(first, now, tries, message.id, outcome.after, pause.until)
        else:
            self._pause = None  # whatever it answered, it answers
        self._tried.append(now)
        self._pause = self._at_its_rate(self._pause, now)
        dead = not isinstance(outcome, Sent) and retry_at is None
        also = self._also(claimed, outcome, before, now, dead=dead)
        following = self._write(claimed, outcome, now, retry_at, also)
        self._say(claimed, outcome, now, retry_at)
        return following

    def _also(
        self, claimed: Claimed, outcome: SendOutcome, before: Pause | None, now: int, *, dead: bool
    ) -> claims.Also:
        """What is written with the outcome of a message."""
        why = Phrase("") if isinstance(outcome, Sent) else outcome.why
        after = self._at.fallback.after if self._at.fallback else 0
        # It alone may fail, at an address that takes others.
        late = bool(why) and retries.falls_back_at(claimed.first_try, after, claimed.message.content.level) <= now
        notice = None
        if dead and self._at.tells_dead:
            notice = self._operator.loss(
                lost(claimed.route.channel, claimed.message.content, why), claimed.route.channel, now
            )

        def also(conn: Connection) -> None:
            self._keep(conn, before)
            if (dead or late) and self._at.fallback is not None:
                fall_back_one(conn, claimed.seq, self._at.fallback, why, now)
            if notice is not None:
                self._operator.put(conn, notice, now)
            if isinstance(outcome, Sent) and before is not None and before.failures:
                fold(conn, claimed.route, now - retries.STALE_MS, now)

        return also

    def _write(
        self, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, also: claims.Also
    ) -> Claimed | None:
        """Settles, however long the store is in trouble: a message that was sent must not be sent again."""
        while True:
            try:
                if self._waits(now) or not self._left or self._stopping.is_set() or not self._is_current():
                    claims.settle(self._store, claimed, outcome, now, retry_at, also)
                    return None
                quiet = self._at.quiet
                return claims.settle_and_claim(self._store, claimed, outcome, now, retry_at, also, LEASE_MS, quiet)
            except Trouble as trouble:
                log.warning("message.unsettled", message=claimed.message.id, why=str(trouble))
                if self._stopping.wait(SETTLE_AGAIN):
                    raise

    def _note(self, claimed: Claimed) -> None:
        """Writes what of a message was taken, however long the store is in trouble: the rest is not sent before. Raises
        Trouble where the store is in it and the daemon is told to stop."""
        while True:
            try:
                return claims.note(self._store, claimed)
            except Trouble as trouble:
                log.warning("message.unsettled", message=claimed.message.id, why=str(trouble))
                if self._stopping.wait(SETTLE_AGAIN):
                    raise

    def _at_its_rate(self, pause: Pause | None, now: int) -> Pause | None:
        """The pause where the address has got as many messages as it takes; the same one where it takes another."""
        rate = self._at.rate
        if rate is None or (until := retries.free_at(self._tried, rate.count, 1000 * rate.seconds, now)) <= now:
            return pause
        if pause is not None and pause.failures:
            return replace(pause, until=max(until, pause.until))
        most = Phrase("at most {count} in {span}", count=rate.count, span=Span(rate.seconds))
        return Pause(0, now, until, most)

    def _waits(self, now: int) -> bool:
        return self._pause is not None and self._pause.until > now

    def _keep(self, conn: Connection, before: Pause | None) -> None:
        if self._pause != before:
            put_pause(conn, self._at.route, self._at.number, self._pause)

    def _say(self, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None) -> None:
        content = claimed.message.content
        about: dict[str, object] = {"channel": claimed.route.channel, "address": self._at.number}
        about |= {"message": claimed.message.id, "tries": claimed.tries}
        if isinstance(content, Alert | Bulletin):
            alert = content if isinstance(content, Alert) else content.lead
            about |= {"alert": alert.id, "rule": alert.rule}
        match outcome:
            case Sent():
                log.info("message.sent", **about)
            case Retry(why=why) if retry_at is not None:
                log.warning("message.retried", **about, why=why, seconds=round((retry_at - now) / 1000))
            case Retry(why=why) | Failed(why=why):
                log.error("message.dead", **about, why=why)


def _send(channel: Channel, claimed: Claimed, now: int) -> SendOutcome:
    try:
        return channel.send(claimed.route.target, claimed.message, now, claimed.progress)
    # What one message makes a renderer or a plugin stumble over must not stop the others.
    except Exception as bug:  # noqa: BLE001
        # Its text and its locals may hold the address: only where it happened is told.
        frames = [
            f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in extract_tb(bug.__traceback__)
        ]
        where = " < ".join(reversed(frames[-4:]))
        log.error("channel.failed", channel=claimed.route.channel, message=claimed.message.id, where=where)  # noqa: TRY400
        return Failed(Phrase("it cannot be sent: {error}", error=type(bug).__name__))
