"""The store: what Watcher remembers, in one SQLite file below its state folder."""

from watcher.store.engine import Store, open_store
from watcher.store.lock import DaemonLock

__all__ = ["DaemonLock", "Store", "open_store"]
