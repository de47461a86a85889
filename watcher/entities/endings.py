"""The case endings of names, by language and by how the name ends; and what Arabic and Hebrew write before a name."""

from __future__ import annotations

import re
from functools import cache

from watcher.folding import fold, fold_words

_SHORTEST_STEM = 2  # letters
# By family: what may follow a name that ends in a consonant (c), in -a, in -i or -y, in -o, or in -s that falls away.
# Bounded to what names of people take in the singular, as the press writes foreign ones.
_ENDINGS = """
cyrillic c а у я ю ом ем ым им е и ові еві ем єм ові
cyrillic a ы и і е у ю ой ей ою ею єю ої ій ій єї
cyrillic i я ю ем єм е и і ого его ому ему ым им ім ом ього ьому
cyrillic o а у ом ові
kazakh c дун тун нун дүн түн нүн ду ну го ко до то дон тон
kazakh c дың тың ның дін тің нің дин тин нин дын тын нын га ге ка ке ға қа ды ді ты ті ны ні дан тан нан мен бен пен
pl c a owi em iem e ie u ą
pl a y i e ie ę ą o ej
pl i a owi em ego emu ym im m
pl o i y a e ę ą owi em
cs c a ovi em e u om ova ove ovou ovej uv ovy
cs a y i e u ou o ova ove ovou ovej uv ovy
cs i e ho mu m ho eho emu ym im a ovi em iho imu ova ove ovou ovej uv ovy
cs o a u em ovi ova ove ovou ovej uv ovy
sl c a u om em ov ev ova ovo ove ovega ja ju jem
sl a e i o u om oj
sl i a u em eg ega emu og oga om omu im
sl o a u om
lt c as is us ys o io ui iui u iu e a ai yje
lt a os ai ą
lt i s is io iui į iu jus jaus
lt o as a
lt s o ui ą u e io iui į iu aus ų
lv c s is us a am u i im ā ē em
lv a as ai u ā
lv i s js ja jam ju
lv o s a am u
lv s a am u i im
fi * n in a ä ia iä lle ille lla illa lta ilta ssa issa ssä sta ista stä iin ksi iksi
et * i e a u le ile lt ilt l il ga iga s is st ist t it
hu * t ot et at öt nak nek val vel al el hoz hez höz ban ben ba be ra re rol ról ről tol tól től ért on en ön ig
az * in ın un ün nin nın nun nün ə e i ı u ü ni nı nu nü də da dən dan lə la ya yə
uz * ning ga ni da dan
de * s
ro * ului lui ei
sq * i in it u un ut a ës
is * s i ar
el s η α ου ο ε ους ος
el a ας
el i ης
ka * ი ის ს მა მ ით ად ო სა ისა
ko * 은 는 이 가 을 를 의 에 와 과 도 로 으로 에게 께서 씨 측
hy * ի ը ն ին ից ով ում
"""
_LATIN = {
    language: family
    for family, languages in {
        "pl": "pl",
        "cs": "cs sk",
        "sl": "sl hr sr bs sh me",
        "lt": "lt",
        "lv": "lv",
        "fi": "fi",
        "et": "et",
        "hu": "hu",
        "az": "az tk",
        "uz": "uz",
        "de": "de nl sv da no nb nn lb",
        "ro": "ro",
        "sq": "sq",
        "is": "is fo",
    }.items()
    for language in languages.split()
}
_SCRIPTS = (
    (0x370, 0x3FF, "el"),
    (0x400, 0x52F, "cyrillic"),
    (0x530, 0x58F, "hy"),
    (0x10A0, 0x10FF, "ka"),
    (0xAC00, 0xD7A3, "ko"),
)
_KAZAKH = frozenset({"kk", "ky", "tt", "ba"})
# Letters that Arabic, Persian and Hebrew write together with the word behind them: and, in, to, from, the.
_PREFIX = re.compile("[وف]?(?:[بك]?ال|لل|[بكل])|[وف]|[והבלמשכ]{1,2}")
_VOWELS = "aeiouy"
_FLEETING = re.compile("(?<=[^aeiou])e([lkcr])$")


def _endings() -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in _ENDINGS.strip().splitlines():
        family, kind, *endings = line.split()
        every = {*found.setdefault(family, {}).get(kind, ()), *map(fold, endings)}
        found[family][kind] = tuple(sorted(every, key=lambda e: (-len(e), e)))
    return found


_BY_FAMILY = _endings()


def family(word: str, language: str) -> str:
    """Whose endings a word may have: by its script, or by the article's language; "" for none."""
    if word.isascii():
        return _LATIN.get(language, "")
    first = ord(word[0])
    for start, end, name in _SCRIPTS:
        if start <= first <= end:
            return "kazakh" if name == "cyrillic" and language in _KAZAKH else name
    if 0x590 <= first <= 0x6FF:
        return "prefixed"
    return _LATIN.get(language, "") if first < 0x370 or 0x1E00 <= first <= 0x1EFF else ""


def kind_of(sound: str) -> str:
    """How a name ends, as the endings ask it."""
    last = sound[-1:]
    if last == "a":
        return "a"
    if last in "ij":
        return "i"
    return "o" if last == "o" else "c" if last != "u" else ""


def bare(sound: str) -> str:
    """A name's sound without what its endings replace."""
    shorter = sound.rstrip("ij") if sound[-1:] in ("i", "j") else sound[:-1] if sound[-1:] in ("a", "o", "e") else sound
    return shorter if len(shorter) >= _SHORTEST_STEM else sound


def without_fleeting_vowel(sound: str) -> str:
    """A Slavic name's sound as its cases have it: Pavel, Pavla; Turek, Turka."""
    return _FLEETING.sub(r"\1", sound)


def bare_of_s(sound: str) -> str:
    """A Greek name's sound without its -is, -as or -os."""
    return sound[:-2] if len(sound) > 2 + _SHORTEST_STEM and sound[-1] == "s" and sound[-2] in _VOWELS else sound


@cache
def _rules(family: str) -> dict[str, re.Pattern[str]]:
    groups = dict(_BY_FAMILY.get(family, {}))
    if family == "kazakh":
        groups = dict(_BY_FAMILY["cyrillic"]) | {"c": groups["c"] + _BY_FAMILY["cyrillic"]["c"]}
    return {kind: re.compile(f"(?:{'|'.join(endings)})$") for kind, endings in groups.items()}


def stems(word: str, family: str, kind: str) -> list[str]:
    """What is left of a word when each ending that it may have is taken off, where the name ends in `kind`; "*" is
    whatever the family knows. Arabic and Hebrew words lose what is written before the name."""
    if family == "prefixed":
        return _without_prefix(word)
    rules = _rules(family)
    asked = rules.values() if kind == "*" else [r for k, r in rules.items() if k in (kind, "*")]
    if not asked:
        return []
    folded = "".join(fold_words(word))
    plain = word if len(word) == len(folded) else folded
    found: dict[str, None] = {}
    for rule in asked:
        for cut in _cuts(rule, folded):
            if cut >= _SHORTEST_STEM:
                found[plain[:cut]] = None
    return list(found)


def _cuts(rule: re.Pattern[str], folded: str) -> list[int]:
    """Where a word may be cut: at the longest ending, and at each shorter one inside it."""
    cuts: list[int] = []
    found = rule.search(folded)
    while found:
        cuts.append(found.start())
        found = rule.search(folded, found.start() + 1)
    return cuts


def _without_prefix(word: str) -> list[str]:
    found = _PREFIX.match(word)
    ends = range(1, found.end() + 1) if found else ()
    return [word[end:] for end in ends if _PREFIX.fullmatch(word, 0, end) and len(word) - end >= _SHORTEST_STEM]
