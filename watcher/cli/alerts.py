"""The alerts that were opened: `alerts list`, `alerts show`, `alerts ack`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from watcher.cli.common import (
    DEFAULT_STATE,
    Json,
    ListFirst,
    Newest,
    OnlyRule,
    State,
    app,
    command,
    opened_store,
    print_lines,
)

group = typer.Typer(cls=ListFirst, help="The alerts that were opened; `list` if nothing else is said.")
app.add_typer(group, name="alerts")


@command(group, "list")
def alerts_list(
    state: State = DEFAULT_STATE,
    rule: OnlyRule = None,
    limit: Newest = 50,
    kept_out: Annotated[
        bool, typer.Option("--kept-out", help="What only a 'none', languages or max_age kept from matching.")
    ] = False,
    as_json: Json = False,
) -> int:
    """The newest alerts, one a line."""
    from watcher import explanation
    from watcher.store.alerts import list_alerts, list_kept_out

    with opened_store(state) as store, store.read() as conn:
        found = list_kept_out(conn, limit, rule) if kept_out else list_alerts(conn, limit, rule)
    if as_json:
        print_lines(json.dumps(explanation.record(entry), ensure_ascii=False) for entry in found)
    else:
        lines = explanation.columns(map(explanation.line, found))
        print_lines(lines, none="nothing was kept out" if kept_out else "no alerts")
    return 0


@command(group, "show")
def alerts_show(
    alert: Annotated[str, typer.Argument(metavar="ID", help="The alert's id, or its beginning.")],
    state: State = DEFAULT_STATE,
    as_json: Json = False,
) -> int:
    """One alert with its evidence, and what became of it at each channel."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.store.alerts import show_alert

    with opened_store(state) as store, store.read() as conn:
        found = show_alert(conn, alert)
    print(json.dumps(explanation.record(found), ensure_ascii=False) if as_json else explanation.alert(found, now_ms()))
    return 0


@command(group, "ack")
def alerts_ack(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of alerts, or their beginnings.")],
    state: State = DEFAULT_STATE,
) -> int:
    """Acknowledge alerts: an escalation of them, and of what was told with them, stops."""
    from watcher.cli.silence import user
    from watcher.clock import now_ms
    from watcher.store.alerts import show_alert
    from watcher.store.silences import acknowledge

    with opened_store(state) as store:
        for ref in ids:
            with store.read() as conn:
                found = show_alert(conn, ref)
            new = acknowledge(store, found.seq, user(), now_ms())
            print(f"{found.alert.id} {'acknowledged' if new else 'acknowledged again'}")
    return 0
