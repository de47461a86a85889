"""The rules themselves: `check`, `test`, `schema`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
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
    Likeness,
    Model,
    OnlyRule,
    Rules,
    State,
    app,
    command,
)
from watcher.cli.judging import Reader, engine_of, learned_boilerplate, loaded_rules

if TYPE_CHECKING:
    from watcher.boilerplate import Learned
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
    failed = _run_tests(loaded, rules, model, learned_boilerplate(state, boilerplate), out=sys.stderr) if strict else 0
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
    loaded, learned = loaded_rules(rules, name_likeness), learned_boilerplate(state, boilerplate)
    failed = _run_tests(loaded, rules, model, learned, rule, as_json=as_json)
    if learned and not as_json:
        sources = "the source" if len(learned) == 1 else f"{len(learned)} sources"
        print(f"without what {state} has learned as boilerplate of {sources}: watcher boilerplate list")
    return FAULTS if failed else 0


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
    from watcher.analyse.files import read_within
    from watcher.analyse.ruletests import run_tests
    from watcher.render import one_line
    from watcher.rulefiles import read_documents

    engine = engine_of(loaded, rules, model, learned, only)
    with Reader() as reader:
        documents = read_documents(loaded, rules)
        tested = run_tests(engine, documents, only=only, read=partial(reader.read, read_within))
    for t in tested:
        if as_json:
            print(json.dumps({"rule": t.rule, "test": t.name, "place": t.place, "ok": not t.why, "why": t.why}))
        elif t.why:
            print(f"{t.place}: {t.rule}: test '{t.name}' {one_line(t.why)}", file=out)
    failed = sum(bool(t.why) for t in tested)
    if not as_json and out is None:
        print(f"{len(tested) - failed} of {len(tested)} tests pass")
    return failed


@command(app)
def schema() -> int:
    """Print the JSON Schema of rules files, for editors."""
    from watcher.rules.schema import written

    print(written(), end="")
    return 0
