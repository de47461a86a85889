"""Scans under way and to come: of the whole folder in turn, and of folders that were hinted."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from watcher.inbox.look import Found, View

POLL = 1.0  # seconds between two scans where only they see what happens
_SHARE = 10  # a scan waits for ten times the length of the last: polling stays below 10% of a core
TIDY = 60.0  # seconds between two looks for files that should have left
_FOLDERS = 4_096


@dataclass(frozen=True, slots=True)
class Scan:
    """One walk. `whole`: of a folder that was renamed in; `start`: of what lay there; `full`: of the whole inbox;
    `tidy`: files that should have left are looked for."""

    found: Iterator[Found]
    whole: bool = False
    start: bool = False
    full: bool = False
    tidy: bool = False


class Scans:
    """Owns the walks under way and when the next one of all is due, in seconds of a clock that never jumps.

    `rescan` is how long after one of all the next begins, where events tell what happens in between.
    """

    def __init__(self, view: View, rescan: float) -> None:
        self._view = view
        self._rescan = rescan
        self._under_way: deque[Scan] = deque()
        self._wanted = True
        self._start = self._last_start = True
        self._at = math.inf
        self._tidy_at = -math.inf
        self._spent = 0.0

    def want(self) -> None:
        """Something was missed: look at everything once more."""
        self._wanted = True

    def want_again(self) -> None:
        """Not all that the last scan of all found had a place: look for the rest in the same way."""
        self._wanted = True
        self._start = self._last_start

    def break_off(self) -> None:
        """Leave what is under way, to begin again later."""
        self._under_way.clear()
        self._wanted = True

    def folder(self, path: str, *, whole: bool) -> None:
        """Look at all below a folder that came; of too many at once, at everything."""
        if len(self._under_way) < _FOLDERS:
            self._under_way.append(Scan(self._view.walk(path), whole=whole))
        else:
            self._wanted = True

    def begin(self, tick: float) -> None:
        """Begin a scan of all if one is wanted or due, and none is under way."""
        if (self._wanted or tick >= self._at) and not any(scan.full for scan in self._under_way):
            tidy = tick >= self._tidy_at
            self._under_way.append(Scan(self._view.walk(), start=self._start, full=True, tidy=tidy))
            self._last_start = self._start
            self._wanted, self._at, self._spent = False, math.inf, 0.0

    def go_on(self, most: int, tick: float, *, blind: bool) -> tuple[Scan, list[Found]]:
        """The next files of a walk that is under way, at most so many."""
        scan = self._under_way[0]
        found = list(islice(scan.found, most))
        if len(found) < most:
            self._under_way.popleft()
            if scan.full:
                self._start = False
                self._tidy_at = tick + TIDY if scan.tidy else self._tidy_at
                self._at = tick + max(min(POLL, self._rescan) if blind else self._rescan, self._spent * _SHARE)
        return scan, found

    def spend(self, seconds: float) -> None:
        """So long did a step look."""
        self._spent += seconds

    @property
    def under_way(self) -> bool:
        return bool(self._under_way)

    def next_due(self, tick: float) -> float:
        """When a step can go on scanning."""
        return tick if self._under_way or self._wanted else self._at

    @property
    def through(self) -> bool:
        """Whether all was looked at, as far as is known."""
        return not self._wanted and not self._under_way
