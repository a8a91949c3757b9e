"""The view of what monitoring says of an incident once it sees nothing more (Rule EVT-1)."""

from __future__ import annotations

from escalation.messages.event import EventsCleared
from escalation.records.event import EventState
from escalation.records.kinds import EVENT, INCIDENT
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
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


VIEWS: Views = {EventsCleared: events_cleared}
