"""What is in flight, in two lanes, and where files go on that are too slow for theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait

from watcher.batch import Batch
from watcher.batches import Queue
from watcher.inbox import Lane, lane_of
from watcher.live import Current
from watcher.model import Analysed, FileFacts
from watcher.pool import Pool
from watcher.settings import Settings

# Seconds of work after which a file makes way for the others of its lane: a web page of 1 MB takes about one.
WORK = {Lane.QUICK: 3.0, Lane.SLOW: 5.0}


class Flight:
    """Owns what is in flight, each lane with a pool of its own, so that none waits for the other; all calls in intake's
    thread."""

    def __init__(
        self,
        settings: Settings,
        pools: Mapping[Lane, Pool],
        newest: Callable[[], Current],
        wake: Callable[[], None],
    ) -> None:
        self._lanes = {lane: Queue(settings, pools[lane], newest, wake, WORK[lane]) for lane in Lane}

    @property
    def languages(self) -> set[str]:
        """In which articles needed a model; other threads read it."""
        return set().union(*(queue.languages for queue in self._lanes.values()))

    @property
    def deaths(self) -> tuple[int, ...]:
        """Of workers, the last ones of each lane, in UTC ms; other threads read it."""
        return tuple(sorted(at for queue in self._lanes.values() for at in queue.deaths))

    @property
    def empty(self) -> bool:
        return not any(queue.all for queue in self._lanes.values())

    @property
    def room(self) -> dict[Lane, int]:
        """How many files may join each lane."""
        return {lane: queue.room for lane, queue in self._lanes.items()}

    def oldest(self, but: Collection[str] = ()) -> int | None:
        """When the oldest file in flight came to rest, in UTC milliseconds, but for those paths; None where none is."""
        batches = [batch for queue in self._lanes.values() for batch in queue.all]
        files = (file for batch in batches for file in batch.files if file.path not in but)
        return min((file.rested_at or 0 for file in files), default=None)

    def add(self, files: Sequence[FileFacts], current: Current, learned: bytes | None = None) -> None:
        """Takes files in, each into its lane."""
        for lane, queue in self._lanes.items():
            queue.add([file for file in files if lane_of(file.path, file.size) is lane], current, learned)

    def go_on(self, now: int) -> None:
        """Hands to the workers what waits, and ends those that have long had nothing to do, but for the first of the
        quick lane, which knows the rules and is ready."""
        for lane, queue in self._lanes.items():
            queue.go_on(now)
            queue.pool.rest(keep=1 if lane is Lane.QUICK else 0)

    def wake(self) -> int:
        """As `Pool.wake`, of all; another thread calls it."""
        return sum(queue.pool.wake() for queue in self._lanes.values())

    def landed(self, now: int) -> tuple[Batch, tuple[Analysed, ...]] | None:
        """The first batch of a lane and what was found in it, once it is back; it stays first until `take_off`.

        Raises Trouble where no worker can be started.
        """
        for queue in self._lanes.values():
            found = queue.landed(now)
            self._hand_on(now)
            if found is not None:
                return found
        return None

    def _hand_on(self, now: int) -> None:
        """Files that were too slow for their lane, or their reader's end: once more, alone, in the slow one."""
        slow = self._lanes[Lane.SLOW]
        for queue in self._lanes.values():
            while queue.handed_on:
                slow.aside.append(queue.handed_on.popleft())
                slow.go_on(now)

    def take_off(self, batch: Batch) -> None:
        """The first batch of its lane is in the store."""
        (queue,) = [queue for queue in self._lanes.values() if queue.batches and queue.batches[0] is batch]
        queue.take_off()

    def wait(self, seconds: float) -> None:
        """Waits until the first batch of a lane is back, at most so long."""
        first = [queue.batches[0].future for queue in self._lanes.values() if queue.batches]
        wait([future for future in first if future is not None], timeout=seconds, return_when=FIRST_COMPLETED)
