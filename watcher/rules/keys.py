"""The keys of a rules file: what it is read by, and what its schema is made of."""

from __future__ import annotations

from watcher.model import Level
from watcher.rules import forms, telling
from watcher.rules.channels import CHANNEL_FORM
from watcher.rules.conditions.query import Query
from watcher.rules.correlation.keys import FORM as CORRELATION_FORM
from watcher.rules.correlation.keys import ONLY_TEMPORAL, TEMPORAL
from watcher.rules.forms import CONDITION, LANGUAGE, Keys
from watcher.rules.intervals import INTERVAL_FORM
from watcher.rules.ruletests import SINGLE, TEST_FORM
from watcher.rules.spec import STATUSES, Code

VERSION = "1"
ID = "[a-z0-9-]{1,100}"
UNDATED = ("pass", "drop", "digest")
_DEFAULTS: Keys = {
    "level": forms.choice(Level, "How grave an alert is."),
    "languages": forms.some(LANGUAGE, "Articles in other languages are kept out; one of unknown language passes."),
    "max_age": forms.duration("Older articles are kept out, such as 3d."),
    "undated": forms.choice(UNDATED, "With max_age, what becomes of an article without a certain date."),
    "notify": forms.texts("The channels that alerts go to."),
}
ALWAYS = "always"
ON_UPDATE = ("once", ALWAYS)
RULE_NOTES: Keys = {  # for people; kept by the file itself
    "description": forms.text("For people."),
    "note": forms.text("For people."),
    "tags": forms.texts("For people."),
    "owner": forms.text("For people."),
    "references": forms.texts("For people."),
}
RULE: Keys = {
    "id": forms.text("The rule's name in alerts and commands: small letters, digits and -.", pattern=f"^{ID}$"),
    "title": forms.text("What the rule is called in alerts."),
    "condition": forms.ref("condition", "What must be true of an article."),
    "query": Query.form,
    "status": forms.choice(STATUSES, "stable sends; the others record alerts and tell nobody."),
    "enabled": forms.boolean("false switches the rule off."),
    **_DEFAULTS,
    "on_update": forms.choice(ON_UPDATE, "Whether a new version of an article that it matched before alerts again."),
    "correlation": CORRELATION_FORM,
    "tests": forms.some(TEST_FORM, "Articles that the rule should match, or should not.", least=0),
    "ignore": forms.some(forms.choice(Code), "The codes of warnings that the rule is spared."),
}
DEFAULTS: Keys = {
    **_DEFAULTS,
    **telling.GROUPING,
    **telling.PACE,
    "operator": forms.text("The channel that Watcher tells its own troubles to."),
    "heartbeat_url": forms.text("An address that is asked for while Watcher runs.", pattern="^https?://"),
}
RULE_FORM = forms.mapping(
    {**RULE, **RULE_NOTES, **telling.RULE},
    required=("id",),
    said="A rule.",
    **{
        "if": TEMPORAL,
        "then": ONLY_TEMPORAL,
        "else": {"oneOf": [{"required": ["condition"]}, {"required": ["query"]}]},
        "anyOf": [{"required": ["correlation"]}, {"properties": {"tests": forms.some(SINGLE, least=0)}}],
    },
)
TOP: Keys = {
    "version": {"enum": [int(VERSION)], "description": "The version of the rule language: 1."},
    "timezone": forms.text("The timezone of dates in messages, such as Europe/Paris; UTC if not given."),
    "include": forms.texts(
        "Other rules files, such as rules.d/*.yaml.", pattern=r"^(?=.*[*?\[]).*[^/]$|^[^*?\[]*\.ya?ml/?$"
    ),
    "lists": forms.named(forms.ref("list"), 'Vocabularies, used as "@name".'),
    "conditions": forms.named(CONDITION, "Conditions that several rules use by name."),
    "places": forms.named(forms.texts(pattern=f"^(?!@){forms.NO_NAMED}"), "Sets of places, named like regions."),
    "channels": forms.named(CHANNEL_FORM, "Where alerts are sent; console is always there."),
    "time_intervals": forms.named(INTERVAL_FORM, "Hours of the clock on days of the week, used by name."),
    "defaults": forms.mapping(DEFAULTS, said="What holds for rules that say nothing else."),
    "rules": forms.listed(RULE_FORM, "What to look for in every article.", least=0),
}
MAIN_ONLY = ("timezone", "include", "defaults")
