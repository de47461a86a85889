"""Rules files on disk, and what their channels need of this place: addresses that can be used, values of secrets."""

from __future__ import annotations

import errno
import glob
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from watcher.channels import check_url, open_channels, secret_dirs
from watcher.errors import Fault, RulesError
from watcher.model import NAME_LIKENESS, Limits
from watcher.rules.bundle import Bundle, in_order
from watcher.rules.nodes import MAX_CHARACTERS
from watcher.rules.sources import Sources, beside, is_rules, pattern_beside, sources
from watcher.rules.spec import ChannelSpec, RuleSet
from watcher.rules.syntax import line_and_column

MOST_FILES = 1_000
MOST_BYTES = 4 * MAX_CHARACTERS  # of all files together
_OF_FOLDERS = frozenset({"", ".d"})  # suffixes that a folder may have and a file of rules has not

FaultsOfChannels = Callable[[Iterable[ChannelSpec]], list[Fault]]


def read_bundle(path: Path) -> Bundle:
    """The rules files as they are on disk. Raises RulesError where the main one cannot be read."""
    return read_files(path).bundle()


@dataclass(slots=True)
class Files:
    """The rules files as they are on disk: those that could be read, what was wrong with the others, and the patterns
    of names that tell whether they are still the same."""

    files: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)
    _left: int = MOST_BYTES

    def bundle(self) -> Bundle:
        """What is to be loaded. Raises RulesError where there is no main file."""
        if not self.files:
            raise RulesError(self.faults)
        return Bundle(self.files, tuple(self.faults))

    def add(self, name: str, *, required: bool = False) -> Sources:
        """Reads a file, once, and says what it is made of. One that is not there is told where it is named."""
        if name in self.files:
            return Sources()
        try:
            text = self._text(name)
        except FileNotFoundError as error:
            if required:
                self._fault(name, f"cannot be read: {error.strerror}; name the rules file with --rules")
            elif Path(name).is_symlink():  # its rules would be missing without a word
                self._fault(name, "cannot be read: a link that leads to no file")
            return Sources()
        except OSError as error:
            self._fault(name, f"cannot be read: {error.strerror}")
            return Sources()
        if text is None:
            return Sources()
        self.files[name] = text
        return sources(text) if required or is_rules(name) else Sources()

    def _text(self, name: str) -> str | None:
        with open(name, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                self._fault(name, "cannot be read: it is no regular file")
                return None
            data = stream.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0 or len(self.files) >= MOST_FILES:
            self._fault(name, f"with this file the rules are more than {MOST_BYTES:,} bytes or {MOST_FILES:,} files")
            return None
        if data[:2].count(0) == 1:  # UTF-16 without its mark is valid UTF-8, full of NULs
            self._fault(name, "not UTF-8; save the file as UTF-8")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode()  # behind a byte order mark
            place = line_and_column(before, len(before))
            self.faults.append(Fault(name, *place, "not UTF-8; save the file as UTF-8"))
            return None

    def _fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(name, 1, 1, message))


def read_files(path: Path) -> Files:
    """The main rules file, those that it includes, in the order of their names, and the lists and templates that any
    of them takes from a file."""
    main = str(path)
    found = Files(watched=[glob.escape(main)])
    told = found.add(main, required=True)
    texts = [beside(main, name) for name in told.texts]
    for name in told.include:
        pattern = pattern_beside(main, name)
        found.watched.append(pattern)
        found.faults += [fault for fault in _lost(pattern) if fault not in found.faults]
        for included in expand(pattern):
            if is_rules(included):
                texts += [beside(included, text) for text in found.add(included).texts]
    for name in texts:
        if not is_rules(name):
            found.watched.append(glob.escape(name))
            found.add(name)
    return found


def _lost(pattern: str) -> Iterable[Fault]:
    """The folders of a pattern that cannot be looked into: their rules would be missing without a word. Of what a
    wildcard finds there these are links that lead nowhere, unless they are named like files: those are told where the
    pattern takes them; what is closed may be no business of the rules (lost+found)."""
    parts = PurePath(pattern).parts
    found: dict[str, Fault] = {}
    for n in range(1, len(parts)):
        named = not glob.has_magic(parts[n - 1])
        for folder in expand(str(PurePath(*parts[:n]))):
            try:
                os.scandir(folder).close()
            except OSError as error:
                leads_nowhere = error.errno in (errno.ENOENT, errno.ELOOP)
                if named or (leads_nowhere and PurePath(folder).suffix in _OF_FOLDERS):
                    why = "a link that leads to no folder" if leads_nowhere else error.strerror
                    found[folder] = Fault(folder, 1, 1, f"cannot be read: {why}")
    return found.values()


def expand(pattern: str) -> list[str]:
    """The files that a name means, in their order; hidden ones, such as an editor's, match no wildcard."""
    parts = PurePath(pattern).parts
    if "**" not in parts:
        return sorted(glob.glob(pattern))  # noqa: PTH207 - to Path.glob hidden files are like others
    before, after = parts[: parts.index("**")], parts[parts.index("**") + 1 :] or ("*",)
    while after[:1] == ("**",):  # one goes as deep as several, which would enter a folder by every split of its path
        after = after[1:] or ("*",)
    tops = glob.glob(str(PurePath(*before))) if before else ["."]  # noqa: PTH207
    folders = (folder for top in tops for folder in _folders(top))
    return sorted({file for folder in folders for file in expand(str(PurePath(glob.escape(folder), *after)))})


def _folders(top: str) -> Iterator[str]:
    """A folder and those at any depth below, each once: with links that lead up `glob` goes 40 deep, in every order."""
    seen = set[str]()
    for folder, inside, _ in os.walk(top, followlinks=True):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        if (real := os.path.realpath(folder)) in seen:
            inside.clear()
            continue
        seen.add(real)
        yield folder


def load_checked(
    path: Path, environment: Mapping[str, str], likeness: float = NAME_LIKENESS, *, advise: bool = False
) -> RuleSet:
    """The rules with channels that can be opened here; `likeness` and `advise` as in `load`. Raises RulesError with the
    faults of the rules and of the channels' addresses."""
    from watcher.entities import places  # only here: the daemon's own process reads no rules
    from watcher.rules.load import load

    bundle, dirs = read_bundle(path), secret_dirs(environment)
    return checked(
        bundle,
        lambda: load(bundle, places.load(), likeness, advise=advise),
        lambda channels: channel_faults(channels, environment, dirs),
    )


def checked(bundle: Bundle, read: Callable[[], RuleSet], faults_of: FaultsOfChannels) -> RuleSet:
    """What `read` makes of a bundle, where the addresses of its channels can be used too. Raises RulesError with the
    faults of both."""
    rules, faults = None, list[Fault]()
    try:
        rules = read()
        channels: Iterable[ChannelSpec] = rules.channels.values()
    except RulesError as error:
        faults, channels = list(error.faults), error.channels
    faults += faults_of(channels)
    if rules is None or faults:
        raise RulesError(in_order(faults, bundle))
    return rules


def read_documents(rules: RuleSet, rules_file: Path) -> dict[str, bytes]:
    """The files that the rules' tests name, relative to the rules file; one that cannot be read is left out."""
    names = {t.file for rule in rules.rules for t in rule.tests if t.file is not None}
    read = ((name, _read(rules_file.parent / name, Limits().bytes_in)) for name in names)
    return {name: data for name, data in read if data is not None}


def _read(path: Path, most: int) -> bytes | None:
    """The file's bytes, one more than `most` at the most; None for what is no file or cannot be read."""
    try:
        with open(path, "rb", opener=_open_without_blocking) as stream:  # noqa: PTH123 - Path.open takes no opener
            return stream.read(most + 1) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except (OSError, ValueError):  # ValueError: a name that no file can have, with a NUL in it
        return None


def _open_without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would hold the reload up


def channel_faults(
    channels: Iterable[ChannelSpec], environment: Mapping[str, str], secret_dirs: Sequence[Path]
) -> list[Fault]:
    """What is wrong with the channels' addresses; a missing secret is no fault."""
    return [
        Fault(place.file, place.line, place.column, why)
        for channel in channels
        for url, place in zip(channel.urls, channel.places, strict=True)
        if (why := check_url(url, environment, secret_dirs)) is not None
    ]


def missing_secrets(rules: RuleSet, environment: Mapping[str, str], secret_dirs: Sequence[Path]) -> list[str]:
    """The channels that cannot send for want of a value, each with the names of what is missing."""
    opened = open_channels(rules.channels, environment, secret_dirs, sys.stdout)
    return [f"channel '{name}' is unconfigured: {c.unconfigured}" for name, c in opened.items() if c.unconfigured]
