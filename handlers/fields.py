"""Fields that several verbs share."""

from __future__ import annotations

from escalation.refusals import BadValue, NotFound
from handlers import choices
from handlers.verbs import Ask, Field, Kind, msg

COMPONENT = Field(
    name="component",
    label=msg("Component"),
    kind=Kind.CHOICE,
    choices=choices.components,
    aliases=("composant",),
)
SEVERITY = Field(
    name="severity",
    label=msg("Severity"),
    kind=Kind.CHOICE,
    choices=choices.one_to_four,
    aliases=("severite", "sévérité", "gravité", "gravite"),
)
PAGE = Field(name="page", label=msg("Page"), kind=Kind.NUMBER, limit=6)
LADDER = Field(
    name="ladder",
    label=msg("Ladder"),
    kind=Kind.CHOICE,
    choices=choices.ladders,
    aliases=("echelle", "échelle", "supplier", "fournisseur"),
)


def reason(label: str = msg("Reason"), *, required: bool = True) -> Field:
    """A reason, in free words."""
    return Field(
        name="reason",
        label=label,
        kind=Kind.LONG_TEXT,
        required=required,
        free=True,
        aliases=("motif", "raison"),
    )


def free_text(label: str, *, required: bool = True, name: str = "text") -> Field:
    """Free words."""
    return Field(
        name=name,
        label=label,
        kind=Kind.LONG_TEXT,
        required=required,
        free=True,
        aliases=("texte", "note") if name != "note" else ("texte",),
    )


def who(label: str, *, name: str = "person", required: bool = True, free: bool = True) -> Field:
    """A person of the contract: an id, a name, an e-mail or a mention."""
    return Field(
        name=name,
        label=label,
        kind=Kind.PERSON,
        required=required,
        free=free,
        aliases=("personne", "à", "a", "to") if name != "to" else ("à", "a"),
    )


def person_named(ask: Ask, field: str) -> str:
    """The id of the person a value names, by id, name, e-mail or Slack mention.

    Raises BadValue where it is missing, NotFound("unknown_person_named") where nobody or more
    than one answers to it.
    """
    wanted = ask.needed(field)
    mention = wanted.removeprefix("<@").partition("|")[0].removesuffix(">")
    lowered = wanted.removeprefix("@").casefold()
    exact = [
        p.id
        for p in ask.contract.people
        if lowered in (p.id.casefold(), p.name.casefold(), p.email.casefold())
        or (p.slack and p.slack == mention)
    ]
    if len(exact) == 1:
        return exact[0]
    partial = [p for p in ask.contract.people if lowered in p.name.casefold()]
    if len(partial) == 1:
        return partial[0].id
    raise NotFound(
        "unknown_person_named", field=field, given=wanted, known=[p.name for p in partial]
    )


def choice_of(ask: Ask, field: str, known: list[str]) -> str | None:
    """The value where it is one of those known; raises BadValue("unknown_choice")."""
    given = ask.optional(field)
    if given is None:
        return None
    found = next((k for k in known if k.casefold() == given.casefold()), None)
    if found is None:
        raise BadValue("unknown_choice", field=field, given=given, known=known)
    return found
