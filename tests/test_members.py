"""Where an article was found inside its file: told in messages, logs, commands and for programs."""

from __future__ import annotations

import gzip
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support import running, wait_for
from tests.test_archives import LINES, TEXT, read, tarred, titled, zipped
from tests.test_feeds import RSS
from tests.test_formats import PROSE, TITLE
from tests.test_mail import mbox, message
from watcher.errors import Incomplete
from watcher.explanation import for_people
from watcher.model import Correlated
from watcher.render import Reader, article_lines, place, unmarked
from watcher.render.forms import escape
from watcher.store.articles import summary


def inside(data: bytes, name: str = "a") -> list[tuple[str, ...]]:
    return [article.members for article in read(data, name)]


def test_a_file_of_one_article_has_no_members() -> None:
    """Its name says all, for people and for programs; so it is of one that is only compressed."""
    for data in (TEXT, gzip.compress(TEXT)):
        (article,) = read(data, "a.txt")
        assert article.members == () and "members" not in summary(article) and place(summary(article)) == "a.txt"


def test_members_are_named_through_all_levels() -> None:
    """The outermost first; what is only compressed adds no name of its own, and several in one have their numbers."""
    line = LINES.splitlines()[0]
    nested = zipped(("b/x.tar.gz", gzip.compress(tarred(*titled("inner")))), ("c.jsonl", line), *titled("outer"))
    assert inside(nested, "pack.zip") == [("b/x.tar.gz", "inner.txt"), ("c.jsonl",), ("outer.txt",)]
    assert inside(zipped(("c.jsonl", LINES)), "pack.zip") == [("c.jsonl", f"#{n}") for n in range(1, 5)]
    assert inside(gzip.compress(tarred(*titled("a", "b"))), "pack.tgz") == [("a.txt",), ("b.txt",)]


def test_articles_of_one_document_are_numbered() -> None:
    """Lines of JSON and entries of a feed have their place in it; so have those beside a broken line."""
    assert inside(LINES, "wire.jsonl") == [("#1",), ("#2",), ("#3",), ("#4",)]
    assert inside(zipped(("feed.xml", RSS.encode())), "a.zip")[0][0] == "feed.xml"
    with pytest.raises(Incomplete, match="after 4 articles: broken JSON at line 5") as caught:
        read(LINES + b"\n{", "wire.jsonl")
    assert [article.members for article in caught.value.articles] == [("#1",), ("#2",), ("#3",), ("#4",)]


def test_attachments_and_mails_of_a_mailbox_are_named() -> None:
    """By their file names, mails by their number; a mail itself is its file."""
    mail: EmailMessage = message(PROSE[0])
    mail.add_attachment(TEXT, maintype="text", subtype="plain", filename="report.txt")
    assert inside(mail.as_bytes(), "mail.eml") == [(), ("report.txt",)]
    assert inside(mbox(*PROSE[:2]), "box.mbox") == [("mail 1",), ("mail 2",)]


def test_names_of_members_are_hostile() -> None:
    """Nothing in them turns, colours, breaks or lengthens a line, and no markup or mention of theirs works."""
    name = "../x\x1b[31m\u202e\n<b>@everyone [a](http://evil.example)" + "y" * 5_000 + ".txt"
    (article,) = read(zipped((name, TEXT)), "pack.zip")
    told = place(summary(article))
    assert told.isprintable() and len(told) < 150 and told.startswith("pack.zip › ")
    (article,) = read(zipped(("<b>@everyone.txt", TEXT)), "pack.zip")
    line = article_lines(Correlated("event_count", 1, 0, 1, total=1, articles=(summary(article),)), Reader(0), 1)[0]
    assert "pack.zip › <b>@everyone.txt" in unmarked(line)
    assert escape(place(summary(article)), "html") == "pack.zip › &lt;b&gt;@everyone.txt"
    assert "\u202e" not in json.dumps(summary(article), ensure_ascii=False)


def test_explain_names_the_member() -> None:
    """In its first line, as messages do."""
    article = {"title": TITLE, "language": "en", "published": None, "published_text": None, "source": None}
    found = {"file": "pack.zip", "members": ["a.zip", "b.txt"], "article": article, "places": [], "not_places": []}
    assert for_people({**found, "rules": []}).startswith(f"pack.zip › a.zip › b.txt: {TITLE}\n")


def test_a_web_address_says_where_an_article_is() -> None:
    """Better than a place inside a file does, which programs are told all the same."""
    line = json.dumps({"title": "A", "text": PROSE[0], "url": "https://a.example/1"}).encode()
    (article,) = read(zipped(("a.json", line)), "pack.zip")
    (told,) = article_lines(Correlated("event_count", 1, 0, 1, total=1, articles=(summary(article),)), Reader(0), 1)
    assert "https://a.example/1" in unmarked(told) and "pack.zip" not in unmarked(told)
    assert summary(article)["members"] == ["a.json"]


def test_an_alert_from_an_archive_says_which_member(tmp_path: Path) -> None:
    """Through the real daemon: in the message, the log, `alerts show`, and as JSON."""
    inner = zipped(("a.txt", b"The Taliban said so.\n\nAgain, in the border province of Kunduz."))
    with running(tmp_path) as daemon:
        daemon.drop("pack.zip", zipped(("inner.zip", inner), ("bad.json", b'{"title": ')))
        wait_for(lambda: len(daemon.alerts) == 1, "the alert")
        (alert,) = [told for told in daemon.sent if "article" in told]
        assert (alert["article"]["path"], alert["article"]["members"]) == ("pack.zip", ["inner.zip", "a.txt"])
        wait_for(lambda: bool(daemon.logged("alert.opened", article="pack.zip › inner.zip › a.txt")), "the log")
        assert "in pack.zip › inner.zip › a.txt\n" in daemon.run("alerts", "show", alert["id"]).stdout
        wait_for((daemon.state / "quarantine" / "pack.zip").exists, "the file in quarantine")
        listed = daemon.run("quarantine", "list").stdout
        assert "pack.zip: after 1 article: 'bad.json': broken JSON" in listed
