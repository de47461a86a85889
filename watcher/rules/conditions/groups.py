"""`all`, `any` and `none`: conditions of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.folded import new_tuple
from watcher.rules import forms
from watcher.rules.conditions.base import (
    FAILS,
    UNDECIDED,
    Condition,
    Hit,
    Literals,
    Outcome,
    Scope,
    Turn,
    View,
    by_cost,
    either,
    fewest,
    width,
)
from watcher.rules.nodes import Node
from watcher.rules.terms import Term

MOST_TERMS = 1_000_000_000  # more than there are: what needs nothing comes last

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """What the groups share: their conditions in the order of the file, and by number in that of their cost."""

    key: ClassVar[str]
    form: ClassVar[forms.Form]
    companions: ClassVar[tuple[str, ...]] = ("in",)
    most_hits: ClassVar[int] = 0
    at: str
    of: tuple[Condition, ...]
    cost: int = field(init=False)
    order: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", max((c.cost for c in self.of), default=0))
        object.__setattr__(self, "order", by_cost(self.of))

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        return cls(at, reader.conditions(entries[cls.key], f"{at}.{cls.key}" if at else cls.key, scope))

    def children(self) -> Iterable[Condition]:
        return self.of

    def terms(self) -> Iterable[Term]:
        return ()

    def has_spans(self) -> bool:
        return False

    def may_be_kept_out(self) -> bool:
        return any(c.may_be_kept_out() for c in self.of)

    @property
    def _enough(self) -> int:
        """How many of the conditions decide: so many that hold make the group hold, or, of a `none`, fail."""
        return 1

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        turns = [c.turn(view, kept_out=kept_out) for c in self.of]
        lacking = self._enough - sum(t.holds is True for t in turns)
        spare = sum(t.holds is not False for t in turns) - self._enough
        up = fewest([t.up for t in turns if not t.holds], max(lacking, 0), kept_out=kept_out)
        down = fewest([t.down for t in turns if t.holds is not False], max(spare + 1, 0), kept_out=kept_out)
        return Turn(True if lacking <= 0 else False if spare < 0 else None, up, down)

    def why_not(self, view: View) -> str:
        """Of a group the conditions inside are causes; this is what `near` says of an `any`."""
        return "; ".join(cause.why(view) for cause in self.turn(view).up)


class All(_Group):
    """Every condition holds."""

    key = "all"
    form = forms.listed(forms.CONDITION, "Every one of these holds.")

    def literals(self) -> Literals:
        return tuple(needed for c in self.of for needed in c.literals())

    @property
    def _enough(self) -> int:
        return len(self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits: list[tuple[Hit, ...]] = [()] * len(self.of)
        undecided = False
        for i in self.order:
            holds, hits[i] = self.of[i].evaluate(view, lenient=lenient)
            if holds is False:
                return FAILS
            undecided |= holds is None
        return UNDECIDED if undecided else new_tuple(Outcome, (True, tuple(chain.from_iterable(hits))))


class AnyOf(_Group):
    """At least one condition holds; the hits are those of every one that does."""

    key = "any"
    form = forms.listed(forms.CONDITION, "At least one of these holds.")

    def has_spans(self) -> bool:
        return all(c.has_spans() for c in self.of)

    def literals(self) -> Literals:
        return either(c.literals() for c in self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes = [c.evaluate(view, lenient=lenient) for c in self.of]
        if any(o.holds for o in outcomes):
            return Outcome(True, tuple(hit for o in outcomes if o.holds for hit in o.hits))
        return UNDECIDED if any(o.holds is None for o in outcomes) else FAILS


class NoneOf(_Group):
    """Not one condition holds."""

    key = "none"
    form = forms.listed(forms.CONDITION, "Not one of these holds.")

    def may_be_kept_out(self) -> bool:
        return True

    def literals(self) -> Literals:
        return ()

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        if lenient:
            return Outcome(True)
        undecided = False
        for i in self.order:
            holds = self.of[i].evaluate(view).holds
            if holds:
                return FAILS
            undecided |= holds is None
        return UNDECIDED if undecided else Outcome(True)

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        inside = super().turn(view, kept_out=kept_out)
        return Turn(None if inside.holds is None else not inside.holds, inside.down, inside.up)


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(_Group):
    """At least `count` conditions hold; the hits are those of every one that does."""

    key: ClassVar[str] = "at_least"
    keys: ClassVar[forms.Keys] = {"count": forms.number(1), "of": forms.CONDITIONS}
    form: ClassVar[forms.Form] = forms.mapping(keys, ("count", "of"), "So many of the conditions hold.")
    companions: ClassVar[tuple[str, ...]] = ("in",)
    count: int = field(default=1, kw_only=True)

    @property
    def _enough(self) -> int:
        return self.count

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["at_least"], reader.reading, f"{at}.at_least" if at else "at_least"
        inner = reader.inside(cls.key, node, cls.keys, ("count", "of"), "count: 2, of: [...]")
        count = reading.number(inner.get("count"), "count", 1)
        of = reader.conditions(inner["of"], f"{path}.of", scope) if "of" in inner else ()
        written = len(reading.items(inner.get("of")))
        if count is None or not of:
            return None
        if count > written:
            some = f"there are only {written} conditions" if written > 1 else "there is only one condition"
            reading.fault(inner["count"], f"count is {count}, but {some}")
        return cls(at, of, count=count)

    def literals(self) -> Literals:
        """At least one of any so many that the others alone are too few."""
        needed = sorted((c.literals() for c in self.of), key=lambda sets: min(map(width, sets), default=MOST_TERMS))
        return either(needed[: len(self.of) - self.count + 1])

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        allowed = len(self.of) - self.count  # so many may fail
        for i in self.order:
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            allowed -= outcomes[i].holds is False
            if allowed < 0:
                return FAILS
        holding = [outcomes[i] for i in range(len(self.of)) if outcomes[i].holds]
        if len(holding) < self.count:
            return UNDECIDED
        return Outcome(True, tuple(hit for outcome in holding for hit in outcome.hits))


NOTHING = AnyOf("", ())  # holds never; stands where a tree is left out
