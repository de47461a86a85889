"""Rules files -> RuleSet, or all their faults at once."""

from __future__ import annotations

import hashlib
import json
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from watcher.entities.places import Gazetteer
from watcher.errors import Fault, RulesError
from watcher.model import Level
from watcher.rules import nodes
from watcher.rules.conditions.reader import ConditionReader
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, shown, suggest
from watcher.rules.spec import CONSOLE, STATUSES, ChannelSpec, RuleSet, RuleSpec, TestSpec

VERSION = "1"
TOP = ("version", "timezone", "lists", "channels", "defaults", "rules")
TOP_LATER = ("include", "conditions", "places", "time_intervals")
RULE_NOTES = ("description", "note", "tags", "owner", "references")  # for people; kept by the file itself
RULE = ("id", "title", "condition", "level", "status", "enabled", "languages", "max_age", "undated", "notify", "tests")
GROUPING = ("group_by", "group_wait")
RULE_LATER = (
    *("query", "group_interval", "updates", "max_alerts", "mute", "digest", "escalate", "inhibits", "on_update"),
    *("correlation", "ignore"),
)
CHANNEL = ("urls", "console", "file", "min_level", "language", "timezone")
CHANNEL_LATER = (
    *("mute", "except_level", "digest", "group_interval", "updates", "rate", "fallback", "fallback_after"),
    *("escalate", "template"),
)
DEFAULTS = ("level", "languages", "max_age", "undated", "notify", "operator")
DEFAULTS_LATER = ("group_interval", "updates", "max_alerts", "heartbeat_url")
TEST = ("name", "file", "title", "text", "language", "source", "url", "published", "expect", "matched", "now")
EXPECT = {"match": True, "no_match": False}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The text of every rules file by its path; the first is the main one. Loaded alike wherever it is sent."""

    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of all files."""
        content = json.dumps(list(self.files.items()), ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def load(bundle: Bundle, gazetteer: Gazetteer) -> RuleSet:
    """What the rules files say. Raises RulesError with every fault."""
    file, text = next(iter(bundle.files.items()))
    root, faults = nodes.parse(text, file)
    if root is None:
        raise RulesError(faults or [Fault(file, 1, 1, "an empty file; a rules file begins with 'version: 1'")])
    loader = _Loader(Reading(file, list(faults)), gazetteer)
    rules = loader.top(root, bundle.digest)
    if loader.reading.faults:
        raise RulesError(sorted(set(loader.reading.faults)))
    return rules


class _Values(TypedDict):
    """The fields of a RuleSpec that `defaults` may set."""

    level: Level
    languages: tuple[str, ...]
    max_age: int | None
    undated: str
    notify: tuple[str, ...]


class _Loader:
    """Reads one file's tree; owns its Reading and what rules refer to."""

    def __init__(self, reading: Reading, gazetteer: Gazetteer) -> None:
        self.reading = reading
        self.gazetteer = gazetteer
        self.channels: dict[str, ChannelSpec] = {}
        self.defaults: dict[str, Node] = {}
        self.ids: dict[str, int] = {}

    def top(self, root: Node, digest: str) -> RuleSet:
        reading = self.reading
        entries = reading.mapping(root, "the rules file", TOP, TOP_LATER, required=("version",))
        if (version := reading.text(entries.get("version"), "version")) not in (VERSION, None):
            reading.fault(entries["version"], f"version must be {VERSION}, not '{shown(version or '')}'")
        timezone = self._timezone(entries.get("timezone")) or "UTC"
        self.channels = {CONSOLE: ChannelSpec(CONSOLE, console=True, timezone=timezone)} | reading.named(
            entries.get("channels"), "channels", lambda name, node: self._channel(name, node, timezone)
        )
        lists: dict[str, Node] = reading.named(entries.get("lists"), "lists", lambda _, node: node)
        self.conditions = ConditionReader(reading, self.gazetteer, lists)
        for node in lists.values():
            self._list(node)
        if "defaults" in entries:
            self.defaults = reading.mapping(entries["defaults"], "defaults", (*DEFAULTS, *GROUPING), DEFAULTS_LATER)
            self._grouping(self.defaults)
        rules = tuple(r for node in self._rule_nodes(entries.get("rules")) if (r := self._rule(node)))
        operator = self._known_channel(self.defaults.get("operator"), "operator")
        warnings = tuple(map(str, sorted(set(reading.warnings))))
        return RuleSet(digest, timezone, self.channels, rules, operator, warnings)

    def _list(self, node: Node) -> None:
        if isinstance(node, nodes.Mapping) and node.get("file") is not None:
            self.reading.fault(node, "'file' is not available yet; write the terms here")
        else:
            self.conditions.items(node, None)

    def _rule_nodes(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, nodes.Sequence):
            self.reading.fault(node, "rules must be a list, each rule beginning with '- id:'")
            return ()
        return node.items

    # ── channels ──────────────────────────────────────────────────────────────────────────────────

    def _channel(self, name: Scalar, node: Node, timezone: str) -> ChannelSpec | None:
        reading = self.reading
        entries = reading.mapping(node, f"channel '{name.value}'", (*CHANNEL, *GROUPING), CHANNEL_LATER)
        kinds = [k for k in ("urls", "console", "file") if k in entries]
        if isinstance(node, nodes.Mapping) and len(kinds) != 1:
            reading.fault(node, f"channel '{name.value}' needs exactly one of urls, console and file")
            return None
        self._grouping(entries)
        if "console" in entries and reading.boolean(entries["console"], "console") is False:
            reading.fault(entries["console"], "console can only be true; to have no console channel remove it")
        urls = reading.texts(entries.get("urls"), "urls")
        if "urls" in entries and not urls:
            reading.fault(entries["urls"], "urls must be a list of at least one address")
        return ChannelSpec(
            name.value,
            urls=tuple(url for url, _ in urls),
            console="console" in entries,
            file=reading.text(entries.get("file"), "file"),
            min_level=Level(reading.choice(entries.get("min_level"), "min_level", list(Level)) or "informational"),
            language=reading.choice(entries.get("language"), "language", ("en",)) or "en",
            timezone=self._timezone(entries.get("timezone")) or timezone,
            places=tuple(reading.place(n) for _, n in urls),
        )

    def _known_channel(self, node: Node | None, what: str) -> str | None:
        return self.reading.choice(node, what, list(self.channels)) if node is not None else None

    def _timezone(self, node: Node | None) -> str | None:
        name = self.reading.text(node, "timezone")
        if name is None or node is None or name in zoneinfo.available_timezones():
            return name
        hint = suggest(name, zoneinfo.available_timezones())
        self.reading.fault(node, f"unknown timezone '{shown(name)}'{hint}; write it as Europe/Paris")
        return None

    def _grouping(self, entries: Mapping[str, Node]) -> None:
        """Every alert is a message of its own for now: other values of the grouping keys are refused."""
        if (node := entries.get("group_by")) is not None:
            names = [name for name, _ in self.reading.texts(node, "group_by")]
            if sorted(names) != ["article", "rule"]:
                self.reading.fault(node, "group_by other than [rule, article] is not available yet")
        if (node := entries.get("group_wait")) is not None and self.reading.duration(node, "group_wait"):
            self.reading.fault(node, "group_wait other than 0s is not available yet")

    # ── rules ─────────────────────────────────────────────────────────────────────────────────────

    def _rule(self, node: Node) -> RuleSpec | None:
        reading = self.reading
        entries = reading.mapping(node, "a rule", (*RULE, *RULE_NOTES, *GROUPING), RULE_LATER, required=("id",))
        if not isinstance(node, nodes.Mapping):
            return None
        if "condition" not in entries and node.get("query") is None:
            reading.fault(node, "a rule needs 'condition'")
        rule_id = self._id(entries.get("id"))
        self._grouping(entries)
        self.conditions.used_lists.clear()
        condition = self.conditions.condition(entries["condition"], "", ()) if "condition" in entries else None
        merged = {**self.defaults, **entries}
        tests = tuple(t for n in reading.items(entries.get("tests")) if (t := self._test(n)))
        values = self._rule_values(merged)
        if rule_id is None or condition is None:
            return None
        return RuleSpec(
            rule_id,
            condition,
            title=reading.text(entries.get("title"), "title") or "",
            enabled=reading.boolean(entries.get("enabled"), "enabled") is not False,
            status=reading.choice(entries.get("status"), "status", STATUSES) or "stable",
            tests=tests,
            place=reading.place(node),
            fingerprint=self._fingerprint(node),
            **values,
        )

    def _fingerprint(self, node: Node) -> str:
        lists = [self.conditions.lists[name] for name in sorted(self.conditions.used_lists)]
        parts = [nodes.plain(n) for n in (node, *lists, *self.defaults.values())]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def _rule_values(self, entries: Mapping[str, Node]) -> _Values:
        """What `defaults` may set for a rule."""
        reading = self.reading
        notify = [reading.choice(n, "notify", list(self.channels)) for _, n in self._texts(entries, "notify")]
        return {
            "level": Level(reading.choice(entries.get("level"), "level", list(Level)) or "medium"),
            "languages": tuple(c for _, n in self._texts(entries, "languages") if (c := self._language(n))),
            "max_age": reading.duration(entries.get("max_age"), "max_age"),
            "undated": self._undated(entries.get("undated")),
            "notify": tuple(dict.fromkeys(n for n in notify if n)) if "notify" in entries else (CONSOLE,),
        }

    def _texts(self, entries: Mapping[str, Node], key: str) -> list[tuple[str, Scalar]]:
        return self.reading.texts(entries.get(key), key)

    def _undated(self, node: Node | None) -> str:
        if isinstance(node, Scalar) and node.value == "digest":
            self.reading.fault(node, "undated: digest is not available yet")
            return "pass"
        return self.reading.choice(node, "undated", ("pass", "drop")) or "pass"

    def _language(self, node: Scalar) -> str | None:
        if re.fullmatch(r"[a-z]{2,3}", node.value):
            return node.value
        self.reading.fault(node, f"'{shown(node.value)}' is no language; write its two letters, such as fr")
        return None

    def _id(self, node: Node | None) -> str | None:
        value = self.reading.text(node, "id")
        if value is None or node is None:
            return None
        if not re.fullmatch(r"[a-z0-9-]{1,100}", value):
            self.reading.fault(node, f"id '{shown(value)}' may hold small letters, digits and - only")
            return None
        if value in self.ids:
            self.reading.fault(node, f"duplicate id '{value}'; line {self.ids[value]} has it already")
            return None
        self.ids[value] = node.line
        return value

    def _test(self, node: Node) -> TestSpec | None:
        reading = self.reading
        entries = reading.mapping(node, "a test", TEST, required=("expect",))
        if not entries:
            return None
        if ("file" in entries) == ("text" in entries):
            reading.fault(node, "a test needs either file or text")
        expect = reading.choice(entries.get("expect"), "expect", list(EXPECT))
        texts = {key: reading.text(entries.get(key), key) for key in TEST if key not in ("expect", "matched")}
        return TestSpec(
            name=texts.pop("name") or texts["file"] or shown(texts["text"] or ""),
            expect=EXPECT.get(expect or "match", True),
            title=texts.pop("title") or "",
            text=texts.pop("text") or "",
            matched=tuple(text for text, _ in self._texts(entries, "matched")),
            place=reading.place(node),
            **texts,
        )
