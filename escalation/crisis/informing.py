"""Keeping both firms informed of a crisis (Rules CRI-5, CRI-7)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import NotAllowed
from escalation.base.timer_names.crisis import BriefingDue
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Role
from escalation.crisis import sides
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import CrisisFormed, CrisisNews, InformReminder
from escalation.records.crisis import Briefing, Crisis, CrisisState


def audience(context: Context, crisis: Crisis, side: str) -> tuple[str, ...]:
    """List whom a side's initiator informs: the contract's list; the provider's, the help desk too.

    And who stands in for those away (Rule ORG-3).
    """
    contract = context.contract
    named = contract.crisis.client.inform
    if side == PROVIDER:
        help_desk = contract.crisis.help_desk or tuple(
            person.id for person in contract.holders(Role.HELP_DESK, PROVIDER)
        )
        named = (*contract.crisis.provider.inform, *help_desk)
    return sides.willing(
        contract, crisis, availability.with_stand_ins(contract, named, context.now)
    )


def informed(context: Context, crisis: Crisis, side: str) -> tuple[str, ...]:
    """List whom Escalade informs in the name of a side's initiator."""
    people = audience(context, crisis, side)
    return tuple(person for person in people if person != crisis.initiators[side])


def inform_of_cell(context: Context, crisis: Crisis) -> Crisis:
    """Each initiator's firm hears of the cell (CRI-5); the initiator, with the member list."""
    for side in sides.SIDES:
        initiator, told = crisis.initiators[side], informed(context, crisis, side)
        if not told:
            continue
        sides.note(
            context,
            crisis,
            CrisisAction.INFORMED,
            side=side,
            told=list(told),
            on_behalf_of=initiator,
        )
        sides.notify(context, crisis, CrisisFormed(on_behalf_of=initiator), told)
    return crisis


def start_reminders(context: Context, crisis: Crisis) -> Crisis:
    """From the opening on, each firm is to be briefed at the contract's interval (Rule CRI-7)."""
    first = context.calendar.after(context.now, context.contract.crisis.inform_every)
    for side in sides.SIDES:
        crisis = sides.arm(crisis, BriefingDue(side), first)
    return crisis


def remind(context: Context, crisis: Crisis, timer: Timer[BriefingDue]) -> Crisis:
    """Remind whoever keeps a side's firm informed now to brief it."""
    if crisis.state is not CrisisState.OPEN:
        return sides.disarm(crisis, timer.name)
    side = timer.name.side
    last = next((b for b in reversed(crisis.briefings) if b.side == side), None)
    reminded = _speaker(context, crisis, side)
    sides.note(
        context,
        crisis,
        CrisisAction.INFORM_REMINDED,
        side=side,
        person=reminded,
        late=context.late_seconds,
    )
    reminder = InformReminder(last=last.at if last else None, late=context.late_seconds)
    sides.notify(context, crisis, reminder, [reminded])
    return sides.again(context, crisis, timer, context.contract.crisis.inform_every)


def _speaker(context: Context, crisis: Crisis, side: str) -> str:
    """Name who keeps a firm informed now: its communication lead, a stand-in, else who leads."""
    named = [p for p in (crisis.communication.get(side), crisis.leads[side]) if p]
    there = availability.there(context.contract, named, context.now)
    return next(iter(sides.willing(context.contract, crisis, there)), named[0])


def record_briefing(context: Context, crisis: Crisis, text: str, told: str) -> Crisis:
    """Record what was said to whom; the next reminder counts from here (Rule CRI-7).

    The room hears that a firm was briefed; what it was told is that firm's own (Rule CON-2).
    """
    sides.require_open(crisis)
    side = sides.side_of(context.contract, context.actor)
    speaks = {crisis.communication.get(side), crisis.leads.get(side)}
    if context.actor not in speaks | {_speaker(context, crisis, side)}:
        people = [each for each in (crisis.communication.get(side), crisis.leads.get(side)) if each]
        raise NotAllowed("not_communication_lead", side=side, people=people[:1])
    briefing = Briefing(
        side=side,
        by=context.actor,
        at=context.now,
        text=user_text.required(text, "text_missing"),
        audience=user_text.required(told, "audience_missing"),
    )
    sides.note(
        context,
        crisis,
        CrisisAction.BRIEFED,
        side=side,
        audience=briefing.audience,
        text=briefing.text,
    )
    sides.post(context, crisis, CrisisNews(action=CrisisAction.BRIEFED, by=context.actor))
    due = context.calendar.after(context.now, context.contract.crisis.inform_every)
    crisis = replace(crisis, briefings=(*crisis.briefings, briefing))
    sides.show(context, crisis)
    return sides.arm(crisis, BriefingDue(side), due)
