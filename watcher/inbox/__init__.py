"""The inbox: which files rest and are ready to be read, and where they go afterwards."""

from watcher.inbox.folder import Inbox
from watcher.inbox.lanes import Lane, lane_of
from watcher.inbox.ledger import LedgerRow, is_finished
from watcher.inbox.markers import MARKER
from watcher.inbox.moves import Changed, Kept, Moved, archive, delete
from watcher.inbox.quarantine import Quarantined, put_back, quarantine, quarantined
from watcher.inbox.survey import Survey, survey
from watcher.inbox.values import Leftover, PassedOver, Ready, Rested

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
    "archive",
    "delete",
    "is_finished",
    "lane_of",
    "put_back",
    "quarantine",
    "quarantined",
    "survey",
]
