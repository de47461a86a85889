"""The boilerplate that those who read articles are handed, as it holds on a day."""

from __future__ import annotations

from watcher.recurring import pack
from watcher.store.boilerplate import forgotten, learned
from watcher.store.engine import Store
from watcher.store.retention import DAY_MS


class Learning:
    """Owns what was learned until today, packed; all calls in one thread. Within a day it changes only where some of it
    is forgotten by command."""

    def __init__(self, store: Store, *, on: bool) -> None:
        self._store = store
        self._on = on
        self._as_of: tuple[int, int] | None = None
        self._packed = b""

    def packed(self, now: int) -> bytes | None:
        """The boilerplate of all sources; None where lines are neither cut nor counted. Raises Trouble."""
        if not self._on:
            return None
        with self._store.read() as conn:
            as_of = now // DAY_MS, forgotten(conn)
            if as_of != self._as_of:
                self._packed, self._as_of = pack(learned(conn, now)), as_of
        return self._packed
