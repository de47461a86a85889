"""What every kind of condition is: a frozen value that can be evaluated against a View."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

from watcher.model import Article, Entity, Missing, Place
from watcher.rules.terms import Span, Term
from watcher.text import Text

SECTIONS = ("title", "lead", "body", "text")
MOST_HITS = 10

H = TypeVar("H", bound="Hit")

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

    def places(self) -> Sequence[Place]:
        """Every mention of a place, in the order of the text."""

    def entities(self) -> Sequence[Entity] | None:
        """Every named entity, or None where the article's language has no model. Raises NotYet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a condition holds. `facts` go into the evidence; `of` are the hits of a `near`."""

    condition: Condition
    span: Span
    facts: Mapping[str, Any] = field(default_factory=dict)
    of: tuple[Hit, ...] = ()

    @property
    def at(self) -> str:
        return self.condition.at


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition holds (None: it cannot be told), and the hits that say so.

    A condition that holds without any span has no hits.
    """

    holds: bool | None
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Blame:
    """Why a condition does not hold: the fewest leaves that would have to be otherwise.

    `missing` are conditions that would have to hold, `blocking` hits of `none` that would have to be absent.
    """

    missing: tuple[Missing, ...] = ()
    blocking: tuple[Hit | Missing, ...] = ()

    def __len__(self) -> int:
        return len(self.missing) + len({h.at for h in self.blocking})

    def __add__(self, other: Blame) -> Blame:
        return Blame(self.missing + other.missing, self.blocking + other.blocking)


class Condition(Protocol):
    """A node of a rule's tree. `key` is its name in the rules file, `at` its path ("all[1].any[0]")."""

    key: ClassVar[str]

    @property
    def cost(self) -> int:
        """What it takes: 1 terms, 2 places and names, 3 a language model."""

    @property
    def at(self) -> str: ...

    def children(self) -> Iterable[Condition]:
        """The conditions inside."""

    def terms(self) -> Iterable[Term]:
        """The terms that its own spans come from."""

    def has_spans(self) -> bool:
        """Whether it may stand inside `near`."""

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        """Whether it holds. `lenient` takes every `none` as true: what only a `none` kept out shows then."""

    def blame(self, view: View) -> Blame:
        """Why it does not hold; asked only where it does not."""


def every(condition: Condition) -> Iterable[Condition]:
    """The condition and all those inside, in the order of the file."""
    yield condition
    for child in condition.children():
        yield from every(child)


def in_scope(span: Span, scope: Scope, text: Text) -> bool:
    """Whether a span lies wholly in one section of each `in` of the scope."""
    return all(any(_inside(span, text.section(name)) for name in names) for names in scope)


def _inside(span: Span, section: tuple[int, int]) -> bool:
    return section[0] <= span.first and span.last < section[1]


def longest(hits: Iterable[H]) -> list[H]:
    """The hits in the order of the text; of those that overlap, the longest."""
    kept: list[H] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda h: (h.span.start - h.span.end, h.span.start)):
        offsets = range(hit.span.start, hit.span.end)
        if taken.isdisjoint(offsets):
            taken.update(offsets)
            kept.append(hit)
    return sorted(kept, key=lambda h: h.span.start)
