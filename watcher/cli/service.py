"""The daemon and its state: `run`, `health`, `status`, `backup`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli import options
from watcher.cli.common import (
    DEFAULT_INBOX,
    DEFAULT_LIKENESS,
    DEFAULT_RULES,
    DEFAULT_STATE,
    FAULTS,
    UNCONFIGURED,
    Boilerplate,
    Inbox,
    Json,
    JsonFields,
    Likeness,
    Model,
    Rules,
    State,
    app,
    command,
    opened_store,
    setting,
)
from watcher.errors import RulesError, WatcherError

if TYPE_CHECKING:
    from watcher.settings import Settings

HEARTBEAT_MS = 30_000


@command(app)
def run(
    inbox: Inbox = DEFAULT_INBOX,
    rules: Rules = DEFAULT_RULES,
    state: State = DEFAULT_STATE,
    once: options.Once = False,
    adopt: options.Adopt = False,
    after: options.After = "keep",
    archive: options.Archive = None,
    watch: options.Watch = "auto",
    settle: options.Settle = None,
    rescan: options.Rescan = 30,
    ready: options.Ready = "settle",
    order: options.Order = "oldest",
    links: options.Links = "inside",
    workers: options.Workers = 2,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    max_bytes: options.MaxBytes = 50_000_000,
    max_seconds: options.MaxSeconds = 30,
    max_memory_mb: options.MaxMemory = 512,
    max_articles: options.MaxArticles = 5_000,
    max_unpacked: options.MaxUnpacked = 200_000_000,
    max_ratio: options.MaxRatio = 100,
    max_members: options.MaxMembers = 5_000,
    max_depth: options.MaxDepth = 3,
    json_fields: JsonFields = None,
    boilerplate: Boilerplate = "cut",
    catch_up: options.CatchUp = "digest",
    catch_up_after: options.CatchUpAfter = "1h",
    keep_texts_days: options.KeepTexts = 90,
    keep_alerts_days: options.KeepAlerts = 400,
    silence_hours: options.Silence = 24,
    heartbeat_minutes: options.Heartbeat = 5,
    log_format: options.LogFormat = "auto",
    log_level: options.LogLevel = "info",
) -> int:
    """Watch the inbox and send alerts until stopped.

    SIGHUP reads rules and secrets anew; WATCHER_SECRETS names a folder with a file for each secret.
    """
    values = {k: v for k, v in locals().items() if k not in ("once", "adopt")}
    return _run(_settings(**values), once=once, adopt=adopt)


def _settings(**values: Any) -> Settings:
    from watcher.settings import CHOICES, Settings, read_choice

    return Settings(**values | {name: read_choice(name, values[name]) for name in CHOICES})


def _run(settings: Settings, *, once: bool, adopt: bool) -> int:
    _make_inbox(settings.inbox, once=once)
    from watcher import logs

    logs.configure(settings.log_level, settings.log_format)
    from watcher.daemon import Daemon

    try:
        unsent = Daemon(settings).run(once=once, adopt=adopt)
    except RulesError as error:
        print(error, file=sys.stderr)
        print("watcher: no valid rules to run on; mend them and start again", file=sys.stderr)
        return UNCONFIGURED
    if unsent:
        waits = "message waits" if unsent == 1 else "messages wait"
        told = (
            f"watcher: {unsent} {waits} for another try, which the next `watcher run` makes; see `watcher deliveries`"
        )
        print(told, file=sys.stderr)
        return FAULTS
    return 0


def _make_inbox(inbox: Path, *, once: bool) -> None:
    """Only where the folder that it is to lie in is there: one that is not mounted yet is waited for, not made."""
    try:
        if inbox.parent.is_dir():
            inbox.mkdir(exist_ok=True)
    except OSError as error:
        raise WatcherError(f"the inbox {inbox} cannot be made: {error.strerror}") from error
    if once and not inbox.is_dir():
        raise WatcherError(f"the inbox {inbox} is not there, nor is the folder {inbox.parent} to make it in")


@command(app)
def health(state: State = DEFAULT_STATE) -> int:
    """Exit 0 if the daemon gave a sign of life within the last 30 seconds; print what is in trouble."""
    from watcher.clock import now_ms
    from watcher.explanation.lines import when
    from watcher.store import ends, vitals
    from watcher.store.place import why_unwritable
    from watcher.store.status import last_beat

    now = now_ms()
    with opened_store(state) as store, store.read() as conn:
        beat = last_beat(conn)
        amiss = [str(vitals.REFUSED)] if vitals.rules_refused(conn) else []
        amiss += [one.told(now) for one in vitals.stalled(conn, now - vitals.STALLED)]
        amiss += [one.told() for one in vitals.unusable(conn)]
        ended = found.told() if (found := ends.last(conn)) else ""
    place = why_unwritable(state)
    age = None if beat is None else now - beat.at
    if beat is None or age is None or beat.stopped or abs(age) > HEARTBEAT_MS:
        told = "no sign of life" if age is None else f"last sign of life {_told(age / 1000)}"
        told = f"stopped at {when(beat.at)}" if beat is not None and beat.stopped else told
        print("; ".join(filter(None, (told, ended, place))), file=sys.stderr)
        return FAULTS
    print("; ".join(filter(None, (beat.note or place, ended, *amiss))) or "well")
    return 0


def _told(age: float) -> str:
    return f"{age:.0f} s ago" if age >= 0 else f"is dated {-age:.0f} s ahead: the clock was set back since"


@command(app)
def status(
    inbox: Annotated[
        Path | None, setting("inbox", "Where to count waiting files; the daemon's inbox if not given.")
    ] = None,
    state: State = DEFAULT_STATE,
    as_json: Json = False,
) -> int:
    """Whether the daemon is alive, which rules it runs on, and how many files, alerts and messages there are."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.inbox import Survey, survey
    from watcher.model import Ways
    from watcher.store.files import still_there
    from watcher.store.place import why_unwritable
    from watcher.store.status import count_silences, counts, last_beat, noted_inbox

    with opened_store(state) as store, store.read() as conn:
        noted = noted_inbox(conn)
        folder = inbox or (noted and noted.path)
        seen = Survey()
        if folder and folder.is_dir():
            ways = Ways() if noted is None else noted.ways
            seen = survey(folder, ways, lambda paths: still_there(conn, paths))
        found = counts(conn, seen.waiting) | {"silences": count_silences(conn, now_ms())}
        found |= {"stuck": {"unreadable": seen.unreadable, "unmoved": seen.unmoved}}
        beat = last_beat(conn)
    found["daemon"] = beat and {"at": beat.at, "note": beat.note, "stopped": beat.stopped}
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(explanation.status(found, now_ms(), why_unwritable(state)))
    return 0


@command(app)
def backup(file: Annotated[Path, typer.Argument(help="The copy to make.")], state: State = DEFAULT_STATE) -> int:
    """Copy the store while the daemon runs."""
    with opened_store(state) as store:
        store.backup(file)
    print(f"{file}: {file.stat().st_size:,} bytes")
    return 0
