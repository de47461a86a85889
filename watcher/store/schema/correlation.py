"""What correlations count. Written by intake alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint

from watcher.store.columns import RowId, Words
from watcher.store.schema.base import metadata

correlations = Table(
    "correlations",
    metadata,
    Column("rule", Words, primary_key=True),
    # Another where the condition or the correlation is: then the counts begin anew.
    Column("digest", String(16), nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    # How far back an event matters, in ms; none where their number bounds them.
    Column("keep", BigInteger),
    # What the counts are kept by; none for one count of all.
    Column("by", String(16)),
)

# One a rule and value of its `by`, '' where it has none.
counts = Table(
    "counts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("rule", Words, ForeignKey("correlations.rule", ondelete="CASCADE"), nullable=False),
    Column("value", Words, nullable=False),
    Column("last_at", BigInteger),
    Column("told_at", BigInteger),
    Column("armed", Boolean, nullable=False),
    UniqueConstraint("rule", "value", name="counts_rule_value"),
)

events = Table(
    "events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("count", RowId, ForeignKey("counts.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("value", Words, nullable=False),
    # The value as the article writes it; none where an older Watcher counted it.
    Column("written", Words),
    UniqueConstraint("count", "article", "value", name="events_count_article_value"),
    Index("events_count_at", "count", "at"),
    Index("events_article", "article"),
)

# When articles were read: silence counts in these stretches alone.
read_times = Table(
    "read_times",
    metadata,
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
)
