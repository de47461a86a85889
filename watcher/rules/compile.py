"""Rules ready to run: one automaton over the terms of all of them, and which of them an article needs a look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.entities.lookup import article_words
from watcher.entities.places import Gazetteer
from watcher.model import Article
from watcher.rules.conditions.base import Literals, Needed, every
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.place import Place
from watcher.rules.lookups import UNTOLD, Lookups
from watcher.rules.plans import Plans
from watcher.rules.prefilter import Prefilter, prefilter
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.rules.stems import Stems
from watcher.rules.terms import Term
from watcher.rules.views import ArticleView
from watcher.text import Text


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled RuleSet.

    `numbers` gives for each literal of a term its number in the automaton, `lookups` how lists of terms are looked up.
    `prefilter` knows the rules by their numbers in `enabled`; None has each looked at. `plans` settles most of those.
    """

    rules: RuleSet
    enabled: tuple[RuleSpec, ...]
    gazetteer: Gazetteer
    automaton: AhoCorasick
    numbers: Mapping[str, int]
    lookups: Lookups
    stems: Stems
    prefilter: Prefilter | None
    plans: Plans

    def view(self, article: Article) -> ArticleView:
        """The article as conditions look at it, its terms looked up in one pass."""
        text = Text(article.title, article.body, article.language)
        firsts = {UNTOLD: -1}
        several: dict[int, list[int]] = {}
        for literal, start, _ in self.automaton.find_matches_as_indexes(text.folded, overlapping=True):
            if literal not in firsts:
                firsts[literal] = start
            elif literal in several:
                several[literal].append(start)
            else:
                several[literal] = [firsts[literal], start]
        return ArticleView(article, text, self.gazetteer, self.numbers, self.lookups, firsts, several, self.stems)

    def candidates(self, view: ArticleView) -> Iterable[int]:
        """The numbers of the rules that may match the article, in their order: all others need a term that is not
        there."""
        known = self.prefilter
        if known is None or len(known.always) == len(self.enabled):
            return range(len(self.enabled))
        there = set(view.firsts)
        there.remove(UNTOLD)
        if known.names:
            there.update([known.names[key] for key in known.names.keys() & article_words(view.text).keys])
        if known.lists:
            there.update(*[known.lists[literal] for literal in there & known.lists.keys()])
        found = {*known.always, *known.waker.woken(there)}
        self.plans.look_up(found, view)
        return self._with_stems(found, known.by_stem, view) if known.by_stem else sorted(found)

    def _with_stems(
        self, sure: set[int], by_stem: Mapping[int, tuple[frozenset[Term], ...]], view: ArticleView
    ) -> Iterator[int]:
        """The rules of these numbers, and all that may match by a stem. The article's stems are not worked out for
        that; but where a rule has needed them, they spare the rules behind it."""
        for number in sorted(sure.union(by_stem)):
            spared = (
                view.is_stemmed and number not in sure and all(map(view.stemmed().there.isdisjoint, by_stem[number]))
            )
            if not spared:
                yield number

    def only(self, *rules: RuleSpec) -> Program:
        """The program with some of its rules alone, or with these otherwise than they are written."""
        plans = Plans.of((rule.condition for rule in rules), self.lookups.number)
        return replace(self, enabled=rules, prefilter=None, plans=plans)


def compile_rules(rules: RuleSet, gazetteer: Gazetteer) -> Program:
    """The program that runs a RuleSet; rules that are not enabled stay out of it."""
    enabled = tuple(r for r in rules.rules if r.enabled)
    terms = _terms(enabled)
    numbers: dict[str, int] = {}
    for term in terms:
        for variant in term.variants:
            numbers.setdefault(variant.literal, len(numbers))
    known = prefilter(list(_needs(enabled)), numbers)
    automaton = AhoCorasick(list(numbers), matchkind=MatchKind.Standard, store_patterns=False)
    lists = (c.items for rule in enabled for c in every(rule.condition) if isinstance(c, Keywords))
    lookups = Lookups.of(lists, numbers)
    stems = Stems(tuple(term for term in terms if term.inflected))
    plans = Plans.of((rule.condition for rule in enabled), lookups.number)
    near_towns = gazetteer.focused(_codes(enabled))
    return Program(rules, enabled, near_towns, automaton, numbers, lookups, stems, known, plans)


def _needs(rules: Iterable[RuleSpec]) -> Iterator[Literals]:
    """What each rule needs; rules that share a list share its set, which for 20,000 terms takes 2 MB."""
    sets: dict[frozenset[Needed], frozenset[Needed]] = {}
    for rule in rules:
        yield tuple([sets.setdefault(some, some) for some in rule.condition.literals()])


def _codes(rules: Iterable[RuleSpec]) -> frozenset[str]:
    """The places that conditions ask for: of their countries the small towns are looked for too."""
    conditions = [c for rule in rules for c in every(rule.condition) if isinstance(c, Place)]
    return frozenset(code for condition in conditions for code in condition.codes)


def _terms(rules: Iterable[RuleSpec]) -> dict[Term, None]:
    return {term: None for rule in rules for condition in every(rule.condition) for term in condition.terms()}
