"""Tell who may do what: all are who Slack says, may do what the contract says (decision 14).

Each step declares who may; any one of them is enough (`escalation.perform.rights` is the table).
What depends on the turn of events (who was asked, whose turn it is) is the rules' matter. Who may
not even know of a record is answered as if it did not exist (Rule CON-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.refusals import NotAllowed
from escalation.base.timer_names.ladder import up
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract, Person, Role
from escalation.decision.commands.command import Command
from escalation.duty import availability
from escalation.people import roles as w
from escalation.people.acquaintance import known_to, taking_part
from escalation.records.change import Change
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import Record, kind_of
from escalation.records.problem import Problem
from escalation.records.report import Report
from escalation.records.visibility import sight_of

MOST_NAMED = 3  # more names than that help nobody at three in the morning


def require(
    contract: Contract,
    person_id: str,
    may: Sequence[w.Who],
    record: Record | None,
    *,
    at: datetime,
    command: Command | None = None,
    filling: bool = False,
) -> None:
    """Raise NotAllowed("not_your_role", needed=[…]) unless this person is one of those who may.

    Raises NotFound where they need not know of the record. `command` and `filling` as in `Case`.
    """
    if person_id == ESCALADE:
        return
    needed = [who.code for who in may]
    if not contract.knows(person_id):
        raise NotAllowed("not_your_role", needed=needed)
    if record is not None and not _visible_at(contract, person_id, record, at):
        raise kind_of(record).not_found(record.id)
    case = w.Case(
        contract=contract,
        person=contract.person(person_id),
        record=record,
        command=command,
        at=at,
        filling=filling,
    )
    if not any(who.fits(case) for who in may):
        raise NotAllowed("not_your_role", needed=needed, people=_who_may(case, may))


_MANAGERS = {Change: Role.CHANGE_MANAGER, Problem: Role.PROBLEM_MANAGER}


def _who_may(case: w.Case, may: Sequence[w.Who]) -> list[str]:
    """Return whom the caller can ask instead: of their own firm, else of those they know (CON-2).

    Those first who hold a post and are there; where nobody may, who manages such records. Nobody,
    to whom knows none of them.
    """
    contract, firm = case.contract, case.person.organisation
    others = [p for p in known_to(contract, firm).people if p.id != case.person.id]
    own = [p for p in others if p.organisation == firm]
    roles = (_MANAGERS.get(type(case.record)), Role.INCIDENT_MANAGER)
    held = ([p for p in others if role in p.roles] for role in roles)
    managers: list[Person] = next(filter(None, held), [])
    may_too = (
        [p for p in group if any(who.fits(replace(case, person=p)) for who in may)]
        for group in (own, others)
    )
    found = next(filter(None, may_too), managers)
    found.sort(key=lambda p: _how_near(contract, p, case.at))
    return [p.id for p in found[:MOST_NAMED]]


def _how_near(contract: Contract, person: Person, at: datetime | None) -> tuple[bool, int]:
    away = at is not None and not availability.present(contract, person.id, at)
    return away, contract.level_of(person.id) or len(contract.echelons) + 1


def visible(contract: Contract, person_id: str, record: Record) -> bool:
    """Return whether this person needs to know of the record at all (Rules CON-2, INC-7)."""
    if person_id == ESCALADE:
        return True
    if not contract.knows(person_id) or record.contract != contract.id:
        return False
    if (seen_by := kind_of(record).seen_by) is not None:
        return bool(seen_by(contract, person_id, record))
    person = contract.person(person_id)
    if isinstance(record, Incident):
        return sight_of(contract, person_id).sees(record)
    if isinstance(record, Crisis):
        return _concerned_by_crisis(contract, person, record)
    if isinstance(record, Cover):
        asker = contract.recalled(record.asked_by)
        return asker is not None and asker.organisation == person.organisation
    if person.organisation == PROVIDER:
        return True
    return (
        isinstance(record, Report)
        and person.organisation == CLIENT
        and _reads_report(contract, person, record)
    )


def _visible_at(contract: Contract, person_id: str, record: Record, at: datetime) -> bool:
    """Tell whether they, or somebody of their firm for whom they stand in, need to know of it."""
    if visible(contract, person_id, record):
        return True
    firm = contract.person(person_id).organisation
    return any(
        visible(contract, each.id, record)
        for each in contract.people
        if each.absences
        and each.organisation == firm
        and availability.stand_in(contract, each.id, at) == person_id
    )


def _concerned_by_crisis(contract: Contract, person: Person, crisis: Crisis) -> bool:
    """Tell whether somebody takes part, was asked, stands high enough, or follows all incidents."""
    if person.id in taking_part(crisis) or person.id in contract.crisis.help_desk:
        return True
    follows = {Role.HELP_DESK, Role.INCIDENT_MANAGER, Role.SERVICE_DELIVERY_MANAGER}
    if person.organisation == PROVIDER and follows & set(person.roles):
        return True
    return contract.level_of(person.id) >= contract.crisis.may_ask_from_level


def _reads_report(contract: Contract, person: Person, report: Report) -> bool:
    """Return whether somebody of the client approves reports, receives them or led the crisis."""
    case = w.Case(contract=contract, person=person, record=report)
    approves = any(who.fits(case) for who in w.APPROVERS)
    own = contract.crisis.report_list if report.of_cell else ()
    return approves or person.id in (own or contract.report.client_list)


def part_for(
    contract: Contract, person_id: str, incident: Incident, related: Iterable[Record]
) -> Incident:
    """Return what of a visible incident this person needs to know (Rule CON-2).

    Of the records it names, those that they may know of; and for a supplier's person, the
    escalations that lead to their firm, and the waiting for it or for the client. `related` are the
    records that the incident names: its crises, its report, its original.
    """
    seen = {record.id for record in related if visible(contract, person_id, record)}
    part = replace(
        incident,
        crises=tuple(crisis for crisis in incident.crises if crisis in seen),
        problems=tuple(problem for problem in incident.problems if problem in seen),
        report=incident.report if incident.report in seen else None,
        merged_into=incident.merged_into if incident.merged_into in seen else None,
    )
    firm = contract.person(person_id).organisation
    if firm in {PROVIDER, CLIENT}:
        return part
    theirs = {ladder.id for ladder in contract.ladders if ladder.towards == firm}
    alarms = incident.alarms
    for escalation in incident.walks:
        if escalation.ladder not in theirs:
            alarms = alarms.clear_if(up(escalation.ladder))
    walks = tuple(escalation for escalation in incident.walks if escalation.ladder in theirs)
    pauses = tuple(pause for pause in incident.pauses if pause.waiting_for in {firm, CLIENT})
    return replace(part, walks=walks, alarms=alarms, pauses=pauses)
