"""What correlations count in the store: exact over restarts, all or nothing, and no longer than it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, select, update

from tests.support import rows
from watcher.model import (
    Admission,
    Alert,
    Article,
    Draft,
    Evidence,
    FileFacts,
    FileOutcome,
    Handled,
    Level,
    Reading,
    Verdict,
)
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.correlation import Arrival, Correlation, Count, Flatline
from watcher.rules.correlation.events import Occurrence
from watcher.rules.correlation.kinds import Cardinality, Frequency, NewTerm, Spike, Temporal
from watcher.rules.spec import RuleSpec
from watcher.store import Store, counts, open_store, schema
from watcher.store.alerts import list_alerts
from watcher.store.articles import Fresh, admit
from watcher.store.counts import MOST_ARTICLES, Happening, begin, look
from watcher.store.readtimes import BRIDGED
from watcher.store.retention import DAY_MS, prune

NOW = 1_760_000_000_000
MINUTE, HOUR = 60_000, 3_600_000


def rule(correlation: Correlation, name: str = "burst", digest: str = "1") -> RuleSpec:
    return RuleSpec(name, NOTHING, correlation=correlation, counts=digest)


def draft(of: RuleSpec, number: int = 0) -> Draft:
    proof = Evidence("keywords", "", f"talibans {number}", 0, 8)
    return Draft(of.id, "Burst", Level.HIGH, "d" * 64, Verdict(of.id, True, (proof,)))


def arrive(
    store: Store,
    of: RuleSpec,
    arrivals: Sequence[tuple[int, int, tuple[str, ...]]],
    now: int,
    by: Sequence[str] = ("",),
    waits: int | None = None,
) -> list[Alert]:
    """Admits articles in one batch, given by time, number and values, that all match the rule."""

    def count(conn: Connection, fresh: Sequence[Fresh]) -> list[Alert]:
        given = {arrival[1]: arrival for arrival in arrivals}
        happenings = []
        for one in fresh:
            at, number, values = given[one.file.mtime_ns]
            drafted = draft(of, number)
            happenings += [Happening(at, one.number, Occurrence(of, of.id, b, values), drafted) for b in by]
        return counts.count(conn, happenings, now, waits)

    handled = [
        Handled(
            FileFacts(f"{number}.txt", 1, number),
            FileOutcome.DONE,
            "",
            (Admission(Reading(Article(f"Titre {number}", "Les talibans.", path=f"{number}.txt"))),),
        )
        for _, number, _ in arrivals
    ]
    return admit(store, handled, now, count)


# ── exact ────────────────────────────────────────────────────────────────────────────────────────

KINDS: list[Correlation] = [
    Frequency(5, None, 2),
    Spike(3, None, 2.0, 3, 1),
    Cardinality(6, None, "source", 2),
    NewTerm("person", 5, None),
    Temporal(6, None, ("a", "b"), ordered=True),
]


@settings(max_examples=25)
@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(st.integers(0, 30), st.sets(st.sampled_from("ab"), min_size=1)), max_size=9),
    st.integers(1, 4),
)
def test_counts_in_the_store_are_those_in_memory(
    kind: Correlation, given_: list[tuple[int, set[str]]], size: int
) -> None:
    """Whatever the batches, and with the store closed after each, the same articles set off the same alerts."""
    told_apart = not isinstance(kind, (Frequency, Spike))
    arrivals = [(at, n, tuple(sorted(v)) if told_apart else ("",)) for n, (at, v) in enumerate(given_)]
    batches = [sorted(arrivals[i : i + size]) for i in range(0, len(arrivals), size)]
    count, expected = Count(), []
    for at, number, values in (arrival for batch in batches for arrival in batch):
        count, crossing = kind.advance(count, Arrival(at, number, values), 0)
        if crossing:
            expected.append((crossing.start, crossing.end, crossing.count))
    told = []
    with tempfile.TemporaryDirectory() as folder:
        with open_store(Path(folder)) as store:
            begin(store, [rule(kind)], 0)
        for batch in batches:
            with open_store(Path(folder)) as store:
                alerts = arrive(store, rule(kind), batch, 40)
            told += [(a.correlated.start, a.correlated.end, a.correlated.count) for a in alerts if a.correlated]
    assert told == expected


def test_an_alert_tells_its_articles_and_is_linked_to_all(store: Store) -> None:
    """The newest twenty are told of, the newest first, with the evidence of the last; all are linked."""
    burst = rule(Frequency(HOUR, "place", 30))
    begin(store, [burst], NOW)
    (alert,) = arrive(store, burst, [(NOW + n, n, ("",)) for n in range(30)], NOW + HOUR, by=["TJ"])
    assert alert.correlated is not None
    assert (alert.correlated.count, alert.correlated.total) == (30, 30)
    assert (alert.correlated.by, alert.correlated.value) == ("place", "TJ")
    assert [a["path"] for a in alert.correlated.articles] == [f"{n}.txt" for n in range(29, 9, -1)]
    assert alert.evidence[0]["text"] == "talibans 29"
    assert len(alert.correlated.articles) == MOST_ARTICLES
    assert rows(store, "alerts", "alert_articles") == [1, 30]
    with store.read() as conn:
        (listed,) = list_alerts(conn, 5)
    assert listed.alert == alert
    assert "article" not in alert.to_json()
    assert Alert.from_json(alert.to_json()) == alert


def test_each_value_has_a_count_of_its_own(store: Store) -> None:
    """Two articles of Tajikistan and one of Afghanistan are two, not three; an article of both counts for both."""
    burst = rule(Frequency(HOUR, "place", 2))
    begin(store, [burst], NOW)
    assert not arrive(store, burst, [(NOW, 1, ("",))], NOW, by=["TJ"])
    alerts = arrive(store, burst, [(NOW + 1, 2, ("",))], NOW + 1, by=["TJ", "AF"])
    assert [a.correlated and a.correlated.value for a in alerts] == ["TJ"]
    alerts = arrive(store, burst, [(NOW + 2, 3, ("",))], NOW + 2, by=["AF"])
    assert [a.correlated and a.correlated.value for a in alerts] == ["AF"]


def test_a_batch_that_fails_counts_nothing(store: Store) -> None:
    """What is rolled back is as if it never came, and counts once when it comes again."""
    burst = rule(Frequency(HOUR, None, 2))
    begin(store, [burst], NOW)
    with pytest.raises(ZeroDivisionError):
        admit(store, [_file(1)], NOW, lambda conn, fresh: [_fail(conn, burst, fresh)])
    assert rows(store, "articles", "events", "counts") == [0, 0, 0]
    assert not arrive(store, burst, [(NOW, 1, ("",))], NOW)
    assert arrive(store, burst, [(NOW, 2, ("",))], NOW)


def _file(number: int) -> Handled:
    reading = Reading(Article(f"Titre {number}", "Les talibans."))
    return Handled(FileFacts(f"{number}.txt", 1, number), FileOutcome.DONE, "", (Admission(reading),))


def _fail(conn: Connection, of: RuleSpec, fresh: Sequence[Fresh]) -> Any:
    counts.count(conn, [Happening(NOW, fresh[0].number, Occurrence(of, of.id, "", ("",)), draft(of))], NOW)
    return 1 // 0


def test_an_article_that_is_known_is_counted_once(store: Store) -> None:
    """A copy of an article in another file is a sighting and no second event."""
    burst = rule(Frequency(HOUR, None, 2))
    begin(store, [burst], NOW)
    arrive(store, burst, [(NOW, 1, ("",))], NOW)
    again = replace(_file(1), file=FileFacts("copy.txt", 1, 1))
    again = replace(again, admissions=(Admission(Reading(Article("Titre 1", "Les talibans.", path="copy.txt"))),))
    assert not admit(store, [again], NOW, lambda *_: pytest.fail("counted"))
    assert rows(store, "events") == [1]


def test_the_clock_going_back_opens_no_alert_twice(store: Store) -> None:
    """An alert of the same value and window is there already; the count goes on with the new clock."""
    burst = rule(Frequency(HOUR, None, 1))
    begin(store, [burst], NOW)
    assert arrive(store, burst, [(NOW + HOUR, 1, ("",))], NOW + HOUR)
    assert not arrive(store, burst, [(NOW, 2, ("",))], NOW)
    assert arrive(store, burst, [(NOW + HOUR + 1, 3, ("",))], NOW + HOUR + 1)


# ── what begins and ends ─────────────────────────────────────────────────────────────────────────


def test_only_what_counts_something_else_begins_anew(store: Store) -> None:
    """A rule that is the same goes on; a changed one begins at nothing, and one that is gone leaves nothing."""
    same, changed, gone = (rule(Frequency(HOUR, None, 2), name) for name in ("same", "changed", "gone"))
    begin(store, [same, changed, gone], NOW)
    for number, of in enumerate((same, changed, gone)):
        arrive(store, of, [(NOW, number, ("",))], NOW)
    newer = rule(Frequency(HOUR, None, 2), "changed", "2")
    begin(store, [same, newer, replace(gone, enabled=False)], NOW + 1)
    assert rows(store, "correlations", "counts", "events") == [2, 1, 1]
    assert arrive(store, same, [(NOW + 2, 10, ("",))], NOW + 2)
    assert not arrive(store, newer, [(NOW + 2, 11, ("",))], NOW + 2)


def test_rules_that_count_the_same_are_not_written_at_a_reload(store: Store) -> None:
    """A save of other rules changes no row of a correlation; what an older Watcher did not note is added once."""
    kept = [rule(Frequency(HOUR, by, 2), name) for name, by in (("burst", "place"), ("alone", None))]
    begin(store, kept, NOW)
    with store.write() as conn:
        conn.execute(update(schema.correlations).values(by=None))
    written: list[str] = []
    with store.write() as conn:
        event.listen(conn.engine, "before_cursor_execute", lambda c, _, text, *rest: written.append(text))
    for _ in range(2):
        begin(store, kept, NOW + 1)
    assert len([text for text in written if text.startswith(("UPDATE", "INSERT", "DELETE"))]) == 1
    with store.read() as conn:
        assert conn.execute(select(schema.correlations.c.by).order_by(schema.correlations.c.rule)).scalars().all() == [
            None,
            "place",
        ]


def test_what_was_read_by_older_rules_counts_for_no_newer_ones(store: Store) -> None:
    """A batch in flight while a rule is changed does not count for what the rule is now."""
    begin(store, [rule(Frequency(HOUR, None, 1), digest="2")], NOW)
    assert not arrive(store, rule(Frequency(HOUR, None, 1), digest="1"), [(NOW, 1, ("",))], NOW)
    assert rows(store, "events") == [0]


def test_what_no_window_needs_is_forgotten(store: Store) -> None:
    """Events go as windows pass them, those of values that do not come again by housekeeping."""
    burst = rule(Frequency(HOUR, "place", 9))
    begin(store, [burst], NOW)
    arrive(store, burst, [(NOW, 1, ("",))], NOW, by=["TJ"])
    arrive(store, burst, [(NOW, 2, ("",))], NOW, by=["AF"])
    arrive(store, burst, [(NOW + HOUR, 3, ("",))], NOW + HOUR, by=["TJ"])
    assert rows(store, "counts", "events") == [2, 2]
    assert prune(store, NOW + HOUR).events == 1
    assert rows(store, "counts", "events") == [1, 1]
    assert prune(store, NOW + 2 * HOUR).events == 1
    assert rows(store, "correlations", "counts") == [1, 0]


# ── silence ──────────────────────────────────────────────────────────────────────────────────────

SILENT = rule(Flatline(1, HOUR, "source", ("reuters", "afp")), "silent")


def reading(store: Store, start: int, end: int) -> list[tuple[str, bool]]:
    """Looks every minute from one moment to another; what is told: the value, and whether its silence is over."""
    told = []
    for now in range(start, end + 1, MINUTE):
        alerts, _ = look(store, [(SILENT, draft(SILENT))], now)
        told += [(a.correlated.value or "", a.correlated.ended) for a in alerts if a.correlated]
    return told


def test_a_stop_of_the_daemon_is_no_silence(store: Store) -> None:
    """What was not read for a day is not missed; what then stays away for the rest of an hour of reading is."""
    begin(store, [SILENT], NOW)
    assert reading(store, NOW, NOW + 20 * MINUTE) == []
    arrive(store, SILENT, [(NOW + 20 * MINUTE, 1, ("",))], NOW + 20 * MINUTE, by=["reuters"])
    morning = NOW + DAY_MS
    assert reading(store, morning, morning + 39 * MINUTE) == []
    assert reading(store, morning + 40 * MINUTE, morning + 41 * MINUTE) == [("afp", False)]
    assert reading(store, morning + 42 * MINUTE, morning + 60 * MINUTE) == [("reuters", False)]


def test_a_silence_is_told_once_and_once_when_it_ends(store: Store) -> None:
    """However long nothing comes it is told once, over a restart too; the first article ends it."""
    begin(store, [SILENT], NOW)
    later = NOW + 5 * HOUR
    assert reading(store, NOW, later) == [("reuters", False), ("afp", False)]
    begin(store, [SILENT], later)
    assert ended(arrive(store, SILENT, [(later, 1, ("",))], later, by=["afp"])) == [True]
    assert reading(store, later, later + 59 * MINUTE) == []
    assert reading(store, later + HOUR, later + 2 * HOUR) == [("afp", False)]


def ended(alerts: Sequence[Alert]) -> list[bool]:
    return [alert.correlated.ended for alert in alerts if alert.correlated]


@pytest.mark.parametrize(("waits", "told"), [(None, [False, True, False, True]), (NOW + 5 * MINUTE, [False, True])])
def test_silences_that_came_and_went_while_nobody_looked_are_told(
    store: Store, waits: int | None, told: list[bool]
) -> None:
    """As those between a kill and the start after it are, up to the oldest article that is not read yet."""
    flat = rule(Flatline(1, 2 * MINUTE, "source", ("afp",)), "silent")
    begin(store, [flat], NOW)
    look(store, [(flat, draft(flat))], NOW)
    for now in range(NOW, NOW + 9 * MINUTE, BRIDGED):
        look(store, [], now)
    arrivals = [(NOW + minute * MINUTE, minute, ("",)) for minute in (1, 5, 6, 9)]
    assert ended(arrive(store, flat, arrivals, NOW + 10 * MINUTE, by=["afp"], waits=waits)) == told


def test_a_quick_restart_does_not_interrupt_the_reading(store: Store) -> None:
    """Marks within a minute of one another are one stretch; a clock that was ahead leaves none of its own."""
    for now in (NOW + DAY_MS, NOW, NOW + 5_000, NOW + 5_000 + BRIDGED, NOW + 5_001 + 2 * BRIDGED):
        look(store, [], now)
    with store.read() as conn:
        found = [tuple(row) for row in conn.execute(select(schema.read_times).order_by(schema.read_times.c.start))]
    assert found == [(NOW, NOW + 5_000 + BRIDGED), (NOW + 5_001 + 2 * BRIDGED,) * 2]


def test_silence_is_measured_over_many_stops(store: Store) -> None:
    """Of reading in hundreds of short turns as much counts as the timeframe, for each value from its own articles."""
    turns = 300
    flat = rule(Flatline(2, turns * MINUTE, "source", ("reuters", "afp")), "silent")
    begin(store, [flat], NOW)
    opened: list[tuple[int, str | None]] = []
    for turn in range(turns + 20):
        now = NOW + turn * HOUR
        if turn in (5, 10):
            arrive(store, flat, [(now, turn, ("",))], now, by=["afp"])
        for moment in (now, now + MINUTE):
            alerts, _ = look(store, [(flat, draft(flat))], moment)
            opened += [(turn, alert.correlated.value) for alert in alerts if alert.correlated]
    assert opened == [(turns - 1, "reuters"), (turns + 4, "afp")]
