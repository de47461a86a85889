"""One target in a process of its own: libFuzzer makes inputs, the kinds read them, and what they promise is checked."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

# What is in Python: of pdfium and libxml2 only the way that their findings take through the kinds is seen.
_INSTRUMENTED = (
    ("watcher.formats", "backports.zstd", "email", "feedparser", "gzip", "json", "justext", "markdown_it")
    + ("tomllib", "trafilatura", "warcio", "yaml")
)  # fmt: skip


def main() -> None:
    with atheris.instrument_imports(include=list(_INSTRUMENTED)):  # what is imported before is blind
        from tests.fuzz.targets import TARGETS

        target = TARGETS[sys.argv[1]]
        for module in target.libraries:
            importlib.import_module(module)

    def one(data: bytes) -> None:
        check(target, data)

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


def check(target: Target, data: bytes) -> None:
    """Raises AssertionError where a promise is broken."""
    from watcher.errors import Incomplete, Unreadable
    from watcher.formats import extract
    from watcher.model import Document, Limits

    limits = Limits(articles=20, members=20, unpacked=2_000_000)
    try:
        articles = extract(Document(target.name, target.wrap(data)), limits)
    except Incomplete as reason:
        articles, why = reason.articles, str(reason)
        assert why and why.isprintable(), why
        assert "the reader failed" not in why, why
    except Unreadable as reason:
        assert str(reason) and str(reason).isprintable(), str(reason)
        assert "the reader failed" not in str(reason), str(reason)
        return
    assert 0 < len(articles) <= limits.articles
    for part, article in enumerate(articles):
        assert article.text.strip() and "\n" not in article.title and article.part == part
        assert article.embargo is None or article.embargo.tzinfo


if __name__ == "__main__":
    main()
