"""A file of the inbox -> its articles, or what became of it and why."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.allowance import allowance
from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import extract
from watcher.formats.omitted import Omitted
from watcher.model import UNREADABLE, Article, Document, FileFacts, FileOutcome, Limits, embargo_end, state_of

_FOR_MEMBERS = 0.7  # of the time of a file: the last document in it that is begun must come to an end too


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read: its articles, or what became of it and why; `died`: it was its reader's end."""

    file: FileFacts
    articles: tuple[Article, ...] = ()
    outcome: FileOutcome = FileOutcome.DONE
    reason: str = ""
    died: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The articles of a file that lies anywhere, why there are not more, "" if nothing is wrong with it, and what was
    left out of each, by its part."""

    articles: tuple[Article, ...] = ()
    fault: str = ""
    omitted: Omitted = field(default_factory=dict)


def read(file: FileFacts, root: str, limits: Limits, now: int, work: float = 0.0) -> Read | None:
    """What a file below `root` holds; None where it vanished or changed since it came to rest. In a worker it costs so
    many seconds of `work` at most, 0 for no other limit than that of all files."""
    try:
        data = _bytes(Path(root, file.path), file, limits.bytes_in)
    except OSError as error:
        return Read(file, outcome=FileOutcome.PASSED_OVER, reason=f"{UNREADABLE}: {error.strerror}")
    if data is None:
        return None
    file = replace(file, sha256=hashlib.sha256(data).hexdigest())
    try:
        with allowance(min(work or limits.seconds, limits.seconds), limits.memory_mb):
            return _free(file, extract(Document(file.path, data), limits, _late(limits.seconds)), now)
    except Incomplete as error:
        return _free(file, error.articles, now, fault=str(error))
    except Empty as error:
        return Read(file, outcome=FileOutcome.PASSED_OVER, reason=str(error))
    except Unreadable as error:
        return Read(file, outcome=FileOutcome.QUARANTINED, reason=str(error))


def read_anywhere(path: Path, limits: Limits, *, everything: bool = False) -> Found:
    """What a file holds as the daemon would read it, wherever it lies; with `everything` what is left out too. In a
    worker it costs what one file of the inbox may cost."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            data = stream.read(limits.bytes_in + 1)
    except IsADirectoryError:
        return Found(fault="it is a folder; name the files in it")
    except OSError as error:
        return Found(fault=f"it cannot be read: {error.strerror}")
    omitted: Omitted | None = {} if everything else None
    try:
        with allowance(limits.seconds, limits.memory_mb):
            articles = extract(Document(path.name, data), limits, _late(limits.seconds), omitted)
            return Found(articles, omitted=omitted or {})
    except Incomplete as error:
        return Found(tuple(error.articles), str(error), omitted or {})
    except Unreadable as error:
        return Found(fault=str(error))


def read_within(document: Document, limits: Limits) -> tuple[Article, ...]:
    """The articles of a document; in a worker it costs what one file of the inbox may cost. Raises Unreadable."""
    with allowance(limits.seconds, limits.memory_mb):
        return extract(document, limits)


def _late(seconds: float) -> Callable[[], bool]:
    """Whether so much of a file's time is over that an archive ends with what was read, before its worker is ended."""
    end = time.process_time() + _FOR_MEMBERS * seconds
    return lambda: time.process_time() > end


def _free(file: FileFacts, articles: Sequence[Article], now: int, fault: str = "") -> Read:
    """The articles of which something may be told now. Their file stays where it is while one of them waits for its
    embargo, and is looked at again then; what was told by then is known and not told again."""
    barred = [article.barred(now) for article in articles]
    free = tuple(article for article, why in zip(articles, barred, strict=True) if not why)
    waiting = [why for why in barred if embargo_end(why) is not None]
    if waiting:
        return Read(file, free, FileOutcome.PASSED_OVER, min(waiting))
    if fault:
        return Read(file, free, FileOutcome.QUARANTINED, fault)
    return Read(file, free) if free else Read(file, (), FileOutcome.PASSED_OVER, barred[0])


def _bytes(path: Path, file: FileFacts, most: int) -> bytes | None:
    """The file's bytes, one more than `most` at the most; None where it is gone or not the one that rested."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or state_of(status) != (file.size, file.mtime_ns):
                return None
            # Not `most`: Python takes so much memory before it reads. What has grown meanwhile is read again at rest.
            return stream.read(min(most, status.st_size) + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _open_without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe put in the file's place must not hold the worker up
