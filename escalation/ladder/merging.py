"""Taking over the escalations of a duplicate: nobody who answered is called past (Rule INC-X)."""

from __future__ import annotations

from collections.abc import Collection

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import NextCall, up
from escalation.base.timer_names.reading import read
from escalation.decision.context import Context
from escalation.ladder.climbing import again
from escalation.ladder.ending import current_people
from escalation.ladder.pings import send_ping
from escalation.ladder.rung import (
    call_order,
    reachable,
    rung_of,
    with_escalation,
    with_side,
)
from escalation.ladder.taking import count, has_it
from escalation.messages.destinations import person
from escalation.messages.incident import IncidentNews
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident


def take_over(
    context: Context, original: Incident, duplicate: Incident, news: IncidentNews
) -> tuple[Incident, Incident]:
    """Go on with the duplicate's escalations where they stand; gives both incidents.

    Of two up one ladder the higher goes on; at the same rung, who answered for either answers for
    both. Whoever stands on one that goes on here hears `news`; who is being called, is called anew.
    """
    for theirs in [each for each in duplicate.walks if each.active]:
        ours = original.escalation(theirs.ladder)
        if not _stands(context, theirs):
            continue
        if ours is None or not ours.active or theirs.rung > ours.rung:
            if ours is not None and ours.active:
                original = _left(context, original, ours)
            original = _adopted(context, original, duplicate, theirs, news)
            duplicate = _left(context, duplicate, theirs)
        elif theirs.rung == ours.rung:
            original = _answered_too(context, original, ours, theirs)
    return original, duplicate


def _stands(context: Context, escalation: Escalation) -> bool:
    """Tell whether the contract that the original runs under has that rung."""
    ladder = next((x for x in context.contract.ladders if x.id == escalation.ladder), None)
    return ladder is not None and escalation.rung < len(ladder.rungs)


def _left(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    """End an escalation that goes on elsewhere, and tell nobody that it is over."""
    context.record(
        incident.id,
        LadderAction.STOPPED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        why="merged",
    )
    alarms = incident.alarms.clear_if(up(escalation.ladder))
    ended = replace(escalation, ended_at=context.now, ended_why="merged")
    return with_escalation(replace(incident, alarms=alarms), ended)


def _adopted(
    context: Context,
    original: Incident,
    duplicate: Incident,
    escalation: Escalation,
    news: IncidentNews,
) -> Incident:
    context.record(
        original.id,
        LadderAction.STARTED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        reason=escalation.reason,
        duplicate=duplicate.id,
    )
    alarms, of_ladder = original.alarms, up(escalation.ladder)
    for armed in duplicate.alarms.armed:
        if of_ladder(name := read(armed.name)):
            alarms = alarms.set(name, armed.due, armed.clock)
    original = replace(original, alarms=alarms, walks=(*original.walks, escalation))
    context.notify(news, duplicate.id, *map(person, current_people(escalation)))
    for calls in escalation.sides:
        called = calls.pings[-1].person if calls.pings and not calls.acknowledged_by else None
        if called and reachable(context, original, called):  # else they have left since (ORG-10)
            send_ping(context, original, escalation, calls.side)
    return original


def _answered_too(
    context: Context, original: Incident, ours: Escalation, theirs: Escalation
) -> Incident:
    ours = ours.having_told(*theirs.told)
    original = with_escalation(original, ours)
    for calls in ours.sides:
        other = next((each for each in theirs.sides if each.side == calls.side), None)
        if calls.acknowledged_by or other is None or not other.acknowledged_by:
            continue
        who, at = other.acknowledged_by, other.acknowledged_at
        ours = with_side(ours, replace(calls, acknowledged_by=who, acknowledged_at=at))
        context.record(
            original.id,
            LadderAction.ACKNOWLEDGED,
            ladder=ours.ladder,
            rung=ours.rung,
            level=rung_of(context.contract, ours).level,
            side=calls.side,
            person=who,
        )
        alarms = original.alarms.clear(NextCall(ours.ladder, calls.side))
        original = with_escalation(replace(original, alarms=alarms), ours)
    return original


def parted(context: Context, original: Incident, gone: Collection[str]) -> Incident:
    """A merge is undone: a side left to the leads `gone` with their cell is called again (INC-X).

    Unless somebody has it already for another reason (Rule ESC-5).
    """
    for ladder, side in [
        (escalation.ladder, calls.side)
        for escalation in original.walks
        for calls in escalation.sides
        if escalation.active and f"cell {calls.acknowledged_by}" in escalation.told
        if calls.acknowledged_by in gone
    ]:
        escalation = original.escalation(ladder)
        if escalation is None:
            continue
        line = call_order(context, original, rung_of(context.contract, escalation), side)
        who, why = has_it(context, original, escalation, side, line, None)
        if who:
            original = with_escalation(
                original, count(context, original, escalation, side, who, why=why)
            )
        else:
            original = again(context, original, escalation, side, due=context.now)
    return original
