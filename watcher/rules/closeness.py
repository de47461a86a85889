"""Which choices of one hit of each kind lie close together."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from operator import or_

from watcher.rules.ruler import FAR, Placed

MOST_CHAINS = 20_000  # that are made to find every stretch: 20 ms

# A chain of hits that follow one another closely: the offset where it starts, the half words before its end, its last
# hit, and the chain before that. A plain tuple: 20,000 hits of six conditions make half a million of them.
_Chain = tuple[int, int, Placed, "_Chain | None"]


def solutions(placed: Sequence[Placed], full: int, within: int, *, ordered: bool) -> list[tuple[Placed, ...]]:
    """One of the hits, which are in the order of the text, of each bit of `full`, none overlapping, at most `within`
    half words between each and the next.

    Of all solutions those whose stretch holds no other solution, in the order of the text. Where no hits overlap, each
    of these is a stretch that holds a hit of each bit and none such inside: hits put between others only shorten the
    steps. Most of these need no search.
    """
    if ordered or any([b.start < a.end for a, b in pairwise(placed)]):  # noqa: C419 - a list is quicker
        return _search(placed, full, within, ordered)
    chosen = (_chosen(placed, first, last, within) for first, last in _covers(placed, full, within))
    return [found for found in chosen if found]


def _covers(placed: Sequence[Placed], full: int, within: int) -> Iterator[tuple[int, list[int]]]:
    """The stretches that hold a hit of each bit and none such inside, but those with too wide a step between any two
    hits: the number of their first hit, and those of the last hit of each bit, in order."""
    last: dict[int, int] = {}  # by bit, in the order of the hits
    emitted, reached, right, kinds = -1, 0, 2 * FAR, full.bit_count()
    for n, hit in enumerate(placed):
        if hit.left - right > within:
            reached = n
        right = hit.right
        last.pop(hit.bit, None)
        last[hit.bit] = n
        if len(last) == kinds and (first := next(iter(last.values()))) > emitted:
            emitted = first
            if first >= reached:
                yield first, list(last.values())


def _chosen(placed: Sequence[Placed], first: int, chosen: Sequence[int], within: int) -> tuple[Placed, ...]:
    """The hits chosen if they are close enough, or else others of their stretch that are; () where there are none."""
    found = tuple([placed[n] for n in chosen])
    alone = len(found) > chosen[-1] - first  # no other hit stands between them, and none of the steps is too wide
    if (
        alone
        or found[-1].left - found[0].right <= within
        or all(b.left - a.right <= within for a, b in pairwise(found))
    ):
        return found
    return _linked(placed[first : chosen[-1] + 1], sum([hit.bit for hit in found]), within)


def _linked(stretch: Sequence[Placed], full: int, within: int) -> tuple[Placed, ...]:
    """One hit of each bit from the first hit to the last, no two too far apart: of the hits that may stand before
    another the nearest. () where there are none.

    For each hit the sets of bits that chains from the first one to it serve are known, each set one bit of a number, so
    that a step for all of them is three operations. What the hits in reach serve together is kept as in a queue of two
    stacks: in `front` for each hit with those behind it, up to a hit, in `back` for all behind that.
    """
    reached, front, back = [1 << stretch[0].bit], list[int](), 0
    low = begin = end = 0
    for n in range(1, len(stretch)):
        hit = stretch[n]
        while stretch[low].right < hit.left - within:
            low += 1
        if low == n - 1:
            sets = reached[low]  # the one before is all that is in reach, as it often is
        elif low >= end:
            front, back = [*accumulate(reversed(reached[low:]), or_)][::-1], 0
            begin, end = low, n
            sets = front[0]
        else:
            sets = front[low - begin] | back
        if not sets:
            return ()
        reached.append((sets & _lacking(hit.bit, full)) << hit.bit)
        back |= reached[n]
    return tuple(reversed([*_back(stretch, reached, full)])) if reached[-1] >> full & 1 else ()


@cache
def _lacking(bit: int, full: int) -> int:
    """The sets of bits without one of them, each a bit of a number."""
    return sum(1 << served for served in range(full + 1) if not served & bit)


def _back(stretch: Sequence[Placed], reached: Sequence[int], served: int) -> Iterator[Placed]:
    """The chain that serves a set of bits, from its last hit to its first."""
    for hit, sets in zip(reversed(stretch), reversed(reached), strict=True):
        if sets >> served & 1:
            yield hit
            served ^= hit.bit


def _search(placed: Sequence[Placed], full: int, within: int, ordered: bool) -> list[tuple[Placed, ...]]:
    """The hits, in the order of position, are met one by one; for each set of bits already served, the chain that
    begins latest is the best, so a sliding maximum over the chains that end close enough is all that needs to be kept:
    linear in the hits, whatever their combinations (six conditions of 100 hits have 10^12).
    """
    waiting: list[tuple[int, int, list[tuple[int, _Chain]]]] = []  # by their ends: chains that nothing follows yet
    open_chains: list[deque[_Chain]] = [deque() for _ in range(full + 1)]
    before = {1 << i: _sets_before(1 << i, full, ordered) for i in range(full.bit_length())}
    found: list[_Chain] = []
    for n, hit in enumerate(placed):
        while waiting and waiting[0][0] <= hit.start:
            for served, chain in heapq.heappop(waiting)[2]:
                _keep(open_chains[served], chain)
        mine = _follow(open_chains, before[hit.bit], hit, within)
        if not ordered or hit.bit == 1:
            mine.append((hit.bit, (hit.start, hit.right, hit, None)))
        for served, chain in mine:
            if served == full:
                found.append(chain)
        if mine:
            heapq.heappush(waiting, (hit.end, n, mine))
    return [_hits(chain) for chain in _shortest(found)]


def every_solution(
    placed: Sequence[Placed], full: int, within: int, *, ordered: bool
) -> Iterable[tuple[Placed, ...]] | None:
    """Like `solutions`, but one of every stretch there is, whether or not it holds a shorter one; None where that would
    take more than MOST_CHAINS chains.

    For each set of bits served and each start the chain that ends last is kept: what may follow another with the same
    may follow it.
    """
    waiting: list[tuple[int, int, list[tuple[int, _Chain]]]] = []
    open_chains: list[dict[int, _Chain]] = [{} for _ in range(full + 1)]
    before = {1 << i: _sets_before(1 << i, full, ordered) for i in range(full.bit_length())}
    found: dict[tuple[int, int], _Chain] = {}
    made = 0
    for n, hit in enumerate(placed):
        while waiting and waiting[0][0] <= hit.start:
            for served, chain in heapq.heappop(waiting)[2]:
                open_chains[served][chain[0]] = chain
        mine: list[tuple[int, _Chain]] = [(hit.bit, (hit.start, hit.right, hit, None))]
        if ordered and hit.bit > 1:
            mine.clear()
        for served in before[hit.bit]:
            live = {start: c for start, c in open_chains[served].items() if c[1] >= hit.left - within}
            open_chains[served] = live
            mine += [(served | hit.bit, (start, hit.right, hit, c)) for start, c in live.items()]
        found |= {(chain[0], hit.end): chain for served, chain in mine if served == full}
        heapq.heappush(waiting, (hit.end, n, mine))
        made += len(mine)
        if made > MOST_CHAINS:
            return None
    return map(_hits, found.values())


def _sets_before(bit: int, full: int, ordered: bool) -> tuple[int, ...]:
    """The sets of bits that a hit of `bit` may follow."""
    if ordered:
        return (bit - 1,) if bit > 1 else ()
    return tuple(served for served in range(1, full + 1) if not served & bit)


def _follow(
    open_chains: Sequence[deque[_Chain]], before: Iterable[int], hit: Placed, within: int
) -> list[tuple[int, _Chain]]:
    """The chains that go on with `hit`, one a set of bits served."""
    bit, right, reach = hit.bit, hit.right, hit.left - within
    found: list[tuple[int, _Chain]] = []
    for served in before:
        chains = open_chains[served]
        while chains and chains[0][1] < reach:
            chains.popleft()
        if chains:
            found.append((served | bit, (chains[0][0], right, hit, chains[0])))
    return found


def _keep(chains: deque[_Chain], chain: _Chain) -> None:
    """Adds a chain that ends behind all others; those that begin no later than it are of no more use."""
    start = chain[0]
    while chains and chains[-1][0] <= start:
        chains.pop()
    chains.append(chain)


def _shortest(found: Sequence[_Chain]) -> Iterator[_Chain]:
    """The chains whose stretch holds no other's."""
    latest = -1
    for chain in sorted(found, key=lambda c: (c[2].end, -c[0])):
        if chain[0] > latest:
            latest = chain[0]
            yield chain


def _hits(chain: _Chain) -> tuple[Placed, ...]:
    found = []
    step: _Chain | None = chain
    while step is not None:
        found.append(step[2])
        step = step[3]
    return tuple(reversed(found))
