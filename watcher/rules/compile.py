"""Rules ready to run: one automaton over the terms of all of them, and a view of each article."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.entities.mentions import Mention
from watcher.entities.places import Gazetteer, places_of
from watcher.model import UNKNOWN_LANGUAGE, Article, Entity, Place
from watcher.rules.conditions.base import NotYet, every
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.rules.terms import Span, Term, Variant, locate_all
from watcher.text import Text

MOST_SPANS = 10_000  # of a term
MOST_PLACES = 100_000  # at which it is looked for: most of 'us' are not US


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled RuleSet.

    `patterns` gives for each term its variants, each with the number of its literal in the automaton. `hopes` are the
    rules that need nothing, by their numbers in `enabled`. Of all others each needs two sets of terms, of each of which
    at least one must occur: `serves` gives for each literal the set that it serves, where that is one; else the
    complement of its number in `several`. Rule r needs the sets r and r + the number of rules.
    """

    rules: RuleSet
    enabled: tuple[RuleSpec, ...]
    gazetteer: Gazetteer
    automaton: AhoCorasick
    patterns: Mapping[Term, tuple[tuple[Variant, int], ...]]
    hopes: tuple[int, ...]
    serves: array[int]
    several: tuple[tuple[int, ...], ...]

    def view(self, article: Article) -> ArticleView:
        """The article as conditions look at it, its terms looked up in one pass."""
        text = Text(article.title, article.body, article.language)
        places: defaultdict[int, list[int]] = defaultdict(list)
        for literal, start, _ in self.automaton.find_matches_as_indexes(text.folded, overlapping=True):
            places[literal].append(start)
        return ArticleView(article, text, self.gazetteer, self.patterns, places)

    def candidates(self, view: ArticleView) -> list[RuleSpec]:
        """The rules that may match the article, in their order: all others need a term that is not there."""
        count = len(self.enabled)
        if len(self.hopes) == count:
            return list(self.enabled)
        served = set(map(self.serves.__getitem__, view.places_of_literals))
        for number in [n for n in served if n < 0]:
            served.update(self.several[~number])
        found = [n for n in served if 0 <= n < count and n + count in served]
        return [self.enabled[n] for n in sorted((*found, *self.hopes))]

    def only(self, *rules: RuleSpec) -> Program:
        """The program with some of its rules alone, or with these otherwise than they are written."""
        return replace(self, enabled=rules, hopes=tuple(range(len(rules))))


def compile_rules(rules: RuleSet, gazetteer: Gazetteer) -> Program:
    """The program that runs a RuleSet; rules that are not enabled stay out of it."""
    enabled = tuple(r for r in rules.rules if r.enabled)
    numbers: dict[str, int] = {}
    patterns = {
        term: tuple((variant, numbers.setdefault(variant.literal, len(numbers))) for variant in term.variants)
        for term in _terms(enabled)
    }
    automaton = AhoCorasick(list(numbers), matchkind=MatchKind.Standard, store_patterns=False)
    hopes, sets = _needs(enabled, patterns)
    served: dict[int, tuple[int, ...]] = {}
    for number, literals in sets.items():
        for literal in literals:
            served[literal] = (*served.get(literal, ()), number)
    several = tuple(dict.fromkeys(((), *(s for s in served.values() if len(s) > 1))))
    complements = {sets: ~n for n, sets in enumerate(several)}
    serves = array("q", (s[0] if len(s := served.get(n, ())) == 1 else complements[s] for n in range(len(numbers))))
    return Program(rules, enabled, gazetteer, automaton, patterns, hopes, serves, several)


def _terms(rules: Iterable[RuleSpec]) -> dict[Term, None]:
    return {term: None for rule in rules for condition in every(rule.condition) for term in condition.terms()}


def _needs(
    rules: Sequence[RuleSpec], patterns: Mapping[Term, Sequence[tuple[Variant, int]]]
) -> tuple[tuple[int, ...], dict[int, Iterable[int]]]:
    """`hopes` of a Program, and the literals of each set of terms that a rule needs.

    Of the sets that a rule needs the two with the fewest and longest literals are the most telling; one alone counts
    twice.
    """
    hopes: list[int] = []
    sets: dict[int, Iterable[int]] = {}
    for number, rule in enumerate(rules):
        needed = [{p[1]: len(p[0].literal) for t in terms for p in patterns[t]} for terms in rule.condition.literals()]
        if needed:
            needed.sort(key=lambda literals: sum(1 / length for length in literals.values()))
            sets[number], sets[number + len(rules)] = needed[0], needed[min(1, len(needed) - 1)]
        else:
            hopes.append(number)
    return tuple(hopes), sets


@dataclass(slots=True)
class ArticleView:
    """One article while rules run on it; owned by the thread that matches. Implements View.

    `places_of_literals` gives for each literal that stands in the folded text where it begins.
    """

    article: Article
    text: Text
    gazetteer: Gazetteer
    patterns: Mapping[Term, tuple[tuple[Variant, int], ...]]
    places_of_literals: Mapping[int, Sequence[int]]
    _spans: dict[Term, Sequence[Span]] = field(default_factory=dict)
    _mentions: Sequence[Mention] | None = None
    _places: Sequence[Place] | None = None
    _entities: Sequence[Entity] | None = None
    entities_known: bool = False

    def spans(self, term: Term) -> Sequence[Span]:
        found = self._spans.get(term)
        if found is not None:
            return found
        for _, number in self.patterns[term]:  # most terms of a rule that may match are not there
            if number in self.places_of_literals:
                found = self._spans[term] = self._located(term) if self._speaks(term) else ()
                return found
        return ()

    def _located(self, term: Term) -> Sequence[Span]:
        found: list[Span] = []
        for variant, number in self.patterns[term]:
            if number in self.places_of_literals:
                places = self.places_of_literals[number][:MOST_PLACES]
                found += islice(locate_all(variant, self.text, places), MOST_SPANS)
        return found if len(found) < 2 else sorted(set(found))

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
