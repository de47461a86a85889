"""PDFs made by hand for tests: runs of characters at places, in a font that names each character's Unicode."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ADVANCE = 0.5  # of the size: how wide every character is


@dataclass(frozen=True, slots=True)
class Run:
    """Characters drawn from left to right, beginning at `x` and standing on `y`, in points from the lower left."""

    x: float
    y: float
    text: str
    size: float = 10.0
    turned: bool = False  # by a quarter, so that it runs upwards


def pdf(*pages: Sequence[Run], info: Mapping[str, str] | None = None, trailer: str = "", catalog: str = "") -> bytes:
    """A PDF of A4 pages."""
    characters = sorted({c for page in pages for run in page for c in run.text})
    codes = {c: number for number, c in enumerate(characters, 1)}
    kids = " ".join(f"{8 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [4 0 R]"
        b" /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /FontDescriptor 5 0 R /DW %d"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>" % (1000 * ADVANCE),
        b"<< /Type /FontDescriptor /FontName /Test /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        stream(_to_unicode(codes)),
        b"<< " + b" ".join(b"/%s <%s>" % (k.encode(), _utf16(v)) for k, v in (info or {}).items()) + b" >>",
    ]
    for number, page in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (9 + 2 * number),
            stream("\n".join(_drawn(run, codes) for run in page).encode()),
        ]
    return assembled(objects, f"/Root 1 0 R /Info 7 0 R {trailer}".encode())


def bomb() -> bytes:
    """A PDF of 45 KB that takes minutes of work and little memory: 1,000 pages of one and the same 20 MB."""
    pages = 1_000
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>"
    tree = f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", tree, stream(b"q Q " * 5_000_000), *[page] * pages]
    return assembled(objects, b"/Root 1 0 R")


def stream(data: bytes, *, filters: int = 1) -> bytes:
    """A stream object, compressed so many times."""
    for _ in range(filters):
        data = zlib.compress(data)
    names = b" ".join([b"/FlateDecode"] * filters)
    return b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(data), names, data)


def assembled(objects: Sequence[bytes], trailer: bytes) -> bytes:
    """The file of such objects, numbered from 1, with its table of where each begins."""
    parts, starts, length = [b"%PDF-1.7\n"], [], 9
    for number, body in enumerate(objects, 1):
        starts.append(length)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        length += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, length))
    return b"".join(parts)


def _drawn(run: Run, codes: Mapping[str, int]) -> str:
    matrix = f"0 1 -1 0 {run.x} {run.y}" if run.turned else f"1 0 0 1 {run.x} {run.y}"
    text = "".join(f"{codes[c]:04x}" for c in run.text)
    return f"BT /F {run.size} Tf {matrix} Tm <{text}> Tj ET"


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    lines = [f"<{code:04x}> <{_utf16(c)[4:].decode()}>" for c, code in codes.items()]
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(lines)} beginbfchar\n"
        + "\n".join(lines)
        + "\nendbfchar endcmap end end"
    ).encode()


def _utf16(text: str) -> bytes:
    return b"feff" + text.encode("utf-16-be").hex().encode()
