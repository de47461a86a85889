"""gzip, bzip2, xz and Zstandard: the one document that was compressed, or what of it is there."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from watcher.errors import Unreadable
from watcher.formats.base import Member, Sheet

if TYPE_CHECKING:
    from bz2 import BZ2File
    from gzip import GzipFile
    from lzma import LZMAFile

    from backports.zstd import ZstdFile

    Stream = GzipFile | BZ2File | LZMAFile | ZstdFile

_SIGNATURES = (
    ("gzip", re.compile(rb"\x1f\x8b\x08")),
    ("bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")),
    ("xz", re.compile(rb"\xfd7zXZ\x00")),
    ("Zstandard", re.compile(rb"\x28\xb5\x2f\xfd")),
)
_ENDINGS = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar"} | dict.fromkeys(
    (".gz", ".bz2", ".xz", ".zst", ".zstd"), ""
)
_CHUNK = 65_536  # bytes that are inflated at a time
_GARBAGE = "Not a gzipped file"  # what gzip says of bytes behind the last stream, which everybody passes over


def recognises(sheet: Sheet) -> bool:
    return bool(_form(sheet.data))


def read(sheet: Sheet) -> Iterator[Member]:
    """The one document inside; of data that break off, are broken or grow beyond the limit, what came before."""
    form = _form(sheet.data)
    data, fault = _inflated(form, sheet)
    stem = sheet.name.rpartition("/")[2].removesuffix(sheet.suffix) or "data"
    ending = _ENDINGS.get(sheet.suffix, sheet.suffix)
    yield Member(stem + ending, data if data or not fault else None, fault, alone=True)


def _form(data: bytes) -> str:
    return next((form for form, signature in _SIGNATURES if signature.match(data)), "")


def _inflated(form: str, sheet: Sheet) -> tuple[bytes, str]:
    """The bytes, and why there are not more."""
    from lzma import LZMAError

    from backports.zstd import ZstdError

    inflated, fault = io.BytesIO(), ""
    try:
        with _opened(form, io.BytesIO(sheet.data)) as stream:
            while chunk := stream.read1(min(_CHUNK, sheet.budget.bytes + 1)):
                sheet.budget.spend(len(chunk))
                inflated.write(chunk)
    except Unreadable as limit:
        fault = str(limit)
    except EOFError:
        fault = f"{form} data that break off"
    except MemoryError:
        fault = f"{form} data that need more memory than a file may take"
    except (OSError, zlib.error, LZMAError, ZstdError, ValueError) as error:
        fault = "" if str(error).startswith(_GARBAGE) else f"broken {form} data"
    return inflated.getvalue(), fault


def _opened(form: str, data: BinaryIO) -> Stream:
    match form:
        case "gzip":
            from gzip import GzipFile

            return GzipFile(fileobj=data)
        case "bzip2":
            from bz2 import BZ2File

            return BZ2File(data)
        case "xz":
            from lzma import LZMAFile

            return LZMAFile(data)
        case _:
            from backports.zstd import ZstdFile

            return ZstdFile(data)
