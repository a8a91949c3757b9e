"""Questions that wait for an answer: once one has come, every copy says so, without its buttons.

What is asked again is asked in a new message; the copy before it loses its buttons then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escalation.decision.context import Context
from escalation.messages import crisis as c
from escalation.messages import incident as i
from escalation.messages.destinations import person
from escalation.messages.ladder import SettleAsked
from escalation.messages.room_actions import ShowAnswers
from escalation.people import audience
from escalation.records.crisis import Crisis, CrisisState, Presence
from escalation.records.incident import REPAIRED, Incident, IncidentState
from escalation.records.kinds import INCIDENT, Record

ANYBODY = ""


def waiting(record: Record) -> frozenset[tuple[type[Any], str]]:
    """Get the questions about a record that wait, each with whose answer, or anybody's."""
    match record:
        case Incident():
            return frozenset(_of_incident(record))
        case Crisis():
            return frozenset(_of_crisis(record))
        case _:
            return frozenset()


def waits_for(record: Record, question: type[Any], who: str) -> bool:
    """Whether that question is still put to somebody."""
    return not {(question, ANYBODY), (question, who)}.isdisjoint(waiting(record))


def answers_follow(context: Context, before: Record | None, after: Record) -> None:
    """Where a question waits no longer, let the copies of those who were asked say so."""
    if not isinstance(before, Incident | Crisis) or waiting(before) <= waiting(after):
        return
    people = [who for _, who in waiting(before) - waiting(after)]
    if ANYBODY in people:
        people += _asked(context, before)
    known = (person(who) for who in dict.fromkeys(people) if context.contract.knows(who))
    context.notify(ShowAnswers(asked=context.now), after.id, *known)


def _of_incident(incident: Incident) -> Iterator[tuple[type[Any], str]]:
    state = incident.state
    if state is IncidentState.RESOLVED:
        yield i.PleaseVerify, ANYBODY
        yield i.MayClose, ANYBODY
    if state is IncidentState.VERIFIED:
        yield i.PleaseClose, ANYBODY
    if incident.lowering is not None:
        yield i.LoweringProposed, ANYBODY
    if state in REPAIRED and not incident.cause_confirmed_by:
        yield i.CauseToConfirm, ANYBODY
    if state not in INCIDENT.over:
        if incident.acknowledged_at is None and incident.resolved_at is None:
            yield i.OnCallTold, ANYBODY
        if incident.priority is None:
            yield i.NotQualified, ANYBODY
    if any(each.active and each.settled for each in incident.walks):
        yield SettleAsked, ANYBODY


def _of_crisis(crisis: Crisis) -> Iterator[tuple[type[Any], str]]:
    if crisis.state is CrisisState.ASKED:
        yield c.CrisisRequest, ANYBODY
    for action in crisis.actions:
        if action.done_at is None:
            yield c.ActionDue, action.owner
    if crisis.state is CrisisState.OPEN:
        yield from _of_leads(crisis)
        yield from _of_members(crisis)


def _of_leads(crisis: Crisis) -> Iterator[tuple[type[Any], str]]:
    yield c.InformReminder, ANYBODY
    missing = any(m.mandated and crisis.presence(m) is Presence.MISSING for m in crisis.members)
    yield from ((c.MemberMissing, lead) for lead in crisis.leads.values() if missing)
    for side, lead in crisis.leads.items():
        if side not in crisis.agreed_by:
            yield c.CrisisMembers, lead
        if side not in crisis.closing:
            yield c.CloseRequest, lead
        if side not in crisis.closing and crisis.incident_over:
            yield c.IncidentOver, lead


def _of_members(crisis: Crisis) -> Iterator[tuple[type[Any], str]]:
    if not crisis.incident_over:
        yield from ((c.CrisisCall, each.person) for each in crisis.members if not each.joined_at)
    if (hand_over := crisis.hand_over) is not None:
        proposed = hand_over.leads.values()
        yield from ((c.LeadRequest, p) for p in proposed if p not in hand_over.confirmed_by)


def _asked(context: Context, record: Incident | Crisis) -> tuple[str, ...]:
    """Who may have been asked something about it."""
    if isinstance(record, Crisis):
        hand_over = record.hand_over
        return (
            *(each.person for each in record.pings),
            *record.leads.values(),
            *(each.person for each in record.members),
            *((*hand_over.leads.values(), *hand_over.silent) if hand_over else ()),
            *(each.owner for each in record.actions),
        )
    return (
        *audience.with_stand_ins(context, record.requesters),
        *audience.managers(context),
        *((record.assignee,) if record.assignee else ()),
        *record.on_call_told,
        *(record.lowering.asked if record.lowering else ()),
        *(who for walk in record.walks if walk.active for s in walk.sides for who in s.concerned),
    )
