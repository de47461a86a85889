"""Faults in correlations, in what tests them, and in time intervals: each at its place with its cure."""

# ruff: noqa: E501 - a fault stands on one line, as it is told

from __future__ import annotations

import pytest

from tests.test_rules_faults import faults, in_list, in_rule, in_test, loaded


def correlated(correlation: str, more: str = "") -> str:
    """A file whose rule has this correlation, which begins at 5:18."""
    return in_rule("{keywords: a}") + f"    correlation: {correlation}\n{more}"


COUNTED = "{type: frequency, num_events: 2, timeframe: 1h}"
CORRELATION_FAULTS = [
    ("frequency", "5:18: correlation must be a mapping (type: frequency, ...), not 'frequency'"),
    ("{num_events: 2}", "5:18: correlation needs 'type'"),
    ("{type: often}", "5:25: type cannot be 'often'; it is one of frequency, spike, flatline, new_term, cardinality, temporal"),
    ("{type: frequency, timeframe: 1h}", "5:18: a frequency correlation needs 'num_events'"),
    ("{type: frequency, num_events: 2}", "5:18: a frequency correlation needs 'timeframe'"),
    ("{type: frequency, num_events: 0, timeframe: 1h}", "5:48: num_events must be a whole number from 1 to 10000, not '0'"),
    ("{type: frequency, num_events: 2, timeframe: 1}", "5:62: timeframe must be a duration such as 30s, 5m, 4h or 3d, not '1'"),
    ("{type: frequency, num_events: 2, timeframe: 0s}", "5:62: timeframe must be from 1s to 366d, not '0s'"),
    ("{type: frequency, num_events: 2, timeframe: 367d}", "5:62: timeframe must be from 1s to 366d, not '367d'"),
    ("{type: frequency, num_evnts: 2, timeframe: 1h}", "5:36: unknown key 'num_evnts' in correlation; did you mean 'num_events'?"),
    ("{type: new_term, of: place, window: 1d, zzz: 1}", "5:58: unknown key 'zzz' in correlation; it takes type, of, window, by"),
    (
        "{type: frequency, num_events: 2, timeframe: 1h, height: 3}",
        "5:66: 'height' belongs to spike; frequency takes num_events, timeframe, by",
    ),
    ("{type: frequency, num_events: 2, timeframe: 1h, by: org}", "5:70: by cannot be 'org'; it is one of source, place, person, story"),
    ("{type: cardinality, of: org, at_least: 2, timeframe: 1h}", "5:42: of cannot be 'org'; it is one of source, place, person, story"),
    ("{type: cardinality, of: place, at_least: 1, timeframe: 1h}", "5:59: at_least must be a whole number from 2 to 10000, not '1'"),
    ("{type: new_term, of: source, window: 1d}", "5:39: of cannot be 'source'; it is one of person, org, place"),
    ("{type: new_term, of: person, timeframe: 1d}", "5:18: a new_term correlation needs 'window'"),
    ("{type: spike, height: tall, timeframe: 1h}", "5:40: height must be a number from 1, such as 3 or 2.5, not 'tall'"),
    ("{type: spike, height: '3', timeframe: 1h}", "5:40: height in quotes is a text; write 3"),
    ("{type: spike, height: 0.5, timeframe: 1h}", "5:40: height must be a number from 1, such as 3 or 2.5, not '0.5'"),
    ("{type: spike, height: 3, timeframe: 30d}", "5:54: 14 windows of it and the last are more than 366 days"),
    ("{type: flatline, below: 1, timeframe: 1h, by: source}", "5:64: a flatline by values needs 'of': the values that are expected"),
    ("{type: flatline, below: 1, timeframe: 1h, of: [afp]}", "5:64: of lists the expected values of 'by': say by: source, place or person"),
    (
        "{type: flatline, below: 1, timeframe: 1h, by: story, of: [x]}",
        "5:64: nobody expects a story: say by: source, place or person",
    ),
    ("{type: flatline, below: 1, timeframe: 1h, active: night}", "5:68: unknown time interval 'night' in active; name it under time_intervals"),
]  # fmt: skip


@pytest.mark.parametrize(("correlation", "fault"), CORRELATION_FAULTS)
def test_a_fault_in_a_correlation_is_told_at_its_place(correlation: str, fault: str) -> None:
    """What a correlation lacks, has too much, or says wrong is told with what to write."""
    assert fault in faults(correlated(correlation))


def test_hours_that_are_too_few_for_the_timeframe_are_a_fault() -> None:
    """A silence of days in an interval of minutes could never be told; one that a year holds can."""
    weekly = 'time_intervals: {n: {times: ["00:00-00:01"], weekdays: [mon]}}\n'
    flat = correlated("{type: flatline, below: 1, timeframe: 366d, active: n}")
    fault = "5:56: 'n' is only 0h 52m in 366 days, which is less than the timeframe"
    assert fault in faults(flat + weekly)
    assert loaded(flat.replace("366d", "52m") + weekly).rules
    daily = 'time_intervals: {n: {times: ["22:00-06:00", "23:00-05:00"]}}\n'
    assert loaded(flat.replace("366d", "100d") + daily).rules


def temporal(rules: str, more: str = "") -> str:
    return f"version: 1\nrules:\n  - id: t\n    correlation: {{type: temporal, timeframe: 1h, rules: {rules}}}\n{more}"


TWO = "  - {id: a, condition: {keywords: a}}\n  - {id: b, condition: {keywords: b}}\n"
TEMPORAL_FAULTS = [
    (temporal("[a]", TWO), "4:57: a temporal correlation needs two different rules"),
    (temporal("[a, c]", TWO), "4:61: unknown rule 'c' in rules"),
    (temporal("[a, t]", TWO), "4:61: 't' is this rule itself; a temporal correlation is over other rules"),
    (temporal("[a, b]", "    condition: {keywords: a}\n" + TWO), "5:5: 'condition' in a temporal rule, which counts the matches of its 'rules'"),
    (temporal("[a, b]", "    max_age: 1d\n" + TWO), "5:5: 'max_age' in a temporal rule, which counts the matches of its 'rules'"),
    (
        temporal("[a, u]", TWO + "  - {id: u, correlation: {type: temporal, timeframe: 1h, rules: [a, t]}}\n"),
        "4:61: 'u' has no condition of its own; name the rules that it is over",
    ),
    (
        temporal("[a, b]", "    tests: [{text: a, expect: match}]\n" + TWO),
        "5:13: a test of a temporal rule has articles: [{text: ..., at: 40m}, ...]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "fault"), TEMPORAL_FAULTS)
def test_a_temporal_rule_is_over_other_rules_with_conditions(rules: str, fault: str) -> None:
    """A rule that counts others' matches names two that there are and that have a condition, and has none itself."""
    assert fault in faults(rules)


def test_a_temporal_rule_over_one_that_is_switched_off_is_a_warning() -> None:
    """It can never alert as it stands, and may be meant so for now."""
    rules = temporal("[a, b]", TWO.replace("id: b", "id: b, enabled: false"))
    (warning,) = loaded(rules).warnings
    assert str(warning).endswith("rule 'b' is not enabled: this correlation can never hold [never-holds]")


TEST_OF_ARTICLES_FAULTS = [
    ("{articles: [], expect: {alerts: 1}}", "7:20: articles must be a list of {text: ..., at: 40m}, not an empty one"),
    ("{articles: [{at: 1m}], expect: {alerts: 1}}", "7:21: an article needs 'text'"),
    ("{articles: [{text: a, at: soon}], expect: {alerts: 1}}", "7:35: at must be a duration such as 30s, 5m, 4h or 3d, not 'soon'"),
    ("{articles: [{text: a, at: 1h30m}], expect: {alerts: 1}}", "7:35: at must be a duration such as 30s, 5m, 4h or 3d, not '1h30m'; in one unit that is 90m"),
    ("{articles: [{text: a}], expect: match}", "7:41: expect beside articles must be {alerts: 1}, not 'match'"),
    ("{articles: [{text: a}], expect: {alerts: x}}", "7:50: alerts must be a whole number from 0 to 1000000, not 'x'"),
    ("{articles: [{text: a}], source: b, expect: {alerts: 1}}", "7:41: 'source' beside articles; each of them has its own"),
    ("{text: a, expect: {alerts: 1}}", "7:27: one article makes no number of alerts; give articles: [{text: ..., at: 40m}, ...]"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "fault"), TEST_OF_ARTICLES_FAULTS)
def test_a_fault_in_a_test_of_several_articles_is_told_at_its_place(test: str, fault: str) -> None:
    """So are those of a test that gives articles with their times."""
    assert fault in faults(correlated(COUNTED, f"    tests:\n      - {test}\n"))


def test_articles_test_a_correlation_alone() -> None:
    """A rule that alerts on each article has no number of alerts to expect."""
    assert "6:20: articles test a correlation, which this rule does not have" in faults(
        in_test("{articles: [{text: a}], expect: {alerts: 1}}")
    )
    assert faults(in_test("{text: a, expect: {alerts: 1}}")) == [
        "6:27: one article makes no number of alerts; expect match or no_match"
    ]


INTERVAL_FAULTS = [
    ("[mon]", "2:21: time interval 'n' must be a mapping (times: [\"22:00-06:00\"], weekdays: [mon, tue]), not a list"),
    ("{}", "2:21: time interval 'n' needs times, weekdays or both"),
    ("{times: night}", "2:29: times must be written as \"22:00-06:00\", not 'night'"),
    ('{times: ["22:00-24:30"]}', "2:30: times must be written as \"22:00-06:00\", not '22:00-24:30'"),
    ('{times: ["22:00-22:00"]}', "2:30: '22:00-22:00' is no time at all; the whole day is \"00:00-24:00\""),
    (
        "{weekdays: [Montag]}",
        "2:33: weekdays cannot be 'Montag'; did you mean 'mon'? it is one of mon, tue, wed, thu, fri, sat, sun",
    ),
]


@pytest.mark.parametrize(("interval", "fault"), INTERVAL_FAULTS)
def test_a_fault_in_a_time_interval_is_told_at_its_place(interval: str, fault: str) -> None:
    """Whether or not a rule uses the interval."""
    assert faults(f"version: 1\ntime_intervals: {{n: {interval}}}\n") == [fault]


def test_only_a_changed_condition_or_correlation_starts_new_counts() -> None:
    """A new title leaves the counts as they are; another term, list, bound or rule that is counted does not."""

    def counts(text: str) -> list[str]:
        return [rule.counts for rule in loaded(text).rules]

    base = correlated(COUNTED)
    assert counts(base) == counts(base + "    title: A\n    level: high\n")
    assert counts(base) != counts(base.replace("keywords: a", "keywords: b"))
    assert counts(base) != counts(base.replace("1h", "2h"))
    hours = 'time_intervals: {n: {times: ["08:00-20:00"]}}\n'
    flat = correlated("{type: flatline, below: 1, timeframe: 1h, active: n}") + hours
    assert counts(flat) != counts(flat.replace("08:00", "09:00"))
    listed = in_list("[a]") + correlated(COUNTED).replace("version: 1\n", "").replace("keywords: a", 'keywords: "@x"')
    assert counts(listed) != counts(listed.replace("x: [a]", "x: [b]"))
    both = temporal("[a, b]", TWO)
    assert counts(both) == counts(both.replace("{id: a,", "{id: a, title: A,"))
    assert counts(both)[0] != counts(both.replace("keywords: b", "keywords: c"))[0]


def test_counts_outlive_a_release_that_reads_correlations_otherwise() -> None:
    """What is counted is told by what the file says: these digests are in stores, and another starts counts anew."""
    assert [rule.counts for rule in loaded(correlated(COUNTED)).rules] == ["1d82e95827d3c0ac"]
