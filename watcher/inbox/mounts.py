"""On what kind of file system a folder lies, and whether the kernel tells of changes that others make there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
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
    for point, mounted in _mounts(mountinfo):
        if (folder.rstrip("/") + "/").startswith(point) and len(point) >= len(best):
            best, kind = point, mounted
    return kind


def filesystem_of(folder: Path) -> str:
    """As `filesystem`, for this machine; "" where the system has no such list."""
    return filesystem(os.path.realpath(folder), _listing())


def is_mount(folder: Path) -> bool:
    """Whether something is mounted on the folder: also another folder of the same file system, as in a container."""
    real = os.path.realpath(folder)
    return Path(real).is_mount() or f"{real}/" in dict(_mounts(_listing()))


def _listing() -> str:
    try:
        return MOUNTINFO.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def _mounts(mountinfo: str) -> Iterator[tuple[str, str]]:
    """The mount points, each with a "/" at its end, and what is mounted there."""
    for line in mountinfo.splitlines():
        left, dash, right = line.partition(" - ")
        fields = left.split(" ")
        if dash and len(fields) >= 5:
            yield _unescape(fields[4]).rstrip("/") + "/", right.split(" ", 1)[0]


def _unescape(point: str) -> str:
    """The kernel writes space, tab, newline and backslash in a mount point as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
