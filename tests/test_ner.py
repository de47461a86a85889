"""Named entities of the French model: people are found, offsets hold, hostile text costs little."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from watcher.entities.ner import MOST_CHARACTERS, Ner, load_ner
from watcher.entities.places import Gazetteer
from watcher.model import Entity
from watcher.text import Text

SEEDS = Path(__file__).parent.parent / "seeds"
# The people of seeds/facts.json as the articles write them.
SEED_PEOPLE = {
    "000": {"Zamir Kabulov", "Maria Zakharova", "Sergei Shoigu", "Al-Baghdadi"},
    "001": {"M. Lavrov", "Abdul Salam Hanafi", "Amir Khan Muttaqi", "Zabihullah Mujahid", "Vladimir Poutine"},
    "002": {"Zamir Kaboul", "M. Kaboul", "Anthony Blinken", "Andrei Kortunov"},
    "003": {"Sergueï Lavrov", "Amir Khan Mouttaki"},
    "004": {"Maria Zakharova", "Sergueï Lavrov", "Lavrov", "Vladimir Poutine", "Poutine"},
}


@pytest.fixture(scope="module")
def ner() -> Ner:
    loaded = load_ner("fr")
    assert loaded is not None
    return loaded


def found(ner: Ner, gazetteer: Gazetteer, *bodies: str) -> list[tuple[Entity, ...]]:
    texts = [Text("", body, "fr") for body in bodies]
    entities = ner.find(texts, [gazetteer.mentions(t) for t in texts])
    for text, listed in zip(texts, entities, strict=True):
        end = 0
        for entity in listed:
            assert end <= entity.start < entity.end
            assert text.text[entity.start : entity.end] == entity.text
            end = entity.end
    return entities


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the sample inbox is not here")
def test_the_people_of_the_seeds_are_found(ner: Ner, gazetteer: Gazetteer) -> None:
    """Every person whom a reader marks in the sample articles is a person to the model, "Zamir Kaboul" too."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    bodies = [text[max(0, text.find("La Russie a reconnu mercredi")) :] for text in texts]
    for seed, entities in zip(sorted(SEED_PEOPLE), found(ner, gazetteer, *bodies), strict=True):
        assert {e.text for e in entities if e.type == "person"} >= SEED_PEOPLE[seed]
        towns = {e.text for e in entities if e.type == "place"}
        assert {"002": "Kaboul", "000": "Moscou"}.get(seed, "Afghanistan") in towns


def test_apostrophes_stars_and_gaps_do_not_move_offsets(ner: Ner, gazetteer: Gazetteer) -> None:
    """Curly apostrophes, footnote stars, no-break spaces and the gaps of a menu leave every span in its place."""
    body = (
        "L’émissaire d’Angela Merkel*, M.\u00a0Macron*\u2028et\tVladimir Poutine     Emmanuel Macron a parlé à Paris*."
    )
    (entities,) = found(ner, gazetteer, body)
    assert {"Vladimir Poutine", "Emmanuel Macron"} <= {e.text for e in entities}
    assert not any("     " in e.text for e in entities)


def test_the_gazetteer_overrules_the_model(ner: Ner, gazetteer: Gazetteer) -> None:
    """A country is a place, its inhabitants are none, and an organisation with a country's name stays one."""
    body = "Le Tadjikistan et la Chine négocient. Les Russes sont venus. L'OTAN aussi, dit le Washington Post."
    (entities,) = found(ner, gazetteer, body)
    types = {e.text: e.type for e in entities}
    assert types["Tadjikistan"] == types["Chine"] == "place"
    assert types.get("Russes") != "place"
    assert types["OTAN"] == "org"
    assert "Washington" not in types


def test_without_mentions_the_model_speaks_alone(ner: Ner) -> None:
    """The gazetteer is help, not a need; an empty article has no entities."""
    entities, nothing = ner.find([Text("", "Vladimir Poutine est à Moscou.", "fr"), Text("", "", "fr")])
    assert [(e.type, e.text) for e in entities] == [("person", "Vladimir Poutine"), ("place", "Moscou")]
    assert nothing == ()


def test_more_articles_than_a_batch_keep_their_order(ner: Ner, gazetteer: Gazetteer) -> None:
    """Twenty articles give twenty answers, each its own."""
    names = [f"Jean Dupont{'abcdefghijklmnopqrst'[i]}" for i in range(20)]
    answers = found(ner, gazetteer, *(f"Hier, {name} a rencontré Vladimir Poutine." for name in names))
    assert [any(name in e.text for e in a) for name, a in zip(names, answers, strict=True)] == [True] * 20


def test_hostile_text_is_bounded(ner: Ner, gazetteer: Gazetteer) -> None:
    """Half a megabyte of brackets, or many words of one letter, cost seconds, and nothing behind the bound is read."""
    begun = time.process_time()
    found(ner, gazetteer, "(" * 500_000, "A " * 10_000, "x" * MOST_CHARACTERS + " Vladimir Poutine")
    assert time.process_time() - begun < 15


def test_a_language_or_package_that_is_not_there_gives_no_model() -> None:
    """Articles in a language without a model are told so, and nothing breaks."""
    assert load_ner("tlh") is None
    assert load_ner("und") is None


def test_spacy_is_not_imported_until_a_model_is_loaded() -> None:
    """Rules without people or organisations never pay for spaCy."""
    script = "import sys; from watcher.entities import names, ner, places; print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
