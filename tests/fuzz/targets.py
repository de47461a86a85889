"""What is fuzzed: for each library that parses, sound samples to begin with and how an input becomes a file."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.pdfs import Run, pdf
from tests.test_feeds import ATOM, RSS
from tests.test_formats import PROSE, TITLE
from tests.test_json import FEED, PLAIN
from tests.test_mail import PAGE, mbox, message, winmail
from tests.test_newsml import ANPA, APPL, G2, IPTC7901, NEWSML, NITF
from tests.test_office import docx, epub, odt, p, t
from tests.test_pages import URL, mhtml, page, warc


def _as_it_is(data: bytes) -> bytes:
    return data


@dataclass(frozen=True, slots=True)
class Target:
    """`libraries` are those that the kinds import only when they read; `wrap` makes a file of an input."""

    name: str
    samples: tuple[bytes, ...]
    libraries: tuple[str, ...] = ()
    wrap: Callable[[bytes], bytes] = _as_it_is


def _in_zip(parts: dict[str, str], name: str) -> Callable[[bytes], bytes]:
    """The archive with one part replaced by the input: a damaged zip hardly ever lets a parser see it."""

    def wrap(data: bytes) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
            for part, text in parts.items():
                archive.writestr(part, data if part == name else text)
        return written.getvalue()

    return wrap


def _office(parts: dict[str, str], name: str, ending: str) -> Target:
    return Target(f"a.{ending}", (parts[name].encode(),), wrap=_in_zip(parts, name))


def _archives() -> tuple[bytes, ...]:
    from tests.test_archives import FORMS, tarred, titled, zipped

    inner = zipped(*titled("a", "b"), method=zipfile.ZIP_STORED)
    return (
        zipped(("a.zip", inner)),
        inner,
        tarred(*titled("a", "b")),
        *(pack(TITLE.encode()) for pack in FORMS.values()),
    )


_MAIL = message("\n\n".join(PROSE), PAGE)
_MAIL.add_attachment(message("Inner"))
TARGETS = {
    "archives": Target("a", _archives(), ("backports.zstd.zipfile", "backports.zstd.tarfile", "gzip")),
    "docx": _office(docx(p(TITLE, "Titel") + p(PROSE[0])), "word/document.xml", "docx"),
    "email": Target(
        "a",
        (_MAIL.as_bytes(), mbox(*PROSE), mhtml()),
        ("email.feedparser", "email._header_value_parser", "email.message", "email.headerregistry"),
    ),
    "epub": _office(epub({"a.xhtml": f"<body><h1>{TITLE}</h1><p>{PROSE[0]}</p></body>"}), "EPUB/a.xhtml", "epub"),
    "feedparser": Target("a.xml", (RSS.encode(), ATOM.encode()), ("feedparser",)),
    "json": Target("a.json", (json.dumps(PLAIN).encode(), json.dumps(FEED).encode()), ("json",)),
    "lxml": Target("a.xml", (NITF.encode(), NEWSML.encode("iso-8859-1"), G2.encode(), APPL.encode())),
    "markdown-it": Target(
        "a.md",
        (
            f"---\ntitle: {TITLE}\ndate: 2021-10-24\n---\n# {TITLE}\n\n* *a*\n1. [b](c)\n\n| a |\n|---|\n".encode(),
            f'+++\ntitle = "{TITLE}"\ndate = 2021-10-24\n[a]\nb = [1]\n+++\n{PROSE[0]}\n'.encode(),
        ),
        ("markdown_it", "yaml", "tomllib"),
    ),
    "odt": _office(odt(t(TITLE, "Title") + t(PROSE[0])), "content.xml", "odt"),
    "pypdfium2": Target(
        "a.pdf",
        (
            pdf([Run(50, 700, TITLE, 20), Run(50, 650, PROSE[0])]),
            pdf([Run(x, 700 - 12 * n, PROSE[n][:40]) for n in range(3) for x in (50, 320)]),
        ),
    ),
    "tnef": Target(
        "winmail.dat",
        (
            winmail(
                (0x00018004, TITLE.encode()),
                (0x00038005, b"\xe5\x07\x0a\x00\x18\x00" + b"\0" * 8),
                (0x0002800C, PROSE[0].encode()),
                (0x00069002, b"\1\0"),
                (0x00018010, b"a.txt\0"),
                (0x0006800F, PROSE[1].encode()),
            ),
        ),
    ),
    "trafilatura": Target("a.html", (page().encode(), PAGE.encode()), ("trafilatura", "justext")),
    "text": Target("a.txt", ("\n".join((TITLE, "24.10.2021", "", *PROSE)).encode(), ANPA.encode(), IPTC7901.encode())),
    "warcio": Target(
        "a", (warc((URL, "200 OK", gzip.compress(page().encode()), {"Content-Encoding": "gzip"})),), ("warcio",)
    ),
}
