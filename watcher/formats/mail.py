"""Mail: each message an article, those forwarded in it too, and its attachments read like files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

from watcher.errors import Unreadable
from watcher.formats import html, mime, tnef
from watcher.formats.base import Member, Sheet
from watcher.formats.facts import Facts
from watcher.formats.normal import normalise, unbroken
from watcher.formats.page import all_words, text_of
from watcher.language import detect
from watcher.model import Article

_SENT = frozenset({"from", "received", "return-path", "message-id", "mime-version", "delivered-to"})
_TOLD = _SENT | {"to", "subject", "date", "content-type", "reply-to", "sender"}
_TEXT = re.compile(r"text/(?:plain|html)$|multipart/")  # the last where its parts cannot be told apart
_FORWARDED = ("message/rfc822", "message/global")
# Parts without an article: they show, sign, invite, style, or tell of the mail itself.
_NO_ARTICLE = re.compile(
    r"(?:image|audio|video|font)/|application/(?:pgp|x-pkcs7|pkcs7|ics)|"
    r"text/(?:calendar|css|(?:x-)?vcard|directory|rfc822-headers|x-amp)|message/"
)
_SMIME = re.compile(r"application/(?:x-)?pkcs7-mime$")
_PGP = "application/pgp-encrypted"  # the part after it is what is encrypted
_IS_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # RFC 5652: so the content says what it is, near its beginning
_BEGINNING = 32  # bytes
_ENCRYPTED = "encrypted: a mail whose text opens with its receiver's key only"
_SIGNED = "signed: a mail whose text stands inside its signature, which is not opened"
_PACKED = "packed: a mail whose text stands inside an S/MIME part, which is not opened"
_FORMATTED = "packed: a mail whose text stands in a winmail.dat, formatted, which is not read"
_SIGNATURE = "\n-- \n"
_LONGEST_SIGNATURE = 15  # lines
_STUB = 3  # times the words of the plain text: so many in the HTML, and the plain text only says to look there
_KEPT = 2  # one of so many words of a page must be in what is taken for its article: mails are set in tables
_QUOTES = re.compile(r"(?:> ?)*")
_ADDRESS = re.compile(r"([^\s<>@\"]{1,64})@([\w.-]{1,255})")


def recognises(sheet: Sheet) -> bool:
    """By two headers of mail, one of which nothing else has."""
    names = mime.names(sheet.data)
    return bool(names & _SENT) and len(names & _TOLD) > 1


def read(sheet: Sheet) -> Iterator[Article | Member]:
    """The message and its attachments, then what is forwarded in it. The source is the domain of the sender."""
    yield from _items(mime.parsed(sheet.data), sheet, sheet.depth)


def _items(message: EmailMessage, sheet: Sheet, depth: int) -> Iterator[Article | Member]:
    if depth > sheet.limits.depth:
        raise Unreadable(f"nested more than {sheet.limits.depth:,} levels deep")
    texts, forwarded, attached, sealed = [], [], [], []
    before = ""
    for part in mime.leaves(message):
        kind = part.get_content_type()
        if why := _ENCRYPTED if _PGP in (kind, before) else _why_sealed(part):
            sealed.append(why)
        elif kind in _FORWARDED and part.is_multipart():
            forwarded.append(part)
        elif _TEXT.match(kind) and part.get_content_disposition() != "attachment":
            texts.append(part)
        else:
            attached.append(part)
        before = kind
    article = _article(message, texts, sheet)
    packed = "" if article.body else next(filter(None, map(_packed_text, attached)), "")
    yield replace(article, body=packed, language=detect(article.title, packed)) if packed else article
    if not article.body and any(map(_has_formatted_text_only, attached)):
        sealed.append(_FORMATTED)
    yield from (_attachment(part, without_text=bool(packed)) for part in attached)
    for part in forwarded:
        for inner in mime.parts(part):
            yield from _items(inner, sheet, depth + 1)
    if sealed:
        raise Unreadable(sealed[0])


def _packed_text(part: EmailMessage) -> str:
    """The text that Outlook put into a winmail.dat in place of the mail's own."""
    data = mime.content(part)
    return normalise(tnef.text(data)) if tnef.is_tnef(data) else ""


def _has_formatted_text_only(part: EmailMessage) -> bool:
    data = mime.content(part)
    return tnef.is_tnef(data) and not tnef.has_text(data)


def _why_sealed(part: EmailMessage) -> str:
    """Why the text inside a part of S/MIME is not read, "" of any other part and of one with certificates only."""
    told = str(part.get_param("smime-type", "")).lower()
    if not _SMIME.match(part.get_content_type()) or told == "certs-only":
        return ""
    if told == "compressed-data":
        return _PACKED
    signed = told == "signed-data" or (not told and _IS_SIGNED in mime.content(part)[:_BEGINNING])
    return _SIGNED if signed else _ENCRYPTED


def _article(message: EmailMessage, texts: list[EmailMessage], sheet: Sheet) -> Article:
    author, domain = _sender(message)
    used = _used(message, texts)
    return Facts(
        title=mime.header(message, "subject"),
        body="\n\n".join(filter(None, [_written(used), *(_words_of(page, sheet) for page in _pages(used))])),
        language=mime.header(message, "content-language").partition(",")[0],
        published=mime.header(message, "date"),
        source=domain,
        author=author,
        uid=mime.header(message, "message-id"),
    ).article(sheet, lambda: _whole(used))


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Name and domain of whoever wrote it."""
    name = "from" if "from" in message else "sender"
    for address in getattr(message.get(name), "addresses", ()):
        if address.domain:
            return address.display_name or address.addr_spec, address.domain.lower()
    written = mime.header(message, name)
    found = _ADDRESS.search(written)
    return written, found[2].lower() if found else ""


def _attachment(part: EmailMessage, *, without_text: bool) -> Member:
    kind, name = part.get_content_type(), part.get_filename() or "attachment"
    if _NO_ARTICLE.match(kind):
        return Member(name)
    text = mime.text(part) if kind.startswith("text/") else ""
    data = text.encode("utf-8", "replace") or mime.content(part)
    return Member(name, tnef.without_text(data) if without_text and tnef.is_tnef(data) else data)


# ── the text ─────────────────────────────────────────────────────────────────────────────────────


def _used(message: EmailMessage, texts: list[EmailMessage]) -> list[EmailMessage]:
    """The texts that are read: of those that are there as plain text and as HTML the plain ones, unless they are a
    stub."""
    plain = _written(texts)
    if not plain or not any(part.get_content_type() == "multipart/alternative" for part in message.walk()):
        return texts
    stub = _words(plain) * _STUB < sum(_words(text_of(page)) for page in _pages(texts))
    return [part for part in texts if _is_page(part) is stub]


def _whole(texts: list[EmailMessage]) -> str:
    """All their words, signatures and menus too."""
    return "\n".join(all_words(mime.text(part)) if _is_page(part) else mime.text(part) for part in texts)


def _written(texts: list[EmailMessage]) -> str:
    return "\n\n".join(_plain(part) for part in texts if not _is_page(part)).strip()


def _pages(texts: list[EmailMessage]) -> Iterator[str]:
    return (mime.text(part) for part in texts if _is_page(part))


def _is_page(part: EmailMessage) -> bool:
    return part.get_content_subtype() == "html"


def _words_of(page: str, sheet: Sheet) -> str:
    """The article in a mail of HTML, or all its words where much of them would be lost."""
    whole = text_of(page)
    if not whole.strip():
        return ""
    (found,) = html.read(Sheet("mail.html", page.encode("utf-8", "replace"), sheet.limits))
    return found.text if _words(found.text) * _KEPT >= _words(whole) else whole


def _words(text: str) -> int:
    return len(text.split())


def _plain(part: EmailMessage) -> str:
    text = mime.text(part).replace("\r\n", "\n")
    before, mark, after = text.rpartition(_SIGNATURE)
    text = before if mark and after.count("\n") <= _LONGEST_SIGNATURE else text
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(text.split("\n"), " " if str(part.get_param("delsp", "")).lower() != "yes" else "")
    return unbroken(text, fewest=0)


def _unflowed(lines: list[str], space: str) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one of the same depth of quotation."""
    out: list[str] = []
    goes_on, depth = False, -1
    for line in lines:
        quotes = _QUOTES.match(line)
        mark = quotes[0] if quotes else ""
        text = line[len(mark) :] if mark else line.removeprefix(" ")
        level = mark.count(">")
        if goes_on and level == depth:
            out[-1] += text
        else:
            out.append(mark + text)
        goes_on, depth = text.endswith(" ") and text != "-- ", level
        out[-1] = out[-1][:-1] + space if goes_on else out[-1]
    return "\n".join(out)
