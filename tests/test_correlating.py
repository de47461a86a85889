"""Rules over several articles as analysts meet them: in a daemon that is killed, in tests of rules, in explain."""

# ruff: noqa: E501 - a rule stands on one line

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.retold import FRENCH, news, papers
from tests.support import Daemon, running, wait_for
from watcher import explanation
from watcher.analyse.engine import Engine, gazetteer
from watcher.analyse.ruletests import run_tests
from watcher.model import Article
from watcher.rules.bundle import Bundle
from watcher.rules.correlation.words import described
from watcher.rules.evaluate import Options
from watcher.rules.load import load
from watcher.store import open_store
from watcher.store.alerts import list_alerts

BURST = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - id: burst
    title: Attacks
    level: high
    condition: {keywords: [attentat]}
    correlation: {type: frequency, num_events: 5, timeframe: 1h, by: place}
  - id: minister
    condition: {keywords: [ministre]}
    correlation: {type: frequency, num_events: 100, timeframe: 1h}
  - id: both
    status: test
    correlation: {type: temporal, rules: [burst, minister], timeframe: 1h}
"""


def attack(number: int, where: str = "au Tadjikistan") -> str:
    return f"Le {number} mars, un attentat a eu lieu {where} selon des témoins qui ont parlé à la presse locale.\n"


def told(daemon: Daemon, rule: str = "burst") -> list[dict[str, Any]]:
    return [message for message in daemon.sent if message.get("rule") == rule]


def test_five_articles_alert_once_over_a_kill(tmp_path: Path) -> None:
    """The fifth article of a country alerts, also where the daemon was killed after the third; the seventh does not."""
    with running(tmp_path, rules=BURST) as daemon:
        for number in range(1, 4):
            daemon.drop(f"{number}.txt", attack(number))
        daemon.drop("other.txt", attack(9, "en Belgique"))
        wait_for(lambda: daemon.status()["files"]["done"] == 4, "the first files")
        daemon.stop(signal.SIGKILL)
        daemon.start()
        assert not told(daemon)
        daemon.drop("4.txt", attack(4))
        daemon.drop("5.txt", attack(5))
        (alert,) = wait_for(lambda: told(daemon), "the alert")
        for number in (6, 7):
            daemon.drop(f"{number}.txt", attack(number))
        daemon.drop("minister.txt", "Le ministre a parlé mardi de la situation à la presse, selon des témoins.\n")
        wait_for(lambda: daemon.status()["files"]["done"] == 9, "the others")
        assert daemon.status()["alerts"] == 2
        assert len(told(daemon)) == 1
        assert (alert["count"], alert["by"], alert["by_kind"]) == (5, "TJ", "place")
        assert alert["window"]["end"] - alert["window"]["start"] == 3_600_000
        assert {article["path"] for article in alert["articles"]} == {f"{n}.txt" for n in range(1, 6)}
        assert "article" not in alert
        wait_for(lambda: "[out sent]" in daemon.run("alerts").stdout, "what is noted of it")
        listed = daemon.run("alerts").stdout
        assert re.search(r"high +burst +5 articles in 1h, place Tajikistan +\[out sent\]", listed)
        assert re.search(r"both +burst, minister within 1h, 9 articles +\[out dropped\]", listed)
        shown = daemon.run("alerts", "show", alert["id"]).stdout
        assert shown.startswith("HIGH · 5 articles in 1h, place Tajikistan\nAttacks (burst)\n")
        assert all(f"{n}.txt" in shown for n in range(1, 6))


def test_the_number_of_workers_changes_no_alert(tmp_path: Path) -> None:
    """One reader and two count the same articles to the same alerts."""
    found = []
    for workers in (1, 2):
        daemon = Daemon(tmp_path / str(workers), rules=BURST.replace("num_events: 5", "num_events: 3"))
        for number in range(1, 25):
            path = daemon.drop(f"{number}.txt", attack(number, "au Tadjikistan" if number % 3 else "au Mali"))
            os.utime(path, (1_700_000_000 + 700 * number,) * 2)
        done = daemon.run_spread(workers, "--settle", "0.2")
        assert done.returncode == 0, done.stderr
        alerts = [(a["by"], a["count"], a["window"], [x["path"] for x in a["articles"]]) for a in told(daemon)]
        assert len(alerts) > 3
        found.append(alerts)
    assert found[0] == found[1]


def test_a_silence_and_its_end_are_told(tmp_path: Path) -> None:
    """Nothing for two seconds is told once; the next article that matches ends it."""
    rules = BURST.replace("{type: frequency, num_events: 5, timeframe: 1h, by: place}", "SILENCE")
    rules = rules.replace("SILENCE", "{type: flatline, below: 1, timeframe: 2s}")
    with running(tmp_path, rules=rules) as daemon:
        daemon.drop("minister.txt", "Le ministre a parlé mardi de la situation à la presse, selon des témoins.\n")
        silence, *_ = wait_for(lambda: told(daemon), "the silence")
        assert (silence["correlation"], silence["ended"], silence["articles"]) == ("flatline", False, [])
        numbers = itertools.count(1)

        def ended() -> list[dict[str, Any]]:
            number = next(numbers)  # a machine may take longer than the two seconds to read one
            daemon.drop(f"{number}.txt", attack(number))
            return [alert for alert in told(daemon) if alert["ended"]]

        end, *_ = wait_for(ended, "its end")
        assert [alert["ended"] for alert in told(daemon)[:2]] == [False, True]
        assert end["articles"]


RETOLD = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - {id: told, condition: {keywords: [mot]}}
  - {id: widely, condition: {keywords: [mot]}, correlation: {type: frequency, num_events: 3, timeframe: 1h, by: story}}
  - id: busy
    condition: {keywords: [mot]}
    correlation: {type: cardinality, of: story, at_least: 4, timeframe: 1h}
"""


def test_the_number_of_workers_changes_no_story(tmp_path: Path) -> None:
    """One reader and two find the same stories, told by as many outlets, and count by them to the same alerts."""
    found = []
    for workers in (1, 2):
        daemon = Daemon(tmp_path / str(workers), rules=RETOLD)
        for number in range(30):
            text = list(papers(f"Le mot. {news(number % 6)}").values())[number // 6]
            path = daemon.drop(f"paper {number % 5}/{number}.txt", text)
            os.utime(path, (1_700_000_000 + 7 * number,) * 2)
        done = daemon.run_spread(workers, "--settle", "0.2")
        assert done.returncode == 0, done.stderr
        keys = ("rule", "story", "outlets", "by", "values")
        with open_store(daemon.state, create=False) as store, store.read() as conn:
            told_ = [tuple(map(one.alert.to_json().get, keys)) for one in reversed(list_alerts(conn, 100))]
        assert sum(rule == "told" for rule, *_ in told_) == 30
        assert len({story for rule, story, *_ in told_ if rule == "told"}) == 6
        assert [by for rule, _, _, by, _ in told_ if rule == "widely"] == ["1", "2", "3", "4", "5", "6"]
        assert [values for rule, *_, values in told_ if rule == "busy"] == [["1", "2", "3", "4"]]
        found.append(sorted(told_, key=str))
    assert found[0] == found[1]


KINDS = """\
version: 1
channels:
  out: {console: true}
defaults: {notify: [out], operator: out, group_by: [rule]}
rules:
  - {id: several, title: Raids, condition: {keywords: [raid]}, correlation: {type: frequency, num_events: 2, timeframe: 1h}}
  - {id: outlets, condition: {keywords: [raid]}, correlation: {type: cardinality, of: source, at_least: 3, timeframe: 1h}}
  - {id: then, correlation: {type: temporal, rules: [several, talks], timeframe: 1h, ordered: true}}
  - {id: talks, status: test, condition: {keywords: [trêve]}, correlation: {type: frequency, num_events: 9, timeframe: 1h}}
"""


KINDS_TOLD = [(203, "Trois"), (199, "Trois"), (195, "Deux"), (190, "Un")]


def test_each_kind_says_what_it_counted(tmp_path: Path) -> None:
    """In its message, with the newest article's words and the articles."""
    daemon = Daemon(tmp_path, rules=KINDS)
    for minute, outlet, text in (
        (100, "Un", "Un raid au Mali de nuit."),
        (190, "Un", "Encore un raid au Tchad hier soir, dit-on."),
        (195, "Deux", "Trois soldats sont morts, un raid les visait."),
        (199, "Trois", "Ce que le raid de mardi a détruit."),
        (203, "Trois", "Une trêve est annoncée."),
    ):
        article = {"title": f"À {minute}", "text": text, "source": outlet, "language": "fr"}
        path = daemon.drop(f"{minute}.json", json.dumps(article))
        os.utime(path, (1_700_000_000 + 60 * minute,) * 2)
    done = daemon.run("run", "--once", "--settle", "0.2", "--catch-up", "notify")
    assert done.returncode == 0, done.stderr
    shown = [
        line for line in done.stdout.splitlines() if line.startswith(("MEDIUM", "  Trois", "  Ce", "  Une", "  •"))
    ]
    newest = [f"  • À {minute} · {outlet} · undated · {minute}.json" for minute, outlet in KINDS_TOLD]
    assert shown == [
        "MEDIUM  Raids: 2 articles in 1h",
        "  Trois soldats sont morts, un **raid** les visait.",
        *newest[2:],
        "MEDIUM  outlets: 3 outlets in 1h (Un, Deux, Trois)",
        "  Ce que le **raid** de mardi a détruit.",
        *newest[1:],
        "MEDIUM  then: several, talks within 1h, 4 articles",
        "  Une **trêve** est annoncée.",
        *newest,
    ]


WRITTEN = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - {id: outlets, condition: {keywords: [raid]}, correlation: {type: cardinality, of: source, at_least: 2, timeframe: 1h}}
  - {id: each, condition: {keywords: [raid]}, correlation: {type: frequency, num_events: 2, timeframe: 1h, by: source}}
  - {id: people, condition: {keywords: [raid]}, correlation: {type: cardinality, of: person, at_least: 2, timeframe: 1h}}
"""


def test_outlets_and_people_are_told_as_they_are_written(tmp_path: Path) -> None:
    """Also those that were counted before a restart, and for one that is written in two ways the newer one."""
    daemon = Daemon(tmp_path, rules=WRITTEN)
    for minute, outlet, text in (
        (1, "LE MONDE", "Un raid a eu lieu mardi, a déclaré Jean-Luc Mélenchon à la presse."),
        (2, "Le Monde", "Le raid de mardi a été condamné par le président Emmanuel Macron."),
        (3, "AFP", "Le raid de la nuit dernière est terminé, selon des témoins."),
    ):
        article = {"title": f"À {minute}", "text": text, "source": outlet, "language": "fr"}
        path = daemon.drop(f"{minute}.json", json.dumps(article))
        os.utime(path, (1_700_000_000 + 60 * minute,) * 2)
        done = daemon.run("run", "--once", "--settle", "0.2")
        assert done.returncode == 0, done.stderr
    assert [(a["by"], a["values"]) for rule in ("outlets", "each", "people") for a in told(daemon, rule)] == [
        (None, ["Le Monde", "AFP"]),
        ("Le Monde", []),
        (None, ["Jean-Luc Mélenchon", "Emmanuel Macron"]),
    ]


SUDDEN = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - {id: more, condition: {keywords: [raid]}, correlation: {type: spike, height: 2, timeframe: 2s, baseline: 1, min_events: 3}}
  - {id: first, condition: {keywords: [raid]}, correlation: {type: new_term, of: place, window: 1s}}
"""


def test_a_spike_and_a_new_country_are_told_by_a_daemon(tmp_path: Path) -> None:
    """Once it has counted for so long that it knows what is usual: three at once where there were none, and a country
    that nobody named."""
    countries = iter(
        ["au Mali", "au Tchad", "au Yémen", "en Libye", "en Irak", "au Pérou", "en Chine", "au Japon"] * 99
    )
    bursts, read = itertools.count(), [0.0]
    with running(tmp_path, rules=SUDDEN) as daemon:

        def both() -> bool:
            if time.monotonic() - read[0] > 5:  # longer than both windows: what was read before is no measure
                name = f"{next(bursts)}.jsonl"  # one file comes at one moment, however slow the machine
                texts = [f"Un raid a eu lieu {where} selon des témoins." for where in itertools.islice(countries, 3)]
                done = daemon.status()["files"]["done"]
                daemon.drop(name, "".join(f"{json.dumps({'title': name, 'text': text})}\n" for text in texts))
                wait_for(lambda: daemon.status()["files"]["done"] > done, name)
                read[0] = time.monotonic()
            return bool(told(daemon, "more") and told(daemon, "first"))

        wait_for(both, "a spike and a new country")
        (spike, *_), (new, *_) = told(daemon, "more"), told(daemon, "first")
        assert (spike["correlation"], spike["count"], len(spike["articles"])) == ("spike", 3, 3)
        assert new["correlation"] == "new_term" and len(new["articles"]) == 1
        assert set(new["values"]) < {"ML", "TD", "YE", "LY", "IQ", "PE", "CN", "JP"}


# ── tests of rules, explain ──────────────────────────────────────────────────────────────────────

PEOPLE = """\
version: 1
timezone: Europe/Paris
time_intervals:
  days: {times: ["08:00-20:00"]}
rules:
  - id: new-people
    condition: {keywords: [ministre]}
    correlation: {type: new_term, of: person, window: 1h}
    tests:
      - name: somebody new
        articles:
          - {text: "Le ministre Sergueï Lavrov a rencontré Emmanuel Macron à Moscou.", at: 0m, language: fr}
          - {text: "Le ministre Sergueï Lavrov a rencontré Angela Merkel à Berlin.", at: 61m, language: fr}
          - {text: "Le ministre a rencontré Angela Merkel à Berlin.", at: 62m, language: fr}
        expect: {alerts: 1}
  - id: sources
    condition: {keywords: [grève]}
    correlation: {type: cardinality, of: source, at_least: 2, timeframe: 30m}
    tests:
      - name: two outlets
        articles: [{text: La grève., source: AFP}, {text: Une grève., source: Reuters, at: 29m}]
        expect: {alerts: 1}
      - name: one outlet
        articles: [{text: La grève., source: AFP}, {text: Une grève., source: afp, at: 29m}]
        expect: {alerts: 0}
      - name: too late
        articles: [{text: La grève., source: AFP}, {text: Une grève., source: Reuters, at: 30m}]
        expect: {alerts: 1}
  - id: silence
    condition: {keywords: [dépêche]}
    correlation: {type: flatline, below: 1, timeframe: 2h, by: source, of: [AFP], active: days}
    tests:
      - name: a morning without
        now: 2024-01-02T08:00:00+01:00
        articles: [{text: Une dépêche., source: AFP}, {text: Une dépêche., source: AFP, at: 3h}]
        expect: {alerts: 2}
      - name: a night without
        now: 2024-01-02T19:30:00+01:00
        articles: [{text: Une dépêche., source: AFP}, {text: Une dépêche., source: AFP, at: 13h}]
        expect: {alerts: 0}
      - {text: Une dépêche., expect: match}
"""


def test_tests_of_several_articles_count_alerts() -> None:
    """People are found by the model, outlets without regard to case, silence by the hours that count; a test that
    fails says when there were alerts."""
    tested = run_tests(Engine.of(Bundle({"rules.yaml": PEOPLE})), {})
    assert [(t.name, t.why) for t in tested if t.why] == [
        ("too late", "0 alerts, expected 1; 2 of 2 articles count"),
    ]
    assert len(tested) == 7
    more = PEOPLE.replace("expect: {alerts: 2}", "expect: {alerts: 1}")
    (failing,) = run_tests(Engine.of(Bundle({"rules.yaml": more})), {}, only="silence")[:1]
    assert failing.why == "2 alerts (after 2h, 3h), expected 1; 2 of 2 articles count"


STORIES = """\
version: 1
rules:
  - id: widely-told
    condition: {keywords: [poste]}
    correlation: {type: cardinality, of: source, at_least: 2, timeframe: 1h, by: story}
    tests:
      - name: two outlets, one story
        articles: [{text: TEXT, source: AFP}, {text: CUT, source: Reuters, at: 5m}]
        expect: {alerts: 1}
      - name: one outlet
        articles: [{text: TEXT, source: AFP}, {text: CUT, source: afp, at: 5m}]
        expect: {alerts: 0}
      - name: two stories
        articles: [{text: TEXT, source: AFP}, {text: Un poste est tombé., source: Reuters, at: 5m}]
        expect: {alerts: 0}
"""


def test_rules_are_tested_by_the_stories_that_their_articles_tell() -> None:
    """What is cut and comes from another outlet is the same story; other words are another one."""
    rules = STORIES.replace("TEXT", json.dumps(FRENCH)).replace("CUT", json.dumps(papers(FRENCH)["cut"]))
    tested = run_tests(Engine.of(Bundle({"rules.yaml": rules})), {})
    assert [test.why for test in tested] == ["", "", ""]


DATED = """\
version: 1
timezone: Europe/Paris
rules:
  - id: fresh
    max_age: 1h
    condition: {keywords: [grève]}
    tests:
      - {text: La grève., published: "2024-01-02T23:30-05:00", now: "2024-01-03T06:45", expect: no_match}
      - {text: La grève., published: "2024-01-02T23:30-05:00", now: "2024-01-03T06:15", expect: match}
      - {text: La grève., published: "2024-01-02T20:00", now: "2024-01-02T20:45", expect: match}
      - {text: La grève., published: "2024-01-02T20:00", now: "2024-01-02T20:45Z", expect: no_match}
      - {text: La grève., published: 2024-01-02, now: "2024-01-03T00:59", expect: match}
      - {text: La grève., published: 2024-01-02, now: "2024-01-03T01:01", expect: no_match}
"""


def test_the_times_of_a_test_are_those_of_the_clock_of_its_file() -> None:
    """A time without a zone is in the file's timezone; one with a zone keeps it, and a day ends with the day there."""
    tested = run_tests(Engine.of(Bundle({"rules.yaml": DATED})), {})
    assert [test.why for test in tested] == [""] * 6


def test_names_are_worked_out_for_articles_that_are_counted_by_them() -> None:
    """Who needs people gets them only where a rule matched; a language without a model has none."""
    engine = Engine.of(Bundle({"rules.yaml": PEOPLE}))
    articles = [
        Article("", "Le ministre Sergueï Lavrov a rencontré Emmanuel Macron à Moscou.", "fr"),
        Article("", "Sergueï Lavrov a rencontré Emmanuel Macron à Moscou.", "fr"),
        Article("", "El ministre Sergueï Lavrov.", "ca"),
    ]
    values = engine.values(engine.match(articles, Options()))
    assert [dict(found) for found in values] == [
        {"person": ("Sergueï Lavrov", "Emmanuel Macron")},
        {},
        {"person": ()},
    ]


@pytest.mark.parametrize(
    ("correlation", "words"),
    [
        ("{type: frequency, num_events: 1, timeframe: 1h}", "1 article in 1h"),
        ("{type: spike, height: 2.5, timeframe: 1d}", "2.5 times the mean of the last 14 windows of 1d"),
        (
            "{type: spike, height: 3, timeframe: 1h, baseline: 5, min_events: 4, by: source}",
            "3 times the mean of the last 5 windows of 1h, at least 4 articles, by source",
        ),
        ("{type: flatline, below: 3, timeframe: 2h}", "fewer than 3 articles in 2h"),
        (
            "{type: flatline, below: 1, timeframe: 2h, by: source, of: [afp, reuters], active: day}",
            "no article of afp or reuters in 2h of day, by source",
        ),
        ("{type: new_term, of: place, window: 30d}", "a new place, not seen for 30d"),
        ("{type: cardinality, of: source, at_least: 4, timeframe: 6h}", "4 different values of source in 6h"),
    ],
)
def test_what_a_correlation_waits_for_is_said_in_words(correlation: str, words: str) -> None:
    """Whole: whom it expects, and how few are not enough."""
    intervals = 'time_intervals: {day: {times: ["08:00-20:00"]}}\n'
    rule = f"rules: [{{id: a, condition: {{keywords: b}}, correlation: {correlation}}}]\n"
    (read,) = load(Bundle({"rules.yaml": f"version: 1\n{intervals}{rule}"}), gazetteer()).rules
    assert read.correlation is not None
    assert described(read.correlation) == words


def test_explain_says_that_the_alert_takes_several_articles() -> None:
    """The condition is explained as always, with what it takes for an alert."""
    engine = Engine.of(Bundle({"rules.yaml": BURST}))
    found = explanation.explain(engine, Path("one.txt"), Article("", "Un attentat.", "ca"))
    assert [(rule["id"], rule["match"], rule.get("correlation")) for rule in found["rules"]] == [
        ("burst", True, "5 articles in 1h, by place"),
        ("minister", False, "100 articles in 1h"),
        ("both", False, "matches of burst, minister in 1h"),
    ]
    said = explanation.for_people(found)
    assert "MATCH   burst" in said
    assert "an alert takes several articles: 5 articles in 1h, by place" in said
