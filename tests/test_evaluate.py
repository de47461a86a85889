"""Verdicts: languages and age, what kept a rule out, and the fewest conditions that kept it silent."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.judging import judged, verdict, view_of
from watcher.model import Article, Entity, Evidence, Missing, Verdict
from watcher.rules.compile import compile_rules
from watcher.rules.evaluate import MOST_SENTENCE, Options, judge
from watcher.rules.spec import RuleSet, RuleSpec

NOON = datetime(2021, 10, 24, 12, tzinfo=UTC)
PARIS = "Europe/Paris"


def dated(published: date | datetime | None, rest: str, *, now: datetime = NOON, timezone: str = PARIS) -> Verdict:
    rules = f"version: 1\ntimezone: {timezone}\nrules:\n  - {{id: a, condition: {{keywords: a1}}, {rest}}}\n"
    (said,) = judged(rules, Article("", "a1", "fr", published), now=int(now.timestamp() * 1000), detail=False)
    return said


@pytest.mark.parametrize(
    ("published", "rest", "match"),
    [
        (NOON - timedelta(days=3), "max_age: 3d", True),
        (NOON - timedelta(days=3, seconds=1), "max_age: 3d", False),
        (date(2021, 10, 21), "max_age: 3d", True),
        (date(2021, 10, 20), "max_age: 3d", False),
        (date(2021, 10, 24), "max_age: 30s", True),
        (NOON, "max_age: 0s", True),
        (NOON - timedelta(seconds=1), "max_age: 0s", False),
        (None, "max_age: 3d", True),
        (None, "max_age: 3d, undated: drop", False),
        (NOON + timedelta(hours=24), "max_age: 3d, undated: drop", True),
        (NOON + timedelta(hours=25), "max_age: 3d, undated: drop", False),
        (NOON + timedelta(hours=25), "max_age: 3d", True),
        (date(2021, 10, 25), "max_age: 3d, undated: drop", True),
        (date(2021, 10, 26), "max_age: 3d, undated: drop", False),
        (date(1, 1, 1), "max_age: 3d", False),
        (date(9999, 12, 31), "max_age: 3d, undated: drop", False),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))), "max_age: 3d, undated: drop", False),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "max_age: 3d", False),
        (date(1999, 1, 1), "level: low", True),
    ],
)
def test_max_age_counts_from_the_end_of_the_stated_time(published: date | None, rest: str, match: bool) -> None:
    """A day without a time lasts to its end in the file's timezone; a date more than 24 h ahead is no date."""
    assert dated(published, rest).match is match


def test_the_day_ends_in_the_timezone_of_the_file() -> None:
    """23 October ends in Auckland thirteen hours before it ends in London, and in Honolulu ten hours after."""
    later = datetime(2021, 10, 24, 9, 30, tzinfo=UTC)
    ends = {
        zone: dated(date(2021, 10, 23), "max_age: 1h", now=later, timezone=zone).match
        for zone in ("Pacific/Auckland", "UTC", "Pacific/Honolulu")
    }
    assert ends == {"Pacific/Auckland": False, "UTC": False, "Pacific/Honolulu": True}
    assert dated(date(2021, 10, 20), "max_age: 3d").blocked_by == (
        Missing("max_age", "max_age", "published 2021-10-20, more than 3d ago"),
    )


def test_an_article_of_unknown_language_passes_languages() -> None:
    """Only a language that is known to be another keeps an article out."""
    rules = "version: 1\nrules:\n  - {id: a, condition: {keywords: a1}, languages: [fr, en]}\n"
    for language, match in (("fr", True), ("en", True), ("und", True), ("ru", False)):
        (said,) = judged(rules, Article("", "a1", language), detail=False)
        assert said.match is match
        assert said.blocked_by == (
            () if match else (Missing("languages", "languages", "the article is in ru, not in fr, en"),)
        )


def test_what_a_language_blocks_stands_nowhere_in_the_text() -> None:
    """In JSON it has a null `start`, like evidence without a place."""
    rules = "version: 1\nrules:\n  - {id: a, condition: {keywords: a1}, languages: [en]}\n"
    (said,) = judged(rules, Article("", "a1", "fr"), now=0, detail=True)
    (blocking,) = said.to_json()["blocked_by"]
    assert (blocking["at"], blocking["text"], blocking["start"], blocking["end"]) == ("languages", None, None, None)


def test_what_matches_nothing_is_not_kept_out() -> None:
    """Age and language block only what would have matched."""
    rules = "version: 1\nrules:\n  - {id: a, condition: {keywords: b1}, languages: [en], max_age: 1d}\n"
    (said,) = judged(rules, Article("", "a1", "fr", date(1999, 1, 1)), now=0, detail=False)
    assert said == Verdict("a", False)


def test_what_only_a_none_kept_out_is_told_with_its_span() -> None:
    """With or without details; several gates are told together."""
    condition = "{all: [{keywords: a1}], none: [{keywords: [b1, c1]}, {place: TJ}]}"
    for detail in (True, False):
        said = verdict(condition, "a1 c1 Tadjikistan", detail=detail)
        assert [(b.condition, b.at, b.to_json()["text"]) for b in said.blocked_by] == [
            ("keywords", "none[0]", "c1"),
            ("place", "none[1]", "Tadjikistan"),
        ]
        assert all(isinstance(b, Evidence) for b in said.blocked_by)
    assert verdict(condition, "c1", detail=False) == Verdict("a", False)


def test_what_is_missing_and_what_is_forbidden_are_told_together() -> None:
    """Where both keep a rule silent, `missing` names both, and nothing is told as kept out."""
    said = verdict("{all: [{keywords: a1}, {keywords: b1}], none: [{keywords: c1}]}", "a1 c1")
    assert [(m.at, m.why) for m in said.missing] == [
        ("all[1]", "no 'b1' in the text"),
        ("none[0]", "'c1' is there, and a 'none' forbids it"),
    ]
    assert not said.blocked_by


def test_what_a_none_kept_out_goes_before_what_is_missing() -> None:
    """A rule that would match but for a `none` is kept out, though another branch might have matched too; with details
    it is told what is the least, where that is less."""
    condition = "{any: [{keywords: z1}, {all: [{keywords: a1}], none: [{keywords: b1}, {keywords: c1}]}]}"
    for detail in (True, False):
        assert [b.at for b in verdict(condition, "a1 c1", detail=detail).blocked_by] == ["any[1].none[1]"]
    kept_out = verdict(condition, "a1 b1 c1", detail=False)
    assert [b.at for b in kept_out.blocked_by] == ["any[1].none[0]", "any[1].none[1]"]
    assert [m.at for m in verdict(condition, "a1 b1 c1").missing] == ["any[0]"]


def test_of_an_all_in_a_none_one_condition_is_told() -> None:
    """One that goes away is enough."""
    said = verdict("{all: [{keywords: a1}], none: [{all: [{keywords: b1}, {keywords: c1}]}]}", "a1 b1 c1")
    assert [b.at for b in said.blocked_by] == ["none[0].all[0]"]


def test_another_language_is_told_beside_what_is_missing() -> None:
    """Of a rule that would not match anyway, with details, its languages and age are among what kept it silent."""
    rules = "version: 1\nrules:\n  - {id: a, condition: {keywords: b1}, languages: [en], max_age: 1d}\n"
    (said,) = judged(rules, Article("", "a1", "fr", date(1999, 1, 1)), now=int(NOON.timestamp() * 1000))
    assert [m.at for m in said.missing] == ["", "languages", "max_age"] and not said.blocked_by


def test_a_sentence_without_end_is_cut_around_its_hit() -> None:
    """A page without full stops does not put itself into every alert."""
    (piece,) = verdict("{keywords: a1}", "x " * 50_000 + "a1 " + "x " * 50_000).evidence
    assert piece.sentence is not None and len(piece.sentence) == MOST_SENTENCE and " a1 " in piece.sentence


@pytest.mark.parametrize(
    ("condition", "body", "parts"),
    [
        ("{near: {within: paragraph, all: [{keywords: a1}, {keywords: b1}]}}", "A1 ouvre, " + "un mot, " * 450_000 + "B1", ["A1", "B1"]),
        ("{near: {within: sentence, all: [{keywords: a1}, {keywords: b1}]}}", "A1 " + "mot " * 900_000 + "b1", ["A1", "b1"]),
        ("{keywords: 'taliban*'}", "Les taliban" + "s" * 3_600_000, []),
    ],
)  # fmt: skip
def test_evidence_of_megabytes_is_cut(condition: str, body: str, parts: list[str]) -> None:
    """An article of one paragraph, or of one word, does not put itself into an alert; a `near` tells its parts whole."""
    (piece,) = verdict(condition, body).evidence
    assert piece.text is not None and len(piece.text) == MOST_SENTENCE
    assert [part["text"] for part in piece.facts.get("of", ())] == parts
    assert all(body[part["start"] : part["end"]] == part["text"] for part in piece.facts.get("of", ()))
    assert len(json.dumps(piece.to_json())) < 50_000


def test_a_rule_that_is_not_enabled_stays_out() -> None:
    """`enabled: false` says nothing of any article."""
    rules = "version: 1\nrules:\n  - {id: a, condition: {keywords: a1}, enabled: false}\n"
    assert judged(rules, Article("", "a1", "fr")) == []


def test_no_rules_are_no_trouble() -> None:
    """A file of nothing but a version matches nothing."""
    program, view = view_of("version: 1\n", Article("", "a1", "fr"))
    assert list(judge(program, view, Options())) == []
    assert compile_rules(RuleSet("x"), program.gazetteer).enabled == ()


def test_a_model_is_asked_for_only_where_the_rest_does_not_decide() -> None:
    """The rule itself comes back where the answer takes named entities that nobody has worked out yet."""
    rules = (
        "version: 1\nrules:\n"
        "  - {id: a, condition: {all: [{entity: {type: person}}, {keywords: z1}]}}\n"
        "  - {id: b, condition: {all: [{entity: {type: person}}, {keywords: a1}]}}\n"
    )
    program, view = view_of(rules, Article("", "a1", "fr"))
    (undecided,) = judge(program, view, Options())
    assert isinstance(undecided, RuleSpec) and undecided.id == "b"


def test_a_model_is_asked_of_a_doubtful_place_only_where_that_decides() -> None:
    """A place for which nothing speaks waits for the model where the rule hangs on it, and nowhere else."""
    rules = (
        "version: 1\nrules:\n"
        "  - {id: decides, condition: {place: BS}}\n"
        "  - {id: elsewhere, condition: {place: FR}}\n"
        "  - {id: enough, condition: {place: TJ}}\n"
        "  - {id: too-few, condition: {place: {in: BS, min: 2}}}\n"
        "  - {id: no-text, condition: {all: [{place: BS}, {keywords: z1}]}}\n"
    )
    body = "Le Tadjikistan se tait, dit Nassau."
    program, view = view_of(rules, Article("", body, "fr"))
    undecided = [one for one in judge(program, view, Options()) if isinstance(one, RuleSpec)]
    assert [rule.id for rule in undecided] == ["decides"]
    program, view = view_of(rules, Article("", body, "sw"))  # no model: nothing to wait for
    assert not any(isinstance(one, RuleSpec) for one in judge(program, view, Options()))


@pytest.mark.parametrize(("kind", "matches"), [("place", True), ("person", False), ("org", False)])
def test_a_doubtful_place_counts_where_the_model_agrees(kind: str, matches: bool) -> None:
    """What the model takes for a place counts, and its evidence says why; what it takes for a person does not."""
    body = "Rien de neuf, dit Nassau."
    said = verdict("{place: BS}", body, entities=[Entity(kind, "Nassau", 18, 24)])
    assert said.match is matches
    assert [piece.to_json()["via"] for piece in said.evidence] == ["the model takes it for one"] * matches


@pytest.mark.parametrize("name", ["Lavrov", "Sergueï Lavrov"])
@pytest.mark.parametrize(("kind", "matches"), [("person", True), ("place", False), ("org", False)])
def test_a_last_name_at_a_sentences_start_counts_where_the_model_takes_it_for_a_person(
    name: str, kind: str, matches: bool
) -> None:
    """Its capital says nothing there: a first name, an office or the model must."""
    body = "Lavrov a dit non. Rien de plus."
    condition = f"{{entity: {{type: person, is: {name}}}}}"
    assert verdict(condition, body, entities=[Entity(kind, "Lavrov", 0, 6)]).match is matches
    assert verdict(condition, "Hier, " + body, entities=[]).match


def test_a_model_is_asked_of_a_doubtful_last_name_only_where_that_decides() -> None:
    """A name for which nothing speaks waits for the model where the rule hangs on it, and nowhere else."""
    rules = (
        "version: 1\nrules:\n"
        "  - {id: decides, condition: {entity: {type: person, is: Lavrov}}}\n"
        "  - {id: elsewhere, condition: {entity: {type: person, is: Merkel}}}\n"
        "  - {id: enough, condition: {entity: {type: person, is: [Lavrov, Macron]}}}\n"
        "  - {id: too-few, condition: {entity: {type: person, is: [Lavrov, Merkel], min: 2}}}\n"
        "  - {id: another, condition: {entity: {type: person, is: Vera Petit}}}\n"
    )
    body = "Lavrov a dit non à Macron. Jean Petit se tait. Petit attend."
    program, view = view_of(rules, Article("", body, "fr"))
    undecided = [one for one in judge(program, view, Options()) if isinstance(one, RuleSpec)]
    assert [rule.id for rule in undecided] == ["decides"]
    program, view = view_of(rules, Article("", body, "sw"))  # no model: nothing to wait for
    assert not any(isinstance(one, RuleSpec) for one in judge(program, view, Options()))


@pytest.mark.parametrize(
    ("term", "body"), [("WHO", "who " * 10_001 + "WHO said"), ("a?bc d", "xbc " * 10_001 + "axbc d")]
)
def test_ten_thousand_words_that_are_no_hits_hide_none(term: str, body: str) -> None:
    """A term is found however often a text has what only looks like it."""
    assert verdict(f'{{keywords: "{term}"}}', body, detail=False).match
