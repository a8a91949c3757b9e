"""Questions that wait for an answer: once one has come, every copy says so, without its buttons.

What is asked again is asked in a new message; the copy before it loses its buttons then.
"""

from __future__ import annotations

from collections.abc import Iterator

from escalation.contract import Contract
from escalation.decision.context import Context
from escalation.incident import waiting as waits
from escalation.messages import crisis as c
from escalation.messages import incident as i
from escalation.messages.destinations import person
from escalation.messages.effects import Meaning
from escalation.messages.event import EventsCleared
from escalation.messages.ladder import SettleAsked
from escalation.messages.room_actions import ShowAnswers
from escalation.people import audience
from escalation.records.crisis import Crisis, CrisisState, Presence
from escalation.records.incident import REPAIRED, Incident, IncidentState
from escalation.records.kinds import INCIDENT, Record

ANYBODY = ""


def waiting(record: Record) -> frozenset[tuple[str, str]]:
    """Get the questions about a record that wait, each with whose answer, or anybody's."""
    match record:
        case Incident():
            return frozenset(_of_incident(record))
        case Crisis():
            return frozenset(_of_crisis(record))
        case _:
            return frozenset()


def waits_for(record: Record, question: Meaning, who: str) -> bool:
    """Tell whether that question is still put to somebody."""
    return not {(question.puts, ANYBODY), (question.puts, who)}.isdisjoint(waiting(record))


def several(contract: Contract, record: Record) -> Iterator[Meaning]:
    """Enumerate what may have been asked of which there are several at once."""
    match record:
        case Incident():
            yield from (SettleAsked.read({"ladder": each.ladder}) for each in record.walks)
        case Crisis():
            numbers = [{"number": each.number} for each in record.actions]
            yield from map(c.ActionDue.read, numbers)
            yield from (c.ActionAsked.read(each | {"by": ""}) for each in numbers)
            yield from (c.MemberMissing.read({"person": each.id}) for each in contract.people)
        case _:
            pass


def answers_follow(context: Context, before: Record | None, after: Record) -> None:
    """Let the copies of those who were asked say so, where a question waits no longer."""
    if not isinstance(before, Incident | Crisis) or waiting(before) <= waiting(after):
        return
    people = [who for _, who in sorted(waiting(before) - waiting(after))]
    if ANYBODY in people:
        people += _asked(context, before)
    known = (person(who) for who in dict.fromkeys(people) if context.contract.knows(who))
    context.notify(ShowAnswers(asked=context.now), after.id, *known)


def _of_incident(incident: Incident) -> Iterator[tuple[str, str]]:
    state = incident.state
    if state is IncidentState.RESOLVED:
        yield i.PleaseVerify.topic, ANYBODY
        yield i.MayClose.topic, ANYBODY
    if state is IncidentState.VERIFIED:
        yield i.PleaseClose.topic, ANYBODY
    if incident.lowering is not None:
        yield i.LoweringProposed.topic, ANYBODY
    if state in REPAIRED and not incident.cause_confirmed_by:
        asked = i.CauseAsked if incident.cause_gone is None else i.CauseToConfirm
        yield asked.topic, ANYBODY
    if state not in INCIDENT.over:
        yield from _of_what_is_underway(incident)
    for each in incident.walks:
        if each.active and each.settled:
            yield SettleAsked.question(each.ladder), ANYBODY


def _of_what_is_underway(incident: Incident) -> Iterator[tuple[str, str]]:
    if incident.resolved_at is None:
        if incident.acknowledged_at is None:
            yield i.OnCallTold.topic, ANYBODY
        if incident.events:
            yield EventsCleared.topic, ANYBODY
    if incident.waiting is not None:
        yield i.WaitBegun.topic, ANYBODY
        yield i.StillWaiting.topic, ANYBODY
    if incident.priority is None:
        yield i.NotQualified.topic, ANYBODY


def _of_crisis(crisis: Crisis) -> Iterator[tuple[str, str]]:
    if crisis.state is CrisisState.ASKED:
        yield c.CrisisRequest.topic, ANYBODY
    for action in crisis.actions:
        if action.left_open:
            asked = c.ActionDue.question(action.number)
            yield from ((asked, who) for who in {action.owner, *crisis.leads.values()})
            yield c.ActionAsked.question(action.number), action.owner
    if crisis.state is CrisisState.OPEN:
        yield from _of_leads(crisis)
        yield from _of_members(crisis)


def _of_leads(crisis: Crisis) -> Iterator[tuple[str, str]]:
    yield c.InformReminder.topic, ANYBODY
    for member in crisis.members:
        if member.mandated and crisis.presence(member) is Presence.MISSING:
            asked = c.MemberMissing.question(member.person)
            yield from ((asked, lead) for lead in crisis.leads.values())
    for side, lead in crisis.leads.items():
        if side not in crisis.agreed_by:
            yield c.CrisisMembers.topic, lead
        if side not in crisis.closing:
            yield c.CloseRequest.topic, lead
        if side not in crisis.closing and crisis.incident_over:
            yield c.IncidentOver.topic, lead


def _of_members(crisis: Crisis) -> Iterator[tuple[str, str]]:
    if not crisis.incident_over:
        yield from ((c.CrisisCall.topic, m.person) for m in crisis.members if not m.joined_at)
    if (hand_over := crisis.hand_over) is not None:
        proposed = {*hand_over.leads.values(), *hand_over.silent}  # they may still confirm
        yield from ((c.LeadRequest.topic, p) for p in proposed if p not in hand_over.confirmed_by)


def _asked(context: Context, record: Incident | Crisis) -> tuple[str, ...]:
    """List who may have been asked something about it."""
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
        *((record.resolved_by,) if record.resolved_by else ()),
        *record.on_call_told,
        *(audience.watchers(context, record) if record.events else ()),
        *(record.lowering.asked if record.lowering else ()),
        *(waits.concerned(context, record, record.waiting) if record.waiting else ()),
        *(who for walk in record.walks if walk.active for s in walk.sides for who in s.concerned),
    )
