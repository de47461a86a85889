"""Tells clubs from the towns that they are called like, by their names and by what they do in an article on sport."""

from __future__ import annotations

from watcher.entities.beside import OF
from watcher.entities.lookup import once_a_text
from watcher.entities.writing import Neighbours, adjoins, is_capitalised, words
from watcher.text import Text

# Italian and Spanish put no article before a town, but for one that belongs to its name: with another it is a club.
_ARTICLES = {
    "it": ("il", words("il al del dal nel col")),
    "es": ("el", words("el al del")),
    "pt": ("o", words("o ao do pelo")),
}
_WITH_ARTICLE = {
    "pt": words("porto rio recife cairo funchal havre barreiro seixal montijo estoril crato dubai vaticano")
}  # o Porto
# Words that stand before a town in a club's name, and behind it; short ones stand in capitals.
_CLUBS_BEFORE = words(
    "fc afc sc ac as rc cf cd ud sd rcd ssc ogc losc vfb vfl vfr tsv tsg fsv msv bsc ksc thsv thw hc kv krc fk bk nk "
    "hnk gnk bc фк хк бк пфк real atletico inter dinamo dynamo lokomotiv lokomotive spartak sporting borussia bayer "
    "eintracht hertha fortuna arminia werder olympique deportivo girondins maccabi hapoel динамо спартак локомотив "
    "шахтер реал partizan партизан torpedo торпедо zenit зенит legia wisła slavia slovan baník steaua crvena ifk"
)
_CLUBS_BEHIND = words("united hotspur rovers albion wanderers rangers fc afc cf sc hc ff")
_SPORTS, _CLUB = words("football cricket rugby basketball hockey athletic soccer tennis"), "club"
# What a club does to another, or a player to a club, right before or behind its name.
_PLAYS = words(
    "quitte quitté quitter rejoint rejoindre reçoit bat battu affronte accueille domine défie devance éliminé "
    "hosts visits plays beat beats faces joined joins left leave leaves thrashed edged drew signed "
    "verlässt verließ schlägt schlug besiegte empfängt empfing gegen unterlag gewann verlor "
    "deja dejó dejar recibe venció vence derrotó ganó empató golea visita ficha "
    "batte lasciato lascia lasciare ospita pareggia cade vince sfida perde affronta travolge "
    "empatou venceu bateu caiu recebe perdeu goleou defronta visita deixa deixou trocou "
    "pokonał przegrał zremisował wygrał pokonała zagra "
    "обыграл обыграла победил победила разгромил покинул принимает сыграл сыграет уступил уступила "
    "переміг перемогла обіграв покинув зіграє прийме поступився yendi ağırladı"
)
_SPORT = words(
    "match matchs joueur joueurs entraîneur attaquant défenseur buteur ligue championnat club stade "
    "midfielder striker defender goalkeeper coach league season fixture players playoff cup stadium "
    "spieler trainer stürmer torwart bundesliga klub mittelfeldspieler verteidiger saison trainingslager "
    "delantero centrocampista portero entrenador liga goles gol fichaje club jugador jugadores árbitro "
    "attaccante allenatore portiere terzino doppietta gol giocatore calcio "
    "médio avançado treinador golo golos jogador futebol "
    "piłkarz piłkarze trener mecz meczu ekstraklasie ekstraklasa bramkarz napastnik gol gola "
    "матч матче матча гол тренер нападающий полузащитник вратарь клуб клуба сезон игрок чемпионат форвард "
    "гравець воротар тренер півзахисник нападник клубу maç gol ligi forvet"
)
_SPORTS_WORDS = 3  # different ones: fewer may stand in any article
_ACRONYM = 4  # letters: "Real" may be a word, and so might "as" and "fc" be without their capitals
_NONE: frozenset[str] = frozenset()
# Words by which a club is told: before it, before an "of" that stands there, before a town alone, and behind it.
BEFORE, BEHIND = _CLUBS_BEFORE | _PLAYS, _CLUBS_BEHIND | _SPORTS | _PLAYS | words("city")
BEFORE_OF = _CLUBS_BEFORE
BEFORE_TOWNS = frozenset().union(*(forms for _, forms in _ARTICLES.values()))


def article_before(text: Text, first: int, near: Neighbours) -> str:
    """The article that stands before a word, bare where a preposition is joined to it: "il" in "al Napoli"; "" for
    none, and where it tells no club from a town."""
    article, forms = _ARTICLES.get(text.language, ("", _NONE))
    if not near.tied or near.before not in forms:
        return ""
    return "" if text.folded_word(first) in _WITH_ARTICLE.get(text.language, _NONE) else article


def is_club(text: Text, first: int, last: int, near: Neighbours, *, british: bool) -> tuple[int, int] | None:
    """The words of a club's name that a town stands in: "FC Porto", "Sheffield United", in Britain "Leicester City"."""
    before, behind = first - 1, last + 1
    if near.led and near.before in _CLUBS_BEFORE and _marks_club(text.word(before)):
        return before, last
    of = near.tied and near.before in OF and before > 0  # Olympique de Marseille
    if of and text.folded_word(before - 1) in _CLUBS_BEFORE and _marks_club(text.word(before - 1)):
        return before - 1, last
    if near.followed and (
        (near.behind in _CLUBS_BEHIND and _marks_club(text.word(behind))) or (british and text.word(behind) == "City")
    ):
        return first, behind
    if near.followed and near.behind in _SPORTS and last + 2 < len(text.starts) and text.folded_word(last + 2) == _CLUB:
        return first, last + 2
    return None


def _marks_club(written: str) -> bool:
    return len(written) > _ACRONYM and written[0].isupper() or written.isupper() or written in ("Real", "Реал")


def plays(text: Text, first: int, last: int, near: Neighbours) -> bool:
    """Whether it does what clubs do, in an article on sport: "Exeter hosts Sale", "a quitté Toulon"."""
    before, behind = near.tied and near.before in _PLAYS, near.behind in _PLAYS and adjoins(text, last)
    return (before or behind) and is_capitalised(text, first) and speaks_of_sport(text)


@once_a_text
def speaks_of_sport(text: Text) -> bool:
    """Whether an article has words enough of sport for a town in it to be its club."""
    return len(_SPORT.intersection(text.folded.split())) >= _SPORTS_WORDS
