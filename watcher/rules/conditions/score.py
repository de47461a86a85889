"""`score`: conditions that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import Missing
from watcher.rules import forms
from watcher.rules.conditions.base import NOWHERE, Blame, Condition, Hit, Literals, Outcome, Scope, View, either
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.nodes import Mapping, Node
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

MOST = 1_000_000
OWN: forms.Keys = {
    "weight": forms.number(-MOST, MOST, "What the item adds where it holds; it may be negative."),
    "repeat": forms.boolean("Whether each occurrence of its keywords adds the weight."),
}
KEYS: forms.Keys = {
    "threshold": forms.number(1, said="The weights must come to this."),
    "of": forms.listed(forms.ref("weighed"), "Conditions, each with a weight."),
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """One item: what its condition adds, by `repeat` once an occurrence, of keywords once a distinct term."""

    condition: Condition
    weight: int
    repeat: bool = False

    @property
    def most(self) -> float:
        """The most that it can add."""
        if self.weight <= 0:
            return 0
        if self.repeat:
            return float("inf")
        return self.weight * (len(self.condition.items) if isinstance(self.condition, Keywords) else 1)

    def adds(self, outcome: Outcome) -> int:
        if not outcome.holds:
            return 0
        if self.repeat:
            return self.weight * len(outcome.hits)
        return self.weight * (self.condition.different(outcome) if isinstance(self.condition, Keywords) else 1)


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """The weights of the items that hold come to the threshold."""

    key: ClassVar[str] = "score"
    form: ClassVar[forms.Form] = forms.mapping(KEYS, ("threshold", "of"), "The weights of what holds come to so much.")
    companions: ClassVar[tuple[str, ...]] = ("in",)
    most_hits: ClassVar[int] = 1
    at: str
    threshold: int
    of: tuple[Weighed, ...]

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["score"], reader.reading, f"{at}.score" if at else "score"
        inner = reading.mapping(node, "score", KEYS, required=KEYS, form="threshold: 30, of: [...]")
        threshold = reading.number(inner.get("threshold"), "threshold", 1)
        of = _items(reader, inner.get("of"), f"{path}.of", scope)
        if threshold is None or not of or len(of) < len(reading.items(inner["of"])):
            return None
        if threshold > (most := sum(item.most for item in of)):
            reading.fault(inner["threshold"], f"threshold is {threshold}, but the weights add up to {most} at most")
        return cls(at, threshold, of)

    @property
    def cost(self) -> int:
        return max(item.condition.cost for item in self.of)

    def children(self) -> Iterable[Condition]:
        return tuple(item.condition for item in self.of)

    def terms(self) -> Iterable[Term]:
        return ()

    def literals(self) -> Literals:
        return either(item.condition.literals() for item in self.of if item.weight > 0)

    def has_spans(self) -> bool:
        return False

    def may_be_kept_out(self) -> bool:
        return any(item.condition.may_be_kept_out() for item in self.of)

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        order = sorted(range(len(self.of)), key=lambda i: self.of[i].condition.cost)
        most = list(accumulate((self.of[i].most for i in reversed(order)), initial=0.0))  # of the last n together
        outcomes: dict[int, Outcome] = {}
        total, hope = 0, 0.0
        for i in order:
            outcomes[i] = self._outcome(self.of[i], view, lenient)
            total += self.of[i].adds(outcomes[i])
            hope += self.of[i].most if outcomes[i].holds is None else 0
            if total + hope + most[len(order) - len(outcomes)] < self.threshold:
                return Outcome(False)
        fear = sum(min(0, self.of[i].weight) for i in order if outcomes[i].holds is None)
        if total + fear < self.threshold:
            return Outcome(None if any(o.holds is None for o in outcomes.values()) else False)
        told = Hit(self, NOWHERE, {"score": total})
        return Outcome(
            True, (told, *(h for i, item in enumerate(self.of) if item.weight > 0 for h in outcomes[i].hits))
        )

    def _outcome(self, item: Weighed, view: View, lenient: bool) -> Outcome:
        """Lenient is as high as can be: a `none` inside something that takes away is not taken as true."""
        return item.condition.evaluate(view, lenient=lenient and item.weight > 0)

    def support(self, view: View) -> Blame:
        holding = (i for i in self.of if i.weight > 0 and i.condition.evaluate(view).holds)
        return sum((item.condition.support(view) for item in holding), Blame())

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        if kept_out and self.evaluate(view, lenient=True).holds:
            return self._kept_out(view)
        outcomes = [(item, item.condition.evaluate(view)) for item in self.of]
        undecided = (item.condition.blame(view) for item, o in outcomes if o.holds is None)
        return sum(undecided, Blame((Missing(self.key, self.at, self._why(outcomes)),)))

    def _kept_out(self, view: View) -> Blame:
        """The fewest of the items that a `none` keeps from holding, the heaviest first."""
        total = sum(item.adds(item.condition.evaluate(view)) for item in self.of)
        kept = [
            (self._outcome(item, view, True), item)
            for item in self.of
            if item.weight > 0 and not item.condition.evaluate(view).holds
        ]
        blame = Blame()
        for outcome, item in sorted(kept, key=lambda k: -k[1].adds(k[0])):
            if total < self.threshold and outcome.holds:
                total += item.adds(outcome)
                blame += item.condition.blame(view, kept_out=True)
        return blame

    def _why(self, outcomes: Sequence[tuple[Weighed, Outcome]]) -> str:
        total = sum(item.adds(outcome) for item, outcome in outcomes)
        parts = [
            f"{item.condition.key} {item.adds(outcome):+}"
            + (f" of {item.most:+}" if item.most != item.adds(outcome) else "")
            for item, outcome in outcomes
            if item.weight > 0 or outcome.holds
        ]
        return f"the score is {total}, threshold: {self.threshold} ({', '.join(parts)})"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _items(reader: ConditionReader, node: Node | None, path: str, scope: Scope) -> tuple[Weighed, ...]:
    """The items without a fault. What is the item's own is taken out, and the rest read as a condition."""
    if node is None:
        return ()
    reading, bare, own = reader.reading, [], []
    for item in reading.items(node):
        entries = item.entries if isinstance(item, Mapping) else ()
        own.append({key.value: (key, value) for key, value in entries if key.value in OWN})
        rest = tuple(entry for entry in entries if entry[0].value not in OWN)
        bare.append(Mapping(rest, item.line, item.column, item.file) if isinstance(item, Mapping) else item)
    numbered = reader.numbered(reader.listed(node, bare), path, scope)
    by_node = {id(n): extra for n, extra in zip(bare, own, strict=True)}
    found = (_weighed(reader, n, by_node[id(n)], condition) for n, condition in numbered)
    return tuple(item for item in found if item is not None)


def _weighed(
    reader: ConditionReader, node: Node, own: Map[str, tuple[Node, Node]], condition: Condition
) -> Weighed | None:
    reading = reader.reading
    if "weight" not in own:
        reading.fault(node, "an item of score needs 'weight'")
        return None
    weight = reading.number(own["weight"][1], "weight", -MOST)
    repeat = reading.boolean(own["repeat"][1], "repeat") if "repeat" in own else False
    if "repeat" in own and not isinstance(condition, Keywords):
        reading.fault(own["repeat"][0], "'repeat' goes with keywords")
    return None if weight is None else Weighed(condition, weight, bool(repeat))
