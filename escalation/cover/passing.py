"""Follow a cover in time: not answered, begun, over (Rule CAL-6)."""

from __future__ import annotations

from typing import Any

from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.base.timer_names.cover import CoverUnanswered
from escalation.base.timer_names.timer_name import Timer
from escalation.cover.answering import ended
from escalation.cover.telling import show, tell
from escalation.decision.context import Context
from escalation.records.cover import Cover, CoverState


def unanswered(context: Context, cover: Cover, timer: Timer[CoverUnanswered]) -> Cover:
    """Tell who asked, while something can still be done, that nobody has taken it."""
    cover = replace(cover, alarms=cover.alarms.clear(timer.name))
    if cover.state is CoverState.IN_FORCE:
        return cover
    return tell(context, cover, CoverAction.UNANSWERED)


def begins(context: Context, cover: Cover, timer: Timer[Any]) -> Cover:
    """Let what nobody took lapse as the duty begins, and tell who asked: it is theirs."""
    if cover.state is CoverState.IN_FORCE:
        return replace(cover, alarms=cover.alarms.clear(timer.name))
    return tell(context, ended(cover, CoverState.LAPSED), CoverAction.LAPSED)


def ends(context: Context, cover: Cover, _: Timer[Any]) -> Cover:
    """Close what is over."""
    context.record(cover.id, CoverAction.OVER)
    return show(context, ended(cover, CoverState.OVER))
