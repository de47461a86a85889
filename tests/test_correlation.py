"""Rules over several articles, held against models that keep everything and recompute it from the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.model import Level
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.correlation import Arrival, Correlation, Count, Crossing, Event, Flatline
from watcher.rules.correlation.counts import MOST_EVENTS, no_later_than
from watcher.rules.correlation.events import MOST_VALUES, Listeners, Occurrence
from watcher.rules.correlation.kinds import MOST_NAMES, Cardinality, Frequency, NewTerm, Spike, Temporal
from watcher.rules.correlation.rehearsal import rehearse
from watcher.rules.intervals import TimeInterval
from watcher.rules.spec import RuleSpec

HOUR = 3_600_000
quick = settings(max_examples=150)

# Times that often fall together or on a bound, some of them late.
times = st.lists(st.integers(0, 40), max_size=14)
spans = st.integers(1, 8)


def run(correlation: Correlation, arrivals: Sequence[Arrival], begun: int = 0) -> list[tuple[int, Crossing]]:
    """What is told, each with the number of the arrival that set it off."""
    count, told = Count(), []
    for number, arrival in enumerate(arrivals):
        count, crossing = correlation.advance(count, arrival, begun)
        if crossing:
            told.append((number, crossing))
    return told


def naive(
    arrivals: Sequence[Arrival], timeframe: int, keep: int, reached: Callable[[Sequence[Arrival], int], bool]
) -> list[int]:
    """The numbers of the arrivals that fire, by the definition: `reached(known, moment)` looks at all that is known.

    The bound is judged at each arrival, at the newest time seen; it fires if it was never told, or a timeframe ago, or
    if at some moment since, with what had arrived by then, it was not reached. No window is told twice.
    """
    fired: list[int] = []
    told: int | None = None
    now: int | None = None
    armed = True
    known: list[Arrival] = []
    for number, arrival in enumerate(arrivals):
        later = arrival.at if now is None else max(now, arrival.at)
        if arrival.at <= later - keep:
            continue
        if now is not None:
            armed = armed or any(not reached(known, moment) for moment in range(now, later))
        now = later
        known.append(arrival)
        if not reached(known, now):
            armed = True
        elif told is None or (armed and told != now) or now - told >= timeframe:
            fired.append(number)
            told, armed = now, False
        else:
            armed = False
    return fired


def window(known: Sequence[Arrival], start: int, end: int) -> list[Arrival]:
    return [arrival for arrival in known if start < arrival.at <= end]


def numbered(ats: Sequence[int]) -> list[Arrival]:
    return [Arrival(at, number) for number, at in enumerate(ats)]


# ── the kinds, each against its definition ───────────────────────────────────────────────────────


@quick
@given(times, spans, st.integers(1, 4))
def test_frequency_is_as_defined(ats: list[int], timeframe: int, bound: int) -> None:
    """So many articles in a window fire once, and again after falling below or a whole timeframe later."""
    arrivals = numbered(ats)
    told = run(Frequency(timeframe, None, bound), arrivals)
    expected = naive(arrivals, timeframe, timeframe, lambda k, m: len(window(k, m - timeframe, m)) >= bound)
    assert [number for number, _ in told] == expected
    for number, crossing in told:
        now = max(ats[: number + 1])
        assert (crossing.start, crossing.end) == (now - timeframe, now)
        inside = window(arrivals[: number + 1], now - timeframe, now)
        assert crossing.count == len(inside) >= bound
        assert sorted(e.article for e in crossing.events) == sorted(a.article for a in inside)


@quick
@given(times, spans, st.sampled_from([1.0, 1.5, 2.0, 3.0]), st.integers(1, 5), st.integers(1, 3), st.integers(0, 10))
def test_spike_is_as_defined(ats: list[int], frame: int, height: float, baseline: int, least: int, begun: int) -> None:
    """So many times the mean of the windows before fires; windows from before the counting began are none."""

    def reached(known: Sequence[Arrival], moment: int) -> bool:
        windows = [(moment - (k + 1) * frame, moment - k * frame) for k in range(1, baseline + 1)]
        filled = [len(window(known, *w)) for w in windows if w[0] >= begun]
        now = len(window(known, moment - frame, moment))
        if not filled or 2 * len(filled) < baseline:
            return False
        return now >= least and now * len(filled) >= height * sum(filled)

    arrivals = numbered([begun + at for at in ats])
    told = run(Spike(frame, None, height, baseline, least), arrivals, begun)
    assert [number for number, _ in told] == naive(arrivals, frame, (baseline + 1) * frame, reached)


@quick
@given(st.lists(st.tuples(st.integers(0, 40), st.sets(st.sampled_from("abc"), min_size=1))), spans, st.integers(1, 3))
def test_cardinality_is_as_defined(given_: list[tuple[int, set[str]]], timeframe: int, least: int) -> None:
    """So many different values in a window fire, however often each occurs."""
    arrivals = [Arrival(at, n, tuple(sorted(values))) for n, (at, values) in enumerate(given_)]
    told = run(Cardinality(timeframe, None, "source", least), arrivals)

    def values(known: Sequence[Arrival], moment: int) -> set[str]:
        return {value for a in window(known, moment - timeframe, moment) for value in a.values}

    assert [n for n, _ in told] == naive(arrivals, timeframe, timeframe, lambda k, m: len(values(k, m)) >= least)
    for number, crossing in told:
        assert set(crossing.values) == values(arrivals[: number + 1], crossing.end)
        assert crossing.count == len(crossing.values)


@quick
@given(
    st.lists(st.tuples(st.integers(0, 30), st.sets(st.sampled_from("abc"), min_size=1)), max_size=12),
    st.integers(1, 12),
    st.sampled_from(["ab", "ba", "abc"]),
    st.booleans(),
)
def test_temporal_is_as_defined(given_: list[tuple[int, set[str]]], timeframe: int, rules: str, ordered: bool) -> None:
    """A match of every rule in a window fires; ordered, only if some match of each is later than one of the last."""
    arrivals = [Arrival(at, n, tuple(r for r in rules if r in found)) for n, (at, found) in enumerate(given_)]
    arrivals = [arrival for arrival in arrivals if arrival.values]

    def follows(known: Sequence[Arrival], after: int, left: str) -> bool:
        return not left or any(left[0] in a.values and a.at > after and follows(known, a.at, left[1:]) for a in known)

    def reached(known: Sequence[Arrival], moment: int) -> bool:
        inside = window(known, moment - timeframe, moment)
        if ordered:
            return follows(inside, -1, rules)
        return all(any(rule in a.values for a in inside) for rule in rules)

    told = run(Temporal(timeframe, None, tuple(rules), ordered), arrivals)
    assert [n for n, _ in told] == naive(arrivals, timeframe, timeframe, reached)


@quick
@given(st.lists(st.tuples(st.integers(0, 40), st.sets(st.sampled_from("abcd"), min_size=1))), spans, st.integers(0, 5))
@example([(1, {"a", "b"}), (4, {"a"}), (3, {"a", "b"})], 3, 0)  # a late one looks back from its own time
def test_new_term_is_as_defined(given_: list[tuple[int, set[str]]], span: int, begun: int) -> None:
    """A value that was not there in the window before fires once the first window has passed; seen, it is known."""
    arrivals = [Arrival(begun + at, n, tuple(sorted(values))) for n, (at, values) in enumerate(given_)]
    expected, known, now = [], [], 0
    for number, arrival in enumerate(arrivals):
        now = max(now, arrival.at)
        if arrival.at <= now - span:
            continue
        seen = {v for a in known if a.at > arrival.at - span for v in a.values}
        new = tuple(v for v in arrival.values if v not in seen)
        known.append(arrival)
        if new and arrival.at - begun >= span:
            expected.append((number, new))
    told = run(NewTerm("person", span, None), arrivals, begun)
    assert [(number, crossing.values) for number, crossing in told] == expected


# ── flatline ─────────────────────────────────────────────────────────────────────────────────────


@quick
@given(
    st.lists(st.integers(0, 60), max_size=12),
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.integers(1, 10),
    st.integers(1, 3),
)
def test_flatline_is_as_defined(ats: list[int], gaps: list[int], timeframe: int, below: int) -> None:
    """Too few articles in so much time of reading are told once, and their return once; a stop of reading is no
    silence. Looking only when due finds each at its very moment."""
    read_at, at = [], 0
    for number, gap in enumerate(gaps):
        if number % 2 == 0:
            read_at += range(at + 1, at + gap + 1)
        at += gap
    flatline, count, told, expected, due = Flatline(below, timeframe), Count(), [], [], 0
    quiet = False
    for now in read_at:
        for number, arrived in enumerate(ats):
            if arrived == now or (arrived < now and arrived not in read_at and now == _next(read_at, arrived)):
                count, _ = flatline.advance(count, Arrival(arrived, number), 0)
                due = now
        read = _stretches([moment for moment in read_at if moment <= now])
        if due is not None and due <= now:
            window = flatline.window(reversed(read), now)
            count, crossing = flatline.look(count, window, now)
            told += [(now, crossing.ended)] if crossing else []
            due = flatline.due(count, window, now, 1000)
        passed = [moment for moment in read_at if moment <= now]
        if len(passed) >= timeframe:
            start = passed[-timeframe] - 1
            inside = [a for a in ats if start < a <= now]
            if (len(inside) < below) != quiet:
                quiet = not quiet
                expected.append((now, not quiet))
    assert told == expected


def _next(read_at: Sequence[int], arrived: int) -> int:
    return next(moment for moment in read_at if moment > arrived)


def _stretches(moments: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for moment in moments:
        if found and found[-1][1] == moment - 1:
            found[-1] = (found[-1][0], moment)
        else:
            found.append((moment - 1, moment))
    return found


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def at(written: str, zone: str = "Europe/Paris") -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def test_an_interval_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    """Friday's night goes on into Saturday morning; Monday's does not begin on Sunday."""
    nights = TimeInterval("nights", ((22 * 60, 6 * 60),), (0, 1, 2, 3, 4), "Europe/Paris")
    found = list(nights.within(at("2024-01-05T12:00"), at("2024-01-09T00:00")))
    assert found == [
        (at("2024-01-05T22:00"), at("2024-01-06T06:00")),
        (at("2024-01-08T22:00"), at("2024-01-09T00:00")),
    ]


def test_an_interval_keeps_to_the_clock_on_the_wall() -> None:
    """The night in which the clocks go forward is an hour short."""
    night = TimeInterval("night", ((22 * 60, 6 * 60),), timezone="Europe/Paris")
    ((start, end), *_) = night.within(at("2024-03-30T20:00"), at("2024-03-31T20:00"))
    assert end - start == 7 * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "offset"), [("Europe/Paris", "2026-10-25", "+01:00"), ("America/New_York", "2026-11-01", "-05:00")]
)
def test_an_hour_that_clocks_have_twice_is_quiet_twice(zone: str, day: str, offset: str) -> None:
    """Quiet hours until half past end the second time that it is half past: nobody is woken in between."""
    hour = 2 if zone == "Europe/Paris" else 1
    night = TimeInterval("night", ((22 * 60, hour * 60 + 30),), timezone=zone)
    noon = int(datetime.fromisoformat(f"{day}T12:00{offset}").timestamp() * 1000)
    (*_, (_, end)) = night.within(noon - 20 * HOUR, noon)
    assert end == int(datetime.fromisoformat(f"{day}T0{hour}:30{offset}").timestamp() * 1000)


def test_silence_outside_the_active_interval_does_not_count() -> None:
    """Nothing by night is nothing to tell; two silent hours of the day are, across the night too."""
    days = TimeInterval("days", ((8 * 60, 20 * 60),), timezone="Europe/Paris")
    flatline = Flatline(1, 2 * HOUR, active=days)
    begun = at("2024-01-01T00:00")
    seen = [(at(f"2024-01-01T{hour:02}:00"), hour) for hour in range(1, 20)]
    occurrences = [(moment, n, Occurrence(RULE, "r", "", ("",))) for moment, n in seen]
    told = rehearse(flatline, occurrences, begun, at("2024-01-02T12:00"))
    assert [(c.end, c.ended) for c in told] == [(at("2024-01-02T09:00"), False)]


def test_a_silence_that_takes_years_is_found_out_at_once() -> None:
    """Hours of a minute a week are walked no further than asked, ahead as well as back."""
    weekly = TimeInterval("weekly", ((0, 1),), (0,), "Europe/Paris")
    flatline = Flatline(1, 366 * 24 * HOUR, active=weekly)
    now = at("2024-01-01T12:00")
    assert flatline.due(Count(), (), now, now + 5_000) is None
    short = Flatline(1, 60_000, active=weekly)
    walked: list[int] = []

    def read() -> Iterator[tuple[int, int]]:
        for year in range(2024, 1970, -1):
            walked.append(year)
            yield at(f"{year - 1}-01-01T12:00"), at(f"{year}-01-01T12:00")

    assert short.window(read(), now) == ((at("2024-01-01T00:00"), at("2024-01-01T00:01")),)
    assert walked == [2024]


@quick
@given(
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda t: t[0] != t[1]), min_size=1),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 30 * 24 * 60),
    st.integers(1, 30 * 24 * 60),
)
def test_an_interval_is_the_same_from_its_end(
    given_: list[tuple[int, int]], weekdays: set[int], start: int, length: int
) -> None:
    """Back from the end come the same stretches as from the beginning, some of them in two."""
    interval = TimeInterval("i", tuple(given_), tuple(sorted(weekdays)), "Europe/Paris")
    begins, ends = at("2024-03-01T00:00") + start * 60_000, at("2024-03-01T00:00") + (start + length) * 60_000
    joined: list[tuple[int, int]] = []
    for stretch in reversed(list(interval.back(begins, ends))):
        if joined and joined[-1][1] == stretch[0]:
            joined[-1] = (joined[-1][0], stretch[1])
        else:
            joined.append(stretch)
    expected: list[tuple[int, int]] = []
    for stretch in interval.within(begins, ends):
        if expected and expected[-1][1] == stretch[0]:
            expected[-1] = (expected[-1][0], stretch[1])
        else:
            expected.append(stretch)
    assert joined == expected


def test_a_count_keeps_so_many_events_and_a_spike_takes_none_for_fewer() -> None:
    """However many articles come a count is bounded, and windows whose articles were let go make no mean small."""
    full = Count(tuple(Event(n, n) for n in range(MOST_EVENTS)), MOST_EVENTS - 1)
    for kind in (Frequency(10**9, None, MOST_EVENTS), Spike(MOST_EVENTS // 5, None, 1.5, 14, 1)):
        after, crossing = kind.advance(full, Arrival(MOST_EVENTS, MOST_EVENTS), -(10**9))
        assert len(after.events) == MOST_EVENTS
        assert (crossing is None) == isinstance(kind, Spike)
    names = NewTerm("person", 10**9, None)
    seen, _ = names.advance(Count(), Arrival(1, 1, tuple(map(str, range(MOST_NAMES + 5)))), 0)
    assert len(seen.events) == MOST_NAMES


def test_a_clock_that_was_ahead_does_not_shut_out_what_comes() -> None:
    """Articles counted while the clock showed next year count as of now, and the count goes on."""
    ahead, _ = Frequency(HOUR, None, 3).advance(Count(), Arrival(10**13, 1), 0)
    count = no_later_than(ahead, 1000)
    for number in (2, 3):
        count, crossing = Frequency(HOUR, None, 3).advance(count, Arrival(1000 + number, number), 0)
    assert crossing is not None and crossing.count == 3


# ── what counts for what ─────────────────────────────────────────────────────────────────────────

RULE = RuleSpec("r", NOTHING, level=Level.HIGH, correlation=Frequency(HOUR, "place", 2))


def test_a_match_counts_for_each_of_its_values_and_for_each_rule_that_listens() -> None:
    """An article of two countries counts for both; a rule over other rules hears their matches; one switched off and
    a value that is missing count for nothing."""
    over = RuleSpec("over", NOTHING, correlation=Temporal(HOUR, None, ("r", "s"), ordered=False))
    off = RuleSpec("off", NOTHING, enabled=False, correlation=Frequency(HOUR, None, 2))
    silent = RuleSpec("silent", NOTHING, correlation=Flatline(1, HOUR, "source", ("reuters",)))
    listeners = Listeners([RULE, over, off, silent])
    assert listeners.kinds(["r", "s"]) == {"place"}
    assert listeners.kinds(["silent"]) == {"source"}
    found = listeners.occurrences(["r", "s", "off", "silent"], {"place": ("TJ", "AF"), "source": ("afp",)})
    assert [(o.rule.id, o.match, o.by, o.values) for o in found] == [
        ("r", "r", "TJ", ("",)),
        ("r", "r", "AF", ("",)),
        ("over", "s", "", ("r", "s")),
    ]
    assert not list(listeners.occurrences(["silent"], {"source": ()}))
    assert MOST_VALUES < 1000
