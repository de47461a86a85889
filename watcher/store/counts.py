"""What correlations count, kept exactly: the events of every window, and what was told of it.

Owned by the thread of intake: an event and the alert that it sets off are in the very transaction that admits its
article. Kept is only what a window may still need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from watcher.model import Alert, Correlated, Draft
from watcher.rules.correlation import Arrival, Count, Crossing, Event, Flatline
from watcher.rules.correlation.counts import no_later_than
from watcher.rules.correlation.events import Occurrence, told_apart
from watcher.rules.intervals import Stretch
from watcher.rules.spec import RuleSpec
from watcher.store.articles import Opening, drafted, open_alerts
from watcher.store.columns import chunks, filled, to_json
from watcher.store.engine import Store
from watcher.store.schema import alerts, articles, correlations, counts, events, read_times

MOST_ARTICLES = 20
"""Told of in an alert, the newest; all are linked to it."""

BRIDGED = 60_000
"""ms: articles were read all the time if two marks lie no farther apart, as over a quick restart."""


MARK = 5_000
"""ms between two notes that articles are being read."""

STRETCHES = 100  # of reading, asked for at once: each is a stop of the daemon


@dataclass(frozen=True, slots=True)
class Happening:
    """A match that counts: its article's number and time, and the alert that it may open."""

    at: int
    article: int
    occurrence: Occurrence
    draft: Draft


def begin(store: Store, rules: Iterable[RuleSpec], now: int) -> None:
    """Begins the counts of correlations that are new or count something else now, and drops those of rules that are
    gone or switched off. Raises Trouble."""
    wanted = {rule.id: rule for rule in rules if rule.enabled and rule.correlation is not None}
    with store.write() as conn:
        known = {row.rule: row for row in conn.execute(select(correlations))}
        gone = [rule for rule, row in known.items() if rule not in wanted or wanted[rule].counts != row.digest]
        for some in chunks(gone):
            conn.execute(delete(correlations).where(correlations.c.rule.in_(filled(some))))
        new = [rule for name, rule in wanted.items() if name not in known or name in gone]
        if new:
            conn.execute(insert(correlations), [_begun(rule, now) for rule in new])
        for name in known.keys() - set(gone):  # an older Watcher did not note it; what counts by another has begun anew
            if known[name].by is None and (by := _by(wanted[name])) is not None:
                conn.execute(update(correlations).where(correlations.c.rule == name).values(by=by))


IS_FLATLINE = correlations.c.keep.is_(None)
"""Which correlations are flatlines: of their events a number is kept, of all others' those of a time."""


def _begun(rule: RuleSpec, now: int) -> dict[str, object]:
    keep = None if rule.correlation is None or isinstance(rule.correlation, Flatline) else rule.correlation.keep
    return {"rule": rule.id, "digest": rule.counts, "begun_at": now, "keep": keep, "by": _by(rule)}


def _by(rule: RuleSpec) -> str | None:
    return rule.correlation.by if rule.correlation is not None else None


def count(conn: Connection, happenings: Iterable[Happening], now: int) -> list[Alert]:
    """Counts matches by their time, those of one moment as they are given, and opens the alerts that they set off.

    Those for rules that are not in force any more, as of a batch that was read by older ones, count for nothing.
    """
    keeper = _Keeper(conn, now)
    opened: list[Alert] = []
    for happening in sorted(happenings, key=lambda h: h.at):
        rule, by = happening.occurrence.rule, happening.occurrence.by
        begun = keeper.begun(rule)
        if begun is None or rule.correlation is None:
            continue
        kept = keeper.kept(rule, by)
        arrival = Arrival(min(happening.at, now), happening.article, happening.occurrence.values)
        kept.count, crossing = rule.correlation.advance(kept.count, arrival, begun)
        if crossing and (alert := _open(conn, rule, by, crossing, happening.draft, now)):
            opened.append(alert)
    keeper.save()
    return opened


def look(
    store: Store, drafts: Sequence[tuple[RuleSpec, Draft]], now: int, at: int | None = None
) -> tuple[list[Alert], int | None]:
    """Notes that articles are being read, and looks for silences and their ends: the rules are flatlines, each with
    the alert that it may open. Judged is the moment `at`, where later articles may not all be counted yet; else now.

    Returns the alerts opened, and when to look again if nothing arrives, None if not within `MARK`. Raises Trouble.
    """
    at = now if at is None else at
    with store.write(durable=False) as conn:  # what a power cut takes back is found again at the next look
        note_reading(conn, now)
    with store.read() as conn:  # what there is to walk and to load must not hold up those who write
        silences, due = _silences(_Keeper(conn, now), drafts, at)
    if not silences:
        return [], due
    with store.write(durable=False) as conn:
        keeper = _Keeper(conn, now)
        opened = [_tell(keeper, silence, now) for silence in silences]
        keeper.save()
    return [alert for alert in opened if alert], due


@dataclass(frozen=True, slots=True)
class _Silence:
    """A silence or its end, found at a moment, and what the count is after it is told."""

    rule: RuleSpec
    draft: Draft
    value: str
    count: Count
    crossing: Crossing


def _silences(keeper: _Keeper, drafts: Sequence[tuple[RuleSpec, Draft]], at: int) -> tuple[list[_Silence], int | None]:
    found: list[_Silence] = []
    due: list[int] = []
    for rule, draft in drafts:
        flatline, begun = rule.correlation, keeper.begun(rule)
        if begun is None or not isinstance(flatline, Flatline):
            continue
        window = flatline.window(_read_since(keeper.conn, begun), at)
        keeper.load_all(rule)
        for by in flatline.expected or ("",):
            count, crossing = flatline.look(keeper.kept(rule, by).count, window, at)
            found += [_Silence(rule, draft, by, count, crossing)] if crossing else []
            if (later := flatline.due(count, window, at, at + MARK)) is not None:
                due.append(later)
    return found, min(due, default=None)


def _tell(keeper: _Keeper, silence: _Silence, now: int) -> Alert | None:
    """Opens the alert of a silence. Its count is as it was found: intake alone counts, and it is looking now."""
    keeper.kept(silence.rule, silence.value).count = silence.count
    last = None if silence.crossing.ended else _last(keeper.conn, silence.count)
    return _open(keeper.conn, silence.rule, silence.value, silence.crossing, silence.draft, now, last)


def _last(conn: Connection, count: Count) -> dict[str, object]:
    """The newest article that was counted, and when; nothing where none was."""
    if not count.events:
        return {}
    newest = count.events[-1]
    about = conn.execute(select(articles.c.meta).where(articles.c.id == newest.article)).scalar()
    return {"at": newest.at, **({"article": about} if about else {})}  # a silence may outlast what is kept of articles


def note_reading(conn: Connection, now: int) -> None:
    """Notes that articles are being read now, and were since the note before unless that is long ago."""
    conn.execute(delete(read_times).where(read_times.c.start > now))  # by a clock that was ahead
    last = conn.execute(select(read_times).order_by(read_times.c.start.desc()).limit(1)).first()
    if last is None or now - last.until > BRIDGED:
        conn.execute(insert(read_times).values(start=now, until=now))
    elif last.until != now:
        conn.execute(update(read_times).where(read_times.c.start == last.start).values(until=now))


def _read_since(conn: Connection, begun: int) -> Iterator[Stretch]:
    """When articles were read since then, the newest first; asked for a few at a time, for few are needed."""
    before, newest = read_times.c.start, select(read_times).order_by(read_times.c.start.desc()).limit(STRETCHES)
    page = conn.execute(newest.where(read_times.c.until > begun)).all()
    while page:
        yield from ((max(row.start, begun), row.until) for row in page)
        page = conn.execute(newest.where(read_times.c.until > begun, before < page[-1].start)).all()


# ── counts and their rows ────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Kept:
    """A count with its rows as they were loaded."""

    row: int | None
    rule: str
    value: str
    before: Count
    rows: dict[Event, int]
    count: Count


@dataclass(slots=True)
class _Keeper:
    """Loads each count once and writes what became of it: one transaction owns one."""

    conn: Connection
    now: int
    _kept: dict[tuple[str, str], _Kept] = field(default_factory=dict)
    _begun: dict[str, tuple[str, int] | None] = field(default_factory=dict)

    def begun(self, rule: RuleSpec) -> int | None:
        """When the counting for a rule began; None where another of its name is in force, or none."""
        if rule.id not in self._begun:
            row = self.conn.execute(select(correlations).where(correlations.c.rule == rule.id)).one_or_none()
            self._begun[rule.id] = None if row is None else (row.digest, min(row.begun_at, self.now))
        found = self._begun[rule.id]
        return found[1] if found and found[0] == rule.counts else None

    def kept(self, rule: RuleSpec, value: str) -> _Kept:
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

    def _load(self, rule: str, value: str) -> _Kept:
        mine = and_(counts.c.rule == rule, counts.c.value == value)
        return self._made(rule, value, self.conn.execute(select(counts).where(mine)).one_or_none(), self._events(mine))

    def _events(self, mine: ColumnElement[bool]) -> Sequence[Any]:
        of = events.c
        ordered = (
            select(of.id, of["count"], of.at, of.article, of.value)
            .join(counts)
            .where(mine)
            .order_by(events.c.count, events.c.at, events.c.id)
        )
        return self.conn.execute(ordered).all()

    def _made(self, rule: str, value: str, row: Row[Any] | None, found: Sequence[Any]) -> _Kept:
        if row is None:
            return _Kept(None, rule, value, Count(), {}, Count())
        rows = {Event(at, article, value): number for number, _, at, article, value in found}
        before = Count(tuple(rows), row.last_at, row.told_at, row.armed)
        return _Kept(row.id, rule, value, before, rows, no_later_than(before, self.now))

    def save(self) -> None:
        for kept in self._kept.values():
            if kept.count != kept.before:
                self._save(kept)

    def _save(self, kept: _Kept) -> None:
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
        added = [{"count": row, **event._asdict()} for event in kept.count.events if event not in kept.rows]
        if added:
            self.conn.execute(insert(events), added)


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def _open(
    conn: Connection,
    rule: RuleSpec,
    by: str,
    crossing: Crossing,
    draft: Draft,
    now: int,
    last: Mapping[str, object] | None = None,
) -> Alert | None:
    """Opens the alert of a crossing; None where it was opened before, as a clock that goes back may have it."""
    numbers = list(dict.fromkeys(event.article for event in reversed(crossing.events)))
    key = to_json([by, crossing.start, crossing.end, *numbers[:1]])
    if conn.execute(select(alerts.c.seq).where(alerts.c.rule == rule.id, alerts.c.key == key)).first():
        return None
    told = _summaries(conn, numbers[:MOST_ARTICLES])
    correlated = replace(_correlated(rule, by, crossing, len(numbers), told), last=last)
    alert = drafted(draft, next(iter(told), {}), now, None, correlated)
    open_alerts(conn, [Opening(alert, draft, key, numbers, crossing.end)], now)
    return alert


def _summaries(conn: Connection, numbers: Sequence[int]) -> list[dict[str, object]]:
    found = select(articles.c.id, articles.c.meta).where(articles.c.id.in_(filled(numbers)))
    summaries = {row.id: row.meta for row in conn.execute(found)}
    return [summaries[number] for number in numbers]


def _correlated(
    rule: RuleSpec, by: str, crossing: Crossing, total: int, told: Sequence[dict[str, object]]
) -> Correlated:
    correlation = rule.correlation
    assert correlation is not None
    return Correlated(
        type=correlation.key,
        count=crossing.count,
        start=crossing.start,
        end=crossing.end,
        by=correlation.by,
        value=by if correlation.by else None,
        of=told_apart(correlation),
        values=crossing.values[:MOST_ARTICLES],
        ended=crossing.ended,
        total=total,
        articles=tuple(told),
    )
