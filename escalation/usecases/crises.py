"""The crisis practice: its steps and its timers (Rules CRI-1 to CRI-10)."""

from __future__ import annotations

from collections.abc import Callable

from escalation import (
    authority,
    cell,
    cell_close,
    cell_inform,
    cell_lead,
    cell_members,
    cell_presence,
    cell_record,
    cell_request,
    cell_room,
)
from escalation import commands as c
from escalation import timer_names as t
from escalation import who as w
from escalation.crisis import Crisis, CrisisState
from escalation.incident import Incident
from escalation.kinds import CRISIS, INCIDENT
from escalation.ports import Transaction
from escalation.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.turn import Turn
from escalation.usecases.practice import SLACK_SAYS, Practice, Reads, Step

_ANSWERERS = (w.ECHELON, w.ASKED)
_LEADS = (w.CRISIS_LEAD,)
_IN_THE_CELL = (w.MEMBER, w.CRISIS_LEAD, w.COMMUNICATION_LEAD)
_TAKING_OVER = (w.CRISIS_LEAD, w.PROPOSED_LEAD)

# ── asking and answering ─────────────────────────────────────────────────────────────────────


def _subject(tx: Transaction, command: c.Command) -> Crisis | None:
    if not isinstance(command, c.OnCrisis):
        return None
    return tx.get(CRISIS, command.contract, command.crisis)


def _ask(tx: Transaction, turn: Turn, _: None, command: c.AskCrisis) -> Crisis:
    """Ask for a crisis cell, about an incident or not (Rule CRI-2)."""
    incident = _named(tx, turn, command.incident) if command.incident else None
    return cell_request.ask(turn, command, tx.next_id(command.contract, CRISIS.prefix), incident)


def _named(tx: Transaction, turn: Turn, incident_id: str) -> Incident:
    """The incident a cell is asked for: one the asker may know of, not over, without a cell."""
    incident = tx.get(INCIDENT, turn.contract.id, incident_id)
    if not authority.visible(turn.contract, turn.actor, incident):
        raise INCIDENT.not_found(incident_id)
    if incident.state in INCIDENT.over:
        raise NotNow("incident_over", id=incident_id, state=incident.state.value)
    for crisis in tx.list(CRISIS, turn.contract.id):
        if crisis.incident == incident_id:
            raise AlreadyDone("crisis_exists", id=crisis.id, incident=incident_id)
    return incident


def incident_of(tx: Transaction, crisis: Crisis) -> Incident | None:
    """The incident that a cell is about."""
    return tx.get(INCIDENT, crisis.contract, crisis.incident) if crisis.incident else None


def _accept(tx: Transaction, turn: Turn, crisis: Crisis, _: c.AcceptCrisis) -> Crisis:
    """The counterpart accepts: the cell forms, its room opens, both firms hear (CRI-2 to CRI-5)."""
    incident = incident_of(tx, crisis)
    crisis = cell_request.accept(turn, crisis)
    crisis = cell_room.open_room(turn, crisis, incident)
    crisis = cell_members.convene(turn, crisis, incident)
    crisis = cell_inform.announce(turn, crisis)
    return cell_inform.start_reminders(turn, crisis)


def _close(turn: Turn, crisis: Crisis, _: c.CloseCrisis) -> Crisis:
    """A lead agrees to close. An asker may still withdraw."""
    if crisis.state is CrisisState.ASKED:
        return cell_request.withdraw(turn, crisis)
    return cell_close.close(turn, crisis)


def _moved(step: Callable[[Turn, Crisis], Crisis]) -> Step:
    """What Slack says has happened is recorded, whoever it was.

    Who says so themselves is a member of the cell, or the delegate of one.
    """

    def do(turn: Turn, crisis: Crisis, command: c.OnCrisis) -> Crisis:
        if command.source != SLACK_SAYS:
            cell.require_open(crisis)
            if crisis.member(turn.actor) is None:
                raise NotAllowed("not_a_member", person=turn.actor)
        return step(turn, crisis)

    return Step(may=(w.ANYONE,), do=do, happened=True)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.AskCrisis: Step(may=(w.CRISIS_LEVEL,), do=Reads(_ask)),
        c.AcceptCrisis: Step(may=_ANSWERERS, do=Reads(_accept)),
        c.RefuseCrisis: Step(
            may=_ANSWERERS,
            do=lambda turn, crisis, x: cell_request.refuse(turn, crisis, x.reason),
        ),
        c.AddMember: Step(
            may=_LEADS, do=lambda turn, crisis, x: cell_members.add(turn, crisis, x.person)
        ),
        c.AddSupplier: Step(
            may=_LEADS,
            do=lambda turn, crisis, x: cell_members.add_supplier(turn, crisis, x.supplier),
        ),
        c.RemoveMember: Step(
            may=_LEADS, do=lambda turn, crisis, x: cell_members.remove(turn, crisis, x.person)
        ),
        c.AgreeMembers: Step(
            may=_LEADS, do=lambda turn, crisis, _: cell_members.agree(turn, crisis)
        ),
        c.NameDelegate: Step(
            may=(w.REPRESENTED,),
            do=lambda turn, crisis, x: cell_members.name_delegate(
                turn, crisis, x.delegate, x.member
            ),
        ),
        c.SetBrief: Step(
            may=_LEADS, do=lambda turn, crisis, x: cell_record.set_brief(turn, crisis, x.text)
        ),
        c.Decide: Step(
            may=_IN_THE_CELL, do=lambda turn, crisis, x: cell_record.decide(turn, crisis, x.text)
        ),
        c.AddAction: Step(
            may=_IN_THE_CELL,
            do=lambda turn, crisis, x: cell_record.add_action(turn, crisis, x.text, x.owner, x.due),
        ),
        c.CompleteAction: Step(
            may=(w.ACTION_OWNER, w.CRISIS_LEAD),
            do=lambda turn, crisis, x: cell_record.complete(turn, crisis, x.number),
        ),
        c.OfferLead: Step(
            may=_TAKING_OVER, do=lambda turn, crisis, x: cell_lead.offer(turn, crisis, x.leads)
        ),
        c.ConfirmLead: Step(
            may=_TAKING_OVER, do=lambda turn, crisis, _: cell_lead.confirm(turn, crisis)
        ),
        c.NameCommunicationLead: Step(
            may=_LEADS,
            do=lambda turn, crisis, x: cell_lead.name_communication_lead(turn, crisis, x.person),
        ),
        c.RecordBriefing: Step(
            may=_IN_THE_CELL,
            do=lambda turn, crisis, x: cell_inform.record_briefing(
                turn, crisis, x.text, x.audience
            ),
        ),
        c.CloseCrisis: Step(may=_LEADS, do=_close),
        c.RoomOpened: Step(
            may=(w.NOBODY,),
            do=lambda turn, crisis, x: cell_room.room_opened(turn, crisis, x.room, x.name, x.left),
        ),
        c.RoomRefused: Step(
            may=(w.NOBODY,),
            do=lambda turn, crisis, x: cell_room.room_refused(turn, crisis, x.why, x.room, x.name),
        ),
        c.InvitationRefused: Step(
            may=(w.NOBODY,),
            do=lambda turn, crisis, x: cell_room.invitation_refused(turn, crisis, x.person, x.why),
        ),
        c.MemberJoined: _moved(cell_presence.joined),
        c.MemberLeft: _moved(cell_presence.left),
    },
    timers={
        t.AnswerAwaited: cell_request.unanswered,
        t.RoomAwaited: cell_room.call_without,
        t.MemberChase: cell_presence.chase,
        t.BriefingDue: cell_inform.remind,
        t.ActionDue: cell_record.remind,
        t.ArchiveRoom: cell_room.archive,
    },
)
