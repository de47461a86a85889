"""What the daemon notes of itself: sets of rules that were accepted, by the rules' keeper, and single facts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from watcher.store.columns import Json, Texts
from watcher.store.schema.base import metadata

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("files", Texts, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
)

# Single facts: the heartbeat, the rules in force and their fault.
meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Json, nullable=False),
)
