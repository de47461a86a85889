"""What a Markdown file says of itself above its text, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_LONGEST = 10_000  # characters
_FENCED = re.compile(
    rf"(?:---[ \t]*\n(?P<yaml>.{{0,{_LONGEST}}}?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.{{0,{_LONGEST}}}?)\n\+\+\+|"
    rf";;;[ \t]*\n(?P<json>.{{0,{_LONGEST}}}?)\n;;;)[ \t]*(?:\n|\Z)",
    re.DOTALL,
)
_BELOW = re.compile(r"[ \t]*\n\s*[^\s{\[]")  # the text: another value of JSON is none


def is_fenced(text: str) -> bool:
    """Whether `text` begins between two lines of hyphens (YAML), plus signs (TOML) or semicolons (JSON)."""
    return _FENCED.match(text) is not None


def is_json(text: str) -> bool:
    """Whether `text` begins with an object of JSON that a text follows on the next line."""
    return _bare(text.lstrip("\ufeff\r\n").replace("\r\n", "\n")) is not None


def parted(text: str) -> tuple[Mapping[str, Any], str]:
    """What `text` says of itself, its names in small letters, and what stands below; what is no mapping is text, and so
    is YAML with anchors: few bytes of those make gigabytes."""
    found = _FENCED.match(text)
    if found is None:
        return _bare(text) or ({}, text)
    try:
        facts = _parsed(found)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: "2021-13-45" as a date, all faults of the others
        return {}, text
    return (_named(facts), text[found.end() :]) if isinstance(facts, dict) else ({}, text)


def _parsed(found: re.Match[str]) -> Any:
    if found["toml"] is not None:
        return tomllib.loads(found["toml"])
    if found["json"] is not None:
        return json.loads(found["json"], parse_int=str)  # one of a million digits is no number here
    return None if "&" in found["yaml"] else yaml.safe_load(found["yaml"])


def _bare(text: str) -> tuple[Mapping[str, Any], str] | None:
    """An object of JSON without lines around it, and what stands below."""
    if not text.startswith("{"):
        return None
    try:
        facts, end = json.JSONDecoder(parse_int=str).raw_decode(text[:_LONGEST])
    except (ValueError, RecursionError):
        return None
    return (_named(facts), text[end:]) if facts and _BELOW.match(text, end) else None


def _named(facts: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in facts.items()}
