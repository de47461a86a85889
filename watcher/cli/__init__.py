"""The commands, a file for each group of them. Each imports what it needs when it runs: a small one starts fast."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from watcher import __version__
from watcher.cli import (
    service,
    rules,
    explain,
    places,
    alerts,
    deliveries,
    silence,
    quarantine,
    boilerplate,
    channels,
    models,
)
from watcher.cli.common import FAULTS, app, print_no_more

__all__ = [
    "alerts",
    "app",
    "boilerplate",
    "channels",
    "deliveries",
    "explain",
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
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be UTF-8; \udcff is what JSON would write
            stream.reconfigure(errors="backslashreplace")
    try:
        _run()
    except OSError as error:  # of the output, that of --help too: those of the store and of files have their words
        print(f"watcher: {error}", file=sys.stderr)
        print_no_more()
        sys.exit(FAULTS)


def _run() -> None:
    try:
        app()
    finally:
        sys.stdout.flush()


def _open_streams() -> None:
    """Where whoever starts the program has closed one of its streams, nothing comes and goes there. The next file that
    is opened would have its number, and what is printed, by a library too, would go into that."""
    for number, how in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, how)  # the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - they are open to the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: PTH123, SIM115


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
