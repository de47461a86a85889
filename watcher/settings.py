"""What an admin sets for the service: by flags, or by variables of the same names (`--inbox`, WATCHER_INBOX)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watcher.errors import SettingsError
from watcher.formats import Limits

DAY = 86_400_000


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


class LogFormat(StrEnum):
    """Log lines for people, for programs, or by where they go."""

    TEXT = "text"
    JSON = "json"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults. Seconds unless the name says otherwise."""

    inbox: Path = Path("inbox")
    rules: Path = Path("rules.yaml")
    state: Path = Path(".state")
    archive: Path | None = None
    after: After = After.KEEP
    watch: Watch = Watch.AUTO
    settle: float | None = None
    rescan: float = 30.0
    workers: int = 1
    model: str = "md"
    max_bytes: int = 50_000_000
    max_seconds: float = 30.0
    max_memory_mb: int = 512
    keep_texts_days: int = 90
    keep_alerts_days: int = 400
    log_format: LogFormat = LogFormat.AUTO
    log_level: str = "info"

    def __post_init__(self) -> None:
        for name in (
            "rescan",
            "workers",
            "max_bytes",
            "max_seconds",
            "max_memory_mb",
            "keep_texts_days",
            "keep_alerts_days",
        ):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{variable(name)} must be more than 0")
        if self.settle is not None and self.settle < 0:
            raise SettingsError(f"{variable('settle')} must not be negative")
        if self.model not in ("sm", "md"):
            raise SettingsError(f"{variable('model')} must be sm or md, not '{self.model}'")

    @property
    def limits(self) -> Limits:
        return Limits(bytes_in=self.max_bytes, seconds=self.max_seconds)

    @property
    def quarantine(self) -> Path:
        return self.state / "quarantine"

    @property
    def archive_folder(self) -> Path:
        return self.archive or self.state / "archive"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"WATCHER_{name.upper()}"
