"""What intake writes of articles: their ledger, and the alerts that a new article opens.

Owned by the thread of intake; one transaction admits a whole batch, or a piece of one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select

from watcher.model import Admission, Alert, Article, Correlated, Draft, FileFacts, Handled, Reading
from watcher.render import one_line, opening
from watcher.store import boilerplate
from watcher.store.columns import canonical, chunks, filled, uuid7
from watcher.store.engine import Store
from watcher.store.files import enter
from watcher.store.outbox import record
from watcher.store.schema import alert_articles, alerts, articles, kept_out, sightings
from watcher.store.stories import Telling, Told, tell
from watcher.store.texts import put_texts
from watcher.store.versions import Version, versions

# All rows of a batch by one statement each: one a row took three times as long. The numbers that they got are asked for
# afterwards, by what tells a row apart: a statement that returns them is another one for each number of rows.
_ARTICLES, _ALERTS = insert(articles), insert(alerts)
_KEPT_OUT, _SIGHTINGS, _LINKED = insert(kept_out), insert(sightings), insert(alert_articles)
SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article that was not known before, with the file that it came in and its number in the store.

    If a rule matched it has a story; `again` are the rules that matched an earlier version of it.
    """

    file: FileFacts
    reading: Reading
    number: int
    told: Told | None = None
    again: frozenset[str] = frozenset()


def admit(
    store: Store,
    handled: Sequence[Handled],
    now: int,
    count: Callable[[Connection, Sequence[Fresh]], list[Alert]] | None = None,
    also: Sequence[Callable[[Connection], None]] = (),
) -> list[Alert]:
    """Enters files with their articles and opens the alerts of those articles that are new, all or nothing.

    A known article is a further sighting and opens nothing; the same batch again changes nothing, and so does the part
    of a file that was admitted when a kill came before the rest of it. `count` is called
    inside of the transaction with those that are new, for the alerts of several, and each of `also` in any case.
    Returns the alerts opened, in the order of the batch, those of several articles last. Raises Trouble: then nothing
    was written.
    """
    arrived = [_Arrived.of(one, admission) for one in handled for admission in one.admissions]
    with store.write() as conn:
        enter(conn, [(one.file, one.outcome, one.reason) for one in handled if not one.more], now)
        ids = _known(conn, [one.digest for one in arrived])
        new: dict[str, _Arrived] = {}
        for one in arrived:
            if one.digest not in ids:
                new.setdefault(one.digest, one)
        ids |= _add(conn, {digest: one.reading for digest, one in new.items()}, now)
        before = versions(conn, [(ids[d], one.reading, one.alone) for d, one in new.items()])
        told = tell(conn, [_telling(one, ids[one.digest], new, before, now) for one in arrived])
        fresh = [_fresh(one, ids[d], before.get(ids[d]), told.get(ids[d])) for d, one in new.items()]
        boilerplate.note(conn, [(one.number, one.reading) for one in fresh if one.number not in before], now)
        opened = _open_all(conn, [(one, a.admission.drafts) for one, a in zip(fresh, new.values(), strict=True)], now)
        _sight(conn, [_sighting(ids[one.digest], one, now) for one in arrived])
        if count is not None and fresh:
            opened += count(conn, fresh)
        for write in also:
            write(conn)
    return opened


@dataclass(frozen=True, slots=True)
class _Arrived:
    """An article as a file brought it; `alone`: no other was in the file."""

    file: FileFacts
    admission: Admission
    digest: str
    alone: bool

    @classmethod
    def of(cls, one: Handled, admission: Admission) -> _Arrived:
        return cls(one.file, admission, admission.reading.article.digest, one.articles == 1 and not one.more)

    @property
    def reading(self) -> Reading:
        return self.admission.reading


def _telling(
    one: _Arrived, number: int, new: Mapping[str, _Arrived], before: Mapping[int, Version], now: int
) -> Telling:
    at, reading = min(one.file.rested_at or now, now), one.reading
    begins = bool(reading.matched) and new.get(one.digest) is one
    version_of = before[number].of if number in before else None
    return Telling(number, at, reading.article.source, begins, reading.fingerprint, version_of)


def _fresh(one: _Arrived, number: int, before: Version | None, told: Told | None) -> Fresh:
    return Fresh(one.file, one.reading, number, told, before.matched if before else frozenset())


def _known(conn: Connection, digests: Sequence[str]) -> dict[str, int]:
    known = {}
    for some in chunks(digests):
        rows = conn.execute(select(articles.c.digest, articles.c.id).where(articles.c.digest.in_(filled(some))))
        known.update({row.digest: row.id for row in rows})
    return known


def _add(conn: Connection, readings: Mapping[str, Reading], now: int) -> dict[str, int]:
    """Enters new articles by their digests; returns their numbers."""
    if not readings:
        return {}
    conn.execute(_ARTICLES, [_article(digest, reading, now) for digest, reading in readings.items()])
    numbers = _known(conn, list(readings))
    put_texts(conn, {numbers[digest]: reading.article.text for digest, reading in readings.items()})
    blocked = [
        {"rule": v.rule, "article": numbers[digest], "blocked_by": [b.to_json() for b in v.blocked_by], "at": now}
        for digest, reading in readings.items()
        for v in reading.verdicts
        if v.blocked_by and not v.match
    ]
    if blocked:
        conn.execute(_KEPT_OUT, blocked)
    return numbers


def _article(digest: str, reading: Reading, now: int) -> dict[str, Any]:
    article = reading.article
    told = {"title": article.title, "meta": summary(article), "needed_ner": reading.needed_ner}
    return {**told, "digest": digest, "seen_at": now}


def _sighting(number: int, one: _Arrived, now: int) -> dict[str, Any]:
    article = one.reading.article
    where = {"article": number, "path": canonical(article.path or one.file.path), "part": article.part}
    return {**where, "source": article.source, "at": now}


def _sight(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    at = sightings.c
    known = set()
    for some in chunks(rows):
        numbers, paths = filled({row["article"] for row in some}), filled({row["path"] for row in some})
        here = at.article.in_(numbers) & at.path.in_(paths)
        known |= {tuple(row) for row in conn.execute(select(at.article, at.path, at.part).where(here))}
    fresh = {(row["article"], row["path"], row["part"]): row for row in rows}
    fresh = {key: row for key, row in fresh.items() if key not in known}
    if fresh:
        conn.execute(_SIGHTINGS, list(fresh.values()))


def summary(article: Article) -> dict[str, Any]:
    """What an alert tells of its article; `published` as the contract writes it, None where it is not certain."""
    return {
        "title": article.title,
        **({} if one_line(article.title) else {"opening": opening(article.body)}),
        "source": article.source,
        "author": article.author,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "published_text": article.published_text,
        "path": article.path,
        "part": article.part,
        "url": article.url,
        "urgency": article.urgency,
        "subjects": list(article.subjects),
        **({"members": list(article.members)} if article.members else {}),
    }


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Opening:
    """An alert about to be entered under its key, with the articles that it is linked to. `came_at` is when the newest
    of them came to rest."""

    alert: Alert
    draft: Draft
    key: str
    articles: Sequence[int]
    came_at: int


def _open_all(conn: Connection, fresh: Iterable[tuple[Fresh, Sequence[Draft]]], now: int) -> list[Alert]:
    """Opens the alerts of new articles; of a new version those that the versions before did not open."""
    openings = []
    for one, drafts in fresh:
        article, came_at = one.reading.article, one.file.rested_at or now
        about, kept = summary(article), [d for d in drafts if d.on_update or d.rule not in one.again]
        openings += [Opening(drafted(d, about, now, one.told), d, article.digest, [one.number], came_at) for d in kept]
    open_alerts(conn, openings, now)
    return [opening.alert for opening in openings]


def drafted(
    draft: Draft, about: Mapping[str, Any], now: int, told: Told | None, correlated: Correlated | None = None
) -> Alert:
    """The alert of a draft, on the article that `about` is the summary of."""
    evidence = tuple(one.to_json() for one in draft.verdict.evidence)
    alert = Alert(
        uuid7(now), draft.rule, draft.title, draft.level, now, about, evidence, draft.rules_digest, correlated
    )
    return replace(alert, story=told.story, outlets=told.outlets) if told else alert


def open_alerts(conn: Connection, openings: Sequence[Opening], now: int) -> None:
    """Enters alerts in this order, with their articles and deliveries."""
    if not openings:
        return
    contents = [opening.alert.to_json() for opening in openings]
    rows = [_alert(opening, content) for opening, content in zip(openings, contents, strict=True)]
    conn.execute(_ALERTS, rows)
    numbers = dict[str, int]()
    for some in chunks(rows):
        mine = select(alerts.c.id, alerts.c.seq).where(alerts.c.id.in_(filled(row["id"] for row in some)))
        numbers |= {row.id: row.seq for row in conn.execute(mine)}
    seqs = [numbers[opening.alert.id] for opening in openings]
    linked = [{"alert": seq, "article": n} for seq, one in zip(seqs, openings, strict=True) for n in one.articles]
    if linked:
        conn.execute(_LINKED, linked)
    record(conn, [(seq, opening.draft.decisions) for seq, opening in zip(seqs, openings, strict=True)], now)


def _alert(opening: Opening, content: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: content[name] for name in ("id", "rule", "rules_digest", "level", "title", "opened_at")}
    row |= {
        "story": opening.alert.story,
        "key": opening.key,
        "content": content,
        "recorded_only": opening.draft.recorded_only,
    }
    return {**row, "came_at": opening.came_at, "secret": secrets.token_urlsafe(SECRET_BYTES)}
