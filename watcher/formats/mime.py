"""Mail as the standard library parses it, within bounds: headers that no sender can make dear, and parts as text."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from watcher.errors import Unreadable
from watcher.formats.encoding import decode

_LONGEST_HEADER = 2_000  # characters; the library takes quadratic time for one, and recurses into its brackets
_MOST_LINES = 2_000_000
_MOST_PARTS = 20_000  # or lines that may begin one: they take 80 µs each
_MOST_PASSED_ON = 4_000_000  # each line of a part is passed on by all parts around it
_PART = re.compile(rb"^--", re.MULTILINE)
_PARTED = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_HEADERS = re.compile(rb"\s*((?:[!-9;-~]{1,80}:[^\n]*\n(?:[ \t][^\n]*\n)*)+)")
_NAME = re.compile(rb"^([!-9;-~]{1,80}):", re.MULTILINE)
_WORD = re.compile(r"=\?[\w.-]{1,40}\?[qQ]\?([^?\s]*)\?=")  # with letters inside that it is there to spell out
_HEAD = 1_000_000  # bytes in which headers are looked for
# What the library's parser of headers is known to raise at broken ones.
_FAILURES = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


class _Policy(EmailPolicy):
    """The library's default policy for headers that nobody vouches for: they are cut, bytes in them decoded, and what
    cannot be parsed is taken as it is written."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        value = value[:_LONGEST_HEADER]
        if not value.isascii():
            value = decode(value.encode("utf-8", "surrogateescape")) or ""
            value = _WORD.sub(lambda word: word[0] if word[1].isascii() else word[1].replace("_", " "), value)
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value)
        except _FAILURES:
            return " ".join(value.split())


_POLICY = _Policy()


def in_lines(data: bytes) -> bytes:
    """The bytes of a mail or mailbox with lines that end as elsewhere: old Macs', and some gateways', end with CR."""
    return data if b"\n" in data[:_HEAD] else data.replace(b"\r", b"\n")


def names(data: bytes) -> frozenset[str]:
    """The names of the headers that `data` begins with, in small letters."""
    found = _HEADERS.match(in_lines(data[:_HEAD]))
    return frozenset(name.decode().lower() for name in _NAME.findall(found[1])) if found else frozenset()


def parsed(data: bytes) -> EmailMessage:
    """The message with its parts. Raises Unreadable where it has too many."""
    data = in_lines(data)
    lines, parted = data.count(b"\n"), len(_PARTED.findall(data))
    too_many = lines > _MOST_LINES or (parted and len(_PART.findall(data)) > _MOST_PARTS)
    if too_many or lines * parted > _MOST_PASSED_ON:
        raise Unreadable("a mail of too many lines and parts")
    try:
        message = email.message_from_bytes(data.lstrip(), policy=_POLICY)
    except RecursionError:
        raise Unreadable("a mail of too many parts inside one another") from None
    assert isinstance(message, EmailMessage)  # by its policy
    return message


def header(part: EmailMessage, name: str) -> str:
    """A header as text, "" if there is none."""
    return str(part.get(name, "")).strip()


def parts(message: EmailMessage) -> list[EmailMessage]:
    """The parts right inside one, the message inside a part that is one."""
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, EmailMessage)] if isinstance(payload, list) else []


def leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message that have no parts themselves, in their order; a message inside it is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting += reversed(parts(part))
        else:
            yield part


def content(part: EmailMessage) -> bytes:
    """The bytes of a part without parts, decoded as far as they can be."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text(part: EmailMessage) -> str:
    """The text of a part without parts, "" where it is none."""
    return decode(content(part), part.get_content_charset("")) or ""
