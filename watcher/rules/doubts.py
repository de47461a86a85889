"""Conditions that can never hold, as the rule that they stand in is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from watcher.entities import models
from watcher.model import UNKNOWN_LANGUAGE
from watcher.rules.conditions.base import Condition, Scope
from watcher.rules.conditions.entity import Entity
from watcher.rules.conditions.fields import Field, Language
from watcher.rules.conditions.groups import All, AnyOf, AtLeast, NoneOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.conditions.place import Place
from watcher.rules.conditions.score import Score
from watcher.rules.meaning import Meanings, alternatives, conjuncts
from watcher.rules.reading import shown
from watcher.rules.spec import Code, RuleSpec

Doubt = tuple[Condition, Code, str]  # a condition, and why it never holds


def doubts(rule: RuleSpec, meanings: Meanings) -> tuple[list[Doubt], bool]:
    """The conditions of a rule that never hold where they are wanted, and whether the rule never matches for them."""
    found = _Doubts(meanings, rule.languages)
    never = found.never(rule.condition, _Around())
    return found.found, never


def holds_on_nothing(condition: Condition) -> bool:
    """Whether it holds in an article in which nothing of it is found."""
    match condition:
        case All():
            return all(map(holds_on_nothing, condition.of))
        case AnyOf():
            return any(map(holds_on_nothing, condition.of))
        case NoneOf():
            return not any(map(holds_on_nothing, condition.of))
        case AtLeast():
            return sum(map(holds_on_nothing, condition.of)) >= condition.count
    return False


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds wherever a condition is wanted: none of `refused`, and all of `given`."""

    refused: tuple[Condition, ...] = ()
    given: tuple[Field, ...] = ()


@dataclass(slots=True)
class _Doubts:
    """Owns what was found in one rule."""

    meanings: Meanings
    languages: tuple[str, ...]
    found: list[Doubt] = field(default_factory=list)

    def never(self, condition: Condition, around: _Around) -> bool:
        """Whether a condition cannot hold beside what does."""
        match condition:
            case All() | NoneOf():
                return self._all(condition, around)
            case _ if self._refused(condition, around.refused):
                why = f"the none of this rule refuses {_shown(condition)}"
                self.found.append((condition, Code.CONTRADICTION, why))
                return True
            case AnyOf():
                return self._count(condition.of, around) == len(condition.of)
            case AtLeast():
                return len(condition.of) - self._count(condition.of, around) < condition.count
            case Near():  # what its own none refuses stands as close to each part as it can
                own = tuple(alternatives(AnyOf("", condition.without)))
                return self._count(condition.of, replace(around, refused=(*around.refused, *own))) > 0
            case Score():
                self._count([item.condition for item in condition.of], around)
                return False
            case _:
                return self._leaf(condition, around.given)

    def _count(self, parts: Iterable[Condition], around: _Around) -> int:
        """How many of them never hold; each is looked at, so that each is told."""
        return sum(self.never(part, around) for part in parts)

    def _all(self, condition: Condition, around: _Around) -> bool:
        parts = list(conjuncts(condition))
        needed = [part for part in parts if not isinstance(part, NoneOf)]
        own = [other for part in parts if isinstance(part, NoneOf) for other in alternatives(part)]
        wanted = {self.meanings.of(part) for part in needed} if own else set()
        together = [other for other in own if isinstance(other, All) and self.meanings.conjuncts(other) <= wanted]
        if together:
            self.found.append((condition, Code.CONTRADICTION, "the none of this rule refuses what it needs"))
        given = tuple(part for part in needed if isinstance(part, Field))
        inside = _Around((*around.refused, *own), (*around.given, *given))
        return self._count(needed, inside) > 0 or bool(together)

    def _leaf(self, condition: Condition, given: Iterable[Field]) -> bool:
        why = None
        before = takewhile(lambda other: other is not condition, given)
        match condition:
            case Field() if (other := next(filter(condition.excludes, before), None)) is not None:
                why = f"an article has one {condition.key}, {other.names} or {condition.names}"
            case Keywords():
                why = self._keywords(condition)
            case Language() if self.languages:
                codes = {pattern.pattern for _, pattern in condition.listed}
                if codes.isdisjoint((*self.languages, UNKNOWN_LANGUAGE)):
                    why = f"languages keeps out all but {', '.join(self.languages)}"
            case Entity(matcher=None) if self.languages and not any(map(models.installed, self.languages)):
                why = f"no model that tells names in {', '.join(self.languages)} is installed; give the names with is"
        if why is not None:
            self.found.append((condition, Code.NEVER_HOLDS, why))
        return why is not None

    def _keywords(self, condition: Keywords) -> str | None:
        meant = self.meanings.terms(condition)
        if condition.excepted and meant <= {self.meanings.of_term(term) for term in condition.excepted}:
            return "except takes out all that it looks for"
        if not self.languages:
            return None
        spoken = {term.language for item in condition.items for term in item.terms}
        if spoken.isdisjoint(("", *self.languages)):
            return f"its terms count in {', '.join(sorted(spoken))} alone, which the rule's languages keep out"
        return None

    def _refused(self, condition: Condition, refused: Sequence[Condition]) -> bool:
        """Whether one of `refused` holds wherever the condition does."""
        number = self.meanings.of(condition) if refused else -1
        if any(self.meanings.of(other) == number for other in refused):
            return True
        if isinstance(condition, Keywords):
            takes = [other for other in refused if isinstance(other, Keywords) and self._is_plain(other)]
            wide = [self.meanings.terms(other) for other in takes if _holds(other.scope, condition.scope)]
            meant = self.meanings.terms(condition)
            return any(meant <= one for one in wide) or (len(wide) > 1 and meant <= wide[0].union(*wide[1:]))
        if isinstance(condition, Entity):
            return any(isinstance(other, Entity) and self._holds_name(other, condition) for other in refused)
        if isinstance(condition, Field):
            return any(isinstance(other, Field) and other.includes(condition) for other in refused)
        if isinstance(condition, Place):
            return any(isinstance(other, Place) and self._holds_place(other, condition) for other in refused)
        return False

    @staticmethod
    def _is_plain(condition: Keywords) -> bool:
        """Whether one occurrence of any of its terms is enough."""
        return condition.least == condition.times == 1 and not condition.excepted

    @staticmethod
    def _holds_name(wide: Entity, narrow: Entity) -> bool:
        if wide.least > 1 or wide.excepted or wide.type != narrow.type or not _holds(wide.scope, narrow.scope):
            return False
        return not wide.names or (bool(narrow.names) and narrow.names.keys() <= wide.names.keys())

    def _holds_place(self, wide: Place, narrow: Place) -> bool:
        if wide.least > 1 or wide.excepted or not _holds(wide.scope, narrow.scope):
            return False
        names, others = ({self.meanings.of_term(term) for term in place.names} for place in (narrow, wide))
        return names <= others and narrow.codes <= wide.codes and set(narrow.kinds) <= set(wide.kinds)


def _holds(wide: Scope, narrow: Scope) -> bool:
    """Whether what lies in the one scope lies in the other."""
    return set(wide) <= set(narrow)


def _shown(condition: Condition) -> str:
    if isinstance(condition, Keywords):
        labels = [shown(item.label) for item in condition.items[:3]]
        return ", ".join(labels) + (", ..." if len(condition.items) > 3 else "")
    return f"the same {condition.key}"
