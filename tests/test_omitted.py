"""What was cut from a page or a text when it was read, as `explain --text --all` shows it beside what rules see."""

from __future__ import annotations

import gzip
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

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
