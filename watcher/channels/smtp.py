"""What mail servers answer: one wrapper of `smtplib.SMTP.getreply` hands refusals back, which Apprise keeps in its log.

A refusal for good (5yz: no such user, wrong password) cannot succeed however often it is tried; one for now (4yz) may.
The words of a refusal can hold addresses, so only its code is told.
"""

from __future__ import annotations

import functools
import smtplib
from collections.abc import Callable

from watcher.channels import http

REFUSED, FOR_GOOD = 400, 500


def install() -> None:
    """Wrap `smtplib.SMTP.getreply`, once."""
    if not hasattr(smtplib.SMTP.getreply, "carries_watcher"):
        setattr(smtplib.SMTP, "getreply", _wrapped(smtplib.SMTP.getreply))  # noqa: B010 - mypy knows no other way


def _wrapped(original: Callable[[smtplib.SMTP], tuple[int, bytes]]) -> Callable[[smtplib.SMTP], tuple[int, bytes]]:
    @functools.wraps(original)
    def getreply(self: smtplib.SMTP) -> tuple[int, bytes]:
        code, words = original(self)
        if code >= REFUSED:
            trouble = f"the mail server refuses it: SMTP {code}"
            http.note(http.Answer(trouble=trouble, hopeless=code >= FOR_GOOD))
        return code, words

    getreply.carries_watcher = True  # type: ignore[attr-defined]
    return getreply
