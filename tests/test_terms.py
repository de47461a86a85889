"""Terms: what they find, and what they leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.rules.terms import TermError, compile_term, locate
from watcher.text import Text, fold, fold_words


def found(term: str, body: str, **options: bool) -> list[str]:
    """What `term` finds in `body`, as written there."""
    text = Text("", body)
    compiled = compile_term(term, **options)
    spans = set()
    for variant in compiled.variants:
        at = text.folded.find(variant.literal)
        while at >= 0:
            if span := locate(variant, text, at):
                spans.add(span)
            at = text.folded.find(variant.literal, at + 1)
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


@pytest.mark.parametrize("term", ["", "...", "a*b", "*a", "?", "a" * 501, "x-" * 7 + "x", "gaz * russe"])
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
