"""NewsML-G2, NewsML 1.2, NITF, IPTC 7901 and ANPA: what the agencies' files are read into, and what must wait."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import RULES, running, wait_for
from tests.test_feeds import harmed
from tests.test_formats import PROSE, SHARED, TITLE, needs_shared
from watcher.analyse import Task, analyse
from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import Analysed, Article, Document, FileFacts, FileOutcome, Limits, embargo_end
from watcher.rules.bundle import Bundle

PARAGRAPHS = "".join(f"<p>{p}</p>" for p in PROSE[:2])
NITF = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
<nitf version="-//IPTC//DTD NITF 3.4//EN">
<head><title>{TITLE}</title><tobject><tobject.subject tobject.subject.refnum="06005000"/></tobject>
<docdata management-status="usable"><urgency ed-urg="3"/><date.issue norm="20211024T083000+0200"/>
<date.release norm="20211025T000000Z"/><doc.copyright holder="Courier Agency" year="2021"/></docdata></head>
<body><body.head><hedline><hl1>{TITLE}</hl1></hedline><byline>By Jane Doe<byttl>Reporter</byttl></byline>
<dateline><location>HARLOW</location></dateline></body.head>
<body.content><p>The river rose by <num>two</num> metres overnight, said <person>Ann Roe</person>'s office,<br/>
and fell.</p><p>{PROSE[1]}</p><table><tr><td>Upper</td><td>2</td></tr></table></body.content></body></nitf>
"""
ITEM = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:courier.example:1" xml:lang="en-GB">
<itemMeta><provider qcode="nprov:COURIER"/><versionCreated>2021-10-24T08:30:00+02:00</versionCreated>
<embargoed>2021-10-25T00:00:00Z</embargoed><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><urgency>3</urgency><creator><name>Jane Doe</name></creator><subject qcode="medtop:20000139"/>
<headline role="hld:subHeadline">After the flood</headline><headline>{TITLE}</headline>
<dateline>HARLOW, Oct 24 (Courier) -</dateline></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body>{PARAGRAPHS}</body></html></inlineXML>
<remoteContent href="http://courier.example/a.jpg"><altId>a.jpg</altId></remoteContent></contentSet></newsItem>"""
G2 = f"""<?xml version="1.0"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2021-10-24T08:30:00Z</sent></header>
<itemSet><packageItem><contentMeta><headline>A package</headline></contentMeta></packageItem>{ITEM}
</itemSet></newsMessage>
"""
NEWSML = f"""<?xml version="1.0" encoding="iso-8859-1"?>
<NewsML><NewsEnvelope><DateAndTime>20211024T083000Z</DateAndTime></NewsEnvelope>
<NewsItem xml:lang="fr">
<Identification><NewsIdentifier><ProviderId>agence.example</ProviderId></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20211024T080000Z</FirstCreated><ThisRevisionCreated>20211024T083000Z</ThisRevisionCreated>
<Status FormalName="Usable"/><Urgency FormalName="2"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>Les deux ponts fermés après la crue</HeadLine>
<DateLine>Orléans, 24 oct 2021 (AGX)</DateLine>
<ByLine>Par Jeanne Dupont</ByLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="AGX"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="fr"/>
<SubjectCode><Subject FormalName="06005000"/></SubjectCode></DescriptiveMetadata>
<NewsComponent><ContentItem><MediaType FormalName="Photo"/>
<DataContent><p>{"Une légende bien trop longue. " * 20}</p></DataContent>
</ContentItem></NewsComponent>
<NewsComponent><ContentItem><MediaType FormalName="Text"/>
<DataContent><p>Le fleuve est monté de deux mètres dans la nuit.</p>
<p>La mairie a fermé les deux ponts avant l'aube.</p></DataContent></ContentItem></NewsComponent>
</NewsComponent></NewsItem></NewsML>
"""
IPTC7901 = (
    "\x01cou062 3 i 211 ccccb   cou 061\r\n\r\nflood/Harlow/\r\n\x02EXTRA\r\nBoth bridges closed\r\n"
    "By Jane Doe =\r\n\r\n"
    "   Harlow (cou) - The river rose by two metres\r\novernight, and the council closed both bridges.\r\n\r\n"
    "   Nobody was hurt.\r\n\r\n# Notebook\r\n\r\nNot for publication: call Ann.\r\n"
    "\x03241137 GMT Okt 21 \r\n\x7f\x7f\x04"
)
ANPA = (
    "\x16\x16\x01z6715\x1f-----\r\nr z\x13\x11 BC-HARLOW--Flood   10-24 0500\r\n\x02^BC-HARLOW--Flood, 1st Ld,416<\r\n"
    "^Both bridges closed<\r\n^Eds: Updates.<\r\n^By JANE DOE=\r\n^Courier Agency=\r\n"
    "\t   HARLOW (CA) _ ``The river rose,'' he said. \r\n\t   Nobody was hurt. \r\n"
    "\t   \x03CA-WF-10-24-21 0337GMT<\r\n\r\n\x0c\r\n\x04"
)
ISSUED = datetime.fromisoformat("2021-10-24T08:30:00+02:00")
BUNDLE = Bundle({"rules.yaml": RULES})


def read(text: str, name: str = "a") -> tuple[Article, ...]:
    return extract(Document(name, text.encode()))


# ── what is read into what ───────────────────────────────────────────────────────────────────────


def test_nitf() -> None:
    """Headline, dateline and paragraphs, with names inside sentences left whole; time, author, provider and codes."""
    (article,) = read(NITF)
    assert article.title == TITLE
    said = "HARLOW - The river rose by two metres overnight, said Ann Roe's office, and fell."
    assert article.body == f"{said}\n{PROSE[1]}\nUpper 2"
    assert (article.published, article.author, article.source) == (ISSUED, "Jane Doe", "Courier Agency")
    assert (article.urgency, article.subjects, article.language) == (3, ("06005000",), "en")
    assert article.embargo == datetime(2021, 10, 25, tzinfo=UTC)


def test_newsml_g2() -> None:
    """Each newsItem is an article, alone or in a newsMessage; packages and remote pictures are none."""
    for text in (G2, ITEM):
        (article,) = read(text)
        assert article.title == TITLE
        assert article.body == f"HARLOW, Oct 24 (Courier) - {PROSE[0]}\n{PROSE[1]}"
        assert (article.published, article.author, article.source) == (ISSUED, "Jane Doe", "COURIER")
        assert (article.urgency, article.subjects, article.language) == (3, ("20000139",), "en")
        assert article.embargo == datetime(2021, 10, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        '<inlineXML><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content>TEXT</body.content></body>'
        "</nitf></inlineXML>",
        "<inlineData contenttype='text/html'><![CDATA[TEXT]]></inlineData>",
        f"<inlineData>   {PROSE[0].replace(', ', f',{chr(10)}')}\n\n   {PROSE[1]}\n</inlineData>",
    ],
)
def test_the_bodies_of_newsml_g2(content: str) -> None:
    """NITF, escaped HTML, and plain text that is broken by width come to the same paragraphs."""
    start, end = ITEM.index("<contentSet>"), ITEM.index("</contentSet>")
    (article,) = read(f"{ITEM[:start]}<contentSet>{content.replace('TEXT', PARAGRAPHS)}{ITEM[end:]}")
    assert article.body.removeprefix("HARLOW, Oct 24 (Courier) - ") == "\n".join(PROSE[:2])


@pytest.mark.parametrize("text", [PARAGRAPHS, f"{PROSE[0]}\n\n{PROSE[1]}\n"])
@pytest.mark.parametrize("encoding", ["base64", "http://iptc.org/std/encoding/base64"])
def test_a_text_in_base64_is_read_in_newsml_g2(text: str, encoding: str) -> None:
    """HTML and plain text; a picture so packed, and what is no base64, are no text."""
    start, end = ITEM.index("<contentSet>"), ITEM.index("</contentSet>")
    packed = base64.encodebytes(text.encode()).decode()

    def body(kind: str, data: str) -> str:
        inline = f'<inlineData contenttype="{kind}" encoding="{encoding}">{data}</inlineData>'
        (article,) = read(f"{ITEM[:start]}<contentSet>{inline}{ITEM[end:]}")
        return article.body.removeprefix("HARLOW, Oct 24 (Courier) - ")

    assert body("text/html" if text is PARAGRAPHS else "text/plain", packed) == "\n".join(PROSE[:2])
    assert PROSE[0] not in body("image/jpeg", packed)
    assert body("text/plain", "a") == body("image/jpeg", packed)


def test_the_main_headline_and_a_dateline_whose_town_the_text_names() -> None:
    """A short headline is not the title; a dateline is left out only where a line of the opening begins with it."""
    short = '<headline role="hld:short">Floods</headline><headline role="hld:main">'
    told = f"<p>The council of Harlow met. {PROSE[0]}</p>"
    (article,) = read(ITEM.replace("<headline>", short).replace(PARAGRAPHS, told))
    assert article.title == TITLE
    assert article.body == f"HARLOW, Oct 24 (Courier) - The council of Harlow met. {PROSE[0]}"
    for told in (f"<p>Harlow - {PROSE[0]}</p>", f"<p>By Jane Doe</p><p>(Harlow) {PROSE[0]}</p>"):
        assert "Courier" not in read(ITEM.replace(PARAGRAPHS, told))[0].body


def test_newsml_1_2_in_latin_1() -> None:
    """As AFP sends it: title, body, language, date, provider and author; a photo's caption is not the text."""
    (article,) = extract(Document("a.xml", NEWSML.encode("iso-8859-1")))
    assert article.title == "Les deux ponts fermés après la crue"
    text = "Le fleuve est monté de deux mètres dans la nuit.\nLa mairie a fermé les deux ponts avant l'aube."
    assert article.body == f"Orléans, 24 oct 2021 (AGX) - {text}"
    assert (article.language, article.source, article.author) == ("fr", "AGX", "Jeanne Dupont")
    assert article.published == datetime(2021, 10, 24, 8, 30, tzinfo=UTC)
    assert (article.urgency, article.subjects, article.withdrawn) == (2, ("06005000",), "")


@pytest.mark.parametrize("text", [IPTC7901, f"\x16\x16{IPTC7901}"])
def test_iptc_7901(text: str) -> None:
    """Headline and author before the sign of equality, paragraphs on one line each, nothing of the notebook; also where
    it begins with the signs that ANPA's begin with."""
    (article,) = read(text)
    assert (article.title, article.author) == ("EXTRA Both bridges closed", "Jane Doe")
    first = "Harlow (cou) - The river rose by two metres overnight, and the council closed both bridges."
    assert article.body == f"{first}\nNobody was hurt."
    assert (article.source, article.urgency) == ("cou", 3)
    assert article.published == datetime(2021, 10, 24, 11, 37, tzinfo=UTC)


@pytest.mark.parametrize("above", ["", "\r\nflood-Harlow\r\n\r\n", "\r\n"])
@pytest.mark.parametrize("gap", ["\r\n\r\n   ", "\r\n   "])
def test_an_iptc_headline_without_the_sign_of_its_end(above: str, gap: str) -> None:
    """The headline is the paragraph above the dispatch, not the keyword that may stand above it, and the dispatch's own
    first line is none."""
    head, dispatch = "\x01cou062 3 i 211 ccccb\r\n\x02", "Harlow (cou) - The river\r\nrose by two metres.\r\n\x03"
    (article,) = read(f"{head}{above}Both bridges\r\nclosed{gap}{dispatch}")
    assert (article.title, article.body) == ("Both bridges closed", "Harlow (cou) - The river rose by two metres.")
    (article,) = read(f"{head}{above}{dispatch}")
    assert (article.title, article.body) == ("", "Harlow (cou) - The river rose by two metres.")


def test_anpa() -> None:
    """The second line with a caret is the headline; author, provider and time stand before and after the text."""
    (article,) = read(ANPA)
    assert (article.title, article.author, article.source) == ("Both bridges closed", "JANE DOE", "CA")
    assert article.body == 'HARLOW (CA) _ "The river rose," he said.\nNobody was hurt.'
    assert article.published == datetime(2021, 10, 24, 3, 37, tzinfo=UTC)
    assert read(ANPA.replace("\x02", "\x02\r\n"))[0].title == "Both bridges closed"


def test_rbnews() -> None:
    """Ritzau's XML, alone and in the answer of its service: the subtitle is the lead of what has a headline, a flash
    without one keeps its dateline, and a canceled one is told as such."""
    first, flash, canceled = read(
        "<?xml version='1.0'?><XMLNewsResponse xmlns='http://x.example/'><ListOfRBNews xmlns=''>"
        + rbnews("<headline>Broer lukket</headline><subtitle>To ad gangen</subtitle>")
        + rbnews("<headline/><subtitle/>")
        + rbnews("<headline>Fejl</headline><Annuleret>true</Annuleret>")
        + "</ListOfRBNews></XMLNewsResponse>"
    )
    assert (first.title, first.body) == ("Broer lukket", "To ad gangen\nFloden steg i nat.\nIngen kom til skade.")
    assert (first.source, first.author, first.urgency, first.uid) == ("ritzau", "Jane Doe", 3, "PTP-1")
    assert first.published == date(2021, 10, 24)
    assert (flash.title, flash.body) == ("", "Haag - Floden steg i nat.\nIngen kom til skade.")
    assert (first.withdrawn, canceled.withdrawn) == ("", "canceled")
    assert [a.title for a in read(rbnews("<headline>Broer lukket</headline>"))] == ["Broer lukket"]
    with pytest.raises(Unreadable, match="breaks off before its first"):
        read(rbnews("<headline>Broer lukket</headline>")[:-40])


def rbnews(titles: str) -> str:
    return (
        f"<RBNews><PublishDate>2021-10-24T17:32:18</PublishDate>{titles}<town>Haag</town><origin>/ritzau/</origin>"
        "<content>&lt;p&gt;Floden steg i nat.&lt;/p&gt;&lt;p&gt;Ingen kom til skade.&lt;/p&gt;</content>"
        "<HistID>PTP-1</HistID><Priority>3</Priority><byLine>Jane Doe</byLine></RBNews>"
    )


APPL = f"""<?xml version="1.0" encoding="utf-8"?>
<Publication Version="5.3.2" xmlns="http://ap.org/schemas/03/2005/appl">
<Identification><ItemId>40b5</ItemId><MediaType>Text</MediaType><Priority>4</Priority>
<DefaultLanguage>en-us</DefaultLanguage></Identification>
<PublicationManagement><ArrivalDateTime>2021-10-24T09:00:00</ArrivalDateTime>
<FirstCreated Year="2021" Month="10" Day="24" Time="06:30:00"/><Status>Usable</Status></PublicationManagement>
<NewsLines><Title>US--Flood</Title><HeadLine>{TITLE}</HeadLine><ByLine Title="Writer">By JANE DOE</ByLine>
<DateLine>HARLOW (AP)</DateLine></NewsLines>
<AdministrativeMetadata><Provider Id="AP">AP</Provider></AdministrativeMetadata>
<PublicationComponent Role="Caption" MediaType="Text"><TextContentItem><DataContent><nitf><body.content><block>
<p>A caption.</p></block></body.content></nitf></DataContent></TextContentItem></PublicationComponent>
<PublicationComponent Role="Main" MediaType="Text"><TextContentItem><DataContent><nitf><body.content><block>
{PARAGRAPHS}</block></body.content></nitf></DataContent></TextContentItem></PublicationComponent></Publication>"""


def test_appl() -> None:
    """AP's XML: headline, main text with its dateline, provider, the time of writing, and when it may be told of."""
    (article,) = read(APPL)
    assert (article.title, article.body) == (TITLE, f"HARLOW (AP) - {PROSE[0]}\n{PROSE[1]}")
    assert (article.published, article.source, article.author) == (ISSUED, "AP", "JANE DOE")
    assert (article.language, article.urgency, article.uid) == ("en", 4, "40b5")
    later = "<ReleaseDateTime>2021-10-25T00:00:00GMT</ReleaseDateTime><Status>Embargoed</Status>"
    (waiting,) = read(APPL.replace("<Status>Usable</Status>", later))
    assert (waiting.embargo, waiting.withdrawn) == (datetime(2021, 10, 25, tzinfo=UTC), "")
    with pytest.raises(Unreadable, match="breaks off"):
        read(APPL[:-20])


# ── broken, empty and hostile ────────────────────────────────────────────────────────────────────


def test_of_a_message_that_breaks_off_the_whole_items_are_read() -> None:
    """The last item may be cut, and is left out; the reason says so."""
    with pytest.raises(Incomplete, match="after 1 article: a NewsML-G2 file that breaks off") as caught:
        read(G2.replace("</itemSet>", ITEM[:900]).replace("</newsMessage>", ""))
    assert [article.title for article in caught.value.articles] == [TITLE]
    for text in (ITEM[:-20], NITF[:-20], NEWSML[:-40]):
        with pytest.raises(Unreadable, match="breaks off"):
            read(text)


@pytest.mark.parametrize("root", ["packageItem", "conceptItem", "knowledgeItem", "planningItem"])
def test_what_only_points_to_articles_is_sound(root: str) -> None:
    """A package, concept or plan is no article, and no fault."""
    with pytest.raises(Empty, match="without news items"):
        read(f"<{root} xmlns='http://iptc.org/std/nar/2006-10-01/'><itemMeta/></{root}>")


def test_xml_of_another_kind_says_its_name() -> None:
    """It is refused by the name of its root."""
    with pytest.raises(Unreadable, match=r"a kind that is not read: XML \(Bulletin\)"):
        read("<!-- from the wire --><Bulletin><Title>x</Title></Bulletin>")


def test_deep_and_endless_xml() -> None:
    """Nesting beyond what the parser takes, and entities that grow, are a reason or a few words."""
    deep = NITF.replace("<p>", "<p>" * 100_000, 1)
    with pytest.raises(Unreadable, match="more than 256 levels deep"):
        read(deep)
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = NITF.replace('SYSTEM "nitf-3-4.dtd"', f'[<!ENTITY l0 "lol">{bomb}]').replace("fell", "&l9;")
    assert "&l9;" in read(text)[0].body


@settings(max_examples=100)
@given(st.sampled_from([NITF, G2, NEWSML, IPTC7901, ANPA, APPL]), st.data())
def test_any_damage_gives_articles_or_a_reason(text: str, data: st.DataObject) -> None:
    """A wire with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    articles, why = harmed(text.encode(), data)
    assert articles or why


# ── what must wait, and what must not be told ────────────────────────────────────────────────────


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def worked(tmp_path: Path, text: str, now: str) -> Analysed:
    path = tmp_path / "a.xml"
    path.write_text(text)
    status = path.stat()
    file = FileFacts("a.xml", status.st_size, status.st_mtime_ns)
    (analysed,) = analyse(Task(str(tmp_path), (file,), BUNDLE.digest, moment(now), Limits(), "md", BUNDLE)) or ()
    return analysed


def test_an_article_waits_for_its_embargo(tmp_path: Path) -> None:
    """Nothing of it is told before, and the reason says until when; others of its file are told at once."""
    free = ITEM.replace("<embargoed>2021-10-25T00:00:00Z</embargoed>", "").replace(TITLE, "Ferries run")
    text = G2.replace("</itemSet>", f"{free}</itemSet>")
    early = worked(tmp_path, text, "2021-10-24T23:59:59Z")
    assert (early.outcome, early.reason) == (
        FileOutcome.PASSED_OVER,
        "waits for its embargo until 2021-10-25T00:00:00Z",
    )
    assert embargo_end(early.reason) == moment("2021-10-25T00:00:00Z")
    assert [(r.article.title, r.article.part) for r in early.readings] == [("Ferries run", 1)]
    late = worked(tmp_path, text, "2021-10-25T00:00:00Z")
    assert (late.outcome, [r.article.title for r in late.readings]) == (FileOutcome.DONE, [TITLE, "Ferries run"])


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ('<pubStatus qcode="stat:canceled"/>', "canceled by its provider"),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>', "withheld by its provider"),
        ("<embargoed>until the speech</embargoed>", "withheld by its provider"),
        ("<embargoed/>", "withheld by its provider"),
    ],
)
def test_what_is_canceled_or_withheld_is_passed_over(tmp_path: Path, status: str, reason: str) -> None:
    """It is no article to tell of; an embargo that cannot be read, or names no time, has no end."""
    text = ITEM.replace('<pubStatus qcode="stat:usable"/>', status).replace(
        "<embargoed>2021-10-25T00:00:00Z</embargoed>", ""
    )
    found = worked(tmp_path, text, "2021-10-26T00:00:00Z")
    assert (found.outcome, found.reason, found.readings) == (FileOutcome.PASSED_OVER, reason, ())


def test_a_form_whose_fields_are_empty_says_nothing_of_an_embargo() -> None:
    """Some agencies write every element, whether there is something to say or not."""
    (article,) = read(ITEM.replace("2021-10-25T00:00:00Z", "").replace("<pubStatus", "<edNote></edNote><pubStatus"))
    assert (article.embargo, article.withdrawn) == (None, "")


@pytest.mark.parametrize(
    ("text", "withdrawn", "embargo"),
    [
        (NITF.replace('"usable"', '"canceled"'), "canceled", True),
        (NITF.replace('"usable"', '"embargoed"'), "", True),
        (NEWSML.replace("Usable", "Withheld"), "withheld", False),
        (NEWSML.replace("Usable", "Embargoed"), "withheld", False),
        (
            NEWSML.replace(
                '"Usable"/>',
                '"Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
                "<DateAndTime>20211025T000000Z</DateAndTime></StatusWillChange>",
            ),
            "",
            True,
        ),
    ],
)
def test_the_status_in_nitf_and_newsml(text: str, withdrawn: str, embargo: bool) -> None:
    """Each says in its own way that an article is to wait, or not to be used."""
    (article,) = read(text)
    assert article.withdrawn == withdrawn
    assert article.embargo == (datetime(2021, 10, 25, tzinfo=UTC) if embargo else None)


def test_the_alert_comes_when_the_embargo_ends(tmp_path: Path) -> None:
    """The daemon leaves the file where it is, reads it again by itself, and archives it then."""
    with running(tmp_path, flags=("--settle", "0.1", "--rescan", "0.3", "--after", "archive")) as daemon:
        ends = datetime.now(UTC) + timedelta(seconds=3)
        text = ITEM.replace("2021-10-25T00:00:00Z", ends.isoformat())
        daemon.drop("speech.xml", text.replace(TITLE, "The Taliban will speak"))
        wait_for(lambda: daemon.alerts == ["speech.xml"], "the alert")
        (alert,) = daemon.logged("alert.opened")
        assert datetime.fromisoformat(alert["timestamp"]) >= ends
        wait_for((daemon.state / "archive" / "speech.xml").exists, "the file in the archive")


# ── real wires ───────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_afp_in_french() -> None:
    """AFP's wire in ISO 8859-1 gives title, body, language, date and provider."""
    path = SHARED / "formats/newsml_nitf_wires/afp20.xml"
    (article,) = extract(Document(path.name, path.read_bytes()))
    assert article.title == "Décès de Naomi Musenga: l'opératrice du Samu définitivement condamnée"
    assert article.body.startswith(
        "Strasbourg, 10 juil 2024 (AFP) - L'opératrice du Samu condamnée pour non-assistance"
    )
    assert (article.language, article.source) == ("fr", "AFP")
    assert article.published == datetime(2024, 7, 10, 12, 59, 2, tzinfo=UTC)


@needs_shared
def test_the_agencies_wires_are_read() -> None:
    """Every wire of the collection is read, points to others, or is of a kind that says its name."""
    folder = SHARED / "formats/newsml_nitf_wires"
    paths = [p for pattern in ("*.xml", "*newsml*", "*.tst", "IPTC*.txt", "dpa_*.txt") for p in folder.glob(pattern)]
    refused = {}
    for path in sorted(set(paths)):
        try:
            articles = extract(Document(path.name, path.read_bytes()))
        except Empty:
            continue
        except Unreadable as reason:
            refused[path.name] = str(reason)
        else:
            assert all(article.title or article.body for article in articles)
    assert set(refused) == {"aap-finance-lite.xml"}
