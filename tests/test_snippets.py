"""Texts in many languages with the places, people or organisations that a reader sees in them: data/places.txt,
passages.txt, dispatches-places.txt, people.txt and orgs.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from watcher.entities.names import compile_names
from watcher.entities.places import Gazetteer
from watcher.model import Place
from watcher.text import Text

DATA = Path(__file__).parent / "data"
MARK = re.compile(r"\[([^\]|]+)(?:\|([^\] ]+)(?: (\w+))?)?\]|\{([^}]+)\}")


class Mark(NamedTuple):
    """A stretch of a text that is a place or a person there; one that is `free` may be found and need not."""

    start: int
    end: int
    code: str
    kind: str
    free: bool

    def meets(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def marked(line: str) -> tuple[str, list[Mark]]:
    """A text without its marks, and these."""
    text, marks, at = "", [], 0
    for found in MARK.finditer(line):
        text += line[at : found.start()]
        written = found[1] or found[4]
        marks.append(Mark(len(text), len(text) + len(written), found[2] or "", found[3] or "", found[4] is not None))
        text += written
        at = found.end()
    return text + line[at:], marks


def table(name: str) -> Iterator[object]:
    """The lines of a file, as parameters; those that are known to fail are expected to."""
    for number, line in enumerate((DATA / name).read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            known = [pytest.mark.xfail(strict=True, reason="known to fail")] if line.startswith("?") else []
            yield pytest.param(*line.removeprefix("?").split("\t"), marks=known, id=f"{name}:{number}")


def _is_meant(place: Place, mark: Mark) -> bool:
    inside = place.country == mark.code or mark.code in place.regions or place.country.startswith(f"{mark.code}-")
    return inside and mark.kind in ("", place.kind)


@pytest.mark.parametrize(
    ("language", "line"), [*table("places.txt"), *table("passages.txt"), *table("dispatches-places.txt")]
)
def test_the_places_of_a_text_are_found_and_no_others(gazetteer: Gazetteer, language: str, line: str) -> None:
    """Each place that a reader marks is found, with its country and kind, and nothing that is none."""
    text, marks = marked(line)
    language, *countries = language.split("+")
    found = gazetteer.focused(countries).find(Text("", text, language))
    lost = [
        text[m.start : m.end]
        for m in marks
        if not m.free and not any(m.meets(p.start, p.end) and _is_meant(p, m) for p in found)
    ]
    false = [p.name for p in found if not any(m.meets(p.start, p.end) for m in marks)]
    assert (lost, false) == ([], [])


@pytest.mark.parametrize(("language", "name", "line"), list(table("people.txt")))
def test_a_listed_person_is_found_and_no_namesake(gazetteer: Gazetteer, language: str, name: str, line: str) -> None:
    """Each mention of a listed person is found, whatever its spelling, case or script, and nobody else."""
    _compare(gazetteer, "person", language, name, line)


@pytest.mark.parametrize(("language", "name", "line"), list(table("orgs.txt")))
def test_a_listed_organisation_is_found_by_what_the_article_calls_it(
    gazetteer: Gazetteer, language: str, name: str, line: str
) -> None:
    """By its name in any case, and from there on by the other one that the article gives it."""
    _compare(gazetteer, "org", language, name, line)


def _compare(gazetteer: Gazetteer, kind: str, language: str, name: str, line: str) -> None:
    text, marks = marked(line)
    article = Text("", text, language)
    matcher = compile_names([name], kind)
    found = matcher.find(article, gazetteer.find(article))
    assert matcher.may_find(article) or not found
    lost = [text[m.start : m.end] for m in marks if not any(m.meets(h.start, h.end) for h in found)]
    false = [text[h.start : h.end] for h in found if not any(m.meets(h.start, h.end) for m in marks)]
    assert (lost, false) == ([], [])
