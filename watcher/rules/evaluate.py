"""Runs rules on an article: which match, by what evidence, and what kept the others silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.model import UNKNOWN_LANGUAGE, Article, Evidence, Missing, Verdict
from watcher.rules.compile import ArticleView, Program
from watcher.rules.conditions.base import MOST_HITS, Hit, NotYet, every
from watcher.rules.conditions.groups import NoneOf
from watcher.rules.spec import RuleSpec


@dataclass(frozen=True, slots=True)
class Options:
    """`now` in UTC milliseconds; None judges no age. `detail` also says why a rule kept silent."""

    now: int | None = None
    detail: bool = False


def judge(program: Program, view: ArticleView, options: Options) -> Iterator[Verdict | RuleSpec]:
    """A verdict for each rule, in their order; the rule itself where it needs the named entities first."""
    for rule in program.enabled:
        try:
            yield verdict(rule, view, options, program.rules.timezone)
        except NotYet:
            yield rule


def verdict(rule: RuleSpec, view: ArticleView, options: Options, timezone: str) -> Verdict:
    """What one rule says of one article. Raises NotYet where that takes named entities not worked out yet."""
    outcome = rule.condition.evaluate(view)
    gates = tuple(_gates(rule, view.article, options.now, timezone))
    if outcome.holds and not gates:
        return Verdict(rule.id, True, evidence=tuple(_evidence(outcome.hits, view)))
    if outcome.holds:
        return Verdict(rule.id, False, blocked_by=gates)
    if not options.detail and not (_has_none(rule) and rule.condition.evaluate(view, lenient=True).holds):
        return Verdict(rule.id, False)
    blame = rule.condition.blame(view)
    blocking = [b for b in blame.blocking if isinstance(b, Missing)]
    spans = tuple(_evidence([b for b in blame.blocking if isinstance(b, Hit)], view))
    if blame.missing:
        return Verdict(rule.id, False, missing=blame.missing)
    return Verdict(rule.id, False, blocked_by=(*spans, *blocking, *gates))


def _has_none(rule: RuleSpec) -> bool:
    return any(isinstance(c, NoneOf) for c in every(rule.condition))


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────


def _evidence(hits: Iterable[Hit], view: ArticleView) -> Iterator[Evidence]:
    """One piece of evidence a hit, at most `MOST_HITS` a condition, in the order of the tree."""
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.at] = counts.get(hit.at, 0) + 1
        if counts[hit.at] <= MOST_HITS:
            yield _piece(hit, view)


def _piece(hit: Hit, view: ArticleView) -> Evidence:
    start, end = hit.span.start, hit.span.end
    sentence_start, sentence_end = view.text.sentence_of(start)
    text = view.text.text
    facts = dict(hit.facts)
    if hit.of:
        facts["of"] = [_piece(inner, view).to_json() for inner in hit.of]
    return Evidence(
        hit.condition.key,
        hit.at,
        text[start:end],
        start,
        end,
        text[sentence_start : max(end, sentence_end)],
        sentence_start,
        facts,
    )


# ── languages and age ────────────────────────────────────────────────────────────────────────────


def _gates(rule: RuleSpec, article: Article, now: int | None, timezone: str) -> Iterator[Missing]:
    """What keeps the rule from this article whatever it says: its language or its age."""
    language = article.language
    if rule.languages and language not in (*rule.languages, UNKNOWN_LANGUAGE):
        yield Missing("languages", "languages", f"the article is in {language}, not in {', '.join(rule.languages)}")
    if rule.max_age is None or now is None:
        return
    if article.published is None:
        if rule.undated == "drop":
            yield Missing("max_age", "max_age", "the article has no certain date, undated: drop")
        return
    age = datetime.fromtimestamp(now / 1000, UTC) - _end_of(article.published, timezone)
    if age > timedelta(seconds=rule.max_age):
        yield Missing(
            "max_age", "max_age", f"published {article.published.isoformat()}, more than {_span(rule.max_age)} ago"
        )


def _end_of(published: date | datetime, timezone: str) -> datetime:
    """The latest moment that a stated date or time can mean."""
    if isinstance(published, datetime):
        return published.astimezone(UTC)
    return datetime.combine(published, time.max, ZoneInfo(timezone)).astimezone(UTC)


def _span(seconds: int) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
