"""Settling a point: both sides say so, each by its own word (Rules ESC-2, ESC-6)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.refusals import AlreadyDone
from escalation.decision.context import Context
from escalation.ladder import taking
from escalation.ladder.ending import end
from escalation.ladder.pings import show_calls
from escalation.ladder.rung import rung_of, with_escalation
from escalation.ladder.standing import manages, my_firm, my_side, own_level
from escalation.messages.destinations import person
from escalation.messages.ladder import SettleAsked
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, SettledSide
from escalation.records.incident import Incident


def settle(
    context: Context, incident: Incident, escalation: Escalation, *, note: str = ""
) -> Incident:
    """Say for one's side that the point is settled; the escalation ends when both do (ESC-2).

    It is said by who stands on the rung or above it, or by who manages incidents. The other side
    is asked; without its word the escalation goes on.
    """
    side, note = my_firm(context, incident, escalation.ladder), user_text.optional(note)
    rung = rung_of(context.contract, escalation)
    above = own_level(context, escalation.ladder) >= rung.level
    if not above and not manages(context):
        my_side(context, escalation)
    others = [calls for calls in escalation.sides if calls.side != side]
    said = {each.side: each for each in escalation.settled}
    if (mine := said.get(side)) is not None:
        awaited = [calls.current for calls in others if calls.current]
        raise AlreadyDone(
            "already_settled_here", by=mine.by, at=mine.at.isoformat(), people=awaited
        )
    if all(calls.side in said for calls in others):
        also = next((said[calls.side].by for calls in others), "")
        return end(context, incident, escalation, why="settled", also=also, note=note)
    context.record(
        incident.id,
        LadderAction.SIDE_SETTLED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung.level,
        side=side,
        note=note or None,
    )
    mine = SettledSide(side=side, by=context.actor, at=context.now, note=note)
    escalation = replace(escalation, settled=(*escalation.settled, mine))
    incident = with_escalation(incident, escalation)
    if any(calls.side == side and not calls.acknowledged_by for calls in escalation.sides):
        incident = taking.for_side(context, incident, escalation, side)
        escalation = incident.escalation(escalation.ladder) or escalation
    asked = SettleAsked(ladder=escalation.ladder, rung=escalation.rung, by=context.actor, note=note)
    people = [calls.current for calls in others if calls.current]
    context.notify(asked, incident.id, *map(person, people))
    show_calls(context, incident, escalation)
    return update_card(context, incident)
