"""The processes that read rules and run their tests: of their own, so that neither waits for articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from watcher.analyse import Tested, load_rules, test_rules
from watcher.errors import Fault, RulesError, Trouble
from watcher.phrase import Phrase
from watcher.pool import Pool
from watcher.rulefiles import FaultsOfChannels, checked
from watcher.rules.bundle import Bundle
from watcher.rules.spec import RuleSet
from watcher.settings import Settings

T = TypeVar("T")

_TOO_LARGE = "reading these rules ended the process that read them: too large?"
_KILLED = (
    "the process that read these rules was killed, and so was the next: out of memory? Nothing is known of them yet; "
    "save the file again, or send SIGHUP, to have it read anew"
)


class _Ended(Exception):
    """The process ended before it was done; `killed`: the second time too by somebody else."""

    def __init__(self, killed: bool) -> None:
        super().__init__(killed)
        self.killed = killed


class RuleReading:
    """Owns the processes that are at it now. `languages` are those whose models articles needed so far, `faults_of`
    says what is wrong with the addresses of channels, `stopping` that the daemon is told to stop. All calls but `stop`
    belong to one thread.

    `trouble` is what kept the last rules from being read that is no fault of theirs, None where nothing did.

    Among the articles' workers rules waited for their turn (22 s behind a backlog of web pages), and a page that kills
    its reader would have them refused.
    """

    def __init__(
        self,
        pool: Pool,
        settings: Settings,
        languages: Callable[[], Sequence[str]],
        faults_of: FaultsOfChannels,
        stopping: Callable[[], bool],
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._languages = languages
        self._faults_of = faults_of
        self._stopping = stopping
        self._private: Pool | None = None
        self._stopped = False
        self.trouble: Trouble | None = None

    @property
    def stopped(self) -> bool:
        """Whether what ends now was ended: it says nothing of the rules."""
        return self._stopped or self._stopping()

    def at_start(self, bundle: Bundle) -> RuleSet:
        """Has the articles' own worker read the rules, while there are no articles. Raises RulesError, and Trouble
        where a stop ended it."""
        return checked(bundle, lambda: self._load(bundle, self._pool), self._faults_of)

    @contextmanager
    def anew(self, bundle: Bundle) -> Iterator[RuleSet]:
        """New rules, read by a new worker. Where nothing is raised while they are looked at, it takes the articles
        over, ready to match: the others would have to read the rules too, with all articles waiting for it (8 s for
        10,000 rules). Raises RulesError, and Trouble where a stop ended it."""
        with self._process() as pool:
            yield checked(bundle, lambda: self._load(bundle, pool), self._faults_of)
            self._pool.replace(pool)
            self._private = None

    def test(self, bundle: Bundle, documents: Mapping[str, bytes], learned: bytes | None = None) -> list[Tested] | None:
        """How the rules' tests go, without the boilerplate that was `learned`; None where the process that ran them
        ended before they did. Raises what running them raises."""
        settings = self._settings
        asked = (bundle, documents, settings.model, settings.limits, settings.name_likeness, learned)
        with self._process() as pool:
            try:
                return self._result(pool, lambda: pool.submit(test_rules, *asked))
            except _Ended:
                return None

    def stop(self) -> None:
        """Ends what rules or tests are being read, from any thread: the part that waits for it goes on at once."""
        self._stopped = True
        if (private := self._private) is not None:
            private.stop()

    @contextmanager
    def _process(self) -> Iterator[Pool]:
        """A worker that is ended at once afterwards, unless it was given to the articles."""
        self._private = Pool()
        try:
            yield self._private
        finally:
            if self._private is not None:
                self._private.stop()

    def _load(self, bundle: Bundle, pool: Pool) -> RuleSet:
        settings = self._settings
        asked = (bundle, settings.model, settings.name_likeness, self._languages())
        self.trouble = None
        try:
            return self._result(pool, lambda: pool.submit(load_rules, *asked)).unpacked()
        except _Ended as error:
            if self.stopped:
                raise Trouble(Phrase("told to stop while rules were read")) from error
            if error.killed:
                killed = Phrase("the process that reads the rules was killed: is there too little memory?")
                self.trouble = Trouble(killed)
            why = _KILLED if error.killed else _TOO_LARGE
            raise RulesError([Fault(next(iter(bundle.files)), 1, 1, why)]) from error

    def _result(self, pool: Pool, ask: Callable[[], Future[T]]) -> T:
        """What the process brings, asked once more where it was killed: most often for memory that others took. Raises
        _Ended."""
        for last in (False, True):
            asked = ask()
            try:
                return asked.result()
            except (BrokenProcessPool, CancelledError) as error:
                killed = not self.stopped and pool.death(asked).killed
                if last or not killed:
                    raise _Ended(killed) from error
        raise AssertionError("the last try returns or raises")
