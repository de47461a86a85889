"""`score`: conditions that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.rules import forms
from watcher.rules.conditions.base import (
    NOWHERE,
    Cause,
    Causes,
    Condition,
    Hit,
    Literals,
    Outcome,
    Scope,
    Turn,
    View,
    either,
)
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
_TOLD = 20  # items that are told of a score that is too low


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
        inner = reader.inside(cls.key, node, KEYS, KEYS, "threshold: 30, of: [...]")
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

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        """Silent it is one condition, unless the items that a `none` or the want of a model holds back would do;
        what holds turns by the fewest items."""
        turns = [item.condition.turn(view, kept_out=kept_out) for item in self.of]
        adds = [self._adds(item, turn, view) for item, turn in zip(self.of, turns, strict=True)]
        open_still = [item for item, turn in zip(self.of, turns, strict=True) if turn.holds is None]
        least = sum(adds) + sum(min(0, item.weight) for item in open_still)
        most = sum(adds) + sum(item.most for item in open_still)
        lifts, falls = [], []
        for item, turn, added in zip(self.of, turns, adds, strict=True):
            up, down = (turn.up, turn.down) if item.weight > 0 else (turn.down, turn.up)
            if turn.holds is None or (item.weight > 0 and up and all(cause.hits for cause in up)):
                lifts.append((abs(item.weight), up))
            if down:
                falls.append((added if added > 0 else abs(item.weight), down))
        lifted = _heaviest(lifts, self.threshold - least, kept_out=kept_out)
        fallen = _heaviest(falls, most - self.threshold + 1, kept_out=kept_out)
        holds = True if least >= self.threshold else False if most < self.threshold else None
        return Turn(holds, (Cause(self),) if lifted is None else lifted, fallen or ())

    @staticmethod
    def _adds(item: Weighed, turn: Turn, view: View) -> int:
        keywords = isinstance(item.condition, Keywords)
        return item.adds(item.condition.evaluate(view) if keywords else Outcome(turn.holds))

    def why_not(self, view: View) -> str:
        """The arithmetic, and the fewest items that would do."""
        outcomes = [item.condition.evaluate(view) for item in self.of]
        adds = [item.adds(outcome) for item, outcome in zip(self.of, outcomes, strict=True)]
        told = [i for i, item in enumerate(self.of) if item.weight > 0 or outcomes[i].holds]
        parts = [f"of[{i}] {_part(self.of[i], adds[i])}" for i in told[:_TOLD]] + (["..."] if len(told) > _TOLD else [])
        return f"the score is {sum(adds)}, threshold: {self.threshold} ({', '.join(parts)}){self._nearest(adds)}"

    def _nearest(self, adds: Sequence[int]) -> str:
        """The fewest items that would lift it, were they all that they can be."""
        gains = [item.most - added for item, added in zip(self.of, adds, strict=True)]
        lacking: float = self.threshold - sum(adds)
        said: list[str] = []
        for i in sorted(range(len(gains)), key=lambda i: -gains[i]):
            if lacking > 0:
                lacking -= gains[i]
                said.append(f"of[{i}]")
        return f"; {' and '.join(said[:_TOLD])}{' and more' if len(said) > _TOLD else ''} would do"


def _part(item: Weighed, added: int) -> str:
    if item.weight < 0 or item.most == added:
        return f"{item.condition.key} {added:+}"
    most = f"{item.weight:+} an occurrence" if item.repeat else f"of {item.most:+}"
    return f"{item.condition.key} {added:+} {most}"


def _heaviest(choices: Iterable[tuple[int, Causes]], needed: float, *, kept_out: bool) -> Causes | None:
    """What the fewest choices name that together weigh so much; None where all do not."""

    def rank(choice: tuple[int, Causes]) -> tuple[int, int]:
        lacking = sum(not cause.hits for cause in choice[1])
        return (lacking, -choice[0]) if kept_out else (-choice[0], lacking)

    found: list[Cause] = []
    for weight, causes in sorted(choices, key=rank):
        if needed <= 0:
            break
        found += causes
        needed -= weight
    return tuple(found) if needed <= 0 else None


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
