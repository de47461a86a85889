"""Terms: what they find, and what they leave alone."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.rules.terms import TermError, compile_term, locate_all
from watcher.text import Text, fold, fold_words


def found(term: str, body: str, **options: bool) -> list[str]:
    """What `term` finds in `body`, as written there."""
    text = Text("", body)
    compiled = compile_term(term, **options)
    spans = set()
    for variant in compiled.variants:
        places = [i for i in range(len(text.folded)) if text.folded.startswith(variant.literal, i)]
        spans.update(locate_all(variant, text, places))
    return [body[s.start : s.end] for s in sorted(spans, key=lambda s: s.start)]


@pytest.mark.parametrize(
    ("term", "body", "hits"),
    [
        ("taliban", "Les Taliban, le taliban*, talibans.", ["Taliban", "taliban"]),
        ("Taliban*", "Les talibans et la talibane", ["talibans", "talibane"]),
        ("*stan", "Le Tadjikistan, standard", ["Tadjikistan"]),
        ("*trafic*", "narcotrafiquants", ["narcotrafiquants"][:0]),
        ("*trafi*", "narcotrafiquants", ["narcotrafiquants"]),
        ("K?bul", "Kabul et Kaboul", ["Kabul"]),
        ("gaz* russe*", "gazoducs russes; gaz et russe", ["gazoducs russes"]),
        ("Émirat islamique d'Afghanistan", "l’Emirat islamique d’Afghanistan", ["Emirat islamique d’Afghanistan"]),
        ("Al-Qaïda", "al-Qaida, Al Qaïda, alqaida, al, Qaida", ["al-Qaida", "Al Qaïda", "alqaida", "al, Qaida"]),
        ("islamic state", "Islamic\nState", []),
        ("EI", "l'EI, ei, Ei, EI-K", ["EI", "EI"]),
        ("EI-K", "EI-K est EI K est ei-k, EIK", ["EI-K", "EI K", "EIK"]),
        ("NATO", "NATO, Nato, nato", ["NATO", "Nato"]),
        ("US", "LE US EST UN PAYS", []),
        ("US", "Le US est un pays", ["US"]),
        ("中国", "我在中国工作", ["中国"]),
        ("러시아", "러시아는 극러시아", ["러시아"]),
        ("طالبان", "والطالبان و طالبان", ["والطالبان", "طالبان"]),
        ("Талибан*", "талибаны", ["талибаны"]),
        (r"C\*", "le c est", ["c"]),
        ("I?IS", "ISIS, Isis, isis, IRIS", ["ISIS", "Isis", "IRIS"]),
        ("U?A", "USA, Usa, usa", ["USA"]),
        ("?SIS", "ISIS, Isis, isis", ["ISIS", "Isis", "isis"]),
        ("Émirat \u200b islamique \u0301", "l'Emirat islamique", ["Emirat islamique"]),
        ("al-\u00ad", "Al, al-", ["Al", "al"]),
        ("習?平", "習近平和習遠平", ["習近平", "習遠平"]),
        ("習近?", "在習近平和", ["習近平"]),
        ("?近平", "在習近平和", ["習近平"]),
        ("習近? 北京*", "在習近平 北京的", ["習近平 北京的"]),
        ("ط?لبان", "والطالبان طالبان كطالبان xطالبان", ["والطالبان", "طالبان", "كطالبان"]),
        ("한국", unicodedata.normalize("NFD", "나는 한국에서, 한구"), [unicodedata.normalize("NFD", "한국")]),
        (unicodedata.normalize("NFD", "한국"), "나는 한국에", ["한국"]),
        ("ガス", unicodedata.normalize("NFD", "天然ガスとカス"), [unicodedata.normalize("NFD", "ガス")]),
        ("ガ?", "天然ｶﾞｽだ", ["ｶﾞｽ"]),
        ("ﾊﾟｲﾌﾟ", "パイプ", ["パイプ"]),
        ("*ISIS*", "EXISISISIS, anti-isis", ["EXISISISIS"]),
    ],
)
def test_a_term_finds_what_a_reader_would(term: str, body: str, hits: list[str]) -> None:
    """Whole words, wildcards, hyphens, capitals and scripts without spaces, as the contract says."""
    assert found(term, body) == hits


def test_case_and_exact_can_be_asked_for() -> None:
    """`case: true` is as written, `case: false` undoes the rule of capitals, `exact` keeps accents too."""
    assert found("Mali", "Mali mali", case=True) == ["Mali"]
    assert found("EI", "ei EI", case=False) == ["ei", "EI"]
    assert found("Maïs", "Maïs Mais maïs", exact=True) == ["Maïs"]
    assert found("Tal?b*", "Talibs TALIBS Talabs tolib", case=True) == ["Talibs", "Talabs"]
    assert found("maï?", "maïs mais", exact=True) == ["maïs"]


@pytest.mark.parametrize(
    "term",
    ["", "...", "a*b", "*a", "?", "a" * 501, "x-" * 7 + "x", "gaz * russe", "\u00ad", "\u0640", "\u0301 \u200b"],
)
def test_a_term_that_means_nothing_is_refused(term: str) -> None:
    """A term without letters, with a wildcard out of place or out of bounds is an error with a reason."""
    with pytest.raises(TermError):
        compile_term(term)


WORDS = st.text(st.sampled_from("abcéÉßœ\u00ad中ال가Йй12"), min_size=1, max_size=6).filter(lambda w: fold(w).strip())


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4))
def test_what_a_term_finds_folds_to_the_term(term: list[str], before: list[str], after: list[str]) -> None:
    """A phrase put into a text is found there, and every hit's own text folds to the phrase."""
    phrase = " ".join(term)
    hits = found(phrase, " ".join([*before, phrase, *after]), case=False)
    assert hits
    assert all("".join(fold_words(phrase)) in "".join(fold_words(hit)) for hit in hits)


@pytest.mark.parametrize(
    ("term", "body", "hits"),
    [("*ISIS*", "é" + "ISIS" * 20_000, 1), ("習?平", "習" * 60_000, 0), ("習?平*", "習近平" * 1_000, 1_000)],
)
def test_a_word_without_end_costs_little(term: str, body: str, hits: int) -> None:
    """A page without spaces, or a hostile one, is looked at once, not once for every hit in it."""
    before = time.process_time()
    assert len(found(term, body)) == hits
    assert time.process_time() - before < 1


def test_terms_that_find_different_things_are_not_taken_for_one_another() -> None:
    """*طالبان finds more than طالبان, which finds it behind the article alone."""
    assert compile_term("*طالبان").meaning != compile_term("طالبان").meaning
    assert compile_term("Émirat").meaning == compile_term("emirat").meaning
