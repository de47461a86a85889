"""Pages that were saved or crawled: MHTML and WARC."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_archives import part_of, read, refusal
from tests.test_feeds import harmed
from tests.test_formats import PROSE, TITLE
from watcher.errors import Empty
from watcher.model import Limits

URL = "https://courier.example/news/flood.html"


def page(title: str = TITLE, text: str = "\n".join(f"<p>{p}</p>" for p in PROSE)) -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta property='article:published_time' content='2021-10-24'></head><body><article><h1>{title}</h1>{text}"
        "</article></body></html>"
    )


# ── MHTML ────────────────────────────────────────────────────────────────────────────────────────


def mhtml(charset: str = "utf-8", top: str = "", part: str = f"Content-Location: {URL}\n") -> bytes:
    text = page().replace("council", "conseil général")
    return (
        f"From: <Saved by Blink>\n{top}Subject: saved\nMIME-Version: 1.0\nContent-Type: multipart/related;\n"
        '\ttype="text/html";\n\tboundary="----b"\n\n------b\nContent-Type: text/css\nContent-Location: cid:1\n\n'
        f"p {{color: red}}\n------b\nContent-Type: text/html; charset={charset}\n{part}"
        "Content-Transfer-Encoding: 8bit\n\n"
    ).encode() + f"{text}\n------b--\n".encode(charset)


def test_a_saved_page_is_its_article() -> None:
    """Title, text and date as the page has them, and the address that it was saved from; styles are no article."""
    for charset in ("utf-8", "iso-8859-1"):
        (article,) = read(mhtml(charset), "saved.mhtml")
        assert article.title == TITLE
        assert article.body == "\n".join(PROSE).replace("council", "conseil général")
        assert (article.url, article.source, article.published) == (URL, "courier.example", date(2021, 10, 24))
    (article,) = read(mhtml(top=f"Snapshot-Content-Location: {URL}\n", part=""), "saved.mhtml")
    assert article.url == URL
    assert read(mhtml(part="Content-Location: javascript:alert(1)\n"))[0].url is None


def test_a_saved_page_without_a_page_is_refused() -> None:
    """Of styles and images alone there is nothing to be read."""
    assert refusal(mhtml().replace(b"text/html;", b"text/xxxx;")) == "a saved page without a page in it"


# ── WARC ─────────────────────────────────────────────────────────────────────────────────────────


def warc(*answers: tuple[str, str, bytes, dict[str, str]], packed: bool = False) -> bytes:
    """A crawl with a request ahead of each answer: (address, status, content, headers)."""
    records = [record("warcinfo", "", b"software: test\r\n")]
    for url, status, content, headers in answers:
        records.append(record("request", url, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        said = "".join(f"{name}: {value}\r\n" for name, value in ({"Content-Type": "text/html"} | headers).items())
        records.append(record("response", url, f"HTTP/1.1 {status}\r\n{said}\r\n".encode() + content))
    return b"".join(map(gzip.compress, records) if packed else records)


def record(kind: str, url: str, block: bytes, content: str = "application/http") -> bytes:
    said = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{said}WARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: {len(block)}\r\n"
    return f"{head}Content-Type: {content}\r\n\r\n".encode() + block + b"\r\n\r\n"


PLAIN = page().encode()


@pytest.mark.parametrize("packed", [False, True])
def test_each_page_of_a_crawl_is_read(packed: bool) -> None:
    """Answers of status 200 that are HTML, at their address; when they were fetched is no date of publication."""
    data = warc(
        (URL, "200 OK", PLAIN, {}),
        (URL, "404 Not Found", page("Gone").encode(), {}),
        (URL, "301 Moved", b"", {"Location": "/"}),
        ("https://courier.example/a.png", "200 OK", b"\x89PNG", {"Content-Type": "image/png"}),
        (
            "https://other.example/b",
            "200 OK",
            PLAIN.replace(b"2021-10-24", b""),
            {"Content-Type": "text/html; charset=x"},
        ),
        packed=packed,
    )
    flood, other = read(data, "crawl.warc.gz" if packed else "crawl.warc")
    assert (flood.title, flood.body, flood.url) == (TITLE, "\n".join(PROSE), URL)
    assert (flood.source, flood.published, flood.part) == ("courier.example", date(2021, 10, 24), 0)
    assert (other.url, other.source, other.published, other.part) == (
        "https://other.example/b",
        "other.example",
        None,
        1,
    )


def test_pages_saved_without_an_answer_and_texts_made_of_pages_are_read() -> None:
    """Records of the kinds "resource" and "conversion" (WET); what is said of a page that came again is none."""
    text = f"{TITLE}\n\n{PROSE[0]}".encode()
    data = (
        record("resource", URL, PLAIN, "text/html; charset=utf-8")
        + record("revisit", URL, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        + record("conversion", "https://other.example/b", text, "text/plain")
        + record("metadata", URL, b"fetchTimeMs: 12\r\n", "text/plain")
    )
    page, told = read(data)
    assert (page.title, page.url) == (TITLE, URL)
    assert (told.title, told.body, told.source) == (TITLE, PROSE[0], "other.example")


def test_pages_are_unpacked_and_decoded() -> None:
    """Chunks, gzip and the charset that the server named."""
    greek = page("Η πλημμύρα", "<p>Ο ποταμός ανέβηκε δύο μέτρα μέσα στη νύχτα.</p>")
    zipped = gzip.compress(PLAIN)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(zipped), zipped)
    data = warc(
        (URL, "200 OK", greek.encode("iso-8859-7"), {"Content-Type": 'text/html; charset="ISO-8859-7"'}),
        (URL, "200 OK", zipped, {"Content-Encoding": "gzip"}),
        (URL, "200 OK", chunked, {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    )
    assert [a.title for a in read(data)] == ["Η πλημμύρα", TITLE, TITLE]


def test_what_cannot_be_unpacked_is_told() -> None:
    """A page in a packing that is not read, and one that would grow beyond the limit; the others are read."""
    bomb = gzip.compress(bytes(5_000_000))
    data = warc(
        (URL, "200 OK", bytes(range(256)) * 9, {"Content-Encoding": "br"}),
        (URL, "200 OK", bomb, {"Content-Encoding": "gzip"}),
        (URL, "200 OK", PLAIN, {}),
    )
    reason = "'record-3.html': packed in a way that is not read; and 1 more fault; 1 article in all"
    assert part_of(data) == ([TITLE], reason)
    small = part_of(data, limits=Limits(unpacked=1_000_000))
    assert small[0] == [TITLE]


def test_a_crawl_that_breaks_off_gives_what_there_is() -> None:
    """The pages before the break, and what there is of the last one."""
    data = warc((URL, "200 OK", PLAIN, {}), (URL, "200 OK", PLAIN, {}))
    titles, reason = part_of(data[:-300])
    assert titles == [TITLE, TITLE]
    assert reason == "after 1 article: 'record-5.html': it breaks off; 2 articles in all"
    assert "broken after 1 records" in refusal(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\nWARX/1.0\r\n\r\n")


def test_a_crawl_without_pages_is_passed_over() -> None:
    """It is sound, and holds nothing to be read."""
    with pytest.raises(Empty, match="without a page"):
        read(warc((URL, "404 Not Found", PLAIN, {})))


@settings(max_examples=100)
@given(st.sampled_from([warc((URL, "200 OK", PLAIN, {}), (URL, "200 OK", PLAIN, {})), mhtml()]), st.data())
def test_any_damage_gives_articles_or_a_reason(sound: bytes, data: st.DataObject) -> None:
    """A crawl or saved page with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    articles, why = harmed(sound, data)
    assert articles or why
