"""`all`, `any` and `none`: conditions of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.rules import forms
from watcher.rules.conditions.base import Blame, Condition, Outcome, Scope, View
from watcher.rules.nodes import Node
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """What the groups share: their conditions in the order of the file."""

    key: ClassVar[str]
    form: ClassVar[forms.Form]
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

    def _supports(self, view: View) -> Iterable[Blame]:
        return (c.support(view) for c in self.of if c.evaluate(view).holds)


class All(_Group):
    """Every condition holds."""

    key = "all"
    form = forms.listed(forms.CONDITION, "Every one of these holds.")

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        for i in self._cheapest_first():
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            if outcomes[i].holds is False:
                return Outcome(False)
        if any(o.holds is None for o in outcomes.values()):
            return Outcome(None)
        return Outcome(True, tuple(hit for i in range(len(self.of)) for hit in outcomes[i].hits))

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        return sum((c.blame(view, kept_out=kept_out) for c in self.of if not c.evaluate(view).holds), Blame())

    def support(self, view: View) -> Blame:
        """All of them: one less would do, but only together they say what the article is about."""
        return sum(self._supports(view), Blame())


class AnyOf(_Group):
    """At least one condition holds; the hits are those of every one that does."""

    key = "any"
    form = forms.listed(forms.CONDITION, "At least one of these holds.")

    def has_spans(self) -> bool:
        return all(c.has_spans() for c in self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes = [c.evaluate(view, lenient=lenient) for c in self.of]
        if any(o.holds for o in outcomes):
            return Outcome(True, tuple(hit for o in outcomes if o.holds for hit in o.hits))
        return Outcome(None if any(o.holds is None for o in outcomes) else False)

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        blames = [c.blame(view, kept_out=kept_out) for c in self.of]
        return min(blames, key=lambda b: (kept_out and bool(b.missing), len(b), len(b.missing)), default=Blame())

    def support(self, view: View) -> Blame:
        return sum(self._supports(view), Blame())


class NoneOf(_Group):
    """Not one condition holds."""

    key = "none"
    form = forms.listed(forms.CONDITION, "Not one of these holds.")

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

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        undecided = (c.blame(view) for c in self.of if c.evaluate(view).holds is None)
        return sum((*self._supports(view), *undecided), Blame())

    def support(self, view: View) -> Blame:
        return min((c.blame(view) for c in self.of), key=len, default=Blame())


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(_Group):
    """At least `count` conditions hold; the hits are those of every one that does."""

    key: ClassVar[str] = "at_least"
    keys: ClassVar[forms.Keys] = {"count": forms.number(1), "of": forms.CONDITIONS}
    form: ClassVar[forms.Form] = forms.mapping(keys, ("count", "of"), "So many of the conditions hold.")
    companions: ClassVar[tuple[str, ...]] = ("in",)
    count: int = 1

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["at_least"], reader.reading, f"{at}.at_least" if at else "at_least"
        inner = reading.mapping(node, "at_least", cls.keys, required=("count", "of"), form="count: 2, of: [...]")
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

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        silent = [c for c in self.of if not c.evaluate(view).holds]
        lacking = self.count - (len(self.of) - len(silent))
        blames = (c.blame(view, kept_out=kept_out) for c in silent)
        nearest = sorted(blames, key=lambda b: (kept_out and bool(b.missing), len(b), len(b.missing)))
        return sum(nearest[:lacking], Blame())

    def support(self, view: View) -> Blame:
        return sum(self._supports(view), Blame())


NOTHING = AnyOf("", ())  # holds never; stands where a tree is left out
