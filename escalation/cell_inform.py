"""Keeping both firms informed of a crisis (Rules CRI-5, CRI-7)."""

from __future__ import annotations

from escalation import cell, typed
from escalation.contract import PROVIDER, Role
from escalation.crisis import Briefing, Crisis, CrisisState
from escalation.crisis_messages import (
    CrisisFormed,
    CrisisNews,
    InformedOnBehalf,
    InformReminder,
)
from escalation.evolve import replace
from escalation.journal_actions import JournalAction as A
from escalation.refusals import NotAllowed
from escalation.timer_names import BriefingDue, Timer
from escalation.turn import Turn


def audience(turn: Turn, crisis: Crisis, side: str) -> tuple[str, ...]:
    """Whom a side's initiator informs: the contract's list; the provider's, the help desk too."""
    contract = turn.contract
    if side != PROVIDER:
        return cell.willing(contract, crisis, contract.crisis.client.inform)
    help_desk = contract.crisis.help_desk or tuple(
        person.id for person in contract.holders(Role.HELP_DESK, PROVIDER)
    )
    return cell.willing(contract, crisis, (*contract.crisis.provider.inform, *help_desk))


def announce(turn: Turn, crisis: Crisis) -> Crisis:
    """Each initiator's firm hears of the cell; the initiator, that this was done (CRI-5)."""
    for side in cell.SIDES:
        initiator = crisis.initiators[side]
        told = [person for person in audience(turn, crisis, side) if person != initiator]
        if not told:
            continue
        cell.note(turn, crisis, A.CRISIS_INFORMED, side=side, told=told, on_behalf_of=initiator)
        cell.tell(turn, crisis, CrisisFormed(on_behalf_of=initiator), told)
        cell.tell(turn, crisis, InformedOnBehalf(told=tuple(told)), [initiator])
    return crisis


def start_reminders(turn: Turn, crisis: Crisis) -> Crisis:
    """From the opening on, each firm is to be briefed at the contract's interval (Rule CRI-7)."""
    first = turn.calendar.after(turn.now, turn.contract.crisis.inform_every)
    for side in cell.SIDES:
        crisis = cell.arm(crisis, BriefingDue(side), first)
    return crisis


def remind(turn: Turn, crisis: Crisis, timer: Timer[BriefingDue]) -> Crisis:
    """Remind a side's communication lead, or for want of one its lead, to brief their firm."""
    if crisis.state is not CrisisState.OPEN:
        return cell.disarm(crisis, timer.name)
    side = timer.name.side
    last = next((b for b in reversed(crisis.briefings) if b.side == side), None)
    reminded = crisis.communication.get(side) or crisis.leads[side]
    cell.note(
        turn, crisis, A.CRISIS_INFORM_REMINDED, side=side, person=reminded, late=cell.late(turn)
    )
    reminder = InformReminder(last=last.at if last else None, late=cell.late(turn))
    cell.tell(turn, crisis, reminder, [reminded])
    return cell.again(turn, crisis, timer, turn.contract.crisis.inform_every)


def record_briefing(turn: Turn, crisis: Crisis, text: str, told: str) -> Crisis:
    """What was said to whom; the next reminder counts from here (Rule CRI-7).

    The room hears that a firm was briefed; what it was told is that firm's own (Rule CON-2).
    """
    cell.require_open(crisis)
    side = cell.side_of(turn.contract, turn.actor)
    if turn.actor not in {crisis.communication.get(side), crisis.leads.get(side)}:
        raise NotAllowed("not_communication_lead", side=side)
    briefing = Briefing(
        side=side,
        by=turn.actor,
        at=turn.now,
        text=typed.required(text, "text_missing"),
        audience=typed.required(told, "audience_missing"),
    )
    cell.note(
        turn, crisis, A.CRISIS_BRIEFED, side=side, audience=briefing.audience, text=briefing.text
    )
    cell.post(turn, crisis, CrisisNews(action=A.CRISIS_BRIEFED, by=turn.actor))
    due = turn.calendar.after(turn.now, turn.contract.crisis.inform_every)
    crisis = replace(crisis, briefings=(*crisis.briefings, briefing))
    cell.show(turn, crisis)
    return cell.arm(crisis, BriefingDue(side), due)
