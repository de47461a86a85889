"""The rules in force: read anew when a file of theirs changes, swapped whole, or the last good ones kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import structlog

from watcher.channels import Channels, open_channels, secret_dirs
from watcher.errors import RulesError, Trouble
from watcher.phrase import Phrase
from watcher.rulechange import MOST_TOLD, Change, failure, fingerprints, loaded, not_run, refused, tests_fail
from watcher.rulefiles import expand, read_documents, read_files
from watcher.rulereading import RuleReading
from watcher.rules.bundle import Bundle
from watcher.rules.conditions.groups import NOTHING
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.store.boilerplate import LearnedToday
from watcher.store.engine import Store
from watcher.store.rules import Fingerprint, accept, last_accepted, last_fingerprints, note_tests, refuse

log = structlog.get_logger(__name__)

Signature = tuple[tuple[str, tuple[int, int, int, int] | None], ...]


@dataclass(frozen=True, slots=True)
class Current:
    """One accepted set of rules with its open channels; `digest` is the bundle's."""

    bundle: Bundle
    rules: RuleSet
    channels: Channels
    by_id: Mapping[str, RuleSpec]

    def rule(self, name: str) -> RuleSpec:
        """The rule as it is now; one that is gone says nothing of how it is told."""
        return self.by_id.get(name) or RuleSpec(name, NOTHING)

    @property
    def digest(self) -> str:
        return self.rules.digest


class Live:
    """Owns the rules in force, `current`. `start` and `step` belong to one thread; others only read `current`."""

    def __init__(
        self,
        path: Path,
        store: Store,
        reading: RuleReading,
        learning: LearnedToday,
        environment: Mapping[str, str],
        console: TextIO,
    ) -> None:
        """Channels take their addresses and secrets from the `environment`, and the `console` is that of channels."""
        self._path = path
        self._store = store
        self._reading = reading
        self._learning = learning
        self._environment = environment
        self._console = console
        self._watched: list[str] = []
        self._looked: Signature = ()
        self._read: Signature = ()
        self._seen: Signature = ()
        self.current: Current
        self.untested = False

    def start(self, now: int) -> Change:
        """Loads the rules, or those of the same file that were accepted last where it is faulty; raises RulesError if
        there are none."""
        try:
            bundle = self._bundle()
            first = self._opened(bundle, self._reading.at_start(bundle))
        except RulesError as error:
            self._read = self._seen = self._looked
            accepted = last_accepted(self._store)
            if accepted is None or not _is(self._path, next(iter(accepted.files))):
                raise
            bundle = Bundle(accepted.files)
            try:
                self.current = self._opened(bundle, self._reading.at_start(bundle))
            except RulesError:
                raise error from None
            refuse(self._store, str(error), now)
            return refused(error, self.current.digest)
        self._read = self._seen = self._looked
        before = last_fingerprints(self._store)
        self._accept(first, now)
        self.current = first
        return self._loaded(before)

    def step(self, now: int, *, asked: bool = False) -> Change | None:
        """Looks at the files, and reads them once they have changed and rest; `asked` reads them in any case. The tests
        of new rules are run by the step after."""
        if self._reading.stopped:
            return None
        signature = self._signature()
        rests, self._seen = signature == self._seen, signature
        if not asked and (signature == self._read or not rests):
            return self._test(now) if self.untested else None
        change = self._reload(now, asked=asked)
        self._read = self._looked  # not before: after trouble of the store the next look reads them again
        return change

    def stop(self) -> None:
        """Ends what is being read, from any thread."""
        self._reading.stop()

    def _reload(self, now: int, *, asked: bool) -> Change:
        before = self.current
        try:
            bundle = self._bundle()
            if bundle.digest == before.digest and not asked:
                self._accept(before, now)
            else:
                with self._reading.anew(bundle) as rules:
                    after = self._opened(bundle, rules)
                    self._accept(after, now)
                    self.current = after
        except RulesError as error:
            refuse(self._store, str(error), now)
            return refused(error, before.digest)
        return self._loaded(fingerprints(before.rules))

    def _accept(self, rules: Current, now: int) -> None:
        accept(self._store, rules.digest, rules.bundle.files, now, len(rules.rules.rules), fingerprints(rules.rules))

    def _opened(self, bundle: Bundle, rules: RuleSet) -> Current:
        """The rules with their channels."""
        dirs = secret_dirs(self._environment)
        channels = open_channels(rules.channels, self._environment, dirs, self._console)
        return Current(bundle, rules, channels, {r.id: r for r in rules.rules})

    def _loaded(self, before: Sequence[Fingerprint] | None) -> Change:
        """`before` are the fingerprints of what was in force, None where that is not known."""
        self.untested = any(rule.tests for rule in self.current.rules.rules)
        return loaded(self.current.rules, before)

    def _bundle(self) -> Bundle:
        """The files as they are now; raises RulesError. `_looked` is their state from before they were read, so that a
        change meanwhile is not missed; where they name others than before, these are looked at first."""
        self._looked = self._signature()
        found = read_files(self._path)
        while found.watched != self._watched:
            self._watched = found.watched
            self._looked = self._signature()
            found = read_files(self._path)
        return found.bundle()

    def _signature(self) -> Signature:
        """What tells one state of all files from another."""
        return tuple((name, _stat(Path(name))) for pattern in self._watched for name in expand(pattern))

    def _test(self, now: int) -> Change | None:
        """Runs the rules' tests. They tell, and stop nothing, whatever happens to them. Raises Trouble where the store
        cannot note what came of them: then call it again."""
        change = self._tested(now)
        self.untested = False  # only now: `run --once` waits for it
        return change

    def _tested(self, now: int) -> Change | None:
        documents, learned = read_documents(self.current.rules, self._path), self._learning.packed(now)
        try:
            tested = self._reading.test(self.current.bundle, documents, learned)
        except Trouble as trouble:
            return not_run(trouble.why)
        except Exception as bug:
            log.exception("rules.tests_broke")  # they are only told, and so is a bug in running them
            return not_run(type(bug).__name__)
        if tested is None and self._reading.stopped:
            return None
        if tested is None:
            return not_run(Phrase("one takes too long or too much, or their process was killed"))
        failing = [failure(one) for one in tested if one.why]
        note_tests(self._store, self.current.digest, len(failing), failing[:MOST_TOLD])
        return tests_fail(failing) if failing else None


def _is(path: Path, main: str) -> bool:
    """Whether a main rules file is the one at a path."""
    return path.absolute() == Path(main).absolute()


def _stat(path: Path) -> tuple[int, int, int, int] | None:
    """What tells one state of the file from another: also behind a symbolic link that is swapped."""
    try:
        found = path.stat()
    except OSError:  # gone for now, as between the two steps of an editor's save
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
