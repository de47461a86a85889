"""What the rules find in an article, and say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

NAME_LIKENESS = 0.84  # how alike, from 0 to 1, a name in another spelling must be; measured in docs/rules.md


class Place(NamedTuple):
    """A mention of a place. `country` is ISO 3166-1 (or a historic or disputed code, or 3166-2),
    "" for a region above countries; `kind` is country, region, city, adjective or people.

    A tuple, as an article may have hundreds: a frozen dataclass takes ten times as long to make."""

    name: str
    country: str
    kind: str
    start: int
    end: int
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity: `type` is person, org, place or misc."""

    type: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span that made a condition true, or that blocked a rule.

    `at` is the path of its condition in the rule ("all[1].any[0]"). A condition without spans has
    no `start`. `facts` says what was found: term, or place's name, country and kind, or entity's type.
    """

    condition: str
    at: str
    text: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: str | None = None
    sentence_start: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The form of `explain --json`, of the store and of the JSON Lines channel."""
        return {
            "condition": self.condition,
            "at": self.at,
            **self.facts,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "sentence": self.sentence,
            "sentence_start": self.sentence_start,
        }


_NOWHERE = {"text": None, "start": None, "end": None}  # of what blocks a rule and stands nowhere in the text


@dataclass(frozen=True, slots=True)
class Missing:
    """A condition that kept a rule silent, and its nearest miss in words."""

    condition: str
    at: str
    why: str

    def to_json(self) -> dict[str, Any]:
        return {"condition": self.condition, "at": self.at, "why": self.why}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one article: the evidence of a match, or what kept the rule silent.

    `missing` would have to hold too (also what could not be told, for want of a model); `blocked_by` alone kept it out.
    """

    rule: str
    match: bool
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Missing, ...] = ()
    blocked_by: tuple[Evidence | Missing, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.rule,
            "match": self.match,
            "evidence": [e.to_json() for e in self.evidence],
            "missing": [m.to_json() for m in self.missing],
            "blocked_by": [b.to_json() | (_NOWHERE if isinstance(b, Missing) else {}) for b in self.blocked_by],
        }
