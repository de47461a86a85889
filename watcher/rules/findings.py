"""What was found wrong with rules files: faults and warnings with their places, and the word that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from watcher.errors import Fault, Remark
from watcher.rules.nodes import MAX_FAULTS, TOO_MANY, Node
from watcher.rules.spec import Code, Place

_USUAL = {  # what other programs call it
    "and": "all",
    "or": "any",
    "not": "none",
    "site": "source",
    "headline": "title",
    "country": "place",
    "language": "lang",
    "count": "num_events",
}
_MOST_GUESSES = 200  # one costs up to a millisecond


class TooMany(Exception):
    """So many faults that reading on would tell nobody more."""


@dataclass(slots=True)
class Findings:
    """What was found wrong with the files being read; one load owns one. Where `names_missing`, some file could not be
    read, and what nobody knows may be named there."""

    names_missing: bool = False
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    _guesses: int = 0

    def fault(self, node: Node, message: str) -> None:
        """Notes a fault. Raises TooMany with the last that is told."""
        self.faults.append(Fault(node.file, node.line, node.column, message))
        if len(self.faults) >= MAX_FAULTS:
            self.faults.append(Fault(node.file, node.line, node.column, TOO_MANY))
            raise TooMany

    def unknown(self, node: Node, message: str) -> None:
        """Notes the fault that something refers to a name which no file has."""
        if not self.names_missing:
            self.fault(node, message)

    def warn(self, node: Node, code: Code, message: str) -> None:
        """Notes a warning; of more than MAX_FAULTS the first."""
        if len(self.warnings) < MAX_FAULTS:
            self.warnings.append(Remark(node.file, node.line, node.column, message, code))

    def place(self, node: Node) -> Place:
        return Place(node.file, node.line, node.column)

    def guess(self, word: str, choices: Iterable[str]) -> str | None:
        """The one of `choices` that is most like `word`, if any is; so many times in one load."""
        self._guesses += 1
        if self._guesses > _MOST_GUESSES or not 2 <= len(word) <= 60:
            return None
        lower = {choice.lower(): choice for choice in choices}
        if (meant := _USUAL.get(word.lower())) in lower:
            return meant
        close = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
        return lower[close[0]] if close else None

    def hint(self, word: str, choices: Iterable[str]) -> str:
        """ "; did you mean 'x'?" where one of `choices` is like `word`, else ""."""
        found = self.guess(word, choices)
        return f"; did you mean '{found}'?" if found else ""
