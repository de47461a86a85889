"""Reads channels, and what channels and rules say of time and grouping."""

from __future__ import annotations

import functools
import re
import zoneinfo

from watcher.model import Level
from watcher.render import LANGUAGES
from watcher.render.templates import ENDINGS, Template, ending, faults
from watcher.rules import forms, nodes, telling
from watcher.rules.fallbacks import SENDING, read_fallback_after
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, kind, shown
from watcher.rules.sources import Files, beside
from watcher.rules.spec import ChannelSpec
from watcher.rules.telling import TellingReader

MOST_PATH, MOST_NAME = 4095, 255  # bytes, as in Linux: PATH_MAX without its NUL, and NAME_MAX
_TARGETS = ("urls", "console", "file")
CHANNEL: forms.Keys = {
    "urls": forms.texts("Apprise addresses; secrets as ${NAME} or secret:NAME."),
    "console": {"enum": [True], "description": "The terminal."},
    "file": forms.text("A file of JSON lines.", minLength=1, maxLength=MOST_PATH, pattern=r"^[^\u0000]*$"),
    "min_level": forms.choice(Level, "Alerts below it are recorded and not sent."),
    "language": forms.choice(LANGUAGES, "The language of messages."),
    "template": forms.text("A file with the body of alerts, in Jinja2.", pattern=r"\.(txt|md|html)(\.j2)?$"),
    "timezone": forms.text("The timezone of dates in messages, such as Europe/Paris."),
}
_HEARTBEAT = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[!-~]*)?")
_SURROGATES = re.compile("[\ud800-\udfff]")  # alone they are no text, and no UTF-8
CHANNEL_FORM = forms.mapping(
    {**CHANNEL, **SENDING, **telling.CHANNEL},
    said="A channel to send to.",
    oneOf=[{"required": [key]} for key in _TARGETS],
)


def read_channel(
    reading: Reading, files: Files, name: Scalar, node: Node, timezone: str, told: TellingReader
) -> ChannelSpec:
    """A channel, with its template out of the rules' `files`; where it has a fault too, so that rules which name it are
    not told that there is none."""
    keys = {**CHANNEL, **SENDING, **telling.CHANNEL}
    entries = reading.mapping(node, f"channel '{name.value}'", keys, form='urls: ["json://..."]')
    kinds = [k for k in _TARGETS if k in entries]
    if isinstance(node, nodes.Mapping) and len(kinds) != 1:
        place = node.keys(_TARGETS)[1] if len(node.keys(_TARGETS)) > 1 else node
        reading.fault(place, f"channel '{name.value}' needs exactly one of urls, console and file")
    if "console" in entries and reading.boolean(entries["console"], "console") is False:
        reading.fault(entries["console"], "console can only be true; to have no console channel remove it")
    if "template" in entries and "urls" not in entries:
        reading.fault(entries["template"], "only a channel with urls takes a template")
    urls = reading.texts(entries.get("urls"), "urls")
    own_timezone = read_timezone(reading, entries.get("timezone"))
    return ChannelSpec(
        name.value,
        urls=tuple(url for url, _ in urls),
        console="console" in entries,
        file=_file(reading, entries.get("file")),
        min_level=Level(reading.choice(entries.get("min_level"), "min_level", list(Level)) or "informational"),
        language=reading.choice(entries.get("language"), "language", LANGUAGES) or "en",
        timezone=own_timezone or timezone,
        places=tuple(reading.place(n) for _, n in urls),
        rate=telling.read_pace(reading, entries.get("rate"), "rate"),
        fallback=reading.text(entries.get("fallback"), "fallback"),
        fallback_after=read_fallback_after(reading, entries),
        template=_template(reading, files, entries.get("template")),
        grouping=told.grouping(entries),
        mute=told.mute(entries, "take the channel out of `notify`", own_timezone),
        except_level=told.except_level(entries),
        digest=told.digest(entries),
        escalate=told.escalate(entries),
    )


def _template(reading: Reading, files: Files, node: Node | None) -> Template | None:
    """A template with its text; its faults are told at their place in its own file."""
    name = reading.text(node, "template")
    if name is None or node is None:
        return None
    path = beside(node.file, name)
    if ending(name) not in ENDINGS:
        reading.fault(node, f"a template is a file by a name such as desk.txt, desk.md or desk.html, not {kind(node)}")
    elif path not in files:
        reading.fault(node, f"no file '{shown(name)}'")
    elif (text := files[path]) is not None:
        template = Template(path, text)
        for fault in faults(template):
            reading.fault(Scalar("", False, fault.line, fault.column, path), fault.message)
        return template
    return None


def _file(reading: Reading, node: Node | None) -> str | None:
    name = reading.text(node, "file")
    if node is not None and name is not None and (fault := _path_fault(name)):
        reading.fault(node, fault)
    return name


def _path_fault(path: str) -> str | None:
    """Why no file can have this path: told here, as opening it would fail at every message."""
    if not path:
        return "file needs a path, such as alerts.jsonl"
    if "\0" in path or _SURROGATES.search(path):
        return "file has a character that no path can have"
    if (size := len(path.encode())) > MOST_PATH:
        return f"file is a path of {size:,} bytes; at most {MOST_PATH:,} are allowed"
    if (size := max(len(part.encode()) for part in path.split("/"))) > MOST_NAME:
        return f"file has a name of {size:,} bytes in its path; at most {MOST_NAME} are allowed"
    return None


def read_heartbeat(reading: Reading, node: Node | None) -> str | None:
    """The address that is asked for while the daemon lives. Who knows it can ask for it too, and nothing more, so that
    it may stand in the rules; it is shown nowhere all the same."""
    url = reading.text(node, "heartbeat_url")
    if url is None or node is None:
        return None
    if "${" in url or url.startswith("secret:"):
        reading.fault(node, "values and secrets are read in a channel's urls alone; write the whole address here")
    elif not _HEARTBEAT.fullmatch(url):
        reading.fault(node, "heartbeat_url must be an address such as https://hc-ping.com/UUID")
    return url


def read_timezone(reading: Reading, node: Node | None) -> str | None:
    """A timezone by its name in the IANA database."""
    name = reading.text(node, "timezone")
    if name is None or node is None or _is_timezone(name):
        return name
    town = next((zone for zone in sorted(_timezones()) if zone.endswith(f"/{name}")), None)
    hint = f"; write {town}" if town else reading.hint(name, _timezones()) or "; write it as Europe/Paris"
    reading.fault(node, f"unknown timezone '{shown(name)}'{hint}")
    return None


def _is_timezone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return False
    return True


@functools.cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # 25 ms, so only for a fault's advice
