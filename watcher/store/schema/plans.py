"""What dispatch plans by: groups, digests, escalations, how much a rule told; and what people said of alerts.

Written by dispatch, silences and acks by commands.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from watcher.store.columns import Json, RowId, Words
from watcher.store.schema.base import metadata

# Alerts that one message tells, of one channel. What was told is empty before the first message; one without `due` is
# closed.
groups = Table(
    "groups",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ident", String(36), nullable=False, unique=True),
    Column("channel", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("interval", BigInteger, nullable=False),
    Column("updates", Json, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Column("told_level", String(16), nullable=False),
    Column("told_rules", Json, nullable=False),
    Column("told_outlets", Integer, nullable=False),
    Column("due", BigInteger),
    Index("groups_key", "channel", "key"),
    Index("groups_due", "due"),
)

# When a rule began to tell a channel something, as long as its `max_alerts` needs it.
tellings = Table(
    "tellings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("rule", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("tellings_rule", "rule", "channel", "at"),
)

# When a channel was last told that a rule is noisy.
noisy = Table(
    "noisy",
    metadata,
    Column("rule", Words, primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("told_at", BigInteger, nullable=False),
)

# When the next digest of a channel is due, by which times.
digests = Table(
    "digests",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("times", Words, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
)

# Alerts that are told again while nobody acknowledges them, by what a channel ("desk") or their rule ("rule:ID") says;
# those of one group together. One without `due` has ended.
escalations = Table(
    "escalations",
    metadata,
    Column("alert", RowId, ForeignKey("alerts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("origin", Words, primary_key=True),
    Column("group", String(36), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("due", BigInteger),
    Column("times", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Index("escalations_due", "due"),
    Index("escalations_group", "group"),
)

acks = Table(
    "acks",
    metadata,
    Column("alert", RowId, ForeignKey("alerts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Words, nullable=False),
)

# An empty matcher fits everything.
silences = Table(
    "silences",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("matching", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index("silences_ends_at", "ends_at"),
)
