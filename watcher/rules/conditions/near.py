"""`near`: conditions whose spans lie close together."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import Missing
from watcher.rules import nodes
from watcher.rules.conditions.base import Blame, Condition, Hit, Outcome, Scope, View
from watcher.rules.nodes import Node, Scalar
from watcher.rules.terms import Span, Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

UNITS = ("sentence", "paragraph")
LEAST, MOST = 2, 6


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """One span of each condition, none overlapping, at most `within` words (or one sentence or paragraph) apart."""

    key: ClassVar[str] = "near"
    companions: ClassVar[tuple[str, ...]] = ("in",)
    at: str
    within: int | str
    ordered: bool
    of: tuple[Condition, ...]
    without: tuple[Condition, ...]

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        node, reading, path = entries["near"], reader.reading, f"{at}.near" if at else "near"
        inner = reading.mapping(node, "near", ("within", "ordered", "all", "none"), required=("within", "all"))
        if "within" not in inner or "all" not in inner:
            return None
        of = reader.conditions(inner["all"], f"{path}.all", scope)
        without = reader.conditions(inner["none"], f"{path}.none", scope) if "none" in inner else ()
        if not LEAST <= len(reading.items(inner["all"])) <= MOST:
            reading.fault(inner["all"], f"near takes {LEAST} to {MOST} conditions")
        for name, conditions in (("all", of), ("none", without)):
            for condition, item in zip(conditions, reading.items(inner.get(name)), strict=False):
                if not condition.has_spans():
                    reading.fault(item, f"'{condition.key}' has no spans and cannot stand inside near")
        within = _within(reader, inner["within"])
        ordered = reading.boolean(inner.get("ordered"), "ordered")
        return None if within is None else cls(at, within, bool(ordered), of, without)

    @property
    def cost(self) -> int:
        return max((c.cost for c in self.of), default=0)

    def children(self) -> Iterable[Condition]:
        return (*self.of, *self.without)

    def terms(self) -> Iterable[Term]:
        return ()

    def has_spans(self) -> bool:
        return True

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        for condition in sorted(self.of, key=lambda c: c.cost):
            outcome = condition.evaluate(view, lenient=lenient)
            if not outcome.holds:
                return Outcome(outcome.holds)
        choices = [c.evaluate(view, lenient=lenient).hits for c in self.of]
        barriers: list[Hit] = []
        for condition in () if lenient else self.without:
            outcome = condition.evaluate(view)
            if outcome.holds is None:
                return Outcome(None)
            barriers += outcome.hits
        found = self._solve(view, choices, barriers)
        return Outcome(True, (self._hit(found),)) if found else Outcome(False)

    def _solve(self, view: View, choices: Sequence[Sequence[Hit]], barriers: Sequence[Hit]) -> list[Hit] | None:
        if isinstance(self.within, int):
            allowed = [[h for h in hits if not _barred(h, barriers, self.within)] for hits in choices]
            return closest(allowed, self.within, self.ordered)
        barred = {_unit(view, h, self.within) for h in barriers}
        best: list[Hit] | None = None
        units = sorted(set.intersection(*({_unit(view, h, self.within) for h in hits} for hits in choices)) - barred)
        for unit in units:
            here = [[h for h in hits if _unit(view, h, self.within) == unit] for hits in choices]
            found = closest(here, len(view.text), self.ordered)
            if found and (best is None or _stretch(found) < _stretch(best)):
                best = found
        return best

    def _hit(self, found: Sequence[Hit]) -> Hit:
        order = sorted(found, key=lambda h: h.span.start)
        first, last = order[0].span, max((h.span for h in order), key=lambda s: s.end)
        gaps = [b.span.first - a.span.last - 1 for a, b in zip(order, order[1:], strict=False)]
        span = Span(first.first, last.last, first.start, last.end)
        return Hit(self, span, {"words": max(gaps)}, tuple(order))

    def blame(self, view: View) -> Blame:
        return Blame((Missing(self.key, self.at, self._why(view)),))

    def _why(self, view: View) -> str:
        outcomes = [c.evaluate(view) for c in self.of]
        absent = [c.blame(view) for c, o in zip(self.of, outcomes, strict=True) if not o.holds]
        if absent:
            return "; ".join(m.why for blame in absent for m in blame.missing)
        choices = [o.hits for o in outcomes]
        found = closest(choices, len(view.text), self.ordered)
        if found is None:
            return "its conditions hold only in one another's place" + (" or in another order" if self.ordered else "")
        if isinstance(self.within, str):
            return f"not in one {self.within}"
        most = _narrowest(choices, self.within, len(view.text), self.ordered)
        found = closest(choices, most, self.ordered) or found
        order = sorted(found, key=lambda h: h.span.start)
        pairs = zip(order, order[1:], strict=False)
        gap, a, b = max(((b.span.first - a.span.last - 1, a, b) for a, b in pairs), key=lambda p: p[0])
        if gap <= self.within:
            return f"a condition of its 'none' stands within {self.within} words"
        left, right = (view.text.text[h.span.start : h.span.end] for h in (a, b))
        return f"nearest '{right}' is {gap} words from '{left}', within: {self.within}"


def _within(reader: ConditionReader, node: Node) -> int | str | None:
    if isinstance(node, Scalar) and node.value in UNITS:
        return node.value
    if isinstance(node, nodes.Mapping):
        reader.reading.fault(node, "within is a number of words, sentence or paragraph")
        return None
    return reader.reading.number(node, "within (a number of words, sentence or paragraph)", 0, 10_000)


def _unit(view: View, hit: Hit, unit: str) -> int:
    if unit == "sentence":
        return view.text.sentence_of(hit.span.start)[0]
    return view.text.paragraph_of(hit.span.first)


def _barred(hit: Hit, barriers: Sequence[Hit], within: int) -> bool:
    return any(
        b.span.first - hit.span.last - 1 <= within and hit.span.first - b.span.last - 1 <= within for b in barriers
    )


def _stretch(hits: Sequence[Hit]) -> int:
    return max(h.span.end for h in hits) - min(h.span.start for h in hits)


def _narrowest(choices: Sequence[Sequence[Hit]], low: int, high: int, ordered: bool) -> int:
    """The smallest number of words within which there is a solution; there is one within `high`."""
    while low < high:
        middle = (low + high) // 2
        if closest(choices, middle, ordered):
            high = middle
        else:
            low = middle + 1
    return low


def closest(choices: Sequence[Sequence[Hit]], within: int, ordered: bool) -> list[Hit] | None:
    """One hit of each choice, none overlapping, at most `within` words between each and the next by position.

    The shortest stretch, then the first; None where there is none. The hits are met in order of position; for each
    set of choices already served, the chain that begins latest is the shortest, so a sliding maximum over the chains
    that end close enough is all that needs to be kept: linear in the hits, whatever their combinations.
    """
    full = (1 << len(choices)) - 1
    hits = sorted(((h.span, 1 << i, h) for i, found in enumerate(choices) for h in found), key=lambda h: h[0][2:])
    waiting: list[tuple[int, int]] = []  # (end, number) of hits whose chains may not be followed yet
    open_chains: dict[int, deque[_Chain]] = {}
    mine: list[list[_Chain]] = []
    best: _Chain | None = None
    for n, (span, bit, hit) in enumerate(hits):
        while waiting and waiting[0][0] <= span.start:
            for chain in mine[heapq.heappop(waiting)[1]]:
                _keep(open_chains.setdefault(chain.served, deque()), chain)
        mine.append(list(_follow(open_chains, hit, bit, within, ordered)))
        heapq.heappush(waiting, (span.end, n))
        for chain in mine[n]:
            if chain.served == full and (best is None or span.end - chain.start < best.hit.span.end - best.start):
                best = chain
    return best.hits() if best else None


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """Hits that follow one another closely, serving the set `served` of choices; `start` is the first one's offset."""

    served: int
    start: int
    hit: Hit
    before: _Chain | None

    def hits(self) -> list[Hit]:
        chain: _Chain | None = self
        found = []
        while chain is not None:
            found.append(chain.hit)
            chain = chain.before
        return found[::-1]


def _follow(
    open_chains: Mapping[int, deque[_Chain]], hit: Hit, bit: int, within: int, ordered: bool
) -> Iterator[_Chain]:
    """The chains that end with `hit`, one a set of choices served."""
    if not ordered or bit == 1:
        yield _Chain(bit, hit.span.start, hit, None)
    found: dict[int, _Chain] = {}
    for served, chains in open_chains.items():
        if served & bit or (ordered and served + 1 != bit):
            continue
        while chains and hit.span.first - chains[0].hit.span.last - 1 > within:
            chains.popleft()
        if chains:
            found[served | bit] = _Chain(served | bit, chains[0].start, hit, chains[0])
    yield from found.values()


def _keep(chains: deque[_Chain], chain: _Chain) -> None:
    """Adds a chain that ends behind all others; those that begin no later than it are of no more use."""
    while chains and chains[-1].start <= chain.start:
        chains.pop()
    chains.append(chain)
