"""The evaluation itself: its bounds are right, its labels fit, and it says so where there is nothing to measure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.eval.__main__ import main
from tests.eval.material import HERE, Row
from tests.eval.names import pairs
from tests.eval.places import judge
from tests.eval.score import Score, wilson
from watcher.analyse.engine import Engine
from watcher.entities import places
from watcher.rules.bundle import Bundle


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0)]
)
def test_wilsons_bounds_are_those_of_the_tables(right: int, of: int, low: float, high: float) -> None:
    """Of ten of which five were right, the true share lies between 24 and 76 in a hundred."""
    assert wilson(right, of) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_a_score_adds_up() -> None:
    """F1 weighs what is found wrongly like what is lost."""
    assert (Score(3, 1, 0) + Score(1, 0, 1)).f1 == pytest.approx(0.8)
    assert Score().f1 == 1.0


def test_a_place_is_right_where_its_country_is() -> None:
    """What is found in no mark is wrong, a mark not found is lost, and a mark that may be found counts for neither."""
    row = Row("a", "en", "", "Paris and Moscow, near the Baltic.")
    marks = [(0, 5, "FR", "city"), (10, 16, "US", "city"), (27, 33, "", "other")]
    score, said = judge(row, marks, places.load())
    assert (score.right, score.wrong, score.lost) == (1, 1, 1)
    assert said == ["wrong: Moscow RU city at 10", "lost: Moscow US city at 10"]


def test_what_was_not_marked_is_not_judged() -> None:
    """Of an article marked as far as some character, what is found behind it counts for nothing."""
    row = Row("a", "en", "", "Paris and Moscow, near the Baltic.")
    score, said = judge(row, [(0, 5, "FR", "city")], places.load(), until=10)
    assert (score.right, score.wrong, score.lost, said) == (1, 0, 0, [])


def test_the_labels_are_as_many_as_the_page_says() -> None:
    """docs/quality.md tells how many pairs and articles there are."""
    listed = list(pairs())
    assert len(listed) == 400
    assert sum(pair.across for pair in listed) >= 120
    assert sum(pair.same for pair in listed) == 87
    for file, count in (("places", 40), ("places-held-out", 18), ("places-blind", 64)):
        assert len(json.loads((HERE / f"{file}.json").read_text("utf-8"))) == count


def test_the_rules_of_the_topics_are_valid() -> None:
    """Each topic has a rule that loads."""
    engine = Engine.of(Bundle({"rules.yaml": (HERE / "rules.yaml").read_text("utf-8")}))
    assert len(engine.program.enabled) == 11


def test_without_the_articles_nothing_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and is no failure."""
    assert main(["--data", str(tmp_path / "none")]) == 0
    assert "nothing to measure" in capsys.readouterr().out
