"""Commands that come of `/incident`: the command of each verb, from what was given."""

from __future__ import annotations

from escalation.base.refusals import BadValue
from escalation.decision.commands.incident import (
    AddNote,
    AgreeLowering,
    AssignIncident,
    CancelIncident,
    CloseIncident,
    ConfirmCause,
    DeclineLowering,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ReplanIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    SetSite,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from escalation.records.incident import Incident, Origin
from escalation.records.kinds import Record
from handlers.verbs import choices
from handlers.verbs.fields import choice_of, option_named, person_named
from handlers.verbs.typed_line import record_id
from handlers.verbs.verb import Invocation
from handlers.words.blocks import plain


def to_open(invocation: Invocation) -> OpenIncident:
    """Open an incident; it comes from a ticket where nothing else is said."""
    return OpenIncident(
        **invocation.common(),
        title=invocation.needed("title"),
        description=invocation.text("description"),
        component=invocation.optional("component"),
        severity=invocation.number("severity"),
        urgency=invocation.number("urgency"),
        impact=invocation.number("impact"),
        origin=Origin(
            choice_of(invocation, "origin", choices.origins)
            or (Origin.CHANGE if invocation.text("change") else Origin.TICKET)
        ),
        ticket=invocation.text("ticket"),
        link=invocation.text("link"),
        change=invocation.text("change"),
        requester=person_named(invocation, "requester")
        if invocation.optional("requester")
        else None,
        exercise=invocation.yes("exercise"),
        site=invocation.optional("site"),
    )


def to_take(invocation: Invocation) -> TakeIncident:
    """Take it for the caller."""
    return TakeIncident(**invocation.common(), incident=invocation.subject)


def taken_for_side(invocation: Invocation, record: Record) -> str:
    """Say that only the side of an escalation is taken: others work on it (ESC-5)."""
    if not isinstance(record, Incident) or record.assignee == invocation.caller.person.id:
        return ""
    firm = plain(invocation.contract.party_name(invocation.firm))
    return invocation.caller.texts(
        "You answer for %(firm)s in the escalation of %(id)s.", firm=firm, id=record.id
    )


def to_assign(invocation: Invocation) -> AssignIncident:
    """Assign it to a person, a group, or both; one of them is needed."""
    if not invocation.optional("person") and not invocation.optional("group"):
        raise BadValue("value_missing", field="person")
    group = choice_of(invocation, "group", choices.groups)
    person = person_named(invocation, "person") if invocation.optional("person") else None
    return AssignIncident(
        **invocation.common(), incident=invocation.subject, person=person, group=group
    )


def to_note(invocation: Invocation) -> AddNote:
    """Note words in its timeline."""
    return AddNote(
        **invocation.common(), incident=invocation.subject, text=invocation.needed("text")
    )


def to_site(invocation: Invocation) -> SetSite:
    """Say which site is affected."""
    return SetSite(
        **invocation.common(), incident=invocation.subject, site=invocation.needed("site")
    )


def to_priority(invocation: Invocation) -> SetPriority:
    """Set its priority, or qualify it again."""
    return SetPriority(
        **invocation.common(),
        incident=invocation.subject,
        level=invocation.number("level"),
        severity=invocation.number("severity"),
        urgency=invocation.number("urgency"),
        impact=invocation.number("impact"),
        component=invocation.optional("component"),
        reason=invocation.text("reason"),
    )


def to_agree(invocation: Invocation) -> AgreeLowering:
    """Agree to the lowering of a priority 1."""
    return AgreeLowering(**invocation.common(), incident=invocation.subject)


def to_decline(invocation: Invocation) -> DeclineLowering:
    """Decline the lowering of a priority 1."""
    return DeclineLowering(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def to_wait(invocation: Invocation) -> WaitFor:
    """Wait for a firm, by its id or its name."""
    return WaitFor(
        **invocation.common(),
        incident=invocation.subject,
        waiting_for=option_named(invocation, "for", choices.awaited) or invocation.needed("for"),
        reason=invocation.needed("reason"),
    )


def to_delay(invocation: Invocation) -> ForeseeDelay:
    """Tell of a delay."""
    return ForeseeDelay(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def to_resume(invocation: Invocation) -> ResumeWork:
    """Resume work."""
    return ResumeWork(
        **invocation.common(), incident=invocation.subject, note=invocation.text("note")
    )


def to_resolve(invocation: Invocation) -> ResolveIncident:
    """Resolve it."""
    return ResolveIncident(
        **invocation.common(),
        incident=invocation.subject,
        cause_gone=_gone(invocation, "cause_gone"),
        cure=invocation.text("cure"),
        cause=invocation.text("cause"),
    )


def to_cause(invocation: Invocation) -> ConfirmCause:
    """Confirm or correct what was said of the cause."""
    return ConfirmCause(
        **invocation.common(),
        incident=invocation.subject,
        gone=_gone(invocation, "gone"),
        cause=invocation.text("cause"),
    )


def _gone(invocation: Invocation, field: str) -> bool | None:
    """Read whether the cause is gone; None while it is not known."""
    return {"yes": True, "no": False}.get(choice_of(invocation, field, choices.cause_gone) or "")


def to_verify(invocation: Invocation) -> VerifyIncident:
    """Confirm that it is fixed."""
    return VerifyIncident(
        **invocation.common(), incident=invocation.subject, fixed=True, note=invocation.text("note")
    )


def to_not_fixed(invocation: Invocation) -> VerifyIncident:
    """Say that it is not fixed; the note is needed."""
    return VerifyIncident(
        **invocation.common(),
        incident=invocation.subject,
        fixed=False,
        note=invocation.needed("note"),
    )


def to_close(invocation: Invocation) -> CloseIncident:
    """Close it."""
    return CloseIncident(
        **invocation.common(), incident=invocation.subject, note=invocation.text("note")
    )


def to_reopen(invocation: Invocation) -> ReopenIncident:
    """Open it again."""
    return ReopenIncident(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def to_merge(invocation: Invocation) -> MergeIncident:
    """Merge it into the incident whose number is given."""
    into = record_id(invocation.needed("into"))
    if into is None:
        raise BadValue("not_an_incident_number", field="into", given=invocation.text("into"))
    return MergeIncident(**invocation.common(), incident=invocation.subject, into=into)


def to_cancel(invocation: Invocation) -> CancelIncident:
    """Cancel it."""
    return CancelIncident(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def to_undo(invocation: Invocation) -> UndoEnding:
    """Undo its merge or cancellation."""
    return UndoEnding(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def to_replan(invocation: Invocation) -> ReplanIncident:
    """Move it to the contract in force."""
    return ReplanIncident(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )
