"""Warnings about valid rules: each kind is told where it should be and only there, and what is claimed of rules is so."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import gazetteer, judged
from watcher.model import Article
from watcher.rules.bundle import Bundle
from watcher.rules.load import load

TESTS = "tests: [{text: a, expect: no_match}]"


def warnings(text: str) -> list[str]:
    """What `check` warns of, without the file's name and "warning"."""
    found = load(Bundle({"rules.yaml": text}), gazetteer(), advise=True).warnings
    return [str(w).removeprefix("rules.yaml:").replace(": warning", "", 1) for w in found]


def of_rule(condition: str, more: str = "", top: str = "") -> list[str]:
    """The warnings about one rule, whose condition begins at 4:16."""
    return warnings(f"version: 1\nrules:\n- id: a\n  condition:   {condition}\n  {more}\n  {TESTS}\n{top}")


# ── names that no model tells ────────────────────────────────────────────────────────────────────


def test_a_language_of_the_rule_without_a_model_is_told_where_any_name_is_asked_for() -> None:
    """In its other languages the rule matches, so that its silence in this one would show nowhere but in `explain`."""
    assert of_rule("{all: [{entity: {type: person}}, {place: TJ}]}", "languages: [fr, de, ka]") == [
        "4:24: any person cannot be told in 'de', 'ka': no model for those languages; see: watcher models install de "
        "[no-model]"
    ]


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("{entity: {type: person}}", ""),
        ("{entity: {type: org}}", "languages: fr"),
        ("{entity: {type: person, is: Lavrov}}", "languages: [fr, de]"),
        ("{entity: {type: person}}", "languages: [fr, de]\n  ignore: no-model"),
    ],
)
def test_no_model_is_asked_for_where_names_are_listed_or_no_language_is(condition: str, more: str) -> None:
    """A rule for all languages says nothing of those that its articles come in: everybody would be warned."""
    assert of_rule(condition, more) == []


# ── words that have no other forms ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "more", "without"),
    [
        ("{any: [{keywords: [зерно, порт], inflect: true}, {place: PL}]}", "languages: [uk, pl, bg]", "'uk', 'bg'"),
        ("{any: [{keywords: {ja: [穀物], fr: [grain]}, inflect: true}, {place: PL}]}", "", "'ja'"),
    ],
)
def test_words_to_be_inflected_in_a_language_without_a_stemmer_are_told(
    condition: str, more: str, without: str
) -> None:
    """Nothing else would show it: the rule matches the word as written, and is silent for all its cases."""
    assert of_rule(condition, more) == [
        f"4:24: inflect finds no other forms in {without}, for want of a stemmer; write them as terms, or use a "
        "wildcard [no-stemmer]"
    ]


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("{keywords: [зерно], inflect: true}", ""),
        ("{keywords: [зерно]}", "languages: uk"),
        ("{keywords: ['зерн*', НАТО], inflect: true}", "languages: uk"),
        ("{keywords: [зерно], inflect: true}", "languages: [ru, uk]\n  ignore: no-stemmer"),
        ("{keywords: {fr: [grain]}, inflect: true}", "languages: fr"),
    ],
)
def test_no_stemmer_is_asked_for_where_nothing_is_inflected_or_no_language_is_named(condition: str, more: str) -> None:
    """What is found as written anyhow needs none."""
    assert of_rule(condition, more) == []


# ── a condition that never holds ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "more", "warning"),
    [
        (
            "{all: [{keywords: Émir}], none: [{keywords: [roi, emir]}]}",
            "",
            "4:24: this never holds: the none of this rule refuses Émir, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{keywords: [Daech, Daesh]}, {none: [{keywords: daech}, {any: [{keywords: daesh}]}]}]}",
            "",
            "4:24: this never holds: the none of this rule refuses Daech, Daesh, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{keywords: abc, in: title, min: 1, times: 2}, {place: TJ}], none: [{keywords: abc}]}",
            "",
            "4:24: this never holds: the none of this rule refuses abc, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{any: [{keywords: abc}, {keywords: def}]}], none: [{keywords: abc}]}",
            "",
            "4:31: this never holds: the none of this rule refuses abc [contradiction]",
        ),
        (
            "{all: [{near: {within: 3, all: [{place: TJ}, {keywords: abc}]}}], none: [{place: central-asia}]}",
            "",
            "4:49: this never holds: the none of this rule refuses the same place, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{keywords: abc}, {source: afp}], none: [{all: [{source: AFP}, {keywords: Abc, case: false}]}]}",
            "",
            "4:17: this never holds: the none of this rule refuses what it needs, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{keywords: abc}, {at_least: {count: 2, of: [{source: b}, {language: en}]}}]}",
            "languages: [fr]",
            "4:81: this never holds: languages keeps out all but fr, so rule 'a' never matches [never-holds]",
        ),
        (
            "{keywords: {en: [abc], ru: [def]}}",
            "languages: [fr, de]",
            "4:17: this never holds: its terms count in en, ru alone, which the rule's languages keep out, so rule 'a' never matches [never-holds]",
        ),
        (
            "{keywords: {fr: [abc], en: [def]}}",
            "languages: [fr]",
            "4:39: what stands here counts only in articles in 'en', which the rule's languages keep out [never-holds]",
        ),
        (
            "{keywords: [abc, {term: def, lang: en}]}",
            "languages: [fr]",
            "4:51: what stands here counts only in articles in 'en', which the rule's languages keep out [never-holds]",
        ),
        (
            "{all: [{entity: {type: person, is: Lavrov}}], none: [{entity: {type: person, is: [Macron, Lavrov]}}]}",
            "",
            "4:24: this never holds: the none of this rule refuses the same entity, so rule 'a' never matches [contradiction]",
        ),
        (
            "{all: [{source: [AFP, tass]}], none: [{source: ['a*', TASS, x]}]}",
            "",
            "4:24: this never holds: the none of this rule refuses the same source, so rule 'a' never matches [contradiction]",
        ),
        (
            "{near: {within: 3, all: [{keywords: abc}, {place: TJ}], none: [{keywords: [def, Abc]}]}}",
            "",
            "4:42: this never holds: the none of this rule refuses abc, so rule 'a' never matches [contradiction]",
        ),
        (
            "{query: 'lang:(fr AND en) AND abc'}",
            "",
            "4:16: this never holds: an article has one language, fr or en, so rule 'a' never matches [never-holds]",
        ),
        (
            "{all: [{source: [AFP, tass]}, {any: [{keywords: abc}, {all: [{place: TJ}, {source: ['reuters*', afp-*]}]}]}]}",
            "",
            "4:91: this never holds: an article has one source, AFP, tass or reuters*, afp-* [never-holds]",
        ),
        (
            "{keywords: Washington, except: [washington, Post]}",
            "",
            "4:17: this never holds: except takes out all that it looks for, so rule 'a' never matches [never-holds]",
        ),
        (
            "{entity: {type: person}}",
            "languages: [en]",
            "4:17: this never holds: no model that tells names in en is installed; give the names with is, so rule 'a' never matches [never-holds]",
        ),
    ],
)
def test_what_never_holds_is_told_at_its_place(condition: str, more: str, warning: str) -> None:
    """A condition that the rest of its rule rules out is told, and whether the rule is dead for it."""
    assert of_rule(condition, more) == [warning]


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("{all: [{keywords: [abc, def]}], none: [{keywords: abc}]}", ""),
        ("{all: [{keywords: abc}], none: [{keywords: abc, in: title}]}", ""),
        ("{all: [{keywords: abc}], none: [{keywords: abc, times: 3}]}", ""),
        ("{all: [{keywords: abc}], none: [{keywords: abc, except: [abc news]}]}", ""),
        ("{all: [{keywords: EIA, case: true}], none: [{keywords: EIA}]}", ""),
        ("{all: [{place: central-asia}], none: [{place: TJ}]}", ""),
        ("{all: [{place: {in: TJ, kind: people}}], none: [{place: central-asia}]}", ""),
        ("{language: [en, und]}", "languages: [fr]"),
        (
            "{all: [{source: ['*afp*', x]}, {source: ['*.fr', AFP]}, {source: afp}, {url: tass}, {none: [{source: tass}]}]}",
            "",
        ),
        ("{any: [{language: fr}, {language: en}]}", ""),
        ("{any: [{keywords: {en: abc, any: def}}]}", "languages: [en]"),
        ("{all: [{keywords: def}], none: [{all: [{keywords: abc}, {none: [{keywords: abc}]}]}]}", ""),
    ],
)
def test_what_may_hold_is_left_alone(condition: str, more: str) -> None:
    """A narrower refusal, or one that needs more than the rule has, is no contradiction."""
    assert of_rule(condition, more) == []


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("{none: [{keywords: abc}]}", True),
        ("[{none: [{keywords: abc}]}, {none: [{place: TJ}]}]", True),
        ("{at_least: {count: 1, of: [{none: [{keywords: abc}]}, {keywords: def}]}}", True),
        ("{none: [{none: [{keywords: abc}]}]}", False),
        ("{any: [{keywords: abc}], none: [{keywords: def}]}", False),
        ("{all: [{language: fr}], none: [{keywords: def}]}", False),
    ],
)
def test_a_rule_of_refusals_alone_is_told(condition: str, told: bool) -> None:
    """It would alert on every article but a few."""
    warning = "4:16: this holds in nearly every article: nothing of it need be found [or-not]"
    assert of_rule(condition) == [warning] * told


@pytest.mark.parametrize(
    ("condition", "place", "key"),
    [
        ("{near: {within: 5, all: [{keywords: [abc, def], min: 2}, {place: TJ}]}}", "4:42", "min"),
        (
            "{near: {within: 5, all: [{keywords: abc}, {any: [{place: TJ}, {regex: 'a.c', times: 3}]}]}}",
            "4:79",
            "times",
        ),
        ("{near: {within: 5, all: [{place: {in: gulf, min: 2}}], none: [{keywords: abc}]}}", "4:42", "min"),
        (
            "{near: {within: 5, all: [{keywords: abc}], none: [{entity: {type: org, is: [abc, def], min: 2}}]}}",
            "4:67",
            "min",
        ),
    ],
)
def test_a_count_inside_near_is_told_to_be_of_the_whole_text(condition: str, place: str, key: str) -> None:
    """Two terms of an article, of which one stands close, are not two terms close by."""
    counts = (
        f"{key} counts in the whole text and not close by; for several close together give each a condition of its own"
    )
    assert of_rule(condition) == [f"{place}: {counts} [near-count]"]


def test_a_count_of_one_inside_near_is_left_alone() -> None:
    """Which is what each condition says anyway."""
    assert (
        of_rule("{near: {within: 5, all: [{keywords: [abc, def], min: 1, times: 1}, {place: {in: gulf, min: 1}}]}}")
        == []
    )
    assert of_rule("{all: [{near: {within: 5, all: [{keywords: abc}, {place: TJ}]}}, {keywords: def, times: 2}]}") == []


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        ("{near: {within: 5, all: [{keywords: abc, in: title}, {keywords: def, in: body}]}}", ["4:17"]),
        ("{near: {within: 5, all: [{keywords: abc, in: title}, {any: [{place: TJ, in: body}, {regex: d, in: body}]}]}}", ["4:17"]),
        ("{any: [{in: body, near: {within: 5, all: [{keywords: abc}, {keywords: def, in: title}]}}]}", ["4:34"]),
        ("{near: {within: 5, all: [{keywords: abc, in: title}, {keywords: def, in: lead}]}}", []),
        ("{near: {within: 5, all: [{keywords: abc, in: [title, body]}, {keywords: def, in: body}]}}", []),
        ("{near: {within: 5, all: [{keywords: abc, in: title}, {any: [{place: TJ, in: body}, {regex: d}]}]}}", []),
        ("{near: {within: 5, all: [{keywords: abc}, {keywords: def}], none: [{keywords: ghi, in: title}]}}", []),
    ],
)  # fmt: skip
def test_a_near_of_the_title_and_the_body_is_told(condition: str, places: list[str]) -> None:
    """Nothing spans the two; the lead is of both."""
    assert [w.split(": ")[0] for w in of_rule(condition) if "near-apart" in w] == places
    assert [w for w in of_rule(condition, "ignore: near-apart") if "near-apart" in w] == []


# ── terms ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "warning"),
    [
        ("{keywords: [abc, EI], case: false}", "4:33: 'EI' with case: false finds 'ei' too, a word or name in some language [common-word]"),
        ("{keywords: {term: WHO, case: false}}", "4:34: 'WHO' with case: false finds 'who' too, a word or name in some language [common-word]"),
        ("{keywords: ei}", "4:27: 'ei' is a word in many languages; an abbreviation in capitals matches only as written [common-word]"),
        ("{all: [{keywords: [[abc, avec]]}]}", "4:41: 'avec' is a word that most articles hold [common-word]"),
        ('{keywords: "Daech, Daesh"}', "4:27: 'Daech, Daesh' is one term, of all these words in a row; write [Daech, Daesh] [one-term]"),
        ('\n      keywords: |\n        Daech\n        Daesh\n', "5:17: 'Daech Daesh' is one term, of all these words in a row; write [Daech, Daesh] [one-term]"),
        ('{keywords: [abc, "Daech OR Daesh"]}', "4:33: 'Daech OR Daesh' is one term, of all these words in a row; write [..., ...] [one-term]"),
        ("{keywords: bombe NEAR/5 gare}", "4:27: 'bombe NEAR/5 gare' is one term, of all these words in a row; write near: {...} [one-term]"),
    ],
)  # fmt: skip
def test_a_term_that_hardly_says_what_was_meant_is_told(condition: str, warning: str) -> None:
    """One short or common word in any case; a list or a query in one pair of quotes."""
    assert of_rule(condition) == [warning]


@pytest.mark.parametrize(
    "terms",
    ["[EI, WHO, US]", "'avec*'", "[G7, 12]", "[اف, 中]", "{term: Avec, case: true}", '["Washington, D.C.", R&D]'],
)
def test_terms_that_are_told_apart_are_left_alone(terms: str) -> None:
    """Capitals as written, wildcards, numbers, other scripts, a comma inside one of several terms."""
    assert of_rule(f"{{keywords: {terms}}}") == []


def test_a_term_of_a_list_is_told_once_where_it_is_to_be_mended() -> None:
    """A common word at the list that holds it, whatever the number of rules; at the rule where its own `case` is to blame."""
    rules = "".join(f"- {{id: r{i}, condition: {{keywords: [word{i}, '@x']}}, {TESTS}}}\n" for i in range(3))
    text = f"version: 1\nlists: {{x: [abc, '@y'], y: [avec, EI]}}\nrules:\n{rules}"
    assert [w.split(": ")[0] for w in warnings(text)] == ["2:29"]
    cased = text.replace("'@x'], keywords", "").replace("[word1, '@x']", "'@x', case: false")
    assert [w.split(": ")[0] for w in warnings(cased)] == ["2:29", "5:34"]


@pytest.mark.parametrize(
    ("condition", "place", "term", "wider"),
    [
        ('{keywords: ["taliban*", talibans]}', "4:40", "talibans", "taliban*"),
        ('{keywords: [Tālibān-e, Ouzbékistan, "*stan"]}', "4:39", "Ouzbékistan", "*stan"),
        ('{keywords: ["*jihad*", djihads], times: 2}', "4:39", "djihads", "*jihad*"),
        ('{keywords: ["nat*", NATO]}', "4:36", "NATO", "nat*"),
        ('{keywords: ["газ*", Газпром], except: ["Газпром нефть"]}', "4:36", "Газпром", "газ*"),
        ("'talibans OR \"taliban*\" OR raid'", "4:16", "talibans", "taliban*"),
        ('{none: [{keywords: [[raid, "raids*"], "raid*"]}]}', "4:37", "raid", "raid*"),
    ],
)
def test_a_term_beside_one_that_finds_it_too_is_told(condition: str, place: str, term: str, wider: str) -> None:
    """A wildcard has room for it, in any script with spaces; its own capitals make it no wider."""
    key = "query" if condition.startswith("'") else "condition"
    found = warnings(f"version: 1\nrules:\n- id: a\n  {key + ':':<13}{condition}\n  {TESTS}\n")
    told = f"{place}: '{term}' finds nothing that '{wider}' does not; leave it out [covered-term]"
    assert told in found


@pytest.mark.parametrize(
    "condition",
    [
        '{keywords: ["taliban*", talib, "ex taliban", ex-taliban, taleban]}',
        '{keywords: ["taliban*", talibans], min: 2}',
        '{keywords: ["taliban*", talibans], inflect: true}',
        '{keywords: [{term: "taliban*", lang: fr}, talibans]}',
        '{keywords: [{term: "Taliban*", case: true}, talibans]}',
        '{keywords: [{term: "émir*", exact: true}, émirat]}',
        '{keywords: ["frontalier*", "frontalière*", "frontaliers*"]}',
        '{keywords: ["NATO*", natos]}',
        '{keywords: ["*stan", stanley]}',
        '{keywords: ["北京*", 北京大学, "طالب*", طالبان, "서울*", 서울시]}',
        "{score: {threshold: 2, of: [{keywords: ['raid*', raids], weight: 1}]}}",
        "{any: [{keywords: 'raid*'}, {keywords: raids, in: title}]}",
        '{keywords: ["raid*", raids]}\n  ignore: covered-term',
        "{keywords: ['C\\*', 'taliban\\*', 'talibans']}",
    ],
)
def test_a_term_that_may_find_more_or_is_counted_is_left_alone(condition: str) -> None:
    """What counts terms one by one, stems, other languages, capitals, scripts whose words
    are found inside others; and another spelling or wildcard, which is there to be read."""
    assert [w for w in of_rule(condition) if "covered" in w] == []


def test_terms_of_a_query_beside_a_wider_one_are_told_together() -> None:
    """A warning stands once at its place."""
    found = warnings(f"version: 1\nrules:\n- id: a\n  query: 'taliban* OR talibans OR talibane'\n  {TESTS}\n")
    told = "'talibans' and 'talibane' find nothing that 'taliban*' does not; leave them out"
    assert found == [f"4:10: {told} [covered-term]"]


def test_a_term_is_covered_by_its_own_list_alone() -> None:
    """A list may be used without the other, and by a rule that counts; told once where it is to be left out."""
    rules = "".join(f"- {{id: r{i}, condition: {{keywords: [word{i}, '@x', 'abc*']}}, {TESTS}}}\n" for i in range(2))
    text = f"version: 1\nlists: {{x: [abcd, '@y', 'def*'], y: [defg, 'ghi*', ghij]}}\nrules:\n{rules}"
    assert [w.split(":")[:2] for w in warnings(text) if "covered" in w] == [["2", "52"]]
    counts = f"- {{id: c, condition: {{keywords: '@y', min: 2}}, {TESTS}}}\n"
    assert [w for w in warnings(text + counts) if "covered" in w] == []


# ── rules together ───────────────────────────────────────────────────────────────────────────────

MANY = """\
version: 1
rules:
- {id: a, condition: {all: [{keywords: [Daech, Daesh]}, {place: [TJ, KG]}], none: [{keywords: b1}, {source: x}]}, TESTS}
- {id: b, condition: [{none: [{any: [{source: X}, {keywords: B1}]}]}, {place: [KG, TJ]}, {keywords: [daesh, daëch]}], TESTS}
- {id: c, condition: {all: [{keywords: [Daech, Daesh]}, {place: [TJ, KG]}], none: [{keywords: b1}, {source: x}, {url: y}]}, TESTS}
- {id: d, condition: {all: [{keywords: [Daech, Daesh]}, {place: [TJ, KG]}], none: [{keywords: b1}, {source: x}]}, languages: [fr], TESTS}
- {id: e, condition: {near: {within: 3, ordered: true, all: [{keywords: c1}, {keywords: d1}]}}, TESTS}
- {id: f, condition: {near: {within: 3, ordered: true, all: [{keywords: d1}, {keywords: c1}]}}, TESTS}
- {id: g, condition: {regex: abc}, TESTS}
- {id: h, condition: {regex: abc, case: true}, TESTS}
- {id: i, condition: {all: [{regex: abc}, {keywords: z9}]}, TESTS, ignore: narrower-rule}
- {id: j, condition: {keywords: [c1, d1], min: 2}, TESTS}
- {id: k, condition: {regex: abc}, TESTS, enabled: false}
""".replace("TESTS", TESTS)


def test_rules_that_say_the_same_or_more_are_told() -> None:
    """By meaning, not by order, spelling or brackets; the earlier rule is named, and a rule can ignore it."""
    assert warnings(MANY) == [
        "4:3: rule 'b' has the same condition as 'a' (line 3); both fire together [same-rule]",
        "5:3: rule 'c' fires only where 'a' (line 3) does: its condition is that one and more [narrower-rule]",
        "6:3: rule 'd' fires only where 'a' (line 3) does: its condition is that one and more [narrower-rule]",
    ]


def test_what_no_rule_uses_is_told() -> None:
    """Lists, sets and conditions; what is used through another is used, and without rules nothing is unused."""
    names = """\
lists: {one: ["@two"], two: [abc], three: [def], names: [Lavrov], x-old: [ghi]}
places: {river: [TJ], sea: [FR]}
conditions: {outer: {use: inner}, inner: {entity: {type: person, is: "@names"}}, spare: {keywords: "@three"}}
"""
    rule = f"rules: [{{id: a, condition: [{{keywords: '@one'}}, {{place: river}}, {{use: outer}}], {TESTS}}}]\n"
    assert warnings(f"version: 1\n{names}{rule}") == [
        "2:36: no rule uses @three; remove it, or keep it as x-three [unused]",
        "3:23: no rule uses the set of places 'sea'; remove it, or keep it as x-sea [unused]",
        "4:82: no rule uses the condition 'spare'; remove it, or keep it as x-spare [unused]",
    ]
    assert warnings(f"version: 1\n{names}") == []


def test_channels_and_intervals_that_nothing_names_are_told() -> None:
    """Named they are by rules, by defaults, and by other channels."""
    text = """\
version: 1
time_intervals: {n: {times: ["22:00-06:00"]}, m: {times: ["22:00-06:00"]}, o: {weekdays: mon}, p: {weekdays: sun}}
channels:
  a: {console: true, mute: [n], fallback: b, escalate: {after: 5m, notify: [c]}}
  b: {console: true}
  c: {console: true}
  d: {console: true}
  e: {console: true}
  f: {console: true}
  console: {console: true}
  x-old: {console: true}
defaults: {notify: d, operator: e}
rules:
- {id: a, condition: {keywords: abc}, notify: a, mute: m, TESTS}
- id: b
  condition: {keywords: def}
  correlation: {type: flatline, below: 1, timeframe: 5m, active: o}
  ignore: no-tests
""".replace("TESTS", TESTS)
    assert warnings(text) == [
        "2:96: no rule or channel uses the time interval 'p'; remove it, or keep it as x-p [unused]",
        "9:3: no rule or channel tells the channel 'f'; remove it, or keep it as x-f [unused]",
    ]


def test_an_escalation_to_those_who_were_told_is_told() -> None:
    """Of a rule and of a channel; one that reaches somebody else is left alone."""
    text = """\
version: 1
channels:
  desk: {console: true, escalate: {after: 1h, notify: desk}}
  boss: {console: true, escalate: {after: 1h, notify: [desk, boss]}}
defaults: {notify: [desk]}
rules:
- {id: a, condition: {keywords: zeppelin}, escalate: {after: 15m, notify: [desk]}, TESTS}
- {id: b, condition: {keywords: dirigible}, escalate: {after: 15m, notify: [desk, boss]}, TESTS}
- {id: c, condition: {keywords: balloon}, escalate: {after: 15m, notify: [desk]}, ignore: told-already, TESTS}
"""
    told = "escalate only reminds 'desk', told already, and tells nobody else [told-already]"
    assert warnings(text.replace("TESTS", TESTS)) == [f"3:55: {told}", f"7:75: {told}"]


def test_a_rule_without_tests_is_told_unless_it_ignores_that() -> None:
    """So is any warning spared a rule that names its code, those of loading too."""
    text = "version: 1\nrules:\n- {id: a, condition: {keywords: [abc, ABC], case: false}}\n"
    assert [w.rsplit("[")[-1] for w in warnings(text)] == ["no-tests]", "repeated-term]"]
    assert warnings(text.replace("id: a", "id: a, ignore: [no-tests, repeated-term]")) == []
    assert warnings(text.replace("id: a", "id: a, enabled: false, ignore: repeated-term")) == []


def test_loading_alone_looks_for_no_advice() -> None:
    """The daemon tells at each save what loading finds by itself, and waits for nothing else."""
    assert load(Bundle({"rules.yaml": MANY.replace(TESTS, "tags: a")}), gazetteer()).warnings == ()


def test_ten_thousand_rules_are_looked_at_quickly() -> None:
    """Rules that share lists and conditions are not compared each with each."""
    words = ", ".join(f"mot{i}" for i in range(300))
    pairs = [(i, j) for i in range(101) for j in range(i)][:5000]
    rules = "".join(
        f"- {{id: r{n}, condition: {{all: [{{keywords: w{i}w}}, {{keywords: w{j}w}}, {{keywords: '@x'}}], none: [{{keywords: '@y'}}]}}}}\n"
        for n, (i, j) in enumerate(pairs)
    )
    bundle = Bundle({"rules.yaml": f"version: 1\nlists: {{x: [{words}], y: [{words}, mehr]}}\nrules:\n{rules}"})
    spent = []
    for advise in (False, True):
        started = time.process_time()
        found = load(bundle, gazetteer(), advise=advise)
        spent.append(time.process_time() - started)
    assert len(found.warnings) == 10_000  # each contradicts itself, and none has a test
    assert spent[1] < 3 * spent[0] + 1, spent


# ── what is claimed is so ────────────────────────────────────────────────────────────────────────

LEAVES = st.sampled_from(
    [
        {"keywords": "a1"},
        {"keywords": ["a1", "b1"]},
        {"keywords": ["b1", "A1"], "in": "title"},
        {"keywords": ["a1", "b1", "c1"], "min": 2},
        {"keywords": "b1", "times": 2},
        {"keywords": {"fr": ["b1"], "en": ["c1"]}},
        {"keywords": ["a1", "c1"], "except": ["a1 b1"]},
        {"language": "en"},
        {"language": ["fr", "und"]},
        {"place": "TJ"},
        {"place": "central-asia"},
        {"near": {"within": 1, "all": [{"keywords": "a1"}, {"keywords": ["b1", "c1"]}]}},
        {"near": {"within": 0, "all": [{"keywords": ["a1", "b1"]}], "none": [{"keywords": ["b1", "a1 c1"]}]}},
        {"near": {"within": 0, "all": [{"keywords": "b1"}], "none": [{"keywords": ["b1 c1", "b1"]}]}},
        {"entity": {"type": "person", "is": ["Sergueï Lavrov"]}},
        {"entity": {"type": "person", "is": ["Sergueï Lavrov", "Angela Merkel"]}},
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        *(st.lists(inner, min_size=1, max_size=3).map(lambda of, k=key: {k: of}) for key in ("all", "any", "none")),
        st.tuples(inner, inner, inner).map(lambda three: {"all": list(three[:2]), "none": [three[2]]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda of: {"at_least": {"count": 2, "of": of}}),
    ),
    max_leaves=5,
)
TEXTS = st.lists(
    st.sampled_from(["a1", "b1", "c1", "x", "Tadjikistan.", "Ouzbékistan.", "Sergueï Lavrov"]), max_size=6
).map(" ".join)
LANGUAGES = st.sampled_from([[], ["fr"], ["en"]])


@settings(max_examples=150)
@given(
    st.lists(st.tuples(TREES, LANGUAGES), min_size=2, max_size=4),
    st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(["fr", "en", "und"])), min_size=3, max_size=6),
)
def test_warnings_tell_the_truth(trees: list[tuple[Any, list[str]]], articles: list[tuple[str, str, str]]) -> None:
    """A rule that is said never to match matches nothing; one that is said to be another, or narrower, is so."""
    rules = [
        {"id": f"r{i}", "condition": tree} | ({"languages": languages} if languages else {})
        for i, (tree, languages) in enumerate(trees)
    ]
    rules.append({"id": "towns", "condition": {"place": "central-asia"}})  # so that all need one book of small towns
    text = json.dumps({"version": 1, "rules": rules})
    told = warnings(text)
    for title, body, language in articles:
        match = {v.rule: v.match for v in judged(text, Article(title, body, language))}
        for warning in told:
            words = warning.split("'")
            if "never matches" in warning:
                assert not match[words[-2]], warning
            elif "[same-rule]" in warning:
                assert match[words[1]] == match[words[3]], warning
            elif "[narrower-rule]" in warning:
                assert match[words[1]] <= match[words[3]], warning
