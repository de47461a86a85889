"""Templates: a channel's own bodies of messages, in Jinja2 that can print, choose and repeat, and do nothing else.

What is not in its language is refused when the rules are read: nothing can be called, stored,
included or defined, so that a template's cost is bounded by its loops. Jinja2 is imported with the first template.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from watcher.render.cleaning import clean, one_line
from watcher.render.forms import MARKUPS, Form, escape
from watcher.render.templatelanguage import FIELDS, FILTERS, TESTS, refused

if TYPE_CHECKING:
    import jinja2

LARGEST = 32 * 1024  # characters of a template
LARGEST_OUTPUT = 64 * 1024
MOST_STEPS = 10_000  # of all loops together
ENDINGS: Mapping[str, Form | None] = {".txt": None, ".md": "markdown", ".html": "html"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it stands in its file."""

    file: str
    text: str

    @property
    def digest(self) -> str:
        """Another where the text is: the rules' fingerprints keep no template."""
        return hashlib.sha256(self.text.encode()).hexdigest()

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
        found = list(refused(_environment("text").parse(text), frozenset(FIELDS), 1, 0))
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
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters |= {"join": join, "truncate": one_line, "_counted": _counted()}
    environment.tests = {name: environment.tests[name] for name in TESTS}
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
