"""Boilerplate as the daemon and the commands know it: cut, shown, explained, forgotten, turned off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.outlet import FOOTER, article, prose, publish, weeks
from tests.support import Daemon, running, wait_for
from watcher.boilerplate import DAYS
from watcher.cli import app
from watcher.clock import now_ms
from watcher.explanation import for_people
from watcher.store import open_store
from watcher.store.retention import DAY_MS

RULES = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - id: taliban
    condition: {keywords: ["taliban*"]}
    tests:
      - {name: footer, source: gazette, expect: EXPECTED, text: "TEXT"}
"""


def text(number: int, *, news: str = "") -> str:
    """An article of the outlet as a file; with `news` above its footer."""
    one = article(number)
    return "\n\n".join([one.title, *prose(number), *([news] if news else []), *FOOTER, ""])


def rules(*, expected: str = "no_match") -> str:
    body = "\\n\\n".join([*prose(7), *FOOTER])
    return RULES.replace("EXPECTED", expected).replace("TEXT", body)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state in which the footer of the outlet was learned until yesterday."""
    with open_store(tmp_path / "state") as store:
        publish(store, weeks(DAYS), now_ms() - DAY_MS)
    return tmp_path


def said(daemon: Daemon, *words: str) -> Result:
    """What a command says, run in this process: where the test is not of a process, another one costs a second."""
    return CliRunner().invoke(app, [*words], env=daemon.environment())


@pytest.mark.parametrize("workers", [1, 3])
def test_what_an_outlet_repeats_alerts_nobody_and_news_does(home: Path, workers: int) -> None:
    """The same words alert in a paragraph or from another outlet, and not in the footer, however many workers read;
    what the footer kept silent is recorded."""
    daemon = Daemon(home, rules=rules())
    for n in range(40):
        daemon.drop(f"gazette/{n:02}.txt", text(200 + n, news="The Taliban left." if n % 7 == 0 else ""))
    daemon.drop("other/quiet.txt", text(100))
    assert daemon.run_spread(workers).returncode == 0
    assert sorted(daemon.alerts) == [*(f"gazette/{n:02}.txt" for n in range(0, 40, 7)), "other/quiet.txt"]
    told = said(daemon, "alerts", "list", "--kept-out").stdout
    assert told.count("taliban") == 34
    assert told.count(f"[kept out by boilerplate of gazette: in 14 of its last 14 articles: {FOOTER[0]}]") == 34


def test_explain_shows_what_was_cut_and_why(home: Path) -> None:
    """A bare file is explained by what the state knows: the rule says what kept it silent, and `--text --all` shows the
    lines, which `--text` leaves blank so that offsets stay true."""
    daemon = Daemon(home, rules=rules())
    file = str(daemon.drop("gazette.json", json.dumps({"title": "T", "text": text(100), "source": "Gazette"})))
    found = json.loads(said(daemon, "explain", "--json", file).stdout)
    assert [found["rules"][0]["match"], found["rules"][0]["missing"]] == [False, []]
    (blocking,) = found["rules"][0]["blocked_by"]
    shown, whole = (said(daemon, "explain", "--text", *more, file).stdout for more in ((), ("--all",)))
    assert FOOTER[0] not in shown and shown[blocking["start"] : blocking["end"]].isspace()
    why = "[boilerplate of gazette: in 14 of its last 14 articles] "
    assert all(why + line in whole for line in FOOTER)
    assert whole.replace(why, "")[blocking["start"] : blocking["end"]] == blocking["text"] == FOOTER[0]
    people = for_people(found)
    assert "2 lines of boilerplate left out" in people and f"kept out by boilerplate: {why[1:-2]}" in people
    assert said(daemon, "explain", "--all", file).exit_code == 2


def test_rules_are_tested_as_the_daemon_judges(home: Path) -> None:
    """A test with the outlet's footer passes or fails by what the state knows, and the command says that it does."""
    daemon = Daemon(home, rules=rules())
    told = said(daemon, "test")
    assert told.exit_code == 0
    assert "1 of 1 tests pass" in told.stdout and "has learned as boilerplate of the source" in told.stdout
    failing = said(daemon, "test", "--boilerplate", "keep")
    assert failing.exit_code == 1 and "learned" not in failing.stdout
    daemon.write_rules(rules(expected="match"))
    failing = said(daemon, "check", "--strict")
    assert failing.exit_code == 1 and "does not match: boilerplate of gazette: in 14 of" in failing.stderr


def test_what_was_learned_is_listed_and_forgotten(home: Path) -> None:
    """`boilerplate list` shows the lines, a running daemon cuts them, and no longer once they are forgotten."""
    with running(home, rules=rules(expected="match")) as daemon:
        # The daemon runs the rules' tests by what it knows itself.
        wait_for(lambda: any("test fails" in told for told in daemon.notices), "the failing test")
        table = said(daemon, "boilerplate").stdout
        shown = r"^gazette +in 14 of 14 articles, on 7 days +last \d{4}-\d\d-\d\d +"
        assert all(re.search(shown + f"{line}$", table, re.MULTILINE) for line in FOOTER)
        daemon.drop("gazette/1.txt", text(100))
        wait_for(
            lambda: daemon.rows("SELECT 1 FROM files WHERE path = CAST('gazette/1.txt' AS BLOB)"), "the first file"
        )
        assert said(daemon, "boilerplate", "forget", "--source", "nobody").exit_code == 1
        assert said(daemon, "boilerplate", "forget", "--source", "Gazette").exit_code == 0
        assert said(daemon, "boilerplate", "list", "--json").stdout == ""
        daemon.drop("gazette/2.txt", text(101))
        wait_for(lambda: daemon.alerts, "the alert on the second file")
        assert daemon.alerts == ["gazette/2.txt"]


def test_it_can_be_turned_off(home: Path) -> None:
    """With `keep` every line is seen, and none is counted; another word is refused."""
    daemon = Daemon(home, rules=rules(), variables={"WATCHER_BOILERPLATE": "keep"})
    before = daemon.rows("SELECT count(*) FROM source_lines")
    daemon.drop("gazette/1.txt", text(100))
    assert daemon.run("run", "--once").returncode == 0
    assert daemon.alerts == ["gazette/1.txt"]
    assert daemon.rows("SELECT count(*) FROM source_lines") == before
    refused = said(daemon, "run", "--once", "--boilerplate", "drop")
    assert refused.exit_code == 2
    assert "--boilerplate (WATCHER_BOILERPLATE) is one of cut, keep, not 'drop'" in refused.stderr


def test_without_a_state_or_with_a_broken_one_rules_are_tested(tmp_path: Path) -> None:
    """A state that is missing or empty is no trouble; one that cannot be read is told, and nothing is left out."""
    daemon = Daemon(tmp_path, rules=rules(expected="match"))
    told = said(daemon, "test")
    assert (told.stdout, told.stderr) == ("1 of 1 tests pass\n", "")
    assert not daemon.state.exists()
    daemon.state.mkdir()
    assert said(daemon, "test").stderr == ""
    (daemon.state / "store.db").write_bytes(b"no database" * 1_000)
    told = said(daemon, "test")
    assert told.stdout == "1 of 1 tests pass\n" and "no boilerplate is left out: " in told.stderr
