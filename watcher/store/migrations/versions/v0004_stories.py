"""Stories: which articles tell the same one, who told it, and by what a new one is found; versions of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stories_last_at", "stories", ["last_at"])
    op.create_table(
        "story_articles",
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.Column("story", _row_id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("shingles", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("story_articles_story", "story_articles", ["story"])
    op.create_table(
        "story_bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article", _row_id(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["story_articles.article"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("band", "article"),
        sqlite_with_rowid=False,
    )
    op.create_index("story_bands_article", "story_bands", ["article"])
    op.create_table(
        "story_sources",
        sa.Column("story", _row_id(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story", "source"),
        sqlite_with_rowid=False,
    )
    op.add_column("articles", sa.Column("identity", sa.BigInteger(), nullable=True))
    op.add_column("articles", sa.Column("version_of", _row_id(), nullable=True))
    op.add_column("articles", sa.Column("matched", sa.Text(), nullable=True))
    op.create_index("articles_identity", "articles", ["identity"])
    op.add_column("alerts", sa.Column("story", _row_id(), nullable=True))
    op.create_index("alerts_story", "alerts", ["story"])
