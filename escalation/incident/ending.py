"""Leaving an incident's life before its end: a duplicate is merged, a mistake cancelled (INC-4).

What is owed by a duplicate is owed by its original: the graver priority, missed targets, the
answer to whoever reported it. Both are undone by the incident manager.
"""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.base.timer_names.incident import KeepInformed
from escalation.decision.context import Context
from escalation.incident import alerting, priority, qualifying, targets, triage, verification
from escalation.incident import waiting as waits
from escalation.incident.life import UNDER_WAY, in_state
from escalation.ladder import climbing, merging
from escalation.messages.incident import IncidentNews
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident, IncidentState
from escalation.records.kinds import INCIDENT

UNTIMELY = (IncidentState.CANCELLED, IncidentState.MERGED)


def merge(
    context: Context, incident: Incident, original: Incident, theirs: Context
) -> tuple[Incident, Incident]:
    """This incident duplicates another: it points at its original, which owes what it owed.

    `theirs` is the context under the contract's version that the original runs under.
    """
    if incident.state is IncidentState.MERGED:
        raise AlreadyDone("already_merged", into=incident.merged_into)
    in_state(incident, UNDER_WAY)
    if incident.id == original.id:
        raise BadValue("merged_into_itself", incident=incident.id)
    if original.state in INCIDENT.over:
        raise NotNow("original_over", incident=original.id, state=original.state.value)
    merged = IncidentNews(action=IncidentAction.MERGED, by=context.actor, into=original.id)
    context.record(
        original.id,
        IncidentAction.DUPLICATE_MERGED,
        duplicate=incident.id,
        ticket=incident.ticket or None,
        requester=incident.requester,
    )
    if incident.client_informed:
        original = audience.inform_client(theirs, original, "duplicate_of_client")
    joined = IncidentNews(
        action=IncidentAction.DUPLICATE_MERGED, by=context.actor, into=incident.id
    )
    audience.notify_news(theirs, original, joined)
    before, original = original, _owing(original, incident)
    if original.state in UNDER_WAY:
        original, incident = merging.take_over(theirs, original, incident, merged)
    elif original.state is IncidentState.RESOLVED:
        verification.ask_too(theirs, before, original)
    original = _as_grave(theirs, original, incident)
    incident = replace(_end(context, incident, IncidentState.MERGED), merged_into=original.id)
    context.record(incident.id, IncidentAction.MERGED, into=original.id)
    audience.notify_news(context, incident, merged, incident.assignee)
    return update_card(context, incident), update_card(context, original)


def cancel(context: Context, incident: Incident, reason: str) -> Incident:
    """There is no incident after all."""
    if incident.state is IncidentState.CANCELLED:
        raise AlreadyDone("already_cancelled")
    in_state(incident, UNDER_WAY)
    reason = user_text.required(reason)
    incident = _end(context, incident, IncidentState.CANCELLED)
    context.record(incident.id, IncidentAction.CANCELLED, reason=reason)
    cancelled = IncidentNews(action=IncidentAction.CANCELLED, by=context.actor, reason=reason)
    audience.notify_news(context, incident, cancelled, incident.assignee)
    return update_card(context, incident)


def undo(
    context: Context,
    incident: Incident,
    original: Incident | None,
    reason: str,
    *,
    still: frozenset[str] = frozenset(),
) -> tuple[Incident, Incident | None]:
    """A wrong merge or cancellation is undone: the incident goes on as if it had never ended.

    Its clocks count from the opening, and its escalations go on at their rungs. The original keeps
    its priority (Rule INC-19), and answers no longer to whoever reported the other; `still` are
    those who reported its other duplicates.
    """
    in_state(incident, UNTIMELY)
    reason, ended_at = user_text.required(reason), incident.closed_at
    if original is not None:
        original = part(original, incident, still)
        context.record(original.id, IncidentAction.DUPLICATE_PARTED, duplicate=incident.id)
        parted = IncidentNews(
            action=IncidentAction.DUPLICATE_PARTED, by=context.actor, into=incident.id
        )
        audience.notify_news(context, original, parted)
        original = update_card(context, original)
    context.record(incident.id, IncidentAction.UNDONE, reason=reason, original=incident.merged_into)
    if incident.assignee:
        state = IncidentState.IN_PROGRESS
    else:
        state = IncidentState.QUALIFIED if incident.priority else IncidentState.OPENED
    incident = replace(incident, state=state, closed_at=None, merged_into=None)
    incident = targets.replan(context, waits.again(context, incident, ended_at))
    if incident.delay_told:
        incident = audience.keep_informed(context, incident)
    for escalation in incident.walks:
        if escalation.ended_at == ended_at:
            incident = climbing.start(
                context,
                incident,
                ladder=escalation.ladder,
                reason=escalation.reason,
                rung=escalation.rung,
            )
    incident = triage.watch(context, alerting.alert(context, incident, "reopened"))
    undone = IncidentNews(action=IncidentAction.UNDONE, by=context.actor, reason=reason)
    audience.notify_news(context, incident, undone, incident.assignee)
    waits.tell_begun(context, incident)
    return update_card(context, incident), original


def part(original: Incident, duplicate: Incident, still: frozenset[str]) -> Incident:
    """An original that no longer answers to whoever reported a former duplicate, and nothing else.

    `still` are those who reported its other duplicates.
    """
    parting = set(duplicate.requesters) - still
    others = tuple(each for each in original.co_requesters if each not in parting)
    return replace(original, co_requesters=others)


def _owing(original: Incident, duplicate: Incident) -> Incident:
    """The original with what its duplicate owes, and whom it owes it to."""
    asked = dict.fromkeys((*original.co_requesters, *duplicate.requesters))
    acknowledged = [at for at in (original.acknowledged_at, duplicate.acknowledged_at) if at]
    original = replace(
        original,
        co_requesters=tuple(each for each in asked if each != original.requester),
        was_priority_1=original.ever_priority_1 or duplicate.ever_priority_1,
        missed=tuple(dict.fromkeys((*original.missed, *duplicate.missed))),
        groups=tuple(dict.fromkeys((*original.groups, *duplicate.groups))),
        site=original.site or duplicate.site,
        clock_since=min(original.clock_start, duplicate.clock_start),
        acknowledged_at=min(acknowledged, default=None),
    )
    informed = duplicate.alarms.get(KeepInformed())
    if informed and original.state in UNDER_WAY and original.alarms.get(KeepInformed()) is None:
        alarms = original.alarms.set(KeepInformed(), informed.due, informed.clock)
        original = replace(original, alarms=alarms)  # who was told of a delay hears on (INC-14)
    if duplicate.assignee and not original.assignee and original.state in UNDER_WAY:
        has, since = duplicate.assignee, duplicate.taken_at
        return replace(original, assignee=has, taken_at=since, state=duplicate.state)
    return original


def _as_grave(context: Context, original: Incident, duplicate: Incident) -> Incident:
    """The original at the graver priority of the two; its clocks from the earlier opening.

    What is repaired calls nobody, unless it is opened again.
    """
    ours = original.priority
    if duplicate.priority is None:
        return targets.replan(context, original)
    theirs = priority.of_contract(context.contract, duplicate.priority)
    if ours is not None and ours.level <= theirs.level:
        return targets.replan(context, original)
    if original.state in REPAIRED:
        qualifying.note_priority(context, original, theirs, before=ours)
        return replace(original, priority=theirs)
    return qualifying.put(context, original, theirs, before=ours)


def _end(context: Context, incident: Incident, state: IncidentState) -> Incident:
    """Stop every clock and escalation of an incident that leaves its life."""
    if incident.waiting:
        incident = targets.resume(context, incident)
    incident = climbing.stop(context, targets.stop(context, incident), state.value)
    incident = replace(incident, lowering=None, alarms=incident.alarms.clear_all())
    return replace(incident, state=state, closed_at=context.now)
