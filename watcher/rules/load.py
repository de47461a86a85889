"""Rules files -> RuleSet, or all their faults at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from watcher.entities.places import Gazetteer
from watcher.errors import Fault, RulesError
from watcher.model import NAME_LIKENESS, Level
from watcher.rules import nodes, telling
from watcher.rules.advice import advice
from watcher.rules.bundle import Bundle, in_order
from watcher.rules.channels import read_channel, read_heartbeat, read_timezone
from watcher.rules.collecting import without_collecting
from watcher.rules.conditions.base import Condition
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.conditions.reader import KINDS
from watcher.rules.correlation.reader import CorrelationReader, is_temporal
from watcher.rules.fallbacks import check_fallbacks
from watcher.rules.forms import Keys
from watcher.rules.intervals import read_interval
from watcher.rules.keys import (
    ALWAYS,
    DEFAULTS,
    ID,
    MAIN_ONLY,
    ON_UPDATE,
    RULE,
    RULE_NOTES,
    TOP,
    UNDATED,
    VERSION,
)
from watcher.rules.nodes import Node, Scalar
from watcher.rules.parts import check_include, lists_of, merged, where
from watcher.rules.reading import Reading, TooMany, kind
from watcher.rules.references import References, digest
from watcher.rules.ruletests import Testable, read_test
from watcher.rules.sources import beside, is_rules
from watcher.rules.spec import CONSOLE, STATUSES, ChannelSpec, Code, Grouping, Pace, RuleSet, RuleSpec, TestSpec
from watcher.rules.telling import TellingReader

_RULE: Keys = {**RULE, **RULE_NOTES, **telling.RULE}
_INSIDE = dict.fromkeys(KINDS.keys() - _RULE.keys(), "stands inside the condition; indent it below 'condition:'")
EMPTY = "an empty file; a rules file begins with 'version: 1'"


def load(bundle: Bundle, gazetteer: Gazetteer, likeness: float = NAME_LIKENESS, *, advise: bool = False) -> RuleSet:
    """What the rules files say; `advise` looks for all that is worth a warning. Raises RulesError with every fault.

    `likeness` is how alike (0 to 1) a person's name in another spelling must be.
    """
    main = next(iter(bundle.files))
    parsed = _trees(bundle)
    faults = [*bundle.unread, *(fault for _, found in parsed for fault in found)]
    root = parsed[0][0]
    if (root is None or (isinstance(root, Scalar) and not root.value)) and not faults:
        raise RulesError([Fault(main, 1, 1, EMPTY)])
    if any(root is None and found for root, found in parsed) or any(is_rules(fault.file) for fault in bundle.unread):
        raise RulesError(in_order(faults, bundle))
    loader = _Loader(bundle, gazetteer, likeness)
    rules = None
    with without_collecting(), suppress(TooMany):
        rules = loader.top([root for root, _ in parsed if root is not None], advise=advise and not faults)
    told = {(f.file, f.line, f.column) for f in faults}  # where the form is wrong, what it was read as is no fault too
    faults += [f for f in loader.reading.faults if (f.file, f.line, f.column) not in told]
    if faults or rules is None:
        raise RulesError(in_order(faults, bundle), tuple(loader.channels.values()))
    return rules


def written_ids(bundle: Bundle) -> list[str]:
    """The ids of the rules as they are written, whatever else is wrong. Raises RulesError where a file is no YAML."""
    parsed = _trees(bundle)
    if any(root is None and found for root, found in parsed):
        raise RulesError(in_order((fault for _, found in parsed for fault in found), bundle))
    files = [root.get("rules") for root, _ in parsed if isinstance(root, nodes.Mapping)]
    rules = [rule for one in files if isinstance(one, nodes.Sequence) for rule in one.items]
    ids = [rule.get("id") for rule in rules if isinstance(rule, nodes.Mapping)]
    return [node.value for node in ids if isinstance(node, Scalar)]


def _trees(bundle: Bundle) -> list[tuple[Node | None, list[Fault]]]:
    main = next(iter(bundle.files))
    with without_collecting():
        return [nodes.parse(text, file) for file, text in bundle.files.items() if file == main or is_rules(file)]


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What `defaults` sets for every rule that does not say otherwise; `digest` is another where any of it is."""

    level: Level = Level.MEDIUM
    languages: tuple[str, ...] = ()
    max_age: int | None = None
    undated: str = "pass"
    notify: tuple[str, ...] = (CONSOLE,)
    max_alerts: Pace | None = None
    grouping: Grouping = Grouping()
    digest: str = ""


class _Loader:
    """Reads the trees of one set of files; owns its Reading and what rules refer to."""

    def __init__(self, bundle: Bundle, gazetteer: Gazetteer, likeness: float) -> None:
        self.bundle = bundle
        self.files = {**bundle.files, **{fault.file: None for fault in bundle.unread}}
        self.main = next(iter(bundle.files))
        self.reading = Reading()
        self.gazetteer = gazetteer
        self.likeness = likeness
        self.channels: dict[str, ChannelSpec] = {}
        self.defaults = _Defaults()
        self.heartbeat_url: str | None = None
        self.ids: dict[str, Node] = {}
        self.correlations = CorrelationReader(self.reading, {})
        self.telling = TellingReader(self.reading, {})
        self.counted: dict[str, tuple[Node | None, tuple[str, ...]]] = {}
        self.correlated: dict[str, Node] = {}

    def top(self, roots: Sequence[Node], *, advise: bool) -> RuleSet:
        reading = self.reading
        main, *others = parts = [self._part(root) for root in roots]
        self._version(main.get("version"))
        timezone = read_timezone(reading, main.get("timezone")) or "UTC"
        check_include(reading, self.files, main.get("include"))
        intervals = {
            name.value: read_interval(reading, name, node, timezone)
            for name, node in merged(reading, parts, "time_intervals").values()
        }
        self.telling = TellingReader(reading, intervals)
        written = merged(reading, parts, "channels")
        self.channels = {CONSOLE: ChannelSpec(CONSOLE, console=True, timezone=timezone)} | {
            name.value: read_channel(reading, self.files, name, node, timezone, self.telling)
            for name, node in written.values()
        }
        check_fallbacks(reading, self.channels, {key: node for key, (_, node) in written.items()})
        named = {key: merged(reading, parts, key) for key in ("lists", "places", "conditions")}
        named["lists"] = lists_of(reading, self.files, named["lists"])
        self.references = References.of(reading, self.gazetteer, self.bundle.files, **named)
        self.references.conditions.likeness = self.likeness
        self.references.check()
        self.correlations = CorrelationReader(reading, intervals)
        operator = self._defaults(main["defaults"]) if "defaults" in main else None
        rule_nodes = (node for part in parts for node in self._rule_nodes(part.get("rules")))
        read = [(r, node) for node in rule_nodes if (r := self._rule(node))]
        rules = self.correlations.finish(
            [rule for rule, _ in read], self.ids, lambda rule: digest(self.correlated[rule]), self._condition_digest
        )
        self.telling.check_channels(self._known_channel)
        self.telling.check_rules(rules, self.ids)
        read = list(zip(rules, (node for _, node in read), strict=True))
        warnings = set(reading.warnings)
        if advise and not reading.faults:
            warnings |= advice(read, named, self.references.ever_used)
        told, grouping = tuple(sorted(warnings)), self.defaults.grouping
        url = self.heartbeat_url
        return RuleSet(self.bundle.digest, timezone, self.channels, rules, operator, told, grouping, url)

    def _part(self, root: Node) -> dict[str, Node]:
        """The entries of one file. What holds for all files stands in the main one, so that it is said once."""
        is_main = root.file == self.main
        if not is_main and isinstance(root, Scalar) and not root.value:
            return {}
        what = "the rules file" if is_main else "a rules file"
        entries = self.reading.mapping(root, what, TOP, required=("version",) if is_main else ())
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
        entries = self.reading.mapping(node, "defaults", DEFAULTS)
        self.defaults = replace(self._values(entries), grouping=self.telling.grouping(entries), digest=digest(node))
        self.heartbeat_url = read_heartbeat(self.reading, entries.get("heartbeat_url"))
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
        entries = reading.mapping(node, "a rule", _RULE, required=("id",), elsewhere=_INSIDE)
        if not isinstance(node, nodes.Mapping):
            return None
        temporal = is_temporal(entries.get("correlation"))
        rule_id = self._id(entries.get("id"))
        ignore = self._ignored(entries.get("ignore"))
        warned = len(reading.warnings)
        self._notes(entries)
        condition = None if temporal else self._condition(node, entries)
        correlation = self.correlations.read(entries.get("correlation"), node)
        enabled = reading.boolean(entries.get("enabled"), "enabled")
        status = reading.choice(entries.get("status"), "status", STATUSES) or "stable"
        of = Testable(condition=not temporal, counted="correlation" in entries)
        tests = tuple(self._beside(t) for n in reading.items(entries.get("tests")) if (t := read_test(reading, n, of)))
        title = reading.text(entries.get("title"), "title") or ""
        values = self._values(entries)
        reading.warnings[warned:] = [w for w in reading.warnings[warned:] if w.code not in ignore]
        if rule_id is None or (condition is None and not temporal):
            return None
        used = () if temporal else tuple(self.references.digests())
        self.counted[rule_id] = entries.get("condition") or entries.get("query"), used
        if "correlation" in entries:
            self.correlated[rule_id] = entries["correlation"]
        return RuleSpec(
            rule_id,
            condition or NOTHING,
            title=title,
            level=values.level,
            status=status,
            enabled=enabled is not False,
            languages=values.languages,
            max_age=values.max_age,
            undated=values.undated,
            notify=values.notify,
            tests=tests,
            ignore=ignore,
            place=reading.place(node),
            fingerprint=self._fingerprint(node, used),
            correlation=correlation,
            grouping=self.telling.grouping(entries),
            max_alerts=values.max_alerts,
            mute=self.telling.mute(entries, "use `enabled: false`"),
            digest=self.telling.digest(entries),
            escalate=self.telling.escalate(entries),
            inhibits=self.telling.inhibits(rule_id, entries),
            on_update=reading.choice(entries.get("on_update"), "on_update", ON_UPDATE) == ALWAYS,
        )

    def _condition(self, rule: Node, entries: Mapping[str, Node]) -> Condition | None:
        """What the rule looks for: its `condition`, or its `query`, which is one too."""
        condition, query = entries.get("condition"), entries.get("query")
        if query is not None and condition is not None:
            self.reading.fault(
                query, "a rule has either 'condition' or 'query'; write condition: {all: [..., {query: ...}]}"
            )
        elif query is not None:
            key = Scalar("query", True, query.line, query.column, query.file)
            condition = nodes.Mapping(((key, query),), query.line, query.column, query.file)
        elif condition is None:
            self.reading.fault(rule, "a rule needs 'condition' or 'query'")
        return self.references.condition(condition) if condition is not None else None

    def _beside(self, test: TestSpec) -> TestSpec:
        """The test with its file as the main rules file would call it: a test names it from the file it stands in."""
        if test.file is None or test.place.file == self.main:
            return test
        file = PurePath(beside(test.place.file, test.file))
        folder = PurePath(self.main).parent
        return replace(test, file=str(file.relative_to(folder) if file.is_relative_to(folder) else file))

    def _ignored(self, node: Node | None) -> tuple[str, ...]:
        chosen = (self.reading.choice(n, "ignore", list(Code)) for _, n in self.reading.texts(node, "ignore"))
        return tuple(code for code in chosen if code is not None)

    def _notes(self, entries: Mapping[str, Node]) -> None:
        """What is for people only is kept by the file itself; its form is checked all the same."""
        for key in ("description", "note", "owner"):
            self.reading.text(entries.get(key), key)
        for key in ("tags", "references"):
            self.reading.texts(entries.get(key), key)

    def _fingerprint(self, node: Node, used: Iterable[str]) -> str:
        """A digest of the rule, of all that it uses by name, and of the defaults."""
        parts = [digest(node), self.defaults.digest, *used]
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

    def _condition_digest(self, rule_id: str) -> str:
        """A digest of a rule's condition and of all that it uses by name; "" where it has none."""
        node, used = self.counted.get(rule_id, (None, ()))
        return "" if node is None else digest(node) + "".join(used)

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
            max_alerts=self.telling.max_alerts(entries) or defaults.max_alerts,
        )

    def _texts(self, entries: Mapping[str, Node], key: str) -> list[tuple[str, Scalar]]:
        return self.reading.texts(entries.get(key), key)

    def _undated(self, node: Node | None) -> str | None:
        return self.reading.choice(node, "undated", UNDATED)

    def _id(self, node: Node | None) -> str | None:
        value = self.reading.text(node, "id")
        if value is None or node is None:
            return None
        if not re.fullmatch(ID, value):
            self.reading.fault(node, f"an id has small letters, digits and - only, at most 100, not {kind(node)}")
            return None
        if value in self.ids:
            self.reading.fault(node, f"duplicate id '{value}'; {where(self.ids[value], node)} has it already")
            return None
        self.ids[value] = node
        return value
