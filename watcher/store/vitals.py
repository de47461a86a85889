"""What the store shows of the daemon's own troubles: what cannot be sent or read, and when news last came."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from watcher.model import FileOutcome, WaitsFor
from watcher.phrase import Phrase
from watcher.store import meta
from watcher.store.outbox import MessageState
from watcher.store.schema import articles, deliveries, files, messages

REFUSED = Phrase("the rules file is refused; those accepted before stay in force")
STALLED = 10 * 60_000  # ms: a message is tried three times in it


@dataclass(frozen=True, slots=True)
class Stalled:
    """A channel that has failed with messages since `since` (UTC ms): how many wait there, and the error of one."""

    channel: str
    since: int
    waiting: int
    why: Phrase

    def told(self, now: int) -> Phrase:
        """It in words."""
        return Phrase(
            "channel {channel}: {n} message not delivered for {minutes} min: {why}",
            "channel {channel}: {n} messages not delivered, the oldest for {minutes} min: {why}",
            channel=self.channel,
            n=self.waiting,
            minutes=(now - self.since) // 60_000,
            why=self.why,
        )


@dataclass(frozen=True, slots=True)
class Unusable:
    """A channel that cannot be used, and how many deliveries are held for it."""

    channel: str
    deliveries: int
    why: Phrase

    def told(self) -> Phrase:
        """It in words."""
        return Phrase(
            "channel {channel} cannot be used, {n} delivery held: {why}",
            "channel {channel} cannot be used, {n} deliveries held: {why}",
            channel=self.channel,
            n=self.deliveries,
            why=self.why,
        )


def unusable(conn: Connection) -> list[Unusable]:
    """The channels that deliveries are held for until they can be used; not those that are mute for a time. All that is
    held for a channel has one reason, but for a moment."""
    held = deliveries.c.waits_for == WaitsFor.CHANNEL.value
    query = select(deliveries.c.channel, func.count(), func.max(deliveries.c.reason)).where(held)
    return [Unusable(*row) for row in conn.execute(query.group_by(deliveries.c.channel).order_by(deliveries.c.channel))]


def stalled(conn: Connection, before: int) -> list[Stalled]:
    """The channels with messages from before a time (UTC ms) that were tried and are still not sent."""
    columns = messages.c.channel, func.min(messages.c.created_at), func.count(), func.max(messages.c.last_error)
    pending = and_(messages.c.state == MessageState.PENDING.value, messages.c.created_at <= before)
    query = select(*columns).where(pending).group_by(messages.c.channel).having(func.max(messages.c.tries) > 0)
    return [Stalled(*row) for row in conn.execute(query.order_by(messages.c.channel))]


def quarantined(conn: Connection, since: int) -> int:
    """How many files were put in quarantine since a time (UTC ms)."""
    # Asked so, SQLite goes through what was handled since, and not through all that ever were put there.
    chosen = func.count().filter(files.c.outcome == FileOutcome.QUARANTINED.value)
    return conn.execute(select(chosen).where(files.c.handled_at > since)).scalar_one()


def last_article(conn: Connection) -> int | None:
    """When the newest article came in (UTC ms); None if there never was one."""
    newest: int | None = conn.execute(select(func.max(articles.c.seen_at))).scalar_one()
    return newest


def rules_refused(conn: Connection) -> bool:
    """Whether the rules file as it is on disk is refused."""
    return bool((meta.get(conn, meta.RULES) or {}).get("error"))
