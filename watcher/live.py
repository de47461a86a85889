"""The rules in force: read anew when a file of theirs changes, swapped whole, or the last good ones kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watcher.analyse import load_rules, test_rules
from watcher.channels import Channels
from watcher.errors import Fault, RulesError
from watcher.rulefiles import read_bundle, read_documents
from watcher.rules.load import Bundle
from watcher.rules.spec import RuleSet, RuleSpec
from watcher.store.engine import Store
from watcher.store.rules import accept, last_accepted, refuse
from watcher.worker import Pool

MOST_TOLD = 20

Signature = tuple[tuple[int, int, int, int] | None, ...]
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
    """What a look at the files brought: `text` for people; `refused` where the rules in force stay."""

    text: str
    refused: bool = False


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
    ) -> None:
        self._path = path
        self._store = store
        self._pool = pool
        self._open_channels = open_them
        self._faults_of = faults_of
        self._model = model
        self._read: Signature = ()
        self._seen: Signature = ()
        self.current: Current

    def start(self, now: int) -> Change:
        """Loads the rules, or the last accepted ones where the file is faulty; raises RulesError if there are none."""
        self._read = self._seen = self._signature()
        try:
            self.current = self._load(read_bundle(self._path), self._pool)
        except RulesError as error:
            accepted = last_accepted(self._store)
            if accepted is None:
                raise
            try:
                self.current = self._load(Bundle(accepted.files), self._pool)
            except RulesError:
                raise error from None
            refuse(self._store, str(error))
            return Change(_refusal(error, self.current.digest), refused=True)
        accept(self._store, self.current.digest, self.current.bundle.files, now, len(self.current.rules.rules))
        return Change(self._told(None, self.current, self._pool))

    def step(self, now: int, *, asked: bool = False) -> Change | None:
        """Looks at the files, and reads them once they have changed and rest; `asked` reads them in any case."""
        signature = self._signature()
        rests, self._seen = signature == self._seen, signature
        if not asked and (signature == self._read or not rests):
            return None
        with _reader() as pool:
            change = self._reload(pool, now, asked=asked)
        self._read = signature  # not before: after trouble of the store the next look reads them again
        return change

    def _reload(self, pool: Pool, now: int, *, asked: bool) -> Change | None:
        before = self.current
        try:
            bundle = read_bundle(self._path)
            if bundle.digest == before.digest and not asked:
                return self._unchanged(before, now, pool)
            after = self._load(bundle, pool)
        except RulesError as error:
            refuse(self._store, str(error))
            return Change(_refusal(error, before.digest), refused=True)
        accept(self._store, after.digest, after.bundle.files, now, len(after.rules.rules))
        self.current = after
        return Change(self._told(before, after, pool))

    def _unchanged(self, current: Current, now: int, pool: Pool) -> Change | None:
        """The file says again what is in force: nothing to tell, unless a fault was told since."""
        accept(self._store, current.digest, current.bundle.files, now, len(current.rules.rules))
        return Change(self._told(current, current, pool))

    def _load(self, bundle: Bundle, pool: Pool) -> Current:
        try:
            rules = pool.submit(load_rules, bundle).result()
        except BrokenProcessPool as error:
            file = next(iter(bundle.files))
            raise RulesError([Fault(file, 1, 1, "reading these rules took more memory than allowed")]) from error
        if faults := self._faults_of(rules):
            raise RulesError(sorted(faults))
        return Current(bundle, rules, self._open_channels(rules), {r.id: r for r in rules.rules})

    def _signature(self) -> Signature:
        """What tells one state of the files from another: also behind a symbolic link that is swapped."""
        return tuple(_stat(path) for path in (self._path,))

    def _told(self, before: Current | None, after: Current, pool: Pool) -> str:
        lines = [f"{len(after.rules.rules)} rules loaded", *_differences(before, after), *after.rules.warnings]
        tested = pool.submit(test_rules, after.bundle, read_documents(after.rules, self._path), self._model)
        try:
            failing = [t for t in tested.result() if t.why]
        except BrokenProcessPool:
            return "\n".join([*lines, "the rules' tests could not be run: the worker ended"])
        lines += [f"test fails: {t.rule}, {t.name} ({t.place}): {t.why}" for t in failing]
        return "\n".join(lines[:MOST_TOLD])


@contextmanager
def _reader() -> Iterator[Pool]:
    """A worker for the rules alone, ended at once: among the articles' they waited for their turn (22 s behind a
    backlog of web pages), and a page that kills its reader would have them refused."""
    pool = Pool(1)
    try:
        yield pool
    finally:
        pool.stop()


def _stat(path: Path) -> tuple[int, int, int, int] | None:
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
    more = len(error.faults) - MOST_TOLD
    lines = [str(f) for f in error.faults[:MOST_TOLD]] + ([f"and {more} more faults"] if more > 0 else [])
    return "\n".join([f"rules refused; those accepted before ({digest[:12]}) stay in force", *lines])
