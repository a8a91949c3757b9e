"""Closing a crisis cell: both leads agree (Rule CRI-9)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone
from escalation.crisis import agreeing, crisis_room, informing, sides
from escalation.crisis.actions import follow_after_closing, open_actions
from escalation.decision.context import Context
from escalation.messages.crisis import CloseRequest, CrisisClosed, ExerciseTimes
from escalation.records.crisis import Crisis, CrisisState


def close(context: Context, crisis: Crisis) -> Crisis:
    """One lead agrees to close, and with that the member list; with both, the cell is closed."""
    sides.require_open(crisis)
    side = sides.require_lead(context, crisis)
    if side in crisis.closing:
        raise AlreadyDone("already_agreed_to_close", id=crisis.id, side=side)
    if side not in crisis.agreed_by:
        crisis = agreeing.agreed(context, crisis, side)
    crisis = replace(crisis, closing=(*crisis.closing, side))
    if len(crisis.closing) < len(sides.SIDES):
        sides.note(context, crisis, CrisisAction.CLOSING_AGREED, side=side)
        other = crisis.leads[sides.other_side(side)]
        sides.notify(context, crisis, CloseRequest(by=context.actor), [other])
        sides.show(context, crisis)
        return crisis
    return _closed(context, crisis)


def _closed(context: Context, crisis: Crisis) -> Crisis:
    """Everybody who was told of the cell hears that it is over; its room stays readable."""
    left_open = open_actions(crisis) or None
    crisis = replace(
        crisis,
        state=CrisisState.CLOSED,
        closed_at=context.now,
        hand_over=None,
    )
    crisis = follow_after_closing(context, crisis)
    sides.note_both(
        context, crisis, CrisisAction.CLOSED,
        open_actions=left_open, agreed_by=list(crisis.leads.values()),
    )  # fmt: skip
    concerned = [member.person for member in crisis.members]
    concerned += [action.owner for action in crisis.actions if action.left_open]
    for side in sides.SIDES:
        concerned += [crisis.initiators[side], *informing.audience(context, crisis, side)]
    sides.notify(context, crisis, CrisisClosed(), concerned)
    sides.post(context, crisis, CrisisClosed())
    if crisis.exercise:
        sides.notify(context, crisis, ExerciseTimes(), crisis.leads.values())
        sides.post(context, crisis, ExerciseTimes())
    sides.show(context, crisis)
    return crisis_room.leave(context, crisis)
