"""Hits of several conditions on the ruler: those that nothing bars, by sentence or paragraph, and the nearest miss."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from watcher.rules.closeness import solutions
from watcher.rules.reading import shown
from watcher.rules.ruler import FAR, Placed, Ruler, gap_in_words

if TYPE_CHECKING:
    from watcher.rules.conditions.base import Hit, View


def on_ruler(
    view: View, choices: Sequence[Sequence[Hit]], barriers: Sequence[Hit]
) -> tuple[list[Placed], list[Placed]]:
    """The hits of each condition and the barriers on the ruler."""
    ruler = Ruler(view.text, sum(map(len, choices)) + len(barriers))
    against = ruler.line([(0, barriers)]) if barriers else []
    return ruler.line([(1 << i, hits) for i, hits in enumerate(choices)]), against


def unbarred(hits: Sequence[Placed], barriers: Sequence[Placed], within: int) -> list[Placed]:
    """The hits that have no barrier within so many half words on either side."""
    if not barriers:
        return list(hits)
    against = sorted(barriers, key=lambda b: b.left)
    lefts = [b.left for b in against]
    rights = list(accumulate((b.right for b in against), max))
    near = ((h, bisect_right(lefts, h.right + within)) for h in hits)
    return [h for h, i in near if i == 0 or rights[i - 1] < h.left - within]


def by_unit(view: View, unit: str, hits: Sequence[Placed], barriers: Sequence[Placed]) -> list[list[Placed]]:
    """The hits of each sentence or paragraph that holds no barrier; a hit that spans two is in none."""
    units: dict[int, list[Placed]] = {}
    start = end = -1
    for hit in hits:
        if not start <= hit.start < end:  # most often the one before stands in the same
            start, end = _unit(view, unit, hit.start)
        if hit.end <= end:
            units.setdefault(start, []).append(hit)
    starts, reached = sorted(units), -1
    for first, last in sorted(_units(view, unit, barrier) for barrier in barriers):
        begin = bisect_left(starts, max(first, reached + 1))
        for start in starts[begin : bisect_right(starts, last)]:
            del units[start]
        reached = max(reached, last)
    return list(units.values())


def _units(view: View, unit: str, hit: Placed) -> tuple[int, int]:
    """Where the sentences or paragraphs start in which a hit begins and ends."""
    start, end = _unit(view, unit, hit.start)
    return start, start if hit.end <= end else _unit(view, unit, hit.end - 1)[0]


def _unit(view: View, unit: str, offset: int) -> tuple[int, int]:
    """The offsets of the sentence or paragraph around another."""
    text = view.text
    if unit == "sentence":
        return text.sentence_of(offset)
    firsts = text.paragraph_firsts
    number = text.paragraph_of(text.word_from(offset))
    starts = [text.span(place, place + 1).start for place in map(text.places.__getitem__, firsts[number : number + 2])]
    return starts[0], starts[1] if len(starts) > 1 else len(text.text)


def _nearest(hits: Sequence[Placed], full: int, *, ordered: bool) -> tuple[Placed, ...] | None:
    """The solution with the smallest greatest distance; None where there is none at any.

    The distance is doubled until there is one: what is far too wide costs most (15 s for 30,000 hits, halved from the
    widest down).
    """
    low, high = 0, 1
    while not (found := solutions(hits, full, high, ordered=ordered)):
        if high > 4 * FAR:
            return None
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        if closer := solutions(hits, full, middle, ordered=ordered):
            found, high = closer, middle
        else:
            low = middle + 1
    return found[0]


def too_close(view: View, within: int | str, parts: Sequence[Hit], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Those of the hits that stand as close to one of the parts of a solution as these may stand to one another."""
    ruler = Ruler(view.text)
    placed, against = (ruler.line([(0, row)]) for row in (hits, parts))
    if isinstance(within, int):
        apart = {id(p.hit) for p in unbarred(placed, against, 2 * within)}
        return tuple(h for h in hits if id(h) not in apart)
    unit, _ = _units(view, within, against[0])
    spans = ((p.hit, *_units(view, within, p)) for p in placed)
    return tuple(h for h, first, last in spans if first <= unit <= last)


def missed(view: View, choices: Sequence[Sequence[Hit]], within: int | str, *, ordered: bool) -> str:
    """How far apart the nearest hits of each condition lie, in words."""
    ruler = Ruler(view.text)
    hits, full = ruler.line((1 << i, some) for i, some in enumerate(choices)), (1 << len(choices)) - 1
    found = _nearest(hits, full, ordered=ordered)
    other = _nearest(hits, full, ordered=False) if ordered else None
    if other is not None and (found is None or _fits(view, other, within)):
        only = "only" if found is None else "so close only"
        return f"{only} in another order: {', '.join(_quoted(view, part) for part in other)}"
    if found is not None and len(found) < 2:
        return f"{_quoted(view, found[0])} is not in one {within}"
    if found is None:
        return "its conditions hold only in one another's place"
    a, b = max(pairwise(found), key=lambda pair: pair[1].left - pair[0].right)
    left, right = _quoted(view, a), _quoted(view, b)
    if b.left - a.right >= FAR:
        return f"{left} is in the title and {right} in the body"
    gap = gap_in_words(a, b)
    far = f"nearest {right} is {gap} word{'' if gap == 1 else 's'} from {left}"
    return f"{far}, within: {within}" if isinstance(within, int) else f"{far}, not in one {within}"


def _fits(view: View, parts: Sequence[Placed], within: int | str) -> bool:
    if isinstance(within, int):
        return all(b.left - a.right <= 2 * within for a, b in pairwise(parts))
    return len({start for part in parts for start in _units(view, within, part)}) == 1


def _quoted(view: View, part: Placed) -> str:
    return f"'{shown(view.text.text[part.start : part.end])}'"
