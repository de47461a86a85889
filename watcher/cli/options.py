"""The settings of the daemon as options of `watcher run`; those that other commands take too are in `common`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.common import setting

Once = Annotated[bool, typer.Option("--once", help="Read what is there, send the alerts, and end.")]
Adopt = Annotated[bool, typer.Option("--adopt", help="Do not read what is there already, only what comes.")]
# ── the inbox ────────────────────────────────────────────────────────────────────────────────────
After = Annotated[str, setting("after", "keep, archive or delete files when done.")]
Archive = Annotated[Path | None, setting("archive", "Where archived files go; STATE/archive if not given.")]
Watch = Annotated[str, setting("watch", "native, poll or auto.")]
Settle = Annotated[float | None, setting("settle", "Seconds a file must rest: 2, on network mounts 10, if not given.")]
Rescan = Annotated[
    float, setting("rescan", "Seconds between two looks at all files; where they are polled, 1 at most.")
]
Ready = Annotated[str, setting("ready", "Read a file when it rests (settle) or has its marker (marker).")]
Order = Annotated[str, setting("order", "Which files are read first: oldest or newest.")]
Links = Annotated[str, setting("links", "Symbolic links to follow: inside the inbox, or anywhere.")]
# ── reading ──────────────────────────────────────────────────────────────────────────────────────
Workers = Annotated[int, setting("workers", "Processes that read articles, at most: one while few wait.")]
MaxBytes = Annotated[int, setting("max_bytes", "Largest file that is read.")]
MaxSeconds = Annotated[float, setting("max_seconds", "Longest reading of a file.")]
MaxMemory = Annotated[int, setting("max_memory_mb", "MB of memory that a file may take beside the model.")]
MaxArticles = Annotated[int, setting("max_articles", "Most articles of a file.")]
MaxUnpacked = Annotated[int, setting("max_unpacked", "Most bytes that an archive may unpack to.")]
MaxRatio = Annotated[int, setting("max_ratio", "How many times its size an archive may unpack to.")]
MaxMembers = Annotated[int, setting("max_members", "Most members of an archive or mail.")]
MaxDepth = Annotated[int, setting("max_depth", "Most archives and mails inside one another.")]
# ── telling ──────────────────────────────────────────────────────────────────────────────────────
CatchUp = Annotated[str, setting("catch_up", "What becomes of late alerts: digest, notify or record.")]
CatchUpAfter = Annotated[
    str,
    setting("catch_up_after", "How long a file may rest before its alerts are late.", "WATCHER_CATCHUP"),
]
KeepTexts = Annotated[int, setting("keep_texts_days", "Days that texts and decisions are kept.")]
KeepAlerts = Annotated[int, setting("keep_alerts_days", "Days that alerts are kept.")]
Silence = Annotated[float, setting("silence_hours", "Hours without an article after which the operator is told.")]
Heartbeat = Annotated[float, setting("heartbeat_minutes", "Minutes between pings of heartbeat_url.")]
LogFormat = Annotated[str, setting("log_format", "text, json, or auto: text on a terminal.")]
LogLevel = Annotated[str, setting("log_level", "debug, info, warning or error.")]
