"""Conditions on small articles: what each finds, what it leaves alone, and what it says when it does not hold."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import found, missing, verdict
from watcher.folding import fold_words
from watcher.model import Entity

# ── keywords ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        ("{keywords: taliban}", "Les Talibans et un taliban.", ["taliban"]),
        ("{keywords: [taliban, frontière]}", "La FRONTIERE, puis un Taliban.", ["FRONTIERE", "Taliban"]),
        ("{keywords: [a1, b1, c1], min: 2}", "a1 et a1", None),
        ("{keywords: [a1, b1, c1], min: 2}", "c1 et a1", ["c1", "a1"]),
        ("{keywords: [a1, b1], times: 3}", "a1 b1", None),
        ("{keywords: [a1, b1], times: 3}", "a1 b1 a1", ["a1", "b1", "a1"]),
        ("{keywords: [a1, b1], min: 2, times: 3}", "a1 a1 a1", None),
        ("{keywords: Mali, case: true}", "mali MALI", None),
        ("{keywords: Mali, case: true}", "mali Mali", ["Mali"]),
        ("{keywords: EI}", "ei Ei l'EI", ["EI"]),
        ("{keywords: EI, case: false}", "ei l'EI", ["ei", "EI"]),
        ("{keywords: [{term: EI, case: false}, US]}", "us ei", ["ei"]),
        ("{keywords: {term: Maïs, exact: true}}", "Mais Maïs", ["Maïs"]),
        ('{keywords: Washington, except: "Washington Post"}', "Le Washington Post", None),
        ('{keywords: Washington, except: ["Washington Post"]}', "Le Washington Post à Washington", ["Washington"]),
        ('{keywords: [Washington], except: "@papers"}', "Washington Times", None),
        ("{keywords: [EI, EI-K]}", "EI-K et EI", ["EI-K", "EI"]),
        ('{keywords: [état, "état islamique", islamique]}', "l'État islamique", ["État islamique"]),
        ('{keywords: ["a1 b1", "b1 c1 d1"]}', "a1 b1 c1 d1", ["b1 c1 d1"]),
    ],
)
def test_keywords_count_as_written(condition: str, body: str, texts: list[str] | None) -> None:
    """Terms, `min` different ones, `times` occurrences, case, phrases that except; of overlaps the longest."""
    assert found(condition, body, lists='{papers: ["Washington Times"]}') == texts


LISTS = """{spellings: [[EI, Daech, Daesh], [EI-K, ISKP]], one: [a1, b1], two: ["@one", c1],
    gas: {fr: ["gaz*"], en: ["gas pipeline*"], any: [LNG]}, mixed: {fr: ["@gas", méthane]}}"""


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        ('{keywords: "@spellings", min: 2}', "EI, Daech, Daesh", None),
        ('{keywords: "@spellings", min: 2}', "Daech et ISKP", ["Daech", "ISKP"]),
        ('{keywords: "@spellings", times: 3}', "EI, Daech, Daesh", ["EI", "Daech", "Daesh"]),
        ('{keywords: "@two", min: 2}', "a1 b1", None),
        ('{keywords: "@two", min: 2}', "b1 c1", ["b1", "c1"]),
        ('{keywords: "@one", min: 2}', "a1 b1", ["a1", "b1"]),
        ('{keywords: ["@one", d1], min: 2}', "a1 b1", None),
        ('{keywords: ["@one", d1], min: 2}', "a1 d1", ["a1", "d1"]),
    ],
)
def test_a_list_in_a_list_is_one_term_with_spellings(condition: str, body: str, texts: list[str] | None) -> None:
    """`min` counts a list in a list, or a "@list" among other items, once; "@list" alone is its items."""
    assert found(condition, body, lists=LISTS) == texts


def test_a_list_by_language_counts_in_articles_of_that_language() -> None:
    """A term counts in its language, `any` in all; an article of unknown language tries all."""
    body = "gazoduc, gas pipeline, LNG"
    condition = '{keywords: "@gas"}'
    assert found(condition, body, language="fr", lists=LISTS) == ["gazoduc", "LNG"]
    assert found(condition, body, language="en", lists=LISTS) == ["gas pipeline", "LNG"]
    assert found(condition, body, language="ru", lists=LISTS) == ["LNG"]
    assert found(condition, body, language="und", lists=LISTS) == ["gazoduc", "gas pipeline", "LNG"]
    assert found("{keywords: {term: gaz, lang: fr}}", "gaz", language="en") is None


def test_a_list_named_in_a_list_of_one_language_is_of_that_language() -> None:
    """`fr: ["@gas"]` takes the French terms of @gas and those of any language, in French articles alone."""
    condition = '{keywords: "@mixed"}'
    assert found(condition, "gazoduc, gas pipeline, LNG", language="fr", lists=LISTS) == ["gazoduc", "LNG"]
    assert found(condition, "gazoduc, gas pipeline, LNG", language="en", lists=LISTS) is None


SECTIONED = "Kaboul hier. Le corps du texte parle de football. " + "mot " * 120 + "fin."


def test_a_longer_hit_outside_the_section_hides_none_inside() -> None:
    """The lead may end between the two words of the longer of two terms."""
    body = "mot " * 99 + "Islamic State"
    assert found('{keywords: [Islamic, "Islamic State"], in: lead}', body, "Titre") == ["Islamic"]
    assert found('{keywords: [Islamic, "Islamic State"]}', body, "Titre") == ["Islamic State"]


@pytest.mark.parametrize(
    ("condition", "title", "texts"),
    [
        ("{keywords: kaboul, in: title}", "Kaboul tombe", ["Kaboul"]),
        ("{keywords: kaboul, in: title}", "Paris tient", None),
        ("{keywords: kaboul, in: title}", "", ["Kaboul"]),
        ("{keywords: football, in: title}", "", None),
        ("{keywords: kaboul, in: body}", "Kaboul tombe", ["Kaboul"]),
        ("{keywords: tombe, in: body}", "Kaboul tombe", None),
        ("{keywords: fin, in: lead}", "Kaboul tombe", None),
        ("{keywords: [football, tombe], in: lead}", "Kaboul tombe", ["tombe", "football"]),
        ("{keywords: fin, in: [title, body]}", "Kaboul tombe", ["fin"]),
        ("{keywords: fin, in: text}", "Kaboul tombe", ["fin"]),
        ("{all: [{keywords: kaboul, in: lead}], in: title}", "Paris", None),
        ("{all: [{keywords: kaboul}], in: title}", "Kaboul", ["Kaboul"]),
        ("{all: [{keywords: football, in: body}], in: lead}", "Kaboul", ["football"]),
        ("{all: [{keywords: fin, in: body}], in: lead}", "Kaboul", None),
        ("{any: [{place: AF}, {keywords: tombe}], in: body}", "Kaboul tombe", ["Kaboul"]),
    ],
)
def test_in_narrows_to_title_lead_or_body(condition: str, title: str, texts: list[str] | None) -> None:
    """Without a title the first sentence is it; an inner `in` narrows the outer one."""
    assert found(condition, SECTIONED, title) == texts


def test_a_phrase_crosses_no_title_and_no_paragraph() -> None:
    """Words that follow one another over a break are no phrase."""
    assert found('{keywords: "asie centrale"}', "centrale nucléaire", "Asie") is None
    assert found('{keywords: "asie centrale"}', "En Asie\ncentrale") is None


def test_at_most_ten_hits_are_kept_and_their_number() -> None:
    """An article full of one word gives ten pieces of evidence that say how many there are."""
    said = verdict("{keywords: a1}", "a1 " * 25)
    assert len(said.evidence) == 10
    assert {e.facts["hits"] for e in said.evidence} == {25}
    assert "hits" not in verdict("{keywords: a1}", "a1 a1").evidence[0].facts


WORDS = st.sampled_from(["a1", "b1", "c1", "Été", "ete", "EI", "l'EI", "ex-b1", "œuvre", ".", "\n", "中国", "x1"])
TERMS = ["a1", "b1", "a1 b1", "b1*", "été", "EI", "oeuvre", "c1 Été", "中国"]


@given(st.lists(WORDS, max_size=30), st.lists(st.sampled_from(TERMS), min_size=1, max_size=5, unique=True))
def test_a_hit_folds_to_its_term_and_none_overlap(words: list[str], terms: list[str]) -> None:
    """Whatever the text, each hit is one of the terms as a reader would read it, and no word is in two hits."""
    said = verdict(f"{{keywords: [{', '.join(repr(t) for t in terms)}]}}", " ".join(words))
    end = -1
    for piece in said.evidence:
        assert fold_words(piece.text or "") == fold_words(str(piece.facts["term"]))
        assert piece.start is not None and piece.end is not None and piece.start >= end
        end = piece.end


@pytest.mark.parametrize(
    ("condition", "body", "why"),
    [
        ("{keywords: a1}", "x", [("", "no 'a1' in the text")]),
        (
            "{keywords: [a1, b1], in: title}",
            "Paris. A1",
            [("", "only outside the title: 'a1'")],
        ),
        ("{keywords: [[a1, b1], c1], in: title}", "Paris. B1", [("", "only outside the title: 'b1'")]),
        (
            "{keywords: [Washington, b1], except: [Washington Post], in: body}",
            "Le Washington Post",
            [("", "only inside an 'except' phrase: 'Washington'")],
        ),
        (
            "{entity: {type: person, is: [Paul Durand, Luc Petit], min: 2}}",
            "Paul Durand",
            [("", "only 1 of 2 different people, Paul Durand; not Luc Petit")],
        ),
        ("{keywords: [a1, b1, c1], min: 2}", "a1 a1", [("", "only 1 of 2 different terms, 'a1'; not 'b1', 'c1'")]),
        ("{keywords: [a1, b1], times: 3}", "a1 a1", [("", "only 2 of 3 occurrences: 'a1'")]),
        ("{keywords: {fr: [a1], en: [b1], any: [c1]}}", "b1", [("", "none of 'a1', 'c1' in the text")]),
        ("{keywords: {en: [b1], ru: [d1]}}", "b1", [("", "its terms count in en, ru, and the article is in fr")]),
        ("{all: [{keywords: a1}, {any: [{keywords: b1}, {all: [{keywords: c1}, {keywords: d1}]}]}]}", "a1", None),
        ("{place: central-asia}", "Paris", [("", "no place in central-asia")]),
        ("{place: TJ, in: title}", "Paris. Au Tadjikistan", [("", "only outside the title: 'Tadjikistan'")]),
        ("{place: {in: TJ, kind: city}}", "Un poste tadjik", [("", "no city in TJ, only 'tadjik' (adjective)")]),
        ("{place: {in: world, kind: [region, people]}}", "rien", [("", "no region or people in world")]),
        (
            "{place: TJ, except: [au Tadjikistan]}",
            "Au Tadjikistan",
            [("", "only inside an 'except' phrase: 'Tadjikistan'")],
        ),
        (
            "{place: TJ, except: [Le Tadjikistan], in: title}",
            "Le Tadjikistan. Un poste tadjik",
            [("", "only inside an 'except' phrase: 'Tadjikistan'")],
        ),
        (
            "{place: {in: world, kind: [city], min: 2}}",
            "A Moscou, en Russie",
            [("", "only 1 of 2 different cities in world: 'Moscou'")],
        ),
        (
            "{place: Nice}",
            "Nice a parlé.",
            [("", "no place in Nice; 'Nice' is there, and nothing tells that it is the place")],
        ),
        (
            "{entity: {type: org, is: Wagner}, in: title}",
            "Rien. Wagner y est",
            [("", "Wagner is not named in the title")],
        ),
        (
            "{place: {in: central-asia, min: 3}}",
            "Le Tadjikistan",
            [("", "only 1 of 3 different places in central-asia: 'Tadjikistan'")],
        ),
        ("{entity: {type: person, is: Lavrov}}", "x", [("", "Lavrov is not named")]),
        (
            "{entity: {type: person}}",
            "x",
            [("", "any person cannot be told in 'fr': no model for that language; see: watcher models install fr")],
        ),
    ],
)
def test_a_silent_condition_says_why(condition: str, body: str, why: list[tuple[str, str]] | None) -> None:
    """`missing` holds the fewest conditions that would have to hold, in words."""
    told = missing(condition, body)
    assert told == (why if why is not None else [("all[1].any[0]", "no 'b1' in the text")])


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "texts"),
    [("a1 b1", ["a1", "b1"]), ("a1", None), ("a1 c1", ["a1", "c1"]), ("a1 b1 d1", None), ("b1", None)],
)
def test_all_any_and_none_stand_side_by_side(body: str, texts: list[str] | None) -> None:
    """All three must hold; a list of conditions means all."""
    condition = "{all: [{keywords: a1}], any: [{keywords: b1}, {keywords: c1}], none: [{keywords: d1}]}"
    assert found(condition, body) == texts
    listed = "[{keywords: a1}, {any: [{keywords: b1}, {keywords: c1}]}, {none: [{keywords: d1}]}]"
    assert found(listed, body) == texts


def test_evidence_bears_the_path_of_its_condition() -> None:
    """`at` is the way from the rule's condition to the one that was met."""
    condition = (
        "{all: [{keywords: a1}, {any: [{keywords: x1}, {near: {within: 2, all: [{keywords: b1}, {place: TJ}]}}]}]}"
    )
    said = verdict(condition, "a1 puis b1 au Tadjikistan")
    assert [(e.condition, e.at) for e in said.evidence] == [("keywords", "all[0]"), ("near", "all[1].any[1]")]
    assert [h["at"] for h in said.evidence[1].facts["of"]] == ["all[1].any[1].near.all[0]", "all[1].any[1].near.all[1]"]
    assert said.evidence[0].facts == {"term": "a1"}
    assert said.evidence[1].facts["of"][1]["country"] == "TJ"
    (alone,) = verdict("{keywords: a1}", "a1").evidence
    assert (alone.condition, alone.at) == ("keywords", "")


# ── place ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        (
            "{place: central-asia}",
            "Au Tadjikistan, un poste kirghize d'Asie centrale.",
            ["Tadjikistan", "kirghize", "Asie centrale"],
        ),
        ("{place: central-asia}", "Les Tadjiks de Paris", None),
        ("{place: {in: TJ, kind: people}}", "Les Tadjiks de Paris", ["Tadjiks"]),
        ("{place: {in: central-asia, kind: [adjective, region]}}", "Au Tadjikistan, un poste kirghize.", ["kirghize"]),
        ("{place: TJ}", "Douchanbé et le Tadjikistan", ["Douchanbé", "Tadjikistan"]),
        ("{place: Tadjikistan}", "Douchanbé", ["Douchanbé"]),
        ("{place: [AF, PK]}", "Kaboul et Islamabad", ["Kaboul", "Islamabad"]),
        ("{place: world}", "Au Tadjikistan", ["Tadjikistan"]),
        ("{place: {in: central-asia, min: 2}}", "Le Tadjikistan et l'armée tadjike", None),
        ("{place: {in: central-asia, min: 2}}", "Le Tadjikistan et le Kirghizistan", ["Tadjikistan", "Kirghizistan"]),
        ("{place: TJ, in: title}", "Tadjikistan. Paris.", ["Tadjikistan"]),
        ("{place: TJ, in: title}", "Paris. Tadjikistan.", None),
        ('{place: TJ, except: "ambassade du Tadjikistan"}', "l'ambassade du Tadjikistan", None),
    ],
)
def test_place_finds_mentions_inside_a_region(condition: str, body: str, texts: list[str] | None) -> None:
    """Countries, towns, adjectives and the region's own name count, inhabitants only where asked for."""
    assert found(condition, body) == texts


def test_a_place_that_nobody_knows_matches_as_written() -> None:
    """An unknown name is a whole word of the text, beside those that are known."""
    said = verdict("{place: [Hairatonia, TJ]}", "De Hairatonia au Tadjikistan")
    assert [(e.text, e.facts["name"], e.facts["country"]) for e in said.evidence] == [
        ("Hairatonia", "Hairatonia", None),
        ("Tadjikistan", "Tadjikistan", "TJ"),
    ]


# ── entity ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        (
            "{entity: {type: person, is: Sergueï Lavrov}}",
            "M. Sergueï Lavrov a dit. Lavrov part.",
            ["Sergueï Lavrov", "Lavrov"],
        ),
        ("{entity: {type: person, is: [Sergueï Lavrov]}}", "Irina Lavrov chante.", None),
        ('{entity: {type: person, is: "@men"}}', "M. Poutine a dit.", ["Poutine"]),
        (
            "{entity: {type: person, is: [[Sergueï Lavrov, Sergei Lavrov], Poutine], min: 2}}",
            "Sergueï Lavrov, dit Sergei Lavrov",
            None,
        ),
        (
            "{entity: {type: person, is: [Lavrov, Poutine], min: 2}}",
            "MM. Lavrov et Vladimir Poutine",
            ["Lavrov", "Vladimir Poutine"],
        ),
        ("{entity: {type: org, is: Ria Novosti}}", "selon Ria Novosti", ["Ria Novosti"]),
        ("{entity: {type: person, is: Lavrov}, in: title}", "Paris. M. Lavrov.", None),
        ('{entity: {type: person, is: Lavrov}, except: "prix Sergueï Lavrov"}', "le prix Sergueï Lavrov", None),
    ],
)
def test_listed_names_are_found_without_a_model(condition: str, body: str, texts: list[str] | None) -> None:
    """The full name, the last name after it or behind a title; another bearer is somebody else."""
    assert found(condition, body, lists="{men: [Sergueï Lavrov, Vladimir Poutine]}") == texts


def test_any_person_needs_a_model() -> None:
    """With what a model found it counts different people; without a model it is undecided, and says so."""
    people = [Entity("person", "Anna", 0, 4), Entity("org", "Onu", 5, 8), Entity("person", "ANNA", 9, 13)]
    condition = "{entity: {type: person}}"
    assert found(condition, "Anna Onu ANNA", entities=people) == ["Anna", "ANNA"]
    assert found("{entity: {type: person, min: 2}}", "Anna Onu ANNA", entities=people) is None
    assert found("{entity: {type: any, min: 2}}", "Anna Onu ANNA", entities=people) == ["Anna", "Onu", "ANNA"]
    undecided = verdict(f"{{all: [{condition}, {{keywords: anna}}]}}", "Anna Onu ANNA", language="so")
    assert not undecided.match
    assert [(m.at, m.why) for m in undecided.missing] == [
        ("all[0]", "any person cannot be told in 'so': no model for that language")
    ]
    either = verdict(f"{{any: [{condition}, {{keywords: anna}}]}}", "Anna Onu ANNA", language="so")
    assert either.match
    barred = verdict(f"{{all: [{{keywords: anna}}], none: [{condition}]}}", "Anna Onu ANNA", language="so")
    assert not barred.match and [m.at for m in barred.missing] == ["none[0]"] and not barred.blocked_by


def test_what_looks_like_a_term_does_not_hide_it() -> None:
    """The one US behind ten thousand of us is found."""
    assert found("{keywords: US}", "they and us. " * 10_001 + "The US is here.") == ["US"]
    assert found("{keywords: 'a?'}", "banana " * 5_000 + "ab") == ["ab"]
