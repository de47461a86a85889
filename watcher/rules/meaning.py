"""Which conditions mean the same, whatever their order, spelling and place in the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from watcher.rules.conditions.base import Condition
from watcher.rules.conditions.groups import All, AnyOf, NoneOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.terms import Term

_SILENT = frozenset({"at", "label", "matcher"})  # fields that say nothing of when a condition holds


class Meanings:
    """Gives one number to conditions that mean the same. Owns the numbers of one set of rules, whose conditions it
    takes to live as long as itself."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, int] = {}
        self._terms: dict[int, frozenset[int]] = {}

    def number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def of(self, condition: Condition) -> int:
        """The number of a condition."""
        if id(condition) not in self._known:
            parts = self.conjuncts(condition) if isinstance(condition, All | NoneOf) else frozenset()
            if len(parts) == 1:
                self._known[id(condition)] = next(iter(parts))
            else:
                self._known[id(condition)] = self.number(("all", parts) if parts else self._key(condition))
        return self._known[id(condition)]

    def conjuncts(self, condition: Condition) -> frozenset[int]:
        """The numbers of what must hold, each by itself."""
        found = set()
        for part in conjuncts(condition):
            if isinstance(part, NoneOf):
                found |= {self.number(("none", self.of(refused))) for refused in alternatives(part)}
            else:
                found.add(self.of(part))
        return frozenset(found)

    def terms(self, condition: Keywords) -> frozenset[int]:
        """The numbers of the terms that it looks for; a list that many rules use is looked at once."""
        key = id(condition.items)
        if key not in self._terms:
            self._terms[key] = frozenset(self.of_term(t) for item in condition.items for t in item.terms)
        return self._terms[key]

    def of_term(self, term: Term) -> int:
        if id(term) not in self._known:
            self._known[id(term)] = self.number(term.meaning)
        return self._known[id(term)]

    def _key(self, condition: Condition) -> Hashable:
        if isinstance(condition, AnyOf):
            return ("any", frozenset(map(self.of, alternatives(condition))))
        if isinstance(condition, Keywords) and condition.least == 1:
            rest = (condition.times, self._value(condition.excepted), self._value(condition.scope))
            return ("keywords", self.terms(condition), *rest)
        if isinstance(condition, Near) and condition.ordered:
            return ("ordered", self._fields(condition, "of"), *map(self.of, condition.of))
        return self._fields(condition)

    def _fields(self, value: Any, *without: str) -> Hashable:
        kept = (f.name for f in fields(value) if f.name not in _SILENT and f.name not in without)
        return (type(value).__name__, *(self._value(getattr(value, name)) for name in kept))

    def _value(self, value: Any) -> Hashable:
        """Equal for equal meaning; of several the order makes no difference, the number does."""
        if isinstance(value, Term):
            return self.of_term(value)
        if isinstance(value, tuple) and value and isinstance(value[-1], re.Pattern):
            return str(value[-1].pattern)  # a glob as written, and what it stands for
        if isinstance(value, tuple):
            return frozenset(Counter(map(self._value, value)).items())
        if isinstance(value, Mapping):
            return frozenset(value.items())
        if hasattr(value, "evaluate"):
            return self.of(value)
        if is_dataclass(value):
            return self._fields(value)
        if hasattr(value, "pattern"):  # RE2's, which are equal to themselves alone
            return (value.pattern, value.options.case_sensitive)
        return value  # type: ignore[no-any-return] # a number, a text, a set of them


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """What must hold, each by itself: an `all` without its bracket."""
    if isinstance(condition, All):
        for part in condition.of:
            yield from conjuncts(part)
    else:
        yield condition


def alternatives(condition: AnyOf | NoneOf) -> Iterator[Condition]:
    """The conditions of an `any` or `none`, and of each `any` among them."""
    for part in condition.of:
        if isinstance(part, AnyOf):
            yield from alternatives(part)
        else:
            yield part
