"""Warnings about rules that are valid and yet odd: what `watcher check` says beyond faults."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.entities.writing import LITTLE_WORDS
from watcher.errors import Remark
from watcher.folding import fold_words
from watcher.rules import nodes
from watcher.rules.conditions.base import Condition, Scope, every
from watcher.rules.conditions.groups import AnyOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.covered import counted, covered
from watcher.rules.doubts import doubts, holds_on_nothing
from watcher.rules.foreign import foreign, stemless, untold
from watcher.rules.lists import is_reference
from watcher.rules.meaning import Meanings
from watcher.rules.nodes import Node, Scalar
from watcher.rules.overlaps import at_rule, overlaps
from watcher.rules.reading import shown
from watcher.rules.references import Named
from watcher.rules.spec import Code, RuleSpec
from watcher.rules.terms import Item, Term
from watcher.rules.unused import unused
from watcher.rules.written import find, is_query, keywords_in, place_of, reached, remark, root_of, scalars, written

_BOTH = {"title", "body"}
_BETWEEN = re.compile(r"\s*[,;|\n]\s*")
_OPERATOR = re.compile(r"\S (AND|OR|NOT|ONEAR|NEAR(/\w+)?) \S")


def advice(
    rules: Sequence[tuple[RuleSpec, Node]], named: Mapping[str, Named], used: Mapping[str, set[str]]
) -> set[Remark]:
    """The warnings. Takes each rule with its node, what stands under each section's names, and which of these names
    are used. Rules are spared what they ignore; time is linear in the rules but for `overlaps`."""
    advisor = _Advisor({name: node for name, (_, node) in named["lists"].items()})
    enabled = [(rule, node) for rule, node in rules if rule.enabled]
    advisor.counted = counted(rule.condition for rule, _ in enabled)
    for rule, node in enabled:
        advisor.rule(rule, node)
    for name, (_, node) in named["lists"].items():
        advisor.remarks.update(_queries(node, name))
    for _, node in named["conditions"].values():
        advisor.remarks.update(remark for _, value in keywords_in(node) for remark in _queries(value))
    for name, (_, node) in named["channels"].items():
        advisor.remarks.update(_reminded(node, {name}))
    advisor.remarks.update(overlaps([rule for rule, _ in enabled], advisor.meanings))
    if rules:
        advisor.remarks.update(unused(named, used))
    return advisor.remarks


# ── one rule ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Advisor:
    """Owns the warnings that were found, and what is known of the lists that several rules use."""

    lists: Mapping[str, Node]
    meanings: Meanings = field(default_factory=Meanings)
    remarks: set[Remark] = field(default_factory=set)
    counted: set[Term] = field(default_factory=set)
    _common: dict[int, tuple[tuple[Term, str], ...]] = field(default_factory=dict)
    _covered: dict[int, tuple[tuple[Term, Term], ...]] = field(default_factory=dict)

    def rule(self, rule: RuleSpec, node: Node) -> None:
        """Adds the warnings about one rule that it does not ignore."""
        root = root_of(node)
        found = [*self._doubts(rule, root), *self._common_words(rule, root), *self._covered_terms(rule, root)]
        told = {(remark.line, remark.column) for remark in found}
        for key, value in keywords_in(root):
            found += _queries(value)
            if rule.languages and (key.line, key.column) not in told:
                found += foreign(rule, value)
        found += [
            *untold(rule, root),
            *stemless(rule, root),
            *_counted(rule, root),
            *_apart(rule, root),
            *_on_nothing(rule, root),
        ]
        found += _reminded(node, rule.notify)
        if not rule.tests:
            found.append(at_rule(rule, Code.NO_TESTS, f"rule '{rule.id}' has no tests"))
        self.remarks.update(remark for remark in found if remark.code not in rule.ignore)

    def _doubts(self, rule: RuleSpec, root: Node) -> Iterator[Remark]:
        found, never = doubts(rule, self.meanings)
        for condition, code, why in found:
            so = f", so rule '{rule.id}' never matches" if never else ""
            yield remark(place_of(root, condition), code, f"this never holds: {why}{so}")

    def _common_words(self, rule: RuleSpec, root: Node) -> Iterator[Remark]:
        for condition in every(rule.condition):
            for term, why in self._common_of(condition.items) if isinstance(condition, Keywords) else ():
                mapping = find(root, condition.at)
                value = mapping.get("keywords") if isinstance(mapping, nodes.Mapping) else None
                cased = term.written.isupper() and isinstance(mapping, nodes.Mapping) and mapping.get("case")
                lists = {} if cased else self.lists  # of a rule's own `case` no list is to blame
                place = (value and written(value, term, lists)) or value or mapping
                yield remark(place, Code.COMMON_WORD, why)

    def _common_of(self, items: tuple[Item, ...]) -> tuple[tuple[Term, str], ...]:
        if id(items) not in self._common:
            terms = (term for item in items for term in item.terms)
            self._common[id(items)] = tuple((term, why) for term in terms if (why := _why_common(term)))
        return self._common[id(items)]

    def _covered_terms(self, rule: RuleSpec, root: Node) -> Iterator[Remark]:
        """Terms beside a wider one. In a named condition none is looked for: each rule that uses it would be told."""
        places: defaultdict[tuple[Node, str], list[str]] = defaultdict(list)  # a query has all its terms at one
        for condition in every(rule.condition):
            for term, wider in self._covered_of(condition.items) if isinstance(condition, Keywords) else ():
                place = None if term in self.counted else self._beside(find(root, condition.at), term, wider)
                if place is not None:
                    places[place, shown(wider.written)].append(f"'{shown(term.written)}'")
        for (place, wider_), terms in places.items():
            finds, it = ("finds", "it") if len(set(terms)) == 1 else ("find", "them")
            told = (
                f"{shown(' and '.join(dict.fromkeys(terms)))} {finds} nothing that '{wider_}' does not; leave {it} out"
            )
            yield remark(place, Code.COVERED_TERM, told)

    def _covered_of(self, items: tuple[Item, ...]) -> tuple[tuple[Term, Term], ...]:
        if id(items) not in self._covered:
            self._covered[id(items)] = tuple(covered(items))
        return self._covered[id(items)]

    def _beside(self, node: Node, term: Term, wider: Term) -> Node | None:
        """Where a term is to be left out: in the rule, or in a list that has the wider one too, wherever else it is
        used."""
        if isinstance(node, Scalar):
            return node  # a query
        if not isinstance(node, nodes.Mapping) or (value := node.get("keywords")) is None:
            return node.get("query") if isinstance(node, nodes.Mapping) else None
        for place in reached(value, self.lists, set()):
            if (found := written(place, term, {})) is not None:
                return found if place is value or written(place, wider, self.lists) else None
        return None


def _why_common(term: Term) -> str | None:
    """Why a term says next to nothing: it is one short or common word, with no capitals that would tell it apart."""
    text = term.written
    if not text.isalpha() or any(variant.cases for variant in term.variants):
        return None
    word = fold_words(text)[0]
    if text.isupper() and 1 < len(text) <= 3:
        return f"'{text}' with case: false finds '{text.lower()}' too, a word or name in some language"
    if len(word) <= 2 and word.upper() != word:
        return f"'{text}' is a word in many languages; an abbreviation in capitals matches only as written"
    return f"'{text}' is a word that most articles hold" if word in LITTLE_WORDS else None


# ── what is written ──────────────────────────────────────────────────────────────────────────────


def _queries(value: Node, name: str = "") -> Iterator[Remark]:
    """Terms that look like several, or like a query."""
    for scalar in scalars(value):
        text = scalar.value
        told = f"'{shown(text)}' is one term, of all these words in a row; write"
        if found := _OPERATOR.search(text):
            cure = {"OR": "[..., ...]", "AND": "all: [...]", "NOT": "none: [...]"}.get(found[1], "near: {...}")
            yield remark(scalar, Code.ONE_TERM, f"{told} {cure}")
        elif scalar is value and not is_reference(scalar) and _BETWEEN.search(text):
            several = shown(", ".join(_BETWEEN.split(text)))
            yield remark(scalar, Code.ONE_TERM, f"{told} {name and name + ': '}[{several}]")


def _on_nothing(rule: RuleSpec, root: Node) -> Iterator[Remark]:
    """A rule of refusals alone; a query of such a kind is told where it is read."""
    if holds_on_nothing(rule.condition) and not is_query(root):
        yield remark(root, Code.OR_NOT, "this holds in nearly every article: nothing of it need be found")


def _reminded(node: Node, told: Collection[str]) -> Iterator[Remark]:
    """An escalation to nobody but those who were told: it may be meant, and tells nobody else."""
    escalate = node.get("escalate") if isinstance(node, nodes.Mapping) else None
    notify = escalate.get("notify") if isinstance(escalate, nodes.Mapping) else None
    named = list(scalars(notify)) if notify is not None else []
    if notify is not None and named and all(name.value in told for name in named):
        names = ", ".join(f"'{shown(name.value)}'" for name in named)
        yield remark(notify, Code.TOLD_ALREADY, f"escalate only reminds {names}, told already, and tells nobody else")


def _counted(rule: RuleSpec, root: Node) -> Iterator[Remark]:
    """Conditions inside a `near` that count, which they do in all that `in` leaves them."""
    inside = (c for near in every(rule.condition) if isinstance(near, Near) for c in every(near))
    for condition in inside:
        least, times = getattr(condition, "least", 1), getattr(condition, "times", 1)
        if least > 1 or times > 1:
            counts = f"{'min' if least > 1 else 'times'} counts in the whole text and not close by"
            cure = "for several close together give each a condition of its own"
            yield remark(place_of(root, condition), Code.NEAR_COUNT, f"{counts}; {cure}")


def _apart(rule: RuleSpec, root: Node) -> Iterator[Remark]:
    """Each `near` of what stands in the title and what stands in the body."""
    for condition in every(rule.condition):
        if isinstance(condition, Near) and not _sections(condition):
            why = "title and body never lie close together, but for the first sentence of an article without a title"
            yield remark(place_of(root, condition), Code.NEAR_APART, why)


def _sections(condition: Condition) -> set[str]:
    """Where the spans of a condition inside a `near` can lie: in title or body; the lead is of both."""
    if isinstance(condition, Near):
        return _BOTH.intersection(*map(_sections, condition.of))
    if isinstance(condition, AnyOf):
        return set().union(*map(_sections, condition.of))
    scope: Scope = getattr(condition, "scope", ())
    within = (set(part) for part in scope)
    return _BOTH.intersection(*(_BOTH if part & {"lead", "text"} else part for part in within))
