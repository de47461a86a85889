"""An address that works again after long: what waited for it is told in one digest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, select, update

from watcher.message import MessageKind, Route
from watcher.phrase import Phrase
from watcher.store import digests
from watcher.store.columns import chunks, filled
from watcher.store.outbox import MessageState, enqueue
from watcher.store.schema import deliveries, messages


def fold(conn: Connection, route: Route, before: int, now: int) -> int:
    """Makes one digest of the alerts that have waited on a route since before `before`; a single one stays a message,
    and so does what has come in part. Returns how many messages became one."""
    mine = and_(messages.c.channel == route.channel, messages.c.target == route.target)
    waits = and_(mine, messages.c.state == MessageState.PENDING.value, messages.c.kind == MessageKind.ALERT.value)
    old = and_(waits, messages.c.created_at < before, messages.c.progress.is_(None))
    mailings = conn.execute(select(messages.c.mailing).where(old)).scalars().all()
    told = _alerts(conn, mailings) if len(mailings) > 1 else ()
    if not told:
        return 0
    digest = digests.compose(conn, told, Phrase("channel {channel} works again", channel=route.channel), now)
    mailing = enqueue(conn, route.channel, [route.target], MessageKind.DIGEST, digest.to_json(), now)
    part_of = conn.execute(select(messages.c.seq).where(messages.c.mailing == mailing)).scalar_one()
    folded = {"state": MessageState.FOLDED.value, "part_of": part_of}
    return conn.execute(update(messages).where(old).values(folded)).rowcount


def _alerts(conn: Connection, mailings: Sequence[str]) -> set[int]:
    """The numbers of the alerts that these tell."""
    of = select(deliveries.c.alert)
    found = (conn.execute(of.where(deliveries.c.mailing.in_(filled(some)))).scalars() for some in chunks(mailings))
    return set().union(*found)
