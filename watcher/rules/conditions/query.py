"""`query`: conditions written on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from watcher.rules import forms
from watcher.rules.conditions.base import Condition, Scope
from watcher.rules.nodes import Node, Scalar

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

MAX_QUERY = 20_000  # characters; the longest that media monitors take is about as long


class Query:
    """Stands for the conditions of its line while the file is read; in the tree are those conditions themselves."""

    key: ClassVar[str] = "query"
    form: ClassVar[forms.Form] = forms.text(
        "Conditions on one line, joined by AND, OR, NOT and NEAR/5.", pattern=r"\S", maxLength=MAX_QUERY
    )
    companions: ClassVar[tuple[str, ...]] = ("in",)

    @staticmethod
    def read(reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Condition | None:
        """What is found bears the path that it would have if the conditions were written out."""
        from watcher.rules.query import read_query  # lark: most rules files need none

        node = entries["query"]
        if reader.reading.text(node, "query") is None or not isinstance(node, Scalar):
            return None
        positions = reader.sources.positions(node)
        found = read_query(reader.reading, node, positions, lambda part: reader.condition(part, at, scope))
        return None if found is None else reader.condition(found, at, scope)
