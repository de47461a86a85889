"""The inbox: which files rest and are ready to be read, and where they go afterwards."""

from watcher.inbox.folder import Inbox, count_waiting
from watcher.inbox.moves import Changed, Kept, Moved, archive, delete, quarantine
from watcher.inbox.root import WatchMode
from watcher.inbox.values import LedgerRow, Leftover, PassedOver, Ready, Rested

__all__ = [
    "Changed",
    "Inbox",
    "Kept",
    "LedgerRow",
    "Leftover",
    "Moved",
    "PassedOver",
    "Ready",
    "Rested",
    "WatchMode",
    "archive",
    "count_waiting",
    "delete",
    "quarantine",
]
