"""What the inbox hands out."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.model import FileFacts, FileOutcome


@dataclass(frozen=True, slots=True)
class Rested:
    """A file that is ready to be read; `since` is when it came to rest, in UTC milliseconds."""

    file: FileFacts
    since: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is not read, and why. Told once for each state of the file, if the ledger keeps it.

    A folder that is passed over whole has a path that ends in "/".
    """

    file: FileFacts
    reason: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that the ledger calls finished and that should have left the inbox: a crash came between the two, or the
    place did not let it."""

    file: FileFacts
    outcome: FileOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """What one step brought. `done` must be called for each file of the first two, once the ledger has it."""

    files: tuple[Rested, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
