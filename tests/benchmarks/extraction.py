"""How well the text of real pages and the letters of old encodings are read, on ../shared/data."""

from __future__ import annotations

import codecs
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import html
from trafilatura import extract as bare

from tests.benchmarks.figure import Figure
from watcher.errors import Incomplete, Unreadable
from watcher.formats import extract
from watcher.formats.encoding import decode
from watcher.formats.page import text_of
from watcher.model import Article, Document

SHARED = Path(__file__).parents[3] / "shared" / "data"
SNIPPETS = "goose"  # of these pages the expected text is the first sentence only
SAME_TITLE = 0.6  # F1 of the words: a page often gives its article two titles or three
# What browsers take the folders' encodings for; those that no browser reads are not counted.
CODECS = {
    "ascii": "cp1252", "Big5": "big5hkscs", "EUC-KR": "cp949", "GB2312": "gb18030", "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254", "MacCyrillic": "mac_cyrillic", "MacRoman": "mac_roman", "SHIFT_JIS": "cp932",
    "TIS-620": "cp874",
}  # fmt: skip
UNKNOWN_TO_BROWSERS = frozenset(
    {"charset_normalizer", "EUC-TW", "IBM855", "iso-2022-kr", "Johab", "UTF-32", "UTF-32BE", "UTF-32LE"}
)

BINARY = "_mozilla_bug638318_text.html"  # 1,070 NULs and a title: no text, whatever its folder is called


def measure(home: Path) -> list[Figure]:
    """Real pages against what people say is their article, beside trafilatura alone; then encodings. Says so where
    they are not there."""
    if not SHARED.is_dir():
        print(f"extraction: skipped, there is no {SHARED}", file=sys.stderr)
        return []
    return [*_pages(), *_encodings()]


def _pages() -> Iterator[Figure]:
    scores: defaultdict[str, list[float]] = defaultdict(list)
    words: Counter[str] = Counter()
    with (SHARED / "news-dev.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("html") and not row["id"].startswith(SNIPPETS)]
    for row in rows:
        page = _page(row)
        article, alone = _article(page), bare(page, include_comments=False) or ""
        wanted = _words(row["text"])
        scores["ours"].append(_f1(_words(article.body), wanted))
        scores["alone"].append(_f1(_words(alone), wanted))
        if row["title"]:
            scores["exact"].append(_plain(article.title) == _plain(row["title"]))
            scores["title"].append(_f1(_words(_plain(article.title)), _words(_plain(row["title"]))) >= SAME_TITLE)
        if row["date"]:
            scores["date"].append(str(article.published)[:10] == str(row["date"])[:10])
        _count(words, page, article.body, alone, wanted)
    mean = {name: sum(found) / len(found) for name, found in scores.items()}
    yield Figure("pages", len(rows), "")
    yield Figure("text, F1 of words in the mean", mean["ours"], "", least=0.95)
    yield Figure("the same by trafilatura alone", mean["alone"], "")
    yield Figure("title, one of those that the page gives", mean["title"], "", least=0.92)
    yield Figure("title, word for word", mean["exact"], "")
    yield Figure("day of publication", mean["date"], "", least=0.97)
    yield Figure(
        "of the words cut from the pages, not the article's", 1 - words["wrongly"] / words["cut"], "", least=0.95
    )
    yield Figure("words of links left beside the text, trafilatura alone", 1_000 * words["before"] / words["text"], "‰")
    yield Figure("the same, read by us", 1_000 * words["after"] / words["text"], "‰")


def _count(words: Counter[str], page: bytes, ours: str, alone: str, wanted: Counter[str]) -> None:
    """What was cut from the page, and what of its links is left beside the text."""
    text = decode(page) or ""
    every, kept = _words(text_of(text)), _words(ours)
    words["cut"] += (every - kept).total()
    words["wrongly"] += ((wanted - kept) & every).total()
    links = _links(text)
    words["text"] += wanted.total()
    words["before"] += ((_words(alone) - wanted) & links).total()
    words["after"] += ((_words(ours) - wanted) & links).total()


def _links(text: str) -> Counter[str]:
    tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    return _words("\n".join("".join(map(str, a.itertext())) for a in tree.iter("a")))


def _page(row: Mapping[str, Any]) -> bytes:
    data = (SHARED / row["html"]).read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def _article(page: bytes) -> Article:
    try:
        return extract(Document("a.html", page))[0]
    except Incomplete as error:
        return error.articles[0]  # type: ignore[no-any-return]
    except Unreadable:
        return Article("", "")


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold()))


def _f1(got: Counter[str], wanted: Counter[str]) -> float:
    return 2 * (got & wanted).total() / max(1, got.total() + wanted.total())


def _encodings() -> Iterator[Figure]:
    folder = SHARED / "formats" / "encodings"
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent != folder and path.name != BINARY
    ]
    read = [(path, _same(path)) for path in files if path.relative_to(folder).parts[0] not in UNKNOWN_TO_BROWSERS]
    wrong = [str(path.relative_to(folder)) for path, same in read if not same]
    yield Figure("texts in encodings that browsers know", len(read), "")
    yield Figure(f"of them read letter for letter{_named(wrong)}", 1 - len(wrong) / len(read), "", least=1)


def _named(wrong: Sequence[str]) -> str:
    return f" (all but {', '.join(wrong)})" if wrong else ""


def _same(path: Path) -> bool:
    """Whether the text is that in the encoding that the folder is called by ("iso-8859-2-czech")."""
    name = path.parent.name
    name = re.sub(r"^((?:windows|iso-8859)-\d+).*", r"\1", name)
    data = path.read_bytes()
    wanted = data.decode(codecs.lookup(CODECS.get(name, name)).name, "replace")
    return _letters(decode(data) or "") == _letters(wanted)


def _letters(text: str) -> str:
    return "".join(text.lstrip("\ufeff").replace("\ufffd", "").split())
