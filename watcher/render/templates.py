"""Templates: a channel's own bodies of messages, in Jinja2 that can print, choose and repeat, and do nothing else.

What a template may say is listed here and the rest refused when the rules are read: nothing can be called, stored,
included or defined, so that a template's cost is bounded by its loops. Jinja2 is imported with the first template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from watcher.render.cleaning import clean, one_line
from watcher.render.forms import MARKUPS, Form, escape

if TYPE_CHECKING:
    import jinja2
    from jinja2 import nodes

LARGEST = 32 * 1024  # characters of a template
LARGEST_OUTPUT = 64 * 1024
MOST_STEPS = 10_000  # of all loops together
DEEPEST = 30  # tags, filters and parts of expressions in one another
ENDINGS: Mapping[str, Form | None] = {".txt": None, ".md": "markdown", ".html": "html"}

ARTICLE = ("title", "source", "language", "age", "published", "author", "url", "path", "link")
FIELDS = (
    *("level", "level_name", "headline", "why", "rules", "evidence", "several", "outlets", "total", "more", "articles"),
    *("id", "rule", "group", "body", *ARTICLE),
)
_LOOP = ("index", "first", "last", "length")
_FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "trim", "truncate", "upper")
_TESTS = ("defined", "none", "odd", "even")
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


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it stands in its file."""

    file: str
    text: str

    def form(self, wanted: Form) -> Form:
        """The form that it makes: that of its ending, or of .txt the one that is wanted."""
        return ENDINGS[ending(self.file)] or wanted


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template, at a line and column that count from 1."""

    line: int
    column: int
    message: str


class TemplateError(Exception):
    """A template that cannot be filled with what there is: says why."""


class Formed(str):
    """A text that has its form already, and is not escaped again."""

    __slots__ = ()


def ending(file: str) -> str:
    """What tells a template's form: ".html" of "desk.html" and of "desk.html.j2"."""
    path = PurePath(file)
    return PurePath(path.stem).suffix if path.suffix == ".j2" else path.suffix


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def faults(template: Template) -> list[TemplateFault]:
    """Everything that keeps a template from being used, in its order."""
    import jinja2

    text = template.text
    if len(text) > LARGEST:
        return [TemplateFault(1, 1, f"a template of more than {LARGEST:,} characters")]
    try:
        found = list(_refused(_environment("text").parse(text), frozenset(FIELDS), 1, 0))
        if not found:
            _compiled(template, template.form("html"))
    except jinja2.TemplateSyntaxError as error:
        return [TemplateFault(error.lineno, _column(text, error.lineno), one_line(error.message or "not a template"))]
    except (RecursionError, SyntaxError):  # SyntaxError: of the Python that Jinja2 makes, past 20 loops in one another
        return [TemplateFault(1, 1, "nested too deeply")]
    return [TemplateFault(line, _column(text, line, word), why) for line, word, why in dict.fromkeys(sorted(found))]


def _column(text: str, line: int, word: str = "") -> int:
    """Where in a line a word stands, else the first tag: Jinja2 knows lines only."""
    written = [*re.split(r"\r\n|\r|\n", text), ""][line - 1]
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", written) if word else None
    return (found or re.search(r"\{[{%#]|$", written)).start() + 1  # type: ignore[union-attr]


def _refused(node: nodes.Node, names: frozenset[str], line: int, depth: int) -> Iterator[tuple[int, str, str]]:
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
        yield from _refused(child, names, line, depth + 1)


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
        case nodes.Filter(name=name) if name not in _FILTERS:
            escaped = "; what is printed is escaped already" if name in ("e", "escape", "safe", "forceescape") else ""
            return name, f"unknown filter '{one_line(name, 60)}'{escaped}; there are {', '.join(_FILTERS)}"
        case nodes.Test(name=name) if name not in _TESTS:
            return name, f"unknown test '{one_line(name, 60)}'; there are {', '.join(_TESTS)}"
        case nodes.List(items=items) if not all(isinstance(item, nodes.Const) for item in items):
            return "", "a list in a template holds only texts and numbers"
        case nodes.For(recursive=True):
            return "recursive", "a loop cannot call itself"
    return None


def _loop_names(node: Any) -> frozenset[str]:
    return frozenset({"loop", *([node.target.name] if type(node.target).__name__ == "Name" else [])})


# ── filling ──────────────────────────────────────────────────────────────────────────────────────


def filled(template: Template, form: Form, fields: Mapping[str, Any]) -> str:
    """The body that a template makes in `form`. Raises TemplateError: it is too long, or compares what cannot be."""
    import jinja2

    parts: list[str] = []
    size = 0
    try:
        for part in _compiled(template, form).generate({**fields, "_steps": []}):
            size += len(part)
            if size > LARGEST_OUTPUT:
                raise TemplateError(f"it makes more than {LARGEST_OUTPUT:,} characters")
            parts.append(part)
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise TemplateError(one_line(error)) from error
    line = "\n" if ENDINGS[ending(template.file)] else MARKUPS[form].line
    body = "\n".join(map(clean, "".join(parts).split("\n")))
    body = re.sub(f"(?:{re.escape(line)}){{3,}}", 2 * line, body).strip()
    if not body:
        raise TemplateError("it makes nothing")
    return body


@functools.lru_cache(maxsize=64)
def _compiled(template: Template, form: Form) -> jinja2.Template:
    import jinja2
    from jinja2 import nodes

    environment = _environment(form)
    tree = environment.parse(template.text)
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
    if ENDINGS[ending(template.file)] is None:
        for literal in tree.find_all(nodes.TemplateData):
            literal.data = _literal(literal.data, form)
    code = environment.compile(tree)
    return jinja2.Template.from_code(environment, code, {})


def _literal(text: str, form: Form) -> str:
    """What stands in a .txt template, as the form shows it; it mostly stands behind something on its line."""
    lines = (escape(f".{line}", form)[1:] for line in text.split("\n"))
    return MARKUPS[form].line.join(lines)


@functools.lru_cache(maxsize=len(MARKUPS))
def _environment(form: Form) -> jinja2.Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def printed(value: Any) -> str:
        if isinstance(value, Formed | int):
            return str(value)
        if isinstance(value, str):
            return escape(value, form)
        if value is None or isinstance(value, environment.undefined):
            return ""
        raise TypeError("only texts and numbers can be printed; of a list print its items, or '|join'")

    def join(items: Any, joint: str = "") -> Formed:
        shown = [printed(item) for item in _listed(items)]
        if sum(map(len, shown)) + len(shown) * len(joint) > LARGEST_OUTPUT:
            raise ValueError("joined it is too long")
        return Formed(escape(joint, form).join(shown))

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, autoescape=False, finalize=printed, cache_size=0
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.filters |= {"join": join, "truncate": one_line, "_counted": _counted()}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _listed(items: Any) -> Iterable[Any]:
    if isinstance(items, str | Mapping) or not isinstance(items, Iterable):
        raise TypeError("only a list has items")
    return items


def _counted() -> Any:
    """A filter that bounds how often all loops of one filling go round."""
    from jinja2 import pass_context
    from jinja2.runtime import Context

    @pass_context
    def counted(context: Context, items: Any) -> Iterator[Any]:
        steps: list[None] = context["_steps"]
        for item in _listed(items):
            steps.append(None)
            if len(steps) > MOST_STEPS:
                raise ValueError(f"its loops go round more than {MOST_STEPS:,} times")
            yield item

    return counted
