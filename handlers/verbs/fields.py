"""Fields that several verbs share."""

from __future__ import annotations

from escalation.base.refusals import BadValue, NotFound
from escalation.contract.names import folded, near, people_named, told_apart
from handlers.verbs import choices
from handlers.verbs.typed_line import record_id
from handlers.verbs.verb import Ask, Choices, Field, Kind
from handlers.words.texts import msg

MOST_OFFERED = 10

COMPONENT = Field(
    name="component",
    label=msg("Component"),
    kind=Kind.CHOICE,
    choices=choices.components,
    french="composant",
)
SITE = Field(name="site", label=msg("Site"), kind=Kind.CHOICE, choices=choices.sites)
SEVERITY = Field(
    name="severity",
    label=msg("Severity"),
    kind=Kind.CHOICE,
    choices=choices.severities,
    french="gravité",
    aliases=("sévérité",),
)
URGENCY = Field(
    name="urgency",
    label=msg("Urgency"),
    kind=Kind.CHOICE,
    choices=choices.urgencies,
    french="urgence",
)
IMPACT = Field(name="impact", label=msg("Impact"), kind=Kind.CHOICE, choices=choices.impacts)
EXERCISE = Field(
    name="exercise",
    label=msg("Is it an exercise?"),
    kind=Kind.YES_NO,
    french="exercice",
)
PAGE = Field(name="page", label=msg("Page"), kind=Kind.NUMBER, limit=6)
LADDER = Field(
    name="ladder",
    label=msg("Ladder"),
    kind=Kind.CHOICE,
    choices=choices.ladders,
    french="échelle",
    aliases=("supplier", "fournisseur"),
)


INCIDENT = Field(name="incident", label=msg("Incident"), required=True, free=True, limit=20)


def reason(label: str = msg("Reason"), *, required: bool = True) -> Field:
    """A reason, in free words."""
    return Field(
        name="reason",
        label=label,
        kind=Kind.LONG_TEXT,
        required=required,
        free=True,
        french="motif",
        aliases=("raison",),
    )


def free_text(label: str, *, required: bool = True, name: str = "text") -> Field:
    """Free words."""
    return Field(
        name=name,
        label=label,
        kind=Kind.LONG_TEXT,
        required=required,
        free=True,
        french="texte" if name == "text" else "",
        aliases=("note",) if name == "text" else ("texte",),
    )


def who(
    label: str,
    name: str = "person",
    *,
    french: str = "personne",
    aliases: tuple[str, ...] = (),
    required: bool = True,
    free: bool = True,
    choices: Choices | None = None,
) -> Field:
    """A person of the contract: an id, a name, an e-mail or a mention."""
    return Field(
        name=name,
        label=label,
        kind=Kind.PERSON,
        required=required,
        free=free,
        french=french,
        aliases=("à", "to") if name == "person" else aliases,
        choices=choices,
    )


def person_named(ask: Ask, field: str) -> str:
    """The id of the person a value names, by id, name or e-mail, or as @name.

    Whom the caller need not know of is nobody (Rule CON-2). Raises BadValue where it is missing,
    NotFound("unknown_person_named") where nobody or more than one answers to it: with those who
    do, or the names near it.
    """
    wanted = ask.needed(field)
    known = ask.caller.known.people
    meant = people_named(known, wanted.removeprefix("@"))
    if len(meant) == 1:
        return meant[0].id
    raise NotFound(
        "unknown_person_named",
        field=field,
        given=wanted,
        known=[told_apart(known, p) for p in meant[:MOST_OFFERED]],
        near=[] if meant else [told_apart(known, p) for p in near(known, wanted)],
    )


def incident_named(ask: Ask) -> str:
    """The number of the incident a value names; raises BadValue."""
    named = record_id(ask.needed("incident"))
    if named is None:
        raise BadValue("not_an_incident_number", field="incident", given=ask.text("incident"))
    return named


def option_named(ask: Ask, field: str, choices: Choices) -> str | None:
    """The value of the option that is meant, by its value or label; None for none of them."""
    if not (given := folded(ask.text(field))):
        return None
    meant = (o for o in choices(ask.caller) if given in (folded(o.value), folded(o.label)))
    return next((option.value for option in meant), None)


def choice_of(ask: Ask, field: str, choices: Choices) -> str | None:
    """The value of the option that is meant, None where none is given.

    Raises BadValue("unknown_choice"), with those known.
    """
    given = ask.optional(field)
    found = option_named(ask, field, choices)
    if given is not None and found is None:
        known = [option.value for option in choices(ask.caller)]
        raise BadValue("unknown_choice", field=field, given=given, known=known)
    return found
