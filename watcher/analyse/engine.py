"""A compiled set of rules with what it needs of its process: the gazetteer and the models of languages."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from watcher.allowance import beside_allowance
from watcher.boilerplate import Cut, Learned, cuts, without
from watcher.entities import ner, places
from watcher.model import NAME_LIKENESS, Article, Entity, Evidence, Verdict
from watcher.rules.bundle import Bundle
from watcher.rules.collecting import without_collecting
from watcher.rules.compile import Program, compile_rules
from watcher.rules.correlation.events import NAMES, Listeners, Values, values_of
from watcher.rules.evaluate import Finding, Options, judge, told
from watcher.rules.load import load
from watcher.rules.spec import RuleSpec
from watcher.rules.views import ArticleView

MOST_CUT = 10  # lines that are told of a rule that is silent for their want
LONGEST_WHY = 100  # characters of such a line that are quoted
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
    """An article with what its rules came to: those that match or are kept out, with `detail` all. The rules see the
    `view`, which is the `article` without the lines that were `cut`; these alone keep out the rules of `by_cuts`."""

    article: Article
    view: ArticleView
    findings: tuple[Finding, ...]
    needed_ner: bool
    cuts: tuple[Cut, ...] = ()
    by_cuts: tuple[Verdict, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The findings in words, with the sentences around what was found; put together each time."""
        verdicts = tuple(told(found, self.view) for found in self.findings)
        if not self.by_cuts:
            return verdicts
        said = {verdict.rule: verdict for verdict in verdicts}
        silent = {v.rule: v for v in self.by_cuts if v.rule not in said or said[v.rule].missing}
        return tuple((said | silent).values())


class _Judged(NamedTuple):
    view: ArticleView
    findings: tuple[Finding, ...]
    needed_ner: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """A compiled set of rules together with what it needs of this process; `model` is the size of spaCy's models,
    `learned` the boilerplate of sources, which the rules do not see."""

    program: Program
    model: str = "md"
    learned: Learned = field(default_factory=dict)

    @classmethod
    def of(cls, bundle: Bundle, model: str = "md", likeness: float = NAME_LIKENESS) -> Engine:
        """The engine of a bundle, for which names in other spellings must be so alike. Raises RulesError with all its
        faults."""
        with without_collecting():
            return cls(compile_rules(load(bundle, gazetteer(), likeness), gazetteer()), model)

    def match(self, articles: Sequence[Article], options: Options) -> list[Matched]:
        """What the rules say of each article. Named entities are worked out only where a rule is undecided
        without them, all such articles together; with `detail`, also where what it lacks hangs on them."""
        cut = [cuts(article, self.learned) for article in articles]
        seen = self._judge([without(article, lines) for article, lines in zip(articles, cut, strict=True)], options)
        whole = [article for article, lines in zip(articles, cut, strict=True) if lines]
        uncut = iter(self._judge(whole, replace(options, detail=False)) if whole else ())
        return [
            Matched(article, *found, lines, tuple(_kept_out(next(uncut), found, lines)) if lines else ())
            for article, found, lines in zip(articles, seen, cut, strict=True)
        ]

    def _judge(self, articles: Sequence[Article], options: Options) -> list[_Judged]:
        views = [self.program.view(article) for article in articles]
        if options.detail:
            for view in views:
                view.recognise = self._recognise
        first = [list(judge(self.program, view, options)) for view in views]
        undecided = [any([isinstance(f, RuleSpec) for f in found]) for found in first]  # noqa: C419 - a list is quicker
        self._put_entities([view for view, needs in zip(views, undecided, strict=True) if needs])
        return [
            _Judged(view, tuple(self._findings(view, options) if needs else cast(list[Finding], found)), needs)
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

    def _recognise(self, view: ArticleView) -> None:
        self._put_entities([view])

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


def _kept_out(uncut: _Judged, seen: _Judged, cut: Sequence[Cut]) -> Iterator[Verdict]:
    """The rules that match the whole article and not what they see of it, with the lines for which they would."""
    matched = {found.rule.id for found in seen.findings if found.match}
    for verdict in (told(f, uncut.view) for f in uncut.findings if f.match and f.rule.id not in matched):
        spans = [(e.start, e.end) for e in verdict.evidence if e.start is not None and e.end is not None]
        lines = [line for line in cut if any(start < line.end and line.start < end for start, end in spans)]
        text = uncut.view.text.text
        yield Verdict(
            verdict.rule, False, blocked_by=tuple(_blocking(text, line) for line in (lines or cut)[:MOST_CUT])
        )


def _blocking(text: str, line: Cut) -> Evidence:
    words = text[line.start : line.end]
    why = {"why": f"{line.why}: {words.strip()[:LONGEST_WHY]}"}
    return Evidence("boilerplate", "", words, line.start, line.end, facts=why)  # a line is a sentence of its own


def failure(error: Exception) -> str:
    """Why an article that the rules fail on cannot be used; its text may stand in the error, and stays out of it."""
    return f"the rules fail on it: {type(error).__name__}"
