"""Looking at the folder: one file, or all below a folder, as they are at this moment."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watcher.inbox.names import why_not
from watcher.model import UNREADABLE, state_of

SHUT = "folder cannot be read"  # how the reason begins for a folder that may not be listed
_TMP = "tmp"
_GONE = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was seen; `why` says why it is to be passed over, "" if it may be read.

    A folder that is passed over whole has a path that ends in "/", and no size or time.
    """

    path: str
    size: int
    mtime_ns: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """The inbox as it is looked at; `links`: symbolic links to files that lie outside are followed too."""

    root: str
    links: bool = False

    def passes_by(self, folder: str) -> bool:
        """Whether a folder, or one above it, is passed over."""
        parts = folder.split("/")
        return any(self._why_not_folder("/".join(parts[:n]), name) for n, name in enumerate(parts))

    def look(self, path: str) -> Found | None:
        """The file at `path` below the root; None if there is none, or a folder above it is passed over or a link."""
        above, _, name = path.rpartition("/")
        if above and (self.passes_by(above) or not is_inside(self.root, f"{self.root}/{above}")):
            return None
        full = f"{self.root}/{path}"
        try:
            status = os.lstat(full)
            return None if stat.S_ISDIR(status.st_mode) else self._judge(full, path, status, why_not(name))
        except _GONE:
            return None
        except OSError as error:  # a name too long, a stale handle: it stays and is told once
            return Found(path, 0, 0, f"{UNREADABLE}: {error.strerror}")

    def look_again(self, found: Found) -> Found | None:
        """What was found, as it is now; None if it has gone."""
        if not found.path.endswith("/"):
            return self.look(found.path)
        return found if os.path.isdir(f"{self.root}/{found.path}") else None  # noqa: PTH112

    def walk(self, below: str = "") -> Iterator[Found]:
        """Every file below the root, or below this folder of it, folder by folder, without following links to folders.

        One folder is open at a time and none is listed whole, so that memory is level however many files there are.
        """
        folders = [below]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(f"{self.root}/{folder}") as entries:
                    for entry in entries:
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        found = self._visit(entry, path)
                        if found is None:
                            continue
                        if found.path.endswith("/") and not found.why:
                            folders.append(path)
                        else:
                            yield found
            except _GONE:
                continue
            except OSError as error:
                yield Found(f"{folder}/", 0, 0, f"{SHUT}: {error.strerror}")

    def _visit(self, entry: os.DirEntry[str], path: str) -> Found | None:
        """An entry of a folder; a folder comes back with a path that ends in "/"."""
        try:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                return Found(f"{path}/", 0, 0, self._why_not_folder(path.rpartition("/")[0], entry.name))
            return self._judge(entry.path, path, status, why_not(entry.name))
        except _GONE:
            return None
        except OSError as error:
            return Found(path, 0, 0, f"{UNREADABLE}: {error.strerror}")

    def _why_not_folder(self, above: str, name: str) -> str:
        """Why a folder is passed over, "" if it is not: by its name, or as the place where mails are being written."""
        if name != _TMP:
            return why_not(name)
        beside = (f"{self.root}/{above}/{folder}" for folder in ("cur", "new"))
        return "tmp of a Maildir" if all(os.path.isdir(folder) for folder in beside) else ""  # noqa: PTH112

    def _judge(self, full: str, path: str, status: os.stat_result, why: str) -> Found:
        if stat.S_ISLNK(status.st_mode):
            return self._follow(full, path, status, why)
        if not stat.S_ISREG(status.st_mode):
            return Found(path, 0, state_of(status)[1], "not a regular file")
        return Found(path, *state_of(status), why)

    def _follow(self, full: str, path: str, link: os.stat_result, why: str) -> Found:
        """A symbolic link: read if it leads to a file of the inbox. One to a folder would show its files twice."""
        passed_over = Found(path, *state_of(link), why)
        if not self.links and not is_inside(self.root, full):
            return _because(passed_over, "symbolic link out of the inbox")
        try:
            target = os.stat(full)  # noqa: PTH116
        except _GONE:
            return _because(passed_over, "broken symbolic link")
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            return _because(passed_over, "broken symbolic link")
        if not stat.S_ISREG(target.st_mode):
            return _because(passed_over, "symbolic link to something that is not a regular file")
        return Found(path, *state_of(target), why)


def outermost(folders: Iterable[str]) -> Iterator[str]:
    """Those of the folders that lie in none of the others: a walk of one sees all below it, and a walk of each of a
    thousand inside one another took minutes."""
    last = ""
    for folder in sorted(folders, key=lambda path: f"{path}/"):
        if not last or not folder.startswith(f"{last}/"):
            last = folder
            yield folder


def why_unreadable(root: str, path: str) -> str:
    """Why the file cannot be opened, "" if it can. Asked by opening it: access() is wrong on network mounts."""
    try:
        # a pipe put in its place would block the opening
        os.close(os.open(f"{root}/{path}", os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC))
    except _GONE:
        return ""  # whoever reads it will find so
    except OSError as error:
        return f"{UNREADABLE}: {error.strerror}"
    return ""


def is_inside(root: str, full: str) -> bool:
    """Whether `full`, its links followed, lies below `root`."""
    return os.path.realpath(full).startswith(os.path.realpath(root).rstrip("/") + "/")


def _because(found: Found, why: str) -> Found:
    return Found(found.path, found.size, found.mtime_ns, found.why or why)
