"""Boilerplate: what recurs in all that a source tells is learned and cut, news never is, and every cut can be seen."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from tests.outlet import FOOTER, article, handled, prose, publish, weeks
from watcher.analyse.engine import Engine
from watcher.boilerplate import (
    A_DAY,
    DAYS,
    KEPT_DAYS,
    LEAST,
    WINDOW,
    Learned,
    Sample,
    Share,
    cuts,
    learn,
    lines,
    pack,
    source_of,
    unpack,
    without,
)
from watcher.errors import Trouble
from watcher.model import Article
from watcher.rules.bundle import Bundle
from watcher.rules.evaluate import Options
from watcher.store import Store, boilerplate, schema
from watcher.store.articles import admit
from watcher.store.retention import DAY_MS, prune

NOW = 20_000 * DAY_MS + 3_600_000
TOMORROW = NOW + DAY_MS


def learned(store: Store, now: int = TOMORROW) -> dict[str, set[str]]:
    """The lines that are cut of each source."""
    with store.read() as conn:
        found: dict[str, set[str]] = {}
        for line in boilerplate.listed(conn, now):
            found.setdefault(line.source, set()).add(line.text)
        assert found.keys() == boilerplate.learned(conn, now).keys()
    return found


def counted(store: Store) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(schema.source_lines)).scalar_one()


def known(one: Article, *texts: str) -> Learned:
    """As if these lines of the article were boilerplate."""
    chosen = [line.number for line in lines(one) if one.text[line.start : line.end] in texts]
    return {source_of(one): {number: Share(41, 60) for number in chosen}}


# ── what is learned ──────────────────────────────────────────────────────────────────────────────


def test_a_footer_is_learned_from_the_day_after_it_was_seen_for_a_week(store: Store) -> None:
    """In ten articles on seven days: not on the seventh day itself, and no line of the articles with it."""
    publish(store, weeks(DAYS), NOW)
    assert learned(store, NOW) == {}
    assert learned(store) == {"gazette": set(FOOTER)}


@pytest.mark.parametrize(
    "days",
    [weeks(DAYS - 1, a_day=A_DAY), weeks(LEAST - 1, a_day=1), [[article(n) for n in range(200)]]],
    ids=["six days", "nine articles", "a flood of one day"],
)
def test_what_was_seen_too_seldom_is_not_learned(store: Store, days: list[list[Article]]) -> None:
    """Neither six days nor nine articles nor two hundred of one day are enough."""
    publish(store, days, NOW)
    assert learned(store) == {}


def test_variants_of_a_footer_are_learned_and_a_paragraph_of_some_articles_is_not(store: Store) -> None:
    """Each of three variants in turn is, and no paragraph of background that a tenth of the articles repeat."""
    variants = [["Variant one of the menu"], ["Another variant"], ["The third"]]
    background = "The war began in February, when troops crossed the border at dawn and took the airport in a day."
    days = [
        [
            article(n, footer=([background] if n % 10 == 0 else []) + variants[n % 3])
            for n in range(4 * day, 4 * day + 4)
        ]
        for day in range(20)
    ]
    publish(store, days, NOW)
    assert learned(store) == {"gazette": {line for variant in variants for line in variant}}


def test_the_same_story_day_after_day_makes_no_boilerplate(store: Store) -> None:
    """A report that is sent anew every hour, each time with a new title and a new paragraph on top, is one article:
    what it repeats for weeks stays in sight, and so does what thirty copies of a dispatch have."""
    days = []
    for day in range(3 * DAYS):
        told = [
            Article(
                f"Title {day}.{hour}", "\n\n".join([*prose(1_000 + 24 * day + hour, 1), *prose(0, 6)]), source="live"
            )
            for hour in range(24)
        ]
        copied = prose(2_000 + day // 10, 5)
        copies = [
            Article(f"Copy {day}.{n}", "\n\n".join([*copied, f"Sent {day}.{n}"]), source="wire") for n in range(30)
        ]
        days.append([replace(one, path=f"{day}.{n}.txt") for n, one in enumerate([*told, *copies])])
    publish(store, days, NOW)
    assert learned(store) == {}


def test_versions_of_an_article_are_counted_once(store: Store) -> None:
    """An article that comes again is a further sighting of it, one that is brought up to date a copy."""
    one = article(1)
    again = Article(one.title, f"{one.body}\n\nCorrected at noon.", source="gazette", path="2.txt")
    for _ in range(2):
        admit(store, [handled(one), handled(again)], NOW)
    assert counted(store) == 1


def test_sources_are_kept_apart_and_none_is_no_source(store: Store) -> None:
    """What one outlet repeats is news in another; case makes no other source; without a source nothing is learned."""
    days = [
        [article(2 * day, source="Gazette"), article(2 * day + 1, source="GAZETTE ")]
        + [article(1_000 + 2 * day + n, source=None) for n in range(2)]
        + [article(2_000 + day, footer=(), source="other")]
        for day in range(DAYS)
    ]
    publish(store, days, NOW)
    assert learned(store) == {"gazette": set(FOOTER)}
    with store.read() as conn:
        found = boilerplate.learned(conn, TOMORROW)
    assert [len(cuts(article(9_000, source=source), found)) for source in ("gazette", "other", None)] == [2, 0, 0]


def test_what_is_no_longer_seen_is_forgotten(store: Store) -> None:
    """When the outlet has another footer, as its articles pass; when it falls silent, after ninety days."""
    publish(store, weeks(20), NOW)
    later = NOW + 24 * DAY_MS
    publish(store, [[article(500 + 3 * day + n, footer=["New footer"]) for n in range(3)] for day in range(24)], later)
    assert learned(store, later + DAY_MS) == {"gazette": {"New footer"}}
    assert counted(store) <= WINDOW + A_DAY
    assert learned(store, later + (KEPT_DAYS + 1) * DAY_MS) == {}
    assert prune(store, later + (KEPT_DAYS + 1) * DAY_MS).source_lines > 0
    assert counted(store) == 0


def test_within_a_day_nothing_that_is_counted_changes_what_is_cut(store: Store) -> None:
    """However much comes in a day, and in whatever order, its articles are cut by what was learned until the day
    before, also after a restart."""
    publish(store, weeks(30, a_day=A_DAY), NOW - DAY_MS)
    before = learned(store, NOW)
    for number in random.Random(1).sample(range(600, 700), 20):
        admit(store, [handled(article(number, footer=["New footer"]))], NOW)
        assert learned(store, NOW) == before


def test_an_article_and_its_lines_are_counted_together_or_not_at_all(store: Store) -> None:
    """What happens to the transaction happens to both; done again it counts once."""

    def fails(_: Connection) -> None:
        raise Trouble("no space")

    with pytest.raises(Trouble):
        admit(store, [handled(article(1))], NOW, also=[fails])
    assert counted(store) == 0
    for _ in range(2):
        admit(store, [handled(article(1))], NOW)
    assert counted(store) == 1


def test_sources_beyond_the_bound_go_and_those_seen_on_most_days_stay(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed that makes up a source for each article drives out no outlet that has come for weeks."""
    monkeypatch.setattr(boilerplate, "MOST_SOURCES", 5)
    monkeypatch.setattr(boilerplate, "_REMOVED", 7)  # looked up together: all go nevertheless
    publish(store, weeks(DAYS), NOW)
    admit(store, [handled(article(1_000 + n, source=f"made up {n}")) for n in range(50)], NOW)
    prune(store, NOW)
    assert learned(store) == {"gazette": set(FOOTER)}
    with store.read() as conn:
        assert len(set(conn.execute(select(schema.source_lines.c.source)).scalars())) == 5


def test_a_forgotten_source_learns_anew(store: Store) -> None:
    """Nothing of it is cut from then on, and others are left alone."""
    publish(store, [a + b for a, b in zip(weeks(DAYS), weeks(DAYS, source="other", first=500), strict=True)], NOW)
    with store.read() as conn:
        before = boilerplate.forgotten(conn)
    assert boilerplate.forget(store, " GAZETTE", TOMORROW) == 2 * DAYS
    assert boilerplate.forget(store, "nobody", TOMORROW) == 0
    with store.read() as conn:
        assert boilerplate.forgotten(conn) > before
    assert learned(store) == {"other": set(FOOTER)}


# ── what is cut ──────────────────────────────────────────────────────────────────────────────────

WORDS = st.text("ab \n\u00e9\u4e2d\ud800", max_size=60)


@given(title=WORDS, pieces=st.lists(WORDS | st.sampled_from(FOOTER), max_size=150), chosen=st.sets(st.integers(0, 150)))
def test_what_stays_stands_where_it_stood(title: str, pieces: list[str], chosen: set[int]) -> None:
    """Whatever is learned: the text stays as long, title and first line stay, and each line is whole or blank."""
    one = Article(title.strip(), "\n".join(pieces), source="x")
    found = lines(one)
    learned = {"x": {line.number: Share(10, 20) for n, line in enumerate(found) if n in chosen}}
    cut = cuts(one, learned)
    seen = without(one, cut)
    assert (seen.title, len(seen.text), seen.body_start) == (one.title, len(one.text), one.body_start)
    spans = {(line.start, line.end) for line in cut}
    assert found[:1] == [line for line in found[:1] if (line.start, line.end) not in spans]
    at = one.body_start
    for piece in one.body.split("\n"):
        expected = " " * len(piece) if (at, at + len(piece)) in spans else piece
        assert seen.text[at : at + len(piece)] == expected
        at += len(piece) + 1


def test_too_little_to_remain_is_left_as_it_is() -> None:
    """A body of hardly more than boilerplate is not emptied."""
    one = Article("Flash", "\n\n".join(["Short lead of five words", *FOOTER]), source="gazette")
    assert cuts(one, known(one, *FOOTER)) == ()


def test_a_text_of_very_many_lines_is_looked_at_from_both_ends() -> None:
    """Only so many lines count, the last one among them, at their place."""
    one = Article("", "\n".join([*prose(1), *(f"line {n}" for n in range(100_000)), *FOOTER]), source="gazette")
    assert len(lines(one)) == 120
    assert [one.text[c.start : c.end] for c in cuts(one, known(one, *FOOTER))] == list(FOOTER)


def test_a_text_without_spaces_is_cut_too() -> None:
    """Two characters of Chinese are a word: enough remains of an article of a few lines."""
    one = Article(
        "标题",
        "\n".join(["国务院星期一在北京宣布了一项新的计划。" * 2, "记者星期二从现场发回报道说。", "未经许可不得转载"]),
        source="x",
    )
    assert [one.text[c.start : c.end] for c in cuts(one, known(one, "未经许可不得转载"))] == ["未经许可不得转载"]


def test_a_line_that_only_begins_like_a_learned_one_stays() -> None:
    """Of a line of more than 2,000 characters no more is compared, and it is never cut."""
    begins = "word " * 400
    one, other = (Article("", "\n".join([*prose(n), begins + tail]), source="x") for n, tail in ((1, ""), (2, " news")))
    learned = known(one, begins)
    assert len(cuts(one, learned)) == 1
    assert cuts(other, learned) == ()


def test_what_workers_are_handed_is_what_was_learned() -> None:
    """Of too much the least frequent is left out."""
    samples = [Sample(day, [line.number for line in lines(article(2 * day + n))]) for day in range(9) for n in range(2)]
    found = {"gazette": learn(samples)}
    assert len(found["gazette"]) == 2
    assert unpack(pack(found)) == found
    many = {f"s{n:03}": {line: Share(30 + n % 31, 60) for line in range(100)} for n in range(300)}
    kept = unpack(pack(many))
    assert sum(map(len, kept.values())) == 20_000
    assert "s030" in kept and "s000" not in kept


# ── what rules say ───────────────────────────────────────────────────────────────────────────────

RULES = """\
version: 1
rules:
  - {id: footer, condition: {keywords: ["taliban*"]}}
  - {id: both, condition: {all: [{keywords: [kabul]}, {keywords: [zebra]}]}}
  - {id: calm, condition: {all: [{keywords: [paragraph]}, {none: [{keywords: [newsletter]}]}]}}
"""


def verdicts(learned: Learned, *, detail: bool, body: str = "\n\n".join([*prose(1), *FOOTER])) -> dict[str, Any]:
    engine = Engine.of(Bundle({"rules.yaml": RULES}))
    engine = Engine(engine.program, learned=learned)
    (matched,) = engine.match([Article("Title", body, "en", source="Gazette")], Options(detail=detail))
    return {verdict.rule: verdict for verdict in matched.verdicts}


@pytest.mark.parametrize("detail", [False, True])
def test_a_rule_is_silent_for_want_of_a_cut_line_and_says_so(detail: bool) -> None:
    """It is kept out by the line, with its span and how often it was seen; a rule that the line alone would silence
    matches; one that the whole article does not match either says what it always said."""
    before = verdicts({}, detail=detail)
    assert before["footer"].match and not before["calm"].match
    found = verdicts(known(article(1), *FOOTER), detail=detail)
    (blocking,) = found["footer"].blocked_by
    assert not found["footer"].match and not found["footer"].missing
    assert (blocking.text, blocking.sentence) == (FOOTER[0], None)  # once: each article kept out keeps it
    assert blocking.start == len("\n\n".join(["Title", *prose(1), ""]))
    assert blocking.to_json()["why"] == f"boilerplate of gazette: in 41 of its last 60 articles: {FOOTER[0]}"
    assert found["calm"].match
    assert detail is False or (found["both"].missing and not found["both"].blocked_by)


def test_evidence_stands_where_it_stands_in_the_article() -> None:
    """Offsets count in the whole text, cut lines above the place or not."""
    body = "\n\n".join([prose(1)[0], *FOOTER, *prose(2), "A Taliban convoy left."])
    one = Article("Title", body, "en", source="Gazette")
    (evidence,) = verdicts(known(one, *FOOTER), detail=False, body=body)["footer"].evidence
    assert one.text[evidence.start : evidence.end] == "Taliban"
    assert evidence.sentence == "A Taliban convoy left."


@pytest.mark.parametrize("source", ["\ud800\x1b[31m", "a" * 10_000, "x\ny\0"])
def test_a_hostile_name_is_a_source_like_any_other(store: Store, source: str) -> None:
    """Whatever it holds, it is counted under one name that prints, and cut."""
    publish(store, weeks(DAYS, source=source), NOW)
    ((name, found),) = learned(store).items()
    assert found == set(FOOTER)
    assert name.isprintable() and len(name) <= 200
    with store.read() as conn:
        assert len(cuts(article(900, source=source), boilerplate.learned(conn, TOMORROW))) == 2
