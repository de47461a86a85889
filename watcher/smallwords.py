"""The small words of languages, which stand in almost every sentence: what a few words of a dispatch tell theirs by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nlargest

# A language and its neighbours each have what they share: then it speaks for neither.
_LISTED = {
    "en": "the of and to in on with for from by at was were is are that said says has have will after as over may can",
    "fr": "le la les des du de et est dans pour une un sur par au aux avec selon ont a qui après sont en que ne pas",
    "de": "der die das und den dem des ist mit von für auf ein eine in im am nach bei sind haben wurde zu aus",
    "es": "el la los las del de en a y por con una un para según tras al su se dijo fue que ha más han es sus",
    "pt": "o a os as do da dos das de em no na e um uma com para por segundo após ao não foi que diz mais são sem nas",
    "gl": "o a os as do da dos das de en no na e un unha con para por segundo tras ao non foi que máis nun polo son",
    "ca": "el la els les del de en i un una amb per a que va és prop dels al es no han més segons als",
    "it": "il lo la i gli le della del di a in che e ha un una con per dopo nel alla sono è hanno ad da secondo al non",
    "ro": "și si la de în din cu pe pentru un o a fost care este au s-a după că al nu mai sunt cel",
    "nl": "de het een van en in met voor op zijn is dat heeft bij aan na om te wil over naar uit niet door ook",
    "af": "die het 'n van en in met vir op is dat by aan na om te wil oor nie se sê deur ook",
    "sv": "och i att en ett på är av för med som till har den det inte om efter från säger enligt sig de",
    "da": "og i at en et på er af for med som til har den det ikke om efter fra siger vil to ifølge sig de",
    "no": "og i å en et på er av for med som til har den det ikke om etter fra sier vil to ifølge seg de at",
    "fi": "ja on ei se että oli ovat myös kun mukaan sekä kanssa hän joka jälkeen jos",
    "hu": "a az és hogy egy nem is meg volt van között szerint miatt után mert",
    "pl": "w i z na do się że po dla o od oraz przez jest nie to u ze we jak",
    "cs": "v a na se že z do po o s pro při k je byl byla ve od ze která který podle jsou ale za",
    "sk": "v a na sa že z do po o s pre pri k je bol bola vo od zo ktorá ktorý podľa sú ale dve za",
    "sl": "v in na se da z do po o s za pri k je dve bil bila od iz ki so sta ali pa ter bo",
    "hr": "u i na se da iz do po o s za pri k je bio bila od što su koji koja nakon te kod će ali kada",
    "lt": "ir į iš su kad yra po dėl prie buvo už apie nuo bei kaip pagal kai",
    "lv": "un ar no uz par ka ir pie pēc kas bija arī lai pret gada",
    "et": "ja on et ei oli ka kui mis oma pärast ning kes kohta ütles",
    "tr": "ve bir ile için bu da de olarak sonra göre oldu en az çok dedi ne var kadar ama",
    "id": "dan di yang untuk dengan dari dalam bahwa karena pada oleh tidak akan telah ini itu kepada mengatakan",
    "ms": "dan di yang untuk dengan dari dalam bahawa kerana pada oleh tidak akan telah ini itu kepada berkata",
    "ru": "в и на с по не что из за от к для о об во при со был была после до как его это",
    "uk": "в у і та на з до що про від за для не із зі після при й його це як був була",
    "be": "у і на з да што пра ад за для не пасля пры яго гэта як быў была",
    "bg": "в и на с по не че от за към до се при край са ще да като след той беше във със това няма",
    "mk": "во и на со по не дека од за кон до се при ќе да како после тој беше",
    "sr": "у и на са по не да од за до се при је су ће као после код који из што нису",
    "ar": "في من على إلى عن مع أن التي الذي بعد قال هذا بين إن خلال قبل كما",
    "fa": "در از به با که را این است و شد کرد برای بر تا آن وی های می",
    "ur": "میں کے کی کا سے نے کو ہے اور پر یہ ہیں گئے کر گیا ہو",
}
SMALL_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(listed.split()) for language, listed in _LISTED.items()
}


def leading(words: Iterable[str]) -> tuple[str, int]:
    """The language that has most of these words, each counted once and written small, and how many more than the
    next: 0 where several have as many."""
    spoken = frozenset(words)
    counts = ((len(spoken & known), language) for language, known in SMALL_WORDS.items())
    (most, language), (next_most, _) = nlargest(2, counts)
    return language, most - next_most
