"""Reads terms and names out of a rules file: lists, lists in lists, by-language lists and "@lists"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field
from typing import TypeGuard, TypeVar

from watcher.rules import forms
from watcher.rules.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence
from watcher.rules.reading import CODES, Reading, shown
from watcher.rules.spec import Code
from watcher.rules.termreader import ANY, BOUNDS, TERM_FORM, Style, TermReader, is_term
from watcher.rules.terms import Item

T = TypeVar("T")

_BY_LANGUAGE = {
    "patternProperties": {**forms.FREE, f"^({'|'.join([*CODES, ANY])})$": forms.ref("item")},
    "additionalProperties": False,
    "minProperties": 1,
}
_BESIDE = "'{}' stands beside keywords, not in it: {{keywords: [...], {}: ...}}"
_MISPLACED = {  # what is taken for a language's code
    "file": "a file of terms stands under lists:, and is used by its name",
    "terms": "terms are a list: keywords: [...]",
    **{key: _BESIDE.format(key, key) for key in ("in", "min", "times", "case", "inflect", "except")},
}
_FILE_FORM = forms.entries({"file": forms.text("A list in a file, one term a line.", pattern=r"^(?!.*\.ya?ml$).+")})
FORMS: forms.Keys = {
    # an item of a list of terms: a term, or a list of its spellings
    "item": {
        "type": [*forms.TEXT, "array", "object"],
        **BOUNDS,
        "items": forms.ref("item"),
        "minItems": 1,
        **TERM_FORM,
    },
    # a term, a list of items, or items by language
    "terms": {
        "type": [*forms.TEXT, "array", "object"],
        **BOUNDS,
        "items": forms.ref("item"),
        "minItems": 1,
        "if": {"required": ["term"]},
        "then": TERM_FORM,
        "else": _BY_LANGUAGE,
    },
    # what stands under `lists`
    "list": {"if": {"type": "object", "required": ["file"]}, "then": _FILE_FORM, "else": forms.TERMS},
    "names": {
        "type": [*forms.TEXT, "array"],
        "minLength": 1,
        "pattern": rf"^{forms.NO_NAMED}[^*?]*$",
        "items": forms.ref("names"),
        "minItems": 1,
    },
    "language": forms.choice(CODES),
}


@dataclass(slots=True)
class ListReader:
    """Owns the lists of one set of rules, and each that was read, once; `terms` reads what stands in them."""

    reading: Reading
    lists: Map[str, Node]
    terms: TermReader
    used: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)
    _depth: int = 0
    _read: dict[tuple[str, object], tuple[object, frozenset[str]]] = field(default_factory=dict)
    _ones: dict[tuple[str, Style], Item] = field(default_factory=dict)
    _shared: dict[tuple[Item, ...], tuple[Item, ...]] = field(default_factory=dict)
    _repeated: set[int] = field(default_factory=set)

    def check(self, name: str) -> None:
        """Reads a list as terms, whether or not a rule uses it."""
        node = self.lists[name]
        self.items(Scalar(f"@{name}", False, node.line, node.column, node.file))

    # ── lists of terms ────────────────────────────────────────────────────────────────────────────

    def items(self, node: Node, case: bool | None = None, *, inflect: bool = False) -> tuple[Item, ...]:
        """What a `keywords` looks for: a term, a list of terms, a "@list", or a mapping by language. With `inflect`
        each term stands there twice, as written and by its stems."""
        found = self._items(node, Style(case, inflect=inflect))
        return self._shared.setdefault(found, found)  # rules that name the same lists are one when they are compiled

    def _items(self, node: Node, style: Style) -> tuple[Item, ...]:
        if is_reference(node):
            return self._listed(node, style, lambda listed: self._items(listed, style)) or ()
        if isinstance(node, Mapping) and not is_term(node):
            return tuple(self._by_language(node, style))
        nodes = self.reading.items(node)
        if not nodes:
            self.reading.fault(node, "an empty list of terms; put one in, or remove the key")
        return tuple(self._without_repeats((n, self._item(n, style)) for n in nodes))

    def _by_language(self, node: Mapping, style: Style) -> Iterator[Item]:
        if not node.entries:
            self.reading.fault(node, "an empty list of terms; put one in, or remove the key")
        for key, value in node.entries:
            if key.value.startswith("x-"):
                continue
            if (why := _MISPLACED.get(key.value)) is not None:
                self.reading.fault(key, why)
                continue
            language = "" if key.value == ANY else self.reading.language(key)
            if language is None:
                continue
            if language and style.language and language != style.language:
                continue  # a list inside one of another language: no article is in both
            inner = style._replace(language=language or style.language)
            if isinstance(value, Sequence) and not value.items:
                self.reading.fault(value, "an empty list of terms; put one in, or remove the key")
            yield from self._without_repeats((n, self._item(n, inner)) for n in self.reading.items(value))

    def _item(self, node: Node, style: Style) -> Item | None:
        """One item of a list of terms: a term, or several spellings of one."""
        if isinstance(node, Sequence):
            if not node.items:
                self.reading.fault(node, "an empty list of terms; put one in, or remove it")
            if self._too_deep(node):
                return None
            self._depth += 1
            parts = list(self._without_repeats((n, self._item(n, style)) for n in node.items))
            self._depth -= 1
            return _one_of(parts[0].label, parts) if parts else None
        if is_reference(node):
            return self._as_one(node, style)
        term = self.terms.term(node, style.case, style.language)
        return Item(term.written, self.terms.forms_of(term, style)) if term else None

    def _as_one(self, node: Scalar, style: Style) -> Item | None:
        """All terms of a "@list" as spellings of one; made once, for 20,000 of them take 1.6 MB."""
        parts = self._items(node, style)
        if parts and (node.value, style) not in self._ones:
            self._ones[node.value, style] = Item(node.value, _one_of(node.value, parts).terms)
        return self._ones.get((node.value, style))

    def _without_repeats(self, items: Iterable[tuple[Node, Item | None]]) -> Iterator[Item]:
        """The items; a term that a list has already is a warning, told once, and counts once all the same."""
        seen: set[object] = set()
        for node, item in items:
            if item is None:
                continue
            meanings = [term.meaning for term in item.terms]
            if seen.issuperset(meanings) and len({t.written for t in item.terms}) == 1:
                if id(node) not in self._repeated:
                    self._repeated.add(id(node))
                    self.reading.warn(node, Code.REPEATED_TERM, f"'{shown(item.label)}' is repeated")
                continue
            seen.update(meanings)
            yield item

    def _listed(self, node: Scalar, style: object, read: Callable[[Node], T]) -> T | None:
        """What `read` makes of the list that "@name" means, read once a style; None where there is no such list.

        Read again at each "@name", twenty lists that each name the one before twice would take a million readings.
        """
        name = node.value[1:]
        if name not in self.lists:
            hint = self.reading.hint(name, self.lists) or "; write it under lists:"
            self.reading.unknown(node, f"unknown list '@{shown(name)}'{hint}")
            return None
        if name in self._open:
            cycle = " -> ".join(f"@{n}" for n in (*self._open[self._open.index(name) :], name))
            self.reading.fault(node, f"a list that holds itself: {cycle}")
            return None
        if self._too_deep(node):
            return None
        if (name, style) not in self._read:
            outer, self.used = self.used, set()
            self._open.append(name)
            self._depth += 1
            found = read(self.lists[name])
            self._depth -= 1
            self._open.pop()
            self._read[name, style] = found, frozenset((*self.used, name))
            self.used = outer
        found, used = self._read[name, style]  # type: ignore[assignment] # one style, one kind of reading
        self.used |= used
        return found

    def _too_deep(self, node: Node) -> bool:
        if self._depth >= MAX_DEPTH:
            self.reading.fault(node, f"lists nested deeper than {MAX_DEPTH} levels")
        return self._depth >= MAX_DEPTH

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def names(self, node: Node) -> dict[str, str]:
        """The names of people or organisations, each with the one that it counts as: a list in a list, or a "@list"
        as an item, is one with spellings. Wildcards are faults."""
        if is_reference(node):
            return self._listed(node, "names", self.names) or {}
        nodes = self.reading.items(node)
        if not nodes:
            self.reading.fault(node, "an empty list of names; put one in, or remove the key")
        found: dict[str, str] = {}
        for item in nodes:
            if isinstance(item, Sequence) or is_reference(item):
                if self._too_deep(item):
                    continue
                self._depth += 1
                spellings = self.names(item)
                self._depth -= 1
                found |= dict.fromkeys(spellings, next(iter(spellings), ""))
            elif (name := self.terms.name(item)) is not None:
                found.setdefault(name, name)
        return found


def is_reference(node: Node) -> TypeGuard[Scalar]:
    """Whether a node is a "@list"."""
    return isinstance(node, Scalar) and node.value.startswith("@")


def _one_of(label: str, parts: SequenceOf[Item]) -> Item:
    if len(parts) == 1:
        return parts[0]
    return Item(label, tuple(dict.fromkeys(t for part in parts for t in part.terms)))
