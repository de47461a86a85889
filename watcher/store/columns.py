"""Column types and ids: what SQLite and PostgreSQL both keep without loss, whatever an article holds."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import re
import secrets
import uuid
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    TypeDecorator,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from watcher import phrase
from watcher.errors import WatcherError
from watcher.phrase import Phrase

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]

# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
RowId = BigInteger().with_variant(Integer(), "sqlite")

# A lone surrogate cannot be bound at all, and PostgreSQL takes no NUL in a text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_PHRASE = '{"template":'  # as `to_json` writes it
_AFTER = "g"  # sorts after all that an id is written with
_CANDIDATES = 5
_counter = itertools.count(secrets.randbelow(1 << 12))


def uuid7(now: int) -> str:
    """A new UUIDv7 (RFC 9562) for `now` in ms; ids of one process and one millisecond mostly sort as they were made."""
    bits = (now & (1 << 48) - 1) << 80 | 7 << 76 | (next(_counter) & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=bits))


def row_of_id(conn: Connection, table: Table, ref: str, what: str, *which: ColumnElement[bool]) -> AnyRow:
    """The row of `table`, among those that are `which`, whose id is `ref` or alone begins with it. Raises WatcherError,
    which calls them `what`, for none, and for several with the newest of them: those of one minute begin alike."""
    start = ref.strip().lower()
    of = table.c
    begins = (of.id >= start, of.id < start + _AFTER)  # LIKE reads all: 500,000 took 2.4 s
    asked = select(table).where(*begins, *which).order_by(of.id.desc()).limit(_CANDIDATES + 1)
    found = conn.execute(asked).all() if start and start.isascii() else ()
    if not found:
        raise WatcherError(f"no {what} has the id {ref!r}")
    if len(found) > 1:
        named = "".join(f"\n  {row.id}  {row.rule}".rstrip() for row in found[:_CANDIDATES])
        more = "\n  ..." if len(found) > _CANDIDATES else ""
        raise WatcherError(f"more than one {what} has an id that begins with {ref!r}; write more of it:{named}{more}")
    return found[0]


class Words(TypeDecorator[str]):
    """Text for reading: characters that no database takes become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


class Said(TypeDecorator[str]):
    """What Watcher says, read as a phrase: one is kept as JSON, other texts as they are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        if value is not None and not isinstance(value, Phrase) and value.startswith(_PHRASE):
            value = Phrase.plain(value)  # it only looks like one
        kept = _json(phrase.to_json(value)) if isinstance(value, Phrase) and value else value
        return None if kept is None else _UNSTORABLE.sub("\ufffd", kept)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Phrase | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else _phrase(value)


class FilePath(TypeDecorator[str]):
    """A path as the file system has it: bytes that are no UTF-8 come back as the same surrogates."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else path_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else _decoded(bytes(value))


class Json(TypeDecorator[Any]):
    """A JSON value, kept as text: PostgreSQL's own type refuses NUL and lone surrogates, which hostile titles hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else json.loads(value)


class Texts(TypeDecorator[Mapping[str, str]]):
    """Texts by their names, as `pack` has them; an older Watcher kept a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else pack(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, str] | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else unpack(value)


def pack(texts: Mapping[str, str]) -> str:
    """The names and lengths as a line of JSON, then the texts, packed and in base64: 10,000 rules take 1 MB of
    2. As JSON they took 18 ms in which no other thread of Python did anything; while zlib packs, the others go on."""
    found = [(name, text.encode("utf-8", "surrogatepass")) for name, text in texts.items()]
    head = json.dumps([(name, len(text)) for name, text in found]).encode()
    return b64encode(zlib.compress(b"\n".join((head, b"".join(text for _, text in found))), 1)).decode()


def unpack(packed: str) -> dict[str, str]:
    """The texts that were packed."""
    if packed.startswith("{"):
        return dict(json.loads(packed))
    head, _, rest = zlib.decompress(b64decode(packed)).partition(b"\n")
    texts, at = {}, 0
    for name, length in json.loads(head):
        texts[name] = rest[at : at + length].decode("utf-8", "surrogatepass")
        at += length
    return texts


@functools.lru_cache(maxsize=1_000)  # what is held at a channel has one reason, or few
def _phrase(text: str) -> Phrase:
    if text.startswith(_PHRASE):
        # Whatever another version or hand wrote: what is no phrase after all is a text.
        with contextlib.suppress(ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return phrase.from_json(json.loads(text))
    return phrase.from_json(text)


def path_bytes(path: str) -> bytes:
    """The bytes of a path; surrogates that no file system makes, as in a name inside an archive, become U+FFFD."""
    return _NO_BYTE.sub("\ufffd", path).encode("utf-8", "surrogateescape")


def canonical(path: str) -> str:
    """The path as the store gives it back. That of a file is itself; a name inside an archive may differ."""
    return _decoded(path_bytes(path))


def _decoded(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def to_json(value: Any) -> str:
    """Compact JSON, in the article's own letters (a third of the size for Cyrillic) unless UTF-8 cannot hold them.

    Lone surrogates come back as they were, but a high one right before a low one as the character that they spell.
    """
    text = _json(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class numbers_in(FunctionElement[int]):  # noqa: N801 - SQL has functions in small letters
    """The numbers of a JSON array as rows with a `value`, however many by one statement."""

    inherit_cache = True


@compiles(numbers_in)
def _numbers_in_sqlite(element: numbers_in, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kw)}))"  # noqa: S608 - a bound value


@compiles(numbers_in, "postgresql")
def _numbers_in_postgresql(element: numbers_in, compiler: SQLCompiler, **kw: Any) -> str:
    rows = f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS JSON))"
    return f"(SELECT CAST(value AS BIGINT) AS value FROM {rows})"  # noqa: S608 - as above


_WIDTHS = (1, 8, 64, 512)


def filled(values: Iterable[T]) -> list[T]:
    """The values for an IN, the last one again and again until there are 1, 8, 64 or 512, or a multiple of that: a
    statement with one place more or less is another one, and each is kept prepared, up to 100 KB, by each connection.
    """
    some = list(values)
    width = next((width for width in _WIDTHS if width >= len(some)), _WIDTHS[-1])
    return some + some[-1:] * (-len(some) % width)


def chunks(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The items in lists of at most `size`: few enough for one statement's variables and one short transaction."""
    rest = iter(items)
    while some := list(itertools.islice(rest, size)):
        yield some
