"""`near`: spans that lie close together, and nothing else."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import found, missing, verdict
from watcher.folded import Span
from watcher.rules.closeness import Placed, solutions
from watcher.rules.conditions.base import Hit
from watcher.rules.conditions.groups import NOTHING


def near(within: int | str, *terms: str, extra: str = "") -> str:
    inner = ", ".join(t if t.startswith("{") else f"{{keywords: {t}}}" for t in terms)
    return f"{{near: {{within: {within}, all: [{inner}]{extra}}}}}"


ORDERED = ", ordered: true"


@pytest.mark.parametrize(
    ("condition", "body", "texts"),
    [
        (near(0, "a1", "b1"), "a1 b1", ["a1 b1"]),
        (near(0, "a1", "b1"), "b1-a1", ["b1-a1"]),
        (near(0, "a1", "b1"), "a1 x b1", None),
        (near(1, "a1", "b1"), "a1 x b1", ["a1 x b1"]),
        (near(2, "a1", "b1", "c1"), "b1 x x a1 x x c1", ["b1 x x a1 x x c1"]),
        (near(2, "a1", "b1", "c1"), "b1 x x a1 x x x c1", None),
        (near(5, "a1", "b1"), "a1 x x x b1 a1", ["b1 a1"]),
        (near(5, "a1", "b1"), "a1 b1 x b1 a1", ["a1 b1"]),
        (near(5, "a1", "b1", extra=ORDERED), "b1 a1", None),
        (near(5, "a1", "b1", extra=ORDERED), "b1 a1 x b1", ["a1 x b1"]),
        (near(5, "a1", "a1"), "a1", None),
        (near(5, "a1", "a1"), "a1 x a1", ["a1 x a1"]),
        (near(5, "'a1 b1'", "b1"), "a1 b1", None),
        (near(5, "'a1 b1'", "b1"), "a1 b1 b1", ["a1 b1 b1"]),
        (near("sentence", "a1", "b1"), "Un a1 est là. Le b1 non.", None),
        (near("sentence", "a1", "b1"), "Un a1 est là. Le b1 " + "x " * 60 + "et a1.", ["b1 " + "x " * 60 + "et a1"]),
        (near("paragraph", "a1", "b1"), "Un a1 est là. Le b1 non.", ["a1 est là. Le b1"]),
        (near("paragraph", "a1", "b1"), "Un a1 est là.\nLe b1 non.", None),
        (near("sentence", "a1", "b1", extra=ORDERED), "Le b1 et a1.", None),
        (near(9, "a1", "{any: [{keywords: b1}, {keywords: c1}]}"), "x c1 x a1", ["c1 x a1"]),
        (near(9, "a1", "{place: TJ}"), "Au Tadjikistan un a1", ["Tadjikistan un a1"]),
        (near(9, "a1", "{entity: {type: person, is: Lavrov}}"), "a1 dit M. Lavrov", ["a1 dit M. Lavrov"]),
        (near(2, "a1", near(2, "b1", "c1")), "b1 c1 x x x x x c1 x b1 x x a1", ["c1 x b1 x x a1"]),
        (near(2, near(5, "a1", "b1"), "c1"), "a1 b1 x x x b1 c1", ["a1 b1 x x x b1 c1"]),
        (near(0, near(2, "a1", "b1"), "c1"), "c1 b1 x a1 b1 x x", ["c1 b1 x a1"]),
        (near(1, near(2, "a1", "b1"), near(2, "c1", "d1")), "a1 x b1 x d1 c1", ["a1 x b1 x d1 c1"]),
        (near(1, near(2, "a1", "c1"), near(2, "b1", "d1")), "a1 b1 c1 d1", None),
        (near(9, "a1", "b1", extra=", none: [{keywords: c1}]"), "a1 b1 c1", None),
        (near(0, "c1", extra=f", none: [{near(5, 'a1', 'b1')}]"), "a1 b1 x x x b1 c1", None),
        (near(1, "a1", "b1", extra=", none: [{keywords: c1}]"), "c1 x x a1 x b1 x x c1", ["a1 x b1"]),
        (near(1, "a1", "b1", extra=", none: [{keywords: c1}]"), "a1 c1 b1 x x a1 b1", ["a1 b1"]),
        (near("sentence", "a1", "b1", extra=", none: [{keywords: c1}]"), "Un a1 b1 c1. Et b1 a1.", ["b1 a1"]),
        (near(4, "中国", "工作"), "我在中国努力地在工作", ["中国努力地在工作"]),
        (near(1, "中国", "工作"), "我在中国努力地在工作", None),
    ],
)
def test_near_takes_what_lies_close(condition: str, body: str, texts: list[str] | None) -> None:
    """Words between are counted; of several solutions the shortest, then the first, is the evidence."""
    assert found(condition, body) == texts


def test_nothing_spans_title_and_body() -> None:
    """The title is its own: a word of it is near no word of the body."""
    for within in (5, "sentence", "paragraph"):
        assert found(near(within, "a1", "b1"), "b1 x", "x a1") is None
        assert found(near(within, "a1", "b1"), "x", "b1 a1") == ["b1 a1"]
    assert missing(near(5, "a1", "b1"), "b1 x", "x a1") == [("", "'a1' is in the title and 'b1' in the body")]


def test_a_decomposed_letter_at_the_end_of_a_paragraph_is_in_it() -> None:
    """The marks on a word's last letter belong to no other word."""
    body = "a1 cafe\u0301\nx. Un a1 cafe\u0301. X"
    assert found(near("paragraph", "a1", "café", extra=ORDERED), body) == ["a1 cafe\u0301"]
    assert found(near("sentence", "'un a1'", "café"), body) == ["Un a1 cafe\u0301"]


def test_near_says_its_words_and_spans() -> None:
    """The evidence holds each span, and the greatest number of words between two neighbours."""
    (piece,) = verdict(near(4, "a1", "b1", "c1"), "c1 x a1 x x x b1").evidence
    assert piece.facts["words"] == 3
    assert [(h["at"], h["text"]) for h in piece.facts["of"]] == [
        ("near.all[2]", "c1"),
        ("near.all[0]", "a1"),
        ("near.all[1]", "b1"),
    ]


FERMETURE = near(8, "'ferm*'", "'frontière*'")


@pytest.mark.parametrize(
    ("title", "body", "texts"),
    [
        (
            "Le pays ferme sa frontière",
            "Il a fermé dimanche sa frontière.",
            ["ferme sa frontière", "fermé dimanche sa frontière"],
        ),
        ("Le pays ferme sa frontière", "Il ferme sa frontière.", ["ferme sa frontière"] * 2),
        ("Le pays ferme sa frontière", "Rien.", ["ferme sa frontière"]),
        (
            "Le pays ferme sa frontière",
            "Fermée, la frontière. Il ferme la frontière.",
            ["ferme sa frontière", "ferme la frontière"],
        ),
        (
            "Il ferme alors toute sa frontière",
            "Il ferme sa frontière. Il a fermé la frontière.",
            ["ferme sa frontière"],
        ),
    ],
)
def test_what_is_nearest_in_the_title_is_told_of_the_text_too(title: str, body: str, texts: list[str]) -> None:
    """A reader has the title already: the nearest of the body is evidence beside it, with its parts."""
    evidence = verdict(FERMETURE, body, title).evidence
    assert [piece.text for piece in evidence] == texts
    assert [len(piece.facts["of"]) for piece in evidence] == [2] * len(texts)


@pytest.mark.parametrize(
    ("condition", "body", "why"),
    [
        (near(2, "a1", "b1"), "a1 x x x x b1 x x x a1", "nearest 'a1' is 3 words from 'b1', within: 2"),
        (near("sentence", "a1", "b1"), "Un a1. Le b1.", "nearest 'b1' is 1 word from 'a1', not in one sentence"),
        (near(2, "a1", "b1"), "a1", "no 'b1' in the text"),
        (near(2, "a1", "b1"), "x", "no 'a1' in the text; no 'b1' in the text"),
        (near(2, "a1", "b1", extra=ORDERED), "b1 a1", "only in another order: 'b1', 'a1'"),
        (near(2, "a1", "b1", extra=ORDERED), "a1 x x x b1 a1", "so close only in another order: 'b1', 'a1'"),
        (near(2, "a1", "b1", extra=ORDERED), "b1 x x x a1 x x x b1", "nearest 'b1' is 3 words from 'a1', within: 2"),
        (
            near("sentence", "a1", "b1", extra=ORDERED),
            "Le b1, un a1. Le b1.",
            "so close only in another order: 'b1', 'a1'",
        ),
    ],
)
def test_a_near_miss_is_told_in_words(condition: str, body: str, why: str) -> None:
    """`missing` says how far apart the nearest spans are, or what is not there at all."""
    assert missing(condition, body) == [("", why)]


def test_what_only_the_none_of_a_near_kept_out_is_told_with_its_span() -> None:
    """Like any `none` it blocks, and the rule is told as kept out without being asked for details."""
    condition = near(3, "a1", "b1", extra=", none: [{keywords: c1}, {keywords: d1}]")
    for detail in (True, False):
        said = verdict(condition, "a1 b1 c1 et c1 c1", detail=detail)
        assert not said.match and not said.missing
        assert [(b.at, b.to_json().get("start")) for b in said.blocked_by] == [
            ("near.none[0]", 6),
            ("near.none[0]", 12),
            ("near.none[0]", 15),
        ]
    assert not verdict(condition, "a1 c1", detail=False).blocked_by


# ── against every choice there is ────────────────────────────────────────────────────────────────

Spans = list[tuple[int, int]]  # first and last word of each


def naive(choices: list[Spans], within: int, *, ordered: bool) -> set[tuple[int, int]]:
    """The stretches of all solutions that hold no other's, found by trying every combination."""
    stretches = set()
    for chosen in product(*choices):
        row = list(chosen) if ordered else sorted(chosen)
        if all(0 <= b[0] - a[1] - 1 <= within for a, b in zip(row, row[1:], strict=False)):
            stretches.add((row[0][0], row[-1][1]))
    return {s for s in stretches if not any(t != s and s[0] <= t[0] and t[1] <= s[1] for t in stretches)}


SPANS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 2)).map(lambda s: (s[0], s[0] + s[1])), max_size=5)


@settings(max_examples=600)
@given(st.lists(SPANS, min_size=2, max_size=4), st.integers(0, 6), st.booleans())
def test_near_finds_exactly_what_trying_everything_finds(choices: list[Spans], within: int, ordered: bool) -> None:
    """Every shortest stretch of one span of each, and no other, whatever overlaps and repeats."""
    hits = [
        Placed(2 * a, 2 * b + 2, 10 * a, 10 * b + 9, 1 << i, Hit(NOTHING, Span(10 * a, 10 * b + 9)))
        for i, spans in enumerate(choices)
        for a, b in spans
    ]
    told = solutions(sorted(hits, key=lambda p: (p.start, p.end)), (1 << len(choices)) - 1, 2 * within, ordered=ordered)
    assert {(s[0].left // 2, s[-1].right // 2 - 1) for s in told} == naive(choices, within, ordered=ordered)
    for solution in told:
        assert sorted(p.bit for p in solution) == [1 << i for i in range(len(choices))]


WORDS = st.lists(st.sampled_from(["a1", "b1", "c1", "x", ". Il", "\n"]), min_size=1, max_size=14)


def unit_of(words: list[str], unit: str) -> list[int]:
    """The number of the sentence or paragraph of each word that is no mark."""
    number, units = 0, []
    for word in words:
        if word == "\n" or (word == ". Il" and unit == "sentence"):
            number += 1
        units += [number] if word != "\n" else []
    return units


@settings(max_examples=300)
@given(WORDS, st.sampled_from([0, 1, 3, "sentence", "paragraph"]), st.booleans(), st.booleans())
def test_near_agrees_with_trying_every_pair(words: list[str], within: int | str, ordered: bool, without: bool) -> None:
    """By words, sentence or paragraph, in order or not, with something forbidden nearby or not."""
    plain = [w if w != ". Il" else "il" for w in words if w != "\n"]
    units = unit_of(words, str(within))

    def close(i: int, j: int) -> bool:
        return abs(i - j) - 1 <= within if isinstance(within, int) else units[i] == units[j]

    def allowed(i: int) -> bool:
        return not without or not any(word == "c1" and close(i, j) for j, word in enumerate(plain))

    expected = any(
        a == "a1" and b == "b1" and close(i, j) and (not ordered or i < j) and allowed(i) and allowed(j)
        for i, a in enumerate(plain)
        for j, b in enumerate(plain)
    )
    extra = (ORDERED if ordered else "") + (", none: [{keywords: c1}]" if without else "")
    # "a1. Il" ends a sentence: the stop belongs to the word before, so it is put behind something.
    body = " ".join(words).replace(" . Il", ". Il").replace(" \n ", "\n")
    assert verdict(near(within, "a1", "b1", extra=extra), body, detail=False).match is expected


def test_many_hits_are_no_trouble() -> None:
    """Six conditions of a hundred hits each have a million million combinations; twenty thousand hits are a text."""
    terms = ["a1", "b1", "c1", "d1", "e1", "f1"]
    assert found(near(3, *terms), " ".join(terms * 100)) == ["a1 b1 c1 d1 e1 f1"]
    assert found(near(0, *terms, extra=ORDERED), " ".join(reversed(terms * 3000))) is None


def test_a_none_inside_a_near_inside_a_near_is_told() -> None:
    """What keeps the inner one from the only place where the outer one would hold, though it holds elsewhere."""
    inner = "{near: {within: 2, all: [{keywords: a1}], none: [{keywords: c1}]}}"
    said = verdict(near(1, "b1", inner), "b1 a1 c1. x x x x x x a1")
    assert [(b.at, b.to_json()["text"]) for b in said.blocked_by] == [("near.all[1].near.none[0]", "c1")]
