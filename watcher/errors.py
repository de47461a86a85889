"""Every error that Watcher raises on purpose.

WatcherError
├── RulesError        the rules do not load: all faults at once
├── SettingsError     a flag or variable makes no sense
├── Unreadable        a file cannot be read as articles: it is quarantined with this reason
│   ├── Incomplete    a part of it can: these articles are taken, the file is quarantined all the same
│   ├── Foreign       no text is expected in it: an image, a program; beside others in an archive it is no fault
│   └── Empty         it is sound and holds no article: it is passed over
├── StoreError        the store cannot be used at all
│   ├── StoreMissing  there is none yet
│   ├── StoreBusy     another daemon owns it
│   └── StoreTooNew   it was written by a newer Watcher
└── Trouble           the place is in trouble (no space, locked, unmounted): wait and try again
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from watcher.phrase import Phrase


class WatcherError(Exception):
    """Base of all errors raised on purpose; its text is for the reader."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in a rules file. `line` and `column` count characters from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One warning about a rules file that is valid; `code` says what kind, and is what a rule's `ignore` names."""

    file: str
    line: int
    column: int
    message: str
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: warning: {self.message} [{self.code}]"


class RulesError(WatcherError):
    """The rules do not load; `faults` holds every fault found, in the order of the files. `channels` are those that
    could be read, whose addresses may be wrong too."""

    def __init__(self, faults: Sequence[Fault], channels: Sequence[Any] = ()) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
        self.channels = tuple(channels)

    def __reduce__(self) -> tuple[type[RulesError], tuple[tuple[Fault, ...], tuple[Any, ...]]]:
        return (RulesError, (self.faults, self.channels))  # an exception with arguments must say how to pickle


class SettingsError(WatcherError):
    """A flag, a variable or a secret makes no sense."""


class Unreadable(WatcherError):
    """A file cannot be read as articles; the text is the reason that is kept beside it."""


class Incomplete(Unreadable):
    """Only a part of a file could be read: `articles` are those in it."""

    def __init__(self, reason: str, articles: Sequence[Any]) -> None:
        super().__init__(reason)
        self.articles = tuple(articles)


class Foreign(Unreadable):
    """A file of a kind that holds no text, or none that is read: an image, a program, nothing at all."""


class Empty(Unreadable):
    """A file is sound and holds no article: a feed without entries, a package that only points to others."""


class StoreError(WatcherError):
    """The store cannot be used at all."""


class StoreMissing(StoreError):
    """There is no store yet."""


class StoreBusy(StoreError):
    """Another daemon works on the same state."""


class StoreTooNew(StoreError):
    """The store was written by a newer Watcher."""


class Trouble(WatcherError):
    """The place is in trouble for now: no space, a locked or read-only store, an unmounted inbox; `why` says so."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


class PartDied(WatcherError):
    """A part of the daemon ended for a cause that waiting does not cure."""
