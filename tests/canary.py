"""The secret of the tests: it stands in addresses, passwords and secret files, and must be shown nowhere.

What any test prints or logs is looked through for it, and every file that it leaves in its folder: logs, stores,
reasons of quarantine, what commands print. Only folders named `secrets` may hold it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

CANARY = "canary-5ecret-t0ken"
SECRETS = "secrets"
_LARGEST = 50_000_000


def shown_in(sections: Iterable[tuple[str, str]], folder: Path | None) -> Iterator[str]:
    """Where a test shows the secret: among the captured sections of its output and the files of its folder."""
    yield from (name for name, content in sections if CANARY in content)
    if folder is not None and folder.is_dir():
        paths = (Path(top, name) for top, _, names in os.walk(folder) for name in names)
        yield from (str(path.relative_to(folder)) for path in paths if _holds_it(path, folder))


def _holds_it(path: Path, folder: Path) -> bool:
    try:
        if SECRETS in path.relative_to(folder).parts or not path.is_file() or path.stat().st_size > _LARGEST:
            return False
        return CANARY.encode() in path.read_bytes()
    except FileNotFoundError:  # a process of the test has just taken it away, while it ends
        return False
