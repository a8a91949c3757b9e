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
from handlers.verbs.verb import Invocation


def to_ask(invocation: Invocation) -> AskCrisis:
    """Ask for a cell, about the incident that is named, or none."""
    named = invocation.subject or (
        record_id(invocation.text("incident")) if invocation.optional("incident") else None
    )
    if invocation.optional("incident") and named is None:
        raise BadValue(
            "not_an_incident_number", field="incident", given=invocation.text("incident")
        )
    return AskCrisis(
        **invocation.common(),
        reason=invocation.needed("reason"),
        incident=named or None,
        exercise=invocation.yes("exercise"),
    )


def to_accept(invocation: Invocation) -> AcceptCrisis:
    """Accept the request."""
    return AcceptCrisis(**invocation.common(), crisis=invocation.subject)


def to_here(invocation: Invocation) -> MemberJoined:
    """Count the caller as present."""
    return MemberJoined(**invocation.common(), crisis=invocation.subject)


def to_refuse(invocation: Invocation) -> RefuseCrisis:
    """Refuse the request."""
    return RefuseCrisis(
        **invocation.common(), crisis=invocation.subject, reason=invocation.needed("reason")
    )


def to_add(invocation: Invocation) -> AddMember | AddSupplier:
    """Add a supplier's representative where one is named, else a person."""
    supplier = choice_of(invocation, "supplier", choices.suppliers)
    if supplier:
        return AddSupplier(**invocation.common(), crisis=invocation.subject, supplier=supplier)
    return AddMember(
        **invocation.common(), crisis=invocation.subject, person=person_named(invocation, "person")
    )


def to_remove(invocation: Invocation) -> RemoveMember:
    """Remove a member."""
    return RemoveMember(
        **invocation.common(), crisis=invocation.subject, person=person_named(invocation, "person")
    )


def to_agree(invocation: Invocation) -> AgreeMembers:
    """Agree the member list."""
    return AgreeMembers(**invocation.common(), crisis=invocation.subject)


def to_represented(invocation: Invocation) -> NameDelegate:
    """Name a delegate: for the caller, or for the member given."""
    return NameDelegate(
        **invocation.common(),
        crisis=invocation.subject,
        delegate=person_named(invocation, "delegate"),
        member=person_named(invocation, "member") if invocation.optional("member") else None,
    )


def to_brief(invocation: Invocation) -> SetBrief:
    """Write the brief."""
    return SetBrief(
        **invocation.common(), crisis=invocation.subject, text=invocation.needed("text")
    )


def present_brief(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """The brief as it stands."""
    return {"text": tx.get(CRISIS, invocation.contract.id, invocation.subject).brief}


def to_decide(invocation: Invocation) -> Decide:
    """Record a decision."""
    return Decide(**invocation.common(), crisis=invocation.subject, text=invocation.needed("text"))


def to_note(invocation: Invocation) -> AddLogEntry:
    """Write in the running log."""
    return AddLogEntry(
        **invocation.common(), crisis=invocation.subject, text=invocation.needed("text")
    )


def to_action(invocation: Invocation) -> AddAction:
    """Record an action."""
    due = invocation.optional("due")
    return AddAction(
        **invocation.common(),
        crisis=invocation.subject,
        text=invocation.needed("text"),
        owner=person_named(invocation, "owner"),
        due=read_instant(due, invocation.caller.texts, invocation.now) if due else None,
    )


def to_done(invocation: Invocation) -> CompleteAction:
    """Complete the action of that number."""
    return CompleteAction(
        **invocation.common(), crisis=invocation.subject, number=_number(invocation)
    )


def to_amend(invocation: Invocation) -> ChangeAction:
    """Change the action of that number."""
    due = invocation.optional("due")
    return ChangeAction(
        **invocation.common(),
        crisis=invocation.subject,
        number=_number(invocation),
        text=invocation.optional("text"),
        owner=person_named(invocation, "owner") if invocation.optional("owner") else None,
        due=read_instant(due, invocation.caller.texts, invocation.now) if due else None,
    )


def to_unable(invocation: Invocation) -> DeclineAction:
    """Say why the action of that number cannot be done."""
    return DeclineAction(
        **invocation.common(),
        crisis=invocation.subject,
        number=_number(invocation),
        reason=invocation.needed("reason"),
    )


def to_cancel(invocation: Invocation) -> CancelAction:
    """Cancel the action of that number."""
    return CancelAction(
        **invocation.common(),
        crisis=invocation.subject,
        number=_number(invocation),
        reason=invocation.needed("reason"),
    )


def _number(invocation: Invocation) -> int:
    number = invocation.number("number")
    if number is None:
        raise BadValue("value_missing", field="number")
    return number


def to_lead(invocation: Invocation) -> OfferLead:
    """Propose who leads for one firm, or for both."""
    named = [side for side in (PROVIDER, CLIENT) if invocation.optional(side)]
    if not named:
        raise BadValue("value_missing", field=PROVIDER)
    leads = {side: person_named(invocation, side) for side in named}
    return OfferLead(**invocation.common(), crisis=invocation.subject, leads=leads)


def to_take_lead(invocation: Invocation) -> OfferLead:
    """Take the lead for the caller's own firm."""
    return OfferLead(**invocation.common(), crisis=invocation.subject, leads={})


def to_confirm_lead(invocation: Invocation) -> ConfirmLead:
    """Confirm the hand-over."""
    return ConfirmLead(**invocation.common(), crisis=invocation.subject)


def to_communication(invocation: Invocation) -> NameCommunicationLead:
    """Name who keeps the caller's firm informed."""
    return NameCommunicationLead(
        **invocation.common(), crisis=invocation.subject, person=person_named(invocation, "person")
    )


def to_inform(invocation: Invocation) -> RecordBriefing:
    """Record what was said to whom."""
    return RecordBriefing(
        **invocation.common(),
        crisis=invocation.subject,
        text=invocation.needed("text"),
        audience=invocation.needed("audience"),
    )


def to_close(invocation: Invocation) -> CloseCrisis:
    """Agree to close."""
    return CloseCrisis(**invocation.common(), crisis=invocation.subject)
