"""Agreeing the member list: both sides are asked, and asked again until they have (CRI-3, CRI-14).

Agreeing to close the cell agrees the list as it stands: no cell ends with a list that nobody saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone
from escalation.base.timer_names.crisis import MembersAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.crisis import sides
from escalation.decision.context import Context
from escalation.messages.crisis import CrisisMembers, CrisisNews
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident


def ask(
    context: Context,
    crisis: Crisis,
    *,
    incident: Incident | None = None,
    left_out: Sequence[str] = (),
    told: Mapping[str, tuple[str, ...]] | None = None,
) -> Crisis:
    """Ask each side that has not agreed the list as it stands; from now on it is chased.

    `told`: whom Escalade informs of the cell on each side's behalf: one message says both.
    """
    due = context.calendar.after(context.now, context.contract.crisis.agree_every)
    for side in sides.SIDES:
        if side in crisis.agreed_by:
            continue
        crisis = sides.arm(crisis, MembersAwaited(side), due)
        _ask(context, crisis, side, incident, left_out, (told or {}).get(side, ()))
    return crisis


def chase(
    context: Context, crisis: Crisis, timer: Timer[MembersAwaited], incident: Incident | None
) -> Crisis:
    """A side has not agreed the list yet: whoever leads it now is asked again."""
    side = timer.name.side
    if crisis.state is not CrisisState.OPEN or side in crisis.agreed_by:
        return sides.disarm(crisis, timer.name)
    sides.note(
        context, crisis, CrisisAction.MEMBERS_CHASED,
        side=side, person=crisis.leads[side], late=context.late_seconds,
    )  # fmt: skip
    _ask(context, crisis, side, incident)
    return sides.again(context, crisis, timer, context.contract.crisis.agree_every)


def agree(context: Context, crisis: Crisis) -> Crisis:
    """One initiator or lead agrees the member list as it stands."""
    sides.require_open(crisis)
    side = sides.require_side(context, crisis)
    if side in crisis.agreed_by:
        raise AlreadyDone("already_agreed", side=side)
    return agreed(context, crisis, side)


def agreed(context: Context, crisis: Crisis, side: str) -> Crisis:
    """A side has agreed the member list as it stands."""
    crisis = replace(crisis, agreed_by=(*crisis.agreed_by, side))
    sides.note(
        context, crisis, CrisisAction.MEMBERS_AGREED,
        side=side, members=[member.person for member in crisis.members],
    )  # fmt: skip
    news = CrisisNews(action=CrisisAction.MEMBERS_AGREED, by=context.actor)
    sides.post(context, crisis, news)
    return sides.disarm(crisis, MembersAwaited(side))


def _ask(
    context: Context,
    crisis: Crisis,
    side: str,
    incident: Incident | None,
    left_out: Sequence[str] = (),
    told: tuple[str, ...] = (),
) -> None:
    question = CrisisMembers(
        suggested_suppliers=tuple(_suppliers_of(context, crisis, incident)),
        left_out=tuple(left_out),
        told=told,
    )
    sides.notify(context, crisis, question, [crisis.leads[side]])


def _suppliers_of(context: Context, crisis: Crisis, incident: Incident | None) -> list[str]:
    """The supplier answerable for the incident's component, unless represented already."""
    suppliers = {supplier.id: supplier for supplier in context.contract.suppliers}
    return [
        component.supplier
        for component in context.contract.components
        if incident is not None
        and component.id == incident.component
        and component.supplier in suppliers
        and context.contract.knows(suppliers[component.supplier].representative)
        and not any(map(crisis.member, suppliers[component.supplier].management))
    ]
