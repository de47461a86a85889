"""Groups of alerts that one message tells: opened, joined, told and closed. Owned by dispatch's thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, case, func, insert, select, update

from watcher.model import Alert, DeliveryState, Level
from watcher.policy.grouping import CLOSES_AFTER, Contents, Settings, Spoken
from watcher.store.columns import chunks, filled, uuid7
from watcher.store.schema import alert_articles, alerts, deliveries, groups, sightings

NEWEST = 10  # alerts of a group that a message shows
_NOTHING = {"told_level": Level.INFORMATIONAL.value, "told_rules": []}


@dataclass(frozen=True, slots=True)
class Group:
    """An open group; `ident` is how messages call it, `due` when to look at it next."""

    id: int
    ident: str
    channel: str
    interval: int
    updates: tuple[int, ...]
    last_at: int
    spoken: Spoken
    due: int


def open_one(conn: Connection, channel: str, key: str, now: int) -> Group | None:
    """The open group of a key, unless it is to be closed."""
    mine = and_(groups.c.channel == channel, groups.c.key == key, groups.c.due.is_not(None))
    row = conn.execute(select(groups).where(mine, groups.c.last_at > now - CLOSES_AFTER)).first()
    return None if row is None else _group(row)


def make(conn: Connection, channel: str, key: str, settings: Settings, now: int) -> Group:
    """A new group, which is due when its wait is over."""
    row = {"ident": uuid7(now), "channel": channel, "key": key, "interval": settings.interval}
    row |= {"updates": list(settings.updates), "last_at": now, "due": now + settings.wait}
    row |= {**_NOTHING, "told_outlets": 0}
    return _group(conn.execute(insert(groups).returning(groups), row).one())


def join(conn: Connection, group: Group, settings: Settings, now: int) -> Group:
    """Notes that an alert has joined: a group that has spoken is looked at as soon as it may speak again, another waits
    no longer than the alert asks."""
    spoke = group.spoken.at
    due = max(now, spoke + group.interval) if spoke is not None else min(group.due, now + settings.wait)
    changed = update(groups).where(groups.c.id == group.id).values(last_at=now, due=due).returning(groups)
    return _group(conn.execute(changed).one())


_IS_DUE = groups.c.due <= bindparam("now", type_=BigInteger)
_UNTOLD = and_(groups.c.told_at.is_(None), groups.c.due.is_not(None))
_FIRST = select(groups).order_by(groups.c.due).limit(bindparam("most", type_=BigInteger))
_DUE, _DUE_OR_UNTOLD = _FIRST.where(_IS_DUE), _FIRST.where(_IS_DUE | _UNTOLD)


def due(conn: Connection, now: int, limit: int, *, untold: bool = False) -> list[Group]:
    """Groups to look at now; with `untold` also all that have told nothing yet."""
    asked = {"now": now, "most": limit}
    return [_group(row) for row in conn.execute(_DUE_OR_UNTOLD if untold else _DUE, asked)]


# Two questions, the first not DISTINCT: else SQLite reads all deliveries, or all sightings, that there ever were.
# The first has no rows while no open group has spoken: a full inbox asks it at each turn for 5 s of articles.
_SPOKEN = select(groups.c.id).where(groups.c.due.is_not(None), groups.c.told_at.is_not(None)).exists()
_SEEN = select(sightings.c.article).where(sightings.c.at >= bindparam("since", type_=BigInteger), _SPOKEN)
_COPIED = (
    select(deliveries.c.group)
    .join_from(alert_articles, alerts, alerts.c.seq == alert_articles.c.alert)
    .join(sightings, sightings.c.article == alert_articles.c.article)
    .join(deliveries, deliveries.c.alert == alerts.c.seq)
    .join(groups, groups.c.id == deliveries.c.group)
    .where(alert_articles.c.article.in_(bindparam("articles", expanding=True)), sightings.c.at > alerts.c.opened_at)
    .where(sightings.c.at >= groups.c.told_at, groups.c.due.is_not(None))
    .distinct()
)


def copied(conn: Connection, since: int) -> list[int]:
    """The open groups that have spoken and whose articles were seen again since then: by one more outlet, maybe."""
    found = set[int]()
    for some in chunks(dict.fromkeys(conn.execute(_SEEN, {"since": since}).scalars())):
        found |= set(conn.execute(_COPIED, {"articles": filled(some)}).scalars())
    return sorted(found)


def look_again(conn: Connection, numbers: Sequence[int], now: int) -> None:
    """Has groups looked at now."""
    for some in chunks(numbers):
        conn.execute(update(groups).where(groups.c.id.in_(filled(some))).values(due=now))


def wait(conn: Connection, group: Group, until: int | None) -> None:
    """Sets when to look at it next; None closes it."""
    conn.execute(update(groups).where(groups.c.id == group.id).values(due=until))


def told(conn: Connection, group: Group, contents: Contents, now: int) -> None:
    """Notes what it has told."""
    said = {"told_at": now, "told_level": contents.level.value, "told_rules": list(contents.rules)}
    said |= {"told_outlets": contents.outlets, "due": max(group.last_at + CLOSES_AFTER, now + 1)}
    conn.execute(update(groups).where(groups.c.id == group.id).values(said))


def take_back(conn: Connection, number: int, now: int) -> None:
    """A message of a group was not sent after all: it has told only what others did, and is looked at now."""
    told = contents(conn, number, told=True)
    said = {"told_level": told.level.value, "told_rules": list(told.rules)} if told else _NOTHING
    so_far = {"told_at": None if told is None else groups.c.told_at, "due": now}
    fewer = case((groups.c.told_outlets < told.outlets, groups.c.told_outlets), else_=told.outlets) if told else 0
    conn.execute(update(groups).where(groups.c.id == number).values({**said, **so_far, "told_outlets": fewer}))


def contents(conn: Connection, number: int, *, told: bool = False) -> Contents | None:
    """What it has come to, or of that what it has `told`; None for nothing: all that it had may be dropped."""
    mine = and_(deliveries.c.group == number, deliveries.c.state != DeliveryState.DROPPED.value)
    mine = and_(mine, deliveries.c.mailing.is_not(None)) if told else mine
    by_rule = select(alerts.c.rule, alerts.c.title, alerts.c.level, func.count()).join_from(deliveries, alerts)
    rows = conn.execute(by_rule.where(mine).group_by(alerts.c.rule, alerts.c.title, alerts.c.level)).all()
    if not rows:
        return None
    loudest = sorted(rows, key=lambda row: (-Level(row.level).rank, row.rule))
    titles: Mapping[str, str] = {row.rule: row.title for row in reversed(loudest)}
    rules = {row.rule: titles[row.rule] for row in loudest}
    members = select(deliveries.c.alert).where(mine)
    return Contents(Level(loudest[0].level), rules, sum(row[3] for row in rows), outlets(conn, members))


def outlets(conn: Connection, members: Any) -> int:
    """In how many sources the articles of alerts were seen, copies too; at least one."""
    seen = select(func.count(sightings.c.source.distinct())).join_from(
        alert_articles, sightings, sightings.c.article == alert_articles.c.article
    )
    return max(1, conn.execute(seen.where(alert_articles.c.alert.in_(members))).scalar_one())


def newest(conn: Connection, group: Group) -> list[Alert]:
    """Its newest alerts, the newest first."""
    mine = and_(deliveries.c.group == group.id, deliveries.c.state != DeliveryState.DROPPED.value)
    found = select(alerts.c.content).join_from(deliveries, alerts).where(mine)
    rows = conn.execute(found.order_by(alerts.c.seq.desc()).limit(NEWEST)).scalars()
    return [Alert.from_json(content) for content in rows]


def _group(row: Row[Any]) -> Group:
    rules: Sequence[str] = row.told_rules
    spoken = Spoken(row.told_at, Level(row.told_level), frozenset(rules), row.told_outlets)
    return Group(row.id, row.ident, row.channel, row.interval, tuple(row.updates), row.last_at, spoken, row.due)
