"""How Watcher itself is doing, for digests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from watcher.model import DeliveryState, FileOutcome
from watcher.phrase import Moment, Phrase
from watcher.policy.decide import INHIBITED
from watcher.policy.quiet import SILENCED
from watcher.store import meta
from watcher.store.counts import IS_FLATLINE
from watcher.store.outbox import MessageState
from watcher.store.schema import (
    alerts,
    articles,
    correlations,
    counts,
    deliveries,
    files,
    kept_out,
    messages,
    rule_sets,
    sightings,
)

DAY = 86_400_000
WEEKS = 4  # whose mean is compared with
_MOST_NAMED = 5


def pulse(conn: Connection, channel: str, since: int, now: int, timezone: str) -> tuple[tuple[str, Phrase], ...]:
    """Pairs of a stable name and what is said of it, for what happened after `since`."""
    fresh = (since, now)
    sources, silences = _silences(conn)
    return (
        ("articles", _articles(conn, since, now)),
        ("silent_sources", _silent(conn, sources, since, now)),
        *((("silences", _named(silences)),) if silences else ()),
        ("held", _number(_count(conn, deliveries, deliveries.c.state == DeliveryState.HELD.value))),
        ("muted", _number(_muted(conn, channel, fresh))),
        ("kept_out", _number(_count(conn, kept_out, _within(kept_out.c.at, *fresh)))),
        ("rules", _rules(conn, fresh, timezone)),
        ("quarantined", _number(_count(conn, files, _outcome(fresh)))),
        ("dead", _number(_count(conn, messages, _dead(fresh)))),
        ("test_rules", _tested(conn, fresh)),
    )


def amiss(conn: Connection, channel: str, since: int, now: int) -> tuple[tuple[str, Phrase], ...]:
    """What of the pulse is not as it should be: it stands below the alerts of a digest that has some."""
    fresh = (since, now)
    numbers = {
        "muted": _muted(conn, channel, fresh),
        "quarantined": _count(conn, files, _outcome(fresh)),
        "dead": _count(conn, messages, _dead(fresh)),
    }
    said = {name: _number(count) for name, count in numbers.items() if count}
    if refused := _refused(conn, fresh):
        said["rules"] = Phrase.joined(refused)
    return tuple((name, said[name]) for name in ("muted", "rules", "quarantined", "dead") if name in said)


def _within(at: ColumnElement[int], start: int, end: int) -> ColumnElement[bool]:
    return (at > start) & (at <= end)


def _count(conn: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(which)).scalar_one()


def _outcome(fresh: tuple[int, int]) -> ColumnElement[bool]:
    return (files.c.outcome == FileOutcome.QUARANTINED.value) & _within(files.c.handled_at, *fresh)


def _dead(fresh: tuple[int, int]) -> ColumnElement[bool]:
    return (messages.c.state == MessageState.DEAD.value) & _within(messages.c.settled_at, *fresh)


def _number(count: int) -> Phrase:
    return Phrase("{n}", n=count)


def _articles(conn: Connection, since: int, now: int) -> Phrase:
    """So many of so many sources, and what was usual at the same time of the weeks before."""
    read, sources = _read(conn, since, now)
    said = _sourced(read, sources)
    before = [_read(conn, since - n * 7 * DAY, now - n * 7 * DAY) for n in range(1, WEEKS + 1)]
    known = [week for week in before if week[0]]
    if not known:
        return said
    means = tuple(round(sum(week[i] for week in known) / len(known)) for i in (0, 1))
    return Phrase(
        "{said}; the week before: {mean}",
        "{said}; mean of the last {n} weeks: {mean}",
        n=len(known),
        said=said,
        mean=_sourced(*means),
    )


def _sourced(read: int, sources: int) -> Phrase:
    """So many articles of so many sources; where none of them names its source, so many articles."""
    if not sources:
        return _number(read)
    return Phrase("{read} from {n} source", "{read} from {n} sources", read=read, n=sources)


def _read(conn: Connection, start: int, end: int) -> tuple[int, int]:
    read = _count(conn, articles, _within(articles.c.seen_at, start, end))
    return read, len(_sources(conn, start, end))


def _sources(conn: Connection, start: int, end: int) -> set[str]:
    seen = select(sightings.c.source).where(_within(sightings.c.at, start, end), sightings.c.source.is_not(None))
    return set(conn.execute(seen.distinct()).scalars())


def _silences(conn: Connection) -> tuple[set[str], list[str]]:
    """What rules have told to be silent and is still: the sources, and of all else the rule and its value."""
    silent = select(counts.c.rule, counts.c.value, correlations.c.by).join_from(counts, correlations)
    rows = conn.execute(silent.where(IS_FLATLINE, ~counts.c.armed)).all()
    others = [f"{row.rule} {row.value}".strip() for row in rows if row.by != "source"]
    return {row.value for row in rows if row.by == "source"}, sorted(others)


def _silent(conn: Connection, told: set[str], since: int, now: int) -> Phrase:
    """Sources that were read in each of the four stretches of this length before, and not in this one; and those whose
    silence a rule has `told`."""
    length = now - since
    before = [_sources(conn, since - n * length, since - (n - 1) * length) for n in range(1, WEEKS + 1)]
    here = _sources(conn, since, now)
    fallen = set.intersection(*before) - here
    return _named(sorted({*told, *(source for source in fallen if source.casefold() not in told)}))


def _muted(conn: Connection, channel: str, fresh: tuple[int, int]) -> int:
    """What somebody wanted the channel not to hear: by a silence, or a rule that inhibits."""
    dropped = (deliveries.c.state == DeliveryState.DROPPED.value) & (deliveries.c.channel == channel)
    muted = or_(*(deliveries.c.reason.startswith(why) for why in (SILENCED, INHIBITED)))
    return _count(conn, deliveries, dropped & muted & _within(deliveries.c.changed_at, *fresh))


def _rules(conn: Connection, fresh: tuple[int, int], timezone: str) -> Phrase:
    """How many are in force since when, and how often what was saved was refused."""
    found = meta.get(conn, meta.RULES) or {"loaded": 0, "digest": "", "error": None}
    accepted = select(rule_sets.c.accepted_at).where(rule_sets.c.digest == (found["digest"] or ""))
    at = conn.execute(accepted).scalar()
    loaded = Phrase("{n} in force", n=found["loaded"])
    said = [loaded if at is None else Phrase("{loaded} since {at}", loaded=loaded, at=Moment(at, timezone))]
    return Phrase.joined([*said, *_refused(conn, fresh)])


def _refused(conn: Connection, fresh: tuple[int, int]) -> list[Phrase]:
    """How often what was saved was refused, and whether it is still."""
    since, now = fresh
    refused = sum(since < at <= now for at in meta.get(conn, meta.REFUSALS) or ())
    said = [Phrase("{n} save refused", "{n} saves refused", n=refused)] if refused else []
    error = (meta.get(conn, meta.RULES) or {}).get("error")
    return [*said, *([Phrase("what was saved last is refused")] if error else [])]


def _tested(conn: Connection, fresh: tuple[int, int]) -> Phrase:
    """What rules that are not stable would have sent."""
    counted = select(alerts.c.rule, func.count()).where(
        alerts.c.recorded_only != "", _within(alerts.c.opened_at, *fresh)
    )
    rows = conn.execute(counted.group_by(alerts.c.rule).order_by(func.count().desc(), alerts.c.rule)).all()
    return _named([f"{rule} {count}" for rule, count in rows])


def _named(names: Sequence[str]) -> Phrase:
    if not names:
        return Phrase("none")
    shown, more = Phrase.plain(", ".join(names[:_MOST_NAMED])), len(names) - _MOST_NAMED
    return Phrase("{names} and {n} more", names=shown, n=more) if more > 0 else shown
