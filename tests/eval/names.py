"""Names of people in other spellings and scripts, and namesakes, as real news writes them (names.tsv)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console

from tests.eval.material import HERE, Material
from tests.eval.score import Score
from watcher.entities.names import compile_names
from watcher.text import Text


class Pair(NamedTuple):
    """A name as a rule lists it and as an article writes it; `namesake` where another has the same last name."""

    listed: str
    written: str
    language: str
    same: bool
    namesake: bool

    @property
    def across(self) -> bool:
        """Whether one is written in Latin letters and the other is not."""
        return _is_latin(self.listed) != _is_latin(self.written)


def pairs() -> Iterator[Pair]:
    for line in (HERE / "names.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            listed, written, language, label, *more = line.split("\t")
            yield Pair(listed, written, language, label == "same", more == ["namesake"])


def measure(material: Material, console: Console, *, errors: bool) -> bool:
    """Prints precision and recall, with `errors` the pairs that are wrong; whether the goals are met."""
    whole, across, namesakes, caught = Score(), Score(), 0, 0
    for pair in pairs():
        hit = bool(compile_names([pair.listed], "person").find(Text("", pair.written, pair.language)))
        score = Score(hit and pair.same, hit and not pair.same, pair.same and not hit)
        whole += score
        across += score if pair.across else Score()
        namesakes, caught = namesakes + pair.namesake, caught + (pair.namesake and hit)
        if errors and hit != pair.same:
            console.print(f"{'wrong' if hit else 'lost'}: {pair.listed} / {pair.written} ({pair.language})")
    for name, score in (("names", whole), ("names across scripts", across)):
        console.print(f"{name}: precision {score.precision}, recall {score.recall}", highlight=False)
    console.print(f"namesakes taken for the person: {caught} of {namesakes}", highlight=False)
    right, wrong, lost = whole.right, whole.wrong, whole.lost
    return right / (right + wrong) >= 0.97 and right / (right + lost) >= 0.9


def _is_latin(name: str) -> bool:
    return max(map(ord, name)) < 0x370
