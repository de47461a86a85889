"""One look at the whole inbox, as `status` takes it: what is not handled yet, and what somebody has to see to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from watcher.inbox.ledger import LedgerRow, is_handled, should_leave
from watcher.inbox.look import SHUT, View
from watcher.model import UNREADABLE, FileOutcome, Ways

_CHUNK = 500  # paths asked of the ledger at once


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look at the whole folder finds: files that are not handled yet, and those that somebody has to see to:
    files (and folders) that cannot be read, and finished ones that could not be moved out."""

    waiting: int = 0
    unreadable: int = 0
    unmoved: int = 0


def survey(root: Path, ways: Ways, known: Callable[[Sequence[str]], Mapping[str, LedgerRow]]) -> Survey:
    """Looks at every file once, without watching."""
    view = View(str(root), ways.links)
    found, waiting, unreadable, unmoved = view.walk(), 0, 0, 0
    while chunk := list(islice(found, _CHUNK)):
        rows = known([one.path for one in chunk])
        for one in chunk:
            row = rows.get(one.path)
            if row is None or not is_handled(view, one, row, 0):
                waiting += 1
            elif row.outcome is FileOutcome.PASSED_OVER and row.reason.startswith((UNREADABLE, SHUT)):
                unreadable += 1
            elif should_leave(row, tidy=ways.tidy):
                unmoved += 1
    return Survey(waiting, unreadable, unmoved)
