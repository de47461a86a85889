"""One daemon per state folder: a lock that the kernel takes back when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from watcher.errors import StoreBusy
from watcher.store.place import folder_troubles, private_folder


class DaemonLock:
    """Holds `STATE/daemon.lock` with this process's id in it, from making until `release` or the process's end.

    Raises StoreBusy, which names the process that holds it; Trouble where the folder cannot be written.
    The descriptor is not inherited by a spawned worker, so that an orphan never keeps the next daemon out.
    """

    def __init__(self, state: Path) -> None:
        private_folder(state)
        with folder_troubles():
            self._file = os.open(state / "daemon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(state)
        except BaseException:
            self.release()
            raise

    def _take(self, state: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise StoreBusy(f"another watcher (process {holder}) works on {state}") from None
        with folder_troubles():
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Lets the next daemon in; releasing twice is harmless. The file stays: removing it would race."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> DaemonLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
