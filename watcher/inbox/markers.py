"""Markers: the empty files that say, where `ready` is `marker`, that a delivery is complete.

`story.xml` is complete when `story.xml.done` or `story.done` lies beside it; the latter stands for all files `story.*`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from watcher.inbox.ledger import LedgerRow, is_finished
from watcher.inbox.look import Found, View

MARKER = "marker of a file that was read"
_ENDINGS = (".done", ".DONE")


def is_marker(path: str) -> bool:
    """Whether a file of this name is a marker."""
    return path.endswith(_ENDINGS)


def marker_of(view: View, found: Found) -> Found | None:
    """The newest marker that lies beside a file."""
    names = [f"{name}{ending}" for name in _marked_by(found.path) for ending in _ENDINGS]
    markers = [marker for name in names if (marker := view.look(name)) is not None]
    return max(markers, key=lambda marker: marker.mtime_ns, default=None)


def marked(view: View, markers: Iterable[str]) -> Iterator[Found]:
    """The files that markers stand for; each folder is listed once."""
    folders: dict[str, set[str]] = {}
    for path in markers:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, set()).add(name[: -len(_ENDINGS[0])])
    for folder, names in folders.items():
        try:
            listed = os.listdir(f"{view.root}/{folder}")  # noqa: PTH208 - a Path for each name costs ten times as much
        except OSError:  # it has gone, or cannot be listed, which the scan tells
            continue
        for name in listed:
            path = f"{folder}/{name}" if folder else name
            if not is_marker(name) and not names.isdisjoint(_marked_by(name)) and (found := view.look(path)):
                yield found


def spent(view: View, paths: Sequence[str], known: Callable[[Sequence[str]], Mapping[str, LedgerRow]]) -> list[Found]:
    """The markers of files that are done with, but for those that others still wait for."""
    names = {f"{name}{ending}" for path in paths for name in _marked_by(path) for ending in _ENDINGS}
    markers = [found for name in sorted(names) if (found := view.look(name)) is not None and not found.why]
    mine = set(paths)
    others = [found.path for found in marked(view, [m.path for m in markers]) if found.path not in mine]
    rows = known(others) if others else {}
    done = {path for path, row in rows.items() if is_finished(row.outcome, row.sha256, row.reason)}
    waiting = {name for path in others if path not in done for name in _marked_by(path)}
    return [marker for marker in markers if marker.path[: -len(_ENDINGS[0])] not in waiting]


def _marked_by(path: str) -> tuple[str, ...]:
    """The names that a marker of this file may have, without its ending: the file's own, and it without its suffix."""
    folder, slash, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return (path, f"{folder}{slash}{stem}") if dot and stem else (path,)
