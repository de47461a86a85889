"""How the inbox folder is read: the same for the daemon, for `status` and for what is put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WatchMode = Literal["auto", "native", "poll"]


@dataclass(frozen=True, slots=True)
class Ways:
    """How the inbox folder is watched and read.

    `settle`: seconds that a file rests before it is read, 2 if not given, 10 on network mounts. `rescan`: seconds
    between two scans of all where the folder is watched; where it is polled, 1 is the most. `tidy`: handled files
    should leave the inbox. `newest_first`: of the files that rest those written last come first. `markers`: a file is
    read when a marker says that it is whole. `links`: symbolic links that lead out of the inbox are followed.
    """

    settle: float | None = None
    watch: WatchMode = "auto"
    rescan: float = 30.0
    tidy: bool = False
    newest_first: bool = False
    markers: bool = False
    links: bool = False
