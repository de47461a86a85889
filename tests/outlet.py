"""An outlet whose articles end as all of its articles do, day after day, as the store knows them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from watcher.boilerplate import packed
from watcher.model import Admission, Article, FileFacts, FileOutcome, Handled, Reading
from watcher.store import Store
from watcher.store.articles import admit
from watcher.store.retention import DAY_MS

FOOTER = ("Follow the Gazette and its Taliban newsletter", "Our readers also watched: the market of Kabul at dawn")
_WORDS = (
    "river bridge council harvest teacher engine valley minister border window station letter judge garden winter "
    "report market signal doctor railway museum quarter tunnel harbour novel ticket mirror orchard pepper velvet"
).split()


def prose(number: int, paragraphs: int = 4) -> list[str]:
    """Paragraphs of 25 words each that no other number has."""
    rng = random.Random(number)
    return [" ".join(["Paragraph", *rng.choices(_WORDS, k=23), f"{number}-{n}."]) for n in range(paragraphs)]


def article(number: int, footer: Sequence[str] = FOOTER, source: str | None = "gazette") -> Article:
    """An article of its own, with the outlet's footer below it."""
    return Article(f"Title {number}", "\n\n".join([*prose(number), *footer]), "en", source=source, path=f"{number}.txt")


def handled(one: Article) -> Handled:
    """A file that holds nothing else, read by rules that match nothing in it."""
    return Handled(FileFacts(one.path, 1, 1), FileOutcome.DONE, "", (Admission(Reading(one, lines=packed(one))),))


def publish(store: Store, days: Iterable[Sequence[Article]], last: int) -> None:
    """Admits the articles of each day, of which the last one is that of `last` (ms)."""
    told = list(days)
    for age, articles in zip(range(len(told) - 1, -1, -1), told, strict=True):
        admit(store, [handled(one) for one in articles], last - age * DAY_MS)


def weeks(count: int, a_day: int = 2, source: str | None = "gazette", first: int = 0) -> list[list[Article]]:
    """So many days' articles, all with the footer."""
    return [[article(first + a_day * day + n, source=source) for n in range(a_day)] for day in range(count)]
