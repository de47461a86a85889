"""What every kind of channel is and is given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from watcher.message import Message, Progress, SendOutcome
from watcher.phrase import Phrase
from watcher.rules.spec import ChannelSpec, Pace

NO_SUCH_TARGET = Phrase("this address is no longer in the channel")


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a channel. `key` names it in the store: made of the address as written, so that
    it shows no secret and stays the same when a secret changes. `service` is for reading; `rate` is how many messages
    the service is known to take, None where nothing is known."""

    key: str
    service: str = ""
    rate: Pace | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What channels are opened with; the environment may hold secrets and is not shown."""

    environment: Mapping[str, str] = field(repr=False)
    secret_dirs: Sequence[Path]
    stdout: TextIO = field(repr=False)


class Channel(Protocol):
    """Where messages go. Each of its targets is used by one thread at a time, several by several; `send` may block
    for as long as its service may take: 9 s on the web if the address does not say otherwise."""

    @property
    def name(self) -> str:
        """What the rules call it."""
        ...

    @property
    def targets(self) -> tuple[Target, ...]:
        """Its addresses, each with tries and pauses of its own; those of an `unconfigured` channel too."""
        ...

    @property
    def unconfigured(self) -> Phrase | None:
        """What keeps the channel from sending (a missing secret, by name), None when nothing does."""
        ...

    def send(self, target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:
        """Send `message` to one of `targets`, with ages as they are at `now` (UTC ms), but for what is taken by its
        `progress`, which is brought up to date. Trouble is an outcome, never an exception."""
        ...


class Kind(Protocol):
    """A kind of channel: which entries of the rules file it opens, and how."""

    @staticmethod
    def handles(spec: ChannelSpec) -> bool:
        """Whether an entry is of this kind; of several kinds the first that says so opens it."""
        ...

    @staticmethod
    def open(spec: ChannelSpec, surroundings: Surroundings, /) -> Channel:
        """The channel of an entry that it handles; one that lacks a value is `unconfigured`, and raises nothing."""
        ...


def unconfigured(why: Phrase) -> Phrase:
    """Why nothing is sent by a channel that lacks a value."""
    return Phrase("unconfigured: {why}", why=why)


def target_key(template: str) -> str:
    """The key of an address as written in the rules file."""
    return hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()[:12]
