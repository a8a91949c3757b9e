"""Fields that several verbs share."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.base.refusals import BadValue, NotFound
from escalation.contract.names import folded, near, people_named, told_apart
from handlers.application import Caller
from handlers.verbs import choices
from handlers.verbs.instants import is_instant
from handlers.verbs.typed_line import record_id
from handlers.verbs.verb import Choices, Field, Invocation, Kind, Option, Values, Verb
from handlers.words.slack_text import mentioned
from handlers.words.texts import msg

MOST_OFFERED = 10
QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb \u00a0\n'

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


def person_named(invocation: Invocation, field: str) -> str:
    """The id of the person a value names, by id, name or e-mail, or as @name.

    Whom the caller need not know of is nobody (Rule CON-2). Raises BadValue where it is missing,
    NotFound("unknown_person_named") where nobody or more than one answers to it: with those who
    do, or the names near it.
    """
    wanted = invocation.needed(field)
    known = invocation.caller.known.people
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


def incident_named(invocation: Invocation) -> str:
    """The number of the incident a value names; raises BadValue."""
    named = record_id(invocation.needed("incident"))
    if named is None:
        raise BadValue(
            "not_an_incident_number", field="incident", given=invocation.text("incident")
        )
    return named


def option_named(invocation: Invocation, field: str, choices: Choices) -> str | None:
    """The value of the option that is meant, by its value or label; None for none of them."""
    if not (given := folded(invocation.text(field))):
        return None
    meant = named_option(choices(invocation.caller), given)
    return meant.value if meant else None


def named_option(options: Sequence[Option], given: str) -> Option | None:
    """The option that somebody means by its value, its label or what the label begins with.

    By what else it is called too, in another gender or number; and by some of its words, where they
    are in no other one: "problème" of "un problème".
    """
    wanted = folded(given)
    for names in (lambda o: (o.value, o.label), lambda o: (o.short,), lambda o: o.also):
        for option in options:
            if wanted in map(folded, names(option)):
                return option
    for meant in (
        [o for o in options if _agreed(wanted) in map(_agreed, (o.label, o.short, *o.also))],
        [o for o in options if f" {wanted} " in f" {folded(o.label)} "],
    ):
        if wanted and len(meant) == 1:
            return meant[0]
    return None


def _agreed(said: str) -> str:
    """A word without what gender and number add to it: "réussies" → "reussi"."""
    return folded(said).rstrip("s").rstrip("e")


def divided(verb: Verb, caller: Caller, values: Values) -> Values:
    """The values, of which the free words fill two fields: a choice, a person or a time; a text.

    What the longest beginning names is the first one; without one they stay as they stand.
    """
    free = [each for each in verb.fields if each.free]
    if len(free) < 2 or free[1].name in values:
        return values
    first, text = free[0], free[1]
    words = values.get(first.name, "")
    for number in range(len(words.split()), 0, -1):
        rest = "".join(words.split(maxsplit=number)[number:])
        begun = words.removesuffix(rest).strip(QUOTES)
        if _names(first, caller, begun):
            said = {first.name: begun, text.name: rest.strip(QUOTES)} if rest else {}
            return {**values, **said}
    return values


def _names(field: Field, caller: Caller, given: str) -> bool:
    if field.kind is Kind.PERSON:
        known = people_named(caller.known.people, given.removeprefix("@"))
        return bool(mentioned(given)) or len(known) == 1
    if field.kind is Kind.INSTANT:
        return is_instant(given, caller.texts)
    return field.choices is not None and named_option(field.choices(caller), given) is not None


def choice_of(invocation: Invocation, field: str, choices: Choices) -> str | None:
    """The value of the option that is meant, None where none is given.

    Raises BadValue("unknown_choice"), with those known.
    """
    given = invocation.optional(field)
    found = option_named(invocation, field, choices)
    if given is not None and found is None:
        known = [option.short for option in choices(invocation.caller)]
        raise BadValue("unknown_choice", field=field, given=given, known=known)
    return found
