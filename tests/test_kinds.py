"""Conditions that count others, that stand under a name, or that look at what an article says of itself."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import found, gazetteer, judged, missing, verdict
from watcher.errors import RulesError
from watcher.model import Article, Entity
from watcher.rules.load import Bundle, load

# ── at_least ─────────────────────────────────────────────────────────────────────────────────────

TWO_OF_THREE = "{at_least: {count: 2, of: [{keywords: a1}, {keywords: b1}, {none: [{keywords: c1}]}]}}"


@pytest.mark.parametrize(
    ("body", "texts"), [("a1 b1 c1", ["a1", "b1"]), ("b1", ["b1"]), ("a1 c1", None), ("c1", None), ("x", None)]
)
def test_at_least_wants_so_many_of_its_conditions(body: str, texts: list[str] | None) -> None:
    """Two of three hold, a `none` among them; the evidence is of all that do."""
    assert found(TWO_OF_THREE, body) == texts


def test_at_least_says_what_is_nearest() -> None:
    """`missing` names as many conditions as are lacking, those first that lack least."""
    condition = "{at_least: {count: 3, of: [{keywords: a1}, {all: [{keywords: b1}, {keywords: c1}]}, {keywords: d1}, {keywords: e1}]}}"
    assert missing(condition, "a1") == [
        ("at_least.of[2]", "no 'd1' in the text"),
        ("at_least.of[3]", "no 'e1' in the text"),
    ]


def test_at_least_asks_for_a_model_only_where_the_rest_leaves_it_open() -> None:
    """Any person is looked for last, and not at all where too few of the others hold."""
    condition = "{at_least: {count: 2, of: [{entity: {type: person}}, {keywords: a1}, {keywords: b1}]}}"
    people = [Entity("person", "Anna", 3, 7)]
    assert found(condition, "a1 Anna", entities=people) == ["Anna", "a1"]
    undecided = verdict(condition, "a1 Anna", language="so")
    assert not undecided.match and [m.at for m in undecided.missing] == ["at_least.of[0]"]
    assert found(condition, "a1 b1", language="so") == ["a1", "b1"]


# ── use ──────────────────────────────────────────────────────────────────────────────────────────

NAMED = """conditions:
  no-sport: {none: [{keywords: [football, cricket], in: [title, lead]}]}
  attack: {any: [{keywords: attentat}, {near: {within: 2, all: [{use: bomb}, {keywords: explose}]}}]}
  bomb: {keywords: [bombe, mine]}
"""


def test_a_named_condition_holds_wherever_it_is_used() -> None:
    """`use` stands for the condition, inside other named ones and inside `near` too."""
    condition = "{all: [{use: attack}, {use: no-sport}]}"
    assert found(condition, "Une mine explose", top=NAMED) == ["mine explose"]
    assert found(condition, "Un attentat", top=NAMED) == ["attentat"]
    said = verdict(condition, "Un attentat au cricket", top=NAMED, detail=False)
    assert [(b.at, b.to_json()["text"]) for b in said.blocked_by] == [("all[1].use.none[0]", "cricket")]
    near = "{near: {within: 3, all: [{use: bomb}, {place: TJ}]}}"
    assert found(near, "Une bombe au Tadjikistan", top=NAMED) == ["bombe au Tadjikistan"]


def test_evidence_of_a_named_condition_bears_both_paths() -> None:
    """That of the `use` in the rule, and behind it that inside the named condition."""
    said = verdict("{any: [{use: attack}]}", "Une mine explose", top=NAMED)
    assert [e.at for e in said.evidence] == ["any[0].use.any[1]"]
    assert [h["at"] for h in said.evidence[0].facts["of"]] == [
        "any[0].use.any[1].near.all[0].use",
        "any[0].use.any[1].near.all[1]",
    ]


def test_in_narrows_a_named_condition() -> None:
    """`in` beside `use` narrows what is used, as it does a group."""
    assert found("{use: bomb, in: title}", "Une bombe", "Une mine", top=NAMED) == ["mine"]
    assert found("{use: bomb, in: title}", "Une bombe", "Paris", top=NAMED) is None


def test_a_rule_is_another_when_a_condition_that_it_uses_is() -> None:
    """Saving another named condition is told as a change of the rules that use it, at any depth, and of no others."""
    rules = (
        "version: 1\n"
        + NAMED
        + "rules:\n"
        + "".join(f"  - {{id: {name}, condition: {{use: {name}}}}}\n" for name in ("attack", "no-sport"))
    )
    before, after = (
        {r.id: r.fingerprint for r in load(Bundle({"rules.yaml": text}), gazetteer()).rules}
        for text in (rules, rules.replace("[bombe, mine]", "[bombe]"))
    )
    assert {name for name in before if before[name] != after[name]} == {"attack"}


def test_named_conditions_cannot_multiply() -> None:
    """Forty conditions that each use the one before twice are a fault, quickly; so is a long chain of them."""
    doubled = "".join(f"  c{i}: {{any: [{{use: c{i - 1}}}, {{use: c{i - 1}}}]}}\n" for i in range(1, 40))
    chained = "".join(f"  d{i}: {{use: d{i + 1}}}\n" for i in range(1000))
    for more, why in ((doubled, "more than 10,000 conditions in one rule"), (chained, "nested deeper than 50 levels")):
        started = time.process_time()
        with pytest.raises(RulesError, match=why):
            load(
                Bundle(
                    {"rules.yaml": f"version: 1\nconditions:\n  c0: {{keywords: a}}\n  d1000: {{keywords: a}}\n{more}"}
                ),
                gazetteer(),
            )
        assert time.process_time() - started < 10


# ── sets of places ───────────────────────────────────────────────────────────────────────────────

SETS = "places: {panj-crossings: [TJ, Termez, Hairaton], north: [panj-crossings, KZ]}"


def test_a_set_of_places_is_used_like_a_region() -> None:
    """Its countries, the names that nobody else knows, and those of the sets inside it."""
    body = "De Hairaton à Douchanbé, puis Astana"
    assert found("{place: panj-crossings}", body, top=SETS) == ["Hairaton", "Douchanbé"]
    assert found("{place: [north, FR]}", body, top=SETS) == ["Hairaton", "Douchanbé", "Astana"]
    assert found("{place: {in: panj-crossings, kind: city, min: 2}}", body, top=SETS) == ["Hairaton", "Douchanbé"]
    assert found("{place: {in: panj-crossings, min: 3}}", body, top=SETS) is None
    assert missing("{place: north}", "Paris", top=SETS) == [("", "no place in north")]


def test_a_rule_is_another_when_a_set_that_it_uses_is() -> None:
    """Saving another set is told as a change of the rules that use it, at any depth."""
    rules = f"version: 1\n{SETS}\nrules:\n  - {{id: a, condition: {{place: north}}}}\n  - {{id: b, condition: {{place: KZ}}}}\n"
    before, after = (
        [r.fingerprint for r in load(Bundle({"rules.yaml": text}), gazetteer()).rules]
        for text in (rules, rules.replace("Termez", "Osh"))
    )
    assert before[0] != after[0] and before[1] == after[1]


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "fields", "match"),
    [
        ("{source: reuters}", {"source": "Reuters"}, True),
        ("{source: reuters}", {"source": "Reuters France"}, False),
        ("{source: reuters*}", {"source": "Reuters France"}, True),
        ("{source: [afp, 'ÉCHO*']}", {"source": "L'écho"}, False),
        ("{source: [afp, 'ÉCHO*']}", {"source": "E\u0301cho du Nord"}, True),
        ("{source: '*'}", {"source": None}, False),
        ("{source: '*'}", {"source": "x"}, True),
        ("{none: [{source: tass}]}", {"source": None}, True),
        ("{url: 'https://*.example.org/*'}", {"url": "https://www.Example.org/a/b?c"}, True),
        ("{url: '*/a?b'}", {"url": "http://x/a-b"}, True),
        ("{url: '*[ab]'}", {"url": "http://x/a"}, False),
        ("{url: '*[ab]'}", {"url": "http://x/[AB]"}, True),
        ("{author: '*kabulov*'}", {"author": "Zamir Kabulov"}, True),
        ("{author: '@zamir'}", {"author": "@Zamir"}, True),
        ("{path: 'agences/*'}", {"path": "agences/afp/1.txt"}, True),
        ("{path: '*.txt'}", {"path": ""}, False),
        ("{path: 'a*a*a*a*a*a*a*a*b'}", {"path": "a" * 4000}, False),
    ],
)
def test_a_field_is_matched_by_globs_without_regard_to_case(
    condition: str, fields: dict[str, Any], match: bool
) -> None:
    """`*` is anything and `?` one character of the whole field; a field that is missing matches nothing."""
    assert verdict(condition, "a1", fields=fields).match is match


@pytest.mark.parametrize(
    ("condition", "language", "match"),
    [
        ("{language: fr}", "fr", True),
        ("{language: [en, ru]}", "fr", False),
        ("{language: fr}", "und", False),
        ("{language: [fr, und]}", "und", True),
        ("{none: [{language: fr}]}", "und", True),
        ("{language: nb}", "no", True),
    ],
)
def test_an_unknown_language_is_none_unless_it_is_listed(condition: str, language: str, match: bool) -> None:
    """Unlike `languages` of a rule, the condition is false of an article whose language nobody knows."""
    assert verdict(condition, "a1", language=language).match is match


def test_a_field_is_evidence_without_a_place_in_the_text() -> None:
    """`start` is null and `text` what the article says; a `none` that forbids it says the same."""
    fields = {"source": "Reuters"}
    (piece,) = verdict("{source: reuters}", "a1", fields=fields).evidence
    assert (piece.condition, piece.at, piece.text, piece.start, piece.sentence) == ("source", "", "Reuters", None, None)
    said = verdict("{all: [{keywords: a1}], none: [{source: reuters}]}", "a1", fields=fields)
    assert [(b.at, b.to_json()["text"], b.to_json()["start"]) for b in said.blocked_by] == [
        ("none[0]", "Reuters", None)
    ]
    assert missing("{all: [{keywords: b1}], none: [{source: reuters}]}", "a1", fields=fields)[1] == (
        "none[0]",
        "'Reuters' is there, and a 'none' forbids it",
    )


def test_a_silent_field_says_what_the_article_has() -> None:
    """The value that there is, or that there is none."""
    assert missing("{source: [tass, ria]}", "a1", fields={"source": "Reuters"}) == [
        ("", "the source is 'Reuters', not tass, ria")
    ]
    assert missing("{url: '*tass*'}", "a1") == [("", "the article has no url")]
    assert missing("{language: [fr, en]}", "a1", language="und") == [
        ("", "the article is of unknown language, not in fr, en")
    ]
    assert missing("{language: en}", "a1") == [("", "the article is in fr, not in en")]


def test_a_list_of_terms_is_no_list_of_globs() -> None:
    """`source: "@outlets"` would never match: it is a fault that says so."""
    rules = 'version: 1\nlists: {outlets: [afp]}\nrules:\n  - {id: a, condition: {source: "@outlets"}}\n'
    with pytest.raises(RulesError) as caught:
        judged(rules, Article("", "a1"))
    assert str(caught.value) == "rules.yaml:4:33: '@outlets' is a list of terms; source takes globs, written here"


PIECES = st.text(st.sampled_from("abAB.*?/"), max_size=8)


def naive_glob(pattern: str, value: str) -> bool:
    if not pattern:
        return not value
    if pattern[0] == "*":
        return naive_glob(pattern[1:], value) or (bool(value) and naive_glob(pattern, value[1:]))
    return bool(value) and pattern[0] in ("?", value[0]) and naive_glob(pattern[1:], value[1:])


@settings(max_examples=200, deadline=None)
@given(PIECES.filter(bool), PIECES.filter(bool))
def test_globs_agree_with_trying_everything(pattern: str, value: str) -> None:
    """Whatever the stars and question marks, a glob matches what a naive matcher matches."""
    quoted = pattern.replace("'", "''")
    assert verdict(f"{{path: '{quoted}'}}", "a1", fields={"path": value}).match is naive_glob(
        pattern.lower(), value.lower()
    )
