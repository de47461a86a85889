"""`regex`: patterns of RE2, which take time linear in the text whatever they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any, ClassVar, Self

from watcher.folded import Span
from watcher.rules import forms
from watcher.rules.conditions.base import Hit, Leaf, Outcome, Scope, View
from watcher.rules.conditions.counted import in_scope, not_excepted
from watcher.rules.nodes import Node
from watcher.rules.reading import Reading, shown
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

MAX_PATTERN = 1_000
MOST_SPANS = 10_000
LONGEST = 1_000  # characters of one match that are kept: `(?s).*` is the whole text
_BORDERS = tuple(product(("", "a", " ", "\n"), repeat=2))  # what \b, \B, ^ and $ tell apart, before a place and behind
_SURROGATES = re.compile("[\ud800-\udfff]")  # not UTF-8, which RE2 reads


@dataclass(frozen=True, slots=True, eq=False)
class Regex(Leaf):
    """The pattern matches `times` times in the text as written; no match crosses from the title into the body."""

    key: ClassVar[str] = "regex"
    form: ClassVar[forms.Form] = forms.text(
        "A pattern of RE2 matches the text as written.", minLength=1, maxLength=MAX_PATTERN
    )
    cost: ClassVar[int] = 1
    companions: ClassVar[tuple[str, ...]] = ("in", "case", "times", "except")
    at: str
    written: str
    pattern: Any
    times: int
    excepted: tuple[Term, ...]
    scope: Scope

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        reading, node = reader.reading, entries["regex"]
        case = reading.boolean(entries.get("case"), "case")
        times = reading.number(entries.get("times"), "times", 1) or 1
        written = reading.text(node, "regex")
        pattern = _compiled(reading, node, written, case is True) if written is not None else None
        excepted = reader.excepted(entries)
        return cls(at, written, pattern, times, excepted, scope) if written is not None and pattern else None

    def terms(self) -> Iterable[Term]:
        return self.excepted

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        hits = self._hits(view)
        return Outcome(True, tuple(hits)) if len(hits) >= self.times else Outcome(False)

    def _hits(self, view: View) -> list[Hit]:
        found = [Hit(self, span, {"regex": self.written}) for span in islice(self._spans(view), MOST_SPANS)]
        return not_excepted(in_scope(found, self.scope, view.text), self.excepted, view)

    def _spans(self, view: View) -> Iterator[Span]:
        text = view.text
        whole = _SURROGATES.sub("\ufffd", text.text)
        for start, stretch in ((0, text.title), (text.body_start, whole[text.body_start :])):
            for found in self.pattern.finditer(whole[start : start + len(stretch)]):
                left, right = found.span()  # never empty: `_matches_nothing` refuses such patterns
                yield Span(start + left, start + min(right, left + LONGEST))

    def why_not(self, view: View) -> str:
        hits = self._hits(view)
        where = f" in the {' or '.join(self.scope[-1])}" if self.scope else ""
        only = f"only {len(hits)} of {self.times} matches of" if hits else "no match of"
        return f"{only} '{shown(self.written)}'{where}"


def _compiled(reading: Reading, node: Node, written: str, case: bool) -> Any:
    """The pattern; None where it has a fault. It is loaded here: most rules files need no RE2."""
    import re2

    if len(written) > MAX_PATTERN:
        reading.fault(node, f"a regex of {len(written):,} characters; at most {MAX_PATTERN:,} are allowed")
        return None
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = case
    try:
        pattern = re2.compile(written, options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error.args[0])
        cure = "; RE2 has no lookahead, lookbehind or backreference" if _is_foreign(why) else ""
        reading.fault(node, f"not a regex: {shown(why)}{cure}")
        return None
    if (nothing := _matches_nothing(pattern)) is not None:
        reading.fault(node, nothing)
        return None
    return pattern


def _matches_nothing(pattern: Any) -> str | None:
    """What is wrong with a pattern that matches where there is nothing to show."""
    places = [pattern.fullmatch(before + behind, len(before), len(before)) for before, behind in _BORDERS]
    if all(places):
        return "a regex that matches nothing at all matches everywhere; write + for *, or {1,} for {0,}"
    if any(places):
        between = "a regex that matches between two characters, where there is nothing to show"
        return f"{between}; write what stands beside \\b, \\B, ^ or $"
    return None


def _is_foreign(why: str) -> bool:
    return why.startswith(("invalid perl operator", "invalid escape sequence: \\1", "invalid escape sequence: \\2"))
