"""`near`: conditions whose spans lie close together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import Missing
from watcher.rules import forms
from watcher.rules.closeness import FAR, Placed, Ruler, gap_in_words, solutions
from watcher.rules.conditions.base import Blame, Condition, Hit, Literals, Outcome, Scope, View
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import kind, shown
from watcher.rules.terms import Span, Term

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
_TOLD = 200  # hits a condition among which the nearest miss is looked for

_Solution = tuple[Placed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """One span of each condition, none overlapping, at most `within` words (or one sentence or paragraph) apart.

    Its own spans are the stretches of all solutions that hold no shorter one (minimal intervals, as in Clarke,
    Cormack and Burkowski, 1995); the shortest comes first, and is what an alert keeps.
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

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["near"], reader.reading, f"{at}.near" if at else "near"
        inner = reading.mapping(node, "near", KEYS, required=("within", "all"), form="within: 25, all: [...]")
        within = _within(reader, inner.get("within"))
        ordered = reading.boolean(inner.get("ordered"), "ordered")
        of = _with_spans(reader, inner.get("all"), f"{path}.all", scope)
        without = _with_spans(reader, inner.get("none"), f"{path}.none", scope)
        items = reading.items(inner.get("all"))
        least = 1 if without else LEAST  # one alone, that nothing of `none` stands close to
        if items and of is not None and not least <= len(items) <= MOST:
            reading.fault(inner["all"], f"near takes {LEAST} to {MOST} conditions, not {len(items)}")
        if within is None or of is None or without is None:
            return None
        return cls(at, within, bool(ordered), of, without)

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
        for i in sorted(range(len(self.of)), key=lambda i: self.of[i].cost):
            outcomes[i] = self.of[i].evaluate(view, lenient=lenient)
            if not outcomes[i].holds:
                return Outcome(outcomes[i].holds)
        barriers: list[Hit] = []
        for condition in () if lenient else self.without:
            outcome = condition.evaluate(view)
            if outcome.holds is None:
                return Outcome(None)
            barriers += outcome.hits
        found = self._solve(view, [outcomes[i].hits for i in range(len(self.of))], barriers)
        return Outcome(True, tuple(map(self._hit, found))) if found else Outcome(False)

    def _solve(self, view: View, choices: Sequence[Sequence[Hit]], barriers: Sequence[Hit]) -> list[_Solution]:
        """Every solution that holds no shorter one: the shortest first, then by place."""
        ruler = Ruler(view.text)
        placed = [[ruler.placed(h, 1 << i) for h in hits] for i, hits in enumerate(choices)]
        against = [ruler.placed(h, 0) for h in barriers]
        full = (1 << len(choices)) - 1
        if isinstance(self.within, int):
            hits = _unbarred([p for row in placed for p in row], against, 2 * self.within)
            found = solutions(hits, full, 2 * self.within, ordered=self.ordered)
        else:
            units = _by_unit(view, self.within, [p for row in placed for p in row], against)
            found = [s for hits in units for s in solutions(hits, full, FAR, ordered=self.ordered)]
        return sorted(found, key=lambda s: (s[-1].end - s[0].start, s[0].start))

    def _hit(self, found: _Solution) -> Hit:
        span = Span(found[0].start, found[-1].end)
        words = max((gap_in_words(a, b) for a, b in pairwise(found)), default=0)
        return Hit(self, span, {"words": words}, tuple(p.hit for p in found))

    # ── why not ───────────────────────────────────────────────────────────────────────────────────

    def support(self, view: View) -> Blame:
        return Blame(blocking=self.evaluate(view).hits[:1])

    def blame(self, view: View, *, kept_out: bool = False) -> Blame:
        outcome = self.evaluate(view, lenient=True)
        if outcome.holds and self.may_be_kept_out():
            return self._barred_by(view, outcome.hits[0])
        return Blame((Missing(self.key, self.at, self._why(view)),))

    def _barred_by(self, view: View, best: Hit) -> Blame:
        """What stands too close to the solution that there would be, and to those of other nears in it."""
        undecided = (c.blame(view) for c in self.without if c.evaluate(view).holds is None)
        barriers = [h for c in self.without for h in c.evaluate(view).hits]
        barring = [b for b in barriers if not self._solve(view, [[h] for h in best.of], [b])]
        inner = (h.condition._barred_by(view, h) for h in best.of if isinstance(h.condition, Near))
        return sum((*undecided, *inner), Blame(blocking=tuple(barring)))

    def _why(self, view: View) -> str:
        outcomes = [c.evaluate(view) for c in self.of]
        absent = [c.blame(view) for c, o in zip(self.of, outcomes, strict=True) if not o.holds]
        if absent:
            return "; ".join(m.why for blame in absent for m in blame.missing)
        ruler = Ruler(view.text)
        hits = [ruler.placed(h, 1 << i) for i, o in enumerate(outcomes) for h in o.hits[:_TOLD]]
        nearest = _nearest(hits, (1 << len(self.of)) - 1, ordered=self.ordered)
        if nearest is not None and len(nearest) < LEAST:
            return f"'{shown(view.text.text[nearest[0].start : nearest[0].end])}' is not in one {self.within}"
        if nearest is None:
            return "its conditions hold only in one another's place" + (" or in another order" if self.ordered else "")
        a, b = max(pairwise(nearest), key=lambda pair: pair[1].left - pair[0].right)
        left, right = (shown(view.text.text[p.start : p.end]) for p in (a, b))
        if b.left - a.right >= FAR:
            return f"'{left}' is in the title and '{right}' in the body"
        gap = gap_in_words(a, b)
        far = f"nearest '{right}' is {gap} word{'' if gap == 1 else 's'} from '{left}'"
        return f"{far}, within: {self.within}" if isinstance(self.within, int) else f"{far}, not in one {self.within}"


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


# ── solving ──────────────────────────────────────────────────────────────────────────────────────


def _unbarred(hits: Sequence[Placed], barriers: Sequence[Placed], within: int) -> list[Placed]:
    """The hits that have no barrier within so many half words on either side."""
    against = sorted(barriers, key=lambda b: b.left)
    if not against:
        return list(hits)
    lefts = [b.left for b in against]
    rights = list(accumulate((b.right for b in against), max))
    near = ((h, bisect_right(lefts, h.right + within)) for h in hits)
    return [h for h, i in near if i == 0 or rights[i - 1] < h.left - within]


def _by_unit(view: View, unit: str, hits: Sequence[Placed], barriers: Sequence[Placed]) -> list[list[Placed]]:
    """The hits of each sentence or paragraph that holds no barrier; a hit that spans two is in none."""
    units: dict[int, list[Placed]] = {}
    for hit in hits:
        first, last = _units(view, unit, hit)
        if first == last:
            units.setdefault(first, []).append(hit)
    for barrier in barriers:
        first, last = _units(view, unit, barrier)
        for number in [n for n in units if first <= n <= last]:
            del units[number]
    return list(units.values())


def _units(view: View, unit: str, hit: Placed) -> tuple[int, int]:
    """The sentences or paragraphs in which a hit begins and ends: offsets of the one, numbers of the other."""
    text = view.text
    if unit == "sentence":
        return text.sentence_of(hit.start)[0], text.sentence_of(hit.end - 1)[0]
    return text.paragraph_of(text.word_from(hit.start)), text.paragraph_of(text.word_from(hit.end - 1))


def _nearest(hits: Sequence[Placed], full: int, *, ordered: bool) -> _Solution | None:
    """The solution with the smallest greatest distance; None where there is none at any."""
    low, high = 0, 4 * FAR
    best: _Solution | None = None
    while low <= high:
        middle = (low + high) // 2
        found = solutions(hits, full, middle, ordered=ordered)
        if found:
            best, high = found[0], middle - 1
        else:
            low = middle + 1
    return best
