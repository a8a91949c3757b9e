"""Find where the cards of a record live: the standing rooms, by need to know (INC-7, CON-2)."""

from __future__ import annotations

from escalation.decision.context import Context
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, Destination
from escalation.messages.incident import IncidentCard
from escalation.records.incident import Incident


def card_places(incident: Incident) -> tuple[Destination, ...]:
    """The rooms that carry an incident's card; the shared one once the client may know of it."""
    return (PROVIDER_ROOM, SHARED_ROOM) if incident.client_informed else (PROVIDER_ROOM,)


def update_card(context: Context, incident: Incident) -> Incident:
    """Post or update the incident's card wherever it lives."""
    context.notify(IncidentCard(), incident.id, *card_places(incident))
    return incident
