"""What is read: a file's bytes, the articles in it, and what reading may cost."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

UNKNOWN_LANGUAGE = "und"
UNREADABLE = "unreadable"  # how the reason begins for a file that is there and may not be read: tried again later
INSIDE = " \u203a "  # between the names of a file and of what it was found in: pack.zip › a.txt
_EMBARGOED = "waits for its embargo until "


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of the file, the seconds and megabytes that a worker holds it to, articles in it,
    and characters of one article (a thick book has two million).

    Of what is unpacked of a file: `unpacked` bytes in all, or `ratio` times the file's own if these are fewer;
    `members` of archives and mails, `depth` of one inside the other. Each document in it has at most `bytes_in` bytes.

    `json_fields` are the names that JSON has for parts of an article beside the usual ones: (part, path) pairs.
    """

    bytes_in: int = 50_000_000
    seconds: float = 30.0
    memory_mb: int = 512
    articles: int = 5_000
    characters: int = 5_000_000
    unpacked: int = 200_000_000
    ratio: int = 100
    members: int = 5_000
    depth: int = 3
    json_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one file and its name: the path below the inbox, parts joined by "/"."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the rules see it.

    `title` is "" where there is none. `published` is a date or an aware datetime only where both day
    and year are certain; a date that is not is kept as written in `published_text`.
    `uid` is what its provider calls it in all its versions (a feed's guid).
    `urgency` is the wires' own, 1 the highest, and `subjects` their codes. Until `embargo` nothing is told of the
    article; nor ever where its provider says that it is `withdrawn` ("canceled", "withheld").
    `members` are the names of the documents inside the file at `path` that it was found in, the outermost first; where
    a document holds several articles its number among them, as "#2", is the last.
    """

    title: str
    body: str
    language: str = UNKNOWN_LANGUAGE
    published: date | datetime | None = None
    published_text: str | None = None
    source: str | None = None
    url: str | None = None
    author: str | None = None
    path: str = ""
    part: int = 0
    members: tuple[str, ...] = ()
    urgency: int | None = None
    subjects: tuple[str, ...] = ()
    embargo: datetime | None = None
    withdrawn: str = ""
    uid: str | None = None

    def barred(self, now: int) -> str:
        """Why nothing may be told of the article at `now`, "" if it may."""
        if self.withdrawn:
            return f"{self.withdrawn} by its provider"
        end = 0 if self.embargo is None else math.ceil(self.embargo.timestamp())
        return f"{_EMBARGOED}{datetime.fromtimestamp(end, UTC):%Y-%m-%dT%H:%M:%SZ}" if end * 1000 > now else ""

    @property
    def body_start(self) -> int:
        """Where the body begins in `text`."""
        return len(self.title) + 2 if self.title else 0

    @property
    def text(self) -> str:
        """Title, blank line, body: what offsets count in, and what `explain --text` prints."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body

    @property
    def digest(self) -> str:
        """SHA-256 of title and body: the same digest is the same article."""
        return hashlib.sha256(f"{self.title}\0{self.body}".encode("utf-8", "surrogatepass")).hexdigest()


def embargo_end(reason: str) -> int | None:
    """When the embargo ends that `Article.barred` gave as its reason; None for any other reason."""
    if not reason.startswith(_EMBARGOED):
        return None
    return int(datetime.fromisoformat(reason.removeprefix(_EMBARGOED)).timestamp()) * 1000
