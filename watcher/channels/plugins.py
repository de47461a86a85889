"""Apprise's plugin objects, one an address: made of what the rules say, with the library silent.

Apprise is imported with the first of them only: it costs 0.4 s and 36 MB.
"""

from __future__ import annotations

import functools
import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from watcher.channels.base import Target
from watcher.channels.secrets import Secret, parse, resolve
from watcher.errors import SettingsError
from watcher.rules.spec import Pace

# What services are known to take from one sender to one place. Mail servers differ: this is what the strict ones take.
_RATES = {
    "slack": Pace(60, 60),
    "tgram": Pace(20, 60),
    "discord": Pace(30, 60),
    "mailto": Pace(10, 60),
    "mailtos": Pace(10, 60),
}
_WEB = {"http": "json", "https": "jsons"}  # web addresses, and how Apprise writes a webhook there


def check_url(template: str, environment: Mapping[str, str], secret_dirs: Sequence[Path]) -> str | None:
    """What is wrong with an address as written in the rules file, without sending and without any value.

    Of an address whose values are missing only the form of the references and the service's name are checked.
    """
    try:
        parts = parse(template).parts
        resolved = resolve(template, environment, secret_dirs)
    except SettingsError as fault:
        return str(fault)
    written = parts[0] if parts and isinstance(parts[0], str) else ""
    scheme, separator, _ = written.partition("://")
    known = _schemes()
    if not resolved.missing and resolved.url is not None:
        if plugin_of(resolved.url) is not None:
            return None
    elif not separator or scheme.lower() in known:
        return None
    if not separator:
        return "an address begins with the name of a service, such as mailtos://, tgram:// or json://"
    if scheme.lower() in _WEB:
        return (
            f"no service has this web address; a webhook that takes JSON is written {_WEB[scheme.lower()]}://host/path"
        )
    if scheme.lower() not in known:
        return "Apprise knows no such service: the name before '://' is wrong"
    return "Apprise cannot use this address: a part is missing or has the wrong form"


def target_of(key: str, plugin: Any) -> Target:
    """An address as a target: its service and rate where Apprise can use it, its key alone where `plugin` is None."""
    if plugin is None:
        return Target(key)
    return Target(key, service_of(plugin), _RATES.get(plugin.schema))


def service_of(plugin: Any) -> str:
    """The service's name as Apprise writes it, for status and messages: it holds no secret."""
    return str(plugin.service_name)


def plugin_of(url: Secret) -> Any:
    """Apprise's object for an address, None where it cannot use it."""
    apprise = _apprise()
    asset = apprise.AppriseAsset(
        app_id="Watcher",
        app_desc="Watcher",
        http_redirects=False,
        interpret_emojis=False,  # ":name:" in an article stays text
        pgp_autogen=False,
        pem_autogen=False,
        default_service_retry=0,
    )
    return apprise.Apprise.instantiate(url.reveal(), asset=asset)


def _schemes() -> frozenset[str]:
    from apprise.manager_plugins import NotificationManager

    _apprise()
    manager: Any = NotificationManager
    return frozenset(manager().schemas()) | _WEB.keys()  # some services' own web addresses are taken as well


@functools.cache
def _apprise() -> Any:
    """The library with its plugins loaded and its log silent."""
    _silence()
    with warnings.catch_warnings():
        # Its mail plugin looks for `imghdr`, deprecated in Python 3.11 and 3.12; a user can do nothing about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise
        from apprise.manager_plugins import NotificationManager

        manager: Any = NotificationManager
        manager().load_modules()
    return apprise


def _silence() -> None:
    """Apprise logs addresses and bodies: what matters of a send is in its outcome, so it logs nothing.

    A filter as well as a level: a logging configuration loaded later may set the level anew.
    """
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.CRITICAL + 1)
    logger.addFilter(_nothing)  # adding the same filter again changes nothing


def _nothing(_record: logging.LogRecord) -> bool:
    return False
