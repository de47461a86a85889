"""Bodies that JSON keeps as paragraphs or as the trees of blocks that editors make (ProseMirror, Slate, Editor.js)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from watcher.formats.markup import text_in

# Where a block has its words or the blocks inside it; a picture's caption and address have other names.
_INSIDE = ("value", "rendered", "text", "content", "children", "html", "body", "paragraphs", "items", "data")
_OF_RUNS = frozenset({"content", "children"})  # under these the runs of one paragraph stand
_MOST = 10_000  # blocks of a list
_DEEPEST = 10


def text_of(value: Any) -> str:
    """The words of a text, of a list of paragraphs or of a tree of blocks, a line for each paragraph."""
    return "\n".join(filter(None, _paragraphs(value, _DEEPEST))).strip()


def _paragraphs(value: Any, deepest: int) -> Iterator[str]:
    if isinstance(value, str):
        yield text_in(value)
    elif isinstance(value, list) and deepest:
        for item in value[:_MOST]:
            yield from _paragraphs(item, deepest - 1)
    elif isinstance(value, dict) and deepest:
        for key in _INSIDE:
            inner = value.get(key)
            found = [_one(inner)] if key in _OF_RUNS and _are_runs(inner) else list(_paragraphs(inner, deepest - 1))
            if any(found):
                yield from found
                return


def _are_runs(value: Any) -> bool:
    """Whether a list holds the runs of one paragraph: words with their marks, and nothing inside them."""
    return isinstance(value, list) and all(
        isinstance(item, dict) and not any(isinstance(item.get(key), dict | list) for key in _INSIDE) for item in value
    )


def _one(runs: Any) -> str:
    words = (next((w for key in _INSIDE if isinstance(w := run.get(key), str)), "") for run in runs[:_MOST])
    return text_in("".join(words))
