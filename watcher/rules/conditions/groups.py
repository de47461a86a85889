"""`all`, `any` and `none`: conditions of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.rules.conditions.base import Condition, Outcome, Scope, Turn, View, fewest
from watcher.rules.nodes import Node
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """What the groups share: their conditions in the order of the file."""

    key: ClassVar[str]
    companions: ClassVar[tuple[str, ...]] = ("in",)
    most_hits: ClassVar[int] = 0
    at: str
    of: tuple[Condition, ...]

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        return cls(at, reader.conditions(entries[cls.key], f"{at}.{cls.key}" if at else cls.key, scope))

    @property
    def cost(self) -> int:
        return max((c.cost for c in self.of), default=0)

    def children(self) -> Iterable[Condition]:
        return self.of

    def terms(self) -> Iterable[Term]:
        return ()

    def has_spans(self) -> bool:
        return False

    def may_be_kept_out(self) -> bool:
        return any(c.may_be_kept_out() for c in self.of)

    def _cheapest_first(self) -> list[int]:
        return sorted(range(len(self.of)), key=lambda i: self.of[i].cost)

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

    @property
    def _enough(self) -> int:
        return len(self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        for i in self._cheapest_first():
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            if outcomes[i].holds is False:
                return Outcome(False)
        if any(o.holds is None for o in outcomes.values()):
            return Outcome(None)
        return Outcome(True, tuple(hit for i in range(len(self.of)) for hit in outcomes[i].hits))


class AnyOf(_Group):
    """At least one condition holds; the hits are those of every one that does."""

    key = "any"

    def has_spans(self) -> bool:
        return all(c.has_spans() for c in self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes = [c.evaluate(view, lenient=lenient) for c in self.of]
        if any(o.holds for o in outcomes):
            return Outcome(True, tuple(hit for o in outcomes if o.holds for hit in o.hits))
        return Outcome(None if any(o.holds is None for o in outcomes) else False)


class NoneOf(_Group):
    """Not one condition holds."""

    key = "none"

    def may_be_kept_out(self) -> bool:
        return True

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        if lenient:
            return Outcome(True)
        undecided = False
        for i in self._cheapest_first():
            holds = self.of[i].evaluate(view).holds
            if holds:
                return Outcome(False)
            undecided |= holds is None
        return Outcome(None if undecided else True)

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        inside = super().turn(view, kept_out=kept_out)
        return Turn(None if inside.holds is None else not inside.holds, inside.down, inside.up)


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(_Group):
    """At least `count` conditions hold; the hits are those of every one that does."""

    key: ClassVar[str] = "at_least"
    companions: ClassVar[tuple[str, ...]] = ("in",)
    count: int = 1

    @property
    def _enough(self) -> int:
        return self.count

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["at_least"], reader.reading, f"{at}.at_least" if at else "at_least"
        inner = reading.mapping(node, "at_least", ("count", "of"), required=("count", "of"), form="count: 2, of: [...]")
        count = reading.number(inner.get("count"), "count", 1)
        of = reader.conditions(inner["of"], f"{path}.of", scope) if "of" in inner else ()
        written = len(reading.items(inner.get("of")))
        if count is None or not of:
            return None
        if count > written:
            some = f"there are only {written} conditions" if written > 1 else "there is only one condition"
            reading.fault(inner["count"], f"count is {count}, but {some}")
        return cls(at, of, count)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        allowed = len(self.of) - self.count  # so many may fail
        for i in self._cheapest_first():
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            allowed -= outcomes[i].holds is False
            if allowed < 0:
                return Outcome(False)
        holding = [outcomes[i] for i in range(len(self.of)) if outcomes[i].holds]
        if len(holding) < self.count:
            return Outcome(None)
        return Outcome(True, tuple(hit for outcome in holding for hit in outcome.hits))


NOTHING = AnyOf("", ())  # holds never; stands where a tree is left out
