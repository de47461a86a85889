"""From alert to message: groups, silences, digests, escalations, and what each delivery waits for."""

from __future__ import annotations

import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_groups()
    _make_times()
    _make_orders()
    with op.batch_alter_table("alerts", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("came_at", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("secret", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("waits_for", sa.String(length=16)))
        table.add_column(sa.Column("due", sa.BigInteger()))
        table.add_column(sa.Column("group", _row_id()))
        table.create_foreign_key("deliveries_group_groups", "groups", ["group"], ["id"], ondelete="SET NULL")
    _fill()
    with op.batch_alter_table("alerts", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("came_at", server_default=None)
        table.alter_column("secret", server_default=None)
    op.create_index("deliveries_waits_for", "deliveries", ["waits_for", "due"])
    op.create_index("deliveries_group", "deliveries", ["group"])


def _fill() -> None:
    """What lies there already: alerts came as they were opened, and what waits to be sent tells one alert alone."""
    conn = op.get_bind()
    conn.execute(sa.text("UPDATE alerts SET came_at = opened_at"))
    given = [
        {"seq": row.seq, "secret": secrets.token_urlsafe(16)} for row in conn.execute(sa.text("SELECT seq FROM alerts"))
    ]
    if given:
        conn.execute(sa.text("UPDATE alerts SET secret = :secret WHERE seq = :seq"), given)
    conn.execute(sa.text("UPDATE deliveries SET waits_for = 'channel' WHERE state = 'held' AND mailing IS NOT NULL"))
    conn.execute(sa.text("UPDATE deliveries SET state = 'new' WHERE state = 'held' AND mailing IS NULL"))
    told = conn.execute(sa.text("SELECT seq, body FROM messages WHERE kind = 'alert'")).all()
    bodies = [{"seq": row.seq, "body": _bulletin(json.loads(row.body))} for row in told]
    if bodies:
        conn.execute(sa.text("UPDATE messages SET body = :body WHERE seq = :seq"), bodies)


def _bulletin(alert: dict[str, object]) -> str:
    matched = [alert["title"] or alert["rule"]]
    told = {"group": alert["id"], "level": alert["level"], "alerts": [alert], "matched": matched}
    return json.dumps({**told, "total": 1, "outlets": 1, "why": ""}, separators=(",", ":"))


def _make_groups() -> None:
    """What one message tells, and what a channel was told."""
    op.create_table(
        "groups",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("ident", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("updates", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("told_level", sa.String(length=16), nullable=False),
        sa.Column("told_rules", sa.Text(), nullable=False),
        sa.Column("told_outlets", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ident"),
    )
    op.create_index("groups_key", "groups", ["channel", "key"])
    op.create_index("groups_due", "groups", ["due"])
    op.create_table(
        "tellings",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tellings_rule", "tellings", ["rule", "channel", "at"])
    op.create_table(
        "noisy",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "channel"),
    )


def _make_times() -> None:
    """When something is to be told: digests, and alerts that nobody acknowledges."""
    op.create_table(
        "digests",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "escalations",
        sa.Column("alert", _row_id(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("group", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert", "origin"),
    )
    op.create_index("escalations_due", "escalations", ["due"])
    op.create_index("escalations_group", "escalations", ["group"])


def _make_orders() -> None:
    """What people say of alerts."""
    op.create_table(
        "acks",
        sa.Column("alert", _row_id(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert"),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("matching", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("silences_ends_at", "silences", ["ends_at"])
