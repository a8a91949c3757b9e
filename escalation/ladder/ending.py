"""Ending an escalation: settled by people, or because its incident is over; nothing fires then."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import up
from escalation.decision.context import Context
from escalation.ladder.pings import show_calls
from escalation.ladder.rung import with_escalation
from escalation.messages.destinations import person
from escalation.messages.ladder import EscalationStopped
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident


def stop(context: Context, incident: Incident, why: str) -> Incident:
    """End every escalation under way and disarm it. `why` is a code, e.g. "resolved"."""
    for escalation in incident.walks:
        if escalation.active:
            incident = end(context, incident, escalation, why=why)
    return incident


def end(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    *,
    why: str,
    also: str = "",
    note: str = "",
) -> Incident:
    """End one escalation; whoever is on it on either side hears of it.

    `also` is who had said before, for the other side, that the point is settled.
    """
    escalation = replace(escalation, ended_at=context.now, ended_why=why)
    context.record(
        incident.id,
        LadderAction.SETTLED if why == "settled" else LadderAction.STOPPED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        why=why,
        note=note or None,
    )
    stopped = EscalationStopped(
        ladder=escalation.ladder, why=why, by=context.actor, also=also, note=note
    )
    others = [each for each in current_people(escalation) if each != context.actor]
    context.notify(stopped, incident.id, *map(person, others))
    alarms = incident.alarms.clear_if(up(escalation.ladder))
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    show_calls(context, incident, escalation)
    update_card(context, incident)
    return incident


def current_people(escalation: Escalation) -> list[str]:
    """List whoever answers for each side at the present rung."""
    return [calls.current for calls in escalation.sides if calls.current]
