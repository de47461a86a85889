"""The channels that messages go to: `channels test`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from watcher.cli.common import DEFAULT_RULES, FAULTS, Rules, app, command
from watcher.errors import WatcherError

group = typer.Typer(help="The channels that messages go to.", no_args_is_help=True)
app.add_typer(group, name="channels")


@command(group, "test")
def channels_test(
    name: Annotated[str | None, typer.Argument(help="The channel; all of them if not given.")] = None,
    rules: Rules = DEFAULT_RULES,
) -> int:
    """Send a sample alert and say for each address what happened."""
    from watcher import explanation
    from watcher.channels import open_channels, secret_dirs
    from watcher.clock import now_ms
    from watcher.message import Sent
    from watcher.rulefiles import load_checked
    from watcher.store.columns import uuid7

    loaded = load_checked(rules, os.environ)
    channels = open_channels(loaded.channels, os.environ, secret_dirs(os.environ), sys.stdout)
    if name is not None and name not in channels:
        raise WatcherError(f"no channel '{name}' in {rules}; there are {', '.join(channels)}")
    failed = 0
    for channel in channels.values() if name is None else [channels[name]]:
        if channel.unconfigured:
            print(f"{channel.name}: unconfigured: {channel.unconfigured}")
            failed = FAULTS
            continue
        spec = loaded.channels.get(channel.name)  # the console is there without one
        language = spec.language if spec else "en"
        for number, target in enumerate(channel.targets, 1):
            now = now_ms()
            sample = explanation.sample_message(uuid7(now), now, language)
            outcome = channel.send(target.key, sample, now)
            failed = failed if isinstance(outcome, Sent) else FAULTS
            # The service's name and nothing of the address, which may be a secret in whole or in part.
            where = f"address {number} ({target.service})" if target.service else f"address {number}"
            print(f"{channel.name}, {where}: {'sent' if isinstance(outcome, Sent) else outcome.why}")
    return failed
