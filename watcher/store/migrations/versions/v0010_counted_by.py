"""What correlations count by, which only their alerts told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("correlations", sa.Column("by", sa.String(16), nullable=True))
