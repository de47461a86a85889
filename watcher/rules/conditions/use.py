"""`use`: a condition that stands under a name at the top of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from watcher.rules import forms
from watcher.rules.conditions.base import Condition, Scope
from watcher.rules.nodes import Node

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader


class Use:
    """Stands for the named condition while the file is read; in the tree is that condition itself."""

    key: ClassVar[str] = "use"
    form: ClassVar[forms.Form] = forms.text("The condition of this name under conditions: holds.")
    companions: ClassVar[tuple[str, ...]] = ("in",)

    @staticmethod
    def read(reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Condition | None:
        """What is found bears the path of the `use` and, behind it, that inside the named condition."""
        return reader.named(entries["use"], f"{at}.use" if at else "use", scope)
