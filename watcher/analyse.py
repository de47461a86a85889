"""Reads files and runs rules on their articles, as explain, test and every worker do; holds gazetteer and models."""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from watcher.entities import ner, places
from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import (
    NAME_LIKENESS,
    UNREADABLE,
    Analysed,
    Article,
    Document,
    Entity,
    FileFacts,
    FileOutcome,
    Limits,
    Reading,
    Verdict,
    embargo_end,
)
from watcher.render import span
from watcher.rules.compile import ArticleView, Program, compile_rules
from watcher.rules.correlation import Crossing, Temporal
from watcher.rules.correlation.events import NAMES, STORY, Listeners, Values, folded, values_of
from watcher.rules.correlation.rehearsal import rehearse
from watcher.rules.evaluate import Finding, Options, judge, told
from watcher.rules.load import Bundle, load, without_collecting
from watcher.rules.spec import RuleSet, RuleSpec, TestArticle, TestSpec
from watcher.stories import Shelf, fingerprint
from watcher.worker import allowance, beside_allowance, give_memory_back

_FOR_MEMBERS = 0.7  # of the time of a file: the last document in it that is begun must come to an end too
MODEL_MEMORY_MB = 1500  # that spaCy with a medium model may take beside the article for which it is loaded


@functools.cache
def gazetteer() -> places.Gazetteer:
    """The places of the world, loaded once a process."""
    return places.load()


@functools.lru_cache(maxsize=4)
def _pipeline(language: str, size: str) -> ner.Ner | None:
    with beside_allowance(MODEL_MEMORY_MB):
        return ner.load_ner(language, size)


# ── matching ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Matched:
    """An article with what its rules came to: those that match or are kept out, with `detail` all."""

    view: ArticleView
    findings: tuple[Finding, ...]
    needed_ner: bool

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The findings in words, with the sentences around what was found; put together each time."""
        return tuple(told(found, self.view) for found in self.findings)


@dataclass(frozen=True, slots=True)
class Engine:
    """A compiled set of rules together with what it needs of this process; `model` is the size of spaCy's models."""

    program: Program
    model: str = "md"

    @classmethod
    def of(cls, bundle: Bundle, model: str = "md", likeness: float = NAME_LIKENESS) -> Engine:
        """The engine of a bundle, for which names in other spellings must be so alike. Raises RulesError with all its
        faults."""
        with without_collecting():
            return cls(compile_rules(load(bundle, gazetteer(), likeness), gazetteer()), model)

    def match(self, articles: Sequence[Article], options: Options) -> list[Matched]:
        """What the rules say of each article. Named entities are worked out only where a rule is undecided
        without them, all such articles together; with `detail` for every article."""
        views = [self.program.view(article) for article in articles]
        if options.detail:
            self._put_entities(views)
        first = [list(judge(self.program, view, options)) for view in views]
        undecided = [any([isinstance(f, RuleSpec) for f in found]) for found in first]  # noqa: C419 - a list is quicker
        self._put_entities([view for view, needs in zip(views, undecided, strict=True) if needs])
        return [
            Matched(view, tuple(self._findings(view, options) if needs else cast(list[Finding], found)), needs)
            for view, found, needs in zip(views, first, undecided, strict=True)
        ]

    def _findings(self, view: ArticleView, options: Options) -> Iterator[Finding]:
        """The findings once nothing is undecided any more."""
        return (f for f in judge(self.program, view, options) if isinstance(f, Finding))

    def values(self, matched: Sequence[Matched]) -> list[Values]:
        """The values by which correlations count each article that a rule of theirs matched: names are worked out for
        these alone, all together."""
        listeners = Listeners(self.program.enabled)
        kinds = [listeners.kinds(f.rule.id for f in m.findings if f.match) for m in matched]
        named = [m.view for m, asked in zip(matched, kinds, strict=True) if not asked.isdisjoint(NAMES)]
        self._put_entities([view for view in named if not view.entities_known])
        return [values_of(m.view, asked) for m, asked in zip(matched, kinds, strict=True)]

    def _put_entities(self, views: Sequence[ArticleView]) -> None:
        by_language: dict[str, list[ArticleView]] = {}
        for view in views:
            by_language.setdefault(view.article.language, []).append(view)
        for language, group in by_language.items():
            pipeline = _pipeline(language, self.model)
            found: Sequence[Sequence[Entity] | None] = [None] * len(group)
            if pipeline:
                found = pipeline.find([v.text for v in group], [v.mentions() for v in group])
            for view, entities in zip(group, found, strict=True):
                view.put_entities(entities)


# ── tests of rules ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Tested:
    """How one test of a rule went; `why` is "" where it passed."""

    rule: str
    name: str
    place: str
    why: str = ""


def run_tests(
    engine: Engine,
    documents: Mapping[str, bytes],
    limits: Limits = Limits(),  # noqa: B008
    only: str | None = None,
) -> list[Tested]:
    """Every test of every rule, or `only` of one. `documents` are the files that the tests name, by that name."""
    return [
        Tested(rule.id, test.name, f"{test.place.file}:{test.place.line}:{test.place.column}", why)
        for rule in engine.program.enabled
        if only in (None, rule.id)
        for test in rule.tests
        for why in (_guarded_test(engine, rule, test, documents, limits),)
    ]


def _guarded_test(
    engine: Engine, rule: RuleSpec, test: TestSpec, documents: Mapping[str, bytes], limits: Limits
) -> str:
    """A test may name any file, and costs what one file of the inbox may cost."""
    with allowance(limits.seconds, limits.memory_mb):
        try:
            return _test(engine, rule, test, documents, limits)
        except Exception as error:  # noqa: BLE001 - what rules fail on in one test must not silence the others
            return f"cannot be run: {_failure(error)}"


def _test(engine: Engine, rule: RuleSpec, test: TestSpec, documents: Mapping[str, bytes], limits: Limits) -> str:
    """Why the test fails, "" where it passes."""
    if test.articles:
        return _correlation_test(engine, rule, test, limits)
    if test.file is not None and test.file not in documents:
        return f"cannot be run: {test.file} cannot be read"
    timezone = engine.program.rules.timezone
    try:
        articles = _test_articles(test, documents, limits, timezone)
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
        return "does not match: " + "; ".join(getattr(r, "why", None) or f"'{getattr(r, 'text', '')}'" for r in reasons)
    texts = {e.text for v in matched for e in v.evidence}
    absent = [text for text in test.matched if text not in texts]
    return f"matches, but not by {', '.join(map(repr, absent))}" if absent else ""


def _test_articles(
    test: TestSpec, documents: Mapping[str, bytes], limits: Limits, timezone: str
) -> tuple[Article, ...]:
    if test.file is not None:
        return extract(Document(test.file, documents[test.file]), limits)
    return (_written(test, limits, timezone),)


def _written(test: TestSpec | TestArticle, limits: Limits, timezone: str) -> Article:
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
        story = _story(shelf, number, at, found.view.article) if matching else ()
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
    moments = ", ".join(span((crossing.end - begun) // 1000) for crossing in told[:5])
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


# ── work for a pool ──────────────────────────────────────────────────────────────────────────────


def read_file(path: Path, limits: Limits) -> tuple[tuple[Article, ...], str]:
    """The articles of a file as the daemon would read it, wherever it lies, and why there are not more, "" if nothing
    is wrong with it. In a worker it costs what one file of the inbox may cost."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            data = stream.read(limits.bytes_in + 1)
    except IsADirectoryError:
        return (), "it is a folder; name the files in it"
    except OSError as error:
        return (), f"it cannot be read: {error.strerror}"
    try:
        with allowance(limits.seconds, limits.memory_mb):
            return extract(Document(path.name, data), limits, _late(limits.seconds)), ""
    except Incomplete as error:
        return tuple(error.articles), str(error)
    except Unreadable as error:
        return (), str(error)


@dataclass(frozen=True, slots=True)
class Task:
    """Files of one inbox to be read and matched. `bundle` comes along only where the worker asked for it."""

    root: str
    files: tuple[FileFacts, ...]
    digest: str
    now: int
    limits: Limits
    model: str
    bundle: Bundle | None = None
    likeness: float = NAME_LIKENESS


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read: its articles, or what became of it and why."""

    file: FileFacts
    articles: tuple[Article, ...] = ()
    outcome: FileOutcome = FileOutcome.DONE
    reason: str = ""


_engines: dict[str, Engine] = {}  # of this process: those of the newest rules and of the ones before, by their digest


def analyse(task: Task) -> tuple[Analysed, ...] | None:
    """What is in the files, in their order; those that vanished or changed meanwhile are left out.

    None where this process does not know the rules of that digest: send the task again with its bundle.
    """
    if task.digest not in _engines:
        if task.bundle is None:
            return None
        _keep(task.digest, Engine.of(task.bundle, task.model, task.likeness))
    read = [found for file in task.files if (found := _read(task, file)) is not None]
    analysed = tuple(_analysed(_engines[task.digest], read, task))
    give_memory_back()
    return analysed


def _keep(digest: str, engine: Engine) -> None:
    """Keeps one other beside it: a batch that goes out again after a death is still read by the rules before.

    The collector is kept off the rules: its looks at 10,000 of them took half of the time of matching. Only where some
    go does it look at all once (0.6 s), as their trees know one another.
    """
    olds = list(_engines)[:-1]
    for old in olds:
        del _engines[old]
    _engines[digest] = engine
    if olds:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def _analysed(engine: Engine, read: Sequence[_Read], task: Task) -> Iterator[Analysed]:
    """The files with what the rules say of their articles: of all together, which models are faster with, or of one
    file at a time where that fails, so that the one that the rules fail on is known."""
    matched = _match(engine, [article for found in read for article in found.articles], task)
    if isinstance(matched, str) and len(read) > 1:
        for found in read:
            yield from _analysed(engine, [found], task)
        return
    for found in read:
        if isinstance(matched, str):
            yield Analysed(found.file, FileOutcome.QUARANTINED, matched)
        else:
            readings = tuple(next(matched) for _ in found.articles)
            yield Analysed(found.file, found.outcome, found.reason, readings)


def _match(engine: Engine, articles: Sequence[Article], task: Task) -> Iterator[Reading] | str:
    """What the rules say of the articles, or why they cannot say it."""
    with allowance(task.limits.seconds * (1 + len(articles) / 8), task.limits.memory_mb):
        try:
            matched = engine.match(articles, Options(task.now))
            return iter([_reading(m, values) for m, values in zip(matched, engine.values(matched), strict=True)])
        except Exception as error:  # noqa: BLE001 - a fault that one article brings out must not stop all others
            return _failure(error)


def _failure(error: Exception) -> str:
    return f"the rules fail on it: {type(error).__name__}"


def _reading(matched: Matched, values: Values) -> Reading:
    """What matters to intake: rules that match, and those that are only kept out."""
    told = tuple(v for v in matched.verdicts if v.match or v.blocked_by)
    article, needed_ner = matched.view.article, matched.needed_ner or not values.keys().isdisjoint(NAMES)
    found = fingerprint(article.text) if any(v.match for v in told) else None
    return Reading(article, told, needed_ner, values, found)


def _read(task: Task, file: FileFacts) -> _Read | None:
    try:
        data = _bytes(Path(task.root, file.path), file, task.limits.bytes_in)
    except OSError as error:
        return _Read(file, outcome=FileOutcome.PASSED_OVER, reason=f"{UNREADABLE}: {error.strerror}")
    if data is None:
        return None
    file = replace(file, sha256=hashlib.sha256(data).hexdigest())
    try:
        with allowance(task.limits.seconds, task.limits.memory_mb):
            return _free(file, extract(Document(file.path, data), task.limits, _late(task.limits.seconds)), task.now)
    except Incomplete as error:
        return _free(file, error.articles, task.now, fault=str(error))
    except Empty as error:
        return _Read(file, outcome=FileOutcome.PASSED_OVER, reason=str(error))
    except Unreadable as error:
        return _Read(file, outcome=FileOutcome.QUARANTINED, reason=str(error))


def _late(seconds: float) -> Callable[[], bool]:
    """Whether so much of a file's time is over that an archive ends with what was read, before its worker is ended."""
    end = time.monotonic() + _FOR_MEMBERS * seconds
    return lambda: time.monotonic() > end


def _free(file: FileFacts, articles: Sequence[Article], now: int, fault: str = "") -> _Read:
    """The articles of which something may be told now. Their file stays where it is while one of them waits for its
    embargo, and is looked at again then; what was told by then is known and not told again."""
    barred = [article.barred(now) for article in articles]
    free = tuple(article for article, why in zip(articles, barred, strict=True) if not why)
    waiting = [why for why in barred if embargo_end(why) is not None]
    if waiting:
        return _Read(file, free, FileOutcome.PASSED_OVER, min(waiting))
    if fault:
        return _Read(file, free, FileOutcome.QUARANTINED, fault)
    return _Read(file, free) if free else _Read(file, (), FileOutcome.PASSED_OVER, barred[0])


def _bytes(path: Path, file: FileFacts, most: int) -> bytes | None:
    """The file's bytes, one more than `most` at the most; None where it is gone or not the one that rested."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
                return None
            return stream.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _open_without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe put in the file's place must not hold the worker up


# ── rules for the daemon, which matches nothing itself ───────────────────────────────────────────


# Read once before any article: what is imported and worked out at the first one took 1.2 s, for which all waited.
_FIRST = b"A first article\n\n" + b"It is read before those that matter, on Monday 3 May, by whoever reads.\n" * 20


def load_rules(bundle: Bundle, model: str, likeness: float, languages: Sequence[str] = ()) -> RuleSet:
    """The rules without their trees. This process keeps the engine, and the models of the languages, and is ready to
    match by them. Raises RulesError."""
    engine = Engine.of(bundle, model, likeness)
    _keep(bundle.digest, engine)
    for language in languages:
        _pipeline(language, model)
    engine.match(extract(Document("first.txt", _FIRST), Limits()), Options())
    give_memory_back()
    return engine.program.rules.without_conditions()


def test_rules(
    bundle: Bundle,
    documents: Mapping[str, bytes],
    model: str,
    limits: Limits = Limits(),  # noqa: B008
    likeness: float = NAME_LIKENESS,
) -> list[Tested]:
    """`run_tests` for a bundle that has been accepted."""
    return run_tests(Engine.of(bundle, model, likeness), documents, limits)
