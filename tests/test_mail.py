"""Mail: what becomes of messages, mailboxes and what is attached to them, sound or hostile."""

from __future__ import annotations

import base64
import gzip
import struct
import sysconfig
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import running, wait_for
from tests.test_archives import LINES, PNG, part_of, read, refusal, zipped
from tests.test_feeds import RSS, harmed
from tests.test_formats import PROSE, SHARED, TITLE, needs_shared
from watcher.errors import Incomplete, Unreadable
from watcher.formats import extract
from watcher.model import Article, Document, Limits

PAGE = f"<html><body><h1>{TITLE}</h1>{''.join(f'<p>{p}</p>' for p in PROSE)}</body></html>"
HEAD = "From: Jane Doe <jane@courier.example>\nSubject: The flood\nDate: Sun, 24 Oct 2021 08:30:00 +0200\n"


def message(text: str = "", page: str = "", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    said = {"From": "Jane Doe <jane@courier.example>", "Subject": "The flood", "Message-ID": "<1@courier.example>"}
    for name, value in (said | headers).items():
        mail[name] = value
    mail["Date"] = "Sun, 24 Oct 2021 08:30:00 +0200"
    if text:
        mail.set_content(text)
    if page:
        mail.add_alternative(page, subtype="html") if text else mail.set_content(page, subtype="html")
    return mail


def one(mail: EmailMessage | str | bytes) -> Article:
    data = mail.as_bytes() if isinstance(mail, EmailMessage) else mail.encode() if isinstance(mail, str) else mail
    (article,) = read(data, "mail.eml")
    return article


# ── a message ────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_an_article() -> None:
    """Subject, text, time with zone, sender's name, the domain that it was sent from as the source, and its id."""
    article = one(message("\n\n".join(PROSE)))
    assert (article.title, article.body) == ("The flood", "\n\n".join(PROSE))
    assert (article.source, article.author, article.language) == ("courier.example", "Jane Doe", "en")
    assert article.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")
    assert article.uid == "<1@courier.example>"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_mail_is_read_whatever_its_lines_end_with(end: bytes) -> None:
    """Old Macs' end with CR alone."""
    article = one(message("\n\n".join(PROSE), PAGE).as_bytes().replace(b"\n", end))
    assert (article.title, article.body) == ("The flood", "\n\n".join(PROSE))


@pytest.mark.parametrize("name", ["a.eml", "1634999999.M1P2.host,S=123:2,S", "noname", "a.txt"])
def test_a_mail_is_known_by_its_content(name: str) -> None:
    """Also with the names that a Maildir gives, and with blank lines ahead of it."""
    assert read(b"\n   \n" + message(PROSE[0]).as_bytes(), name)[0].title == "The flood"


@pytest.mark.parametrize(
    "text",
    [
        "Subject: why the river rose\nDate: 3 May 2026\n\n" + PROSE[0],
        "From the bank of the river: a report.\n\n" + PROSE[0],
        "Note: this is no mail\nnor was it ever one.\n\n" + PROSE[0],
    ],
)
def test_a_text_that_only_looks_like_mail_is_a_text(text: str) -> None:
    """Lines with a colon, or words that mails begin with, make no mail."""
    assert "From" in one(text).text or ":" in one(text).text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?Q?Les_deux_ponts_ferm=C3=A9s?=", "Les deux ponts fermés"),
        ("=?koi8-r?B?8M/Uz9A=?= =?utf-8?Q?_2021?=", "Потоп 2021"),
        ("=?utf-8?Q?The_river=E2=80=99s?=\n rise", "The river’s rise"),
        ("Les deux ponts ferm\xe9s", "Les deux ponts fermés"),
        ("Потоп".encode().decode("latin-1"), "Потоп"),
        ("=?windows-1252?Q?The_river\x92s_rise?=", "The river’s rise"),
        ("=?no-such?Q?abc?=", "abc"),
        ("a\x1b[31m\x07b", "a[31mb"),
        ("", ""),
    ],
)
def test_subjects_are_decoded(subject: str, title: str) -> None:
    """By RFC 2047, folded or not, as raw bytes, and spelled against the rules."""
    assert one(f"{HEAD}\n{PROSE[0]}".replace("The flood", subject).encode("latin-1")).title == title


@pytest.mark.parametrize(
    ("sender", "author", "source"),
    [
        ("jane@courier.example", "jane@courier.example", "courier.example"),
        ('"Doe, Jane" <jane@Courier.Example>', "Doe, Jane", "courier.example"),
        ("=?utf-8?Q?J=C3=A9r=C3=B4me?= <j@courier.example>", "Jérôme", "courier.example"),
        ("(((", None, None),
        ("Jane <jane@courier.example", "Jane", "courier.example"),
        ("a: b@c.example, d@e.example;", "b@c.example", "c.example"),
        ('"', '"', None),
        ("=?utf-8?q?=0A?= <jane@courier.example>", None, "courier.example"),
    ],
)
def test_senders(sender: str, author: str | None, source: str | None) -> None:
    """Name and domain, also of senders on whose addresses the parser of the library gives up."""
    article = one(HEAD.replace("Jane Doe <jane@courier.example>", sender) + "\n" + PROSE[0])
    assert article.source == source
    assert author is None or article.author == author


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-8", "Ça a coûté 8 € à Łódź".encode()),
        ("iso-8859-1", "Ça a coûté 8 € à Łódź".encode()),
        ("us-ascii", "Ça a coûté 8 €".encode("cp1252")),
        ("koi8-r", "Река поднялась".encode("koi8-r")),
        ("no-such-charset", "Река поднялась".encode()),
        ("iso-2022-jp", "川が増水した".encode("iso-2022-jp")),
        ("utf-7", "Река поднялась + 2 m".encode("utf-7")),
        ("iso-2022-kr", "강물이 불었다".encode("iso-2022-kr")),
        ("gb2312", "河水上涨镕".encode("gbk")),
        ("utf-16", b"The river rose"),
    ],
)
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_a_text_is_decoded_whatever_it_says_to_be(charset: str, encoded: bytes, transfer: str) -> None:
    """By its charset, and where that is a lie or unknown, by what it is."""
    import base64
    import quopri

    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(transfer, bytes)(encoded)
    kind = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {transfer}\n"
    wanted = {"us-ascii": "Ça a coûté 8 €", "iso-8859-1": "Ça a coûté 8 € à Łódź", "utf-16": "The river rose"}
    body = one(f"{HEAD}{kind}\n".encode() + coded).body
    assert (
        body == wanted.get(charset) or body.encode() == encoded or body.encode(charset.replace("2312", "k")) == encoded
    )


def test_lines_broken_by_width_are_paragraphs() -> None:
    """A phrase does not end where a line was full; lists, short lines and long ones stay as they are."""
    import textwrap

    text = "\n\n".join(textwrap.fill(p, 72) for p in PROSE)
    assert one(f"{HEAD}\n{text}").body == "\n\n".join(PROSE)
    listed = (
        "Bridges that are closed:\n- the old one, of which the council does not know when it will open\n- the new one"
    )
    assert one(f"{HEAD}\n{listed}").body == listed


def test_flowed_text_flows() -> None:
    """RFC 3676: a space at the end of a line joins it with the next of the same depth of quotation."""
    kind = "Content-Type: text/plain; format=flowed\n"
    text = "The river \nrose by two \nmetres.\n> Did it \n> rise?\n From here on.\n-- \nJane"
    assert one(f"{HEAD}{kind}\n{text}").body == "The river rose by two metres.\n> Did it rise?\nFrom here on."
    split = kind.replace("flowed", "flowed; delsp=yes")
    assert one(f"{HEAD}{split}\nThe ri \nver").body == "The river"


def test_the_signature_is_no_part_of_the_text() -> None:
    """What stands below a line of two hyphens and a space, unless it is long."""
    assert one(f"{HEAD}\n{PROSE[0]}\n-- \nJane Doe\nThe Courier").body == PROSE[0]
    assert PROSE[3] in one(f"{HEAD}\n{PROSE[0]}\n-- \n" + "\n".join(PROSE * 10)).body


def test_of_plain_text_and_html_the_one_that_says_more_is_read() -> None:
    """The plain text, unless it only says that there is HTML."""
    assert one(message("\n\n".join(PROSE), PAGE)).body == "\n\n".join(PROSE)
    article = one(message("Your program does not show HTML.", PAGE))
    assert all(p in article.body for p in PROSE) and "does not show" not in article.body
    assert TITLE in article.body
    assert all(p in one(message(page=PAGE)).body for p in PROSE)


def test_a_short_mail_in_html_loses_nothing() -> None:
    """What no page would be keeps all its words, set in tables as mails are."""
    page = f"<table><tr><td>The river rose</td><td>by two metres</td></tr></table><div>{PROSE[1]}</div>"
    body = one(message(page=page)).body
    assert all(words in body for words in ("The river rose", "by two metres", PROSE[1]))


# ── what comes along ─────────────────────────────────────────────────────────────────────────────


def test_attachments_are_read_like_files() -> None:
    """A feed, an archive and a text are articles of their own after the mail's; an image and an invitation are none."""
    mail = message(PROSE[0])
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="logo.png")
    mail.add_attachment(RSS.encode(), maintype="application", subtype="octet-stream", filename="feed.bin")
    mail.add_attachment(zipped(("a.jsonl", LINES)), maintype="application", subtype="zip", filename="a.zip")
    mail.add_attachment("Потоп\n\nРека поднялась".encode("koi8-r"), maintype="text", subtype="plain", filename="a.txt")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="a.ics")
    articles = read(mail.as_bytes(), "mail")
    titles = ["The flood", TITLE, "Ferries & fares", *(f"Title {n}" for n in range(4)), "Потоп"]
    assert [a.title for a in articles] == titles
    assert [a.part for a in articles] == list(range(8))


def test_a_broken_attachment_costs_itself_alone() -> None:
    """The mail is read; the reason names the attachment, its name on one line."""
    mail = message(PROSE[0])
    mail.add_attachment(b'{"title": ', maintype="application", subtype="json", filename="a\u202e'b.json")
    titles, reason = part_of(mail.as_bytes(), "mail")
    assert titles == ["The flood"]
    assert reason.startswith("after 1 article: 'a??b.json': broken JSON at line 1")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIIB"),
        (
            'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
            "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n--b--\n",
        ),
    ],
)
def test_of_an_encrypted_mail_the_subject_is_read_and_the_rest_told(kind: str, content: str) -> None:
    """It is put aside with the reason, so that nobody takes it for read."""
    mail = f"From: a@b.example\nSubject: {TITLE}\nMIME-Version: 1.0\nContent-Type: {kind}\n\n{content}"
    with pytest.raises(Incomplete, match="encrypted: a mail") as caught:
        extract(Document("a.eml", mail.encode()))
    assert [(article.title, article.body) for article in caught.value.articles] == [(TITLE, "")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "signed: a mail"),
        ("application/x-pkcs7-mime; name=smime.p7m", "signed: a mail"),
        ("application/pkcs7-mime; smime-type=compressed-data", "packed: a mail"),
        ("application/pkcs7-mime; smime-type=authEnveloped-data", "encrypted: a mail"),
    ],
)
def test_a_mail_signed_as_a_whole_is_not_told_as_encrypted(kind: str, reason: str) -> None:
    """Its reader is told why the text is missing."""
    signed = base64.b64encode(bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 0201 01")).decode()
    mail = f"From: a@b.example\nSubject: {TITLE}\nMIME-Version: 1.0\nContent-Type: {kind}\n"
    told = part_of(f"{mail}Content-Transfer-Encoding: base64\n\n{signed}\n".encode(), "a.eml")[1]
    assert told.startswith(f"after 1 article: {reason}")


def test_what_stands_beside_a_sealed_part_is_read() -> None:
    """A list's own words and what is attached to them; certificates alone keep nothing back."""
    mail = message(PROSE[0])
    mail.add_attachment(RSS.encode(), maintype="application", subtype="rss+xml", filename="feed.xml")
    mail.add_attachment(b"0", maintype="application", subtype="pkcs7-mime", params={"smime-type": "certs-only"})
    titles = ["The flood", TITLE, "Ferries & fares"]
    assert [article.title for article in read(mail.as_bytes(), "mail")] == titles
    mail.add_attachment(b"0", maintype="application", subtype="pkcs7-mime", params={"smime-type": "enveloped-data"})
    told, reason = part_of(mail.as_bytes(), "mail")
    assert told == titles
    assert "encrypted: a mail" in reason


def winmail(*fields: tuple[int, bytes]) -> bytes:
    """What Outlook packs a mail into: fields with their names, lengths and checksums."""
    written = (struct.pack("<BII", 1, name, len(v)) + v + struct.pack("<H", sum(v) & 0xFFFF) for name, v in fields)
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(written)


def test_what_outlook_packs_into_a_winmail_dat_is_read() -> None:
    """Its text, and each attachment under its name; where it has the text formatted alone, that is told."""
    report = (0x00069002, b"\1\0"), (0x00018010, b"report.txt\0"), (0x0006800F, f"{TITLE}\n\n{PROSE[1]}".encode())
    mail = message()
    mail.add_attachment(
        winmail((0x0002800C, PROSE[0].encode()), *report), "application", "ms-tnef", filename="winmail.dat"
    )
    found, attached = read(mail.as_bytes(), "mail.eml")
    assert (found.title, found.body, found.source) == ("The flood", PROSE[0], one(message(PROSE[0])).source)
    assert (attached.title, attached.body, attached.members) == (TITLE, PROSE[1], ("winmail.dat", "report.txt"))
    mail = message()
    mail.add_attachment(winmail((0x00069003, b"formatted"), *report), "application", "ms-tnef", filename="winmail.dat")
    titles, reason = part_of(mail.as_bytes(), "mail.eml")
    assert titles == ["The flood", TITLE]
    assert "packed: a mail whose text stands in a winmail.dat" in reason
    mail = message(PROSE[0])
    mail.add_attachment(winmail((0x00069003, b"formatted")), "application", "ms-tnef", filename="winmail.dat")
    assert one(mail).body == PROSE[0]


def test_a_winmail_dat_by_itself_is_a_mail() -> None:
    """With its own subject and day; a day that is none costs itself alone."""
    fields = (0x00018004, f"{TITLE}\0".encode()), (0x0002800C, PROSE[0].encode() + b"\0")
    sent = struct.pack("<7H", 2021, 10, 24, 8, 30, 0, 0)
    (found,) = extract(Document("winmail.dat", winmail(*fields, (0x00038005, sent))), Limits())
    assert (found.title, found.body, str(found.published)) == (TITLE, PROSE[0], "2021-10-24")
    for wrong in (b"", struct.pack("<7H", 2021, 2, 31, 8, 30, 0, 0)):
        (found,) = extract(Document("winmail.dat", winmail(*fields, (0x00038005, wrong))), Limits())
        assert (found.title, found.published) == (TITLE, None)


def test_an_attachment_in_a_winmail_dat_has_its_name_wherever_that_stands() -> None:
    """Ahead of its data or behind them, and each its own; a file that breaks off in the head of a field says so."""
    new, first, second = (0x00069002, b"\1\0"), f"{TITLE}\n\n{PROSE[0]}".encode(), f"Else\n\n{PROSE[1]}".encode()
    packed = winmail(new, (0x0006800F, first), (0x00018010, b"a.txt\0"), new, (0x0006800F, second))
    found = list(extract(Document("winmail.dat", packed), Limits()))
    assert [(a.title, a.members) for a in found] == [(TITLE, ("a.txt",)), ("Else", ("attachment",))]
    titles, reason = part_of(packed + b"\2\0\0", "winmail.dat")
    assert titles == [TITLE, "Else"]
    assert "a winmail.dat that breaks off" in reason


def test_forwarded_mails_are_articles_of_their_own() -> None:
    """With their own sender and time; more than three inside one another are told."""
    inner = message("Inner text", From="bob@other.example", Subject="Inner")
    outer = message(PROSE[0])
    outer.add_attachment(inner)
    assert [(a.title, a.source) for a in read(outer.as_bytes())] == [
        ("The flood", "courier.example"),
        ("Inner", "other.example"),
    ]
    deep = f"{HEAD}Content-Type: message/rfc822\n\n" * 9 + f"{HEAD}\n{PROSE[0]}"
    titles, reason = part_of(deep.encode())
    assert (len(titles), reason) == (4, "after 4 articles: nested more than 3 levels deep")


def test_a_mail_of_a_subject_alone_is_an_article() -> None:
    """Images and nothing else below a subject: the subject may be what matters."""
    mail = message()
    mail.add_attachment(PNG, maintype="image", subtype="png")
    assert (one(mail).title, one(mail).body) == ("The flood", "")
    assert refusal(b"From: a@b.example\nX-Nothing: at all\nDate: now\n\n") == "no text in it"


# ── mailboxes ────────────────────────────────────────────────────────────────────────────────────


def mbox(*texts: str) -> bytes:
    line = "From jane@courier.example Sun Oct 24 08:30:00 2021\n"
    return "\n".join(
        f"{line}{HEAD.replace('The flood', f'Mail {n}')}\n{text}\n" for n, text in enumerate(texts)
    ).encode()


def test_each_mail_of_an_mbox_is_read() -> None:
    """A line of a text that begins with "From " parts nothing, quoted or not."""
    texts = [
        PROSE[0],
        f"Hello\n\nFrom here on:\n\nFrom 10:30 there are ferries.\n>From the bank.\n\n{PROSE[1]}",
        PROSE[2],
    ]
    articles = read(gzip.compress(mbox(*texts)), "mails.mbox.gz")
    assert [(a.title, a.part) for a in articles] == [("Mail 0", 0), ("Mail 1", 1), ("Mail 2", 2)]
    assert articles[1].body == texts[1].replace(">From", "From")
    for end in (b"\r\n", b"\r"):
        assert len(read(mbox(*texts).replace(b"\n", end))) == 3


def test_a_broken_mail_of_an_mbox_costs_itself_alone() -> None:
    """The reason says which one it is."""
    data = mbox(PROSE[0], "BROKEN", PROSE[1]).replace(
        b"\n\nBROKEN", b"\nContent-Type: multipart/mixed\n" + b"\n--" * 30_000
    )
    reason = "after 1 article: 'mail 2': a mail of too many lines and parts; 2 articles in all"
    assert part_of(data) == (["Mail 0", "Mail 2"], reason)


def test_a_maildir_is_read(tmp_path: Path) -> None:
    """Its mails alert under the names that a Maildir gives them."""
    with running(tmp_path) as daemon:
        for number, place in enumerate(("new/2.M2.host", "cur/3.M3.host:2,S")):
            daemon.drop(f"Maildir/{place}", HEAD.replace("The flood", f"Taliban {number}") + f"\n{PROSE[number]}")
        wait_for(lambda: len(daemon.alerts) == 2, "two alerts")
    assert {sent["article"]["title"] for sent in daemon.sent if "article" in sent} == {"Taliban 0", "Taliban 1"}


# ── hostile ──────────────────────────────────────────────────────────────────────────────────────

MANY = 50_000


@pytest.mark.parametrize(
    "mail",
    [
        "Subject: " + "=?utf-8?q?a?= " * MANY,
        "Subject: x\nCc: " + "a@b.example, " * MANY,
        "Subject: x\nSender: " + "(" * MANY,
        "Subject: x\n" + "X-A: b\n" * MANY,
        "Subject: x\nX-A: b\n" + " c\n" * MANY,
        "Subject: x\nContent-Type: text/plain; " + "".join(f"a*{n}*=b; " for n in range(MANY // 10)),
        "Subject: x\nContent-Type: text/plain; name*",
        "Subject: x\n\n" + "-- \n" * MANY,
        "Subject: x\nContent-Type: text/plain; format=flowed\n\n" + "> " * MANY + "\n" + "> a \n" * MANY,
        "Subject: x\nContent-Type: text/html\n\n" + "<div>" * MANY + "hello",
        "Subject: x\nContent-Type: text/plain; charset=punycode\n\n" + "\xe9a-bc" * MANY,
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * MANY,
        "Subject: x\n" + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(9_000)),
        "Subject: x\n" + "Content-Type: message/rfc822\n\nSubject: y\n" * 5_000,
    ],
)
def test_what_the_parser_chokes_on_takes_no_time(mail: str) -> None:
    """Endless headers, addresses, parameters, parts and nesting cost seconds at the most."""
    started = time.process_time()
    try:
        articles = extract(Document("a", f"From: a@b.example\n{mail}\n\nhello".encode("latin-1")))
    except Incomplete as error:
        articles = error.articles
    except Unreadable as error:
        assert str(error) == "a mail of too many lines and parts"  # noqa: PT017
        return
    assert articles[0].title
    assert time.process_time() - started < 10


@settings(max_examples=100)
@given(st.booleans(), st.data())
def test_any_damage_gives_articles_or_a_reason(as_mbox: bool, data: st.DataObject) -> None:
    """A mail or mailbox with bytes changed, cut out or put in ends in articles or Unreadable, and nothing else."""
    mail = message("\n\n".join(PROSE), PAGE)
    mail.add_attachment(LINES, maintype="application", subtype="json", filename="a.jsonl")
    mail.add_attachment(message("Inner"))
    articles, why = harmed(mbox(*PROSE) if as_mbox else mail.as_bytes(), data)
    assert articles or why


HEADERS = ("From", "Subject", "Date", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Sender")


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from(HEADERS), st.text(max_size=40) | st.text("=?*;,:\"'()<>@[]\\ab/", max_size=30)))
)
def test_any_headers_give_an_article_or_a_reason(headers: list[tuple[str, str]]) -> None:
    """Whatever stands in a header, the rest of the mail is read, and the article keeps its promises."""
    lines = "".join(f"{name}: {' '.join(value.splitlines())}\n" for name, value in headers)
    data = f"Message-ID: <1>\nReceived: x\n{lines}\nThe river rose.".encode("utf-8", "surrogatepass")
    try:
        articles = extract(Document("a.eml", data), Limits())
    except Unreadable as reason:
        articles = getattr(reason, "articles", ())
        assert "the reader failed" not in str(reason)
    assert all("\n" not in a.title and a.text.strip() for a in articles)


# ── real mails ───────────────────────────────────────────────────────────────────────────────────

CPYTHON = Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data"


@needs_shared
def test_the_mails_of_the_collection() -> None:
    """Subjects in odd charsets, bodies and times of real mails."""
    read_mails = {path.stem: one(path.read_bytes()) for path in (SHARED / "formats/emails").glob("*.txt")}
    assert read_mails["simple_email"].title == "Test message 1234"
    assert read_mails["simple_email"].published == datetime(2015, 2, 19, 6, 18, 40, tzinfo=UTC)
    assert read_mails["odd_charset_email"].title == "TravTalk’s Special for TAAI convention"
    assert read_mails["charset_in_subject_email"].title == "Google Apps News March 2015"
    assert "this is a test of a single image" in read_mails["composite_email"].body


@pytest.mark.skipif(not CPYTHON.exists(), reason="Python was installed without its tests")
def test_the_mails_that_python_is_tested_with() -> None:
    """Of the 48 messages, well and ill formed, all but the one that is only headers are read."""
    outcomes = []
    for path in sorted(CPYTHON.glob("msg_*.txt")):
        try:
            outcomes.append(len(extract(Document(path.name, path.read_bytes()))))
        except Unreadable as reason:
            assert str(reason) == "no text in it"  # noqa: PT017
    assert len(outcomes) >= 46 and sum(outcomes) >= 55
