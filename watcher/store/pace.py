"""The pace of rules: how often each began to tell a channel something, and who was told that one is noisy.

Owned by dispatch's thread; every function belongs into the one transaction of a plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select

from watcher.model import Alert
from watcher.store.schema import alerts, noisy, tellings

_OF_RULE = (tellings.c.rule == bindparam("rule")) & (tellings.c.channel == bindparam("channel"))
_FORGET = delete(tellings).where(_OF_RULE, tellings.c.at <= bindparam("since", type_=BigInteger))
_COUNT = select(func.count()).select_from(tellings).where(_OF_RULE)
_BEGUN = insert(tellings)


def told_since(conn: Connection, rule: str, channel: str, since: int) -> int:
    """How often a rule began to tell a channel something since then; what is older is forgotten."""
    mine = {"rule": rule, "channel": channel}
    conn.execute(_FORGET, {**mine, "since": since})
    return conn.execute(_COUNT, mine).scalar_one()


def add_tellings(conn: Connection, rows: Sequence[tuple[str, str]], now: int) -> None:
    """Notes that rules began to tell channels something at `now` (UTC ms); `rows` are (rule, channel)."""
    if rows:
        conn.execute(_BEGUN, [{"rule": rule, "channel": channel, "at": now} for rule, channel in rows])


def note_noisy(conn: Connection, rule: str, channel: str, since: int, now: int) -> bool:
    """Notes that a channel is told that a rule is noisy; False, and nothing, where it was told since then."""
    mine = (noisy.c.rule == rule) & (noisy.c.channel == channel)
    if conn.execute(select(noisy.c.told_at).where(mine, noisy.c.told_at > since)).first():
        return False
    conn.execute(delete(noisy).where(mine))
    conn.execute(insert(noisy).values(rule=rule, channel=channel, told_at=now))
    return True


def latest(conn: Connection, rule: str, limit: int) -> list[Alert]:
    """The newest alerts of a rule."""
    newest = select(alerts.c.content).where(alerts.c.rule == rule).order_by(alerts.c.seq.desc()).limit(limit)
    return [Alert.from_json(content) for content in conn.execute(newest).scalars()]
