"""Queries: conditions on one line, which mean what they would in YAML, and are printed back."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark.exceptions import UnexpectedToken

from tests.judging import found, gazetteer, judged, missing, verdict
from watcher.model import Article
from watcher.rules import nodes, querywords
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.rules.nodes import Node, Scalar
from watcher.rules.positions import positions_of
from watcher.rules.printing import print_query, printed, shape
from watcher.rules.query import MAX_QUERY, read_query
from watcher.rules.querygrammar import lexer, parser
from watcher.rules.reading import Reading


def read(query: str) -> Node:
    """What a query means; it has no fault."""
    reading = Reading()
    node = read_query(reading, Scalar(query, False, 1, 1), positions_of(query), lambda _: None)
    assert node is not None, reading.faults
    return node


def fault(query: str) -> tuple[int, str]:
    """The column and words of the one fault of a query."""
    reading = Reading()
    assert read_query(reading, Scalar(query, False, 1, 1), positions_of(query), lambda _: None) is None
    (only,) = reading.faults
    return only.column, only.message


def yaml(text: str) -> Node:
    node, faults = nodes.parse(text, "")
    assert node is not None
    assert not faults
    return node


def quoted(query: str) -> str:
    """A query as a condition of a rules file."""
    return f"{{query: {json.dumps(query)}}}"


# ── the same tree ────────────────────────────────────────────────────────────────────────────────

TREES = [
    ("taliban*", "{keywords: taliban*}"),
    ('"État islamique"', "{keywords: État islamique}"),
    ("« État islamique »", "{keywords: État islamique}"),
    ("„a b“ OR “c d” OR „e f”", "{keywords: [a b, c d, e f]}"),
    ("@taliban", '{keywords: "@taliban"}'),
    ("l'EI OR EI-K", "{keywords: [l'EI, EI-K]}"),
    ("a AND b AND c", "{all: [{keywords: a}, {keywords: b}, {keywords: c}]}"),
    ("a OR b AND c", "{any: [{keywords: a}, {all: [{keywords: b}, {keywords: c}]}]}"),
    ("(a OR b) AND c", "{all: [{keywords: [a, b]}, {keywords: c}]}"),
    ("a OR place:TJ OR b", "{any: [{keywords: [a, b]}, {place: TJ}]}"),
    ("(a) OR (b)", "{any: [{keywords: a}, {keywords: b}]}"),
    ("a NOT b", "{all: [{keywords: a}, {none: [{keywords: b}]}]}"),
    ("a AND NOT b", "{all: [{keywords: a}, {none: [{keywords: b}]}]}"),
    ("a NOT b NOT c", "{all: [{keywords: a}, {none: [{keywords: b}]}, {none: [{keywords: c}]}]}"),
    ("a NOT (b OR $c)", "{all: [{keywords: a}, {none: [{keywords: b}, {use: c}]}]}"),
    ("NOT a AND b", "{all: [{none: [{keywords: a}]}, {keywords: b}]}"),
    ("a OR NOT b", "{any: [{keywords: a}, {none: [{keywords: b}]}]}"),
    ("NOT a NEAR/5 b OR c", "{any: [{none: [{near: {within: 5, all: [{keywords: a}, {keywords: b}]}}]}, {keywords: c}]}"),
    ("a NEAR b", "{near: {within: 4, all: [{keywords: a}, {keywords: b}]}}"),
    ("a NEAR/0 b NEAR/0 c", "{near: {within: 0, all: [{keywords: a}, {keywords: b}, {keywords: c}]}}"),
    ("a ONEAR/s b", "{near: {within: sentence, ordered: true, all: [{keywords: a}, {keywords: b}]}}"),
    ("a NEAR/p (b OR c)", "{near: {within: paragraph, all: [{keywords: a}, {keywords: [b, c]}]}}"),
    ("a NOT NEAR/5 b", "{near: {within: 5, all: [{keywords: a}], none: [{keywords: b}]}}"),
    ("a NEAR/5 b NOT  NEAR/5 c", "{near: {within: 5, all: [{keywords: a}, {keywords: b}], none: [{keywords: c}]}}"),
    ("a NEAR/9 (b NEAR/2 c)", "{near: {within: 9, all: [{keywords: a}, {near: {within: 2, all: [{keywords: b}, {keywords: c}]}}]}}"),
    ("title:a AND lead:(b OR c)", "{all: [{in: title, keywords: a}, {in: lead, keywords: [b, c]}]}"),
    ("title:(a NEAR b)", "{in: title, near: {within: 4, all: [{keywords: a}, {keywords: b}]}}"),
    ("lead:title:a", "{in: lead, any: [{in: title, keywords: a}]}"),
    ("title: a", "{in: title, keywords: a}"),
    ("person:Lavrov", "{entity: {type: person, is: Lavrov}}"),
    ('org:(Wagner OR "Africa Corps")', "{entity: {type: org, is: [Wagner, Africa Corps]}}"),
    ("person:(A AND NOT B)", "{all: [{entity: {type: person, is: A}}, {none: [{entity: {type: person, is: B}}]}]}"),
    ("title:person:@ministers", '{in: title, entity: {type: person, is: "@ministers"}}'),
    ("place:TJ NEAR/5 place:(UZ OR central-asia)", "{near: {within: 5, all: [{place: TJ}, {place: [UZ, central-asia]}]}}"),
    ('source:"*afp*" AND lang:(fr OR en)', '{all: [{source: "*afp*"}, {language: [fr, en]}]}'),
    ("$no-sport AND a", "{all: [{use: no-sport}, {keywords: a}]}"),
    (
        '("Zamir Kabulov" OR person:Lavrov) AND taliban* NEAR/30 (Moscou OR Moscow OR Kremlin) AND $no-sport',
        "{all: [{any: [{keywords: Zamir Kabulov}, {entity: {type: person, is: Lavrov}}]}, {near: {within: 30, all: "
        "[{keywords: taliban*}, {keywords: [Moscou, Moscow, Kremlin]}]}}, {use: no-sport}]}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "condition"), TREES)
def test_a_query_is_the_condition_that_it_stands_for(query: str, condition: str) -> None:
    """Key by key what `condition` would be, and printed it is a query of that same condition."""
    assert nodes.plain(read(query)) == nodes.plain(yaml(condition))
    back = print_query(yaml(condition))
    assert back is not None
    assert shape(read(back)) == shape(yaml(condition))


def test_a_rule_has_a_query_in_place_of_a_condition() -> None:
    """Both rules find the same at the same paths, and nothing tells one from the other."""
    rules = """version: 1
lists: {taliban: ["taliban*"]}
conditions: {no-sport: {query: 'NOT NOT title:(attaque OR raid)'}}
rules:
  - {id: a, query: '@taliban AND (frontière OR place:TJ) AND $no-sport NOT cricket'}
  - id: b
    condition:
      all:
        - {keywords: "@taliban"}
        - {any: [{keywords: frontière}, {place: TJ}]}
        - {use: no-sport}
        - {none: [{keywords: cricket}]}
"""
    a, b = judged(rules, Article("Une attaque", "Les talibans au Tadjikistan.", "fr"))
    assert a.match
    assert a.evidence == b.evidence
    assert [e.at for e in a.evidence] == ["all[0]", "all[1].any[1]"]
    a, b = judged(rules, Article("Un raid", "Les talibans au Tadjikistan jouent au cricket.", "fr"))
    assert not a.match
    assert a.blocked_by == b.blocked_by
    assert [e.at for e in a.blocked_by] == ["all[3].none[0]"]
    a, b = judged(rules, Article("Rien", "rien", "fr"))
    assert a.missing == b.missing


def test_a_query_stands_wherever_a_condition_does() -> None:
    """Inside groups, near and score, with `in` beside it; its parts bear the paths of a tree that stood there."""
    condition = (
        "{all: [{query: 'a1 OR b1 AND c1', in: title}, {near: {within: 3, all: [{query: d1 OR e1}, {keywords: f1}]}}]}"
    )
    said = verdict(condition, "a1 d1 f1", "b1 c1")
    assert [(e.at, e.text) for e in said.evidence] == [
        ("all[0].any[1].all[0]", "b1"),
        ("all[0].any[1].all[1]", "c1"),
        ("all[1]", "d1 f1"),
    ]
    assert found("{score: {threshold: 3, of: [{query: a1 NOT b1, weight: 3}]}}", "a1") is not None


def test_a_query_that_holds_where_nothing_is_found_is_a_warning() -> None:
    """`a OR NOT b` is what it says, and rarely what was meant; `a OR b NOT c` is no such query."""
    rules = "version: 1\nrules:\n  - {id: a, query: a OR NOT b}\n  - {id: b, query: a OR b NOT c}\n"
    assert tuple(map(str, load(Bundle({"rules.yaml": rules}), gazetteer()).warnings)) == (
        "rules.yaml:3:20: warning: this query holds where nothing of it is found: OR NOT; is AND NOT meant? [or-not]",
    )
    assert found(quoted("a1 OR NOT b1"), "x") == []
    assert found(quoted("a1 OR NOT b1"), "b1") is None


def test_a_rule_with_a_query_is_tested_and_told_apart_like_any_other() -> None:
    """Tests beside it are read, and another query is another rule."""
    rules = "version: 1\nrules:\n  - {{id: a, query: a1 NOT {}, tests: [{{text: a1, expect: match}}]}}\n"
    one, other = (load(Bundle({"rules.yaml": rules.format(word)}), gazetteer()).rules[0] for word in ("b1", "c1"))
    assert len(one.tests) == 1
    assert one.fingerprint != other.fingerprint


# ── what it finds ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "body", "texts"),
    [
        ("a1 NOT NEAR/1 b1", "a1 x b1", None),
        ("a1 NOT NEAR/1 b1", "a1 x b1 x x a1", ["a1"]),
        ("a1 NOT NEAR/1 b1", "b1", None),
        ("a1 NOT NEAR/s b1", "Le a1 et b1. Un a1 là.", ["a1"]),
        ("a1 NEAR/1 c1 NOT NEAR/1 b1", "a1 c1 b1 x x c1 a1", ["c1 a1"]),
        ('"a1 b1" NOT NEAR/s c1', "Le a1 b1.", ["a1 b1"]),
        ("lang:en AND a1", "a1", None),
        ("lang:(en OR fr) AND a1", "a1", ["fr", "a1"]),
    ],
)
def test_a_query_finds(query: str, body: str, texts: list[str] | None) -> None:
    """NOT NEAR finds a term that has no other close by, each occurrence judged by itself."""
    assert found(quoted(query), body) == texts


def test_why_not_near_did_not_hold_is_told() -> None:
    """What stands too close blocks the rule; without it the missing term is named."""
    said = verdict(quoted("a1 NOT NEAR/1 b1"), "a1 b1")
    assert [(b.at, b.text) for b in said.blocked_by] == [("near.none[0]", "b1")]
    assert missing(quoted("a1 NOT NEAR/1 b1"), "x") == [("", "no 'a1' in the text")]
    assert missing(quoted("(a1 NEAR/9 b1) NOT NEAR/s c1"), "Le a1. Un b1.") == [
        ("", "'a1. Un b1' is not in one sentence")
    ]


# ── against a reader of its own ──────────────────────────────────────────────────────────────────

# A query as (kind, ...): what it reads as, and what it says of words, are worked out here anew.
Ast = tuple[Any, ...]
Span = tuple[int, int]

LEVELS = {"or": 0, "and": 1, "not": 2, "near": 3}
TERMS = st.sampled_from([("term", "a1"), ("term", "b1"), ("term", "c1"), ("term", '"e1 f1"')])
DISTANCES = st.sampled_from([0, 1, 3, "s"])


def _nears(inner: st.SearchStrategy[Ast]) -> st.SearchStrategy[Ast]:
    chain = st.lists(inner, min_size=2, max_size=3)
    near = st.tuples(st.just("near"), DISTANCES, st.booleans(), chain, st.lists(inner, max_size=1))
    alone = st.tuples(st.just("near"), DISTANCES, st.just(False), st.lists(inner, min_size=1, max_size=1), st.lists(inner, min_size=1, max_size=2))  # fmt: skip
    return near | alone | st.tuples(st.just("or"), chain) | st.tuples(st.just("title"), inner)


SPANNED = st.recursive(TERMS, _nears, max_leaves=4)
QUERIES = st.recursive(
    SPANNED,
    lambda inner: (
        st.tuples(st.sampled_from(["or", "and"]), st.lists(inner, min_size=2, max_size=3))
        | st.tuples(st.just("not"), inner)
        | st.tuples(st.just("title"), inner)
    ),
    max_leaves=6,
)
TEXTS = st.lists(st.sampled_from(["a1", "b1", "c1", "e1 f1", "x", ". Il"]), min_size=1, max_size=9)


def said(query: Ast, least: int = 0) -> str:
    """A query as an analyst writes it: parentheses only where they are needed."""
    match query:
        case ("term", text):
            return text
        case ("title", inner):
            return f"title:{said(inner, 4)}"
        case ("not", inner):
            text = f"NOT {said(inner, 2)}"
        case ("near", distance, ordered, close, far):
            text = f" {'O' if ordered else ''}NEAR/{distance} ".join(said(q, 4) for q in close)
            text += "".join(f" NOT NEAR/{distance} {said(q, 4)}" for q in far)
        case (kind, parts):
            text = f" {kind.upper()} ".join(said(q, LEVELS[kind] + 1) for q in parts)
    return f"({text})" if LEVELS[query[0]] < least else text


class Reader:
    """Says by trying everything what a query finds in a title and a body."""

    def __init__(self, title: list[str], body: list[str]) -> None:
        self.words: list[str] = []
        self.units: list[tuple[int, int]] = []  # section, sentence
        for section, words in enumerate((title, body)):
            sentence = 0
            for word in words:
                sentence += word == ". Il"
                for one in word.removeprefix(". ").split():
                    self.words.append(one)
                    self.units.append((section, sentence))

    def holds(self, query: Ast, *, title: bool = False) -> bool:
        match query:
            case ("not", inner):
                return not self.holds(inner, title=title)
            case ("and", parts):
                return all(self.holds(q, title=title) for q in parts)
            case ("or", parts):
                return any(self.holds(q, title=title) for q in parts)
            case ("title", inner):
                return self.holds(inner, title=True)
        return bool(self.spans(query, title))

    def spans(self, query: Ast, title: bool) -> set[Span]:
        match query:
            case ("term", text):
                wanted = text.strip('"').split()
                starts = range(len(self.words) - len(wanted) + 1)
                spans = {(i, i + len(wanted) - 1) for i in starts if self.words[i : i + len(wanted)] == wanted}
                return {s for s in spans if self.section(s) is not None and not (title and self.section(s))}
            case ("title", inner):
                return self.spans(inner, True)
            case ("or", parts):
                return set().union(*(self.spans(q, title) for q in parts))
        _, distance, ordered, close, far = query
        barriers = set().union(*(self.spans(q, title) for q in far)) if far else set()
        choices = [{s for s in self.spans(q, title) if not self.barred(s, barriers, distance)} for q in close]
        stretches = {s for chosen in product(*choices) if (s := self.stretch(list(chosen), distance, ordered))}
        return {s for s in stretches if not any(t != s and s[0] <= t[0] and t[1] <= s[1] for t in stretches)}

    def stretch(self, chosen: list[Span], distance: int | str, ordered: bool) -> Span | None:
        row = chosen if ordered else sorted(chosen)
        if any(b[0] <= a[1] for a, b in zip(row, row[1:], strict=False)):
            return None
        whole = (row[0][0], row[-1][1])
        if distance == "s":
            return whole if self.units[whole[0]] == self.units[whole[1]] else None
        near = all(b[0] - a[1] - 1 <= distance for a, b in zip(row, row[1:], strict=False))
        return whole if near and self.section(whole) is not None else None

    def barred(self, span: Span, barriers: set[Span], distance: int | str) -> bool:
        if distance == "s":
            return any(self.units[b[0]] <= self.units[span[0]] <= self.units[b[1]] for b in barriers)
        return any(
            self.section(b) == self.section(span) and max(b[0] - span[1], span[0] - b[1]) - 1 <= distance
            for b in barriers
        )

    def section(self, span: Span) -> int | None:
        first, last = self.units[span[0]][0], self.units[span[1]][0]
        return first if first == last else None


def looks_for(query: Ast, denied: bool = False) -> bool:
    match query:
        case ("not", inner):
            return looks_for(inner, not denied)
        case (("and" | "or"), parts):
            return any(looks_for(q, denied) for q in parts)
        case ("title", inner):
            return looks_for(inner, denied)
    return not denied


@settings(max_examples=400)
@given(QUERIES.filter(looks_for), TEXTS, TEXTS)
def test_a_query_means_what_it_says(query: Ast, title: list[str], body: list[str]) -> None:
    """NOT, AND, OR, NEAR, their binding and the prefixes, against a reader that tries every combination."""
    texts = [" ".join(["y", *words]).replace(" . ", ". ") for words in (title, body)]
    expected = Reader(["y", *title], ["y", *body]).holds(query)
    assert verdict(quoted(said(query)), texts[1], texts[0], detail=False).match is expected


# ── printing ─────────────────────────────────────────────────────────────────────────────────────

NAMES = st.sampled_from(
    ["a", "b c", "taliban*", "l'EI", "@list", "AND", "NEAR/5", "NEAR", "$x", "12:30", "(a)", 'the "b"', "«c»", "a”", "or", "-x", "a|b", "x,y", "[a", "3,5", "Ünï", "a#b", " a", ""]
)  # fmt: skip


def _one_or_more(items: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return items | st.lists(items, min_size=1, max_size=most)


LEAVES = (
    st.fixed_dictionaries({"keywords": _one_or_more(NAMES)})
    | st.fixed_dictionaries({"place": _one_or_more(NAMES)})
    | st.fixed_dictionaries({"source": _one_or_more(NAMES)})
    | st.fixed_dictionaries({"language": _one_or_more(st.sampled_from(["fr", "en"]))})
    | st.fixed_dictionaries({"use": st.sampled_from(["x", "no-sport"])})
    | st.fixed_dictionaries(
        {
            "entity": st.fixed_dictionaries(
                {"type": st.sampled_from(["person", "org", "misc"]), "is": _one_or_more(NAMES)}
            )
        }
    )
    | st.just({"keywords": ["a", "b"], "min": "2"})
    | st.just({"regex": "a|b"})
    | st.just({"query": "a OR b NOT c"})
)


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(inner, min_size=1, max_size=3)
    return (
        st.dictionaries(st.sampled_from(["all", "any", "none"]), many, min_size=1, max_size=2)
        | st.tuples(st.sampled_from(["title", "lead", "body", "text", ["title"], ["title", "lead"]]), inner).map(
            lambda both: (
                {"in": both[0], **{k: v for k, v in both[1].items() if k != "in"}}
                if isinstance(both[1], dict)
                else both[1]
            )
        )
        | many
        | st.builds(
            lambda within, extra, close: {"near": {"within": within, **extra, "all": close}},
            st.sampled_from(["0", "5", "sentence", "paragraph"]),
            st.sampled_from([{}, {"ordered": "true"}]),
            st.lists(inner, min_size=2, max_size=3),
        )
        | st.builds(lambda a, b: {"near": {"within": "5", "all": [a], "none": b}}, inner, many)
    )


CONDITIONS = st.recursive(LEAVES, _composed, max_leaves=8)


def node_of(data: Any) -> Node:
    if isinstance(data, str):
        return Scalar(data, False, 1, 1)
    if isinstance(data, list):
        return nodes.Sequence(tuple(map(node_of, data)), 1, 1)
    return nodes.Mapping(tuple((Scalar(k, True, 1, 1), node_of(v)) for k, v in data.items()), 1, 1)


@settings(max_examples=500)
@given(CONDITIONS)
def test_what_is_printed_reads_back_to_the_same_tree(data: Any) -> None:
    """Whatever the condition: as a query where one can say it, else as YAML."""
    node = node_of(data)
    text = printed(node)
    if (query := print_query(node)) is not None:
        assert text == query
        assert "\n" not in query
        assert shape(read(query)) == shape(node)
    else:
        assert shape(yaml(text)) == shape(node)
        assert nodes.plain(yaml(text)) == nodes.plain(node)


@settings(max_examples=300)
@given(QUERIES.filter(looks_for))
def test_every_query_is_printed_as_a_query(query: Ast) -> None:
    """What was read from a query can be said by one, and stays what it was."""
    node = read(said(query))
    back = print_query(node)
    assert back is not None
    assert shape(read(back)) == shape(node)
    assert print_query(read(back)) == back


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        ("{keywords: [a, b c]}", 'a OR "b c"'),
        ("[{keywords: a}, {none: [{keywords: b}]}]", "a AND NOT b"),
        ("{any: [{keywords: a}], none: [{keywords: b}, {place: TJ}]}", "a AND NOT (b OR place:TJ)"),
        ("{none: [{any: [{keywords: b}, {place: TJ}]}, {keywords: c}], all: [{keywords: a}]}", "NOT ((b OR place:TJ) OR c) AND a"),
        ("{all: [{none: [{any: [{keywords: b}, {place: TJ}]}]}, {keywords: a}]}", "NOT ((b OR place:TJ)) AND a"),
        ("{in: [title], keywords: [AND, near]}", 'title:("AND" OR near)'),
        ('{keywords: \'the "x"\'}', '“the "x"”'),
        ("{near: {within: 4, all: [{keywords: a}, {keywords: [b, c]}]}}", "a NEAR/4 (b OR c)"),
        ("{none: [{keywords: a}]}", None),
        ("{keywords: a, min: 1}", None),
        ("{keywords: {fr: [a]}}", None),
        ("{in: body, keywords: a}", None),
        ("{place: {in: TJ, kind: city}}", None),
        ("{entity: {type: person}}", None),
        ("{regex: a}", None),
        ("{keywords: '\"”»'}", None),
    ],
)  # fmt: skip
def test_a_condition_is_printed_on_one_line(condition: str, query: str | None) -> None:
    """With no parentheses but those that it needs; None where a query has no words for it."""
    assert print_query(yaml(condition)) == query


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query",
    [
        "(" * 5000 + "a" + ")" * 5000,
        "(" * 9000,
        "NOT " * 4900 + "a",
        "title:" * 3000 + "a",
        "a b " * 4000,
        "a OR " * 3900 + "a",
        "a AND " * 3000 + "a",
        "a OR " * 30_000 + "a",
        "x" * 100_000,
        '"' * 19_999,
        "a (" * 6000,
        "a NOT " * 3000 + "b",
        "NOT" + " " * 19_000 + "NEAR",
        "a NEAR/" + "9" * 10_000 + " b",
    ],
    ids=lambda query: query[:12],
)
def test_a_huge_query_is_read_or_refused_at_once(query: str) -> None:
    """Parentheses, operators and terms by the thousand take a fraction of a second and break nothing."""
    reading = Reading()
    started = time.process_time()
    node = read_query(reading, Scalar(query, False, 1, 1), positions_of(query), lambda _: None)
    assert time.process_time() - started < 5
    assert (node is None) == bool(reading.faults)
    assert len(query) <= MAX_QUERY or node is None
    assert all(len(f.message) < 300 for f in reading.faults)


def test_conditions_nested_deeper_than_fifty_levels_are_a_fault() -> None:
    """Also where the query itself stands deep inside others."""
    assert fault("(" * 60 + "a" + ")" * 60) == (51, "a query nested deeper than 50 levels")


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*'ab()"“”«»:$@-|', "AND", "OR", "NOT", "NEAR/5", "ONEAR", "NEAR/x", "title:", "place:", "foo:", "$x", "@y", " ", "or"]), max_size=12))  # fmt: skip
def test_any_query_is_read_or_has_faults_inside_it(parts: list[str]) -> None:
    """Whatever is written: a condition that is printed back, or faults with a place in the line each."""
    query = " ".join(parts)
    reading = Reading()
    node = read_query(reading, Scalar(query, False, 1, 1), positions_of(query), lambda _: None)
    if node is None:
        assert reading.faults
        assert all(1 <= fault.column <= len(query) + 1 and "\n" not in fault.message for fault in reading.faults)
    else:
        query = printed(node)
        assert shape(read(query) if "\n" not in query else yaml(query)) == shape(node)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(["a", '"b c"', "@d", "(", ")", "AND", "OR", "NOT", "NEAR", "NOT NEAR", "title:"]), max_size=10))  # fmt: skip
def test_a_place_is_found_for_whatever_the_grammar_refuses(parts: list[str]) -> None:
    """What may follow what, by itself and by the parser: where either finds nothing wrong, the other does not."""
    query = " ".join(parts)
    misplaced = list(querywords.misplaced(query, list(lexer().lex(query)), whole=True, yaml_quotes=False))
    try:
        parser().parse(query)
    except UnexpectedToken:
        assert misplaced or not parts
    else:
        assert not misplaced


def test_rules_without_queries_do_not_load_the_parser() -> None:
    """`watcher check` of a file without queries pays nothing for them."""
    code = (
        "import sys; from watcher.entities import places; from watcher.rules.bundle import Bundle; from watcher.rules.load import load;"
        "load(Bundle({'r.yaml': 'version: 1\\nrules: [{id: a, condition: {keywords: a}}]'}), places.load());"
        "assert 'lark' not in sys.modules;"
        "load(Bundle({'r.yaml': 'version: 1\\nrules: [{id: a, query: a}]'}), places.load());"
        "assert 'lark' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
