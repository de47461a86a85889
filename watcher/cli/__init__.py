"""The commands, a file for each group of them. Each imports what it needs when it runs: a small one starts fast."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from watcher import __version__
from watcher.cli import service, rules, places, alerts, deliveries, silence, quarantine, boilerplate, channels, models
from watcher.cli.common import app

__all__ = [
    "alerts",
    "app",
    "boilerplate",
    "channels",
    "deliveries",
    "main",
    "models",
    "places",
    "quarantine",
    "rules",
    "service",
    "silence",
]


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be UTF-8; \udcff is what JSON would write
            stream.reconfigure(errors="backslashreplace")
    app()


def _print_version(asked: bool) -> None:
    if asked:
        print(f"watcher {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watches a folder for news articles, runs rules on each, and sends alerts."""
