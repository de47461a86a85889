"""One article while rules run on it: where terms, places and names stand, worked out when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from watcher.entities.places import Gazetteer, places_of
from watcher.entities.senses import Mention
from watcher.folded import Span
from watcher.model import UNKNOWN_LANGUAGE, Article, Entity, Place
from watcher.rules.conditions.base import NotYet
from watcher.rules.locating import locate_all
from watcher.rules.lookups import Lookups
from watcher.rules.stems import StemmedText, Stems
from watcher.rules.terms import Item, Term
from watcher.text import Text

MOST_SPANS = 10_000

Standing = Sequence[tuple[int, Sequence[Span]]]
"""Terms of a list that stand in a text, by their entries in `Lookups`, and where."""


@dataclass(slots=True)
class ArticleView:
    """One article while rules run on it; owned by the thread that matches. Implements View.

    `firsts` gives for each literal that stands in the folded text where it first begins, and UNTOLD; `several` all
    places of those that stand there more than once, as one in ten does: a list for each took 160 µs of an article with
    800. `numbers` gives the number of each literal, and `lookups` finds the terms of lists by these. `recognise` hands
    in the named entities when first asked for; without it who asks is told NotYet, and those of many articles are
    found together.
    """

    article: Article
    text: Text
    gazetteer: Gazetteer
    numbers: Mapping[str, int]
    lookups: Lookups
    firsts: Mapping[int, int]
    several: Mapping[int, Sequence[int]]
    stems: Stems
    _spans: dict[Term, Sequence[Span]] = field(default_factory=dict)
    _located_literals: dict[int, Sequence[Span]] = field(default_factory=dict)
    _standing: dict[int, Standing] = field(default_factory=dict)
    _stemmed: StemmedText | None = None
    _mentions: Sequence[Mention] | None = None
    _places: Sequence[Place] | None = None
    _entities: Sequence[Entity] | None = None
    entities_known: bool = False
    recognise: Callable[[ArticleView], None] | None = None

    def spans(self, term: Term) -> Sequence[Span]:
        found = self._spans.get(term)
        if found is None:
            found = self._spans[term] = self._located(term) if self._speaks(term) else ()
        return found

    def _located(self, term: Term) -> Sequence[Span]:
        if term.inflected:
            return self.stemmed().spans(term)
        found: list[Span] = []
        for variant in term.variants:
            number = self.numbers[variant.literal]
            if number in self.firsts:
                found += islice(locate_all(variant, self.text, self._begins(number)), MOST_SPANS)
        return found if len(found) < 2 else sorted(set(found))

    def occurrences(self, items: tuple[Item, ...]) -> Sequence[tuple[Item, Term, Sequence[Span]]]:
        rows = self.lookups.rows
        return [(*rows[entry], spans) for entry, spans in self.standing(self.lookups.number(items))]

    def standing(self, number: int) -> Standing:
        """The entries in `lookups` of the terms of a list that stand in the text, one of each term, and where."""
        found = self._standing.get(number)
        if found is None:
            found = self._standing[number] = self._stand(self.lookups.there(number, self.firsts))
        return found

    def look_up(self, lists: Iterable[int]) -> None:
        """Works `standing` out for many lists at once."""
        lacking = [*dict.fromkeys(number for number in lists if number not in self._standing)]
        if lacking:
            for number, entries in self.lookups.there_in(lacking, self.firsts, len(self.numbers)):
                self._standing[number] = self._stand(entries) if entries else ()

    def _stand(self, entries: Iterable[int]) -> Standing:
        lookups, located, last = self.lookups, self._located_literals, None
        found: list[tuple[int, Sequence[Span]]] = []
        for entry in entries:
            if (ends := lookups.ends[entry]) > 0:
                literal = lookups.numbers[entry]
                spans = located.get(literal)  # once: a common word stands in many lists
                if spans is None:
                    begins = self._begins(literal)[:MOST_SPANS]
                    spans = located[literal] = self.text.spans(begins, ends & 1, ends >> 1)
                found.append((entry, spans))
            elif ends < 0:
                found += self.standing(~ends)
            else:
                term = lookups.rows[entry][1]
                if term is not last and (spans := self.spans(term)):  # its literals follow one another
                    found.append((entry, spans))
                last = term
        return found

    def _begins(self, number: int) -> Sequence[int]:
        """Where a literal begins that stands in the folded text."""
        return self.several.get(number) or (self.firsts[number],)

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

    def doubtful_places(self) -> Sequence[Place]:
        return [m.place for m in self.mentions() if m.refusal is not None and m.refusal.unsupported]

    def entities(self) -> Sequence[Entity] | None:
        if not self.entities_known and self.recognise is not None:
            self.recognise(self)
        if not self.entities_known:
            raise NotYet
        return self._entities

    def put_entities(self, entities: Sequence[Entity] | None) -> None:
        """Hands in what a model found; None where the language has no model."""
        self._entities = entities
        self.entities_known = True
