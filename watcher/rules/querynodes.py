"""What the parts of a query mean: the very nodes that they would be in YAML, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from lark import Token, Tree

from watcher.rules import nodes, querygrammar, querywords
from watcher.rules.nodes import MAX_DEPTH, Mapping, Node, Scalar
from watcher.rules.positions import Positions
from watcher.rules.querygrammar import Part, start_of
from watcher.rules.querywords import PREFIXES, SCOPES, Wrong, written

MOST_WORDS = 10_000
_NEAR_WORDS = "4"  # NEAR without a number
_UNITS = {"s": "sentence", "p": "paragraph"}
_KEYS = {"": "keywords", "lang": "language", "source": "source", "place": "place"}
_NEARNESS = re.compile("O?NEAR(/.*)?")


@dataclass(slots=True)
class Composer:
    """Makes the nodes of one query. Owns the faults that are found in it."""

    scalar: Scalar
    positions: Positions
    faults: list[Wrong] = field(default_factory=list)
    _depth: int = 0

    def condition(self, part: Part, kind: str = "", *, near: bool = False) -> Node:
        """What a part of the query means. `kind` is the prefix that holds for its terms; `near` says that it stands
        inside one. A fault in it is noted, and the part stands for nothing."""
        if isinstance(part, Token):
            return self.terms([part], kind)
        if self._depth >= MAX_DEPTH:
            self._fault(start_of(part), f"a query nested deeper than {MAX_DEPTH} levels")
            return self.at(start_of(part))
        self._depth += 1
        found = self._composed(part, kind, near)
        self._depth -= 1
        return found

    def _fault(self, index: int | None, message: str) -> None:
        self.faults.append(Wrong(index, message))

    def _composed(self, part: Tree[Token], kind: str, near: bool) -> Node:
        match part.data:
            case "either":
                branches = self._branches(part, kind, near)
                return branches[0] if len(branches) == 1 else self._mapping(part, any=self._list(branches))
            case "both":
                self._refuse_in_near(part.children[1], near)
                return self._mapping(part, all=self._list(list(self._conjuncts(part, kind))))
            case "negated":
                self._refuse_in_near(part.children[0], near)
                return self._none(part.children[0], part.children[1], kind)
            case "near":
                return self._near(part, kind)
            case "prefixed":
                return self._prefixed(part, kind, near)
            case _:  # a group
                return self.condition(part.children[1], kind, near=near)

    def _branches(self, part: Tree[Token], kind: str, near: bool) -> list[Node]:
        """What OR joins: its bare terms are one condition, where the first of them stands."""
        bare = [p for p in part.children[::2] if querygrammar.is_term(p)]
        found = []
        for branch in part.children[::2]:
            if not querygrammar.is_term(branch):
                found.append(self.condition(branch, kind, near=near))
            elif branch is bare[0]:
                found.append(self.terms(bare, kind))
        return found

    def _conjuncts(self, part: Tree[Token], kind: str) -> Iterator[Node]:
        """What AND joins; `a NOT b` is `a AND NOT b`."""
        yield self.condition(part.children[0], kind)
        for operator, operand in zip(part.children[1::2], part.children[2::2], strict=True):
            denied = isinstance(operator, Token) and operator.type == "NOT"
            yield self._none(operator, operand, kind) if denied else self.condition(operand, kind)

    def _none(self, operator: Part, operand: Part, kind: str) -> Node:
        """NOT before ORs in parentheses rules out each of them."""
        inner = operand.children[1] if isinstance(operand, Tree) and operand.data == "group" else None
        if isinstance(inner, Tree) and inner.data == "either":
            ruled_out = self._branches(inner, kind, near=False)
        else:
            ruled_out = [self.condition(operand, kind)]
        return self._mapping(operator, none=self._list(ruled_out))

    def _near(self, part: Tree[Token], kind: str) -> Node:
        operators = cast("list[Token]", part.children[1::2])
        distances = [self._distance(operator) for operator in operators]
        for before, operator, distance in zip(operators, operators[1:], distances[1:], strict=False):
            if why := _odd_chain(before, operator, same=distance == distances[0]):
                self._fault(operator.start_pos, why)
                break
        close, ruled_out = [self.condition(part.children[0], kind, near=True)], list[Node]()
        for operator, operand in zip(operators, part.children[2::2], strict=True):
            found = self.condition(operand, kind, near=True)
            (close if operator.type == "NEAR" else ruled_out).append(found)
        inner: dict[str, Node] = {"within": self._setting(operators[0], distances[0])}
        if operators[0].startswith("ONEAR"):
            inner["ordered"] = self._setting(operators[0], "true")
        inner["all"] = self._list(close)
        if ruled_out:
            inner["none"] = self._list(ruled_out)
        return self._mapping(part, near=self._mapping(part, **inner))

    def _prefixed(self, part: Tree[Token], kind: str, near: bool) -> Node:
        prefix, operand = cast("tuple[Token, Part]", part.children)
        name = prefix[:-1]
        if name not in PREFIXES:
            self.faults.append(querywords.unknown_prefix(prefix, start_of(operand), operand))
            return self.condition(operand, kind, near=near)
        if name in SCOPES:
            inner = self.condition(operand, kind, near=near)
            if isinstance(inner, Mapping) and any(key.value in ("language", "source") for key, _ in inner.entries):
                self._fault(prefix.start_pos, f"{prefix} before what stands nowhere in the text; join it by AND")
            scope = self.at(prefix.start_pos, name)
            if isinstance(inner, Mapping) and inner.get("in") is None:
                entries = ((self.at(prefix.start_pos, "in"), scope), *inner.entries)
                return Mapping(entries, scope.line, scope.column, scope.file)
            wrapped: dict[str, Node] = {"in": scope, "any": self._list([inner])}  # `any` keeps spans for NEAR
            return self._mapping(prefix, **wrapped)
        if kind:
            self._fault(prefix.start_pos, f"{written(prefix)} inside {kind}:; a term is of one kind")
        if near and name in ("lang", "source"):
            self._fault(prefix.start_pos, f"{prefix} inside NEAR; it stands nowhere in the text, join it by AND")
        return self.condition(operand, name, near=near)

    def terms(self, tokens: Sequence[Token], kind: str) -> Node:
        """A term, phrase, list or named condition; or several terms that are one condition."""
        first = tokens[0]
        if first.type == "NAMED":
            if kind:
                self._fault(first.start_pos, f"{written(first)} inside {kind}:; a condition stands by itself")
            return self._mapping(first, use=self.at(first.start_pos, first[1:]))
        for token in tokens:
            if token.type == "WORD" and _NEARNESS.fullmatch(token):
                self.faults.append(querywords.no_distance(token))
            elif foreign := querywords.foreign(token):
                self.faults.append(foreign)
        texts = [t[1:-1].strip() if t.type == "PHRASE" else str(t) for t in tokens]
        values = [self.at(token.start_pos, text) for token, text in zip(tokens, texts, strict=True)]
        looked_for = values[0] if len(values) == 1 else self._list(values)
        if kind in _KEYS:
            return self._mapping(first, **{_KEYS[kind]: looked_for})
        entity = {"type": self.at(first.start_pos, kind), "is": looked_for}
        return self._mapping(first, entity=self._mapping(first, **entity))

    def _refuse_in_near(self, operator: Part, near: bool) -> None:
        if near:
            joins = "NEAR joins terms, phrases, lists, place: person: org:, ORs of these in parentheses, and NEARs"
            self._fault(start_of(operator), f"{operator} inside NEAR; {joins}")

    def _distance(self, operator: Token) -> str:
        """The `within` that NEAR/5, ONEAR or NOT NEAR/s means."""
        _, _, unit = operator.split()[-1].partition("/")
        if unit.isdigit() and (len(unit) > 9 or int(unit) > MOST_WORDS):
            self._fault(operator.start_pos, f"NEAR takes at most {MOST_WORDS:,} words; is AND meant?")
        return str(int(unit[:9])) if unit.isdigit() else _UNITS.get(unit, _NEAR_WORDS)

    # ── nodes at their places ─────────────────────────────────────────────────────────────────────

    def at(self, index: int | None, value: str = "") -> Scalar:
        """A value that stands at an index of the query."""
        line, column = self.positions.at(index or 0)
        return Scalar(value, False, line, column, self.scalar.file)

    def _setting(self, operator: Token, value: str) -> Scalar:
        """What an operator says, as it would stand without quotes."""
        return self.at(operator.start_pos, value)._replace(plain=True)

    def _mapping(self, part: Part, /, **entries: Node) -> Mapping:
        start = start_of(part)
        place = self.at(start)
        pairs = tuple((self.at(start, key), value) for key, value in entries.items())
        return Mapping(pairs, place.line, place.column, place.file)

    @staticmethod
    def _list(items: Sequence[Node]) -> nodes.Sequence:
        return nodes.Sequence(tuple(items), items[0].line, items[0].column, items[0].file)


def _odd_chain(before: Token, operator: Token, *, same: bool) -> str:
    """What is wrong where a chain of NEARs may mean two things; "" where it does not."""
    first, second = written(before), written(operator)
    ordered = {o.startswith("ONEAR") for o in (before, operator) if o.type == "NEAR"}
    if not same or len(ordered) > 1:
        chain = f"{first} and {second} in one chain"
        return f"{chain}; make them equal, or write parentheses: (a {first} b) {second} c"
    if before.type == "NOT_NEAR" and operator.type == "NEAR":
        return f"{second} behind {first}; write {first} last, or parentheses"
    return ""
