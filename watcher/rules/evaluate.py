"""Runs rules on an article: which match, by what evidence, and what kept the others silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from watcher.folded import new_tuple
from watcher.model import UNKNOWN_LANGUAGE, Article, Evidence, Missing, Verdict
from watcher.phrase import Span
from watcher.rules.ages import moment_of, undated
from watcher.rules.compile import Program
from watcher.rules.conditions.base import NOWHERE, Causes, Condition, Hit, NotYet, View
from watcher.rules.plans import shown
from watcher.rules.spec import RuleSpec
from watcher.rules.views import ArticleView, Standing

MOST_SENTENCE = 2_000  # characters; a text without full stops is one sentence
MOST_TEXT = 2_000  # characters of a piece of evidence; a text of one paragraph may be one stretch of `near`


@dataclass(frozen=True, slots=True)
class Options:
    """`now` in UTC milliseconds; None judges no age. `detail` also says why a rule kept silent."""

    now: int | None = None
    detail: bool = False


class Finding(NamedTuple):
    """What one rule's condition came to on one article, before it is put in words.

    `hits` are None where the condition does not hold; `causes` are why then. `gates` keep the rule from the article
    whatever its text says. Of a rule that its plan settled, `standing` is where the terms of its lists stand, of which
    hits are made when it is told.
    """

    rule: RuleSpec
    hits: tuple[Hit, ...] | None
    gates: tuple[Missing, ...] = ()
    causes: Causes = ()
    standing: Sequence[Standing] = ()

    @property
    def match(self) -> bool:
        return self.hits is not None and not self.gates


def judge(program: Program, view: ArticleView, options: Options) -> Iterator[Finding | RuleSpec]:
    """A finding for each rule that matches or is kept out, in their order, or with `detail` for every rule; the rule
    itself where it needs the named entities first."""
    rules, timezone = program.enabled, program.rules.timezone
    if options.detail:
        yield from (_finding(rule, view, options, timezone) for rule in rules)
        return
    for number, standing in program.plans.settled(program.candidates(view), view):
        rule = rules[number]
        if standing is not None:
            yield new_tuple(Finding, (rule, (), _gates(rule, view.article, options.now, timezone), (), standing))
            continue
        found = _finding(rule, view, options, timezone)
        if isinstance(found, RuleSpec) or found.hits is not None or found.causes:
            yield found


def _finding(rule: RuleSpec, view: ArticleView, options: Options, timezone: str) -> Finding | RuleSpec:
    """What one rule comes to; the rule itself where that takes named entities not worked out yet.

    Without `detail` the causes are those of a rule that only a `none` kept out.
    """
    try:
        hits, causes = _by_tree(rule.condition, view, options.detail)
    except NotYet:
        return rule
    return new_tuple(Finding, (rule, hits, _gates(rule, view.article, options.now, timezone), causes, ()))


def _by_tree(condition: Condition, view: ArticleView, detail: bool) -> tuple[tuple[Hit, ...] | None, Causes]:
    outcome = condition.evaluate(view)
    if outcome.holds:
        return outcome.hits, ()
    if detail:
        return None, condition.turn(view).up
    if not condition.may_be_kept_out() or not condition.evaluate(view, lenient=True).holds:
        return None, ()
    causes = condition.turn(view, kept_out=True).up
    return None, causes if all(cause.hits for cause in causes) else ()


def told(found: Finding, view: ArticleView) -> Verdict:
    """A finding in words: the evidence with its sentences, or what kept the rule silent: `blocked_by` where nothing is
    lacking, else all of it in `missing`."""
    name, gates, causes = found.rule.id, found.gates, found.causes
    if found.hits is not None:
        return Verdict(name, not gates, () if gates else tuple(_evidence(_hits(found, view), view)), blocked_by=gates)
    if all(cause.hits for cause in causes):
        return Verdict(name, False, blocked_by=(*_evidence((h for c in causes for h in c.hits), view), *gates))
    ordered = sorted(causes, key=lambda cause: bool(cause.hits))
    missing = (Missing(c.condition.key, c.condition.at, c.why(view)) for c in ordered)
    return Verdict(name, False, missing=(*missing, *gates))


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────


def _hits(found: Finding, view: ArticleView) -> Iterator[Hit]:
    rows = view.lookups.rows
    yield from found.hits or ()
    if found.standing:
        for condition, standing in zip(shown(found.rule.condition), found.standing, strict=True):
            yield from condition.hits_of([(*rows[entry], spans) for entry, spans in standing], view)


def _evidence(hits: Iterable[Hit], view: ArticleView) -> Iterator[Evidence]:
    """One piece of evidence a hit, as many as a condition keeps, in the order of the tree; where all of these stand in
    the title, which a reader has already, the first behind it too."""
    body = view.text.body_start
    for found in _by_condition(hits).values():
        kept = found[: found[0].condition.most_hits]
        if kept and all(hit.span.start < body for hit in kept):
            kept += [hit for hit in found[len(kept) :] if hit.span.start >= body][:1]
        for hit in kept:
            yield _piece(hit, view, len(found) if len(found) > len(kept) else None)


def _by_condition(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.at, []).append(hit)
    return found


def _piece(hit: Hit, view: View, hits: int | None = None) -> Evidence:
    """The evidence of one hit; `hits` is how many there are of its condition where not all are kept.

    Of a longer hit the evidence is the first MOST_TEXT characters: `text` is always what stands from `start` to `end`.
    A `near` tells its parts, wherever they stand, in `of`.
    """
    if hit.span is NOWHERE:
        return Evidence(hit.condition.key, hit.at, hit.said or None, facts=dict(hit.facts))
    text, start = view.text.text, hit.span.start
    end = min(hit.span.end, start + MOST_TEXT)
    left, right = _window(*view.text.sentence_of(start), start, end)
    facts = dict(hit.facts)
    if hit.of:
        facts["of"] = [_piece(inner, view).to_json() for inner in hit.of]
    if hits is not None:
        facts["hits"] = hits
    return Evidence(hit.condition.key, hit.at, text[start:end], start, end, text[left:right], left, facts)


def _window(left: int, right: int, start: int, end: int) -> tuple[int, int]:
    """A sentence's span, cut around the hit where it is longer than anybody writes."""
    if right - left > MOST_SENTENCE:
        left = max(left, start - MOST_SENTENCE // 2)
        right = min(right, left + MOST_SENTENCE)
    return left, max(right, end)


# ── languages and age ────────────────────────────────────────────────────────────────────────────


def _gates(rule: RuleSpec, article: Article, now: int | None, timezone: str) -> tuple[Missing, ...]:
    if not rule.languages and rule.max_age is None:
        return ()
    return tuple(_closed(rule, article, now, timezone))


def _closed(rule: RuleSpec, article: Article, now: int | None, timezone: str) -> Iterator[Missing]:
    """What keeps the rule from this article whatever it says: its language or its age."""
    language = article.language
    if rule.languages and language not in (*rule.languages, UNKNOWN_LANGUAGE):
        yield Missing("languages", "languages", f"the article is in {language}, not in {', '.join(rule.languages)}")
    if rule.max_age is None or now is None:
        return
    moment = datetime.fromtimestamp(now / 1000, UTC)
    published = article.published
    if published is None or undated(published, moment, timezone):
        if rule.undated == "drop":
            yield Missing("max_age", "max_age", "the article has no certain date, undated: drop")
    elif moment - moment_of(published, time.max, timezone) > timedelta(seconds=rule.max_age):
        yield Missing("max_age", "max_age", f"published {published.isoformat()}, more than {Span(rule.max_age)} ago")
