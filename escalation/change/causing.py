"""An incident that a change has caused: each names the other (Rule CHG-4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.change import parts, turns
from escalation.contract import Contract
from escalation.decision.context import Context
from escalation.people.cards import update_card
from escalation.records.change import Change
from escalation.records.incident import Incident


def link(
    context: Context, change: Change, incident: Incident, *, duplicate: str | None = None
) -> tuple[Change, Incident]:
    """Say that the change has caused the incident; who has a part in it is told.

    On account of a duplicate where one is named.
    """
    if change.started_at is None:
        raise NotNow("change_not_begun", id=change.id)
    if incident.exercise:
        raise BadValue("exercise_not_caused", incident=incident.id)
    if incident.id in change.incidents:
        raise AlreadyDone("already_linked", id=change.id, incident=incident.id)
    for subject in (change.id, incident.id):
        context.record(
            subject,
            ChangeAction.CAUSED,
            change=change.id,
            incident=incident.id,
            duplicate=duplicate,
        )
    after = replace(change, incidents=(*change.incidents, incident.id))
    managers = parts.there(context, parts.appointed(context.contract))
    people = (*parts.carrier(context, after), *managers)
    anew = [each for each in people if each != context.actor]
    incident = replace(incident, changes=(*incident.changes, change.id))
    return turns.update_cards(context, after, anew=anew), update_card(context, incident)


def require_earlier(change: Change, incident: Incident) -> None:
    """Refuse where the incident was open before the change, or its window, began (CHG-4)."""
    begun = change.started_at
    if begun is not None and change.window is not None:
        begun = min(begun, change.window.start)  # whoever carries it out may say so late
    if begun is not None and incident.opened_at < begun:
        raise NotNow("incident_before_change", id=change.id, incident=incident.id)


def unlink(
    context: Context, change: Change, incident: Incident, reason: str
) -> tuple[Change, Incident]:
    """Say that it has not caused it after all, and why (Rule CON-3)."""
    if incident.id not in change.incidents:
        raise NotNow("not_linked", id=change.id, incident=incident.id)
    reason = user_text.required(reason)
    for subject in (change.id, incident.id):
        context.record(
            subject,
            ChangeAction.NOT_CAUSED,
            change=change.id,
            incident=incident.id,
            reason=reason,
        )
    after = replace(change, incidents=tuple(x for x in change.incidents if x != incident.id))
    incident = replace(incident, changes=tuple(x for x in incident.changes if x != change.id))
    return turns.update_cards(context, after), update_card(context, incident)


def suspects(
    contract: Contract, incident: Incident, changes: Iterable[Change], since: datetime
) -> Iterator[Change]:
    """The changes that may have caused it: of what it needs, under way then or over `since`."""
    component = incident.component
    needed = {component, *(contract.depends_on(component) if component else ())}
    for change in changes:
        begun = change.started_at is not None and change.started_at <= incident.opened_at
        recent = change.ended_at is None or change.ended_at >= since
        if begun and recent and needed & set(change.components):
            yield change
