"""Files that could not be read: `quarantine list`, `quarantine retry`."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.common import (
    DEFAULT_STATE,
    FAULTS,
    USAGE,
    Json,
    ListFirst,
    State,
    app,
    command,
    opened_store,
    print_lines,
    setting,
)
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from watcher.inbox import Quarantined

FOLDER = "quarantine"
group = typer.Typer(cls=ListFirst, help="Files that could not be read; `list` if nothing else is said.")
app.add_typer(group, name="quarantine")


@command(group, "list")
def quarantine_list(state: State = DEFAULT_STATE, as_json: Json = False) -> int:
    """The files in quarantine, one a line: when, how big, which, and why."""
    from watcher import explanation
    from watcher.inbox import quarantined

    found = quarantined(state / FOLDER)
    if as_json:
        print_lines(json.dumps(dataclasses.asdict(one)) for one in found)
    else:
        print_lines(map(explanation.quarantined, found), none="nothing is in quarantine")
    return 0


@command(group, "retry")
def quarantine_retry(
    names: Annotated[
        list[str] | None, typer.Argument(help="Files, as `list` names them, or the ids in notices.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    inbox: Annotated[Path | None, setting("inbox", "Where to put them; the daemon's inbox if not given.")] = None,
    state: State = DEFAULT_STATE,
) -> int:
    """Put files back into the inbox, to be read once more; nothing there is overwritten."""
    from watcher.inbox import put_back, quarantined
    from watcher.render import one_line
    from watcher.store.files import forget_quarantined
    from watcher.store.status import noted_inbox

    if bool(names) is everything:
        print("watcher: name the files to try again, or say --all", file=sys.stderr)
        return USAGE
    with opened_store(state) as store:
        with store.read() as conn:
            noted = noted_inbox(conn)
        folder = inbox or (noted and noted.path)
        if not folder or not folder.is_dir():
            raise WatcherError(f"the inbox {folder or ''} is not there")
        chosen, failed = _chosen(quarantined(state / FOLDER), names)
        for one in chosen:
            forget_quarantined(store, one.file)
            try:
                back = put_back(state / FOLDER, one, folder)
                if noted and noted.ways.markers:
                    back.with_name(f"{back.name}.done").touch()
            except OSError as error:
                print(f"watcher: {one_line(one.path)}: {error.strerror}", file=sys.stderr)
                failed = FAULTS
                continue
            print(f"{one_line(one.path)}: back in the inbox as {one_line(back.relative_to(folder))}")
    return failed


def _chosen(there: Iterable[Quarantined], names: list[str] | None) -> tuple[list[Quarantined], int]:
    """The files of these names, all if none is said, and the exit status where one is not there."""
    from watcher.render import one_line

    found = list(there)
    if names is None:
        return found, 0
    by_name = {one.path: one for one in found} | {
        one.id: one for one in sorted(found, key=lambda one: one.at) if one.id
    }
    missing = [name for name in names if name not in by_name]
    for name in missing:
        print(f"watcher: {one_line(name)} is not in quarantine", file=sys.stderr)
    return list(dict.fromkeys(by_name[name] for name in names if name in by_name)), FAULTS if missing else 0
