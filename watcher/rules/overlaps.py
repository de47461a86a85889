"""Rules that say the same as another, or that and more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from watcher.errors import Remark
from watcher.rules.meaning import Meanings
from watcher.rules.spec import Code, RuleSpec


def overlaps(rules: Iterable[RuleSpec], meanings: Meanings) -> Iterator[Remark]:
    """Rules that say the same as another, or that and more.

    Each set of conjuncts is looked up by its rarest, so that 10,000 rules which share their lists are not compared
    each with each: 0.1 s.
    """
    sets = [(rule, meanings.conjuncts(rule.condition) | _guards(rule, meanings)) for rule in rules]
    often = Counter(part for _, parts in sets for part in parts)
    first: dict[frozenset[int], RuleSpec] = {}
    by_rarest: defaultdict[int, list[tuple[frozenset[int], RuleSpec]]] = defaultdict(list)
    for rule, parts in sets:
        if first.setdefault(parts, rule) is rule:
            by_rarest[min(parts, key=lambda part: (often[part], part))].append((parts, rule))
    for rule, parts in sets:
        if (same := first[parts]) is not rule:
            message = f"rule '{rule.id}' has the same condition as {_named(same, rule)}; both fire together"
            found = at_rule(rule, Code.SAME_RULE, message)
        else:
            wider = (other for part in sorted(parts) for less, other in by_rarest[part] if less < parts)
            if (wide := next(wider, None)) is None:
                continue
            message = f"rule '{rule.id}' fires only where {_named(wide, rule)} does: its condition is that one and more"
            found = at_rule(rule, Code.NARROWER_RULE, message)
        if found.code not in rule.ignore:
            yield found


def _guards(rule: RuleSpec, meanings: Meanings) -> frozenset[int]:
    """What beside its condition keeps a rule from firing."""
    languages = [("languages", frozenset(rule.languages))] if rule.languages else []
    age = [("max_age", rule.max_age, rule.undated)] if rule.max_age is not None else []
    counted = [("correlation", repr(rule.correlation))] if rule.correlation else []
    return frozenset(meanings.number(guard) for guard in (*languages, *age, *counted))


def _named(other: RuleSpec, seen_from: RuleSpec) -> str:
    place = other.place
    where = f"line {place.line}" if place.file == seen_from.place.file else f"{place.file}:{place.line}"
    return f"'{other.id}' ({where})"


def at_rule(rule: RuleSpec, code: Code, message: str) -> Remark:
    """A warning about a rule as a whole."""
    return Remark(rule.place.file, rule.place.line, rule.place.column, message, code)
