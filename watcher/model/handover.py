"""What a worker hands to intake, and intake to the store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from watcher.model.alert import DeliveryState, Level
from watcher.model.article import Article
from watcher.model.verdict import Verdict

_LAST_NS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article is found by among others: the 32-bit numbers of its `shingles`, packed in their order, and
    `bands`, of which two articles that are alike share some."""

    shingles: bytes
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with the verdicts that matter to intake: rules that matched, or were only kept out; and the `values`
    by their kind (source, place, person, org) that the correlations of the rules that matched are counted by; and what
    its story is found by, where a rule matched and its text is long enough; and the numbers of its `lines`, packed,
    where they are to be counted."""

    article: Article
    verdicts: tuple[Verdict, ...] = ()
    needed_ner: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprint: Fingerprint | None = None
    lines: bytes = b""

    @property
    def matched(self) -> frozenset[str]:
        """The rules that matched."""
        return frozenset(verdict.rule for verdict in self.verdicts if verdict.match)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of the inbox at the moment it was read; `path` is relative to the inbox. `rested_at` is when it came to
    rest, 0 where that is not known; it does not tell one state of a file from another."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""
    rested_at: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """Names this state of the file in a command: its path may be another file's by then, and hard to type."""
        return hashlib.sha256(os.fsencode(f"{self.path}\0{self.size}\0{self.mtime_ns}")).hexdigest()[:12]


def state_of(status: os.stat_result) -> tuple[int, int]:
    """What tells one state of a file from another: its size in bytes, and when it was written in nanoseconds. File
    systems keep times that no store does, from 2262 on: such a one is the last that has 64 bits."""
    return status.st_size, max(-_LAST_NS, min(_LAST_NS, status.st_mtime_ns))


class FileOutcome(StrEnum):
    """What became of a file."""

    DONE = "done"
    QUARANTINED = "quarantined"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a worker found in one file: its articles, or the reason why it cannot be used; `died`: it was the end of
    whoever read it."""

    file: FileFacts
    outcome: FileOutcome
    reason: str = ""
    readings: tuple[Reading, ...] = ()
    died: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an alert goes: one channel, what is done, and why."""

    channel: str
    state: DeliveryState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert about to be opened, before it has an id; `recorded_only` says why nobody is told (status: test);
    `on_update`: also for a new version of an article that its rule matched before."""

    rule: str
    title: str
    level: Level
    rules_digest: str
    verdict: Verdict
    decisions: tuple[Decision, ...] = ()
    recorded_only: str = ""
    on_update: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """One article to be admitted, with the alerts that it opens if it is new."""

    reading: Reading
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """One file to be entered in the ledger together with its articles, or a piece of one: `before` it so many of the
    file's articles were admitted, and with `more` others follow, so that the file is not entered yet."""

    file: FileFacts
    outcome: FileOutcome
    reason: str = ""
    admissions: tuple[Admission, ...] = ()
    before: int = 0
    more: bool = False

    @property
    def articles(self) -> int:
        """How many of the file's articles are known by now."""
        return self.before + len(self.admissions)
