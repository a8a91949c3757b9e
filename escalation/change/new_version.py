"""A new version of the contract, while a change is on its way (Rules CHG-2, CHG-4, ORG-10)."""

from __future__ import annotations

from escalation.change import meeting, parts, turns
from escalation.change.clashes import Circumstances
from escalation.change.looking import found
from escalation.decision.context import Context
from escalation.records.change import BEFOREHAND, Change, ChangeState, Need


def look_again(context: Context, change: Change, around: Circumstances) -> Change:
    """Decide what a board can decide now; ask who is awaited now, and tell what clashes now."""
    if change.state not in BEFOREHAND:
        return change
    settled = meeting.settle(context, change)
    if settled is not change:
        return settled
    sent = change.board.sent if change.board else ()
    new = [
        person
        for what, people in parts.awaited(context, change).items()
        for person in people
        if person not in (sent if what == Need.BOARD else change.cards)
    ]
    if change.window is not None:
        clashes = {each.key for each in found(change, around, change.window)}
        if clashes - set(change.accepted):
            new += parts.carrier(context, change)
            new += parts.there(context, parts.appointed(context.contract))
            new += sent if change.state is ChangeState.APPROVAL else ()  # the board decides on it
    told = tuple(dict.fromkeys(new))
    return turns.reminded(context, change, told) if told else change
