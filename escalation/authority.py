"""Who may do what: everyone is who Slack says, may do what the contract says (design, decision 14).

`RIGHTS` is the whole answer, one row for each command. A row names who may; any one of them is
enough. What depends on the turn of events (who was asked, whose turn it is) is the rules' matter.
Somebody who may not even know of a record is answered as if it did not exist (Rule CON-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from escalation import commands as c
from escalation import who as w
from escalation.acquaintance import taking_part
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract, Person, Role
from escalation.crisis import Crisis
from escalation.evolve import replace
from escalation.incident import Incident
from escalation.kinds import Record, kind_of
from escalation.refusals import NotAllowed
from escalation.report import Report
from escalation.sight import sight_of
from escalation.turn import Turn

_MANAGERS = (w.INCIDENT_MANAGER, w.DELIVERY_MANAGER, w.TEAM_LEADER)
_ON_A_WALK = (w.SIDE, w.INCIDENT_MANAGER)
_EDITORS = (w.REPORT_OWNER, *_MANAGERS, w.COORDINATOR)
_IN_THE_CELL = (w.MEMBER, w.CRISIS_LEAD, w.COMMUNICATION_LEAD)

# ── may do what ──────────────────────────────────────────────────────────────────────────────

RIGHTS: dict[type[c.Command], tuple[w.Who, ...]] = {
    c.OpenIncident: (w.ANYONE,),
    c.AddNote: (w.ANYONE,),
    c.TakeIncident: (w.OF_PROVIDER,),
    c.AssignIncident: (w.OF_PROVIDER,),
    c.SetPriority: (w.OF_PROVIDER, w.RESPONSIBLE_GROUP),
    c.WaitFor: (w.OF_PROVIDER,),
    c.ResumeWork: (w.OF_PROVIDER,),
    c.ForeseeDelay: (w.OF_PROVIDER,),
    c.ResolveIncident: (w.OF_PROVIDER,),
    c.VerifyIncident: (w.REQUESTER,),
    c.CloseIncident: _MANAGERS,
    c.ReopenIncident: (w.REQUESTER, *_MANAGERS, w.DIRECTOR),
    c.MergeIncident: (w.OF_PROVIDER,),
    c.CancelIncident: (w.OF_PROVIDER, w.REQUESTER),
    c.ReplanIncident: (w.INCIDENT_MANAGER, w.DELIVERY_MANAGER),
    # ladders
    c.EscalateUp: (w.ECHELON, w.ASSIGNEE, w.INCIDENT_MANAGER, w.SUPPLIER_LADDER),
    c.AcknowledgePing: _ON_A_WALK,
    c.HandOverPing: _ON_A_WALK,
    c.AddToRung: _ON_A_WALK,
    c.SnoozeLadder: _ON_A_WALK,
    c.StepDown: _ON_A_WALK,
    c.SettleLadder: _ON_A_WALK,
    # crises
    c.AskCrisis: (w.CRISIS_LEVEL,),
    c.AcceptCrisis: (w.ECHELON, w.ASKED),
    c.RefuseCrisis: (w.ECHELON, w.ASKED),
    c.AddMember: (w.CRISIS_LEAD,),
    c.AddSupplier: (w.CRISIS_LEAD,),
    c.RemoveMember: (w.CRISIS_LEAD,),
    c.AgreeMembers: (w.CRISIS_LEAD,),
    c.NameDelegate: (w.REPRESENTED,),
    c.SetBrief: (w.CRISIS_LEAD,),
    c.Decide: _IN_THE_CELL,
    c.AddAction: _IN_THE_CELL,
    c.CompleteAction: (w.ACTION_OWNER, w.CRISIS_LEAD),
    c.OfferLead: (w.CRISIS_LEAD, w.PROPOSED_LEAD),
    c.ConfirmLead: (w.CRISIS_LEAD, w.PROPOSED_LEAD),
    c.NameCommunicationLead: (w.CRISIS_LEAD,),
    c.RecordBriefing: _IN_THE_CELL,
    c.CloseCrisis: (w.CRISIS_LEAD,),
    c.RoomOpened: (w.NOBODY,),
    c.RoomRefused: (w.NOBODY,),
    c.InvitationRefused: (w.NOBODY,),
    c.MemberJoined: (w.ANYONE,),
    c.MemberLeft: (w.ANYONE,),
    # reports
    c.EditReport: _EDITORS,
    c.ApproveReport: (*_EDITORS, w.QUALITY_MANAGER, w.CIO, w.SERVICE_OWNER),
    c.IssueReport: (w.REPORT_OWNER, w.DELIVERY_MANAGER, w.INCIDENT_MANAGER),
    c.ReportHeldBack: (w.NOBODY,),
    # the courier's own
    c.RecordDelivery: (w.NOBODY,),
}


def require(turn: Turn, command: c.Command, record: Record | None = None) -> None:
    """Raise NotAllowed("not_your_role", needed=[…]) unless the caller may give this command."""
    if command.by == ESCALADE:
        return
    contract = turn.contract
    if not contract.knows(command.by):
        raise NotAllowed("not_your_role", needed=[who.code for who in RIGHTS[type(command)]])
    if record is not None and not visible(contract, command.by, record):
        raise kind_of(record).not_found(record.id)
    case = w.Case(
        contract=contract,
        person=contract.person(command.by),
        record=record,
        command=command,
        at=turn.now,
    )
    row = RIGHTS[type(command)]
    if not any(who.fits(case) for who in row):
        raise NotAllowed("not_your_role", needed=[who.code for who in row])


def require_any(
    contract: Contract,
    person_id: str,
    commands: Sequence[type[c.Command]],
    record: Record | None,
    *,
    at: datetime,
) -> None:
    """Raise as `require` unless this person may give one of these commands, whatever it names.

    Asked before a form opens, and before a name in a line is looked up (Rule CON-2).
    """
    row = list(dict.fromkeys(who for command in commands for who in RIGHTS[command]))
    needed = [who.code for who in row]
    if not contract.knows(person_id):
        raise NotAllowed("not_your_role", needed=needed)
    if record is not None and not visible(contract, person_id, record):
        raise kind_of(record).not_found(record.id)
    person = contract.person(person_id)
    case = w.Case(contract=contract, person=person, record=record, at=at, filling=True)
    if not any(who.fits(case) for who in row):
        raise NotAllowed("not_your_role", needed=needed)


def allowed(
    contract: Contract,
    person_id: str,
    command: type[c.Command],
    record: Record | None = None,
    *,
    at: datetime | None = None,
) -> bool:
    """Whether this person may, so that views offer only what fits; `at` lets stand-ins count."""
    if person_id == ESCALADE:
        return True
    if not contract.knows(person_id):
        return False
    if record is not None and not visible(contract, person_id, record):
        return False
    case = w.Case(contract=contract, person=contract.person(person_id), record=record, at=at)
    return any(who.fits(case) for who in RIGHTS[command])


def visible(contract: Contract, person_id: str, record: Record) -> bool:
    """Whether this person needs to know of the record at all (Rules CON-2, INC-7)."""
    if person_id == ESCALADE:
        return True
    if not contract.knows(person_id) or record.contract != contract.id:
        return False
    person = contract.person(person_id)
    if isinstance(record, Incident):
        return sight_of(contract, person_id).sees(record)
    if isinstance(record, Crisis):
        return _concerned_by_crisis(contract, person, record)
    if person.organisation == PROVIDER:
        return True
    return person.organisation == CLIENT and _reads_report(contract, person, record)


def _concerned_by_crisis(contract: Contract, person: Person, crisis: Crisis) -> bool:
    """Whether somebody takes part, was asked, stands high enough, or follows all incidents."""
    if person.id in taking_part(crisis) or person.id in contract.crisis.help_desk:
        return True
    follows = {Role.HELP_DESK, Role.INCIDENT_MANAGER, Role.SERVICE_DELIVERY_MANAGER}
    if person.organisation == PROVIDER and follows & set(person.roles):
        return True
    return contract.level_of(person.id) >= contract.crisis.may_ask_from_level


def _reads_report(contract: Contract, person: Person, report: Report) -> bool:
    """Whether somebody of the client approves reports, receives them or led the crisis."""
    case = w.Case(contract=contract, person=person, record=report)
    approves = any(who.fits(case) for who in RIGHTS[c.ApproveReport])
    return approves or person.id in contract.report.client_list


def part_for(
    contract: Contract, person_id: str, incident: Incident, related: Iterable[Record]
) -> Incident:
    """What of a visible incident this person needs to know (Rule CON-2).

    Of the records it names, those that they may know of; and for a supplier's person, the walks
    that lead to their firm, and the waiting for it or for the client. `related` are the records
    that the incident names: its crises, its report, its original.
    """
    seen = {record.id for record in related if visible(contract, person_id, record)}
    part = replace(
        incident,
        crises=tuple(crisis for crisis in incident.crises if crisis in seen),
        report=incident.report if incident.report in seen else None,
        merged_into=incident.merged_into if incident.merged_into in seen else None,
    )
    firm = contract.person(person_id).organisation
    if firm in {PROVIDER, CLIENT}:
        return part
    theirs = {ladder.id for ladder in contract.ladders if ladder.towards == firm}
    alarms = incident.alarms
    for walk in incident.walks:
        if walk.ladder not in theirs:
            alarms = alarms.clear_under(f"ladder/{walk.ladder}/")
    walks = tuple(walk for walk in incident.walks if walk.ladder in theirs)
    pauses = tuple(pause for pause in incident.pauses if pause.waiting_for in {firm, CLIENT})
    return replace(part, walks=walks, alarms=alarms, pauses=pauses)
