"""What became of each alert at each channel: `deliveries list`, `deliveries retry`, `deliveries drop`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.common import DEFAULT_STATE, Json, ListFirst, Newest, State, app, command, opened_store, print_lines
from watcher.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.store.deliveries import Which
    from watcher.store.engine import Store

group = typer.Typer(cls=ListFirst, help="What became of each alert at each channel; `list` if nothing else is said.")
app.add_typer(group, name="deliveries")

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Deliveries' numbers, or alerts' ids or their beginnings.")
]
OnlyChannel = Annotated[str | None, typer.Option("--channel", help="Only of this channel.")]
OnlyState = Annotated[
    list[str] | None, typer.Option("--status", help="Only these: new, pending, held, sent, dead or dropped.")
]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


@command(group, "list")
def deliveries_list(
    ids: Ids = None,
    channel: OnlyChannel = None,
    in_state: OnlyState = None,
    limit: Newest = 50,
    state: State = DEFAULT_STATE,
    as_json: Json = False,
) -> int:
    """The newest deliveries, one a line: state, reason, tries, last error; times are in UTC."""
    from watcher import explanation
    from watcher.store.deliveries import list_deliveries

    which = _which(ids, channel, in_state)
    with opened_store(state) as store, store.read() as conn:
        found = list_deliveries(conn, which, limit)
    if as_json:
        print_lines(json.dumps(explanation.record(row), ensure_ascii=False) for row in found)
    else:
        table = [explanation.DELIVERY_HEADING, *map(explanation.delivery_line, found)] if found else []
        print_lines(explanation.columns(table), none="no deliveries")
    return 0


@command(group, "retry")
def deliveries_retry(
    ids: Ids = None,
    channel: OnlyChannel = None,
    in_state: OnlyState = None,
    everything: All = False,
    state: State = DEFAULT_STATE,
) -> int:
    """Send what is dead, or waits for its next try, now; the daemon does it within 30 seconds."""
    from watcher.store.deliveries import retry

    return _change(retry, "tried again", _which(ids, channel, in_state, everything=everything), state)


@command(group, "drop")
def deliveries_drop(
    ids: Ids = None,
    channel: OnlyChannel = None,
    in_state: OnlyState = None,
    everything: All = False,
    state: State = DEFAULT_STATE,
) -> int:
    """Take out what is pending, held or dead: it is not sent, and kept as dropped."""
    from watcher.store.deliveries import drop

    return _change(drop, "dropped", _which(ids, channel, in_state, everything=everything), state)


def _change(change: Callable[[Store, Which, int], int], done: str, which: Which, state: Path) -> int:
    """Changes the deliveries that are meant, and says what was done to how many."""
    from watcher.clock import now_ms
    from watcher.explanation import counted

    with opened_store(state) as store:
        print(f"{counted(change(store, which, now_ms()), 'delivery', 'deliveries')} {done}")
    return 0


def _which(ids: list[str] | None, channel: str | None, states: list[str] | None, *, everything: bool = True) -> Which:
    """Which deliveries are meant. Raises SettingsError where that is not said."""
    from watcher.model import DeliveryState
    from watcher.store.deliveries import Which

    if unknown := set(states or ()) - set(DeliveryState):
        raise SettingsError(f"--status is one of {', '.join(DeliveryState)}, not '{min(unknown)}'")
    if not (ids or channel or states or everything):
        raise SettingsError("say which deliveries: their numbers, an alert's id, --channel, --status, or --all")
    return Which(tuple(ids or ()), channel, tuple(map(DeliveryState, states or ())))
