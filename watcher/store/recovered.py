"""An address that works again after long: what waited for it is told in one digest."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, and_, func, select, update

from watcher.message import Digest, DigestRule, DigestStory, Lane, MessageKind
from watcher.model import Alert, Level
from watcher.store.columns import AnyRow, chunks, uuid7
from watcher.store.outbox import MessageState, enqueue
from watcher.store.schema import alerts, deliveries, messages

MOST_STORIES = 10  # of a rule that are told one by one


def fold(conn: Connection, lane: Lane, before: int, now: int) -> int:
    """Makes one digest of the alerts that have waited in a lane since before `before`; a single one stays a message.
    Returns how many messages became one."""
    mine = and_(messages.c.channel == lane.channel, messages.c.target == lane.target)
    waits = and_(mine, messages.c.state == MessageState.PENDING.value, messages.c.kind == MessageKind.ALERT.value)
    old = and_(waits, messages.c.created_at < before)
    if conn.execute(select(func.count()).select_from(messages).where(old)).scalar_one() < 2:
        return 0
    rows = conn.execute(select(messages.c.mailing, messages.c.created_at).where(old)).all()
    start = min(row.created_at for row in rows)
    digest = _digest(conn, [row.mailing for row in rows], f"channel {lane.channel} works again", start, now)
    mailing = enqueue(conn, lane.channel, [lane.target], MessageKind.DIGEST, digest.to_json(), now)
    part_of = conn.execute(select(messages.c.seq).where(messages.c.mailing == mailing)).scalar_one()
    folded = {"state": MessageState.FOLDED.value, "part_of": part_of}
    return conn.execute(update(messages).where(old).values(folded)).rowcount


def _digest(conn: Connection, mailings: list[str], why: str, start: int, end: int) -> Digest:
    by_rule: dict[str, list[AnyRow]] = defaultdict(list)
    told = select(alerts.c.seq, alerts.c.rule, alerts.c.title, alerts.c.level).join_from(deliveries, alerts)
    for some in chunks(mailings):
        for row in conn.execute(told.where(deliveries.c.mailing.in_(some))):
            by_rule[row.rule].append(row)
    rules = sorted((_rule(conn, rows) for rows in by_rule.values()), key=lambda r: (-r.level.rank, -r.total, r.rule))
    level = max((rule.level for rule in rules), key=lambda level: level.rank, default=Level.INFORMATIONAL)
    return Digest(uuid7(end), why, start, end, tuple(rules), level=level)


def _rule(conn: Connection, rows: list[AnyRow]) -> DigestRule:
    """Until articles are joined to stories, each is a story of its own."""
    newest = sorted(rows, key=lambda row: -row.seq)
    some = [row.seq for row in newest[:MOST_STORIES]]
    contents = conn.execute(select(alerts.c.content).where(alerts.c.seq.in_(some)).order_by(alerts.c.seq.desc()))
    stories = tuple(DigestStory(Alert.from_json(content)) for content in contents.scalars())
    level = max((Level(row.level) for row in rows), key=lambda level: level.rank)
    return DigestRule(newest[0].rule, newest[0].title, level, stories, len(rows), len(rows))
