"""Reads nodes as checked values: every fault is collected with its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from watcher.language import code as language_code
from watcher.model import UNKNOWN_LANGUAGE
from watcher.rules.findings import Findings
from watcher.rules.forms import Keys
from watcher.rules.nodes import Mapping, Node, Scalar, Sequence

T = TypeVar("T")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]|$)")
_DURATION = re.compile(r"([0-9]{1,6})([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BOOLEANS = {
    word: said == "true" for said in ("true", "false") for word in (said, said.title(), said.upper())
}  # YAML 1.2
_SEVERAL = re.compile(r"(?:[0-9]{1,6}[smhd])+")
# ISO 639-1, https://www.loc.gov/standards/iso639-2/php/code_list.php
CODES = (
    *(
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz "
        "ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik "
        "io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml "
        "mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd "
        "se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi "
        "vo wa wo xh yi yo za zh zu"
    ).split(),
    UNKNOWN_LANGUAGE,
)
_KNOWN = frozenset(CODES)


@dataclass(slots=True)
class Reading(Findings):
    """Reads what stands at a node; None, or nothing, where that has a fault, which is then noted."""

    # ── mappings ──────────────────────────────────────────────────────────────────────────────────

    def mapping(
        self,
        node: Node,
        what: str,
        known: Keys,
        required: Iterable[str] = (),
        form: str = "key: value",
        elsewhere: Map[str, str] = MappingProxyType({}),
    ) -> dict[str, Node]:
        """The entries of a mapping by key. Unknown keys and missing ones are faults; of keys that belong `elsewhere`
        it says where.

        The value of a misspelt key is read as that of the key that was meant, so that its own faults are told too.
        """
        if not isinstance(node, Mapping):
            self.fault(node, f"{what} must be a mapping ({form}), not {kind(node)}")
            return {}
        entries = {key.value: value for key, value in node.entries if key.value in known}
        for key, value in node.entries:
            if key.value in known or key.value.startswith("x-"):
                continue
            if key.value in elsewhere:
                self.fault(key, f"'{key.value}' {elsewhere[key.value]}")
                continue
            guess = self.guess(key.value, list(known))
            advice = f"did you mean '{guess}'?" if guess else f"it takes {', '.join(known)}"
            self.fault(key, f"unknown key '{shown(key.value)}' in {what}; {advice}")
            if guess is not None:
                entries.setdefault(guess, value)
        for name in required:
            if name not in entries:
                self.fault(node, f"{what} needs '{name}'")
        return entries

    def named(self, node: Node | None, what: str, read: Callable[[Scalar, Node], T | None]) -> dict[str, T]:
        """A mapping of free names, each value read by `read`."""
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.fault(node, f"{what} must be a mapping of names, not {kind(node)}")
            return {}
        values = {}
        for key, value in node.entries:
            if key.value.startswith("x-"):
                continue
            if not re.fullmatch(r"[\w-]{1,100}", key.value):
                self.fault(key, f"'{shown(key.value)}' is no name; use letters, digits, - and _")
            elif (found := read(key, value)) is not None:
                values[key.value] = found
        return values

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def text(self, node: Node | None, what: str) -> str | None:
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.fault(node, f"{what} must be a text, not {kind(node)}")
            return None
        return node.value

    def choice(self, node: Node | None, what: str, choices: Collection[str]) -> str | None:
        value = self.text(node, what)
        if value is None or node is None or value in choices:
            return value
        hint = self.hint(value, choices)
        listed = ", ".join(list(choices)[:20]) + (", ..." if len(choices) > 20 else "")
        self.fault(node, f"{what} cannot be {kind(node)}{hint or ';'} it is one of {listed}")
        return None

    def language(self, node: Scalar) -> str | None:
        """The code of a language as articles bear it; UNKNOWN_LANGUAGE too."""
        if node.value in _KNOWN:
            return language_code(node.value) or UNKNOWN_LANGUAGE
        plain = re.split("[-_]", node.value.lower())[0]
        cure = f"did you mean '{plain}'?" if plain in _KNOWN else "write its two letters, such as fr"
        self.fault(node, f"{kind(node)} is no language; {cure}")
        return None

    def moment(self, node: Node | None, what: str) -> str | None:
        """A date, or a date and time, of ISO 8601."""
        value = self.text(node, what)
        if value is None or node is None:
            return None
        try:
            datetime.fromisoformat(value)
        except ValueError:
            found = None
        else:
            found = _DAY.match(value)
        if found is None:
            self.fault(node, f"{what} must be a date such as 2021-10-24 or 2021-10-24T09:30:00Z, not {kind(node)}")
        return value if found else None

    def unquoted(self, node: Node, what: str) -> bool:
        """Whether a number or the like stands without quotes, in which it would be a text."""
        if isinstance(node, Scalar) and not node.plain:
            self.fault(node, f"{what} in quotes is a text; write {shown(node.value.lower())}")
            return False
        return True

    def boolean(self, node: Node | None, what: str) -> bool | None:
        if isinstance(node, Scalar) and node.value in _BOOLEANS:
            return _BOOLEANS[node.value] if self.unquoted(node, what) else None
        self.choice(node, what, ("true", "false"))
        return None

    def number(self, node: Node | None, what: str, least: int, most: int = 1_000_000) -> int | None:
        value = self.text(node, what)
        if value is None or node is None:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,9}", value) and least <= int(value) <= most:
            return int(value) if self.unquoted(node, what) else None
        self.fault(node, f"{what} must be a whole number from {least} to {most}, not {kind(node)}")
        return None

    def duration(self, node: Node | None, what: str) -> int | None:
        """Seconds."""
        value = self.text(node, what)
        if value is None or node is None:
            return None
        if found := _DURATION.fullmatch(value):
            return int(found[1]) * SECONDS[found[2]]
        form = f"{what} must be a duration such as 30s, 5m, 4h or 3d"
        meant = _one_unit(value)
        self.fault(node, f"{form}, not {kind(node)}" + (f"; in one unit that is {meant}" if meant else ""))
        return None

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list; one value alone is a list of one."""
        if node is None:
            return ()
        return node.items if isinstance(node, Sequence) else (node,)

    def texts(self, node: Node | None, what: str) -> list[tuple[str, Scalar]]:
        """The texts of a list of texts, or of one text alone, each with its node. An empty list is a fault."""
        if isinstance(node, Sequence) and not node.items:
            self.fault(node, f"{what}: an empty list; put something in, or remove the key")
        found = []
        for item in self.items(node):
            if isinstance(item, Scalar):
                found.append((item.value, item))
            else:
                self.fault(item, f"{what} must be texts, not {kind(item)}")
        return found


def kind(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value="", plain=True):
            return "empty"
        case Scalar():
            return f"'{shown(node.value)}'"


def shown(text: str) -> str:
    """`text` short and on one line, to be quoted in a message."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean if len(clean) <= 60 else clean[:57] + "..."


def first_few(names: Collection[str]) -> str:
    """The first four of the names, parted by commas, and dots where there are more."""
    return ", ".join(list(names)[:4]) + (", ..." if len(names) > 4 else "")


def _one_unit(written: str) -> str:
    """`1h30m` as rules write it, "90m"; "" for what is no duration at all."""
    if not _SEVERAL.fullmatch(written):
        return ""
    seconds = sum(int(number) * SECONDS[unit] for number, unit in _DURATION.findall(written))
    unit = next(unit for unit in reversed(SECONDS) if seconds % SECONDS[unit] == 0)
    return f"{seconds // SECONDS[unit]}{unit}"
