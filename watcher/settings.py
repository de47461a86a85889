"""What an admin sets for the service: by flags, or by variables of the same names (`--inbox`, WATCHER_INBOX)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watcher.entities import models
from watcher.errors import SettingsError
from watcher.model import NAME_LIKENESS, Catchup, Limits, Ways

_LEAST_LIKENESS = 0.5
JSON_PARTS = ("title", "body", "published", "url", "source", "author", "language")
_AMOUNTS = (
    ("rescan", "workers", "max_bytes", "max_seconds", "max_memory_mb", "max_articles")
    + ("max_unpacked", "max_ratio", "max_members", "max_depth", "keep_texts_days", "keep_alerts_days")
    + ("silence_hours", "heartbeat_minutes")
)  # fmt: skip
_MOST = 1_000_000_000  # of anything: what clocks and limits of the system can still be told


class After(StrEnum):
    """What becomes of a file whose articles are in the store."""

    KEEP = "keep"
    ARCHIVE = "archive"
    DELETE = "delete"


class Watch(StrEnum):
    """How the inbox is watched: by the kernel's events, by looking, or by whichever works there."""

    NATIVE = "native"
    POLL = "poll"
    AUTO = "auto"


class Order(StrEnum):
    """Which of the files that wait is read first: the one written first, or last."""

    OLDEST = "oldest"
    NEWEST = "newest"


class ReadyWhen(StrEnum):
    """When a file is read: when it rests, or when a marker lies beside it."""

    SETTLE = "settle"
    MARKER = "marker"


class Links(StrEnum):
    """Which symbolic links to files are followed: those that stay in the inbox, or all."""

    INSIDE = "inside"
    ANYWHERE = "anywhere"


class Boilerplate(StrEnum):
    """What becomes of lines that recur over the articles of a source: the rules do not see them, or they do."""

    CUT = "cut"
    KEEP = "keep"


class LogFormat(StrEnum):
    """Log lines for people, for programs, or by where they go."""

    TEXT = "text"
    JSON = "json"
    AUTO = "auto"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


CHOICES: dict[str, type[StrEnum]] = {
    "after": After,
    "watch": Watch,
    "ready": ReadyWhen,
    "order": Order,
    "links": Links,
    "boilerplate": Boilerplate,
    "catch_up": Catchup,
    "log_format": LogFormat,
    "log_level": LogLevel,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults. Seconds unless the name says otherwise. Raises SettingsError."""

    inbox: Path = Path("inbox")
    rules: Path = Path("rules.yaml")
    state: Path = Path(".state")
    archive: Path | None = None
    after: After = After.KEEP
    watch: Watch = Watch.AUTO
    settle: float | None = None
    rescan: float = 30.0
    ready: ReadyWhen = ReadyWhen.SETTLE
    order: Order = Order.OLDEST
    links: Links = Links.INSIDE
    workers: int = 2
    model: str = "md"
    name_likeness: float = NAME_LIKENESS
    max_bytes: int = 50_000_000
    max_seconds: float = 30.0
    max_memory_mb: int = 512
    max_articles: int = 5_000
    max_unpacked: int = 200_000_000
    max_ratio: int = 100
    max_members: int = 5_000
    max_depth: int = 3
    json_fields: str | None = None
    boilerplate: Boilerplate = Boilerplate.CUT
    catch_up: Catchup = Catchup.DIGEST
    catch_up_after: str = "1h"
    keep_texts_days: int = 90
    keep_alerts_days: int = 400
    silence_hours: float = 24.0
    heartbeat_minutes: float = 5.0
    log_format: LogFormat = LogFormat.AUTO
    log_level: LogLevel = LogLevel.INFO

    def __post_init__(self) -> None:
        for name in _AMOUNTS:
            if not 0 < getattr(self, name) <= _MOST:
                raise SettingsError(f"{named(name)} must be more than 0 and at most {_MOST:,}")
        if self.settle is not None and not 0 <= self.settle <= _MOST:
            raise SettingsError(f"{named('settle')} must be from 0 to {_MOST:,}")
        read_duration(self.catch_up_after, named("catch_up_after"))
        check_model(self.model)
        check_likeness(self.name_likeness)
        read_json_fields(self.json_fields)
        _check_folders(self)

    @property
    def limits(self) -> Limits:
        return Limits(
            bytes_in=self.max_bytes,
            seconds=self.max_seconds,
            memory_mb=self.max_memory_mb,
            articles=self.max_articles,
            unpacked=self.max_unpacked,
            ratio=self.max_ratio,
            members=self.max_members,
            depth=self.max_depth,
            json_fields=read_json_fields(self.json_fields),
        )

    @property
    def catch_up_after_ms(self) -> int:
        """How long a file may have rested before it was read, in ms, without its alerts being late."""
        return read_duration(self.catch_up_after, named("catch_up_after")) * 1000

    @property
    def ways(self) -> Ways:
        """How the inbox is read."""
        tidy, newest = self.after is not After.KEEP, self.order is Order.NEWEST
        markers, links = self.ready is ReadyWhen.MARKER, self.links is Links.ANYWHERE
        return Ways(self.settle, self.watch.value, self.rescan, tidy, newest, markers, links)

    @property
    def quarantine(self) -> Path:
        return self.state / "quarantine"

    @property
    def archive_folder(self) -> Path:
        return self.archive or self.state / "archive"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"WATCHER_{name.upper()}"


def named(name: str) -> str:
    """A setting as errors call it: whoever set it knows its flag, or its variable."""
    return f"--{name.replace('_', '-')} ({variable(name)})"


def read_choice(name: str, written: str) -> StrEnum:
    """The value of a setting that has a few of them. Raises SettingsError."""
    kind = CHOICES[name]
    try:
        return kind(written.lower())
    except ValueError:
        raise SettingsError(f"{named(name)} is one of {', '.join(kind)}, not '{written}'") from None


def read_duration(written: str, what: str) -> int:
    """The seconds of "30s", "5m", "1h30m" or "3d". Raises SettingsError."""
    if not re.fullmatch(r"([0-9]{1,6}[smhd])+", written.strip()):
        raise SettingsError(f"{what} is a duration such as 30s, 5m, 1h30m or 3d, not '{written}'")
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"([0-9]+)([smhd])", written))


def read_json_fields(written: str | None) -> tuple[tuple[str, str], ...]:
    """The pairs in "title=head.line,body=story": a part of an article, and the path of keys to it in JSON.

    Raises SettingsError.
    """
    pairs = []
    for item in filter(None, map(str.strip, (written or "").split(","))):
        part, _, path = (piece.strip() for piece in item.partition("="))
        if part not in JSON_PARTS or not path:
            parts = ", ".join(JSON_PARTS)
            raise SettingsError(f"{named('json_fields')}: '{item}' is not PART=PATH with a part of {parts}")
        pairs.append((part, path))
    return tuple(pairs)


def check_model(size: str) -> None:
    """Raises SettingsError where there is no such size of model, or none of the one that was asked for is installed."""
    if size not in models.SIZES:
        raise SettingsError(f"{named('model')} is one of {', '.join(models.SIZES)}, not '{size}'")
    if size != models.SIZES[0] and not any(m.size == size and models.is_installed(m) for m in models.known()):
        raise SettingsError(f"{named('model')} is {size}, but no model of that size is installed: watcher models list")


def check_likeness(likeness: float) -> None:
    """Raises SettingsError where names would match whatever they are, or never."""
    if not _LEAST_LIKENESS <= likeness <= 1:
        raise SettingsError(f"{named('name_likeness')} must be from {_LEAST_LIKENESS} to 1")


def _check_folders(settings: Settings) -> None:
    """What Watcher writes must not be read as articles: each file would be put into the folder that it came from."""
    inbox = settings.inbox.resolve()
    written = {"state": settings.state, "rules": settings.rules}
    if settings.after is After.ARCHIVE:
        written["archive"] = settings.archive_folder
    for name, path in written.items():
        if path.resolve().is_relative_to(inbox):
            raise SettingsError(f"{named(name)} ({path}) must not lie in the inbox ({settings.inbox})")
    for folder in (settings.quarantine, settings.archive_folder):
        if inbox.is_relative_to(folder.resolve()):
            raise SettingsError(f"the inbox ({settings.inbox}) must not lie in {folder}, where handled files go")
