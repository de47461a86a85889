"""Batches that open very much are admitted piece by piece: nothing lost, nothing doubled, whatever comes between."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import PATIENCE, Daemon, wait_for
from tests.test_archives import zipped
from tests.test_store import NEW, NOW, draft, rows
from watcher.intake import PIECE
from watcher.model import Admission, Analysed, Article, FileFacts, FileOutcome, Handled, Reading, Verdict
from watcher.pieces import START, Piece, cut
from watcher.store import Store
from watcher.store.alerts import list_alerts
from watcher.store.articles import admit
from watcher.store.files import ledger

BATCHES = st.lists(st.lists(st.integers(0, 5), max_size=8), max_size=6)  # of each article in each file the alerts


def batch(files: list[list[int]]) -> list[Analysed]:
    return [
        Analysed(
            FileFacts(f"{number}.zip", 1, 1, "a" * 64),
            FileOutcome.DONE,
            readings=tuple(
                Reading(
                    Article(f"{number}.{part}", "Text", path=f"{number}.zip", part=part),
                    tuple(Verdict(f"r{rule}", match=True) for rule in range(alerts)),
                )
                for part, alerts in enumerate(articles)
            ),
        )
        for number, articles in enumerate(files)
    ]


def pieces(found: list[Analysed], most: int) -> list[list[Piece]]:
    """All pieces of a batch, one after the other."""
    start, cuts = START, []
    while True:
        some, rest = cut(found, start, most)
        cuts.append(some)
        if rest is None:
            return cuts
        assert rest > start
        start = rest


@given(BATCHES, st.integers(1, 12))
def test_pieces_are_the_batch(files: list[list[int]], most: int) -> None:
    """Every file once, every article once and in order; no piece but one of a single article is beyond the bound, by
    more than its last article."""
    found = batch(files)
    cuts = pieces(found, most)
    flat = [piece for some in cuts for piece in some]
    assert [p.found.file for p in flat if not p.more] == [one.file for one in found]
    assert [r for p in flat for r in p.found.readings] == [r for one in found for r in one.readings]
    for piece in flat:
        whole = found[int(piece.found.file.path.partition(".")[0])].readings
        assert piece.found.readings == whole[piece.before : piece.before + len(piece.found.readings)]
        assert piece.more is (piece.before + len(piece.found.readings) < len(whole))
    for some in cuts:
        weights = [1 + len(reading.verdicts) for piece in some for reading in piece.found.readings]
        assert sum(weights[:-1]) < most


def handled(piece: Piece) -> Handled:
    found = piece.found
    admissions = tuple(Admission(r, tuple(draft(v.rule, NEW) for v in r.verdicts)) for r in found.readings)
    return Handled(found.file, found.outcome, found.reason, admissions, piece.before, piece.more)


@pytest.mark.parametrize("killed_after", range(5))
def test_a_kill_between_two_pieces_loses_and_doubles_nothing(store: Store, killed_after: int) -> None:
    """The file is not in the ledger until its last piece is; read again from its first article it opens what was not
    opened, once."""
    found = batch([[2] * 9])
    before = pieces(found, 8)
    assert len(before) > 2
    for some in before[:killed_after]:
        admit(store, [handled(piece) for piece in some], NOW)
        with store.read() as conn:
            assert bool(ledger(conn, ["0.zip"])) is (some is before[-1])
    for some in before:
        admit(store, [handled(piece) for piece in some], NOW)
    with store.read() as conn:
        told = [(one.alert.article["title"], one.alert.rule) for one in list_alerts(conn, 100)]
    assert sorted(told) == sorted((f"0.{n}", f"r{rule}") for n in range(9) for rule in range(2))
    found_rows = rows(store)
    assert (found_rows["articles"], found_rows["sightings"], found_rows["files"]) == (9, 9, 1)


def test_the_only_article_of_a_piece_is_not_the_only_one_of_its_file(store: Store) -> None:
    """Else articles of one archive would be taken for versions of one another, by the path of their file."""
    alone = Handled(FileFacts("a.zip", 1, 1), FileOutcome.DONE)
    assert (alone.articles, Handled(alone.file, alone.outcome, before=3).articles) == (0, 3)
    text = "The river rose through the night and took both bridges of the lower town with it. " * 4
    for number, more in ((0, True), (1, False)):
        reading = Reading(
            Article(f"T{number}", f"{text}{number}", path="a.zip", part=number), (Verdict("r", match=True),)
        )
        one = Handled(alone.file, alone.outcome, "", (Admission(reading, (draft("r", NEW),)),), number, more)
        assert len(admit(store, [one], NOW)) == 1


def test_a_daemon_that_dies_within_a_huge_archive_goes_on(tmp_path: Path) -> None:
    """It dies when some of its articles are in the store and the file is not; after the start each has one alert."""
    articles = [{"title": f"Title {n}", "text": f"The Taliban said so for the {n}. time."} for n in range(PIECE)]
    daemon = Daemon(tmp_path, rules="version: 1\nrules: [{id: taliban, condition: {keywords: [taliban]}}]\n")
    daemon.start()
    try:
        change(daemon, "CREATE TRIGGER dies BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'here'); END")
        daemon.drop("pack.zip", zipped(("wire.jsonl", "\n".join(map(json.dumps, articles)).encode())))
        assert daemon.process is not None
        assert daemon.process.wait(PATIENCE) != 0
        ((between,),) = daemon.rows("SELECT count(*) FROM alerts")
        assert 0 < between < len(articles) and daemon.files() == 0
        change(daemon, "DROP TRIGGER dies")
        daemon.start()
        wait_for(daemon.files, "the archive in the ledger")
    finally:
        daemon.stop(signal.SIGKILL)
    opened = "SELECT articles.title, count(*) FROM articles JOIN alerts ON alerts.key = articles.digest GROUP BY 1"
    assert sorted(daemon.rows(opened)) == sorted((f"Title {n}", 1) for n in range(PIECE))


def change(daemon: Daemon, statement: str) -> None:
    with closing(sqlite3.connect(daemon.state / "store.db", PATIENCE)) as store, store:
        store.execute(statement)
