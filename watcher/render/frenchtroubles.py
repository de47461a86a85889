"""French for what keeps a message from being sent and a part of the daemon waiting, by the English templates."""

from __future__ import annotations

from collections.abc import Mapping

TROUBLES: Mapping[str, str | tuple[str, str]] = {
    # ── what keeps a message from being sent ──
    "HTTP {status}": "HTTP {status}",
    "HTTP {status}: the address moved, and redirects are not followed": (
        "HTTP {status} : l'adresse a changé, et les redirections ne sont pas suivies"
    ),
    "no whole answer in time": "pas de réponse complète à temps",
    "no answer in time": "pas de réponse à temps",
    "no secure connection: the certificate is not trusted or TLS failed": (
        "pas de connexion sécurisée : certificat non reconnu, ou échec de TLS"
    ),
    "the proxy does not answer": "le serveur mandataire ne répond pas",
    "no connection, or it was cut": "pas de connexion, ou elle a été coupée",
    "the address is not valid": "l'adresse n'est pas valide",
    "the request failed": "la requête a échoué",
    "the request failed ({error})": "la requête a échoué ({error})",
    "the mail server refuses it: SMTP {code}": "le serveur de courriel refuse : SMTP {code}",
    "no secure connection to the mail server: its certificate is not trusted, or TLS failed": (
        "pas de connexion sécurisée au serveur de courriel : certificat non reconnu, ou échec de TLS"
    ),
    "the mail server does not answer in time": "le serveur de courriel ne répond pas à temps",
    "the mail server knows no STARTTLS": "le serveur de courriel ne connaît pas STARTTLS",
    "no mail server is known by this name": "aucun serveur de courriel n'est connu sous ce nom",
    "no connection to the mail server, or it was cut": (
        "pas de connexion au serveur de courriel, ou elle a été coupée"
    ),
    "{service}: its plugin failed ({error})": "{service} : échec de son module ({error})",
    "{service} did not take it, and Apprise gives no reason": (
        "{service} ne l'a pas accepté, et Apprise ne donne pas de raison"
    ),
    "cannot write to the terminal: {why}": "impossible d'écrire sur le terminal : {why}",
    "it is closed": "il est fermé",
    "cannot write {file}: {why}": "impossible d'écrire {file} : {why}",
    "the channel's file has a name that no file can have; write another in the rules file": (
        "le fichier du canal a un nom qu'aucun fichier ne peut porter ; écrivez-en un autre dans les règles"
    ),
    "it cannot be sent: {error}": "envoi impossible : {error}",
    "at most {count} in {span}": "{count} au plus en {span}",
    "this address is no longer in the channel": "cette adresse n'est plus dans le canal",
    "its address was removed from the channel": "son adresse a été retirée du canal",
    "its channel was removed from the rules": "son canal a été retiré des règles",
    "the rules have no channel of this name": "les règles n'ont pas de canal de ce nom",
    "unconfigured: {why}": "non configuré : {why}",
    "released: {why}": "libéré : {why}",
    "address {number}: {why}": "adresse {number} : {why}",
    "address {number} is not one that Apprise can use": "adresse {number} : Apprise ne sait pas s'en servir",
    "{name} is not set": "{name} n'est pas défini",
    "{name} is empty": "{name} est vide",
    "{name} is not found": "{name} est introuvable",
    "{name} is larger than 64 KiB": "{name} dépasse 64 Kio",
    "{name} cannot be read ({why})": "{name} est illisible ({why})",
    "{name} is not UTF-8 text": "{name} n'est pas un texte en UTF-8",
    "{name} holds a line break or another control character": (
        "{name} contient un saut de ligne ou un autre caractère de contrôle"
    ),
    # ── what a part of the daemon waits for ──
    "{what} ({cause})": "{what} ({cause})",
    "the store is locked by another process": "la base est verrouillée par un autre processus",
    "the store is locked by another part of this process": "la base est verrouillée par une autre partie du programme",
    "the store is locked": "la base est verrouillée",
    "no space left for the store": "plus de place pour la base",
    "the store is read-only": "la base est en lecture seule",
    "the store's disk fails, or its quota is used up": "le disque de la base est défaillant, ou son quota épuisé",
    "the store cannot be opened": "la base ne peut pas être ouverte",
    "the store may not be read": "la base ne peut pas être lue : permission refusée",
    "input/output error": "erreur d'entrée-sortie",
    "the state folder": "le dossier d'état",
    "inbox {inbox} is not there": "le dossier d'arrivée {inbox} n'est pas là",
    "inbox {inbox} cannot be listed: {why}": "le dossier d'arrivée {inbox} ne peut pas être parcouru : {why}",
    "inbox {inbox} is not mounted": "le dossier d'arrivée {inbox} n'est pas monté",
    "inbox {inbox} cannot be watched: {why}": "le dossier d'arrivée {inbox} ne peut pas être surveillé : {why}",
    "inotify limit reached": "limite d'inotify atteinte",
    "no worker can be started: out of memory or of processes?": (
        "aucun processus de lecture ne peut démarrer : plus de mémoire, ou trop de processus ?"
    ),
    "told to stop while rules were read": "arrêt demandé pendant la lecture des règles",
    "the process that reads the rules was killed: is there too little memory?": (
        "le processus qui lit les règles a été tué : la mémoire manque-t-elle ?"
    ),
    "no thread can be started: too many processes?": "aucun fil d'exécution ne peut démarrer : trop de processus ?",
    "no worker can be started: {why}": "aucun processus de lecture ne peut démarrer : {why}",
    "no worker can be started: {why} in /dev/shm": (
        "aucun processus de lecture ne peut démarrer : {why} dans /dev/shm"
    ),
    "no worker can be started: {why}: too many processes?": (
        "aucun processus de lecture ne peut démarrer : {why} : trop de processus ?"
    ),
    "a worker was killed: is there too little memory?": (
        "un processus de lecture a été tué : la mémoire manque-t-elle ?"
    ),
}
