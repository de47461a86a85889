"""Folding and cutting of texts: what a reader takes for the same word is the same word, at its exact place."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.folding import ACCENT_RUN, fold, fold_words
from watcher.sentences import sentence_ends
from watcher.text import LEAD_WORDS, PARAGRAPH_WORDS, Text

# Letters, marks, separators and invisible characters that lengthen or shorten when folded.
TEXTS = st.text(
    st.sampled_from(
        "aeEéÉßœﬁ½İıΣς\u0301\u00ad\u200b\u200d*-'’ .\n\t中國가ال\u064bЙй½²Ⅷ１ \u2028\x85𝐀かカｶ\u3099ﾞ\u1105\u1165\u11a8ʼ"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


def sentences(text: str) -> list[str]:
    bounds = [0, *sentence_ends(text)]
    return [text[a:b].strip() for a, b in zip(bounds, [*bounds[1:], len(text)], strict=True) if text[a:b].strip()]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Talibân", "taliban"),
        ("e\u0301te\u0301", "ete"),
        ("tali\u00adbans", "talibans"),
        ("ta\u200bliban", "taliban"),
        ("Straße", "strasse"),
        ("cœur", "coeur"),
        ("ＮＡＴＯ", "nato"),
        ("İstanbul", "istanbul"),
        ("ısı", "isi"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Сергей", "сергеи"),
        ("الإسلامية", "الاسلاميه"),
        ("کابل", "كابل"),
        ("طَالِبان", "طالبان"),
        ("١٢٣", "123"),
        ("が", "が"),
        ("か\u3099", "が"),
        ("ｶﾞｽ", "ガス"),
        ("\u1105\u1165시\u11a8", "러식"),
        ("обʼєкт", "об єкт"),
        ("কো", "কে\u09be"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_spellings_that_readers_take_for_the_same_fold_to_the_same(written: str, folded: str) -> None:
    """Accents, case, width, invisible characters and letter variants make no difference."""
    assert fold(written) == folded


def test_words_are_cut_at_apostrophes_hyphens_and_stars() -> None:
    """l'EI, Lavrov's, ex-Taliban and talibans* hold EI, Lavrov, Taliban and talibans."""
    text = Text("", "l'EI, Lavrov’s, ex-Taliban, talibans* et EI-K.")
    assert [text.word(i) for i in range(len(text))] == [
        *("l", "EI", "Lavrov", "s", "ex", "Taliban", "talibans", "et", "EI", "K")
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The U.S. Army met Gov. Smith at 3 p.m. Monday in Washington, D.C. Mayor Lee, J.K. Rowling came."),
        ("en", "Nobody said no. Lavrov did."),
        ("fr", "M. Le Pen et Mme. De Gaulle."),
        ("de", "Am 3. Oktober kam z. B. Haus Nr. 5 in die Str. Zum Tor."),
        ("es", "El Sr. Pérez de EE. UU. Biden."),
        ("it", "Il dott. Rossi."),
        ("nl", "De dhr. Jansen."),
        ("sv", "I bl.a. Stockholm."),
        ("tr", "Bu 3. Dünya."),
        ("pl", "Szkoła im. Kowalskiego przy ul. Długiej."),
        ("ru", "В г. Москва на ул. Ленина жил А. С. Пушкин."),
        ("uk", "У м. Київ на вул. Шевченка."),
        ("bg", "В гр. София."),
    ],
)
def test_a_full_stop_of_an_abbreviation_ends_no_sentence(language: str, sentence: str) -> None:
    parts = [sentence[a:b].strip() for a, b in pairwise([0, *sentence_ends(sentence, 0, None, language)])]
    assert parts == (["Nobody said no.", "Lavrov did."] if " no. " in sentence else [sentence])


@pytest.mark.parametrize(
    "text",
    [
        "He left the U.S.| The Army stayed.",
        "Es war 2020.| Der Krieg kam.",
        "Это было в 2020 г.| Город ждал.",
        "Es kam auf Platz 5.| Die Stadt jubelte.",
        "Они ждали и т.д.| Он ушёл.",
        "It rose by 5 pct.| Shares fell.",
        "Auch gegen COVID-19.| Impfungen helfen.",
        "Þeir kveiktu í.| Mótmælendur voru þar.",
        "약을 준 것.| 그 약이 썼다.",
        "It was World War II.| Washington won.",
        "It holds no PFCs.| Alternatives do.",
        "Die Sparkassen und ING.| Doch nicht alle.",
        "Застрашават живота й.| Съпругът каза.",
        "She came at 3 A.M.”| Her father slept.",
        "He was there.[1]| Smith was not.",
        "He was there.¹| Smith was not.",
        "Հայտնի է։| Նա ասաց։",
    ],
)
def test_a_sentence_ends_behind_an_abbreviation_where_another_begins(text: str) -> None:
    """A footnote's mark belongs to the sentence before it."""
    plain = text.replace("|", "")
    assert next(sentence_ends(plain, language="de")) == text.index("|")


@given(TEXTS, TEXTS)
def test_every_word_comes_back_from_its_offsets(title: str, body: str) -> None:
    """The original text at a word's offsets folds to that word, whatever the characters between."""
    text = Text(title, body)
    assert len(text.starts) == len(text.ends) == len(text.places)
    for i in range(len(text)):
        assert "".join(fold_words(text.word(i))) == text.folded_word(i)
    assert text.folded.replace(" \n ", " ").split() == [text.folded_word(i) for i in range(len(text))]


@given(TEXTS, TEXTS)
def test_every_offset_is_in_its_word(title: str, body: str) -> None:
    """Words are numbered alike from the text as written, and from the folded one."""
    text = Text(title, body * 30)
    for offset in range(len(text.text) + 1):
        assert text.word_from(offset) == bisect_right(text.ends, offset)
    for i, place in enumerate(text.places):
        assert {text.word_at(place + n) for n in range(len(text.folded_word(i)))} == {i}


@given(TEXTS)
@example("0\u0300")
@example("e\u0301t\u0301\u0302e")
@example(":\u1161")
def test_every_letter_comes_back_from_its_offset(body: str) -> None:
    """Up to the offset of a folded letter stand the letters before it, those that fold to several in whole, each with
    the marks on it."""
    text = Text("", body)
    for i in range(len(text)):
        for n in range(len(text.folded_word(i)) + 1):
            left, end = text.starts[i], text.starts[i]
            while len(fold(body[left:end])) < n:
                end += 1
            while n and end < len(body) and _same_letter(body[left:end], body[left : end + 1]):
                end += 1
            if n and (marks := ACCENT_RUN.match(body, end)):
                end = marks.end()
            assert text.offset_at(i, text.places[i] + n) == end


def _same_letter(before: str, after: str) -> bool:
    """Whether the character behind made another letter of the last one, as in decomposed Hangul and kana."""
    return len(fold(before)) == len(fold(after)) and fold(before) != fold(after)


@given(TEXTS, TEXTS)
def test_folding_keeps_every_word_and_its_order(title: str, body: str) -> None:
    """Nothing is lost between the plain folding of a text and its words."""
    text = Text(title, body)
    assert "".join(fold_words(text.text)) == "".join(text.folded_word(i) for i in range(len(text)))


def test_a_sentence_ends_where_the_space_is_missing() -> None:
    """Glued sentences are parted; abbreviations, initials and decimals are not."""
    assert sentences("Le Washington Post.D’après M. Lavrov, J. Smith a 3.5 millions. Oui ! « Non ? » dit-il.") == [
        "Le Washington Post.",
        "D’après M. Lavrov, J. Smith a 3.5 millions.",
        "Oui !",
        "« Non ? » dit-il.",
    ]


@given(TEXTS, TEXTS)
def test_a_sentence_lies_in_one_paragraph(title: str, body: str) -> None:
    """Two words of one sentence stand in one paragraph, whatever character ends the line."""
    text = Text(title, body)
    words = range(len(text))
    for i, j in zip(words, words[1:], strict=False):
        if text.sentence_of(text.starts[i]) == text.sentence_of(text.starts[j]):
            assert text.paragraph_of(i) == text.paragraph_of(j)


def test_sections_follow_title_and_body() -> None:
    """The lead is the title and the first hundred words of the body; without a title the first sentence is it."""
    titled = Text("Un titre", "mot " * 300)
    assert titled.section("title") == (0, 8)
    assert titled.section("lead") == (0, 10 + 4 * LEAD_WORDS - 1)
    assert titled.section("body") == (10, 1210)
    untitled = Text("", "Une phrase. Une autre phrase.")
    assert untitled.section("title") == (0, 11)
    assert untitled.section("body") == untitled.section("text") == (0, 29)


def test_a_long_paragraph_ends_at_the_next_sentence() -> None:
    """Past 120 words a paragraph ends at the next end of a sentence, and not before."""
    sentence = "mot " * 49 + "fin. "
    text = Text("", sentence.capitalize() * 4)
    assert list(text.paragraph_firsts) == [0, 150]
    assert PARAGRAPH_WORDS < 150


def test_a_phrase_never_crosses_a_paragraph() -> None:
    """The folded text holds a break between title, body and paragraphs."""
    assert Text("fin", "début\nsuite").folded == " fin \n debut \n suite "
