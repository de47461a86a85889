"""Bytes of a file in, articles out: the kind is told by content first, by name second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import NoReturn

from watcher.errors import Empty, Foreign, Incomplete, Unreadable
from watcher.formats import (
    appl,
    docx,
    epub,
    feed,
    html,
    json,
    mail,
    markdown,
    mbox,
    mhtml,
    newsml1,
    newsmlg2,
    nitf,
    odt,
    office,
    packed,
    pdf,
    plain,
    rbnews,
    sitemap,
    tar,
    tnef,
    unbuilt,
    warc,
    wire,
    zipped,
)
from watcher.formats.base import Budget, Kind, Member, Sheet
from watcher.formats.facts import address, source_of
from watcher.formats.omitted import Omitted, omissions
from watcher.model import INSIDE, Article, Document, Limits

__all__ = ["KINDS", "extract"]

# The first that recognises a file reads it; plain text recognises all that is text. Those that know a file by its
# bytes come first: none of them asks for its text.
KINDS: tuple[Kind, ...] = (
    (pdf, packed, docx, odt, epub, office, zipped, tar, warc, tnef, mbox, mhtml, mail)
    + (feed, sitemap, newsmlg2, newsml1, nitf, rbnews, appl, json, wire, unbuilt, html, markdown, plain)
)  # fmt: skip
_LONGEST_NAME = 200  # characters of a member's name that are kept
_MOST_TOLD = 5  # reasons for which members were passed over


def _never() -> bool:
    return False


def extract(
    document: Document,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    is_late: Callable[[], bool] = _never,
    omitted: Omitted | None = None,
) -> tuple[Article, ...]:
    """The articles in `document` and in the documents inside it, at least one; raises Unreadable, whose text is the
    reason, if there are none, and Incomplete, with those that there are, where a part of it is broken or beyond a
    limit. Nothing else is raised: a parser that met what it was not made for is told as a fault. Once `is_late`, no
    other document inside it is begun. What documents have beside their articles is put in `omitted`.

    `source` is what the article declares, else the domain of its URL, else the first folder below the inbox.
    """
    if len(document.data) > limits.bytes_in:
        raise Unreadable(f"too large: at most {limits.bytes_in:,} bytes are read")
    budget, whole = Budget(limits, len(document.data)), None if omitted is None else list[str]()
    reading = _Reading(Sheet(document.name, document.data, limits, budget, whole=whole), is_late, omitted)
    if not reading.articles:
        raise reading.why_nothing()
    if reading.fault:
        raise Incomplete(reading.fault, reading.articles)
    return tuple(reading.articles)


class _Enough(Exception):
    """A limit of the whole file is reached: nothing more of it is read."""


class _Reading:
    """What is found in one file, in all documents inside it."""

    def __init__(self, file: Sheet, is_late: Callable[[], bool], omitted: Omitted | None) -> None:
        self.articles: list[Article] = []
        self._omitted = omitted
        self._is_late = is_late
        self._file = file
        self._first_fault = ""
        self._before = 0  # articles, when that was met
        self._faults = 0
        self._members = 0
        self._passed_over: Counter[tuple[type[Unreadable], str]] = Counter()  # documents without text, by why
        with suppress(_Enough):
            self._document(file)

    @property
    def fault(self) -> str:
        """Why there are not more articles: the limit that ended it, or the first cause, and how many others follow;
        with how many articles were read before that, and in all."""
        before, found, more = self._before, len(self.articles), self._faults - 1
        told = f"after {_counted(before, 'article')}: " * bool(before) + self._first_fault
        told += f"; and {_counted(more, 'more fault')}" * (more > 0)
        return told + f"; {_counted(found, 'article')} in all" * (found > before and bool(told))

    def why_nothing(self) -> Unreadable:
        """Why there is no article at all."""
        if self._faults:
            return Unreadable(self.fault)
        kinds = {kind for kind, _ in self._passed_over}
        told = [(why, count) for (_, why), count in self._passed_over.most_common(_MOST_TOLD)]
        kind = Empty if kinds <= {Empty} else Unreadable
        if not self._members:
            return kind(told[0][0])
        return kind(
            "no article in it: " + (", ".join(f"{why} ({count:,})" for why, count in told) or "only folders and links")
        )

    def _document(self, sheet: Sheet) -> None:
        """Reads a document; what is wrong with it costs the others nothing."""
        try:
            self._read(sheet)
        except (Empty, Foreign) as why:
            self._passed_over[type(why), str(why)] += 1
        except Unreadable as why:
            self._note(sheet, str(why))
        except _Enough:
            raise
        except MemoryError:
            self._note(sheet, "it needs more memory than a file may take")
        except Exception as error:  # noqa: BLE001 - whatever a parser raises at what it was not made for
            self._note(sheet, f"the reader failed: {type(error).__name__}")

    def _read(self, sheet: Sheet) -> None:
        if sheet.depth > sheet.limits.depth:
            raise Unreadable(f"nested more than {sheet.limits.depth:,} levels deep")
        if not sheet.data or sheet.data.isspace():
            raise Foreign("empty")
        kind = next((k for k in KINDS if k.recognises(sheet)), None)
        if kind is None:
            raise Foreign("binary data of no known kind")
        found = False
        mine: list[int] = []  # of all articles those that stand in this document itself
        given = count()
        try:
            for item in _items(kind, sheet):
                if isinstance(item, Member):
                    self._member(sheet, item)
                    found = True
                    continue
                number = next(given)
                if self._article(sheet, item):
                    mine.append(len(self.articles) - 1)
                    self._compare(sheet, number)
        finally:
            self._number(mine)
        if not found and not mine:
            raise Foreign("no text in it")

    def _compare(self, sheet: Sheet, number: int) -> None:
        """Notes what the last article lacks of its document, in which it is the one of that number."""
        if self._omitted is not None and sheet.whole is not None and number < len(sheet.whole):
            self._omitted[len(self.articles) - 1] = omissions(self.articles[-1].text, sheet.whole[number])

    def _number(self, mine: Sequence[int]) -> None:
        """Tells the articles of one document apart."""
        if len(mine) > 1:
            for number, at in enumerate(mine, 1):
                article = self.articles[at]
                self.articles[at] = replace(article, members=(*article.members, f"#{number}"))

    def _article(self, sheet: Sheet, article: Article) -> bool:
        """Whether there is anything in the article."""
        if not article.title and not article.body:
            return False
        limits, length = sheet.limits, len(article.title) + len(article.body)
        if len(self.articles) == limits.articles:
            self._stop(f"more than {limits.articles:,} articles in one file")
        if length > limits.characters:
            self._note(sheet, f"an article of {length:,} characters; at most {limits.characters:,} are taken")
        else:
            path, url = self._file.name, article.url or sheet.url or None
            source = source_of(article.source, url, path)
            number, members = len(self.articles), sheet.members
            self.articles.append(replace(article, path=path, part=number, members=members, url=url, source=source))
        return True

    def _member(self, outer: Sheet, member: Member) -> None:
        limits = outer.limits
        if self._members == limits.members:
            self._stop(f"more than {limits.members:,} members")
        if self._is_late():
            self._stop(f"too slow for {limits.seconds:g} seconds; {_counted(self._members, 'member')} read")
        self._members += 1
        own = _shown(member.name[-_LONGEST_NAME:])
        members = outer.members if member.alone else (*outer.members, own)
        url = address(member.url) or ""
        name, whole = f"{outer.name}/{own}", None if outer.whole is None else list[str]()
        sheet = Sheet(name, member.data or b"", limits, outer.budget, outer.depth + 1, url, members, whole)
        if member.fault:
            self._note(sheet, member.fault)
        if member.data is not None:
            self._document(sheet)

    def _note(self, sheet: Sheet, fault: str) -> None:
        self._faults += 1
        if not self._first_fault:
            where = INSIDE.join(sheet.members).replace("'", "?")
            self._first_fault, self._before = (f"'{where}': " if where else "") + fault, len(self.articles)

    def _stop(self, limit: str) -> NoReturn:
        """Ends the reading, for a cause that says more than what was wrong with single members before."""
        self._faults += 1
        self._first_fault, self._before = limit, len(self.articles)
        raise _Enough


def _items(kind: Kind, sheet: Sheet) -> Iterator[Article | Member]:
    """What is in a document, those articles too that come with the word that there are not more."""
    try:
        yield from kind.read(sheet)
    except Incomplete as error:
        yield from error.articles
        raise


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _shown(name: str) -> str:
    """A member's name as it may be shown: nothing in it sets, turns or hides what stands around it."""
    return "".join(c if c.isprintable() else "?" for c in name)
