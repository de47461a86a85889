"""What every kind of condition is: a frozen value that can be evaluated against a View."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Protocol

from watcher.folded import Span
from watcher.model import Article, Entity, Place
from watcher.rules.reading import shown
from watcher.rules.terms import Item, Term
from watcher.text import Text

SECTIONS = ("title", "lead", "body", "text")
MOST_HITS = 10
NOWHERE = Span(-1, -1)  # where a hit stands that has no place in the text: a source, a score


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the folded text must hold, its spaces included."""

    folded: str


@dataclass(frozen=True, slots=True)
class NameKey:
    """A skeleton that one of the words must have that may be names (see `ArticleWords.keys`)."""

    key: str


Needed = Term | Item | Stretch | NameKey  # of an item one of its terms: a list that many conditions hold is one object

# Sets of which at least one must occur, of each. () where nothing must.
Literals = tuple[frozenset[Needed], ...]

# What a condition may look in: each item one `in`, all of which must hold. () is the whole text.
Scope = tuple[tuple[str, ...], ...]


class NotYet(Exception):
    """An evaluation needs the named entities, which have not been worked out yet."""


class View(Protocol):
    """One article as conditions look at it; what costs is worked out when first asked for."""

    article: Article
    text: Text

    def spans(self, term: Term) -> Sequence[Span]:
        """Where a term stands, in the order of the text."""

    def occurrences(self, items: tuple[Item, ...]) -> Sequence[tuple[Item, Term, Sequence[Span]]]:
        """Which terms of a list stand where, item by item; looked up once for all conditions that share the list."""

    def stem(self, term: Term) -> str:
        """The stems of an inflected term in the article's language; "" where the language has none."""

    def places(self) -> Sequence[Place]:
        """Every mention of a place, in the order of the text."""

    def doubtful_places(self) -> Sequence[Place]:
        """What would be a place if anything spoke for it."""

    def entities(self) -> Sequence[Entity] | None:
        """Every named entity, or None where the article's language has no model. Raises NotYet."""


class Hit(NamedTuple):
    """One place where a condition holds. `facts` go into the evidence; `of` are the hits of a `near`.

    `said` is what was found by a hit that is NOWHERE; `item` tells apart what `min` counts. A tuple, as an article has
    more hits than anything else.
    """

    condition: Condition
    span: Span
    facts: Mapping[str, Any] = MappingProxyType({})
    of: tuple[Hit, ...] = ()
    said: str = ""
    item: object = None

    @property
    def at(self) -> str:
        return self.condition.at


class Outcome(NamedTuple):
    """Whether a condition holds (None: it cannot be told), and the hits that say so.

    A `none` that holds has no hits.
    """

    holds: bool | None
    hits: tuple[Hit, ...] = ()


FAILS = Outcome(False)
UNDECIDED = Outcome(None)


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition that would have to be otherwise: to hold, or, where `hits` show that it does, not to."""

    condition: Condition
    hits: tuple[Hit, ...] = ()

    def why(self, view: View) -> str:
        """In words, with the nearest miss."""
        if not self.hits:
            return self.condition.why_not(view)
        hit = self.hits[0]
        return f"'{shown(hit.said or view.text.text[hit.span.start : hit.span.end])}' is there, and a 'none' forbids it"


Causes = tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a condition holds (None: it cannot be told), and what would turn it.

    `up` are the fewest conditions that would have to be otherwise for it to hold, `down` for it not to; () where it
    is so already.
    """

    holds: bool | None
    up: Causes = ()
    down: Causes = ()


def fewest(choices: Sequence[Causes], count: int, *, kept_out: bool) -> Causes:
    """So many of the choices together, those that name the fewest conditions, in the order of the file. Of equals
    those go first that lack nothing; with `kept_out` they go before all others, however many they name."""

    def size(i: int) -> tuple[int, int]:
        lacking = sum(not cause.hits for cause in choices[i])
        return (lacking, len(choices[i])) if kept_out else (len(choices[i]), lacking)

    chosen = sorted(sorted(range(len(choices)), key=size)[:count])
    return tuple(cause for i in chosen for cause in choices[i])


class Condition(Protocol):
    """A node of a rule's tree. `key` is its name in the rules file, `at` its path ("all[1].any[0]").

    `most_hits` is how many of its hits an alert keeps; the first ones say most.
    """

    key: ClassVar[str]
    most_hits: ClassVar[int]

    @property
    def cost(self) -> int:
        """What it takes: 0 the article's own fields, 1 terms, 2 stems, 3 places and names, 4 a language model."""

    @property
    def at(self) -> str: ...

    def children(self) -> Iterable[Condition]:
        """The conditions inside."""

    def terms(self) -> Iterable[Term]:
        """The terms that its own spans come from."""

    def literals(self) -> Literals:
        """What a text must have for it to hold, whatever its `none` say."""

    def has_spans(self) -> bool:
        """Whether it may stand inside `near`."""

    def may_be_kept_out(self) -> bool:
        """Whether a `none`, its own or one inside, can keep it from holding."""

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        """Whether it holds. `lenient` takes every `none` as true: what only a `none` kept out shows then."""

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        """Whether it holds and what would turn it, each condition inside looked at once.

        `kept_out` asks for what would turn it by going away, where there is such a thing, rather than for the fewest.
        """

    def why_not(self, view: View) -> str:
        """Why it does not hold, with the nearest miss; asked only where it is a Cause without hits."""


class Leaf:
    """What the conditions share that hold no others."""

    __slots__ = ()
    most_hits: ClassVar[int] = MOST_HITS

    def children(self) -> Iterable[Condition]:
        return ()

    def literals(self) -> Literals:
        return ()

    def has_spans(self) -> bool:
        return True

    def may_be_kept_out(self) -> bool:
        return False

    def turn(self: Condition, view: View, *, kept_out: bool = False) -> Turn:
        outcome = self.evaluate(view)
        if outcome.holds:
            return Turn(True, down=(Cause(self, outcome.hits),))
        lacking = (Cause(self),)
        return Turn(outcome.holds, up=lacking, down=() if outcome.holds is False else lacking)


def every(condition: Condition) -> Iterable[Condition]:
    """The condition and all those inside, in the order of the file."""
    yield condition
    for child in condition.children():
        yield from every(child)


def by_cost(conditions: Sequence[Condition]) -> tuple[int, ...]:
    """The numbers of conditions in the order in which to look at them: by what they cost."""
    return _sorted(tuple([c.cost for c in conditions]))


@cache
def _sorted(costs: tuple[int, ...]) -> tuple[int, ...]:
    """One tuple of all that are equal: thousands of rules have the same few, which stay in the processor's cache."""
    return tuple(sorted(range(len(costs)), key=costs.__getitem__))


def either(literals: Iterable[Literals]) -> Literals:
    """What a text must have where one of several conditions must hold: of each the shortest set, all in one. Nothing
    where one of them needs nothing."""
    every_one = list(literals)
    return (frozenset().union(*(min(sets, key=width) for sets in every_one)),) if every_one and all(every_one) else ()


def width(needed: frozenset[Needed]) -> int:
    """Of how many terms and the like one must occur."""
    return sum(len(some.terms) if isinstance(some, Item) else 1 for some in needed)
