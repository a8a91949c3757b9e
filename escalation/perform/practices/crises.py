"""The crisis practice: its steps and its timers (Rules CRI-1 to CRI-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.base.timer_names import crisis as t
from escalation.base.timer_names.timer_name import Timer
from escalation.crisis import (
    actions,
    agreeing,
    closing,
    crisis_room,
    informing,
    leads,
    member_list,
    minutes,
    presence,
    request,
    sides,
)
from escalation.decision.commands import crisis as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.people import roles as w
from escalation.perform.practice import SLACK_SAYS, Practice, Reads, Step
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS, INCIDENT

_ANSWERERS = (w.ECHELON, w.ASKED)
_LEADS = (w.CRISIS_LEAD,)
_IN_THE_CELL = (w.MEMBER, w.CRISIS_LEAD, w.COMMUNICATION_LEAD)
_TAKING_OVER = (w.CRISIS_LEAD, w.PROPOSED_LEAD)

# ── asking and answering ─────────────────────────────────────────────────────────────────────


def _subject(tx: Transaction, command: Command) -> Crisis | None:
    if not isinstance(command, c.OnCrisis):
        return None
    return tx.get(CRISIS, command.contract, command.crisis)


def _ask(tx: Transaction, context: Context, _: None, command: c.AskCrisis) -> Crisis:
    """Ask for a crisis cell, about an incident or not (Rule CRI-2)."""
    incident = _named(tx, context, command.incident) if command.incident else None
    return request.ask(context, command, tx.next_id(command.contract, CRISIS.prefix), incident)


def _named(tx: Transaction, context: Context, incident_id: str) -> Incident:
    """The incident a cell is asked for: one the asker may know of, not over, without a cell."""
    incident = tx.get(INCIDENT, context.contract.id, incident_id)
    if not rights.visible(context.contract, context.actor, incident):
        raise INCIDENT.not_found(incident_id)
    if incident.state in INCIDENT.over:
        raise NotNow("incident_over", id=incident_id, state=incident.state.value)
    for crisis in tx.list(CRISIS, context.contract.id):
        if crisis.incident == incident_id:
            raise AlreadyDone("crisis_exists", id=crisis.id, incident=incident_id)
    return incident


def incident_of(tx: Transaction, crisis: Crisis) -> Incident | None:
    """The incident that a cell is about."""
    return tx.get(INCIDENT, crisis.contract, crisis.incident) if crisis.incident else None


def cell_of(tx: Transaction, incident: Incident) -> Crisis | None:
    """The cell that is asked for, or meets, about an incident."""
    cells = (tx.get(CRISIS, incident.contract, each) for each in reversed(incident.crises))
    return next((cell for cell in cells if CRISIS.is_open(cell)), None)


def _accept(tx: Transaction, context: Context, crisis: Crisis, _: c.AcceptCrisis) -> Crisis:
    """The counterpart accepts: the cell forms, its room opens, both firms hear (CRI-2 to CRI-5)."""
    incident = incident_of(tx, crisis)
    crisis = request.accept(context, crisis)
    crisis = crisis_room.open_room(context, crisis, incident)
    crisis = member_list.convene(context, crisis, incident)
    crisis = informing.inform_of_cell(context, crisis)
    return informing.start_reminders(context, crisis)


def _chase_agreement(
    tx: Transaction, context: Context, crisis: Crisis, timer: Timer[t.MembersAwaited]
) -> Crisis:
    """Ask a side again to agree the member list, with the suppliers that may be concerned."""
    return leads.succeed(context, agreeing.chase(context, crisis, timer, incident_of(tx, crisis)))


def _close(context: Context, crisis: Crisis, _: c.CloseCrisis) -> Crisis:
    """A lead agrees to close. An asker may still withdraw."""
    if crisis.state is CrisisState.ASKED:
        return request.withdraw(context, crisis)
    return leads.succeed(context, closing.close(context, crisis))


def _led_on(rule: Callable[[Context, Crisis, Any], Crisis]) -> Callable[..., Crisis]:
    """As time passes, it is seen to that somebody leads each side."""
    return lambda context, crisis, timer: leads.succeed(context, rule(context, crisis, timer))


def _acts(may: tuple[w.Who, ...], do: Callable[[Context, Crisis, Any], Crisis]) -> Step:
    """Make a step of what is done in the cell: whoever does it is there (Rule CRI-4)."""

    def step(context: Context, crisis: Crisis, command: c.OnCrisis) -> Crisis:
        return presence.acted(context, do(context, crisis, command))

    return Step(may=may, do=step)


def _moved(step: Callable[[Context, Crisis], Crisis]) -> Step:
    """Make a step that records what Slack says has happened, whoever it was.

    Who says so themselves is a member of the cell, or the delegate of one.
    """

    def do(context: Context, crisis: Crisis, command: c.OnCrisis) -> Crisis:
        if command.source != SLACK_SAYS:
            sides.require_open(crisis)
            if crisis.member(context.actor) is None:
                raise NotAllowed("not_a_member", person=context.actor)
        return step(context, crisis)

    return Step(may=(w.ANYONE,), do=do, happened=True)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.AskCrisis: Step(may=(w.CRISIS_LEVEL,), do=Reads(_ask)),
        c.AcceptCrisis: Step(may=_ANSWERERS, do=Reads(_accept)),
        c.RefuseCrisis: Step(
            may=_ANSWERERS,
            do=lambda context, crisis, x: request.refuse(context, crisis, x.reason),
        ),
        c.AddMember: _acts(
            _LEADS, lambda context, crisis, x: member_list.add(context, crisis, x.person)
        ),
        c.AddSupplier: _acts(
            _LEADS,
            lambda context, crisis, x: member_list.add_supplier(context, crisis, x.supplier),
        ),
        c.RemoveMember: _acts(
            _LEADS, lambda context, crisis, x: member_list.remove(context, crisis, x.person)
        ),
        c.AgreeMembers: _acts(_LEADS, lambda context, crisis, _: agreeing.agree(context, crisis)),
        c.NameDelegate: Step(
            may=(w.REPRESENTED,),
            do=lambda context, crisis, x: member_list.name_delegate(
                context, crisis, x.delegate, x.member
            ),
        ),
        c.SetBrief: _acts(
            _LEADS, lambda context, crisis, x: minutes.set_brief(context, crisis, x.text)
        ),
        c.Decide: _acts(
            _IN_THE_CELL, lambda context, crisis, x: minutes.decide(context, crisis, x.text)
        ),
        c.AddLogEntry: _acts(
            _IN_THE_CELL, lambda context, crisis, x: minutes.log(context, crisis, x.text)
        ),
        c.AddAction: _acts(
            _IN_THE_CELL,
            lambda context, crisis, x: actions.add(context, crisis, x.text, x.owner, x.due),
        ),
        c.ChangeAction: _acts(
            _IN_THE_CELL,
            lambda context, crisis, x: actions.change(
                context, crisis, x.number, text=x.text, owner=x.owner, due=x.due
            ),
        ),
        c.CompleteAction: _acts(
            (w.ACTION_OWNER, w.CRISIS_LEAD),
            lambda context, crisis, x: actions.complete(context, crisis, x.number),
        ),
        c.DeclineAction: _acts(
            (w.ACTION_OWNER,),
            lambda context, crisis, x: actions.decline(context, crisis, x.number, x.reason),
        ),
        c.CancelAction: _acts(
            _IN_THE_CELL,
            lambda context, crisis, x: actions.cancel(context, crisis, x.number, x.reason),
        ),
        c.OfferLead: _acts(
            _TAKING_OVER, lambda context, crisis, x: leads.offer(context, crisis, x.leads)
        ),
        c.ConfirmLead: _acts(
            _TAKING_OVER, lambda context, crisis, _: leads.confirm(context, crisis)
        ),
        c.NameCommunicationLead: _acts(
            _LEADS,
            lambda context, crisis, x: leads.name_communication_lead(context, crisis, x.person),
        ),
        c.RecordBriefing: _acts(
            _IN_THE_CELL,
            lambda context, crisis, x: informing.record_briefing(
                context, crisis, x.text, x.audience
            ),
        ),
        c.CloseCrisis: Step(may=_LEADS, do=_close),
        c.RoomOpened: Step(
            may=(w.NOBODY,),
            do=lambda context, crisis, x: crisis_room.room_opened(
                context, crisis, x.room, x.name, x.left
            ),
        ),
        c.RoomRefused: Step(
            may=(w.NOBODY,),
            do=lambda context, crisis, x: crisis_room.room_refused(
                context, crisis, x.why, x.room, x.name
            ),
        ),
        c.InvitationRefused: Step(
            may=(w.NOBODY,),
            do=lambda context, crisis, x: crisis_room.invitation_refused(
                context, crisis, x.person, x.why
            ),
        ),
        c.MemberJoined: _moved(presence.joined),
        c.MemberLeft: _moved(presence.left),
    },
    timers={
        t.AnswerAwaited: request.unanswered,
        t.RoomAwaited: crisis_room.call_without,
        t.MemberChase: _led_on(member_list.chase),
        t.MembersAwaited: Reads(_chase_agreement),
        t.LeadAwaited: leads.chase,
        t.BriefingDue: _led_on(informing.remind),
        t.ActionDue: _led_on(actions.remind),
        t.ArchiveRoom: crisis_room.archive,
    },
)
