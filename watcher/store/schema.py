"""The tables of the store. Times are UTC milliseconds; `migrations/` brings older stores to this form.

Owners: intake writes files, articles, article_texts, sightings, kept_out, alerts, alert_articles and the first
deliveries and messages, the stories (stories, story_articles, story_bands, story_sources), and what correlations
count: correlations, counts, events, read_times; dispatch changes deliveries and messages and writes attempts; the
rules' keeper rule_sets.
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
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from watcher.store.columns import FilePath, Json, RowId, Words

REVISION = "0004"
"""The newest one in `migrations/versions`, said here so that opening a store need not import Alembic (0.12 s)."""

metadata = MetaData()

# Alembic's own table, made by hand for a new store.
revisions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))

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

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("alert", RowId, ForeignKey("alerts.seq", ondelete="CASCADE"), nullable=False),
    Column("channel", Words, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Words, nullable=False),
    # What tells it: the messages with the same mailing, one per target. A group's deliveries may share one.
    Column("mailing", String(36)),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("alert", "channel", name="deliveries_alert_channel"),
    Index("deliveries_state", "state", "channel"),
    Index("deliveries_mailing", "mailing"),
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
    Column("body", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("last_error", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Index("messages_due", "state", "channel", "due"),
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
)

# ── stories ──────────────────────────────────────────────────────────────────────────────────────

# Each has the number of the article that it began with.
stories = Table(
    "stories",
    metadata,
    Column("id", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("last_at", BigInteger, nullable=False),
    Index("stories_last_at", "last_at"),
)

# The articles that rules matched; `shingles` of those by which later ones are found.
story_articles = Table(
    "story_articles",
    metadata,
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("story", RowId, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("source", Words, nullable=False),
    Column("shingles", LargeBinary),
    Index("story_articles_story", "story"),
)

story_bands = Table(
    "story_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "article",
        RowId,
        ForeignKey("story_articles.article", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index("story_bands_article", "article"),
    sqlite_with_rowid=False,
)

# The outlets that told a story, without regard to case; '' for articles that name none.
story_sources = Table(
    "story_sources",
    metadata,
    Column("story", RowId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("source", Words, primary_key=True),
    sqlite_with_rowid=False,
)

# ── what correlations count ──────────────────────────────────────────────────────────────────────

correlations = Table(
    "correlations",
    metadata,
    Column("rule", Words, primary_key=True),
    # Another where the condition or the correlation is: then the counts begin anew.
    Column("digest", String(16), nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    # How far back an event matters, in ms; none where their number bounds them.
    Column("keep", BigInteger),
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

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("files", Json, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
)

# Single facts: the heartbeat, the rules in force and their fault.
meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Json, nullable=False),
)
