"""Reads one term or name of a rules file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from watcher.folding import fold_words
from watcher.rules import forms
from watcher.rules.nodes import Mapping, Node, Scalar
from watcher.rules.reading import Reading, kind, shown
from watcher.rules.terms import Term
from watcher.rules.variants import MAX_TERM, TermError, compile_term, inflected

ANY = "any"
_NAMED = re.compile(r"\$([^\W\d][\w-]*)")  # what a query takes for a named condition
MAX_SPELLINGS = 100_000  # more than one a term, by its hyphens; 100,000 terms of five took 133 s
TERM: forms.Keys = {
    "term": forms.text("A word or phrase.", minLength=1, maxLength=MAX_TERM, pattern=f"^(?!@){forms.NO_NAMED}"),
    "case": forms.boolean("Whether capitals must be as written; else they are judged word by word."),
    "exact": forms.boolean("Whether accents and capitals must be as written."),
    "lang": {
        "anyOf": [forms.LANGUAGE, forms.choice([ANY])],
        "description": "The term counts in articles of this language only.",
    },
}
BOUNDS = {"minLength": 1, "maxLength": MAX_TERM, "pattern": f"^{forms.NO_NAMED}"}
TERM_FORM = forms.entries(TERM, required=("term",))


class Style(NamedTuple):
    """What holds for the terms of a list: how their case is taken, the language of their articles, "" for any, and
    whether their words are found in every form."""

    case: bool | None = None
    language: str = ""
    inflect: bool = False


@dataclass(slots=True)
class TermReader:
    """Owns each term of one set of rules that was read, once."""

    reading: Reading
    _terms: dict[tuple[str, Style, bool], Term | TermError] = field(default_factory=dict)
    _inflected: dict[Term, Term | None] = field(default_factory=dict)
    _spellings: int = 0

    def term(self, node: Node, case: bool | None = None, language: str = "") -> Term | None:
        """The term at a node: a text, or a mapping with `term`; None where it has a fault, which is then noted."""
        if isinstance(node, Scalar):
            return self._compiled(node, Style(case, language), False)
        reading = self.reading
        if isinstance(node, Mapping) and not is_term(node):
            reading.fault(node, "a mapping inside a list of terms; a term with ': ' in it needs quotes")
            return None
        entries = reading.mapping(node, "a term", TERM, required=("term",))
        own = reading.boolean(entries.get("case"), "case")
        exact = bool(reading.boolean(entries.get("exact"), "exact"))
        tongue = entries.get("lang")
        if tongue is not None and reading.text(tongue, "lang") not in (None, ANY):
            language = reading.language(tongue) or "" if isinstance(tongue, Scalar) else ""
        written = entries.get("term")
        if reading.text(written, "term") is None or not isinstance(written, Scalar):
            return None
        if own is None and not exact:
            own = case
        return self._compiled(written, Style(own, language), exact)

    def _compiled(self, node: Scalar, style: Style, exact: bool) -> Term | None:
        key = (node.value, style, exact)
        if key not in self._terms:
            if self._spellings > MAX_SPELLINGS:
                return None
            self._terms[key] = self._compile(node, style, exact)
        term = self._terms[key]
        if isinstance(term, TermError):
            comment = "; one that begins with # needs quotes" if node.plain else ""
            self.reading.fault(node, f"{term}" if node.value else f"an empty term{comment}")
            return None
        return term

    def _compile(self, node: Scalar, style: Style, exact: bool) -> Term | TermError:
        if why := _no_term(node.value):
            return TermError(why)
        try:
            term = compile_term(node.value, case=style.case, exact=exact, language=style.language)
        except TermError as error:
            return error
        self._spellings += len(term.variants) - 1
        if self._spellings > MAX_SPELLINGS:  # told once; what comes behind is left out
            return TermError(f"more than {MAX_SPELLINGS:,} spellings by the hyphens of terms; write spaces for them")
        return term

    def forms_of(self, term: Term, style: Style) -> tuple[Term, ...]:
        """A term, and with `inflect` the same by its stems, where it has any."""
        if not style.inflect:
            return (term,)
        if term not in self._inflected:
            self._inflected[term] = inflected(term)
        by_stem = self._inflected[term]
        return (term, by_stem) if by_stem else (term,)

    def name(self, node: Node) -> str | None:
        """The name of somebody at a node; None where it is none, which is then noted."""
        if not isinstance(node, Scalar):
            self.reading.fault(node, f"a name must be a text, not {kind(node)}")
        elif "*" in node.value or "?" in node.value:
            self.reading.fault(node, f"'{shown(node.value)}': a name takes no wildcards; its forms are found without")
        elif why := _no_term(node.value):
            self.reading.fault(node, why)
        elif not fold_words(node.value):
            self.reading.fault(node, "a name without a letter or digit")
        else:
            return node.value
        return None


def _no_term(written: str) -> str:
    """Why what is written is neither a term nor a name: it would stand for a word of the text; "" where it may be."""
    if written.startswith("@"):
        return f"'{shown(written)}' is a list and stands by itself, without term"
    if found := _NAMED.fullmatch(written):
        name = shown(found[1])
        return f"'${name}' is no term; a condition is used by {{use: {name}}}, and a word needs no $"
    return ""


def is_term(node: Mapping) -> bool:
    """Whether a mapping is one term, and not terms by language."""
    return any(key.value in TERM for key, _ in node.entries)
