"""Escalation that starts by itself, in the cases set in the contract (Rule ESC-4)."""

from __future__ import annotations

from escalation.contract import Trigger
from escalation.decision.context import Context
from escalation.ladder import climbing
from escalation.records.incident import Incident


def reason_of(trigger: Trigger) -> str:
    """The code that an escalation started by this case carries as its reason."""
    return f"trigger:{trigger.value}"


def escalate_if(context: Context, incident: Incident, trigger: Trigger) -> Incident:
    """Start the escalation of every case of this trigger that fits the incident's priority.

    What is not qualified in time has none, and fits.

    An incident reopened fewer times than the contract sets does not escalate for it.
    """
    rules = context.contract.escalation
    if trigger is Trigger.REOPENED and incident.reopened < rules.reopened_times:
        return incident
    for case in rules.automatic:
        fits = trigger is Trigger.NOT_QUALIFIED or incident.level in case.priorities
        if case.trigger is trigger and fits:
            incident = climbing.start(
                context, incident, ladder=case.ladder, reason=reason_of(trigger)
            )
    return incident
