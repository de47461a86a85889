"""The gazetteer's file: that it is what its sources make, and what it names in thirteen languages."""

from __future__ import annotations

import re

import pytest

from watcher.analyse.engine import gazetteer
from watcher.entities.archive import Archive, given_names
from watcher.entities.data import digests
from watcher.entities.data.dates import dates_of
from watcher.entities.data.digests import own, recorded
from watcher.text import Text


def test_the_file_is_what_the_sources_beside_it_make() -> None:
    """Names, rules of grammar, code and Babel as they were when it was made, and its bytes as they came out: who
    changes one of them makes it anew."""
    kept = recorded()
    changed = sorted(name for name, digest in own().items() if kept.get(name) != digest)
    assert not changed, f"{', '.join(changed)} changed: rebuild with `python -m watcher.entities.data.build FOLDER`"
    assert {name for name in kept if "/" not in name} == own().keys()
    assert sum("/" in name for name in kept) == 7, "the sources that are not in the repository"


def test_another_babel_asks_for_a_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names of countries, months and weekdays are in the file: one of another version differs from what is kept."""
    monkeypatch.setattr(digests, "version", lambda package: "0")
    assert own()["babel"] != recorded()["babel"]


def test_months_and_weekdays_are_babels() -> None:
    """Each language's own, and no English ones in a language that has others."""
    archive = Archive()
    made = dates_of(archive.values("core")["languages"])
    assert {language: "\n".join(archive.lines(f"dates/{language}")) for language in made} == made
    assert "sun" not in "\n".join(made[language] for language in ("fr", "de", "ru")).split("\n")


@pytest.mark.parametrize("name", "ali kai mert jos ari insa kada aga ella per said".split())
def test_a_first_name_stays_one_although_it_is_a_little_word_somewhere(name: str) -> None:
    """Finnish "jos" is if, Jos is Dutch for Joseph: which of them a text means its own words tell."""
    assert name in given_names()


def test_no_name_has_a_mark_of_a_footnote() -> None:
    """CLDR tells the second of two alike by one: Washington²."""
    archive = Archive()
    marked = re.compile("[²³¹⁰-⁹]")
    for language in archive.values("core")["languages"]:
        assert not marked.search(str(archive.values(f"names/{language}"))), language
    assert not marked.search("\n".join(archive.lines("shared/latin")) + str(archive.values("english")))


def found(language: str, written: str) -> set[str]:
    """Countries and regions of all that is found in a sentence."""
    text = Text("", f"{written}.", language)
    return {place.country or place.regions[0] for place in gazetteer().find(text)}


@pytest.mark.parametrize(
    ("language", "written", "places"),
    [
        ("en", "A Franco-German summit on Sino-American trade", "FR DE CN US"),
        ("fr", "la guerre russo-ukrainienne et le sommet franco-allemand", "RU UA FR DE"),
        ("es", "las relaciones hispano-marroquíes", "ES MA"),
        ("it", "il vertice italo-francese", "IT FR"),
        ("ru", "японо-китайские переговоры", "JP CN"),
        ("fr", "Vendu franco de port", ""),
        ("es", "El franco sube", ""),
        ("fr", "les pays anglo-saxons", ""),
        ("en", "An Indo-Pacific strategy", ""),
    ],
)
def test_the_first_half_of_two_peoples(language: str, written: str, places: str) -> None:
    """What stands for a people before a hyphen counts as its adjective, and nowhere else."""
    assert found(language, written) == set(places.split())


@pytest.mark.parametrize(
    ("language", "written", "place"),
    [
        ("de", "Er reiste durch Bosnien", "BA"),
        ("uk", "Він приїхав із Боснії", "BA"),
        ("es", "Fue a la RDC", "CD"),
        ("pl", "Walki w Demokratycznej Republice Konga", "CD"),
        ("ar", "وصل الى الكونغو الديمقراطية", "CD"),
        ("en", "He flew to the DPRK", "KP"),
        ("fr", "Les Yougoslaves ont voté", "YU"),
        ("hy", "Հայաստանի կառավարությունը", "AM"),
        ("hi", "वह पाकिस्तान से लखनऊ आया", "IN PK"),
        ("ru", "Багамцы и фиджийцы голосовали", "BS FJ"),
        ("uk", "Виступили болгари", "BG"),
        ("ar", "قال الرئيس الكوري الشمالي", "KP"),
        ("pl", "w krajach Afryki Zachodniej", "western-africa"),
        ("en", "a West African state", "western-africa"),
        ("fr", "l'Union africaine a condamné", "african-union"),
        ("pl", "Szczyt Ligi Arabskiej", "arab-league"),
        ("tr", "Türk Devletleri Teşkilatı toplandı", "turkic-states"),
        ("ru", "страны ОПЕК решили", "opec"),
    ],
)
def test_names_of_the_press(language: str, written: str, place: str) -> None:
    """Short forms, cases, inhabitants and groups, as articles write them."""
    assert found(language, written) == set(place.split())


@pytest.mark.parametrize(
    ("member", "group"),
    [("FR", "g20"), ("SA", "gcc"), ("KE", "african-union"), ("TR", "turkic-states"), ("PL", "visegrad")],
)
def test_a_country_counts_for_its_groups(member: str, group: str) -> None:
    """A rule that names a group matches what names its members."""
    assert group in gazetteer().regions(member)


def test_a_group_has_its_members() -> None:
    """As `watcher places` lists them."""
    assert gazetteer().members("g20") >= {"FR", "ZA", "US"}
