"""Use cases of crises (Rules CRI-1 to CRI-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    news,
)
from escalation import commands as c
from escalation.alarms import Alarm
from escalation.contract import PROVIDER
from escalation.crisis import Crisis, CrisisState
from escalation.evolve import replace
from escalation.incident import Incident
from escalation.kinds import CRISIS, INCIDENT, Record
from escalation.ports import Transaction
from escalation.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.turn import Turn
from escalation.usecases.reports import draft_for
from escalation.usecases.saving import save

SLACK_SAYS = "event"

# ── asking and answering ─────────────────────────────────────────────────────────────────────


def ask(tx: Transaction, turn: Turn, command: c.AskCrisis) -> Crisis:
    """Ask for a crisis cell, about an incident or not (Rule CRI-2)."""
    authority.require(turn, command)
    incident = _named(tx, turn, command.incident) if command.incident else None
    crisis_id = tx.next_id(command.contract, CRISIS.prefix)
    crisis = cell_request.ask(turn, command, crisis_id, incident)
    if incident is not None:
        incident = replace(incident, crises=(*incident.crises, crisis.id))
        if turn.contract.person(turn.actor).organisation == PROVIDER:
            # asking the client's counterpart is telling the client
            incident = news.inform_client(turn, incident, "crisis")
        tx.put(news.show(turn, incident))
    return crisis


def accept(tx: Transaction, turn: Turn, command: c.AcceptCrisis) -> Crisis:
    """The counterpart accepts: the cell forms, its room opens, both firms hear (CRI-2 to CRI-5)."""
    crisis, incident = _loaded(tx, turn, command)
    crisis = cell_request.accept(turn, crisis)
    crisis = cell_room.open_room(turn, crisis, incident)
    crisis = cell_members.convene(turn, crisis, incident)
    crisis = cell_inform.announce(turn, crisis)
    crisis = cell_inform.start_reminders(turn, crisis)
    _show(turn, incident)
    return crisis


def refuse(tx: Transaction, turn: Turn, command: c.RefuseCrisis) -> Crisis:
    """The counterpart refuses, with a reason (Rule CRI-2)."""
    crisis, incident = _loaded(tx, turn, command)
    crisis = cell_request.refuse(turn, crisis, command.reason)
    _show(turn, incident)
    return crisis


def close(tx: Transaction, turn: Turn, command: c.CloseCrisis) -> Crisis:
    """A lead agrees to close; with both, the report is drafted. An asker may still withdraw."""
    crisis, incident = _loaded(tx, turn, command)
    if crisis.state is CrisisState.ASKED:
        crisis = cell_request.withdraw(turn, crisis)
    else:
        crisis = cell_close.close(turn, crisis)
        if crisis.state is CrisisState.CLOSED:
            crisis = _reported(tx, turn, crisis, incident)
    _show(turn, incident)
    return crisis


def _reported(tx: Transaction, turn: Turn, crisis: Crisis, incident: Incident | None) -> Crisis:
    """The written report after a crisis, where it is due now (Rule CRI-9)."""
    report = draft_for(tx, turn, incident=incident, crisis=crisis)
    if report is None:
        return crisis
    if incident is not None and report.incident == incident.id and incident.report is None:
        tx.put(replace(incident, report=report.id))
    return replace(crisis, report=report.id)


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


def _loaded(tx: Transaction, turn: Turn, command: c.OnCrisis) -> tuple[Crisis, Incident | None]:
    """The crisis and its incident, under the contract the crisis was asked for under."""
    crisis = tx.get(CRISIS, command.contract, command.crisis)
    turn.contract = tx.contract_version(crisis.contract, crisis.contract_version)
    authority.require(turn, command, crisis)
    return crisis, tx.get(INCIDENT, crisis.contract, crisis.incident) if crisis.incident else None


def _show(turn: Turn, incident: Incident | None) -> None:
    if incident is not None:
        news.show(turn, incident)


# ── in the cell ──────────────────────────────────────────────────────────────────────────────

Step = Callable[[Turn, Crisis, Any], Crisis]


def _deed(step: Step) -> Callable[[Transaction, Turn, Any], Record]:
    """The use case of a rule that needs the crisis alone."""

    def deed(tx: Transaction, turn: Turn, command: c.OnCrisis) -> Crisis:
        crisis, _ = _loaded(tx, turn, command)
        return step(turn, crisis, command)

    return deed


def _came_or_went(
    step: Callable[[Turn, Crisis], Crisis],
) -> Callable[[Transaction, Turn, Any], Record]:
    """What Slack says has happened is recorded, whoever it was: nobody asks leave for it.

    Who says so themselves is a member of the cell, or the delegate of one.
    """

    def deed(tx: Transaction, turn: Turn, command: c.OnCrisis) -> Crisis:
        if command.source == SLACK_SAYS:
            crisis = tx.get(CRISIS, command.contract, command.crisis)
            turn.contract = tx.contract_version(crisis.contract, crisis.contract_version)
        else:
            crisis, _ = _loaded(tx, turn, command)
            cell.require_open(crisis)
            if crisis.member(turn.actor) is None:
                raise NotAllowed("not_a_member", person=turn.actor)
        return step(turn, crisis)

    return deed


IN_THE_CELL: dict[type[c.Command], Step] = {
    c.AddMember: lambda turn, crisis, a: cell_members.add(turn, crisis, a.person),
    c.AddSupplier: lambda turn, crisis, a: cell_members.add_supplier(turn, crisis, a.supplier),
    c.RemoveMember: lambda turn, crisis, a: cell_members.remove(turn, crisis, a.person),
    c.AgreeMembers: lambda turn, crisis, _: cell_members.agree(turn, crisis),
    c.NameDelegate: lambda turn, crisis, a: cell_members.name_delegate(
        turn, crisis, a.delegate, a.member
    ),
    c.SetBrief: lambda turn, crisis, a: cell_record.set_brief(turn, crisis, a.text),
    c.Decide: lambda turn, crisis, a: cell_record.decide(turn, crisis, a.text),
    c.AddAction: lambda turn, crisis, a: cell_record.add_action(
        turn, crisis, a.text, a.owner, a.due
    ),
    c.CompleteAction: lambda turn, crisis, a: cell_record.complete(turn, crisis, a.number),
    c.OfferLead: lambda turn, crisis, a: cell_lead.offer(turn, crisis, a.leads),
    c.ConfirmLead: lambda turn, crisis, _: cell_lead.confirm(turn, crisis),
    c.NameCommunicationLead: lambda turn, crisis, a: cell_lead.name_communication_lead(
        turn, crisis, a.person
    ),
    c.RecordBriefing: lambda turn, crisis, a: cell_inform.record_briefing(
        turn, crisis, a.text, a.audience
    ),
    c.RoomOpened: lambda turn, crisis, a: cell_room.room_opened(
        turn, crisis, a.room, a.name, a.left
    ),
    c.RoomRefused: lambda turn, crisis, a: cell_room.room_refused(
        turn, crisis, a.why, a.room, a.name
    ),
    c.InvitationRefused: lambda turn, crisis, a: cell_room.invitation_refused(
        turn, crisis, a.person, a.why
    ),
}

DEEDS: dict[type[c.Command], Callable[[Transaction, Turn, Any], Record]] = {
    c.AskCrisis: ask,
    c.AcceptCrisis: accept,
    c.RefuseCrisis: refuse,
    c.CloseCrisis: close,
    c.MemberJoined: _came_or_went(cell_presence.joined),
    c.MemberLeft: _came_or_went(cell_presence.left),
    **{command: _deed(step) for command, step in IN_THE_CELL.items()},
}

# ── alarms ───────────────────────────────────────────────────────────────────────────────────

RINGS: dict[str, Callable[[Turn, Crisis, Alarm], Crisis]] = {
    "request": cell_request.unanswered,
    "room": cell_room.call_without,
    "member": cell_presence.chase,
    "inform": cell_inform.remind,
    "action": cell_record.remind,
    "archive": cell_room.archive,
}


def answer(tx: Transaction, turn: Turn, record: Crisis, alarm: Alarm) -> None:
    """Answer a due alarm of a crisis, and save."""
    rule = RINGS[alarm.name.partition("/")[0]]
    save(tx, turn, rule(turn, record, alarm))
