"""When planning has something to do, and what new rules change of what is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from watcher.live import Current
from watcher.planning.plan import Plan
from watcher.policy.decide import Late
from watcher.policy.grouping import CLOSES_AFTER
from watcher.store import digests, groups, held, plans
from watcher.store.engine import Store
from watcher.store.redate import redate
from watcher.store.status import last_beat

log = structlog.get_logger(__name__)

MOST_TURNS = 5  # transactions of a step: each takes up to 0.5 s, and what is planned is not sent before it ends
BACKLOG_LOOK = 1_000  # ms between two looks at whether the backlog is read
SET_BACK = 60_000  # ms: a smaller step of the clock delays nothing that matters
COPIES_AGAIN = 5_000  # ms: a copy is committed a little after the time that it bears


class Planner:
    """Owns what is decided of alerts; all calls in dispatch's thread."""

    def __init__(
        self,
        store: Store,
        current: Callable[[], Current],
        late: Late,
        reading: Callable[[], bool],
        *,
        once: bool = False,
    ) -> None:
        """`reading` says whether the inbox holds what is not read yet. With `once` nothing more comes after it: no
        group waits for more of it."""
        self._store = store
        self._current = current
        self._late = late
        self._reading = reading
        self._once = once
        self._known: Current | None = None
        self._copies_since: int | None = None
        self._more = True
        self._inhibitors: Mapping[str, frozenset[str]] = {}
        self._stepped_at = 0

    def start(self) -> None:
        """Takes the last sign of life of the daemon before for the last step: the clock may have been set back while
        none ran. Raises Trouble."""
        with self._store.read() as conn:
            beat = last_beat(conn)
        self._stepped_at = beat.at if beat else 0

    def step(self, now: int) -> int | None:
        """Plans what is to be planned by `now`; returns when to come again, `now` if there is more, None if nothing
        waits. Raises Trouble: then a transaction was not written, and is made again by the next call."""
        current = self._current()
        if now < self._stepped_at - SET_BACK:
            self._bring_forward(self._stepped_at - now, now)
        self._stepped_at = now
        if current is not self._known:
            self._adapt(current, now)
            self._known = current
        self._look_for_copies(now)
        due = self._plan_all(current, now)
        self._more = due is not None and due <= now
        return due

    def _bring_forward(self, by: int, now: int) -> None:
        """The clock was set back by so many ms: nothing waits until it is where it was."""
        log.warning("clock.set_back", seconds=by // 1000)
        with self._store.write() as conn:
            redate(conn, by, now)
        self._known = None

    def _look_for_copies(self, now: int) -> None:
        """An article that another outlet brings too opens no alert, and may be news of a group all the same."""
        with self._store.read() as conn:
            since = self._copies_since if self._copies_since is not None else now - CLOSES_AFTER
            again = groups.copied(conn, since)
        if again:
            with self._store.write() as conn:
                groups.look_again(conn, again, now)
        self._copies_since = now - COPIES_AGAIN

    @property
    def idle(self) -> bool:
        """Whether nothing waits that the end of reading releases."""
        with self._store.read() as conn:
            due = plans.find_due(conn)
            if self._more or due.new or due.backlog:
                return False
            return not (self._once and groups.due(conn, 0, 1, untold=True))

    def _plan_all(self, current: Current, now: int) -> int | None:
        for _ in range(MOST_TURNS):
            read = not self._reading()
            with self._store.read() as conn:
                due = plans.find_due(conn)
                hurried = self._once and read and bool(groups.due(conn, now, 1, untold=True))
            first = due.first
            if not hurried and not (due.backlog and read) and (first is None or first > now):
                return first if not due.backlog else min(now + BACKLOG_LOOK, first or now + BACKLOG_LOOK)
            with self._store.write() as conn:
                plan = Plan(conn, current, self._inhibitors, self._late, now)
                plan.make(due, read=read, hurried=hurried)
        return now

    def _adapt(self, current: Current, now: int) -> None:
        """New rules: who inhibits whom, when digests are due, and until when that waits which is held."""
        found: dict[str, set[str]] = {}
        for rule in current.rules.rules:
            for other in rule.inhibits:
                found.setdefault(other, set()).add(rule.id)
        self._inhibitors = {rule: frozenset(others) for rule, others in found.items()}
        channels = current.rules.channels.values()
        wanted = {
            c.name: (f"{c.digest.cron.text} {c.timezone}", c.digest.cron.following(now, c.timezone))
            for c in channels
            if c.digest
        }
        with self._store.write() as conn:
            digests.schedule(conn, wanted, now)
            plan = Plan(conn, current, self._inhibitors, self._late, now)
            for name in held.channels(conn):
                plan.wait_anew(name)
