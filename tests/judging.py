"""One condition on one small article: its verdict, and what it found."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from watcher.entities import places
from watcher.model import Article, Entity, Verdict
from watcher.rules.bundle import Bundle
from watcher.rules.compile import Program, compile_rules
from watcher.rules.evaluate import Finding, Options, judge, told
from watcher.rules.load import load
from watcher.rules.views import ArticleView

gazetteer = cache(places.load)
FRENCH = "fr"


def view_of(rules: str, article: Article) -> tuple[Program, ArticleView]:
    """The program of a rules file and its view of an article."""
    program = _program(rules)
    return program, program.view(article)


@lru_cache(16)  # one file of rules judges many articles, as in the daemon
def _program(rules: str) -> Program:
    return compile_rules(load(Bundle({"rules.yaml": rules}), gazetteer()), gazetteer())


def judged(
    rules: str,
    article: Article,
    *,
    now: int | None = None,
    detail: bool = True,
    entities: Sequence[Entity] | None = None,
) -> list[Verdict]:
    """The verdict of each rule; `entities` are what a model would find, None where there is none.

    Rules that are passed over unread, for want of their terms, are silent when read, too.
    """
    program, view = view_of(rules, article)
    view.put_entities(entities)
    every, quick = (
        {f.rule.id: told(f, view) for f in judge(program, view, Options(now, detail)) if isinstance(f, Finding)}
        for detail in (True, False)
    )
    for silent in every.keys() - quick.keys():
        assert not every[silent].match
        assert not every[silent].blocked_by or not every[silent].blocked_by[0].at
    for rule, said in quick.items():
        assert (said.match, said.evidence) == (every[rule].match, every[rule].evidence)
    verdicts = [every[rule] if detail else quick.get(rule, Verdict(rule, False)) for rule in every]
    assert pickle.loads(pickle.dumps(verdicts)) == verdicts  # as they come from a worker
    for verdict in verdicts:
        check_spans(verdict.evidence, view.text.text)
    return verdicts


def check_spans(evidence: Iterable[Any], text: str) -> None:
    """Every piece of evidence is the text at its offsets, and its sentence holds it."""
    for piece in evidence:
        data = piece if isinstance(piece, dict) else piece.to_json()
        if data["start"] is None:  # a source, a score: nothing of the text
            assert (data["end"], data["sentence"], data["sentence_start"]) == (None, None, None)
            continue
        assert data["text"] == text[data["start"] : data["end"]]
        start = data["sentence_start"]
        assert text[start : start + len(data["sentence"])] == data["sentence"]
        assert start <= data["start"] and data["end"] <= start + len(data["sentence"])
        check_spans(data.get("of", ()), text)


def verdict(
    condition: str,
    body: str,
    title: str = "",
    *,
    language: str = FRENCH,
    lists: str = "{}",
    top: str = "",
    fields: Mapping[str, Any] = MappingProxyType({}),
    **rest: Any,
) -> Verdict:
    """What a rule with this condition says of an article; `top` are more lines of the file, `fields` of the article."""
    rules = f"version: 1\nlists: {lists}\n{top}\nrules:\n  - id: a\n    condition: {condition}\n"
    (only,) = judged(rules, Article(title, body, language, **fields), **rest)
    return only


def found(condition: str, body: str, title: str = "", **rest: Any) -> list[str] | None:
    """The texts of the evidence in their order, or None where the rule does not match."""
    said = verdict(condition, body, title, **rest)
    return [e.text or "" for e in said.evidence] if said.match else None


def missing(condition: str, body: str, title: str = "", **rest: Any) -> list[tuple[str, str]]:
    """Where the conditions stand that kept the rule silent, and why."""
    return [(m.at, m.why) for m in verdict(condition, body, title, **rest).missing]
