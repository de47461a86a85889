"""Listed people and organisations: who is meant by a name in an article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import gazetteer
from watcher.entities import places
from watcher.entities.bearers import Stretches
from watcher.entities.names import compile_names
from watcher.entities.phrases import Found, PhraseBook
from watcher.text import Text


def named(text: str, *names: str, kind: str = "person", language: str = "fr") -> list[str]:
    body = Text("", text, language)
    return [body.text[h.start : h.end] for h in compile_names(names, kind).find(body)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a déclaré Sergueï Lavrov hier", ["Sergueï Lavrov"]),
        ("a déclaré SERGUEÏ LAVROV hier", ["SERGUEÏ LAVROV"]),
        ("le ministre Serguei Lavrov", ["Serguei Lavrov"]),
        ("Sergueï Viktorovitch Lavrov est venu", ["Sergueï Viktorovitch Lavrov"]),
        ("selon S. Lavrov et S.V. Lavrov", ["S. Lavrov", "S.V. Lavrov"]),
        ("Sergueï Lavrov parle. Lavrov rit.", ["Sergueï Lavrov", "Lavrov"]),
        ("Face à lui, M. Lavrov a appelé", ["Lavrov"]),
        ("le ministre Lavrov a appelé", ["Lavrov"]),
        ("Il a vu Lavrov à Moscou", ["Lavrov"]),
        ("l'ami de Lavrov, l’allié de Lavrov", ["Lavrov", "Lavrov"]),
        ("Selon Lavrov, tout va bien", ["Lavrov"]),
        ("le Moscou de Lavrov", ["Lavrov"]),
    ],
)
def test_a_person_is_found_by_the_full_or_the_last_name(text: str, expected: list[str]) -> None:
    """The full name, initials, an office or "M." before the last name, or no other bearer: it is him."""
    assert named(text, "Sergueï Lavrov") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Igor Lavrov a gagné le match",
        "Matrena Lavrov et Igor Lavrov",
        "Igor Lavrov est venu. M. Lavrov a souri. Lavrov rit.",
        "I. Lavrov a gagné",
        "le lavrov est une plante",
        "les Lavrovski chantent",
        "Sergueï Ivanov parle",
        "à Moscou. Sergueï est là",
    ],
)
def test_a_namesake_is_somebody_else(text: str) -> None:
    """Who bears the last name with another first name does not match, nor does a part of a longer word."""
    assert named(text, "Sergueï Lavrov") == []


def test_a_bare_last_name_means_whoever_was_last_named_in_full() -> None:
    """Where two people of one last name meet, each bare mention goes with the full name before it."""
    text = "Sergueï Lavrov est arrivé. Lavrov a souri. Igor Lavrov est parti. Lavrov a pleuré."
    assert named(text, "Sergueï Lavrov") == ["Sergueï Lavrov", "Lavrov"]
    assert named(text, "Igor Lavrov") == ["Igor Lavrov", "Lavrov"]


def test_a_single_word_is_a_last_name_and_matches_any_bearer() -> None:
    """`is: Lavrov` means whoever bears that name."""
    assert named("Igor Lavrov et M. Lavrov", "Lavrov") == ["Igor Lavrov", "Lavrov"]


def test_a_common_word_at_a_sentences_start_is_no_name() -> None:
    """ "Petit" begins a sentence and is written small elsewhere: without a sign it is no person."""
    text = "Petit à petit, le petit oiseau fait son nid."
    assert named(text, "Petit") == []
    assert named(text, "Marie Petit") == []
    assert named(f"{text} Un mot de Mme Petit.", "Petit")[-1] == "Petit"


def test_a_name_with_particles_keeps_them() -> None:
    """ "von der Leyen" is the last name of Ursula von der Leyen."""
    text = "Ursula von der Leyen est là. Hier, Mme von der Leyen a parlé."
    assert named(text, "Ursula von der Leyen") == ["Ursula von der Leyen", "von der Leyen"]


def test_scripts_without_capitals_need_none() -> None:
    """An Arabic or Chinese name is found by itself."""
    assert named("قال لافروف في موسكو", "لافروف", language="ar") == ["لافروف"]
    assert named("主席习近平说", "习近平", language="zh") == ["习近平"]


def test_foreign_names_in_katakana_are_found_amid_other_words() -> None:
    """Japanese writes no space between a name and what stands around it; the span is the name's alone."""
    body = "アメリカのジョー・バイデン大統領は5日、ロンドンで演説した。バイデン氏は"
    assert named(body, "Joe Biden", language="ja") == ["ジョー・バイデン", "バイデン"]
    assert named(body, "Jill Biden", language="ja") == []
    text = Text("バイデン氏が来日", body, "ja")
    hits = compile_names(["Joe Biden"], "person").find(text)
    assert [text.text[h.start : h.end] for h in hits] == ["バイデン", "ジョー・バイデン", "バイデン"]
    assert all(text.starts[h.first] <= h.start < h.end <= text.ends[h.last] for h in hits)


def test_a_korean_is_found_by_the_name_in_one_word() -> None:
    """Family and given name are one word in Korean; a brother or an heir has two syllables in common."""
    assert named("문재인 대통령은 김정은과 만났다", "Moon Jae-in", language="ko") == ["문재인"]
    assert named("김정일과 김여정, 이재용", "Kim Jong-un", "Lee Jae-myung", language="ko") == []


def test_a_last_name_in_other_vowels_needs_the_same_first_name() -> None:
    """What was transliterated twice differs more; alone it is somebody else."""
    assert named("адвокат Сайфул Мулок", "Saiful Malook", language="bg") == ["Сайфул Мулок"]
    assert named("адвокат Мулок", "Saiful Malook", language="bg") == []
    assert named("Ибрахим Мулок", "Saiful Malook", language="bg") == []


def test_a_town_is_not_the_man_of_its_name() -> None:
    """`is: Zamir Kaboul` does not match an article that speaks of the town only."""
    matcher, gazetteer = compile_names(["Zamir Kaboul"], "person"), places.load()
    town = Text("", "L'armée est entrée à Kaboul, en Afghanistan.", "fr")
    man = Text("", "Selon Zamir Kaboul, l'ambassade à Kaboul, en Afghanistan, reste. M. Kaboul l'a dit.", "fr")
    assert matcher.find(town, gazetteer.find(town)) == []
    assert [man.text[h.start : h.end] for h in matcher.find(man, gazetteer.find(man))] == [
        "Zamir Kaboul",
        "Kaboul",
    ]


def test_a_last_name_without_its_slavic_ending_needs_the_same_first_name() -> None:
    """Zamir Kabulov is Zamir Kaboul; Kaboul alone is the town, and Amir Kaboul or Alexandre Roman somebody else."""
    assert named("Selon Zamir Kaboul, émissaire du Kremlin", "Zamir Kabulov") == ["Zamir Kaboul"]
    assert named("Selon Zamir Kaboul, émissaire du Kremlin", "Замир Кабулов") == ["Zamir Kaboul"]
    assert named("M. Kaboul et Amir Kaboul, Kaboul, Z. Kaboli et Zamir Kabila", "Zamir Kabulov") == []
    assert named("Selon Alexandre Roman et Sergueï Lavr", "Alexandre Romanov", "Sergueï Lavrov") == []


def test_organisations_match_as_a_whole_with_their_capitals() -> None:
    """An acronym of three letters only as written, a longer one also as a name, phrases in any accent."""
    names = ["EI", "OTAN", "Organisation de coopération de Shanghai"]
    text = "L'EI et l'Otan, l'Organisation de Coopération de Shanghaï n'y sont pas; ei, otan, EIA non plus."
    assert named(text, *names, kind="org") == ["EI", "Otan", "Organisation de Coopération de Shanghaï"]


def test_each_hit_says_which_name_it_is() -> None:
    """A rule that wants two different people counts the listed names."""
    text = Text("", "Sergueï Lavrov et Maria Zakharova, puis Mme Zakharova", "fr")
    hits = compile_names(["Sergueï Lavrov", "Maria Zakharova"], "person").find(text)
    assert [h.name for h in hits] == ["Sergueï Lavrov", "Maria Zakharova", "Maria Zakharova"]


_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from("Sergueï Lavrov Igor M. S. von der Leyen lavrov Selon - . , \n Ⅷ ﬁ 习近平 Лавров".split(" ")),
        max_size=20,
    ).map(" ".join),
)


@settings(max_examples=150)
@given(_TEXTS)
def test_spans_lie_in_the_text_and_end_with_the_last_name(body: str) -> None:
    """Whatever the text, a hit's offsets and words agree and hold the last name."""
    text = Text("", body, "fr")
    for hit in compile_names(["Sergueï Lavrov", "Ursula von der Leyen", "习近平"], "person").find(text):
        assert 0 <= hit.start < hit.end <= len(text.text)
        assert 0 <= hit.first <= hit.last < len(text)
        assert text.starts[hit.first] <= hit.start
        assert hit.end <= text.ends[hit.last]


_SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@given(_SPANS, st.integers(0, 14), st.integers(0, 5))
def test_stretches_meet_what_overlaps_one_of_them(spans: list[tuple[int, int]], start: int, length: int) -> None:
    """Found by bisection, and the same as when each is looked at: they may overlap, hold one another, be empty."""
    end = start + length
    assert Stretches(spans).meet(start, end) is any(s < end and start < e for s, e in spans)


@given(st.lists(st.sampled_from("Lavrov lavrov Igor Sergueï Paris Kaboul M. le . Zamir".split(" ")), max_size=25))
def test_a_last_name_inside_a_place_is_as_if_it_were_not_there(words: list[str]) -> None:
    """Wherever the places are, no hit ends in one; with none the names are those of the text alone."""
    text = Text("", " ".join(words), "fr")
    matcher = compile_names(["Sergueï Lavrov", "Zamir Kaboul", "Paris"], "person")
    found = gazetteer().find(text)
    hits = matcher.find(text, found)
    for hit in hits:
        last = text.starts[hit.last]
        assert not any(p.start < hit.end and last < p.end for p in found)
    if not any(word in text.text for word in ("Kaboul", "Paris")):
        assert hits == matcher.find(text)
    assert matcher.may_find(text) or not matcher.find(text)


@given(st.lists(st.sampled_from("A B C a .".split(" ")), max_size=20))
def test_of_phrases_that_overlap_the_longest_stays(words: list[str]) -> None:
    """The same as when all that are kept are looked at again for each longer one; `occurs` tells whether any is."""
    text, names = Text("", " ".join(words), "fr"), ["A", "B C", "A B", "C A B A", "B A"]
    book = PhraseBook([(n, n) for n in names])
    kept: list[Found[str]] = []
    alone = [hit for n in names for hit in PhraseBook([(n, n)]).find(text)]
    for hit in sorted(alone, key=lambda h: (h.start, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept = [*(k for k in kept if k.end <= hit.start), hit]
    assert book.find(text) == kept
    assert book.occurs(text) is bool(kept)
