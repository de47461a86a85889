"""A compiled set of rules with what it needs of its process: the gazetteer and the models of languages."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from watcher.entities import ner, places
from watcher.model import NAME_LIKENESS, Article, Entity, Verdict
from watcher.rules.compile import Program, compile_rules
from watcher.rules.correlation.events import NAMES, Listeners, Values, values_of
from watcher.rules.evaluate import Finding, Options, judge, told
from watcher.rules.load import Bundle, load, without_collecting
from watcher.rules.spec import RuleSpec
from watcher.rules.views import ArticleView
from watcher.worker import beside_allowance

MODEL_MEMORY_MB = 1500  # that spaCy with a medium model may take beside the article for which it is loaded


@functools.cache
def gazetteer() -> places.Gazetteer:
    """The places of the world, loaded once a process."""
    return places.load()


@functools.lru_cache(maxsize=4)
def pipeline(language: str, size: str) -> ner.Ner | None:
    """The model of a language, loaded once a process; None where there is none of that language or size."""
    with beside_allowance(MODEL_MEMORY_MB):
        return ner.load_ner(language, size)


@dataclass(frozen=True, slots=True)
class Matched:
    """An article with what its rules came to: those that match or are kept out, with `detail` all."""

    view: ArticleView
    findings: tuple[Finding, ...]
    needed_ner: bool

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The findings in words, with the sentences around what was found; put together each time."""
        return tuple(told(found, self.view) for found in self.findings)


@dataclass(frozen=True, slots=True)
class Engine:
    """A compiled set of rules together with what it needs of this process; `model` is the size of spaCy's models."""

    program: Program
    model: str = "md"

    @classmethod
    def of(cls, bundle: Bundle, model: str = "md", likeness: float = NAME_LIKENESS) -> Engine:
        """The engine of a bundle, for which names in other spellings must be so alike. Raises RulesError with all its
        faults."""
        with without_collecting():
            return cls(compile_rules(load(bundle, gazetteer(), likeness), gazetteer()), model)

    def match(self, articles: Sequence[Article], options: Options) -> list[Matched]:
        """What the rules say of each article. Named entities are worked out only where a rule is undecided
        without them, all such articles together; with `detail` for every article."""
        views = [self.program.view(article) for article in articles]
        if options.detail:
            self._put_entities(views)
        first = [list(judge(self.program, view, options)) for view in views]
        undecided = [any([isinstance(f, RuleSpec) for f in found]) for found in first]  # noqa: C419 - a list is quicker
        self._put_entities([view for view, needs in zip(views, undecided, strict=True) if needs])
        return [
            Matched(view, tuple(self._findings(view, options) if needs else cast(list[Finding], found)), needs)
            for view, found, needs in zip(views, first, undecided, strict=True)
        ]

    def _findings(self, view: ArticleView, options: Options) -> Iterator[Finding]:
        """The findings once nothing is undecided any more."""
        return (f for f in judge(self.program, view, options) if isinstance(f, Finding))

    def values(self, matched: Sequence[Matched]) -> list[Values]:
        """The values by which correlations count each article that a rule of theirs matched: names are worked out for
        these alone, all together."""
        listeners = Listeners(self.program.enabled)
        kinds = [listeners.kinds(f.rule.id for f in m.findings if f.match) for m in matched]
        named = [m.view for m, asked in zip(matched, kinds, strict=True) if not asked.isdisjoint(NAMES)]
        self._put_entities([view for view in named if not view.entities_known])
        return [values_of(m.view, asked) for m, asked in zip(matched, kinds, strict=True)]

    def _put_entities(self, views: Sequence[ArticleView]) -> None:
        by_language: dict[str, list[ArticleView]] = {}
        for view in views:
            by_language.setdefault(view.article.language, []).append(view)
        for language, group in by_language.items():
            recogniser = pipeline(language, self.model)
            found: Sequence[Sequence[Entity] | None] = [None] * len(group)
            if recogniser:
                found = recogniser.find([v.text for v in group], [v.mentions() for v in group])
            for view, entities in zip(group, found, strict=True):
                view.put_entities(entities)


def failure(error: Exception) -> str:
    """Why an article that the rules fail on cannot be used; its text may stand in the error, and stays out of it."""
    return f"the rules fail on it: {type(error).__name__}"
