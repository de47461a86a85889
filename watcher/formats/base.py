"""What a kind of file has to offer to be read, and what is handed to it."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from watcher.errors import Unreadable
from watcher.formats.encoding import decode
from watcher.model import Article, Limits

if TYPE_CHECKING:
    from backports.zstd.zipfile import ZipFile

_FREE = 1_000_000  # bytes that any file may unpack to, however small it is


class Budget:
    """What one file and all that is unpacked of it may still cost. The sheets of its members share it."""

    def __init__(self, limits: Limits, size: int) -> None:
        in_proportion = max(_FREE, limits.ratio * size)
        self.bytes = min(limits.unpacked, in_proportion)
        self.members = limits.members
        self.too_big = (
            f"more than {limits.unpacked:,} bytes unpacked"
            if limits.unpacked <= in_proportion
            else f"unpacked more than {limits.ratio:,} times as large as the file"
        )

    def spend(self, count: int) -> None:
        """Enters so many bytes as unpacked. Raises Unreadable where there are more than may be, and enters none."""
        if count > self.bytes:
            raise Unreadable(self.too_big)
        self.bytes -= count


@dataclass(frozen=True)
class Sheet:
    """A file as the kinds see it, or a document inside one, which has the `depth` 1 or more, may have been found at a
    `url`, and has the names of the `members` that it was found in, its own the last. A kind that can stop early does so
    after one article more than `limits.articles`.

    `whole` is where a kind that leaves words out puts all those of each of its articles, in their order; None where
    nobody asks."""

    name: str
    data: bytes
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    budget: Budget = field(default_factory=lambda: Budget(Limits(), 0))
    depth: int = 0
    url: str = ""
    members: tuple[str, ...] = ()
    whole: list[str] | None = None

    def tell_whole(self, text: Callable[[], str]) -> None:
        """Hands on all words of an article, by the line, before any was left out: of each that the document has, or of
        none."""
        if self.whole is not None:
            self.whole.append(text())

    @cached_property
    def text(self) -> str | None:
        """The text; None where the bytes are none. Raises Unreadable where it is larger than a file may be: only what
        holds other documents, and is known by its bytes, may be that when it was unpacked."""
        if len(self.data) > self.limits.bytes_in:
            raise Unreadable(f"too large: at most {self.limits.bytes_in:,} bytes are read")
        return decode(self.data)

    @cached_property
    def archive(self) -> ZipFile | None:
        """The zip archive that the bytes are, which office documents are too; None where they are none, or one whose
        directory cannot be read."""
        if not self.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return None
        # The library of Python 3.14 for all versions: older ones inflate members that overlap, or never come to an end.
        from backports.zstd.zipfile import BadZipFile, ZipFile

        try:
            return ZipFile(io.BytesIO(self.data))
        except (BadZipFile, NotImplementedError, struct.error, ValueError, OSError, OverflowError):
            return None

    @property
    def suffix(self) -> str:
        """The name's ending in small letters, with its dot; "" if there is none."""
        last = self.name.rpartition("/")[2]
        return "." + last.rpartition(".")[2].lower() if "." in last else ""


@dataclass(frozen=True, slots=True)
class Member:
    """A document inside another. `data` is None where nothing in it is to be read: a folder, a link. `fault` says what
    is wrong with it; `data` are then the bytes before the break, if there are any. `url` is where a page was found.
    `alone`: there is no other inside, so that its name says nothing that the outer one's does not."""

    name: str
    data: bytes | None = None
    fault: str = ""
    url: str = ""
    alone: bool = False


class Kind(Protocol):
    """One kind of file: a module with these two functions, listed in `formats.KINDS`."""

    def recognises(self, sheet: Sheet) -> bool:
        """Whether this kind reads the file; content is asked before the name."""

    def read(self, sheet: Sheet) -> Iterable[Article | Member]:
        """The articles in the file, and the documents in it that are read like files of their own: each is read before
        the next is asked for. Raises Unreadable at what cannot be read, and what was given before counts; Incomplete
        with articles of its own; Empty and Foreign where there is nothing to be read."""
