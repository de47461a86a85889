"""Documents inside documents: what is compressed, archived and nested, within limits for all of it together."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import running, wait_for
from tests.test_feeds import RSS, harmed
from tests.test_formats import PROSE, TITLE
from tests.test_newsml import BUNDLE
from watcher.analyse import Task, analyse
from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import Article, Document, FileFacts, FileOutcome, Limits

TEXT = "\n".join([TITLE, "", *PROSE]).encode()
LINES = "\n".join(json.dumps({"title": f"Title {n}", "text": PROSE[n]}) for n in range(4)).encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FORMS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": partial(bz2.compress, compresslevel=1),
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}


def read(data: bytes, name: str = "a", limits: Limits = Limits()) -> tuple[Article, ...]:  # noqa: B008
    return extract(Document(name, data), limits)


def part_of(data: bytes, name: str = "a", limits: Limits = Limits()) -> tuple[list[str], str]:  # noqa: B008
    """The titles that are read of a file that is incomplete, and the reason."""
    with pytest.raises(Incomplete) as caught:
        extract(Document(name, data), limits)
    return [article.title for article in caught.value.articles], str(caught.value)


def refusal(data: bytes, name: str = "a", limits: Limits = Limits()) -> str:  # noqa: B008
    with pytest.raises(Unreadable) as caught:
        extract(Document(name, data), limits)
    assert not isinstance(caught.value, Incomplete)
    return str(caught.value)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return written.getvalue()


def tarred(*members: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return written.getvalue()


def titled(*names: str) -> list[tuple[str, bytes]]:
    return [(f"{name}.txt", f"{name}\n\n{PROSE[0]}".encode()) for name in names]


# ── what is read ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", FORMS)
def test_a_compressed_file_is_read_like_the_file_itself(ending: str) -> None:
    """Whatever it is called, every article of it, with its number, and the file's folder for its source."""
    articles = read(FORMS[ending](LINES), f"wire/articles.jsonl{ending}")
    assert [(a.title, a.part, a.path, a.source) for a in articles] == [
        (f"Title {n}", n, f"wire/articles.jsonl{ending}", "wire") for n in range(4)
    ]
    assert [a.title for a in read(FORMS[ending](RSS.encode()), "noname")] == [TITLE, "Ferries & fares"]


def test_the_name_inside_helps_to_tell_the_kind() -> None:
    """`notes.md.gz` and `notes.md` in an archive are Markdown though nothing else says so."""
    text = b"It is *so*.\n\n" + PROSE[0].encode()
    for data, name in ((gzip.compress(text), "notes.md.gz"), (zipped(("b/notes.md", text)), "a.zip")):
        assert read(data, name)[0].body.startswith("It is so.")


@pytest.mark.parametrize("archived", [zipped, tarred], ids=["zip", "tar"])
def test_each_member_of_an_archive_is_read(archived: Callable[..., bytes]) -> None:
    """Of all kinds and in their order; the articles are numbered over the whole file; what has no text is no fault."""
    data = archived(("a.txt", TEXT), ("b/c.jsonl", LINES), ("logo.png", PNG), ("none", b""), ("feed.xml", RSS.encode()))
    articles = read(data, "export")
    assert [a.title for a in articles] == [TITLE, *(f"Title {n}" for n in range(4)), TITLE, "Ferries & fares"]
    assert [a.part for a in articles] == list(range(7))


def test_archives_inside_archives_are_read() -> None:
    """A tar in a gzip in a zip; a fourth level is a fault, and what lies beside it is read."""
    nested = zipped(("x.tar.gz", gzip.compress(tarred(*titled("inner")))), *titled("outer"))
    assert [a.title for a in read(nested)] == ["inner", "outer"]
    titles, reason = part_of(zipped(("n.zip", nested), *titled("top")))
    assert titles == ["outer", "top"]
    assert reason == "'n.zip › x.tar.gz › inner.txt': nested more than 3 levels deep; 2 articles in all"


def test_folders_and_links_are_no_members_to_read() -> None:
    """Folders, links, devices and pipes are passed over: a link leads nowhere, whatever it names."""
    special = []
    for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo(f"special-{kind!r}")
        info.type, info.linkname = kind, "/etc/passwd"
        special.append((info, b""))
    assert [a.title for a in read(tarred(*special, *titled("a")))] == ["a"]
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    assert [a.title for a in read(zipped((link, b"/etc/passwd"), ("folder/", b""), *titled("a")))] == ["a"]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("новости.txt", "cp866"), ("新闻报道.txt", "gbk"), ("Übersicht.txt", "utf-8"), ("Übersicht.txt", "cp437")],
)
def test_names_in_the_encoding_of_an_old_machine_are_read(name: str, encoding: str) -> None:
    """Members that do not say in what encoding their names are have those that a person gave them."""
    raw = name.encode(encoding)
    data = zipped(("x" * len(raw), titled("a")[0][1])).replace(b"x" * len(raw), raw)
    assert read(data)[0].members == (name,)


def test_of_a_crawl_in_an_archive_the_pages_are_read() -> None:
    """A WACZ, as Browsertrix writes it, is what was crawled; its lists of pages and addresses are no articles."""
    record = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2025-02-05T00:00:00Z\r\n"
    page = f"<html><title>{TITLE}</title><body><h1>{TITLE}</h1><p>{PROSE[0]}</p></body></html>".encode()
    record += b"WARC-Target-URI: https://example.org/a\r\nContent-Type: text/html\r\n"
    record += b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(page), page)
    (article,) = read(
        zipped(
            ("datapackage.json", b'{"title": "Crawl", "created": "2025-02-05T00:00:00Z"}'),
            ("archive/data.warc.gz", gzip.compress(record)),
            ("pages/pages.jsonl", f'{{"url": "https://example.org/a", "title": "{TITLE}"}}'.encode()),
            ("indexes/index.cdx", b"org,example)/a 20250205000000 {}\n"),
        ),
        "crawl.wacz",
    )
    assert (article.title, article.body, article.url) == (TITLE, PROSE[0], "https://example.org/a")


def test_several_streams_on_end_are_one_file() -> None:
    """As `cat a.gz b.gz` makes them; other bytes behind them are passed over."""
    halves = LINES[:150], LINES[150:]
    for compress in FORMS.values():
        assert len(read(b"".join(map(compress, halves)))) == 4
    assert len(read(gzip.compress(LINES) + bytes(20))) == 4
    assert len(read(gzip.compress(LINES) + b"garbage behind it")) == 4


# ── what is not ──────────────────────────────────────────────────────────────────────────────────


def test_an_archive_of_images_says_what_is_in_it() -> None:
    """Nothing that is read: refused with the kinds and their number; members without articles alone: passed over."""
    assert refusal(zipped(("a.png", PNG), ("b.png", PNG), ("c", b""))) == (
        "no article in it: a kind that is not read: PNG image (2), empty (1)"
    )
    empty_feed = b"<rss><channel><title>F</title></channel></rss>"
    with pytest.raises(Empty, match=r"no article in it: a feed without entries \(1\)"):
        read(zipped(("a.xml", empty_feed)))
    for nothing in (zipped(), zipped(("a/", b""))):
        with pytest.raises(Empty):
            read(nothing)


def test_an_encrypted_member_is_told() -> None:
    """The reason says which and why; the others are read."""
    data = bytearray(zipped(*titled("secret", "open")))
    at = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[at + 8] |= 1
    assert part_of(bytes(data)) == (["open"], "'secret.txt': encrypted; 1 article in all")


def test_a_broken_member_costs_itself_alone() -> None:
    """Its neighbours are read, before and after it, and the reason names the first one and counts the others."""
    data = bytearray(zipped(*titled("a", "b", "c", "d"), method=zipfile.ZIP_STORED))
    for name in (b"b.txt", b"d.txt"):
        data[data.index(name) + 40] ^= 0xFF
    reason = "after 1 article: 'b.txt': broken zip data; and 1 more fault; 2 articles in all"
    assert part_of(bytes(data)) == (["a", "c"], reason)


@pytest.mark.parametrize("ending", FORMS)
def test_of_data_that_break_off_what_came_before_is_read(ending: str) -> None:
    """As a copy that was cut short: the whole lines of it are articles, and the file is told to be incomplete."""
    rows = (json.dumps({"title": f"Title {n}", "text": str(n**40)}) for n in range(3_000))
    whole = FORMS[ending]("\n".join(rows).encode())
    titles, reason = part_of(whole[: len(whole) * 9 // 10], "a.jsonl" + ending)
    assert titles[:3] == ["Title 0", "Title 1", "Title 2"] and len(titles) > 500
    assert "data that break off" in reason and reason.endswith(f"; {len(titles):,} articles in all")


def test_a_tar_that_breaks_off_gives_its_whole_members() -> None:
    """And what there is of the last one, as a cut text is worth more than none."""
    data = tarred(*titled("a", "b"), ("c.txt", TEXT * 100))
    reason = "after 2 articles: 'c.txt': it breaks off; and 1 more fault; 3 articles in all"
    assert part_of(data[:6_000]) == (["a", "b", TITLE], reason)
    assert "a tar archive that is broken after 2 members" in part_of(data[:2_048] + b"x" * 600)[1]


TORN = "a zip archive that breaks off, or whose directory is broken"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_breaks_off_gives_its_first_members(method: int) -> None:
    """Its directory stood at its end; what there is of the last member is read too, and the reason says so."""
    data = zipped(*titled("a", "b"), ("c.txt", TEXT * 100), method=method)
    assert part_of(data[:-30]) == (["a", "b", TITLE], f"after 3 articles: {TORN}")
    at = data.index(b"c.txt") + (1_000 if method == zipfile.ZIP_STORED else 300)
    titles, reason = part_of(data[:at])
    assert titles == ["a", "b", TITLE]
    assert reason == "after 2 articles: 'c.txt': it breaks off; and 1 more fault; 3 articles in all"
    assert refusal(data[:20]) == TORN


def test_a_zip_that_breaks_off_is_read_within_the_limits() -> None:
    """Written as a stream, with sizes behind the members; a bomb in it, an encrypted member and other packings cost
    themselves alone."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    written = Stream()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bytes(5_000_000))
        for name, text in titled("a", "b"):
            archive.writestr(name, text)
    titles, reason = part_of(written.getvalue()[:-30])
    assert titles == ["a", "b"]
    assert "'bomb.txt': unpacked more than 100 times as large as the file" in reason
    data = bytearray(zipped(*titled("a", "b")))
    data[6] |= 1
    assert part_of(bytes(data[:-30]))[1].startswith("'a.txt': encrypted")
    packed = zipped(*titled("a"), method=zipfile.ZIP_LZMA)[:-30]
    assert refusal(packed).startswith("'a.txt': packed in a way that is not read")


@settings(max_examples=100)
@given(st.integers(0, 3_000), st.data())
def test_any_zip_that_breaks_off_gives_articles_or_a_reason(length: int, data: st.DataObject) -> None:
    """Wherever it ends and whatever is changed in it."""
    whole = zipped(*titled("a", "b"), ("c.zip", zipped(*titled("c"))))
    articles, why = harmed(whole[: min(length, len(whole) - 1)], data)
    assert articles or why


# ── limits and hostile archives ──────────────────────────────────────────────────────────────────


def test_nothing_is_unpacked_beyond_the_limit() -> None:
    """In bytes, or in times of the file's own size: the reason says which; all formats, and no more is inflated."""
    for compress in FORMS.values():
        assert "unpacked more than 100 times as large as the file" in refusal(compress(bytes(5_000_000)))
    many = b"".join(b"%d " % n for n in range(400_000))
    titles, reason = part_of(gzip.compress(many), limits=Limits(unpacked=1_500_000))
    assert (titles, reason) == ([""], "more than 1,500,000 bytes unpacked; 1 article in all")


def test_a_member_declared_huge_is_not_inflated() -> None:
    """The others that fit into the limit are; a member that says to be smaller than it is, is broken."""
    data = zipped(("huge.txt", b"word " * 1_000_000), *titled("a"))
    reason = "'huge.txt': unpacked more than 100 times as large as the file; 1 article in all"
    assert part_of(data) == (["a"], reason)
    lied = bytearray(data)
    at = lied.index(b"PK\x01\x02") + 24
    lied[at : at + 4] = (1_000).to_bytes(4, "little")
    assert part_of(bytes(lied)) == (["a"], "'huge.txt': broken zip data; 1 article in all")


def test_members_that_overlap_are_inflated_within_the_limit() -> None:
    """A directory that names the same bytes a thousand times: a "better zip bomb" gives no gigabytes."""
    data = zipped(("a.txt", b"word " * 100_000))
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    tail[8:10] = tail[10:12] = (1_000).to_bytes(2, "little")
    tail[12:16] = (len(entry) * 1_000).to_bytes(4, "little")
    reason = part_of(data[:start] + entry * 1_000 + bytes(tail))[1]
    assert reason.startswith("after 10 articles: 'a.txt': unpacked more than 100 times")


def test_archives_in_archives_in_archives_end_at_the_limits() -> None:
    """As 42.zip nests them: sixteen in each of sixteen, six levels deep, are within the depth and the members."""
    data = zipped(("0.txt", b"word " * 100_000))
    for _ in range(6):
        data = zipped(*((f"{n:x}.zip", data) for n in range(16)))
    assert "nested more than 3 levels deep" in refusal(data)


def test_no_more_members_are_read_than_may_be() -> None:
    """A hundred thousand empty members end at the limit, and what stands before it is read."""
    titles, reason = part_of(zipped(*titled("a"), *((f"{n}", b"") for n in range(100_000))))
    assert (titles, reason) == (["a"], "after 1 article: more than 5,000 members")
    assert part_of(tarred(*titled("a", "b", "c")), limits=Limits(members=2))[0] == ["a", "b"]


def test_the_articles_of_all_members_together_are_limited() -> None:
    """The limit is the file's, not each member's."""
    titles, reason = part_of(zipped(("a", LINES), ("b", LINES)), limits=Limits(articles=6))
    assert (len(titles), reason) == (6, "after 6 articles: more than 6 articles in one file")


def test_a_document_in_an_archive_is_no_larger_than_a_file_may_be() -> None:
    """What holds others may grow beyond that; a single text is refused, and its neighbours are read."""
    data = gzip.compress(tarred(("big.txt", TEXT * 20), *titled("a")))
    assert part_of(data, limits=Limits(bytes_in=5_000)) == (
        ["a"],
        "'big.txt': too large: at most 5,000 bytes are read; 1 article in all",
    )


def test_an_archive_that_takes_too_long_gives_what_was_read_in_time() -> None:
    """It ends before its worker would be ended, and says how far it came."""
    looks = iter([False, False, True])
    with pytest.raises(Incomplete) as caught:
        extract(Document("a.zip", zipped(*titled("a", "b", "c"))), Limits(), lambda: next(looks))
    assert [article.title for article in caught.value.articles] == ["a", "b"]
    assert str(caught.value) == "after 2 articles: too slow for 30 seconds; 2 members read"


def test_files_with_holes_are_not_read() -> None:
    """A sparse file in a tar may be declared of any size: it is told, and nothing is made of its holes."""
    info = tarfile.TarInfo("holes.txt")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(10**15)}
    data = tarred((info, b"1\n1000000000000\n3\n".ljust(512, b"\0") + b"abc"), *titled("a"))
    assert part_of(data) == (["a"], "'holes.txt': a file with holes, which is not read; 1 article in all")


@pytest.mark.parametrize("name", ["../../etc/x.txt", "/etc/x.txt", "x'\n\x1b[31m\u202e.txt", "x" * 60_000, "."])
def test_names_of_members_are_only_shown(name: str) -> None:
    """No path is made of them, and the reason quotes them on one line, without what turns or colours a line."""
    titles, reason = part_of(zipped((name, b'{"title": "a", "text": "b"}\n{"'), *titled("a")))
    assert titles == ["a", "a"]
    assert reason.isprintable() and len(reason) < 400 and reason.count("'") == 2


@settings(max_examples=100)
@given(
    st.sampled_from([*FORMS.values(), zipped, tarred]),
    st.data(),
)
def test_any_damage_gives_articles_or_a_reason(form: Callable[..., bytes], data: st.DataObject) -> None:
    """An archive with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    members = (("a.jsonl", LINES), ("b.txt", TEXT), ("c.zip", zipped(*titled("c"))))
    articles, why = harmed(form(*members) if form in (zipped, tarred) else form(LINES), data)
    assert articles or why


@settings(max_examples=50)
@given(
    st.sampled_from(
        [b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"]
    ),
    st.binary(max_size=300),
)
def test_bytes_behind_a_signature_give_a_reason(signature: bytes, data: bytes) -> None:
    """What only begins like an archive is refused as one that is broken."""
    with pytest.raises(Unreadable) as caught:
        read(signature + data)
    assert "the reader failed" not in str(caught.value)


def test_the_time_of_a_file_holds_for_its_members(tmp_path: Path) -> None:
    """An archive that takes longer than a file may ends by itself, and is quarantined with the limit that it passed."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(*titled("a", "b")))
    file = FileFacts("a.zip", path.stat().st_size, path.stat().st_mtime_ns)
    (analysed,) = analyse(Task(str(tmp_path), (file,), BUNDLE.digest, 0, Limits(seconds=1e-9), "md", BUNDLE)) or ()
    assert analysed.outcome is FileOutcome.QUARANTINED
    assert analysed.reason == "too slow for 1e-09 seconds; 0 members read"


# ── through the daemon ───────────────────────────────────────────────────────────────────────────


def test_the_daemon_reads_archives_within_its_settings(tmp_path: Path) -> None:
    """A compressed export alerts for each article; one beyond a limit is quarantined, with what was read told of."""
    rows = [{"title": f"Title {n}", "text": f"The Taliban said so for the {n}. time."} for n in range(3)]
    export = "\n".join(map(json.dumps, rows)).encode()
    more = zipped(*((f"{n}.txt", f"Taliban once more, for the {n}. time.".encode()) for n in range(3)))
    with running(tmp_path, variables={"WATCHER_MAX_MEMBERS": "2"}) as daemon:
        daemon.drop("articles.jsonl.gz", gzip.compress(export))
        wait_for(lambda: len(daemon.alerts) == 3, "three alerts")
        daemon.drop("more.zip", more)
        limit = "more.zip: after 2 articles: more than 2 members"
        wait_for(lambda: any(limit in notice for notice in daemon.notices), "the notice")
        wait_for(lambda: len(daemon.alerts) == 5, "two alerts of the archive")
        wait_for((daemon.state / "quarantine" / "more.zip").exists, "the archive in quarantine")
