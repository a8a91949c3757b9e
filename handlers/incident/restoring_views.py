"""Views of what is asked until an incident is closed: restored, by what, usable? (INC-4, 5, 11)."""

from __future__ import annotations

from escalation.messages.event import EventsCleared
from escalation.messages.incident import CauseToConfirm, MayClose, PleaseClose, PleaseVerify
from escalation.records.event import EventState
from escalation.records.incident import REPAIRED, IncidentState
from escalation.records.kinds import EVENT, INCIDENT
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg
from handlers.words.view_context import ViewContext, Views


def events_cleared(context: ViewContext[EventsCleared]) -> Rendered | None:
    """To whoever has it: nothing that monitoring saw lasts; is it resolved? (EVT-1)"""
    incident, texts = context.incident(), context.texts
    events = [context.tx.get(EVENT, context.contract, each) for each in incident.events]
    fires = any(event.state is EventState.FIRING for event in events)
    if fires or incident.resolved_at is not None or incident.state in INCIDENT.over:
        return None
    sentence = texts(
        "Monitoring has seen nothing of it any more since %(at)s. Is it resolved? It stays open "
        "until you say so.",
        at=context.when(context.message.at),
    )
    record = (context.contract, incident.id)
    return told(
        context, incident, sentence,
        b.button(texts("Resolve"), "incident/resolve", *record, style="primary"),
        b.button(texts("Timeline"), "incident/show", *record),
    )  # fmt: skip


def cause_to_confirm(context: ViewContext[CauseToConfirm]) -> Rendered | None:
    """To the incident manager: is the cause gone, as was said? (INC-11)"""
    incident, texts, message = context.incident(), context.texts, context.message
    if incident.cause_confirmed_by or incident.state not in REPAIRED:
        return None
    said = msg("%(by)s has resolved the incident and says that the cause is gone.")
    if not message.gone:
        said = msg("%(by)s has resolved the incident and says that the cause is not gone.")
    sentence = texts(said, by=context.name_of(message.by))
    if incident.cause:
        sentence += f"\n> {b.plain(incident.cause)}"
    record = (context.contract, incident.id)
    gone = "yes" if message.gone else "no"
    return told(
        context, incident, sentence,
        b.button(texts("Confirm"), "incident/cause", *record, style="primary", gone=gone),
        b.button(texts("Correct"), "incident/cause#1", *record),
    )  # fmt: skip


def please_verify(context: ViewContext[PleaseVerify]) -> Rendered | None:
    """To the requester: can you really use the service? (INC-5)"""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.RESOLVED:
        return None
    cure = b.plain(context.message.cure)
    sentence = texts(
        "%(by)s says that the service is restored. Can you really use it?",
        by=context.name_of(context.message.by),
    )
    return told(
        context, incident, f"{sentence}\n> {cure}" if cure else sentence,
        b.button(
            texts("It works"), "incident/verify", context.contract, incident.id, style="primary"
        ),
        b.button(
            texts("Not fixed"), "incident/notfixed", context.contract, incident.id, style="danger"
        ),
    )  # fmt: skip


def may_close(context: ViewContext[MayClose]) -> Rendered | None:
    """To the incident managers: the requester kept silent (INC-5)."""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.RESOLVED:
        return None
    return told(
        context,
        incident,
        texts(
            "%(requester)s has not answered within the time of the contract. You may close the "
            "incident; the record will say that it was not verified.",
            requester=context.name_of(context.message.requester),
        ),
        b.button(texts("Close"), "incident/close", context.contract, incident.id),
    )


def please_close(context: ViewContext[PleaseClose]) -> Rendered | None:
    """To the incident managers: it is verified, and not closed (INC-4)."""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.VERIFIED:
        return None
    sentence = texts(
        "The incident is verified, and not closed. Escalade closes it at %(at)s.",
        at=context.when(context.message.closes_at),
    )
    return told(
        context, incident, sentence,
        b.button(texts("Close"), "incident/close", context.contract, incident.id, style="primary"),
    )  # fmt: skip


VIEWS: Views = {
    EventsCleared: events_cleared,
    CauseToConfirm: cause_to_confirm,
    PleaseVerify: please_verify,
    MayClose: may_close,
    PleaseClose: please_close,
}
