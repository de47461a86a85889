"""What correlations tell apart, as it is written: alerts named outlets and people in small letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("events", sa.Column("written", sa.Text(), nullable=True))
