"""What intake writes: the ledgers of files and articles, and the alerts that a new article opens.

Owned by the thread of intake; one transaction admits a whole batch.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from watcher.model import Admission, Alert, Article, Correlated, Draft, FileFacts, FileOutcome, Handled, Reading
from watcher.store.columns import canonical, chunks, uuid7
from watcher.store.engine import Store
from watcher.store.outbox import decide
from watcher.store.schema import alert_articles, alerts, article_texts, articles, files, kept_out, sightings

# ── files ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What is known of a file. `moved` says that it has been put where it belongs (archive, quarantine)."""

    size: int
    mtime_ns: int
    sha256: str
    outcome: FileOutcome
    reason: str
    moved: bool


def ledger(conn: Connection, paths: Iterable[str]) -> dict[str, LedgerRow]:
    """The rows of those of the paths, relative to the inbox, that were handled before."""
    known = {}
    for some in chunks(paths):
        for row in conn.execute(select(files).where(files.c.path.in_(some))):
            outcome = FileOutcome(row.outcome)
            known[row.path] = LedgerRow(row.size, row.mtime_ns, row.sha256, outcome, row.reason, row.moved)
    return known


def still_there(conn: Connection, paths: Iterable[str]) -> dict[str, LedgerRow]:
    """The ledger without files that were moved away: the same one may be delivered again under its name."""
    return {path: row for path, row in ledger(conn, paths).items() if not row.moved}


def record_files(store: Store, rows: Iterable[tuple[FileFacts, FileOutcome, str]], now: int) -> None:
    """Enters files without articles: passed over with a reason, quarantined, or adopted. Raises Trouble."""
    for some in chunks(rows):
        with store.write() as conn:
            _enter(conn, some, now)


def mark_moved(store: Store, path: str) -> None:
    """Notes that the file has been put where it belongs. Losing this in a power cut costs a look, no more."""
    with store.write(durable=False) as conn:
        conn.execute(update(files).where(files.c.path == path).values(moved=True))


def forget_quarantined(store: Store, path: str) -> None:
    """Lets a file that was put aside be read again, should it come back as it was. Raises Trouble."""
    with store.write() as conn:
        conn.execute(delete(files).where(files.c.path == path, files.c.outcome == FileOutcome.QUARANTINED.value))


def _enter(conn: Connection, rows: Sequence[tuple[FileFacts, FileOutcome, str]], now: int) -> None:
    known = ledger(conn, [facts.path for facts, _, _ in rows])
    fresh = {}
    for facts, outcome, reason in rows:
        row = LedgerRow(facts.size, facts.mtime_ns, facts.sha256, outcome, reason, moved=False)
        values = {"size": row.size, "mtime_ns": row.mtime_ns, "sha256": row.sha256, "outcome": outcome.value}
        values |= {"reason": reason, "handled_at": now, "moved": False}
        path = canonical(facts.path)
        before = known.get(path)
        if before is None:
            fresh[path] = {"path": path, **values}
        elif replace(before, moved=False) != row:
            conn.execute(update(files).where(files.c.path == path).values(values))
    if fresh:
        conn.execute(insert(files), list(fresh.values()))


# ── articles ─────────────────────────────────────────────────────────────────────────────────────

# All rows of a batch by one statement each: one a row took three times as long. The numbers come back in no certain
# order, so that each comes with what tells its row apart.
_NEW_ARTICLES = insert(articles).returning(articles.c.digest, articles.c.id)
_NEW_ALERTS = insert(alerts).returning(alerts.c.id, alerts.c.seq)
_TEXTS, _KEPT_OUT, _SIGHTINGS = insert(article_texts), insert(kept_out), insert(sightings)
_LINKED = insert(alert_articles)
_LEVEL = 1  # of packing a text: 6 took half as long again, and spares 3 bytes in 100


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article that was not known before, with the file that it came in and its number in the store."""

    file: FileFacts
    reading: Reading
    number: int


def admit(
    store: Store,
    handled: Sequence[Handled],
    now: int,
    count: Callable[[Connection, Sequence[Fresh]], list[Alert]] | None = None,
    also: Sequence[Callable[[Connection], None]] = (),
) -> list[Alert]:
    """Enters files with their articles and opens the alerts of those articles that are new, all or nothing.

    A known article is a further sighting and opens nothing; the same batch again changes nothing. `count` is called
    inside of the transaction with those that are new, for the alerts of several, and each of `also` in any case.
    Returns the alerts opened, in the order of the batch, those of several articles last. Raises Trouble: then nothing
    was written.
    """
    admissions = [(one.file, admission) for one in handled for admission in one.admissions]
    digests = [admission.reading.article.digest for _, admission in admissions]
    with store.write() as conn:
        _enter(conn, [(one.file, one.outcome, one.reason) for one in handled], now)
        ids = _known(conn, digests)
        new: dict[str, tuple[FileFacts, Admission]] = {}
        for digest, one in zip(digests, admissions, strict=True):
            if digest not in ids:
                new.setdefault(digest, one)
        ids |= _add(conn, {digest: admission.reading for digest, (_, admission) in new.items()}, now)
        opened = _open_all(conn, [(digest, ids[digest], admission) for digest, (_, admission) in new.items()], now)
        _sight(conn, [_sighting(ids[d], *one, now) for d, one in zip(digests, admissions, strict=True)])
        if count is not None and new:
            opened += count(conn, [Fresh(file, one.reading, ids[digest]) for digest, (file, one) in new.items()])
        for write in also:
            write(conn)
    return opened


def _known(conn: Connection, digests: Sequence[str]) -> dict[str, int]:
    known = {}
    for some in chunks(digests):
        rows = conn.execute(select(articles.c.digest, articles.c.id).where(articles.c.digest.in_(some)))
        known.update({row.digest: row.id for row in rows})
    return known


def _add(conn: Connection, readings: Mapping[str, Reading], now: int) -> dict[str, int]:
    """Enters new articles by their digests; returns their numbers."""
    if not readings:
        return {}
    rows = [_article(digest, reading, now) for digest, reading in readings.items()]
    numbers = {row.digest: row.id for row in conn.execute(_NEW_ARTICLES, rows)}
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


def _sighting(number: int, file: FileFacts, admission: Admission, now: int) -> dict[str, Any]:
    article = admission.reading.article
    where = {"article": number, "path": canonical(article.path or file.path), "part": article.part}
    return {**where, "source": article.source, "at": now}


def _sight(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    at = sightings.c
    known = set()
    for some in chunks(rows):
        here = at.article.in_({row["article"] for row in some}) & at.path.in_({row["path"] for row in some})
        known |= {tuple(row) for row in conn.execute(select(at.article, at.path, at.part).where(here))}
    fresh = {(row["article"], row["path"], row["part"]): row for row in rows}
    fresh = {key: row for key, row in fresh.items() if key not in known}
    if fresh:
        conn.execute(_SIGHTINGS, list(fresh.values()))


def summary(article: Article) -> dict[str, Any]:
    """What an alert tells of its article; `published` as the contract writes it, None where it is not certain."""
    return {
        "title": article.title,
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
    }


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Opening:
    """An alert about to be entered under its key, with the articles that it is linked to."""

    alert: Alert
    draft: Draft
    key: str
    articles: Sequence[int]


def _open_all(conn: Connection, admitted: Iterable[tuple[str, int, Admission]], now: int) -> list[Alert]:
    openings = []
    for digest, number, admission in admitted:
        told = summary(admission.reading.article)
        openings += [Opening(drafted(d, told, now), d, digest, [number]) for d in admission.drafts]
    open_alerts(conn, openings, now)
    return [opening.alert for opening in openings]


def drafted(draft: Draft, told: Mapping[str, Any], now: int, correlated: Correlated | None = None) -> Alert:
    """The alert of a draft, on the article that `told` is the summary of."""
    evidence = tuple(one.to_json() for one in draft.verdict.evidence)
    return Alert(uuid7(now), draft.rule, draft.title, draft.level, now, told, evidence, draft.rules_digest, correlated)


def open_alerts(conn: Connection, openings: Sequence[Opening], now: int) -> None:
    """Enters alerts in this order, with their articles, deliveries and messages."""
    if not openings:
        return
    contents = [opening.alert.to_json() for opening in openings]
    rows = [_alert(opening, content) for opening, content in zip(openings, contents, strict=True)]
    numbers = {row.id: row.seq for row in conn.execute(_NEW_ALERTS, rows)}
    seqs = [numbers[opening.alert.id] for opening in openings]
    linked = [{"alert": seq, "article": n} for seq, one in zip(seqs, openings, strict=True) for n in one.articles]
    if linked:
        conn.execute(_LINKED, linked)
    decisions = [opening.draft.decisions for opening in openings]
    decide(conn, list(zip(seqs, contents, decisions, strict=True)), now)


def _alert(opening: Opening, content: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: content[name] for name in ("id", "rule", "rules_digest", "level", "title", "opened_at")}
    return {**row, "key": opening.key, "content": content, "recorded_only": opening.draft.recorded_only}


# ── texts ────────────────────────────────────────────────────────────────────────────────────────


def put_texts(conn: Connection, texts: Mapping[int, str]) -> None:
    """Keeps articles' texts, packed; a lone surrogate is kept as it is, so that offsets stay true."""
    rows = [
        {"article": n, "packed": zlib.compress(t.encode("utf-8", "surrogatepass"), _LEVEL)} for n, t in texts.items()
    ]
    conn.execute(_TEXTS, rows)


def get_text(conn: Connection, article: int) -> str | None:
    """The text that the evidence's offsets count in; None once it has been pruned."""
    packed = conn.execute(select(article_texts.c.packed).where(article_texts.c.article == article)).scalar()
    return None if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")
