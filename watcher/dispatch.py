"""Outbox -> channels: each address on a thread of its own, one message in flight, so that none waits for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from watcher.addresses import Address, address_of, operators
from watcher.channels import Channel
from watcher.channels.base import unconfigured
from watcher.live import Current
from watcher.message import Route
from watcher.model import Level
from watcher.operator import Operator
from watcher.phrase import Phrase, Span
from watcher.planning import Planner
from watcher.policy import retries
from watcher.policy.retries import Pause
from watcher.render import undelivered
from watcher.sending import Turn
from watcher.store import claims, routes, unusable
from watcher.store.engine import Store
from watcher.store.fallback import fall_back
from watcher.store.vitals import Unusable

log = structlog.get_logger(__name__)

HELD_MS = retries.GIVE_UP_MS  # how long what was written for a removed channel waits for it to come back


class Dispatch:
    """Owns which addresses are being sent to, and with them the writing of deliveries and messages.

    `step` belongs to one thread; each `Turn` is its own. `stop` and `send_last` are for any.
    """

    def __init__(
        self,
        store: Store,
        current: Callable[[], Current],
        operator: Operator,
        planner: Planner,
        wake: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._planner = planner
        self._current = current
        self._operator = operator
        self._wake = wake
        self._clock = clock
        self._sending: dict[Route, Turn] = {}
        self._starting = threading.Lock()  # whoever stops it knows every turn
        self._stopping = threading.Event()
        self._channels: object = None

    def start(self, now: int) -> None:
        """Takes back what a daemon before this one was sending when it ended, and notes when that was."""
        if again := claims.reset_leases(self._store, now):
            log.info("messages.interrupted", count=again)
        self._planner.start()

    def stop(self, seconds: float) -> None:
        """Lets each address finish the message in hand, for at most `seconds` in all."""
        self._stopping.set()
        until = time.monotonic() + seconds
        for turn in list(self._sending.values()):
            turn.join(max(0.0, until - time.monotonic()))

    def step(self, now: int) -> int | None:
        """Plans what is new or due and sets every idle address with due messages to work; returns when there is more to
        do."""
        current = self._current()
        if current.channels is not self._channels:
            self._adapt(current, now)
            self._channels = current.channels
        self._finish()
        with self._store.read() as conn:
            held_for = unusable.channels_held(conn)
        for name in held_for:
            if name in current.channels and not current.channels[name].unconfigured:
                self._release(name, now)
        self._give_up_removed(current, now)
        times = [self._planner.step(now)]
        with self._store.read() as conn:
            pauses = routes.load_pauses(conn)
        times += [self._look_after(route, pause, current, now) for route, pause in pauses.items()]
        waiting = self._waiting(current, now)
        for name in {route.channel for route, at in waiting.items() if at <= now}:
            if name not in current.channels or current.channels[name].unconfigured:
                self._hold(name, current, now)
        times += [self._serve(route, at, pauses.get(route), current, now) for route, at in waiting.items()]
        return min((at for at in times if at is not None), default=None)

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent, and nothing is to be planned once all is read."""
        return not self._sending and self._planner.idle

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
            self._readdress(name, channel, now)
            if channel.unconfigured:
                self._hold(name, current, now)
            else:
                self._release(name, now)
        with self._store.read() as conn:
            waiting = {route.channel for route in routes.waiting(conn)}
            gone = waiting.union(unusable.channels_held(conn)).difference(current.channels)
        for name in sorted(gone):  # at once: their messages may be due in a quarter of an hour
            self._hold(name, current, now)

    def _readdress(self, name: str, channel: Channel, now: int) -> None:
        if changed := unusable.readdress(self._store, name, [t.key for t in channel.targets], now):
            log.info("channel.readdressed", channel=name, messages=changed)

    def _release(self, name: str, now: int) -> None:
        if released := unusable.release(self._store, name, now):
            log.info("channel.released", channel=name, deliveries=released)

    def _hold(self, name: str, current: Current, now: int) -> None:
        channel = current.channels.get(name)
        why = unconfigured(channel.unconfigured) if channel and channel.unconfigured else unusable.MISSING
        count = unusable.hold(self._store, name, why, now)
        if name == current.rules.operator:
            log.warning("channel.held", channel=name, why=why, deliveries=count)
        else:
            self._operator.tell("channel.held", Unusable(name, count, why).told(), now, about=name)

    def _give_up_removed(self, current: Current, now: int) -> None:
        for name, count in unusable.give_up_removed(self._store, current.channels, now - HELD_MS, now).items():
            text = Phrase(
                "channel {channel}: {n} delivery is kept as dead: {why}",
                "channel {channel}: {n} deliveries are kept as dead: {why}",
                channel=name,
                n=count,
                why=unusable.REMOVED,
            )
            self._operator.tell("message.dead", text, now, Level.HIGH, about=name)

    def _waiting(self, current: Current, now: int) -> dict[Route, int]:
        """When each route has something to send. What was dead, and is tried again by hand, may be for an address that
        was mended since: it goes to that."""
        with self._store.read() as conn:
            waiting = routes.waiting(conn)
        targets = {name: {target.key for target in channel.targets} for name, channel in current.channels.items()}
        due = [route for route, at in waiting.items() if at <= now and route.channel in targets]
        strayed = {route.channel for route in due if route.target not in targets[route.channel]}
        if not strayed:
            return waiting
        for name in strayed:
            self._readdress(name, current.channels[name], now)
        with self._store.read() as conn:
            return routes.waiting(conn)

    # ── sending ───────────────────────────────────────────────────────────────────────────────────

    def _serve(self, route: Route, at: int, pause: Pause | None, current: Current, now: int) -> int | None:
        """Sets an address to work, or says when it may be sent to."""
        if route in self._sending or (address := address_of(route, current)) is None:
            return None  # it wakes us when its turn ends, and the rules' keeper when they change
        if (at := max(at, pause.until if pause else at)) > now:
            return at
        channels = current.channels
        turn = self._turn(address, pause, self._stopping, lambda: self._current().channels is channels, self._wake)
        with self._starting:
            if not self._stopping.is_set():
                turn.start()
                self._sending[route] = turn
        return None

    def _turn(
        self,
        address: Address,
        pause: Pause | None,
        stopping: threading.Event,
        is_current: Callable[[], bool],
        ended: Callable[[], None],
    ) -> Turn:
        return Turn(address, pause, self._store, self._operator, self._clock, stopping, is_current, ended)

    def send_last(self, seconds: float) -> None:
        """Sends one message to each address of the operator's channel, the gravest, from any thread and even where
        dispatch's has died: the daemon ends. No turn begins after it; an address that is being sent to gets it after
        that, and none where that takes longer than all `seconds`."""
        with self._starting:
            self._stopping.set()
            busy = {route: turn for route, turn in dict(self._sending).items() if turn.is_alive()}
        until = time.monotonic() + seconds
        turns = []
        for address in sorted(operators(self._current()), key=lambda address: address.route in busy):
            before = busy.get(address.route)
            if before is not None:
                before.join(max(0.0, until - time.monotonic()))
            if before is None or not before.is_alive():
                with self._store.read() as conn:
                    pause = routes.load_pauses(conn).get(address.route)
                turns.append(self._turn(address, pause, threading.Event(), lambda: False, lambda: None))
                turns[-1].start()
        for turn in turns:
            turn.join(max(0.0, until - time.monotonic()))

    def _look_after(self, route: Route, pause: Pause, current: Current, now: int) -> int | None:
        """What an address that fails has been waited for long enough: then the fallback is told, or it is given up.
        Returns when to look again."""
        address = address_of(route, current)
        if address is None or not pause.failures:
            return None
        given_up = pause.since + retries.GIVE_UP_MS
        if given_up <= now and (count := routes.give_up(self._store, route, pause.why, now - retries.GIVE_UP_MS, now)):
            text = undelivered(route.channel, count, pause.why)
            log.error("message.dead", channel=route.channel, address=address.number, messages=count, why=pause.why)
            if address.tells_dead and (notice := self._operator.loss(text, route.channel, now)):
                self._operator.keep(notice, now)
        if address.fallback is None:
            return None
        to = address.fallback
        times = {level: retries.falls_back_at(pause.since, to.after, level) for level in (Level.CRITICAL, Level.MEDIUM)}
        why = f"failing for {Span((now - pause.since) // 1000)}: {pause.why}"
        for level, at in times.items():
            only = level if level is Level.CRITICAL else None
            if at <= now and (told := fall_back(self._store, route, to, why, now, only)):
                log.warning("channel.fell_back", channel=route.channel, to=to.channel, messages=told)
        return min((at for at in times.values() if at > now), default=None)
