"""Forms of the inhabitants and adjectives of inhabitants.txt, by tables of endings; for build.py alone.

A rule is an ending and what stands for it in all forms, "-" for nothing; the first whose ending a word has is taken.
"""

from __future__ import annotations

from watcher.entities.data.demonyms import Forms, swapped

_Rules = tuple[tuple[str, str], ...]

_SCANDINAVIAN: _Rules = (
    ("mand", "mand manden mænd mændene mands mænds"),
    ("mann", "mann mannen menn mennene manns menns"),
    ("man", "man mannen män männen mans mäns"),
    ("are", "are aren arna ares arnas"),
    ("ing", "ing ingen inger ingerne ingene ingar ingarna ings ingers"),
    ("er", "er eren ere erne ers eres ernes ene era"),
    ("e", "e en er erne ene es ers ernes enes ar arna"),
    ("", "- en er erna erne ar arna s ers ars ene"),
)
_ADJECTIVES: dict[str, _Rules] = {
    "cs": (
        ("ský", "ský ská ské ského skému ském ským skou ských skými ští sko"),
        ("cký", "cký cká cké ckého ckému ckém ckým ckou ckých ckými čtí cko"),
        ("ý", "ý á é ého ému ém ým ou ých ými í"),
    ),
    "sk": (("y", "y a e eho emu om ym ej u ou ych ymi i o"), ("ý", "ý á é ého ému om ým ej ú ou ých ými í o")),
    "sl": (("i", "i a o ega emu em im e ih imi ima"),),
    "sr": (("i", "i a o og oga om ome omu e oj u im ih ima"),),
    "bg": (("и", "и а о е ия ият ата ото ите иот"),),
    "sv": (("sk", "sk ska skt skas"),),
    "da": (("sk", "sk ske skes"),),
    "no": (("sk", "sk ske skes"),),
    "fi": (
        ("lainen", "lainen laisen laista laiset laisten laisia laisille laiselle laisilta laisella laisena laisiin"),
        ("läinen", "läinen läisen läistä läiset läisten läisiä läisille läiselle läisiltä läisellä läisenä läisiin"),
        ("mainen", "mainen maisen maista maiset maisten maisia maisille maisiin"),
        ("kki", "kki kin kit kkien kkeja kkia keille"),
        ("i", "i in it ien eja ia"),
    ),
    "hu": (
        ("i", "i iak iaknak iakat iakkal it inak ivel"),
        ("", "- ok ek ak át ot et ul ül okat eket okkal ekkel oknak eknek nak nek"),
    ),
    "ro": (
        ("esc", "esc ească ești eascul ească ești eștii eștilor ești"),
        ("ean", "ean eană eni ene eanul eana enii enilor enele eanului enei"),
        ("ez", "ez eză ezi eze ezul eza ezii ezilor ezele ezului ezei"),
        ("t", "t tă ți te tul ta ții ților tele tului tei"),
        ("s", "s să și se sul șii șilor sului sele sei"),
        ("c", "c că ci ce cul ca cii cilor cului cele cei"),
        ("", "- ă i e ul a ii ilor ului ele ei"),
    ),
    "el": (("ός", "ός ή ό ού ής ούς ές ών ά οί"), ("ος", "ος η ο ου ης ους ες ων α οι")),
    "is": (
        ("skur", "skur sk skt skan ska sks sku skum skri skrar skra skir skar ski skrum"),
        ("n", "n nn nt nan na nu nir nar num ni"),
    ),
    "et": (("", "-"),),
    "he": (("י", "י ית ים יים יות"),),
}
_PEOPLE: dict[str, _Rules] = {
    "cs": (
        ("Řek", "Řek Řeka Řekovi Řekem Řekové Řeků Řekům Řeky"),
        ("ec", "ec ce ci cem cové ců cům cích ka ky"),
        ("ek", "ek ka kovi kem ci ků kům ky cích"),
        ("an", "an ana anovi anem ané anů anům any anech anka anky anku"),
        ("k", "k ka kovi kem ci ků kům ky cích kové"),
        ("ch", "ch cha chovi chem ši chů chům chy ších chové"),
        ("z", "z ze zovi zem zové zů zům zi zích"),
        ("š", "š še šovi šem ši šů šům ších"),
        ("r", "r ra rovi rem ři rů rům ry rech rové"),
        ("", "- a ovi em ové i ů ům y ech ka ky"),
    ),
    "sk": (
        ("ec", "ec ca covi com ci cov com coch cami ka ky"),
        ("an", "an ana anovi anom ania anov anom anoch anmi anka anky anku"),
        ("k", "k ka kovi kom ci kov kom koch kmi"),
        ("", "- a ovi om i ov om och mi ka ky"),
    ),
    "sl": (
        ("ec", "ec ca cu cem ci cev cem ce cih ka ke"),
        ("ek", "ek ka ku kom ki kov kom ke kih"),
        ("", "- a u om em i ov ev om em e ih ka ke"),
    ),
    "sr": (
        ("anac", "anac anca ancu ancem anci anaca ancima ance anka anke"),
        ("enac", "enac enca encu encem enci enaca encima ence enka enke"),
        ("ac", "ac ca cu cem ci aca cima ce ka ke"),
        ("janin", "janin janina janinu janinom jani jana janima jane janka"),
        ("anin", "anin anina aninu aninom ani ana anima ane anka anke"),
        ("čin", "čin čina činu činom ci aka cima ke kinja"),
        ("in", "in ina inu inom i a ima e kinja"),
        ("k", "k ka ku kom ci ka cima ke kinja"),
        ("g", "g ga gu gom zi ga zima ge"),
        ("", "- a u om em i ima e inja kinja"),
    ),
    "bg": (
        ("аец", "аец аеца аецът айци айците айка"),
        ("еец", "еец ееца еецът ейци ейците ейка"),
        ("иец", "иец иеца иецът ийци ийците ийка"),
        ("чин", "чин чина чинът ци ците киня"),
        ("ец", "ец еца ецът ци ците ка ката ки"),
        ("нин", "нин нина нинът ни ните нка нката"),
        ("ин", "ин ина инът и ите иня"),
        ("як", "як яка якът яци яците"),
        ("к", "к ка кът ци ците киня"),
        ("", "- а ът и ите ка"),
    ),
    "sv": _SCANDINAVIAN,
    "da": _SCANDINAVIAN,
    "no": _SCANDINAVIAN,
    "el": (
        ("ος", "ος ου ο οι ων ους ε"),
        ("ός", "ός ού ό οί ών ούς έ"),
        ("ης", "ης η ες ων"),
        ("ας", "ας α ες ων"),
    ),
    "is": (
        ("maður", "maður manns manni mann menn manna mönnum mennirnir"),
        ("ingur", "ingur ings ingi ing ingar inga ingum ingarnir"),
        ("i", "i a ar ir um ann arnir ana unum anna"),
        ("", "-"),
    ),
    "lt": (
        ("ietis", "ietis iečio iečiui ietį iečiai iečių iečiams iečius iečiais ietė"),
        ("is", "is io iui į iai ių iams ius iais ė"),
        ("as", "as o ui ą ai ų ams us ais ė"),
    ),
    "lv": (
        ("ietis", "ietis ieša ietim ieti ieši iešu iešiem iešus iete"),
        ("nis", "nis ņa nim ni ņi ņu ņiem ņus niete"),
        ("lis", "lis ļa lim li ļi ļu ļiem ļus liete"),
        ("is", "is a im i i u iem us iete"),
        ("s", "s a am u i u iem us iete"),
    ),
    "et": (
        ("lane", "lane lase last lasele lased laste lasi lastele lastega lasega"),
        ("s", "s sed ste si se"),
        ("", "- i id ide e le idele"),
    ),
}


def forms(language: str, adjective: str, person: str) -> Forms:
    """The forms of a country's adjective and of what its people are called, each none where there is no word."""
    adjectives = swapped(adjective, *_ADJECTIVES[language]) if adjective != "-" else []
    people = swapped(person, *_PEOPLE[language]) if person else []
    if language in ("lt", "lv"):  # the many in the genitive stand before a noun as an adjective: rusų, krievu
        adjectives = people[5:6]
    return adjectives, people


LANGUAGES = frozenset({*_ADJECTIVES, *_PEOPLE})
_CYRILLIC = str.maketrans(
    dict(zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True))
    | dict(zip("ABCČĆDĐEFGHIJKLMNOPRSŠTUVZŽ", "АБЦЧЋДЂЕФГХИЈКЛМНОПРСШТУВЗЖ", strict=True))
)


def bulgarian_of(russian: str) -> str:
    """The Bulgarian adjective of the first of the Russian words of a country."""
    first = russian.partition(" ")[0].partition("/")[0]
    return first.removesuffix("й").translate(str.maketrans("эыё", "еие"))


def cyrillic(serbian: str) -> str:
    """A Serbian word in the other of its alphabets."""
    for latin, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ"), ("Lj", "Љ"), ("Nj", "Њ"), ("Dž", "Џ")):
        serbian = serbian.replace(latin, letter)
    return serbian.translate(_CYRILLIC)
