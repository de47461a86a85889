"""Terms: what they find, and what they leave alone."""

# ruff: noqa: E501, RUF001 - a case stands on one line, and in any script

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import astuple
from itertools import product

import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from watcher.folded import Span
from watcher.folding import fold, fold_words
from watcher.rules.locating import locate, locate_all
from watcher.rules.terms import Term
from watcher.rules.variants import TermError, compile_term
from watcher.text import Text


def located(term: Term, text: Text) -> list[Span]:
    """Where a term stands, in the order of the text."""
    spans = set()
    for variant in term.variants:
        at = text.folded.find(variant.literal)
        while at >= 0:
            if span := locate(variant, text, at):
                spans.add(span)
            at = text.folded.find(variant.literal, at + 1)
    return sorted(spans, key=lambda s: (s.start, s.end))


def found(term: str, body: str, **options: bool) -> list[str]:
    """What `term` finds in `body`, as written there."""
    return [body[s.start : s.end] for s in located(compile_term(term, **options), Text("", body))]


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
        ("ISIS", "恐怖组织ISIS宣布", ["ISIS"]),
        ("ISIS", "恐怖组织XISIS宣布", []),
        ("NATO", "NATO가 5월에", ["NATO"]),
        ("5월", "NATO가 5월에, 15월", ["5월"]),
        ("10月*", "2021年10月5日", ["10月"]),
        ("A股市场", "中国A股市场", ["A股市场"]),
        ("ISIS宣布", "恐怖组织ISIS宣布", ["ISIS宣布"]),
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


# ── the contract, sentence by sentence ───────────────────────────────────────────────────────────


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


APOSTROPHES = "'’‘ʼ′＇`´ʻʹʽʾʿˈ׳ꞌ"
HYPHENS = "-‐‑‒–—−﹣－"


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_separates_words(apostrophe: str) -> None:
    """Elision in French, Italian and English, and the letters that Unicode has for apostrophes, in articles and terms."""
    body = "l'EI, dell'Isis, Lavrov's, l'Émirat d'Afghanistan, об'єкт".replace("'", apostrophe)
    for term, hit in (("EI", "EI"), ("ISIS", "Isis"), ("Lavrov", "Lavrov"), ("Émirat d'Afghanistan", None)):
        assert found(term, body) == [hit or "Émirat d'Afghanistan".replace("'", apostrophe)]
    assert found(f"об{apostrophe}єкт", "об'єкт") == ["об'єкт"]
    assert found("об'єкт", body) == [f"об{apostrophe}єкт"]


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_every_hyphen_separates_words_and_in_a_term_means_three_things(hyphen: str) -> None:
    """A hyphen, a space or nothing; ex-Taliban holds Taliban."""
    assert found("taliban", f"ex{hyphen}Taliban") == ["Taliban"]
    body = f"Al{hyphen}Qaïda, al qaida, alqaida; Al{hyphen}Jazeera"
    assert found("Al-Qaïda", body) == [f"Al{hyphen}Qaïda", "al qaida", "alqaida"]
    if hyphen != "—":  # a dash between words is no hyphen of a term
        assert found(f"Al{hyphen}Qaïda", "Al-Qaida alqaida") == ["Al-Qaida", "alqaida"]
    assert found("Al Qaïda", "alqaida, al-Qaïda") == ["al-Qaïda"]
    assert found("EI-K", f"l'EI{hyphen}K") == [f"EI{hyphen}K"]


@pytest.mark.parametrize(
    ("term", "body", "hits"),
    [
        # case, accents, width, soft hyphens, footnote stars, decomposed letters
        ("taliban", "TALIBAN tali\u00adban tali\u200bban ｔａｌｉｂａｎ Taliban* *taliban**", None),
        ("tali\u00adban", "taliban", None),
        ("été", "ÉTÉ ete Été", None),
        ("été", nfd("ÉTÉ Été"), None),
        (nfd("été"), "ete ÉTÉ", None),
        ("cœur", "coeur CŒUR", None),
        ("Straße", "STRASSE Strasse STRAẞE straße", None),
        ("strasse", "Straße", None),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ οδυσσευσ Οδυσσεύς", None),
        ("İstanbul", "istanbul ISTANBUL İSTANBUL ıstanbul", None),
        ("Diyarbakır", "DİYARBAKIR DIYARBAKIR diyarbakir", None),
        ("ёлка", "ЕЛКА Ёлка", None),
        ("Łódź", "lodz ŁÓDŹ", None),
        ("2021", "２０２１ ٢٠٢١ 𝟚𝟘𝟚𝟙", None),
        ("½", "½ 1 2", ["½"]),
        # Arabic and Persian: letter variants, vowel signs, the article with what stands before it
        ("كابل", "کابل كابل", None),
        ("علي", "على علی عَلِيّ", None),
        ("مؤسسة", "مؤسسه موسسة", None),
        ("آسيا", "اسيا أسيا إسيا ٱسيا", None),
        ("طالبان", "الطالبان والطالبان بالطالبان للطالبان وطالبان فطالبان بطالبان كطالبان لطالبان طـالبان", None),
        ("طالبان", "سطالبان طالبانية", []),
        ("الحكومة", "الحكومة والحكومة بالحكومة للحكومة وللحكومة", None),
        ("الحكومة", "حكومة لحكومة حكومات", []),
        ("اللغة العربية", "للغة العربية واللغة العربية لغة العربية", ["للغة العربية", "واللغة العربية"]),
        ("الله", "لله ولله والله", None),
        ("الإسلام*", "للإسلاميين الإسلام", None),
        ("إلى", "إلى للى", ["إلى"]),
        ("می\u200cخواهد", "می\u200cخواهد میخواهد می خواهد", ["می\u200cخواهد", "میخواهد", "می خواهد"]),
        ("خانه\u200cی مردم", "خانه\u200cی مردم، خانه ی مردم", ["خانه\u200cی مردم", "خانه ی مردم"]),
        ("کتاب\u200c*", "کتاب\u200cها کتاب ما", ["کتاب\u200cها", "کتاب"]),
        ("میخواهد", "می\u200cخواهد", None),
        # scripts without spaces, and Hangul
        ("中国", "我在中国工作", ["中国"]),
        ("カタカナ", "ｶﾀｶﾅです", ["ｶﾀｶﾅ"]),
        ("ガス", "天然ｶﾞｽ、天然ガス、カス", ["ｶﾞｽ", "ガス"]),
        ("ガス", nfd("天然ガスと"), [nfd("ガス")]),
        ("กรุงเทพ", "ในกรุงเทพมหานคร", ["กรุงเทพ"]),
        ("ລາວ", "ປະເທດລາວ", ["ລາວ"]),
        ("ភ្នំពេញ", "នៅភ្នំពេញ", ["ភ្នំពេញ"]),
        ("မြန်မာ", "သည်မြန်မာ", ["မြန်မာ"]),
        ("北?京", "在北大京和北小京之间", ["北大京", "北小京"]),
        ("ก?ง", "กองและกางบ", ["กอง", "กาง"]),
        ("러시아", "러시아는 러시아군이 친러시아", ["러시아", "러시아"]),
        ("러시아", nfd("러시아는"), [nfd("러시아")]),
        ("러", "렁 러시아", ["러"]),
        ("কোথায়", nfd("কোথায়"), None),
        # capitals, word by word
        ("EI", "EI Ei ei l'EI EIs", ["EI", "EI"]),
        ("US", "US us Us, U.S.", ["US"]),
        ("WHO", "who Who la WHO", ["WHO"]),
        ("NATO", "NATO Nato nato NAto", ["NATO", "Nato"]),
        ("EI", "L'EI ATTAQUE UNE VILLE", []),
        ("EI", "DEUX MOTS EI", ["EI"]),
        ("EI", "UN DEUX TROIS 4 EI", []),
        ("EI", "AUTRE TITRE EI DIT\nEI", ["EI"]),
        ("NATO", "UN TITRE SUR NATO", ["NATO"]),
        ("forces US", "FORCES US forces us", ["FORCES US"]),
        ("EI-K", "ei-k; EI-k; EIk; Eik", ["EI-k", "EIk"]),
        ("ÉÉ", "ÉÉ EE éé", ["ÉÉ", "EE"]),
        # wildcards
        ("習近?", "在習近平和", ["習近平"]),
        ("?近平", "在習近平和", ["習近平"]),
        ("習近? 北京*", "在習近平 北京的", ["習近平 北京的"]),
        ("ガ?", "天然ｶﾞｽだ", ["ｶﾞｽ"]),
        ("gaz*", "gaz gazoduc megagaz", ["gaz", "gazoduc"]),
        ("*gaz", "gaz megagaz gazo", ["gaz", "megagaz"]),
        ("*gaz*", "megagazo", ["megagazo"]),
        ("K?bul", "Kabul Kbul Kaabul", ["Kabul"]),
        ("201?", "2014 201 20145", ["2014"]),
        ("IS?L", "ISIL isil Isil", ["ISIL"]),
        ("NAT?O", "NATXO Natxo natxo NAtxO", ["NATXO", "Natxo"]),
        (r"quoi\?", "quoi? quoi", ["quoi", "quoi"]),
        (r"M\*A\*S\*H", "M*A*S*H MASH", ["M*A*S*H"]),
        ("al-Qaid*", "alqaida al qaidiste Al-Qaïda", None),
        # phrases
        ("islamic state", "Islamic\u00a0State, Islamic\tstate, Islamic, state; Islamic\nstate", ["Islamic\u00a0State", "Islamic\tstate", "Islamic, state"]),
        ("a b", "a x b", []),
    ],
)  # fmt: skip
def test_what_makes_no_difference_makes_none(term: str, body: str, hits: list[str] | None) -> None:
    """Each line is a sentence of the contract; None stands for every word, or group of words, of the body."""
    expected = re.split(r"(?<!al) ", body) if hits is None else hits
    assert found(term, body) == [word.strip("*") for word in expected]


@pytest.mark.parametrize(
    ("term", "body", "options", "hits"),
    [
        ("Mali", "mali MALI Mali", {"case": True}, ["Mali"]),
        ("Mali", "Ma\u00adli", {"case": True}, ["Ma\u00adli"]),
        ("Émir", "Emir émir Émir", {"case": True}, ["Emir", "Émir"]),
        ("Émir", "Emir émir Émir", {"exact": True}, ["Émir"]),
        ("Émir", nfd("Emir Émir"), {"exact": True}, [nfd("Émir")]),
        ("Émir", "Emir émir Émir ÉMIR emir", {"exact": True, "case": False}, ["émir", "Émir", "ÉMIR"]),
        ("É?ir*", "Emir émirat ÉMIRS emirat", {"exact": True, "case": False}, ["émirat", "ÉMIRS"]),
        ("OÙ", "ou où OU Où ici", {"exact": True, "case": False}, ["où", "Où"]),
        ("EI", "ei Ei EI UN DEUX TROIS EI", {"case": False}, ["ei", "Ei", "EI", "EI"]),
        ("EI", "UN DEUX TROIS EI", {"case": True}, ["EI"]),
        ("中国", "我在中国工作", {"case": True}, ["中国"]),
        ("级Ａ", "在级Ａ和级a", {"case": True}, ["级Ａ"]),
        ("甲Ａ级", "在甲A级和甲a级", {"case": True}, ["甲A级"]),
        ("ภาษา", "ฉันภาษาไทย", {"exact": True}, ["ภาษา"]),
        ("ガス", nfd("天然ガス"), {"exact": True}, [nfd("ガス")]),
        ("طالبان", "والطالبان", {"case": True}, ["والطالبان"]),
        ("الأردن", "الاردن والأردن", {"exact": True}, ["والأردن"]),
        ("Straße", "Strasse Straße", {"case": True}, ["Straße"]),
        ("Straßen-Bau", "StraßenBau Strassenbau Straßenbau", {"case": True}, ["StraßenBau"]),
        ("*Bank", "FinBank finbank", {"case": True}, ["FinBank"]),
        ("B?nk", "Bank bank BANK", {"case": True}, ["Bank"]),
        ("*Bank*", "FinBanker Finbanker", {"case": True}, ["FinBanker"]),
        ("gaz* *Russ*", "gazoduc antiRusse gazoduc antirusse", {"case": True}, ["gazoduc antiRusse"]),
    ],
)
def test_case_and_accents_are_as_asked(term: str, body: str, options: dict[str, bool], hits: list[str]) -> None:
    """`case: true` is as written, in every script and beside wildcards; `exact` keeps accents too; `case: false`
    undoes the rules of capitals."""
    assert found(term, body, **options) == hits


def test_case_costs_no_more_in_a_script_without_spaces() -> None:
    """There a word is a whole run: only the hit's own letters are looked at (once it took 23 s)."""
    started = time.process_time()
    assert len(found("中国", "我在中国工作" * 20_000, case=True)) == 20_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize("term", ["\u00ad", "\u0301", "\u200b\u200b", "'", "\\*", "-"])
def test_a_term_of_invisible_characters_is_refused(term: str) -> None:
    """It is told like a term without a letter."""
    with pytest.raises(TermError, match="without a letter or digit"):
        compile_term(term)
    assert found(f"a1 {term} b1", "a1 b1") == ["a1 b1"]


@pytest.mark.parametrize(
    ("term", "body", "hits"),
    [("*ISIS*", "é" + "ISIS" * 20_000, 1), ("習?平", "習" * 60_000, 0), ("習?平*", "習近平" * 1_000, 1_000)],
)
def test_a_word_without_end_is_looked_at_once(term: str, body: str, hits: int) -> None:
    """A page without spaces, or a hostile one, is not looked at again for every hit in it (once it took 130 s)."""
    text, compiled = Text("", body), compile_term(term)
    spans = set()
    for variant in compiled.variants:
        places = [m.start() for m in re.finditer(f"(?={re.escape(variant.literal)})", text.folded)]
        spans.update(locate_all(variant, text, places))
    assert len(spans) == hits


# ── random terms in random texts, against a naive reader ─────────────────────────────────────────

LETTERS = [*"aàbcEÉßœﬁıİ\u0301\u00ad中国ガかｶกاالوبکйЙ러시ς1２", "か\u3099", "ｶﾞ", nfd("러"), nfd("각")]
WORDS = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=5).map("".join).filter(lambda w: fold(w).strip())
WILD = st.sampled_from(["{}", "{}", "{}", "{}*", "*{}", "*{}*", "?{}", "{}?", "{0}?{0}"])
_UNSPACED = "[中国ガかがガก]"
_ARABIC = "[اولبكﺍ]"
_PREFIX = "(?:[وف]?(?:[بك]?ال|لل|[بكل])?)"


@st.composite
def terms(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=3))
    wild = [draw(WILD).format(word) for word in words]
    return "".join(word + draw(st.sampled_from(" - ")) for word in wild).strip(" -")


def spellings(term: str) -> Iterator[list[str]]:
    """The folded words of a term, a pattern each, for every way to read its hyphens."""
    pieces = re.split("([ -])", term)
    parts = [re.split("([*?])", word) for word in pieces[::2]]
    folded = ["".join(p if p in "*?" else re.escape(fold(p)).replace("\\ ", " ") for p in word) for word in parts]
    words = [word.replace("*", r"\S*").replace("?", r"\S") for word in folded]
    joints = ["" if joint == "-" else " " for joint in pieces[1::2]]
    for glued in product(*([" ", ""] if joint == "" else [" "] for joint in joints)):
        yield "".join(w + g for w, g in zip(words, [*glued, ""], strict=True)).split(" ")


def naive(term: str, body: str) -> set[tuple[int, int]]:
    """The first and last words of each place where a term stands, found by trying every word."""
    words = fold_words(body)
    found = set()
    for patterns in spellings(term):
        left = (
            r"\S*"
            if re.match(rf"(?:\\S(?!\*))*{_UNSPACED}", patterns[0])
            else f"{_PREFIX}?"
            if re.match(_ARABIC, patterns[0])
            else ""
        )
        right = r"\S*" if re.search(rf"(?:{_UNSPACED}|[가-힣])(?:\\S)*$", patterns[-1]) else ""
        whole = [*patterns[:-1], patterns[-1] + right]
        whole[0] = left + whole[0]
        for i in range(len(words) - len(whole) + 1):
            if all(re.fullmatch(p, w) for p, w in zip(whole, words[i:], strict=False)):
                found.add((i, i + len(whole) - 1))
    return found


@settings(max_examples=500)
@given(terms(), st.data())
def test_a_term_stands_where_trying_every_word_finds_it(term: str, data: st.DataObject) -> None:
    """In any mixture of scripts, with wildcards and hyphens: it is found in the same words, and what stands at the
    offsets of a hit folds to the term."""
    try:
        compiled = compile_term(term, case=False)
    except TermError:
        reject()
    again = st.sampled_from([term.replace("*", "").replace("?", "é"), *re.split("[ *?-]", term)])
    body = "".join(
        data.draw(st.one_of(again, WORDS)) + data.draw(st.sampled_from([" ", " ", "-", "", "’"]))
        for _ in range(data.draw(st.integers(1, 5)))
    )
    text = Text("", body)
    spans = located(compiled, text)
    event(f"hits: {bool(spans)}")
    assert {(text.word_from(s.start), text.word_from(s.end - 1)) for s in spans} == naive(term, body)
    for span in spans:
        hit = "".join(fold_words(body[span.start : span.end]))
        before = f"{_PREFIX}?" + ".?" * term.startswith("?")  # it may stand for the second half of ß
        assert any(re.fullmatch(before + "".join(patterns), hit) for patterns in spellings(term))


def test_terms_that_find_different_things_are_not_taken_for_one_another() -> None:
    """*طالبان finds more than طالبان, which finds it behind the article alone: in one list neither is a repetition."""
    assert compile_term("*طالبان").meaning != compile_term("طالبان").meaning
    assert compile_term("Émirat").meaning == compile_term("emirat").meaning


# ── ordinary words, read by a short way ──────────────────────────────────────────────────────────

ORDINARY = st.sampled_from([*"aAbBzZéÉœŒßÿøØæÆþÐ09жЖйЙїЇђћѝџѐЀ", " ", "’", "'"])


def the_long_way(term: str, case: bool | None) -> list[tuple[object, ...]]:
    """A space behind a term means nothing, and sends it to be looked at piece by piece."""
    return [astuple(variant) for variant in compile_term(f"{term} ", case=case).variants]


@settings(max_examples=1_000)
@given(st.lists(ORDINARY, min_size=1, max_size=12).map("".join), st.sampled_from([None, False, True]))
def test_ordinary_words_are_what_a_closer_look_makes_of_them(term: str, case: bool | None) -> None:
    """Most terms are words of small letters and are read by a short way: they find the very same."""
    try:
        compiled = compile_term(term, case=case)
    except TermError:
        reject()
    assert [astuple(variant) for variant in compiled.variants] == the_long_way(term, case)


def test_each_letter_is_read_alike_by_both_ways() -> None:
    """Of the letters of Latin, Greek and Cyrillic none is special, wherever it stands in a word."""
    for letter in (c for c in map(chr, range(0x20, 0x530)) if c.isalnum() and fold(c).strip()):
        for term in (letter, f"a{letter}", f"{letter}a", f"a{letter}b", f"A{letter} {letter}", 2 * letter):
            assert [astuple(variant) for variant in compile_term(term).variants] == the_long_way(term, None), term
