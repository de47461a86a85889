"""One transaction of planning: what each delivery becomes, and the messages to send."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from watcher.live import Current
from watcher.planning.escalating import Escalations
from watcher.planning.fresh import Decisions
from watcher.planning.grouped import Groups
from watcher.planning.held import Digests
from watcher.planning.work import Work
from watcher.policy.decide import Late
from watcher.store import escalations, groups, held, plans
from watcher.store.plans import Due

BATCH = 200  # deliveries decided, and groups told, in one transaction


class Plan:
    """The steps of planning in their order, within one transaction."""

    def __init__(
        self, conn: Connection, current: Current, inhibitors: Mapping[str, frozenset[str]], late: Late, now: int
    ) -> None:
        self._work = Work(conn, current, now)
        self._decisions = Decisions(self._work, inhibitors, late)
        self._groups = Groups(self._work, self._decisions)
        self._digests = Digests(self._work)
        self._escalations = Escalations(self._work)

    def make(self, due: Due, *, read: bool, hurried: bool) -> None:
        """Everything that is due, and what that makes due."""
        if due.new:
            self._decisions.decide_new(plans.undecided(self._work.conn, BATCH))
            self._work.write()
        if due.backlog or self._is_due(due.held):
            for name in held.channels_due(self._work.conn, self._work.now, backlog=read):
                self._digests.tell_held(name, backlog=read)
            self._work.write()
        if self._is_due(due.digest):
            self._digests.send_scheduled()
        for group in groups.due(self._work.conn, self._work.now, BATCH, untold=hurried):
            self._groups.look_at(group)
        self._work.write()
        if self._is_due(due.escalation):
            for chain in escalations.due(self._work.conn, self._work.now):
                self._escalations.escalate(chain)
            self._work.write()

    def _is_due(self, at: int | None) -> bool:
        return at is not None and at <= self._work.now

    def wait_anew(self, name: str) -> None:
        """Rules changed: what is held at a channel waits as they say now."""
        self._digests.wait_anew(name)
