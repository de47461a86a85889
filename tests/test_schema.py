"""The JSON Schema: what it refuses the reader refuses, and of what the reader refuses it sees all that a schema can."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from tests.test_correlation_faults import (
    CORRELATION_FAULTS,
    COUNTED,
    TEMPORAL_FAULTS,
    TEST_OF_ARTICLES_FAULTS,
    correlated,
)
from tests.test_docs import blocks
from tests.test_rules_faults import (
    CONDITION_FAULTS,
    FORM_FAULTS,
    QUERY_FAULTS,
    RULE_FAULTS,
    TOP_FAULTS,
    TREES,
    in_query,
    in_rule,
    in_test,
    loaded,
)
from watcher.errors import RulesError
from watcher.rules import schema
from watcher.rules.conditions.kinds import KINDS
from watcher.rules.reading import Reading

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "watcher" / "rules" / "rules.schema.json"
CORPUS = [
    *FORM_FAULTS,
    *TOP_FAULTS,
    *RULE_FAULTS,
    *((in_rule(c), f) for c, f in CONDITION_FAULTS),
    *((correlated(c), f) for c, f in CORRELATION_FAULTS),
    *TEMPORAL_FAULTS,
    (in_test("{articles: [{text: a}], expect: {alerts: 1}}"), "6:20: articles test a correlation"),
    *((correlated(COUNTED, f"    tests:\n      - {test}\n"), f) for test, f in TEST_OF_ARTICLES_FAULTS),
]

# One of everything, as an analyst would write it.
EXAMPLE = """\
# yaml-language-server: $schema=rules.schema.json
version: 1
timezone: Europe/Paris
x-team: [a, {b: c}]
lists:
  wagner: ["Wagner*", Вагнер, {term: Africa Corps, case: true}, [PMC, "ЧВК", "@leaders"]]
  leaders: [Prigojine, 1984, no, 12:30, null, true, 2021-10-24, 0x1F, 1.5]
  gas: {fr: ["gaz*"], no: gass, any: [LNG], x-note: of 2024}
  frontière: {term: frontière, exact: true, lang: fr}
  2024: [y]
conditions:
  no-sport: {none: [{keywords: [football], in: [title, lead]}]}
places:
  river: [TJ, Termez]
channels:
  desk: {urls: "json://localhost", min_level: high, timezone: UTC, language: en, mute: [nights, office],
    except_level: critical, group_by: story, group_interval: 1m, updates: [3, 10],
    digest: {cron: "30 7 * * 1-5", empty: skip},
    escalate: {after: 15m, notify: log}}
  log: {file: alerts.jsonl, group_by: [article, rule], group_wait: 0s}
  screen: {console: true}
time_intervals:
  office: {times: "08:00-20:00", weekdays: [mon, tue]}
  nights: {times: "22:00-06:00"}
defaults: {notify: [desk], operator: log, level: medium, languages: fr, max_age: 3d, undated: drop,
  group_by: [story, place], group_wait: 1m, group_interval: 5m, updates: 7, max_alerts: 5/h}
rules:
  - id: one
    title: One of everything
    description: for people
    note: so
    tags: [a, 2]
    owner: me
    references: https://example.org
    level: high
    status: test
    enabled: True
    languages: [fr, und]
    max_age: 30s
    undated: digest
    max_alerts: 20/m
    mute: nights
    digest: {cron: "@daily"}
    escalate: {after: 1h, notify: [desk, log]}
    inhibits: ["2", silent]
    notify: [desk, log]
    ignore: no-tests
    group_by: [rule, article]
    group_wait: 0m
    x-why: {}
    condition:
      all:
        - {keywords: "@wagner", min: 2, times: 3, case: false, inflect: true, in: lead, except: [Wagner opera]}
        - {regex: 'vol [A-Z]{2}', case: true, times: 1}
        - {place: {in: [sahel, river], kind: [city], min: 2}, except: "Mali Twist"}
        - [{place: TJ}, {entity: {type: org, is: [Wagner, [Africa Corps, ЧВК], "@leaders"], min: 2}}]
        - near:
            within: sentence
            ordered: true
            all: [{entity: {type: any}}, {any: [{place: ML}, {keywords: c}]}, {near: {within: 0, all: [{keywords: a},
              {keywords: b}]}}]
            none: [{keywords: opera}]
        - score: {threshold: 3, of: [{keywords: [a, b], weight: 2, repeat: true}, {place: TJ, weight: -1, in: title}]}
        - at_least: {count: 2, of: [{source: ["*afp*"]}, {url: x}, {author: y}, {path: z}, {language: [fr, en]}]}
      any: [{use: no-sport, in: title}, {keywords: {fr: [a, [b, c]], any: d}}]
      none: [{keywords: {term: x, case: true}}, {query: a OR b, in: title}]
      in: text
    tests:
      - {name: a, text: b, title: c, language: fr, source: d, url: e, published: 2021-10-24, now: 2021-10-24T09:30:00Z,
        expect: match, matched: [b]}
      - {file: seeds/a.txt, expect: match, x-old: 1}
  - id: 2
    query: 'a NOT NEAR/5 b'
    correlation: {type: frequency, num_events: 2, timeframe: 1h, by: place}
    tests:
      - {name: two, articles: [{text: a, language: fr}, {text: a, at: 40m}], expect: {alerts: 0}, now: 2021-10-24}
  - id: silent
    condition: {source: "*"}
    correlation: {type: flatline, below: 1, timeframe: 2h, by: source, of: [afp], active: office}
  - id: both
    correlation: {type: temporal, rules: [2, silent], timeframe: 1d, ordered: true}
"""


# ── YAML as an editor reads it ───────────────────────────────────────────────────────────────────


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, which is what editors take: only true, false, null and numbers are no text."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012


Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Core.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("^(?:[-+]?[0-9]+|0x[0-9a-fA-F]+)$"), list("-+0123456789")
)
Core.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
Core.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value, 16 if "x" in node.value else 10))


def read(text: str) -> Any:
    """The file as JSON has it: keys are texts."""
    return json.loads(json.dumps(yaml.load(text, Core), default=str))  # noqa: S506 - a SafeLoader


@cache
def validator() -> Any:
    return jsonschema.Draft7Validator(json.loads(SHIPPED.read_text()))


def refused(text: str) -> list[str]:
    """What the schema finds wrong."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(read(text))]


# ── what is valid ────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_schema_is_the_one_that_is_printed() -> None:
    """`watcher schema` prints what lies in the package; make it anew with `watcher schema > .../rules.schema.json`."""
    jsonschema.Draft7Validator.check_schema(schema.schema())
    assert SHIPPED.read_text() == schema.written()


def test_the_sample_names_the_schema_and_is_valid() -> None:
    """An editor that opens rules.yaml finds the schema by the first line, and nothing wrong."""
    text = (ROOT / "rules.yaml").read_text()
    (name,) = re.findall(r"\A# yaml-language-server: \$schema=(\S+)\n", text)
    assert (ROOT / name) == SHIPPED
    assert refused(text) == []


def test_every_example_of_the_pages_is_valid() -> None:
    """What README and docs/rules.md show is valid to an editor too."""
    shown = [b for page in ("README.md", "docs/rules.md") for b in blocks(page) if b.language == "yaml"]
    assert len(shown) > 5
    for block in shown:
        inside = re.sub("^", "    ", block.text, flags=re.MULTILINE)
        text = {
            "condition": f"version: 1\nrules:\n- id: shown\n  condition:\n{inside}",
            "add=rules.yaml": f"version: 1\nrules:\n{block.text}",
        }.get(block.how, block.text)
        assert refused(text) == [], f"line {block.line}"


def test_one_of_everything_is_valid() -> None:
    """What the reader takes, the schema takes: in YAML as editors read it, and in the older YAML of other tools."""
    assert [rule.id for rule in loaded(EXAMPLE).rules] == ["one", "2", "silent", "both"]
    assert refused(EXAMPLE) == []
    older = json.loads(json.dumps(yaml.safe_load(EXAMPLE.replace("no: gass", "da: gass")), default=str))
    assert [e.message for e in validator().iter_errors(older)] == []


@settings(max_examples=200)
@given(TREES, TREES)
def test_what_the_reader_takes_is_valid(condition: object, items: object) -> None:
    """Whatever the tree of a rule, the schema never refuses what the reader takes."""
    text = json.dumps({"version": 1, "lists": {"x": items}, "rules": [{"id": "a", "condition": condition}]})
    try:
        loaded(text)
    except RulesError:
        return
    assert refused(text) == []


OF_EACH_KIND = {
    "all": "[{keywords: a}]",
    "any": "[{keywords: a}]",
    "none": "[{keywords: a}]",
    "at_least": "{count: 1, of: [{keywords: a}]}",
    "use": "named",
    "entity": "{type: any}",
    "near": "{within: 1, all: [{keywords: a}, {keywords: b}]}",
    "score": "{threshold: 1, of: [{keywords: a, weight: 1}]}",
    "language": "fr",
    "place": "TJ",
}


@pytest.mark.parametrize("key", [kind.key for kind in KINDS])
def test_every_kind_is_known_alone_and_inside_near(key: str) -> None:
    """A kind of condition is valid by itself; inside near the schema takes those that the reader takes."""
    condition = f"{{{key}: {OF_EACH_KIND.get(key, 'a')}}}"
    named = "conditions: {named: {keywords: a}}\n"
    alone, inside = (
        in_rule(c).replace("rules:", named + "rules:", 1)
        for c in (condition, f"{{near: {{within: 1, all: [{{keywords: b}}, {condition}]}}}}")
    )
    loaded(alone)
    assert refused(alone) == []
    try:
        loaded(inside)
    except RulesError:
        assert refused(inside)
    else:
        assert refused(inside) == []


# ── what is not ──────────────────────────────────────────────────────────────────────────────────

# The faults that no schema sees, by what they are about; a new fault is seen, or belongs here.
UNSEEN = {
    "marks and keys that YAML itself takes": r"anchors are not allowed|duplicate key|an invisible line",
    "names that nothing bears": (
        r"no file '|unknown condition '(?!keywrds|title|person)|unknown (list|timezone|channel|time interval|rule) '"
        r"|several places"
        r"|known already"
    ),
    "how YAML writes a value": r"YAML (tags|merge keys) ",
    "a character that Python can hold": r"an escape that stands for no character",
    "what names itself": r"holds itself|uses itself|is this rule itself",
    "what a name stands for": r"has no condition of its own",
    "what is there twice": r"duplicate id",
    "a value that YAML takes for null, as it does the term null": r"an empty term;",
    "numbers that do not fit together": r"(min|count|threshold) is \d+, but|updates must rise",
    "what a pattern or a term means": r"not a regex|matches (nothing|between)|\* (stands|needs)|without a letter",
    "sizes in bytes": r"has a name of \d+ bytes",
    "how long a duration is": r"must be (at most|from 1s to) (30|366)d|are more than 366 days",
    "what the fields of a cron mean": r"cron: ",
    "what time intervals come to": r"mute never ends",
}


def category(fault: str) -> str | None:
    return next((name for name, pattern in UNSEEN.items() if re.search(pattern, fault)), None)


@pytest.mark.parametrize(("text", "fault"), CORPUS)
def test_every_fault_that_a_schema_can_see_is_seen(text: str, fault: str) -> None:
    """A faulty file is no YAML, or the schema refuses it, or the fault is of a kind that no schema sees."""
    try:
        found = refused(text)
    except (yaml.YAMLError, TypeError, RecursionError):  # TypeError: a list as a key
        return
    assert bool(found) == (category(fault) is None), found


@pytest.mark.parametrize(("query", "fault"), QUERY_FAULTS)
def test_of_a_query_a_schema_sees_that_it_is_a_text_and_no_more(query: str, fault: str) -> None:
    """Its grammar is no schema's affair; an empty value is the term null to YAML."""
    try:
        found = refused(in_query(query))
    except yaml.YAMLError:
        return
    seen = re.search(r"must be a text|of 20,001 characters|4:13: an empty query", fault)
    assert bool(found) == bool(seen), found


def test_every_kind_of_unseen_fault_occurs() -> None:
    """No category is there for nothing."""
    assert {category(fault) for _, fault in CORPUS} == {*UNSEEN, None}


# ── the same keys ────────────────────────────────────────────────────────────────────────────────


def mappings(form: Any) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The keys of every closed mapping of the schema, and those that it needs."""
    if isinstance(form, dict):
        if form.get("additionalProperties") is False and "properties" in form:
            yield frozenset(form["properties"]), frozenset(form.get("required", ()))
        for inner in form.values():
            yield from mappings(inner)
    elif isinstance(form, list):
        for inner in form:
            yield from mappings(inner)


def test_reader_and_schema_know_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping that the reader takes is in the schema with the same keys, and the other way round."""
    taken: dict[frozenset[str], frozenset[str]] = {}
    ours: Callable[..., Any] = Reading.mapping

    def recording(self: Reading, node: Any, what: str, known: Any, *more: Any, **named: Any) -> Any:
        keys = frozenset((*known, *(named.get("elsewhere", ()) if what == "correlation" else ())))  # of any type
        taken[keys] = taken.get(keys, frozenset()) | set(named.get("required", ()))
        return ours(self, node, what, known, *more, **named)

    monkeypatch.setattr(Reading, "mapping", recording)
    loaded(EXAMPLE)
    given = dict(mappings(schema.schema()))
    conditions = {keys for keys in given if {k.key for k in KINDS} <= keys}
    assert {*taken} == {*given} - conditions - {frozenset({"file"})}  # these two the reader reads by hand
    for keys, needed in taken.items():
        assert needed <= given[keys], keys
