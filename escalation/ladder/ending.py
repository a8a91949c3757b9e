"""Ending a walk: settled by people, or because its incident is over; nothing rings on."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.base.timer_names import up
from escalation.decision.turn import Turn
from escalation.ladder.rung import with_walk
from escalation.messages.destinations import person
from escalation.messages.ladder import EscalationStopped
from escalation.people.cards import show_card
from escalation.records.escalation import Walk
from escalation.records.incident import Incident


def stop(turn: Turn, incident: Incident, why: str) -> Incident:
    """End every walk under way and disarm it. `why` is a code, e.g. "resolved"."""
    for walk in incident.walks:
        if walk.active:
            incident = end(turn, incident, walk, why=why)
    return incident


def end(turn: Turn, incident: Incident, walk: Walk, *, why: str, note: str = "") -> Incident:
    """End one walk; whoever is on it on either side hears of it."""
    walk = replace(walk, ended_at=turn.now, ended_why=why)
    turn.record(
        incident.id,
        A.LADDER_SETTLED if why == "settled" else A.LADDER_STOPPED,
        ladder=walk.ladder,
        rung=walk.rung,
        why=why,
        note=note or None,
    )
    stopped = EscalationStopped(ladder=walk.ladder, why=why, by=turn.actor, note=note)
    others = [each for each in current_people(walk) if each != turn.actor]
    turn.tell(stopped, incident.id, *map(person, others))
    alarms = incident.alarms.clear_if(up(walk.ladder))
    incident = with_walk(replace(incident, alarms=alarms), walk)
    show_card(turn, incident)
    return incident


def current_people(walk: Walk) -> list[str]:
    """Whoever answers for each side at the present rung."""
    return [pursuit.current for pursuit in walk.sides if pursuit.current]
