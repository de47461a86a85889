"""Names of first-level regions, in all languages that have one."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from watcher.entities.data import towns
from watcher.entities.data.containment import slug
from watcher.entities.data.names import Names, is_small, without_marks
from watcher.entities.data.spellings import respellings
from watcher.folding import fold_words

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


def areas_of(
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
            for language, respelt in zip(("fr", "de"), respellings(written), strict=False):
                names[language]["area"][code].add(respelt)
        theirs = [*spoken.get(numbers.get(code, ""), {}).items(), *translated[code]]
        for language, name in theirs:
            if len(language) == 2 and language not in ("en", "kr"):
                short = [n for n in _short(name) if slug(n) not in _NO_REGION and " ".join(fold_words(n)) not in never]
                names[language]["area"][code].update(short)
    return found


def _is_part(written: str) -> bool:
    """Whether a region's name says but which part of its country it is."""
    return any(slug(name) in _NO_REGION for name in _short(written))


def _translated(cldr: Path) -> dict[str, list[tuple[str, str]]]:
    """Each region's names in other languages, of CLDR's XML."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted(cldr.glob("??.xml")):
        for entry in ET.parse(file).iter("subdivision"):  # noqa: S314 - CLDR's own
            code = entry.get("type", "")
            found[f"{code[:2].upper()}-{code[2:].upper()}"].append((file.stem, entry.text or ""))
    return found


def _short(written: str) -> list[str]:
    plain = re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", "", without_marks(written)).strip("\u200e ")
    short = _PREFIX.sub("", plain)
    least = 3 if short.isascii() else 2  # 新疆
    return [n for n in dict.fromkeys((plain, short)) if len(n) >= least and not is_small(n[0])]
