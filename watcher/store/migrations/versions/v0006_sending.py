"""What sending keeps: the level of messages, their first try, fallbacks, digests made of them, and pauses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

LEVELS = ("informational", "low", "medium", "high", "critical")


def upgrade() -> None:
    # A new column that must have a value needs one for the rows that are there.
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("level", sa.String(length=16), nullable=False, server_default="medium"))
        batch.add_column(sa.Column("first_try", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("fallback_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("part_of", sa.BigInteger(), nullable=True))
        batch.drop_index("messages_due")
    with op.batch_alter_table("messages") as batch:
        batch.alter_column("level", server_default=None)
        batch.create_index("messages_due", ["state", "channel", "target", "due"])
        batch.create_index("messages_part_of", ["part_of"])
    messages = sa.table("messages", sa.column("level", sa.String()), sa.column("body", sa.Text()))
    for level in LEVELS:  # the body is compact JSON with the level in it, for every kind of message
        named = messages.c.body.like(f'%"level":"{level}"%')
        op.execute(messages.update().where(named).values(level=level))
    op.create_index("attempts_at", "attempts", ["at"])
    op.create_table(
        "pauses",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("address", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "target"),
    )
