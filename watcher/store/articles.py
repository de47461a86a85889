"""What intake writes: the ledgers of files and articles, and the alerts that a new article opens.

Owned by the thread of intake; one transaction admits a whole batch.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from watcher.model import Admission, Alert, Article, Draft, FileFacts, FileOutcome, Handled, Reading
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

_NEW_ARTICLE = insert(articles).returning(articles.c.id)
_NEW_ALERT = insert(alerts).returning(alerts.c.seq)


def admit(store: Store, handled: Sequence[Handled], now: int) -> list[Alert]:
    """Enters files with their articles and opens the alerts of those articles that are new, all or nothing.

    A known article is a further sighting and opens nothing; the same batch again changes nothing. Returns the alerts
    opened, in the order of the batch. Raises Trouble: then nothing was written.
    """
    admissions = [(one.file.path, admission) for one in handled for admission in one.admissions]
    digests = [admission.reading.article.digest for _, admission in admissions]
    opened: list[Alert] = []
    seen = []
    with store.write() as conn:
        _enter(conn, [(one.file, one.outcome, one.reason) for one in handled], now)
        ids = _known(conn, digests)
        for digest, (path, admission) in zip(digests, admissions, strict=True):
            if digest not in ids:
                ids[digest] = _add(conn, digest, admission.reading, now)
                opened += _open_all(conn, digest, ids[digest], admission, now)
            article = admission.reading.article
            where = {"article": ids[digest], "path": canonical(article.path or path), "part": article.part}
            seen.append({**where, "source": article.source, "at": now})
        _sight(conn, seen)
    return opened


def _known(conn: Connection, digests: Sequence[str]) -> dict[str, int]:
    known = {}
    for some in chunks(digests):
        rows = conn.execute(select(articles.c.digest, articles.c.id).where(articles.c.digest.in_(some)))
        known.update({row.digest: row.id for row in rows})
    return known


def _add(conn: Connection, digest: str, reading: Reading, now: int) -> int:
    article = reading.article
    told: dict[str, Any] = {"title": article.title, "meta": summary(article), "needed_ner": reading.needed_ner}
    number: int = conn.execute(_NEW_ARTICLE, {**told, "digest": digest, "seen_at": now}).scalar_one()
    put_text(conn, number, article.text)
    blocked = [
        {"rule": verdict.rule, "article": number, "blocked_by": [b.to_json() for b in verdict.blocked_by], "at": now}
        for verdict in reading.verdicts
        if verdict.blocked_by and not verdict.match
    ]
    if blocked:
        conn.execute(insert(kept_out), blocked)
    return number


def _sight(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    at = sightings.c
    known = set()
    for some in chunks(rows):
        here = at.article.in_({row["article"] for row in some}) & at.path.in_({row["path"] for row in some})
        known |= {tuple(row) for row in conn.execute(select(at.article, at.path, at.part).where(here))}
    fresh = {(row["article"], row["path"], row["part"]): row for row in rows}
    fresh = {key: row for key, row in fresh.items() if key not in known}
    if fresh:
        conn.execute(insert(sightings), list(fresh.values()))


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


def _open_all(conn: Connection, digest: str, article: int, admission: Admission, now: int) -> list[Alert]:
    told = summary(admission.reading.article)
    return [_open(conn, digest, article, told, draft, now) for draft in admission.drafts]


def _open(conn: Connection, digest: str, article: int, told: dict[str, Any], draft: Draft, now: int) -> Alert:
    evidence = tuple(one.to_json() for one in draft.verdict.evidence)
    alert = Alert(uuid7(now), draft.rule, draft.title, draft.level, now, told, evidence, draft.rules_digest)
    content = alert.to_json()
    row = {name: content[name] for name in ("id", "rule", "rules_digest", "level", "title", "opened_at")}
    row |= {"key": digest, "content": content, "recorded_only": draft.recorded_only}
    seq: int = conn.execute(_NEW_ALERT, row).scalar_one()
    conn.execute(insert(alert_articles), {"alert": seq, "article": article})
    for decision in draft.decisions:
        decide(conn, seq, content, decision, now)
    return alert


# ── texts ────────────────────────────────────────────────────────────────────────────────────────


def put_text(conn: Connection, article: int, text: str) -> None:
    """Keeps an article's text, packed; a lone surrogate is kept as it is, so that offsets stay true."""
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"))
    conn.execute(insert(article_texts), {"article": article, "packed": packed})


def get_text(conn: Connection, article: int) -> str | None:
    """The text that the evidence's offsets count in; None once it has been pruned."""
    packed = conn.execute(select(article_texts.c.packed).where(article_texts.c.article == article)).scalar()
    return None if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")
