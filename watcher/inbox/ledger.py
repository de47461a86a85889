"""What the ledger says of a file that lies in the inbox: whether it is done with, and whether it should have left."""

from __future__ import annotations

from typing import Protocol

from watcher.inbox.look import Found, View, why_unreadable
from watcher.model import UNREADABLE, FileOutcome, embargo_end


class LedgerRow(Protocol):
    """What the ledger knows of a path: the file as it was when it was handled, and what became of it."""

    @property
    def size(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def outcome(self) -> FileOutcome: ...
    @property
    def reason(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def is_finished(outcome: FileOutcome, sha256: str, reason: str) -> bool:
    """Whether a file need not stay: it was read, and does not wait for an embargo. What was passed over unread has no
    digest."""
    return (outcome is not FileOutcome.PASSED_OVER or bool(sha256)) and embargo_end(reason) is None


def is_handled(view: View, found: Found, row: LedgerRow, now: int) -> bool:
    """Whether the ledger has this very file; one that could not be opened is not done with once it can be, nor
    one that waits for an embargo once that has passed."""
    if (row.size, row.mtime_ns) != (found.size, found.mtime_ns):
        return False
    if row.outcome is not FileOutcome.PASSED_OVER:
        return True
    if row.reason.startswith(UNREADABLE):
        return bool(found.why or why_unreadable(view.root, found.path))
    until = embargo_end(row.reason)
    return until is None or now < until


def should_leave(row: LedgerRow, *, tidy: bool) -> bool:
    """Whether a handled file has no business in the inbox any more; `tidy`: those that were read are to leave it."""
    return row.outcome is FileOutcome.QUARANTINED or (tidy and is_finished(row.outcome, row.sha256, row.reason))
