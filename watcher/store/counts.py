"""What correlations count, kept exactly: the events of every window, and what was told of it.

Owned by the thread of intake: an event and the alert that it sets off are in the very transaction that admits its
article. Kept is only what a window may still need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, select, update

from watcher.model import Alert, Correlated, Draft, Verdict
from watcher.rules.correlation import Arrival, Count, Crossing, Flatline
from watcher.rules.correlation.events import Occurrence, told_apart
from watcher.rules.spec import RuleSpec
from watcher.store.articles import Opening, drafted, open_alerts
from watcher.store.columns import chunks, filled, to_json
from watcher.store.engine import Store
from watcher.store.kept import Keeper
from watcher.store.readtimes import note_reading, read_since
from watcher.store.schema import alerts, articles, correlations

MOST_ARTICLES = 20
"""Told of in an alert, the newest; all are linked to it."""

MARK = 5_000
"""ms between two notes that articles are being read."""


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


@dataclass(frozen=True, slots=True)
class _Firing:
    """What fired: the count of a rule for a `value` of its `by`, with the `names` by which values are told."""

    rule: RuleSpec
    value: str
    crossing: Crossing
    draft: Draft
    names: Mapping[str, str]

    def correlated(
        self, total: int, told: Sequence[dict[str, object]], last: Mapping[str, object] | None
    ) -> Correlated:
        """What the alert tells, of so many articles, of which these are told."""
        correlation, crossing = self.rule.correlation, self.crossing
        assert correlation is not None
        return Correlated(
            type=correlation.key,
            count=crossing.count,
            start=crossing.start,
            end=crossing.end,
            by=correlation.by,
            value=self._name(self.value) if correlation.by else None,
            of=told_apart(correlation),
            values=tuple(map(self._name, crossing.values[:MOST_ARTICLES])),
            ended=crossing.ended,
            total=total,
            articles=tuple(told),
            last=last,
        )

    def _name(self, value: str) -> str:
        return self.names.get(value, value)


def count(conn: Connection, happenings: Iterable[Happening], now: int, waits: int | None = None) -> list[Alert]:
    """Counts matches by their time, those of one moment as they are given, and opens the alerts that they set off.

    Those for rules that are not in force any more, as of a batch that was read by older ones, count for nothing.
    `waits` is when the oldest article came that is not counted yet, None where all are.
    """
    keeper = Keeper(conn, now)
    opened: list[Alert] = []
    for happening in sorted(happenings, key=lambda h: h.at):
        begun = keeper.begun(happening.occurrence.rule)
        if begun is not None:
            opened += _counted(keeper, happening, begun, waits)
    keeper.save()
    return opened


def _counted(keeper: Keeper, happening: Happening, begun: int, waits: int | None) -> Iterator[Alert]:
    rule, by, now = happening.occurrence.rule, happening.occurrence.by, keeper.now
    correlation = rule.correlation
    if correlation is None:
        return
    kept = keeper.kept(rule, by)
    arrival = Arrival(min(happening.at, now), happening.article, happening.occurrence.values)
    if isinstance(correlation, Flatline) and (waits is None or arrival.at <= waits):
        # Nobody looked for a silence that began and ended while the daemon was down, or behind with its work.
        yield from _turned(keeper, rule, by, happening.draft, begun, arrival.at - 1)
        kept.count, _ = correlation.advance(kept.count, arrival, begun)
        yield from _turned(keeper, rule, by, happening.draft, begun, arrival.at)
        return
    kept.names |= happening.occurrence.names
    kept.count, crossing = correlation.advance(kept.count, arrival, begun)
    fired = crossing and _Firing(rule, by, crossing, happening.draft, kept.names)
    if fired and (alert := _open(keeper.conn, fired, now)):
        yield alert


def _turned(keeper: Keeper, rule: RuleSpec, by: str, draft: Draft, begun: int, at: int) -> Iterator[Alert]:
    """The silence of a value, or its end, as of a moment around its article."""
    flatline, count = rule.correlation, keeper.kept(rule, by).count
    if not isinstance(flatline, Flatline) or not flatline.may_turn(count, at, begun):
        return
    note_reading(keeper.conn, keeper.now)
    count, crossing = flatline.look(count, flatline.window(read_since(keeper.conn, begun), at), at)
    if crossing:
        found = replace(draft, verdict=Verdict(rule.id, match=True))
        alert = _tell(keeper, _Firing(rule, by, crossing, found, flatline.written), count, keeper.now)
        yield from (alert,) if alert else ()


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
        silences, due = _silences(Keeper(conn, now), drafts, at)
    if not silences:
        return [], due
    with store.write(durable=False) as conn:
        keeper = Keeper(conn, now)
        opened = [_tell(keeper, *silence, now) for silence in silences]
        keeper.save()
    return [alert for alert in opened if alert], due


def _silences(
    keeper: Keeper, drafts: Sequence[tuple[RuleSpec, Draft]], at: int
) -> tuple[list[tuple[_Firing, Count]], int | None]:
    found: list[tuple[_Firing, Count]] = []
    due: list[int] = []
    for rule, draft in drafts:
        flatline, begun = rule.correlation, keeper.begun(rule)
        if begun is None or not isinstance(flatline, Flatline):
            continue
        window = flatline.window(read_since(keeper.conn, begun), at)
        keeper.load_all(rule)
        for by in flatline.expected or ("",):
            count, crossing = flatline.look(keeper.kept(rule, by).count, window, at)
            found += [(_Firing(rule, by, crossing, draft, flatline.written), count)] if crossing else []
            if (later := flatline.due(count, window, at, at + MARK)) is not None:
                due.append(later)
    return found, min(due, default=None)


def _tell(keeper: Keeper, fired: _Firing, count: Count, now: int) -> Alert | None:
    """Opens the alert of a silence. Its count is as it was found: intake alone counts, and it is looking now."""
    keeper.kept(fired.rule, fired.value).count = count
    last = None if fired.crossing.ended else _last(keeper.conn, count)
    return _open(keeper.conn, fired, now, last)


def _last(conn: Connection, count: Count) -> dict[str, object]:
    """The newest article that was counted, and when; nothing where none was."""
    if not count.events:
        return {}
    newest = count.events[-1]
    about = conn.execute(select(articles.c.meta).where(articles.c.id == newest.article)).scalar()
    return {"at": newest.at, **({"article": about} if about else {})}  # a silence may outlast what is kept of articles


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def _open(conn: Connection, fired: _Firing, now: int, last: Mapping[str, object] | None = None) -> Alert | None:
    """Opens the alert of what fired; None where it was opened before, as a clock that goes back may have it."""
    rule, crossing = fired.rule, fired.crossing
    numbers = list(dict.fromkeys(event.article for event in reversed(crossing.events)))
    key = to_json([fired.value, crossing.start, crossing.end, *numbers[:1]])
    if conn.execute(select(alerts.c.seq).where(alerts.c.rule == rule.id, alerts.c.key == key)).first():
        return None
    told = _summaries(conn, numbers[:MOST_ARTICLES])
    alert = drafted(fired.draft, next(iter(told), {}), now, None, fired.correlated(len(numbers), told, last))
    open_alerts(conn, [Opening(alert, fired.draft, key, numbers, crossing.end)], now)
    return alert


def _summaries(conn: Connection, numbers: Sequence[int]) -> list[dict[str, object]]:
    found = select(articles.c.id, articles.c.meta).where(articles.c.id.in_(filled(numbers)))
    summaries = {row.id: row.meta for row in conn.execute(found)}
    return [summaries[number] for number in numbers]
