"""What commands share that judge articles: rules, learned boilerplate, and a worker that reads."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from watcher.cli.common import opened_store
from watcher.errors import StoreMissing, Unreadable, WatcherError

if TYPE_CHECKING:
    from watcher.analyse.engine import Engine
    from watcher.boilerplate import Learned
    from watcher.model import Limits
    from watcher.rules.spec import RuleSet

P = ParamSpec("P")
Read = TypeVar("Read")
Subject = TypeVar("Subject")


def loaded_rules(rules: Path, likeness: float) -> RuleSet:
    """The rules of a file with their trees. Raises RulesError."""
    from watcher.analyse.engine import gazetteer
    from watcher.rulefiles import read_bundle
    from watcher.rules.load import load
    from watcher.settings import check_likeness

    check_likeness(likeness)
    return load(read_bundle(rules), gazetteer(), likeness)


def engine_of(loaded: RuleSet, rules: Path, model: str, learned: Learned, only: str | None) -> Engine:
    """What matches articles by the rules of a file in this process, without the boilerplate that was `learned`. Raises
    WatcherError where they have none of the id that `--rule` names."""
    from watcher.analyse.engine import Engine, gazetteer
    from watcher.rules.compile import compile_rules
    from watcher.settings import check_model

    known = [rule.id for rule in loaded.rules]
    if only is not None and only not in known:
        meant = difflib.get_close_matches(only.lower(), known, 1)
        raise WatcherError(f"no rule '{only}' in {rules}" + (f"; did you mean '{meant[0]}'?" if meant else ""))
    check_model(model)
    return Engine(compile_rules(loaded, gazetteer()), model, learned=learned)


def learned_boilerplate(state: Path, boilerplate: str) -> Learned:
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
    except StoreMissing:
        return {}
    except WatcherError as error:
        print(f"watcher: no boilerplate is left out: {error}", file=sys.stderr)
        return {}


class Reader:
    """A worker that reads for a command: what crashes a parser or never comes to an end costs its own file alone."""

    def __init__(self) -> None:
        from watcher.pool import Pool

        self._pool = Pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()

    def read(
        self,
        how: Callable[Concatenate[Subject, Limits, P], Read],
        subject: Subject,
        limits: Limits,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Read:
        """What `how` reads in the worker. Raises Unreadable where it was the worker's end, Trouble, and what `how`
        raises."""
        from concurrent.futures.process import BrokenProcessPool

        from watcher.worker import why_died

        try:
            return self._pool.submit(how, subject, limits, *args, **kwargs).result()
        except BrokenProcessPool:
            self._pool.mend()
            raise Unreadable(why_died(limits.seconds, limits.memory_mb)) from None
