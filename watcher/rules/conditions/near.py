"""`near`: conditions whose spans lie close together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.folded import Span, new_tuple
from watcher.rules import forms
from watcher.rules.closeness import every_solution, solutions
from watcher.rules.conditions.base import (
    FAILS,
    Cause,
    Causes,
    Condition,
    Hit,
    Literals,
    Outcome,
    Scope,
    Turn,
    View,
    by_cost,
)
from watcher.rules.nearness import by_unit, missed, on_ruler, too_close, unbarred
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import kind
from watcher.rules.ruler import FAR, Placed, gap_in_words, may_be_close
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

UNITS = ("sentence", "paragraph")
LEAST, MOST = 2, 6
MOST_WORDS = 10_000
WITH_SPANS = ("keywords", "regex", "place", "entity", "near", "any")
KEYS: forms.Keys = {
    "within": {
        "anyOf": [forms.number(0, MOST_WORDS), forms.choice(UNITS)],
        "description": "So many words lie between each and the next at most; or all lie in one sentence or paragraph.",
    },
    "all": forms.listed(forms.ref("spanned"), "What lies close together.", maxItems=MOST),
    "ordered": forms.boolean("Whether they stand in the order written."),
    "none": forms.listed(forms.ref("spanned"), "What must not lie as close."),
}
_TRIED = 32  # choices among the conditions of `none`: every one of five

_Solution = tuple[Placed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """One span of each condition, none overlapping, at most `within` words (or one sentence or paragraph) apart.

    Its own spans are the stretches of all solutions that hold no shorter one (minimal intervals, as in Clarke,
    Cormack and Burkowski, 1995); the shortest comes first, and is what an alert keeps, with that of the body where it
    stands in the title. `nested` in another, they are those of every solution: a longer stretch may reach to what the
    shortest is too far from.
    """

    key: ClassVar[str] = "near"
    form: ClassVar[forms.Form] = forms.mapping(
        KEYS,
        ("within", "all"),
        "The conditions hold close together.",
        **{"if": {"required": ["none"]}, "else": {"properties": {"all": {"minItems": LEAST}}}},
    )
    companions: ClassVar[tuple[str, ...]] = ("in",)
    most_hits: ClassVar[int] = 1
    at: str
    within: int | str
    ordered: bool
    of: tuple[Condition, ...]
    without: tuple[Condition, ...]
    nested: bool
    order: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "order", by_cost(self.of))

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["near"], reader.reading, f"{at}.near" if at else "near"
        inner = reader.inside(cls.key, node, KEYS, ("within", "all"), "within: 25, all: [...]")
        within = _within(reader, inner.get("within"))
        ordered = reading.boolean(inner.get("ordered"), "ordered")
        nested, reader.in_near = reader.in_near, True
        of = _with_spans(reader, inner.get("all"), f"{path}.all", scope)
        without = _with_spans(reader, inner.get("none"), f"{path}.none", scope)
        reader.in_near = nested
        items = reading.items(inner.get("all"))
        least = 1 if without else LEAST  # one alone, that nothing of `none` stands close to
        if items and of is not None and not least <= len(items) <= MOST:
            reading.fault(inner["all"], f"near takes {LEAST} to {MOST} conditions, not {len(items)}")
        if within is None or of is None or without is None:
            return None
        return cls(at, within, bool(ordered), of, without, nested)

    @property
    def cost(self) -> int:
        return max((c.cost for c in self.of), default=0)

    def children(self) -> Iterable[Condition]:
        return (*self.of, *self.without)

    def terms(self) -> Iterable[Term]:
        return ()

    def literals(self) -> Literals:
        return tuple(needed for c in self.of for needed in c.literals())

    def has_spans(self) -> bool:
        return True

    def may_be_kept_out(self) -> bool:
        return bool(self.without) or any(c.may_be_kept_out() for c in self.of)

    # ── solutions ─────────────────────────────────────────────────────────────────────────────────

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        outcomes: dict[int, Outcome] = {}
        for i in self.order:
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            if not outcomes[i].holds:
                return Outcome(outcomes[i].holds)
        choices = [outcomes[i].hits for i in range(len(self.of))]
        spans = ([hit.span for hit in hits] for hits in choices)
        if isinstance(self.within, int) and len(choices) > 1 and not may_be_close(view.text, [*spans], self.within):
            return FAILS
        barriers: list[Hit] = []
        for condition in () if lenient else self.without:
            outcome = condition.evaluate(view)
            if outcome.holds is None:
                return Outcome(None)
            barriers += outcome.hits
        found = self._solve(view, *on_ruler(view, choices, barriers))
        if not found:
            return FAILS
        behind = next((i for i, s in enumerate(found) if s[0].start >= view.text.body_start), 0)
        hits = [
            self._hit(s)
            if self.nested or i in (0, behind)  # of the others nobody is shown more than their place
            else new_tuple(Hit, (self, new_tuple(Span, (s[0].start, s[-1].end, -1, -1)), {}, (), "", None))
            for i, s in enumerate(found)
        ]
        return Outcome(True, tuple(hits))

    def _solve(self, view: View, placed: Sequence[Placed], against: Sequence[Placed]) -> list[_Solution]:
        """Every solution that its spans are of: the shortest first, then by place."""
        full = (1 << len(self.of)) - 1
        if isinstance(self.within, int):
            hits = unbarred(placed, against, 2 * self.within)
            found = self._solutions(hits, full, 2 * self.within)
        else:
            units = by_unit(view, self.within, placed, against)
            found = [s for hits in units for s in self._solutions(hits, full, FAR)]
        return sorted(found, key=lambda s: (s[-1].end - s[0].start, s[0].start))

    def _solutions(self, hits: Sequence[Placed], full: int, within: int) -> Iterable[_Solution]:
        every = every_solution(hits, full, within, ordered=self.ordered) if self.nested else None
        return solutions(hits, full, within, ordered=self.ordered) if every is None else every

    def _hit(self, found: _Solution) -> Hit:
        span = Span(found[0].start, found[-1].end)
        words = max((gap_in_words(a, b) for a, b in pairwise(found)), default=0)
        return Hit(self, span, {"words": words}, tuple(p.hit for p in found))

    # ── why not ───────────────────────────────────────────────────────────────────────────────────

    def turn(self, view: View, *, kept_out: bool = False) -> Turn:
        """It is one condition, whatever it lacks; what its `none` bars is told by what stands there."""
        outcome = self.evaluate(view)
        if outcome.holds:
            return Turn(True, down=(Cause(self, outcome.hits[:1]),))
        itself = (Cause(self),)
        down = () if outcome.holds is False else itself
        return Turn(outcome.holds, self._barred_by(view, outcome) or itself, down)

    def _barred_by(self, view: View, outcome: Outcome) -> Causes:
        """The fewest conditions of a `none`, its own or one inside, without which it would hold; () where it would not
        without any. All is measured once: to solve it again for each choice is less than half of it."""
        choices = [c.evaluate(view, lenient=True) for c in self.of]
        if not self.may_be_kept_out() or not all(o.holds for o in choices):
            return ()
        barriers = self._barriers(view)
        placed, against = on_ruler(view, [o.hits for o in choices], [h for hits in barriers.values() for h in hits])
        told = outcome.holds is False and not any(c.may_be_kept_out() for c in self.of)  # that all of them bar it
        for gone in (*islice(_fewest_first(barriers), int(told), _TRIED), tuple(barriers)):
            if found := self._solve(view, placed, [p for p in against if p.hit.at not in gone]):
                return tuple(self._barring(view, self._hit(found[0])))
        return ()

    def _barriers(self, view: View) -> dict[str, list[Hit]]:
        """The hits of what is in `none`, by condition."""
        barriers: dict[str, list[Hit]] = {}
        for hit in (h for c in self.without for h in c.evaluate(view).hits):
            barriers.setdefault(hit.at, []).append(hit)
        return barriers

    def _barring(self, view: View, solution: Hit) -> Iterator[Cause]:
        """What stands too close to a solution, or cannot be told, and the same of each `near` inside."""
        for inner in solution.of:
            if isinstance(inner.condition, Near):
                yield from inner.condition._barring(view, inner)
        for condition in self.without:
            if condition.evaluate(view).holds is None:
                yield from condition.turn(view).down
        for hits in self._barriers(view).values():
            if barring := too_close(view, self.within, solution.of, hits):
                yield Cause(barring[0].condition, barring)

    def why_not(self, view: View) -> str:
        outcomes = [c.evaluate(view) for c in self.of]
        absent = [c.why_not(view) for c, o in zip(self.of, outcomes, strict=True) if not o.holds]
        if absent:
            return "; ".join(absent)
        return missed(view, [o.hits for o in outcomes], self.within, ordered=self.ordered)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _with_spans(reader: ConditionReader, node: Node | None, path: str, scope: Scope) -> tuple[Condition, ...] | None:
    """The conditions of a list, each of which must have spans; None where one of them has a fault."""
    if node is None:
        return ()
    found = reader.numbered(node, path, scope)
    for item, condition in found:
        if not condition.has_spans():
            inside = " around something without spans" if condition.key == "any" else ""
            reader.reading.fault(item, f"'{condition.key}'{inside} has no spans; near takes {', '.join(WITH_SPANS)}")
    return tuple(c for _, c in found) if len(found) == len(reader.reading.items(node)) else None


def _within(reader: ConditionReader, node: Node | None) -> int | str | None:
    if isinstance(node, Scalar) and node.value in UNITS:
        return node.value
    if isinstance(node, Scalar) and not node.value.removeprefix("-").isdigit():
        reader.reading.fault(node, f"within is a number of words, sentence or paragraph, not {kind(node)}")
        return None
    return reader.reading.number(node, "within", 0, MOST_WORDS)


def _fewest_first(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Every choice of the names, the smallest first, then in their order."""
    known = tuple(names)
    return (chosen for size in range(len(known) + 1) for chosen in combinations(known, size))
