"""Rules ready to run: one automaton over the terms of all of them, and a view of each article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """A compiled RuleSet: `literals` lists for each pattern of the automaton the variants that it may be a hit of."""

    rules: RuleSet
    enabled: tuple[RuleSpec, ...]
    gazetteer: Gazetteer
    automaton: AhoCorasick
    literals: tuple[tuple[tuple[Term, Variant], ...], ...]

    def view(self, article: Article) -> ArticleView:
        """The article as conditions look at it, its terms looked up in one pass."""
        text = Text(article.title, article.body, article.language)
        places: dict[Term, list[tuple[Variant, int]]] = {}
        for pattern, start, _ in self.automaton.find_matches_as_indexes(text.folded, overlapping=True):
            for term, variant in self.literals[pattern]:
                places.setdefault(term, []).append((variant, start))
        return ArticleView(article, text, self.gazetteer, places)


def compile_rules(rules: RuleSet, gazetteer: Gazetteer) -> Program:
    """The program that runs a RuleSet; rules that are not enabled stay out of it."""
    enabled = tuple(r for r in rules.rules if r.enabled)
    variants: dict[str, dict[int, tuple[Term, Variant]]] = {}
    for term in _terms(enabled):
        for variant in term.variants:
            variants.setdefault(variant.literal, {})[id(variant)] = (term, variant)
    automaton = AhoCorasick(list(variants), matchkind=MatchKind.Standard)
    literals = tuple(tuple(found.values()) for found in variants.values())
    return Program(rules, enabled, gazetteer, automaton, literals)


def _terms(rules: Iterable[RuleSpec]) -> Iterable[Term]:
    for rule in rules:
        for condition in every(rule.condition):
            yield from condition.terms()


@dataclass(slots=True)
class ArticleView:
    """One article while rules run on it; owned by the thread that matches. Implements View."""

    article: Article
    text: Text
    gazetteer: Gazetteer
    _found: dict[Term, list[tuple[Variant, int]]]
    _spans: dict[Term, list[Span]] = field(default_factory=dict)
    _mentions: Sequence[Mention] | None = None
    _places: Sequence[Place] | None = None
    _entities: Sequence[Entity] | None = None
    entities_known: bool = False

    def spans(self, term: Term) -> Sequence[Span]:
        if term not in self._found or not self._speaks(term):
            return ()
        if term not in self._spans:
            found = {s for v, place in self._found[term][:MOST_SPANS] if (s := locate(v, self.text, place))}
            self._spans[term] = sorted(found, key=lambda s: (s.start, s.end))
        return self._spans[term]

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
