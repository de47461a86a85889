"""Rules ready to run: one automaton over the terms of all of them, and a view of each article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.entities.mentions import Mention
from watcher.entities.places import Gazetteer, places_of
from watcher.model import UNKNOWN_LANGUAGE, Article, Entity, Place
from watcher.rules.conditions.base import NotYet, every
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.rules.terms import Span, Term, Variant, locate
from watcher.text import Text

MOST_SPANS = 10_000


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled RuleSet.

    `patterns` gives for each term its variants, each with the number of its literal in the automaton. `hopes` are the
    rules that need nothing, by their numbers in `enabled`; of all others `first` and `second` give for each literal
    those of which it serves one of the two sets of terms that they need (of each at least one must occur).
    """

    rules: RuleSet
    enabled: tuple[RuleSpec, ...]
    gazetteer: Gazetteer
    automaton: AhoCorasick
    patterns: Mapping[Term, tuple[tuple[Variant, int], ...]]
    hopes: tuple[int, ...]
    first: Sequence[Sequence[int]]
    second: Sequence[Sequence[int]]

    def view(self, article: Article) -> ArticleView:
        """The article as conditions look at it, its terms looked up in one pass."""
        text = Text(article.title, article.body, article.language)
        hits = self.automaton.find_matches_as_indexes(text.folded, overlapping=True)
        return ArticleView(article, text, self.gazetteer, self.patterns, hits)

    def candidates(self, view: ArticleView) -> list[RuleSpec]:
        """The rules that may match the article, in their order: all others need a term that is not there."""
        present = {pattern for pattern, _, _ in view.hits}
        found = set().union(*map(self.first.__getitem__, present))
        found &= set().union(*map(self.second.__getitem__, present))
        return [self.enabled[number] for number in sorted(found.union(self.hopes))]


def compile_rules(rules: RuleSet, gazetteer: Gazetteer) -> Program:
    """The program that runs a RuleSet; rules that are not enabled stay out of it."""
    enabled = tuple(r for r in rules.rules if r.enabled)
    numbers: dict[str, int] = {}
    patterns = {
        term: tuple((variant, numbers.setdefault(variant.literal, len(numbers))) for variant in term.variants)
        for term in _terms(enabled)
    }
    automaton = AhoCorasick(list(numbers), matchkind=MatchKind.Standard, store_patterns=False)
    hopes, first, second = _needs(enabled, patterns, len(numbers))
    return Program(rules, enabled, gazetteer, automaton, patterns, hopes, first, second)


def _terms(rules: Iterable[RuleSpec]) -> dict[Term, None]:
    return {term: None for rule in rules for condition in every(rule.condition) for term in condition.terms()}


def _needs(
    rules: Sequence[RuleSpec], patterns: Mapping[Term, Sequence[tuple[Variant, int]]], count: int
) -> tuple[tuple[int, ...], Sequence[Sequence[int]], Sequence[Sequence[int]]]:
    """`hopes`, `first` and `second` of a Program with so many literals.

    Of the sets that a rule needs the two with the fewest and longest literals are the most telling; one alone counts
    twice.
    """
    hopes: list[int] = []
    serving: tuple[dict[int, list[int]], dict[int, list[int]]] = {}, {}
    for number, rule in enumerate(rules):
        needed = [{p[1]: len(p[0].literal) for t in terms for p in patterns[t]} for terms in rule.condition.literals()]
        if not needed:
            hopes.append(number)
            continue
        needed.sort(key=lambda literals: sum(1 / length for length in literals.values()))
        for served, literals in zip(serving, (needed[0], needed[min(1, len(needed) - 1)]), strict=True):
            for literal in literals:
                served.setdefault(literal, []).append(number)
    first, second = ([served.get(n, ()) for n in range(count)] for served in serving)
    return tuple(hopes), first, second


@dataclass(slots=True)
class ArticleView:
    """One article while rules run on it; owned by the thread that matches. Implements View.

    `hits` are the number, start and end of each literal that stands in the folded text.
    """

    article: Article
    text: Text
    gazetteer: Gazetteer
    patterns: Mapping[Term, tuple[tuple[Variant, int], ...]]
    hits: Sequence[tuple[int, int, int]]
    _starts: dict[int, list[int]] | None = None
    _spans: dict[Term, Sequence[Span]] = field(default_factory=dict)
    _mentions: Sequence[Mention] | None = None
    _places: Sequence[Place] | None = None
    _entities: Sequence[Entity] | None = None
    entities_known: bool = False

    def spans(self, term: Term) -> Sequence[Span]:
        found = self._spans.get(term)
        if found is None:
            found = self._located(term)
            if found:
                self._spans[term] = found
        return found

    def _located(self, term: Term) -> Sequence[Span]:
        if self._starts is None:
            self._starts = {}
            for pattern, start, _ in self.hits:
                self._starts.setdefault(pattern, []).append(start)
        found: list[Span] = []
        for variant, number in self.patterns[term]:
            if number in self._starts:
                places = self._starts[number][:MOST_SPANS]
                found += [span for place in places if (span := locate(variant, self.text, place))]
        if not found or not self._speaks(term):
            return ()
        return found if len(found) == 1 else sorted(set(found))

    def _speaks(self, term: Term) -> bool:
        return not term.language or self.article.language in (term.language, UNKNOWN_LANGUAGE)

    def mentions(self) -> Sequence[Mention]:
        """What the gazetteer found, refused ones too: a model is told of both."""
        if self._mentions is None:
            self._mentions = self.gazetteer.mentions(self.text)
        return self._mentions

    def places(self) -> Sequence[Place]:
        if self._places is None:
            self._places = places_of(self.mentions())
        return self._places

    def entities(self) -> Sequence[Entity] | None:
        if not self.entities_known:
            raise NotYet
        return self._entities

    def put_entities(self, entities: Sequence[Entity] | None) -> None:
        """Hands in what a model found; None where the language has no model."""
        self._entities = entities
        self.entities_known = True
