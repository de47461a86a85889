"""Stories: whatever papers do to one text it is one story, and no other text is; the same however it is read."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.retold import ARABIC, CHINESE, FRENCH, OTHER_CHINESE, THAI, news, papers
from tests.support import rows
from watcher.model import Admission, Alert, Article, Draft, FileFacts, FileOutcome, Handled, Level, Reading, Verdict
from watcher.store import Store, open_store
from watcher.store.alerts import list_alerts
from watcher.store.articles import admit
from watcher.store.retention import DAY_MS, prune
from watcher.stories import ALIKE, FEWEST, HORIZON, Shelf, fingerprint, likeness, shingles

NOW = 1_760_000_000_000


def alike(one: str, other: str) -> float:
    first, second = fingerprint(one), fingerprint(other)
    return likeness(first.shingles, second.shingles) if first and second else 0.0


def stories_of(*texts: str) -> list[int]:
    """The number of the story of each, where the first is 0."""
    shelf = Shelf()
    return [shelf.place(number, NOW, fingerprint(text)).story for number, text in enumerate(texts)]


# ── which texts are one story ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [FRENCH, CHINESE, ARABIC, THAI], ids=["fr", "zh", "ar", "th"])
def test_what_papers_do_to_a_text_leaves_it_one_story(text: str) -> None:
    """Tagged, cut, shuffled, halved, in capitals: the same story, also where words have no spaces between them."""
    assert stories_of(text, *papers(text).values()) == [0] * 6


def test_others_on_the_same_subject_are_stories_of_their_own() -> None:
    """Texts that share a subject, names and phrases, or a language, are not one story."""
    assert stories_of(FRENCH, CHINESE, OTHER_CHINESE, ARABIC, THAI) == [0, 1, 2, 3, 4]
    assert stories_of(*map(news, range(200))) == list(range(200))


def test_an_outlets_own_articles_must_be_more_alike() -> None:
    """What has more of a footer than of an article is no story with the next of its outlet; another outlet that prints
    as much of a text tells its story."""
    footer = news(0, 90)
    own = [fingerprint(f"{news(n, 90)} {footer}") for n in (1, 2)]
    assert own[0] and own[1] and likeness(own[0].shingles, own[1].shingles) > ALIKE
    for source, story in (("a", 1), ("b", 0), ("", 0)):
        shelf = Shelf()
        assert shelf.place(0, NOW, own[0], "a").story == 0
        assert shelf.place(1, NOW, own[1], source).story == story
    shelf = Shelf()
    copies = [fingerprint(text) for text in (FRENCH, *papers(FRENCH).values())]
    assert [shelf.place(n, NOW, found, "a").story for n, found in enumerate(copies)] == [0] * 6


def test_a_part_is_of_the_story_of_the_whole() -> None:
    """A third of an article is its story, from its own outlet too; one item of a round-up does not join the others."""
    whole = news(1, 300)
    for source in ("a", ""):
        shelf = Shelf()
        parts = [fingerprint(text) for text in (whole, whole[: len(whole) // 3], whole[: len(whole) // 5])]
        assert [shelf.place(n, NOW, found, source).story for n, found in enumerate(parts)] == [0, 0, 0]
    assert stories_of("\n".join(map(news, range(10))), *map(news, range(10))) == list(range(11))


def test_a_text_too_short_to_tell_is_a_story_of_its_own() -> None:
    """Two flashes that differ by the place would be alike by most of their words."""
    flash = "Séisme de magnitude 5,2 au {} : pas de victimes signalées dans l'immédiat, selon les autorités."
    assert fingerprint(flash.format("Tadjikistan")) is None
    assert stories_of(flash.format("Tadjikistan"), flash.format("Népal")) == [0, 1]


@given(st.text(max_size=400), st.integers(0, 2**16))
@settings(max_examples=100)
def test_any_text_has_a_fingerprint_that_is_its_own(text: str, seed: int) -> None:
    """Whatever characters it holds, a text is alike itself whole, and its likeness to another is the same both ways."""
    other = news(seed, 40) + text
    first, second = fingerprint(text), fingerprint(other)
    assert (first is None) == (len(set(shingles(text))) < FEWEST)
    if first and second:
        assert likeness(first.shingles, first.shingles) == 1
        assert 0 <= likeness(first.shingles, second.shingles) == likeness(second.shingles, first.shingles) <= 1


def test_likeness_is_that_of_the_shingles() -> None:
    """The numbers stand for the words: what is alike by a third is told so."""
    text = news(1, 300)
    first = text[: len(text) // 3]
    ours, theirs = set(shingles(text)), set(shingles(first))
    assert alike(text, first) == pytest.approx(len(ours & theirs) / len(ours | theirs), abs=1e-9)
    assert alike(text, first) > ALIKE


def test_a_form_that_many_fill_in_is_kept_by_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of articles that share but a form, each band is kept for so many, so that looking never takes longer."""
    monkeypatch.setattr("watcher.stories.MOST_HOLDERS", 10)
    form, shelf = news(0, 60), Shelf()
    for number in range(100):
        shelf.place(number, NOW, fingerprint(f"{form} {news(number + 1, 300)}"))
    assert max(map(len, shelf.holders.values())) == 10


def test_texts_are_compared_where_two_of_their_bands_are_the_same() -> None:
    """Fewer say nothing: of 100 articles that have nothing in common some share one."""
    shelf, found = Shelf(), fingerprint(FRENCH)
    assert found is not None
    shelf.place(0, NOW, found)
    others = [tuple(-n - 1 for n in range(len(found.bands) - shared)) for shared in range(4)]
    sharing = [replace(found, bands=found.bands[:shared] + other) for shared, other in enumerate(others)]
    assert [shelf.candidates(one, NOW) for one in sharing] == [[], [], [0], [0]]


def test_a_story_ends_three_days_after_it_was_told_last() -> None:
    """What comes within the time goes on with it, and later the same text begins another; a clock that goes back by
    years does not take up what is to come."""
    shelf, found = Shelf(), fingerprint(FRENCH)
    times = [0, HORIZON - 1, 2 * HORIZON - 2, 3 * HORIZON - 2, 4 * HORIZON, -100 * HORIZON]
    assert [shelf.place(n, NOW + at, found).story for n, at in enumerate(times)] == [0, 0, 0, 3, 4, 5]


# ── in the store ─────────────────────────────────────────────────────────────────────────────────


def brought(
    number: int, text: str, source: str | None = "A", at: int = NOW, rules: Sequence[str] = ("taliban",), **more: Any
) -> Handled:
    """A file with one article that the rules match."""
    article = Article(f"Titre {number}", text, "fr", source=source, path=f"{number}.txt", **more)
    verdicts = tuple(Verdict(rule, match=True) for rule in rules)
    reading = Reading(article, verdicts, fingerprint=fingerprint(article.text) if rules else None)
    drafts = tuple(Draft(v.rule, "Title", Level.HIGH, "d" * 64, v) for v in verdicts)
    file = FileFacts(f"{number}.txt", 1, number, rested_at=at)
    return Handled(file, FileOutcome.DONE, "", (Admission(reading, drafts),))


def told(alerts: Sequence[Alert]) -> list[tuple[int | None, int]]:
    return [(alert.story, alert.outlets) for alert in alerts]


def test_an_alert_says_how_many_outlets_told_its_story(store: Store) -> None:
    """Each paper counts once, without regard to case; an article that names none counts as one more; the same text to
    the letter from yet another opens nothing and counts."""
    texts = list(papers(FRENCH).values())
    batch = [brought(1, FRENCH, "AFP"), brought(2, texts[0], "Le Soir"), brought(3, texts[1], "afp")]
    assert told(admit(store, batch, NOW)) == [(1, 1), (1, 2), (1, 2)]
    same = brought(1, FRENCH, "Le Jour")
    assert told(admit(store, [same, brought(4, CHINESE)], NOW)) == [(4, 1)]
    assert told(admit(store, [brought(5, texts[2], None)], NOW)) == [(1, 4)]
    assert told(admit(store, [brought(6, texts[3], None)], NOW)) == [(1, 4)]
    with store.read() as conn:
        listed = list_alerts(conn, 10)
    assert [(one.alert.story, one.alert.outlets) for one in listed][:2] == [(1, 4), (1, 4)]


def test_articles_that_match_nothing_have_no_story(store: Store) -> None:
    """What nobody is told of is not looked at: the first that matches begins the story."""
    alerts = admit(store, [brought(1, FRENCH, rules=()), brought(2, papers(FRENCH)["cut"])], NOW)
    assert told(alerts) == [(2, 1)]
    assert rows(store, "stories", "story_articles") == [1, 1]


STORIES = [list(papers(news(n)).values()) for n in range(3)]


@settings(max_examples=8)
@given(st.permutations(range(12)), st.integers(1, 6), st.integers(0, 2))
def test_stories_are_the_same_whatever_the_batches(order: list[int], size: int, again: int) -> None:
    """Batches of any size, the store closed after each, and some delivered twice: the same stories and outlets as in
    one batch. So the number of workers and kills between make no difference."""
    files = [brought(n, STORIES[n // 4][n % 4], f"paper {n % 3}", NOW + 1000 * at) for at, n in enumerate(order)]
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        whole = told(admit(store, files, NOW + 10**6))
    assert len({story for story, _ in whole}) == 3
    parts: list[tuple[int | None, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(files), size):
            for _ in range(1 + (start % 4 < again)):  # the file was moved in once more
                with open_store(Path(folder)) as store:
                    parts += told(admit(store, files[start : start + size], NOW + 10**6))
    assert parts == whole


def test_a_batch_that_fails_leaves_no_story(store: Store) -> None:
    """All or nothing: what is not committed is read again, and begins its story then."""

    def fail(*_: object) -> list[Alert]:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        admit(store, [brought(1, FRENCH)], NOW, fail)
    assert rows(store, "stories", "story_articles", "story_bands", "story_sources", "articles") == [0] * 5
    assert told(admit(store, [brought(1, FRENCH)], NOW)) == [(1, 1)]


def test_copies_take_no_place_of_their_own(store: Store) -> None:
    """A text that thirty papers print as it is is kept once to be found by."""
    admit(store, [brought(n, f"{FRENCH} {n}", f"paper {n}") for n in range(30)], NOW)
    assert rows(store, "stories", "story_articles", "story_sources", "story_bands") == [1, 30, 30, 32]


def test_stories_that_ended_are_forgotten(store: Store) -> None:
    """Three days after its last article nothing of a story is kept but its number in the alerts; one that articles of
    long ago began just now is kept as long."""
    admit(store, [brought(1, FRENCH)], NOW)
    admit(store, [brought(2, papers(FRENCH)["cut"], at=NOW + 2 * DAY_MS)], NOW + 2 * DAY_MS)
    admit(store, [brought(3, CHINESE, at=NOW - 1000 * DAY_MS)], NOW + 4 * DAY_MS)
    assert prune(store, NOW + 4 * DAY_MS).stories == 0
    assert prune(store, NOW + 6 * DAY_MS).stories == 1
    assert rows(store, "stories", "story_articles", "alerts") == [1, 1, 3]
    assert prune(store, NOW + 8 * DAY_MS).stories == 1
    assert rows(store, "story_articles", "story_bands", "story_sources") == [0, 0, 0]
    assert told(admit(store, [brought(4, FRENCH + "!", at=NOW + 8 * DAY_MS)], NOW + 8 * DAY_MS)) == [(4, 1)]


def test_the_number_of_outlets_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles that invent an outlet each do not fill the store."""
    monkeypatch.setattr("watcher.store.stories.MOST_OUTLETS", 3)
    alerts = admit(store, [brought(n, f"{FRENCH} {n}", f"paper {n}") for n in range(6)], NOW)
    assert [alert.outlets for alert in alerts] == [1, 2, 3, 3, 3, 3]


def test_hostile_texts_take_no_longer() -> None:
    """A text of one endless word, of one word over and over, and of a million words are looked at within bounds."""
    rng = random.Random(1)
    assert fingerprint("x" * 5_000_000) is None
    assert fingerprint("mot " * 1_000_000) is None
    found = fingerprint(" ".join(str(rng.random()) for _ in range(300_000)))
    assert found is not None
    assert len(found.shingles) <= 4 * 30_000
    assert fingerprint("\ud800 \udfff " * 100 + " ".join(map(chr, range(0x100, 0x400)))) is not None
