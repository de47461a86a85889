"""The inbox: which files rest and are ready to be read, and where they go afterwards."""

from watcher.inbox.folder import Inbox, Survey, survey
from watcher.inbox.lanes import Lane, lane_of
from watcher.inbox.markers import MARKER
from watcher.inbox.moves import Changed, Kept, Moved, Quarantined, archive, delete, put_back, quarantine, quarantined
from watcher.inbox.root import WatchMode
from watcher.inbox.values import LedgerRow, Leftover, PassedOver, Ready, Rested, is_finished

__all__ = [
    "MARKER",
    "Changed",
    "Inbox",
    "Kept",
    "Lane",
    "LedgerRow",
    "Leftover",
    "Moved",
    "PassedOver",
    "Quarantined",
    "Ready",
    "Rested",
    "Survey",
    "WatchMode",
    "archive",
    "delete",
    "is_finished",
    "lane_of",
    "put_back",
    "quarantine",
    "quarantined",
    "survey",
]
