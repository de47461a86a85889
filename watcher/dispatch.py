"""Outbox -> channels: each channel on a thread of its own, one message in flight, so that none waits for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from watcher import policy
from watcher.channels import Channel
from watcher.errors import Trouble
from watcher.live import Current
from watcher.message import Bulletin, Failed, Retry, SendOutcome, Sent
from watcher.model import Alert, Level
from watcher.operator import Operator
from watcher.store import held, outbox
from watcher.store.engine import Store
from watcher.store.outbox import Claimed

log = structlog.get_logger(__name__)

LEASE_MS = 120_000
SETTLE_AGAIN = 1.0  # seconds
_A_TURN = 200  # messages that a channel sends before it lets go, so that a stop or new rules reach it


class _Turn(threading.Thread):
    """One channel's turn at sending. A daemon thread: a service that hangs does not hold up the process's end, and
    what it was sending is sent again after the next start."""

    def __init__(self, channel: str, serve: Callable[[str], None], ended: Callable[[], None]) -> None:
        super().__init__(name=f"channel-{channel}", daemon=True)
        self._channel = channel
        self._serve = serve
        self._ended = ended
        self.failure: BaseException | None = None
        self.over = False

    def run(self) -> None:
        try:
            self._serve(self._channel)
        except BaseException as failure:  # noqa: BLE001 - handed to the dispatch thread, which raises it
            self.failure = failure
        finally:
            self.over = True
            self._ended()


class Dispatch:
    """Owns which channels are sending, and with them the writing of deliveries and messages.

    `step` belongs to one thread; `_serve` runs on the channels' own.
    """

    def __init__(
        self,
        store: Store,
        current: Callable[[], Current],
        operator: Operator,
        wake: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._current = current
        self._operator = operator
        self._wake = wake
        self._clock = clock
        self._sending: dict[str, _Turn] = {}
        self._stopping = threading.Event()
        self._channels: object = None

    def start(self, now: int) -> None:
        """Takes back what a daemon before this one was sending when it ended."""
        if again := outbox.reset_leases(self._store, now):
            log.info("messages.interrupted", count=again)

    def stop(self, seconds: float) -> None:
        """Lets each channel finish the message in hand, for at most `seconds` in all."""
        self._stopping.set()
        until = time.monotonic() + seconds
        for turn in list(self._sending.values()):
            turn.join(max(0.0, until - time.monotonic()))

    def step(self, now: int) -> int | None:
        """Sets every idle channel with due messages to work; returns when the next message is due."""
        current = self._current()
        if current.channels is not self._channels:
            self._adapt(current, now)
            self._channels = current.channels
        self._finish()
        with self._store.read() as conn:
            due, waiting = outbox.due_channels(conn, now), held.channels_held(conn)
        for name in waiting:
            if name in current.channels and not current.channels[name].unconfigured:
                self._release(name, current, now)
                due.append(name)
        for name in due:
            if name in self._sending:
                continue
            if name in current.channels and not current.channels[name].unconfigured:
                self._sending[name] = _Turn(name, self._serve, self._wake)
                self._sending[name].start()
            else:
                self._hold(name, current, now)
        with self._store.read() as conn:
            return outbox.next_due(conn, but=self._sending)

    @property
    def idle(self) -> bool:
        """Whether no channel is sending."""
        return not self._sending

    def _finish(self) -> None:
        for name, turn in list(self._sending.items()):
            if turn.over:
                del self._sending[name]
                if turn.failure is not None:  # trouble of the store, or a bug
                    raise turn.failure

    # ── channels come and go ──────────────────────────────────────────────────────────────────────

    def _adapt(self, current: Current, now: int) -> None:
        """New rules: what waited for an address that was mended goes there; who cannot be used any more waits."""
        for name, channel in current.channels.items():
            if changed := held.readdress(self._store, name, [t.key for t in channel.targets], now):
                log.info("channel.readdressed", channel=name, messages=changed)
            if channel.unconfigured:
                self._hold(name, current, now)
            else:
                self._release(name, current, now)

    def _release(self, name: str, current: Current, now: int) -> None:
        targets = tuple(target.key for target in current.channels[name].targets)
        if released := held.release(self._store, name, targets, now):
            log.info("channel.released", channel=name, deliveries=released)

    def _hold(self, name: str, current: Current, now: int) -> None:
        channel = current.channels.get(name)
        why = f"unconfigured: {channel.unconfigured}" if channel else "the rules have no channel of this name"
        count = held.hold(self._store, name, why, now)
        text = f"channel {name} cannot be used, {count} deliveries held: {why}"
        if name == current.rules.operator:
            log.warning("channel.held", channel=name, why=why, deliveries=count)
        else:
            self._operator.tell("channel.held", text, now, about=name)

    # ── sending ───────────────────────────────────────────────────────────────────────────────────

    def _serve(self, name: str) -> None:
        claimed = None if self._stopping.is_set() else outbox.claim(self._store, name, self._clock(), LEASE_MS)
        left = _A_TURN
        while claimed is not None:
            left -= 1
            channel = self._current().channels.get(name)
            if channel is None:
                outcome: SendOutcome = Retry("the rules have no channel of this name any more")
            else:
                outcome = _send(channel, claimed, self._clock())
            claimed = self._settle(claimed, outcome, last=not left)

    def _settle(self, claimed: Claimed, outcome: SendOutcome, *, last: bool) -> Claimed | None:
        """Writes what became of a message, and claims the channel's next one unless this was the turn's `last`."""
        now, message = self._clock(), claimed.message
        retry_at = None
        if isinstance(outcome, Retry):
            retry_at = policy.next_try(claimed.created_at, now, claimed.tries, message.id, outcome.after)
        following = self._write(claimed, outcome, now, retry_at, last=last)
        about = {"channel": claimed.channel, "message": message.id, "tries": claimed.tries}
        if isinstance(content := message.content, Alert | Bulletin):
            alert = content if isinstance(content, Alert) else content.lead
            about |= {"alert": alert.id, "rule": alert.rule, "article": alert.article.get("path")}
        match outcome:
            case Sent():
                log.info("message.sent", **about)
            case Retry(why=why) if retry_at is not None:
                log.warning("message.retried", **about, why=why, seconds=round((retry_at - now) / 1000))
            case Retry(why=why) | Failed(why=why):
                self._dead(claimed, why, now, about)
        return following

    def _write(
        self, claimed: Claimed, outcome: SendOutcome, now: int, retry_at: int | None, *, last: bool
    ) -> Claimed | None:
        """Settles, however long the store is in trouble: a message that was sent must not be sent again."""
        while True:
            try:
                if last or self._stopping.is_set():
                    outbox.settle(self._store, claimed, outcome, now, retry_at)
                    return None
                return outbox.settle_and_claim(self._store, claimed, outcome, now, retry_at, LEASE_MS)
            except Trouble as trouble:
                log.warning("message.unsettled", message=claimed.message.id, why=str(trouble))
                if self._stopping.wait(SETTLE_AGAIN):
                    raise

    def _dead(self, claimed: Claimed, why: str, now: int, about: dict[str, object]) -> None:
        log.error("message.dead", **about, why=why)
        if claimed.channel != self._current().rules.operator:
            text = f"channel {claimed.channel}: a message could not be delivered and is kept as dead: {why}"
            self._operator.tell("message.dead", text, now, Level.HIGH, about=claimed.channel)


def _send(channel: Channel, claimed: Claimed, now: int) -> SendOutcome:
    try:
        return channel.send(claimed.target, claimed.message, now)
    except Exception as bug:  # what one message makes a renderer or a plugin stumble over must not stop the others
        log.exception("channel.failed", channel=claimed.channel, message=claimed.message.id)
        return Failed(f"it cannot be sent: {type(bug).__name__}")
