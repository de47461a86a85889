"""Eleven watch topics: the articles that rules.yaml finds for each, against labels and against plain keywords."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from tests.eval.material import HERE, Material, Row
from tests.eval.score import Score
from watcher import language
from watcher.analyse.engine import Engine
from watcher.model import Article
from watcher.rules.bundle import Bundle
from watcher.rules.evaluate import Options

BATCH = 50
FEW = 10  # positives: a topic with fewer is judged by its errors, not by its F1
Found = Mapping[str, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one topic, the ids of articles that were found wrongly, and that were lost."""

    wrong: Sequence[str]
    lost: Sequence[str]


def measure(material: Material, console: Console, *, errors: bool) -> bool:
    """Prints the scores, with `errors` the articles that are wrong; whether the goals are met."""
    rows, topics = material.rows(), material.topics()
    found, naive = by_rules(rows), by_keywords(rows)
    scored = {topic: _score(found[topic], labels, rows) for topic, labels in topics.items()}
    plain = {topic: _score(naive[topic], labels, rows) for topic, labels in topics.items()}
    console.print(_by_topic(scored, plain))
    console.print(_by_language(scored, plain))
    if errors:
        for topic, labels in topics.items():
            missed = _errors(found[topic], labels, rows)
            console.print(f"{topic}: wrong {', '.join(missed.wrong) or '-'}; lost {', '.join(missed.lost) or '-'}")
    whole = [_whole(by_language) for by_language in scored.values()]
    return _mean(whole) >= 0.85 and all(s.f1 >= 0.7 for s in whole if s.right + s.lost >= FEW)


def by_rules(rows: Sequence[Row]) -> Found:
    """The articles that each rule finds, as the daemon would: languages are told from the texts."""
    engine = Engine.of(Bundle({"rules.yaml": (HERE / "rules.yaml").read_text("utf-8")}))
    found: dict[str, set[str]] = defaultdict(set)
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        articles = [Article(row.title, row.body, language.detect(row.title, row.body)) for row in batch]
        for row, matched in zip(batch, engine.match(articles, Options()), strict=True):
            for finding in matched.findings:
                if finding.match:
                    found[finding.rule.id].add(row.id)
    return found


def by_keywords(rows: Sequence[Row]) -> Found:
    """The articles that hold a plain keyword of each group anywhere, also inside of words."""
    groups = yaml.safe_load((HERE / "naive.yaml").read_text("utf-8"))
    texts = {row.id: f"{row.title}\n{row.body}".lower() for row in rows}
    return {
        topic: {name for name, text in texts.items() if all(any(word in text for word in group) for group in wanted)}
        for topic, wanted in groups.items()
    }


def _judged(labels: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """The articles that are scored, and whether each is of the topic."""
    passed_over = {*labels["borderline"], *labels["unjudged"]}
    positive = set(labels["positive"])
    return ((row, row.id in positive) for row in rows if row.id not in passed_over)


def _score(found: AbstractSet[str], labels: Mapping[str, Any], rows: Sequence[Row]) -> Mapping[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for row, positive in _judged(labels, rows):
        hit = row.id in found
        scores[row.language] += Score(hit and positive, hit and not positive, positive and not hit)
    return scores


def _errors(found: AbstractSet[str], labels: Mapping[str, Any], rows: Sequence[Row]) -> Errors:
    judged = list(_judged(labels, rows))
    wrong = [row.id for row, positive in judged if row.id in found and not positive]
    return Errors(wrong, [row.id for row, positive in judged if row.id not in found and positive])


def _whole(scores: Mapping[str, Score]) -> Score:
    return sum(scores.values(), Score())


def _mean(scores: Sequence[Score]) -> float:
    return sum(score.f1 for score in scores) / len(scores)


def _by_topic(scored: Mapping[str, Mapping[str, Score]], plain: Mapping[str, Mapping[str, Score]]) -> Table:
    table = _table("topic")
    for topic, by_language in scored.items():
        _add(table, topic, _whole(by_language), _whole(plain[topic]))
    means = [_mean([_whole(s) for s in one.values()]) for one in (scored, plain)]
    table.add_row("mean", "", "", "", "", f"{means[0]:.3f}", f"{means[1]:.3f}")
    return table


def _by_language(scored: Mapping[str, Mapping[str, Score]], plain: Mapping[str, Mapping[str, Score]]) -> Table:
    """All topics of a language together: most languages have a handful of positives."""
    table = _table("language")
    languages = {code for by_language in scored.values() for code in by_language}
    total: Callable[[Mapping[str, Mapping[str, Score]], str], Score] = lambda of, code: sum(  # noqa: E731
        (by_language[code] for by_language in of.values() if code in by_language), Score()
    )
    found = {code: total(scored, code) for code in languages}
    for code in sorted(languages, key=lambda c: -found[c].right - found[c].lost):
        if found[code] != Score():
            _add(table, code, found[code], total(plain, code))
    return table


def _table(first: str) -> Table:
    table = Table(first, box=None)
    for heading in ("right", "wrong", "lost", "precision", "recall", "F1", "plain keywords"):
        table.add_column(heading, justify="right")
    return table


def _add(table: Table, name: str, score: Score, plain: Score) -> None:
    counts = map(str, (score.right, score.wrong, score.lost))
    table.add_row(name, *counts, score.precision, score.recall, f"{score.f1:.3f}", f"{plain.f1:.3f}")
