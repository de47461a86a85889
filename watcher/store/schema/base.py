"""What all tables have in common, and which revision of them this is."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table

REVISION = "0011"
"""The newest one in `migrations/versions`, said here so that opening a store need not import Alembic (0.12 s)."""

metadata = MetaData()

# Alembic's own table, made by hand for a new store.
revisions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
