"""What a page puts around an article, cut from text that was scraped with it: menus, notices, links to other articles.

Of one text alone; what recurs over the articles of a source is learned in `watcher/boilerplate`.

Whatever may be the article's own stays: a menu is cut only where a block of headlines stands apart from the prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

from watcher.formats import bylines
from watcher.formats.pointers import is_related_link, points_elsewhere

_MARKS = "|•·›»"
# Runs that part the headlines of a menu on one line: three spaces of any kind, a tab, a bar, a dot or a bullet.
_GAP = re.compile(r"[^\S\n]{3,}|[^\S\n]*\t[^\S\n]*|[^\S\n]+[" + _MARKS + r"][^\S\n]+")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_INSIDE = re.compile(r"[.!?…]['\"”’»)\]]*\s+['\"“‘«(\[]*\w|[。！？]")

_STOPS = (".", "。", "।", "။", "۔")
_MENU = 10  # headlines before a block counts as a menu: a lead, a byline, a place and share buttons stay below it
_MENU_SHARE = 0.7  # of the block's lines: some headlines end in "?" or "."
_PROSE = 20  # words of a paragraph that is prose for itself; half of it where another one follows
_KEPT = 50  # words that must remain: a list of results is no menu of an article
_SHORT = 3  # words of a button or rubric
_LABEL = 8  # words that no share button or rubric has
_SEEN = 2_000  # characters of a line that are judged: there are lines of 10 MB
_LONGEST_MENU = 100_000  # characters
_FAR = 2_000  # lines from either end in which the article begins and ends: 10 MB of short lines took 8 s
_RUN = 5  # headlines on end, without a blank line, that no article has above its text
_SHARED = 500  # long words of the article that its title is compared with
_HEAD = 12  # lines above the prose among which the title is looked for
_LONGEST_TITLE = 200


# Of small letters, in a line made so: with IGNORECASE it takes three times as long.
_NOTICE = re.compile(
    r"\b(?:cookies?|newsletters?|javascript|abonnez-vous|inscrivez-vous|subscribe|sign (?:up|in)|"
    r"log ?in|privacy policy|"
    r"adblock\w*|ad blocker|browser|navigateur|datenschutz|abonnieren|anmelden|suscríb\w+|iscriviti|assine|"
    r"all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos|tutti i diritti)\b"
)
_FOOTER = re.compile(
    r"©|\bcookies?\b|\ball rights reserved|\bprivacy (?:policy|notice)|\bterms (?:of|and|&)|\bcontact us\b|\bsitemap\b|"
    r"\bmentions légales|\btous droits|\bpolitique de confidentialité|\bplan du site|\bimpressum\b|\bdatenschutz|"
    r"\baviso legal|\bpolítica de privacidad|\btodos os? direitos|\btodos los derechos|\bnote legali|\binformativa|"
    r"\bpolityka prywatności|\bgizlilik|\bпользовательское соглашение|\bполитика конфиденциальности|\bвсе права|"
    r"個人情報|プライバシー|개인정보|隐私",
    re.IGNORECASE,
)


def without_boilerplate(text: str) -> str:
    """`text` without menus before and after the article, without its links to other articles and without trailing
    "read it at its source". The title that belongs to the article stays, as the first line."""
    lines = [line for line in text.split("\n") if not is_related_link(line)]
    lines = _without_tail(_without_menu(lines))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") if lines != text.split("\n") else text


def _without_menu(lines: Sequence[str]) -> list[str]:
    """`lines` from the article on, if a menu stands before it; else all of them."""
    parts = (part for line in lines[:_FAR] for part in _segments(line))
    before, prose = _until_prose(islice(parts, _FAR))
    if not prose or not _is_menu(before):
        return list(lines)
    article = [*prose, *parts, *lines[_FAR:]]
    if sum(map(_weight, article)) < _KEPT:
        return list(lines)
    return _head(before, article) + article


def _without_tail(lines: list[str]) -> list[str]:
    """`lines` without what follows the last paragraph: a page's footer, or a link to where the text was taken from.

    A block of short lines alone is no footer: concerts and results stand at the end of articles too.
    """
    near = range(max(0, len(lines) - _FAR), len(lines))
    last = next((i for i in reversed(near) if _is_prose(lines[i])), len(lines) - 1)
    after = lines[last + 1 :]
    if any(map(_FOOTER.search, after)) and _is_menu([part for line in after for part in _segments(line)]):
        lines = lines[: last + 1 + _first_label(after)]
    end = len(lines)
    while end > 1 and (not lines[end - 1].strip() or points_elsewhere(lines[end - 1])):
        end -= 1
    return lines[:end]


def _first_label(after: Sequence[str]) -> int:
    """Where the footer begins: at two labels on end ("Share", "Home"), or at a line that only a footer has."""
    filled = [i for i, line in enumerate(after) if line.strip()]
    for i, following in pairwise([*filled, filled[-1]]):
        labels = _is_label(after[i]) and _is_label(after[following])
        if labels or _FOOTER.search(after[i]) or len(_segments(after[i])) > 1:
            return i
    return len(after)


def _is_label(line: str) -> bool:
    return _weight(line) <= _SHORT and _is_headline(line) and not any(c.isdigit() for c in line)


def _segments(line: str) -> list[str]:
    """The headlines of a menu on one line; any other line as it is."""
    if len(line) < 2 * _MENU or (line.isprintable() and "   " not in line and not any(mark in line for mark in _MARKS)):
        return [line]  # too short, or without a gap: its only spaces are spaces
    parts = [part.strip() for part in _GAP.split(line) if part.strip()] if len(line) < _LONGEST_MENU else []
    if len(parts) < _MENU or sum(map(_is_headline, parts)) < _MENU_SHARE * len(parts):
        return [line]
    return parts


def _until_prose(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The lines before the article's paragraphs, and its own, read no further than to be sure that they begin: with a
    long one, or a shorter one that another one follows."""
    read: list[str] = []
    short: int | None = None  # where one stands that would do if the next one is prose too
    for i, line in enumerate(lines):
        read.append(line)
        if not line.strip():
            continue
        words = _prose_words(line)
        if words and (short is not None or words >= _PROSE):
            start = i if short is None else short
            return read[:start], read[start:]
        short = i if words else None
    return read, []


def _is_prose(line: str) -> bool:
    return _prose_words(line) >= _PROSE


def _prose_words(line: str) -> int:
    """The words of a line that is prose, if another line of prose follows or it has 20 of them itself; 0 of others."""
    line = line if len(line) <= _SEEN else f"{line[: _SEEN // 2]} {line[-_SEEN // 2 :]}"
    words = _weight(line)
    if words < _PROSE // 2:
        return 0
    ends = bylines.ends_sentence(line) or (words >= 2 * _PROSE and _SENTENCE_INSIDE.search(line))
    if not ends or (words < 4 * _PROSE and _NOTICE.search(line.lower())):
        return 0
    return words


def _is_headline(line: str) -> bool:
    """Short and without a full stop: many headlines ask, cry or break off."""
    return len(line) <= _LONGEST_TITLE and not line.rstrip("\"'”’»)] ").endswith(_STOPS)


def _is_menu(lines: Sequence[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    headlines = sum(map(_is_headline, filled))
    return headlines >= _MENU and headlines >= _MENU_SHARE * len(filled)


def _head(before: Sequence[str], article: Sequence[str]) -> list[str]:
    """What of the lines before the prose is the article's: its title, and what stands between the two."""
    apart = _after_menu(before)
    near = [line for line in (apart or before) if line.strip()][-_HEAD:]
    at = _title(near, article, set_apart=bool(apart))
    if at is None:
        return [*filter(_is_more_than_a_label, near), ""] if apart else []
    between = near[at + 1 :]
    return [near[at], "", *(between if apart else filter(_is_more_than_a_label, between)), ""]


def _after_menu(before: Sequence[str]) -> list[str]:
    """The lines that a blank line parts from the last run of headlines."""
    last, run = 0, 0
    for i, line in enumerate(before):
        run = run + 1 if line.strip() else 0
        last = i + 1 if run >= _RUN else last
    return list(before[last:])


def _is_more_than_a_label(line: str) -> bool:
    return bylines.read(line) is not None or bylines.ends_sentence(line) or _weight(line) >= _LABEL


def _title(near: Sequence[str], article: Sequence[str], *, set_apart: bool) -> int | None:
    """Which line is the title: one with a byline under it, else the first that shares a third of its words with the
    article, or, in lines that nothing sets apart from the menu, the one that shares most, half of them at least.
    None if none does, for then it may be another article's."""
    titles = [i for i, line in enumerate(near) if _may_be_title(line)]
    signed = [i for i in titles if any(map(bylines.read, near[i + 1 : i + 2]))]
    if signed:
        return signed[-1]
    words = set(islice(_stems(" ".join(article)), _SHARED))
    shared = {i: _shared(near[i], words) for i in titles}
    if set_apart:
        return next((i for i, (count, of) in shared.items() if 3 * count >= of > 0), None)
    count, at = max(((count, i) for i, (count, of) in shared.items() if 2 * count >= of > 0), default=(0, None))
    return at


def _may_be_title(line: str) -> bool:
    return _is_headline(line) and _weight(line) >= 3 and not bylines.read(line)


def _shared(line: str, words: set[str]) -> tuple[int, int]:
    """How many of the long words of `line` are among `words`, and of how many."""
    own = _stems(line)
    return sum(stem in words for stem in own), len(own)


def _stems(text: str) -> list[str]:
    """The long words of `text` without their endings; characters where words are not spaced."""
    return [w.casefold()[:6] for w in _WORD.findall(text) if len(w) >= 4] + _UNSPACED.findall(text)


def _weight(line: str) -> int:
    """The words of `line`, of a very long one's beginning; two characters are one where words are not spaced."""
    line = line[:_SEEN]
    if line.isascii() or not (unspaced := len(_UNSPACED.findall(line))):
        return len(_WORD.findall(line))
    return len(_WORD.findall(_UNSPACED.sub(" ", line))) + unspaced // 2
