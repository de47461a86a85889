"""What dispatch plans by: deliveries that are not decided yet, that wait, and the pace of each rule.

Owned by dispatch's thread; every function belongs into the one transaction of a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, exists, func, insert, select, update

from watcher.model import Alert, DeliveryState, WaitsFor
from watcher.phrase import Phrase
from watcher.policy.decide import INHIBITED
from watcher.store.columns import chunks
from watcher.store.schema import alerts, deliveries, digests, escalations, groups, noisy, tellings

HELD_BY_TIME = (WaitsFor.MUTE, WaitsFor.DIGEST, WaitsFor.BACKLOG)


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
        for kind in HELD_BY_TIME
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
        for row in conn.execute(wanted.where(alerts.c.story.in_(some), alerts.c.rule.in_(list(rules)))):
            decided = row.state != DeliveryState.NEW
            telling = Telling(row.rule, Alert.from_json(row.content), decided)
            found.setdefault((row.story, row.channel), []).append(telling)
    return found


# ── the pace of rules ────────────────────────────────────────────────────────────────────────────


_OF_RULE = (tellings.c.rule == bindparam("rule")) & (tellings.c.channel == bindparam("channel"))
_FORGET = delete(tellings).where(_OF_RULE, tellings.c.at <= bindparam("since", type_=BigInteger))
_COUNT = select(func.count()).select_from(tellings).where(_OF_RULE)
_BEGUN = insert(tellings)


def told_since(conn: Connection, rule: str, channel: str, since: int) -> int:
    """How often a rule began to tell a channel something since then; what is older is forgotten."""
    mine = {"rule": rule, "channel": channel}
    conn.execute(_FORGET, {**mine, "since": since})
    return conn.execute(_COUNT, mine).scalar_one()


def add_tellings(conn: Connection, rows: Sequence[tuple[str, str]], now: int) -> None:
    if rows:
        conn.execute(_BEGUN, [{"rule": rule, "channel": channel, "at": now} for rule, channel in rows])


def note_noisy(conn: Connection, rule: str, channel: str, since: int, now: int) -> bool:
    """Notes that a channel is told that a rule is noisy; False, and nothing, where it was told since then."""
    mine = (noisy.c.rule == rule) & (noisy.c.channel == channel)
    if conn.execute(select(noisy.c.told_at).where(mine, noisy.c.told_at > since)).first():
        return False
    conn.execute(delete(noisy).where(mine))
    conn.execute(insert(noisy).values(rule=rule, channel=channel, told_at=now))
    return True


def latest(conn: Connection, rule: str, limit: int) -> list[Alert]:
    """The newest alerts of a rule."""
    newest = select(alerts.c.content).where(alerts.c.rule == rule).order_by(alerts.c.seq.desc()).limit(limit)
    return [Alert.from_json(content) for content in conn.execute(newest).scalars()]


# ── what waits for a time ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that waits for a time, without the whole of its alert."""

    delivery: int
    seq: int
    rule: str
    level: str
    waits_for: WaitsFor
    due: int
    reason: Phrase


def held_channels(conn: Connection, now: int, *, backlog: bool) -> list[str]:
    """The channels at which something is due; with `backlog` also all that waits for its end."""
    found = set[str]()
    for kind in HELD_BY_TIME:
        due = [] if backlog and kind is WaitsFor.BACKLOG else [deliveries.c.due <= now]
        found |= set(conn.execute(select(deliveries.c.channel).where(_of(kind), *due).distinct()).scalars())
    return sorted(found)


def held_at(conn: Connection, channel: str, until: int | None = None) -> list[Held]:
    """What waits for a time at a channel, the oldest first; `until` a time, or all. What waits for the end of the
    backlog is always among it."""
    of, told = deliveries.c, alerts.c
    wanted = select(of.id, told.seq, told.rule, told.level, of.waits_for, of.due, of.reason)
    wanted = wanted.join_from(deliveries, alerts)
    wanted = wanted.where(of.channel == channel, of.waits_for.in_([kind.value for kind in HELD_BY_TIME]))
    if until is not None:
        wanted = wanted.where((of.due <= until) | (of.waits_for == WaitsFor.BACKLOG.value))
    return [
        Held(row.id, row.seq, row.rule, row.level, WaitsFor(row.waits_for), row.due, row.reason)
        for row in conn.execute(wanted.order_by(of.id))
    ]


def all_held_channels(conn: Connection) -> list[str]:
    """The channels at which something waits for a time."""
    kinds = [kind.value for kind in HELD_BY_TIME]
    return sorted(
        conn.execute(select(deliveries.c.channel).where(deliveries.c.waits_for.in_(kinds)).distinct()).scalars()
    )


def postpone(conn: Connection, due: Iterable[tuple[int, int, Phrase]]) -> None:
    """Sets until when deliveries wait: number, time, and the reason that tells it."""
    rows = [{"this": delivery, "at": at, "why": reason} for delivery, at, reason in due]
    if rows:
        waits: dict[str, Any] = {"due": bindparam("at"), "reason": bindparam("why")}
        conn.execute(update(deliveries).where(deliveries.c.id == bindparam("this")).values(waits), rows)


def contents(conn: Connection, seqs: Iterable[int]) -> dict[int, Alert]:
    """Alerts by their numbers."""
    found = {}
    for some in chunks(seqs):
        for row in conn.execute(select(alerts.c.seq, alerts.c.content).where(alerts.c.seq.in_(some))):
            found[row.seq] = Alert.from_json(row.content)
    return found
