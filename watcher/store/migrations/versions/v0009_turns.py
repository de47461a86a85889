"""Messages of an address by level: the gravest goes first."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.drop_index("messages_due", "messages")
    op.create_index("messages_due", "messages", ["state", "channel", "target", "level", "due"])
