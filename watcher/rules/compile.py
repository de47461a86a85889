"""Rules ready to run: one automaton over the terms of all of them, and a view of each article."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.entities.lookup import article_words
from watcher.entities.places import Gazetteer, places_of
from watcher.entities.senses import Mention
from watcher.model import UNKNOWN_LANGUAGE, Article, Entity, Place
from watcher.rules.conditions.base import Literals, NameKey, Needed, NotYet, Stretch, every
from watcher.rules.conditions.place import Place as PlaceCondition
from watcher.rules.lists import Item
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.rules.stems import StemmedText, Stems
from watcher.rules.terms import Span, Term, Variant, locate_all
from watcher.text import Text

MOST_SPANS = 10_000
UNSERVED = ~0  # what no rule needs serves the first of `several`, which is empty


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled RuleSet.

    `patterns` gives for each term its variants, each with the number of its literal in the automaton. `hopes` are the
    rules that need nothing, by their numbers in `enabled`. Of all others each needs two sets of terms, of each of which
    at least one must occur: `serves` gives for each literal the set that it serves, where that is one; else the
    complement of its number in `several`. Rule r needs the sets r and r + the number of rules. `by_stem` are the rules
    that need nothing but what may be found by its stem, each with the terms of which it needs one. `name_keys` numbers
    the skeletons of names that rules need which need nothing quicker, as though they were literals, behind these.
    """

    rules: RuleSet
    enabled: tuple[RuleSpec, ...]
    gazetteer: Gazetteer
    automaton: AhoCorasick
    patterns: Mapping[Term, tuple[tuple[Variant, int], ...]]
    hopes: tuple[int, ...]
    serves: array[int]
    several: tuple[tuple[int, ...], ...]
    stems: Stems
    by_stem: Mapping[int, frozenset[Needed]]
    name_keys: Mapping[str, int]

    def view(self, article: Article) -> ArticleView:
        """The article as conditions look at it, its terms looked up in one pass."""
        text = Text(article.title, article.body, article.language)
        places: defaultdict[int, list[int]] = defaultdict(list)
        for literal, start, _ in self.automaton.find_matches_as_indexes(text.folded, overlapping=True):
            places[literal].append(start)
        return ArticleView(article, text, self.gazetteer, self.patterns, places, self.stems)

    def candidates(self, view: ArticleView) -> Iterable[RuleSpec]:
        """The rules that may match the article, in their order: all others need a term that is not there."""
        count = len(self.enabled)
        if len(self.hopes) == count:
            return list(self.enabled)
        served = set(map(self.serves.__getitem__, view.places_of_literals))
        if self.name_keys:
            keys = self.name_keys.keys() & article_words(view.text).keys
            served.update([self.serves[self.name_keys[key]] for key in keys])
        served.update(*[self.several[~number] for number in served if number < 0])
        found = [n for n in served if 0 <= n < count and n + count in served]
        if self.by_stem:
            return self._with_stems({*found, *self.hopes}, view)
        return [self.enabled[n] for n in sorted((*found, *self.hopes))]

    def _with_stems(self, sure: set[int], view: ArticleView) -> Iterator[RuleSpec]:
        """The rules of these numbers, and all that may match by a stem. The article's stems are not worked out for
        that; but where a rule has needed them, they spare the rules behind it."""
        for number in sorted(sure.union(self.by_stem)):
            spared = view.is_stemmed and number not in sure and view.stemmed().there.isdisjoint(self.by_stem[number])
            if not spared:
                yield self.enabled[number]

    def only(self, *rules: RuleSpec) -> Program:
        """The program with some of its rules alone, or with these otherwise than they are written."""
        return replace(self, enabled=rules, hopes=tuple(range(len(rules))), several=(), by_stem={}, name_keys={})


def compile_rules(rules: RuleSet, gazetteer: Gazetteer) -> Program:
    """The program that runs a RuleSet; rules that are not enabled stay out of it."""
    enabled = tuple(r for r in rules.rules if r.enabled)
    numbers: dict[str, int] = {}
    patterns = {
        term: tuple((variant, numbers.setdefault(variant.literal, len(numbers))) for variant in term.variants)
        for term in _terms(enabled)
    }
    keys: dict[str, int] = {}
    needed = [rule.condition.literals() for rule in enabled]
    lengths = _lengths(needed, patterns, numbers, keys)
    automaton = AhoCorasick(list(numbers), matchkind=MatchKind.Standard, store_patterns=False)
    hopes, sets, by_stem = _needs(needed, lengths)
    serves, several = _served(sets, len(numbers) + len(keys))
    name_keys = {key: number for key, number in keys.items() if serves[number] != UNSERVED}
    stems = Stems(tuple(term for term in patterns if term.inflected))
    near_towns = gazetteer.focused(_codes(enabled))
    return Program(rules, enabled, near_towns, automaton, patterns, hopes, serves, several, stems, by_stem, name_keys)


def _served(sets: Mapping[int, Iterable[int]], count: int) -> tuple[array[int], tuple[tuple[int, ...], ...]]:
    """`serves` and `several` of a Program with so many literals. Rules that share a list share its sets' numbers."""
    served: list[list[int]] = [[] for _ in range(count)]
    for number, literals in sets.items():
        for literal in literals:
            served[literal].append(number)
    several: dict[tuple[int, ...], int] = {(): 0}
    serves = array("q", (n[0] if len(n) == 1 else ~several.setdefault(tuple(n), len(several)) for n in served))
    return serves, tuple(several)


def _codes(rules: Iterable[RuleSpec]) -> frozenset[str]:
    """The places that conditions ask for: of their countries the small towns are looked for too."""
    conditions = [c for rule in rules for c in every(rule.condition) if isinstance(c, PlaceCondition)]
    return frozenset(code for condition in conditions for code in condition.codes)


def _terms(rules: Iterable[RuleSpec]) -> dict[Term, None]:
    return {term: None for rule in rules for condition in every(rule.condition) for term in condition.terms()}


def _lengths(
    needed: Iterable[Literals],
    patterns: Mapping[Term, Sequence[tuple[Variant, int]]],
    numbers: dict[str, int],
    keys: dict[str, int],
) -> dict[Needed, dict[int, int]]:
    """The numbers of the literals of all that rules may need, each with its length; what is no term's is put into
    `numbers`, and the skeletons of names into `keys`, behind all literals."""
    lengths: dict[Needed, dict[int, int]] = {
        term: {number: len(variant.literal) for variant, number in variants} for term, variants in patterns.items()
    }
    every_one = {n: None for sets in needed for some in sets for n in some}
    for stretch in (n for n in every_one if isinstance(n, Stretch)):
        lengths[stretch] = {numbers.setdefault(stretch.folded, len(numbers)): len(stretch.folded)}
    for name in (n for n in every_one if isinstance(n, NameKey)):
        lengths[name] = {keys.setdefault(name.key, len(numbers) + len(keys)): len(name.key) + 1}
    return lengths


def _needs(
    every_need: Sequence[Literals], lengths: Mapping[Needed, Mapping[int, int]]
) -> tuple[tuple[int, ...], dict[int, Iterable[int]], dict[int, frozenset[Needed]]]:
    """`hopes` of a Program whose rules need these, the literals of each set that a rule needs, and `by_stem`.

    Of the sets that a rule needs the two with the fewest and longest literals are the most telling; one alone counts
    twice. A set with names is the second choice, one with terms that may be found by their stems the last, as these
    cost more.
    """
    hopes: list[int] = []
    sets: dict[int, Iterable[int]] = {}
    by_stem: dict[int, frozenset[Needed]] = {}
    for number, every_set in enumerate(every_need):
        plain = [some for some in every_set if not any(isinstance(n, Term) and n.inflected for n in some)]
        plain = [some for some in plain if not any(isinstance(n, NameKey) for n in some)] or plain
        needed = sorted((_literals(some, lengths) for some in plain), key=_telling)
        if needed:
            sets[number], sets[number + len(every_need)] = needed[0], needed[min(1, len(needed) - 1)]
        elif every_set:
            some = min(every_set, key=lambda some: _telling(_literals(some, lengths)))
            sets[number] = sets[number + len(every_need)] = _literals(some, lengths)
            by_stem[number] = some
        else:
            hopes.append(number)
    return tuple(hopes), sets, by_stem


def _literals(some: Iterable[Needed], lengths: Mapping[Needed, Mapping[int, int]]) -> dict[int, int]:
    """The numbers of the literals of what a rule needs some of, each with its length."""
    return {number: length for needed in some for number, length in lengths[needed].items()}


def _telling(literals: Mapping[int, int]) -> float:
    """The less, the fewer texts hold one of them."""
    return sum(1 / length for length in literals.values())


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
    stems: Stems
    _spans: dict[Term, Sequence[Span]] = field(default_factory=dict)
    _occurrences: dict[int, Sequence[tuple[Item, Term, Span]]] = field(default_factory=dict)
    _stemmed: StemmedText | None = None
    _mentions: Sequence[Mention] | None = None
    _places: Sequence[Place] | None = None
    _entities: Sequence[Entity] | None = None
    entities_known: bool = False

    def spans(self, term: Term) -> Sequence[Span]:
        for _, number in self.patterns[term]:  # most terms of a rule that may match are not there
            if number in self.places_of_literals:
                break
        else:
            if not term.inflected:
                return ()
        found = self._spans.get(term)
        if found is None:
            found = self._spans[term] = self._located(term) if self._speaks(term) else ()
        return found

    def _located(self, term: Term) -> Sequence[Span]:
        if term.inflected:
            return self.stemmed().spans(term)
        found: list[Span] = []
        for variant, number in self.patterns[term]:
            if number in self.places_of_literals:
                places = self.places_of_literals[number]
                found += islice(locate_all(variant, self.text, places), MOST_SPANS)
        return found if len(found) < 2 else sorted(set(found))

    def occurrences(self, items: tuple[Item, ...]) -> Sequence[tuple[Item, Term, Span]]:
        found = self._occurrences.get(id(items))  # which live as long as the rules
        if found is None:
            found = [(item, term, span) for item in items for term in item.terms for span in self.spans(term)]
            self._occurrences[id(items)] = found
        return found

    def _speaks(self, term: Term) -> bool:
        return not term.language or self.article.language in (term.language, UNKNOWN_LANGUAGE)

    def stem(self, term: Term) -> str:
        return self.stemmed().stem(term)

    @property
    def is_stemmed(self) -> bool:
        return self._stemmed is not None

    def stemmed(self) -> StemmedText:
        """The article by its stems, which take 0.5 to 1 ms: worked out when first a rule is undecided without them."""
        if self._stemmed is None:
            self._stemmed = self.stems.read(self.text)
        return self._stemmed

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
