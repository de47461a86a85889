"""What is to be sent: for each alert and channel a decision, for each address a message, and its tries.

Intake writes the first deliveries; all else is dispatch's, but for what `deliveries retry` and `drop` change by hand.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from watcher.store.columns import Json, RowId, Said, Words
from watcher.store.schema.base import metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("alert", RowId, ForeignKey("alerts.seq", ondelete="CASCADE"), nullable=False),
    Column("channel", Words, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Said, nullable=False),
    # What tells it: the messages with the same mailing, one per target. A group's deliveries may share one.
    Column("mailing", String(36)),
    # What a held one waits for, and until when at most.
    Column("waits_for", String(16)),
    Column("due", BigInteger),
    Column("group", RowId, ForeignKey("groups.id", ondelete="SET NULL")),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("alert", "channel", name="deliveries_alert_channel"),
    Index("deliveries_state", "state", "channel"),
    Index("deliveries_mailing", "mailing"),
    Index("deliveries_waits_for", "waits_for", "due"),
    Index("deliveries_group", "group"),
)

messages = Table(
    "messages",
    metadata,
    Column("seq", RowId, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("mailing", String(36), nullable=False),
    Column("channel", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("state", String(16), nullable=False),
    # When to try; of a held one, since when it is held.
    Column("due", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("last_error", Said, nullable=False),
    # Or released: from when on it was to be sent.
    Column("created_at", BigInteger, nullable=False),
    Column("first_try", BigInteger),
    Column("settled_at", BigInteger),
    # When the channel's fallback was told.
    Column("fallback_at", BigInteger),
    # The `seq` of the digest that tells a folded message.
    Column("part_of", BigInteger),
    # What the service has of one that it has not taken whole.
    Column("progress", Json),
    Index("messages_due", "state", "channel", "target", "level", "due"),
    Index("messages_part_of", "part_of"),
    Index("messages_mailing", "mailing"),
    Index("messages_settled_at", "settled_at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("message", RowId, ForeignKey("messages.seq", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("why", Words, nullable=False),
    Index("attempts_message", "message"),
    Index("attempts_at", "at"),
)

# What keeps an address from being sent to: it fails (`failures` in a row, the first at `since`), or its rate is used up
# (no failures). It is left alone until `until`.
pauses = Table(
    "pauses",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("target", Words, primary_key=True),
    # Which of the channel's addresses it is, from 1.
    Column("address", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("why", Said, nullable=False),
)
