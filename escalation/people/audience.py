"""Who hears of an incident, and that only they do (Rules INC-6, INC-7, INC-8, CON-2)."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.contract import CLIENT, PROVIDER, Contract, Role
from escalation.decision.turn import Turn
from escalation.duty import availability
from escalation.messages.destinations import SHARED_ROOM, person
from escalation.messages.effects import Message
from escalation.messages.incident import ClientInformed, DelayNotice, IncidentNews
from escalation.people.cards import update_card
from escalation.records.incident import Incident


def may_hear(contract: Contract, incident: Incident, person: str) -> bool:
    """Whether this person may be told of the incident: the client's only once informed (INC-7).

    An exercise reaches only people who agreed to it (Rule CRI-10).
    """
    if not contract.knows(person):
        return False
    named = contract.person(person)
    if incident.exercise and not named.drills:
        return False
    return incident.client_informed or named.organisation != CLIENT


def tell(turn: Turn, incident: Incident, message: Message, people: Iterable[str | None]) -> None:
    """Tell those of these people who may hear of the incident."""
    concerned = [p for p in people if p and may_hear(turn.contract, incident, p)]
    turn.tell(message, incident.id, *map(person, concerned))


def notify_news(turn: Turn, incident: Incident, news: IncidentNews, *also: str | None) -> None:
    """Tell the requester, and `also`, of a step; not whoever took it."""
    tell(turn, incident, news, [p for p in (incident.requester, *also) if p != turn.actor])


def inform_client(turn: Turn, incident: Incident, why: str) -> Incident:
    """The client learns of an incident the provider found by itself (Rule INC-7)."""
    if incident.client_informed:
        return incident
    incident = replace(incident, client_informed=True)
    turn.record(incident.id, A.INCIDENT_CLIENT_INFORMED, why=why)
    turn.tell(ClientInformed(), incident.id, SHARED_ROOM)
    return update_card(turn, incident)


def notify_delay(turn: Turn, incident: Incident, why: str, *, reason: str = "") -> Incident:
    """Tell the requester that restoration will be late, once for one due time (Rule INC-6)."""
    due = incident.restore_due
    if due is None or due == incident.delay_told:
        return incident
    incident = replace(incident, delay_told=due)
    turn.record(
        incident.id, A.INCIDENT_DELAY_TOLD, why=why, due=due.isoformat(), reason=reason or None
    )
    tell(turn, incident, DelayNotice(why=why, due=due, reason=reason), [incident.requester])
    return incident


def incident_managers(contract: Contract) -> tuple[str, ...]:
    """The provider's incident managers; where none is named, its service delivery managers."""
    people = contract.holders(Role.INCIDENT_MANAGER, PROVIDER) or contract.holders(
        Role.SERVICE_DELIVERY_MANAGER, PROVIDER
    )
    return tuple(person.id for person in people)


def duty_manager(turn: Turn) -> str | None:
    """The first incident manager who is present, or a stand-in."""
    for manager in incident_managers(turn.contract):
        if availability.present(turn.contract, manager, turn.now):
            return manager
        stand_in = availability.stand_in(turn.contract, manager, turn.now)
        if stand_in and availability.present(turn.contract, stand_in, turn.now):
            return stand_in
    return None


def watchers(turn: Turn, incident: Incident) -> tuple[str, ...]:
    """Who is warned about a target: the assignee, else the provider's first echelon; a manager."""
    if incident.assignee:
        first: str | None = incident.assignee
    else:
        post = turn.contract.echelon(min(e.level for e in turn.contract.echelons)).provider
        queue = availability.queue(turn.contract, turn.calendar, post, turn.now)
        first = queue[0] if queue else None
    return tuple(dict.fromkeys(p for p in (first, duty_manager(turn)) if p))
