"""The rules in force: read anew when a file of theirs changes, swapped whole, or the last good ones kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watcher.analyse import load_rules, test_rules
from watcher.channels import Channels
from watcher.errors import Fault, RulesError
from watcher.model import Limits
from watcher.rulefiles import expand, read_documents, read_files
from watcher.rules.load import Bundle
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.store.engine import Store
from watcher.store.rules import accept, last_accepted, refuse
from watcher.worker import Pool

MOST_TOLD = 20

Signature = tuple[tuple[str, tuple[int, int, int, int] | None], ...]
OpenChannels = Callable[[RuleSet], Channels]


@dataclass(frozen=True, slots=True)
class Current:
    """One accepted set of rules with its open channels; `digest` is the bundle's."""

    bundle: Bundle
    rules: RuleSet
    channels: Channels
    by_id: Mapping[str, RuleSpec]

    @property
    def digest(self) -> str:
        return self.rules.digest


@dataclass(frozen=True, slots=True)
class Change:
    """What a look at the files brought, for the operator: rules.loaded, rules.refused or rules.tests_fail."""

    event: str
    text: str


class Live:
    """Owns the rules in force, `current`. `start` and `step` belong to one thread; others only read `current`."""

    def __init__(
        self,
        path: Path,
        store: Store,
        pool: Pool,
        open_them: OpenChannels,
        faults_of: Callable[[RuleSet], list[Fault]],
        model: str,
        limits: Limits,
        likeness: float,
        languages: Callable[[], Sequence[str]],
    ) -> None:
        self._path = path
        self._store = store
        self._pool = pool
        self._open_channels = open_them
        self._faults_of = faults_of
        self._model = model
        self._limits = limits
        self._likeness = likeness
        self._languages = languages
        self._watched: list[str] = []
        self._looked: Signature = ()
        self._read: Signature = ()
        self._seen: Signature = ()
        self.current: Current
        self.untested = False
        self._private: Pool | None = None
        self._stopped = False

    def start(self, now: int) -> Change:
        """Loads the rules, or the last accepted ones where the file is faulty; raises RulesError if there are none."""
        try:
            self.current = self._load(self._bundle(), self._pool)
        except RulesError as error:
            self._read = self._seen = self._looked
            accepted = last_accepted(self._store)
            if accepted is None:
                raise
            try:
                self.current = self._load(Bundle(accepted.files), self._pool)
            except RulesError:
                raise error from None
            refuse(self._store, str(error), now)
            return Change("rules.refused", _refusal(error, self.current.digest))
        self._read = self._seen = self._looked
        accept(self._store, self.current.digest, self.current.bundle.files, now, len(self.current.rules.rules))
        return self._loaded(None)

    def step(self, now: int, *, asked: bool = False) -> Change | None:
        """Looks at the files, and reads them once they have changed and rest; `asked` reads them in any case. The tests
        of new rules are run by the step after."""
        if self._stopped:
            return None
        signature = self._signature()
        rests, self._seen = signature == self._seen, signature
        if not asked and (signature == self._read or not rests):
            return self._test() if self.untested else None
        with self._reader(self._pool.workers) as pool:
            change = self._reload(pool, now, asked=asked)
        self._read = self._looked  # not before: after trouble of the store the next look reads them again
        return change

    def _reload(self, pool: Pool, now: int, *, asked: bool) -> Change:
        before = self.current
        try:
            bundle = self._bundle()
            after = before if bundle.digest == before.digest and not asked else self._load(bundle, pool)
        except RulesError as error:
            refuse(self._store, str(error), now)
            return Change("rules.refused", _refusal(error, before.digest))
        accept(self._store, after.digest, after.bundle.files, now, len(after.rules.rules))
        self.current = after
        if after is not before:
            self._pool.replace(pool)
            self._private = None
        return self._loaded(before)

    def _load(self, bundle: Bundle, pool: Pool) -> Current:
        try:
            read = pool.on_each(load_rules, bundle, self._model, self._likeness, self._languages())
            rules = [future.result() for future in read][0]
        except (BrokenProcessPool, CancelledError) as error:
            file = next(iter(bundle.files))
            raise RulesError(
                [Fault(file, 1, 1, "reading these rules ended the process that read them: too large?")]
            ) from error
        if faults := self._faults_of(rules):
            raise RulesError(sorted(faults))
        return Current(bundle, rules, self._open_channels(rules), {r.id: r for r in rules.rules})

    def _loaded(self, before: Current | None) -> Change:
        self.untested = any(rule.tests for rule in self.current.rules.rules)
        rules = self.current.rules
        warnings = _some([str(warning) for warning in rules.warnings])
        lines = [f"{len(rules.rules)} rules loaded", *_differences(before, self.current), *warnings]
        return Change("rules.loaded", "\n".join(lines))

    def _bundle(self) -> Bundle:
        """The files as they are now; raises RulesError. `_looked` is their state from before they were read, so that a
        change meanwhile is not missed; where they name others than before, these are looked at first."""
        self._looked = self._signature()
        found = read_files(self._path)
        while found.watched != self._watched:
            self._watched = found.watched
            self._looked = self._signature()
            found = read_files(self._path)
        if found.faults:
            raise RulesError(found.faults)
        return Bundle(found.files)

    def _signature(self) -> Signature:
        """What tells one state of all files from another."""
        return tuple((name, _stat(Path(name))) for pattern in self._watched for name in expand(pattern))

    @contextmanager
    def _reader(self, workers: int = 1) -> Iterator[Pool]:
        """Workers for the rules alone: among the articles' they waited for their turn (22 s behind a backlog of web
        pages), and a page that kills its reader would have them refused. They are ended at once, unless they have
        read new rules well: then they take the articles over, ready to match, as the others would have had to read
        the rules too, with all articles waiting for it (8 s for 10,000 rules)."""
        self._private = Pool(workers)
        try:
            yield self._private
        finally:
            if self._private is not None:
                self._private.stop()

    def stop(self) -> None:
        """Ends what rules or tests are being read, from any thread: the part that waits for it goes on at once."""
        self._stopped = True
        if (private := self._private) is not None:
            private.stop()

    def _test(self) -> Change | None:
        """Runs the rules' tests in a process of their own. They tell, and stop nothing, whatever happens to them."""
        documents = read_documents(self.current.rules, self._path)
        with self._reader() as pool:
            try:
                asked = (self.current.bundle, documents, self._model, self._limits, self._likeness)
                tested = pool.submit(test_rules, *asked).result()
            except (BrokenProcessPool, CancelledError):
                if self._stopped:
                    return None
                return Change("rules.tests_fail", "the rules' tests could not be run: one takes too long or too much")
            except Exception as bug:  # noqa: BLE001 - tests are only told: a bug in running them is told too
                return Change("rules.tests_fail", f"the rules' tests could not be run: {type(bug).__name__}")
            finally:
                self.untested = False  # only now: `run --once` waits for it
        failing = [f"test fails: {t.rule}, {t.name} ({t.place}): {t.why}" for t in tested if t.why]
        return Change("rules.tests_fail", "\n".join(_some(failing))) if failing else None


def _stat(path: Path) -> tuple[int, int, int, int] | None:
    """What tells one state of the file from another: also behind a symbolic link that is swapped."""
    try:
        found = path.stat()
    except OSError:  # gone for now, as between the two steps of an editor's save
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _differences(before: Current | None, after: Current) -> list[str]:
    if before is None:
        return []
    old = {r.id: r.fingerprint for r in before.rules.rules}
    new = {r.id: r.fingerprint for r in after.rules.rules}
    changes = {
        "added": [i for i in new if i not in old],
        "changed": [i for i in new if i in old and new[i] != old[i]],
        "removed": [i for i in old if i not in new],
    }
    told = [f"{what}: {', '.join(ids[:MOST_TOLD])}" for what, ids in changes.items() if ids]
    return told or ["no rule added, changed or removed"]


def _refusal(error: RulesError, digest: str) -> str:
    told = _some([str(fault) for fault in error.faults])
    return "\n".join([f"rules refused; those accepted before ({digest[:12]}) stay in force", *told])


def _some(lines: Sequence[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - MOST_TOLD
    return [*lines[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
