"""The alerts as commands and pages show them: the newest first, with what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from watcher.model import Alert, DeliveryState
from watcher.store.columns import AnyRow, row_of_id
from watcher.store.escalations import Chain, acknowledgement
from watcher.store.outbox import MessageState
from watcher.store.schema import (
    acks,
    alerts,
    articles,
    attempts,
    deliveries,
    escalations,
    groups,
    kept_out,
    messages,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One alert in a list: `deliveries` is (channel, state); `recorded_only` says why nobody was told, or is "";
    `acked_at` is when it was acknowledged."""

    seq: int
    alert: Alert
    recorded_only: str
    deliveries: tuple[tuple[str, DeliveryState], ...]
    acked_at: int | None = None


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A rule that only a `none`, `languages` or `max_age` kept from matching an article."""

    rule: str
    at: int
    article: Mapping[str, Any]
    blocked_by: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: `outcome` is sent, retry, failed, or interrupted by the daemon's end."""

    at: int
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """What one target gets of a delivery."""

    id: str
    target: str
    state: MessageState
    due: int
    tries: int
    last_error: str
    settled_at: int | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """The decision about an alert at one channel, and what came of it. A held one waits until `due` at most; `group`
    is how messages call what it was told with."""

    channel: str
    state: DeliveryState
    reason: str
    changed_at: int
    messages: tuple[MessageRecord, ...]
    due: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """Who looks after an alert, and since when."""

    at: int
    by: str


@dataclass(frozen=True, slots=True)
class EscalationRecord:
    """Whom an alert is told again by what `origin` says (a channel, or "rule:ID"), how often it was, and when it is
    next; one without `due` has ended, or was acknowledged."""

    origin: str
    times: int
    due: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One alert with all that was decided and done about it."""

    seq: int
    alert: Alert
    recorded_only: str
    deliveries: tuple[DeliveryRecord, ...]
    ack: Ack | None = None
    escalations: tuple[EscalationRecord, ...] = ()


def list_alerts(conn: Connection, limit: int, rule: str | None = None) -> list[Listed]:
    """The newest `limit` alerts, of one rule or of all."""
    newest = select(alerts.c.seq).order_by(alerts.c.seq.desc()).limit(limit)
    if rule is not None:
        newest = newest.where(alerts.c.rule == rule)  # an index has the numbers: of those that go no content is read
    rows = conn.execute(select(alerts).where(alerts.c.seq.in_(newest)).order_by(alerts.c.seq.desc())).all()
    states: dict[int, list[tuple[str, DeliveryState]]] = {row.seq: [] for row in rows}
    told = select(deliveries).where(deliveries.c.alert.in_(states)).order_by(deliveries.c.id)
    for row in conn.execute(told):
        states[row.alert].append((row.channel, DeliveryState(row.state)))
    acked = {row.alert: row.at for row in conn.execute(select(acks).where(acks.c.alert.in_(states)))}
    return [
        Listed(row.seq, Alert.from_json(row.content), row.recorded_only, tuple(states[row.seq]), acked.get(row.seq))
        for row in rows
    ]


def list_kept_out(conn: Connection, limit: int, rule: str | None = None) -> list[KeptOut]:
    """The newest `limit` articles that were only kept out, of one rule or of all."""
    newest = select(kept_out, articles.c.meta).join_from(kept_out, articles)
    newest = newest.order_by(kept_out.c.article.desc(), kept_out.c.rule).limit(limit)  # as the indices have them
    rows = conn.execute(newest if rule is None else newest.where(kept_out.c.rule == rule))
    return [KeptOut(row.rule, row.at, row.meta, tuple(row.blocked_by)) for row in rows]


def find_alert(conn: Connection, ref: str) -> AnyRow:
    """The row of the alert whose id is `ref` or alone begins with it. Raises WatcherError for none or several."""
    return row_of_id(conn, alerts, ref, "alert")


def show_alert(conn: Connection, ref: str) -> Shown:
    """The alert whose id is `ref` or alone begins with it. Raises WatcherError for none or several."""
    row = find_alert(conn, ref)
    alert = Alert.from_json(row.content)
    return Shown(row.seq, alert, row.recorded_only, _deliveries(conn, row.seq), *_watched(conn, row.seq))


def _deliveries(conn: Connection, seq: int) -> tuple[DeliveryRecord, ...]:
    mine = select(deliveries, groups.c.ident).outerjoin_from(deliveries, groups).where(deliveries.c.alert == seq)
    return tuple(
        DeliveryRecord(
            d.channel, DeliveryState(d.state), d.reason, d.changed_at, _messages(conn, d.mailing), d.due, d.ident
        )
        for d in conn.execute(mine.order_by(deliveries.c.id)).all()
    )


def _watched(conn: Connection, seq: int) -> tuple[Ack | None, tuple[EscalationRecord, ...]]:
    """Who looks after an alert, and who is told while nobody does."""
    row = conn.execute(select(acks).where(acks.c.alert == seq)).one_or_none()
    of = escalations.c
    told = conn.execute(select(escalations).where(of.alert == seq).order_by(of.origin)).all()
    return None if row is None else Ack(row.at, row.by), tuple(_escalation(conn, one) for one in told)


def _escalation(conn: Connection, row: AnyRow) -> EscalationRecord:
    """One that was acknowledged has ended, though the daemon notes it only when it is due."""
    if row.due is not None:
        chain = Chain(row.origin, row.group, (row.alert,), row.started_at, row.due, row.times)
        if ended := acknowledgement(conn, chain):
            return EscalationRecord(row.origin, row.times, None, ended)
    return EscalationRecord(row.origin, row.times, row.due, row.reason)


def _messages(conn: Connection, mailing: str | None) -> tuple[MessageRecord, ...]:
    rows = conn.execute(select(messages).where(messages.c.mailing == mailing).order_by(messages.c.seq)).all()
    tried = _attempts(conn, [row.seq for row in rows])
    return tuple(
        MessageRecord(
            row.id,
            row.target,
            MessageState(row.state),
            row.due,
            row.tries,
            row.last_error,
            row.settled_at,
            tuple(tried[row.seq]),
        )
        for row in rows
    )


def _attempts(conn: Connection, seqs: Sequence[int]) -> dict[int, list[Attempt]]:
    tried: dict[int, list[Attempt]] = {seq: [] for seq in seqs}
    for row in conn.execute(select(attempts).where(attempts.c.message.in_(seqs)).order_by(attempts.c.id)):
        tried[row.message].append(Attempt(row.at, row.outcome, row.why))
    return tried
