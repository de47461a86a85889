"""Counts and their rows: each is loaded once a transaction, and what became of it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from watcher.rules.correlation import Count, Event
from watcher.rules.correlation.counts import no_later_than
from watcher.rules.spec import RuleSpec
from watcher.store.columns import chunks, filled
from watcher.store.schema import correlations, counts, events


@dataclass(slots=True)
class Kept:
    """A count with its rows as they were loaded."""

    row: int | None
    rule: str
    value: str
    before: Count
    rows: dict[Event, int]
    count: Count
    names: dict[str, str] = field(default_factory=dict)  # of values, as they were last written


@dataclass(slots=True)
class Keeper:
    """Loads each count once and writes what became of it: one transaction owns one."""

    conn: Connection
    now: int
    _kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    _begun: dict[str, tuple[str, int] | None] = field(default_factory=dict)

    def begun(self, rule: RuleSpec) -> int | None:
        """When the counting for a rule began; None where another of its name is in force, or none."""
        if rule.id not in self._begun:
            row = self.conn.execute(select(correlations).where(correlations.c.rule == rule.id)).one_or_none()
            self._begun[rule.id] = None if row is None else (row.digest, min(row.begun_at, self.now))
        found = self._begun[rule.id]
        return found[1] if found and found[0] == rule.counts else None

    def kept(self, rule: RuleSpec, value: str) -> Kept:
        """The count of a value, loaded the first time that it is asked for; an empty one where the store has none."""
        if (rule.id, value) not in self._kept:
            self._kept[rule.id, value] = self._load(rule.id, value)
        return self._kept[rule.id, value]

    def load_all(self, rule: RuleSpec) -> None:
        """Loads every count of a rule at once."""
        known: dict[int, list[Any]] = {}
        for event in self._events(counts.c.rule == rule.id):
            known.setdefault(event._mapping["count"], []).append(event)
        for row in self.conn.execute(select(counts).where(counts.c.rule == rule.id)):
            self._kept[rule.id, row.value] = self._made(rule.id, row.value, row, known.get(row.id, ()))

    def _load(self, rule: str, value: str) -> Kept:
        mine = and_(counts.c.rule == rule, counts.c.value == value)
        return self._made(rule, value, self.conn.execute(select(counts).where(mine)).one_or_none(), self._events(mine))

    def _events(self, mine: ColumnElement[bool]) -> Sequence[Any]:
        of = events.c
        ordered = (
            select(of.id, of["count"], of.at, of.article, of.value, of.written)
            .join(counts)
            .where(mine)
            .order_by(events.c.count, events.c.at, events.c.id)
        )
        return self.conn.execute(ordered).all()

    def _made(self, rule: str, value: str, row: Row[Any] | None, found: Sequence[Any]) -> Kept:
        if row is None:
            return Kept(None, rule, value, Count(), {}, Count())
        rows = {Event(at, article, value): number for number, _, at, article, value, _ in found}
        names = {value: written for *_, value, written in found if written is not None}
        before = Count(tuple(rows), row.last_at, row.told_at, row.armed)
        return Kept(row.id, rule, value, before, rows, no_later_than(before, self.now), names)

    def save(self) -> None:
        """Writes the counts that are others than when they were loaded."""
        for kept in self._kept.values():
            if kept.count != kept.before:
                self._save(kept)

    def _save(self, kept: Kept) -> None:
        state = {"last_at": kept.count.last, "told_at": kept.count.told, "armed": kept.count.armed}
        if kept.row is None:
            new = insert(counts).returning(counts.c.id)
            row: int = self.conn.execute(new, {"rule": kept.rule, "value": kept.value, **state}).scalar_one()
        else:
            row = kept.row
            self.conn.execute(update(counts).where(counts.c.id == row).values(state))
        now = set(kept.count.events)
        for some in chunks(number for event, number in kept.rows.items() if event not in now):
            self.conn.execute(delete(events).where(events.c.id.in_(filled(some))))
        new_events = [event for event in kept.count.events if event not in kept.rows]
        added = [{"count": row, **event._asdict(), "written": kept.names.get(event.value)} for event in new_events]
        if added:
            self.conn.execute(insert(events), added)
