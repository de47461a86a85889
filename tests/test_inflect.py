"""`inflect`: words found in every form, by the stems of the article's language."""

# ruff: noqa: RUF001 - Cyrillic is meant

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import found, judged, missing, verdict, view_of
from tests.test_advice import of_rule
from tests.test_docs import ROOT, table
from watcher.folding import fold
from watcher.model import Article
from watcher.rules import nodes, stems
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.evaluate import Options, judge
from watcher.rules.printing import printed
from watcher.rules.reading import CODES
from watcher.rules.stems import MOST_LETTERS, has_stems, stem

PAGE = "docs/rules.md"


def inflected(terms: str, body: str, more: str = "", **rest: str) -> list[str] | None:
    return found(f"{{keywords: {terms}, inflect: true{more}}}", body, **rest)


# ── what is one word ─────────────────────────────────────────────────────────────────────────────


def groups(cell: str) -> list[list[str]]:
    """The words that stand together in a cell."""
    return [code.split() for code in re.findall(r"`([^`]+)`", cell)]


ROWS = [[cell.strip("`") if i == 0 else cell for i, cell in enumerate(row)] for row in table(PAGE, "### Inflection")]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_rules_page_says_what_is_one_word_and_what_is_not(row: Sequence[str]) -> None:
    """Each word of a group finds every other of it, or none where they are kept apart."""
    language, one, apart, hardly = row
    for words in groups(one) + groups(hardly):
        for word in words:
            assert inflected(word, " ".join(words), language=language) == words, words
    for words in groups(apart):
        for word in words:
            assert inflected(word, " ".join(words), language=language) == [word], words


def test_the_rules_page_names_the_languages_that_have_stems() -> None:
    """All of them and no other."""
    listed = re.search(r"There are stemmers for `([a-z\s]+)`", (ROOT / PAGE).read_text())
    assert listed
    assert listed[1].split() == sorted(code for code in CODES if has_stems(code))


# ── what is found ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "term", "body", "texts"),
    [
        (
            "fr",
            "réfugié",
            "Un refuge. DES RÉFUGIÉS, DES REFUGIES, des refugies, l'ex-réfugiée",
            ["RÉFUGIÉS", "REFUGIES", "réfugiée"],
        ),
        ("fr", "accord de paix", "Les accords de paix. L'accord pour la paix. Un accord\nde paix", ["accords de paix"]),
        (
            "fr",
            "porte-avions",
            "le porte-avion, un porte avions, porteavions",
            ["porte-avion", "porte avions", "porteavions"],
        ),
        ("fr", "front", "les fro\u00adnts, des FRONTS; affront, frontal", ["fro\u00adnts", "FRONTS"]),
        ("fr", "frontière", "les frontie\u0300res", ["frontie\u0300res"]),
        ("fr", "EI", "l'EI, les EIS, ei", ["EI"]),
        ("en", "NATO", "NATO, Nato, nato, NATOs", ["NATO", "Nato"]),
        ("fr", "attaque de l'EI", "les attaques de l'EI, deux attaques de l'ei", ["attaques de l'EI"]),
        ("fr", "'front*'", "fronts, frontal, front", ["fronts", "frontal", "front"]),
        ("fr", "'fr?nt'", "fronts frant", ["frant"]),
        ("fr", "{term: front, exact: true}", "fronts front", ["front"]),
        ("fr", "{term: front, case: true}", "fronts Front front", ["front"]),
        ("fr", "{term: EI, case: false}", "ei EI", ["ei", "EI"]),
        ("fr", "{en: [army], fr: [front]}", "army armies fronts", ["fronts"]),
        ("en", "{term: front, lang: fr}", "fronts front", None),
        ("tr", "sınır", "SINIRI, sınırlar", ["SINIRI", "sınırlar"]),
        ("tr", "seçim", "seçimler, seçimlerde", ["seçimler", "seçimlerde"]),
        ("ru", "Лавров", "с Лавровым, у Лаврова", ["Лавровым", "Лаврова"]),
        ("ru", "талиб", "ТАЛИБЫ, с талибами", ["ТАЛИБЫ", "талибами"]),
        ("ar", "هجوم", "الهجوم وهجوم", ["الهجوم", "وهجوم"]),
        ("de", "straße", "STRASSEN", ["STRASSEN"]),
        ("und", "front", "fronts front", ["front"]),
        ("ja", "中国", "我在中国工作", ["中国"]),
        ("fr", "中国", "我在中国工作 fronts", ["中国"]),
    ],
)
def test_a_term_is_found_in_its_forms(language: str, term: str, body: str, texts: list[str] | None) -> None:
    """By the stems of the article's language; not what has wildcards or capitals of its own."""
    quoted = term if term[0] in "{'" else f'"{term}"'
    assert inflected(quoted, body, language=language) == texts


def test_without_inflect_a_word_is_what_is_written() -> None:
    """The form alone."""
    assert found("{keywords: front}", "fronts") is None
    assert found("{keywords: front, inflect: false}", "fronts") is None


def test_evidence_says_by_which_stem_a_word_was_found() -> None:
    """An analyst sees the term, the word as it stands there, and why it is one; nothing of stems where it stands so."""
    said = verdict("{keywords: [porte-avions, front], inflect: true}", "Le front, les fronts, les porte-avion")
    assert [(e.text, dict(e.facts)) for e in said.evidence] == [
        ("front", {"term": "front"}),
        ("fronts", {"term": "front", "stem": "front"}),
        ("porte-avion", {"term": "porte-avions", "stem": "port avion"}),
    ]


def test_what_is_not_there_is_told_in_words() -> None:
    """`missing` says that no form is there, or that the language has none to look for."""
    condition = "{keywords: front, inflect: true}"
    assert missing(condition, "paix") == [("", "no 'front' in the text, in any form")]
    assert missing("{keywords: front, inflect: true, in: title}", "Paix. Les fronts.") == [
        ("", "only outside the title: 'front'")
    ]
    assert missing(condition, "fronts", language="ko") == [
        ("", "no 'front' in the text, as written: there is no stemmer for 'ko'")
    ]


# ── beside everything else ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "texts"),
    [
        ("{keywords: [front, guerre], inflect: true, min: 2}", ["guerres", "fronts", "front", "fronts"]),
        ("{keywords: [front, fronts], inflect: true, min: 2}", None),
        ("{keywords: [front, fronts], min: 2}", ["fronts", "front", "fronts"]),
        ("{keywords: [[front, guerre], paix], inflect: true, min: 2}", None),
        ("{keywords: front, inflect: true, times: 3}", ["fronts", "front", "fronts"]),
        ("{keywords: front, inflect: true, times: 4}", None),
        ("{keywords: front, inflect: true, in: title}", ["fronts"]),
        ("{keywords: front, inflect: true, except: le front}", ["fronts", "fronts"]),
        ("{keywords: front, inflect: true, except: les front}", ["fronts", "front", "fronts"]),
        ("{keywords: '@both', inflect: true}", ["guerres", "fronts", "front", "fronts"]),
        ("{keywords: [front, ancien front], inflect: true}", ["fronts", "front", "anciens fronts"]),
        (
            "{near: {within: 1, all: [{keywords: front, inflect: true}, {keywords: ancien, inflect: true}]}}",
            ["anciens fronts"],
        ),
        ("{near: {within: sentence, all: [{keywords: guerre, inflect: true}, {keywords: paix}]}}", None),
        (
            "{score: {threshold: 30, of: [{keywords: [front, guerre], inflect: true, weight: 15}]}}",
            ["", "guerres", "fronts", "front", "fronts"],
        ),
        ("{score: {threshold: 30, of: [{keywords: [front, paix], inflect: true, weight: 15}]}}", None),
        ("{all: [{keywords: le}], none: [{keywords: ancien, inflect: true}]}", None),
        ("{at_least: {count: 2, of: [{keywords: guerre, inflect: true}, {keywords: x}, {place: FR}]}}", None),
    ],
)
def test_forms_count_like_any_occurrence(condition: str, texts: list[str] | None) -> None:
    """For min, times, in, except, lists, near, score and groups."""
    body = "Les guerres et les fronts. Le front. Les anciens fronts."
    assert found(condition, body, lists="{both: [front, guerre]}") == texts


def test_terms_of_one_rule_are_compared_with_what_they_find() -> None:
    """`check` takes a rule with forms and one without for two; `none` with forms refuses the word as written."""
    refused = "{all: [{keywords: front}], none: [{keywords: front, inflect: true}]}"
    assert [w for w in of_rule(refused) if "contradiction" in w]
    assert of_rule("{all: [{keywords: front, inflect: true}], none: [{keywords: front}]}") == []
    assert of_rule("{keywords: front, inflect: true, except: front}") == []
    second = "- {id: b, condition: {keywords: abc}, tests: [{text: a, expect: no_match}]}"
    assert of_rule("{keywords: abc, inflect: true}", top=second) == []
    assert of_rule("{keywords: [abc, def, Abc], inflect: true}") == ["4:38: 'Abc' is repeated [repeated-term]"]


def test_a_condition_with_forms_is_printed_as_yaml() -> None:
    """A query has no word for it."""
    node, faults = nodes.parse("{keywords: front, inflect: true}", "rules.yaml")
    assert node is not None
    assert not faults
    assert printed(node) == "keywords: front\ninflect: true\n"


# ── against every word stemmed ───────────────────────────────────────────────────────────────────

FRENCH = Stemmer.Stemmer("french")
WORDS = st.sampled_from(
    "attaque attaques Attaqué attaquent général généraux GÉNÉRAUX GENERAUX generaux refuge réfugié REFUGIES œuvre"
    " OEUVRES de l chevaux cheval 中国 2021".split()
)
TERMS = WORDS.filter(lambda word: not word.isupper())  # such are judged by their capitals
TEXTS = st.lists(st.lists(WORDS, max_size=6), min_size=1, max_size=3)


def naive(words: Sequence[str], paragraph: Sequence[str]) -> list[int]:
    """Where the words stand in a paragraph, by stemming every one of it."""

    def by(stemmed: Sequence[str], wanted: Sequence[str]) -> bool:
        return [fold(FRENCH.stemWord(w.lower())) for w in stemmed] == [fold(FRENCH.stemWord(w)) for w in wanted]

    def there(stretch: Sequence[str]) -> bool:
        small, bare = [w.lower() for w in words], [fold(w) for w in words]
        return (
            by(stretch, small)
            or ("".join(stretch).isupper() and by(stretch, bare))
            or [fold(w) for w in stretch] == bare
            or [fold(FRENCH.stemWord(w.lower())) for w in stretch] == bare
        )

    return [i for i in range(len(paragraph) - len(words) + 1) if there(paragraph[i : i + len(words)])]


@settings(max_examples=300)
@given(TEXTS, st.lists(TERMS, min_size=1, max_size=3))
def test_forms_are_found_where_stemming_every_word_finds_them(text: list[list[str]], term: list[str]) -> None:
    """Each hit and no other, at the offsets of the words as written, and never across paragraphs."""
    body = "\n".join(" ".join(words) for words in text)
    program, view = view_of(
        f"version: 1\nrules:\n- {{id: a, condition: {{keywords: '{' '.join(term)}', inflect: true}}}}\n",
        Article("", body, "fr"),
    )
    condition = program.enabled[0].condition
    assert isinstance(condition, Keywords)
    spans = {(span.start, span.end) for item in condition.items for t in item.terms for span in view.spans(t)}
    expected = set()
    start = 0
    for words in text:
        starts = [start + sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
        for i in naive(term, words):
            last = i + len(term) - 1
            expected.add((starts[i], starts[last] + len(words[last])))
        start += len(" ".join(words)) + 1
    assert spans == expected


LEAVES = st.builds(
    lambda term, inflect: (f"{{keywords: {term}{', inflect: true' if inflect else ''}}}", term, inflect),
    st.sampled_from(["attaque", "général", "cheval", "refuge"]),
    st.booleans(),
)


@settings(max_examples=150)
@given(st.sampled_from(["all", "any", "none"]), st.lists(LEAVES, min_size=1, max_size=3), st.lists(WORDS, max_size=8))
def test_a_rule_with_forms_is_never_passed_over(
    group: str, leaves: list[tuple[str, str, bool]], words: list[str]
) -> None:
    """Whatever it is beside, and whether or not a rule before it has needed the stems."""
    held = [bool(naive([term], words)) if inflect else fold(term) in map(fold, words) for _, term, inflect in leaves]
    expected = {"all": all(held), "any": any(held), "none": not any(held)}[group]
    condition = f"{{{group}: [{', '.join(text for text, _, _ in leaves)}]}}"
    rules = f"- {{id: a, condition: {condition}}}\n- {{id: b, condition: {{keywords: cheval, inflect: true}}}}\n"
    said = judged(
        f"version: 1\nrules:\n{rules}- {{id: c, condition: {condition}}}\n", Article("", " ".join(words), "fr")
    )
    assert [v.match for v in said] == [expected, bool(naive(["cheval"], words)), expected]


# ── cost and bounds ──────────────────────────────────────────────────────────────────────────────


def stemmed_words(condition: str, body: str) -> int:
    """How many words are stemmed to judge a rule."""
    program, view = view_of(f"version: 1\nrules:\n- {{id: a, condition: {condition}}}\n", Article("", body, "fr"))
    before = stems._known.cache_info()
    list(judge(program, view, Options()))
    after = stems._known.cache_info()
    return after.hits + after.misses - before.hits - before.misses


def test_no_word_is_stemmed_that_no_rule_asks_for() -> None:
    """A rule without `inflect`, or one that is decided without, costs no stems; two conditions cost one reading."""
    body = "les fronts de la guerre"
    assert stemmed_words("{keywords: front}", body) == 0
    assert stemmed_words("{all: [{keywords: front, inflect: true}, {keywords: paix}]}", body) == 0
    assert stemmed_words("{any: [{all: [{keywords: front, inflect: true}, {source: x}]}, {keywords: la}]}", body) == 0
    both = "{any: [{keywords: guerre, inflect: true}, {keywords: front, inflect: true}]}"
    assert 0 < stemmed_words(both, body) <= len(body.split()) + 4  # the words of the terms, and of the text once


def test_hostile_words_are_no_trouble() -> None:
    """A word without end is compared as it is; no letter breaks a stemmer."""
    endless = "fronts" * 200_000
    began = time.process_time()
    assert inflected("front", f"{endless} fronts") == ["fronts"]
    assert time.process_time() - began < 3
    longest = "t" * (MOST_LETTERS - 1)
    assert stem("fr", f"{longest}s") == longest
    assert stem("fr", f"t{longest}s") == f"t{longest}s"
    odd = "\ud800fronts \0 ﬁns ͺa ½s İs ß\u0301 ｆｒｏｎｔｓ \u0640 " + " ".join(map(chr, range(0xA0, 0x2000, 7)))
    for language in (code for code in CODES if has_stems(code)):
        assert inflected("front", f"{odd} front", language=language) is not None


def test_many_inflected_terms_take_little_time() -> None:
    """Ten thousand terms are put together once a language, and looked up in one pass."""
    words = [f"{a}{b}{c}t" for a in "bcdfglmnprst" for b in "aeiou" for c in "bcdfglmnprst"]
    terms = [f"{first} {second}" for first, second in pairwise(words * 14)]
    rules = f"version: 1\nrules:\n- {{id: a, condition: {{keywords: [{', '.join(terms)}], inflect: true}}}}\n"
    program, view = view_of(rules, Article("", f"{words[3]}s {words[4]}s", "fr"))
    began = time.process_time()
    assert list(judge(program, view, Options()))
    first = time.process_time() - began
    assert first < 2
    view = program.view(Article("", f"{words[3]}s {words[4]}s", "fr"))
    began = time.process_time()
    assert list(judge(program, view, Options()))
    assert time.process_time() - began < first
