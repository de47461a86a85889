"""On what kind of file system a folder lies, and whether the kernel tells of changes that others make there."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")

# inotify sees what goes through this kernel. On these the writer is another machine, or the host of a container's
# virtual machine. An overlay is not among them: what is written through the mount itself is told.
# fmt: off
_REMOTE = frozenset((
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre", "gpfs", "beegfs",
    "orangefs", "ocfs2", "gfs2", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs",
))
# fmt: on


def is_remote(kind: str) -> bool:
    """Whether changes on a file system of this kind can be made behind the kernel's back."""
    return kind in _REMOTE or kind == "fuse" or kind.startswith("fuse.")


def filesystem(folder: str, mountinfo: str) -> str:
    """The type of the file system that holds `folder`, an absolute path free of links; "" if it is not listed.

    `mountinfo` is the text of /proc/self/mountinfo. Of several mounts on one point the last hides the others.
    """
    best, kind = "", ""
    for line in mountinfo.splitlines():
        left, dash, right = line.partition(" - ")
        fields = left.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = _unescape(fields[4]).rstrip("/") + "/"
        if (folder.rstrip("/") + "/").startswith(point) and len(point) >= len(best):
            best, kind = point, right.split(" ", 1)[0]
    return kind


def filesystem_of(folder: Path) -> str:
    """As `filesystem`, for this machine; "" where the system has no such list."""
    try:
        listing = MOUNTINFO.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    return filesystem(os.path.realpath(folder), listing)


def _unescape(point: str) -> str:
    """The kernel writes space, tab, newline and backslash in a mount point as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
