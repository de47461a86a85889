"""Rules files on disk, and what their channels need of this place: addresses that can be used, values of secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from watcher.channels import check_url, open_channels
from watcher.errors import Fault, RulesError
from watcher.model import Limits
from watcher.rules.load import Bundle
from watcher.rules.nodes import MAX_CHARACTERS
from watcher.rules.spec import RuleSet


def read_bundle(path: Path) -> Bundle:
    """The rules file as it is on disk. Raises RulesError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(4 * MAX_CHARACTERS + 1)
        return Bundle({str(path): data.decode("utf-8-sig")})
    except OSError as error:
        raise RulesError([Fault(str(path), 1, 1, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise RulesError([Fault(str(path), line, column, "not UTF-8; save the file as UTF-8")]) from error


def read_documents(rules: RuleSet, rules_file: Path) -> dict[str, bytes]:
    """The files that the rules' tests name, relative to the rules file; one that cannot be read is left out."""
    documents = {}
    for name in {t.file for rule in rules.rules for t in rule.tests if t.file is not None}:
        path = rules_file.parent / name
        if path.is_file() and os.access(path, os.R_OK) and path.stat().st_size <= Limits().bytes_in:
            documents[name] = path.read_bytes()
    return documents


def channel_faults(rules: RuleSet, environment: Mapping[str, str], secret_dirs: Sequence[Path]) -> list[Fault]:
    """What is wrong with the channels' addresses; a missing secret is no fault."""
    return [
        Fault(place.file, place.line, place.column, why)
        for channel in rules.channels.values()
        for url, place in zip(channel.urls, channel.places, strict=True)
        if (why := check_url(url, environment, secret_dirs)) is not None
    ]


def missing_secrets(rules: RuleSet, environment: Mapping[str, str], secret_dirs: Sequence[Path]) -> list[str]:
    """The channels that cannot send for want of a value, each with the names of what is missing."""
    opened = open_channels(rules.channels, environment, secret_dirs, sys.stdout)
    return [f"channel '{name}' is unconfigured: {c.unconfigured}" for name, c in opened.items() if c.unconfigured]
