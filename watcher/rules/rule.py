"""One rule: its entries, and what `defaults` says where it is silent, -> RuleSpec."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from watcher.model import Level
from watcher.rules import nodes, telling
from watcher.rules.channels import read_heartbeat
from watcher.rules.conditions.base import Condition
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.conditions.reader import KINDS
from watcher.rules.correlation.keys import is_temporal
from watcher.rules.correlation.reader import CorrelationReader
from watcher.rules.forms import Keys
from watcher.rules.keys import ALWAYS, DEFAULTS, ID, ON_UPDATE, RULE, RULE_NOTES, UNDATED
from watcher.rules.nodes import Node, Scalar
from watcher.rules.parts import where
from watcher.rules.reading import Reading, kind
from watcher.rules.references import References, digest
from watcher.rules.ruletests import Testable, read_test
from watcher.rules.sources import beside
from watcher.rules.spec import CONSOLE, STATUSES, Code, Grouping, Pace, RuleSpec, TestSpec
from watcher.rules.telling import TellingReader

_RULE: Keys = {**RULE, **RULE_NOTES, **telling.RULE}
_INSIDE = dict.fromkeys(KINDS.keys() - _RULE.keys(), "stands inside the condition; indent it below 'condition:'")


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What `defaults` sets for every rule that does not say otherwise."""

    level: Level = Level.MEDIUM
    languages: tuple[str, ...] = ()
    max_age: int | None = None
    undated: str = "pass"
    notify: tuple[str, ...] = (CONSOLE,)
    max_alerts: Pace | None = None
    grouping: Grouping = Grouping()


@dataclass(slots=True)
class RuleReader:
    """Reads the rules of one set of files, whose main file is `main`, with all that they refer to; owns their ids, and
    what `defaults` says."""

    reading: Reading
    main: str
    channels: Collection[str]
    references: References
    correlations: CorrelationReader
    telling: TellingReader
    defaults: _Defaults = _Defaults()
    heartbeat_url: str | None = None
    ids: dict[str, Node] = field(default_factory=dict)
    _counted: dict[str, tuple[Node | None, tuple[str, ...]]] = field(default_factory=dict)
    _correlated: dict[str, Node] = field(default_factory=dict)

    def read_defaults(self, node: Node) -> str | None:
        """Reads `defaults`, whether or not a rule uses them; returns the operator's channel."""
        entries = self.reading.mapping(node, "defaults", DEFAULTS)
        self.defaults = replace(self._values(entries), grouping=self.telling.grouping(entries))
        self.heartbeat_url = read_heartbeat(self.reading, entries.get("heartbeat_url"))
        return self.known_channel(entries.get("operator"), "operator")

    def read(self, node: Node) -> RuleSpec | None:
        """The rule at a node; None where nothing can be made of it, which is then noted."""
        reading = self.reading
        entries = reading.mapping(node, "a rule", _RULE, required=("id",), elsewhere=_INSIDE)
        if not isinstance(node, nodes.Mapping):
            return None
        temporal = is_temporal(entries.get("correlation"))
        rule_id, warned = self._id(entries.get("id")), len(reading.warnings)
        self._notes(entries)
        condition = None if temporal else self._condition(node, entries)
        rule = self._stated(RuleSpec(rule_id or "", condition or NOTHING, place=reading.place(node)), node, entries)
        rule = self._told(rule, rule_id, entries)
        reading.warnings[warned:] = [w for w in reading.warnings[warned:] if w.code not in rule.ignore]
        if rule_id is None or (condition is None and not temporal):
            return None
        used = () if temporal else tuple(self.references.digests())
        self._counted[rule_id] = entries.get("condition") or entries.get("query"), used
        if "correlation" in entries:
            self._correlated[rule_id] = entries["correlation"]
        return replace(rule, fingerprint=self._fingerprint(node, used))

    def _stated(self, rule: RuleSpec, node: nodes.Mapping, entries: Mapping[str, Node]) -> RuleSpec:
        """The rule with what it says of itself and of the articles that it is for."""
        reading, counted = self.reading, entries.get("correlation")
        values = self._values(entries)
        of = Testable(condition=not is_temporal(counted), counted="correlation" in entries)
        tests = [read_test(reading, test, of) for test in reading.items(entries.get("tests"))]
        return replace(
            rule,
            correlation=self.correlations.read(counted, node),
            title=reading.text(entries.get("title"), "title") or "",
            status=reading.choice(entries.get("status"), "status", STATUSES) or "stable",
            enabled=reading.boolean(entries.get("enabled"), "enabled") is not False,
            tests=tuple(self._beside(test) for test in tests if test),
            ignore=self._ignored(entries.get("ignore")),
            level=values.level,
            languages=values.languages,
            max_age=values.max_age,
            undated=values.undated,
            notify=values.notify,
            max_alerts=values.max_alerts,
        )

    def _told(self, rule: RuleSpec, rule_id: str | None, entries: Mapping[str, Node]) -> RuleSpec:
        """The rule with what it says of how its alerts are told."""
        return replace(
            rule,
            grouping=self.telling.grouping(entries),
            mute=self.telling.mute(entries, "use `enabled: false`"),
            digest=self.telling.digest(entries),
            escalate=self.telling.escalate(entries),
            inhibits=self.telling.inhibits(rule_id, entries),
            on_update=self.reading.choice(entries.get("on_update"), "on_update", ON_UPDATE) == ALWAYS,
        )

    def finished(self, read: Sequence[tuple[RuleSpec, Node]]) -> list[tuple[RuleSpec, Node]]:
        """The rules, each with its node, once all are read: what they say of one another is checked."""
        rules = self.correlations.finish(
            [rule for rule, _ in read], self.ids, lambda rule: digest(self._correlated[rule]), self._condition_digest
        )
        self.telling.check_channels(self.known_channel)
        self.telling.check_rules(rules, self.ids)
        return list(zip(rules, (node for _, node in read), strict=True))

    def _condition(self, rule: nodes.Mapping, entries: Mapping[str, Node]) -> Condition | None:
        """What the rule looks for: its `condition`, or its `query`, which is one too."""
        condition, query = entries.get("condition"), entries.get("query")
        if query is not None and condition is not None:
            second = rule.keys(("condition", "query"))[-1]
            self.reading.fault(
                second, "a rule has either 'condition' or 'query'; write condition: {all: [..., {query: ...}]}"
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
        """A digest of the rule, and of all that it uses by name."""
        return hashlib.sha256("".join([digest(node), *used]).encode()).hexdigest()[:16]

    def _condition_digest(self, rule_id: str) -> str:
        """A digest of a rule's condition and of all that it uses by name; "" where it has none."""
        node, used = self._counted.get(rule_id, (None, ()))
        return "" if node is None else digest(node) + "".join(used)

    def _values(self, entries: Mapping[str, Node]) -> _Defaults:
        """What `defaults` may set for a rule, and the rule itself."""
        reading, defaults = self.reading, self.defaults
        level = reading.choice(entries.get("level"), "level", list(Level))
        languages = [reading.language(n) for _, n in self._texts(entries, "languages")]
        notify = [self.known_channel(n, "notify") for _, n in self._texts(entries, "notify")]
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
            meant = "-".join(re.findall("[a-z0-9]+", value.lower()))
            cure = f"; write {meant}" if re.fullmatch(ID, meant) else ""
            self.reading.fault(node, f"an id has small letters, digits and - only, at most 100, not {kind(node)}{cure}")
            return None
        if value in self.ids:
            self.reading.fault(node, f"duplicate id '{value}'; {where(self.ids[value], node)} has it already")
            return None
        self.ids[value] = node
        return value

    def known_channel(self, node: Node | None, what: str) -> str | None:
        """The channel that a rule, `defaults` or another channel names; one that there is not is a fault."""
        name = self.reading.text(node, what)
        if name is None or node is None or name in self.channels:
            return name
        hint = self.reading.hint(name, self.channels) or f"; there are {', '.join(list(self.channels)[:20])}"
        self.reading.unknown(node, f"unknown channel {kind(node)} in {what}{hint}")
        return None
