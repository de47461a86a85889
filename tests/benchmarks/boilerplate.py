"""What is cut as boilerplate of real articles, whether any news is among it, and what learning and cutting cost."""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from tests.benchmarks.figure import Figure
from tests.outlet import article, handled
from watcher.analyse.engine import Engine
from watcher.boilerplate import A_DAY, WINDOW, cuts, is_copy, lines, pack, packed, unpack
from watcher.errors import Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import Article, Document
from watcher.rules.bundle import Bundle
from watcher.rules.evaluate import Options
from watcher.store import Store, open_store
from watcher.store.articles import admit
from watcher.store.boilerplate import learned
from watcher.store.retention import DAY_MS
from watcher.store.schema import articles, source_lines

SHARED = Path(__file__).parents[3] / "shared" / "data"
FEWEST = 15  # articles of an outlet with which it is played through
PER_DAY = 4
NOW = 20_000 * DAY_MS
SOURCES = 1_000
RULES = """\
version: 1
rules:
  - {id: found, condition: {keywords: ["gouvernement*", "government*", "regierung*"]}}
  - {id: near, condition: {near: {within: 10, all: [{keywords: ["president*"]}, {keywords: ["minister*"]}]}}}
"""
# Made up, as outlets have it: what stands below each article, one of three menus in turn, and one of twelve
# advertisements, which are too many to be learned.
BELOW = ("Sign up for our morning briefing and never miss a story", "Share this article", "Back to the front page")
MENUS = tuple((f"Most read in section {n}", f"Watch: the week in pictures, part {n}", f"Puzzle {n}") for n in range(3))
ADVERTS = tuple(f"Sponsored: visit the town of Exampleville number {n} this summer" for n in range(12))


def measure(home: Path) -> list[Figure]:
    """What is found takes the articles of `shared/data` beside the project; says so where they are not there."""
    figures = _cost(home / "cost")
    if not SHARED.is_dir():
        print(f"boilerplate: what is found is skipped, there is no {SHARED}", file=sys.stderr)
        return figures
    with (SHARED / "news-dev.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [*_played(rows, home), *_shared(rows), *figures]


# ── real articles below made-up menus ────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Cut:
    """Lines, of those that are the page's and of those that are news."""

    page: int = 0
    page_cut: int = 0
    news: int = 0
    news_cut: int = 0


def _played(rows: Sequence[Mapping[str, Any]], home: Path) -> Iterator[Figure]:
    """All articles of each outlet day after day, read as the daemon reads them: as they are, and with menus."""
    by_outlet = defaultdict(list)
    for row in rows:
        by_outlet[row["publisher"]].append(Article(row["title"] or "", row["text"], source=row["publisher"]))
    chosen = {name: found for name, found in by_outlet.items() if len(found) >= FEWEST}
    plain, dressed = _Cut(), _Cut()
    for name, found in chosen.items():
        _play(found, [()] * len(found), home / f"plain-{name}", plain)
        menus = [_menu(n) for n in range(len(found))]
        _play([_dressed(one, menu) for one, menu in zip(found, menus, strict=True)], menus, home / name, dressed)
    yield Figure(f"news lines of {len(chosen)} outlets as they are", plain.news, "lines")
    yield Figure("of these cut", plain.news_cut, "lines", most=0)
    yield Figure("made-up lines put among them, once learned", dressed.page, "lines")
    yield Figure("of these cut", 100 * dressed.page_cut / dressed.page, "in 100", least=75)
    yield Figure("news lines beside them", dressed.news, "lines")
    yield Figure("of these cut", dressed.news_cut, "lines", most=0)


def _menu(number: int) -> tuple[str, ...]:
    return (*MENUS[number % len(MENUS)], ADVERTS[number % len(ADVERTS)], *BELOW)


def _dressed(one: Article, menu: Sequence[str]) -> Article:
    """Half of the menu stands below the lead, the rest at the end."""
    lead, *rest = one.body.split("\n")
    return replace(one, body="\n".join([lead, *menu[:3], *rest, *menu[3:]]))


def _play(articles: Sequence[Article], menus: Sequence[Sequence[str]], home: Path, told: _Cut) -> None:
    with open_store(home) as store:
        for day, start in enumerate(range(0, len(articles), PER_DAY)):
            some = [replace(one, path=f"{start + n}.txt") for n, one in enumerate(articles[start : start + PER_DAY])]
            now = NOW + day * DAY_MS
            with store.read() as conn:
                known = learned(conn, now)
            for one, menu in zip(some, menus[start : start + PER_DAY], strict=True):
                gone = {(c.start, c.end) for c in cuts(one, known)}
                for line in lines(one)[1:]:
                    is_menu, is_gone = one.text[line.start : line.end] in menu, (line.start, line.end) in gone
                    told.page += is_menu and bool(known)
                    told.page_cut += is_menu and is_gone
                    told.news += not is_menu
                    told.news_cut += is_gone and not is_menu
                    if is_gone and not is_menu:
                        print(f"boilerplate: news cut: {one.text[line.start : line.end]!r}", file=sys.stderr)
            admit(store, [handled(one) for one in some], now)


# ── real pages ───────────────────────────────────────────────────────────────────────────────────


def _shared(rows: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    """The folder has four pages of an outlet at most: lines that two of them share, as if two were enough."""
    pages = defaultdict(list)
    for row in rows:
        if row.get("html"):
            pages[row["publisher"]].append(row)
    pairs = copies = outside = inside = 0
    for some in (some for some in pages.values() if len(some) > 1):
        found = [(row, one) for row in some if (one := _page(row)) is not None]
        for (row, one), (_, other) in itertools.combinations(found, 2):
            pairs += 1
            mine, others = ([line.number for line in lines(each)] for each in (one, other))
            if is_copy(mine, [others]):
                copies += 1
                continue
            common = [line for line in lines(one)[1:] if line.number in others[1:]]
            article = " ".join(row["text"].casefold().split())
            news = sum(" ".join(one.text[ln.start : ln.end].casefold().split()) in article for ln in common)
            outside, inside = outside + len(common) - news, inside + news
    yield Figure("pairs of pages of one outlet", pairs, "pairs")
    yield Figure("of these copies of one story, which are not counted", copies, "pairs")
    yield Figure("lines in common of all others that are not the article's", outside, "lines")
    yield Figure("lines in common that people took for the article's", inside, "lines")


def _page(row: Mapping[str, Any]) -> Article | None:
    path = SHARED / row["html"]
    try:
        return extract(Document(path.name, path.read_bytes()))[0]
    except (Incomplete, Unreadable):
        return None


# ── what it costs ────────────────────────────────────────────────────────────────────────────────


def _cost(home: Path) -> list[Figure]:
    """Of articles of 400 words in 18 lines, in time of the processor: others may be at it too."""
    many = [article(n, source=f"source {n % SOURCES}") for n in range(SOURCES)]
    many = [replace(one, body="\n\n".join([one.body] * 3)) for one in many]
    counting = _seconds(packed, many)
    with open_store(home) as store:
        _fill(store)
        start = time.process_time()
        with store.read() as conn:
            found = learned(conn, NOW)
            size = conn.execute(select(func.sum(func.length(source_lines.c.lines)))).scalar_one() / SOURCES
        loading, handed = time.process_time() - start, pack(found)
        off = _admitted(store, [replace(one, source=None) for one in many[: SOURCES // 2]])
        on = _admitted(store, many[SOURCES // 2 :])
    known = unpack(handed)
    looking = _seconds(lambda one: cuts(one, known), many)
    engine = Engine.of(Bundle({"rules.yaml": RULES}))
    cut = replace(engine, learned=known)
    assert cut.match(many[:1], Options())[0].cuts
    before = _seconds(lambda one: engine.match([one], Options()), many)
    after = _seconds(lambda one: cut.match([one], Options()), many)
    return [
        Figure("numbering the lines of an article of 400 words", 1e3 * counting, "ms", most=2),
        Figure("looking them up where its source has boilerplate", 1e3 * looking, "ms", most=2),
        Figure("matching two rules without a cut", 1e3 * before, "ms"),
        Figure("matching with it, and what it kept silent", 1e3 * after, "ms"),
        Figure("entering an article whose lines are not counted", 1e3 * off, "ms"),
        Figure(f"one whose are, and compared with {WINDOW} others", 1e3 * on, "ms"),
        Figure(f"learning, once a day, from {WINDOW} articles each of {SOURCES:,} sources", loading, "s"),
        Figure("what a batch of files is handed then", len(handed) / 1e3, "KB"),
        Figure("lines kept of a source", size / 1e3, "KB"),
    ]


def _fill(store: Store) -> None:
    """Sources with full windows; the ledger of their articles is made as small as it can be."""
    rng = random.Random(1)
    footer = [line.number for line in lines(article(1))][-2:]
    with store.write() as conn:
        for source in range(SOURCES):
            numbers = range(source * WINDOW + 1_000_000, (source + 1) * WINDOW + 1_000_000)
            blank = {"title": "", "meta": {}, "needed_ner": False, "seen_at": NOW}
            conn.execute(insert(articles), [{"id": n, "digest": str(n), **blank} for n in numbers])
            days = (NOW // DAY_MS - 1 - i // A_DAY for i in reversed(range(WINDOW)))
            rows = [
                {"article": n, "source": f"source {source}", "day": day, "lines": _lines(rng, footer)}
                for n, day in zip(numbers, days, strict=True)
            ]
            conn.execute(insert(source_lines), rows)


def _lines(rng: random.Random, footer: Sequence[int]) -> bytes:
    return array("Q", [*(rng.getrandbits(56) << 8 | 30 for _ in range(18)), *footer]).tobytes()


def _admitted(store: Store, some: Sequence[Article]) -> float:
    files = [handled(one) for one in some]
    start = time.process_time()
    for at in range(0, len(files), 50):
        admit(store, files[at : at + 50], NOW)
    return (time.process_time() - start) / len(files)


def _seconds(call: Callable[[Article], object], some: Sequence[Article]) -> float:
    start = time.process_time()
    for one in some:
        call(one)
    return (time.process_time() - start) / len(some)
