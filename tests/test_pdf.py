"""PDFs in, articles out: titles, paragraphs, right-to-left text, and what is not read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pdfs import Run, assembled, pdf, stream
from watcher.allowance import allowance
from watcher.errors import Incomplete, Unreadable
from watcher.formats import extract
from watcher.formats.bidi import Glyph, reading_order
from watcher.formats.columns import Row, in_order, rows
from watcher.formats.typeline import Line
from watcher.model import Article, Document, Limits
from watcher.pool import Pool

PROSE = [
    "The river rose by two metres overnight, and the council closed",
    "both bridges before the morning traffic began. Engineers who",
    "looked at the piers said that the older one would stay shut.",
]


def read(data: bytes, limits: Limits = Limits()) -> Article:  # noqa: B008 - frozen
    (article,) = extract(Document("a.pdf", data), limits)
    return article


def column(lines: list[str], x: float = 50, top: float = 700) -> list[Run]:
    return [Run(x, top - 12 * i, line) for i, line in enumerate(lines)]


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not() -> None:
    """A short line or a gap ends a paragraph, the page's width does not."""
    lines = [Run(50, 664 - 12 * i, line) for i, line in enumerate(["It reopened on Monday.", *PROSE])]
    assert read(pdf([*column(PROSE), *lines])).body.split("\n") == [
        " ".join(PROSE) + " It reopened on Monday.",
        " ".join(PROSE),
    ]


def test_the_largest_lines_are_the_title_and_leave_the_text() -> None:
    """A headline in large type, over two lines, is the title; the paper's name in larger type is not."""
    page = [Run(50, 800, "Herald", 30), Run(50, 760, "Both bridges over the river", 20), Run(50, 738, "closed", 20)]
    article = read(pdf([*page, *column(PROSE)]))
    assert article.title == "Both bridges over the river closed"
    assert article.body == "Herald\n" + " ".join(PROSE)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Both bridges closed", "Both bridges closed"),
        ("Microsoft Word - both bridges.docx", "Both bridges are closed"),
        ("Annual report 2019", "Both bridges are closed"),
        ("Untitled", "Both bridges are closed"),
    ],
)
def test_the_title_of_the_properties_counts_if_the_page_has_it(said: str, title: str) -> None:
    """A title that the page does not say is a file's name, a template's or another document's."""
    data = pdf([Run(50, 760, "Both bridges are closed", 20), *column(PROSE)], info={"Title": said})
    assert read(data).title == title


def test_date_and_author_are_those_of_the_text() -> None:
    """The day on a line of its own is that of publication, the day on which the file was made is not; the properties
    name an author only by a full name."""
    info = {"CreationDate": "D:20240103093826+01'00'", "Author": "jdoe"}
    article = read(pdf([Run(50, 760, "12 May 2021"), Run(50, 730, "By Jane Doe"), *column(PROSE)], info=info))
    assert (article.published, article.author) == (date(2021, 5, 12), "Jane Doe")
    article = read(pdf(column(PROSE), info={"CreationDate": "D:20240103093826+01'00'", "Author": "Jane Doe"}))
    assert (article.published, article.author) == (None, "Jane Doe")
    assert read(pdf(column(PROSE), info={"Author": "administrator"})).author is None


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("both sides of the govern-", "ment agreed on it", "of the government agreed"),
        ("both sides of the Schwarz-", "Weiß film agreed", "of the Schwarz-Weiß film"),
        ("a well-known fact is well-", "known to everybody", "is well-known to"),
        ("between the years of 2019-", "2021 it was closed", "of 2019-2021 it"),
        ("both sides of the govern\xad", "ment agreed on it", "of the government agreed"),
    ],
)
def test_words_broken_at_a_line_are_made_whole(first: str, second: str, joined: str) -> None:
    """A hyphen at a line's end goes, unless the word is written with it."""
    assert joined in read(pdf(column([first, second]))).body


LEFT = [
    "The harbour authority closed two berths",
    "on Tuesday after a crane operator found",
    "cracks in the wall of the quay, and had",
    "all ships moved to the northern basin.",
]
RIGHT = [
    "Freight companies said that grain would",
    "come nine days late, and that some of it",
    "was on its way to other ports already,",
    "as nobody knew when it would be mended.",
]


@pytest.mark.parametrize(
    ("gap", "lower"), [(40, 0), (14, 0), (40, 5), (40, -5)], ids=["wide", "narrow", "lower", "higher"]
)
@pytest.mark.parametrize("drawn", [zip, lambda *columns: columns], ids=["row by row", "column by column"])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(drawn: Any, gap: int, lower: int) -> None:
    """No phrase is torn apart by the words beside it; the text below, over the whole width, follows them."""
    columns = column(LEFT), column(RIGHT, 250 + gap, 700 - lower)
    below = column([f"{line} {line.lower()}" for line in PROSE], top=620)
    page = [Run(50, 760, "Two berths are closed", 20), *(run for runs in drawn(*columns) for run in runs), *below]
    text = " ".join(read(pdf(page)).body.split())
    assert text.startswith(" ".join((*LEFT, *RIGHT)))
    assert text.endswith("stay shut. looked at the piers said that the older one would stay shut.")


def test_rows_of_tables_stay_rows() -> None:
    """Cells are parted like columns, but no line of them goes on in the next."""
    table = [
        ("10 March", "The bridge over the river was closed", "Nobody was hurt there"),
        ("11 March", "Two berths were shut by the authority", "Grain came later"),
        ("12 March", "All ships were sent to other ports", "Prices rose by a tenth"),
        ("13 March", "The wall was measured once again", "It is to be mended"),
    ]
    cells = [Run(50 + 160 * i, 700 - 14 * n, cell, 8) for n, row in enumerate(table) for i, cell in enumerate(row)]
    body = " ".join(read(pdf(cells)).text.split())
    assert all(" ".join(row) in body for row in table)


@pytest.mark.parametrize("count", [12, 23])
def test_rows_of_more_cells_than_a_page_has_columns_stay_rows(count: int) -> None:
    """However much they look like prose: of a page of nothing but gaps, each cell was held against each gap."""
    drawn = [[Run(20 + 24 * i, 700 - 3 * n, f"as {i} of {n} is", 2) for i in range(count)] for n in range(6)]
    body = " ".join(read(pdf([run for row in drawn for run in row])).text.split())
    assert all(" ".join(run.text for run in row) in body for row in drawn)


class Counted(float):
    """A place on a page; all of them together know how often one was held against another."""

    asked = 0

    def __lt__(self, other: float) -> bool:
        Counted.asked += 1
        return float.__lt__(self, other)


def test_a_row_of_thousands_of_cells_takes_a_glance_at_each() -> None:
    """Drawn cell by cell or as one line: a hostile page has them."""
    cells = [Line(0, "word", Counted(20 * i), Counted(20 * i + 9), 100.0, 10.0) for i in range(2_000)]
    across = Line(0, "word " * 2_000, 0.0, 40_000.0, 100.0, 10.0)
    drawn: list[Row] = []
    for row in (Row((cell,), (cell,)) for cell in cells):
        both = drawn[-1].beside(row) if drawn else None
        drawn[-1:] = [both] if both else [*drawn[-1:], row]
    assert [*in_order(drawn)] == cells
    assert [*in_order([*rows(across, cells)] * 2)] == [across] * 2
    assert Counted.asked < 100 * len(cells)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [False, True])
def test_a_page_is_read_in_its_order_however_it_is_shown(degrees: int, turned: bool) -> None:
    """Upright or sideways; lines may be drawn upwards for a page that is turned."""
    lines = [Run(50 + 12 * i, 50, line, turned=True) for i, line in enumerate(PROSE)] if turned else column(PROSE)
    shown = pdf(lines).replace(b"/Type /Page /Parent", b"/Rotate %d /Type /Page /Parent" % degrees)
    assert read(shown).text == " ".join(PROSE)


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    """Columns and pages part no sentence, nor do the notes at their feet; new sentences begin new paragraphs."""
    note = Run(50, 100, "1 A note in small type stands below.", 7)
    pages = [
        [*column(PROSE[:2]), note, *column(PROSE[2:] + ["It is old and was built by"], x=320)],
        column(["people who are dead."]),
        column(PROSE),
    ]
    assert read(pdf(*pages)).body.split("\n") == [
        " ".join(PROSE[:2]) + f" {PROSE[2]} It is old and was built by people who are dead.",
        note.text,
        " ".join(PROSE),
    ]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    """What stands at the same place of every page's edge is said once by the paper, not by the article."""
    pages = [
        [
            Run(50, 810, f"The Herald, page {n} of 3"),
            *column([f"{line} {word}" for line in PROSE]),
            Run(300, 30, f"- {n} -"),
        ]
        for n, word in enumerate(["one", "two", "three"], 1)
    ]
    body = read(pdf(*pages)).body
    assert "Herald" not in body
    assert "- 1 -" not in body
    assert body.count("overnight") == 3


def test_a_page_of_nothing_but_its_head_keeps_it() -> None:
    """Where leaving out would leave nothing, all is kept."""
    assert read(pdf(*[[Run(50, 810, "Background")]] * 3)).body == "Background\nBackground\nBackground"


def test_lines_up_the_margin_are_lines_of_their_own() -> None:
    """Text that is turned by a quarter is kept and is joined to nothing."""
    article = read(pdf([Run(30, 300, "Photo: Jane Doe", turned=True), *column(PROSE)]))
    assert article.body == "Photo: Jane Doe\n" + " ".join(PROSE)


def test_chinese_lines_are_joined_without_a_space() -> None:
    """Where words are not spaced, neither are lines; digits set apart are not parted."""
    assert (
        read(pdf(column(["北京的桥在洪水之后已", "经关闭，市长说。"]))).body == "北京的桥在洪水之后已经关闭，市长说。"
    )


def test_characters_beyond_the_first_plane_are_whole() -> None:
    """Emoji and rare Chinese characters are one character each."""
    assert (
        read(pdf(column(["A smile \U0001f600 and \U00020000 too."]))).body == "A smile \U0001f600 and \U00020000 too."
    )


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("םולש םלוע", "עולם שלום"),
        (".2021 יאמב 14 דע ,רבכ", "כבר, עד 14 במאי 2021."),
        ("ACME Bridges תרבח לש םיסדנהמ", "מהנדסים של חברת ACME Bridges"),
        ("14.05.2021 םויב )52 ןב( ריעה שאר", "ראש העיר (בן 52) ביום 14.05.2021"),
        ("ﻡﻼﺳ", "سلام"),  # presentation forms, the third a ligature of two letters
    ],
)
def test_right_to_left_text_is_read_in_its_order(drawn: str, written: str) -> None:
    """Hebrew and Arabic come out as they are written, numbers and Latin words among them in their own direction."""
    assert read(pdf([Run(50, 700, drawn)])).body == written


def test_ligatures_marks_and_spaces_of_arabic_are_told_by_their_place() -> None:
    """A ligature keeps the order of its letters, a mark follows its letter, a gap is a space."""
    glyphs = [Glyph("د", 30, 36), Glyph("لا", 36, 42), Glyph("ً", 38, 38), Glyph("ب", 50, 55)]
    assert reading_order(glyphs, 10, rtl=True) == "ب لاًد"


@given(st.lists(st.tuples(st.sampled_from("אבשaz59 ,.(ًل"), st.integers(0, 300)), max_size=40), st.booleans())
def test_no_character_is_lost_when_a_line_is_put_in_order(drawn: list[tuple[str, int]], rtl: bool) -> None:
    """Whatever stands wherever: each letter and digit of the line is in the text, and as often."""
    text = reading_order([Glyph(c, x, x + 5) for c, x in drawn], 10, rtl=rtl)
    assert sorted(c for c in text if c.isalnum()) == sorted(c for c, _ in drawn if c.isalnum())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a broken PDF"),
        (pdf([]), "no text layer in it"),
        (pdf([Run(50, 700, " ")]), "no text layer in it"),
        (pdf(), "a broken PDF"),
    ],
)
def test_pdfs_that_cannot_be_read_say_why(data: bytes, reason: str) -> None:
    """Scans, broken and empty files are put aside with the reason."""
    with pytest.raises(Unreadable, match=reason):
        read(data)


def test_a_pdf_behind_a_password_says_so() -> None:
    """Nobody guesses passwords: the reason names it."""
    keys = f"/O <{'00' * 32}> /U <{'11' * 32}>"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 {keys} >> /ID [<{'22' * 16}> <{'22' * 16}>]"
    with pytest.raises(Unreadable, match="password"):
        read(pdf(column(PROSE), trailer=lock))


def test_of_a_pdf_with_too_many_pages_the_first_are_read() -> None:
    """A file of a million pages gives those that are read in time, and the reason."""
    kids = b"4 0 R " * 3_000
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 3000 /Kids [%s] >>" % kids,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 3 0 R >> >> /Contents 5 0 R >>",
        stream(b"BT /F 10 Tf 50 400 Td (The older bridge stays shut.) Tj ET"),
    ]
    with pytest.raises(Incomplete, match=r"3,000 pages; the first 2,000 were read") as caught:
        read(assembled(objects, b"/Root 1 0 R"))
    assert "older bridge" in caught.value.articles[0].body


def test_a_pdf_longer_than_any_book_is_refused() -> None:
    """Text beyond the limit is not cut in silence."""
    with pytest.raises(Unreadable, match="at most 100 are taken"):
        read(pdf(*[column(PROSE)] * 9), Limits(characters=100))


# ── hostile files, in a worker as in the daemon ──────────────────────────────────────────────────

SOUND = pdf([Run(50, 760, "Both bridges closed", 20), *column(PROSE)], column(PROSE), info={"Title": "Bridges closed"})


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    workers = Pool()
    yield workers
    workers.stop()


def outcome(data: bytes) -> str:
    """What a worker makes of it."""
    with allowance(5, 256):
        try:
            return f"{len(extract(Document('a.pdf', data)))} articles"
        except Incomplete as error:
            return f"{len(error.articles)} articles, {error}"
        except Unreadable as error:
            return str(error)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.binary(max_size=6), st.integers(0, 8)), max_size=8),
    st.integers(0, len(SOUND)),
)
def test_broken_pdfs_give_articles_or_a_reason(pool: Pool, changes: list[tuple[int, bytes, int]], length: int) -> None:
    """Bytes changed, put in, taken out or cut off: an article, or a reason, and the worker lives."""
    data = SOUND
    for at, put, out in changes:
        data = data[:at] + put + data[at + out :]
    assert "failed" not in pool.submit(outcome, data[:length] if length > 100 else data).result()


@pytest.mark.parametrize(
    "contents", [b"q " * 100_000, b"[" * 100_000, b"<<" * 100_000, b"BT " * 10_000 + b"(x) Tj" * 100]
)
def test_nesting_without_end_costs_one_file(pool: Pool, contents: bytes) -> None:
    """What is nested a hundred thousand times deep ends in words or a reason."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        stream(contents),
    ]
    assert pool.submit(outcome, assembled(objects, b"/Root 1 0 R")).result()
