"""New versions of articles: an entry shown again with another text alerts for what is new, and nothing else is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.retold import CHINESE, FRENCH, news, papers
from tests.support import running, wait_for
from tests.test_stories import NOW, brought
from watcher.formats import extract
from watcher.model import Article, Document, Handled
from watcher.store import Store
from watcher.store.articles import admit
from watcher.store.retention import DAY_MS, prune
from watcher.store.schema import articles
from watcher.versions import identity, same_article

CORRECTED = FRENCH.replace("mardi", "lundi").replace("Plusieurs centaines", "Un millier")
FLASH = (
    "URGENT - Les talibans se sont emparés d'un poste de douane à la frontière du Tadjikistan, ont indiqué des témoins."
    " Le gouverneur de la province a confirmé que ses hommes s'étaient repliés vers la rivière après une nuit."
)


def together(*files: Handled) -> Handled:
    """The articles of several files as one file."""
    return replace(files[0], admissions=tuple(a for file in files for a in file.admissions))


def at(path: str, file: Handled) -> Handled:
    """The file at another path."""
    admissions = tuple(
        replace(a, reading=replace(a.reading, article=replace(a.reading.article, path=path))) for a in file.admissions
    )
    return replace(file, file=replace(file.file, path=path), admissions=admissions)


def opened(store: Store, *files: Handled) -> list[tuple[str, str]]:
    return [(alert.rule, alert.article["title"]) for alert in admit(store, files, NOW)]


def versions_of(store: Store) -> list[int | None]:
    with store.read() as conn:
        return list(conn.execute(select(articles.c.version_of).order_by(articles.c.id)).scalars())


# ── what is a version ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "named",
    [{"uid": "tag:afp.example,2024:1"}, {"url": "https://afp.example/monde/douane-1"}, {}],
    ids=["guid", "address", "path"],
)
@pytest.mark.parametrize("one_batch", [True, False])
def test_an_update_alerts_only_for_rules_that_did_not_match_before(
    store: Store, named: dict[str, Any], *, one_batch: bool
) -> None:
    """By whatever name: the rule that matched is silent, one that matches only now alerts; so over any number of
    versions, in one batch or in several."""
    files = [
        at("in.txt", brought(1, FRENCH, rules=["a"], **named)),
        at("in.txt", brought(2, CORRECTED, rules=["a", "b"], **named)),
        at("in.txt", brought(3, CORRECTED + " (Actualisé)", rules=["a", "b"], **named)),
        at("in.txt", brought(4, CORRECTED + " (Actualisé encore)", rules=["a", "b", "c"], **named)),
    ]
    expected = [("a", "Titre 1"), ("b", "Titre 2"), ("c", "Titre 4")]
    found = opened(store, *files) if one_batch else [one for file in files for one in opened(store, file)]
    assert found == expected
    assert versions_of(store) == [None, 1, 2, 3]


def test_a_version_of_what_matched_nothing_alerts(store: Store) -> None:
    """An article that a rule did not match is no reason to be silent about its next version."""
    url = "https://afp.example/monde/douane-1"
    assert opened(store, brought(1, FRENCH, rules=[], url=url)) == []
    assert opened(store, brought(2, CORRECTED, url=url)) == [("taliban", "Titre 2")]


def test_a_rule_may_ask_for_every_version(store: Store) -> None:
    """With `on_update: always` each version alerts again, in the story of the first."""
    url = "https://afp.example/monde/douane-1"

    def always(file: Handled) -> Handled:
        (admission,) = file.admissions
        return replace(file, admissions=(replace(admission, drafts=(replace(admission.drafts[0], on_update=True),)),))

    assert len(admit(store, [always(brought(1, FRENCH, url=url))], NOW)) == 1
    (again,) = admit(store, [always(brought(2, CORRECTED, url=url))], NOW)
    assert (again.story, again.outlets) == (1, 1)


def test_a_flash_that_grew_into_an_article_is_its_first_version(store: Store) -> None:
    """An address whose two sentences became a text of twenty is one article, and one story."""
    url = "https://afp.example/monde/douane-1"
    assert opened(store, brought(1, FLASH, url=url)) == [("taliban", "Titre 1")]
    long = f"{FRENCH}\n\n{news(1, 900)}"
    (alert,) = admit(store, [brought(2, long, rules=["taliban", "b"], url=url)], NOW)
    assert (alert.rule, alert.story) == ("b", 1)


def test_one_that_came_to_its_title_again_is_a_version() -> None:
    """With the address the same, a title that changed little is proof enough; of two words it is not."""
    title = "Les talibans prennent un poste à la frontière"
    assert same_article(title, news(1), Article(f"{title} tadjike", news(2)), by_path=False)
    assert not same_article("Le direct", news(1), Article("Le direct", news(2)), by_path=False)
    assert not same_article(title, news(1), Article(title, news(2)), by_path=True)


# ── what is not ──────────────────────────────────────────────────────────────────────────────────

OTHERS = [
    pytest.param({"uid": "1"}, id="one guid for every entry"),
    pytest.param({"url": "https://a.example/live"}, id="one address for all"),
    pytest.param({}, id="latest.xml"),
]


@pytest.mark.parametrize("named", OTHERS)
def test_another_article_under_a_name_that_was_used_before_alerts(store: Store, named: dict[str, Any]) -> None:
    """A name alone proves nothing: what says something else is an article of its own, whatever it is called."""
    assert len(opened(store, at("latest.xml", brought(1, FRENCH, **named)))) == 1
    assert len(opened(store, at("latest.xml", brought(2, news(2), **named)))) == 1
    assert len(opened(store, at("latest.xml", brought(3, news(3), **named)))) == 1
    assert versions_of(store) == [None, None, None]


QUAKE = (
    "At {} a quake of magnitude {} struck {} km from {} at a depth of {} km, the survey said. There were no reports of "
    "damage so far. Shaking of level {} was felt by {} people, says its model, which no person has looked at yet."
)


def test_a_form_that_is_filled_in_anew_under_one_name_alerts_each_time(store: Store) -> None:
    """A file that is written over with the same sentences and other figures tells of something else; one of which a
    figure is corrected does not."""
    first = QUAKE.format("12:03", "5.2", 34, "Termez", 10, 4, 12000)
    assert len(opened(store, at("quake.txt", brought(1, first)))) == 1
    assert len(opened(store, at("quake.txt", brought(2, QUAKE.format("18:47", "4.8", 61, "Kulob", 35, 3, 900))))) == 1
    assert len(opened(store, at("quake.txt", brought(3, QUAKE.format("18:47", "4.9", 61, "Kulob", 35, 3, 900))))) == 0


def test_of_a_file_of_several_articles_the_path_says_nothing(store: Store) -> None:
    """A dump that is written anew with much the same words in it: its articles have no names of their own."""
    assert len(opened(store, at("dump.json", together(brought(1, FRENCH), brought(2, news(1)))))) == 2
    assert len(opened(store, at("dump.json", together(brought(3, CORRECTED), brought(4, news(2)))))) == 2


def test_the_home_page_is_no_article(store: Store) -> None:
    """Pages that all give the home page as their address are told apart, however much of it they share."""
    texts = (FRENCH, CORRECTED)
    for number, (text, url) in enumerate(zip(texts, ("https://a.example/", "http://www.a.example"), strict=True)):
        assert len(opened(store, brought(number, text, url=url))) == 1


def test_two_outlets_that_number_their_entries_are_not_mixed_up(store: Store) -> None:
    """A guid counts within its own outlet: entry 17 of another is another article, be it the same story."""
    assert len(opened(store, brought(1, FRENCH, "A", uid="17"))) == 1
    assert len(opened(store, brought(2, CORRECTED, "B", uid="17"))) == 1


def test_after_its_text_is_gone_nothing_is_held_back(store: Store) -> None:
    """Whose earlier text is no longer kept cannot be compared: it alerts."""
    url = "https://afp.example/monde/douane-1"
    assert len(opened(store, brought(1, FRENCH, url=url))) == 1
    prune(store, NOW + 91 * DAY_MS)
    assert len(opened(store, brought(2, CORRECTED, url=url))) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.a.example/x/1", "http://A.example/x/1/", True),
        ("https://a.example/x?id=1&utm_source=rss&fbclid=2", "https://a.example/x?id=1#part", True),
        ("https://a.example/x?id=1", "https://a.example/x?id=2", False),
        ("https://a.example/x", "https://b.example/x", False),
    ],
)
def test_an_address_is_the_same_however_it_is_written(one: str, other: str, *, same: bool) -> None:
    """Without scheme, www, final slash, fragment and what says by which way a reader came."""
    found = [identity(Article("", "", url=url), alone=False) for url in (one, other)]
    assert all(found)
    assert (found[0] == found[1]) is same


@pytest.mark.parametrize(
    "url", ["http://[", "https:///x", "https://a.example/?" + "&".join("abc" * 99), "", "/x", "\ud800"]
)
def test_no_address_is_no_name(url: str) -> None:
    """What cannot be read as an address names nothing, and stops nothing."""
    assert identity(Article("", "", url=url), alone=False) is None


# ── from files ───────────────────────────────────────────────────────────────────────────────────

NAMED = {
    "a.rss": '<rss version="2.0"><channel><title>A</title><item><title>T</title><guid isPermaLink="false">n-1</guid>'
    "<description>Les talibans.</description></item></channel></rss>",
    "a.json": '{"guid": "n-1", "title": "T", "body": "Les talibans."}',
    "g2.xml": '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="n-1" version="4"><contentMeta><headline>T'
    "</headline></contentMeta><contentSet><inlineData>Les talibans.</inlineData></contentSet></newsItem>",
    "nitf.xml": '<nitf><head><docdata><doc-id id-string="n-1"/></docdata></head><body><body.head><hedline><hl1>T</hl1>'
    "</hedline></body.head><body.content><p>Les talibans.</p></body.content></body></nitf>",
    "n1.xml": "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>afp</ProviderId><DateId>20240101</DateId>"
    "<NewsItemId>n-1</NewsItemId><RevisionId>4</RevisionId></NewsIdentifier></Identification><NewsComponent><NewsLines>"
    "<HeadLine>T</HeadLine></NewsLines><ContentItem><DataContent>Les talibans.</DataContent></ContentItem>"
    "</NewsComponent></NewsItem></NewsML>",
}


@pytest.mark.parametrize("name", NAMED)
def test_files_say_what_their_articles_are_called(name: str) -> None:
    """The guid of a feed or of JSON, and the agencies' own numbers, without that of the revision."""
    (article,) = extract(Document(name, NAMED[name].encode()))
    assert article.uid == ("afp:20240101:n-1" if name == "n1.xml" else "n-1")


RULES = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - {id: taliban, condition: {keywords: ["taliban*"]}}
  - {id: douane, condition: {keywords: ["douane*"]}, on_update: always}
  - {id: camions, condition: {keywords: [wagon]}}
  - {id: burst, condition: {keywords: ["taliban*"]}, correlation: {type: frequency, num_events: 2, timeframe: 1h}}
  - id: stories
    condition: {keywords: ["taliban*"]}
    correlation: {type: cardinality, of: story, at_least: 2, timeframe: 1h}
"""
FEED = (
    '<rss version="2.0"><channel><title>La Gazette</title><item><title>Douane</title>'
    '<guid isPermaLink="false">17</guid>'
    "<link>https://gazette.example/17</link><description>TEXT</description></item></channel></rss>"
)


def test_an_entry_that_a_feed_shows_again_and_updates(tmp_path: Path) -> None:
    """Shown again it opens nothing; updated it alerts for what matches only now and for who asks; a correlation counts
    it once; the text of another outlet is one more article, and no other story."""
    with running(tmp_path, rules=RULES, variables={"WATCHER_LOG_LEVEL": "debug"}) as daemon:

        def drop(name: str, text: str) -> list[str]:
            before = len(daemon.logged("alert.opened"))
            daemon.drop(name, text)
            wait_for(lambda: daemon.logged("file.handled", file=name), "the file")
            return sorted(event["rule"] for event in daemon.logged("alert.opened")[before:])

        assert drop("1.xml", FEED.replace("TEXT", FRENCH)) == ["douane", "taliban"]
        assert drop("2.xml", FEED.replace("TEXT", FRENCH).replace("<channel>", "<channel>\n")) == []
        assert drop("3.xml", FEED.replace("TEXT", FRENCH.replace("camions", "wagon"))) == ["camions", "douane"]
        assert drop("other.txt", papers(FRENCH)["cut"].replace("douane", "garde")) == ["burst", "taliban"]
        assert drop("elsewhere.txt", f"Les talibans.\n\n{news(5)}") == ["stories", "taliban"]
        wait_for(lambda: len([m for m in daemon.sent if "rule" in m]) == 8, "the messages")
        by_rule = {m["rule"]: m for m in daemon.sent if "rule" in m}
        assert by_rule["camions"]["story"] == 1
        assert by_rule["burst"]["count"] == 2
        assert by_rule["stories"]["count"] == 2
        assert "story" not in by_rule["burst"]
        retold = next(m for m in daemon.sent if m.get("article", {}).get("path") == "other.txt")
        assert ", story 1, told by 2 outlets" in daemon.run("alerts", "show", retold["id"]).stdout


def test_articles_of_other_scripts_are_compared_too() -> None:
    """A corrected text without spaces is a version, another one is not."""
    assert same_article("", CHINESE, Article("", CHINESE.replace("星期二", "星期三")), by_path=True)
    assert not same_article("", CHINESE, Article("", FRENCH), by_path=False)
