"""Which articles tell the same story, and the lines that recur over those of a source.

Written by intake alone, but that `boilerplate forget` removes lines.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table

from watcher.store.columns import RowId, Words
from watcher.store.schema.base import metadata

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
