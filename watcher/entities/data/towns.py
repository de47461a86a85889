"""Towns of GeoNames for build.py: which there are, what they are called, and in which region they lie."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watcher.entities.data.cases import declined
from watcher.entities.data.spellings import ARTICLE, LATIN, foreignness, plain, respellings, sounds_like
from watcher.folding import fold_words

EVERYWHERE = 15_000  # inhabitants: a town of as many is known whatever the rules name
COLUMNS = 3  # of a line, before the town's names: code, region, inhabitants
FAMOUS = 200_000  # a town of as many is known by its names in other languages, where these sound alike
GREATEST = 1_000_000  # all spellings of one of as many are kept
LEAST_ARABIC = 50_000  # of a smaller town the Arabic name is too often a word: جامعة is Djamaa and a university
BIG = 100_000  # a town of as many is known in other scripts too
WORLDLY = 150_000  # a town of as many stands in all languages' cases
SPELLINGS = 12  # of one town in one script are kept: the longest lists are those of towns that need none
_CYRILLIC = re.compile(r"[А-ЯІЇЄҐЁ][а-яіїєґё'ʼ]*(?:[ -][А-ЯІЇЄҐЁа-яё][а-яіїєґё'ʼ]*)*")
_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06cc]+(?: [\u0620-\u064a\u0671-\u06cc]+)?")
_HAN = re.compile(r"[\u3400-\u9fff]{2,6}|[\u30a0-\u30ff]{3,}")
_WORDS_OF_OTHERS = re.compile(r" (?:хот|ош|шаары|районĕ|хотæ|къалæ|хола)$|ш[ьъ]хьэ")
_GREEK = re.compile(r"[\u0386-\u03ab][\u03ac-\u03ce]+(?:[ -][\u0386-\u03ce][\u03ac-\u03ce]+)*")
_HEBREW = re.compile(r"[\u05d0-\u05ea]+(?:[ -][\u05d0-\u05ea]+)*")
_TELLING_HAN = re.compile(".{2,}[市县縣区區町村]")  # 敦賀市: 敦賀 alone may be any word
_DEVANAGARI = re.compile(r"[\u0904-\u0963]+(?: [\u0904-\u0963]+)?")
_ABBREVIATED = re.compile(r"([^\x00-\u036f]+) [A-Z. ]+")  # 워싱턴 D.C.
_HANGUL = re.compile(r"[\uac00-\ud7a3]{2,8}")
SCRIPTS = {
    "latin": LATIN,
    "cyrillic": _CYRILLIC,
    "arabic": _ARABIC,
    "han": _HAN,
    "greek": _GREEK,
    "hebrew": _HEBREW,
    "hangul": _HANGUL,
    "devanagari": _DEVANAGARI,
}
_SHORTEST = {
    "latin": 3,
    "cyrillic": 3,
    "arabic": 3,
    "han": 2,
    "greek": 4,
    "hebrew": 3,
    "hangul": 2,
    "devanagari": 3,
}
# Countries whose names the press writes by the sounds of its own language.
RESPELT = frozenset("AF TJ UZ KG KZ TM IR PK RU UA BY GE AM AZ MN".split())
# Countries whose villages the press abroad writes of, in many spellings: of others small towns have one name.
_TOLD = RESPELT - {"RU", "UA", "IN"} | frozenset("IQ SY LB IL PS YE LY ML NE TD BF SD SO ET ER XK RS TR CN".split())
# Countries of whose towns of 15,000 it has no one spelling either: Zuwarah, Zuara.
_SPELT_MANY_WAYS = RESPELT - {"RU"} | frozenset("IQ SY LB PS YE LY SD SO ET ER".split())
_HOMES = {  # of scripts: the countries whose smaller towns are known in them
    "cyrillic": frozenset("RU UA BY KZ KG TJ UZ TM AM AZ GE MD BG RS MK MN".split()),
    "greek": frozenset(["GR", "CY"]),
    "arabic": frozenset("EG DZ MA TN LY SD SA YE OM AE QA BH KW IQ SY LB JO PS IR AF PK".split()),
    "hebrew": frozenset(["IL", "PS"]),
    "han": frozenset(["CN", "JP", "TW"]),
    "hangul": frozenset(["KR", "KP"]),
    "devanagari": frozenset(["IN", "NP"]),
}
# Languages whose names of towns have cases, with the countries whose smaller ones they name.
CASES = {
    "pl": "PL", "cs": "CZ SK", "sk": "SK CZ", "sl": "SI", "hr": "HR BA", "sr": "RS BA ME", "uk": "UA",
    "fi": "FI", "hu": "HU", "et": "EE", "lt": "LT", "lv": "LV",
}  # fmt: skip
# Letters that a language has none of: a foreign town's name that has one is another language's.
_WITHOUT = {
    "uk": frozenset("ыэёъўјћђљњџөүқғңһәҳҷӣӯЫЭЁЎЈЏӨҮҚҒҺӘҲҶ"),
    "pl": frozenset("vqxšžčřýáíéúěůäöüßñçðø"),
    "cs": frozenset("wqxłżźćńśąęäöüßñçāēīūőű"),
    "sk": frozenset("wqxłżźćńśąęöüßñçāēīūőű"),
}
MOST_DECLINED = 3  # names of a town: its own and two more
MOST_UKRAINIAN = 6


Mains = Mapping[str, AbstractSet[str]]


@dataclass(slots=True)
class Town:
    """`code` is its country's and its name ("UZ/termez"); `names` by script, the main one first."""

    code: str
    region: str
    people: int
    main: str
    names: dict[str, list[str]] = field(default_factory=dict)


def read_towns(geonames: Path, regions: dict[tuple[str, str], str], own: frozenset[str], never: set[str]) -> list[Town]:
    """Every town with its names, the most populous first. `regions` are ISO codes by country and GeoNames' own number;
    `own` the regions that lie in no country; `never` are folded names that no text means as a town's."""
    rows = json.loads((geonames / "cities500.json").read_text(encoding="utf-8")).values()
    towns: dict[str, Town] = {}
    for row in sorted(rows, key=lambda r: (-r["population"], r["geonameid"])):
        country = row["countrycode"]
        region = regions.get((country, row["admin1code"]), "")
        key = "-".join(fold_words(row["name"]))
        code = f"{region if region in own else country}/{key}"
        if key and code not in towns:
            town = Town(code, region, row["population"], plain(row["name"]), _names(row, never))
            if town.names:
                towns[code] = town
    return list(towns.values())


def _names(row: dict[str, Any], never: set[str]) -> dict[str, list[str]]:
    main = plain(row["name"])
    spelt = [main, *row["alternatenames"]]
    spelt += [behind[1] for name in spelt if (behind := _ABBREVIATED.fullmatch(name))]
    if row["countrycode"] in _HOMES["arabic"]:  # El-Hodeidah, Hodeidah
        spelt += [bare for name in spelt if (bare := ARTICLE.sub("", name)) != name]
    if row["countrycode"] in RESPELT:
        english = [n for n in spelt if n.isascii() and LATIN.fullmatch(n)][:4]
        spelt += [respelt for name in english for respelt in respellings(name)]
    found: dict[str, list[str]] = {}
    for script, pattern in SCRIPTS.items():
        kept: dict[str, str] = {}
        for name in spelt:
            folded = " ".join(fold_words(name))
            usable = len(folded) >= _SHORTEST[script] + (script == "latin" and name != main)
            if usable and pattern.fullmatch(name) and folded not in never and not _WORDS_OF_OTHERS.search(name):
                kept.setdefault(folded, name.strip())
        if kept:
            if script == "latin" and _has_exonyms(row["population"], row["countrycode"]):
                kept = dict(sorted(kept.items(), key=lambda each: foreignness(each[1], main)))
            found[script] = list(kept.values())[: SPELLINGS if row["population"] < GREATEST else None]
    if row["population"] < EVERYWHERE and row["countrycode"] not in _TOLD:
        return {script: names[:1] for script, names in found.items() if script == "latin"}
    if row["population"] < BIG:
        most = 6 if row["countrycode"] in ("UA", "JP", "CN") else 2  # of which each has a town's names twice
        return {script: names if script == "latin" else names[:most] for script, names in found.items()}
    return found


def _mains(towns: Iterable[Town]) -> Mains:
    """The countries that have a place of each name: it is no exonym of a town elsewhere."""
    mains: dict[str, set[str]] = defaultdict(set)
    for town in towns:
        mains[town.main].add(town.code[:2])
    return mains


def _has_exonyms(people: int, country: str) -> bool:
    return people >= FAMOUS or (people >= EVERYWHERE and country in _SPELT_MANY_WAYS)


def shared(towns: Iterable[Town], script: str) -> str:
    """The lines of the towns that are known everywhere: by their main name in Latin letters, by all in others."""
    lines, towns = [], list(towns)
    mains = _mains(towns)
    for town in towns:
        home = script == "latin" or town.code[:2] in _HOMES.get(script, ())
        least = (LEAST_ARABIC if script == "arabic" else EVERYWHERE) if home else BIG
        if town.people >= least and (names := town.names.get(script)):
            if script != "latin":
                if script == "han" and town.people < BIG:
                    names = [name for name in names if _TELLING_HAN.fullmatch(name)]
                if names:
                    lines.append(_line(town, [*_all_cases(names, script)]))
            elif names[0] == town.main:
                lines.append(_line(town, [town.main, *_exonyms(town, mains)]))
    return "\n".join(lines)


def _exonyms(town: Town, mains: Mains) -> Iterator[str]:
    """The names in other languages that sound like the town's own, where it is famous or the press has no one spelling:
    Charków, Kryvyi Rih, but not Bienne for Wien."""
    for name in town.names.get("latin", ()) if _has_exonyms(town.people, town.code[:2]) else ():
        if mains.get(name, set()) <= {town.code[:2]} and sounds_like(name, town.main):
            yield name


def cases(towns: Iterable[Town], language: str) -> str:
    """The lines of the other cases of the towns that a language's own countries or the whole world know."""
    home = CASES[language].split()
    towns = list(towns)
    mains = _mains(towns)
    lines = []
    for town in towns:
        if (town.code[:2] in home and town.people >= EVERYWHERE) or town.people >= WORLDLY:
            names = _names_in(town, language, mains)
            forms = [form for name in names for form in declined(name, language) if form not in names]
            if language == "sr":
                forms += [form for name in town.names.get("cyrillic", [])[:1] for form in declined(name, language)]
            if forms:
                lines.append(_line(town, forms))
    return "\n".join(lines)


def _names_in(town: Town, language: str, mains: Mains) -> list[str]:
    """The names of which a language has cases: a foreign town's own and those in the language's letters."""
    if language == "uk":
        return [name for name in town.names.get("cyrillic", ()) if _WITHOUT["uk"].isdisjoint(name)][:MOST_UKRAINIAN]
    names = town.names.get("latin", [])[:1]
    if language in _WITHOUT and town.code[:2] not in CASES[language]:
        names += [name for name in _exonyms(town, mains) if _WITHOUT[language].isdisjoint(name)]
    return names[:MOST_DECLINED]


def cases_of(words: Iterable[str], towns: Iterable[Town]) -> list[str]:
    """The other cases of the towns that bear one of the names, as their own country writes them."""
    listed = frozenset(words)
    homes = [(language, frozenset(countries.split())) for language, countries in CASES.items()]
    named = [
        (town, language) for town in towns if town.main in listed for language, home in homes if town.code[:2] in home
    ]
    return sorted({form for town, language in named for form in declined(town.main, language)})


def of_country(towns: Iterable[Town]) -> str:
    """The lines of a country's towns, by all their names."""
    return "\n".join(
        _line(town, [n for script, names in town.names.items() for n in _all_cases(names, script)]) for town in towns
    )


_LANGUAGES = {"cyrillic": "ru", "greek": "el"}  # whose cases a script's names take


def _all_cases(names: list[str], script: str) -> Iterator[str]:
    for name in names:
        yield name
        if script in _LANGUAGES:
            yield from dict.fromkeys(declined(name, _LANGUAGES[script]))


def _line(town: Town, names: list[str]) -> str:
    return "\t".join([town.code, town.region, str(town.people), *dict.fromkeys(names)])


def by_country(towns: Iterable[Town]) -> dict[str, list[Town]]:
    """The towns of each country, and of each place that lies in none."""
    found: dict[str, list[Town]] = defaultdict(list)
    for town in towns:
        found[town.code.partition("/")[0]].append(town)
    return found
