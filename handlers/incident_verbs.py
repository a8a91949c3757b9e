"""`/incident`: opening incidents and living through them (Rules INC-1 to INC-11)."""

from __future__ import annotations

from escalation.commands import (
    AddNote,
    AssignIncident,
    CancelIncident,
    CloseIncident,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ReplanIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    TakeIncident,
    VerifyIncident,
    WaitFor,
)
from escalation.incident import Origin
from escalation.refusals import BadValue
from handlers import choices, incident_looks
from handlers.fields import (
    COMPONENT,
    EXERCISE,
    PAGE,
    SEVERITY,
    choice_of,
    free_text,
    option_named,
    person_named,
    reason,
    who,
)
from handlers.lines import record_id
from handlers.texts import msg
from handlers.verbs import Allowance, Ask, Field, Kind, SlashCommand, Verb


def _open(ask: Ask) -> OpenIncident:
    return OpenIncident(
        **ask.common(),
        title=ask.needed("title"),
        description=ask.text("description"),
        component=ask.optional("component"),
        severity=ask.number("severity"),
        urgency=ask.number("urgency"),
        impact=ask.number("impact"),
        origin=Origin(choice_of(ask, "origin", choices.origins) or Origin.TICKET),
        ticket=ask.text("ticket"),
        link=ask.text("link"),
        change=ask.text("change"),
        requester=person_named(ask, "requester") if ask.optional("requester") else None,
        exercise=ask.yes("exercise"),
    )


def _take(ask: Ask) -> TakeIncident:
    return TakeIncident(**ask.common(), incident=ask.subject)


def _assign(ask: Ask) -> AssignIncident:
    if not ask.optional("person") and not ask.optional("group"):
        raise BadValue("value_missing", field="person")
    group = choice_of(ask, "group", choices.groups)
    person = person_named(ask, "person") if ask.optional("person") else None
    return AssignIncident(**ask.common(), incident=ask.subject, person=person, group=group)


def _note(ask: Ask) -> AddNote:
    return AddNote(**ask.common(), incident=ask.subject, text=ask.needed("text"))


def _priority(ask: Ask) -> SetPriority:
    return SetPriority(
        **ask.common(),
        incident=ask.subject,
        level=ask.number("level"),
        severity=ask.number("severity"),
        component=ask.optional("component"),
        reason=ask.text("reason"),
    )


def _wait(ask: Ask) -> WaitFor:
    return WaitFor(
        **ask.common(),
        incident=ask.subject,
        waiting_for=option_named(ask, "for", choices.awaited) or ask.needed("for"),
        reason=ask.needed("reason"),
    )


def _delay(ask: Ask) -> ForeseeDelay:
    return ForeseeDelay(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def _resume(ask: Ask) -> ResumeWork:
    return ResumeWork(**ask.common(), incident=ask.subject, note=ask.text("note"))


def _resolve(ask: Ask) -> ResolveIncident:
    return ResolveIncident(
        **ask.common(),
        incident=ask.subject,
        cause_gone=ask.yes("cause_gone"),
        cure=ask.text("cure"),
        cause=ask.text("cause"),
    )


def _verify(ask: Ask) -> VerifyIncident:
    return VerifyIncident(**ask.common(), incident=ask.subject, fixed=True, note=ask.text("note"))


def _not_fixed(ask: Ask) -> VerifyIncident:
    return VerifyIncident(
        **ask.common(), incident=ask.subject, fixed=False, note=ask.needed("note")
    )


def _close(ask: Ask) -> CloseIncident:
    return CloseIncident(**ask.common(), incident=ask.subject, note=ask.text("note"))


def _reopen(ask: Ask) -> ReopenIncident:
    return ReopenIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def _merge(ask: Ask) -> MergeIncident:
    into = record_id(ask.needed("into"))
    if into is None:
        raise BadValue("not_an_incident_number", field="into", given=ask.text("into"))
    return MergeIncident(**ask.common(), incident=ask.subject, into=into)


def _cancel(ask: Ask) -> CancelIncident:
    return CancelIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def _replan(ask: Ask) -> ReplanIncident:
    return ReplanIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


OPEN = Verb(
    name="open",
    french="ouvrir",
    aliases=("new",),
    summary=msg("Open an incident"),
    done=msg("%(id)s is open: %(title)s"),
    build=_open,
    allowance=Allowance.ALARM,
    fields=(
        Field(
            name="title",
            label=msg("What happens, in a few words"),
            required=True,
            free=True,
            french="titre",
            limit=250,
        ),
        COMPONENT,
        SEVERITY,
        Field(
            name="urgency",
            label=msg("Urgency"),
            kind=Kind.CHOICE,
            choices=choices.one_to_three,
            french="urgence",
        ),
        Field(name="impact", label=msg("Impact"), kind=Kind.CHOICE, choices=choices.one_to_three),
        Field(name="description", label=msg("Description"), kind=Kind.LONG_TEXT),
        Field(name="ticket", label=msg("Ticket reference"), limit=100),
        Field(
            name="origin",
            label=msg("Origin"),
            kind=Kind.CHOICE,
            choices=choices.origins,
            french="origine",
        ),
        who(msg("Requester"), "requester", french="demandeur", required=False, free=False),
        EXERCISE,
    ),
)

VERBS = (
    OPEN,
    Verb(
        name="list",
        french="liste",
        summary=msg("List the open incidents"),
        look=incident_looks.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="show",
        french="voir",
        aliases=("montrer",),
        about="INC",
        summary=msg("Show an incident and its timeline"),
        look=incident_looks.show,
        fields=(PAGE,),
    ),
    Verb(
        name="take",
        french="prendre",
        about="INC",
        summary=msg("Take an incident: you work on it"),
        done=msg("You have taken %(id)s."),
        build=_take,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="assign",
        french="affecter",
        about="INC",
        summary=msg("Assign an incident to a person, or bring in a support group"),
        done=msg("%(id)s is assigned."),
        build=_assign,
        form_always=True,
        fields=(
            who(msg("Person"), required=False, choices=choices.provider_people),
            Field(
                name="group",
                label=msg("Support group"),
                kind=Kind.CHOICE,
                choices=choices.groups,
                french="groupe",
            ),
        ),
    ),
    Verb(
        name="note",
        french="noter",
        about="INC",
        summary=msg("Put a note in the timeline"),
        done=msg("Your note is in the timeline of %(id)s."),
        build=_note,
        fields=(free_text(msg("Note")),),
    ),
    Verb(
        name="priority",
        french="priorité",
        about="INC",
        summary=msg("Qualify again: by a severity, or a priority with its reason"),
        done=msg("The priority of %(id)s is set."),
        build=_priority,
        form_always=True,
        fields=(
            Field(
                name="level",
                label=msg("Priority"),
                kind=Kind.CHOICE,
                choices=choices.one_to_four,
                french="niveau",
                aliases=("priority", "priorité"),
            ),
            SEVERITY,
            COMPONENT,
            reason(required=False),
        ),
    ),
    Verb(
        name="wait",
        french="attendre",
        about="INC",
        summary=msg("Stop the clocks while waiting for the client or a supplier"),
        done=msg("The clocks of %(id)s stand still."),
        build=_wait,
        fields=(
            Field(
                name="for",
                label=msg("Waiting for"),
                kind=Kind.CHOICE,
                choices=choices.awaited,
                required=True,
                french="pour",
                aliases=("de",),
            ),
            reason(),
        ),
    ),
    Verb(
        name="delay",
        french="retard",
        about="INC",
        summary=msg("Tell the requester that the service will not be restored in time"),
        done=msg("The requester of %(id)s is told of the delay."),
        build=_delay,
        fields=(reason(),),
    ),
    Verb(
        name="resume",
        french="reprendre",
        about="INC",
        summary=msg("Let the clocks run again"),
        done=msg("The clocks of %(id)s run again."),
        build=_resume,
        fields=(free_text(msg("Note"), required=False, name="note"),),
    ),
    Verb(
        name="resolve",
        french="résoudre",
        about="INC",
        summary=msg("Say that the service is restored, how, and whether the cause is gone"),
        done=msg("%(id)s is resolved; the requester is asked to verify."),
        build=_resolve,
        fields=(
            Field(
                name="cause_gone",
                label=msg("Is the cause gone?"),
                kind=Kind.YES_NO,
                required=True,
                french="cause_disparue",
                aliases=("gone",),
            ),
            Field(
                name="cure",
                label=msg("What restored the service"),
                kind=Kind.LONG_TEXT,
                free=True,
                french="remède",
            ),
            Field(name="cause", label=msg("Cause"), kind=Kind.LONG_TEXT),
        ),
    ),
    Verb(
        name="verify",
        french="vérifier",
        aliases=("fixed",),
        about="INC",
        summary=msg("Requester: confirm that you can really use the service"),
        done=msg("Thank you. %(id)s is verified."),
        build=_verify,
        fields=(free_text(msg("Note"), required=False, name="note"),),
    ),
    Verb(
        name="notfixed",
        french="nonrésolu",
        aliases=("not-fixed",),
        about="INC",
        summary=msg("Requester: say that it is not fixed"),
        done=msg("Thank you. %(id)s is open again."),
        build=_not_fixed,
        fields=(free_text(msg("What does not work"), name="note"),),
    ),
    Verb(
        name="close",
        french="clore",
        aliases=("fermer", "clôturer"),
        about="INC",
        summary=msg("Close an incident"),
        done=msg("%(id)s is closed."),
        build=_close,
        fields=(free_text(msg("Note"), required=False, name="note"),),
    ),
    Verb(
        name="reopen",
        french="rouvrir",
        about="INC",
        summary=msg("Open an incident again"),
        done=msg("%(id)s is open again."),
        build=_reopen,
        fields=(reason(),),
    ),
    Verb(
        name="merge",
        french="fusionner",
        about="INC",
        summary=msg("Say that an incident duplicates another"),
        done=msg("%(id)s now points at its original."),
        build=_merge,
        fields=(
            Field(
                name="into",
                label=msg("The original incident"),
                required=True,
                free=True,
                french="dans",
                limit=20,
            ),
        ),
    ),
    Verb(
        name="cancel",
        french="annuler",
        about="INC",
        summary=msg("Cancel an incident"),
        done=msg("%(id)s is cancelled."),
        build=_cancel,
        fields=(reason(),),
    ),
    Verb(
        name="plan",
        about="INC",
        subject_optional=True,
        summary=msg("Who would be reached when, if nobody answered"),
        look=incident_looks.plan,
        fields=(
            Field(
                name="priority",
                label=msg("Priority"),
                kind=Kind.CHOICE,
                choices=choices.one_to_four,
                french="priorité",
            ),
        ),
    ),
    Verb(
        name="replan",
        french="replanifier",
        about="INC",
        summary=msg("Move a running incident to the contract now in force"),
        done=msg("%(id)s now follows the contract in force."),
        build=_replan,
        fields=(reason(),),
    ),
)

INCIDENT = SlashCommand(
    name="incident", summary=msg("Incidents, from opening to closing"), verbs=VERBS, default="list"
)
