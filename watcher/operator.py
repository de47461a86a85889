"""Tells the operator about Watcher's own troubles: in the log, and at the channel `defaults.operator`."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from watcher.errors import Trouble
from watcher.live import Current
from watcher.message import Notice
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.store.engine import Store
from watcher.store.outbox import put_notice

log = structlog.get_logger(__name__)

MOST_UNPOSTED = 100
QUIET_MS = 15 * 60 * 1000  # the same trouble is told once in this time
LOSS = "message.dead"  # each is another one, and none is passed over
MOST_ALIKE = 10  # of one event, about different things, in this time; what comes on top is summed up


@dataclass(frozen=True, slots=True)
class _Summed:
    """What was not told of an event since a time (UTC ms): how many, and the last of them."""

    since: int
    count: int
    last: Notice


class Operator:
    """Owns what was told when, so that a trouble that lasts is told once in a while, and the notices that the store
    could not take yet; any thread may tell."""

    def __init__(
        self, store: Store, current: Callable[[], Current], told: Callable[[], None], *, on_terminal: bool = False
    ) -> None:
        """`on_terminal`: log and console stand on one, so that what the console tells need not be logged there."""
        self._on_terminal = on_terminal
        self._store = store
        self._current = current
        self._told = told
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], int] = {}
        self._summed: dict[str, _Summed] = {}
        self._unposted: deque[Notice] = deque(maxlen=MOST_UNPOSTED)

    def tell(
        self, event: str, text: Phrase, now: int, level: Level = Level.MEDIUM, about: str = "", *, always: bool = False
    ) -> None:
        """Logs an event, and posts it unless the same was told of `about` shortly before; an answer to what the
        operator did is told `always`. What the console tells on the log's own terminal is not logged as well, unless
        the store cannot take it: the console has it only once it can."""
        notice = self._due(told := Notice(event, text, level), about, now, always=always)
        once = notice is not None and self._once()
        if not once:
            _log(told, about)
        if notice is not None and not self.keep(notice, now) and once:
            _log(told, about)

    def keep(self, notice: Notice, now: int) -> bool:
        """Posts what is due, or has it posted later where the store cannot take it yet: then it is False."""
        with self._lock:
            self._unposted.append(notice)
        return self.post(now)

    def due(self, event: str, text: Phrase, now: int, about: str) -> Notice | None:
        """Logs an event as `tell` does, and returns what is to be told by `put`, None where that was just told."""
        notice = self._due(told := Notice(event, text), about, now)
        if notice is None or not self._once():
            _log(told, about)
        return notice

    def _once(self) -> bool:
        """Whether what is told stands where the log does."""
        rules = self._current().rules
        return self._on_terminal and rules.operator is not None and rules.channels[rules.operator].console

    def loss(self, text: Phrase, channel: str, now: int) -> Notice | None:
        """What is to be told by `put` of a message that is given up, which its sender logs; those that follow it at the
        channel are told in sum."""
        return self._due(Notice(LOSS, text, Level.HIGH), channel, now)

    def _due(self, notice: Notice, about: str, now: int, *, always: bool = False) -> Notice | None:
        event, key = notice.event, (notice.event, about or notice.text)
        with self._lock:
            self._last = {k: at for k, at in self._last.items() if 0 <= now - at < QUIET_MS}
            known = key in self._last
            if not always and known and event != LOSS:
                return None
            if not always and (known or sum(told == event for told, _ in self._last) >= MOST_ALIKE):
                before = self._summed.get(event, _Summed(now, 0, notice))
                self._summed[event] = _Summed(before.since, before.count + 1, notice)
                return None
            self._last[key] = now
        return notice

    def put(self, conn: Connection, notice: Notice, now: int) -> None:
        """Writes a notice in the transaction that makes it true: a kill leaves both or neither."""
        current = self._current()
        if (name := current.rules.operator) is not None:
            put_notice(conn, name, [target.key for target in current.channels[name].targets], notice, now)

    def post(self, now: int, *, rest: bool = False) -> bool:
        """Puts what is to be told into the outbox, with the sums that are due, or the `rest` of them; while the store
        is in trouble it waits for the next call, and this is False."""
        if not self._unposted and not self._summed:  # the heartbeat asks every few seconds
            return True
        with self._lock:
            for event, found in list(self._summed.items()):
                if rest or not 0 <= now - found.since < QUIET_MS:
                    text = Phrase(
                        "{n} more like those told before: {last}",
                        "{n} more like those told before, the last: {last}",
                        n=found.count,
                        last=found.last.text,
                    )
                    self._unposted.append(Notice(event, text, found.last.level))
                    del self._summed[event]
            if not self._unposted:
                return True
            while self._unposted:
                try:
                    with self._store.write() as conn:
                        self.put(conn, self._unposted[0], now)
                except Trouble as trouble:
                    log.warning("operator.waits", why=str(trouble))
                    return False
                self._unposted.popleft()
        self._told()
        return True


def _log(notice: Notice, about: str) -> None:
    logged = log.info if notice.level.rank < Level.MEDIUM.rank else log.warning
    logged(notice.event, **({"about": about} if about else {}), text=str(notice.text))
