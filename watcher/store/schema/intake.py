"""What was read: files, their articles, where each was seen, and what rules found in it or were kept from finding.

Written by intake alone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from watcher.store.columns import FilePath, Json, RowId, Words
from watcher.store.schema.base import metadata

files = Table(
    "files",
    metadata,
    Column("path", FilePath, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Words, nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    # Whether the file has been put where it belongs after handling (archive, quarantine).
    Column("moved", Boolean, nullable=False),
    Index("files_outcome", "outcome"),
    Index("files_handled_at", "handled_at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("meta", Json, nullable=False),
    Column("needed_ner", Boolean, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    # Of an article that rules matched: what its versions have in common, the version before, and the rules that matched
    # this or an earlier one.
    Column("identity", BigInteger),
    Column("version_of", RowId),
    Column("matched", Json),
    Index("articles_identity", "identity"),
    Index("articles_needed_ner", "needed_ner"),
    Index("articles_seen_at", "seen_at"),
)

article_texts = Table(
    "article_texts",
    metadata,
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("packed", LargeBinary, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("path", FilePath, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("source", Words),
    Column("at", BigInteger, nullable=False),
    Index("sightings_at", "at"),
)

kept_out = Table(
    "kept_out",
    metadata,
    Column("rule", Words, primary_key=True),
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("blocked_by", Json, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("kept_out_article", "article"),
    Index("kept_out_at", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    # What a feed resumes from: never given twice, also after the newest rows are gone.
    Column("seq", RowId, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("rule", Words, nullable=False),
    Column("rules_digest", String(64), nullable=False),
    # The article's digest; for a correlation, its value and window.
    Column("key", Words, nullable=False),
    Column("level", String(16), nullable=False),
    Column("title", Words, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("content", Json, nullable=False),
    # Why nobody is told ("status: test"); '' for an alert that notifies.
    Column("recorded_only", Words, nullable=False),
    # The number of the article that the story of its article began with.
    Column("story", RowId),
    # When its article came to rest.
    Column("came_at", BigInteger, nullable=False),
    # Random, and told to nobody but the alert's readers: whoever has it may acknowledge the alert.
    Column("secret", String(32), nullable=False),
    UniqueConstraint("rule", "key", name="alerts_rule_key"),
    Index("alerts_story", "story"),
    Index("alerts_opened_at", "opened_at"),
    sqlite_autoincrement=True,
)

alert_articles = Table(
    "alert_articles",
    metadata,
    Column("alert", RowId, ForeignKey("alerts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("article", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Index("alert_articles_article", "article"),
)
