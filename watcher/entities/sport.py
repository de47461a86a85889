"""Tells clubs from the towns that they are called like, by what they do in an article on sport."""

from __future__ import annotations

from watcher.entities.lookup import once_a_text
from watcher.entities.writing import Neighbours, adjoins, is_capitalised, words
from watcher.text import Text

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


def plays(text: Text, first: int, last: int, near: Neighbours) -> bool:
    """Whether it does what clubs do, in an article on sport: "Exeter hosts Sale", "a quitté Toulon"."""
    before, behind = near.tied and near.before in _PLAYS, near.behind in _PLAYS and adjoins(text, last)
    return (before or behind) and is_capitalised(text, first) and speaks_of_sport(text)


@once_a_text
def speaks_of_sport(text: Text) -> bool:
    """Whether an article has words enough of sport for a town in it to be its club."""
    return len(_SPORT.intersection(text.folded.split())) >= _SPORTS_WORDS
