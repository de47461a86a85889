"""Channels: where messages go. One file a kind; `KINDS` lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from watcher.channels.apprise import AppriseChannel
from watcher.channels.base import Channel, Kind, Surroundings, Target
from watcher.channels.console import Console
from watcher.channels.jsonlines import JsonLines
from watcher.channels.plugins import check_url
from watcher.channels.secrets import secret_dirs
from watcher.rules.spec import CONSOLE, ChannelSpec

__all__ = ["Channel", "Channels", "Target", "check_url", "open_channels", "secret_dirs"]

KINDS: tuple[Kind, ...] = (Console, JsonLines, AppriseChannel)

Channels = Mapping[str, Channel]


def open_channels(
    specs: Mapping[str, ChannelSpec], environment: Mapping[str, str], secret_dirs: Sequence[Path], stdout: TextIO
) -> Channels:
    """Every channel of the rules by its name, and the console, which always exists.

    A channel with a missing secret is there too: it says so in `unconfigured` and keeps its targets.
    """
    surroundings = Surroundings(environment, secret_dirs, stdout)
    wanted = {CONSOLE: ChannelSpec(CONSOLE, console=True), **specs}
    return {name: _kind(spec).open(spec, surroundings) for name, spec in wanted.items()}


def _kind(spec: ChannelSpec) -> Kind:
    return next(kind for kind in KINDS if kind.handles(spec))
