"""Rules files on disk, and what their channels need of this place: addresses that can be used, values of secrets."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from watcher.channels import check_url, open_channels, secret_dirs
from watcher.entities import places
from watcher.errors import Fault, RulesError
from watcher.model import Limits
from watcher.rules.load import Bundle, load
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


def load_checked(path: Path, environment: Mapping[str, str]) -> RuleSet:
    """The rules with channels that can be opened here. Raises RulesError with the faults of the rules, or, where they
    have none, of the channels' addresses."""
    rules = load(read_bundle(path), places.load())
    if faults := channel_faults(rules, environment, secret_dirs(environment)):
        raise RulesError(sorted(faults))
    return rules


def read_documents(rules: RuleSet, rules_file: Path) -> dict[str, bytes]:
    """The files that the rules' tests name, relative to the rules file; one that cannot be read is left out."""
    names = {t.file for rule in rules.rules for t in rule.tests if t.file is not None}
    read = ((name, _read(rules_file.parent / name, Limits().bytes_in)) for name in names)
    return {name: data for name, data in read if data is not None}


def _read(path: Path, most: int) -> bytes | None:
    """The file's bytes, one more than `most` at the most; None for what is no file or cannot be read."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            return stream.read(most + 1) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except (OSError, ValueError):  # ValueError: a name that no file can have, with a NUL in it
        return None


def _open_without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would hold the reload up


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
