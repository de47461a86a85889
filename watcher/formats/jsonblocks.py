"""Bodies that JSON keeps as paragraphs or as the trees of blocks that editors make (ProseMirror, Slate, Editor.js)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from watcher.formats.markup import text_in

# Where a block has its words or the blocks inside it; a picture's caption and address have other names.
_INSIDE = tuple("value rendered text content children html body paragraphs items data blocks root".split())
_OF_RUNS = frozenset({"content", "children"})  # under these the runs of a paragraph stand, or blocks
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
            if key in _OF_RUNS and isinstance(inner, list):
                found = list(_blocks(inner[:_MOST], deepest - 1))
            else:
                found = list(_paragraphs(inner, deepest - 1))
            if any(found):
                yield from found
                return


def _blocks(items: list[Any], deepest: int) -> Iterator[str]:
    """The paragraphs of a list: its runs on end are one, with what stands among them if it holds nothing but runs, as
    a link does. A break of the line has no words."""
    runs = [_run(item) for item in items]
    if any(map(_seen, runs)):
        runs = [_linked(item) if run is None else run for item, run in zip(items, runs, strict=True)]
    for is_run, among in groupby(zip(items, runs, strict=True), lambda pair: pair[1] is not None):
        if is_run:
            yield text_in("".join(run or "" for _, run in among))
        else:
            for item, _ in among:
                yield from _paragraphs(item, deepest)


def _run(item: Any) -> str | None:
    """The words of a run, with their marks and nothing inside them; None if it is a block, which has a type."""
    if not isinstance(item, dict) or item.get("type", "text") != "text":
        return None
    inside = [item.get(key) for key in _INSIDE]
    return None if any(isinstance(inner, dict | list) for inner in inside) else next(filter(_is_text, inside), "")


def _linked(item: Any) -> str | None:
    lists = [item.get(key) for key in _OF_RUNS] if isinstance(item, dict) else []
    runs = [_run(inner) for inner in next((inner for inner in lists if isinstance(inner, list)), [])[:_MOST]]
    return "".join(run or "" for run in runs) if runs and None not in runs else None


def _seen(run: str | None) -> bool:
    return bool(run and run.strip())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
