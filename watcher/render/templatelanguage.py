"""The language of templates: what one may say, and what of a tree is not in it.

All that is not listed here is refused: nothing can be called, stored, included or defined.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from watcher.render.cleaning import one_line

if TYPE_CHECKING:
    from jinja2 import nodes

DEEPEST = 30  # tags, filters and parts of expressions in one another

ARTICLE = ("title", "source", "language", "age", "published", "author", "url", "path", "link")
FIELDS = (
    *("level", "level_name", "headline", "why", "acknowledge", "rules", "evidence", "several", "outlets", "total"),
    *("more", "articles", "id", "rule", "group", "body", *ARTICLE),
)
_LOOP = ("index", "first", "last", "length")
FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "trim", "truncate", "upper")
TESTS = ("defined", "none", "odd", "even")
_NODES = frozenset(
    "Template Output TemplateData For If CondExpr Name Getattr Getitem Slice Const List Filter Test Compare Operand "
    "And Or Not".split()
)
_CURES = {
    "Call": "nothing can be called",
    "Assign": "there is no 'set'",
    "AssignBlock": "there is no 'set'",
    "Concat": "there is no '~'; write {{ a }}{{ b }}",
    "Tuple": "lists stand in [...], and a loop has one name",
    "Include": "there is no 'include'",
    "Import": "there is no 'import'",
    "FromImport": "there is no 'import'",
    "Extends": "there is no 'extends'",
    "Block": "there is no 'block'",
    "Macro": "there is no 'macro'",
}


def refused(node: nodes.Node, names: frozenset[str], line: int, depth: int) -> Iterator[tuple[int, str, str]]:
    """What of a tree is not in the language: (line, word to point at, why). `line` is that of the node above."""
    kind, line = type(node).__name__, node.lineno or line
    if depth > DEEPEST:
        yield line, "", f"more than {DEEPEST} tags or filters in one another"
        return
    if kind not in _NODES:
        yield line, "", _CURES.get(kind, f"'{kind.lower()}' is not for templates")
        return
    if why := _wrong(node, names):
        yield line, *why
    if kind == "For":
        names |= _loop_names(node)
    for child in node.iter_child_nodes():
        yield from refused(child, names, line, depth + 1)


def _wrong(node: nodes.Node, names: frozenset[str]) -> tuple[str, str] | None:
    """(word, why) of one node."""
    from jinja2 import nodes

    match node:
        case nodes.Name(ctx="load", name=name) if name not in names:
            return name, f"unknown name '{one_line(name, 60)}'; there are {', '.join(sorted(names))}"
        case nodes.Name(ctx="store", name=name) if name in FIELDS or name.startswith("_"):
            return name, f"'{one_line(name, 60)}' cannot name what a loop goes through"
        case nodes.Getattr(attr=name) if name not in (*ARTICLE, *_LOOP):
            return name, f"unknown field '{one_line(name, 60)}'; there are {', '.join(ARTICLE)}"
        case nodes.Filter(name=name) if name not in FILTERS:
            escaped = "; what is printed is escaped already" if name in ("e", "escape", "safe", "forceescape") else ""
            return name, f"unknown filter '{one_line(name, 60)}'{escaped}; there are {', '.join(FILTERS)}"
        case nodes.Test(name=name) if name not in TESTS:
            return name, f"unknown test '{one_line(name, 60)}'; there are {', '.join(TESTS)}"
        case nodes.List(items=items) if not all(isinstance(item, nodes.Const) for item in items):
            return "", "a list in a template holds only texts and numbers"
        case nodes.For(recursive=True):
            return "recursive", "a loop cannot call itself"
    return None


def _loop_names(node: Any) -> frozenset[str]:
    return frozenset({"loop", *([node.target.name] if type(node.target).__name__ == "Name" else [])})
