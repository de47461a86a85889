"""The real articles that the evaluation stands on, which are no part of this project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.text import Text

PROJECT = Path(__file__).parents[2]
DATA = PROJECT.parent / "shared" / "data"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One real article, and the language that its source gives."""

    id: str
    language: str
    title: str
    body: str

    @property
    def text(self) -> Text:
        return Text(self.title, self.body, self.language)


@dataclass(frozen=True, slots=True)
class Material:
    """The folder of real articles; raises FileNotFoundError where it is not there."""

    folder: Path

    def rows(self) -> Sequence[Row]:
        lines = (self.folder / "news-dev.jsonl").read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        return [Row(r["id"], r["language"], r["title"] or "", r["text"]) for r in found]

    def topics(self) -> Mapping[str, Mapping[str, Any]]:
        """The labels by topic, each under the id of its rule."""
        topics = json.loads((self.folder / "labels-dev.json").read_text("utf-8"))["topics"]
        return {name.replace("_", "-"): labels for name, labels in topics.items()}

    def facts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "seeds" / "facts.json").read_text("utf-8"))
        return found
