"""The tables of the store. Times are UTC milliseconds; `migrations/` brings older stores to this form.

Owners: intake writes files, articles, article_texts, sightings, kept_out, alerts, alert_articles and the first
deliveries, the stories (stories, story_articles, story_bands, story_sources), the lines of sources (source_lines), and
what correlations count: correlations, counts, events, read_times; dispatch changes deliveries, writes messages,
attempts and pauses, and what it plans by: groups, tellings, noisy, digests, escalations; the rules' keeper rule_sets;
commands silences and acks; `deliveries retry` and `drop` change deliveries, messages and pauses too, and `boilerplate
forget` removes lines.
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

REVISION = "0008"
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
    Column("last_error", Words, nullable=False),
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
    Index("messages_due", "state", "channel", "target", "due"),
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
    Column("why", Words, nullable=False),
)

# ── what is planned ──────────────────────────────────────────────────────────────────────────────

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

# ── boilerplate ──────────────────────────────────────────────────────────────────────────────────

# The last articles of each source, a few of a day (in days since 1970), with the numbers of their lines.
source_lines = Table(
    "source_lines",
    metadata,
    Column("article", RowId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("source", Words, nullable=False),
    Column("day", Integer, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    Index("source_lines_source", "source", "day"),
    Index("source_lines_day", "day"),
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
