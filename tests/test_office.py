"""Word processors' documents and books in, articles out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import Unreadable
from watcher.formats import extract
from watcher.model import Article, Document

ONE = "The river rose by two metres overnight, and the council closed both bridges before the morning traffic."
TWO = "Nobody was hurt, but eleven families on the lower bank had to leave their houses and sleep in a school."
TITLE = "Both bridges over the river closed"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def archive(parts: Mapping[str, str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return data.getvalue()


def articles(parts: Mapping[str, str], name: str = "a.docx") -> tuple[Article, ...]:
    return extract(Document(name, archive(parts)))


# ── DOCX ─────────────────────────────────────────────────────────────────────────────────────────

STYLES = (
    f'<w:styles xmlns:w="{W}">'
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Ours"/><w:basedOn w:val="Titel"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/></w:style></w:styles>'
)


def p(text: str, style: str = "", run: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, core: str = "", **others: str) -> dict[str, str]:
    return {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": STYLES,
        "docProps/core.xml": f"<cp {DC}>{core}</cp>",
        **{f"word/{name}.xml": text for name, text in others.items()},
    }


def read(body: str, core: str = "", **others: str) -> Article:
    (article,) = articles(docx(body, core, **others))
    return article


@pytest.mark.parametrize("style", ["Titel", "Mine", "berschrift1"])
def test_docx_title_by_its_style(style: str) -> None:
    """A title is told by its style's English name, whatever the language of the program."""
    article = read(p(TITLE, style) + p(ONE) + p(TWO, "Loop"))
    assert (article.title, article.body, article.language) == (TITLE, f"{ONE}\n{TWO}", "en")


@pytest.mark.parametrize("style", ["Title", "Heading1"])
def test_docx_without_its_styles_has_words_own(style: str) -> None:
    """As small programs write it, which name a style and define none."""
    parts = docx(p(TITLE, style) + p(ONE))
    del parts["word/styles.xml"]
    (article,) = articles(parts)
    assert (article.title, article.body) == (TITLE, ONE)


def test_docx_title_over_two_paragraphs() -> None:
    """Paragraphs on end in the style of titles are one title."""
    assert read(p("Both bridges", "Titel") + p("over the river closed", "Titel") + p(ONE)).title == TITLE


def test_docx_title_of_its_properties_counts_if_the_text_says_it() -> None:
    """A title of another document is not taken over; neither is what a program calls its user."""
    core = f"<dc:title>{TITLE}</dc:title><dc:creator>Jane Doe</dc:creator>"
    article = read(p("Wednesday") + p(TITLE) + p(ONE) + p(TWO), core)
    assert (article.title, article.body, article.author) == (TITLE, f"Wednesday\n{ONE}\n{TWO}", "Jane Doe")
    core = "<dc:title>Annual report of the board</dc:title><dc:creator>user</dc:creator>"
    article = read(p(ONE) + p(TWO), core)
    assert (article.title, article.author) == ("", None)


@pytest.mark.parametrize("body", [p(TITLE, run="<w:b/>") + p(ONE), p(TITLE) + "<w:p/>" + p(ONE)])
def test_docx_title_without_a_style_is_the_line_set_apart(body: str) -> None:
    """A first line in bold, or above an empty one, is the title."""
    assert read(body).title == TITLE
    assert read(p(TITLE) + p(ONE)).title == ""


def test_docx_date_and_author_are_those_of_the_text() -> None:
    """The day on which a file was made is not that of publication; the byline's is."""
    core = '<dcterms:created xmlns:dcterms="t">2024-01-03T09:38:26Z</dcterms:created>'
    article = read(p(TITLE, "Titel") + p("12 May 2021") + p("By Jane Doe") + p(ONE), core)
    assert (article.published, article.author) == (date(2021, 5, 12), "Jane Doe")
    assert read(p(TITLE, "Titel") + p(ONE), core).published is None


def test_docx_leaves_out_what_is_not_in_the_text() -> None:
    """Deleted, moved and hidden words, fields' codes, contents, and what is only for older programs are not read."""
    body = (
        p(TITLE, "Titel")
        + p("Chapter one 7", "Verzeichnis1")
        + "<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>added </w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t>words</w:t><w:tab/><w:t>of</w:t><w:noBreakHyphen/><w:t>old.</w:t></w:r></w:p>"
    )
    assert read(body, header1=f'<w:hdr xmlns:w="{W}">{p("A header")}</w:hdr>').body == "Kept added words of-old."


def test_docx_tables_are_lines_and_notes_stand_at_the_end() -> None:
    """A row of short cells is a line; a cell with paragraphs of its own, as in a letter's frame, is text."""
    row = "<w:tr>" + "".join(f"<w:tc>{p(cell)}</w:tc>" for cell in ("Monday", "", "12 dead")) + "</w:tr>"
    frame = f"<w:tr><w:tc>{p(ONE)}{p(TWO)}</w:tc><w:tc>{p('Beside it')}</w:tc></w:tr>"
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator">{p("-----")}</w:footnote>'
        f"<w:footnote>{p('A note.')}</w:footnote></w:footnotes>"
    )
    article = read(p(TITLE, "Titel") + f"<w:tbl>{row}{frame}</w:tbl>" + p("The end."), footnotes=notes)
    assert article.body.split("\n") == ["Monday | 12 dead", ONE, TWO, "Beside it", "The end.", "A note."]


def test_docx_text_boxes_are_read_once() -> None:
    """A box stands in the file twice, once for older programs."""
    box = "<w:txbxContent>" + p("In a box.") + "</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    assert (
        read(p(TITLE, "Titel") + f"<w:p><w:r><w:t>Before it.</w:t>{both}</w:r></w:p>").body == "In a box.\nBefore it."
    )


# ── ODT ──────────────────────────────────────────────────────────────────────────────────────────

SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style", "meta", "fo")
)
AUTOMATIC = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="P2" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>'
)


def odt(body: str, meta: str = "", manifest: str = "") -> dict[str, str]:
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        "content.xml": f"<office:document-content{SPACES}>"
        f"<office:automatic-styles>{AUTOMATIC}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta{SPACES} {DC}><office:meta>{meta}</office:meta></office:document-meta>",
    }


def t(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


@pytest.mark.parametrize("title", [t(TITLE, "P1"), t(TITLE, "P2"), f"<text:h>{TITLE}</text:h>", t(TITLE) + "<text:p/>"])
def test_odt_title(title: str) -> None:
    """A title by its style, a heading, or a first line that is set apart."""
    (article,) = articles(odt(title + t(ONE) + t(TWO)), "a.odt")
    assert (article.title, article.body) == (TITLE, f"{ONE}\n{TWO}")


def test_odt_without_its_manifest_is_read() -> None:
    """It is needed only where the document is encrypted."""
    parts = odt(t(TITLE, "P1") + t(ONE))
    del parts["META-INF/manifest.xml"]
    assert articles(parts, "a.odt")[0].body == ONE


def test_flat_odt_is_read_like_the_archive() -> None:
    """The whole document in one file of XML, pictures in letters among it."""
    parts = odt(t(TITLE, "P1") + t(ONE) + "<draw:image><office:binary-data>iVBO</office:binary-data></draw:image>")
    said, content = parts["meta.xml"], parts["content.xml"]
    inner = "".join(text.partition(">")[2].rpartition("</")[0] for text in (said, content))
    root = f'<office:document{SPACES} {DC} xmlns:draw="d" office:mimetype="{parts["mimetype"]}">'
    flat = f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{inner}</office:document>'.encode()
    (article,) = extract(Document("a.fodt", flat))
    assert (article.title, article.body) == (TITLE, ONE)
    noted = b"\xef\xbb\xbf" + flat.replace(b"?>", b"?>\n<!-- made <by> a program -->\n<!---->", 1)
    assert extract(Document("a.fodt", noted))[0].body == ONE
    wide = flat.decode().replace('"UTF-8"', '"UTF-16"')
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert extract(Document("a.fodt", wide.encode(encoding)))[0].body == ONE
    with pytest.raises(Unreadable, match="breaks off"):
        extract(Document("a.fodt", flat[:-30]))
    with pytest.raises(Unreadable, match=r"a kind that is not read: XML \(office:document\)"):
        extract(Document("a.fods", flat.replace(b"opendocument.text", b"opendocument.spreadsheet")))


def test_odt_text() -> None:
    """Spaces, breaks, links, tables and notes are read; what was deleted, comments and contents are not."""
    note = f"<text:note-citation>1</text:note-citation><text:note-body>{t('A note.')}</text:note-body>"
    note, comment = f"<text:note>{note}</text:note>", f"<office:annotation>{t('A comment.')}</office:annotation>"
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{t('Deleted.')}</text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        + t(TITLE, "P1")
        + f"<text:table-of-content><text:index-body>{t('Chapter 7')}</text:index-body></text:table-of-content>"
        + t("12 May 2021")
        + t(f"One<text:s text:c='9'/>two <text:span>and</text:span> <text:a>three</text:a>{note}, four{comment}."
            "<text:line-break/>Five.")
        + "<table:table><table:table-row>"
        + "".join(f"<table:table-cell>{t(cell)}</table:table-cell>" for cell in ("Monday", "12 dead"))
        + "</table:table-row></table:table>"
    )  # fmt: skip
    meta = "<meta:initial-creator>Jane Doe</meta:initial-creator><meta:creation-date>2024-01-03</meta:creation-date>"
    (article,) = articles(odt(body, meta), "a.odt")
    assert article.body.split("\n") == [
        "12 May 2021",
        "One two and three, four.",
        "Five.",
        "Monday | 12 dead",
        "A note.",
    ]
    assert (article.published, article.author) == (date(2021, 5, 12), "Jane Doe")


# ── EPUB ─────────────────────────────────────────────────────────────────────────────────────────


def epub(chapters: Mapping[str, str], extra: str = "", guide: str = "", **others: str) -> dict[str, str]:
    items = "".join(f'<item id="i{n}" href="{name.replace(" ", "%20")}"/>' for n, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="EPUB/book.opf"/></rootfiles></container>',
        "EPUB/book.opf": f"<package><metadata {DC}><dc:title>The Flood</dc:title><dc:language>en</dc:language>"
        f"<dc:creator>Jane Doe</dc:creator>{extra}</metadata><manifest>{items}"
        f'<item id="n" href="nav.xhtml" properties="nav"/></manifest><spine><itemref idref="n"/>{spine}'
        f'<itemref idref="i0"/></spine><guide>{guide}</guide></package>',
        "EPUB/nav.xhtml": "<html><body><h1>Contents</h1><p>One</p></body></html>",
        **{
            f"EPUB/{name}": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
            f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head>{text}</html>'
            for name, text in chapters.items()
        },
        **others,
    }


def test_epub_chapters_are_articles_in_the_order_of_the_spine() -> None:
    """Each chapter has its own heading; the book is the source, and says language, author and date."""
    chapters = {
        "z 1.xhtml": f"<body><h1>{TITLE}</h1><p>{ONE}</p></body>",
        "a.xhtml": f"<body><section><h2>The<br/> school</h2><p>By John Roe</p><p>{TWO}</p></section></body>",
        "empty.xhtml": "<body><img src='a.png'/></body>",
    }
    first, second = articles(epub(chapters, "<dc:date>2021-05-12</dc:date>"), "a.epub")
    assert (first.title, first.body, first.source, first.author) == (TITLE, ONE, "The Flood", "Jane Doe")
    assert (second.title, second.author, second.published, second.language, second.part) == (
        ("The school", "John Roe", date(2021, 5, 12), "en", 1)
    )


def test_epub_whose_container_writes_the_path_as_an_address() -> None:
    """As newer books do: with "%20" for a space."""
    book = epub({"one.xhtml": f"<body><h1>{TITLE}</h1><p>{ONE}</p></body>"})
    moved = {name.replace("EPUB/", "My Book/"): text.replace("EPUB/", "My%20Book/") for name, text in book.items()}
    (article,) = articles(moved, "a.epub")
    assert (article.title, article.body) == (TITLE, ONE)


def test_epub_leaves_out_the_links_that_turn_pages() -> None:
    """A row of nothing but links around each article; links in a sentence stay."""
    row = '<div>| <a href="n">Next</a> | <a href="m">Main menu</a> |</div>'
    told = f'<p>{ONE} <a href="x">Jane</a> | <a href="y">Roe</a> wrote it.</p>'
    book = epub({"one.xhtml": f"<body>{row}<h1>{TITLE}</h1>{told}{row}</body>"})
    (article,) = articles(book, "a.epub")
    assert (article.title, article.body) == (TITLE, f"{ONE} Jane | Roe wrote it.")


def test_epub_leaves_cover_and_contents_out() -> None:
    """What the book itself calls its cover, contents or title page is no chapter."""
    chapters = {
        "cover.xhtml": "<body><p>A cover</p></body>",
        "toc.xhtml": '<body epub:type="toc"><p>Chapter one</p></body>',
        "one.xhtml": f'<body><section epub:type="chapter"><h1>{TITLE}</h1><p>{ONE}</p></section></body>',
    }
    (article,) = articles(epub(chapters, guide='<reference type="cover" href="cover.xhtml"/>'), "a.epub")
    assert article.title == TITLE


def test_epub_with_a_broken_chapter_gives_the_others() -> None:
    """A chapter that is absent or locked costs itself alone; the file is put aside with the reason."""
    chapters = {"one.xhtml": f"<body><h1>{TITLE}</h1><p>{ONE}</p></body>", "two.xhtml": f"<body><p>{TWO}</p></body>"}
    absent = epub(chapters)
    del absent["EPUB/two.xhtml"]
    locked = epub(chapters) | {"META-INF/encryption.xml": '<e><CipherReference URI="EPUB/two.xhtml"/></e>'}
    for parts, reason in ((absent, "part EPUB/two.xhtml"), (locked, "encrypted")):
        with pytest.raises(Unreadable, match=reason) as caught:
            articles(parts, "a.epub")
        assert [a.title for a in caught.value.articles] == [TITLE]  # type: ignore[attr-defined]


# ── what is not read, and hostile files ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (docx("") | {"word/document.xml": "\0\1\2"}, "part word/document.xml is broken"),
        (docx(""), "no text"),
        (odt("") | {"content.xml": "no"}, "part content.xml is broken"),
        (odt(t(ONE), manifest="<encryption-data/>"), "encrypted"),
        (odt(""), "no text"),
        (epub({}), "no text"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"},
            "OpenDocument spreadsheet",
        ),
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}, "Excel workbook"),
        (docx(f"<w:p>{'<w:r>' * 300}<w:t>a</w:t>{'</w:r>' * 300}</w:p>"), "nested more than 256"),
    ],
)
def test_documents_that_cannot_be_read_say_why(parts: Mapping[str, str], reason: str) -> None:
    """Broken, encrypted and empty documents, tables and slides are put aside with the reason."""
    with pytest.raises(Unreadable, match=reason):
        articles(parts)


def test_a_document_that_unpacks_without_end_is_refused() -> None:
    """Nothing is inflated beyond the limits of all archives, and no entity is expanded or fetched."""
    bomb = docx(p("a" * 30_000_000))
    with pytest.raises(Unreadable, match="unpacked more than 100 times"):
        articles(bomb)
    entities = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY b "bomb">]>'
    body = f"<w:body>{p('Words &e; &b; end.')}</w:body>"
    main = f'<?xml version="1.0"?>{entities}<w:document xmlns:w="{W}">{body}</w:document>'
    (article,) = articles(docx("") | {"word/document.xml": main})
    assert "bomb" not in article.body
    assert "root:" not in article.body


SOUND = (
    docx(p(TITLE, "Titel") + f"<w:tbl><w:tr><w:tc>{p(ONE)}</w:tc></w:tr></w:tbl>" + p(TWO)),
    odt(t(TITLE, "P1") + t(f"{ONE}<text:note><text:note-body>{t(TWO)}</text:note-body></text:note>")),
    epub({"one.xhtml": f"<body><h1>{TITLE}</h1><p>{ONE}</p></body>", "two.xhtml": f"<body><p>{TWO}</p></body>"}),
)
CHANGES = st.lists(st.tuples(st.integers(0, 100_000), st.binary(max_size=6), st.integers(0, 8)), max_size=8)


def outcome(data: bytes) -> str:
    try:
        return f"{len(extract(Document('a.bin', data)))} articles"
    except Unreadable as error:
        return str(error)


def changed(data: bytes, changes: list[tuple[int, bytes, int]]) -> bytes:
    for at, put, out in changes:
        start = at % (len(data) or 1)
        data = data[:start] + put + data[start + out :]
    return data


@settings(max_examples=200)
@given(st.sampled_from(SOUND), CHANGES, CHANGES, st.integers(0, 100))
def test_broken_documents_give_articles_or_a_reason(
    parts: Mapping[str, str], inside: list[tuple[int, bytes, int]], outside: list[tuple[int, bytes, int]], which: int
) -> None:
    """Bytes changed in a part or in the archive: articles, or a reason that is none of a reader that failed."""
    name = list(parts)[which % len(parts)]
    text = changed(parts[name].encode(), inside).decode("utf-8", "replace")
    assert "failed" not in outcome(changed(archive({**parts, name: text}), outside if which % 3 == 0 else []))


ELEMENTS = st.sampled_from("p r t tbl tr tc txbxContent del br sdt footnoteReference body".split())


@settings(max_examples=100)
@given(st.recursive(st.just(""), lambda inner: st.tuples(ELEMENTS, st.lists(inner, max_size=4)).map(
    lambda e: f"<w:{e[0]}>{'words' if e[0] == 't' else ''}{''.join(e[1])}</w:{e[0]}>"), max_leaves=40))  # fmt: skip
def test_elements_in_any_order_give_articles_or_a_reason(body: str) -> None:
    """Rows without tables, cells in paragraphs, paragraphs in paragraphs: nothing is taken for granted."""
    assert "failed" not in outcome(archive(docx(body)))


def test_a_long_document_within_the_limit_is_read() -> None:
    """Hundreds of thousands of words are one article."""
    (article,) = extract(Document("a.docx", archive(docx(p(ONE) * 20_000), zipfile.ZIP_STORED)))
    assert article.body.count("river") == 20_000
