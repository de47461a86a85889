"""The rules and what they say of articles: `check`, `test`, `schema`, `explain`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from watcher.cli.common import (
    DEFAULT_LIKENESS,
    DEFAULT_RULES,
    DEFAULT_STATE,
    FAULTS,
    Boilerplate,
    Json,
    JsonFields,
    Likeness,
    Model,
    OnlyRule,
    Rules,
    State,
    app,
    command,
    engine_of,
    loaded_rules,
    opened_store,
)
from watcher.errors import SettingsError, Unreadable, WatcherError

if TYPE_CHECKING:
    from watcher.analyse.files import Found
    from watcher.boilerplate import Learned
    from watcher.model import Article, Document, Limits
    from watcher.pool import Pool
    from watcher.rules.spec import RuleSet

MOST_OF_A_KIND = 20  # warnings of one code that `check` prints


@command(app)
def check(
    rules: Rules = DEFAULT_RULES,
    strict: Annotated[
        bool, typer.Option("--strict", help="Run the rules' tests too; one that fails is a fault.")
    ] = False,
    secrets: Annotated[bool, typer.Option("--secrets", help="A missing secret is a fault.")] = False,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    state: State = DEFAULT_STATE,
    boilerplate: Boilerplate = "cut",
) -> int:
    """Say what is wrong with the rules file, every fault at its line and column, and warn of what is odd."""
    from watcher.channels import secret_dirs
    from watcher.rulefiles import load_checked, missing_secrets
    from watcher.settings import check_likeness, check_model

    check_likeness(name_likeness)
    check_model(model)
    loaded = load_checked(rules, os.environ, name_likeness, advise=True)
    missing = missing_secrets(loaded, os.environ, secret_dirs(os.environ))
    for line in (*_warnings(loaded), *(f"warning: {why}" for why in missing)):
        print(line, file=sys.stderr)
    failed = _run_tests(loaded, rules, model, _learned(state, boilerplate), out=sys.stderr) if strict else 0
    print(f"{rules}: {_count(len(loaded.rules), 'rule')}, {_count(len(loaded.channels), 'channel')}")
    return FAULTS if failed or (secrets and missing) else 0


def _warnings(loaded: RuleSet) -> Iterator[str]:
    """The warnings; of a kind that there is no end of (rules without tests) the first, and how many more there are."""
    kinds = Counter(warning.code for warning in loaded.warnings)
    told: Counter[str] = Counter()
    for warning in loaded.warnings:
        told[warning.code] += 1
        if told[warning.code] <= MOST_OF_A_KIND:
            yield str(warning)
    yield from (f"warning: and {n - MOST_OF_A_KIND} more [{code}]" for code, n in kinds.items() if n > MOST_OF_A_KIND)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@command(app)
def test(
    rules: Rules = DEFAULT_RULES,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    rule: OnlyRule = None,
    as_json: Json = False,
    state: State = DEFAULT_STATE,
    boilerplate: Boilerplate = "cut",
) -> int:
    """Run the tests that the rules carry; what the state knows as boilerplate of a source, they do not see."""
    loaded, learned = loaded_rules(rules, name_likeness), _learned(state, boilerplate)
    failed = _run_tests(loaded, rules, model, learned, rule, as_json=as_json)
    if learned and not as_json:
        sources = "the source" if len(learned) == 1 else f"{len(learned)} sources"
        print(f"without what {state} has learned as boilerplate of {sources}: watcher boilerplate list")
    return FAULTS if failed else 0


def _learned(state: Path, boilerplate: str) -> Learned:
    """The boilerplate of all sources that the state knows; none without a state. One that cannot be read is told, and
    stops nothing."""
    from watcher import settings

    wanted = settings.read_choice("boilerplate", boilerplate) is settings.Boilerplate.CUT
    if not wanted or not os.path.isdir(state):  # noqa: PTH112 - Path.is_dir raises where it may not look
        return {}
    from watcher.clock import now_ms
    from watcher.store.boilerplate import learned

    try:
        with opened_store(state) as store, store.read() as conn:
            return learned(conn, now_ms())
    except WatcherError as error:
        print(f"watcher: no boilerplate is left out: {error}", file=sys.stderr)
        return {}


def _run_tests(
    loaded: RuleSet,
    rules: Path,
    model: str,
    learned: Learned,
    only: str | None = None,
    *,
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Prints how the tests went, to `out` the failing ones alone; returns how many failed."""
    from watcher.analyse.ruletests import run_tests
    from watcher.pool import Pool
    from watcher.render import one_line
    from watcher.rulefiles import read_documents

    if only is not None and only not in {rule.id for rule in loaded.rules}:
        raise WatcherError(f"no rule '{only}' in {rules}")
    engine = replace(engine_of(loaded, model), learned=learned)
    pool = Pool(1)
    try:
        documents, read = read_documents(loaded, rules), partial(_read_apart, pool)
        tested = run_tests(engine, documents, only=only, read=read)
    finally:
        pool.stop()
    for t in tested:
        if as_json:
            print(json.dumps({"rule": t.rule, "test": t.name, "place": t.place, "ok": not t.why, "why": t.why}))
        elif t.why:
            print(f"{t.place}: {t.rule}: test '{t.name}' {one_line(t.why)}", file=out)
    failed = sum(bool(t.why) for t in tested)
    if not as_json and out is None:
        print(f"{len(tested) - failed} of {len(tested)} tests pass")
    return failed


def _read_apart(pool: Pool, document: Document, limits: Limits) -> tuple[Article, ...]:
    """The articles of a test's file, read by a worker: one that crashes a parser costs its own test alone."""
    from concurrent.futures.process import BrokenProcessPool

    from watcher.analyse.files import read_within
    from watcher.worker import why_died

    try:
        return pool.submit(read_within, document, limits).result()
    except BrokenProcessPool:
        pool.mend()
        raise Unreadable(why_died(limits.seconds, limits.memory_mb)) from None


@command(app)
def schema() -> int:
    """Print the JSON Schema of rules files, for editors."""
    from watcher.rules.schema import written

    print(written(), end="")
    return 0


@command(app)
def explain(
    files: Annotated[list[Path], typer.Argument(help="Articles.")],
    rules: Rules = DEFAULT_RULES,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    as_json: Json = False,
    text: Annotated[bool, typer.Option("--text", help="Print the text that offsets count in, nothing else.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --text: what was cut too, and why.")] = False,
    json_fields: JsonFields = None,
    state: State = DEFAULT_STATE,
    boilerplate: Boilerplate = "cut",
) -> int:
    """Say for each article and rule why it matches, or what kept it silent."""
    from watcher import explanation
    from watcher.boilerplate import cuts
    from watcher.clock import now_ms
    from watcher.model import Limits
    from watcher.render import one_line, place
    from watcher.settings import read_json_fields

    if everything and not text:
        raise SettingsError("--all goes with --text: watcher explain --text --all FILE")
    failed = 0
    learned = _learned(state, boilerplate)
    limits = Limits(json_fields=read_json_fields(json_fields))
    engine = None if text else replace(engine_of(loaded_rules(rules, name_likeness), model), learned=learned)
    for file, found in _read(files, limits, everything=everything):
        if found.fault:
            print(f"{one_line(file)}: {found.fault}", file=sys.stderr)
            failed = FAULTS
        for article in found.articles:
            if why := article.barred(now_ms()):
                named = place({"path": str(file), "members": article.members})
                print(f"{named}: article {article.part} is passed over: {why}", file=sys.stderr)
            if engine is None:
                cut = cuts(article, learned)
                shown = found.omitted.get(article.part, ()) if everything else None
                print(explanation.text(article, cut, shown))
                continue
            said = explanation.explain(engine, file, article, names=as_json)
            print(json.dumps(said, ensure_ascii=False) if as_json else explanation.for_people(said))
    return failed


def _read(files: Sequence[Path], limits: Limits, *, everything: bool = False) -> Iterator[tuple[Path, Found]]:
    """Each file with what is in it; with `everything` what was left out too. A worker reads them: what crashes a parser
    or never comes to an end costs its own file alone."""
    from concurrent.futures.process import BrokenProcessPool

    from watcher.analyse.files import Found, read_anywhere
    from watcher.pool import Pool
    from watcher.worker import why_died

    pool = Pool(1)
    try:
        for file in files:
            try:
                yield file, pool.submit(read_anywhere, file, limits, everything=everything).result()
            except BrokenProcessPool:
                pool.mend()
                yield file, Found(fault=why_died(limits.seconds, limits.memory_mb))
    finally:
        pool.stop()
