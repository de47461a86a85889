"""What correlations count: events by rule and value, and when articles were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "correlations",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("keep", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("rule"),
    )
    op.create_table(
        "read_times",
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("start"),
    )
    op.create_table(
        "counts",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rule"], ["correlations.rule"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rule", "value", name="counts_rule_value"),
    )
    op.create_table(
        "events",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("count", _row_id(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("article", _row_id(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["count"], ["counts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("count", "article", "value", name="events_count_article_value"),
    )
    op.create_index("events_count_at", "events", ["count", "at"])
    op.create_index("events_article", "events", ["article"])
