"""Journal actions on the way up a ladder."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class LadderAction(JournalAction):
    """Journal actions on the way up a ladder."""

    STARTED = "ladder.started"
    PINGED = "ladder.pinged"
    ON_COVER = "ladder.on_cover"
    ACKNOWLEDGED = "ladder.acknowledged"
    UNREACHED = "ladder.unreached"
    UNREACHABLE = "ladder.unreachable"
    EXHAUSTED = "ladder.exhausted"
    CLIMBED = "ladder.climbed"
    CALLED_ANEW = "ladder.called_anew"
    UNSETTLED = "ladder.unsettled"
    HANDED_OVER = "ladder.handed_over"
    ADDED = "ladder.added"
    SNOOZED = "ladder.snoozed"
    SNOOZE_OVER = "ladder.snooze_over"
    STEPPED_DOWN = "ladder.stepped_down"
    REPLANNED = "ladder.replanned"
    SIDE_SETTLED = "ladder.side_settled"
    SETTLED = "ladder.settled"
    STOPPED = "ladder.stopped"
