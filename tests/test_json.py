"""JSON and JSON Lines: articles under the usual names, under ninjs', JSON Feed's and an admin's own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_feeds import harmed
from tests.test_formats import PROSE, SHARED, TITLE, needs_shared
from watcher.errors import Empty, Incomplete, SettingsError, Unreadable
from watcher.formats import extract
from watcher.model import Article, Document, Limits
from watcher.settings import Settings, read_json_fields

PLAIN = {"title": TITLE, "text": PROSE[0], "date": "2021-10-24T08:30:00+02:00", "url": "https://courier.example/flood"}
FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Courier",
    "home_page_url": "https://courier.example/",
    "description": "All the news.",
    "language": "en",
    "items": [
        {"id": "1", "url": "/flood", "title": TITLE, "content_html": f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>"},
        {
            "id": "2",
            "content_text": PROSE[2],
            "date_published": "2021-10-25T10:00:00Z",
            "authors": [{"name": "Ann Roe"}],
        },
    ],
}
NINJS_1 = {
    "uri": "urn:newsml:courier.example:1",
    "type": "text",
    "versioncreated": "2021-10-24T08:30:00+0200",
    "pubstatus": "usable",
    "urgency": 3,
    "headline": TITLE,
    "body_xhtml": f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>",
    "body_text": "Short.",
    "byline": "By Jane Doe",
    "copyrightholder": "Courier Agency",
    "subject": [{"code": "06005000", "name": "flood"}, {"code": "06000000"}],
    "embargoed": "2021-10-25T00:00:00Z",
}
NINJS_3 = {
    "uri": "https://courier.example/flood",
    "versionCreated": "2021-10-24T08:30:00+02:00",
    "pubStatus": "canceled",
    "headlines": [{"role": "main", "value": TITLE}],
    "bodies": [
        {"role": "text", "contentType": "text/plain", "value": "Short."},
        {"role": "html", "contentType": "text/html", "value": f"<p>{PROSE[0]}</p>"},
    ],
    "by": "Jane Doe",
    "infoSources": [{"name": "Courier Agency"}],
    "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000139", "name": "flood"}],
}


def read(value: Any, limits: Limits = Limits(), name: str = "a.json") -> tuple[Article, ...]:  # noqa: B008
    text = value if isinstance(value, str) else json.dumps(value)
    return extract(Document(name, text.encode()), limits)


# ── names ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (PLAIN, "alone"),
        ([PLAIN], "in a list"),
        ({"status": "ok", "total": 1, "articles": [PLAIN]}, "in an answer"),
        ({"hits": {"hits": [{"_id": "7", "_source": PLAIN}]}}, "in a search engine's answer"),
        ({"export": {"pages": [PLAIN]}}, "somewhere"),
    ],
)
def test_an_article_is_found_wherever_it_stands(value: Any, where: str) -> None:
    """A scraper's object, a list of them, or what encloses them."""
    (article,) = read(value)
    assert (article.title, article.body, article.language) == (TITLE, PROSE[0], "en")
    assert article.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")
    assert (article.url, article.source) == ("https://courier.example/flood", "courier.example")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"headline": "A", "articleBody": "B", "datePublished": "2021-10-24", "publisher": {"name": "C"}}, "C"),
        ({"title": {"rendered": "A"}, "content": {"rendered": "<p>B</p>"}, "date": 1635033600, "source": "C"}, "C"),
        ({"headline": {"main": "A", "kicker": None}, "abstract": "B", "created_utc": 1635033600.0, "source": "C"}, "C"),
        ({"title": "A", "text": "B", "seendate": "20211024T080000Z", "source": "C"}, "C"),
        ({"Title": "A", "body_text": "B", "publishedAt": "2021-10-24", "source": {"id": None, "name": "C"}}, "C"),
        ({"title": "A", "full-text": ["B"], "pub_date": "Sun, 24 Oct 2021 00:00:00 GMT", "site_name": "C"}, "C"),
        ({"title": "A", "description": "B", "published": "1635033600000", "provider": "C"}, "C"),
    ],
)
def test_the_usual_names(value: Any, expected: str) -> None:
    """Schema.org's, WordPress's, NewsAPI's and scrapers' names, in any case and with hyphens or underscores."""
    (article,) = read(value)
    published = article.published.date() if isinstance(article.published, datetime) else article.published
    assert (article.title, article.body, published, article.source) == ("A", "B", date(2021, 10, 24), expected)


@pytest.mark.parametrize(
    "value",
    [
        {"webTitle": TITLE, "webUrl": "https://courier.example/flood", "fields": {"bodyText": PROSE[0]}},
        {
            "response": {
                "link": "https://courier.example/flood",
                "doc": {"articleTitle": TITLE, "news_content": PROSE[0]},
            }
        },
        [{"page_url": "https://courier.example/flood", "_source": {"post_title": TITLE, "main-text": PROSE[0]}}],
    ],
)
def test_names_with_a_word_before_them_and_what_the_holder_of_an_article_says(value: Any) -> None:
    """ "web", "article" and "post" say nothing; an address beside the one object with the text is that article's."""
    (article,) = read(value)
    assert (article.title, article.body, article.url) == (TITLE, PROSE[0], "https://courier.example/flood")


def test_what_stands_around_a_list_is_no_articles_own() -> None:
    """The day on which an answer was made, and its address, are not those of the articles in it."""
    for article in read(
        {"date": "2021-10-30", "url": "https://api.example/q", "articles": [{"title": "A", "text": "B"}]}
    ):
        assert (article.published, article.url) == (None, None)


BREAK = {"type": "hardBreak"}
ENTRIES = {"17": {"body": PROSE[0]}, "18": {"body": PROSE[1]}}


@pytest.mark.parametrize(
    "entries",
    [
        {"byid": ENTRIES},
        {"byid": {"17": {"body": PROSE[0]}}, "more": {"x8": {"body": PROSE[1]}}},
        {"first": {"title": "One", "body": PROSE[0]}, "second": {"title": "Two", "body": PROSE[1]}},
    ],
)
def test_what_holds_several_articles_says_nothing_that_is_one_articles_own(entries: Any) -> None:
    """Each of a map has its own title, address and identity; the title around them is their source, as a feed's is."""
    for said in ({"uri": "urn:a:1"}, {"uri": "urn:a:1", "date": "2021-10-30", "author": "Desk"}, {}):
        articles = read({"title": "The agency", **said, **entries})
        assert [article.body for article in articles] == PROSE[:2]
        told = {(article.uid, article.url, article.published, article.source) for article in articles}
        assert told == {(None, None, None, "The agency")}
        assert "The agency" not in {article.title for article in articles}


def test_the_one_entry_of_a_map_is_no_more_its_holders_than_two_are() -> None:
    """An answer that has one article this hour and another the next must not make them versions of one."""
    (article,) = read({"uri": "urn:a:1", "title": "The agency", "byid": {"17": {"body": PROSE[0]}}})
    assert (article.uid, article.title, article.source) == (None, "", "The agency")


@pytest.mark.parametrize("beside", [{}, {"highlight": {"text": [1]}}, {"took": {"ms": 5}}, {"seo": {"text": "Short."}}])
def test_what_holds_one_article_beside_objects_that_are_none_says_its_own(beside: Any) -> None:
    """A title, an address or a day beside the object with the text are that article's."""
    (article,) = read({"title": TITLE, "url": "https://courier.example/flood", "doc": {"text": PROSE[0]}, **beside})
    assert (article.title, article.body, article.url) == (TITLE, PROSE[0], "https://courier.example/flood")


@pytest.mark.parametrize(
    "body",
    [
        [{"type": "paragraph", "text": PROSE[0]}, {"type": "image", "caption": "x"}, {"type": "p", "text": PROSE[1]}],
        [{"type": "text", "content": f"<p>{PROSE[0]}</p>"}, {"type": "text", "content": f"<p>{PROSE[1]}</p>"}],
        {"blocks": 2, "data": [{"type": "paragraph", "data": {"text": p}} for p in PROSE[:2]]},
        {
            "type": "doc",
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": p[:9]}, {"type": "text", "text": p[9:]}]}
                for p in PROSE[:2]
            ],
        },
        [{"type": "p", "children": [{"text": p[:9], "bold": True}, {"text": p[9:]}]} for p in PROSE[:2]],
    ],
)
def test_bodies_of_blocks_are_read_whole(body: Any) -> None:
    """The paragraphs of editors' trees, whose runs are one line; a caption is no paragraph."""
    (article,) = read({"title": TITLE, "content": body})
    assert article.body == "\n".join(PROSE[:2])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"content": [{"type": "heading", "text": "Kabul falls"}, {"type": "paragraph", "text": "Enter"}]}, "2 lines"),
        ({"children": [{"type": "h2", "text": "Kabul falls"}, {"type": "p", "text": "Enter"}]}, "2 lines"),
        ({"content": [{"type": "text", "text": "Kabul falls"}, BREAK, {"type": "text", "text": "Enter"}]}, "2 lines"),
        ({"children": [{"text": "Kabul falls"}, {"type": "linebreak"}, {"text": "Enter"}]}, "2 lines"),
        ({"blocks": [{"type": "header", "data": {"text": "Kabul falls"}}, {"data": {"text": "Enter"}}]}, "2 lines"),
        (
            {"root": {"children": [{"type": "p", "children": [{"text": w}]} for w in ("Kabul falls", "Enter")]}},
            "2 lines",
        ),
        (
            {"children": [{"text": "Kabul"}, {"type": "a", "children": [{"text": " falls"}]}, {"text": " Enter"}]},
            "1 line",
        ),
        ({"content": [{"type": "text", "text": "Kabul fal"}, {"type": "text", "text": "ls Enter"}]}, "1 line"),
        ({"children": [{"text": ""}, {"type": "p", "children": [{"text": "Kabul falls"}]}, "Enter"]}, "2 lines"),
    ],
)
def test_blocks_are_lines_of_their_own_and_runs_are_not(body: Any, expected: str) -> None:
    """A heading and the paragraph below it are no one word, nor is what a break parts; a link is part of its line."""
    (article,) = read({"title": TITLE, "body": body})
    assert article.body == ("Kabul falls Enter" if expected == "1 line" else "Kabul falls\nEnter")


def test_names_that_nobody_knows() -> None:
    """The longest prose of an object is its text, a short line its title; without a title it is no article."""
    prose = " ".join(PROSE[:2])
    (article,) = read({"nr": "1793696280", "titre": TITLE, "mis_en_ligne": "24 octobre 2021", "texte": prose})
    assert (article.title, article.body, article.published) == (TITLE, prose, date(2021, 10, 24))
    (article,) = read({"headline": TITLE, "story": [PROSE[0], PROSE[1]], "summary": "Short.", "copyright": prose * 2})
    assert article.body == "\n".join(PROSE[:2])
    with pytest.raises(Empty):
        read({"manual": prose})


HEADLINE, TEASER = "Attentat à Kaboul : douze morts", "Une explosion a visé un marché de la capitale mardi matin."


@pytest.mark.parametrize(
    ("beside", "title", "kept"),
    [
        ({"auteur": "Jean-Pierre Dupont", "rubrique": "Monde Asie", "titre": HEADLINE}, HEADLINE, ""),
        ({"chapo": TEASER, "titre": HEADLINE}, HEADLINE, TEASER),
        ({"sous_titre": "Les talibans accusés", "titre": HEADLINE}, HEADLINE, "Les talibans accusés"),
        ({"kop": HEADLINE, "plaats": "Kaboul centre"}, HEADLINE, "Kaboul centre"),
        ({"uid": "deadbeef-cafe-aaaa-bbbb-cccc-dddd-eeee", "lead2": TEASER, "kop": HEADLINE}, HEADLINE, TEASER),
        ({"articleAuteur": "Jean-Pierre Dupont de la Tour", "mots_cles": "guerre Asie", "x": HEADLINE}, HEADLINE, ""),
        ({"newsTag": "guerre en Asie", "photoCredit": "Jean Dupont", "x": "Deux morts"}, "Deux morts", ""),
        ({"Überschrift": "Anschlag in Kabul", "Quelle": "Deutsche Presse Agentur in Berlin"}, "Anschlag in Kabul", ""),
        ({"автор": "Иван Петрович Сидоров", "заголовок": "Взрыв в Кабуле"}, "Взрыв в Кабуле", ""),
        ({"作者": "新华社记者王小明在北京报道", "标题": "喀布尔发生爆炸"}, "喀布尔发生爆炸", ""),
        ({"autor": "Juan Pérez", "nota": "Doce muertos"}, "Doce muertos", ""),
        ({"titre": "Attentat"}, "Attentat", ""),
        ({"auteur": "Jean-Pierre Dupont"}, "", ""),
    ],
)  # fmt: skip
def test_the_title_among_names_that_nobody_knows(beside: dict[str, str], title: str, kept: str) -> None:
    """Neither its author nor section, but what a name says to be the title, else the line with most words that is no
    sentence; the other lines open the text."""
    prose = " ".join(PROSE[:2])
    (article,) = read({"nr": "1793696280", **beside, "texte": prose})
    assert (article.title, article.body) == (title, f"{kept}\n{prose}" if kept else prose)


def test_of_a_row_of_many_columns_few_open_the_text() -> None:
    """A text is not buried below a table."""
    (article,) = read({f"x{n}": f"Une valeur de {'a' * n} colonne" for n in range(2, 200)} | {"y": " ".join(PROSE)})
    assert article.body.count("\n") < 30


def test_of_several_headlines_the_main_one_is_the_title() -> None:
    """Wherever it stands among them."""
    roles = [{"role": "short", "value": "Bridges"}, {"role": "sub", "value": "x"}, {"role": "main", "value": TITLE}]
    assert read(NINJS_3 | {"headlines": roles})[0].title == TITLE


@pytest.mark.parametrize(
    ("content", "description", "body"),
    [
        (f"{PROSE[0][:50]}… [+1832 chars]", PROSE[0], PROSE[0]),
        (f"{PROSE[0]} Then… [+9 chars]", f"{PROSE[0][:60]}…", f"{PROSE[0]} Then…"),
        (f"{PROSE[0][:50]}... [+1832 chars]", PROSE[1], f"{PROSE[1]}\n{PROSE[0][:50]}…"),
        (f"{PROSE[0]} It cost [+2 chars] more.", PROSE[1], f"{PROSE[0]} It cost [+2 chars] more."),
    ],
)
def test_of_a_text_that_says_that_it_was_cut_the_summary_is_read_too(content: str, description: str, body: str) -> None:
    """NewsAPI gives the first 200 characters, and says how many more there are."""
    (article,) = read({"title": TITLE, "content": content, "description": description})
    assert article.body == body


def test_a_text_of_one_short_paragraph_and_the_moment_beside_the_day() -> None:
    """Scrapers keep paragraphs in a list, however few; of a day and a moment the moment is taken."""
    value = {
        "headline": [TITLE],
        "paragraphs": ["It rained."],
        "date": "2025-03-05",
        "dateTime": "2025-03-05T08:30:00Z",
    }
    (article,) = read(value)
    assert (article.title, article.body) == (TITLE, "It rained.")
    assert article.published == datetime(2025, 3, 5, 8, 30, tzinfo=UTC)


def test_a_short_text_that_is_called_an_article() -> None:
    """As data sets keep it; what is no sentence under such a name is no text."""
    (article,) = read({"title": TITLE, "article": "It rained all night.", "url": "https://a.example/1"})
    assert article.body == "It rained all night."
    (article,) = read({"title": TITLE, "post": "evening edition", "url": "https://a.example/1"})
    assert article.body == ""


@pytest.mark.parametrize("page", ["https://a.example/1", {"@type": "WebPage", "@id": "https://a.example/1"}])
def test_the_address_of_what_search_engines_are_told(page: Any) -> None:
    """JSON-LD, kept by itself, calls an article's address the page that it is the main thing of."""
    (article,) = read({"@type": "NewsArticle", "headline": TITLE, "articleBody": PROSE[0], "mainEntityOfPage": page})
    assert (article.title, article.url) == (TITLE, "https://a.example/1")


def test_names_of_ones_own() -> None:
    """What a setting names is asked first, by a path of keys; what it does not name has its usual name."""
    limits = Settings(json_fields="title=head.line, body = parts.1.story").limits
    value = {"head": {"line": "A"}, "title": "not this", "parts": [{}, {"story": "B"}], "url": "https://x.example/a"}
    (article,) = read(value, limits)
    assert (article.title, article.body, article.url) == ("A", "B", "https://x.example/a")
    assert read(PLAIN, limits)[0].title == TITLE


@pytest.mark.parametrize("written", ["headline=a", "title", "title=", "=a", "title=a;body=b,x"])
def test_a_setting_that_makes_no_sense(written: str) -> None:
    """It is refused with the item and the parts that there are."""
    with pytest.raises(
        SettingsError, match=r"\(WATCHER_JSON_FIELDS\): '.*' is not PART=PATH with a part of title, body"
    ):
        read_json_fields(written)


def test_json_feed() -> None:
    """Each item is an article; what the feed says of itself is its items' source, language and base."""
    flood, second = read(FEED)
    assert (flood.title, flood.body) == (TITLE, "\n".join(PROSE[:2]))
    assert (flood.url, flood.source, flood.language) == ("https://courier.example/flood", "The Courier", "en")
    assert (second.title, second.body, second.author) == ("", PROSE[2], "Ann Roe")
    assert second.published == datetime(2021, 10, 25, 10, tzinfo=UTC)


def test_ninjs() -> None:
    """Versions 1 to 3: the longest rendition is the body, and urgency, codes, embargo and status are taken."""
    (first,) = read(NINJS_1)
    assert (first.title, first.body, first.author) == (TITLE, "\n".join(PROSE[:2]), "Jane Doe")
    assert (first.source, first.urgency, first.subjects) == ("Courier Agency", 3, ("06005000", "06000000"))
    assert (first.url, first.embargo, first.withdrawn) == (None, datetime(2021, 10, 25, tzinfo=UTC), "")
    (third,) = read(NINJS_3)
    assert (third.title, third.body, third.author) == (TITLE, PROSE[0], "Jane Doe")
    assert (third.source, third.subjects, third.withdrawn) == ("Courier Agency", ("20000139",), "canceled")
    assert first.published == third.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


def test_json_lines() -> None:
    """Each line is a value of its own, whatever the file is called."""
    lines = "\n".join(json.dumps(PLAIN | {"title": f"Title {n}"}) for n in range(3))
    assert [article.title for article in read(f"\ufeff{lines}\n\n", name="export.txt")] == [
        "Title 0",
        "Title 1",
        "Title 2",
    ]


def test_a_broken_line_costs_itself() -> None:
    """The others are read, and the reason says where it stands."""
    lines = [json.dumps(PLAIN | {"title": f"Title {n}"}) for n in range(3)]
    with pytest.raises(Incomplete, match="broken JSON at line 2, column 1") as caught:
        read("\n".join([lines[0], "oops", *lines[1:]]))
    assert [article.title for article in caught.value.articles] == ["Title 0", "Title 1", "Title 2"]


def test_of_a_list_that_breaks_off_the_whole_objects_are_read() -> None:
    """A download that was cut gives what is whole of it."""
    with pytest.raises(Incomplete, match="broken JSON at line 1") as caught:
        read(json.dumps([PLAIN, PLAIN])[:-40])
    assert len(caught.value.articles) == 1
    with pytest.raises(Incomplete, match="the list is not closed"):
        read(json.dumps([PLAIN])[:-1])
    with pytest.raises(Unreadable, match="broken JSON"):
        read(json.dumps(PLAIN)[:-1])


# ── hostile and beyond limits ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, '[{"a":"]"},' + "[" * 101])
def test_deep_nesting_is_refused_before_it_is_parsed(text: str) -> None:
    """Brackets are counted first: the parser itself recurses."""
    with pytest.raises(Unreadable, match="JSON nested more than 100 levels deep"):
        read(text)


def test_brackets_in_texts_are_no_nesting() -> None:
    """A text may hold any brackets and quotes."""
    assert read({"text": '[{\\"' * 200})[0].body == '[{\\"' * 200


def test_huge_numbers_are_no_matter() -> None:
    """A number of a million digits is neither parsed nor refused."""
    value = json.dumps(PLAIN)[:-1] + f', "id": {"9" * 1_000_000}, "score": 1e999999, "no": NaN}}'
    assert read(value)[0].title == TITLE


def test_articles_beyond_the_limit_are_not_read() -> None:
    """The first so many are taken, and the reason names the limit."""
    with pytest.raises(Incomplete, match="after 3 articles: more than 3 articles in one file") as caught:
        read([PLAIN] * 10, Limits(articles=3))
    assert len(caught.value.articles) == 3


@pytest.mark.parametrize("text", ["[]", "{}", '{"items": []}', '{"a": [1, 2, {"b": null}]}'])
def test_json_without_articles_is_sound(text: str) -> None:
    """It holds no article, and is no fault."""
    with pytest.raises(Empty, match="nothing has a title or a text"):
        read(text)


def test_a_text_that_begins_with_a_bracket_is_a_text() -> None:
    """Only what looks like JSON is read as JSON, unless it is called so."""
    for text in ("[Reuters] The river rose.", "{curly} words", '["We closed it," he said.]'):
        assert read(text, name="a.txt")[0].body == text


@settings(max_examples=80)
@given(
    st.sampled_from([json.dumps(PLAIN), json.dumps([FEED, NINJS_1]), f"{json.dumps(NINJS_3)}\n{json.dumps(PLAIN)}"]),
    st.data(),
)
def test_any_damage_gives_articles_or_a_reason(text: str, data: st.DataObject) -> None:
    """JSON with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    articles, why = harmed(text.encode(), data, name="a.json")
    assert articles or why


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "text", "items", "date", "url", "subject", "embargoed", "x"]), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=80)
@given(JSON_VALUES)
def test_any_value_under_the_usual_names_gives_articles_or_a_reason(value: Any) -> None:
    """Whatever type stands where a text is expected, nothing but Unreadable is raised."""
    try:
        articles = read(value)
    except Unreadable as reason:
        assert str(reason)
        return
    assert all(article.text.strip() for article in articles)


# ── real files ───────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_the_standards_own_ninjs_examples_are_read() -> None:
    """Every example of ninjs 1.4, 2.1 and 3.0 gives an article with a title."""
    paths = [p for p in sorted((SHARED / "formats/ninjs").rglob("*.json")) if "schema" not in p.name]
    assert len(paths) > 40
    for path in paths:
        assert extract(Document(path.name, path.read_bytes()))[0].title, path


@needs_shared
def test_an_export_in_json_lines_is_read_whole() -> None:
    """Each of 1,478 lines is an article with its own title, text, publisher and address."""
    path = SHARED / "news-dev.jsonl"
    articles = extract(Document(path.name, path.read_bytes()))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(articles) == len(rows)
    for row, article in zip(rows, articles, strict=True):
        assert (row["publisher"] or "").split() == (article.source or "").split() or not row["publisher"]


def test_the_new_york_times_api() -> None:
    """Its lead paragraph is the text, though its abstract is as long; headline and byline are objects."""
    doc = {
        "abstract": PROSE[1],
        "web_url": "https://www.nytimes.com/1",
        "lead_paragraph": PROSE[0],
        "source": "The New York Times",
        "headline": {"main": "Bridges closed", "kicker": "Floods"},
        "pub_date": "2021-10-24T08:00:00+0000",
        "byline": {"original": "By Jane Doe", "person": [{"firstname": "Jane"}]},
    }
    (found,) = extract(Document("a.json", json.dumps({"status": "OK", "response": {"docs": [doc]}}).encode()), Limits())
    assert (found.title, found.body, found.author) == ("Bridges closed", PROSE[0], "Jane Doe")
    assert (found.source, found.url) == ("The New York Times", "https://www.nytimes.com/1")


def test_of_several_addresses_the_one_of_the_web_is_taken() -> None:
    """A domain beside it ("clean_url") is none; who keeps the article under a medium's name names its source."""
    item = {"title": TITLE, "clean_url": "courier.example", "link": "https://courier.example/flood", "text": PROSE[0]}
    (article,) = extract(Document("a.json", json.dumps(item | {"media_name": "The Courier"}).encode()), Limits())
    assert (article.url, article.source) == ("https://courier.example/flood", "The Courier")
