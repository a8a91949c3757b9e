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
from handlers.verbs.verb import Ask
from handlers.words.blocks import plain


def to_open(ask: Ask) -> OpenIncident:
    """Open an incident; it comes from a ticket where nothing else is said."""
    return OpenIncident(
        **ask.common(),
        title=ask.needed("title"),
        description=ask.text("description"),
        component=ask.optional("component"),
        severity=ask.number("severity"),
        urgency=ask.number("urgency"),
        impact=ask.number("impact"),
        origin=Origin(
            choice_of(ask, "origin", choices.origins)
            or (Origin.CHANGE if ask.text("change") else Origin.TICKET)
        ),
        ticket=ask.text("ticket"),
        link=ask.text("link"),
        change=ask.text("change"),
        requester=person_named(ask, "requester") if ask.optional("requester") else None,
        exercise=ask.yes("exercise"),
        site=ask.optional("site"),
    )


def to_take(ask: Ask) -> TakeIncident:
    """Take it for the caller."""
    return TakeIncident(**ask.common(), incident=ask.subject)


def taken_for_side(ask: Ask, record: Record) -> str:
    """Say that only the side of an escalation is taken: others work on it (ESC-5)."""
    if not isinstance(record, Incident) or record.assignee == ask.caller.person.id:
        return ""
    firm = plain(ask.contract.party_name(ask.firm))
    return ask.caller.texts(
        "You answer for %(firm)s in the escalation of %(id)s.", firm=firm, id=record.id
    )


def to_assign(ask: Ask) -> AssignIncident:
    """Assign it to a person, a group, or both; one of them is needed."""
    if not ask.optional("person") and not ask.optional("group"):
        raise BadValue("value_missing", field="person")
    group = choice_of(ask, "group", choices.groups)
    person = person_named(ask, "person") if ask.optional("person") else None
    return AssignIncident(**ask.common(), incident=ask.subject, person=person, group=group)


def to_note(ask: Ask) -> AddNote:
    """Note words in its timeline."""
    return AddNote(**ask.common(), incident=ask.subject, text=ask.needed("text"))


def to_site(ask: Ask) -> SetSite:
    """Say which site is affected."""
    return SetSite(**ask.common(), incident=ask.subject, site=ask.needed("site"))


def to_priority(ask: Ask) -> SetPriority:
    """Set its priority, or qualify it again."""
    return SetPriority(
        **ask.common(),
        incident=ask.subject,
        level=ask.number("level"),
        severity=ask.number("severity"),
        urgency=ask.number("urgency"),
        impact=ask.number("impact"),
        component=ask.optional("component"),
        reason=ask.text("reason"),
    )


def to_agree(ask: Ask) -> AgreeLowering:
    """Agree to the lowering of a priority 1."""
    return AgreeLowering(**ask.common(), incident=ask.subject)


def to_decline(ask: Ask) -> DeclineLowering:
    """Decline the lowering of a priority 1."""
    return DeclineLowering(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def to_wait(ask: Ask) -> WaitFor:
    """Wait for a firm, by its id or its name."""
    return WaitFor(
        **ask.common(),
        incident=ask.subject,
        waiting_for=option_named(ask, "for", choices.awaited) or ask.needed("for"),
        reason=ask.needed("reason"),
    )


def to_delay(ask: Ask) -> ForeseeDelay:
    """Tell of a delay."""
    return ForeseeDelay(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def to_resume(ask: Ask) -> ResumeWork:
    """Resume work."""
    return ResumeWork(**ask.common(), incident=ask.subject, note=ask.text("note"))


def to_resolve(ask: Ask) -> ResolveIncident:
    """Resolve it."""
    return ResolveIncident(
        **ask.common(),
        incident=ask.subject,
        cause_gone=_gone(ask, "cause_gone"),
        cure=ask.text("cure"),
        cause=ask.text("cause"),
    )


def to_cause(ask: Ask) -> ConfirmCause:
    """Confirm or correct what was said of the cause."""
    return ConfirmCause(
        **ask.common(), incident=ask.subject, gone=_gone(ask, "gone"), cause=ask.text("cause")
    )


def _gone(ask: Ask, field: str) -> bool | None:
    """Read whether the cause is gone; None while it is not known."""
    return {"yes": True, "no": False}.get(choice_of(ask, field, choices.cause_gone) or "")


def to_verify(ask: Ask) -> VerifyIncident:
    """Confirm that it is fixed."""
    return VerifyIncident(**ask.common(), incident=ask.subject, fixed=True, note=ask.text("note"))


def to_not_fixed(ask: Ask) -> VerifyIncident:
    """Say that it is not fixed; the note is needed."""
    return VerifyIncident(
        **ask.common(), incident=ask.subject, fixed=False, note=ask.needed("note")
    )


def to_close(ask: Ask) -> CloseIncident:
    """Close it."""
    return CloseIncident(**ask.common(), incident=ask.subject, note=ask.text("note"))


def to_reopen(ask: Ask) -> ReopenIncident:
    """Open it again."""
    return ReopenIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def to_merge(ask: Ask) -> MergeIncident:
    """Merge it into the incident whose number is given."""
    into = record_id(ask.needed("into"))
    if into is None:
        raise BadValue("not_an_incident_number", field="into", given=ask.text("into"))
    return MergeIncident(**ask.common(), incident=ask.subject, into=into)


def to_cancel(ask: Ask) -> CancelIncident:
    """Cancel it."""
    return CancelIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def to_undo(ask: Ask) -> UndoEnding:
    """Undo its merge or cancellation."""
    return UndoEnding(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))


def to_replan(ask: Ask) -> ReplanIncident:
    """Move it to the contract in force."""
    return ReplanIncident(**ask.common(), incident=ask.subject, reason=ask.needed("reason"))
