"""Tell who hears of each step of an incident besides those concerned (Rules INC-8, INC-16).

The list of a priority 1, also of one that was lowered; whom the process that raised it names
(Rule INC-16); the support groups that were brought in, once they are needed no more or again
(Rule ORG-4); and the rooms of its crisis cells.
"""

from __future__ import annotations

from escalation.base.journal import Entry
from escalation.base.journal_actions.incident import IncidentAction as A
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.messages.destinations import crisis_room
from escalation.messages.incident import IncidentNews, Priority1Notice
from escalation.people import audience
from escalation.records.crisis import CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS

HEARD = frozenset(
    {
        A.PRIORITY_CHANGED,
        A.RESOLVED,
        A.VERIFIED,
        A.REOPENED,
        A.OPENED,
        A.CLOSED,
        A.CANCELLED,
        A.MERGED,
        A.UNDONE,
    }
)

_ENDS = frozenset({A.RESOLVED, A.REOPENED, A.CANCELLED, A.MERGED, A.UNDONE})


def spread(tx: Transaction, context: Context, incident: Incident) -> None:
    """Tell the list and the cells of what this decision says of the incident."""
    entries = [
        e for e in context.decision.entries if e.action in HEARD and e.subject == incident.id
    ]
    if not entries:
        return
    rules = context.contract.incidents.communication
    said = (IncidentNews, Priority1Notice)
    told = {e.to.person for e in context.decision.effects if isinstance(e.meaning, said)}
    told.add(context.actor)
    for news in map(_news, entries):
        people = [p for rule in rules if rule.origin == incident.origin for p in rule.people]
        if incident.ever_priority_1 and news.action != A.OPENED and not _raised(news):
            people += audience.priority_1_list(context)
        if news.action in _ENDS:
            people += audience.taking_part(context, incident)
        audience.notify(context, incident, news, [p for p in people if p not in told])
        for crisis_id in incident.crises:
            if tx.get(CRISIS, incident.contract, crisis_id).state is CrisisState.OPEN:
                context.notify(news, incident.id, crisis_room(crisis_id))


def _news(entry: Entry) -> IncidentNews:
    facts = entry.facts
    return IncidentNews.read(
        {"action": entry.action, "by": facts.get("proposed_by") or entry.actor}
        | {name: facts.get(name) for name in ("reason", "into", "before", "priority", "why")}
    )


def _raised(news: IncidentNews) -> bool:
    """Tell whether it tells of a graver priority: of a priority 1 the list has its own notice."""
    return bool(news.before and news.priority and news.priority < news.before)
