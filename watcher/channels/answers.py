"""What services answer to requests of messages, in plain words, and whether another try is worth it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
import urllib3

from watcher.message import Failed, Retry
from watcher.phrase import Phrase

TOO_MANY = 429
_RETRIED = frozenset({408, 425, TOO_MANY})


@dataclass(frozen=True, slots=True)
class Answer:
    """How one request ended: the status, or without one the `trouble` in plain words; `number` is its own among those
    of the message."""

    status: int | None = None
    after: float | None = None
    trouble: Phrase = Phrase("")
    hopeless: bool = False
    number: int = 0


def failure(answers: Iterable[Answer]) -> Retry | Failed | None:
    """What the failed requests of a message come to: worth another try if one of them is."""
    bad = [answer for answer in answers if answer.status is None or not 200 <= answer.status < 300]
    if not bad:
        return None
    hopeful = [answer for answer in bad if not _is_final(answer)]
    if not hopeful:
        return Failed(_words(bad[-1]))
    waits = [answer.after for answer in hopeful if answer.after is not None]
    return Retry(_words(hopeful[-1]), max(waits, default=None))


def _is_final(answer: Answer) -> bool:
    if answer.status is None:
        return answer.hopeless
    return answer.status < 500 and answer.status not in _RETRIED


def _words(answer: Answer) -> Phrase:
    if answer.status is None:
        return answer.trouble
    if 300 <= answer.status < 400:
        return Phrase("HTTP {status}: the address moved, and redirects are not followed", status=answer.status)
    return Phrase("HTTP {status}", status=answer.status)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (a number or a date); None without a usable one."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def trouble_of(trouble: Exception, expired: bool) -> Answer:
    """The error of a request in plain words: its own text can hold the address and the secrets in it."""
    match trouble:
        case _ if expired:
            return Answer(trouble=Phrase("no whole answer in time"))
        case requests.Timeout():
            return Answer(trouble=Phrase("no answer in time"))
        case requests.exceptions.SSLError():
            return Answer(trouble=Phrase("no secure connection: the certificate is not trusted or TLS failed"))
        case requests.exceptions.ProxyError():
            return Answer(trouble=Phrase("the proxy does not answer"))
        case requests.ConnectionError():
            return Answer(trouble=Phrase("no connection, or it was cut"))
        case ValueError():  # requests' InvalidURL, MissingSchema, InvalidHeader and the like are ValueErrors
            return Answer(trouble=Phrase("the address is not valid"), hopeless=True)
        case urllib3.exceptions.LocationParseError():
            return Answer(trouble=Phrase("the address is not valid"), hopeless=True)
        case _:
            return Answer(trouble=Phrase("the request failed"))
