"""The dead man's switch: a web address that is asked for while the daemon lives, and tells when it no longer is."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from watcher.phrase import Phrase

TIMEOUT = 9.0  # seconds


def ping(url: str, *, well: bool) -> Phrase:
    """Asks for the address once, or in trouble for the one with `/fail` behind its path; returns why that failed, in
    words without anything of the address; an empty phrase when it did not."""
    import requests
    import urllib3

    from watcher.channels import http
    from watcher.channels.answers import failure

    trouble = Phrase("")
    with http.carrying("heartbeat", TIMEOUT) as exchange:
        try:
            requests.get(url if well else _failing(url), timeout=TIMEOUT / 2)
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as error:  # requests' own are OSErrors
            # Its text holds the address.
            trouble = Phrase("the request failed ({error})", error=type(error).__name__)
        failed = failure(exchange.answers)
    return failed.why if failed else trouble


def _failing(url: str) -> str:
    """The address that says "in trouble", as healthchecks.io and its like take it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
