"""What mail servers answer: wrappers of `smtplib.SMTP` hand on what went wrong, which Apprise keeps in its log.

A refusal for good (5yz: no such user, wrong password) cannot succeed however often it is tried; one for now (4yz) may,
and so may a server that is not there. The words of an error can hold addresses, so only its kind is told.
"""

from __future__ import annotations

import functools
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Any

from watcher.channels import http
from watcher.channels.answers import Answer
from watcher.phrase import Phrase

REFUSED, FOR_GOOD = 400, 500
_TALKS = ("connect", "getreply", "starttls")  # what waits for the server


def install() -> None:
    """Wrap the methods of `smtplib.SMTP` that wait for the server, once."""
    for name in _TALKS:
        original = getattr(smtplib.SMTP, name)
        if not hasattr(original, "carries_watcher"):
            setattr(smtplib.SMTP, name, _wrapped(original))


def _wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def talk(*given: Any, **more: Any) -> Any:
        try:
            answer = original(*given, **more)
        except OSError as trouble:  # smtplib's own errors are among them
            if not isinstance(trouble, smtplib.SMTPResponseException):  # of which the answer was noted
                http.note(Answer(trouble=_words(trouble)))
            raise
        if original.__name__ == "getreply" and answer[0] >= REFUSED:
            code = answer[0]
            refused = Phrase("the mail server refuses it: SMTP {code}", code=code)
            http.note(Answer(trouble=refused, hopeless=code >= FOR_GOOD))
        return answer

    talk.carries_watcher = True  # type: ignore[attr-defined]
    return talk


def _words(trouble: Exception) -> Phrase:
    """What went wrong, without the error's own words."""
    cause = trouble.__context__ if isinstance(trouble, smtplib.SMTPServerDisconnected) else trouble
    match cause:
        case ssl.SSLError():
            return Phrase("no secure connection to the mail server: its certificate is not trusted, or TLS failed")
        case TimeoutError():
            return Phrase("the mail server does not answer in time")
        case smtplib.SMTPNotSupportedError():
            return Phrase("the mail server knows no STARTTLS")
        case socket.gaierror():
            return Phrase("no mail server is known by this name")
        case _:
            return Phrase("no connection to the mail server, or it was cut")
