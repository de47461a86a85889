"""Rules files -> RuleSet, or all their faults at once."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from watcher.entities.places import Gazetteer
from watcher.errors import Fault, RulesError
from watcher.model import Level
from watcher.rules import nodes
from watcher.rules.channels import GROUPING, check_grouping, read_channel, read_timezone
from watcher.rules.nodes import Node, Scalar
from watcher.rules.parts import check_include, lists_of, merged, where
from watcher.rules.reading import Reading, TooMany, kind
from watcher.rules.references import References, digest
from watcher.rules.ruletests import read_test
from watcher.rules.sources import beside, is_rules
from watcher.rules.spec import CONSOLE, STATUSES, ChannelSpec, RuleSet, RuleSpec, TestSpec

VERSION = "1"
TOP = ("version", "timezone", "include", "lists", "conditions", "places", "channels", "defaults", "rules")
TOP_LATER = ("time_intervals",)
MAIN_ONLY = ("timezone", "include", "defaults")
RULE_NOTES = ("description", "note", "tags", "owner", "references")  # for people; kept by the file itself
RULE = ("id", "title", "condition", "level", "status", "enabled", "languages", "max_age", "undated", "notify", "tests")
RULE_LATER = (
    *("query", "group_interval", "updates", "max_alerts", "mute", "digest", "escalate", "inhibits", "on_update"),
    *("correlation", "ignore"),
)
DEFAULTS = ("level", "languages", "max_age", "undated", "notify", "operator")
DEFAULTS_LATER = ("group_interval", "updates", "max_alerts", "heartbeat_url")
EMPTY = "an empty file; a rules file begins with 'version: 1'"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The text of every rules file by its path; the first is the main one, those by other names than *.yaml
    are lists. Loaded alike wherever it is sent."""

    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of all files."""
        content = json.dumps(list(self.files.items()), ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def load(bundle: Bundle, gazetteer: Gazetteer) -> RuleSet:
    """What the rules files say. Raises RulesError with every fault."""
    main = next(iter(bundle.files))
    with _no_collecting():
        parsed = [nodes.parse(text, file) for file, text in bundle.files.items() if file == main or is_rules(file)]
    faults = [fault for _, found in parsed for fault in found]
    root = parsed[0][0]
    if (root is None or (isinstance(root, Scalar) and not root.value)) and not faults:
        raise RulesError([Fault(main, 1, 1, EMPTY)])
    if any(root is None and found for root, found in parsed):
        raise RulesError(faults)
    loader = _Loader(bundle, gazetteer)
    rules = None
    with _no_collecting(), suppress(TooMany):
        rules = loader.top([root for root, _ in parsed if root is not None])
    told = {(f.file, f.line, f.column) for f in faults}  # where the form is wrong, what it was read as is no fault too
    faults += [f for f in loader.reading.faults if (f.file, f.line, f.column) not in told]
    if faults or rules is None:
        order = {file: i for i, file in enumerate(bundle.files)}
        raise RulesError(sorted(set(faults), key=lambda f: (order.get(f.file, 0), f)))
    return rules


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What `defaults` sets for every rule that does not say otherwise; `digest` is another where any of it is."""

    level: Level = Level.MEDIUM
    languages: tuple[str, ...] = ()
    max_age: int | None = None
    undated: str = "pass"
    notify: tuple[str, ...] = (CONSOLE,)
    digest: str = ""


class _Loader:
    """Reads the trees of one set of files; owns its Reading and what rules refer to."""

    def __init__(self, bundle: Bundle, gazetteer: Gazetteer) -> None:
        self.bundle = bundle
        self.main = next(iter(bundle.files))
        self.reading = Reading()
        self.gazetteer = gazetteer
        self.channels: dict[str, ChannelSpec] = {}
        self.defaults = _Defaults()
        self.ids: dict[str, Node] = {}

    def top(self, roots: Sequence[Node]) -> RuleSet:
        reading = self.reading
        main, *others = parts = [self._part(root) for root in roots]
        self._version(main.get("version"))
        timezone = read_timezone(reading, main.get("timezone")) or "UTC"
        check_include(reading, self.bundle.files, main.get("include"))
        self.channels = {CONSOLE: ChannelSpec(CONSOLE, console=True, timezone=timezone)} | {
            name.value: read_channel(reading, name, node, timezone)
            for name, node in merged(reading, parts, "channels").values()
        }
        lists = lists_of(reading, self.bundle.files, merged(reading, parts, "lists"))
        places, conditions = (merged(reading, parts, key) for key in ("places", "conditions"))
        self.references = References.of(reading, self.gazetteer, lists, places, conditions)
        self.references.check()
        operator = self._defaults(main["defaults"]) if "defaults" in main else None
        written = (node for part in parts for node in self._rule_nodes(part.get("rules")))
        rules = tuple(r for node in written if (r := self._rule(node)))
        warnings = tuple(map(str, sorted(set(reading.warnings))))
        return RuleSet(self.bundle.digest, timezone, self.channels, rules, operator, warnings)

    def _part(self, root: Node) -> dict[str, Node]:
        """The entries of one file. What holds for all files stands in the main one, so that it is said once."""
        is_main = root.file == self.main
        if not is_main and isinstance(root, Scalar) and not root.value:
            return {}
        what = "the rules file" if is_main else "a rules file"
        entries = self.reading.mapping(root, what, TOP, TOP_LATER, required=("version",) if is_main else ())
        if is_main or not isinstance(root, nodes.Mapping):
            return entries
        for key, _ in root.entries:
            if key.value in MAIN_ONLY:
                self.reading.fault(key, f"'{key.value}' stands in {self.main}, which includes this file")
        self._version(entries.get("version"))
        return entries

    def _version(self, node: Node | None) -> None:
        version = self.reading.text(node, "version")
        if node is not None and version not in (VERSION, None):
            self.reading.fault(node, f"version must be {VERSION}, not {kind(node)}")

    def _defaults(self, node: Node) -> str | None:
        """Reads `defaults`, whether or not a rule uses them; returns the operator's channel."""
        entries = self.reading.mapping(node, "defaults", (*DEFAULTS, *GROUPING), DEFAULTS_LATER)
        check_grouping(self.reading, entries)
        self.defaults = replace(self._values(entries), digest=digest(node))
        return self._known_channel(entries.get("operator"), "operator")

    def _rule_nodes(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, nodes.Sequence):
            self.reading.fault(node, f"rules must be a list, each rule beginning with '- id:', not {kind(node)}")
            return ()
        return node.items

    def _known_channel(self, node: Node | None, what: str) -> str | None:
        name = self.reading.text(node, what)
        if name is None or node is None or name in self.channels:
            return name
        hint = self.reading.hint(name, self.channels) or f"; there are {', '.join(list(self.channels)[:20])}"
        self.reading.fault(node, f"unknown channel {kind(node)} in {what}{hint}")
        return None

    # ── rules ─────────────────────────────────────────────────────────────────────────────────────

    def _rule(self, node: Node) -> RuleSpec | None:
        reading = self.reading
        entries = reading.mapping(node, "a rule", (*RULE, *RULE_NOTES, *GROUPING), RULE_LATER, required=("id",))
        if not isinstance(node, nodes.Mapping):
            return None
        if "condition" not in entries and node.get("query") is None:
            reading.fault(node, "a rule needs 'condition'")
        rule_id = self._id(entries.get("id"))
        check_grouping(self.reading, entries)
        self._notes(entries)
        condition = self.references.condition(entries["condition"]) if "condition" in entries else None
        enabled = reading.boolean(entries.get("enabled"), "enabled")
        status = reading.choice(entries.get("status"), "status", STATUSES) or "stable"
        tests = tuple(self._beside(t) for n in reading.items(entries.get("tests")) if (t := read_test(reading, n)))
        title = reading.text(entries.get("title"), "title") or ""
        values = self._values(entries)
        if rule_id is None or condition is None:
            return None
        return RuleSpec(
            rule_id,
            condition,
            title=title,
            level=values.level,
            status=status,
            enabled=enabled is not False,
            languages=values.languages,
            max_age=values.max_age,
            undated=values.undated,
            notify=values.notify,
            tests=tests,
            place=reading.place(node),
            fingerprint=self._fingerprint(node),
        )

    def _beside(self, test: TestSpec) -> TestSpec:
        """The test with its file as the main rules file would call it: a test names it from the file it stands in."""
        if test.file is None or test.place.file == self.main:
            return test
        file = PurePath(beside(test.place.file, test.file))
        folder = PurePath(self.main).parent
        return replace(test, file=str(file.relative_to(folder) if file.is_relative_to(folder) else file))

    def _notes(self, entries: Mapping[str, Node]) -> None:
        """What is for people only is kept by the file itself; its form is checked all the same."""
        for key in ("description", "note", "owner"):
            self.reading.text(entries.get(key), key)
        for key in ("tags", "references"):
            self.reading.texts(entries.get(key), key)

    def _fingerprint(self, node: Node) -> str:
        """A digest of the rule, of all that it uses by name, and of the defaults."""
        parts = [digest(node), self.defaults.digest, *self.references.digests()]
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

    def _values(self, entries: Mapping[str, Node]) -> _Defaults:
        """What `defaults` may set for a rule, and the rule itself."""
        reading, defaults = self.reading, self.defaults
        level = reading.choice(entries.get("level"), "level", list(Level))
        languages = [reading.language(n) for _, n in self._texts(entries, "languages")]
        notify = [self._known_channel(n, "notify") for _, n in self._texts(entries, "notify")]
        max_age = reading.duration(entries.get("max_age"), "max_age")
        return _Defaults(
            level=Level(level) if level else defaults.level,
            languages=tuple(dict.fromkeys(c for c in languages if c)) if "languages" in entries else defaults.languages,
            max_age=defaults.max_age if max_age is None else max_age,
            undated=self._undated(entries.get("undated")) or defaults.undated,
            notify=tuple(dict.fromkeys(n for n in notify if n)) if "notify" in entries else defaults.notify,
        )

    def _texts(self, entries: Mapping[str, Node], key: str) -> list[tuple[str, Scalar]]:
        return self.reading.texts(entries.get(key), key)

    def _undated(self, node: Node | None) -> str | None:
        if isinstance(node, Scalar) and node.value == "digest":
            self.reading.fault(node, "undated: digest is not available yet")
            return None
        return self.reading.choice(node, "undated", ("pass", "drop"))

    def _id(self, node: Node | None) -> str | None:
        value = self.reading.text(node, "id")
        if value is None or node is None:
            return None
        if not re.fullmatch(r"[a-z0-9-]{1,100}", value):
            self.reading.fault(node, f"an id has small letters, digits and - only, at most 100, not {kind(node)}")
            return None
        if value in self.ids:
            self.reading.fault(node, f"duplicate id '{value}'; {where(self.ids[value], node)} has it already")
            return None
        self.ids[value] = node
        return value


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Nothing of a tree is garbage while it is read: the collector's looks at it took 60 of 77 s for 30,000 rules."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
