"""What a worker does: reads a batch of files and matches their articles, or loads rules and runs their tests. What each
call means is told in `calls`."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from watcher import boilerplate
from watcher.allowance import allowance, give_memory_back
from watcher.analyse.apart import read_apart
from watcher.analyse.engine import Engine, Matched, failure, pipeline
from watcher.analyse.files import Read
from watcher.analyse.files import read as read_file
from watcher.analyse.parcel import Parcel
from watcher.analyse.ruletests import run_tests
from watcher.analyse.values import Task, Tested
from watcher.formats import extract
from watcher.model import Analysed, Article, Document, FileFacts, FileOutcome, Limits, Reading
from watcher.rules.bundle import Bundle
from watcher.rules.correlation.events import NAMES, Values
from watcher.rules.evaluate import Options
from watcher.stories import fingerprint
from watcher.worker import is_at, why_died

_engines: dict[str, Engine] = {}  # of this process: those of the newest rules and of the ones before, by their digest


def analyse(task: Task) -> tuple[Analysed, ...] | None:
    """`calls.analyse`, in the worker. Raises RulesError where the bundle cannot be read."""
    if task.digest not in _engines:
        if task.bundle is None:
            return None
        _begin(task.digest, Engine.of(task.bundle, task.model, task.likeness))
    read = list(_read(task))
    engine = replace(_engines[task.digest], learned=boilerplate.unpack(task.learned) if task.learned else {})
    analysed = tuple(_analysed(engine, read, task))
    give_memory_back()
    return analysed


def _read(task: Task) -> Iterator[Read]:
    def read(file: FileFacts) -> Read | None:
        return read_file(file, task.root, task.limits, task.now, task.work)

    if task.apart:
        why = why_died(task.limits.seconds, task.limits.memory_mb)
        yield from (found for found in read_apart(task.files, read, why) if found is not None)
        return
    for number, file in enumerate(task.files):
        is_at(task.number, number)
        if (found := read(file)) is not None:
            yield found
    is_at(0, 0)


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


def _analysed(engine: Engine, read: Sequence[Read], task: Task) -> Iterator[Analysed]:
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
            yield Analysed(found.file, found.outcome, found.reason, readings, found.died)


def _match(engine: Engine, articles: Sequence[Article], task: Task) -> Iterator[Reading] | str:
    """What the rules say of the articles, or why they cannot say it."""
    with allowance(task.limits.seconds * (1 + len(articles) / 8), task.limits.memory_mb):
        try:
            matched = engine.match(articles, Options(task.now))
            counted = task.learned is not None
            return iter([_reading(m, v, counted) for m, v in zip(matched, engine.values(matched), strict=True)])
        except Exception as error:  # noqa: BLE001 - a fault that one article brings out must not stop all others
            return failure(error)


def _reading(matched: Matched, values: Values, counted: bool) -> Reading:
    """What matters to intake: rules that match, and those that are only kept out; and the lines, if they are to be
    counted."""
    told = tuple(v for v in matched.verdicts if v.match or v.blocked_by)
    article, needed_ner = matched.article, matched.needed_ner or not values.keys().isdisjoint(NAMES)
    found = fingerprint(article.text) if any(v.match for v in told) else None
    return Reading(article, told, needed_ner, values, found, boilerplate.packed(article) if counted else b"")


# Read once before any article: what is imported and worked out at the first one took 1.2 s, for which all waited.
_FIRST = b"A first article\n\n" + b"It is read before those that matter, on Monday 3 May, by whoever reads.\n" * 20


def _begin(digest: str, engine: Engine) -> None:
    _keep(digest, engine)
    engine.match(extract(Document("first.txt", _FIRST), Limits()), Options())


def load_rules(bundle: Bundle, model: str, likeness: float, languages: Sequence[str]) -> Parcel:
    """`calls.load_rules`, in the worker. Raises RulesError."""
    engine = Engine.of(bundle, model, likeness)
    for language in languages:
        pipeline(language, model)
    _begin(bundle.digest, engine)
    give_memory_back()
    return Parcel.of(engine.program.rules)


def test_rules(
    bundle: Bundle,
    documents: Mapping[str, bytes],
    model: str,
    limits: Limits,
    likeness: float,
    learned: bytes | None,
) -> list[Tested]:
    """`calls.test_rules`, in the worker. Raises RulesError where the bundle cannot be read."""
    engine = replace(Engine.of(bundle, model, likeness), learned=boilerplate.unpack(learned) if learned else {})
    return run_tests(engine, documents, limits)
