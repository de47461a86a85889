"""Conditions printed: on one line as a `query`, or as YAML where a query cannot say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

from watcher.rules import nodes
from watcher.rules.nodes import Mapping, Node, Scalar
from watcher.rules.positions import positions_of
from watcher.rules.query import read_query
from watcher.rules.querywords import BRACKET, SEVERAL
from watcher.rules.reading import Reading

_WORD = re.compile(r'[^\s()"“”„«»:]+')
_OPERATOR = re.compile(r"AND|OR|NOT|O?NEAR(?:/.*)?")
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))
_PREFIXES = {"place": "place", "source": "source", "language": "lang"}
_UNITS = {"sentence": "s", "paragraph": "p"}

# How tightly a printed part binds; one that binds less than its place wants is put in parentheses.
_EITHER, _BOTH, _DENIED, _NEAR, _ONE = range(5)


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shape:
    """A condition without its place and form: equal for conditions that are one tree, however they are written.

    `kind` is the condition's key, of `within` what an `in` narrows; `says` is what it takes, `of` what it holds.
    `near` keeps its `none` as the last of `of`. Under "" stands what only YAML can say.
    """

    kind: str
    says: tuple[object, ...] = ()
    of: tuple[Shape, ...] = ()


def shape(node: Node) -> Shape:
    """The shape of a condition that has no fault."""
    if isinstance(node, nodes.Sequence):
        return _group("all", node)
    assert isinstance(node, Mapping)
    entries = {key.value: value for key, value in node.entries if not key.value.startswith("x-")}
    scope = _texts(entries.pop("in", None))
    groups = [_group(key, value) for key, value in entries.items() if key in ("all", "any", "none")]
    inner = _joined("all", groups) if groups else _leaf(entries)
    return inner if not scope or "text" in scope else Shape("in", scope, (inner,))


def _group(key: str, node: Node) -> Shape:
    return _joined(key, [shape(item) for item in node.items] if isinstance(node, nodes.Sequence) else [])


def _joined(key: str, of: Sequence[Shape]) -> Shape:
    """All or any of one condition is that condition."""
    return of[0] if len(of) == 1 and key != "none" else Shape(key, of=tuple(of))


def _leaf(entries: dict[str, Node]) -> Shape:
    """A condition that is no group. What has companions that no query knows is kept as it is."""
    key, value = next(iter(entries.items()))
    if len(entries) == 1:
        texts = _texts(value)
        match key:
            case "query" if isinstance(value, Scalar) and (read := _read(value.value)):
                return shape(read)
            case "keywords" | "place" | "source" | "language" | "use" if texts:
                return Shape(key, texts)
            case "entity" if isinstance(value, Mapping) and (names := _texts(value.get("is"))):
                kinds = _texts(value.get("type"))
                if len(value.entries) == 2 and kinds[0] in ("person", "org"):
                    return Shape(kinds[0], names)
            case "near" if isinstance(value, Mapping):
                return _nearness(value)
    return Shape("", tuple((k, repr(nodes.plain(v))) for k, v in entries.items()))


def _nearness(node: Mapping) -> Shape:
    close, ruled_out = (
        tuple(shape(item) for item in found.items) if isinstance(found := node.get(key), nodes.Sequence) else ()
        for key in ("all", "none")
    )
    distance, ordered = _texts(node.get("within")), [text.lower() for text in _texts(node.get("ordered"))] == ["true"]
    return Shape("near", (*distance, ordered), (*close, Shape("none", of=ruled_out)))


def _texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list or of one text; none where anything else is among them."""
    items = node.items if isinstance(node, nodes.Sequence) else (node,)
    texts = tuple(item.value for item in items if isinstance(item, Scalar))
    return texts if len(texts) == len(items) else ()


def _read(text: str) -> Node | None:
    return read_query(Reading(), Scalar(text, False, 1, 1), positions_of(text), lambda _: None)


# ── queries ──────────────────────────────────────────────────────────────────────────────────────


def printed(node: Node) -> str:
    """A condition as a query where a query can say it, else as YAML; either reads back to the same tree."""
    query = print_query(node)
    return query if query is not None else _yaml(node)


def print_query(node: Node) -> str | None:
    """A condition without fault on one line; None where a query cannot say it: `min`, `regex`, `in: body`, a score,
    NOT alone, or a term with every kind of quotes in it."""
    wanted = shape(node)
    try:
        text = _query(wanted, _EITHER)
    except _Unsayable:
        return None
    read = _read(text)
    return text if read is not None and shape(read) == wanted else None


class _Unsayable(Exception):
    """No query says this."""


def _query(it: Shape, binding: int) -> str:
    """The query of a shape, in parentheses where it binds less than it must. Raises _Unsayable."""
    text, own = _loose(it)
    return text if own >= binding else f"({text})"


def _loose(it: Shape) -> tuple[str, int]:
    """The query of a shape, and how tightly it binds."""
    match it.kind:
        case "all" if it.of:
            return " AND ".join(_query(part, _DENIED) for part in it.of), _BOTH
        case "any" if it.of:
            return _alternatives(it.of), _EITHER
        case "none" if it.of:
            return f"NOT {_denied(it.of)}", _DENIED
        case "near":
            return _near(it), _NEAR
        case "in" if it.says in (("title",), ("lead",)):
            return f"{it.says[0]}:{_query(it.of[0], _ONE)}", _ONE
        case "use":
            return f"${it.says[0]}", _ONE
        case "keywords":
            return _terms(it.says), _ONE if len(it.says) == 1 else _EITHER
        case "person" | "org":
            return f"{it.kind}:{_grouped(it.says)}", _ONE
        case kind if kind in _PREFIXES:
            return f"{_PREFIXES[kind]}:{_grouped(it.says)}", _ONE
        case _:
            raise _Unsayable


def _alternatives(of: Iterable[Shape]) -> str:
    """Bare terms of one OR are one condition: those of a second one stand in parentheses."""
    parts, bare = [], False
    for part in of:
        text = _query(part, _BOTH if part.kind != "keywords" else _EITHER)
        parts.append(f"({text})" if part.kind == "keywords" and bare else text)
        bare |= part.kind == "keywords"
    return " OR ".join(parts)


def _denied(of: Sequence[Shape]) -> str:
    """NOT before ORs in parentheses rules out each of them, in double ones the whole of it."""
    if len(of) > 1:
        return f"({_alternatives(of)})"
    return f"(({_query(of[0], _EITHER)}))" if of[0].kind == "any" else _query(of[0], _DENIED)


def _near(it: Shape) -> str:
    distance, ordered = it.says
    operator = f"{'ONEAR' if ordered else 'NEAR'}/{_UNITS.get(str(distance), distance)}"
    *close, ruled_out = it.of
    text = f" {operator} ".join(_query(part, _ONE) for part in close)
    barring = f" NOT {operator.removeprefix('O')} "
    return text + "".join(barring + _query(part, _ONE) for part in ruled_out.of)


def _grouped(texts: Sequence[object]) -> str:
    return _terms(texts) if len(texts) == 1 else f"({_terms(texts)})"


def _terms(texts: Iterable[object]) -> str:
    return " OR ".join(_term(str(text)) for text in texts)


def _term(text: str) -> str:
    """A word as it is, all else in quotes that do not occur in it."""
    foreign = text.startswith(("$", "-", "!")) or SEVERAL.search(text) or BRACKET.search(text)
    if _WORD.fullmatch(text) and not _OPERATOR.fullmatch(text) and not foreign:
        return text
    for opening, closing in _QUOTES:
        if opening not in text and closing not in text:
            return f"{opening}{text}{closing}"
    raise _Unsayable


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────


class _Dumper(yaml.SafeDumper):
    """Writes every text plain that may be: the reader takes none for a number."""

    yaml_implicit_resolvers: dict[str, object] = {}  # noqa: RUF012 - PyYAML reads it off the class


def _yaml(node: Node) -> str:
    return yaml.dump(_data(node), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _data(node: Node) -> object:
    match node:
        case Scalar():
            return node.value
        case nodes.Sequence():
            return [_data(item) for item in node.items]
        case Mapping():
            return {key.value: _data(value) for key, value in node.entries}
