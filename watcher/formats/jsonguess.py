"""JSON whose names nobody knows ("titre", "cuerpo"): an article by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from watcher.formats import dates
from watcher.formats.facts import Facts, address
from watcher.formats.jsonblocks import text_of
from watcher.formats.markup import text_in

_FEWEST = 25  # words of a text that is an article's; scripts without spaces have a word in two characters
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[.!?…][\s\"'”»)]|[.!?…]$|[。！？؟।]")
_STOPS = (".", "。", "।", "…")
_FEWEST_OF_TITLE, _MOST_OF_TITLE = 2, 40  # words; one is enough where its name says so
_LONGEST_TITLE = 300
_LONGEST_DATE = 40
_MOST_KEPT = 20  # lines beside a title that open the text
_LONGEST_NAME = 200
# What names say, in words as long as to stand inside others; "rubrik" is a title in the North and a section elsewhere.
_NO_STORY = re.compile("copyright|rights|terms|licen[cs]e|disclaimer|usage|bio(?![a-z])|comment", re.IGNORECASE)
_TITLE = re.compile(
    "titl|tit[eou]l|titr|títul|tytu[lł]|tiêu|headline|heading|schlagzeile|überschrift|ueberschrift|encabezad|manchete|"
    "otsikko|başlık|baslik|nagłów|naglow|nadpis|naslov|judul|заголов|τίτλ|عنوان|כותרת|शीर्षक|শিরোনাম|"
    "标题|標題|タイトル|見出し|제목",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    "auteur|auth?or|byline|writer|journalist|reporter|signature|redac|redak|réda|автор|كاتب|作者|記者|记者|著者|기자|"
    "section|secc|sezion|seção|ressort|rubri(?:que|[ck]a)|rubryka|categ|kateg|catég|рубрик|категор|تصنيف|栏目|分类|分類|"
    "keyword|mots?.?cl|schlagw|stichw|topic|étiquet|etiquet|etiket|тег|标签|標籤|タグ|"
    "source|quelle|fuente|fonte|źródło|kaynak|источник|مصدر|来源|來源|출처|agen[czt]|агент|وكالة|publisher|provider|"
    "photo|foto|imag|picture|bild|фото|صورة|图片|写真|사진|cr[eé]dit|"
    r"caption|l[eé]gend|leyend|didascal|onderschrift|подпис|(?<![^\W_])(?:by|tags?)(?![^\W_])",
    re.IGNORECASE,
)
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")


class Guess:
    """The names to look for where the usual ones are not there: none. The longest prose is the text."""

    def read(self, value: Mapping[str, Any]) -> Facts:
        """What an object says of an article, if it has prose and beside it what may be its title, or a name such as its
        author's. The lines that may be the title and are not open its text."""
        body = prose(value)
        if not body:
            return Facts()
        named = [(_name(key), text) for key, inner in value.items() if (text := _text(inner)) != body and text]
        short = [(name, line) for name, line in named if _may_be_title(name, line)]
        if not short:
            return Facts()
        told = [(name, line) for name, line in short if not (_BESIDE.search(name) or _NO_STORY.search(name))]
        title = max(told, key=_likeness, default=("", ""))[1]
        others = [line for line in dict.fromkeys(line for _, line in told) if _is_phrase(line) and line not in body]
        kept = [line for line in others if line != title][:_MOST_KEPT]
        lines = [line for _, line in named]
        return Facts(
            title=title,
            body="\n".join([*kept, body]),
            published=next((line for line in lines if _is_date(line)), ""),
            url=next((line for line in lines if address(line)), ""),
        )


def prose(value: Mapping[str, Any]) -> str:
    """The longest of an object's texts that has sentences and words enough for an article; "" where there is none."""
    long = ((key, inner) for key, inner in value.items() if not (isinstance(inner, str) and len(inner) < 2 * _FEWEST))
    told = (_text(inner) for key, inner in long if not _NO_STORY.search(_name(key)))
    return max(filter(_is_prose, told), key=len, default="")


def _name(key: str) -> str:
    return _HUMP.sub("_", key[:_LONGEST_NAME])


def _likeness(named: tuple[str, str]) -> tuple[bool, int, bool, bool, int]:
    """How like a title a line is: by its name, the barest of several ("titre", not "sous_titre"); else one of several
    words that is no sentence, the longest."""
    name, line = named
    is_named = _TITLE.search(name) is not None
    return is_named, -len(name) * is_named, _is_phrase(line), not line.endswith(_STOPS), _words(line)


def _is_phrase(line: str) -> bool:
    """No slug or number of a row."""
    return " " in line or _UNSPACED.search(line) is not None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return text_in(value).strip()
    return text_of(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else ""


def _words(text: str) -> int:
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2


def _is_prose(text: str) -> bool:
    return _SENTENCE.search(text) is not None and _words(text[:10_000]) >= _FEWEST


def _may_be_title(name: str, line: str) -> bool:
    if len(line) > _LONGEST_TITLE or "\n" in line or address(line) or _is_date(line):
        return False
    return _FEWEST_OF_TITLE - bool(_TITLE.search(name)) <= _words(line) <= _MOST_OF_TITLE


def _is_date(line: str) -> bool:
    """A day in words or figures; a mere number may be a row's."""
    return len(line) <= _LONGEST_DATE and not line.isdigit() and dates.stamp(line) is not None
