"""Commands that come of `/crisis`: the command of each verb, from what was given."""

from __future__ import annotations

from escalation.base.refusals import BadValue
from escalation.contract import CLIENT, PROVIDER
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AddLogEntry,
    AddMember,
    AddSupplier,
    AgreeMembers,
    AskCrisis,
    CancelAction,
    ChangeAction,
    CloseCrisis,
    CompleteAction,
    ConfirmLead,
    Decide,
    DeclineAction,
    MemberJoined,
    NameCommunicationLead,
    NameDelegate,
    OfferLead,
    RecordBriefing,
    RefuseCrisis,
    RemoveMember,
    SetBrief,
)
from escalation.decision.transaction import Transaction
from escalation.records.kinds import CRISIS
from handlers.verbs import choices
from handlers.verbs.fields import choice_of, person_named
from handlers.verbs.instants import read_instant
from handlers.verbs.typed_line import record_id
from handlers.verbs.verb import Ask


def to_ask(ask: Ask) -> AskCrisis:
    """Ask for a cell, about the incident that is named, or none."""
    named = ask.subject or (record_id(ask.text("incident")) if ask.optional("incident") else None)
    if ask.optional("incident") and named is None:
        raise BadValue("not_an_incident_number", field="incident", given=ask.text("incident"))
    return AskCrisis(
        **ask.common(),
        reason=ask.needed("reason"),
        incident=named or None,
        exercise=ask.yes("exercise"),
    )


def to_accept(ask: Ask) -> AcceptCrisis:
    """Accept the request."""
    return AcceptCrisis(**ask.common(), crisis=ask.subject)


def to_here(ask: Ask) -> MemberJoined:
    """Count the caller as present."""
    return MemberJoined(**ask.common(), crisis=ask.subject)


def to_refuse(ask: Ask) -> RefuseCrisis:
    """Refuse the request."""
    return RefuseCrisis(**ask.common(), crisis=ask.subject, reason=ask.needed("reason"))


def to_add(ask: Ask) -> AddMember | AddSupplier:
    """Add a supplier's representative where one is named, else a person."""
    supplier = choice_of(ask, "supplier", choices.suppliers)
    if supplier:
        return AddSupplier(**ask.common(), crisis=ask.subject, supplier=supplier)
    return AddMember(**ask.common(), crisis=ask.subject, person=person_named(ask, "person"))


def to_remove(ask: Ask) -> RemoveMember:
    """Remove a member."""
    return RemoveMember(**ask.common(), crisis=ask.subject, person=person_named(ask, "person"))


def to_agree(ask: Ask) -> AgreeMembers:
    """Agree the member list."""
    return AgreeMembers(**ask.common(), crisis=ask.subject)


def to_represented(ask: Ask) -> NameDelegate:
    """Name a delegate: for the caller, or for the member given."""
    return NameDelegate(
        **ask.common(),
        crisis=ask.subject,
        delegate=person_named(ask, "delegate"),
        member=person_named(ask, "member") if ask.optional("member") else None,
    )


def to_brief(ask: Ask) -> SetBrief:
    """Write the brief."""
    return SetBrief(**ask.common(), crisis=ask.subject, text=ask.needed("text"))


def present_brief(tx: Transaction, ask: Ask) -> dict[str, str]:
    """The brief as it stands."""
    return {"text": tx.get(CRISIS, ask.contract.id, ask.subject).brief}


def to_decide(ask: Ask) -> Decide:
    """Record a decision."""
    return Decide(**ask.common(), crisis=ask.subject, text=ask.needed("text"))


def to_note(ask: Ask) -> AddLogEntry:
    """Write in the running log."""
    return AddLogEntry(**ask.common(), crisis=ask.subject, text=ask.needed("text"))


def to_action(ask: Ask) -> AddAction:
    """Record an action."""
    due = ask.optional("due")
    return AddAction(
        **ask.common(),
        crisis=ask.subject,
        text=ask.needed("text"),
        owner=person_named(ask, "owner"),
        due=read_instant(due, ask.caller.texts, ask.now) if due else None,
    )


def to_done(ask: Ask) -> CompleteAction:
    """Complete the action of that number."""
    return CompleteAction(**ask.common(), crisis=ask.subject, number=_number(ask))


def to_amend(ask: Ask) -> ChangeAction:
    """Change the action of that number."""
    due = ask.optional("due")
    return ChangeAction(
        **ask.common(),
        crisis=ask.subject,
        number=_number(ask),
        text=ask.optional("text"),
        owner=person_named(ask, "owner") if ask.optional("owner") else None,
        due=read_instant(due, ask.caller.texts, ask.now) if due else None,
    )


def to_unable(ask: Ask) -> DeclineAction:
    """Say why the action of that number cannot be done."""
    return DeclineAction(
        **ask.common(), crisis=ask.subject, number=_number(ask), reason=ask.needed("reason")
    )


def to_cancel(ask: Ask) -> CancelAction:
    """Cancel the action of that number."""
    return CancelAction(
        **ask.common(), crisis=ask.subject, number=_number(ask), reason=ask.needed("reason")
    )


def _number(ask: Ask) -> int:
    number = ask.number("number")
    if number is None:
        raise BadValue("value_missing", field="number")
    return number


def to_lead(ask: Ask) -> OfferLead:
    """Propose who leads for one firm, or for both."""
    named = [side for side in (PROVIDER, CLIENT) if ask.optional(side)]
    if not named:
        raise BadValue("value_missing", field=PROVIDER)
    leads = {side: person_named(ask, side) for side in named}
    return OfferLead(**ask.common(), crisis=ask.subject, leads=leads)


def to_take_lead(ask: Ask) -> OfferLead:
    """Take the lead for the caller's own firm."""
    return OfferLead(**ask.common(), crisis=ask.subject, leads={})


def to_confirm_lead(ask: Ask) -> ConfirmLead:
    """Confirm the hand-over."""
    return ConfirmLead(**ask.common(), crisis=ask.subject)


def to_communication(ask: Ask) -> NameCommunicationLead:
    """Name who keeps the caller's firm informed."""
    return NameCommunicationLead(
        **ask.common(), crisis=ask.subject, person=person_named(ask, "person")
    )


def to_inform(ask: Ask) -> RecordBriefing:
    """Record what was said to whom."""
    return RecordBriefing(
        **ask.common(),
        crisis=ask.subject,
        text=ask.needed("text"),
        audience=ask.needed("audience"),
    )


def to_close(ask: Ask) -> CloseCrisis:
    """Agree to close."""
    return CloseCrisis(**ask.common(), crisis=ask.subject)
