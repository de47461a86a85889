"""When digests are due, and what they tell: made from the store, so that no restart loses or doubles one.

Owned by dispatch's thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from watcher.folding import fold
from watcher.message import Digest, DigestRule, DigestStory
from watcher.model import Alert, Level
from watcher.phrase import Phrase
from watcher.render import heading
from watcher.store.columns import AnyRow, chunks, filled, uuid7
from watcher.store.groups import outlets
from watcher.store.plans import contents
from watcher.store.schema import alerts, digests

MOST_RULES, MOST_STORIES = 50, 10  # that one digest shows; the others are counted
MOST_OTHERS = 2  # titles of a story beside its newest
_MOST_LOOKED_AT = 5  # alerts of a story, for titles that differ
_MOST_COUNTED = 500  # alerts of a story whose outlets are counted


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The next digest of a channel, and since when it tells."""

    channel: str
    since: int
    due: int


def schedule(conn: Connection, wanted: Mapping[str, tuple[str, int]], now: int) -> None:
    """Enters for each channel by what times its digests are sent and when the next is due; one whose times are the same
    as before keeps its own, unless that is later: the clock was set back."""
    found = conn.execute(select(digests)).all()
    for row in found:
        if row.channel in wanted and row.due > wanted[row.channel][1]:
            put_off(conn, row.channel, wanted[row.channel][1])
    known = {row.channel: row.times for row in found}
    gone = [name for name, times in known.items() if name not in wanted or wanted[name][0] != times]
    if gone:
        conn.execute(delete(digests).where(digests.c.channel.in_(gone)))
    new = [name for name in wanted if name not in known or name in gone]
    rows = [{"channel": name, "times": wanted[name][0], "since": now, "due": wanted[name][1]} for name in new]
    if rows:
        conn.execute(insert(digests), rows)


def due(conn: Connection, now: int) -> list[Scheduled]:
    """The digests whose time has come at `now` (UTC ms), by channel."""
    rows = conn.execute(select(digests).where(digests.c.due <= now).order_by(digests.c.channel))
    return [Scheduled(row.channel, row.since, row.due) for row in rows]


def told_until(conn: Connection, channel: str) -> int | None:
    """When a channel had its digest last, or began to have one; None where it has none."""
    return conn.execute(select(digests.c.since).where(digests.c.channel == channel)).scalar()


def put_off(conn: Connection, channel: str, until: int) -> None:
    """Sets when the next digest of a channel is due."""
    conn.execute(update(digests).where(digests.c.channel == channel).values(due=until))


def sent(conn: Connection, channel: str, following: int, now: int) -> None:
    """Notes that a channel has had its digest."""
    conn.execute(update(digests).where(digests.c.channel == channel).values(since=now, due=following))


def compose(conn: Connection, seqs: Iterable[int], why: Phrase, now: int) -> Digest:
    """What these alerts tell, grouped by rule and story: the loudest rules first, then those of most stories."""
    told = _entries(conn, seqs)
    by_rule: dict[str, list[AnyRow]] = {}
    for one in told:
        by_rule.setdefault(one.rule, []).append(one)
    stories = {rule: _by_story(some) for rule, some in by_rule.items()}
    ordered = sorted(by_rule, key=lambda rule: (-_level(by_rule[rule]).rank, -len(stories[rule]), rule))
    rules = tuple(_rule(conn, by_rule[rule], stories[rule]) for rule in ordered[:MOST_RULES])
    start = min(one.opened_at for one in told)
    shown = {one.story or one.key for rule in ordered[:MOST_RULES] for one in by_rule[rule]}
    return Digest(uuid7(now), why, start, now, rules, level=_level(told), stories=len(shown))


def _entries(conn: Connection, seqs: Iterable[int]) -> list[AnyRow]:
    """The alerts without the whole of them, the oldest first."""
    of = alerts.c
    wanted = select(of.seq, of.id, of.rule, of.title, of.level, of.story, of.key, of.opened_at)
    rows = [row for some in chunks(seqs) for row in conn.execute(wanted.where(of.seq.in_(filled(some))))]
    return sorted(rows, key=lambda row: row.seq)


def _by_story(told: Iterable[AnyRow]) -> list[list[AnyRow]]:
    """The alerts of each story, the story with the newest first."""
    found: dict[object, list[AnyRow]] = {}
    for one in told:
        found.setdefault(one.story or one.id, []).append(one)
    return sorted(found.values(), key=lambda story: -story[-1].seq)


def _rule(conn: Connection, entries: Sequence[AnyRow], stories: Sequence[Sequence[AnyRow]]) -> DigestRule:
    shown = stories[:MOST_STORIES]
    newest = contents(conn, [one.seq for story in shown for one in story[-_MOST_LOOKED_AT:]])
    told = tuple(_story(conn, story, newest) for story in shown)
    last = entries[-1]
    return DigestRule(last.rule, last.title, _level(entries), told, len(stories), len(entries))


def _story(conn: Connection, story: Sequence[AnyRow], newest: Mapping[int, Alert]) -> DigestStory:
    head, *others = (newest[one.seq] for one in reversed(story[-_MOST_LOOKED_AT:]))
    by_title = {fold(heading(head.article)): head.article}
    for other in others:
        by_title.setdefault(fold(heading(other.article)), other.article)
    told = [article for title, article in by_title.items() if title and article is not head.article]
    counted = outlets(conn, [one.seq for one in story[-_MOST_COUNTED:]])
    return DigestStory(head, len(story), counted, tuple(told[:MOST_OTHERS]))


def _level(entries: Iterable[AnyRow]) -> Level:
    return max((Level(one.level) for one in entries), key=lambda level: level.rank)
