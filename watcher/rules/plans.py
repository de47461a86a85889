"""What rules ask for by numbers alone, all in one row, so that most are settled without a look at their trees.

Of a hundred thousand rules nothing is in a processor's cache: to judge one by its tree takes a reach into some forty
places of memory, by its plan into five.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from watcher.rules.conditions.base import Condition
from watcher.rules.conditions.groups import All, AnyOf, NoneOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.rows import MANY, Rows
from watcher.rules.ruler import may_be_close
from watcher.rules.terms import Item
from watcher.rules.views import ArticleView, Standing

_TREE, _ANY, _NONE, _NEAR = -1, -2, -3, -4
"""Steps of a plan. A number of a list says that one of its terms must stand. _ANY and a count: one of so many lists
that follow. _NONE: none of the next list. _NEAR, `within` and a count: so many lists before must stand so close. _TREE:
what all that does not settle. `within` and counts are complements, so that lists alone are not negative."""

_SEVERAL = 30  # rules whose lists are looked up together; of 10 it takes as long to look up each

Number = Callable[[tuple[Item, ...]], int]


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan of each rule, by its number: the steps from its start to that of the next."""

    steps: array[int]
    starts: array[int]

    @classmethod
    def of(cls, conditions: Iterable[Condition], number: Number) -> Plans:
        """Those of rules with these conditions, where the lists of terms have their `number`."""
        steps, starts = array("i"), array("i", [0])
        for condition in conditions:
            plan, is_all = _plan(condition, number)
            steps.extend(plan if is_all else [*plan, _TREE])
            starts.append(len(steps))
        return cls(steps, starts)

    def look_up(self, rules: Collection[int], view: ArticleView) -> None:
        """Has the lists of rules with these numbers looked up together, where that is quicker."""
        if len(rules) < _SEVERAL or len(self.starts) <= MANY:
            return
        import numpy as np

        steps, _ = Rows.over(self.starts, self.steps).take(np.fromiter(rules, np.intc, len(rules)))
        view.look_up(steps[steps >= 0].tolist())

    def settled(self, rules: Iterable[int], view: ArticleView) -> Iterator[tuple[int, Sequence[Standing] | None]]:
        """Of the rules with these numbers those that match, each with where the terms of its lists stand, one list
        after the other as `shown` has them; None where its tree must tell. Those left out neither match nor are kept
        out by a `none`."""
        steps, starts = self.steps, self.starts
        for rule in rules:
            found = _follow(steps[starts[rule] : starts[rule + 1]], view)
            if found is not False:
                yield rule, found


def shown(condition: Condition) -> Iterator[Keywords]:
    """The conditions whose terms are the evidence of a rule that its plan settles."""
    if isinstance(condition, Keywords):
        yield condition
    elif not isinstance(condition, NoneOf):
        for child in condition.children():
            yield from shown(child)


# ── planning ─────────────────────────────────────────────────────────────────────────────────────


def _plan(condition: Condition, number: Number) -> tuple[list[int], bool]:
    """The steps without which a condition cannot hold, whatever its `none` say, and whether they are all of it."""
    match condition:
        case Keywords():
            return ([], False) if condition.inflected else ([number(condition.items)], condition.is_plain)
        case All():
            of = sorted(condition.of, key=lambda c: isinstance(c, NoneOf))  # what stands there seldom keeps out
            return _together(of, number)
        case AnyOf() | NoneOf():
            steps, is_all = _together(condition.of, number)
            if len(steps) < len(condition.of) or not all(isinstance(c, Keywords) for c in condition.of):
                return [], False
            if isinstance(condition, AnyOf):
                return [_ANY, ~len(steps), *steps], is_all
            return [n for step in steps for n in (_NONE, step)] if is_all else [], is_all
        case Near():
            steps, _ = _together(condition.of, number)
            lists = len(steps) == len(condition.of) > 1 and all(isinstance(c, Keywords) for c in condition.of)
            close = [_NEAR, ~condition.within, ~len(steps)] if lists and isinstance(condition.within, int) else []
            return [*steps, *close], False
        case _:
            return [], False


def _together(conditions: Iterable[Condition], number: Number) -> tuple[list[int], bool]:
    plans = [_plan(condition, number) for condition in conditions]
    return [step for steps, _ in plans for step in steps], all(is_all for _, is_all in plans)


# ── following ────────────────────────────────────────────────────────────────────────────────────


def _follow(plan: Iterable[int], view: ArticleView) -> list[Standing] | Literal[False] | None:
    """Where the terms of the lists of a plan stand; False where the rule can neither match nor be kept out, None where
    its tree must tell."""
    found: list[Standing] = []
    steps = iter(plan)
    for step in steps:
        if step >= 0:
            standing = view.standing(step)
            if not standing:
                return False
            found.append(standing)
        elif step == _TREE or (step == _NONE and view.standing(next(steps))):
            return None
        elif step == _ANY:
            some = [view.standing(number) for number in islice(steps, ~next(steps))]
            if not any(some):
                return False
            found += some
        elif step == _NEAR and not _may_be_close(view, found, within=~next(steps), count=~next(steps)):
            return False
    return found


def _may_be_close(view: ArticleView, found: Sequence[Standing], within: int, count: int) -> bool:
    rows = [[span for _, spans in standing for span in spans] for standing in found[-count:]]
    return may_be_close(view.text, rows, within)
