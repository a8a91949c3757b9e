"""Taking a point for one's side: by a button, or by what one has done already (ESC-5, ESC-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.base.timer_names.ladder import NextCall
from escalation.decision.context import Context
from escalation.duty.calendars import Calendar
from escalation.ladder.ending import current_people
from escalation.ladder.pings import show_calls
from escalation.ladder.rung import call_order, reachable, rung_of, with_escalation, with_side
from escalation.ladder.standing import level_of, my_side, side_of
from escalation.messages.destinations import person
from escalation.messages.ladder import CountedAsTaken
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident, IncidentState

STAYS_UP = timedelta(hours=12)  # nobody is taken to be at it for longer outside coverage hours

# ── by a button ──────────────────────────────────────────────────────────────────────────────


def acknowledge(
    context: Context, incident: Incident, escalation: Escalation, *, rung: int | None
) -> Incident:
    """Take the point for one's side: its calls stop; the rung's time to settle runs on (ESC-6)."""
    if rung is not None and rung != escalation.rung:
        raise NotNow(
            "rung_is_past",
            level=rung_of(context.contract, escalation).level,
            people=current_people(escalation),
        )
    side = my_side(context, escalation)
    calls = escalation.side(side)
    if calls.acknowledged_by and calls.acknowledged_at:
        if calls.acknowledged_by == context.actor:
            raise AlreadyDone("already_yours", at=calls.acknowledged_at.isoformat())
        raise AlreadyDone(
            "already_acknowledged",
            by=calls.acknowledged_by,
            at=calls.acknowledged_at.isoformat(),
        )
    return take(context, for_side(context, incident, escalation, side))


def take(context: Context, incident: Incident) -> Incident:
    """Take it on every ladder on whose present rung the caller stands (Rule ESC-5).

    It is one matter: whoever has it towards the client has it towards a supplier too.
    """
    for escalation in incident.walks:
        side = side_of(context, escalation, context.actor) if escalation.active else None
        if side is not None and escalation.side(side).acknowledged_by is None:
            incident = for_side(context, incident, escalation, side)
    return incident


def for_side(context: Context, incident: Incident, escalation: Escalation, side: str) -> Incident:
    """The caller takes it for a side: its calls stop, and the newest copies say so."""
    escalation = taken(context, incident, escalation, side, context.actor)
    alarms = incident.alarms.clear(NextCall(escalation.ladder, side))
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    show_calls(context, incident, escalation)
    return update_card(context, incident)


def taken(context: Context, incident: Incident, escalation: Escalation, side: str, who: str, *,
          why: str = "") -> Escalation:  # fmt: skip
    """Note that somebody has it for their side; `why` where they pressed no button."""
    context.record(
        incident.id,
        LadderAction.ACKNOWLEDGED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        side=side,
        person=who,
        after=int((context.now - escalation.rung_started_at).total_seconds()),
        why=why or None,
    )
    calls = escalation.side(side)
    calls = replace(calls, acknowledged_by=who, acknowledged_at=context.now)
    return with_side(escalation, calls)


# ── by what one has done already ─────────────────────────────────────────────────────────────


def has_it(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    line: tuple[str, ...],
    before: str | None,
) -> tuple[str, str]:
    """Find who of a side's `line` has the point already, and why; nobody is called then (ESC-5).

    Whoever leads the crisis cell, and is there; started the ladder, works on the incident, opened
    it, or took it on another ladder, and was not called below: outside coverage hours only who acts
    just now, or would be called first and did so no longer before the ladder began than a rung has
    to settle, in hours that passed, for nobody is taken to be awake; of one reopened, only who acts
    just now, for whoever had it takes it to be over. Whom somebody else assigned has not answered
    yet. Then whoever took it `before`, where nobody else is left, or the ladder is called anew for
    the other side. ("", "") for nobody.
    """
    for lead in incident.cell_leads:
        there = reachable(context, incident, lead)
        if there and (_as_high(context, escalation, side, lead) or lead in line):
            return lead, "cell"
    took = incident.assignee if incident.state is not IncidentState.ASSIGNED else None
    acts = [
        (escalation.started_by, "started", escalation.started_at),
        (took, "assigned", incident.taken_at or incident.acknowledged_at or incident.opened_at),
        (incident.opened_by, "opened", incident.opened_at),
        *((who, "other_ladder", at) for who, at in _elsewhere(incident, escalation, side)),
    ]
    below = {each.person for each in escalation.earlier if each.rung < escalation.rung}
    fresh = [each for each in line if each not in below]
    settle = rung_of(context.contract, escalation).settle[incident.level]
    lasts = min(timedelta(seconds=settle.seconds), STAYS_UP)
    for who, why, since in acts:
        awake = since + lasts >= escalation.started_at
        at_it = Calendar.of_duty(context.contract).covered(context.now) or (
            awake and who in line[:1]
        )
        if who in fresh and (who == context.actor or (at_it and not incident.reopened)):
            return who, why
    if before is None or not reachable(context, incident, before):
        return "", ""
    from_above = escalation.anew and _as_high(context, escalation, side, before)
    if from_above or (not fresh and before in line):
        return before, "kept"
    return "", ""


def _as_high(context: Context, escalation: Escalation, side: str, who: str) -> bool:
    """Tell whether somebody stands at this rung now, or above it, for that side (Rule ORG-10)."""
    contract = context.contract
    if not contract.knows(who) or contract.person(who).organisation != side:
        return False
    return level_of(context, escalation.ladder, who) >= rung_of(contract, escalation).level


def _elsewhere(incident: Incident, escalation: Escalation, side: str) -> list[tuple[str, datetime]]:
    return [
        (calls.acknowledged_by, calls.acknowledged_at)
        for other in incident.walks
        if other.active and other.ladder != escalation.ladder
        for calls in other.sides
        if calls.side == side and calls.acknowledged_by and calls.acknowledged_at
    ]


def count(context: Context, incident: Incident, escalation: Escalation, side: str, who: str, *,
          why: str, tell: bool = True) -> Escalation:  # fmt: skip
    """Count the point as taken by who has it already, and tell them so."""
    escalation = taken(context, incident, escalation, side, who, why=why)
    level = rung_of(context.contract, escalation).level
    counted = CountedAsTaken(
        ladder=escalation.ladder,
        level=level,
        level_name=context.contract.echelon(level).name,
        why=why,
    )
    if tell:
        context.notify(counted, incident.id, person(who))
    return escalation


# ── the crisis cell ──────────────────────────────────────────────────────────────────────────


def led(context: Context, incident: Incident, leads: tuple[str, ...]) -> Incident:
    """Stop calling who leads the incident's crisis cell, and let the ladder say so (ESC-X)."""
    incident = replace(incident, cell_leads=leads)
    for escalation in incident.walks:
        for calls in escalation.sides if escalation.active else ():
            incident = _left_to_the_cell(context, incident, escalation.ladder, calls)
    return update_card(context, incident)


def _left_to_the_cell(
    context: Context, incident: Incident, ladder: str, calls: SideCalls
) -> Incident:
    escalation = incident.escalation(ladder)
    if escalation is None or calls.acknowledged_by:
        return incident
    line = call_order(context, incident, rung_of(context.contract, escalation), calls.side)
    who, why = has_it(context, incident, escalation, calls.side, line, None)
    if why != "cell":
        return incident
    escalation = count(context, incident, escalation, calls.side, who, why=why)
    escalation = escalation.having_told(f"{why} {who}")
    alarms = incident.alarms.clear(NextCall(ladder, calls.side))
    show_calls(context, incident, escalation)
    return with_escalation(replace(incident, alarms=alarms), escalation)
