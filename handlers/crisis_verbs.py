"""`/crisis`: the crisis cell (Rules CRI-1 to CRI-9)."""

from __future__ import annotations

from escalation import kinds
from escalation.commands import (
    AcceptCrisis,
    AddAction,
    AddMember,
    AddSupplier,
    AgreeMembers,
    AskCrisis,
    CloseCrisis,
    CompleteAction,
    ConfirmLead,
    Decide,
    MemberJoined,
    NameCommunicationLead,
    NameDelegate,
    OfferLead,
    RecordBriefing,
    RefuseCrisis,
    RemoveMember,
    SetBrief,
)
from escalation.contract import CLIENT, PROVIDER
from escalation.ports import Transaction
from escalation.refusals import BadValue
from handlers import choices, crisis_looks
from handlers.fields import EXERCISE, PAGE, choice_of, free_text, person_named, reason, who
from handlers.instants import read_instant
from handlers.lines import record_id
from handlers.texts import msg
from handlers.verbs import Allowance, Ask, Field, Kind, SlashCommand, Verb


def _ask(ask: Ask) -> AskCrisis:
    named = ask.subject or (record_id(ask.text("incident")) if ask.optional("incident") else None)
    if ask.optional("incident") and named is None:
        raise BadValue("not_an_incident_number", field="incident", given=ask.text("incident"))
    return AskCrisis(
        **ask.common(),
        reason=ask.needed("reason"),
        incident=named or None,
        exercise=ask.yes("exercise"),
    )


def _accept(ask: Ask) -> AcceptCrisis:
    return AcceptCrisis(**ask.common(), crisis=ask.subject)


def _here(ask: Ask) -> MemberJoined:
    return MemberJoined(**ask.common(), crisis=ask.subject)


def _refuse(ask: Ask) -> RefuseCrisis:
    return RefuseCrisis(**ask.common(), crisis=ask.subject, reason=ask.needed("reason"))


def _add(ask: Ask) -> AddMember | AddSupplier:
    supplier = choice_of(ask, "supplier", choices.suppliers)
    if supplier:
        return AddSupplier(**ask.common(), crisis=ask.subject, supplier=supplier)
    return AddMember(**ask.common(), crisis=ask.subject, person=person_named(ask, "person"))


def _remove(ask: Ask) -> RemoveMember:
    return RemoveMember(**ask.common(), crisis=ask.subject, person=person_named(ask, "person"))


def _agree(ask: Ask) -> AgreeMembers:
    return AgreeMembers(**ask.common(), crisis=ask.subject)


def _represented(ask: Ask) -> NameDelegate:
    return NameDelegate(
        **ask.common(),
        crisis=ask.subject,
        delegate=person_named(ask, "delegate"),
        member=person_named(ask, "member") if ask.optional("member") else None,
    )


def _brief(ask: Ask) -> SetBrief:
    return SetBrief(**ask.common(), crisis=ask.subject, text=ask.needed("text"))


def _present_brief(tx: Transaction, ask: Ask) -> dict[str, str]:
    """The brief as it stands."""
    return {"text": tx.get(kinds.CRISIS, ask.contract.id, ask.subject).brief}


def _decide(ask: Ask) -> Decide:
    return Decide(**ask.common(), crisis=ask.subject, text=ask.needed("text"))


def _action(ask: Ask) -> AddAction:
    due = ask.optional("due")
    return AddAction(
        **ask.common(),
        crisis=ask.subject,
        text=ask.needed("text"),
        owner=person_named(ask, "owner"),
        due=read_instant(due, ask.caller.texts, ask.now) if due else None,
    )


def _done(ask: Ask) -> CompleteAction:
    number = ask.number("number")
    if number is None:
        raise BadValue("value_missing", field="number")
    return CompleteAction(**ask.common(), crisis=ask.subject, number=number)


def _lead(ask: Ask) -> OfferLead:
    return OfferLead(
        **ask.common(),
        crisis=ask.subject,
        leads={PROVIDER: person_named(ask, "provider"), CLIENT: person_named(ask, "client")},
    )


def _confirm_lead(ask: Ask) -> ConfirmLead:
    return ConfirmLead(**ask.common(), crisis=ask.subject)


def _communication(ask: Ask) -> NameCommunicationLead:
    return NameCommunicationLead(
        **ask.common(), crisis=ask.subject, person=person_named(ask, "person")
    )


def _inform(ask: Ask) -> RecordBriefing:
    return RecordBriefing(
        **ask.common(),
        crisis=ask.subject,
        text=ask.needed("text"),
        audience=ask.needed("audience"),
    )


def _close(ask: Ask) -> CloseCrisis:
    return CloseCrisis(**ask.common(), crisis=ask.subject)


VERBS = (
    Verb(
        name="ask",
        french="demander",
        about="INC",
        subject_optional=True,
        summary=msg("Ask your counterpart for a crisis cell"),
        done=msg("Your request %(id)s is on its way to your counterpart."),
        build=_ask,
        allowance=Allowance.ALARM,
        fields=(
            reason(),
            EXERCISE,
        ),
    ),
    Verb(
        name="accept",
        french="accepter",
        about="CRI",
        summary=msg("Accept the request: the cell opens"),
        done=msg("%(id)s is open. You lead it together."),
        build=_accept,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="refuse",
        french="refuser",
        about="CRI",
        summary=msg("Refuse the request, with a reason"),
        done=msg("Your refusal of %(id)s is recorded and passed on."),
        build=_refuse,
        allowance=Allowance.UNLIMITED,
        fields=(reason(),),
    ),
    Verb(
        name="here",
        french="présent",
        aliases=("join", "rejoindre"),
        about="CRI",
        summary=msg("Say that you are in the crisis room"),
        done=msg("You are counted as present in %(id)s."),
        build=_here,
        allowance=Allowance.UNLIMITED,
    ),
    Verb(
        name="list",
        french="liste",
        summary=msg("List the open crises"),
        look=crisis_looks.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="status",
        french="état",
        aliases=("statut",),
        about="CRI",
        summary=msg("Who is present, represented or missing; decisions and actions"),
        look=crisis_looks.status,
    ),
    Verb(
        name="members",
        french="membres",
        about="CRI",
        summary=msg("Agree the member list"),
        done=msg("You have agreed the member list of %(id)s."),
        build=_agree,
    ),
    Verb(
        name="add",
        french="ajouter",
        about="CRI",
        summary=msg("Ask somebody, or a supplier's representative, to join"),
        done=msg("They are called to %(id)s."),
        build=_add,
        form_always=True,
        fields=(
            who(msg("Person"), required=False),
            Field(
                name="supplier",
                label=msg("Supplier"),
                kind=Kind.CHOICE,
                choices=choices.suppliers,
                french="fournisseur",
            ),
        ),
    ),
    Verb(
        name="remove",
        french="retirer",
        about="CRI",
        summary=msg("Take somebody who is not mandated off the member list"),
        done=msg("The member list of %(id)s is changed."),
        build=_remove,
        fields=(who(msg("Person")),),
    ),
    Verb(
        name="represented",
        french="représenté",
        aliases=("represented-by", "délégué"),
        about="CRI",
        summary=msg("Name who represents you (or a member of your firm)"),
        done=msg("The delegate is called to %(id)s."),
        build=_represented,
        fields=(
            who(
                msg("Delegate"),
                "delegate",
                french="par",
                aliases=("by",),
                choices=choices.colleagues,
            ),
            who(
                msg("The member who is represented"),
                "member",
                french="membre",
                required=False,
                free=False,
            ),
        ),
    ),
    Verb(
        name="brief",
        about="CRI",
        summary=msg("Write the brief that is pinned in the room"),
        done=msg("The brief of %(id)s is pinned."),
        build=_brief,
        prefill=_present_brief,
        fields=(free_text(msg("Brief")),),
    ),
    Verb(
        name="decide",
        french="décider",
        about="CRI",
        summary=msg("Record a decision"),
        done=msg("The decision is recorded in %(id)s."),
        build=_decide,
        fields=(free_text(msg("Decision")),),
    ),
    Verb(
        name="action",
        about="CRI",
        summary=msg("Record an action: who does what by when"),
        done=msg("The action is recorded in %(id)s."),
        build=_action,
        fields=(
            free_text(msg("Action")),
            who(msg("Owner"), "owner", french="responsable", free=False),
            Field(
                name="due",
                label=msg("Due"),
                kind=Kind.INSTANT,
                french="échéance",
            ),
        ),
    ),
    Verb(
        name="done",
        french="fait",
        about="CRI",
        summary=msg("Say that an action is done"),
        done=msg("The action is done."),
        build=_done,
        fields=(
            Field(
                name="number",
                label=msg("Number of the action"),
                kind=Kind.NUMBER,
                required=True,
                free=True,
                french="numéro",
            ),
        ),
    ),
    Verb(
        name="lead",
        french="piloter",
        aliases=("pilotage",),
        about="CRI",
        summary=msg("Propose that people of a higher level in both firms take the lead"),
        done=msg("Both sides are asked to confirm the hand-over of %(id)s."),
        build=_lead,
        fields=(
            who(
                msg("For the provider"),
                "provider",
                french="prestataire",
                free=False,
                choices=choices.provider_people,
            ),
            who(
                msg("For the client"),
                "client",
                french="",
                free=False,
                choices=choices.client_people,
            ),
        ),
    ),
    Verb(
        name="confirm",
        french="confirmer",
        about="CRI",
        summary=msg("Confirm the hand-over of the lead"),
        done=msg("You have confirmed the hand-over of %(id)s."),
        build=_confirm_lead,
    ),
    Verb(
        name="communication",
        about="CRI",
        summary=msg("Appoint who keeps your firm informed"),
        done=msg("The communication lead of %(id)s is appointed."),
        build=_communication,
        fields=(who(msg("Person"), choices=choices.colleagues),),
    ),
    Verb(
        name="inform",
        french="informer",
        about="CRI",
        summary=msg("Record what you have told your firm, and whom"),
        done=msg("What you have said is recorded in %(id)s."),
        build=_inform,
        fields=(
            free_text(msg("What was said")),
            Field(
                name="audience",
                label=msg("To whom"),
                required=True,
                french="destinataires",
                aliases=("to", "à"),
                limit=300,
            ),
        ),
    ),
    Verb(
        name="close",
        french="clore",
        aliases=("clôturer",),
        about="CRI",
        summary=msg("Agree to close; with both leads the crisis is closed"),
        done=msg("Your agreement to close %(id)s is recorded."),
        build=_close,
    ),
)

CRISIS = SlashCommand(name="crisis", summary=msg("Crisis cells"), verbs=VERBS)
