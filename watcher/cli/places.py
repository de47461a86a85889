"""What rules may call a place, and what that means: `places`."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from watcher.cli.common import Json, app, command


@command(app)
def places(
    name: Annotated[
        str | None, typer.Argument(help="What a rule's place: takes; the regions and groups if not given.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say which place a name means in rules, its members, and what articles call it."""
    from watcher import explanation
    from watcher.analyse.engine import gazetteer
    from watcher.entities.described import Directory
    from watcher.errors import WatcherError
    from watcher.rules.placesets import hint, meanings
    from watcher.rules.reading import Reading, shown

    directory = Directory(gazetteer())
    if name is None:
        rows = directory.regions()
        if as_json:
            for code, english, members in rows:
                print(json.dumps({"id": code, "name": english, "members": members}, ensure_ascii=False))
        else:
            for line in explanation.columns((code, f"{members:>3}", english) for code, english, members in rows):
                print(line)
        return 0
    codes = meanings(gazetteer(), name)
    if not codes:
        raise WatcherError(f"unknown place '{shown(name)}'{hint(Reading(), gazetteer(), name)}")
    resolved = gazetteer().resolve(name)
    meant = (*resolved, *gazetteer().around(name))
    found = [directory.describe(code, name, _language()) for code in (*meant, *(c for c in codes if c not in meant))]
    if as_json:
        for one in found:
            print(json.dumps(explanation.place_record(one, meant=one.code in meant), ensure_ascii=False))
    else:
        print(explanation.places(found, len(meant), ambiguous=len(resolved) > 1))
    return 0


def _language() -> str:
    """The language of the user's locale, as of its messages."""
    told = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, told), "en")[:2].lower()
