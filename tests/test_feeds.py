"""RSS and Atom: what becomes of their entries, whole or broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import running, wait_for
from tests.test_formats import PROSE, SHARED, TITLE, needs_shared
from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import Article, Document, Limits

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Courier</title><link>https://courier.example/news/</link><language>en-gb</language>
<item><title>{TITLE}</title><link>flood.html</link><pubDate>Sun, 24 Oct 2021 08:30:00 +0200</pubDate>
<author>jane@courier.example (Jane Doe)</author><description>The river rose.</description>
<content:encoded><![CDATA[<p>{PROSE[0]}</p><p>{PROSE[1]}<br>{PROSE[2]}</p><p>Read more at The Courier</p>]]>
</content:encoded>
</item>
<item><title>Ferries &amp; fares</title><link>https://courier.example/ferries</link>
<dc:date>2021-10-25T10:00:00Z</dc:date><dc:creator>Ann Roe</dc:creator>
<description>&lt;p&gt;{PROSE[2]}&lt;/p&gt;&lt;img src="x"&gt;</description></item>
</channel></rss>
"""
ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://courier.example/">
<title>Le Courrier</title><author><name>Jeanne Dupont</name></author>
<entry><title type="html">Les &lt;b&gt;deux&lt;/b&gt; ponts</title><link href="/crue"/><id>urn:x:1</id>
<published>2021-10-24T08:30:00+02:00</published><updated>2021-10-26T08:30:00+02:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Le fleuve est monté
de <b>deux</b> mètres.</p></div></content></entry>
<entry xml:lang="en"><title>Both</title><id>urn:x:2</id><source><title>The Courier</title></source>
<updated>2021-10-26</updated><summary>{PROSE[3]}</summary></entry>
</feed>
"""


def read(text: str | bytes, limits: Limits = Limits(), name: str = "a.xml") -> tuple[Article, ...]:  # noqa: B008
    return extract(Document(name, text.encode() if isinstance(text, str) else text), limits)


def item(number: int, body: str = "") -> str:
    return f"<item><title>Title {number}</title><description>{body or f'Text {number}.'}</description></item>"


def feed(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>F</title>{"".join(items)}</channel></rss>'


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


def test_each_entry_of_rss_is_an_article() -> None:
    """Title, whole text by the paragraph, address, time with zone, author, language and source of every entry."""
    flood, ferries = read(RSS)
    assert (flood.title, flood.body) == (TITLE, "\n".join(PROSE[:3]))
    assert (flood.url, flood.author, flood.source) == (
        "https://courier.example/news/flood.html",
        "Jane Doe",
        "The Courier",
    )
    assert flood.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")
    assert (flood.language, flood.part, ferries.part) == ("en", 0, 1)
    assert (ferries.title, ferries.body, ferries.author) == ("Ferries & fares", PROSE[2], "Ann Roe")
    assert ferries.published == datetime(2021, 10, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", ["yandex:full-text", "turbo:content"])
def test_a_text_under_another_namespace_is_read(name: str) -> None:
    """Search engines and aggregators have names of their own for the full text of an entry."""
    prefix, _, _ = name.partition(":")
    item = f"<title>{TITLE}</title><description>Short.</description><{name}>{PROSE[0]}\n\n{PROSE[1]}</{name}>"
    feed = f'<rss version="2.0" xmlns:{prefix}="http://{prefix}.example/"><channel><item>{item}</item></channel></rss>'
    (article,) = extract(Document("a.xml", feed.encode()), Limits())
    assert (article.title, PROSE[1] in article.body, "Short." in article.body) == (TITLE, True, False)


def test_each_entry_of_atom_is_an_article() -> None:
    """Marks in titles go, links are seen from the feed's base, and what an entry says wins over its feed."""
    crue, both = read(ATOM)
    assert (crue.title, crue.body) == ("Les deux ponts", "Le fleuve est monté de deux mètres.")
    assert (crue.url, crue.author, crue.source, crue.language) == (
        "https://courier.example/crue",
        "Jeanne Dupont",
        "Le Courrier",
        "fr",
    )
    assert crue.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")
    assert (both.source, both.language, both.published, both.url) == ("The Courier", "en", date(2021, 10, 26), None)


def test_a_feed_is_known_by_its_content() -> None:
    """Whatever the file is called, and with space, comments and a doctype ahead of it."""
    for start in ("", "\ufeff", "\n <!-- made by hand -->\n", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>'):
        assert read(start + feed(item(1)), name="export.txt")[0].title == "Title 1"


@pytest.mark.parametrize(
    "body",
    [
        "<![CDATA[<p>It cost &pound;8m &amp; more.</p>]]>",
        "&lt;p&gt;It cost &amp;pound;8m &amp;amp; more.&lt;/p&gt;",
        "&amp;lt;p&amp;gt;It cost &amp;amp;#163;8m &amp;amp;amp; more.&amp;lt;/p&amp;gt;",
        "It cost &pound;8m &amp;amp; more.",
        "It cost £8m & more.",
    ],
)
def test_html_in_an_entry_is_read_however_often_it_was_escaped(body: str) -> None:
    """CDATA, HTML escaped once or twice, HTML's own entities and bare ampersands come to the same words."""
    assert read(feed(item(1, body)))[0].body == "It cost £8m & more."


def test_a_line_wrapped_by_br_is_one_line() -> None:
    """A `<br>` inside a sentence breaks no phrase; at its end, or doubled, it parts paragraphs."""
    (article,) = read(feed(item(1, "<![CDATA[The fire<br/>situation is bad.<br>It<br><br>lasts<br />long]]>")))
    assert article.body == "The fire situation is bad.\nIt\nlasts long"


def test_a_date_that_cannot_be_read_is_kept_as_written() -> None:
    """No date is certain then, and the words are kept."""
    (article,) = read(feed(item(1).replace("</item>", "<pubDate>some time last week</pubDate></item>")))
    assert (article.published, article.published_text) == (None, "some time last week")


def test_a_feed_in_a_legacy_encoding() -> None:
    """The encoding that a feed declares is believed; one that it declares wrongly is found out."""
    text = feed(item(1, "Žluťoučký kůň šel kolem řeky a zařval.")).replace(
        "<rss", '<?xml version="1.0" encoding="{}"?><rss', 1
    )
    assert "Žluťoučký kůň" in read(text.format("iso-8859-2").encode("iso-8859-2"))[0].body
    assert "Žluťoučký kůň" in read(text.format("iso-8859-1").encode("utf-8"))[0].body
    assert "Žluťoučký kůň" in read(text.format("utf-16").encode("utf-16"))[0].body


# ── broken, hostile and beyond limits ────────────────────────────────────────────────────────────


def test_of_a_feed_that_breaks_off_the_whole_entries_are_read() -> None:
    """What is whole is taken; the reason says that the rest is missing."""
    with pytest.raises(Incomplete, match="after 2 articles: a feed that breaks off") as caught:
        read(feed(item(1), item(2), item(3))[:-60])
    assert [article.title for article in caught.value.articles] == ["Title 1", "Title 2"]
    with pytest.raises(Unreadable, match="before its first entry ends"):
        read(feed(item(1))[:-60])


def test_entries_beyond_the_limit_are_not_read() -> None:
    """The first so many are taken, and the reason names the limit."""
    with pytest.raises(Incomplete, match="after 3 articles: more than 3 articles in one file") as caught:
        read(feed(*map(item, range(1_000))), Limits(articles=3))
    assert [article.part for article in caught.value.articles] == [0, 1, 2]
    assert len(read(feed(*map(item, range(3))), Limits(articles=3))) == 3


def test_an_entry_that_is_too_long_costs_itself() -> None:
    """Its neighbours are read, and the reason says how long it is."""
    with pytest.raises(Incomplete, match="an article of 1,007 characters; at most 500 are taken") as caught:
        read(feed(item(1), item(2, "x" * 1_000), item(3)), Limits(characters=500))
    assert [article.title for article in caught.value.articles] == ["Title 1", "Title 3"]


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://gazette.example/a</loc><news:news><news:publication><news:name>The Gazette</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2021-10-24T08:00:00Z</news:publication_date>
<news:title>Bridges &amp; ferries</news:title></news:news></url>
<url><loc>https://gazette.example/about</loc></url>
<url><loc>https://gazette.example/b</loc><news:news><news:publication><news:name>The Gazette</news:name>
</news:publication><news:publication_date>2021-10-23</news:publication_date><news:title>Ferries and fares</news:title>
</news:news></url></urlset>"""


def test_each_title_of_a_news_sitemap_is_an_article() -> None:
    """What an outlet tells search engines of; addresses without a title are none, and a sitemap of them alone is
    sound."""
    first, second = read(SITEMAP)
    assert (first.title, first.source, first.url) == ("Bridges & ferries", "The Gazette", "https://gazette.example/a")
    assert first.published == datetime(2021, 10, 24, 8, tzinfo=UTC)
    assert (first.language, second.title, second.published) == ("en", "Ferries and fares", date(2021, 10, 23))
    with pytest.raises(Empty, match="without titles"):
        read(SITEMAP.replace("news:title", "news:genres"))
    with pytest.raises(Incomplete, match="breaks off") as cut:
        read(SITEMAP[:-40])
    assert [article.title for article in cut.value.articles] == ["Bridges & ferries"]


def test_a_feed_without_entries_is_sound() -> None:
    """It holds no article, and is no fault."""
    with pytest.raises(Empty, match="a feed without entries"):
        read(feed())


def test_entities_of_a_feed_are_never_expanded() -> None:
    """What a doctype declares reaches no parser: a bomb is a few words."""
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    (article,) = read(doctype + feed(item(1, "&l9; and &f; are words")))
    assert article.body == "&l9; and &f; are words"


@pytest.mark.parametrize(
    "inside",
    [
        f"<description>{'<div>' * 20_000}deep</description>",
        f"<author>{'a' * 300_000}</author><description>x</description>",
        f"<description>{'&amp;lt;' * 50_000}</description>",
        f"<description>{'&' * 50_000}</description>",
        f"<link>http://{'[a:' * 50_000}</link><description>x</description>",
        f"<pubDate>{'1 jan ' * 50_000}</pubDate>",
    ],
)
def test_what_parsers_choke_on_takes_no_time(inside: str) -> None:
    """Deep nesting, endless names, addresses and dates cost seconds at the most, and the entry is read."""
    assert read(feed(f"<item><title>A title</title>{inside}</item>"))[0].title == "A title"


def test_a_feed_whose_entries_say_nothing_is_refused_as_one() -> None:
    """Not passed over, for there may be words that are not found, and not only "no text"."""
    nothing = (
        "<item><link>http://example.org/</link></item><item><description>&lt;img src='a.png'&gt;</description></item>"
    )
    with pytest.raises(Unreadable, match="a feed with entries, none of which has a title or a text"):
        read(feed(nothing))
    assert len(read(feed(nothing + item(1, "words")))) == 1


@settings(max_examples=60)
@given(st.sampled_from([RSS, ATOM]), st.data())
def test_any_damage_gives_articles_or_a_reason(text: str, data: st.DataObject) -> None:
    """A feed with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    articles, why = harmed(text.encode(), data)
    assert articles or why


def harmed(sound: bytes, data: st.DataObject, name: str = "a") -> tuple[Sequence[Article], str]:
    """What is read of `sound` after a few random changes, at most 5 articles, which keep the promises of an Article;
    and why not more."""
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken)))
        until = data.draw(st.integers(at, min(len(broken), at + 30)))
        broken[at:until] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"<", b">", b"]]>", b"<![CDATA[", b'"', b"{"])
        )
    cut = data.draw(st.none() | st.integers(0, len(broken)))
    articles: Sequence[Article] = ()
    why = ""
    try:
        articles = extract(Document(name, bytes(broken[:cut])), Limits(articles=5))
    except Incomplete as error:
        articles, why = error.articles, str(error)
    except Unreadable as error:
        why = str(error)
    assert "the reader failed" not in why
    assert len(articles) <= 5
    for article in articles:
        assert article.text.strip()
        assert article.text.encode() and "\0" not in article.text  # nothing that UTF-8 or a store cannot hold
        assert "\n" not in article.title
        assert article.embargo is None or article.embargo.tzinfo
        assert article.barred(0) or not article.withdrawn
    return articles, why


# ── through the daemon ───────────────────────────────────────────────────────────────────────────


def test_an_entry_that_a_feed_shows_again_is_one_article(tmp_path: Path) -> None:
    """A newer feed in the older one's place, with one more entry, is one more article and one more alert."""
    entries = [item(n, f"The Taliban said so for the {n}. time.") for n in range(3)]
    with running(tmp_path) as daemon:
        daemon.drop("courier.xml", feed(*entries[:2]))
        wait_for(lambda: len(daemon.alerts) == 2, "two alerts")
        daemon.drop("courier.xml", feed(entries[2], *entries[:2]))
        wait_for(lambda: len(daemon.alerts) == 3, "the third alert")
        status = daemon.status()
        assert (status["articles"], status["alerts"], status["files"]["done"]) == (3, 3, 1)
    assert [message["article"]["title"] for message in daemon.sent if "article" in message] == [
        "Title 0",
        "Title 1",
        "Title 2",
    ]


def test_a_feed_beyond_the_limit_is_quarantined_after_its_first_entries_were_read(tmp_path: Path) -> None:
    """Nothing is lost in silence: alerts for what was read, a notice that names the limit for the rest."""
    entries = [item(n, f"The Taliban said so for the {n}. time.") for n in range(4)]
    with running(tmp_path, variables={"WATCHER_MAX_ARTICLES": "2"}) as daemon:
        daemon.drop("courier.xml", feed(*entries))
        limit = "courier.xml: after 2 articles: more than 2 articles in one file"
        wait_for(lambda: any(limit in notice for notice in daemon.notices), "the notice")
        wait_for(lambda: len(daemon.alerts) == 2, "two alerts")
        wait_for((daemon.state / "quarantine" / "courier.xml").exists, "the file in quarantine")


# ── real feeds ───────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_no_feed_of_the_collection_is_beyond_reading() -> None:
    """Each of 2,100 files ends in articles or a reason, and all but a few that hold an entry with words give it."""
    files = sorted((SHARED / "formats/feeds").rglob("*.xml"))
    outcomes = []
    for path in files:
        try:
            outcomes.append(bool(read(path.read_bytes(), name=path.name)))
        except Unreadable:
            outcomes.append(False)
    assert sum(outcomes) > 480
