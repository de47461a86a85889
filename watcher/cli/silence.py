"""Silences: `silence add`, `silence list`, `silence expire`."""

from __future__ import annotations

import difflib
import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.common import DEFAULT_STATE, Json, ListFirst, State, app, command, opened_store, print_lines

if TYPE_CHECKING:
    from watcher.store.rules import Accepted

group = typer.Typer(cls=ListFirst, help="Alerts that nobody is told of for a while; `list` if nothing else is said.")
app.add_typer(group, name="silence")


@command(group, "add")
def silence_add(
    state: State = DEFAULT_STATE,
    rule: Annotated[str, typer.Option(help="Alerts of this rule; a glob such as taliban-*.")] = "",
    source: Annotated[str, typer.Option(help="Alerts on articles of this source; a glob such as *.ru.")] = "",
    matching: Annotated[
        str, typer.Option(help="Alerts with these words in title or evidence, such as 'world cup'.")
    ] = "",
    lasting: Annotated[str, typer.Option("--for", help="How long: 30m, 1h30m, 3d.")] = "1h",
    why: Annotated[str, typer.Option(help="For whoever asks later.")] = "",
) -> int:
    """Tell nobody of alerts that fit all that is given, from now on; they are recorded. Prints the silence's id."""
    from watcher.clock import now_ms
    from watcher.settings import read_duration
    from watcher.store import silences
    from watcher.store.rules import last_accepted

    now = now_ms()
    ends_at = now + read_duration(lasting, "--for") * 1000
    with opened_store(state) as store:
        made = silences.add(
            store, rule=rule, source=source, matching=matching, why=why, by=user(), now=now, ends_at=ends_at
        )
        accepted = last_accepted(store) if made.rule else None
    print(made.id, flush=True)
    if accepted and (doubt := _doubt(made.rule, accepted)):
        print(f"watcher: {doubt}; the silence holds all the same", file=sys.stderr)
    return 0


@command(group, "list")
def silence_list(
    state: State = DEFAULT_STATE,
    expired: Annotated[bool, typer.Option("--expired", help="Those that have ended too.")] = False,
    as_json: Json = False,
) -> int:
    """The silences that hold, one a line."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.store import silences
    from watcher.store.rules import rule_names

    with opened_store(state) as store, store.read() as conn:
        found = silences.listed(conn, now_ms(), ended=expired)
        rules = rule_names(conn)
    if as_json:
        print_lines(json.dumps(explanation.record(one), ensure_ascii=False) for one in found)
    else:
        lines = (explanation.silence(one, rules) for one in found)
        print_lines(lines, none="no silences" if expired else "no silence holds")
    return 0


@command(group, "expire")
def silence_expire(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or their beginnings.")],
    state: State = DEFAULT_STATE,
) -> int:
    """End silences now."""
    from watcher.clock import now_ms
    from watcher.store import silences

    with opened_store(state) as store:
        for ref in ids:
            print(f"{silences.expire(store, ref, now_ms()).id} expired")
    return 0


def _doubt(rule: str, accepted: Accepted) -> str:
    """What is odd about silencing this rule: that the rules in force have none of the name; "" for nothing, and where
    they cannot be read, as those that an older Watcher accepted."""
    from watcher.errors import RulesError
    from watcher.policy.quiet import fits
    from watcher.rules.bundle import Bundle
    from watcher.rules.load import written_ids

    try:
        known = written_ids(Bundle(accepted.files))
    except RulesError:
        return ""
    if any(fits(rule, name) for name in known):
        return ""
    meant = difflib.get_close_matches(rule.lower(), known, 1)
    return f"no rule in force fits '{rule}'" + (f" (did you mean '{meant[0]}'?)" if meant else "")


def user() -> str:
    """Who runs the command, "" where the system does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in a container
        return ""
