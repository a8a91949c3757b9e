"""Answering a cover: taken, agreed to, declined, withdrawn (Rule CAL-6)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.base.timer_names.cover import CoverBegins, CoverUnanswered
from escalation.cover.telling import is_open, keeper_agrees, tell
from escalation.decision.context import Context
from escalation.duty.availability import there
from escalation.duty.covers import relieved, taken_elsewhere
from escalation.duty.keepers import keepers
from escalation.records.cover import Cover, CoverState


def accept(context: Context, cover: Cover) -> Cover:
    """Take the duty; where who keeps the rota has to agree, it then waits for that."""
    _require_open(cover)
    if cover.state is CoverState.IN_FORCE:
        raise AlreadyDone("cover_taken", person=cover.taken_by or "")
    agreed, keeps = cover.state is CoverState.AGREED, _keeps(context, cover)
    if agreed and not keeps:
        raise NotAllowed("cover_waits_for_keeper", people=_keeping(context, cover))
    if not agreed and (context.actor not in cover.asked or context.actor in cover.declined):
        raise NotAllowed("cover_not_asked_of_you", people=_waited_for(cover))
    taker = (agreed and cover.taken_by) or context.actor
    start = max(cover.spell.start, context.now)
    spell = replace(cover.spell, start=start)
    cover = replace(cover, taken_by=taker, taken_at=context.now, spell=spell)
    if taken_elsewhere(context.contract, cover) or not relieved(context.contract, cover, taker):
        raise NotNow("cover_void")
    if not there(context.contract, (taker,), start):
        raise NotNow("away_then", person=taker)
    if keeper_agrees(context.contract, cover) and not keeps and not cover.on_behalf:
        return tell(context, replace(cover, state=CoverState.AGREED), CoverAction.AGREED)
    return _in_force(context, cover)


def _keeps(context: Context, cover: Cover) -> bool:
    return context.actor in _keeping(context, cover)


def _keeping(context: Context, cover: Cover) -> list[str]:
    return list(keepers(context.contract, cover.rota, context.now))


def _waited_for(cover: Cover) -> list[str]:
    return [person for person in cover.asked if person not in cover.declined]


def _in_force(context: Context, cover: Cover) -> Cover:
    alarms = cover.alarms.clear(CoverUnanswered())
    taken = replace(cover, state=CoverState.IN_FORCE, alarms=alarms)
    if taken.starts <= context.now:
        taken = replace(taken, alarms=alarms.clear(CoverBegins()))
    return tell(context, taken, CoverAction.TAKEN)


def decline(context: Context, cover: Cover, reason: str) -> Cover:
    """Do not take it; it is over once all who were asked, or who keeps the rota, declined."""
    _require_open(cover)
    if cover.state is CoverState.IN_FORCE:
        raise NotNow("cover_in_force")
    if cover.state is CoverState.AGREED:
        if not _keeps(context, cover):
            raise NotAllowed("cover_waits_for_keeper", people=_keeping(context, cover))
    elif context.actor not in cover.asked:
        raise NotAllowed("cover_not_asked_of_you", people=_waited_for(cover))
    elif context.actor in cover.declined:
        raise AlreadyDone("cover_declined")
    else:
        cover = replace(cover, declined=(*cover.declined, context.actor))
        if set(cover.asked) - set(cover.declined):
            return tell(context, cover, CoverAction.DECLINED, reason=reason)
    return tell(context, ended(cover, CoverState.DECLINED), CoverAction.DECLINED, reason=reason)


def withdraw(context: Context, cover: Cover, reason: str) -> Cover:
    """End it: from now on the duty is whose turn it is.

    Of a swap that has begun one has given what the other still owes: who keeps the rota ends it.
    """
    _require_open(cover)
    if begun(cover, context.now) and not _keeps(context, cover):
        raise NotNow("swap_begun", people=_keeping(context, cover))
    return tell(context, ended(cover, CoverState.WITHDRAWN), CoverAction.WITHDRAWN, reason=reason)


def void(context: Context, cover: Cover) -> Cover:
    """End it, and tell both that nothing is left to cover: the turn has moved, or one has left.

    It does not come back by itself, should a later version have the turn as it was. Those asked
    hear of it too, and whoever's answer to another one brought it about.
    """
    return tell(context, ended(replace(cover, void=True), CoverState.LAPSED), CoverAction.VOID)


def begun(cover: Cover, at: datetime) -> bool:
    """Tell whether it is a swap of which one turn has begun."""
    return cover.state is CoverState.IN_FORCE and cover.back is not None and cover.starts <= at


def ended(cover: Cover, state: CoverState) -> Cover:
    """The cover, which is over: nothing of it is waited for."""
    return replace(cover, state=state, alarms=cover.alarms.clear_all())


def _require_open(cover: Cover) -> None:
    if cover.void:
        raise NotNow("cover_void")
    if not is_open(cover):
        raise NotNow("cover_over")
