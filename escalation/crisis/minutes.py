"""Minutes of a crisis cell: brief, decisions, running log (Rules CRI-8, CRI-14)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.crisis import crisis_room, sides
from escalation.decision.context import Context
from escalation.messages.crisis import CrisisNews
from escalation.records.crisis import Crisis, Resolution


def set_brief(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Write the brief that is pinned in the room (Rule CRI-4)."""
    sides.require_open(crisis)
    crisis = replace(crisis, brief=user_text.required(text, "text_missing"))
    sides.note(context, crisis, CrisisAction.BRIEF_SET, text=crisis.brief)
    crisis_room.show_brief(context, crisis)
    sides.show(context, crisis)
    return crisis


def decide(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Record a decision (Rule CRI-8)."""
    sides.require_open(crisis)
    text = user_text.required(text, "text_missing")
    resolution = Resolution(text=text, by=context.actor, at=context.now)
    crisis = replace(crisis, resolutions=(*crisis.resolutions, resolution))
    sides.note(context, crisis, CrisisAction.DECIDED, text=text)
    decided = CrisisNews(
        action=CrisisAction.DECIDED, by=context.actor, text=text, number=len(crisis.resolutions)
    )
    sides.post(context, crisis, decided)
    sides.show(context, crisis)
    return crisis


def log(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Write in the running log, which both firms read (Rule CRI-14)."""
    sides.require_open(crisis)
    text = user_text.required(text, "text_missing")
    sides.note(context, crisis, CrisisAction.LOGGED, text=text)
    news = CrisisNews(action=CrisisAction.LOGGED, by=context.actor, text=text)
    sides.post(context, crisis, news)
    return crisis
