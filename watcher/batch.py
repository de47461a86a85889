"""Files that are read together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from watcher.live import Current
from watcher.message import Notice
from watcher.model import Analysed, FileFacts
from watcher.pieces import START, Place

BATCH = 100
_BATCH_BYTES = 5_000_000


@dataclass(slots=True, eq=False)
class Batch:
    """Files that are read together by one set of rules and the boilerplate `learned` so far, each in so many seconds of
    `work`, 0 for all that a file may take. `suspect` since a worker died while they were in flight; `notices` are
    what the operator is to hear of them, once that is known; what comes before `admitted` is in the store already;
    `number` is that of the task that was sent last."""

    files: tuple[FileFacts, ...]
    current: Current
    learned: bytes | None = None
    work: float = 0.0
    suspect: bool = False
    future: Future[tuple[Analysed, ...] | None] | None = None
    kills: int = 0
    notices: tuple[Notice, ...] | None = None
    admitted: Place = START
    number: int = 0

    def keep(self, found: tuple[Analysed, ...]) -> None:
        """What is known of it stays until it is in the store: it is not read again if that is in trouble."""
        self.future = Future()
        self.future.set_result(found)


def in_batches(files: Sequence[FileFacts]) -> Iterator[tuple[FileFacts, ...]]:
    """In their order, at most so many together; of big files fewer."""
    batch: list[FileFacts] = []
    for file in files:
        if batch and (len(batch) == BATCH or sum(f.size for f in batch) + file.size > _BATCH_BYTES):
            yield tuple(batch)
            batch = []
        batch.append(file)
    if batch:
        yield tuple(batch)
