"""Let who has or reported an incident hear what becomes of its crisis cell (Rules CRI-5, CON-2).

Those in the cell, those asked for it and those whom their firm informs hear of it otherwise.
"""

from __future__ import annotations

from escalation.base.journal_actions.crisis import CrisisAction
from escalation.crisis import sides
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.messages.crisis import CellOfIncident
from escalation.people import audience
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS, INCIDENT, Record

STEPS = {
    CrisisState.ASKED: CrisisAction.ASKED,
    CrisisState.REFUSED: CrisisAction.REFUSED,
    CrisisState.OPEN: CrisisAction.OPENED,
    CrisisState.CLOSED: CrisisAction.CLOSED,
}


def cell_follows(tx: Transaction, context: Context, before: Record | None, after: Record) -> None:
    """Tell of each step of a cell; and whoever gets its incident later, how it stands by then.

    Whoever reported a duplicate has the original from the merge on.
    """
    if isinstance(after, Crisis) and after.incident:
        if not isinstance(before, Crisis) or before.state is not after.state:
            tell(context, after, tx.get(INCIDENT, after.contract, after.incident))
    elif isinstance(before, Incident) and isinstance(after, Incident):
        met = {*_have_it(context, before), *before.requesters}
        if after.merged_into and not before.merged_into:
            joined = after.requesters
            after = tx.get(INCIDENT, after.contract, after.merged_into)
            met = {*_have_it(context, after), *(p for p in after.requesters if p not in joined)}
        for cell in (tx.get(CRISIS, after.contract, each) for each in after.crises):
            if CRISIS.is_open(cell) and cell.incident == after.id:
                tell(context, cell, after, met=met)


def tell(
    context: Context, cell: Crisis, incident: Incident, *, met: set[str] | None = None
) -> None:
    """Tell how a cell stands; where some are `met` already, whoever came to the incident since.

    Whoever reported it hears of a cell that meets, and not of one that is only asked for.
    """
    if met is None:
        people = [*_have_it(context, incident), *_called(incident)]
    else:
        people = [p for p in _have_it(context, incident) if p not in met]
    if cell.opened_at is not None:
        askers = audience.with_stand_ins(context, incident.requesters)
        people += [p for p in askers if met is None or p not in met]
    told = {e.to.person for e in context.decision.effects if e.subject == cell.id}
    told |= {context.actor, *(m.person for m in cell.members), *(p.person for p in cell.pings)}
    people = [p for p in dict.fromkeys(people) if p not in told]
    may = [p for p in people if audience.may_hear(context.contract, incident, p)]
    sides.notify(context, cell, CellOfIncident(action=last_step(cell)), may)


def last_step(cell: Crisis) -> CrisisAction:
    """Find what became of a cell last."""
    if cell.state is CrisisState.CLOSED and cell.opened_at is None:
        return CrisisAction.WITHDRAWN
    return STEPS[cell.state]


def _have_it(context: Context, incident: Incident) -> list[str]:
    """List who works on it: whoever took it or stands in, and the groups that take part (ORG-4)."""
    there = audience.taking_part(context, incident)
    return list(dict.fromkeys((*audience.working(context, incident), *there)))


def _called(incident: Incident) -> list[str]:
    """List whom its ladders have called so far, on every side."""
    return [
        person
        for each in incident.walks
        if each.active
        for person in (*each.called, *(p for side in each.sides for p in side.concerned))
    ]
