"""The slash commands, and their verbs by name."""

from __future__ import annotations

from escalation.base.declared import made_in
from escalation.base.refusals import BadValue
from handlers.verbs.verb import SlashCommand, Verb

LONGEST_SAID = 40
COMMANDS = sorted(made_in("handlers.*.verbs", SlashCommand), key=lambda command: command.place)
_BY_NAME = {command.name: command for command in COMMANDS}


def command_named(name: str) -> SlashCommand:
    """Get the slash command of that name; raises BadValue("unknown_verb")."""
    if name not in _BY_NAME:
        raise BadValue("unknown_verb", given=name[:LONGEST_SAID], command="/incident")
    return _BY_NAME[name]


def verb_named(command: str, name: str) -> Verb:
    """Get the verb of that name or alias; raises BadValue("unknown_verb")."""
    verb = command_named(command).verb(name)
    if verb is None:
        raise BadValue("unknown_verb", given=name[:LONGEST_SAID], command=f"/{command}")
    return verb
