"""What a worker makes of a batch of files, and of the tests that rules carry, when the rules themselves fail."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support import RULES
from tests.test_workers import SLOW
from watcher.analyse import Task, analyse, load_rules, test_rules
from watcher.analyse import engine as engine_module
from watcher.analyse.engine import Engine, gazetteer
from watcher.analyse.parcel import PIECE
from watcher.analyse.ruletests import run_tests
from watcher.model import FileFacts, FileOutcome, Limits, Verdict
from watcher.pool import Pool
from watcher.rules.bundle import Bundle
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.evaluate import Finding, told
from watcher.rules.load import load
from watcher.rules.spec import RuleSet
from watcher.rules.views import ArticleView, Standing

test_rules.__test__ = False  # type: ignore[attr-defined]  # the product's function, not a test of ours

BUNDLE = Bundle({"rules.yaml": RULES})
TESTED = RULES + "    tests:\n      - {file: a.txt, expect: match}\n      - {text: Les talibans., expect: match}\n"


@pytest.fixture(params=[RuntimeError, RecursionError, MemoryError])
def failure(request: pytest.FixtureRequest) -> type[Exception]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["matching", "telling"])
def poison(request: pytest.FixtureRequest, failure: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """On an article with the word "poison" terms cannot be looked up, or what was found cannot be told, as by an
    unknown fault of ours."""
    if request.param == "telling":
        monkeypatch.setattr(engine_module, "told", partial(_poisoned, told, failure))
        return
    sound, error = ArticleView.standing, failure

    def standing(self: ArticleView, number: int) -> Standing:
        if "poison" in self.text.text:
            raise error
        return sound(self, number)

    monkeypatch.setattr(ArticleView, "standing", standing)


def _poisoned(sound: Callable[[Finding, ArticleView], Verdict], error: type[Exception], *what: Any) -> Verdict:
    if "poison" in what[1].text.text:
        raise error
    return sound(*what)


def facts(inbox: Path, name: str, text: str) -> FileFacts:
    path = inbox / name
    path.write_text(text)
    status = path.stat()
    return FileFacts(name, status.st_size, status.st_mtime_ns)


def test_an_article_that_the_rules_fail_on_is_quarantined_and_its_neighbours_lose_nothing(
    tmp_path: Path, failure: type[Exception], poison: None
) -> None:
    """A fault in a condition costs the one file that brings it out, with the reason, and no alert of another."""
    files = tuple(
        facts(tmp_path, f"{number}.txt", f"Les talibans {word} Kunduz.")
        for number, word in enumerate(("prennent", "poison", "quittent"))
    )
    analysed = analyse(Task(str(tmp_path), files, BUNDLE.digest, 0, Limits(), "md", BUNDLE))
    assert analysed is not None
    assert [(a.file.path, a.outcome, a.reason) for a in analysed] == [
        ("0.txt", FileOutcome.DONE, ""),
        ("1.txt", FileOutcome.QUARANTINED, f"the rules fail on it: {failure.__name__}"),
        ("2.txt", FileOutcome.DONE, ""),
    ]
    assert [[v.rule for r in a.readings for v in r.verdicts] for a in analysed] == [["taliban"], [], ["taliban"]]
    assert all(a.file.sha256 for a in analysed)


def test_a_test_that_the_rules_fail_on_is_told_and_the_others_run(failure: type[Exception], poison: None) -> None:
    """A fault in a condition fails the one test that brings it out."""
    tested = run_tests(Engine.of(Bundle({"rules.yaml": TESTED})), {"a.txt": b"Les talibans, poison"}, Limits())
    assert [t.why for t in tested] == [f"cannot be run: the rules fail on it: {failure.__name__}", ""]


def test_a_test_whose_file_takes_too_long_ends_its_worker(pool: Pool) -> None:
    """A page without end beside the rules does not hang a reload: its reader is ended at the limit of a file."""
    bundle = Bundle({"rules.yaml": TESTED.replace("a.txt", "a.html")})
    with pytest.raises(BrokenProcessPool):
        pool.submit(test_rules, bundle, {"a.html": SLOW}, "md", Limits(seconds=0.5)).result()


def test_who_read_new_rules_matches_by_them_without_reading_them_again(tmp_path: Path, pool: Pool) -> None:
    """After a save no article waits for rules to be compiled: the process that read them has them ready."""
    files = (facts(tmp_path, "a.txt", "Les talibans prennent Kunduz."),)
    task = Task(str(tmp_path), files, BUNDLE.digest, 0, Limits(), "md")
    assert pool.submit(analyse, task).result() is None
    pool.submit(load_rules, BUNDLE, "md", 0.9).result()
    analysed = pool.submit(analyse, task).result()
    assert analysed is not None
    assert [v.rule for reading in analysed[0].readings for v in reading.verdicts] == ["taliban"]


@pytest.mark.parametrize("count", [0, 1, PIECE, 2 * PIECE + 1])
def test_new_rules_arrive_as_they_were_read(pool: Pool, count: int) -> None:
    """They come in pieces; each rule is there once, in its place, with all that it says but its condition."""
    said = "level: high, notify: [out], max_alerts: 5/h, group_by: [rule]"
    written = "".join(f"  - {{id: r{n}, {said}, condition: {{keywords: k{n}}}}}\n" for n in range(count))
    head = "version: 1\nchannels: {out: {file: out.jsonl}}\ndefaults: {operator: out}\nrules:"
    bundle = Bundle({"rules.yaml": f"{head}\n{written}" if written else f"{head} []\n"})
    arrived = pool.submit(load_rules, bundle, "md", 0.9).result().unpacked()
    read = load(bundle, gazetteer())
    assert _without_conditions(arrived) == _without_conditions(read)


def _without_conditions(rules: RuleSet) -> RuleSet:
    """With one and the same in place of each: two conditions are never equal."""
    return replace(rules, rules=tuple(replace(rule, condition=NOTHING) for rule in rules.rules))
