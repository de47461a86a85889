"""Runs the tests that rules carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from watcher.allowance import allowance
from watcher.analyse.engine import Engine, failure
from watcher.analyse.values import Tested
from watcher.errors import Unreadable
from watcher.formats import extract
from watcher.model import UNKNOWN_LANGUAGE, Article, Document, Evidence, Limits, Missing
from watcher.phrase import Span
from watcher.rules.correlation import Crossing, Temporal
from watcher.rules.correlation.events import STORY, Listeners, folded
from watcher.rules.correlation.rehearsal import rehearse
from watcher.rules.evaluate import Options
from watcher.rules.spec import RuleSpec, TestArticle, TestSpec
from watcher.stories import Shelf, fingerprint

Reader = Callable[[Document, Limits], tuple[Article, ...]]


def run_tests(
    engine: Engine,
    documents: Mapping[str, bytes],
    limits: Limits = Limits(),  # noqa: B008
    only: str | None = None,
    read: Reader = extract,
) -> list[Tested]:
    """Every test of every rule, or `only` of one. `documents` are the files that the tests name, by that name; `read`
    makes articles of them, or raises Unreadable."""
    return [
        Tested(rule.id, test.name, f"{test.place.file}:{test.place.line}:{test.place.column}", why)
        for rule in engine.program.enabled
        if only in (None, rule.id)
        for test in rule.tests
        for why in (_guarded_test(engine, rule, test, documents, limits, read),)
    ]


def _guarded_test(
    engine: Engine, rule: RuleSpec, test: TestSpec, documents: Mapping[str, bytes], limits: Limits, read: Reader
) -> str:
    """A test may name any file, and costs what one file of the inbox may cost."""
    with allowance(limits.seconds, limits.memory_mb):
        try:
            return _test(engine, rule, test, documents, limits, read)
        except Exception as error:  # noqa: BLE001 - what rules fail on in one test must not silence the others
            return f"cannot be run: {failure(error)}"


def _test(
    engine: Engine, rule: RuleSpec, test: TestSpec, documents: Mapping[str, bytes], limits: Limits, read: Reader
) -> str:
    """Why the test fails, "" where it passes."""
    if test.articles:
        return _correlation_test(engine, rule, test, limits)
    if test.file is not None and test.file not in documents:
        return f"cannot be run: {test.file} cannot be read"
    timezone = engine.program.rules.timezone
    try:
        articles = _test_articles(test, documents, limits, timezone, read)
    except Unreadable as error:
        return f"cannot be run: {test.file or 'its text'}: {error}"
    alone = engine.program.only(rule if test.now else replace(rule, max_age=None))
    engine, now = replace(engine, program=alone), _milliseconds(test.now, timezone)
    matched = [v for m in engine.match(articles, Options(now)) for v in m.verdicts if v.match]
    if bool(matched) is not test.expect:
        if matched:
            return "matches: " + "; ".join(f"'{e.text}' ({e.at or e.condition})" for e in matched[0].evidence[:3])
        (silent,) = engine.match(articles[:1], Options(now, detail=True))[0].verdicts
        reasons = [*silent.missing, *silent.blocked_by]
        told = "; ".join(map(_silenced_by, reasons))
        return f"does not match: {told} ({_language(articles[0].language)})"
    texts = {e.text for v in matched for e in v.evidence}
    absent = [text for text in test.matched if text not in texts]
    return f"matches, but not by {', '.join(map(repr, absent))}" if absent else ""


def _language(code: str) -> str:
    return "the language of its text is not known" if code == UNKNOWN_LANGUAGE else f"its text is in {code}"


def _silenced_by(reason: Evidence | Missing) -> str:
    if isinstance(reason, Missing):
        return reason.why
    return str(reason.facts.get("why") or f"'{reason.text or ''}'")


def _test_articles(
    test: TestSpec, documents: Mapping[str, bytes], limits: Limits, timezone: str, read: Reader
) -> tuple[Article, ...]:
    if test.file is not None:
        return read(Document(test.file, documents[test.file]), limits)
    return (_written(test.article, limits, timezone),)


def _written(test: TestArticle, limits: Limits, timezone: str) -> Article:
    """The article whose text and fields a test gives."""
    written = f"{test.title}\n\n{test.text}" if test.title else test.text
    (article, *_) = extract(Document("test.txt", written.encode()), limits)
    article = replace(article, title=test.title, body=test.text, source=test.source, url=test.url)
    published = None if test.published is None else _published(test.published, timezone)
    return replace(article, language=test.language or article.language, published=published)


def _correlation_test(engine: Engine, rule: RuleSpec, test: TestSpec, limits: Limits) -> str:
    """Why a test with several articles fails: counting begins at its `now`, and ends with its last article."""
    assert rule.correlation is not None
    counted = rule.correlation.rules if isinstance(rule.correlation, Temporal) else (rule.id,)
    rules = [r if test.now else replace(r, max_age=None) for r in engine.program.enabled if r.id in (rule.id, *counted)]
    engine = replace(engine, program=engine.program.only(*rules))
    timezone = engine.program.rules.timezone
    begun = _milliseconds(test.now, timezone)
    if begun is None:
        begun = _test_begins(timezone)
    articles = [_written(article, limits, timezone) for article in test.articles]
    matched = engine.match(articles, Options(begun if test.now else None))
    listeners, shelf, occurrences = Listeners(rules), Shelf(), []
    for number, (article, found, values) in enumerate(zip(test.articles, matched, engine.values(matched), strict=True)):
        matching = [f.rule.id for f in found.findings if f.match]
        at = begun + article.at * 1000
        story = _story(shelf, number, at, found.article) if matching else ()
        heard = listeners.occurrences(matching, {**values, STORY: story})
        occurrences += [(at, number, o) for o in heard if o.rule.id == rule.id]
    told = rehearse(rule.correlation, occurrences, begun, begun + test.articles[-1].at * 1000)
    if len(told) == test.alerts:
        return ""
    matches = len({number for _, number, _ in occurrences})
    return f"{_moments(told, begun)}, expected {test.alerts}; {matches} of {len(articles)} articles count"


def _story(shelf: Shelf, number: int, at: int, article: Article) -> tuple[str]:
    source = folded("source", article.source or "")
    return (str(shelf.place(number, at, fingerprint(article.text), source).story),)


def _test_begins(timezone: str) -> int:
    """A Monday, 0:00, for tests that name no time."""
    return int(datetime(2024, 1, 1, tzinfo=ZoneInfo(timezone)).timestamp() * 1000)


def _moments(told: Sequence[Crossing], begun: int) -> str:
    """ "2 alerts (after 40m and 1h20m)"."""
    moments = ", ".join(str(Span((crossing.end - begun) // 1000)) for crossing in told[:5])
    return f"{len(told)} alert{'' if len(told) == 1 else 's'}" + (f" (after {moments})" if told else "")


def _milliseconds(now: str | None, timezone: str) -> int | None:
    return None if now is None else int(_moment(now, timezone).timestamp() * 1000)


def _published(written: str, timezone: str) -> date:
    """A day where no time is written, else the moment."""
    moment = _moment(written, timezone)
    return moment if ":" in written or "T" in written else moment.date()


def _moment(written: str, timezone: str) -> datetime:
    """What is written without a zone is by the clock of the rules file, as all else in it."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
