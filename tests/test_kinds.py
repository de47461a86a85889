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
from watcher.rules.bundle import Bundle
from watcher.rules.load import load

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
        assert time.process_time() - started < 30


# ── sets of places ───────────────────────────────────────────────────────────────────────────────

SETS = "places: {panj-crossings: [TJ, Termez, Hairaton], north: [panj-crossings, KZ]}"


def test_a_set_of_places_is_used_like_a_region() -> None:
    """Its countries, the names that nobody else knows, and those of the sets inside it."""
    body = "De Hairaton à Douchanbé, puis Astana"
    assert found("{place: panj-crossings}", body, top=SETS) == ["Hairaton", "Douchanbé"]
    assert found("{place: panj-crossings}", "De Tachkent à Tirmiz", top=SETS) == ["Tirmiz"]  # Termez by another name
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


@settings(max_examples=200)
@given(PIECES.filter(bool), PIECES.filter(bool))
def test_globs_agree_with_trying_everything(pattern: str, value: str) -> None:
    """Whatever the stars and question marks, a glob matches what a naive matcher matches."""
    quoted = pattern.replace("'", "''")
    assert verdict(f"{{path: '{quoted}'}}", "a1", fields={"path": value}).match is naive_glob(
        pattern.lower(), value.lower()
    )


# ── score ────────────────────────────────────────────────────────────────────────────────────────

SCORE = "{score: {threshold: 30, of: [{keywords: [a1, [b1, b2]], weight: 10}, {place: TJ, weight: 15}, {keywords: c1, weight: -5, repeat: true}]}}"


@pytest.mark.parametrize(
    ("body", "score"),
    [
        ("a1 a1 b1 au Tadjikistan, Tadjikistan", 35),
        ("a1 b1 b2 c1 au Tadjikistan", 30),
        ("a1 b1 c1 c1 au Tadjikistan", None),
        ("a1 b1", None),
    ],
)
def test_weights_add_up(body: str, score: int | None) -> None:
    """Each distinct term once, each occurrence with `repeat`, any other item once; weights may be negative."""
    said = verdict(SCORE, body)
    assert said.match is (score is not None)
    if score is not None:
        assert (said.evidence[0].condition, said.evidence[0].start, said.evidence[0].facts) == (
            "score",
            None,
            {"score": score},
        )
        assert {e.at for e in said.evidence[1:]} == {"score.of[0]", "score.of[1]"}


def test_a_silent_score_says_what_it_came_to() -> None:
    """The score, the threshold, and what each item added."""
    assert missing(SCORE, "a1 c1") == [
        (
            "",
            "the score is 5, threshold: 30 (of[0] keywords +10 of +20, of[1] place +0 of +15, of[2] keywords -5); "
            "of[1] and of[0] would do",
        )
    ]
    barred = "{score: {threshold: 2, of: [{all: [{keywords: a1}], none: [{keywords: b1}], weight: 2}, {keywords: c1, weight: 1}]}}"
    for detail in (True, False):
        said = verdict(barred, "a1 b1 c1", detail=detail)
        assert [b.at for b in said.blocked_by] == ["score.of[0].none[0]"]


def test_a_score_that_cannot_be_told_says_so() -> None:
    """Without a model an item may go either way; only what decides the score matters."""
    undecided = "{score: {threshold: 2, of: [{entity: {type: person}, weight: 1}, {keywords: a1, weight: 1}]}}"
    said = verdict(undecided, "a1", language="so")
    assert not said.match and [m.at for m in said.missing] == ["score.of[0]"]
    assert [m.at for m in verdict(undecided, "x", language="so").missing] == [""]
    assert verdict(undecided.replace("threshold: 2", "threshold: 1"), "a1", language="so").match


ITEMS = st.tuples(
    st.lists(st.sampled_from(["a1", "b1", "c1"]), min_size=1, max_size=3, unique=True),
    st.integers(-4, 6),
    st.booleans(),
)


@settings(max_examples=200)
@given(
    st.lists(ITEMS, min_size=1, max_size=4),
    st.integers(1, 12),
    st.lists(st.sampled_from(["a1", "b1", "c1", "x"]), max_size=6),
)
def test_scores_agree_with_counting(items: list[tuple[list[str], int, bool]], threshold: int, words: list[str]) -> None:
    """Whatever the weights, a score is what counting the words gives."""
    reachable = sum(w * len(terms) if not repeat else 10**6 for terms, w, repeat in items if w > 0)
    if reachable < threshold:
        return  # refused, as above
    written = ", ".join(f"{{keywords: [{', '.join(t)}], weight: {w}, repeat: {str(r).lower()}}}" for t, w, r in items)
    score = sum(
        w * (sum(words.count(t) for t in terms) if repeat else len(set(terms) & set(words)))
        for terms, w, repeat in items
    )
    said = verdict(f"{{score: {{threshold: {threshold}, of: [{written}]}}}}", " ".join(words) or "x", detail=False)
    assert said.match is (score >= threshold)
    if said.match:
        assert said.evidence[0].facts["score"] == score


# ── regex ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        (r"{regex: 'vol \d+'}", "Le VOL 12 et le vol 345", ["VOL 12", "vol 345"]),
        (r"{regex: 'vol \d+', case: true}", "Le VOL 12 et le vol 345", ["vol 345"]),
        (r"{regex: '\d+', times: 3}", "1 et 2", None),
        (r"{regex: 'été|[!]+'}", "L'ÉTÉ!!", ["ÉTÉ", "!!"]),
        (r"{regex: '\bb1\b'}", "a1 b1", ["b1"]),
        (r"{regex: '^a1'}", "a1 a1", ["a1"]),
        (r"{regex: 'Post', except: Washington Post}", "Washington Post et Post", ["Post"]),
        (r"{regex: 'a1', in: title}", "Paris. A1", None),
        (r"{near: {within: 1, all: [{regex: 'vol \d+'}, {keywords: a1}]}}", "vol 12 x a1", ["vol 12 x a1"]),
    ],
)
def test_a_regex_matches_the_text_as_written(condition: str, body: str, texts: list[str] | None) -> None:
    """Without regard to case unless `case: true`; an empty match is none."""
    assert found(condition, body) == texts


def test_a_regex_crosses_no_title_and_says_what_it_lacks() -> None:
    """Title and body are searched by themselves; a miss names the pattern."""
    assert found(r"{regex: 'a1\s+b1'}", "b1 x", "x a1") is None
    assert found("{regex: '^b1'}", "b1 x", "x a1") == ["b1"]
    assert missing("{regex: 'z+', in: title}", "b1") == [("", "no match of 'z+' in the title")]
    assert missing("{regex: 'b1', times: 2}", "b1") == [("", "only 1 of 2 matches of 'b1'")]


def test_no_pattern_takes_for_ever() -> None:
    """What drives other engines mad is linear; a match of a whole text is cut; broken characters are no trouble."""
    started = time.process_time()
    assert found("{regex: '(a+)+b'}", "a" * 50_000) is None
    assert [len(t) for t in found("{regex: '(?s).+'}", "a " * 50_000) or ()] == [1000]
    assert found("{regex: 'b1'}", "\ud800 b1 \U0001f600 b1") == ["b1", "b1"]
    assert time.process_time() - started < 5
