"""Forms of the words for inhabitants and of their adjectives, by language.

The rules are those of school grammars, of the ending only. A form that no one writes costs nothing; one that is left
out is a mention missed.
"""

from __future__ import annotations

from collections.abc import Callable

Forms = tuple[list[str], list[str]]  # adjectives, inhabitants


def swapped(word: str, *rules: tuple[str, str]) -> list[str]:
    """The forms by the first rule whose ending the word has: "o" to "o a os as"."""
    for ending, forms in rules:
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            return [stem + form.strip("-") for form in forms.split()]
    return [word]


def german(adjective: str, person: str) -> Forms:
    adjectives = [f"{adjective}{e}" for e in ("", "e", "er", "es", "en", "em")] if adjective.islower() else [adjective]
    if adjective.startswith("US-"):
        adjectives = [f"{adjective}{e}" for e in ("", "e", "er", "es", "en", "em")]
    people = swapped(
        person,
        ("er", "er ern ers erin erinnen"),
        ("e", "e en in innen"),
        ("in", "in innen"),
        ("i", "i is"),
        ("a", "a as"),
        ("", "- en in innen s"),
    )
    return adjectives, people if person else []


def spanish(adjective: str, _: str) -> Forms:
    rules = (
        ("án", "án ana anes anas"),
        ("és", "és esa eses esas"),
        ("ón", "ón ona ones onas"),
        ("o", "o a os as"),
        ("e", "e es"),
        ("a", "a as"),
        ("í", "í íes ís"),
        ("ú", "ú úes ús"),
        ("i", "i is"),
        ("ol", "ol ola oles olas"),
        ("", "- a es as"),
    )
    return swapped(adjective, *rules), []


def italian(adjective: str, _: str) -> Forms:
    rules = (
        ("co", "co ca ci chi che"),
        ("go", "go ga ghi ghe"),
        ("io", "io ia i ie"),
        ("o", "o a i e"),
        ("ga", "ga ghi ghe gi"),
        ("ta", "ta ti te"),
        ("a", "a i e"),
        ("e", "e i"),
    )
    return swapped(adjective, *rules), []


def portuguese(adjective: str, _: str) -> Forms:
    rules = (
        ("ão", "ão ã ãos ães ões ãs"),
        ("ês", "ês esa eses esas"),
        ("eu", "eu eia eus eias"),
        ("ol", "ol ola óis olas"),
        ("o", "o a os as"),
        ("e", "e es"),
        ("a", "a as"),
        ("i", "i is"),
        ("í", "i is í ís"),
        ("", "- a es"),
    )
    return swapped(adjective, *rules), []


def portuguese_of(spanish_word: str) -> str:
    """The Portuguese word of a Spanish one, as most are."""
    for ending, theirs in (("és", "ês"), ("eño", "enho"), ("í", "i"), ("ón", "ão"), ("án", "ão")):
        if spanish_word.endswith(ending):
            return spanish_word.removesuffix(ending) + theirs
    return spanish_word


def dutch(adjective: str, person: str) -> Forms:
    stem = adjective
    for long, short in (("aans", "aanse"), ("ees", "ese"), ("eens", "eense")):
        if adjective.endswith(long):
            stem = adjective.removesuffix(long) + short
    return [adjective, f"{adjective}e", stem, f"{stem}n" if stem.endswith("ese") else stem], [person] if person else []


def polish(adjective: str, person: str) -> Forms:
    stem = adjective[:-1]
    adjectives = [f"{stem}{e}" for e in "i a ie iego iej iemu ą im imi ich".split()]
    if adjective.endswith(("ski", "cki", "dzki")):
        adjectives += [f"{stem[:-1]}cy", f"{stem}o"]  # tadżycko-afgański
    noun = ("yk", "yk yka ykowi ykiem yku ycy yków ykom ykami ykach")
    rules = (
        ("czyk", "czyk czyka czykowi czykiem czyku czycy czyków czykom czykami czykach"),
        ("anin", "anin anina aninowi aninem aninie anie an anom anami anach anka anki"),
        ("iec", "iec ca cowi cem cu cy ców com cami cach"),
        noun,
        ("ik", "ik ika ikowi ikiem iku icy ików ikom ikami ikach"),
        ("k", "k ka kowi kiem ku cy ków kom kami kach"),
        ("t", "t ta towi tem cie ci tów tom tami tach"),
        ("d", "d da dowi dem dzie dzi dów dom dami dach"),
        ("g", "g ga gowi giem gu dzy gów gom gami gach"),
        ("ch", "ch cha chowi chem chu si chów chom chami chach"),
        ("z", "z za zowi zem zie zi zów zom zami zach"),
        ("ec", "ec ca cowi cem cu cy ców com cami cach"),
        ("er", "er ra rowi rem rze rzy rów rom rami rach era erowi erem erzy erów erom erami erach"),
        ("a", "a y cie tę tą ci tów tom tami tach"),
        ("", "- a owi em ie i y ów om ami ach"),
    )
    return adjectives, swapped(person, *rules) if person else []


_RU_ADJ = "ий ая ое ие ого ой ому ую им ом их ими о"


_RU_PEOPLE = (
    ("иец", "иец ийца ийцу ийцем ийце ийцы ийцев ийцам ийцами ийцах ийка ийки ийку"),
    ("аец", "аец айца айцу айцем айце айцы айцев айцам айцами айцах"),
    ("еец", "еец ейца ейцу ейцем ейце ейцы ейцев ейцам ейцами ейцах"),
    ("лец", "лец льца льцу льцем льце льцы льцев льцам льцами льцах"),
    ("ец", "ец ца цу цем це цы цев цам цами цах ка ки ку кой"),
    ("анин", "анин анина анину анином анине ане ан анам анами анах анка анки"),
    ("янин", "янин янина янину янином янине яне ян янам янами янах янка янки"),
    ("ин", "ин ина ину ином ине ины ины инам инами инах"),
    ("рин", "рин рина рину рином рине ры р рам рами рах"),
    ("турок", "турок турка турку турком турке турки туркам турками турках турчанка"),
    ("г", "г га гу гом ге ги гов гам гами гах"),
    ("к", "к ка ку ком ке ки ков кам ками ках"),
    ("х", "х ха ху хом хе хи хов хам хами хах"),
    ("ш", "ш ша шу шом ше ши шей шам шами шах"),
    ("", "- а у ом е ы ов ам ами ах"),
)


def russian(adjective: str, person: str) -> Forms:
    adjectives = [adjective[:-2] + ending for ending in _RU_ADJ.split()]
    rules = (("болгарин", "болгарин болгарина болгары болгар болгарам болгарами"), *_RU_PEOPLE)
    return adjectives, swapped(person, *rules) if person else []


_UK_ADJ = "ий а е і ого ої ому у им ій их ими о"


def ukrainian(adjective: str, person: str) -> Forms:
    adjectives = [adjective[:-2] + ending for ending in _UK_ADJ.split()]
    rules = (
        ("єць", "єць йця йцю йцем йцеві йці йців йцям йцями йцях йка йки"),
        ("лець", "лець льця льцю льцем льці льців льцям льцями льцях"),
        ("ець", "ець ця цю цем цеві ці ців цям цями цях ка ки"),
        ("нин", "нин нина нину нином нині ни н нам нами нах нка нки"),
        ("ин", "ин ина ину ином ині ини инам инами инах"),
        ("рок", "рок рка рку рком рки рків ркам рками рках"),
        ("к", "к ка ку ком ки ків кам ками ках"),
        ("г", "г га гу гом ги гів гам гами гах"),
        ("х", "х ха ху хом хи хів хам хами хах"),
        ("", "- а у ом і и ів ам ами ах"),
    )
    return adjectives, swapped(person, *rules) if person else []


_SOFT = frozenset("дтзсцчшжр")


_VOWELS = frozenset(["", *"аеиоуыэюяй"])


def ukrainian_of(russian_word: str) -> str:
    """The Ukrainian spelling of a Russian word of foreign roots: the "rule of nine" for и, -ский as -ський."""
    out: list[str] = []
    for at, letter in enumerate(russian_word):
        before, behind = russian_word[at - 1 : at] if at else "", russian_word[at:]
        if letter == "и":
            hard = behind == "ий" or (before in _SOFT and behind[1:2] not in _VOWELS)
            out.append("и" if hard else "і")
        elif letter == "е":
            out.append("є" if before in _VOWELS or before == "ь" else "е")
        else:
            out.append({"ы": "и", "э": "е", "ъ": "ʼ"}.get(letter, letter))
    word = "".join(out)
    if word.endswith("ский"):
        word = word.removesuffix("ский") + "ський"
    return word.removesuffix("ц") + "ць" if word.endswith(("ец", "єц")) else word


_FINNISH_VOWELS = "aeiouyäöüõ"
_SHORTEST_SMALL = 4  # letters of a name that may stand in small letters
_BACK, _FRONT = "aıou", "eiöü"


def turkish(adjective: str, _: str) -> Forms:
    vowels = [c for c in adjective.lower() if c in _BACK + _FRONT]
    front = bool(vowels) and vowels[-1] in _FRONT
    plural = adjective + ("ler" if front else "lar")
    cases = ("", "i", "in", "e", "den", "de", "le") if front else ("", "ı", "ın", "a", "dan", "da", "la")
    return [adjective], [plural + case for case in cases]


def turkish_of(country: str) -> str:
    """The inhabitant by the suffix -li, in harmony with the name's last vowel."""
    vowels = [c for c in country.lower() if c in _BACK + _FRONT]
    return country + {"a": "lı", "ı": "lı", "o": "lu", "u": "lu", "ö": "lü", "ü": "lü"}.get(
        vowels[-1] if vowels else "e", "li"
    )


def arabic(adjective: str, _: str) -> Forms:
    if not adjective.endswith("ي"):  # a broken plural
        return [], [adjective]
    return [adjective, f"{adjective}ة"], [adjective + e for e in ("ون", "ين", "ات")]


def arabic_of(country: str) -> str:
    name = country.removeprefix("ال")
    for ending in ("يا", "ا", "ة"):
        if name.endswith(ending):
            return name.removesuffix(ending) + "ي"
    return f"{name}ي"


def persian(adjective: str, _: str) -> Forms:
    plurals = [f"{adjective}{e}" for e in ("ها", "\u200cها", " ها", "های", "\u200cهای", "ان")]
    return [adjective], plurals


def persian_of(country: str) -> str:
    if country.endswith("یه"):
        return country.removesuffix("ه") + "\u200cای"
    return country + ("یی" if country[-1] in "او" else "ی")


def finnish_of(country: str) -> str:
    """The inhabitant by the suffix -lainen, in harmony with the name's vowels."""
    name = country.lower() + ("" if country[-1] in _FINNISH_VOWELS else "i")
    return name + ("lainen" if any(c in "aou" for c in name) else "läinen")


def hungarian_of(country: str) -> str:
    return country.lower() + "i"


def estonian_of(country: str) -> str:
    """The genitive, written small: Poola, poola; Venemaa, vene. None where the name ends in a consonant."""
    name = country.lower().removesuffix("maa")
    return name if name[-1] in _FINNISH_VOWELS and len(name) >= _SHORTEST_SMALL else ""


DEMONYMS: dict[str, Callable[[str, str], Forms]] = {
    "de": german,
    "es": spanish,
    "it": italian,
    "pt": portuguese,
    "nl": dutch,
    "pl": polish,
    "ru": russian,
    "uk": ukrainian,
    "tr": turkish,
    "ar": arabic,
    "fa": persian,
}


DERIVED: dict[str, tuple[str, Callable[[str], str]]] = {  # from another language's word, or from the country's name
    "pt": ("es", portuguese_of),
    "uk": ("ru", ukrainian_of),
    "tr": ("", turkish_of),
    "ar": ("", arabic_of),
    "fa": ("", persian_of),
}
FROM_NAMES: dict[str, Callable[[str], str]] = {"fi": finnish_of, "hu": hungarian_of, "et": estonian_of}
