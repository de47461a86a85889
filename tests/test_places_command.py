"""`watcher places`: what a name in a rule means, before the rule is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import Done, command
from watcher.analyse.engine import gazetteer
from watcher.text import Text


def run(folder: Path, *words: str, lang: str = "C.UTF-8") -> Done:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("WATCHER_", "FORCE_", "LC_", "LANG"))}
    return command(["places", *words], folder, kept | {"NO_COLOR": "1", "COLUMNS": "200", "LANG": lang})


def told(folder: Path, name: str, **options: str) -> list[dict[str, Any]]:
    done = run(folder, "--json", name, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_name_of_two_words_without_quotes_is_told_how_it_is_written(tmp_path: Path) -> None:
    """The shell makes two of it."""
    done = run(tmp_path, "New", "York")
    assert (done.returncode, "'York' is a word too many; what is one name stands in quotes" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "code", "kind", "english", "country"),
    [
        ("Tachkent", "UZ/tashkent", "city", "Tashkent", "UZ"),
        ("上海", "CN/shanghai", "city", "Shanghai", "CN"),
        ("Kirghizstan", "KG", "country", "Kyrgyzstan", None),
        ("Großbritannien", "GB", "country", "United Kingdom", None),
        ("KOR", "KR", "country", "South Korea", None),
        ("Daghestan", "RU-DA", "region", "Dagestan", "RU"),
        ("Crimée", "UA-43", "region", "Crimea", None),
        ("Asie centrale", "central-asia", "region", "Central Asia", None),
        ("EU", "eu", "region", "European Union", None),
        ("USA", "US", "country", "United States", None),
        ("RU-MOW", "RU-MOW", "region", "Moscow", "RU"),
        ("BiH", "BA", "country", "Bosnia and Herzegovina", None),
        ("Paris, US", "US/paris", "city", "Paris", "US"),
    ],
)
def test_a_name_as_a_rule_may_write_it(
    tmp_path: Path, name: str, code: str, kind: str, english: str, country: str | None
) -> None:
    """The place that is meant comes first: its code, kind, English name and country."""
    first = told(tmp_path, name)[0]
    assert [first[key] for key in ("code", "meant", "kind", "name", "country")] == [code, True, kind, english, country]


def test_a_region_has_its_members_and_those_that_lie_in_no_country(tmp_path: Path) -> None:
    """Code and name of each; Transnistria and Crimea are in Eastern Europe, and no part of a country there."""
    done = run(tmp_path, "sahel")
    assert "  6 members:\n    BF  Burkina Faso\n    ML  Mali\n    MR  Mauritania\n    NE  Niger\n" in done.stdout
    members = {member["code"]: member["name"] for member in told(tmp_path, "eastern-europe")[0]["members"]}
    assert members.items() >= {"PL": "Poland", "UA-43": "Crimea", "MD-SN": "Transnistria"}.items()
    assert "RU-DA" not in members


def test_what_is_told_holds_of_articles(tmp_path: Path) -> None:
    """A place counts for all that it is said to lie in, and by the names that it is said to have."""
    (tashkent, *_) = told(tmp_path, "Tachkent")
    text = Text("", f"Il est arrivé à {tashkent['names'][1]}.", "fr")
    (place,) = gazetteer().find(text)
    assert set(tashkent["lies_in"]) <= set(place.regions)
    assert tashkent["population"] > 1_000_000


@pytest.mark.parametrize("name", ["San José", "Tachkent", "Sébastopol", "New York", "Florence", "georgia", "Reading"])
def test_what_a_rule_is_to_write_means_that_place(tmp_path: Path, name: str) -> None:
    """Of places of one name each is told with the words by which a rule means it, and it alone."""
    for one in told(tmp_path, name):
        assert gazetteer().resolve(one["write"]) == (one["code"],)


def test_namesakes_are_bounded_the_greatest_first(tmp_path: Path) -> None:
    """Of a name that towns without end have the one that a rule means is told in full, of the others a line each."""
    done = run(tmp_path, "San José")
    lines = done.stdout.splitlines()
    assert lines[0] == "San Jose: city CR/san-jose, 335,007 people"
    others = lines[lines.index("of that name too, but not meant by it; a rule writes") + 1 :]
    assert re.fullmatch(r"  San Jose, US +city +San Jose +997,368 people", others[0])
    assert len(others) <= 8
    assert others[-1] == "  and smaller ones, if there are more than these"


def test_a_name_of_two_places_is_told_as_check_does(tmp_path: Path) -> None:
    """Georgia is two places: the codes to choose from, then each."""
    done = run(tmp_path, "georgia")
    assert done.stdout.startswith("several places; a rule names one of GE, US-GA\nGeorgia: country GE\n")
    assert "\nGeorgia: region US-GA\n" in done.stdout


def test_names_are_few_for_people_and_say_how_many_more(tmp_path: Path) -> None:
    """Names in other languages, adjectives and inhabitants, twelve of each; a hundred for programs."""
    found = run(tmp_path, "KG").stdout
    (names,) = re.findall(r"  found as: (.*) and \d+ more\n", found)
    assert names.count(",") == 11
    assert {"Kirgisistan", "قرغيزستان"} <= {*names.split(", ")}
    assert re.search("  adjectives: .*, kirghiz, ", found)
    assert all(len(told(tmp_path, "KG")[0][key]) <= 100 for key in ("names", "adjectives", "inhabitants"))


def test_the_names_of_the_users_language(tmp_path: Path) -> None:
    """A French locale has the French names on a line of their own; a town's that is also a word says so."""
    assert "  in your language: Ouzbékistan\n" in run(tmp_path, "UZ", lang="fr_FR.UTF-8").stdout
    assert "in your language" not in run(tmp_path, "UZ").stdout
    assert "  the name is also a word\n" in run(tmp_path, "Reading").stdout


def test_without_a_name_the_regions_and_groups(tmp_path: Path) -> None:
    """Each with the number of its members; the same for programs."""
    lines = run(tmp_path).stdout.splitlines()
    assert "central-asia          5  Central Asia" in lines
    rows = [json.loads(line) for line in run(tmp_path, "--json").stdout.splitlines()]
    assert len(rows) == len(lines)
    assert {"id": "nato", "name": "NATO", "members": 32} in rows


@pytest.mark.parametrize("name", ["central-asai", "Termez*", "Qwxz?", "Tadjikistn", "Hodaydah"])
def test_an_unknown_place_has_the_hint_that_check_gives(tmp_path: Path, name: str) -> None:
    """What `watcher check` says of the same word in a rule, and status 1."""
    rules = f"version: 1\nrules: [{{id: a, condition: {{place: '{name}'}}}}]\n"
    (tmp_path / "rules.yaml").write_text(rules)
    (hint,) = re.findall(r"matches as written(.*) \[unknown-place\]", command(["check"], tmp_path, {}).stderr)
    done = run(tmp_path, name)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"watcher: unknown place '{name}'{hint}\n")


@pytest.mark.parametrize(
    ("name", "meant"), [("Kryvyi Righ", "Kryvyi Rih"), ("Zaporizhia", "Zaporizhzhia"), ("Hodaydah", "Hodaidah")]
)
def test_a_town_in_another_spelling_is_guessed(tmp_path: Path, name: str, meant: str) -> None:
    """By its sound, as people's names are found."""
    assert run(tmp_path, name).stderr == f"watcher: unknown place '{name}'; did you mean '{meant}'?\n"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kryvyi Rih", "UA/kryvyy-rih"),
        ("Kupiansk", "UA/kupyansk"),
        ("Hodeidah", "YE/al-hudaydah"),
        ("Hamah", "SY/hamah"),
        ("St. Louis", "US/st-louis"),
        ("Cần Thơ", "VN/can-tho"),
    ],
)
def test_a_town_is_known_as_the_press_spells_it(tmp_path: Path, name: str, code: str) -> None:
    """Whatever letters and spelling the source has."""
    assert code in [one["code"] for one in told(tmp_path, name)]


def test_a_town_is_told_with_the_region_that_its_name_means_too(tmp_path: Path) -> None:
    """Both in full, and both marked as meant for programs; it is no choice to make."""
    assert [one["code"] for one in told(tmp_path, "Jenin") if one["meant"]] == ["PS-JEN", "PS/janin"]
    assert run(tmp_path, "Jenin").stdout.startswith("Jenin: region PS-JEN\n")


@pytest.mark.parametrize("name", ["", "a\x1b[31mb\nc\u202e", "x" * 100_000, ", ,", "*", "/", "UZ/tashkent"])
def test_odd_names_are_unknown_and_told_on_one_clean_line(tmp_path: Path, name: str) -> None:
    """Nothing of an argument reaches the terminal but what can be printed, and little of a long one."""
    done = run(tmp_path, name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("\n")
    assert done.stderr[:-1].isprintable()
    assert len(done.stderr) < 200


def test_help_does_not_load_the_gazetteer() -> None:
    """`watcher --help` starts fast: what knows places is imported by the command that needs it."""
    code = "import sys; from watcher import cli; cli.main()"
    words = [sys.executable, "-X", "importtime", "-c", code, "--help"]
    done = subprocess.run(words, capture_output=True, text=True)
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "watcher.cli.places" in imported
    assert not imported & {"watcher.entities", "watcher.explanation", "watcher.rules", "watcher.analyse"}
