"""Secrets of channel addresses: `${NAME}`, `${secret:NAME}` and `secret:NAME`, read late and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from watcher.errors import SettingsError
from watcher.phrase import Phrase

SYSTEM_SECRETS = Path("/run/secrets")
LARGEST = 64 * 1024

_REFERENCE = re.compile(r"\$\$|\$\{(?P<inner>[^{}]*)\}")
_WHOLE = re.compile(r"secret:(?P<name>.*)", re.DOTALL)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")  # no slash and no leading dot: it stays in its folder


class Secret:
    """A value that does not show itself: `reveal` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value in the clear: for the call that needs it, never for a log, a message or an error."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in an address where a value goes: a variable, or a file of the secrets folders."""

    name: str
    file: bool

    def __str__(self) -> str:
        return f"secret:{self.name}" if self.file else f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """An address with its values in place, or what is `missing`: names and reasons, never values."""

    url: Secret | None
    missing: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class _Template:
    """An address as written, taken apart. `whole` is an address that is one value and nothing else."""

    parts: tuple[str | Reference, ...] = field(repr=False)
    whole: bool


def secret_dirs(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where secrets are looked for, in order: systemd's credentials, WATCHER_SECRETS, /run/secrets."""
    named = (environment.get("CREDENTIALS_DIRECTORY"), environment.get("WATCHER_SECRETS"))
    return (*(Path(name) for name in named if name), SYSTEM_SECRETS)


def parse(template: str) -> _Template:
    """An address as written. Raises SettingsError with what is wrong with a `${...}` or `secret:`."""
    if whole := _WHOLE.fullmatch(template):
        return _Template((_file(whole["name"]),), whole=True)
    parts: list[str | Reference] = []
    reached = 0
    for match in _REFERENCE.finditer(template):
        parts.append(_literal(template[reached : match.start()]))
        parts.append("$" if match["inner"] is None else _reference(match["inner"]))
        reached = match.end()
    parts.append(_literal(template[reached:]))
    filled = tuple(part for part in parts if part)
    return _Template(filled, whole=len(filled) == 1 and isinstance(filled[0], Reference))


def resolve(template: str, environment: Mapping[str, str], dirs: Sequence[Path]) -> Resolved:
    """The address with its values, all missing ones told together. Raises SettingsError as `parse` does.

    A variable is put in as it is. A secret inside an address is percent-encoded: a password with "@" or
    "/" must not become another host. A secret that is the whole address is the address.
    """
    parsed = parse(template)
    missing: list[Phrase] = []
    url = ""
    for part in parsed.parts:
        if isinstance(part, str):
            url += part
            continue
        value, reason = _value(part, environment, dirs)
        if value is None:
            missing.append(reason)
        else:
            url += value if parsed.whole or not part.file else quote(value, safe="")
    return Resolved(None, tuple(missing)) if missing else Resolved(Secret(url))


def _literal(text: str) -> str:
    if "${" in text:
        raise SettingsError("a '${' is not closed (a dollar sign itself is written '$$')")
    return text


def _reference(inner: str) -> Reference:
    if inner.startswith("secret:"):
        return _file(inner.removeprefix("secret:"))
    if not _VARIABLE.fullmatch(inner):
        raise SettingsError("the name in ${...} must be letters, digits and '_' (a dollar sign itself is written '$$')")
    return Reference(inner, file=False)


def _file(name: str) -> Reference:
    if not _FILE.fullmatch(name):
        raise SettingsError("the name after 'secret:' must be letters, digits, '.', '_' and '-'")
    return Reference(name, file=True)


def _value(reference: Reference, environment: Mapping[str, str], dirs: Sequence[Path]) -> tuple[str | None, Phrase]:
    """The value, or None and why there is none."""
    name = str(reference)
    if reference.file:
        value, reason = _read(reference, dirs)
    else:
        value, reason = environment.get(reference.name), Phrase("{name} is not set", name=name)
    if value is None:
        return None, reason
    if not value:
        return None, Phrase("{name} is empty", name=name)
    if not value.isprintable():
        return None, Phrase("{name} holds a line break or another control character", name=name)
    return value, Phrase("")


def _read(reference: Reference, dirs: Sequence[Path]) -> tuple[str | None, Phrase]:
    """The first file of that name, without the line break at its end; or None and why there is none."""
    name = str(reference)
    for folder in dirs:
        try:
            with (folder / reference.name).open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                return None, Phrase("{name} is larger than 64 KiB", name=name)
            return data.decode().rstrip("\r\n"), Phrase("")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as trouble:
            return None, Phrase("{name} cannot be read ({why})", name=name, why=str(trouble.strerror))
        except UnicodeDecodeError:
            return None, Phrase("{name} is not UTF-8 text", name=name)
    return None, Phrase("{name} is not found", name=name)
