"""Files in, articles out: kinds, encodings, titles, dates, sources, and what is cut."""

from __future__ import annotations

import codecs
import gzip
import json
import random
import re
import subprocess
import sys
import textwrap
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import Unreadable
from watcher.formats import dates, extract, plain
from watcher.formats.encoding import decode
from watcher.formats.page import text_of
from watcher.formats.pointers import is_related_link
from watcher.model import Article, Document, Limits

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="no shared/data beside the project")

PROSE = [
    "The river rose by two metres overnight, and the council closed both bridges before the morning traffic began.",
    "Engineers who looked at the piers on Tuesday said that the older bridge would stay shut for at least a week.",
    "Ferries run every twenty minutes in the meantime, and the council pays the fare of everybody who lives in town.",
    "Nobody was hurt, but eleven families on the lower bank had to leave their houses and spend the night in a school.",
]
TITLE = "Both bridges over the river closed after the flood"
MENU = [
    "Local elections: all results",
    "Hospital gets a new wing",
    "Weather for Saturday 3 January 2026",
    "Football: the cup draw",
    "Who pays for the new stadium?",
    "A walk through the old harbour",
    "Police look for witnesses",
    "Our readers' best pictures",
    "Cooking with Anna: leek soup",
    "The week in numbers",
    "School holidays begin early",
    "Record harvest in the valley",
]


def read(text: str | bytes, name: str = "a.txt") -> Article:
    (article,) = extract(Document(name, text.encode() if isinstance(text, str) else text))
    return article


# ── the seeds ────────────────────────────────────────────────────────────────────────────────────


def seed(number: int) -> tuple[str, Article]:
    (path,) = (ROOT / "seeds").glob(f"{number:03}_*.txt")
    return path.read_text(encoding="utf-8"), read(path.read_bytes(), path.name)


@pytest.mark.parametrize("number", [0, 2])
def test_seeds_without_a_title(number: int) -> None:
    """An article that begins with its first paragraph has no title and loses nothing."""
    text, article = seed(number)
    assert article.title == ""
    assert article.body == text.strip()
    assert (article.language, article.source) == ("fr", None)


def test_seed_000_date_without_a_year_is_kept_as_written() -> None:
    """ "mercredi 23 décembre" is no date, but its words are kept."""
    _, article = seed(0)
    assert (article.published, article.published_text) == (None, "mercredi 23 décembre")


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (3, "Le Pakistan fournirait aux talibans son aide dans la lutte contre Daech"),
        (4, "La Russie promet de défendre ses alliés à la suite du retrait américain d’Afghanistan"),
    ],
)
def test_seeds_that_say_their_title_twice(number: int, title: str) -> None:
    """A title that the page repeats is said once, and all the rest is there."""
    text, article = seed(number)
    assert article.title == title
    assert article.body == text.strip().removeprefix(f"{title}\n\n{title}\n\n")
    assert article.language == "fr"


def test_dates_of_seeds() -> None:
    """The date at the end of the first paragraph counts, those in running text and captions do not."""
    assert seed(3)[1].published == date(2021, 10, 24)
    assert [(seed(n)[1].published, seed(n)[1].published_text) for n in (2, 4)] == [(None, None), (None, None)]


def test_seed_001_is_the_article_and_nothing_around_it() -> None:
    """Forty headlines, notices, links and "Cliquez ici" go; title, source, date and every paragraph stay."""
    text, article = seed(1)
    assert article.title == "Moscou reconnait les efforts des talibans, craint pour son pré carré"
    assert (article.source, article.published, article.language) == ("H24 Info", date(2021, 10, 20), "fr")
    start, end = text.index("La Russie a reconnu"), text.index("\n\n\nCliquez ici")
    expected = re.sub(r"Lire aussi: .*\n\n", "", text[start:end])
    assert article.body == expected
    for word in ("CAN 2025", "Polisario", "signalé", "Cliquez", "Lire aussi", "Daech", "Publié dans"):
        assert word not in article.text


# ── titles, bylines and dates of plain text ──────────────────────────────────────────────────────


def test_title_needs_a_blank_line_or_a_byline() -> None:
    """The first line is the title if a blank line or a byline follows it, and not otherwise."""
    body = "\n".join(PROSE)
    assert read(f"{TITLE}\n\n{body}").title == TITLE
    assert read(f"{TITLE}\nPublié dans Le Quotidien le 3 - 11 - 2020\n\n{body}").title == TITLE
    assert read(f"{TITLE}\n{body}").title == ""


@pytest.mark.parametrize("first", ["It closed both bridges.", "x" * 201, "Who pays?", "Il a dit : « Assez ! »"])
def test_no_title(first: str) -> None:
    """A first line that ends a sentence or has over 200 characters belongs to the body."""
    article = read(f"{first}\n\n{PROSE[0]}")
    assert (article.title, article.body) == ("", f"{first}\n\n{PROSE[0]}")


def test_a_single_line_is_the_body() -> None:
    """A file of one line has a body and no title."""
    assert (read("Flood alert").title, read("Flood alert").body) == ("", "Flood alert")


@pytest.mark.parametrize(
    ("line", "day", "source"),
    [
        ("Publié dans Le Quotidien le 20 - 10 - 2021", date(2021, 10, 20), "Le Quotidien"),
        ("Publié le 23 décembre 2015 par Radio Vallée", date(2015, 12, 23), "Radio Vallée"),
        ("Published in The Courier on October 24, 2021", date(2021, 10, 24), "The Courier"),
        ("Published: 24 October 2021", date(2021, 10, 24), None),
        ("Veröffentlicht am 3. März 2021", date(2021, 3, 3), None),
        ("Publicado el 5 de mayo de 2020", date(2020, 5, 5), None),
        ("24.10.2021", date(2021, 10, 24), None),
        ("Sunday, 24 October 2021, 10:15 GMT", date(2021, 10, 24), None),
        ("2021-10-24", date(2021, 10, 24), None),
        ("Harlow, 24 October 2021", date(2021, 10, 24), None),
        ("Genève, le 24 octobre 2021", date(2021, 10, 24), None),
        ("São Paulo, domingo, 24 de outubro de 2021", date(2021, 10, 24), None),
        ("3 мая 2021", date(2021, 5, 3), None),
        ("3 мая 2021 г. 09:41", date(2021, 5, 3), None),
        ("09:41, 3 травня 2021 року", date(2021, 5, 3), None),
        ("٢٤ أكتوبر ٢٠٢١", date(2021, 10, 24), None),
        ("2021年10月24日", date(2021, 10, 24), None),
        ("24 Οκτωβρίου 2021", date(2021, 10, 24), None),
        ("24 באוקטובר 2021", date(2021, 10, 24), None),
        ("24 أكتوبر 2021", date(2021, 10, 24), None),
        ("24. lokakuuta 2021", date(2021, 10, 24), None),
        ("2021. október 24.", date(2021, 10, 24), None),
        ("24. októbra 2021", date(2021, 10, 24), None),
        ("24 окт 2021", date(2021, 10, 24), None),
    ],
)
def test_bylines(line: str, day: date, source: str | None) -> None:
    """A line under the title says date and source in the ways of the press."""
    article = read("\n".join([TITLE, line, "", *PROSE]))
    assert (article.title, article.published, article.source) == (TITLE, day, source)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("BY JANE DOE", "JANE DOE"),
        ("By Jane Doe, Staff Writer", "Jane Doe"),
        ("By Jane Doe and John Roe", "Jane Doe and John Roe"),
        ("Par Jean Dupont", "Jean Dupont"),
        ("Von Lisa Müller", "Lisa Müller"),
        ("От Ивана Петрова", "Ивана Петрова"),
    ],
)
def test_an_author_above_a_text_is_not_its_title(line: str, author: str) -> None:
    """Wires and pasted texts open with who wrote them: the title is what stands apart below it, if anything does."""
    titled = read(f"{line}\n\n{TITLE}\n\n{PROSE[0]}\n\n{PROSE[1]}\n")
    assert (titled.title, titled.author, PROSE[1] in titled.body) == (TITLE, author, True)
    untitled = read(f"{line}\n\n{PROSE[0]}\n\n{PROSE[1]}\n")
    assert (untitled.title, untitled.author, PROSE[0] in untitled.body) == ("", author, True)


@pytest.mark.parametrize("line", ["24.10.2021 09:41", "2021-10-24 09:41", "24 October 2021", "Harlow, 24 October 2021"])
def test_a_day_above_a_text_is_not_its_title(line: str) -> None:
    """Dispatches open with the day and the hour: the title is what stands apart below it, if anything does."""
    for above in (line, f"{line}\n\nBy Jane Doe"):
        titled = read(f"{above}\n\n{TITLE}\n\n{PROSE[0]}\n\n{PROSE[1]}\n")
        assert (titled.title, titled.published, PROSE[1] in titled.body) == (TITLE, date(2021, 10, 24), True)
    untitled = read(f"{line}\n\n{PROSE[0]}\n\n{PROSE[1]}\n")
    assert (untitled.title, untitled.published, PROSE[0] in untitled.body) == ("", date(2021, 10, 24), True)
    assert read("\n\n".join([line] * 9)).title == ""


def test_a_page_made_plain_text_begins_at_its_heading() -> None:
    """A crawl's text has the page's title first, with the site's name, then the menus: the line that says the title
    again is the article's; where a paragraph stands before that, nothing is left out."""
    page = "{title} | The Courier\nHome\nWeather\nLog in\n{between}{title}\nBy Jane Doe\n24 October 2021\n{text}\n"
    found = read(page.format(title=TITLE, between="", text="\n".join(PROSE)))
    assert (found.title, found.author, found.published) == (TITLE, "Jane Doe", date(2021, 10, 24))
    assert "Log in" not in found.text
    assert PROSE[-1] in found.body
    other = read(page.format(title=TITLE, between=f"{PROSE[0]} {PROSE[1]}\n", text=PROSE[2]))
    assert PROSE[0] in other.body


@pytest.mark.parametrize("mark", [" - ", " – ", " | "])
@pytest.mark.parametrize("rubric", ["Harlow", "Floods in Harlow"])
def test_a_heading_keeps_its_words_though_its_rubric_stands_below_again(mark: str, rubric: str) -> None:
    """A site's name is shorter than the headline before it: where more stands behind the mark, that is the news."""
    title = f"{rubric}{mark}{TITLE}"
    found = read(f"{title}\n\n{rubric}\n\n{PROSE[0]}\n\n{PROSE[1]}\n")
    assert found.title == title
    assert PROSE[1] in found.body


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n", "\u2028", "\u0085"])
def test_lines_may_end_in_several_ways_in_one_file(ends: str) -> None:
    """What went through several machines has the same title and paragraphs as ever."""
    article = read(f"{TITLE}\r\n\r\n{PROSE[0]}\n\n{PROSE[1]}{ends}{ends}{PROSE[2]}\r\n")
    assert (article.title, article.body) == (TITLE, f"{PROSE[0]}\n\n{PROSE[1]}\n\n{PROSE[2]}")


@pytest.mark.parametrize(
    "title", ["By Friday the strike will be over", "Von Berlin nach Hamburg", "Par amour du vélo", "By land and sea"]
)
def test_a_title_that_begins_like_a_byline(title: str) -> None:
    """A headline may open with the word that names authors."""
    assert read(f"{title}\n\n{PROSE[0]}\n\n{PROSE[1]}\n").title == title


def test_author_of_a_byline() -> None:
    """ "By" and a name under the title is the author, and "By the river" is not."""
    assert read(f"{TITLE}\nBy Jane van Doe\n\n{PROSE[0]}").author == "Jane van Doe"
    assert read(f"{TITLE}\n\nBy the river\n\n{PROSE[0]}").author is None


def test_a_day_that_may_be_a_month_is_judged_by_the_language() -> None:
    """03/04/2021 is the third of April in French and no date in English; 24/10/2021 is one in both."""
    french = "Le fleuve est monté de deux mètres dans la nuit et la mairie a fermé les deux ponts avant l'aube."
    assert read(f"Crue du fleuve\n03/04/2021\n\n{french}").published == date(2021, 4, 3)
    unclear = read(f"{TITLE}\n03/04/2021\n\n{PROSE[0]}")
    assert (unclear.published, unclear.published_text) == (None, "03/04/2021")
    assert read(f"{TITLE}\n24/10/2021\n\n{PROSE[0]}").published == date(2021, 10, 24)
    assert read(f"{TITLE}\n31.02.2021\n\n{PROSE[0]}").published is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("14 अगस्त 2024", date(2024, 8, 14)),
        ("५ जनवरी २०२४", date(2024, 1, 5)),
        ("5 ফেব্রুয়ারি, ২০২৪", date(2024, 2, 5)),
        ("3 جنوری 2024", date(2024, 1, 3)),
        ("12 كانون الثاني 2024", date(2024, 1, 12)),
        ("ngày 5 tháng 3 năm 2025", date(2025, 3, 5)),
        ("4 mart 2025", date(2025, 3, 4)),
    ],
)
def test_days_in_the_languages_of_asia(written: str, day: date | None) -> None:
    """Months in words, some of them two, and figures of any script; "12 में" (in 12) is no 12th of May."""
    found = dates.find(written)
    assert (found and found.day) == day
    assert dates.day_and_month("12 में 40") is None


def test_a_place_and_a_day_in_a_script_without_capitals() -> None:
    """A line of a town and a day below the title is the date, as it is in Latin letters."""
    assert read(f"पुल बह गया आज\n\nशिमला, 5 सितंबर 2024\n\n{PROSE[0]}").published == date(2024, 9, 5)


@pytest.mark.parametrize("ending", ["txt", "eml"])
def test_a_long_address_keeps_no_lines_broken(ending: str) -> None:
    """In plain text and in mail alike the lines of paragraphs are joined where an address is longer than all of them,
    also after a sentence and before a quote; those of a list or of a letter's head are not."""
    said = f'{PROSE[0]} "Nobody knows," she said. "{PROSE[1]}"'
    head = "Port Authority of Vila\n12 Wharf Road, PO Box 1234, Vila\nPhone 22 34 56 and 22 34 57"
    items = "- one item that is long, as such items go in lists\n- two items"
    text = "\n\n".join([TITLE, head, textwrap.fill(said, 66), f"https://example.org/{'x' * 110}", items])
    mail = f"From: a@courier.example\nSubject: {TITLE}\n\n"
    body = read(text if ending == "txt" else mail + text, f"a.{ending}").body
    assert {said, *items.split("\n"), *head.split("\n")} <= set(body.split("\n"))


def test_a_dateline_is_the_date() -> None:
    """An agency's opening gives the date; the same date inside a sentence does not."""
    assert read(f"KABUL, May 12, 2021 (AFP) - {PROSE[0]}").published == date(2021, 5, 12)
    assert read(f"COURIER AGENCY\nPRESS RELEASE\n\nHarlow, May 12, 2021 - {PROSE[0]}").published == date(2021, 5, 12)
    assert read(f"(COURIER) - HARLOW, 12 MAY 2021 - {PROSE[0]}").published == date(2021, 5, 12)
    assert read(f"Harlow, 12 May 2021 (COURIER).- {PROSE[0]}").published == date(2021, 5, 12)
    assert read(f"(COURIER) - HARLOW, 12 MAY - {PROSE[0]}").published_text == "12 MAY"
    assert read(f"Harlow, May 12 (COURIER).- {PROSE[0]}").published_text == "May 12"
    assert read(f"HARLOW. 12 May 2021. {PROSE[0]}").published == date(2021, 5, 12)
    assert read(f"St. Harlow. 12 May. COURIER - {PROSE[0]}").published_text == "12 May"
    assert read(f"The bridge is closed. 12 May 2021. {PROSE[0]}").published is None
    assert read(f"The bridge, built on May 12 by hand, is closed. {PROSE[0]}").published_text is None
    assert read(f"The bridge, built on May 12, 1921 by hand, is closed. {PROSE[0]}").published is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-04-28T10:00:00-04:00", datetime.fromisoformat("2024-04-28T10:00:00-04:00")),
        ("2024-04-28T10:00:00Z", datetime(2024, 4, 28, 10, tzinfo=UTC)),
        ("2024-04-28 10:00:00", date(2024, 4, 28)),
        ("20240428", date(2024, 4, 28)),
        ("Sun, 28 Apr 2024 10:00:00 GMT", date(2024, 4, 28)),
        ("yesterday", None),
        ("0001-01-01", None),
    ],
)
def test_machine_dates(written: str, expected: object) -> None:
    """A time is kept only with its zone."""
    found = dates.machine(written)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sun Oct 24 08:58:00 +0200 2021", datetime.fromisoformat("2021-10-24T08:58:00+02:00")),
        ("Sun Oct  3 08:58:00 UTC 2021", datetime(2021, 10, 3, 8, 58, tzinfo=UTC)),
        ("Sun Oct  3 08:58:00 2021", date(2021, 10, 3)),
        ("Вс, 24 окт 2021 10:00:00 +0300", date(2021, 10, 24)),
        ("1635033600", datetime(2021, 10, 24, tzinfo=UTC)),
    ],
)
def test_the_dates_of_feeds_and_exports(written: str, expected: object) -> None:
    """As programs print the time, with names of other languages, and in seconds."""
    found = dates.stamp(written)
    assert found == expected
    assert type(found) is type(expected)


@given(st.text(max_size=300))
def test_dates_are_found_where_they_stand(text: str) -> None:
    """Whatever is found is a stretch of the very text."""
    found = dates.find(f"{text} 24.10.2021", "fr")
    assert found is not None
    assert f"{text} 24.10.2021"[found.start : found.end] == found.text


# ── what is cut, and what is not ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("gap", ["\xa0" * 4, "   ", "\t", " | ", "\n", " • "])
def test_a_menu_goes_and_the_article_stays(gap: str) -> None:
    """A menu ahead of the article goes, in whatever way it was flattened; title and paragraphs stay."""
    article = read("\n".join([gap.join(MENU) + gap, "", "", "Thank you!", "", TITLE, "", *PROSE]))
    assert (article.title, article.body) == (TITLE, "\n".join(PROSE))


def test_a_menu_without_a_title_under_it_gives_none() -> None:
    """A headline of the menu is never taken for the title of the article below."""
    article = read("\n".join([*MENU, "", *PROSE]))
    assert (article.title, article.body) == ("", "\n".join(PROSE))


def test_a_footer_goes() -> None:
    """What a page lists under the article goes with its notice of rights."""
    article = read(
        "\n".join([TITLE, "", *PROSE, "", "Share", "Home", *MENU, "© 2026 The Courier. All rights reserved."])
    )
    assert article.body == "\n".join(PROSE)


@pytest.mark.parametrize(
    "line",
    [
        "Cliquez ici pour lire l'article depuis sa source.",
        "Click here to read the original article",
        "Read the full story at The Courier",
        "Hier klicken, um den Artikel zu lesen",
        "Haga clic aquí para leer el artículo",
        "Читать далее",
    ],
)
def test_trailing_links_go(line: str) -> None:
    """The last line that leads to the source goes; the same words inside the article stay."""
    assert read("\n".join([TITLE, "", *PROSE, "", line])).body == "\n".join(PROSE)
    assert line in read("\n".join([TITLE, "", line, *PROSE])).body


@pytest.mark.parametrize(
    "line", ["Lire aussi: La crue", "À lire aussi : la crue", "READ MORE: Flood", "По теме: Потоп", "Les også: Flom"]
)
def test_links_to_other_articles_go(line: str) -> None:
    """A line that points to another article is not this article's text."""
    assert is_related_link(line)
    assert read("\n".join([TITLE, "", PROSE[0], "", line, "", PROSE[1]])).body == f"{PROSE[0]}\n\n{PROSE[1]}"


@pytest.mark.parametrize("line", ["Read more than one book a week.", "Voir aussi loin que possible", "Lire"])
def test_sentences_that_begin_like_links_stay(line: str) -> None:
    """A sentence is no link for beginning with the same words."""
    assert not is_related_link(line)


def test_lists_of_an_article_stay() -> None:
    """Results at the end of an article, or a list ahead of a short text, are no menus."""
    results = [f"{i}. Team {chr(65 + i)} {30 - i}" for i in range(15)]
    assert read("\n".join([TITLE, "", *PROSE, "", *results])).body == "\n".join([*PROSE, "", *results])
    assert results[3] in read("\n".join([TITLE, "", *results, "", PROSE[0]])).body


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12), min_size=1))
def test_plain_paragraphs_lose_no_word(words: list[str]) -> None:
    """A text of paragraphs keeps every word of it, in order."""
    paragraphs = [" ".join(words), " ".join(reversed(words))]
    article = read("\n\n".join(f"{p}." for p in paragraphs))
    assert article.text.split() == " ".join(f"{p}." for p in paragraphs).split()


# ── characters ───────────────────────────────────────────────────────────────────────────────────


def test_characters_are_made_fit() -> None:
    """Line ends, entities, controls and broken characters are put right; nothing else changes."""
    article = read(
        "It cost &#163;8m &amp; more.\r\nA\x00 soft\u00ad hyphen\x07,\xa0a space.  \r\n\r\n\r\n\r\nDone\x94."
    )
    assert article.body == "It cost £8m & more.\nA soft\u00ad hyphen,\xa0a space.\n\nDone”."


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Élysée : « à bientôt »."),
        ("utf-16", "Élysée : « à bientôt »."),
        ("utf-32", "Élysée : « à bientôt »."),
        ("cp1252", "Le président a été reçu à l’Élysée — « une fête » — où l'on évoqua la frontière."),
        ("cp1251", "Министр заявил в среду, что граница останется закрытой до конца месяца."),
        ("koi8-r", "Министр заявил в среду, что граница останется закрытой до конца месяца."),
        ("shift_jis", "大臣は水曜日、国境は月末まで閉鎖されたままになると述べた。"),
        ("iso2022_jp", "大臣は水曜日、国境は月末まで閉鎖されたままになると述べた。"),
        ("gb18030", "部长星期三表示，边境将关闭到本月底，居民可以乘坐渡轮。"),
        ("iso2022_kr", "장관은 수요일 국경이 월말까지 폐쇄될 것이라고 말했다."),
        ("utf-16-le", "The border stays shut until May, said the minister."),
        ("utf-16-be", "The border stays shut until May, said the minister."),
        ("utf-32-le", "The border stays shut until May, said the minister."),
        ("utf-16-le", "Министр заявил в среду, что граница останется закрытой."),
        ("utf-16-be", "Ο υπουργός δήλωσε ότι τα σύνορα θα μείνουν κλειστά."),
        ("utf-16-le", "השר אמר כי הגבול יישאר סגור עד סוף החודש."),
        ("utf-16-be", "部长星期三表示，边境将关闭到本月底，居民可以乘坐渡轮。"),
        ("utf-16-le", "장관은 수요일 국경이 월말까지 폐쇄될 것이라고 말했다."),
        ("utf-32-be", "Министр заявил в среду, что граница останется закрытой."),
        ("hz", "部长星期三表示，边境将关闭到本月底。\nShort line."),
        ("cp850", "Die Grenze bleibt für Fußgänger geschlossen, erklärte der Minister."),
        ("cp852", "Minister powiedział w środę, że granica będzie zamknięta."),
        ("mac_cyrillic", "Министр заявил в среду, что граница останется закрытой до конца месяца."),
        ("cp855", "Министр заявил в среду, что граница останется закрытой до конца месяца."),
        ("mac_roman", "Daniel’s house and the minister’s café were sold."),
        ("cp1252", "A pint is £4, said the landlord."),
        ("cp037", "The border stays shut until May,\nsaid the minister."),
        ("cp1140", "La frontière reste fermée\njusqu'en mai, dit le ministre."),
    ],
)
def test_encodings(encoding: str, text: str) -> None:
    """Texts in legacy encodings are read as written."""
    assert decode(text.encode(encoding)) == text


def test_a_letter_cut_in_half_does_not_spoil_the_text() -> None:
    """UTF-8 that breaks off inside a letter is still UTF-8."""
    text = "Le ministère a été fermé à l'été, déclare l'élu." * 5
    assert decode(text.encode() + b"\xc3") == f"{text}\ufffd"


def test_lines_in_two_encodings_are_each_read_in_their_own() -> None:
    """As where files were put together: those of UTF-8 are not spoilt by the others."""
    first, second = "Le ministère a été fermé à l'été, déclare l'élu.", "Le maire a été réélu dès le premier tour."
    assert decode(f"{first}\n".encode() + second.encode("cp1252")) == f"{first}\n{second}"
    river = "Власти объявили во вторник о закрытии городского моста."
    for utf8, other in ((1, 40), (3, 1), (200, 1)):  # however many there are of each
        lines = [f"{river} {n}".encode() for n in range(utf8)] + [f"{river} {n}".encode("cp1251") for n in range(other)]
        wanted = [f"{river} {n}" for count in (utf8, other) for n in range(count)]
        assert (decode(b"\n".join(lines)) or "").split("\n") == wanted
    japanese = "2006年\n年度末の年間の年中行事は二月に川沿いの町で行われる。\n年の初めに橋が閉じられた。"
    assert decode(japanese.encode("euc_jp")) == japanese  # of which some letters would be sound UTF-8
    assert decode(f"{first}\n".encode("cp1252") * 3 + b"\xc3\xa9\n") == f"{first}\n" * 3 + "Ã©\n"


def test_a_damaged_line_costs_a_sound_text_that_line_alone() -> None:
    """What stands in it is no text in any encoding; what stands around it is read as written."""
    sound = [f"Паводок закрыл мост через реку, сообщает газета, строка {n}." for n in range(120)]
    for seed in range(40):
        odd = bytes(random.Random(seed).choices(range(0x80, 0x100), k=6 + seed % 35))
        lines = [line.encode() for line in sound]
        text = decode(b"\n".join([*lines[:60], odd, *lines[60:]]))
        assert text is not None, seed
        assert {*sound} <= {*text.split("\n")}


def test_a_page_says_its_encoding() -> None:
    """The encoding that a page declares is believed where its bytes are no UTF-8, by the names that browsers know."""
    page = f'<html><head><meta charset="iso-8859-2"></head><body><p>{"Žluťoučký kůň"}</p></body></html>'
    assert "Žluťoučký kůň" in (decode(page.encode("iso-8859-2")) or "")
    for label, encoding, text in (("tis-620", "cp874", "“ประเทศไทย”"), ("x-sjis", "cp932", "①日本")):
        page = f'<html><head><meta charset="{label}"></head><body><p>{text}</p></body></html>'
        assert text in (decode(page.encode(encoding)) or "")


@pytest.mark.parametrize("label", ["utf-16", "UTF-16LE", "utf16", "u16", "utf-32"])
@pytest.mark.parametrize("opening", ['<?xml version="1.0" encoding="{}"?>', "<meta charset={}>", ""])
def test_what_is_read_in_single_bytes_is_not_utf16(opening: str, label: str) -> None:
    """Whatever the page says of itself, or the mail that it came in: its letters of the West are read, at even lengths
    too."""
    page = f"{opening.format(label)}<p>Le général a été arrêté à Kaboul près du marché</p>"
    for text in (page, f"{page} ", f"{page}  ", f"{page}   "):
        assert decode(text.encode("cp1252"), "" if opening else label) == text


@pytest.mark.parametrize(
    "text",
    [
        "Attaque ~{Kabul~} et ~{guerre~} pres du poste",
        "Attaque a ~{Kaboul~} et ~{guerre~} pres du ~{poste~}, dit ~{Le Monde~}",
        "The form says ~{NAME~} where the name belongs.",
        "A terminal printed \x1b$B and went on.",
    ],
)
def test_signs_of_an_escape_in_ascii_are_signs(text: str) -> None:
    """Where what they would escape is no text, or no common letters."""
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    "text", ["王毅", "新华社 (Xinhua) reports from 北京 that 温家宝 went home.", "昵称：鹁鸪与鸬鹚。"]
)
def test_hz_of_few_letters(text: str) -> None:
    """A short text and names in a text of the West are read."""
    assert decode(text.encode("hz")) == text


def test_a_page_names_no_codec_of_programs() -> None:
    """Python's codecs that are none of texts are not run on a page that names them."""
    page = '<html><head><meta charset="unicode_escape"></head><body><p>\\u0041 é</p></body></html>'
    assert "\\u0041 é" in (decode(page.encode("cp1252")) or "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a broken PDF"),
        (b"PK\x03\x04\x14\x00\x00\x00", "zip"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"<?xml version='1.0'?><catalog><x/></catalog>", r"XML \(catalog\)"),
        (bytes(range(256)) * 20, "binary"),
        (b"a\x00b\x00c\x00" * 50, "binary"),
        (b"<html><body><script>var a = 1</script></body></html>", "no text"),
        (codecs.BOM_UTF8, "no text"),
    ],
)
def test_unreadable(data: bytes, reason: str) -> None:
    """What holds no article is refused with a reason."""
    with pytest.raises(Unreadable, match=reason):
        extract(Document("a.bin", data))


def test_too_large_is_unreadable() -> None:
    """A file beyond the limit is not even decoded."""
    with pytest.raises(Unreadable, match="too large"):
        extract(Document("a.txt", b"word " * 10), Limits(bytes_in=49))


def test_letters_that_are_also_signatures_may_begin_a_text() -> None:
    """A text that begins with "RIFF" is a text."""
    assert read("RIFFs and ridges of the valley.").body == "RIFFs and ridges of the valley."


@settings(max_examples=150)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda t: t.encode("utf-8", "surrogatepass"))),
    st.sampled_from(["a.txt", "a.html", "a.md", "a", "x/y/a.HTM", "a.json"]),
    st.sampled_from([b"", b"<html><body>", b"---\n", b"# ", b"<!doctype html><p>", codecs.BOM_UTF16_LE]),
)
def test_any_bytes_give_articles_or_a_reason(data: bytes, name: str, start: bytes) -> None:
    """Whatever lies in the inbox, nothing but Unreadable is raised, and no article holds control characters."""
    try:
        articles = extract(Document(name, start + data))
    except Unreadable as refusal:
        assert str(refusal) and "the reader failed" not in str(refusal)
        return
    for article in articles:
        assert article.text.strip()
        assert not [c for c in article.text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
        assert "\n" not in article.title


# ── source ───────────────────────────────────────────────────────────────────────────────────────


def test_source_is_declared_else_the_domain_else_the_folder() -> None:
    """The source is what the article says, else its address's domain, else the folder that it lies in."""
    by = f"{TITLE}\nPublished in The Courier on October 24, 2021\n\n{PROSE[0]}"
    assert read(by, "wires/a.txt").source == "The Courier"
    addressed = f"---\nurl: https://www.example.org/a\n---\n\n{PROSE[0]}"
    assert read(addressed, "wires/a.md").source == "example.org"
    assert read(PROSE[0], "wires/deep/a.txt").source == "wires"
    assert read(PROSE[0], "a.txt").source is None


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────


def test_markdown_front_matter_and_marks() -> None:
    """Front matter gives the facts, and the marks of Markdown go."""
    text = "---\ntitle: The flood\ndate: 2021-10-24\nsource: The Courier\nauthor: [Jane Doe, Ann Roe]\nlang: en\n"
    text += "url: https://example.org/a\n---\n\n# Heading\n\nBoth *bridges* are [closed](http://x.y) `now`.\n\n"
    text += "1. one\n2. two\n"
    article = read(text, "a.md")
    assert (article.title, article.published, article.source) == ("The flood", date(2021, 10, 24), "The Courier")
    assert (article.author, article.url) == ("Jane Doe, Ann Roe", "https://example.org/a")
    assert article.body == "Both bridges are closed now.\n\n1. one\n\n2. two"


def test_markdown_front_matter_in_toml() -> None:
    """Between lines of plus signs, as Hugo and Zola have it."""
    front = (
        '+++\ntitle = "The flood"\ndate = 2021-10-24T08:30:00+02:00\ntags = ["a"]\nauthor = "Jane Doe"\n'
        "[extra]\na = 1\n+++\n"
    )
    article = read(f"{front}\n{PROSE[0]}", "a.txt")
    assert (article.title, article.body, article.author) == ("The flood", PROSE[0], "Jane Doe")
    assert article.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")


@pytest.mark.parametrize(
    "front",
    [
        '{\n  "title": "Both } bridges",\n  "date": "2021-10-24",\n  "params": {"a": [1, 2]}\n}\n',
        '{"Title": "Both } bridges", "date": "2021-10-24"}\r\n\r\n',
        ';;;\n{"title": "Both } bridges", "date": "2021-10-24"}\n;;;\n# Section\n\n',
    ],
)
def test_markdown_below_front_matter_of_json(front: str) -> None:
    """As programs that make sites of Markdown write it, with and without lines around it."""
    found = read(front + "\n\n".join(PROSE), "a.md")
    assert (found.title, found.published) == ("Both } bridges", date(2021, 10, 24))
    assert found.body.endswith("\n\n".join(PROSE))
    assert "2021-10-24" not in found.body


def test_json_called_markdown_is_json() -> None:
    """Content first: objects alone are articles, whatever the file is called."""
    lines = "\n".join(json.dumps({"title": title, "body": PROSE[0]}) for title in ("One", "Two"))
    assert [a.title for a in extract(Document("a.md", lines.encode()), Limits())] == ["One", "Two"]


def test_markdown_heading_is_the_title() -> None:
    """Without front matter the first heading is the title, whatever the file is called."""
    article = read(f"# Both *bridges* closed\n\n{PROSE[0]}\n", "a.txt")
    assert (article.title, article.body) == ("Both bridges closed", PROSE[0])


@pytest.mark.parametrize("front", ["title: [", "title: &a x\nb: *a", "- a\n- b", "date: 2021-13-45", "[" * 3000])
def test_broken_front_matter_is_text(front: str) -> None:
    """Front matter that is no plain mapping loses nothing: it is read as text."""
    assert PROSE[0] in read(f"---\n{front}\n---\n\n{PROSE[0]}", "a.md").body


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2021-10-24 08:30:00+02:00", datetime.fromisoformat("2021-10-24T08:30:00+02:00")),
        ("1899-12-31", None),
        ("1900-01-01", date(1900, 1, 1)),
        ("2099-12-31 23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2100-01-01", None),
        ("9999-12-31 23:59:59", None),
        ("9999-12-31 23:59:59Z", None),
        ("0001-01-01 00:00:00+14:00", None),
        ("'9999-12-31T23:59:59Z'", None),
    ],
)
def test_markdown_takes_only_dates_that_an_article_may_have(written: str, published: date | None) -> None:
    """A year out of all reason is a misprint or an attack: no date is certain then, and what is written is kept."""
    article = read(f"---\ntitle: a\ndate: {written}\n---\n\n{PROSE[0]}", "a.md")
    assert article.published == published
    assert (article.published_text or "")[:10] == ("" if published else written.strip("'")[:10])


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────

PAGE = f"""<!doctype html><html lang="en-GB"><head><title>{TITLE} - The Courier</title>
<meta property="og:title" content="{TITLE} - The Courier"><meta property="og:site_name" content="The Courier">
<meta property="article:published_time" content="2021-10-24T08:30:00+02:00">
<link rel="canonical" href="https://courier.example/flood"></head><body>
<nav><ul>{"".join(f"<li><a href='/{i}'>{line}</a></li>" for i, line in enumerate(MENU))}</ul></nav>
<article><h1>{TITLE}</h1>{"".join(f"<p>{p}</p>" for p in PROSE)}</article>
<footer>© The Courier. All rights reserved.</footer></body></html>"""

SEARCH = '<script type="application/ld+json">{{{}}}</script>'


def test_html_page() -> None:
    """A page gives title without the site's name, text without the menu, time with zone, address and source."""
    article = read(PAGE, "page.txt")
    assert (article.title, article.body) == (TITLE, "\n".join(PROSE))
    assert article.published == datetime.fromisoformat("2021-10-24T08:30:00+02:00")
    assert (article.source, article.url, article.language) == ("The Courier", "https://courier.example/flood", "en")


@pytest.mark.parametrize(
    "line",
    ["Sonntag, 24. Oktober 2021, 17:45 Uhr", "By Jane Doe, 24 October 2021", "24/10/2021 - 08h30 | Region"]
    + ["Jane Doe · 24 October 2021 · 3 min read"],
)
def test_html_that_declares_no_day_has_the_one_below_its_heading(line: str) -> None:
    """And the site's name that stands behind the heading's words in the page's title is its source."""
    top = "<div><a href='/'>The Courier</a><a href='/s'>Sport</a><span>26 October 2021</span></div>"
    text = "".join(f"<p>{p}</p>" for p in PROSE)
    page = f"<html><head><title>{TITLE} - The Courier</title></head><body>{top}<h1>{TITLE}</h1><div>{line}</div>{text}"
    article = read(page, "a.html")
    assert (article.title, article.published, article.source) == (TITLE, date(2021, 10, 24), "The Courier")


def test_html_without_a_declared_date_has_none() -> None:
    """A date in a page's text is not taken for its time of publication."""
    page = PAGE.replace("article:published_time", "x").replace("Nobody was hurt", "On 3 May 2020 nobody was hurt")
    assert read(page, "a.html").published is None


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        (
            "</head>",
            '<script type="application/ld+json">{"headline": "It closed \\u0026amp; broke"}</script></head>',
            TITLE,
        ),
        (f"<h1>{TITLE}</h1>", "<h1>The Courier</h1>", TITLE),
        (f"<h1>{TITLE}</h1>", f"<h1>{TITLE} - live</h1>", TITLE),
        (f'content="{TITLE} - The Courier"', f'content="{TITLE} | courier.example"', TITLE),
    ],
)
def test_html_title_is_what_most_agree_on(old: str, new: str, title: str) -> None:
    """Of the titles that a page gives the one with most support counts, without the site's name."""
    assert read(PAGE.replace(old, new), "a.html").title == title


SEARCHED = "Flood: bridges over the river closed"  # the title that a page has for search engines


@pytest.mark.parametrize(
    ("shared", "searched", "heading"),
    [
        (TITLE, SEARCHED, f"<nav><ol><li>News<li><h1>{SEARCHED}</h1></ol></nav><h2>{TITLE}</h2>"),
        (TITLE, SEARCHED, f'<h1 class="Breadcrumb">{SEARCHED}</h1><h2><i>Weather</i> <span>{TITLE}</span></h2>'),
        ("What to know of Saturday", TITLE, f"<h1>{TITLE}</h1>"),
    ],
    ids=["menu", "kicker", "shared"],
)
def test_html_title_is_what_readers_see(shared: str, searched: str, heading: str) -> None:
    """Of two titles the one that heads the article counts, and no heading that says where on its site a page stands."""
    head = f'<title>{shared if searched == TITLE else searched}</title><meta property="og:title" content="{shared}">'
    told = SEARCH.format(f'"headline": "{searched}"')
    text = "".join(f"<p>{told}</p>" for told in PROSE)
    page = f"<!doctype html><html><head>{head}{told}</head><body><article>{heading}{text}</article></body></html>"
    assert read(page, "a.html").title == TITLE


@pytest.mark.parametrize(
    ("declared", "published"),
    [
        (SEARCH.format('"datePublished": "2021-10-23T20:00:00Z"'), "2021-10-23"),
        (SEARCH.format('"claim": {"datePublished": "2020-01-01"}, "datePublished": "2021-10-24"'), "2021-10-24"),
        (SEARCH.format('"name": "a",, "datePublished": "2021-10-18"'), "2021-10-18"),
        ('<meta name="article:published:time" content="2021-10-22T08:30:00+02:00">', "2021-10-22"),
        ('<time class="entry-date published" datetime="2021-10-21T08:30:00+02:00">21 October</time>', "2021-10-21"),
        ('<link rel="canonical" href="https://courier.example/2021/10/20/flood/">', "2021-10-20"),
        ('<time datetime="2021-10-19">a comment</time>', "None"),
        ('<link rel="canonical" href="https://courier.example/2021/13/20/flood/">', "None"),
    ],
)
def test_html_date_where_it_is_declared(declared: str, published: str) -> None:
    """The day is that which the page gives to search engines, names in its head, marks, or has in its address."""
    page = (
        PAGE.replace("article:published_time", "x")
        .replace('<link rel="canonical"', "<link")
        .replace("</head>", f"{declared}</head>")
    )
    assert str(read(page, "a.html").published)[:10] == published


def test_html_text_in_several_parts_is_one() -> None:
    """An article that stands in several elements of one class, with advertisements between, is read to its end; what
    readers say below it is not."""
    parts = [[f"Part {n}: {told}" for told in PROSE * 2] for n in range(3)]
    part = '<section><div class="article-body"><div>{}</div></div><div class="ad">Buy it now</div></section>'
    text = "".join(part.format("".join(f"<p>{told}</p>" for told in told_in)) for told_in in parts)
    said = "".join(f'<div class="comment">{"".join(f"<p>I say {told}</p>" for told in PROSE * 2)}</div>' for _ in "ab")
    body = read(PAGE.replace(PAGE[PAGE.index("<p>") : PAGE.index("</article>")], text) + said, "a.html").body
    assert [line for line in body.split("\n") if line.startswith("Part")] == [told for part in parts for told in part]
    assert "I say" not in body


@pytest.mark.parametrize("answer", ['<a href="#r">Reply</a>', "<button> Antworten </button>", "<span>回复</span>"])
def test_what_readers_can_be_answered_is_not_the_articles(answer: str) -> None:
    """Items that each have a button to answer them are readers' words, whatever their list is called; those with a
    button to share them may be the article's."""
    items = "".join(f"<li><b>seal{n}</b><p>I say {told}</p>{{}}</li>" for n, told in enumerate(PROSE))
    body, kept = (
        read(PAGE.replace("</article>", f'<ol class="xq">{items}</ol></article>'.replace("{}", button)), "a.html").body
        for button in (answer, "<a>Share</a>")
    )
    assert "I say" not in body
    assert f"I say {PROSE[1]}" in kept


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ("<article><time {}>2 days ago</time>{}</article><time {other}>1 March</time>", "2021-10-24"),
        ("<time {other}>1 March</time><article>{}<p>By Jane <time {}>Monday</time></p></article>", "2021-10-24"),
        ("<div><time {other}>1 March</time></div><article>{}</article>", "None"),
        ("<article>{}</article><time {other}>1 March</time>", "None"),
    ],
    ids=["above", "below", "elsewhere", "after"],
)
def test_a_time_beside_the_heading_is_the_articles(page: str, day: str) -> None:
    """A time that nothing marks as the article's counts between its heading and its text, or close above; what pages
    show is often but how long ago that was."""
    article = PAGE[PAGE.index("<article>") + len("<article>") : PAGE.index("</article>")]
    heading, text = article[: article.index("<p>")], article[article.index("<p>") :]
    written = page.replace("{other}", 'datetime="2025-03-01T10:00:00Z"')
    written = written.replace("<time {}", '<time datetime="2021-10-24"').replace("{}", heading)
    written = written.replace("</article>", f"{text}</article>") if "<article>" in page else f"{written}{text}"
    found = read(f"<html><head><title>{TITLE}</title></head><body>{written}</body></html>", "a.html")
    assert str(found.published) == day
    short = read(
        f"<html><head><title>桥 - 新闻</title></head><body>{written.replace(TITLE, '桥')}</body></html>", "a.html"
    )
    assert str(short.published) == day


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="related"><section><div class="article-body">{}</div></section></div>',
        '<article class="teaser"><section><div class="article-body">{}</div></section></article>',
        '<section id="recommended"><div class="article-body">{}</div></section>',
        '<aside><div class="article-body">{}</div></aside>',
        '<div class="box"><div class="article-body">{}</div></div>',
        '<section><h2>More from the region</h2><div class="article-body">{}</div></section>',
        '<div><h3>More from the region</h3></div><section><div class="article-body">{}</div></section>',
    ],
    ids=["related", "teaser", "recommended", "aside", "elsewhere", "heading", "heading before"],
)
def test_html_teasers_of_the_articles_class_are_none_of_it(beside: str) -> None:
    """What bears the class of the article is a part of it only where it stands as that does, under no heading of its
    own and in nothing that is kept for other articles."""
    text = "".join(f"<p>{told}</p>" for told in PROSE)
    other = beside.format("".join(f"<p>Elsewhere: {told}</p>" for told in PROSE))
    page = PAGE.replace(PAGE[PAGE.index("<p>") : PAGE.index("</article>")], "{}")
    body = read(page.format(f'<section><div class="article-body">{text}</div></section>{other}'), "a.html").body
    assert "Elsewhere" not in body


@pytest.mark.parametrize("name", ["template", "dialog", "amp-ad", "amp-sidebar"])
def test_html_that_no_browser_shows_where_it_stands_is_no_text(name: str) -> None:
    """Templates, dialogs and AMP's advertisements are not read; the template of a shadow is what a browser shows."""
    text = "".join(f"<p>{told}</p>" for told in PROSE)
    other = f"<{name}><p>Elsewhere: {PROSE[0]}</p></{name}>"
    assert "Elsewhere" not in read(PAGE.replace("</article>", f"{other}{text}</article>"), "a.html").body
    shadow = f'<x-story><template shadowrootmode="open">{text}</template></x-story>'
    start, end = PAGE.index("<article>"), PAGE.index("</article>")
    assert PROSE[2] in read(f"{PAGE[:start]}{shadow}{PAGE[end:]}", "a.html").body


def test_html_text_that_a_page_gives_to_search_engines_alone_is_read() -> None:
    """Where the page shows but its beginning; another text is not taken for it."""
    whole = PROSE + [f"Later: {told}" for told in PROSE * 2]
    said = SEARCH.format('"headline": "x", "articleBody": ' + json.dumps("\n".join(whole)))
    assert read(PAGE.replace("</head>", f"{said}</head>"), "a.html").body.split("\n") == whole
    other = " ".join(f"lorem{n} ipsum{n}" for n in range(200))
    said = SEARCH.format(f'"headline": "x", "articleBody": "{other}"')
    assert "lorem" not in read(PAGE.replace("</head>", f"{said}</head>"), "a.html").body


def test_html_made_in_the_browser_is_read_from_its_data() -> None:
    """A page without text whose script holds the article that it would show."""
    told = " ".join(PROSE * 2)
    data = json.dumps(
        {"props": {"article": {"headline": TITLE, "date": "2021-10-24", "body": [{"type": "p", "text": told}]}}}
    )
    script = f"<div id='root'></div><script type='application/json'>{data}</script>"
    article = read(f"<html><body>{script}</body></html>", "a.html")
    assert (article.title, article.body) == (TITLE, told)
    notice = "<p>Home</p><p>Sport</p><p>You need to enable JavaScript to read the Courier.</p>"
    head = "<title>River floods | The Courier</title><meta property='og:site_name' content='The Courier'>"
    article = read(f"<html><head>{head}</head><body>{notice}{script}</body></html>", "a.html")
    assert (article.body, article.published, article.source) == (told, date(2021, 10, 24), "The Courier")


FLASH = "The river rose by two metres and both bridges are closed; more follows within the hour, the council said."
OTHER = {"headline": "The harbour in summer", "body": " ".join(f"lorem{n} ipsum{n}" for n in range(200))}


@pytest.mark.parametrize(
    ("shown", "data"),
    [
        (f"<article><h1>{TITLE}</h1><p>{FLASH}</p></article>", [OTHER]),
        (f"<article><h1>{TITLE}</h1><p>{FLASH}</p></article>", [{"headline": TITLE, "body": FLASH}, OTHER]),
        (f"<h1>{TITLE}</h1>", [{"headline": TITLE, "body": FLASH}, OTHER]),
    ],
)
def test_html_of_a_short_page_is_not_given_the_text_of_another_article_in_its_data(shown: str, data: Any) -> None:
    """The longest text in a page's data may be a related article's; the page's own is that of its title or words."""
    script = f"<script type='application/json'>{json.dumps(data)}</script>"
    page = f"<html><head><title>{TITLE}</title></head><body>{shown}{script}</body></html>"
    article = read(page, "a.html")
    assert (article.title, article.body) == (TITLE, FLASH)


def test_html_of_which_the_first_words_are_shown_is_read_on_in_its_data() -> None:
    """Where the data hold more of the words that are shown, whatever their title is there."""
    whole = f"{FLASH} {' '.join(PROSE)}"
    data = json.dumps([OTHER, {"headline": "Flood", "body": whole}])
    page = f"<html><body><article><p>{FLASH}</p></article><script type='application/json'>{data}</script></body></html>"
    assert read(page, "a.html").body == whole


def test_html_of_a_page_that_shows_its_text_the_data_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take far longer than the page; those of more than a million characters are not looked at either."""
    monkeypatch.setattr("watcher.formats.json.read", lambda sheet: pytest.fail("the data were read"))
    script = "<script type='application/json'>{}</script>"
    data = json.dumps({"article": {"headline": TITLE, "body": " ".join(PROSE * 3)}})
    assert read(PAGE.replace("</body>", f"{script.format(data)}</body>"), "a.html").body == "\n".join(PROSE)
    data = json.dumps({"headline": TITLE, "body": "word " * 250_000})
    assert "word" not in read(f"<html><body><p>Short.</p>{script.format(data)}</body></html>", "a.html").text


def test_html_set_in_tables_is_read_without_the_cells_around_the_text() -> None:
    """As pages once were: the cell that holds nearly all is the article."""
    text = "".join(f"<p>{told}" for told in PROSE * 2)
    menu = "<td><a href=/>Home</a><br><a href=/s>Sport</a><br><a href=/w>Weather</a></td>"
    page = f"<html><body><table><tr>{menu}<td><h1>{TITLE}</h1>{text}</td></tr></table></body></html>"
    assert read(page, "a.html").body.split("\n") == PROSE * 2


@pytest.mark.parametrize("link", ["<a href=/x>{}</a><br>", "<p><a href=/x>{}</a></p>"], ids=["lines", "paragraphs"])
@pytest.mark.parametrize("around", ["{}", "<table><tr><td>{}</td></tr></table>"], ids=["outermost", "wrapped"])
@pytest.mark.parametrize("count", [8, 20, 60])
def test_html_columns_of_links_beside_an_article_set_in_tables_go(count: int, around: str, link: str) -> None:
    """However long they are: neither are they taken for the text, nor is it lost among them."""
    links = [link.format(f"{MENU[n % 12]} and more of it in the evening, part {n}") for n in range(count)]
    side = f"<td>{''.join(links)}</td>"
    text = f"<td><table><tr><td><h1>{TITLE}</h1></td></tr><tr><td>{'<br><br>'.join(PROSE)}</td></tr></table></td>"
    for row in (f"{side}{text}", f"{text}{side}", f"{side}{text}{side}"):
        page = f"<html><body>{around.format(f'<table><tr>{row}</tr></table>')}</body></html>"
        assert read(page, "a.html").body.split() == " ".join(PROSE).split()


def test_html_links_to_other_articles_go() -> None:
    """Lists of nothing but headlines that are links, and lines that point elsewhere, are not the article's; a list with
    words of its own is."""
    links = "".join(f'<li><a href="/{i}">{line} in the evening</a></li>' for i, line in enumerate(MENU[:4]))
    own = '<li>The older bridge, <a href="/x">built in 1871</a>, is of stone and shut.</li>' * 2
    page = PAGE.replace("</article>", f"<ul>{links}</ul><p>Read more: {MENU[5]}</p><ul>{own}</ul></article>")
    body = read(page, "a.html").body
    assert all(line not in body for line in MENU[:6])
    assert "is of stone" in body
    assert "built in 1871" in body


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + f"<ul><li><a href='/a'>{PROSE[0]}</a>" * 250 + f"<p>{PROSE[0]}</p></body></html>",
        "<html><head>" + SEARCH.format('"headline": "' * 200_000) + f"</head><p>{PROSE[0]}</p></html>",
        "<html><head>" + SEARCH.format('"a": ' + "[" * 200_000) + f"</head><p>{PROSE[0]}</p></html>",
        f"<html><body>{f'<div class=a><p>{PROSE[0]}<p>{PROSE[1]}<p>{PROSE[0]}' * 100}</body></html>",
        "<html><body>" + "<div>" * 5_000 + f"<p>{PROSE[0]}</p>" + "</div>" * 5_000 + "</body></html>",
        f"<html><body><p {'a=b ' * 200_000}>{PROSE[0]}</p></body></html>",
        "<html><body>" + "<!--" * 200_000 + f"--><p>{PROSE[0]}</p></body></html>",
        "<html><body>" + "".join(f"<p>{PROSE[0]} {i}</p>" for i in range(40_000)) + "</body></html>",
        "<html><body>" + "<script>" * 100_000 + f"</script><p>{PROSE[0]}</p></body></html>",
    ],
    ids=["lists", "headlines", "data", "parts", "deep", "crowded", "comments", "long", "scripts"],
)
def test_hostile_pages_are_read_in_time(page: str) -> None:
    """Pages built to choke a parser still give their text, within seconds."""
    began = time.process_time()
    assert PROSE[0] in read(page, "a.html").body
    assert time.process_time() - began < 15


def test_entities_of_a_doctype_are_not_expanded() -> None:
    """A page cannot make its text grow, nor read a file of the machine."""
    bomb = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body><p>Before &a; after.</p></html>'
    assert "root:" not in read(bomb, "a.html").text


def test_words_of_a_page_in_a_single_pass() -> None:
    """Scripts and menus are passed over, entities read, and words of a block kept on one line."""
    page = "<nav>Menu</nav><SCRIPT>x()</SCRIPT ><p>Fish <b>&amp;</b>\nchips</p><aside>Ad</aside><p>Done</p>"
    assert [line for line in text_of(page).split("\n") if line] == ["Fish & chips", "Done"]


def test_plain_text_does_not_pay_for_html() -> None:
    """Reading plain text loads neither trafilatura nor lxml."""
    script = (
        "import sys; from watcher.formats import extract; from watcher.model import Document;"
        "extract(Document('a.txt', b'Both bridges over the river are closed after the flood.'));"
        "sys.exit(bool({'trafilatura', 'lxml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


# ── real pages, where they are to be had ─────────────────────────────────────────────────────────


@cache
def rows() -> list[dict[str, Any]]:
    with (SHARED / "news-dev.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def page_of(row: dict[str, Any]) -> bytes:
    data = (SHARED / row["html"]).read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def recall_and_precision(got: str, wanted: str) -> tuple[float, float]:
    ours, theirs = words(got), words(wanted)
    common = (ours & theirs).total()
    return common / max(1, theirs.total()), common / max(1, ours.total())


def flattened() -> Iterator[tuple[list[str], str, str]]:
    """Menus of thirty real pages with the title and text of their articles."""
    from lxml import html

    for row in [r for r in rows() if r.get("html") and r["title"] and len(r["text"].split()) > 150][::7]:
        tree = html.document_fromstring(page_of(row), parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
        links = [" ".join("".join(map(str, a.itertext())).split()) for a in tree.iter("a")]
        menu = [link for link in links if len(link.split()) >= 2 and len(link) < 150][:45]
        if len(menu) >= 15:
            yield menu, row["title"], row["text"]


@needs_shared
@pytest.mark.parametrize("gap", ["\xa0" * 4, "\n", " | "], ids=["spaces", "lines", "bars"])
def test_menus_of_real_pages_are_cut(gap: str) -> None:
    """Menus of other sites, flattened, go (precision 0.97 over all, without the cut 0.79) and the articles stay."""
    scores = []
    for menu, title, text in flattened():
        article = read(gap.join(menu) + gap + f"\n\n\n\n{title}\n\n{text}")
        scores.append(recall_and_precision(article.text, f"{title}\n{text}"))
    assert len(scores) >= 20
    assert sum(recall for recall, _ in scores) / len(scores) >= 0.99
    assert sum(recall >= 0.97 for recall, _ in scores) >= 0.97 * len(scores)
    assert sum(precision for _, precision in scores) / len(scores) >= 0.97


@needs_shared
def test_real_articles_as_plain_text_lose_nothing() -> None:
    """Of the words of real articles saved as title and text, at least 995 in 1,000 are kept."""
    kept = total = 0
    for row in rows()[::3]:
        wanted = words(row["text"])
        kept += (words(read(f"{row['title']}\n\n{row['text']}").text) & wanted).total()
        total += wanted.total()
    assert kept >= 0.995 * total, kept / total


@needs_shared
def test_real_pages() -> None:
    """The text of real pages is found (mean F1 of tokens 0.94 and more), and no wrong day where one is found."""
    scores, days = [], []
    for row in [r for r in rows() if r.get("html") and r["id"].startswith(("fundus", "aeb"))][::9]:
        article = read(page_of(row), "a.html")
        recall, precision = recall_and_precision(article.body, row["text"])
        scores.append(2 * recall * precision / (recall + precision) if recall + precision else 0.0)
        if row["date"] and article.published:
            days.append(str(article.published)[:10] == str(row["date"])[:10])
    assert sum(scores) / len(scores) >= 0.93, sum(scores) / len(scores)
    assert sum(days) >= 0.93 * len(days)


def test_an_article_longer_than_any_book_is_refused() -> None:
    """Text that would cost gigabytes downstream is put aside with the reason, not cut in silence."""
    with pytest.raises(Unreadable, match="at most 100 are taken"):
        extract(Document("a.txt", b"word " * 50), Limits(characters=100))


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        (
            '<title>"It will begin": The river rises again - Gazette</title>'
            '<meta property="twitter:title" content="&quot;It will begin&quot;: The river rises again">',
            '<h1><span>"It will begin"</span><span>The river rises again</span></h1>',
            '"It will begin": The river rises again',
        ),
        (
            "<title>“Tireless effort” – The New Valley Gazette</title>"
            '<meta property="og:title" content="“Tireless effort” - The New Valley Gazette">',
            "<h1>“Tireless effort”</h1>",
            "“Tireless effort”",
        ),
    ],
)
def test_html_title_is_whole_and_nothing_else(head: str, heading: str, title: str) -> None:
    """With the mark behind its kicker, and without the site's name behind two words."""
    paragraphs = "".join(f"<p>{text}</p>" for text in PROSE)
    page = f"<html><head>{head}</head><body><article>{heading}{paragraphs}</article></body></html>"
    assert read(page, "a.html").title == title


def test_plain_text_broken_by_width_has_whole_paragraphs() -> None:
    """Names and phrases over a line's end are found, offsets are the file's, and a list stays as it is."""
    told = (
        "Le ministre russe des affaires étrangères, Sergueï Lavrov, a déclaré jeudi à Douchanbé que l'Asie centrale "
        "restait une priorité de son pays, et que la Corée du Nord avait été consultée avant la réunion de Moscou. "
        "Le Conseil de sécurité se réunira lundi à New York."
    )
    for width in (50, 64, 72, 80):
        assert plain.article("Le titre\n\n" + textwrap.fill(told, width) + "\n\nFin.").body == told + "\n\nFin."
    listed = "\n".join(
        ["Le titre", "", "Paris et Londres parlent", "Rome se tait sur la question de la mer", "Oslo", "Bonn"]
    )
    assert plain.article(listed).body == listed.partition("\n\n")[2]
