"""Closing a crisis cell: both leads agree (Rule CRI-9)."""

from __future__ import annotations

from escalation import cell, cell_inform, cell_room
from escalation.cell_record import open_actions
from escalation.crisis import Crisis, CrisisState
from escalation.crisis_messages import CloseRequest, CrisisClosed
from escalation.evolve import replace
from escalation.journal_actions import JournalAction as A
from escalation.refusals import AlreadyDone
from escalation.turn import Turn


def close(turn: Turn, crisis: Crisis) -> Crisis:
    """One lead agrees to close; with both, the cell is closed and nothing more is armed."""
    cell.require_open(crisis)
    side = cell.require_lead(turn, crisis)
    if side in crisis.closing:
        raise AlreadyDone("already_agreed_to_close", id=crisis.id, side=side)
    crisis = replace(crisis, closing=(*crisis.closing, side))
    if len(crisis.closing) < len(cell.SIDES):
        cell.note(turn, crisis, A.CRISIS_CLOSING_AGREED, side=side)
        other = crisis.leads[cell.other_side(side)]
        cell.tell(turn, crisis, CloseRequest(by=turn.actor), [other])
        cell.show(turn, crisis)
        return crisis
    return _closed(turn, crisis)


def _closed(turn: Turn, crisis: Crisis) -> Crisis:
    """Everybody who was told of the cell hears that it is over; its room stays readable."""
    left_open = open_actions(crisis) or None
    crisis = replace(
        crisis,
        state=CrisisState.CLOSED,
        closed_at=turn.now,
        hand_over=None,
        alarms=crisis.alarms.clear_all(),
    )
    cell.note_both(
        turn, crisis, A.CRISIS_CLOSED,
        open_actions=left_open, agreed_by=list(crisis.leads.values()),
    )  # fmt: skip
    concerned = [member.person for member in crisis.members]
    for side in cell.SIDES:
        concerned += [crisis.initiators[side], *cell_inform.audience(turn, crisis, side)]
    cell.tell(turn, crisis, CrisisClosed(), concerned)
    cell.post(turn, crisis, CrisisClosed())
    cell.show(turn, crisis)
    return cell_room.leave(turn, crisis)
