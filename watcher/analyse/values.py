"""What the daemon and its workers hand each other: light to import, as both do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.model import NAME_LIKENESS, FileFacts, Limits

if TYPE_CHECKING:
    from watcher.rules.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Task:
    """Files of one inbox to be read and matched. `bundle` comes along only where the worker asked for it. `learned` is
    the boilerplate of sources, packed; with None nothing is cut, and no lines are counted. `number` is what a worker
    that dies is known to have been at, and `work` how many seconds of it reading a file may take, if not 0; `apart`: a
    child of the worker reads, as files among these may be their reader's end."""

    root: str
    files: tuple[FileFacts, ...]
    digest: str
    now: int
    limits: Limits
    model: str
    bundle: Bundle | None = None
    likeness: float = NAME_LIKENESS
    learned: bytes | None = None
    number: int = 0
    work: float = 0.0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """How one test of a rule went; `why` is "" where it passed."""

    rule: str
    name: str
    place: str
    why: str = ""
