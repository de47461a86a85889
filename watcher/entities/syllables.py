"""How names in Chinese and Korean letters are spelled in Latin ones, syllable by syllable.

A Chinese name is read as pinyin writes it; what a rule spells otherwise (Tsai Ing-wen) is compared by what Wade and
Giles, and those who follow them, make of each part of a syllable. Koreans romanise their own names as each likes: so a
Korean syllable has all the spellings that its letters have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

_MOST = 4  # letters of a Chinese name
_KEPT = 20_000  # readings of letters
Letter: TypeAlias = Sequence[Sequence[str]]
"""The parts of a Chinese or Korean letter, each in the ways in which it may be spelled."""

# ── Chinese ──────────────────────────────────────────────────────────────────────────────────────

# The family names of nine Chinese in ten and of the Hundred Family Names; two letters of anything else sound like some
# name everywhere.
_FAMILIES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于"
    "杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾鐘姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱江尹薛闫阎閻段雷侯龙龍史陶黎贺賀"
    "顾顧毛郝龚龔邵万萬钱錢严嚴赖賴覃洪武戴莫孔向汤湯温溫康施文牛樊葛邢安齐齊伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申耿关關"
    "焦左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單裴霍成苗谷曲盛冉蓝藍路游辛靳欧歐管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒牟艾尤阳陽时時"
    "穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費卜冷晏席卫衛柏习習栗乐樂解闵閔臧巩鞏应應糜边邊"
    "苑花佟仇区區朴楚楼樓鄂查冀储儲苟米沙商那池桑隋谈談丛叢明敬"
)
_DOUBLE_FAMILIES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 端木 东方 東方 夏侯 司徒".split()
)
# What a letter is read as where it is a family name, and otherwise elsewhere.
_AS_FAMILY = dict(
    zip(
        "曾单單解仇区區朴翟查覃乐樂缪繆盖",
        "zeng shan shan xie qiu ou ou piao zhai zha qin yue yue miao miao ge".split(),
        strict=True,
    )
)
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_NAME = re.compile(f"(?=({_HAN.pattern}{{2,{_MOST}}}))")
# Two letters are a name behind an office or a preposition: 外长王毅.
_BEFORE_NAMES = frozenset("长長理席记記员員官授生士将將军軍统統帅帥师師家监監使人者相臣手和与與跟及")
_INITIALS = {
    "b": "p|b", "d": "t|d", "g": "k|g", "j": "ch|j|k", "q": "ch|q", "x": "hs|sh|x|s", "zh": "ch|zh|j", "z": "ts|tz|z",
    "c": "ts|tz|c", "s": "s|sz|ss", "r": "j|r", "y": "y|", "w": "w|",
}  # fmt: skip
_FINALS = {
    "ian": "ien|ian|en", "ong": "ung|ong", "ui": "uei|ui|wei", "uo": "o|uo", "e": "eh|e|o|er", "ie": "ieh|ie",
    "iu": "iu|iou|eou|ieou|yu", "ue": "ueh|ue|iueh", "i": "ih|i|u|uh|y|e|ee", "u": "u|oo|wu", "ao": "ao|au",
    "iao": "iao|iau", "an": "en|an", "eng": "eng|ung", "ou": "ou|ow|u", "ei": "ei|ey|i",
}  # fmt: skip
_PINYIN = re.compile("([zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(.+)")


@lru_cache(maxsize=_KEPT)
def _pinyin(letter: str) -> str:
    from anyascii import anyascii  # not for texts in other letters

    return anyascii(letter).lower()


@cache
def _one_of_pinyin() -> str:
    """An expression for the syllables that pinyin writes."""
    return "|".join(sorted({_pinyin(chr(code)) for code in range(0x4E00, 0x9FA6)}, key=len, reverse=True))


def _reading(name: str) -> list[str]:
    return [_AS_FAMILY.get(name[0], _pinyin(name[0])), *map(_pinyin, name[1:])]


@lru_cache(maxsize=_KEPT)
def _spellings(syllable: str) -> Letter:
    found = _PINYIN.fullmatch(syllable)
    initial, final = (found[1] or "", found[2]) if found else ("", syllable)
    return _INITIALS.get(initial, initial).split("|"), _FINALS.get(final, final).split("|")


def chinese_names(text: str, most: int) -> Iterator[tuple[str, int]]:
    """What may be a Chinese name in Chinese letters, and where: a family name and one or two letters behind it; no more
    than `most` of them."""
    first = None if text.isascii() else _HAN.search(text)
    for found in _NAME.finditer(text, first.start()) if first else ():
        if most <= 0:
            return
        run, start = found[1], found.start()
        if run[0] in _FAMILIES or run[:2] in _DOUBLE_FAMILIES:
            least = 3 if run[:2] in _DOUBLE_FAMILIES else 2
            for length in range(least, min(least + 1, len(run)) + 1):
                most -= 1
                yield run[:length], start


def stands_apart(text: str, start: int, name: str) -> bool:
    """Whether a name of two letters is one there by what stands beside it; a longer one is."""
    end = start + len(name)
    if len(name) > 2 or (
        start and text[start - 1] in _BEFORE_NAMES and not _KANA.search(text, max(0, start - 9), end + 9)
    ):
        return True
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


# ── Korean ───────────────────────────────────────────────────────────────────────────────────────


def _ways(letters: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(ways.split("|")) for ways in letters.split(" "))


_ONSETS = _ways(
    "g|k|kh|c kk|gg|k|g n d|t tt|dd|t|d r|l|n| m b|p|v bb|pp|p|b s|sh|x ss|s  j|ch|z|zh jj|j|ch ch|q k t p h"
)
_VOWELS = _ways(
    "a|ah|ar ae|ai|e|ay ya|yah yae eo|o|u|uh|er|ur|ou|oo e|ae|eh|ay yeo|yo|you|yu|yuh|eo|u ye|yae|e|yeh o|oh wa|ua "
    "wae|oae|wai oe|oi|we|wae|ui|ey yo u|oo|ou|wu|woo wo|weo|uo we wi|ui|wee yu|yoo|you|ew|u|oo eu|u|oo|ue|e "
    "ui|eui|ee|i|yi i|ee|y|yi|ie|ih"
)
_CODAS = _ways("|h k|g|ck|c k|g k n|nn n n t|d l|r|ll|rl l|k m|lm l l l l l m|mm p|b p t|s t|s ng|n t t k t p |h")
_HANGUL = re.compile("[\uac00-\ud7a3]{3,}")
_ROH, _YOO, _LEE, _YEOL, _WHA, _HWA = _ways("n|r|l|rh r|l|rh| l|r|rh| r|l| hw|wh|h a|wa")
_AT_START = {2: _ROH, 5: _YOO}  # 노, 류
_GLIDES = frozenset((2, 3, 6, 7, 12, 17, 20))  # ya to yu, and i: 이 is Lee, 임 is Lim, 열 is Ryul
_KOREAN_NAME = 3  # syllables; two are a word as often as a name


@lru_cache(maxsize=_KEPT)
def _korean(letter: str, first: bool) -> Letter:
    onset, rest = divmod(ord(letter) - 0xAC00, 588)
    vowel, coda = divmod(rest, 28)
    begun = _AT_START.get(onset, _ONSETS[onset]) if first else _ONSETS[onset]
    if onset == 11 and vowel in _GLIDES:
        begun = _LEE if first else _YEOL
    if (onset, vowel) == (18, 9):
        return _WHA, _HWA, _CODAS[coda]
    return begun, _VOWELS[vowel], _CODAS[coda]


def _letters(word: str) -> Iterator[Letter]:
    """Of a word of Chinese letters, or of a Korean one without what stands behind the name."""
    if _HAN.match(word):
        return map(_spellings, _reading(word))
    return (_korean(letter, not i) for i, letter in enumerate(name_in(word)))


def _is_spelled(name: str, letters: Iterable[Letter]) -> bool:
    """Whether a name in Latin letters is one way of each part after the other, with or without spaces between letters.

    An expression made of each word of a text was 13 s for one of 100 KB, all of it names.
    """
    ends = {0}
    for letter in letters:
        ends |= {end + 1 for end in ends if name.startswith(" ", end)}
        for ways in letter:
            ends = {end + len(way) for end in ends for way in ways if name.startswith(way, end)}
        if not ends:
            return False
    return len(name) in ends


# ── looking up ───────────────────────────────────────────────────────────────────────────────────

_BEGINNING = re.compile("(?P<H>wh|h(?!s))|(?P<S>[cs]h|[ths]s|tz|[jqxzsc])|(?P<K>[kg])|(?P<T>[td])|(?P<P>[pbvfm])")
_SYLLABLE = "[^aeiouy]{0,2}[aeiouy]{1,4}[^aeiouy]{0,2}"
_SYLLABLES = re.compile(f"{_SYLLABLE} {_SYLLABLE} ?{_SYLLABLE}")


class Spelled(NamedTuple):
    """A name as a rule lists it in Latin letters, which Chinese or Korean writes in one word: its parts, and the key by
    which such a word is looked up. In `pinyin` the key tells all."""

    parts: str
    key: str
    pinyin: bool = False

    def is_written(self, word: str) -> bool:
        """Whether a word of Chinese or Korean letters is this name."""
        if self.key not in keys(word):
            return False
        return self.pinyin or _is_spelled(self.parts, _letters(word))


def _begins(syllable: str) -> str:
    """How a syllable begins, roughly; N for what may be left out."""
    found = _BEGINNING.match(syllable)
    return (found.lastgroup if found else None) or "N"


def name_in(word: str) -> str:
    """A word that is a name, without what Korean writes behind it."""
    return word[:_KOREAN_NAME] if _HANGUL.match(word) else word


def is_chinese(word: str) -> bool:
    """Whether the word begins with a Chinese letter."""
    return _HAN.match(word) is not None


def keys(word: str) -> tuple[str, ...]:
    """Those of a word in Chinese or Korean letters; none for any other, and for a Korean one too short for a name."""
    if _HANGUL.match(word):
        first, second = (_begins(_korean(letter, False)[0][0]) for letter in word[:2])
        return (f"ko {first}{second}",)
    if _HAN.match(word):
        read = _reading(word)
        return (f"zh {''.join(read)}", f"zh {_begins(read[0])}")
    return ()


def chinese(folded: Sequence[str]) -> Spelled | None:
    """A name of two to four syllables, as words of Latin letters; None for what is none."""
    one, two = rf"(?:{_one_of_pinyin()})", rf"(?:{_one_of_pinyin()}){{1,2}}"
    whole = "".join(folded)
    if re.fullmatch(f"{two} {one} ?{one}?|{two} {two}", " ".join(folded)):
        return Spelled(whole, f"zh {whole}", pinyin=True)
    if len(folded) == 3 and _SYLLABLES.fullmatch(" ".join(folded)):
        return Spelled(" ".join(folded), f"zh {_begins(folded[0])}")
    return None


def korean(folded: Sequence[str], *, family_last: bool = False) -> Spelled | None:
    """A name of a family's and two more syllables, as words of Latin letters; None for what is none."""
    if family_last:
        folded = [folded[-1], *folded[:-1]]
    parts = " ".join(folded)
    if len(folded) not in (2, 3) or not _SYLLABLES.fullmatch(parts):
        return None
    return Spelled(parts, f"ko {_begins(folded[0])}{_begins(folded[1])}")
