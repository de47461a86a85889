"""`query`: conditions on one line, read into the very nodes that they would be in YAML.

Imported where the first query is read: a rules file without one need not wait for lark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from watcher.rules import nodes, querygrammar, querywords
from watcher.rules.conditions.query import MAX_QUERY
from watcher.rules.nodes import Mapping, Node, Scalar
from watcher.rules.positions import Positions
from watcher.rules.querygrammar import start_of
from watcher.rules.querynodes import Composer
from watcher.rules.querywords import PREFIXES, SCOPES, Wrong
from watcher.rules.reading import Reading
from watcher.rules.spec import Code

MOST_FAULTS = 100  # of one query that are told


def read_query(reading: Reading, scalar: Scalar, positions: Positions, aside: Callable[[Node], object]) -> Node | None:
    """The condition that a query means, each node at its place in the file; None where the query has faults, which are
    then noted. Of such a query each term goes to `aside`, as a condition by itself: it may have faults too."""
    query = _Query(scalar, positions, Composer(scalar, positions))
    found = query.read()
    if query.faults:
        query.tell(reading)
        for term in query.terms:
            aside(term)
        return None
    assert found is not None  # it has no faults
    if not _looks_for(found):
        reading.fault(found, "a query of NOT alone holds in nearly every article; write what to look for: a NOT b")
        aside(found)
        return None
    if _holds_on_nothing(found):
        reading.warn(found, Code.OR_NOT, "this query holds where nothing of it is found: OR NOT; is AND NOT meant?")
    return found


@dataclass(slots=True)
class _Query:
    """One query while it is read; where it has faults `terms` are what it looks for."""

    scalar: Scalar
    positions: Positions
    composer: Composer
    terms: list[Node] = field(default_factory=list)

    @property
    def faults(self) -> list[Wrong]:
        return self.composer.faults

    def read(self) -> Node | None:
        """What the query means; nothing where its form is wrong."""
        text, found = self.scalar.value, None
        if (why := self._unread()) is not None:
            self.faults.append(why)
            return None
        try:
            found = self.composer.condition(querygrammar.parser().parse(text))
        except (UnexpectedToken, UnexpectedCharacters):
            self._look_for_misplaced(text)
        if self.faults:
            terms = list(self._each(querygrammar.tokens(text)[0]))
            told = {wrong.index for wrong in self.faults}
            self.terms = [term for start, term in terms if start not in told]
        return found

    def tell(self, reading: Reading) -> None:
        """Notes the faults, one a place."""
        first = {wrong.index: wrong for wrong in reversed(self.faults)}
        for wrong in [*reversed(first.values())][:MOST_FAULTS]:
            guess = reading.guess(wrong.prefix, PREFIXES)
            message = f"unknown prefix {wrong.prefix}:; did you mean {guess}:?" if guess else wrong.message
            reading.fault(self.composer.at(wrong.index), message)
        if len(first) > MOST_FAULTS:
            more = len(first) - MOST_FAULTS
            reading.fault(self.scalar, f"{MOST_FAULTS} faults of this query are told, and not {more} more")

    def _unread(self) -> Wrong | None:
        """Why the query is not read at all."""
        text = self.scalar.value
        if (cut := self.positions.comment(len(text))) is not None:
            return Wrong(cut, "' #' begins a comment, which ends the query here; put the query in single quotes")
        if not text.strip():
            return Wrong(0, "an empty query; write terms joined by AND, OR, NOT or NEAR")
        if len(text) > MAX_QUERY:
            long = f"a query of {len(text):,} characters; at most {MAX_QUERY:,} are allowed"
            return Wrong(0, f"{long}: put the terms into a list and write @name")
        return None

    def _look_for_misplaced(self, text: str) -> None:
        quoted = self.positions.mark == '"' and '"' not in text
        tokens, behind = querygrammar.tokens(text)
        self.composer.faults += querywords.misplaced(text, tokens, whole=behind is None, yaml_quotes=quoted)
        if behind is not None:
            self.faults.append(querywords.unreadable(text, behind))

    def _each(self, tokens: Sequence[Token]) -> Iterator[tuple[int, Node]]:
        """Each term by itself and where it starts, of the kind that its prefix says, whatever joins them."""
        kinds = [""]
        kind = None
        for token, operand in zip_longest(tokens, tokens[1:]):
            if token.type == "PREFIX" and token[:-1] in PREFIXES:
                kind = kind if token[:-1] in SCOPES else token[:-1]
                continue
            if token.type == "PREFIX" and operand is not None:
                self.faults.append(querywords.unknown_prefix(token, start_of(operand), operand))
            elif token.type == "LPAR":
                kinds.append(kind or kinds[-1])
            elif token.type == "RPAR":
                kinds = kinds[:-1] or kinds
            elif token.type in ("WORD", "PHRASE", "LIST", "NAMED"):
                yield start_of(token), self.composer.terms([token], kind or kinds[-1])
            kind = None


# ── what a query asks for ────────────────────────────────────────────────────────────────────────


def _looks_for(node: Node, *, denied: bool = False) -> bool:
    """Whether anything is looked for, and not all of it ruled out."""
    if not isinstance(node, Mapping):
        return False
    for key in ("all", "any", "none"):
        if (inner := node.get(key)) is not None:
            return any(_looks_for(n, denied=denied ^ (key == "none")) for n in _items(inner))
    return not denied


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, nodes.Sequence) else ()


def _holds_on_nothing(node: Node) -> bool:
    """Whether it holds in an article in which nothing of it is found."""
    if not isinstance(node, Mapping):
        return False
    if (inner := node.get("all")) is not None:
        return all(map(_holds_on_nothing, _items(inner)))
    if (inner := node.get("any")) is not None:
        return any(map(_holds_on_nothing, _items(inner)))
    if (inner := node.get("none")) is not None:
        return not any(map(_holds_on_nothing, _items(inner)))
    return False
