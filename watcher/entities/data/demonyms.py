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


def dutch(adjective: str, person: str) -> Forms:
    stem = adjective
    for long, short in (("aans", "aanse"), ("ees", "ese"), ("eens", "eense")):
        if adjective.endswith(long):
            stem = adjective.removesuffix(long) + short
    return [adjective, f"{adjective}e", stem, f"{stem}n" if stem.endswith("ese") else stem], [person] if person else []


_KA = "ka ki kę ką ce ek kom kami kach".split()
# The woman of a man, before -ka: Ukrainiec, Ukrainka; Kanadyjczyk, Kanadyjka; Czech, Czeszka; Norweg, Norweżka.
_POLISH_WOMEN = tuple(
    (man, " ".join(woman + case for case in _KA))
    for man, woman in (
        ("ńczyk", "n"),
        ("czyk", ""),
        ("anin", "an"),
        ("iec", ""),
        ("lak", "l"),
        ("ak", "acz"),
        ("ch", "sz"),
        ("g", "ż"),
        ("urek", "urczyn"),
        ("k", "czyn"),
        ("", ""),
    )
)


def polish(adjective: str, person: str) -> Forms:
    stem = adjective[:-1]
    adjectives = [f"{stem}{e}" for e in "i a ie iego iej iemu ą im imi ich".split()]
    if adjective.endswith(("ski", "cki", "dzki")):
        adjectives += [f"{stem[:-1]}cy", f"{stem}o"]  # tadżycko-afgański
    noun = ("yk", "yk yka ykowi ykiem yku ycy yków ykom ykami ykach")
    rules = (
        ("czyk", "czyk czyka czykowi czykiem czyku czycy czyków czykom czykami czykach"),
        ("anin", "anin anina aninowi aninem aninie anie an anów anom anami anach anka anki"),
        ("iec", "iec ca cowi cem cu cy ców com cami cach"),
        noun,
        ("ik", "ik ika ikowi ikiem iku icy ików ikom ikami ikach"),
        ("k", "k ka kowi kiem ku cy ków kom kami kach"),
        ("t", "t ta towi tem cie ci tów tom tami tach"),
        ("d", "d da dowi dem dzie dzi dów dom dami dach"),
        ("g", "g ga gowi giem gu dzy gowie gów gom gami gach"),
        ("gier", "gier gra growi grem grze grzy grów grom grami grach"),
        ("sz", "sz sza szowi szem szu sze szy szów szom szami szach"),
        ("ch", "ch cha chowi chem chu si chów chom chami chach"),
        ("z", "z za zowi zem zie zi zów zom zami zach"),
        ("ec", "ec ca cowi cem cu cy ców com cami cach"),
        ("ca", "ca cy cę cą ców com cami cach"),
        ("er", "er ra rowi rem rze rzy rów rom rami rach era erowi erem erzy erów erom erami erach"),
        ("a", "a y cie tę tą ci tów tom tami tach"),
        ("", "- a owi em ie i y ów om ami ach"),
    )
    return adjectives, [*swapped(person, *rules), *swapped(person, *_POLISH_WOMEN)] if person else []


_RU_ADJ = "ий ая ое ие ого ой ому ую им ом их ими о"
_RU_HARD = "ый ая ое ые ого ой ому ую ым ом ых ыми о"


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
    endings = _RU_HARD if adjective.endswith("ый") else _RU_ADJ
    adjectives = [adjective[:-2] + ending for ending in endings.split()]
    rules = (("болгарин", "болгарин болгарина болгары болгар болгарам болгарами"), *_RU_PEOPLE)
    return adjectives, swapped(person, *rules) if person else []


_UK_ADJ = "ий а е і ого ої ому у им ій ою их ими о"


def ukrainian(adjective: str, person: str) -> Forms:
    adjectives = [adjective[:-2] + ending for ending in _UK_ADJ.split()]
    rules = (
        ("єць", "єць йця йцю йцем йцеві йці йців йцям йцями йцях йка йки"),
        ("лець", "лець льця льцю льцем льці льців льцям льцями льцях"),
        ("ець", "ець ця цю цем цеві ці ців цям цями цях ка ки ку кою ці"),
        ("нин", "нин нина нину нином нині ни н нам нами нах нка нки"),
        ("рин", "рин рина рину рином рині ри р рам рами рах"),
        ("ин", "ин ина ину ином ині ини инам инами инах"),
        ("рок", "рок рка рку рком рки рків ркам рками рках"),
        ("к", "к ка ку ком ки ків кам ками ках"),
        ("г", "г га гу гом ги гів гам гами гах"),
        ("х", "х ха ху хом хи хів хам хами хах"),
        ("", "- а у ом і и ів ам ами ах"),
    )
    return adjectives, swapped(person, *rules) if person else []


BACK, FRONT = "aıou", "eiöü"  # vowels of Turkish


def turkish(adjective: str, _: str) -> Forms:
    vowels = [c for c in adjective.lower() if c in BACK + FRONT]
    front = bool(vowels) and vowels[-1] in FRONT
    plural = adjective + ("ler" if front else "lar")
    cases = ("", "i", "in", "e", "den", "de", "le") if front else ("", "ı", "ın", "a", "dan", "da", "la")
    return [adjective], [plural + case for case in cases]


def arabic(adjective: str, _: str) -> Forms:
    """Of several words ("كوري-شمالي") those behind the first with the article too; the first's is found with it."""
    first, *others = adjective.split("-")
    if not adjective.endswith("ي"):  # a broken plural
        return [], [adjective]

    def ending(with_end: str) -> list[str]:
        words = [word + with_end if word.endswith("ي") else word for word in (first, *others)]
        return ["-".join(words), "-".join([words[0], *(f"ال{word}" for word in words[1:])])] if others else words

    return [*ending(""), *ending("ة")], [form for end in ("ون", "ين", "ات") for form in ending(end)]


def persian(adjective: str, _: str) -> Forms:
    plurals = [f"{adjective}{e}" for e in ("ها", "\u200cها", " ها", "های", "\u200cهای", "ان")]
    return [adjective], plurals


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
