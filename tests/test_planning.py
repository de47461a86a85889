"""From alert to message, in a simulated time: groups, quiet hours, digests, silences and escalation, each in time."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, insert, select

from tests.desk import DAY, HOUR, MINUTE, Catchup, Desk, Late, at, desk, read
from watcher.errors import RulesError, Trouble, WatcherError
from watcher.message import Bulletin, Failed, MessageKind, Notice, Route, Sent
from watcher.model import Alert, FileFacts, FileOutcome, Level
from watcher.phrase import Phrase
from watcher.planning import plan, planner
from watcher.policy.quiet import Silence, silenced
from watcher.store import open_store, routes, silences
from watcher.store import rules as accepted
from watcher.store.counts import begin as begin_counts
from watcher.store.deliveries import Which, retry
from watcher.store.fallback import Fallback, fall_back
from watcher.store.files import record_files
from watcher.store.pulse import pulse
from watcher.store.schema import counts, messages

MONDAY = at("2026-03-02T10:00:00+01:00")
HEAD = "version: 1\ntimezone: Europe/Paris\n"


def rules(channels: str = "", of_a: str = "", more: str = "", head: str = "") -> str:
    """Rules `a` (medium) and `b` (critical) that tell `desk`; `of_a` are further keys of the first."""
    return (
        f"{HEAD}time_intervals:\n  nights: {{times: ['22:00-06:00']}}\n"
        f"channels:\n  desk: {{urls: ['json://localhost']{channels}}}\n  boss: {{urls: ['json://localhost']}}\n{head}"
        f"defaults: {{notify: [desk]}}\nrules:\n"
        f"  - {{id: a, title: Rule A, condition: {{keywords: x}}{of_a}}}\n"
        f"  - {{id: b, title: Rule B, level: critical, condition: {{keywords: x}}}}\n{more}"
    )


Make = Callable[..., Desk]


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Make:
    """Makes desks, and closes their stores."""

    def made(text: str, now: int = MONDAY, **more: object) -> Desk:
        opened = desk(tmp_path / "state", text, now, **more)  # type: ignore[arg-type]
        found = opened.__enter__()
        request.addfinalizer(lambda: opened.__exit__(None, None, None))
        return found

    return made


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


def test_a_reminder_is_of_the_article_that_the_message_was_of(make: Make) -> None:
    """Two articles of a story come in one moment: what a lock screen shows first of them and in the reminder is one."""
    d = make(rules(", escalate: {after: 15m, notify: [boss]}"))
    opened = [d.open(story=1, source=f"{n}.fr") for n in range(2)]
    d.wait(16 * MINUTE)
    assert [t.bulletin.lead.id for t in (*d.at("desk"), *d.at("boss"))] == [opened[1].id] * 2


def test_thirty_outlets_tell_one_story_four_times(make: Make) -> None:
    """A story that thirty outlets bring over a day is told once, and again at 3, 10 and 30 outlets."""
    d = make(rules())
    for n in range(30):
        d.open(story=1, source=f"{n}.fr")
        d.wait(48 * MINUTE)
    told = [(t.bulletin.why, t.bulletin.outlets, t.bulletin.total) for t in d.at("desk")]
    assert told == [("", 1, 1), ("3 outlets", 3, 3), ("10 outlets", 10, 10), ("30 outlets", 30, 30)]
    assert d.at("desk")[0].at == MONDAY + 30_000
    assert len(d.at("desk")[3].bulletin.alerts) == 10
    assert {state for state, _, _ in d.states().values()} == {"sent"}


def test_copies_of_an_article_are_outlets(make: Make) -> None:
    """Outlets that print an agency's report word for word open no alert, and are told as outlets all the same."""
    d = make(rules())
    d.open(story=1, source="afp")
    d.wait(HOUR)
    for source in ("a.fr", "b.fr", "b.fr", "c.fr"):
        d.copy(1, source)
        d.wait(10 * MINUTE)
    assert [(t.bulletin.why, t.bulletin.outlets) for t in d.at("desk")] == [("", 1), ("3 outlets", 3)]


def test_copies_that_came_before_a_restart_are_outlets(make: Make) -> None:
    """A daemon that ended before it looked at copies tells of them when it is started again, however late."""
    d = make(rules())
    d.open(story=1, source="afp")
    d.wait(HOUR)
    for source in ("a.fr", "b.fr"):
        d.copy(1, source)
    d.now += DAY
    d.restart()
    d.wait(MINUTE)
    assert [t.bulletin.outlets for t in d.at("desk")] == [1, 3]


def test_a_group_that_grows_fast_is_looked_at_once_an_interval(make: Make) -> None:
    """What joins a group that has just spoken waits for its next moment, however much it is."""
    d = make(rules(", group_by: [channel]"))
    d.open()
    d.wait(MINUTE)
    spoken = d.at("desk")[0].at
    for _ in range(3):
        d.open()
        d.now += 1000
        assert d.step() == spoken + 5 * MINUTE


def test_what_waits_to_be_planned_does_not_hold_up_what_is(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many alerts the first are sent before the last are planned."""
    monkeypatch.setattr(plan, "BATCH", 1)
    monkeypatch.setattr(planner, "MOST_TURNS", 2)
    d = make(rules(", group_wait: 0s"))
    opened = [d.open() for _ in range(6)]
    assert d.planner.step(d.now) == d.now
    with d.store.read() as conn:
        assert routes.waiting(conn)
    assert d.reason(opened[-1], "desk")[0] == "new"
    d.wait(MINUTE)
    assert len(d.at("desk")) == 6


def test_planning_reads_no_history(make: Make) -> None:
    """No question of a turn goes through all the alerts, articles or deliveries that there ever were."""
    d = make(rules(", group_wait: 0s"))
    asked: dict[str, Any] = {}

    def note(_conn: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked[statement] = values[0] if many else values

    d.step()
    event.listen(d.store.engine, "before_cursor_execute", note)
    for _ in range(2):
        d.open(story=1)
        asked.clear()
        d.planner.step(d.now)
        d.copy(d.numbers, "b.fr")
        d.planner.step(d.now)
        d.now += HOUR
    event.remove(d.store.engine, "before_cursor_execute", note)
    with d.store.read() as conn:
        steps = {(row[3], s) for s, v in asked.items() for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", v)}
    history = ("deliveries", "alerts", "alert_articles", "sightings", "messages", "articles")
    assert len(asked) > 8
    assert [found for found in steps if found[0].split(" ")[0] == "SCAN" and found[0].split(" ")[1] in history] == []


def test_what_a_fallback_was_told_is_not_told_by_its_group(make: Make) -> None:
    """An alert that waits in a group of the fallback, and is told there because its channel refused it, comes once."""
    d = make(rules(", group_wait: 0s").replace("notify: [desk]", "notify: [desk, boss]"))
    alert = d.open(story=1)
    d.planner.step(d.now)
    assert fall_back(d.store, Route("desk", "one"), Fallback("boss", ("one",)), "HTTP 401", d.now) == 1
    d.wait(HOUR)
    assert len(d.at("boss")) == 1
    assert d.reason(alert, "boss") == ("sent", "fallback of desk: HTTP 401")


def test_updates_are_never_closer_than_the_interval(make: Make) -> None:
    """Thirty outlets within minutes are told every five minutes at most, whatever numbers they passed."""
    d = make(rules())
    for n in range(30):
        d.open(story=1, source=f"{n}.fr")
        d.wait(20_000)
    d.wait(HOUR)
    times = [t.at for t in d.at("desk")]
    assert len(times) == 3
    assert all(later - earlier >= 5 * MINUTE for earlier, later in zip(times, times[1:], strict=False))
    assert d.at("desk")[-1].bulletin.outlets == 30


def test_a_group_waits_for_its_first_message_and_names_all_rules(make: Make) -> None:
    """What matches one story within half a minute is one message, headed by the loudest level; rules are named."""
    d = make(rules(", group_wait: 30s"))
    d.open(story=7)
    d.wait(20_000)
    d.open("b", story=7)
    d.wait(MINUTE)
    (told,) = d.at("desk")
    assert told.at == MONDAY + 30_000
    assert (told.bulletin.level, told.bulletin.matched, told.bulletin.total) == ("critical", ("Rule B", "Rule A"), 2)


def test_a_critical_alert_does_not_wait(make: Make) -> None:
    """A critical alert tells its group at once, with what waited in it."""
    d = make(rules())
    d.open(story=7)
    d.wait(10_000)
    d.open("b", story=7)
    d.step()
    assert [(t.at, t.bulletin.total) for t in d.at("desk")] == [(MONDAY + 10_000, 2)]


def test_a_louder_rule_is_news(make: Make) -> None:
    """A group that was told speaks again when a louder or another rule joins, five minutes after it spoke."""
    d = make(rules())
    d.open(story=7)
    d.wait(MINUTE)
    d.open("b", story=7)
    d.wait(HOUR)
    first, second = d.at("desk")
    assert second.at == first.at + 5 * MINUTE
    assert second.bulletin.why == "level raised to critical, also rule b"


def test_without_news_an_alert_is_folded_and_says_so(make: Make) -> None:
    """A second article of a story changes nothing: it is held with its group, and when that closes says why."""
    d = make(rules())
    d.open(story=7)
    d.wait(HOUR)
    folded = d.open(story=7)
    d.wait(HOUR)
    assert len(d.told) == 1
    assert d.reason(folded, "desk")[0] == "held"
    d.wait(3 * DAY)
    assert d.reason(folded, "desk") == ("dropped", "folded into its group, told at 2026-03-02 09:00 UTC: no news")
    d.open(story=7)
    d.wait(HOUR)
    assert [t.bulletin.total for t in d.at("desk")] == [1, 1]
    assert d.at("desk")[0].bulletin.group != d.at("desk")[1].bulletin.group


def test_each_alert_is_told_alone_at_console_and_file(make: Make) -> None:
    """A console and a file record each alert at once, whatever `defaults` says of groups."""
    text = rules(head="  log: {file: a.jsonl}\n").replace("notify: [desk]", "notify: [log, console], group_wait: 1h")
    d = make(text)
    d.open_all(["a", "b"], story=1)
    d.open(story=1)
    d.step()
    assert [len(d.at(name)) for name in ("log", "console")] == [3, 3]


@pytest.mark.parametrize(
    ("by", "groups"),
    [("story", 2), ("rule", 2), ("article", 3), ("level", 2), ("source", 2), ("place", 2), ("channel", 1)],
)
def test_what_alerts_are_grouped_by(make: Make, by: str, groups: int) -> None:
    """Three articles of two stories, rules, sources and places come in as many messages as `group_by` tells apart."""
    d = make(rules(f", group_by: [{by}]"))
    d.open("a", story=1, source="x", evidence=({"text": "Kaboul", "facts": {"country": "AF"}},))
    d.open("a", story=1, source="X", evidence=({"text": "Kaboul", "facts": {"country": "AF"}},))
    d.open("b", story=2, source="y", evidence=({"text": "Moscou", "facts": {"country": "RU"}},))
    d.wait(MINUTE)
    assert len(d.at("desk")) == groups


def test_the_channel_says_more_than_the_rule_and_the_rule_more_than_defaults(make: Make) -> None:
    """`group_wait` of the channel holds, else of the rule, else of `defaults`."""
    text = rules(", group_wait: 1m", ", group_wait: 2m, notify: [desk, boss]")
    d = make(text.replace("notify: [desk]}", "notify: [desk, boss], group_wait: 3m}"))
    d.open("a", story=1)
    d.open("b", story=2)
    d.wait(HOUR)
    assert [t.at - MONDAY for t in d.at("desk")] == [MINUTE, MINUTE]
    assert sorted(t.at - MONDAY for t in d.at("boss")) == [2 * MINUTE, 3 * MINUTE]


def test_a_restart_loses_no_group(make: Make) -> None:
    """A group that waits for its time is told after a restart, once."""
    d = make(rules())
    d.open(story=1)
    d.step()
    d.restart()
    d.wait(MINUTE)
    d.restart()
    d.wait(HOUR)
    assert [t.at for t in d.at("desk")] == [MONDAY + 30_000]


def test_with_once_no_group_waits(make: Make) -> None:
    """`run --once` tells what it found at once: nothing more is read."""
    d = make(rules(), once=True)
    d.open(story=1)
    d.step()
    assert len(d.at("desk")) == 1
    assert d.planner.idle


# ── what is not told ─────────────────────────────────────────────────────────────────────────────


def test_min_level(make: Make) -> None:
    """A channel hears of its own level and louder ones; the reason names both."""
    d = make(rules(", min_level: high"))
    quiet, loud = d.open_all(["a", "b"])
    d.wait(MINUTE)
    assert d.reason(quiet, "desk") == ("dropped", "level medium is below min_level high")
    assert d.reason(loud, "desk")[0] == "sent"


def test_an_inhibited_rule_is_silent_for_the_story(make: Make) -> None:
    """A rule that another inhibits tells nothing of a story that the other tells, and all others."""
    d = make(rules(more="  - {id: c, level: high, condition: {keywords: x}, inhibits: [a]}\n"))
    both, other = d.open_all(["a", "c"], story=1), d.open("a", story=2)
    d.wait(MINUTE)
    assert d.reason(both[0], "desk") == ("dropped", "inhibited: rule c tells this story")
    assert d.reason(both[1], "desk")[0] == d.reason(other, "desk")[0] == "sent"
    later = d.open("a", story=1)
    d.wait(MINUTE)
    assert d.reason(later, "desk")[0] == "dropped"


def test_who_inhibits_but_is_not_heard_at_a_channel_silences_nobody_there(make: Make) -> None:
    """Where the louder rule does not tell the channel, the other one does: nobody is left without the story."""
    d = make(rules(", min_level: medium", more="  - {id: c, level: low, condition: {keywords: x}, inhibits: [a]}\n"))
    first, _ = d.open_all(["a", "c"], story=1)
    d.wait(MINUTE)
    assert d.reason(first, "desk")[0] == "sent"


def test_a_silence_holds_at_once_and_ends(make: Make) -> None:
    """What a silence covers is dropped with its reason, what waits in a group too; after it all is told again."""
    d = make(rules())
    waiting = d.open(story=1, source="AFP")
    d.step()
    made = silences.add(d.store, source="afp", why="drill", now=d.now, ends_at=d.now + 2 * HOUR)
    covered, other = d.open("b", story=2, source="AFP"), d.open("b", story=3, source="dpa")
    d.wait(HOUR)
    expected = ("dropped", f"silenced until 2026-03-02 11:00 UTC ({made.id}): drill")
    assert d.reason(covered, "desk") == d.reason(waiting, "desk") == expected
    assert d.reason(other, "desk")[0] == "sent"
    silences.expire(d.store, made.id, d.now)
    d.wait(1)
    assert d.reason(d.open("b", source="AFP"), "desk")[0] == "new"
    d.wait(MINUTE)
    assert len(d.at("desk")) == 2


@pytest.mark.parametrize(
    ("matchers", "covered"),
    [
        ({"rule": "a"}, True),
        ({"rule": "A*"}, True),
        ({"rule": "b"}, False),
        ({"source": "*.FR"}, True),
        ({"source": "[a-z]*"}, False),
        ({"matching": "TITRE"}, True),
        ({"matching": "rule a"}, True),
        ({"matching": "taliban*"}, True),
        ({"matching": "taliban"}, False),
        ({"rule": "a", "source": "x"}, False),
    ],
)
def test_what_a_silence_covers(make: Make, matchers: dict[str, str], covered: bool) -> None:
    """All that is given must fit: globs of rule and source, words in titles or evidence."""
    d = make(rules())
    silences.add(d.store, **matchers, now=d.now, ends_at=d.now + HOUR)
    alert = d.open(source="lemonde.fr", evidence=({"text": "Talibans", "sentence": "Les Talibans."},))
    d.wait(MINUTE)
    assert (d.reason(alert, "desk")[0] == "dropped") is covered


@pytest.mark.parametrize("matching", ["!!!", "*", " - ", "\u200b"])
def test_a_silence_that_says_nothing_is_refused(make: Make, matching: str) -> None:
    """Words without a letter would silence everything, or what has no title: they are told, and silence nobody."""
    d = make(rules())
    with pytest.raises(WatcherError, match="needs a word"):
        silences.add(d.store, matching=matching, now=d.now, ends_at=d.now + HOUR)
    with pytest.raises(WatcherError, match="everything would be silent"):
        silences.add(d.store, rule=" ", source="\t", matching="  ", now=d.now, ends_at=d.now + HOUR)
    kept_by_an_older_watcher = Silence("s", "", "", matching, "", "", d.now, d.now + HOUR)
    assert not kept_by_an_older_watcher.covers(d.open(source=None))


# ── quiet hours ──────────────────────────────────────────────────────────────────────────────────


def test_quiet_hours_end_in_one_digest(make: Make) -> None:
    """What comes at night waits until 06:00 and is one digest, by rule and story; a critical alert breaks through."""
    d = make(rules(", mute: [nights], except_level: critical"), at("2026-03-02T22:30:00+01:00"))
    held = [d.open(story=n % 2 + 1, source=f"{n}.fr") for n in range(6)]
    loud = d.open("b", story=9)
    d.wait(HOUR)
    assert [t.bulletin.alerts for t in d.at("desk")] == [(loud,)]
    assert d.reason(held[0], "desk") == ("held", "quiet hours nights until 2026-03-03 05:00 UTC")
    d.wait(DAY)
    (digest,) = d.digests("desk")
    assert digest.at == at("2026-03-03T06:00:00+01:00")
    assert digest.digest.why == "quiet hours nights ended"
    (rule,) = digest.digest.rules
    assert (rule.rule, rule.total, rule.alerts) == ("a", 2, 6)
    assert [(s.alerts, s.outlets) for s in rule.stories] == [(3, 3), (3, 3)]
    others = [[article["title"] for article in story.others] for story in rule.stories]
    assert others == [["Titre 4", "Titre 2"], ["Titre 3", "Titre 1"]]
    assert d.reason(held[0], "desk")[1].endswith("; in the digest of 2026-03-03 05:00 UTC")
    assert len(d.at("desk")) == 1


def test_a_digest_counts_a_story_once_whatever_rules_tell_it(make: Make) -> None:
    """Two rules on one article are two alerts and one story, also where the article is of none."""
    d = make(rules(", mute: [nights]"), at("2026-03-02T22:30:00+01:00"))
    d.open_all(["a", "b"], story=1)
    d.open("b", story=1)
    d.open_all(["a", "b"], story=None)
    d.wait(DAY)
    (digest,) = d.digests("desk")
    assert sum(rule.alerts for rule in digest.digest.rules) == 5
    assert digest.digest.stories == 2


@pytest.mark.parametrize(
    ("zone", "evening", "end"),
    [
        ("Europe/Paris", "2026-03-28T23:00:00+01:00", "2026-03-29T06:00:00+02:00"),
        ("Europe/Paris", "2026-10-24T23:00:00+02:00", "2026-10-25T06:00:00+01:00"),
        ("America/New_York", "2026-03-07T23:00:00-05:00", "2026-03-08T06:00:00-04:00"),
        ("America/New_York", "2026-10-31T23:00:00-04:00", "2026-11-01T06:00:00-05:00"),
    ],
)
def test_quiet_hours_keep_to_the_clock_when_it_is_changed(make: Make, zone: str, evening: str, end: str) -> None:
    """In the nights when clocks are put forward or back, quiet hours end at 06:00 of the channel's own clocks."""
    d = make(rules(f", mute: [nights], timezone: {zone}"), at(evening))
    d.open()
    d.wait(2 * DAY)
    assert [t.at for t in d.digests("desk")] == [at(end)]


def test_an_interval_past_midnight_belongs_to_the_day_it_starts(make: Make) -> None:
    """Quiet hours of Friday evening last into Saturday morning, and Saturday evening is loud."""
    head = rules(", mute: [fridays]").replace(
        "nights: {times: ['22:00-06:00']}", "fridays: {times: ['22:00-06:00'], weekdays: [fri]}"
    )
    d = make(head, at("2026-03-07T03:00:00+01:00"))
    d.open(story=1)
    d.until(at("2026-03-07T23:00:00+01:00"))
    assert [t.at for t in d.digests("desk")] == [at("2026-03-07T06:00:00+01:00")]
    d.open(story=2)
    d.wait(MINUTE)
    assert len(d.at("desk")) == 1


def test_what_waits_in_a_group_when_quiet_hours_begin_waits_on(make: Make) -> None:
    """A group that was to be told at 22:00:10 is not: its alerts come with the digest of the morning."""
    d = make(rules(", mute: [nights]"), at("2026-03-02T21:59:40+01:00"))
    alert = d.open(story=1)
    d.wait(MINUTE)
    assert (d.told, d.reason(alert, "desk")[0]) == ([], "held")
    d.wait(DAY)
    assert [t.at for t in d.digests("desk")] == [at("2026-03-03T06:00:00+01:00")]


def test_a_mute_rule_is_held_at_every_channel(make: Make) -> None:
    """`mute` of a rule holds its alerts alone, whatever level breaks through a channel's own."""
    d = make(rules(", except_level: medium", ", mute: [nights]"), at("2026-03-02T23:00:00+01:00"))
    d.open("a")
    d.open("b")
    d.wait(DAY)
    assert [t.bulletin.alerts[0].rule for t in d.at("desk")] == ["b"]
    assert [t.digest.rules[0].rule for t in d.digests("desk")] == ["a"]


def test_what_breaks_through_is_told_when_the_quiet_hours_of_its_rule_end(make: Make) -> None:
    """The channel's own quiet hours, which its level passes, do not hold it further."""
    text = rules(", mute: [mornings], except_level: critical").replace(
        "time_intervals:\n", "time_intervals:\n  mornings: {times: ['05:00-09:00']}\n"
    )
    d = make(text.replace("level: critical,", "level: critical, mute: [nights],"), at("2026-03-02T23:00:00+01:00"))
    d.open("b")
    d.wait(DAY)
    assert [t.at for t in d.digests("desk")] == [at("2026-03-03T06:00:00+01:00")]


def test_a_silence_covers_what_is_held(make: Make) -> None:
    """A silence that is made in the night keeps the digest of the morning free of what it covers."""
    d = make(rules(", mute: [nights]"), at("2026-03-02T23:00:00+01:00"))
    held = d.open("a")
    d.wait(HOUR)
    silences.add(d.store, rule="a", now=d.now, ends_at=d.now + DAY)
    d.wait(DAY)
    assert (d.told, d.reason(held, "desk")[0]) == ([], "dropped")


def test_quiet_hours_that_are_taken_back_end_at_once(make: Make) -> None:
    """Rules without the quiet hours release what they held, as one digest."""
    d = make(rules(", mute: [nights]"), at("2026-03-02T23:00:00+01:00"))
    d.open("a", story=1)
    d.open("a", story=2)
    d.wait(MINUTE)
    d.change(rules())
    d.step()
    assert [(t.at, t.digest.rules[0].total) for t in d.digests("desk")] == [(d.now, 2)]


# ── digests ──────────────────────────────────────────────────────────────────────────────────────


def test_a_daily_digest_over_the_change_of_clocks(make: Make) -> None:
    """A digest at 07:30 comes at 07:30 by the clocks of the day, before and after they are changed, empty or not."""
    d = make(rules(', digest: {cron: "30 7 * * *"}'), at("2026-03-27T12:00:00+01:00"))
    d.open(story=1)
    d.open(story=2)
    d.wait(3 * DAY)
    assert [t.at for t in d.digests("desk")] == [
        at("2026-03-28T07:30:00+01:00"),
        at("2026-03-29T07:30:00+02:00"),
        at("2026-03-30T07:30:00+02:00"),
    ]
    full, empty, _ = (t.digest for t in d.digests("desk"))
    assert (full.why, full.rules[0].total, full.pulse) == ("digest", 2, ())
    assert empty.rules == () and dict(empty.pulse)["articles"] == "0"
    assert (empty.start, empty.end) == (at("2026-03-28T07:30:00+01:00"), at("2026-03-29T07:30:00+02:00"))


def test_the_pulse_counts_refused_saves(make: Make) -> None:
    """A save that was refused and mended since is told by the next digest, and by none after it."""
    d = make(rules(', digest: {cron: "0 8 * * *"}'), at("2026-03-02T09:00:00+01:00"))
    accepted.accept(d.store, "d", {}, d.now, 2)
    for minute in (1, 2):
        accepted.refuse(d.store, "rules.yaml:1:1: no", d.now + minute * MINUTE)
    accepted.accept(d.store, "d", {}, d.now, 2)
    d.wait(2 * DAY)
    said = [dict(t.digest.pulse)["rules"] for t in d.digests("desk")]
    assert said == ["2 in force since 2026-03-02 09:00 CET, 2 saves refused", "2 in force since 2026-03-02 09:00 CET"]
    accepted.refuse(d.store, "rules.yaml:1:1: no", d.now)
    d.wait(DAY)
    newest = dict(d.digests("desk")[-1].digest.pulse)["rules"]
    assert newest.endswith(", 1 save refused, what was saved last is refused")


def test_the_pulse_counts_articles_that_name_no_source(make: Make) -> None:
    """Where no article names its source none is counted, and one is one."""
    d = make(rules(', digest: {cron: "0 8 * * *"}').replace("notify: [desk]", "notify: [boss]"))
    d.wait(MINUTE)
    d.open(source=None)
    d.wait(DAY)
    for source in ("afp", None):
        d.open(source=source)
    d.wait(DAY)
    said = [dict(t.digest.pulse)["articles"] for t in d.digests("desk")]
    assert said == ["1", "2 from 1 source"]


def test_the_pulse_counts_as_muted_what_somebody_muted(make: Make) -> None:
    """What a silence covers, or another rule inhibits, is muted; what is below `min_level` is not."""
    d = make(rules(', digest: {cron: "0 8 * * *"}, min_level: high', ", level: high"))
    silences.add(d.store, source="afp", now=d.now, ends_at=d.now + HOUR)
    d.wait(MINUTE)
    d.open(source="afp")
    d.step()
    d.change(rules(', digest: {cron: "0 8 * * *"}, min_level: critical', ", level: high"))
    for _ in range(3):
        d.open(source="rfi.fr")
    d.wait(DAY)
    (pulse,) = [dict(t.digest.pulse) for t in d.digests("desk")]
    assert pulse["muted"] == "1"


def test_the_pulse_knows_by_what_a_silence_is_counted(make: Make) -> None:
    """It is what the rule in force counts by, whatever its alerts of before did, and also where there are none."""
    quiet = (
        "  - {{id: quiet, condition: {{keywords: x}}, correlation: {{type: flatline, below: 1, timeframe: 1h{}}}}}\n"
    )
    d = make(rules(more=quiet.format(", by: source, of: [afp]")))
    for by, sources, silences_told in (
        (", by: source, of: [afp]", "afp", None),
        (", by: person, of: [afp]", "none", "quiet afp"),
    ):
        d.change(rules(more=quiet.format(by)))
        begin_counts(d.store, d.current.rules.rules, d.now)
        with d.store.write() as conn:
            conn.execute(insert(counts).values(rule="quiet", value="afp", armed=False))
            told = dict(pulse(conn, "desk", d.now, d.now, "UTC"))
        assert (told["silent_sources"], told.get("silences")) == (sources, silences_told)


@pytest.mark.parametrize(
    ("more", "told"),
    [("", {"muted": "1", "rules": "1 save refused", "quarantined": "2"}), (", empty: skip", {})],
)
def test_a_digest_of_alerts_says_what_is_amiss(make: Make, more: str, told: dict[str, str]) -> None:
    """Below the alerts of a channel's digest stands what of the pulse is not as it should be: what was muted, put in
    quarantine or not delivered, and saves that were refused; nothing where all is well, or the channel has no pulse."""
    d = make(rules(f', digest: {{cron: "0 8 * * *"{more}}}'))
    d.until(d.now + DAY)
    silences.add(d.store, source="afp", now=d.now, ends_at=d.now + HOUR)
    d.wait(MINUTE)
    d.open(source="afp")
    d.open(source="rfi.fr")
    for name in ("a.pdf", "b.pdf"):
        record_files(d.store, [(FileFacts(name, 1, 1), FileOutcome.QUARANTINED, "a broken PDF")], d.now)
    accepted.accept(d.store, "d", {}, d.now, 2)
    accepted.refuse(d.store, "rules.yaml:1:1: no", d.now)
    accepted.accept(d.store, "d", {}, d.now, 2)
    d.wait(DAY)
    full = [t.digest for t in d.digests("desk") if t.digest.rules][-1]
    assert dict(full.pulse) == told
    d.open(source="rfi.fr")
    d.wait(DAY)
    assert [t.digest for t in d.digests("desk") if t.digest.rules][-1].pulse == ()


def test_what_a_digest_told_says_its_time_once(make: Make) -> None:
    """An alert that waited for a digest says which one it came by, and for what else it waited if it did."""
    d = make(rules(', digest: {cron: "0 8 * * *"}'))
    plain = d.open(story=1)
    d.wait(DAY)
    assert d.reason(plain, "desk") == ("sent", "in the digest of 2026-03-03 07:00 UTC")


def test_an_empty_digest_can_be_skipped(make: Make) -> None:
    """With `empty: skip` nothing is sent where there is nothing to tell."""
    d = make(rules(', digest: {cron: "@hourly", empty: skip}'))
    d.wait(DAY)
    assert d.told == []


def test_a_restart_around_a_digest_loses_and_doubles_none(make: Make) -> None:
    """Stopped before the moment and started after it, the daemon sends the digest once, late; then the next."""
    d = make(rules(', digest: {cron: "0 12 * * *"}'))
    d.open(story=1)
    d.step()
    d.now = at("2026-03-02T12:20:00+01:00")
    d.restart()
    d.step()
    d.restart()
    d.wait(MINUTE)
    assert [(t.at, bool(t.digest.rules)) for t in d.digests("desk")] == [(at("2026-03-02T12:20:00+01:00"), True)]
    d.wait(DAY)
    assert d.digests("desk")[1].at == at("2026-03-03T12:00:00+01:00")


def test_a_rule_of_a_digest_does_not_hold_the_others(make: Make) -> None:
    """A rule with `digest` tells at its times, other rules as ever."""
    d = make(rules("", ', digest: {cron: "0 12 * * *"}'))
    d.open_all(["a", "b"])
    d.wait(DAY)
    assert [t.bulletin.alerts[0].rule for t in d.at("desk")] == ["b"]
    assert [(t.at, t.digest.rules[0].rule) for t in d.digests("desk")] == [(at("2026-03-02T12:00:00+01:00"), "a")]


def test_a_digest_that_is_due_in_quiet_hours_waits_for_their_end(make: Make) -> None:
    """A channel is not woken by its own digest."""
    d = make(rules(', mute: [nights], digest: {cron: "0 5 * * *"}'))
    d.open(story=1)
    d.wait(DAY)
    assert [t.at for t in d.digests("desk")] == [at("2026-03-03T06:00:00+01:00")]


def test_what_quiet_hours_held_comes_with_the_digest_of_its_channel(make: Make) -> None:
    """A channel that has digests gets no other one when the quiet hours end."""
    d = make(rules(', mute: [nights], digest: {cron: "30 7 * * *"}'), at("2026-03-02T20:00:00+01:00"))
    d.open(story=1)
    d.wait(3 * HOUR)
    d.open(story=2)
    d.wait(DAY)
    assert [(t.at, t.digest.rules[0].total) for t in d.digests("desk")] == [(at("2026-03-03T07:30:00+01:00"), 2)]


def test_an_undated_article_waits_for_the_digest(make: Make) -> None:
    """`undated: digest` keeps what has no certain date for the digest, at a channel without one the next full hour."""
    d = make(rules("", ", max_age: 3d, undated: digest"), at("2026-03-02T10:10:00+01:00"))
    undated, dated = d.open(story=1), d.open(story=2, published=date(2026, 3, 2))
    d.open(story=3, published=datetime(2026, 3, 9, tzinfo=UTC))
    d.wait(MINUTE)
    assert [t.bulletin.alerts for t in d.at("desk")] == [(dated,)]
    assert d.reason(undated, "desk")[1] == "the article has no certain date: digest at 2026-03-02 10:00 UTC"
    d.wait(HOUR)
    assert [(t.at, t.digest.rules[0].total) for t in d.digests("desk")] == [(at("2026-03-02T11:00:00+01:00"), 2)]


# ── a full disk ──────────────────────────────────────────────────────────────────────────────────


def test_a_disk_that_is_full_while_it_is_planned_loses_and_doubles_nothing(make: Make) -> None:
    """Nothing is told in part, it is said why, and once there is room each alert is told once."""
    d = make(rules(", group_wait: 0s"))
    for n in range(20):
        d.open(story=n + 1)
    most = [d.store.path.stat().st_size // 4096]

    def limited(conn: Connection) -> None:
        pages = most[0] if conn.get_execution_options().get("watcher_write") else 2**30
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(d.store.engine, "begin", limited)
    for _ in range(3):
        with pytest.raises(Trouble, match="no space left for the store"):
            d.step()
        d.now += MINUTE
    assert (d.told, {state for state, _, _ in d.states().values()}) == ([], {"new"})
    most[0] = 2**30
    d.wait(MINUTE)
    assert len(d.at("desk")) == 20
    assert {state for state, _, _ in d.states().values()} == {"sent"}


# ── noisy rules ──────────────────────────────────────────────────────────────────────────────────


def test_a_noisy_rule_is_told_once_and_the_rest_waits_for_the_digest(make: Make) -> None:
    """After 20 in an hour one message says that the rule is noisy and by which term; the rest is a digest."""
    d = make(rules(", group_wait: 0s"), at("2026-03-02T10:10:00+01:00"))
    for n in range(50):
        d.open(story=100 + n, evidence=({"text": "gaz", "facts": {"term": "gaz*"}},))
        d.wait(10_000)
    assert len(d.at("desk")) == 20
    (notice,) = d.at("desk", MessageKind.NOTICE)
    assert isinstance(notice.message.content, Notice)
    assert "rule a is noisy: it told 20 in 1h here, most by 'gaz*' in 20 of 20" in notice.message.content.text.lower()
    d.until(at("2026-03-02T11:00:00+01:00"))
    assert [t.digest.rules[0].alerts for t in d.digests("desk")] == [30]
    d.wait(HOUR)
    d.open(story=900)
    d.wait(1)
    assert len(d.at("desk")) == 21


def test_a_critical_rule_may_tell_sixty_and_max_alerts_says_otherwise(make: Make) -> None:
    """60 an hour for critical rules; what `max_alerts` says holds for its rule."""
    d = make(rules(", group_wait: 0s", ", max_alerts: 3/d"))
    for n in range(80):
        d.open("a", story=100 + n)
        d.open("b", story=200 + n)
    d.step()
    told = [t.bulletin.matched for t in d.at("desk")]
    assert sum("Rule A" in names for names in told) == 3
    assert sum("Rule B" in names for names in told) == 60


def test_a_restart_forgets_no_pace(make: Make) -> None:
    """A daemon that is started again within the hour goes on counting, and says once that the rule is noisy."""
    d = make(rules(", group_by: [rule, article], group_wait: 0s", ", max_alerts: 5/h"))
    for _ in range(3):
        for _ in range(4):
            d.open("a")
        d.wait(MINUTE)
        d.restart()
    assert (len(d.at("desk")), len(d.at("desk", MessageKind.NOTICE))) == (5, 1)
    d.wait(2 * HOUR)
    assert [sum(rule.alerts for rule in t.digest.rules) for t in d.digests("desk")] == [7]


def test_two_who_retry_at_once_send_nothing_twice(make: Make, tmp_path: Path) -> None:
    """Both are told how many they meant, and each alert goes out once, also one that is being sent at that moment."""
    d = make(rules(", group_by: [rule, article], group_wait: 0s", ", max_alerts: 1000/h"))
    d.down = True
    opened = [d.open("a").id for _ in range(20)]
    d.wait(MINUTE)
    claimed = [found for _ in range(19) for found in d.claim("desk", "one")]
    for one in claimed[:18]:
        d.settle(one, Failed(Phrase("HTTP 404")))
    meant: list[int] = []

    def again() -> None:
        with open_store(tmp_path / "state") as store:
            meant.append(retry(store, Which(), d.now))

    both = [threading.Thread(target=again) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    d.settle(claimed[18], Sent())
    d.down = False
    d.wait(MINUTE)
    told = [t.bulletin.lead.id for t in d.told]
    sent = claimed[18].message.content
    assert isinstance(sent, Bulletin) and sorted([*told, sent.lead.id]) == sorted(opened)
    assert meant == [20, 20]


def test_a_record_of_alerts_is_not_braked(make: Make) -> None:
    """A console and a file have every alert, unless the rule says of itself how many it may tell."""
    d = make(rules(of_a=", max_alerts: 5/h").replace("notify: [desk]", "notify: [console]"))
    for n in range(70):
        d.open_all(["a", "b"], story=n + 1)
    d.step()
    assert Counter(t.bulletin.alerts[0].rule for t in d.at("console")) == {"a": 5, "b": 70}


def test_a_story_of_many_articles_is_no_noise(make: Make) -> None:
    """Fifty articles of one story are one thing told, and brake nothing."""
    d = make(rules(", group_wait: 0s"))
    for n in range(50):
        d.open(story=1, source=f"{n}.fr")
        d.wait(30_000)
    assert d.at("desk", MessageKind.NOTICE) == []


# ── catching up ──────────────────────────────────────────────────────────────────────────────────


def test_a_backlog_is_one_digest(make: Make) -> None:
    """Articles that lay there for hours are one digest when all are read; critical alerts are told at once."""
    d = make(rules())
    d.reading = True
    for n in range(100):
        d.open("a", story=n + 1, waited=3 * HOUR)
    d.open("b", waited=3 * HOUR)
    fresh = d.open("a", story=1000, waited=30 * MINUTE)
    d.wait(MINUTE)
    assert [t.bulletin.alerts[0].rule for t in d.at("desk")] == ["b", "a"]
    assert d.at("desk")[1].bulletin.alerts == (fresh,)
    assert d.digests("desk") == []
    d.reading = False
    d.wait(2_000)
    (digest,) = d.digests("desk")
    assert (digest.digest.why, digest.digest.rules[0].alerts) == ("read late", 100)


@pytest.mark.parametrize("then", [Catchup.NOTIFY, Catchup.RECORD])
def test_a_backlog_can_be_told_or_only_recorded(make: Make, then: Catchup) -> None:
    """`--catch-up=notify` tells late alerts like others, `record` tells nobody and says why."""
    d = make(rules(), late=Late(HOUR, then))
    alert = d.open(waited=5 * HOUR)
    d.wait(MINUTE)
    assert d.digests("desk") == []
    if then is Catchup.NOTIFY:
        assert len(d.at("desk")) == 1
    else:
        assert d.reason(alert, "desk") == ("dropped", "its article had waited 5h when it was read: recorded only")


def test_consoles_and_files_record_late_alerts_too(make: Make) -> None:
    """A record of alerts has each of them, however late it was read."""
    d = make(rules().replace("notify: [desk]", "notify: [console]"))
    d.open(waited=5 * DAY)
    d.step()
    assert len(d.at("console")) == 1


# ── escalation ───────────────────────────────────────────────────────────────────────────────────


def test_what_nobody_acknowledges_escalates_until_somebody_does(make: Make) -> None:
    """A quarter of an hour after it was told the boss is told, and again each quarter until it is acknowledged."""
    d = make(rules(", escalate: {after: 15m, notify: [boss]}"))
    alert = d.open(story=1)
    d.wait(40 * MINUTE)
    begun = MONDAY + 30_000
    assert [(t.at - begun, t.bulletin.why) for t in d.at("boss")] == [
        (15 * MINUTE, "not acknowledged for 15m"),
        (30 * MINUTE, "not acknowledged for 30m"),
    ]
    assert d.at("boss")[0].bulletin.group == d.at("desk")[0].bulletin.group
    silences.acknowledge(d.store, d.show(alert).seq, "ann", d.now)
    d.wait(DAY)
    assert len(d.at("boss")) == 2
    shown = d.show(alert)
    assert shown.ack is not None and shown.ack.by == "ann"
    assert [(e.origin, e.times, e.due) for e in shown.escalations] == [("desk", 2, None)]
    assert d.reason(alert, "boss")[0] == "sent"


def test_an_acknowledgement_of_one_alert_stops_its_group(make: Make) -> None:
    """Whichever alert of a message is acknowledged, nobody is told of it again; news begins anew."""
    d = make(rules(", escalate: {after: 15m, notify: [boss]}"))
    _, second = d.open("a", story=1), d.open("a", story=1, source="x")
    d.wait(5 * MINUTE)
    silences.acknowledge(d.store, d.show(second).seq, "", d.now)
    d.wait(HOUR)
    assert d.at("boss") == []
    d.open("b", story=1)
    d.wait(16 * MINUTE)
    assert [t.bulletin.alerts[0].rule for t in d.at("boss")] == ["b"]


def test_an_acknowledged_alert_is_shown_as_such_at_once(make: Make) -> None:
    """Who looks at an alert that was just acknowledged sees that its escalation has ended, and by whom."""
    d = make(rules(", escalate: {after: 15m, notify: [boss]}"))
    alert = d.open(story=1)
    d.wait(MINUTE)
    (running,) = d.show(alert).escalations
    assert running.due == MONDAY + 30_000 + 15 * MINUTE
    silences.acknowledge(d.store, d.show(alert).seq, "ann", d.now)
    (ended,) = d.show(alert).escalations
    assert (ended.due, ended.times, ended.reason) == (None, 0, "acknowledged at 2026-03-02 09:01 UTC by ann")


def test_what_was_held_and_is_escalated_is_told_once(make: Make) -> None:
    """An alert that waits for the boss's digest, and of which the boss is told because nobody acknowledged it, is not
    told there again by the digest."""
    text = rules(", escalate: {after: 15m, notify: [boss]}", ", notify: [desk, boss]")
    d = make(text.replace("boss: {urls", 'boss: {digest: {cron: "0 18 * * *", empty: skip}, urls'))
    alert = d.open(story=1)
    d.wait(5 * MINUTE)
    assert d.reason(alert, "boss")[0] == "held"
    d.wait(11 * MINUTE)
    assert d.reason(alert, "boss") == ("sent", "escalated: not acknowledged for 15m")
    silences.acknowledge(d.store, d.show(alert).seq, "", d.now)
    d.wait(DAY)
    assert (len(d.at("boss")), d.digests("boss")) == (1, [])


def test_a_clock_that_is_set_back_delays_nothing(make: Make) -> None:
    """Where the clock loses five hours, groups are told and escalate as long after as ever; a digest keeps to the time
    of the day."""
    text = rules(", escalate: {after: 15m, notify: [boss]}", ", notify: [desk, mail]")
    mail = 'mail: {urls: ["json://m"], digest: {cron: "0 * * * *", empty: skip}}'
    d = make(text.replace("boss: {urls", f"{mail}\n  boss: {{urls"))
    alert = d.open(story=1)
    d.wait(10_000)
    back = d.now = d.now - 5 * HOUR
    d.wait(25_000)
    assert [t.at - back for t in d.at("desk")] == [20_000]
    d.wait(16 * MINUTE)
    assert len(d.at("boss")) == 1
    d.wait(HOUR)
    assert [t.at % HOUR for t in d.digests("mail")] == [0]
    assert d.reason(alert, "mail")[0] == "sent"


def test_a_silence_of_one_rule_ends_the_escalation_of_no_other(make: Make) -> None:
    """Where a message told of two rules and one is silenced, the boss still hears of the other."""
    d = make(rules(", escalate: {after: 15m, notify: [boss]}"))
    silenced, loud = d.open("a", story=1), d.open("b", story=1)
    d.wait(MINUTE)
    silences.add(d.store, rule="a", why="known", now=d.now, ends_at=d.now + DAY)
    d.wait(20 * MINUTE)
    assert [[alert.id for alert in t.bulletin.alerts] for t in d.at("boss")] == [[loud.id]]
    (ended,) = d.show(silenced).escalations
    assert (ended.due, ended.reason.startswith("silenced until ")) == (None, True)


def test_a_rule_escalates_once_for_all_channels(make: Make) -> None:
    """`escalate` of a rule tells whom it names once, though two channels told the alert."""
    text = rules("", ", notify: [desk, console], escalate: {after: 10m, notify: [boss]}")
    d = make(text)
    d.open(story=1)
    d.wait(11 * MINUTE)
    assert len(d.at("boss")) == 1


def test_escalation_ends_after_a_day_and_spares_quiet_hours(make: Make) -> None:
    """Who is mute is not told in the night but in the morning; after a day without an answer it ends."""
    text = rules(", escalate: {after: 1h, notify: [boss]}").replace("boss: {urls", "boss: {mute: [nights], urls")
    d = make(text, at("2026-03-02T21:00:00+01:00"))
    alert = d.open(story=1)
    d.wait(3 * DAY)
    hours = {datetime.fromtimestamp(t.at / 1000, ZoneInfo("Europe/Paris")).hour for t in d.at("boss")}
    assert hours.isdisjoint({22, 23, 0, 1, 2, 3, 4, 5})
    assert d.at("boss")[0].at == at("2026-03-03T06:00:30+01:00")
    assert d.show(alert).escalations[0].reason.startswith("nobody acknowledged it for ")


def test_escalations_in_a_circle_stay_few(make: Make) -> None:
    """Two channels that escalate to one another tell each other once a time, and stop when it is acknowledged."""
    text = rules(", escalate: {after: 10m, notify: [boss]}").replace(
        "boss: {urls", "boss: {escalate: {after: 10m, notify: [desk]}, urls"
    )
    d = make(text)
    alert = d.open(story=1)
    d.wait(31 * MINUTE)
    assert (len(d.at("boss")), len(d.at("desk"))) == (3, 3)
    silences.acknowledge(d.store, d.show(alert).seq, "", d.now)
    d.wait(DAY)
    assert (len(d.at("boss")), len(d.at("desk"))) == (3, 3)


def test_rules_that_inhibit_one_another_are_refused() -> None:
    """Nobody would be told of either: the circle is told, however long it is."""
    chain = "".join(f"  - {{id: r{n}, condition: {{keywords: x}}, inhibits: [r{(n + 1) % 500}]}}\n" for n in range(500))
    with pytest.raises(RulesError) as refused:
        read(f"{HEAD}rules:\n{chain}")
    assert [fault.message for fault in refused.value.faults] == [
        "'r0' inhibits this rule in turn: nobody would be told of either"
    ]


# ── channels come and go ─────────────────────────────────────────────────────────────────────────


def test_alerts_for_a_channel_that_is_gone_wait_for_it(make: Make) -> None:
    """A channel that new rules do not have holds what was for it, with the reason."""
    d = make(rules(", mute: [nights]"), at("2026-03-02T23:00:00+01:00"))
    early = d.open("a", story=1)
    d.wait(MINUTE)
    late = d.open("a", story=2)
    d.change(rules().replace("desk:", "office:").replace("[desk]", "[office]"))
    d.wait(DAY)
    assert d.told == []
    assert d.reason(early, "desk") == d.reason(late, "desk") == ("held", "the rules have no channel of this name")


# ── a week, and the law ──────────────────────────────────────────────────────────────────────────

WEEK = f"""{HEAD}
time_intervals:
  nights: {{times: ['22:00-06:00']}}
  weekend: {{weekdays: [sat, sun]}}
channels:
  paris: {{urls: ['json://localhost'], mute: [nights], except_level: critical}}
  york: {{urls: ['json://localhost'], timezone: America/New_York, mute: [nights, weekend]}}
  mail: {{urls: ['json://localhost'], digest: {{cron: '30 7 * * 1-5', empty: skip}}}}
  loud: {{urls: ['json://localhost'], min_level: high, group_by: [rule], group_interval: 10m,
    escalate: {{after: 2h, notify: [mail, paris]}}}}
  log: {{file: log.jsonl}}
defaults: {{notify: [paris, york, mail, loud, log, console]}}
rules:
  - {{id: a, level: low, condition: {{keywords: x}}, max_alerts: 4/h}}
  - {{id: b, level: high, condition: {{keywords: x}}, inhibits: [a]}}
  - {{id: c, level: critical, condition: {{keywords: x}}, escalate: {{after: 30m, notify: [loud]}}}}
  - {{id: d, condition: {{keywords: x}}, mute: [nights], undated: digest, max_age: 3d}}
"""

EVENTS = st.lists(
    st.tuples(
        st.integers(0, 20 * 60),  # minutes that pass before
        st.sampled_from(["a", "b", "c", "d", "ab", "bcd", "ack", "silence", "expire", "down", "restart", "rules"]),
        st.integers(1, 4),  # story
        st.sampled_from([0, 3 * HOUR]),  # how late the article is read
    ),
    max_size=15,
)


@settings(max_examples=8)
@given(EVENTS, st.sampled_from(["2026-03-27T20:00:00+01:00", "2026-10-30T20:00:00+01:00"]))
def test_every_alert_is_in_a_sent_message_or_says_why_not(events: list[tuple[int, str, int, int]], start: str) -> None:
    """Whatever happens in whatever order: nothing is lost, nothing told in quiet hours, no group speaks too soon."""
    with tempfile.TemporaryDirectory() as folder, desk(Path(folder), WEEK, at(start)) as d:
        opened = []
        for minutes, what, story, waited in events:
            d.wait(minutes * MINUTE)
            match what:
                case "ack" if opened:
                    silences.acknowledge(d.store, d.show(opened[-1]).seq, "", d.now)
                case "silence":
                    silences.add(d.store, source=f"{story}.fr", now=d.now, ends_at=d.now + 5 * HOUR)
                case "expire":
                    with d.store.read() as conn:
                        found = silences.active(conn, d.now)
                    for one in found:
                        silences.expire(d.store, one.id, d.now)
                case "down":
                    d.down, d.was_down = not d.down, True
                case "restart":
                    d.restart()
                case "rules":
                    d.change(
                        WEEK.replace("max_alerts: 4/h", f"max_alerts: {story}/h").replace("22:00", f"2{story - 1}:00")
                    )
                case "ack":
                    pass
                case _:
                    opened += d.open_all(list(what), story=story, source=f"{story}.fr", waited=waited)
        d.down = False
        d.wait(12 * DAY)
        _judge(d, opened)


def _judge(d: Desk, opened: list[Alert]) -> None:
    states = d.states()
    assert len(states) >= 6 * len(opened)
    with d.store.read() as conn:
        sent = set(conn.execute(select(messages.c.mailing).where(messages.c.state == "sent")).scalars())
    for state, reason, mailing in states.values():
        assert (state == "sent" and mailing in sent) or (state == "dropped" and reason), (state, reason)
    with d.store.read() as conn:
        silent = silences.listed(conn, d.now, ended=True)
    for told in d.told:
        if isinstance(told.message.content, Bulletin) and told.bulletin.total == 1:
            assert not silenced(silent, told.bulletin.lead, told.at)
    assert {n for n, t in Counter(t.message.id for t in d.told).items() if t > 1} == set()
    if d.was_down:  # what waited for its address comes when that is back
        return
    for told in d.at("paris"):
        clock = datetime.fromtimestamp(told.at / 1000, ZoneInfo("Europe/Paris"))
        assert 6 <= clock.hour < 23 or told.bulletin.level is Level.CRITICAL
    for name, interval in (("paris", 5), ("loud", 10)):
        by_group: dict[str, list[int]] = {}
        for told in d.at(name):
            if not told.bulletin.why.startswith("not acknowledged"):
                by_group.setdefault(told.bulletin.group, []).append(told.at)
        for times in by_group.values():
            assert all(b - a >= interval * MINUTE for a, b in zip(times, times[1:], strict=False))


def test_a_week_of_news_goes_as_it_is_asked_for(make: Make) -> None:
    """An article every two hours for a week over the change of clocks: digests and quiet hours keep to each clock."""
    d = make(WEEK, at("2026-03-27T12:00:00+01:00"))
    for n in range(7 * 12):
        d.open_all(["a"] if n % 3 else ["b", "d"], story=n // 4 + 1, source=f"{n % 40}.fr", published=_day(d.now))
        d.wait(2 * HOUR)
    d.wait(2 * DAY)
    paris = [datetime.fromtimestamp(t.at / 1000, ZoneInfo("Europe/Paris")) for t in d.at("paris")]
    assert {t.hour for t in paris}.isdisjoint({22, 23, 0, 1, 2, 3, 4, 5})
    york = [datetime.fromtimestamp(t.at / 1000, ZoneInfo("America/New_York")) for t in d.at("york")]
    assert {t.hour for t in york}.isdisjoint({22, 23, 0, 1, 2, 3, 4, 5})
    assert {t.weekday() for t in york}.isdisjoint({5, 6})
    mornings = [datetime.fromtimestamp(t.at / 1000, ZoneInfo("Europe/Paris")) for t in d.digests("mail")]
    assert {(t.hour, t.minute) for t in mornings} == {(7, 30)}
    assert [t.weekday() for t in mornings] == [0, 1, 2, 3, 4]
    mondays = [t.at for t in d.digests("york")][0]
    assert mondays == at("2026-03-30T06:00:00-04:00")
    assert {t.bulletin.total for t in d.at("log")} == {1} and len(d.at("log")) == len(d.at("console"))
    assert all(state in ("sent", "dropped", "held") and reason for state, reason, _ in d.states().values())


def _day(now: int) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).date()
