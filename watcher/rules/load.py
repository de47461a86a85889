"""Rules files -> RuleSet, or all their faults at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from watcher.entities.places import Gazetteer
from watcher.errors import Fault, RulesError
from watcher.model import NAME_LIKENESS
from watcher.rules import nodes
from watcher.rules.advice import advice
from watcher.rules.bundle import Bundle, in_order
from watcher.rules.channels import read_channel, read_timezone
from watcher.rules.collecting import without_collecting
from watcher.rules.correlation.reader import CorrelationReader
from watcher.rules.fallbacks import check_fallbacks
from watcher.rules.findings import TooMany
from watcher.rules.intervals import read_interval
from watcher.rules.keys import MAIN_ONLY, TOP, VERSION
from watcher.rules.nodes import Node, Scalar
from watcher.rules.parts import check_include, lists_of, merged
from watcher.rules.reading import Reading, kind
from watcher.rules.references import Named, References, digest
from watcher.rules.rule import RuleReader
from watcher.rules.sources import is_rules
from watcher.rules.spec import CONSOLE, ChannelSpec, RuleSet
from watcher.rules.telling import TellingReader
from watcher.rules.unused import named_in

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
    loader = _Loader(bundle, gazetteer, likeness)
    loader.reading.names_missing = any(root is None and found for root, found in parsed) or any(
        is_rules(fault.file) for fault in bundle.unread
    )
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

    def top(self, roots: Sequence[Node], *, advise: bool) -> RuleSet:
        reading = self.reading
        parts = {root.file: self._part(root) for root in roots}
        main = parts.get(self.main, {})
        self._version(main.get("version"))
        timezone = read_timezone(reading, main.get("timezone")) or "UTC"
        check_include(reading, self.files, main.get("include"))
        hours = merged(reading, parts.values(), "time_intervals")
        intervals = {name.value: read_interval(reading, name, node, timezone) for name, node in hours.values()}
        telling = TellingReader(reading, intervals)
        channels = merged(reading, parts.values(), "channels")
        self._channels(channels, timezone, telling)
        named = {key: merged(reading, parts.values(), key) for key in ("lists", "places", "conditions")}
        named["lists"] = lists_of(reading, self.files, named["lists"])
        references = References.of(reading, self.gazetteer, self.bundle.files, **named)
        references.conditions.likeness = self.likeness
        references.check()
        reader = RuleReader(
            reading, self.main, self.channels, references, CorrelationReader(reading, intervals), telling
        )
        operator = reader.read_defaults(main["defaults"]) if "defaults" in main else None
        rule_nodes = (node for part in parts.values() for node in self._rule_nodes(part.get("rules")))
        read = reader.finished([(rule, node) for node in rule_nodes if (rule := reader.read(node))])
        warnings = set(reading.warnings)
        if advise and not reading.faults:
            naming = [*(node for _, node in read), *(node for _, node in channels.values())]
            used = named_in([*naming, *([main["defaults"]] if "defaults" in main else [])])
            named |= {"channels": channels, "time_intervals": hours}
            warnings |= advice(read, named, {**used, **references.ever_used})
        return RuleSet(
            self.bundle.digest,
            timezone,
            self.channels,
            tuple(rule for rule, _ in read),
            operator,
            tuple(sorted(warnings)),
            reader.defaults.grouping,
            reader.heartbeat_url,
            self._beside(main, parts.values()),
        )

    def _beside(self, main: Mapping[str, Node], parts: Collection[Mapping[str, Node]]) -> dict[tuple[str, str], str]:
        """A digest of each thing beside the rules that says what becomes of alerts."""
        found = {(key, ""): digest(main[key]) for key in ("defaults", "timezone") if key in main}
        for what, key in (("channel", "channels"), ("time interval", "time_intervals")):
            for name, node in merged(Reading(), parts, key).values():
                spec = self.channels.get(name.value) if key == "channels" else None
                found[what, name.value] = digest(node) + (spec.template.digest if spec and spec.template else "")
        return found

    def _channels(self, written: Named, timezone: str, telling: TellingReader) -> None:
        self.channels = {CONSOLE: ChannelSpec(CONSOLE, console=True, timezone=timezone)} | {
            name.value: read_channel(self.reading, self.files, name, node, timezone, telling)
            for name, node in written.values()
        }
        check_fallbacks(self.reading, self.channels, {key: node for key, (_, node) in written.items()})

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
        elif node is not None and version is not None:
            self.reading.unquoted(node, "version")

    def _rule_nodes(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, nodes.Sequence):
            self.reading.fault(node, f"rules must be a list, each rule beginning with '- id:', not {kind(node)}")
            return ()
        return node.items
