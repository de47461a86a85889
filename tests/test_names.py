"""Listed people and organisations: who is meant by a name in an article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.entities import places
from watcher.entities.names import compile_names
from watcher.model import Entity
from watcher.text import Text


def named(
    text: str,
    *names: str,
    kind: str = "person",
    language: str = "fr",
    entities: list[Entity] | None = None,
) -> list[str]:
    body = Text("", text, language)
    return [body.text[h.start : h.end] for h in compile_names(names, kind).find(body, entities)]


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


def test_the_model_may_vouch_for_a_name_at_a_sentences_start() -> None:
    """Without a model a lone capitalised word proves nothing; with one that calls it a person, it is he."""
    text = "Lavrov a parlé."
    assert named(text, "Lavrov") == []
    assert named(text, "Lavrov", entities=[]) == []
    assert named(text, "Lavrov", entities=[Entity("person", "Lavrov", 0, 6)]) == ["Lavrov"]


def test_a_name_with_particles_keeps_them() -> None:
    """ "von der Leyen" is the last name of Ursula von der Leyen."""
    text = "Ursula von der Leyen est là. Hier, Mme von der Leyen a parlé."
    assert named(text, "Ursula von der Leyen") == ["Ursula von der Leyen", "von der Leyen"]


def test_scripts_without_capitals_need_none() -> None:
    """An Arabic or Chinese name is found by itself."""
    assert named("قال لافروف في موسكو", "لافروف", language="ar") == ["لافروف"]
    assert named("主席习近平说", "习近平", language="zh") == ["习近平"]


def test_a_town_is_not_the_man_of_its_name() -> None:
    """`is: Zamir Kaboul` does not match an article that speaks of the town only."""
    matcher, gazetteer = compile_names(["Zamir Kaboul"], "person"), places.load()
    town = Text("", "L'armée est entrée à Kaboul, en Afghanistan.", "fr")
    man = Text("", "Selon Zamir Kaboul, l'ambassade à Kaboul, en Afghanistan, reste. M. Kaboul l'a dit.", "fr")
    assert matcher.find(town, None, gazetteer.find(town)) == []
    assert [man.text[h.start : h.end] for h in matcher.find(man, None, gazetteer.find(man))] == [
        "Zamir Kaboul",
        "Kaboul",
    ]


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


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_spans_lie_in_the_text_and_end_with_the_last_name(body: str) -> None:
    """Whatever the text, a hit's offsets and words agree and hold the last name."""
    text = Text("", body, "fr")
    for hit in compile_names(["Sergueï Lavrov", "Ursula von der Leyen", "习近平"], "person").find(text):
        assert 0 <= hit.start < hit.end <= len(text.text)
        assert 0 <= hit.first <= hit.last < len(text)
        assert text.starts[hit.first] <= hit.start
        assert hit.end <= text.ends[hit.last]
