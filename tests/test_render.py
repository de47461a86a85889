"""What a reader sees of an alert: a line, a body, the evidence with its hits marked, and nothing that bites."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from watcher import render
from watcher.analyse.engine import gazetteer
from watcher.health import Vitals, signs
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, Message, MessageKind, Notice, content_from
from watcher.model import Alert, Correlated, Level
from watcher.phrase import Moment, Phrase
from watcher.render import Form, Reader, Rendered, articles, forms, notices, words
from watcher.render import evidence as excerpting
from watcher.render.cleaning import screen_width
from watcher.render.countries import country_name
from watcher.store.vitals import Stalled, Unusable

ROOT = Path(__file__).parent.parent
NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC
HOUR = 3_600_000
READER = Reader(NOW)
FORMS: tuple[Form, ...] = ("text", "markdown", "html")
SENTENCE = "Les talibans tiennent la frontière du Tadjikistan."


def evidence(at: str, hit: str, sentence: str = SENTENCE, start: int = 100, **more: Any) -> dict[str, Any]:
    begin = start + sentence.index(hit)
    return {
        "condition": "keywords", "at": at, "text": hit, "start": begin, "end": begin + len(hit),
        "sentence": sentence, "sentence_start": start, **more,
    }  # fmt: skip


def alert(*entries: dict[str, Any], rule_title: str = "Rule title", **article: Any) -> Alert:
    facts = {"title": "Article", "source": "rfi.fr", "language": "fr", "published": "2021-10-24", "path": "a/b.txt"}
    return Alert("0190-id", "my-rule", rule_title, Level.HIGH, 0, facts | article, entries)


def rendered(message: Message, form: Form, reader: Reader = READER) -> Rendered:
    return render.render(message, form, reader)


def title_of(message: Message) -> str:
    return render.title_of(render.compose(message, READER))


def message(content: Alert | Bulletin | Digest | Notice, kind: MessageKind = MessageKind.ALERT) -> Message:
    return Message("message-1", kind, content)


def test_text_message() -> None:
    """A message says, in order: level and article, rule, evidence with its hits marked, where from, which alert."""
    both = alert(evidence("all[0]", "talibans"), evidence("all[1]", "Tadjikistan"), url="https://rfi.fr/a")
    got = rendered(message(both), "text")
    assert got.title == "HIGH · Article"
    assert got.body == (
        "Rule title (my-rule)\n\n"
        "Les **talibans** tiennent la frontière du **Tadjikistan**.\n\n"
        "rfi.fr · fr · 24 October 2021, 4 years old\nhttps://rfi.fr/a\nAlert 0190-id"
    )


def test_html_message() -> None:
    """In HTML the hits are bold, the web address is a link, and all of the article is escaped."""
    got = rendered(message(alert(evidence("", "talibans"), source="<i>&", url="https://rfi.fr/?a=1&b")), "html")
    assert "Les <b>talibans</b> tiennent" in got.body
    assert "&lt;i&gt;&amp;" in got.body
    assert '<a href="https://rfi.fr/?a=1&amp;b">https://rfi.fr/?a=1&amp;b</a>' in got.body


@pytest.mark.parametrize("url", ["javascript:alert(1)", 'https://a/"onclick="x', "data:text/html,x"])
def test_only_web_addresses_are_links(url: str) -> None:
    """An article's address cannot run a script in the reader's mail."""
    body = rendered(message(alert(url=url)), "html").body
    assert 'href="javascript' not in body
    assert 'href="data' not in body
    assert '"onclick' not in body


def test_sentences_are_chosen_for_what_they_show() -> None:
    """The sentence that holds most conditions comes first, then the one for what it lacks, and no third."""
    late = "Le Tadjikistan et les talibans."
    entries = [
        evidence("all[0]", "talibans", "Des talibans.", 0),
        evidence("all[0]", "talibans", late, 50),
        evidence("all[1]", "Tadjikistan", late, 50),
        evidence("all[2]", "drogue", "La drogue.", 90),
        evidence("all[0]", "talibans", "Encore des talibans.", 200),
    ]
    shown = ["".join(piece.text for piece in sentence) for sentence in excerpting.excerpts([alert(*entries)])]
    assert shown == [late, "La drogue."]


def test_one_sentence_is_enough_when_it_holds_all() -> None:
    """A second sentence that adds nothing is not shown."""
    entries = [evidence("", "talibans"), evidence("", "talibans", "Des talibans.", 0)]
    assert len(excerpting.excerpts([alert(*entries)])) == 1


@pytest.mark.parametrize("form_of_spans", ["mappings", "pairs"])
def test_near_marks_its_parts(form_of_spans: str) -> None:
    """Of words near each other the words are marked, not all that stands between them."""
    parts = [evidence("", "talibans"), evidence("", "Tadjikistan")]
    spans = parts if form_of_spans == "mappings" else [[part["start"], part["end"]] for part in parts]
    near = {**parts[0], "condition": "near", "end": parts[1]["end"], "of": spans}
    (sentence,) = excerpting.excerpts([alert(near)])
    assert [piece.text for piece in sentence if piece.mark == "hit"] == ["talibans", "Tadjikistan"]


def test_long_sentence_is_shortened_around_its_hits() -> None:
    """Of a very long sentence about 300 characters are shown, whole words around each hit."""
    filler = "mot " * 200
    long = f"{filler}talibans {filler}Tadjikistan {filler}fin."
    (sentence,) = excerpting.excerpts([alert(evidence("a", "talibans", long), evidence("b", "Tadjikistan", long))])
    shown = "".join(piece.text for piece in sentence)
    assert len(shown) <= excerpting.SENTENCE_LIMIT + 12
    assert [piece.text for piece in sentence if piece.mark == "hit"] == ["talibans", "Tadjikistan"]
    assert re.fullmatch(r"… (mot )+talibans( mot)+ … (mot )+Tadjikistan( mot)+ …", shown)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"], ids=["space", "no-break", "narrow"])
def test_a_title_is_cut_at_a_word_whatever_spaces_join_it(space: str) -> None:
    """French and agencies join words by spaces that do not break: they end a word too."""
    line = render.one_line(space.join(["Talibans"] * 20), 50)
    assert line == space.join(["Talibans"] * 5) + "…"


def test_one_endless_word_is_cut() -> None:
    """A sentence without spaces cannot fill the screen."""
    endless = "x" * 5000
    (sentence,) = excerpting.excerpts([alert(evidence("", endless, endless))])
    assert sum(len(piece.text) for piece in sentence) <= excerpting.SENTENCE_LIMIT + 12


@pytest.mark.parametrize(
    ("article", "line"),
    [
        ({"published": None}, "rfi.fr · fr · undated"),
        ({"published": None, "published_text": "23 décembre"}, "rfi.fr · fr · undated (23 décembre)"),
        ({"published": "2026-10-14T15:00:00+00:00"}, "rfi.fr · fr · 3 h ago (17:00 CEST)"),
        ({"published": "2021-10-24"}, "rfi.fr · fr · 24 October 2021, 4 years old"),
        ({"published": "9999-12-31T23:59:59+00:00"}, "rfi.fr · fr · 9999-12-31T23:59:59+00:00"),
        ({"source": None, "language": "und"}, "Unknown source · unknown language · 24 October 2021, 4 years old"),
    ],
)
def test_dateline(article: dict[str, Any], line: str) -> None:
    """Source, language and date are said plainly, and what is not known is said to be so."""
    assert articles.dateline(alert(**article).article, 1, Reader(NOW, "Europe/Paris")) == line


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (alert(), "HIGH · Article"),
        (alert(title="Les\n  talibans"), "HIGH · Les talibans"),
        (alert(title="mot " * 40), "HIGH · " + "mot " * 16 + "mot…"),
        (Notice("rules.loaded", "7 rules\nmore", Level.LOW), "LOW · 7 rules"),
        (Notice("rules.loaded", ""), "MEDIUM · Rules loaded"),
    ],
)
def test_title(content: Alert | Notice, title: str) -> None:
    """The first line tells the level and what it is about."""
    assert title_of(message(content)) == title


def test_title_without_a_title() -> None:
    """Without an article's title the line takes the rule's, then the evidence's words, then the rule's id."""
    hit = evidence("", "talibans")

    def bare(rule_title: str, *entries: dict[str, Any]) -> str:
        return title_of(message(Alert("1", "my-rule", rule_title, Level.LOW, 0, {"title": ""}, entries)))

    assert bare("Rule title", hit) == "LOW · Rule title"
    assert bare("", hit) == f"LOW · {SENTENCE}"
    assert bare("") == "LOW · my-rule"


def test_the_title_of_a_rule_is_said_once() -> None:
    """Where the rule's title heads the message, its id alone stands below; one too long for the first line is whole."""

    def body(rule_title: str) -> str:
        alert = Alert("1", "my-rule", rule_title, Level.INFORMATIONAL, 0, {"title": ""}, ())
        return rendered(message(alert), "text").body

    assert body("Rule title").startswith("my-rule\n")
    assert body("title " * 20).startswith(f"{('title ' * 20).strip()}\n\nmy-rule\n")


def test_sample_says_that_it_is_a_test() -> None:
    """A message of `channels test` alarms nobody."""
    assert title_of(message(alert(), MessageKind.SAMPLE)) == "TEST · Article"


def test_notice_keeps_its_lines() -> None:
    """A notice to the operator keeps its line breaks, says once what the first line has, and names its event."""
    got = rendered(message(Notice("rules.refused", "line <1>\nline <2>\nline 3")), "html")
    assert got.title == "MEDIUM · line <1>"
    assert got.body == "line &lt;2&gt;<br />line 3<br /><br />Watcher: rules refused<br />Message message-1"


@pytest.mark.parametrize("length", [100, 600, 9000])
def test_a_notice_whose_first_line_is_long_stands_whole_below(length: int) -> None:
    """What the first line has no room for is not lost."""
    text = ("mot " * length)[: length - 4].strip() + " fin"
    got = rendered(message(Notice("rules.refused", f"{text}\nmore")), "text")
    assert got.body.startswith(text[:3900])
    assert got.body.count("mot mot") < length / 7


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_chat_markup_of_an_article_is_broken(form: Form) -> None:
    """An article cannot call a whole chat room nor hide an address behind words."""
    hostile = "@everyone <@123> [bank](https://evil.example)"
    shown = rendered(message(alert(evidence("", "bank", hostile), source=hostile)), form)
    for text in (shown.body, title_of(message(alert(title=hostile)))):
        assert "@everyone" not in text
        assert "@1" not in text
        assert not re.search(r"(?<!\\)\]\(", text)


def test_markdown_of_an_article_is_literal() -> None:
    """Stars, lists, headings and code in an article are shown as they are written."""
    assert render.escape("*a* `b` _c_ d_e <b> &lt; [x] ~y~", "markdown") == (
        r"\*a* \`b\` \_c\_ d_e \<b> \&lt; \[x\] \~y~"
    )
    assert render.escape("# a", "markdown") == r"\# a"
    assert render.escape("1. a", "markdown") == r"1\. a"
    assert render.escape("footnote* and 3 * 4 & more", "markdown") == "footnote* and 3 * 4 & more"


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\x00\x1b\r\n\t\x85\x9b\u2028\u202e\u2066\ufeff\ud800<>&\"'`*_[]()@|~")),
    max_size=400,
)


def _is_harmless(text: str) -> bool:
    text = re.sub("\u2068([^\u2066-\u2069]*)\u2069", r"\1", text)  # whole isolates are Watcher's own
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(c) in bidi for c in text
    )


@given(title=HOSTILE, rule_title=HOSTILE)
def test_any_title_is_one_short_harmless_line(title: str, rule_title: str) -> None:
    """Whatever an article is called, the first line has at most 78 characters and none that controls anything."""
    line = title_of(message(alert(title=title, rule_title=rule_title)))
    assert 0 < len(line) <= 78
    assert screen_width(line) <= 78
    assert _is_harmless(line)


@given(text=HOSTILE, field=HOSTILE, form=st.sampled_from(FORMS))
def test_any_body_is_harmless(text: str, field: str, form: Form) -> None:
    """No field of an article brings a control or bidi character into a message, of whatever form."""
    entry = {"at": "", "sentence": text, "sentence_start": 0, "start": 0, "end": len(text) // 2}
    article = dict.fromkeys(("title", "source", "language", "published", "published_text", "path", "url"), field)
    body = rendered(message(Alert("1", "r", field, Level.LOW, 0, article, (entry,))), form).body
    assert _is_harmless(body.replace("\n", ""))


@given(text=HOSTILE, field=HOSTILE)
def test_html_holds_no_markup_of_the_article(text: str, field: str) -> None:
    """In HTML only Watcher's own tags stand, with quotes closed, and entities are whole."""
    entry = {"at": "", "sentence": text, "sentence_start": 0, "start": 1, "end": 5}
    body = rendered(
        message(Alert("1", "r", field, Level.LOW, 0, {"source": field, "path": field}, (entry,))), "html"
    ).body
    assert set(re.findall(r"<[^>]*>", body)) <= {"<b>", "</b>", "<br />"}
    rest = re.sub(r"<b>|</b>|<br />", "", body)
    assert not set(rest) & {"<", ">", '"', "'"}
    assert re.sub(r"&(amp|lt|gt|quot|#x27);", "", rest).count("&") == 0


@given(st.text(max_size=250), st.lists(st.tuples(st.integers(-20, 300), st.integers(-20, 300)), max_size=6))
def test_marks_change_no_word(sentence: str, spans: list[tuple[int, int]]) -> None:
    """With the marks taken away a sentence reads as it was written, whatever was marked."""
    entries = [
        {"at": str(n), "sentence": sentence, "sentence_start": 0, "start": start, "end": end}
        for n, (start, end) in enumerate(spans)
    ]
    for pieces in excerpting.excerpts([_with(entries)]):
        assert "".join(piece.text for piece in pieces) == render.clean(sentence)
        shown = html.unescape(re.sub(r"</?b>", "", forms.formed_line(pieces, "html")))
        assert shown.strip() == render.clean(sentence).strip()


def _with(entries: list[dict[str, Any]]) -> Alert:
    return Alert("1", "r", "", Level.LOW, 0, {}, tuple(entries))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=301, max_size=3000), st.data())
def test_shortened_sentences_stay_short(sentence: str, data: st.DataObject) -> None:
    """However long the sentence and its hits, little more than 300 characters are shown."""
    starts = data.draw(st.lists(st.integers(0, len(sentence) - 1), min_size=1, max_size=8))
    entries = [
        {"at": str(s), "sentence": sentence, "sentence_start": 0, "start": s, "end": s + data.draw(st.integers(1, 400))}
        for s in starts
    ]
    for pieces in excerpting.excerpts([_with(entries)]):
        assert sum(len(piece.text) for piece in pieces) <= excerpting.SENTENCE_LIMIT + 3 * (len(starts) + 1)


# ── several articles ─────────────────────────────────────────────────────────────────────────────


def several(kind: str, **more: Any) -> Message:
    """An alert of a correlation over two articles, of which one has a hostile title."""
    articles = (
        {"title": "Un [attentat](http://evil) @everyone", "source": "AFP", "published": "2024-05-01", "path": "a.txt"},
        {"title": "", "url": "https://example.org/b", "path": "b.html"},
    )
    told = {"count": 2, "start": 0, "end": 3_600_000, "total": 2, "articles": articles} | more
    correlated = Correlated(kind, **told)
    alert = Alert("id", "burst", "Attacks", Level.HIGH, 0, articles[0], (), correlated=correlated)
    return Message("m", MessageKind.ALERT, alert)


COUNTED = [
    (several("frequency", by="place", value="TJ"), "2 articles in 1h, place Tajikistan"),
    (several("spike", count=1), "1 article in 1h, a spike"),
    (several("flatline", count=0), "no articles in 1h"),
    (several("flatline", count=1, by="source", value="afp"), "only 1 article in 1h, source afp"),
    (several("flatline", ended=True), "the silence is over, 2 articles in 1h"),
    (several("new_term", of="person", values=("a b", "c")), "new person: a b, c"),
    (several("cardinality", of="source", values=("a", "b")), "2 outlets in 1h (a, b)"),
    (several("temporal", values=("one", "two")), "one, two within 1h, 2 articles"),
]


@pytest.mark.parametrize(("message", "line"), COUNTED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_several_articles_come_to_is_the_first_line(message: Message, line: str) -> None:
    """A lock screen shows the rule and how many articles there were, by what value, in what time."""
    assert rendered(message, "text").title == f"HIGH · Attacks: {line}"


def test_the_newest_articles_are_listed_and_the_others_numbered() -> None:
    """Each on a line with what it has, escaped for the form; an alert on fifty articles names five."""
    told = rendered(several("frequency", total=50, count=50), "markdown")
    body = told.body
    assert f"{told.title}\n{body}".count("50 articles in 1h") == f"{told.title}\n{body}".count("Attacks") == 1
    assert "Un \\[attentat\\](http://evil) ＠everyone · AFP · 1 May 2024, 2 years old · a.txt" in body
    assert "undated · <https://example.org/b>" in body
    assert "and 48 more" in body
    assert "<b>" not in rendered(several("frequency", values=("<b>",), of="source"), "html").body


def test_an_alert_of_several_articles_comes_back_from_json() -> None:
    """What a channel gets is what was opened; it has articles in place of one."""
    alert = several("frequency", by="place", value="TJ").content
    assert isinstance(alert, Alert)
    data = json.loads(json.dumps(alert.to_json()))
    assert Alert.from_json(data) == alert
    assert "article" not in data
    assert (data["count"], data["window"], data["by"]) == (2, {"start": 0, "end": 3_600_000}, "TJ")


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


def told(number: int, level: Level = Level.HIGH, **article: Any) -> Alert:
    """An alert on an article of its own."""
    facts = {"title": f"Article {number}", "source": f"source{number}.org", "language": "en", "published": "2026-10-14"}
    entry = evidence("", "talibans") if number == 1 else evidence("", "Tadjikistan", "Le Tadjikistan.")
    return Alert(f"id-{number}", f"rule-{number}", f"Rule {number}", level, 0, facts | article, (entry,))


def test_a_group_is_headed_by_its_loudest_and_lists_the_others() -> None:
    """A group's message has the newest article of its level on top, then the others, then how many more there are."""
    group = Bulletin(
        "g", Level.HIGH, (told(3, Level.LOW), told(2), told(1)), ("Rule 2", "Rule 1", "Rule 9"), 12, 9, "9 outlets"
    )
    got = rendered(message(group), "text")
    assert got.title == "HIGH · Update · Article 2"
    assert got.body == (
        "Update: 9 outlets\n\n"
        "Rule 2 (rule-2)\nRule 1 (rule-1)\nRule 9\n\n"
        "Le **Tadjikistan**.\n\n"
        "source2.org · en · today · 9 outlets\n\n"
        "• Article 3 · source3.org · today\n• Article 1 · source1.org · today\nand 6 more outlets\n\n"
        "Alert id-2"
    )


def test_an_alert_says_how_many_outlets_tell_its_story() -> None:
    """One alert alone has the number of outlets in its line, and speaks of no others."""
    body = rendered(message(replace(told(1), outlets=10)), "text").body
    assert "source1.org · en · today · 10 outlets\n" in body
    assert "more" not in body


def test_what_a_group_leaves_out_is_counted() -> None:
    """Where all outlets are shown, the alerts that are not are counted; a group that is shown whole counts nothing."""
    assert (
        "and 3 more alerts\n" in rendered(message(Bulletin("g", Level.HIGH, (told(1), told(2)), (), 5, 2)), "text").body
    )
    assert "more" not in rendered(message(Bulletin("g", Level.HIGH, (told(1), told(2)), (), 2, 7)), "text").body


def test_a_digest_tells_rules_and_stories_with_their_numbers() -> None:
    """A digest says why and for what time it comes, and of each rule the newest stories and how many more there are."""
    stories = (DigestStory(told(1), 4, 3), DigestStory(told(2)))
    rule = DigestRule("rule-1", "Rule 1", Level.HIGH, stories, total=5, alerts=9)
    digest = Digest("d1", "quiet hours nights ended", NOW - 8 * 3_600_000, NOW, (rule,), level=Level.HIGH)
    got = rendered(message(digest, MessageKind.DIGEST), "text")
    assert got.title == "HIGH · Digest: 9 alerts, 5 stories"
    assert got.body == (
        "quiet hours nights ended · 10:26 – 18:26 UTC\n\n"
        "Rule 1 · HIGH · 9 alerts, 5 stories\n"
        "• Article 1 · source1.org · today · 3 outlets · 4 alerts\n"
        "• Article 2 · source2.org · today\n"
        "and 3 more stories\n\n"
        "Digest d1"
    )


def test_a_digest_counts_a_story_of_two_rules_once() -> None:
    """The first line has the number of different stories; in French in the singular too."""
    some = tuple(DigestRule(f"r{n}", f"Rule {n}", Level.HIGH, (DigestStory(told(1)),), 1, 1) for n in range(2))
    digest = message(Digest("d1", Phrase("digest"), NOW, NOW, some, level=Level.HIGH, stories=1), MessageKind.DIGEST)
    assert rendered(digest, "text").title == "HIGH · Digest: 2 alerts, 1 story"
    assert rendered(digest, "text", Reader(NOW, language="fr")).title.endswith("2 alertes, 1 sujet")


def test_an_empty_digest_tells_the_pulse() -> None:
    """Where nothing was held, a digest says that Watcher is alive, and what it saw."""
    digest = Digest("d1", "daily digest", NOW - 1, NOW, pulse=(("articles", "812 of 41 sources"), ("dead", "none")))
    got = rendered(message(digest, MessageKind.DIGEST), "markdown")
    assert got.title == "INFORMATIONAL · Digest: nothing to tell"
    assert "**Articles:** 812 of 41 sources  \n**Not delivered:** none" in got.body


def test_the_pulse_in_french() -> None:
    """The pulse is told in the channel's language; a figure that is not known there keeps its name."""
    sources = Phrase("{read} from {n} source", "{read} from {n} sources", read=812, n=41)
    mean = Phrase(
        "{said}; the week before: {mean}", "{said}; mean of the last {n} weeks: {mean}", n=4, said=sources, mean=sources
    )
    loaded = Phrase("{loaded} since {at}", loaded=Phrase("{n} in force", n=3), at=Moment(NOW, "Europe/Paris"))
    refused = Phrase("{n} save refused", "{n} saves refused", n=2)
    figures = (("articles", mean), ("rules", Phrase.joined([loaded, refused])), ("dead", Phrase("none")))
    pulse = (*figures, ("new_one", Phrase.plain("5 x")))
    digest = Digest("d", Phrase("digest"), 0, NOW, pulse=pulse)
    body = render.render(message(digest), "text", Reader(NOW, language="fr")).body.replace("\u00a0", "_")
    assert "Articles_: 812 de 41 sources_; moyenne des 4 dernières semaines_: 812 de 41 sources\n" in body
    assert "Règles_: 3 en vigueur depuis le 14 octobre 2026 à 20h26 CEST, 2 enregistrements refusés\n" in body
    assert "Non livrées_: aucune\nNew one_: 5 x\n" in body


CONTENTS = [
    (MessageKind.ALERT, told(1)),
    (MessageKind.ALERT, Bulletin("g", Level.HIGH, (told(1),), ("Rule 1",), 2, 2, "why")),
    (MessageKind.DIGEST, Digest("d", "why", 1, 2, (), (("a", "b"),), Level.LOW)),
    (MessageKind.DIGEST, Digest("d", "why", 1, 2, level=Level.LOW, stories=3)),
    (MessageKind.NOTICE, Notice("event", "text", Level.HIGH)),
]


@pytest.mark.parametrize(("kind", "content"), CONTENTS, ids=lambda value: type(value).__name__)
def test_what_the_outbox_keeps_comes_back(kind: MessageKind, content: Alert | Bulletin | Digest | Notice) -> None:
    """A message that waits for days is the same message when it is sent."""
    assert content_from(kind, json.loads(json.dumps(content.to_json()))) == content


def test_programs_read_a_group_like_an_alert() -> None:
    """A line of JSON on a group has all fields of an alert, of the one that heads it, and those of the group."""
    group = Bulletin("g", Level.CRITICAL, (told(2), told(1)), ("Rule 2", "Rule 1"), 12, 9, "9 outlets")
    line = render.record(message(group))
    mine = {"group": "g", "why": "9 outlets", "outlets": 9, "total": 12, "matched": ["Rule 2", "Rule 1"]}
    alone = render.record(message(told(2)))
    assert line == {**alone, **mine, "level": "critical", "alerts": ["id-2", "id-1"]}


# ── ages, words and parts ────────────────────────────────────────────────────────────────────────

AGES = [
    ("2026-10-14T18:26:00+00:00", "just now (20:26 CEST)", "à l'instant (20h26 CEST)"),
    ("2026-10-14T18:28:00+00:00", "just now (20:28 CEST)", "à l'instant (20h28 CEST)"),
    ("2026-10-14T17:45:00+00:00", "41 min ago (19:45 CEST)", "il y a 41\u00a0min (19h45 CEST)"),
    ("2026-10-13T20:00:00+00:00", "22 h ago (13 October 22:00 CEST)", "il y a 22\u00a0h (13 octobre à 22h00 CEST)"),
    ("2026-10-12T08:00:00+00:00", "2 days ago", "il y a 2 jours"),
    ("2026-10-14", "today", "aujourd'hui"),
    ("2026-10-13", "yesterday", "hier"),
    ("2026-10-01", "1 October 2026", "1er octobre 2026"),
    ("2025-10-15", "15 October 2025", "15 octobre 2025"),
    ("2025-10-14", "14 October 2025, 1 year old", "14 octobre 2025, il y a 1 an"),
    ("2021-10-20", "20 October 2021, 4 years old", "20 octobre 2021, il y a 4 ans"),
    ("2026-12-01", "1 December 2026", "1er décembre 2026"),
    ("2026-10-14T20:00:00", "today", "aujourd'hui"),
    ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+00:00"),
    ("soon", "soon", "soon"),
]


@pytest.mark.parametrize(("published", "english", "french"), AGES)
def test_ages(published: str, english: str, french: str) -> None:
    """An age is told in hours only where a time is known, and an old article is called old."""
    article = {"published": published}
    assert Reader(NOW, "Europe/Paris").age(article) == english
    assert Reader(NOW, "Europe/Paris", "fr").age(article) == french


def test_levels_in_french() -> None:
    """A headline has them in capitals."""
    names = [words.headline_level(level, "fr") for level in Level]
    assert names == ["INFORMATION", "FAIBLE", "MOYEN", "ÉLEVÉ", "CRITIQUE"]


def test_notices_are_said_in_french() -> None:
    """A channel whose messages are French has its notices in French too, whatever the trouble."""
    stalled = Stalled("desk", 0, 2, Phrase("HTTP {status}", status=500))
    unusable = Unusable("ops", 3, Phrase("unconfigured"))
    trouble = {"dispatch": Phrase("the store is locked")}
    found = Vitals({"/inbox": 7_000_000}, trouble, (NOW,) * 3, (stalled,), (unusable,), 30, True)
    texts = [sign.text for sign in signs(found, NOW, 1, None)]
    assert len(texts) == 8
    assert [text for text in texts if render.say(text, "fr") == text] == []
    sent = Message("m", MessageKind.NOTICE, Notice("disk.low", texts[0], Level.CRITICAL))
    french = render.render(sent, "text", Reader(NOW, language="fr"))
    assert french.title == "CRITIQUE · Il reste 7\u00a0Mo pour /inbox"
    assert french.body == "Watcher\u00a0: disque presque plein\nMessage m"


@pytest.mark.parametrize(("told", "below"), [("too  many\u00a0 files", []), ("file " * 200, ["file " * 200])])
def test_the_first_line_of_a_notice_is_said_below_it_only_where_it_was_cut(told: str, below: list[str]) -> None:
    """Not where several spaces were made one, as of a file's name."""
    sent = Message("m", MessageKind.NOTICE, Notice("disk.low", Phrase.plain(told), Level.CRITICAL))
    first, *_ = render.render(sent, "text", Reader(NOW)).body.splitlines()
    assert [first] == ([line.strip() for line in below] or ["Watcher: disk nearly full"])


def test_every_event_has_a_name_in_every_language() -> None:
    """What the operator is told about has words, and so has its end; the code tells of no other events."""
    written = re.compile(r'(?:tell|due|Notice|Sign|Change)\(\s*"([a-z_]+\.[a-z_]+)"')
    told = {event for path in (ROOT / "watcher").rglob("*.py") for event in written.findall(path.read_text())}
    assert told == set(notices.EVENTS)
    for event in told:
        assert render.say(notices.called(event), "fr") not in (event, notices.called(event))
        assert render.say(notices.called(f"{event}.over"), "fr").endswith("\u00a0: fin")
    assert notices.called("of.tomorrow") == "of.tomorrow"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (Phrase("no new article for {hours} h", hours=3), "Aucun nouvel article depuis 3\u00a0h"),
        (
            Phrase("{file}: {why}", file="a.txt", why=Phrase("the store is locked")),
            "a.txt\u00a0: la base est verrouillée",
        ),
        (Phrase("{what}: {rules}", what=Phrase("added"), rules="x"), "Ajouts\u00a0: x"),
        (Phrase.plain("rules.yaml:1:1: bad"), "rules.yaml:1:1: bad"),
    ],
)
def test_a_line_begins_with_a_capital(text: Phrase, line: str) -> None:
    """Where its first word is Watcher's own: a file keeps its name."""
    assert render.render(message(Notice("x", text), MessageKind.NOTICE), "text", Reader(NOW, language="fr")).title == (
        f"MOYEN · {line}"
    )


def long_digest(rules: int = 12, stories: int = 5) -> Message:
    title = "Une très longue histoire " * 3
    told_of = tuple(DigestStory(told(n, title=title)) for n in range(stories))
    every = tuple(DigestRule(f"r{n}", f"Rule {n}", Level.HIGH, told_of, stories, stories) for n in range(rules))
    return message(Digest("d1", "daily digest", 0, NOW, every, level=Level.HIGH), MessageKind.DIGEST)


@pytest.mark.parametrize("form", FORMS)
def test_long_messages_are_parted_at_paragraphs(form: Form) -> None:
    """A message that a service does not take whole comes in numbered parts of whole paragraphs, and nothing is lost."""
    whole = rendered(long_digest(), form).body
    parts = render.render_parts(long_digest(), form, READER, 2000)
    assert len(parts) > 1
    assert all(len(part.body) <= 2000 for part in parts)
    assert [part.title for part in parts] == [
        f"HIGH · Digest: 60 alerts, 60 stories ({n}/{len(parts)})" for n in range(1, len(parts) + 1)
    ]
    paragraph = forms.MARKUPS[form].paragraph
    assert paragraph.join(part.body for part in parts) == whole


def test_an_alert_gives_up_evidence_rather_than_be_parted() -> None:
    """A short message is one message: where it does not fit, sentences of evidence are left out first."""
    both = alert(evidence("all[0]", "talibans"), evidence("all[1]", "drogue", "La drogue.", 900))
    whole = rendered(message(both), "text").body
    (shorter,) = render.render_parts(message(both), "text", READER, len(whole) - 1)
    assert "talibans" in shorter.body
    assert "drogue" not in shorter.body


def test_a_message_beyond_all_bounds_says_that_it_is_cut() -> None:
    """A service of 160 characters does not get a hundred messages: after nine comes an ellipsis."""
    parts = render.render_parts(long_digest(), "text", READER, 160)
    assert len(parts) == 10
    assert parts[-1].body == "…"


def test_countries_are_named_in_the_language_of_the_reader() -> None:
    """Messages of rules over several articles say a country's name, and programs get its code; a value that is no
    country stays as it is."""

    def told(language: str, **more: Any) -> str:
        return articles.correlated_line(Correlated("frequency", 2, 0, 3_600_000, **more), language)

    assert told("en", by="place", value="JP") == "2 articles in 1h, place Japan"
    assert told("fr", by="place", value="JP") == "2 articles en 1\u00a0h, lieu Japon"
    assert told("fr", by="place", value="ZZ") == "2 articles en 1\u00a0h, lieu ZZ"
    assert told("fr", by="source", value="JP") == "2 articles en 1\u00a0h, source JP"
    new = Correlated("new_term", 1, 0, 3_600_000, of="place", values=("MM", "XK"))
    assert articles.correlated_line(new) == "new place: Myanmar, Kosovo"
    assert articles.correlated_line(new, "fr") == "première mention (lieu)\u00a0: Birmanie, Kosovo"
    sent = several("frequency", by="place", value="JP")
    assert (render.record(sent)["by"], render.record(sent)["by_kind"]) == ("JP", "place")


def test_every_country_of_the_gazetteer_has_a_name_of_cldr() -> None:
    """What articles are counted by has a name in every language of messages; a few are the press's
    and of states that are no more."""
    own = {"HK", "MO", "MM", "SU", "CS", "DD", "YU"}
    countries = {code for code in gazetteer().members("world") if "-" not in code} | own
    for language in words.LANGUAGES:
        names = Locale.parse(language).territories
        assert [c for c in countries - own if country_name(c, language) != names[c]] == []
        assert [c for c in countries if country_name(c, language) == c] == []


@pytest.mark.parametrize(
    ("last", "english", "french"),
    [
        (
            {"at": NOW - HOUR, "article": {"title": "<Fin>"}},
            "Last article: 17:26 UTC",
            "Dernier article\u00a0: 17h26 UTC",
        ),
        (
            {"at": NOW - 86_400_000},
            "Last article: 13 October 18:26 UTC",
            "Dernier article\u00a0: 13 octobre à 18h26 UTC",
        ),
        ({}, "No article yet", "Aucun article jusqu'ici"),
    ],
)
def test_a_silence_says_since_when(last: dict[str, Any], english: str, french: str) -> None:
    """Below the first line, and behind it in a digest, stands when the last article came, and which it was."""
    found = Correlated("flatline", 0, NOW - 600_000, NOW, last=last)
    silence = Alert("id", "feed", "Feed", Level.HIGH, NOW, {}, (), correlated=found)
    body = rendered(message(silence), "html").body
    assert f"{english}<br />" in body
    assert ("• &lt;Fin&gt; · undated" in body) == ("article" in last)
    assert french in rendered(message(silence), "text", Reader(NOW, language="fr")).body
    rule = DigestRule("feed", "Feed", Level.HIGH, (DigestStory(silence),), 1, 1)
    digest = rendered(message(Digest("d", Phrase("digest"), 0, NOW, (rule,)), MessageKind.DIGEST), "text").body
    assert f"• No articles in 10m · {english[0].lower()}{english[1:]}\n" in digest
