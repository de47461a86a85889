"""What feeds, wires and JSON declare of an article, made an Article of: dates, names and addresses judged alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urljoin, urlsplit

from watcher.formats import dates
from watcher.formats.base import Sheet
from watcher.formats.normal import normalise, one_line
from watcher.formats.pointers import without_pointers
from watcher.language import detect
from watcher.model import Article

_LONGEST_TITLE = 2_000
_LONGEST_FACT = 500
_MOST_SUBJECTS = 100
_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,2000}", re.IGNORECASE)
_BY = re.compile(r"(?:by|par|von|por|di|da|av|af|door|od)\b[ :]+(?=\S)", re.IGNORECASE)
_MAIL = r"[\w.+-]{1,64}@[\w.-]{1,255}"
_NAMED = re.compile(rf"{_MAIL}\s*\((?P<name>[^()]{{1,200}})\)|(?P<before>[^()@]{{1,200}})\s\({_MAIL}\)")
_CLOSED = re.compile(r"[-–—:_]\s*$")
_PLACE = re.compile(r"[^\W\d_]{2,}")
_OPENING = 300  # characters in which a text says its dateline itself, below a byline
_STATUS = {"canceled": "canceled", "cancelled": "canceled", "withheld": "withheld", "embargoed": "withheld"}


@dataclass(frozen=True, slots=True)
class Facts:
    """An article as its file declares it, word for word; "" where it says nothing. `body` is paragraphs by the line."""

    title: str = ""
    body: str = ""
    dateline: str = ""
    language: str = ""
    published: str = ""
    source: str = ""
    url: str = ""
    author: str = ""
    urgency: str = ""
    subjects: tuple[str, ...] = ()
    embargo: str = ""
    status: str = ""
    uid: str = ""

    def article(self, sheet: Sheet, whole: Callable[[], str] | None = None) -> Article:
        """The article; all words of its document are `whole` where they are more than these facts. One whose embargo
        cannot be read is withheld, and so is one under an embargo without end."""
        sheet.tell_whole(whole or (lambda: f"{self.title}\n{self.body}"))
        title = one_line(self.title)[:_LONGEST_TITLE]
        body = _with_dateline(self.dateline, _without_title(title, without_pointers(normalise(self.body))))
        published = dates.stamp(self.published)
        embargo = _moment(self.embargo)
        hidden = embargo is None and self.embargo.strip()
        said = _STATUS.get(re.split("[:/#]", self.status.strip().lower())[-1], "")
        if embargo is not None and self.status.strip().lower().endswith("embargoed"):
            said = ""
        return Article(
            title=title,
            body=body,
            language=detect(title, body, self.language),
            published=published,
            published_text=None if published else _fact(self.published),
            source=_fact(self.source),
            url=address(self.url),
            author=_fact(_name(self.author)),
            urgency=int(self.urgency) if re.fullmatch("[1-9]", self.urgency.strip()) else None,
            subjects=tuple(dict.fromkeys(filter(None, map(_fact, self.subjects[:_MOST_SUBJECTS])))),
            embargo=embargo,
            withdrawn="withheld" if hidden and said != "canceled" else said,
            uid=_fact(self.uid),
        )


def address(written: str) -> str | None:
    """The address, None if it is none of the web's."""
    written = written.strip()
    return written if _ADDRESS.fullmatch(written) else None


def source_of(declared: str | None, url: str | None, path: str) -> str | None:
    """What an article declares, else the domain of its address, else the first folder below the inbox."""
    folder, below, _ = path.partition("/")
    return declared or (_domain(url) if url else None) or (folder if below and folder else None)


def _domain(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
    except ValueError:  # "http://[" is no address
        return None
    return host.removeprefix("www.") if host else None


def resolved(link: str, base: str) -> str:
    """`link` as seen from the page at `base`."""
    try:
        return urljoin(base.strip(), link.strip()) if link.strip() else ""
    except ValueError:  # "http://[" is no address
        return link


def headline_rank(role: str) -> int:
    """Which of several headlines is taken: the main one, else the first that is no short one and no subheadline."""
    role = role.lower()
    return 0 if "main" in role else 2 if "sub" in role or "short" in role else 1


def _fact(value: str) -> str | None:
    return one_line(value[: 4 * _LONGEST_FACT])[:_LONGEST_FACT] or None


def _name(author: str) -> str:
    """The name in "By Jane Doe", "jane@example.org (Jane Doe)" and "Jane Doe (jane@example.org)"."""
    author = author[: 4 * _LONGEST_FACT].strip()
    if named := _NAMED.fullmatch(author):
        return named["name"] or named["before"]
    by = _BY.match(author)
    return author[by.end() :] if by else author


def _without_title(title: str, body: str) -> str:
    first, _, rest = body.partition("\n")
    return rest.lstrip("\n") if title and rest.strip() and one_line(first).casefold() == title.casefold() else body


def _with_dateline(dateline: str, body: str) -> str:
    """`body` opening with its dateline, as it is printed, unless it does so already or the dateline is but a time."""
    line = one_line(dateline[:_LONGEST_FACT])
    place = _PLACE.search(line)
    if not body or place is None or line[:1].isdigit():
        return body
    if re.search(rf"^\W*{re.escape(place[0])}", body[:_OPENING], re.IGNORECASE | re.MULTILINE):
        return body
    return f"{line}{' ' if _CLOSED.search(line) else ' - '}{body}"


def _moment(written: str) -> datetime | None:
    """When an embargo ends; without a zone it is meant in UTC, without a time it ends as the day begins."""
    try:
        moment: date | datetime | None = datetime.fromisoformat(written.strip()[:64])
    except ValueError:
        moment = dates.stamp(written)
    if moment is None or not dates.is_likely(moment):
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
