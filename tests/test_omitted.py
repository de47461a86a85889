"""What was cut from a page or a text when it was read, as `explain --text --all` shows it beside what rules see."""

from __future__ import annotations

import gzip
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.pdfs import Run, pdf
from tests.test_office import ONE, TWO, W, archive, docx, epub, odt, p, t
from watcher.cli import app
from watcher.formats import extract
from watcher.formats.omitted import CUT, Omission, omissions
from watcher.model import Document

MENU = ["Home", "World", "Politics", "Sport", "Culture", "Science", "Health", "Weather", "Video", "Travel", "Jobs"]
TITLE = "Floods close both bridges"
PARAGRAPHS = [
    "Both bridges over the river stayed closed on Saturday after the flood that reached the old town, the mayor said.",
    "Rescue workers took thirty families out of their houses during the night, and the school was opened for them, "
    "with beds that the army had brought from its barracks on the other side of the hills.",
    "Trains will run again on Monday morning if the water goes down as the weather service expects it to do, he added.",
]
LINK = "Lire aussi : La crue racontée par ceux qui l'ont vécue"
TEXT = "\n".join([*MENU, "", TITLE, "", PARAGRAPHS[0], "", LINK, "", *PARAGRAPHS[1:], ""])
COOKIES, FOOTER = "We use cookies to improve your visit.", "© Gazette. All rights reserved."
RELATED = "Champions lose the final in extra time again"
MARKED = "".join(f"<p>{told.replace('the ', '<b>the</b> ', 1)}</p>" for told in PARAGRAPHS)
ITEMS = "".join(f"<li>{item}</li>" for item in MENU)
PAGE = f"""<!doctype html><html lang="en"><head><title>{TITLE}</title><script>var never = "shown"</script></head><body>
<div class="cookie-banner">{COOKIES}</div><nav><ul>{ITEMS}</ul></nav>
<article><h1>{TITLE}</h1>{MARKED}</article>
<aside><ul><li><a href="/1">{RELATED}</a></li></ul></aside><footer>{FOOTER}</footer></body></html>
"""


def shown(file: Path, *more: str) -> str:
    done = CliRunner().invoke(app, ["explain", "--text", *more, str(file), "--state", str(file.parent / "none")])
    assert done.exit_code == 0, done.output
    return done.stdout


def cut(line: str) -> str:
    return f"[{CUT}] {line}"


def left_out(name: str, data: bytes) -> list[str]:
    found: dict[int, tuple[Omission, ...]] = {}
    extract(Document(name, data), omitted=found)
    return [omission.words for omission in found.get(0, ())]


def test_what_is_cut_from_a_text_is_shown_in_its_place(tmp_path: Path) -> None:
    """`--text` prints what rules see, `--all` the menu before and the link amid the paragraphs too, marked."""
    file = tmp_path / "a.txt"
    file.write_text(TEXT)
    seen = "\n".join([TITLE, "", *PARAGRAPHS])
    assert [line for line in shown(file).splitlines() if line] == [line for line in seen.splitlines() if line]
    lines = [line for line in shown(file, "--all").splitlines() if line]
    assert lines == [*map(cut, MENU), TITLE, PARAGRAPHS[0], cut(LINK), *PARAGRAPHS[1:]]


def test_what_is_cut_from_a_page_is_shown_in_its_place(tmp_path: Path) -> None:
    """Cookie text, menu, related links and footer of a page are marked, and its paragraphs are not."""
    file = tmp_path / "a.html"
    file.write_text(PAGE)
    seen = [line for line in shown(file).splitlines() if line]
    assert seen == [TITLE, *PARAGRAPHS]
    lines = [line for line in shown(file, "--all").splitlines() if line]
    assert lines == [*map(cut, [COOKIES, *MENU]), *seen, cut(RELATED), cut(FOOTER)]


def test_what_was_cut_sets_nothing_in_a_terminal(tmp_path: Path) -> None:
    """Neither escapes nor marks that turn a line round pass from a line that was cut, nor one of endless length."""
    hostile = f"<footer>\x1b[31mred &#27;]0;title&#7; &#x202e;txt.exe &#8238; {'word ' * 5_000}</footer>"
    file = tmp_path / "a.html"
    file.write_text(PAGE.replace("<aside>", hostile + "<aside>"))
    told = shown(file, "--all")
    assert all(c.isprintable() or c == "\n" for c in told)
    (line,) = (line for line in told.splitlines() if "txt.exe" in line)
    assert line.startswith(cut("")) and len(line) < 500


def test_what_is_told_of_a_page_is_bounded() -> None:
    """Of a page of menus the first thousand lines are told and how many follow; of a huge one that it is too large."""
    found = omissions(PARAGRAPHS[0], "\n".join(f"item {n} of menu" for n in range(5_000)))
    assert len(found) == 1_001 and found[-1].why == "cut when the file was read, and not shown: 4,000 more"
    (only,) = omissions(PARAGRAPHS[0], "menu\n" * 500_000)
    assert "is not told: over 2,000,000 characters" in only.why and not only.words


ENTRY = "".join(f"<p>{told}</p>" for told in [*PARAGRAPHS, LINK])
OTHER = f"<item><title>Trains run again</title><description>{PARAGRAPHS[2]}</description></item>"
FEED = f"""<rss><channel><title>Gazette</title>{OTHER}<item><title>{TITLE}</title>
<description><![CDATA[{ENTRY}]]></description></item></channel></rss>"""
LISTED = [
    {"title": "", "text": ""},
    {"title": "Trains run again", "text": PARAGRAPHS[2]},
    {"title": TITLE, "text": ENTRY},
]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.rss", FEED), ("a.json", json.dumps(LISTED)), ("a.jsonl", "\n".join(map(json.dumps, LISTED)))],
)
def test_what_is_cut_from_one_of_many_articles_is_told_of_it(name: str, data: str) -> None:
    """Of a feed's entry and of one of many articles in JSON the link to another article is told, of the others none."""
    found: dict[int, tuple[Omission, ...]] = {}
    articles = extract(Document(name, data.encode()), omitted=found)
    assert [article.title for article in articles] == ["Trains run again", TITLE]
    assert [[omission.words for omission in found[part]] for part in (0, 1)] == [[], [LINK]]


def test_running_heads_and_page_numbers_of_a_pdf_are_told() -> None:
    """What a PDF's pages have at their edges is told in its place, and no paragraph that goes on from page to page."""
    pages = [
        [Run(50, 810, "The Weekly Herald"), *(Run(50, 700 - 14 * i, line) for i, line in enumerate(lines))]
        for lines in (
            ["The river rose by two metres overnight, and the council closed", "both of the old brid-"],
            ["ges before the morning, as nobody knew how", "much more would come"],
            ["down from the hills. Trains stand still since", "then, the mayor said."],
        )
    ]
    told = left_out("a.pdf", pdf(*([*page, Run(300, 30, f"- {n} -")] for n, page in enumerate(pages, 7))))
    assert told == [line for n in (7, 8, 9) for line in ("The Weekly Herald", f"- {n} -")]


def test_what_office_documents_do_not_print_in_their_text_is_told() -> None:
    """Headers, comments, contents, and words that were deleted are told, codes of fields and what is read are not."""
    deleted = f"<w:p><w:del><w:r><w:delText>{FOOTER}</w:delText></w:r></w:del><w:r><w:tab/><w:t>{ONE}</w:t></w:r></w:p>"
    page_number = "<w:p><w:r><w:instrText>PAGE of all</w:instrText></w:r></w:p>"
    header = f'<w:hdr xmlns:w="{W}">{p("Gazette No. 7") + page_number}</w:hdr>'
    parts = docx(p(TITLE, "Titel") + p("Chapter one 7", "Verzeichnis1") + deleted + p(TWO), header1=header)
    assert left_out("a.docx", archive(parts)) == ["Chapter one 7", FOOTER.strip("© "), "Gazette No. 7"]
    comment = f"<office:annotation>{t(COOKIES)}</office:annotation>"
    parts = odt(t(TITLE, "P1") + t(f"{ONE}{comment}<text:s/>{TWO}"))
    assert left_out("a.odt", archive(parts)) == [COOKIES]
    parts = epub({"a.xhtml": f"<body><header>{FOOTER}</header><h1>{TITLE}</h1><p>{ONE}</p><p>{LINK}</p></body>"})
    assert left_out("a.epub", archive(parts)) == [FOOTER, LINK]


def test_the_signature_of_a_mail_is_told() -> None:
    """What stands below the line that ends a mail's text."""
    message = EmailMessage()
    message["Subject"] = TITLE
    message.set_content("\n".join([*PARAGRAPHS, "-- ", "Jane Doe, Gazette"]))
    message.add_alternative(PAGE, subtype="html")
    assert left_out("a.eml", message.as_bytes()) == ["Jane Doe, Gazette"]


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"] = TITLE
    message.set_content(PAGE, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.html.gz", gzip.compress(PAGE.encode())), ("a.eml", mail()), ("a.md", f"# {TITLE}\n\n{FOOTER}".encode())],
    ids=["gz", "mail", "markdown"],
)
def test_pages_in_other_files_tell_what_was_cut(name: str, data: bytes) -> None:
    """What a page leaves out is told in archives and mails as well; Markdown without any of it tells nothing."""
    told = left_out(name, data)
    assert told == ([] if name == "a.md" else [COOKIES, *MENU, RELATED, FOOTER])


def test_nothing_is_kept_where_nobody_asks() -> None:
    """The articles are the same whether what was left out is told or not."""
    document = Document("a.html", PAGE.encode())
    assert extract(document, omitted={}) == extract(document)


def test_a_link_that_repeats_the_title_and_a_menu_on_the_title_line_are_cut_by_their_words() -> None:
    """Of a line of which the article has a part, what it lacks is told and nothing else."""
    text = f"{TITLE} after the storm of Friday\n\n{PARAGRAPHS[0]}"
    line = f"Home | World | Sport | {TITLE} after the storm of Friday | Jobs | Travel"
    told = [omission.words for omission in omissions(text, f"{line}\n{PARAGRAPHS[0]}\nLire aussi : {TITLE}")]
    assert told == ["Home | World | Sport", "Jobs | Travel", f"Lire aussi : {TITLE}"]


words = st.text(st.characters(categories=["L", "Nd", "P"]), min_size=1, max_size=8)


@given(st.lists(words, max_size=60), st.data())
def test_lines_that_were_broken_or_joined_are_never_told(told: list[str], data: st.DataObject) -> None:
    """The same words in other lines and another case of spaces are not cut, in whatever script."""
    breaks = st.lists(st.sampled_from([" ", "\n", "  ", "\n\n"]), min_size=len(told), max_size=len(told))
    text, whole = ("".join(map("".join, zip(told, data.draw(breaks), strict=True))) for _ in range(2))
    assert omissions(text, whole) == ()
