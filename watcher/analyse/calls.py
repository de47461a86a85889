"""What the daemon asks of its workers: named here for the pool that sends it, imported only where it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.model import NAME_LIKENESS, Analysed, FileFacts, Limits

if TYPE_CHECKING:
    from watcher.analyse.parcel import Parcel
    from watcher.rules.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Task:
    """Files of one inbox to be read and matched. `bundle` comes along only where the worker asked for it. `learned` is
    the boilerplate of sources, packed; with None nothing is cut, and no lines are counted. `number` is what a worker
    that dies is known to have been at, and `work` how many seconds of it reading a file may take, if not 0."""

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


@dataclass(frozen=True, slots=True)
class Tested:
    """How one test of a rule went; `why` is "" where it passed."""

    rule: str
    name: str
    place: str
    why: str = ""


def analyse(task: Task) -> tuple[Analysed, ...] | None:
    """What is in the files, in their order; those that vanished or changed meanwhile are left out.

    None where this process does not know the rules of that digest: send the task again with its bundle.
    """
    from watcher.analyse import tasks

    return tasks.analyse(task)


def load_rules(bundle: Bundle, model: str, likeness: float, languages: Sequence[str] = ()) -> Parcel:
    """The rules without their trees. This process keeps the engine, and the models of the languages, and is ready to
    match by them. Raises RulesError."""
    from watcher.analyse import tasks

    return tasks.load_rules(bundle, model, likeness, languages)


def test_rules(
    bundle: Bundle,
    documents: Mapping[str, bytes],
    model: str,
    limits: Limits = Limits(),  # noqa: B008
    likeness: float = NAME_LIKENESS,
    learned: bytes | None = None,
) -> list[Tested]:
    """`run_tests` for a bundle that has been accepted."""
    from watcher.analyse import tasks

    return tasks.test_rules(bundle, documents, model, limits, likeness, learned)
