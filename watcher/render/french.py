"""French, by the English templates; a test holds that each phrase of the code is here, and that no other is.

Spaces before : ; ? ! and inside « » are made not to break by `spoken`.
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher.render.frenchtroubles import TROUBLES

_MESSAGES: Mapping[str, str | tuple[str, str]] = {
    # ── alerts, groups and digests ──
    "TEST": "ESSAI",
    "Alert {id}": "Alerte {id}",
    "Digest {id}": "Synthèse {id}",
    "Message {id}": "Message {id}",
    "Watcher: {event}": "Watcher : {event}",
    "unknown source": "source inconnue",
    "unknown language": "langue inconnue",
    "undated": "sans date",
    "undated ({written})": "sans date sûre ({written})",
    "just now": "à l'instant",
    "{n} min ago": "il y a {n} min",
    "{n} h ago": "il y a {n} h",
    "yesterday": "hier",
    "{n} days ago": "il y a {n} jours",
    "today": "aujourd'hui",
    "{day}, {n} year old": ("{day}, il y a {n} an", "{day}, il y a {n} ans"),
    "{n} outlet": ("{n} média", "{n} médias"),
    "{n} alert": ("{n} alerte", "{n} alertes"),
    "{n} story": ("{n} sujet", "{n} sujets"),
    "and {n} more": ("et {n} autre", "et {n} autres"),
    "and {n} more rule": ("et {n} autre règle", "et {n} autres règles"),
    "and {n} more outlet": ("et {n} autre média", "et {n} autres médias"),
    "and {n} more alert": ("et {n} autre alerte", "et {n} autres alertes"),
    "and {n} more story": ("et {n} autre sujet", "et {n} autres sujets"),
    "Update": "Du nouveau",
    "Reminder": "Rappel",
    "Update: {why}": "Du nouveau : {why}",
    "Reminder: {why}": "Rappel : {why}",
    "Acknowledge: {command}": "Accuser réception : {command}",
    "The channel's template could not be used: {why}": "Le modèle du canal n'a pas pu servir : {why}",
    "{title}: {what}": "{title} : {what}",
    # ── why a group speaks again ──
    "level raised to {level}": "passe au niveau {level}",
    "also rule {rules}": ("aussi la règle {rules}", "aussi les règles {rules}"),
    "not acknowledged for {span}": "sans accusé de réception depuis {span}",
    # ── why a digest comes, and the pulse ──
    "Digest: {what}": "Synthèse : {what}",
    "nothing to tell": "rien à signaler",
    "digest": "synthèse",
    "read late": "lus en retard",
    "quiet hours ended": "fin des heures calmes",
    "quiet hours {names} ended": "fin des heures calmes ({names})",
    "{several} and {last}": "{several} et {last}",
    "channel {channel} works again": "le canal {channel} fonctionne à nouveau",
    "{name}:": "{name} :",
    "Articles": "Articles",
    "Silent sources": "Sources muettes",
    "Silences": "Silences",
    "Held": "Retenues",
    "Muted": "En sourdine",
    "Kept out": "Écartées",
    "Rules": "Règles",
    "Quarantined": "En quarantaine",
    "Not delivered": "Non livrées",
    "Rules under test": "Règles à l'essai",
    "{n}": "{n}",
    "none": "aucune",
    "{names} and {n} more": ("{names} et {n} autre", "{names} et {n} autres"),
    "{read} from {n} source": ("{read} de {n} source", "{read} de {n} sources"),
    "{said}; the week before: {mean}": (
        "{said} ; la semaine précédente : {mean}",
        "{said} ; moyenne des {n} dernières semaines : {mean}",
    ),
    "{n} in force": "{n} en vigueur",
    "{loaded} since {at}": "{loaded} depuis le {at}",
    "{n} save refused": ("{n} enregistrement refusé", "{n} enregistrements refusés"),
    "what was saved last is refused": "le dernier enregistrement est refusé",
    # ── why an alert waits ──
    "quiet hours {names} until {until}": "heures calmes ({names}) jusqu'au {until}",
    "digest at {until}": "synthèse du {until}",
    "{why}: digest at {until}": "{why} : synthèse du {until}",
    "{why}: in one digest with the rest": "{why} : dans une seule synthèse avec le reste",
    "{reason}; digest at {until}": "{reason} ; synthèse du {until}",
    "in the digest of {at}": "dans la synthèse du {at}",
    "{reason}; in the digest of {at}": "{reason} ; dans la synthèse du {at}",
    # ── what several articles come to ──
    "{n} article": ("{n} article", "{n} articles"),
    "no articles": "aucun article",
    "only {what}": "seulement {what}",
    "{what} in {span}": "{what} en {span}",
    "{what} in {span}, a spike": "{what} en {span}, un pic",
    "the silence is over, {what} in {span}": "le silence est rompu, {what} en {span}",
    "new {of}: {values}": "première mention ({of}) : {values}",
    "{what} in {span} ({values})": "{what} en {span} ({values})",
    "last article: {at}": "dernier article : {at}",
    "no article yet": "aucun article jusqu'ici",
    "{n} place": ("{n} lieu", "{n} lieux"),
    "{n} person": ("{n} personne", "{n} personnes"),
    "{n} of {kind}": "{n} ({kind})",
    "{values} within {span}, {what}": "{values} en {span}, {what}",
    "{told}, {kind} {value}": "{told}, {kind} {value}",
    "place": "lieu",
    "source": "source",
    "person": "personne",
    "org": "organisation",
    "story": "sujet",
    # ── a test alert ──
    "Sample of an alert": "Exemple d'alerte",
    "Sample": "Exemple",
    "real alerts": "les vraies alertes",
    "This is a sample from `watcher channels test`: {alerts} will arrive here, with the words that matched.": (
        "Ceci est un exemple envoyé par `watcher channels test` : {alerts} arriveront ici, avec les mots trouvés."
    ),
    # ── notices ──
    "Rule {rule} is noisy: it told {count} in {span} here": (
        "La règle {rule} est bavarde : {count} alertes ici en {span}"
    ),
    "'{term}' in {count} of {all}": "« {term} » ({count} sur {all})",
    "{told}, most by {term}": "{told}, le plus souvent par {term}",
    "{told}. The rest waits for the digest at {at}.": "{told}. Le reste attend la synthèse du {at}.",
    "channel {channel}: a message could not be delivered and is kept as dead: {why}": (
        "canal {channel} : un message n'a pas pu être livré et est abandonné : {why}",
        "canal {channel} : {n} messages n'ont pas pu être livrés et sont abandonnés : {why}",
    ),
    "channel {channel}: “{title}” (rule {rule}, alert {id}) could not be delivered and is kept as dead: {why}": (
        "canal {channel} : « {title} » (règle {rule}, alerte {id}) n'a pas pu être livré et est abandonné : {why}"
    ),
    "Watcher ended: its part {part} failed: {why}": "Watcher s'est arrêté : sa partie {part} a échoué : {why}",
    "channel {channel}: {n} delivery is kept as dead: {why}": (
        "canal {channel} : {n} envoi est abandonné : {why}",
        "canal {channel} : {n} envois sont abandonnés : {why}",
    ),
    "channel {channel} cannot be used, {n} delivery held: {why}": (
        "le canal {channel} n'est pas utilisable, {n} envoi retenu : {why}",
        "le canal {channel} n'est pas utilisable, {n} envois retenus : {why}",
    ),
    "channel {channel}: {n} message not delivered for {minutes} min: {why}": (
        "canal {channel} : {n} message non livré depuis {minutes} min : {why}",
        "canal {channel} : {n} messages non livrés, le plus ancien depuis {minutes} min : {why}",
    ),
    "{size} MB are left for {folder}": "il reste {size} Mo pour {folder}",
    "{part} waits: {why}": "{part} attend : {why}",
    "{count} files were put in quarantine within the last hour": "{count} fichiers mis en quarantaine en une heure",
    "processes that read articles died {count} times within the last hour: is there too little memory?": (
        "les processus de lecture sont morts {count} fois en une heure : la mémoire manque-t-elle ?"
    ),
    "the rules file is refused; those accepted before stay in force": (
        "le fichier de règles est refusé ; les règles acceptées auparavant restent en vigueur"
    ),
    "no new article for {hours} h": "aucun nouvel article depuis {hours} h",
    "the heartbeat address could not be reached: {why}": "l'adresse de veille n'a pas pu être jointe : {why}",
    "articles missing": "articles absents",
    "channel failing": "canal en panne",
    "channel not usable": "canal inutilisable",
    "daemon ended": "démon arrêté",
    "disk nearly full": "disque presque plein",
    "file in quarantine": "fichier en quarantaine",
    "file stays in the inbox": "fichier resté dans le dossier d'arrivée",
    "heartbeat not sent": "signe de vie non envoyé",
    "message not delivered": "message non livré",
    "part waiting": "partie en attente",
    "quarantine growing": "quarantaine qui grossit",
    "noisy rule": "règle bavarde",
    "rules loaded": "règles chargées",
    "rules refused": "règles refusées",
    "tests of rules fail": "tests de règles en échec",
    "reading processes dying": "processus de lecture qui meurent",
    "{event}: over": "{event} : fin",
    "{event} is over": "{event} : c'est terminé",
    "{event} ({about}) is over": "{event} ({about}) : c'est terminé",
    "{n} more like those told before: {last}": (
        "{n} autre du même genre : {last}",
        "{n} autres du même genre, le dernier : {last}",
    ),
    "{file}: {why}": "{file} : {why}",
    "once it is mended: {command}": "une fois réparé : {command}",
    "{why}: {file}": "{why} : {file}",
    "{file} stays in the inbox: {why}": "{file} reste dans le dossier d'arrivée : {why}",
    "{n} rule loaded": ("{n} règle chargée", "{n} règles chargées"),
    "{what}: {rules}": "{what} : {rules}",
    "added": "ajouts",
    "changed": "modifications",
    "removed": "suppressions",
    "{kind} {name}": "{kind} {name}",
    "channel": "canal",
    "time interval": "plage horaire",
    "defaults": "valeurs par défaut",
    "timezone": "fuseau horaire",
    "no rule added, changed or removed": "aucune règle ajoutée, modifiée ou supprimée",
    "rules refused; those accepted before ({digest}) stay in force": (
        "règles refusées ; celles acceptées auparavant ({digest}) restent en vigueur"
    ),
    "the rules' tests could not be run: {why}": "les tests des règles n'ont pas pu être exécutés : {why}",
    "one takes too long or too much, or their process was killed": (
        "l'un d'eux prend trop de temps ou de mémoire, ou leur processus a été tué"
    ),
    "test fails: {rule}, {test} ({place}): {why}": "test en échec : {rule}, {test} ({place}) : {why}",
}

FRENCH = {**_MESSAGES, **TROUBLES}
