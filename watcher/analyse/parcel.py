"""A set of rules on its way from the process that read it: in pieces, so that taking it in holds nobody up."""

from __future__ import annotations

import gc
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self, cast

from watcher.rules.collecting import without_collecting
from watcher.rules.spec import RuleSet, RuleSpec

PIECE = 100  # rules: about 1 ms in which no other thread of the process that takes them in does anything
REST = 0.006  # seconds after a piece in which the others come first


@dataclass(frozen=True, slots=True)
class Parcel:
    """A RuleSet without its trees, which a process that matches nothing does not need; its rules in pickled pieces.

    In one piece 10,000 rules took 0.1 s of the daemon's processor time, amid which an article waited for 0.4 s: each of
    the fifty times that its threads let the interpreter go, they got it back 5 ms later.
    """

    rest: RuleSet
    pieces: tuple[bytes, ...]

    @classmethod
    def of(cls, rules: RuleSet) -> Self:
        """The parcel of a set."""
        bare = rules.without_conditions()
        starts = range(0, len(bare.rules), PIECE)
        pieces = (pickle.dumps(bare.rules[at : at + PIECE], pickle.HIGHEST_PROTOCOL) for at in starts)
        return cls(replace(bare, rules=()), tuple(pieces))

    def unpacked(self) -> RuleSet:
        """The set. Takes 0.7 s for 10,000 rules, most of which it rests.

        The collector is kept off the rules, and off all else that is there by then: each look of it at the daemon's
        memory was 80 ms in which no thread did anything.
        """
        gc.collect()
        with without_collecting():
            rules = tuple(self._rules())
            gc.freeze()
        return replace(self.rest, rules=rules)

    def _rules(self) -> Iterator[RuleSpec]:
        for piece in self.pieces:
            yield from cast(tuple[RuleSpec, ...], pickle.loads(piece))  # noqa: S301 - from a process of our own
            time.sleep(REST)
