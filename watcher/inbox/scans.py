"""Scans under way and to come: of the whole folder in turn, and of folders that were hinted."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from watcher.inbox.look import Found, walk

RESCAN, POLL = 30.0, 1.0  # seconds: beside events, and where only scans see what happens
_SHARE = 10  # a scan waits for ten times the length of the last: polling stays below 10% of a core
_FOLDERS = 4_096


@dataclass(frozen=True, slots=True)
class Scan:
    """One walk. `whole`: of a folder that was renamed in; `start`: of what lay there; `full`: of the whole inbox."""

    found: Iterator[Found]
    whole: bool = False
    start: bool = False
    full: bool = False


class Scans:
    """Owns the walks under way and when the next one of all is due, in seconds of a clock that never jumps.

    `rescan` is how long after one of all the next begins, where events tell what happens in between.
    """

    def __init__(self, root: str, rescan: float = RESCAN) -> None:
        self._root = root
        self._rescan = rescan
        self._under_way: deque[Scan] = deque()
        self._wanted = True
        self._start = True
        self._at = math.inf
        self._spent = 0.0

    def want(self) -> None:
        """Something was missed: look at everything once more."""
        self._wanted = True

    def break_off(self) -> None:
        """Leave what is under way, to begin again later."""
        self._under_way.clear()
        self._wanted = True

    def folder(self, path: str, *, whole: bool) -> None:
        """Look at all below a folder that came; of too many at once, at everything."""
        if len(self._under_way) < _FOLDERS:
            self._under_way.append(Scan(walk(self._root, path), whole=whole))
        else:
            self._wanted = True

    def begin(self, tick: float) -> None:
        """Begin a scan of all if one is wanted or due, and none is under way."""
        if (self._wanted or tick >= self._at) and not any(scan.full for scan in self._under_way):
            self._under_way.append(Scan(walk(self._root), start=self._start, full=True))
            self._wanted, self._at, self._spent = False, math.inf, 0.0

    def go_on(self, most: int, tick: float, *, blind: bool) -> tuple[Scan, list[Found]]:
        """The next files of a walk that is under way, at most so many."""
        scan = self._under_way[0]
        found = list(islice(scan.found, most))
        if len(found) < most:
            self._under_way.popleft()
            if scan.full:
                self._start = False
                self._at = tick + max(min(POLL, self._rescan) if blind else self._rescan, self._spent * _SHARE)
        return scan, found

    def spend(self, seconds: float) -> None:
        """So long did a step look."""
        self._spent += seconds

    @property
    def under_way(self) -> bool:
        return bool(self._under_way)

    def next_due(self, tick: float, *, room: bool) -> float:
        """When a step can go on scanning; `room`: whether what is found has a place to wait."""
        if self._under_way:
            return tick
        if not room:
            return math.inf
        return tick if self._wanted else self._at

    @property
    def through(self) -> bool:
        """Whether all was looked at, as far as is known."""
        return not self._wanted and not self._under_way
