"""The inbox folder: hints and scans in, files that rest out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from watcher.errors import Trouble
from watcher.inbox.events import Hints
from watcher.inbox.look import Found, is_passed_by, look, look_again, why_unreadable
from watcher.inbox.root import Change, Root, WatchMode
from watcher.inbox.scans import RESCAN, Scans
from watcher.inbox.settle import Waiting, WaitingRoom
from watcher.inbox.values import LedgerRow, Leftover, PassedOver, Ready, Rested
from watcher.model import UNREADABLE, FileFacts, FileOutcome, embargo_end

SETTLE, SETTLE_REMOTE = 2.0, 10.0  # seconds; the caches of network mounts tell sizes late
_CHUNK = 500  # paths asked of the ledger at once
_SLICE = 2_000  # files looked at in one step of a scan: about 20 ms that a file renamed in may have to wait
_FOLDER_COST = 10  # looking at a folder, in files
_HINTS = 4_096
_ROOM = 10_000  # files that wait at once: about 5 MB


class Inbox:
    """Owns what is seen of the folder and not yet in the ledger: files that wait, and files handed out.

    `known` gives the ledger's rows for at most 500 paths; `wake` is called from other threads when `step` is worth
    calling. All methods belong to one thread, intake's. `settle` is in seconds: 2 if not given, 10 on network mounts.
    `rescan`: seconds between two scans of all where the folder is watched; where it is polled, 1 is the most.
    `tidy`: handled files should leave the inbox, so those that did not are `leftovers` of the first scan.
    `ticks` is a clock in seconds that never jumps.
    """

    def __init__(
        self,
        root: Path,
        *,
        known: Callable[[Sequence[str]], Mapping[str, LedgerRow]],
        wake: Callable[[], None],
        settle: float | None = None,
        watch: WatchMode = "auto",
        rescan: float = RESCAN,
        tidy: bool = False,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = str(root)
        self._known = known
        self._given_settle = settle
        self._tidy = tidy
        self._ticks = ticks
        self._hints = Hints(_HINTS, wake)
        self._root = Root(root, watch, self._hints)
        self._scans = Scans(self._path, rescan)
        self._rescan = rescan
        self._room = WaitingRoom(_ROOM)
        self._handed: dict[str, tuple[int, int]] = {}
        self._leftovers: list[Leftover] = []

    def start(self) -> None:
        """Watch the folder from now on; without it only the scan looks (as in `run --once`).

        Raises Trouble if the folder cannot be watched now: `step` tries again.
        """
        self._root.start()
        self._find_root()

    def stop(self) -> None:
        """End watchdog's threads. Nothing is lost: the next start finds what is there."""
        self._root.stop()

    def step(self, now: int, most: int = 500) -> Ready:
        """Look at what was hinted, go on with a scan, and hand out at most `most` files that rest, oldest first.

        `now` is in UTC milliseconds. Raises Trouble if the inbox is not there, and whatever `known` raises; nothing
        is forgotten by it, and the call can be made again.
        """
        tick = self._ticks()
        self._find_root()
        self._leftovers.clear()
        try:
            self._take_hints(now, tick)
            self._scan(now, tick)
        except BaseException:
            self._scans.break_off()
            raise
        self._scans.spend(self._ticks() - tick)
        files, passed_over = self._hand_out(now, tick, most)
        return Ready(tuple(files), tuple(passed_over), tuple(self._leftovers))

    def done(self, paths: Iterable[str]) -> None:
        """The ledger has these files; of those that it has not, the next scan finds them again."""
        for path in paths:
            self._handed.pop(path, None)

    def next_due(self, now: int) -> int:
        """When `step` is to be called again if nothing wakes it before, in UTC milliseconds."""
        if not self._root.there or self._hints:
            return now
        tick = self._ticks()
        due = min(self._scans.next_due(tick, room=self._room.half_empty), self._room.next_due())
        return now + max(0, math.ceil((due - tick) * 1000))

    @property
    def idle(self) -> bool:
        """Whether all that was there has been handed out: everything was looked at, and nothing waits."""
        return self._root.there and self._scans.through and not len(self._room) and not self._hints

    @property
    def oldest(self) -> int | None:
        """Since when the oldest file that waits may rest, in UTC milliseconds: 0 while not all was looked at, None if
        nothing waits. Files handed out do not count."""
        return self._room.oldest() if self._root.there and self._scans.through and not self._hints else 0

    @property
    def looked_through(self) -> bool:
        """Whether every file of the folder has been looked at once, or there is no more room for what was found."""
        return self._scans.through or self._room.full

    @property
    def there(self) -> bool:
        """Whether the folder is there."""
        return self._root.there

    @property
    def waiting(self) -> int:
        """Files seen and not in the ledger yet; near 10,000, more may lie in the folder."""
        return len(self._room) + len(self._handed)

    @property
    def watching(self) -> str:
        """How the folder is watched, for status and log: "native", or "poll" with the reason."""
        return f"poll ({self._root.polls})" if self._root.polls else "native"

    @property
    def _settle(self) -> float:
        if self._given_settle is not None:
            return self._given_settle
        return SETTLE_REMOTE if self._root.remote else SETTLE

    # ── in ───────────────────────────────────────────────────────────────────────────────────────

    def _find_root(self) -> None:
        try:
            change = self._root.look()
        except Trouble:
            self._forget()
            raise
        if change is Change.NEW:
            self._forget()
        elif change is Change.REWATCHED:
            self._scans.want()

    def _forget(self) -> None:
        """The folder went: what comes back is found as at a start. What is handed out is still being read."""
        self._room.clear()
        self._scans = Scans(self._path, self._rescan)

    def _take_hints(self, now: int, tick: float) -> None:
        hints, lost = self._hints.take()
        if lost or (hints and self._room.full):  # without room the folder keeps them, until there is
            self._scans.want()
        if self._room.full:
            return
        for hint in hints:
            if hint.folder and not is_passed_by(hint.path):
                self._scans.folder(hint.path, whole=hint.whole)
        for whole in (True, False):
            looked = (look(self._path, hint.path) for hint in hints if hint.whole is whole and not hint.folder)
            seen = (found for found in looked if found is not None)
            while chunk := list(islice(seen, _CHUNK)):
                self._admit(chunk, now, tick, whole=whole)

    def _scan(self, now: int, tick: float) -> None:
        if self._room.half_empty:
            self._scans.begin(tick)
        budget = _SLICE
        while budget > 0 and self._scans.under_way:
            if self._room.full:
                self._scans.break_off()
                return
            scan, found = self._scans.go_on(_CHUNK, tick, blind=self._root.blind)
            self._admit(found, now, tick, whole=scan.whole, start=scan.start)
            budget -= len(found) + _FOLDER_COST

    def _admit(self, seen: list[Found], now: int, tick: float, *, whole: bool = False, start: bool = False) -> None:
        """Let in what neither the ledger knows nor is being read."""
        seen = [found for found in seen if self._handed.get(found.path) != (found.size, found.mtime_ns)]
        rows = self._known([found.path for found in seen]) if seen else {}
        for found in seen:
            row = rows.get(found.path)
            if row is None or not self._is_handled(found, row, now):
                self._wait(found, now, tick, whole=whole, start=start)
            elif start and (row.outcome is FileOutcome.QUARANTINED or (self._tidy and row.outcome is FileOutcome.DONE)):
                self._leftovers.append(Leftover(_facts(found), row.outcome, row.reason))

    def _wait(self, found: Found, now: int, tick: float, *, whole: bool, start: bool) -> None:
        """A file waits until it rests: not one that is whole, nor, at the start, one that was last written longer ago
        than it would have to wait, unless another machine's clock wrote that time."""
        written = found.mtime_ns // 1_000_000
        if whole and not found.why:
            self._room.rests(found, tick, now)
        elif start and not self._root.remote and written <= now - self._settle * 1000:
            self._room.rests(found, tick, written)
        else:
            self._room.settles(found, tick + self._settle, now)

    def _is_handled(self, found: Found, row: LedgerRow, now: int) -> bool:
        """Whether the ledger has this very file; one that could not be opened is not done with once it can be, nor
        one that waits for an embargo once that has passed."""
        if (row.size, row.mtime_ns) != (found.size, found.mtime_ns):
            return False
        if row.outcome is not FileOutcome.PASSED_OVER:
            return True
        if row.reason.startswith(UNREADABLE):
            return bool(found.why or why_unreadable(self._path, found.path))
        until = embargo_end(row.reason)
        return until is None or now < until

    # ── out ──────────────────────────────────────────────────────────────────────────────────────

    def _hand_out(self, now: int, tick: float, most: int) -> tuple[list[Rested], list[PassedOver]]:
        files: list[Rested] = []
        passed_over: list[PassedOver] = []
        for waiting in self._room.ripe(tick, most):
            found = self._still(waiting, now, tick)
            if found is None:
                continue
            self._handed[found.path] = (found.size, found.mtime_ns)
            if why := found.why or why_unreadable(self._path, found.path):
                passed_over.append(PassedOver(_facts(found), why))
            else:
                files.append(Rested(_facts(found), waiting.since))
        return files, passed_over

    def _still(self, waiting: Waiting, now: int, tick: float) -> Found | None:
        """The file if it is as it was; one that changed, or whose last state is still being read, waits again."""
        path = waiting.found.path
        self._room.leaves(path)
        found = look_again(self._path, waiting.found)
        if found is not None and (found != waiting.found or path in self._handed):
            self._room.settles(found, tick + self._settle, now)
            return None
        return found


def _facts(found: Found) -> FileFacts:
    return FileFacts(found.path, found.size, found.mtime_ns)


def count_waiting(root: Path, known: Callable[[Sequence[str]], Mapping[str, LedgerRow]]) -> int:
    """How many files of the inbox the ledger does not know as they are now: one look, without watching."""
    inbox = Inbox(root, known=known, wake=lambda: None)
    while True:
        inbox.step(0, most=0)
        if inbox.looked_through:
            return inbox.waiting
