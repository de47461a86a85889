"""What the last articles of each source have for lines, and the boilerplate that is learned from them.

Owned by the thread of intake, which counts an article in the transaction that admits it. What was counted on a day
takes effect on the next (UTC): within a day the same lines are cut, whoever reads and in whatever order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, delete, func, insert, select

from watcher.boilerplate import (
    A_DAY,
    DAYS,
    KEPT_DAYS,
    LEAST,
    WINDOW,
    Learned,
    Sample,
    is_copy,
    learn,
    lines,
    pack,
    source_key,
    source_of,
    unpacked,
)
from watcher.model import Article, Reading
from watcher.store import meta
from watcher.store.columns import AnyRow, chunks, filled
from watcher.store.engine import Store
from watcher.store.schema import source_lines
from watcher.store.texts import get_text

MOST_SOURCES = 1_000
"""That boilerplate is learned of: those that were seen on the most days."""

_DAY_MS = 86_400_000
_REMOVED = 10_000  # sources that are looked up together to be removed: 8 MB of the longest names
_ROUNDS = 100  # of that a day
_AT_ONCE = 50  # sources loaded together: 66 rows of some 200 bytes each
_NOTED = insert(source_lines)
_ROWS = select(source_lines.c.article, source_lines.c.source, source_lines.c.day, source_lines.c.lines)
_NEWEST_FIRST = (source_lines.c.source, source_lines.c.article.desc())


def note(conn: Connection, fresh: Iterable[tuple[int, Reading]], now: int) -> None:
    """Counts the lines of new articles, a few a day of each source and no copies, and forgets what its window needs no
    more."""
    day = now // _DAY_MS
    mine: dict[str, list[tuple[int, bytes]]] = {}
    for number, reading in fresh:
        if reading.lines:
            mine.setdefault(source_of(reading.article), []).append((number, reading.lines))
    for some in chunks(mine, _AT_ONCE):
        full = _full(conn, some, day)
        open_ = [source for source in some if source not in full]
        before = _by_source(conn, open_) if open_ else {}
        for source in open_:
            _note(conn, source, mine[source], before.get(source, []), day)


def _full(conn: Connection, sources: Sequence[str], day: int) -> set[str]:
    """Those of the sources of which no more articles are counted that day."""
    today = source_lines.c.source.in_(filled(sources)) & (source_lines.c.day == day)
    counted = select(source_lines.c.source).where(today).group_by(source_lines.c.source)
    return set(conn.execute(counted.having(func.count() >= A_DAY)).scalars())


def _by_source(conn: Connection, sources: Sequence[str]) -> dict[str, list[AnyRow]]:
    """The counted articles of each of the sources, the newest first."""
    rows = conn.execute(_ROWS.where(source_lines.c.source.in_(filled(sources))).order_by(*_NEWEST_FIRST))
    return {source: list(some) for source, some in groupby(rows.all(), key=itemgetter(1))}


def _note(conn: Connection, source: str, come: Sequence[tuple[int, bytes]], before: Sequence[AnyRow], day: int) -> None:
    others = [unpacked(row.lines) for row in before]
    today = sum(row.day == day for row in before)
    rows: list[dict[str, object]] = []
    for number, packed in come:
        found = unpacked(packed)
        if today + len(rows) < A_DAY and not is_copy(found, others):
            others.append(found)
            rows.append({"article": number, "source": source, "day": day, "lines": packed})
    if rows:
        conn.execute(_NOTED, rows)
    # What is counted today has no effect before tomorrow: the window of today stays whole beside it.
    if len(older := [row.article for row in before if row.day != day]) > WINDOW:
        conn.execute(delete(source_lines).where(source_lines.c.article.in_(filled(older[WINDOW:]))))


# ── what is learned ──────────────────────────────────────────────────────────────────────────────


def learned(conn: Connection, now: int, of: Iterable[str] | None = None) -> Learned:
    """The boilerplate that holds on the day of `now`: of all sources, or of those given as `source_of` has them."""
    day = now // _DAY_MS
    window = source_lines.c.day.between(day - KEPT_DAYS, day - 1)
    counted = select(source_lines.c.source).where(window).group_by(source_lines.c.source)
    days = func.count(source_lines.c.day.distinct())
    enough = counted.having((func.count() >= LEAST) & (days >= DAYS)).order_by(days.desc(), source_lines.c.source)
    sources = list(conn.execute(enough.limit(MOST_SOURCES)).scalars())
    if of is not None:
        asked = set(of)
        sources = [source for source in sources if source in asked]
    found = {}
    for some in chunks(sources, _AT_ONCE):
        for source, rows in _by_source(conn, some).items():
            if boilerplate := learn([Sample(row.day, unpacked(row.lines)) for row in _held(rows, day)]):
                found[source] = boilerplate
    return found


class LearnedToday:
    """Owns what was learned until today, packed for those who read articles; any thread may ask for it. Within a day it
    changes only where some of it is forgotten by command."""

    def __init__(self, store: Store, *, on: bool) -> None:
        self._store = store
        self._on = on
        self._kept: tuple[tuple[int, int] | None, bytes] = (None, b"")  # swapped whole, as several threads ask

    def packed(self, now: int) -> bytes | None:
        """The boilerplate of all sources; None where lines are neither cut nor counted. Raises Trouble."""
        if not self._on:
            return None
        with self._store.read() as conn:
            as_of = now // _DAY_MS, forgotten(conn)
            kept_as_of, packed = self._kept
            if as_of != kept_as_of:
                packed = pack(learned(conn, now))
                self._kept = as_of, packed
        return packed


def _held(rows: Iterable[AnyRow], day: int) -> list[AnyRow]:
    """The articles that a source is judged by on a day, the newest first."""
    return [row for row in rows if day - KEPT_DAYS <= row.day < day][:WINDOW]


@dataclass(frozen=True, slots=True)
class LearnedLine:
    """A line that is cut: of which source, in how many of its last articles it stands, on how many days, when the last
    of them began, and its words; "" where no text of those articles is kept."""

    source: str
    seen: int
    of: int
    days: int
    last_at: int
    text: str


def listed(conn: Connection, now: int, source: str | None = None) -> Iterator[LearnedLine]:
    """What is cut on the day of `now`, of all sources or of one."""
    day = now // _DAY_MS
    found = learned(conn, now, None if source is None else [source_key(source)])
    for name, shares in found.items():
        held = [(row.article, row.day, unpacked(row.lines)) for row in _held(_by_source(conn, [name])[name], day)]
        words = _words_of(conn, [(article, numbers) for article, _, numbers in held], set(shares))
        for number, share in shares.items():
            days = {seen_on for _, seen_on, numbers in held if number in numbers[1:]}
            yield LearnedLine(name, share.seen, share.of, len(days), max(days) * _DAY_MS, words.get(number, ""))


def _words_of(conn: Connection, held: Sequence[tuple[int, Sequence[int]]], wanted: set[int]) -> dict[int, str]:
    """The lines of these numbers as they stand in the newest of the articles."""
    words: dict[int, str] = {}
    for article, numbers in held:
        if wanted.difference(words).intersection(numbers) and (text := get_text(conn, article)) is not None:
            found = ((line.number, text[line.start : line.end]) for line in lines(Article("", text)))
            words |= {number: line for number, line in found if number in wanted and number not in words}
    return words


def forget(store: Store, source: str, now: int) -> int:
    """Forgets what a source has for lines, which a daemon heeds with the next articles that it hands out; returns how
    many articles were counted. Raises Trouble."""
    with store.write() as conn:
        gone = conn.execute(delete(source_lines).where(source_lines.c.source == source_key(source))).rowcount
        meta.put(conn, meta.FORGOTTEN, now)
    return gone


def forgotten(conn: Connection) -> int:
    """When lines were forgotten last, 0 for never."""
    return int(meta.get(conn, meta.FORGOTTEN) or 0)


def prune(store: Store, now: int) -> int:
    """Removes what no window reaches back to, and all of the sources beyond those that boilerplate is learned of: any
    article may name another. Returns how many articles. Raises Trouble."""
    seen = source_lines.c
    with store.write() as conn:
        removed = conn.execute(delete(source_lines).where(seen.day < now // _DAY_MS - KEPT_DAYS)).rowcount
    most_days_first = (func.count(seen.day.distinct()).desc(), func.max(seen.day).desc(), seen.source)
    ranked = select(seen.source).group_by(seen.source).order_by(*most_days_first)
    for _ in range(_ROUNDS):
        with store.read() as conn:
            beyond = list(conn.execute(ranked.offset(MOST_SOURCES).limit(_REMOVED)).scalars())
        for some in chunks(beyond):
            with store.write() as conn:
                removed += conn.execute(delete(source_lines).where(seen.source.in_(filled(some)))).rowcount
        if len(beyond) < _REMOVED:
            break
    return removed
