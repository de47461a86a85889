"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_files()
    _make_articles()
    _make_alerts()
    _make_deliveries()
    _make_messages()


def _make_files() -> None:
    """What was read, and on which rules."""
    op.create_table(
        "files",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_index("files_handled_at", "files", ["handled_at"])
    op.create_index("files_outcome", "files", ["outcome"])
    op.create_table(
        "rule_sets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _make_articles() -> None:
    """What was in it."""
    op.create_table(
        "articles",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("needed_ner", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("articles_needed_ner", "articles", ["needed_ner"])
    op.create_index("articles_seen_at", "articles", ["seen_at"])
    op.create_table(
        "article_texts",
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_table(
        "sightings",
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", "path", "part"),
    )
    op.create_index("sightings_at", "sightings", ["at"])


def _make_alerts() -> None:
    """What rules found, or were kept from finding."""
    op.create_table(
        "alerts",
        sa.Column("seq", _row_id(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rules_digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_only", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("rule", "key", name="alerts_rule_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_opened_at", "alerts", ["opened_at"])
    op.create_table(
        "alert_articles",
        sa.Column("alert", _row_id(), autoincrement=False, nullable=False),
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.seq"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "article"),
    )
    op.create_index("alert_articles_article", "alert_articles", ["article"])
    op.create_table(
        "kept_out",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rule", "article"),
    )
    op.create_index("kept_out_article", "kept_out", ["article"])
    op.create_index("kept_out_at", "kept_out", ["at"])


def _make_deliveries() -> None:
    """To whom it is told."""
    op.create_table(
        "deliveries",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("alert", _row_id(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mailing", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert", "channel", name="deliveries_alert_channel"),
    )
    op.create_index("deliveries_mailing", "deliveries", ["mailing"])
    op.create_index("deliveries_state", "deliveries", ["state", "channel"])


def _make_messages() -> None:
    """What is to be sent."""
    op.create_table(
        "messages",
        sa.Column("seq", _row_id(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailing", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("messages_due", "messages", ["state", "channel", "due"])
    op.create_index("messages_mailing", "messages", ["mailing"])
    op.create_index("messages_settled_at", "messages", ["settled_at"])
    op.create_table(
        "attempts",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("message", _row_id(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempts_message", "attempts", ["message"])
