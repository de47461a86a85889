"""What a kind of file has to offer to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from watcher.model import Article, Limits


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as the kinds see it. `text` is None where the bytes are not text. A kind that can stop early does so
    after one article more than `limits.articles`."""

    name: str
    data: bytes
    text: str | None
    limits: Limits = Limits()  # noqa: RUF009 - frozen

    @property
    def suffix(self) -> str:
        """The name's ending in small letters, with its dot; "" if there is none."""
        last = self.name.rpartition("/")[2]
        return "." + last.rpartition(".")[2].lower() if "." in last else ""


class Kind(Protocol):
    """One kind of file: a module with these two functions, listed in `formats.KINDS`."""

    def recognises(self, sheet: Sheet) -> bool:
        """Whether this kind reads the file; content is asked before the name."""

    def read(self, sheet: Sheet) -> tuple[Article, ...]:
        """The articles in the file; raises Unreadable if there are none, Incomplete if there are more that cannot be
        read."""
