"""Names that are passed over: hidden ones, and those that programs give to files still being written."""

from __future__ import annotations

import re
from fnmatch import translate

HIDDEN = "hidden name"
TEMPORARY = "temporary name"

# rsync (.name.XXXXXX), ProFTPD (.in.name.), Syncthing (.syncthing.name.tmp), Emacs locks (.#name) and GVfs
# (.goutputstream-XXXXXX) begin with a dot; what follows are the others, by the program that is known for them.
_TEMPORARY_GLOBS = (
    "*~",  # backups of editors
    "#*#",  # Emacs
    "*.sw[a-p]",  # Vim
    "~$*",  # Microsoft Office
    "~syncthing~*",
    "*.tmp",
    "*.temp",
    "*.part",  # Firefox, yt-dlp
    "*.partial",  # lftp, Internet Explorer
    "*.filepart",  # WinSCP
    "*.crdownload",  # Chrome
    "*.download",  # Safari
    "*.incomplete",
    "*.aria2",
)
_TEMPORARY = re.compile("|".join(translate(glob) for glob in _TEMPORARY_GLOBS), re.IGNORECASE)


def why_not(name: str) -> str:
    """Why a file or folder of this name is passed over, "" if it is not."""
    if name.startswith("."):
        return HIDDEN
    return TEMPORARY if _TEMPORARY.match(name) else ""
