"""Places mentioned in articles, against marks that were set by reading.

places.json was marked before the gazetteer was first measured, places-held-out.json after what that showed was
mended, as a second look: five languages. places-blind.json has the beginnings, as far as `until` says, of 64 articles
in 23 languages that were marked much later, before any of them was looked at.

A mark is [start, end, country, kind]. Kinds that the gazetteer has count: country, region, city, adjective, people.
`other` are places that it does not claim to know (seas, quarters, villages, adjectives of towns), `organisation` names
inside of longer names of organisations: either may be found with its country, and is not lost otherwise.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.eval.material import HERE, Material, Row
from tests.eval.score import Score
from watcher.entities import places

FILES = ("places", "places-held-out", "places-blind")
_FREE = ("other", "organisation")
Mark = tuple[int, int, str, str]


def measure(material: Material, console: Console, *, errors: bool) -> bool:
    """Prints precision and recall by language, with `errors` what is wrong; whether the goals are met."""
    rows = material.rows()
    met = [_measure(rows, file, console, errors=errors) for file in FILES]
    return all(met)


def _measure(rows: Sequence[Row], file: str, console: Console, *, errors: bool) -> bool:
    marked = {one["id"]: one for one in json.loads((HERE / f"{file}.json").read_text("utf-8"))}
    gazetteer = places.load()
    scores: dict[str, Score] = defaultdict(Score)
    for row in rows:
        if row.id in marked:
            one = marked[row.id]
            score, said = judge(row, one["mentions"], gazetteer, until=one.get("until"))
            scores[row.language] += score
            for line in said if errors else ():
                console.print(f"{row.id}: {line}", markup=False)
    whole = sum(scores.values(), Score())
    table = Table(file, box=None)
    for heading in ("right", "wrong", "lost", "precision", "recall"):
        table.add_column(heading, justify="right")
    for name, score in [*sorted(scores.items()), ("all", whole)]:
        table.add_row(name, *map(str, (score.right, score.wrong, score.lost)), score.precision, score.recall)
    console.print(table)
    right, wrong, lost = whole.right, whole.wrong, whole.lost
    return right / (right + wrong) >= 0.97 and right / (right + lost) >= 0.95


def judge(
    row: Row, marks: Sequence[Mark], gazetteer: places.Gazetteer, until: int | None = None
) -> tuple[Score, list[str]]:
    """What is found in one article, or in what of it was marked, against its marks: each name and country, whatever its
    kind."""
    text = row.text
    score, said, met = Score(), [], set()
    for place in (p for p in gazetteer.find(text) if until is None or p.start < until):
        at = [n for n, (start, end, _, _) in enumerate(marks) if start < place.end and place.start < end]
        meant = place.country.partition("-")[0] or place.regions[0]
        agreed = [n for n in at if marks[n][2] in (meant, "")]
        met.update(agreed)
        if not agreed:
            score += Score(wrong=1)
            said.append(f"wrong: {place.name} {place.country} {place.kind} at {place.start}")
        elif any(marks[n][3] not in _FREE for n in agreed):
            score += Score(right=1)
    for number, (start, end, country, kind) in enumerate(marks):
        if number not in met and kind not in _FREE:
            score += Score(lost=1)
            said.append(f"lost: {text.text[start:end]} {country} {kind} at {start}")
    return score, said
