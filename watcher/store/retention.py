"""What the store forgets, and when: in small bites, and never anything that is still to be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, ScalarSelect, Table, and_, delete, exists, or_, select

from watcher.model import DeliveryState
from watcher.store import boilerplate, meta
from watcher.store.columns import filled
from watcher.store.engine import Store
from watcher.store.schema import (
    alert_articles,
    alerts,
    article_texts,
    articles,
    correlations,
    counts,
    deliveries,
    events,
    files,
    groups,
    kept_out,
    messages,
    noisy,
    read_times,
    rule_sets,
    sightings,
    silences,
    stories,
    tellings,
)
from watcher.stories import HORIZON

DAY_MS = 86_400_000
BATCH = 200
"""Rows removed in one transaction, so that an alert never waits long for housekeeping."""

_WAITING = deliveries.c.state.in_([s.value for s in (DeliveryState.NEW, DeliveryState.PENDING, DeliveryState.HELD)])


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows went."""

    texts: int
    sightings: int
    kept_out: int
    messages: int
    deliveries: int
    alerts: int
    articles: int
    rule_sets: int
    files: int
    events: int
    planned: int
    stories: int
    source_lines: int


def prune(
    store: Store,
    now: int,
    *,
    texts_days: int = 90,
    alerts_days: int = 400,
    is_gone: Callable[[str], bool] | None = None,
) -> Pruned:
    """Removes texts and decisions after `texts_days`, alerts and the ledger of articles after `alerts_days`.

    A file's row goes `texts_days` after it was handled if `is_gone(path)`; without `is_gone` (an inbox that is not
    mounted looks empty) all stay. Raises Trouble: what was removed by then is gone, the rest goes next time.
    """
    decided, opened = now - texts_days * DAY_MS, now - alerts_days * DAY_MS
    return Pruned(
        texts=_remove(store, article_texts, article_texts.c.article, _old_texts(decided)),
        sightings=_remove(store, sightings, sightings.c.article, sightings.c.at < decided),
        kept_out=_remove(store, kept_out, kept_out.c.article, kept_out.c.at < decided),
        messages=_remove(store, messages, messages.c.seq, _settled_messages(decided)),
        deliveries=_remove(store, deliveries, deliveries.c.id, _ended_deliveries(decided)),
        alerts=_remove(store, alerts, alerts.c.seq, _told_alerts(opened)),
        articles=_remove(store, articles, articles.c.id, _unused_articles(opened)),
        rule_sets=_forget_rules(store, opened),
        files=_forget_files(store, decided, is_gone) if is_gone else 0,
        events=_forget_counts(store, now, opened),
        planned=_forget_plans(store, decided),
        stories=_remove(store, stories, stories.c.id, _ended_stories(now - HORIZON)),
        source_lines=boilerplate.prune(store, now),
    )


def _remove(store: Store, table: Table, key: Column[Any], old: ColumnElement[bool]) -> int:
    """Deletes the rows that are old; rows that share a key are taken together or one batch after the other. They are
    looked for while others may write, and looked at again when they go."""
    some = select(key).where(old).limit(BATCH)
    removed = 0
    while True:
        with store.read() as conn:
            keys = conn.execute(some).scalars().all()
        if not keys:
            return removed
        with store.write() as conn:
            removed += conn.execute(delete(table).where(key.in_(filled(keys)), old)).rowcount


def _newest(number: Column[Any], at: Column[int], before: int) -> ScalarSelect[Any]:
    """The number of the newest row from before a time. Numbers grow with time, so that what is old lies up to it: a
    look at each of 1.2 million texts took 9 s."""
    return select(number).where(at < before).order_by(at.desc(), number.desc()).limit(1).scalar_subquery()


def _old_texts(before: int) -> ColumnElement[bool]:
    seen = exists().where(article_texts.c.article == articles.c.id, articles.c.seen_at < before)
    return and_(article_texts.c.article <= _newest(articles.c.id, articles.c.seen_at, before), seen)


def _ended_deliveries(before: int) -> ColumnElement[bool]:
    """None is older than its alert."""
    old = deliveries.c.alert <= _newest(alerts.c.seq, alerts.c.opened_at, before)
    return and_(old, ~_WAITING, deliveries.c.changed_at < before)


def _forget_counts(store: Store, now: int, before: int) -> int:
    """What no window needs any more, of values that do not occur again: those that do are looked after by intake."""
    with store.read() as conn:
        keeps = conn.execute(select(correlations.c.rule, correlations.c.keep)).all()
    removed = 0
    for rule, keep in keeps:
        if keep is not None:  # a rule at a time, by a bound that is a number: a bound of each row's own uses no index
            mine = select(counts.c.id).where(counts.c.rule == rule)
            old = and_(events.c.count.in_(mine), events.c.at <= now - keep)
            removed += _remove(store, events, events.c.id, old)
            empty = and_(counts.c.last_at <= now - keep, ~exists().where(events.c.count == counts.c.id))
            _remove(store, counts, counts.c.id, and_(counts.c.rule == rule, empty))
    _remove(store, read_times, read_times.c.start, read_times.c.until < before)
    return removed


def _ended_stories(before: int) -> ColumnElement[bool]:
    """Told last before then, and begun: of articles that lay in the inbox for years more may come for a while."""
    begun = exists().where(articles.c.id == stories.c.id, articles.c.seen_at < before)
    return and_(stories.c.last_at < before, begun)


def _forget_plans(store: Store, before: int) -> int:
    """Groups that are closed and told of, the pace of rules, and silences that have ended."""
    told = exists().where(deliveries.c.group == groups.c.id)
    closed = and_(groups.c.due.is_(None), groups.c.last_at < before, ~told)
    removed = _remove(store, groups, groups.c.id, closed)
    removed += _remove(store, tellings, tellings.c.id, tellings.c.at < before)
    removed += _remove(store, silences, silences.c.id, silences.c.ends_at < before)
    with store.write() as conn:
        return removed + conn.execute(delete(noisy).where(noisy.c.told_at < before)).rowcount


def _settled_messages(before: int) -> ColumnElement[bool]:
    """Ended messages, of which no delivery waits for a message to another target: those that are open, or again, are
    not settled."""
    waiting = exists().where(deliveries.c.mailing == messages.c.mailing, _WAITING)
    return and_(messages.c.settled_at < before, ~waiting)


def _told_alerts(before: int) -> ColumnElement[bool]:
    waiting = exists().where(deliveries.c.alert == alerts.c.seq, _WAITING)
    return and_(alerts.c.opened_at < before, ~waiting)


def _unused_articles(before: int) -> ColumnElement[bool]:
    """An article that an alert names stays, and so the rule that alerted on it can never open it twice."""
    named = exists().where(alert_articles.c.article == articles.c.id)
    return and_(articles.c.seen_at < before, ~named)


def _forget_rules(store: Store, before: int) -> int:
    """Rules that others replaced long ago go unless they explain an alert that is kept. How old they are does not
    matter: what those opened that were in force till now may still be on its way here."""
    later = rule_sets.alias()
    replaced = exists().where(
        later.c.accepted_at >= rule_sets.c.accepted_at,
        later.c.accepted_at < before,
        later.c.digest != rule_sets.c.digest,
    )
    used = select(alerts.c.rules_digest).distinct()
    unused = select(rule_sets.c.digest).where(replaced, rule_sets.c.digest.not_in(used))
    with store.read() as conn:  # others may write while it goes through the alerts
        found = set(conn.execute(unused).scalars())
    with store.write() as conn:
        found.discard((meta.get(conn, meta.RULES) or {}).get("digest") or "")  # times do not tell: clocks go back
        mine = and_(rule_sets.c.digest.in_(found), rule_sets.c.accepted_at < before)  # not accepted again since
        return conn.execute(delete(rule_sets).where(mine)).rowcount


def _forget_files(store: Store, before: int, is_gone: Callable[[str], bool]) -> int:
    """The disk is asked outside of any transaction."""
    removed, at, last = 0, -1, ""
    while True:
        beyond = or_(files.c.handled_at > at, and_(files.c.handled_at == at, files.c.path > last))
        some = select(files.c.handled_at, files.c.path).where(beyond, files.c.handled_at < before)
        with store.read() as conn:
            page = conn.execute(some.order_by(files.c.handled_at, files.c.path).limit(BATCH)).all()
        if not page:
            return removed
        at, last = page[-1]
        gone = [path for _, path in page if is_gone(path)]
        with store.write() as conn:
            old = files.c.handled_at < before  # it may have come back and been handled since
            removed += conn.execute(delete(files).where(files.c.path.in_(gone), old)).rowcount
