"""Two lanes: files that may take seconds go their own way, so that none of them holds up the alerts of the others."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import PurePosixPath

SLOW_BYTES = 1_000_000  # a web page of this size takes about a second; one of 2.9 MB took 15

# By name, for nobody reads a file only to know where to read it: one in the wrong lane is read all the same.
# fmt: off
_SLOW = frozenset((
    ".pdf", ".docx", ".odt", ".epub", ".mbox", ".warc",
    ".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst",
))
# fmt: on


class Lane(Enum):
    """Where a file is read; order holds within a lane."""

    QUICK = auto()
    SLOW = auto()


def lane_of(path: str, size: int) -> Lane:
    """Big files, PDFs, books and archives are slow."""
    slow = size > SLOW_BYTES or PurePosixPath(path).suffix.lower() in _SLOW
    return Lane.SLOW if slow else Lane.QUICK
