"""Which of a condition's hits count: those in its sections, the longest of overlapping ones, none that is excepted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

from watcher.folded import Span
from watcher.rules.terms import Term
from watcher.text import Text

if TYPE_CHECKING:
    from watcher.rules.conditions.base import Hit, Scope, View

# What conditions count, as a message says it of several.
PLURALS = {
    "country": "countries",
    "region": "regions",
    "city": "cities",
    "adjective": "adjectives",
    "people": "peoples",
    "person": "people",
    "org": "organisations",
    "place": "places",
    "misc": "other names",
    "any": "names",
}


def in_scope(hits: list[Hit], scope: Scope, text: Text) -> list[Hit]:
    """The hits that lie wholly in one section of each `in` of the scope."""
    for names in scope:
        sections = [text.section(name) for name in names]  # once: a text may be one sentence, and that its title
        hits = [h for h in hits if any(_inside(h.span, section) for section in sections)]
    return hits


def _inside(span: Span, section: tuple[int, int]) -> bool:
    return section[0] <= span.start and span.end <= section[1]


def longest(hits: list[Hit]) -> list[Hit]:
    """The hits in the order of the text; of those that overlap, the longest, then the first."""
    end = -1
    for hit in hits:
        span = hit.span
        if span.start < end:
            break
        end = span.end
    else:
        return hits  # as most are
    ordered = sorted(hits, key=lambda h: h.span.start)
    kept: list[Hit] = []
    group: list[Hit] = []
    end = -1
    for hit in ordered:
        if hit.span.start >= end:
            kept += _longest_of(group)
            group = []
        group.append(hit)
        end = max(end, hit.span.end)
    return kept + _longest_of(group)


def _longest_of(group: list[Hit]) -> list[Hit]:
    """The same for hits that overlap one another: rarely more than two."""
    if len(group) < 2:
        return group
    starts: list[int] = []
    kept: dict[int, Hit] = {}
    for hit in sorted(group, key=lambda h: (h.span.start - h.span.end, h.span.start)):
        i = bisect_left(starts, hit.span.start)
        follows = i == 0 or kept[starts[i - 1]].span.end <= hit.span.start
        if follows and (i == len(starts) or hit.span.end <= starts[i]):
            starts.insert(i, hit.span.start)
            kept[hit.span.start] = hit
    return [kept[start] for start in starts]


def not_excepted(hits: list[Hit], excepted: Iterable[Term], view: View) -> list[Hit]:
    """The hits that lie inside no occurrence of one of the phrases."""
    spans = sorted(span[:2] for term in excepted for span in view.spans(term))
    if not spans or not hits:
        return hits
    starts = [start for start, _ in spans]
    ends = list(accumulate((end for _, end in spans), max))  # the farthest end of all that begin so early
    places = ((h, bisect_right(starts, h.span.start)) for h in hits)
    return [h for h, i in places if i == 0 or ends[i - 1] < h.span.end]
