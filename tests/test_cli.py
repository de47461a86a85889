"""Every command as its user sees it: what it prints and where, and how it exits."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.support import SLOW, WATCHER, Daemon, Done, command, process, running, wait_for
from watcher import explanation
from watcher.analyse.files import Found, read_anywhere
from watcher.cli.judging import Reader
from watcher.clock import now_ms
from watcher.errors import SettingsError
from watcher.model import Limits
from watcher.rules.intervals import WEEKDAYS
from watcher.settings import After, Settings, read_duration
from watcher.store import open_store
from watcher.store.rules import accept
from watcher.store.status import beat

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
FACTS = json.loads((ROOT / "seeds" / "facts.json").read_text())
RULE_OF = {  # the rules of facts.json, by their letters
    "a": "taliban-central-asia",
    "b": "russia-taliban",
    "c": "islamic-state-central-asia",
    "d": "pakistan-taliban-aid",
    "e": "csto-russian-bases",
    "f": "morocco",
    "g": "drug-trafficking",
}
RULES = """\
version: 1
channels:
  out: {file: out.jsonl}
defaults: {notify: [out]}
rules:
  - id: taliban
    condition:
      all: [{keywords: ["taliban*"]}]
      none: [{keywords: [cricket]}]
    tests: [{name: plain, text: The Taliban are in Kabul., expect: match}]
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder in which commands are run as they are by a user who sits in it."""

    path: Path

    def run(self, *words: str | Path, variables: dict[str, str] | None = None) -> Done:
        return command(words, self.path, self._environment(variables))

    def process(self, *words: str | Path) -> Done:
        """Runs a command by the console script."""
        return process(words, self.path, self._environment(None))

    def _environment(self, variables: dict[str, str] | None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("WATCHER_", "FORCE_"))}
        plain = {"NO_COLOR": "1", "COLUMNS": "200", "WATCHER_LOG_LEVEL": "warning", "WATCHER_SETTLE": "0"}
        return kept | plain | (variables or {})

    def rules(self, text: str, name: str = "rules.yaml") -> Home:
        (self.path / name).write_text(text)
        return self

    def drop(self, name: str, text: str | bytes) -> None:
        (self.path / "inbox").mkdir(exist_ok=True)
        (self.path / "inbox" / name).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).rules(RULES)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Done]:
    """A folder where `run --once` has handled the seeds by the shipped rules, an article that a `none` keeps out, and
    what cannot be read; read only for the tests."""
    home = Home(tmp_path_factory.mktemp("delivered"))
    rules = (ROOT / "rules.yaml").read_text()
    home.rules(rules + "\n  - {id: rain, condition: {all: [{keywords: [pluie]}], none: [{keywords: [soleil]}]}}\n")
    shutil.copytree(ROOT / "seeds", home.path / "inbox", ignore=shutil.ignore_patterns("*.json"))
    shutil.copytree(ROOT / "seeds", home.path / "seeds")
    home.drop("weather.txt", "Après la pluie, le soleil revient sur la région ce mardi.")
    home.drop("report.pdf", b"%PDF-1.7")
    home.drop("half.part", "still being written")
    return home, home.run("run", "--once")


@pytest.fixture(scope="module")
def explained() -> list[dict[str, Any]]:
    """What `explain --json` prints for the five seeds: the only test run that needs the language model."""
    done = Home(ROOT).process("explain", "--json", *SEEDS)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


# ── check ────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_rules_are_well() -> None:
    """`check --strict` finds nothing in rules.yaml, and its tests pass."""
    done = Home(ROOT).run("check", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "rules.yaml: 7 rules, 1 channel\n", "")


def test_faults_are_told_all_at_once_on_stderr(home: Home) -> None:
    """Each fault is a line of its own that begins with file, line and column; the exit status is 1."""
    home.rules(RULES.replace("id: taliban", "id: taliban\n    titel: x\n    level: hihg"))
    done = home.run("check")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["rules.yaml:7:5", "rules.yaml:8:12"]
    assert "did you mean 'title'?" in lines[0]
    assert "did you mean 'high'?" in lines[1]


def test_warnings_are_told_at_their_places_and_stop_nothing(home: Home) -> None:
    """Each warning is a line with its place and code, on stderr; the exit status stays 0, also of `--strict`."""
    home.rules(RULES.replace("[cricket]", '["taliban*", "a OR b"]'))
    for words in (["check"], ["check", "--strict"]):
        done = home.run(*words)
        assert done.stdout == "rules.yaml: 1 rule, 2 channels\n"
        first, second = done.stderr.splitlines()[:2]
        assert first == (
            "rules.yaml:8:14: warning: this never holds: the none of this rule refuses taliban*, "
            "so rule 'taliban' never matches [contradiction]"
        )
        assert second.endswith("[one-term]")
    assert home.run("check").returncode == 0
    home.rules(
        RULES.replace("[cricket]", '["taliban*"]').replace(
            "    condition:", "    ignore: contradiction\n    condition:"
        )
    )
    assert home.run("check").stderr == ""


def test_of_endless_warnings_of_a_kind_the_first_are_told(home: Home) -> None:
    """Thousands of rules without tests do not bury the one warning that matters."""
    rules = "".join(f"  - {{id: r{i}, condition: {{keywords: word{i}}}}}\n" for i in range(50))
    home.rules(f"version: 1\nlists: {{late: [x1]}}\nrules:\n{rules}")
    lines = home.run("check").stderr.splitlines()
    assert [line.rsplit("[")[-1] for line in lines] == ["unused]", *["no-tests]"] * 21]
    assert lines[-1] == "warning: and 30 more [no-tests]"


def test_a_rules_file_that_is_not_there_is_said_so(home: Home) -> None:
    """The name that was looked for, and why it cannot be read."""
    done = home.run("check", "--rules", "other.yaml")
    assert done.returncode == 1
    why = "cannot be read: No such file or directory; name the rules file with --rules"
    assert done.stderr == f"other.yaml:1:1: {why}\n"


def test_check_takes_no_model_that_there_is_none_of(home: Home) -> None:
    """Also where no test asks for it."""
    done = home.run("check", "--model", "xl")
    assert done.returncode == 2
    assert "xl" in done.stderr


def test_a_failing_test_fails_check_only_where_it_is_strict(home: Home) -> None:
    """`test` and `check --strict` exit with 1 and say which test fails, where and why; plain `check` does not."""
    home.rules(RULES.replace("in Kabul.", "(cricket)."))
    assert home.run("check").returncode == 0
    told = "rules.yaml:10:13: taliban: test 'plain' does not match: 'cricket' (the language of its text is not known)"
    strict, test = home.run("check", "--strict"), home.run("test")
    assert (strict.returncode, strict.stderr) == (1, told + "\n")
    assert (test.returncode, test.stdout) == (1, f"{told}\n0 of 1 tests pass\n")
    long = "in the cricket stadium. They said that nobody of them would leave it before the evening."
    home.rules(RULES.replace("in Kabul.", long))
    assert "does not match: 'cricket' (its text is in en)" in home.run("test").stdout


def test_check_and_test_take_the_model_that_is_set(home: Home) -> None:
    """WATCHER_MODEL is the one that tests are run with, by `check --strict` as by `test`."""
    for words in (["check", "--strict"], ["test"]):
        done = home.run(*words, variables={"WATCHER_MODEL": "xl"})
        assert done.returncode == 2
        assert "--model (WATCHER_MODEL) is one of md, sm, not 'xl'" in done.stderr


def test_a_missing_secret_is_a_warning_or_with_secrets_a_fault(home: Home) -> None:
    """The channel and the secret's name are told; with the value set all is well, and it is never shown."""
    hook = 'channels:\n  hook: {urls: ["json://localhost/${HOOK_TOKEN}"]}'
    home.rules(RULES.replace("channels:", hook).replace("[out]}", "[out], operator: hook}"))
    done = home.run("check")
    assert (done.returncode, done.stderr) == (
        0,
        "warning: channel 'hook' is unconfigured: ${HOOK_TOKEN} is not set\n",
    )
    assert home.run("check", "--secrets").returncode == 1
    done = home.run("check", "--secrets", variables={"HOOK_TOKEN": "s3cret"})
    assert (done.returncode, "s3cret" in done.stdout + done.stderr) == (0, False)


@pytest.mark.parametrize("word", ["health", "status"])
def test_looking_after_the_daemon_starts_fast(delivered: tuple[Home, Done], tmp_path: Path, word: str) -> None:
    """A container asks for its health every half minute: neither the daemon nor what reads articles is imported."""
    assert delivered[0].run("backup", tmp_path / "store.db").returncode == 0

    def asked() -> set[str] | None:
        with open_store(tmp_path) as store:
            beat(store, now_ms(), "")  # a busy machine may take longer than a sign of life counts
        return _imported(tmp_path, word, "--state", tmp_path)

    imported = wait_for(asked, "an answer")
    assert "watcher.store.engine" in imported
    assert not imported & {"watcher.daemon", "watcher.analyse", "apscheduler", "watcher.formats", "spacy"}


def _imported(folder: Path, *words: str | Path) -> set[str] | None:
    """The modules that a command imports; none where it fails."""
    code = "import sys; from watcher import cli; cli.main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *words], capture_output=True, text=True, cwd=folder
    )
    return None if done.returncode else set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))


# ── test ─────────────────────────────────────────────────────────────────────────────────────────


def test_tests_of_one_rule_and_as_json(home: Home) -> None:
    """`--rule` runs one rule's tests and refuses an unknown one; `--json` is one object a line."""
    done = home.run("test", "--rule", "taliban", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "rule": "taliban",
        "test": "plain",
        "place": "rules.yaml:10:13",
        "ok": True,
        "why": "",
    }
    home.rules(RULES + "  - {id: other, condition: {keywords: [x]}, tests: [{name: off, text: y, expect: match}]}\n")
    assert home.run("test").returncode == 1
    done = home.run("test", "--rule", "taliban")
    assert (done.returncode, done.stdout) == (0, "1 of 1 tests pass\n")
    done = home.run("test", "--rule", "nosuch")
    assert (done.returncode, done.stderr) == (1, "watcher: no rule 'nosuch' in rules.yaml\n")


# ── explain ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [["explain", "a.txt"], ["test"], ["check", "--strict"]])
def test_no_model_is_loaded_that_no_rule_hangs_on(tmp_path: Path, command: list[str]) -> None:
    """The French model takes seconds to load: what people read of a rule that matches, of one that lacks a word, or of
    a test that fails, never waits for it, nor for the store."""
    (tmp_path / "a.txt").write_text("Les talibans ont attaqué Kunduz.", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(
        "version: 1\nrules:\n"
        "  - {id: a, condition: {keywords: talibans}}\n"
        "  - {id: b, condition: {all: [{keywords: Moscou}, {entity: {type: person, is: Lavrov}}]}}\n",
        encoding="utf-8",
    )
    imported = _imported(tmp_path, *command)
    assert imported is not None
    assert "watcher.analyse.engine" in imported
    assert not imported & {"spacy", "sqlalchemy"}


def test_explain_asks_the_model_where_what_is_missing_hangs_on_it(home: Home) -> None:
    """A rule that lacks a word and any person besides says so only where nobody is named."""
    home.rules("version: 1\nrules: [{id: a, condition: {all: [{keywords: zzz}, {entity: {type: person}}]}}]\n")
    home.drop("nobody.txt", "Le fleuve a débordé à Lyon dans la nuit de mardi à mercredi, sans faire de victime.")
    home.drop("somebody.txt", "Le président Vladimir Poutine a reçu mardi les journalistes étrangers dans son bureau.")
    for name, lacking in (("nobody.txt", 2), ("somebody.txt", 1)):
        done = home.run("explain", home.path / "inbox" / name)
        assert done.stdout.count("missing ") == lacking, done.stdout


def test_explain_json_has_the_form_of_the_contract(explained: list[dict[str, Any]]) -> None:
    """One object a line, one line an article, with these keys and no others."""
    assert [found["file"] for found in explained] == [str(seed) for seed in SEEDS]
    for found in explained:
        assert set(found) == {"file", "part", "article", "entities", "places", "not_places", "rules"}
        assert found["part"] == 0
        article = {"title", "language", "published", "published_text", "source", "url", "author", "words"}
        assert set(found["article"]) == article
        assert found["article"]["language"] == "fr"
        assert found["article"]["words"] > 300
        assert all(set(e) == {"type", "text", "start", "end"} for e in found["entities"])
        assert all(set(p) - {"reason"} == {"name", "country", "kind", "start", "end"} for p in found["places"])
        assert all(set(p) == {"name", "reason", "start", "end"} for p in found["not_places"])
        for rule in found["rules"]:
            assert set(rule) == {"id", "match", "evidence", "missing", "blocked_by"}
            assert bool(rule["evidence"]) is rule["match"]
            assert bool(rule["missing"] or rule["blocked_by"]) is not rule["match"]
            assert all(set(m) == {"condition", "at", "why"} for m in rule["missing"])


def test_evidence_is_exact_in_the_text_that_explain_prints(explained: list[dict[str, Any]], tmp_path: Path) -> None:
    """`text[start:end]` is what was found, for evidence, its sentences, entities and places alike."""
    pieces = 0
    for found, seed in zip(explained, SEEDS, strict=True):
        text = Home(tmp_path).run("explain", "--text", seed).stdout
        for piece in (*found["entities"], *_evidence(found)):
            assert text[piece["start"] : piece["end"]] == piece["text"] != ""
            pieces += 1
        for place in found["places"]:
            assert text[place["start"] : place["end"]] == place["name"]
        for piece in _evidence(found):
            start = piece["sentence_start"]
            assert text[start : start + len(piece["sentence"])] == piece["sentence"]
            assert start <= piece["start"] and piece["end"] <= start + len(piece["sentence"])
    assert pieces > 200


def _evidence(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    facts = {"keywords": {"term"}, "place": {"name", "country", "kind"}, "entity": {"name", "type", "via"}}
    common = {"condition", "at", "text", "start", "end", "sentence", "sentence_start"}
    for rule in found["rules"]:
        for piece in rule["evidence"]:
            assert set(piece) - {"hits"} == common | facts.get(piece["condition"], {"words", "of"})
            assert piece.get("hits", 2) > 1  # how many there are, where not all are kept
            yield piece
            yield from piece.get("of", [])


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_the_shipped_rules_fire_on_the_seeds_as_the_facts_say(explained: list[dict[str, Any]], number: int) -> None:
    """What a reader judged of each article is what the rules find; "weak" may go either way."""
    found = {rule["id"]: rule["match"] for rule in explained[number]["rules"]}
    facts = FACTS[f"seed-{number:03}"]
    assert facts["file"] == SEEDS[number].name
    for letter, judged in facts["rules"].items():
        if not str(judged).startswith("weak"):
            expected = str(judged).lower().startswith("true")
            assert found[RULE_OF[letter]] is expected, (letter, RULE_OF[letter])


def test_explain_finds_the_countries_of_the_facts(explained: list[dict[str, Any]]) -> None:
    """The codes of the countries that the reader of the seeds wrote down, all but one an article at most."""
    for number, found in enumerate(explained):
        facts = FACTS[f"seed-{number:03}"]
        codes = {place["country"] for place in found["places"]}
        wanted = {code for code in facts["places"].values() if len(code) == 2 and code.isupper()}
        assert len(wanted - codes) <= 1, wanted - codes


PLACES = {
    "places": [{"name": "Moscou"}, {"name": "Kaboul", "reason": "'à' stands before it"}],
    "not_places": [{"reason": "part of a name: M. Kaboul"}, {"reason": "part of a name: M. Kaboul"}],
}


def test_explain_names_the_languages_of_a_rule_once(tmp_path: Path) -> None:
    """They stand beside its condition, and are no part of it."""
    daemon = Daemon(tmp_path, rules="version: 1\nrules: [{id: r, languages: [de], query: Kabul}]\n")
    file = daemon.drop("a.txt", "The city of Kabul was quiet on Monday, they said.\n")
    told = daemon.run("explain", str(file)).stdout.splitlines()
    assert "            kept out by languages: the article is in en, not in de" in told


def test_explain_for_people_says_each_thing_once() -> None:
    """Repeated hits are counted, and every line is short."""
    found = [{"condition": "keywords", "at": "all[0]", "text": text} for text in ("EI", "Daech", "EI", "EI")]
    assert explanation.found_texts(found) == {"all[0] keywords": "EI ×3, Daech"}
    found = [{**piece, "hits": 12} for piece in found]
    assert explanation.found_texts(found) == {"all[0] keywords": "EI ×3, Daech (4 of 12)"}
    rule = {"id": "r", "match": False, "evidence": [], "missing": [], "blocked_by": [found[1]]}
    article = {"title": "A\x1b[31m title", "language": "fr", "published": None, "published_text": None, "source": None}
    lines = explanation.for_people({"file": "a.txt", "article": article, "rules": [rule], **PLACES}).splitlines()
    assert lines[0] == "a.txt: A[31m title"
    told = ["  places in doubt: Kaboul ('à' stands before it)", "  not places: part of a name: M. Kaboul ×2"]
    assert lines[1:] == ["  fr · undated", *told, "  silent  r", "            kept out by all[0] keywords: Daech"]
    lacking = {"condition": "languages", "at": "languages", "why": "the article is in en, not in fr"}
    found = {"file": "a.txt", "article": article, "rules": [{**rule, "missing": [lacking], "blocked_by": []}], **PLACES}
    assert explanation.for_people(found).splitlines()[-1] == f"            missing languages: {lacking['why']}"
    found = {"file": "a.txt", "article": {**article, "language": "und"}, "rules": [], **PLACES}
    assert explanation.for_people(found).splitlines()[1] == "  language unknown · undated"


def test_explain_tells_of_one_rule_alone(home: Home) -> None:
    """Who asks why a rule is silent does not read what all others lack; one that is not there is named nearly."""
    home.rules(RULES + "  - {id: other, condition: {keywords: [zebra]}}\n")
    (home.path / "a.txt").write_text("The Taliban are in Kabul.")
    done = home.run("explain", "a.txt", "--rule", "other")
    assert (done.returncode, "zebra" in done.stdout, "taliban" in done.stdout) == (0, True, False)
    (told,) = map(json.loads, home.run("explain", "--json", "--rule", "taliban", "a.txt").stdout.splitlines())
    assert [(rule["id"], rule["match"]) for rule in told["rules"]] == [("taliban", True)]
    done = home.run("explain", "a.txt", "--rule", "talibna")
    assert (done.returncode, done.stderr) == (1, "watcher: no rule 'talibna' in rules.yaml; did you mean 'taliban'?\n")


def test_a_test_whose_file_its_reader_does_not_survive_fails_alone(home: Home) -> None:
    """A test's file that would hang or crash whoever reads it is told at its test, and the other tests are run."""
    (home.path / "slow.html").write_bytes(SLOW)
    tests = "{name: t1, file: slow.html, expect: match}, {name: t2, text: Kabul., expect: match}"
    home.rules(f"version: 1\nrules:\n  - {{id: a, condition: {{keywords: Kabul}}, tests: [{tests}]}}\n")
    read = Reader.read
    with mock.patch.object(Reader, "read", lambda to, how, it, limits: read(to, how, it, replace(limits, seconds=0.2))):
        done = home.run("test")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "rules.yaml:3:51: a: test 't1' cannot be run: slow.html: its reader died: over 0.2 s, over 512 MB, or a crash",
        "1 of 2 tests pass",
    ]


def test_explain_goes_on_after_what_it_cannot_read(home: Home) -> None:
    """A folder, a missing file and a binary one are told on stderr, the others explained; the exit status is 1."""
    (home.path / "a.bin").write_bytes(bytes(range(256)))
    (home.path / "b.txt").write_text("The Taliban are back in the news of this morning.\n")
    done = home.run("explain", "--text", ".", "nosuch.txt", "a.bin", "b.txt")
    assert done.returncode == 1
    assert done.stdout == "The Taliban are back in the news of this morning.\n"
    assert done.stderr.splitlines() == [
        ".: it is a folder; name the files in it",
        "nosuch.txt: it cannot be read: No such file or directory",
        "a.bin: binary data of no known kind",
    ]


def test_explain_goes_on_after_a_file_that_its_reader_does_not_survive(home: Home) -> None:
    """A file that would hang or crash whoever reads it is told in one line, and those after it are explained."""
    (home.path / "slow.html").write_bytes(SLOW)
    (home.path / "b.txt").write_text("The Taliban are back in the news of this morning.\n")
    with mock.patch("watcher.analyse.files.read_anywhere", read_pages_in_no_time):
        done = home.run("explain", "--text", "slow.html", "b.txt")
    assert done.returncode == 1
    assert done.stdout == "The Taliban are back in the news of this morning.\n"
    assert done.stderr.splitlines() == ["slow.html: its reader died: over 30 s, over 512 MB, or a crash"]


def read_pages_in_no_time(path: Path, limits: Limits, **how: Any) -> Found:
    """Reads a file in a worker, and a page with a limit that none keeps."""
    return read_anywhere(path, replace(limits, seconds=0.2) if path.suffix == ".html" else limits, **how)


def test_explain_shows_the_part_of_a_file_that_can_be_read(home: Home) -> None:
    """Of a list that breaks off, the whole articles are explained, and the fault is told on stderr."""
    lines = '{"title": "Taliban", "text": "The Taliban are back."}\n{"title": "Bro'
    (home.path / "a.jsonl").write_text(lines)
    done = home.run("explain", "--text", "a.jsonl")
    assert (done.returncode, done.stdout) == (1, "Taliban\n\nThe Taliban are back.\n")
    assert done.stderr.startswith("a.jsonl: after 1 article: broken JSON at line 2")


def test_a_file_whose_name_is_not_utf8_is_explained(home: Home) -> None:
    """The name stands in the JSON as an escape, and the line is valid."""
    name = b"\xff.txt".decode("utf-8", "surrogateescape")
    (home.path / name).write_text("The Taliban are back in the news of this morning.\n")
    done = home.process("explain", "--json", name)
    assert done.returncode == 0
    assert json.loads(done.stdout)["file"] == name


def test_a_reader_that_has_had_enough_is_no_error(home: Home) -> None:
    """`watcher ... | head` ends quietly."""
    done = subprocess.run(
        [
            "/bin/bash",
            "-c",
            f"{WATCHER} explain --text {' '.join(map(str, SEEDS))} | head -c 5; exit ${{PIPESTATUS[0]}}",
        ],
        cwd=home.path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


# ── run ──────────────────────────────────────────────────────────────────────────────────────────


def test_run_once_delivers_and_ends(delivered: tuple[Home, Done]) -> None:
    """Every seed's alerts are on the terminal: level, title, rule, source, date and the matched words marked."""
    _, done = delivered
    assert done.returncode == 0
    assert done.stdout.count("\n  Alert ") == 18
    assert "HIGH  Le Pakistan fournirait aux talibans son aide dans la lutte contre Daech" in done.stdout
    assert "le **Pakistan** accorde son **aide** aux **talibans**" in done.stdout
    assert re.search(r"H24 Info · fr · 20 October 2021, \d+ years old\n  001_0690aab26daba6dd.txt", done.stdout)


def test_without_any_valid_rules_it_exits_78(home: Home) -> None:
    """The faults are told, and a supervisor knows by 78 not to start it again."""
    home.rules("version: 1\nrule: []\n")
    done = home.run("run", "--once")
    assert done.returncode == 78
    assert "rules.yaml:2:1: unknown key 'rule'" in done.stderr
    assert "no valid rules" in done.stderr


def test_on_faulty_rules_it_runs_on_those_accepted_before_and_says_so(home: Home) -> None:
    """The alert comes by the old rules, and `status` shows the fault of the new ones."""
    assert home.run("run", "--once").returncode == 0
    home.rules("version: 1\nrule: []\n")
    home.drop("one.txt", "The Taliban are back in the news of this morning.")
    done = home.run("run", "--once")
    assert done.returncode == 0
    assert "rules.refused" in done.stderr
    assert '"rule": "taliban"' in (home.path / "out.jsonl").read_text()
    shown = home.run("status").stdout
    assert "1 in force" in shown
    assert "  rules.yaml:2:1: unknown key 'rule'" in shown


def test_adopt_passes_over_what_is_there(home: Home) -> None:
    """It is entered unread: no alert comes of it, now or later; what comes after it is read."""
    home.drop("old.txt", "The Taliban are back in the news of this morning.")
    assert home.run("run", "--once", "--adopt").returncode == 0
    home.drop("new.txt", "The Taliban are in the news of this evening too.")
    assert home.run("run", "--once").returncode == 0
    found = json.loads(home.run("status", "--json").stdout)
    assert (found["files"]["done"], found["files"]["passed_over"], found["alerts"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--state", "inbox/.state"], "--state (WATCHER_STATE) (inbox/.state) must not lie in the inbox (inbox)"),
        (["--inbox", "."], "--state (WATCHER_STATE) (.state) must not lie in the inbox (.)"),
        (["--inbox", ".state/quarantine/x"], "must not lie in .state/quarantine"),
        (
            ["--after", "archive", "--archive", "inbox/old"],
            "--archive (WATCHER_ARCHIVE) (inbox/old) must not lie in the inbox",
        ),
        (["--after", "burn"], "--after (WATCHER_AFTER) is one of keep, archive, delete, not 'burn'"),
        (["--log-level", "loud"], "--log-level (WATCHER_LOG_LEVEL) is one of debug, info, warning, error, not 'loud'"),
        (["--workers", "0"], "--workers (WATCHER_WORKERS) must be more than 0"),
        (["--rescan", "nan"], "--rescan (WATCHER_RESCAN) must be more than 0"),
        (["--settle", "-1"], "--settle (WATCHER_SETTLE) must be from 0"),
        (["--catch-up-after", "an hour"], "--catch-up-after (WATCHER_CATCH_UP_AFTER) is a duration such as 30s"),
        (["--model", "xl"], "--model (WATCHER_MODEL) is one of md, sm, not 'xl'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(home: Home, words: list[str], told: str) -> None:
    """Exit status 2, which no supervisor repeats, and the flag's and the variable's name; nothing is written."""
    done = home.run("run", "--once", *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (home.path / ".state").exists()


def test_the_inbox_is_compared_behind_its_links(tmp_path: Path) -> None:
    """A state folder that only a symbolic link leads to from the inbox's side is refused as well."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "link").symlink_to("inbox")
    with pytest.raises(SettingsError, match="must not lie in the inbox"):
        Settings(inbox=tmp_path / "link", state=tmp_path / "inbox" / "state")
    with pytest.raises(SettingsError, match="WATCHER_RULES"):
        Settings(inbox=tmp_path / "inbox", rules=tmp_path / "link" / "rules.yaml", state=tmp_path / "s")
    Settings(inbox=tmp_path / "s" / "inbox", state=tmp_path / "s", after=After.ARCHIVE)


def test_an_inbox_that_cannot_be_made_is_said_so(home: Home) -> None:
    """A file in its place, for instance."""
    (home.path / "taken").write_text("")
    done = home.run("run", "--once", "--inbox", "taken")
    assert (done.returncode, done.stderr) == (1, "watcher: the inbox taken cannot be made: File exists\n")


def test_an_inbox_is_made_only_where_its_folder_is(home: Home) -> None:
    """One on a mount that is not there yet is not made in its place on the disk below."""
    done = home.run("run", "--once", "--inbox", "mnt/inbox")
    told = "watcher: the inbox mnt/inbox is not there, nor is the folder mnt to make it in\n"
    assert (done.returncode, done.stderr) == (1, told)
    assert not (home.path / "mnt").exists()
    (home.path / "mnt").mkdir()
    assert home.run("run", "--once", "--inbox", "mnt/inbox").returncode == 0
    assert (home.path / "mnt" / "inbox").is_dir()


def test_settings_come_from_variables_too(home: Home) -> None:
    """WATCHER_INBOX and the rest; an empty variable is none."""
    variables = {"WATCHER_INBOX": "in", "WATCHER_STATE": "st", "WATCHER_SETTLE": "", "WATCHER_ARCHIVE": ""}
    assert home.run("run", "--once", variables=variables).returncode == 0
    assert (home.path / "in").is_dir()
    assert (home.path / "st" / "store.db").is_file()


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def test_alerts_are_listed_the_newest_first(delivered: tuple[Home, Done]) -> None:
    """`alerts` is `alerts list`: a line an alert; `--rule` and `--limit` choose, `--json` is for programs."""
    home, _ = delivered
    listed = home.run("alerts").stdout
    assert listed == home.run("alerts", "list").stdout
    assert len(listed.splitlines()) == 18
    assert all("[console sent]" in line for line in listed.splitlines())
    rules = {id_: line.index(id_) for line in listed.splitlines() if (id_ := line.split()[4])}
    assert len(rules) > 2
    assert len(set(rules.values())) == 1, "rules stand below one another, whatever their level"
    one = home.run("alerts", "--rule", "drug-trafficking", "--limit", "1", "--json").stdout
    found = json.loads(one)
    assert found["alert"]["rule"] == "drug-trafficking"
    assert found["deliveries"] == [["console", "sent"]]


def test_an_alert_is_shown_with_its_evidence_and_tries(
    delivered: tuple[Home, Done],
) -> None:
    """By its id or the beginning of it; an unknown id is said so."""
    home, _ = delivered
    alert = json.loads(home.run("alerts", "--rule", "pakistan-taliban-aid", "--json").stdout)["alert"]
    shown = home.run("alerts", "show", alert["id"]).stdout
    assert shown.startswith("HIGH · Le Pakistan fournirait aux talibans son aide dans la lutte contre Daech\n")
    assert "  near: Pakistan accorde son aide aux talibans" in shown
    assert "  > Par un réseau de canaux informels, le Pakistan" in shown
    assert "console: sent: at once\n" in shown
    full = json.loads(home.run("alerts", "show", alert["id"], "--json").stdout)
    assert full["alert"] == alert
    assert full["deliveries"][0]["messages"][0]["attempts"][0]["outcome"] == "sent"
    done = home.run("alerts", "show", "ffff")
    assert (done.returncode, done.stderr) == (1, "watcher: no alert has the id 'ffff'\n")


def test_what_was_kept_out_is_listed(delivered: tuple[Home, Done]) -> None:
    """The rule, the article, and the words that kept it out."""
    home, _ = delivered
    (line,) = home.run("alerts", "--kept-out").stdout.splitlines()
    assert line.endswith("rain  Après la pluie, le soleil revient sur la région ce mardi.  [kept out by soleil]")
    (found,) = map(json.loads, home.run("alerts", "list", "--kept-out", "--json").stdout.splitlines())
    assert found["blocked_by"][0]["text"] == "soleil"


# ── status, health, backup ───────────────────────────────────────────────────────────────────────


def test_status_json_has_the_form_of_the_contract(
    delivered: tuple[Home, Done],
) -> None:
    """`seen` is the sum of the four after it; every state has its number."""
    home, _ = delivered
    found = json.loads(home.run("status", "--json").stdout)
    assert list(found) == [
        "files",
        "articles",
        "alerts",
        "deliveries",
        "messages",
        "rules",
        "ner",
        "channels",
        "held",
        "failing_tests",
        "unusable",
        "ended",
        "silences",
        "stuck",
        "daemon",
    ]
    files = found["files"]
    assert files == {"seen": 8, "done": 6, "waiting": 0, "quarantined": 1, "passed_over": 1}
    assert files["seen"] == sum(n for state, n in files.items() if state != "seen")
    assert (found["articles"], found["alerts"]) == (6, 18)
    assert found["deliveries"]["sent"] == 18
    assert set(found["rules"]) == {"loaded", "digest", "error"}
    assert found["rules"]["loaded"] == 8
    assert found["ner"] == {"seen": 6, "needed": 0}


def test_status_for_people(delivered: tuple[Home, Done]) -> None:
    """A line a thing, without what is nought."""
    home, _ = delivered
    lines = home.run("status").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "daemon",
        "rules",
        "files",
        "articles",
        "alerts",
        "deliveries",
        "messages",
    ]
    assert lines[2] == "files       8 seen: 6 done, 1 quarantined, 1 passed over"
    assert "last sign of life" in lines[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("alerts", "no alerts"),
        ("alerts --kept-out", "nothing was kept out"),
        ("deliveries", "no deliveries"),
        ("silence", "no silence holds"),
        ("silence list --expired", "no silences"),
        ("quarantine", "nothing is in quarantine"),
        ("boilerplate", "no boilerplate is known"),
    ],
)
def test_an_empty_list_says_that_it_is_empty(home: Home, words: str, said: str) -> None:
    """On a store that has none of it, for people and on stderr: a program gets no lines, with --json nothing at all."""
    with open_store(home.path / ".state"):
        pass
    done = home.run(*words.split())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"watcher: {said}\n")
    group, *options = words.split()
    done = home.run(group, *(options if options[:1] == ["list"] else ["list", *options]), "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("words", [["status"], ["health"], ["alerts"], ["alerts", "show", "a"], ["backup", "copy.db"]])
def test_without_a_store_commands_say_what_makes_one(home: Home, words: list[str]) -> None:
    """No traceback, nothing made: `watcher run` is what makes a store."""
    done = home.run(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "watcher: no store in .state yet: `watcher run` makes it\n"
    assert not (home.path / ".state").exists()


def test_health_is_well_only_while_the_daemon_lives(tmp_path: Path) -> None:
    """A running daemon is well, also on the rules before where their file is refused, which it says. One that was
    stopped is not, and says since when; once its last sign of life is half a minute old, or dated ahead by as much
    since the clock was set back, `health` exits with 1 and `status` says so."""
    with running(tmp_path) as daemon:
        done = daemon.run("health")
        assert (done.returncode, done.stdout) == (0, "well\n")
        (tmp_path / "rules.yaml").write_text("version: 1\nrules: [")
        wait_for(lambda: daemon.status()["rules"]["error"], "the refusal")
        done = daemon.run("health")
        told = "the rules file is refused; those accepted before stay in force"
        assert (done.returncode, done.stdout) == (0, f"{told}\n")
        daemon.stop()
        done = daemon.run("health")
        stopped = r"stopped at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"
        assert (done.returncode, bool(re.fullmatch(rf"{stopped}\n", done.stderr))) == (1, True)
        assert re.search(rf"^daemon      {stopped}\n", daemon.run("status").stdout)
        assert daemon.logged("daemon.stopped")
    ahead = r"is dated {} ahead: the clock was set back since"
    for age, told, seen in (
        (40, r"\d+ s ago", r"0:0\d:\d\d ago"),
        (-4_000, ahead.format(r"\d+ s"), ahead.format(r"1:0\d:\d\d")),
    ):
        dated = json.dumps({"at": int(time.time() - age) * 1000, "note": ""})
        with contextlib.closing(sqlite3.connect(daemon.state / "store.db")) as store, store:
            assert store.execute("UPDATE meta SET value = ? WHERE key = 'heartbeat'", (dated,)).rowcount == 1
        done = daemon.run("health")
        assert done.returncode == 1
        assert re.fullmatch(rf"last sign of life {told}\n", done.stderr)
        assert re.search(rf"last sign of life {seen}", daemon.run("status").stdout)


def test_status_tells_which_tests_of_the_rules_fail(home: Home) -> None:
    """Until they are mended: they stop nothing, and an analyst looks at the status."""
    (home.path / "inbox").mkdir()
    fails = "test fails: taliban, plain (rules.yaml:10:13): matches: 'Taliban' (all[0])"
    for told, expect in (([fails], "no_match"), ([], "match")):
        home.rules(RULES.replace("expect: match", f"expect: {expect}"))
        home.run("run", "--once")
        assert json.loads(home.run("status", "--json").stdout)["failing_tests"] == {"count": len(told), "first": told}
        shown = home.run("status").stdout
        assert [line.strip() for line in shown.splitlines() if "test fails" in line] == told
        assert ("\ntests       1 test of rules failing:\n" in shown) is bool(told)


def test_a_backup_is_a_whole_store(delivered: tuple[Home, Done]) -> None:
    """The copy can be opened as a store; it overwrites nothing."""
    home, _ = delivered
    copy = home.path / "copy" / "store.db"
    copy.parent.mkdir()
    done = home.run("backup", copy)
    assert done.returncode == 0
    assert done.stdout == f"{copy}: {copy.stat().st_size:,} bytes\n"
    assert len(home.run("alerts", "--state", copy.parent).stdout.splitlines()) == 18
    done = home.run("backup", copy)
    assert (done.returncode, done.stderr) == (1, f"watcher: {copy} exists: a backup overwrites nothing\n")


# ── channels ─────────────────────────────────────────────────────────────────────────────────────


def test_a_sample_is_sent_to_every_channel(home: Home) -> None:
    """Each address says what happened to the sample; one that fails or lacks its secret makes the exit status 1."""
    done = home.run("channels", "test", "out")
    assert (done.returncode, done.stdout) == (0, "out, address 1: sent\n")
    assert json.loads((home.path / "out.jsonl").read_text())["kind"] == "sample"
    home.rules(RULES.replace("channels:", 'channels:\n  hook: {urls: ["json://localhost:1/${HOOK_TOKEN}"]}'))
    done = home.run("channels", "test")
    assert done.returncode == 1
    assert "hook: unconfigured: ${HOOK_TOKEN} is not set\n" in done.stdout
    assert "console, address 1: sent\n" in done.stdout
    done = home.run("channels", "test", "hook", variables={"HOOK_TOKEN": "s3cret"})
    assert done.returncode == 1
    assert done.stdout == "hook, address 1 (JSON): no connection, or it was cut\n"
    assert "s3cret" not in done.stdout + done.stderr
    done = home.run("channels", "test", "nosuch")
    assert (done.returncode, done.stderr) == (
        1,
        "watcher: no channel 'nosuch' in rules.yaml; there are console, hook, out\n",
    )


def test_deliveries_are_listed_retried_and_dropped(home: Home) -> None:
    """`deliveries` says of each what was decided, tried and met; what waits can be tried again or taken out by hand."""
    home.rules(
        RULES.replace("channels:", 'channels:\n  hook: {urls: ["json://localhost:1/x"]}').replace("[out]", "[hook]")
    )
    (home.path / "inbox").mkdir(exist_ok=True)
    (home.path / "inbox" / "one.txt").write_text("Les talibans progressent.\n\nLes talibans ont pris Kunduz mardi.\n")
    done = home.run("run", "--once")
    assert done.returncode == 1
    told = "1 message waits for another try, which the next `watcher run` makes; see `watcher deliveries`"
    assert told in done.stderr
    (row,) = (json.loads(line) for line in home.run("deliveries", "--json").stdout.splitlines())
    assert (row["channel"], row["state"], row["tries"]) == ("hook", "pending", 1)
    assert (row["last_error"], row["reason"]) == ("no connection, or it was cut", "told with its group")
    assert row["due"] > row["created_at"]
    listed = home.run("deliveries", "list", "--channel", "hook", "--status", "pending").stdout
    assert (
        f"{row['id']}  " in listed and "hook pending: told with its group  [1 try, last error: no connection" in listed
    )
    assert listed.startswith("number  opened, in UTC as all times  alert")
    assert home.run("deliveries", "--status", "dead").stdout == ""
    assert home.run("deliveries", "retry", str(row["id"])).stdout == "1 delivery tried again\n"
    assert home.run("deliveries", "drop", row["alert"]).stdout == "1 delivery dropped\n"
    (row,) = (json.loads(line) for line in home.run("deliveries", "--json").stdout.splitlines())
    assert (row["state"], row["reason"], row["due"]) == ("dropped", "dropped by hand", None)
    assert home.run("deliveries", "retry", "--all").stdout == "0 deliveries tried again\n"
    for words, status, why in (
        (("drop",), 2, "say which deliveries"),
        (("drop", "77"), 1, "no delivery has the number 77"),
        (("drop", "--channel", "nosuch"), 2, "no delivery goes to a channel 'nosuch'; there are hook"),
        (("list", "--status", "lost"), 2, "--status is one of new, pending, held, sent, dead, dropped, not 'lost'"),
    ):
        done = home.run("deliveries", *words)
        assert (done.returncode, why in done.stderr) == (status, True), done.stderr


def test_what_is_held_for_a_channel_without_its_secret_is_said(home: Home) -> None:
    """Neither `health` nor `status` calls that well, though the daemon is."""
    home.rules(RULES.replace("channels:", 'channels:\n  hook: {urls: ["secret:hook"]}').replace("[out]", "[hook]"))
    (home.path / "inbox").mkdir(exist_ok=True)
    (home.path / "inbox" / "one.txt").write_text("Les talibans progressent.\n\nLes talibans ont pris Kunduz mardi.\n")
    home.run("run", "--once")
    why = "unconfigured: secret:hook is not found"
    done = home.run("health")
    assert (done.returncode, done.stdout) == (0, f"channel hook cannot be used, 1 delivery held: {why}\n")
    assert f"unusable    channel hook, 1 delivery held: {why}\n" in home.run("status").stdout
    found = json.loads(home.run("status", "--json").stdout)["unusable"]
    assert found == [{"channel": "hook", "deliveries": 1, "why": why}]


def test_status_tells_what_is_held_for_what(home: Home) -> None:
    """Groups, digests and quiet hours apart; and the silences that hold, with those that fit no rule."""
    days = [day for day in range(7) if day != (datetime.now(UTC).weekday() + 3) % 7]
    quiet = {"weekdays": [WEEKDAYS[day] for day in days]}
    channels = f"""\
time_intervals: {{quiet: {json.dumps(quiet)}}}
channels:
  day: {{urls: ["json://localhost:9"], digest: {{cron: "0 7 1 1 *"}}}}
  night: {{urls: ["json://localhost:9"], mute: [quiet]}}"""
    home.rules(RULES.replace("channels:", channels).replace("[out]", "[day, night]"))
    (home.path / "inbox").mkdir(exist_ok=True)
    (home.path / "inbox" / "one.txt").write_text("Les talibans progressent.\n\nLes talibans ont pris Kunduz mardi.\n")
    home.run("run", "--once")
    for rule in ("tali*", "gone-*"):
        home.run("silence", "add", "--rule", rule)
    shown = home.run("status").stdout
    assert "held (1 in quiet hours, 1 for a digest)" in shown
    assert "\nsilences    2 in force, 1 of them of no rule in force\n" in shown
    found = json.loads(home.run("status", "--json").stdout)
    assert found["held"] == {"channel": 0, "group": 0, "mute": 1, "digest": 1, "backlog": 0}
    assert found["silences"] == {"active": 2, "of_no_rule": 1}
    listed = home.run("silence", "list").stdout.splitlines()
    assert [("(no rule in force)" in line) for line in listed] == [False, True]


@pytest.mark.parametrize(("written", "seconds"), [("90s", 90), ("1h30m", 5400), (" 1d12h ", 129_600)])
def test_a_duration_on_the_command_line_is_written_as_people_do(written: str, seconds: int) -> None:
    """As in `silence add --for 1h30m`, and as Watcher itself says it."""
    assert read_duration(written, "--for") == seconds


def test_a_silence_of_a_rule_that_there_is_not_is_added_with_a_hint(home: Home) -> None:
    """As amtool takes any matcher; what the rules in force lack is said, for a glob too, and what was meant."""
    home.rules(RULES)
    (home.path / "inbox").mkdir(exist_ok=True)
    assert home.run("run", "--once").returncode == 0
    for rule, hint in (
        ("talibna", "no rule in force fits 'talibna' (did you mean 'taliban'?); the silence holds all the same"),
        ("zzz-*", "no rule in force fits 'zzz-*'; the silence holds all the same"),
        ("TALI*", ""),
    ):
        done = home.run("silence", "add", "--rule", rule)
        assert (done.returncode, done.stderr) == (0, hint and f"watcher: {hint}\n")
        assert done.stdout.strip() in home.run("silence", "list").stdout


@pytest.mark.parametrize(
    ("accepted", "hint"),
    [
        (RULES.replace("keywords", "keywrds"), "did you mean 'taliban'?"),
        (RULES.replace("- id: taliban", "- id: [taliban"), ""),
        (RULES.replace("- id: taliban", "- id: [taliban]"), "no rule in force fits 'talibna'; "),
        ("", "no rule in force fits 'talibna'; "),
    ],
    ids=["condition", "syntax", "id", "empty"],
)
def test_a_silence_is_added_where_the_rules_in_force_would_be_refused_now(home: Home, accepted: str, hint: str) -> None:
    """What an older Watcher accepted is no trouble: the id is printed, and what can be read of the rules serves."""
    with open_store(home.path / ".state") as store:
        accept(store, "digest", {"rules.yaml": accepted}, now_ms())
    done = home.run("silence", "add", "--rule", "talibna")
    assert (done.returncode, hint in done.stderr, bool(done.stderr)) == (0, True, bool(hint))
    assert done.stdout.strip() in home.run("silence", "list").stdout


def test_a_closed_stream_takes_nothing_and_ends_nothing(home: Home) -> None:
    """Some supervisors start what they start with its streams closed: articles are read and alerts opened."""
    home.drop("a.txt", SEEDS[0].read_bytes())
    environment = home._environment(None)
    for words in ("run --once", "status", "alerts"):
        script = f"exec {WATCHER} {words} <&- >&- 2>&-"
        assert subprocess.run(["bash", "-c", script], cwd=home.path, env=environment).returncode == 0
    assert home.run("status", "--json").stdout


@pytest.mark.parametrize("words", ["schema", "--help", "run --help", "--version"])
def test_output_that_finds_no_room_is_told_in_words(home: Home, words: str) -> None:
    """A line on stderr and exit status 1, and no traceback."""
    done = subprocess.run(
        ["bash", "-c", f"{WATCHER} {words} > /dev/full"], cwd=home.path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "watcher: [Errno 28] No space left on device\n")


# ── usage ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["explain"],
        ["run", "--bogus"],
        ["run", "--settle", "soon"],
        ["alerts", "bogus"],
        ["alerts", "--limit", "0"],
        ["deliveries", "--limit", "9" * 20],
        ["explain", "--model", "xl", "a.txt"],
        ["check", "my-rules.yaml"],
        ["status", "bogus"],
    ],
)
def test_wrong_usage_exits_with_2(home: Home, words: list[str]) -> None:
    """Something is said on stderr, nothing on stdout, and nothing is made."""
    done = home.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert not (home.path / ".state").exists()


@pytest.mark.parametrize("words", [["check"], ["test", "--json"], ["run", "--once"]])
def test_a_rules_file_without_its_option_is_told_how_it_is_named(home: Home, words: list[str]) -> None:
    """The file is the first thing that one writes behind `check`."""
    done = home.run(*words, "mine.yaml")
    assert (done.returncode, "'mine.yaml' is a word too many; a rules file is named by --rules" in done.stderr) == (
        2,
        True,
    )


@pytest.mark.parametrize("words", [[], ["--rule", " "], ["--rule", "a", "--for", "0s"], ["--matching", "-"]])
def test_a_silence_of_everything_or_nothing_is_wrong_usage(home: Home, words: list[str]) -> None:
    """It is refused in words, and none is kept."""
    with open_store(home.path / ".state"):
        done = home.run("silence", "add", *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert home.run("silence", "list").stdout == ""


def test_ctrl_c_while_the_program_starts_shows_no_traceback(tmp_path: Path) -> None:
    """It ends as by any signal, whatever is being imported at that moment."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    found = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-m", "watcher", "--version"], env=found, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_a_short_run_never_reports_tests_that_it_cut_off(home: Home) -> None:
    """`run --once` with nothing to read ends when the rules' tests have been run, and tells no failure of its own."""
    done = home.run("run", "--once")
    assert done.returncode == 0
    assert "tests_fail" not in done.stdout + done.stderr


def test_when_alerts_are_late_is_said_by_either_variable(home: Home) -> None:
    """WATCHER_CATCHUP is WATCHER_CATCH_UP_AFTER by its older name; the error names the flag and the variable."""
    for variable in ("WATCHER_CATCH_UP_AFTER", "WATCHER_CATCHUP"):
        done = home.run("run", "--once", variables={variable: "an hour"})
        assert (done.returncode, "--catch-up-after (WATCHER_CATCH_UP_AFTER) is a duration" in done.stderr) == (2, True)
