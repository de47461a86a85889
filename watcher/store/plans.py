"""What dispatch plans by: deliveries that are not decided yet, what is due, and who tells a story already.

Owned by dispatch's thread; every function belongs into the one transaction of a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, exists, func, select, update

from watcher.model import Alert, DeliveryState, WaitsFor
from watcher.policy.decide import INHIBITED
from watcher.store.columns import chunks, filled
from watcher.store.held import BY_TIME
from watcher.store.schema import alerts, deliveries, digests, escalations, groups


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that is to be decided, with its alert; `key` is that of the alert's article."""

    delivery: int
    seq: int
    channel: str
    alert: Alert
    key: str
    story: int | None
    came_at: int


@dataclass(slots=True)
class Changes:
    """What becomes of deliveries, by their numbers; written by one statement."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def put(
        self,
        delivery: int,
        state: DeliveryState,
        reason: str,
        waits_for: WaitsFor | None = None,
        due: int | None = None,
        group: int | None = None,
        mailing: str | None = None,
    ) -> None:
        """What becomes of one delivery, in the place of what was put for it before; `due` is UTC ms."""
        kept = {"state": state.value, "reason": reason, "waits_for": waits_for and waits_for.value, "due": due}
        self.rows[delivery] = {"this": delivery, **kept, "grouped": group, "mailing": mailing}


_NEW = deliveries.c.state == DeliveryState.NEW.value
_CHANGE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("this"))
    .values(
        {
            name: bindparam("grouped" if name == "group" else name)
            for name in ("state", "reason", "waits_for", "due", "group", "mailing", "changed_at")
        }
    )
)
_CASES = select(
    deliveries.c.id,
    deliveries.c.channel,
    alerts.c.seq,
    alerts.c.content,
    alerts.c.key,
    alerts.c.story,
    alerts.c.came_at,
).join_from(deliveries, alerts)


@dataclass(frozen=True, slots=True)
class Due:
    """Whether anything is new, or waits for the end of the backlog, and when what is planned by time is due, of each
    kind the first; None for nothing."""

    new: bool
    backlog: bool
    held: int | None
    group: int | None
    digest: int | None
    escalation: int | None

    @property
    def first(self) -> int | None:
        """When there is something to plan: 0 for at once, None for nothing."""
        times = (0 if self.new else None, self.held, self.group, self.digest, self.escalation)
        return min((at for at in times if at is not None), default=None)


# Made once, and one question: it is asked at every turn of dispatch, and what it costs is to build and to send it (9
# questions took half of the time of planning an alert).
_DUE = select(
    exists().where(_NEW).label("new"),
    exists().where(deliveries.c.waits_for == WaitsFor.BACKLOG.value).label("backlog"),
    *(select(func.min(table.c.due)).scalar_subquery() for table in (groups, digests, escalations)),
    *(
        select(func.min(deliveries.c.due)).where(deliveries.c.waits_for == kind.value).scalar_subquery()
        for kind in BY_TIME
    ),
)


def find_due(conn: Connection) -> Due:
    """What there is to plan, and when."""
    new, waits, group, digest, escalation, *held = conn.execute(_DUE).one()
    first = min((at for at in held if at is not None), default=None)
    return Due(bool(new), bool(waits), first, group, digest, escalation)


_UNDECIDED = _CASES.where(_NEW).order_by(deliveries.c.id).limit(bindparam("most", type_=BigInteger))


def undecided(conn: Connection, limit: int) -> list[Waiting]:
    """The first deliveries that nothing has been decided of."""
    return _cases(conn.execute(_UNDECIDED, {"most": limit}).all())


def waiting_in(conn: Connection, group: int) -> list[Waiting]:
    """What a group has that it has not told."""
    mine = deliveries.c.group == group
    return _cases(conn.execute(_CASES.where(mine, _of(WaitsFor.GROUP)).order_by(deliveries.c.id)).all())


def _cases(rows: Iterable[Any]) -> list[Waiting]:
    return [
        Waiting(row.id, row.seq, row.channel, Alert.from_json(row.content), row.key, row.story, row.came_at)
        for row in rows
    ]


def _of(kind: WaitsFor) -> Any:
    return deliveries.c.waits_for == kind.value


def write(conn: Connection, changes: Changes, now: int) -> None:
    """Writes what becomes of deliveries."""
    if changes.rows:
        conn.execute(_CHANGE, [{**row, "changed_at": now} for row in changes.rows.values()])
        changes.rows.clear()


def contents(conn: Connection, seqs: Iterable[int]) -> dict[int, Alert]:
    """Alerts by their numbers."""
    found = {}
    for some in chunks(seqs):
        for row in conn.execute(select(alerts.c.seq, alerts.c.content).where(alerts.c.seq.in_(filled(some)))):
            found[row.seq] = Alert.from_json(row.content)
    return found


# ── who inhibits ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Telling:
    """An alert that may inhibit others of its story at a channel; `decided` where it is known that it is told."""

    rule: str
    alert: Alert
    decided: bool


def tellers(conn: Connection, stories: Iterable[int], rules: Collection[str]) -> dict[tuple[int, str], list[Telling]]:
    """What alerts of the rules tell of the stories, by story and channel. One that was dropped tells nothing, unless it
    was for another that tells the story there."""
    found: dict[tuple[int, str], list[Telling]] = {}
    wanted = select(alerts.c.story, alerts.c.rule, alerts.c.content, deliveries.c.channel, deliveries.c.state)
    wanted = wanted.join_from(alerts, deliveries)
    wanted = wanted.where(
        (deliveries.c.state != DeliveryState.DROPPED.value) | deliveries.c.reason.startswith(INHIBITED)
    )
    for some in chunks(stories):
        for row in conn.execute(wanted.where(alerts.c.story.in_(filled(some)), alerts.c.rule.in_(filled(rules)))):
            decided = row.state != DeliveryState.NEW
            telling = Telling(row.rule, Alert.from_json(row.content), decided)
            found.setdefault((row.story, row.channel), []).append(telling)
    return found
