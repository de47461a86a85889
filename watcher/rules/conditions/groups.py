"""`all`, `any` and `none`: conditions of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import Missing
from watcher.rules.conditions.base import Blame, Condition, Outcome, Scope, View
from watcher.rules.nodes import Node
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """What the groups share: their conditions in the order of the file."""

    key: ClassVar[str]
    companions: ClassVar[tuple[str, ...]] = ("in",)
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

    def _cheapest_first(self) -> list[int]:
        return sorted(range(len(self.of)), key=lambda i: self.of[i].cost)


class All(_Group):
    """Every condition holds."""

    key = "all"

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        for i in self._cheapest_first():
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            if outcomes[i].holds is False:
                return Outcome(False)
        if any(o.holds is None for o in outcomes.values()):
            return Outcome(None)
        return Outcome(True, tuple(hit for i in range(len(self.of)) for hit in outcomes[i].hits))

    def blame(self, view: View) -> Blame:
        return sum((c.blame(view) for c in self.of if not c.evaluate(view).holds), Blame())


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

    def blame(self, view: View) -> Blame:
        return min((c.blame(view) for c in self.of), key=len, default=Blame())


class NoneOf(_Group):
    """Not one condition holds."""

    key = "none"

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        if lenient:
            return Outcome(True)
        outcomes = [self.of[i].evaluate(view) for i in self._cheapest_first()]
        if any(o.holds for o in outcomes):
            return Outcome(False)
        return Outcome(None if any(o.holds is None for o in outcomes) else True)

    def blame(self, view: View) -> Blame:
        blame = Blame()
        for condition in self.of:
            outcome = condition.evaluate(view)
            if outcome.holds:
                blame += Blame(blocking=outcome.hits or (Missing(condition.key, condition.at, "holds"),))
            elif outcome.holds is None:
                blame += condition.blame(view)
        return blame


NOTHING = AnyOf("", ())  # holds never; stands where a tree is left out
