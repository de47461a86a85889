"""The inbox folder: hints and scans in, files that rest out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import structlog

from watcher.errors import Trouble
from watcher.inbox.events import Hint, Hints
from watcher.inbox.lanes import Lane
from watcher.inbox.leaving import known_as, put_back
from watcher.inbox.ledger import LedgerRow, is_handled, should_leave
from watcher.inbox.look import Found, View, outermost, why_unreadable
from watcher.inbox.markers import is_marker, marked, spent
from watcher.inbox.rest import Rest
from watcher.inbox.root import Change, Root
from watcher.inbox.scans import Scan, Scans
from watcher.inbox.values import Leftover, PassedOver, Ready, Rested
from watcher.model import FileFacts, Ways

log = structlog.get_logger(__name__)

_CHUNK = 500  # paths asked of the ledger at once
_SLICE = 2_000  # files looked at in one step of a scan: about 20 ms that a file renamed in may have to wait
_FOLDER_COST = 10  # looking at a folder, in files
_HINTS = 4_096


class Inbox:
    """Owns what is seen of the folder and not yet in the ledger: files that wait, and files handed out.

    `known` gives the ledger's rows for at most 500 paths; `wake` is called from other threads when `step` is worth
    calling. All methods belong to one thread, intake's. Of `ways` that are `tidy`, handled files that did not leave are
    `leftovers` of the first scan, and of later ones once a minute. `ticks` is a clock in seconds that never jumps.
    """

    def __init__(
        self,
        root: Path,
        ways: Ways,
        *,
        known: Callable[[Sequence[str]], Mapping[str, LedgerRow]],
        wake: Callable[[], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ways = ways
        self._view = View(str(root), ways.links)
        self._known = known
        self._ticks = ticks
        self._hints = Hints(_HINTS, wake)
        self._root = Root(root, ways.watch, self._hints)
        self._scans = Scans(self._view, ways.rescan)
        self._rest = Rest(self._view, ways, self._root, self._hints)
        self._rooms = self._rest.rooms
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

    def step(self, now: int, most: int | Mapping[Lane, int] = 500) -> Ready:
        """Look at what was hinted, go on with a scan, and hand out at most `most` files of each lane that rest, in
        order.

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
        files, passed_over = self._hand_out(now, tick, most if isinstance(most, Mapping) else dict.fromkeys(Lane, most))
        return Ready(tuple(files), tuple(passed_over), tuple(self._leftovers))

    def done(self, paths: Iterable[str]) -> None:
        """The ledger has these files; of those that it has not, the next scan finds them again."""
        for path in paths:
            self._handed.pop(path, None)

    def spent_markers(self, paths: Sequence[str]) -> list[FileFacts]:
        """The markers that are of no more use, where these files are done with: for the ledger, and to be put away as
        they are."""
        return [_facts(found) for found in spent(self._view, paths, self._known)] if self._ways.markers else []

    def next_due(self, now: int, lanes: Iterable[Lane] = Lane) -> int:
        """When `step` is to be called again if nothing wakes it before and it may hand out files of these lanes, in UTC
        milliseconds."""
        if not self._root.there or self._hints:
            return now
        tick = self._ticks()
        due = min(self._scans.next_due(tick), self._rooms.next_due(lanes))
        return now + max(0, math.ceil((due - tick) * 1000))

    @property
    def idle(self) -> bool:
        """Whether all that was there has been handed out: everything was looked at, and nothing waits."""
        waits = bool(self._rooms) or self._rooms.sent_back
        return self._root.there and self._scans.through and not waits and not self._hints

    @property
    def oldest(self) -> int | None:
        """Since when the oldest file that waits may rest, in UTC milliseconds: 0 while not all was looked at, None if
        nothing waits. Files handed out do not count."""
        if not self._root.there or not self._scans.through or self._hints or self._rooms.sent_back:
            return 0
        return self._rooms.oldest()

    @property
    def there(self) -> bool:
        """Whether the folder is there."""
        return self._root.there

    @property
    def waiting(self) -> int:
        """Files seen and not in the ledger yet; near 10,000, more may lie in the folder."""
        return len(self._rooms) + len(self._handed)

    @property
    def watching(self) -> str:
        """How the folder is watched, for status and log: "native", or "poll" with the reason."""
        return f"poll ({self._root.polls})" if self._root.polls else "native"

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
        self._rooms.clear()
        self._scans = Scans(self._view, self._ways.rescan)

    def _take_hints(self, now: int, tick: float) -> None:
        hints, lost = self._hints.take()
        if lost:
            log.info("inbox.events_lost", then="all of it is looked at")
            self._scans.want()
        for whole in (True, False):
            folders = outermost(hint.path for hint in hints if hint.folder and hint.whole is whole)
            for folder in folders:
                if not self._view.passes_by(folder):
                    self._scans.folder(folder, whole=whole)
            self._admit_all(self._looked([h for h in hints if h.whole is whole and not h.folder]), now, tick, whole)

    def _looked(self, hints: Sequence[Hint]) -> Iterator[Found]:
        """The files that are hinted, and those that hinted markers stand for."""
        yield from (found for hint in hints if (found := self._view.look(hint.path)) is not None)
        if self._ways.markers:
            yield from marked(self._view, [hint.path for hint in hints if is_marker(hint.path)])

    def _admit_all(self, seen: Iterator[Found], now: int, tick: float, whole: bool) -> None:
        while chunk := list(islice(seen, _CHUNK)):
            self._admit(chunk, now, tick, Scan(iter(()), whole=whole))

    def _scan(self, now: int, tick: float) -> None:
        if self._rooms.want_more():
            self._scans.want_again()
        self._scans.begin(tick)
        budget = _SLICE
        while budget > 0 and self._scans.under_way:
            scan, found = self._scans.go_on(_CHUNK, tick, blind=self._root.blind)
            self._admit(list(self._with_names(found)), now, tick, scan)
            budget -= len(found) + _FOLDER_COST

    def _with_names(self, seen: Iterable[Found]) -> Iterator[Found]:
        """What a kill met as it was leaving, under the name by which it is known."""
        for found in seen:
            above, slash, name = found.path.rpartition("/")
            if known_as(name) == name:
                yield found
                continue
            try:
                put_back(Path(self._view.root, found.path))
            except OSError as error:
                log.warning("file.hidden", file=found.path, why=error.strerror)
                yield found
            else:
                looked = self._view.look(f"{above}{slash}{known_as(name)}")
                if looked is not None:
                    yield looked

    def _admit(self, seen: list[Found], now: int, tick: float, scan: Scan) -> None:
        """Let in what neither the ledger knows nor is being read."""
        seen = [found for found in seen if self._handed.get(found.path) != (found.size, found.mtime_ns)]
        rows = self._known([found.path for found in seen]) if seen else {}
        for found in seen:
            row = rows.get(found.path)
            if row is None or not is_handled(self._view, found, row, now):
                self._rest.wait(found, now, tick, scan)
            elif scan.tidy and should_leave(row, tidy=self._ways.tidy):
                file = replace(_facts(found), sha256=row.sha256)
                self._leftovers.append(Leftover(file, row.outcome, row.reason))

    # ── out ──────────────────────────────────────────────────────────────────────────────────────

    def _hand_out(self, now: int, tick: float, most: Mapping[Lane, int]) -> tuple[list[Rested], list[PassedOver]]:
        files: list[Rested] = []
        passed_over: list[PassedOver] = []
        for found, since in self._rest.ripe(now, tick, most, self._handed):
            self._handed[found.path] = (found.size, found.mtime_ns)
            if why := found.why or why_unreadable(self._view.root, found.path):
                passed_over.append(PassedOver(_facts(found), why))
            else:
                files.append(Rested(_facts(found), since))
        return files, passed_over


def _facts(found: Found) -> FileFacts:
    return FileFacts(found.path, found.size, found.mtime_ns)
