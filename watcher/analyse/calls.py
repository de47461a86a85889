"""What the daemon asks of its workers: named here for the pool that sends it, imported only where it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from watcher.model import NAME_LIKENESS, Analysed, Limits

if TYPE_CHECKING:
    from watcher.analyse.parcel import Parcel
    from watcher.analyse.values import Task, Tested
    from watcher.rules.bundle import Bundle


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
