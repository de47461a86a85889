"""The text of a set of rules files, as it is sent to whoever reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watcher.errors import Fault


@dataclass(frozen=True, slots=True)
class Bundle:
    """The text of every rules file by its path; the first is the main one, those by other names than *.yaml
    are lists and templates. `unread` is what is wrong with files that should be among them. Loaded alike wherever it
    is sent."""

    files: Mapping[str, str]
    unread: tuple[Fault, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all files."""
        content = json.dumps([*self.files.items(), *map(str, self.unread)], ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def in_order(faults: Iterable[Fault], bundle: Bundle) -> list[Fault]:
    """The faults in the order of the files, each once."""
    order = {file: i for i, file in enumerate(bundle.files)}
    return sorted(set(faults), key=lambda f: (order.get(f.file, len(order)), f))
