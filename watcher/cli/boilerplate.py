"""Lines that recur over the articles of a source: `boilerplate list`, `boilerplate forget`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from watcher.cli.common import DEFAULT_STATE, FAULTS, Json, ListFirst, State, app, command, opened_store, print_lines

group = typer.Typer(cls=ListFirst, help="Lines of sources that the rules do not see; `list` if nothing else is said.")
app.add_typer(group, name="boilerplate")


@command(group, "list")
def boilerplate_list(
    state: State = DEFAULT_STATE,
    source: Annotated[str | None, typer.Option(help="Only of this source.")] = None,
    as_json: Json = False,
) -> int:
    """What is cut today: of which source, how often the line was seen, and its words."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.store.boilerplate import listed

    with opened_store(state) as store, store.read() as conn:
        found = list(listed(conn, now_ms(), source))
    if as_json:
        print_lines(json.dumps(explanation.record(one), ensure_ascii=False) for one in found)
    else:
        lines = explanation.columns(map(explanation.boilerplate, found))
        print_lines(lines, none="no boilerplate is known")
    return 0


@command(group, "forget")
def boilerplate_forget(
    source: Annotated[str, typer.Option(help="The source, as `list` names it.")], state: State = DEFAULT_STATE
) -> int:
    """Forget what recurs in a source's articles: nothing of them is cut until it is learned anew, a week at least."""
    from watcher.clock import now_ms
    from watcher.render import one_line
    from watcher.store.boilerplate import forget

    with opened_store(state) as store:
        gone = forget(store, source, now_ms())
    told = f"forgotten, as seen in {gone} articles" if gone else "nothing is known of that source"
    print(f"{one_line(source)}: {told}")
    return 0 if gone else FAULTS
