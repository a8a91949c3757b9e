"""Tell who somebody is to a record: the words that the table of rights is written in.

Each `Who` has a code, which a refusal carries, and says of a case whether it fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalation.base.evolve import replace
from escalation.contract import CLIENT, PROVIDER, Contract, Person, Post, Role
from escalation.decision.commands import crisis as c
from escalation.decision.commands.command import Command
from escalation.duty import availability
from escalation.duty.keepers import keepers, keepers_of_supplier
from escalation.duty.on_call import on_call
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident
from escalation.records.kinds import Record
from escalation.records.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question: may this person do it to this record? `command` is None while only asking.

    `filling`: a form is asked for, and whom it will name is not known yet.
    """

    contract: Contract
    person: Person
    record: Record | None
    command: Command | None = None
    at: datetime | None = None
    filling: bool = False

    @property
    def incident(self) -> Incident | None:
        """The record, where it is an incident."""
        return self.record if isinstance(self.record, Incident) else None

    @property
    def crisis(self) -> Crisis | None:
        """The record, where it is a crisis."""
        return self.record if isinstance(self.record, Crisis) else None

    @property
    def report(self) -> Report | None:
        """The record, where it is a report."""
        return self.record if isinstance(self.record, Report) else None

    @property
    def cover(self) -> Cover | None:
        """The record, where it is a cover."""
        return self.record if isinstance(self.record, Cover) else None


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who may, by name; the name is the code a refusal carries."""

    code: str
    fits: Callable[[Case], bool]


def responsible_group(contract: Contract, incident: Incident) -> str | None:
    """The support group responsible for the incident's component (Rule ORG-5)."""
    return next((each.group for each in contract.components if each.id == incident.component), None)


def _is_or_stands_in_for(case: Case, person: str) -> bool:
    """Return whether it is them, or who stands in for them while they are away (Rule ORG-3)."""
    if case.person.id == person:
        return True
    return case.at is not None and case.person.id == availability.stand_in(
        case.contract, person, case.at
    )


def _holds(role: Role, organisation: str) -> Callable[[Case], bool]:
    """Of that firm, and in that role: their own, or of somebody away for whom they stand in."""

    def holds(case: Case) -> bool:
        if case.person.organisation != organisation:
            return False
        holders = (
            (case.person,)
            if role in case.person.roles
            else case.contract.holders(role, organisation)
        )
        return any(_is_or_stands_in_for(case, each.id) for each in holders)

    return holds


def client_asked(contract: Contract, incident: Incident) -> bool:
    """Return whether somebody of the client opened or requested it."""
    people = (incident.opened_by, *incident.requesters)
    return any(contract.knows(p) and contract.person(p).organisation == CLIENT for p in people)


def _found_it(case: Case) -> bool:
    """Of the provider, which found it by itself; never a priority 1 (Rules INC-4, INC-19)."""
    incident = case.incident
    if incident is None or incident.ever_priority_1 or case.person.organisation != PROVIDER:
        return False
    return not client_asked(case.contract, incident)


def _requester(case: Case) -> bool:
    """Accept whoever reported it, or a duplicate; while they are absent, their stand-in (INC-4).

    Of what no client asked for, an incident manager too (Rule INC-15).
    """
    incident, contract = case.incident, case.contract
    if incident is None:
        return False
    known = [person for person in incident.requesters if contract.knows(person)]
    unasked = not client_asked(contract, incident)
    if (unasked or not known) and _holds(Role.INCIDENT_MANAGER, PROVIDER)(case):
        return True
    if case.person.id in known:
        return True
    at = case.at
    return at is not None and case.person.id in [
        availability.stand_in(contract, person, at) for person in known
    ]


def _in_responsible_group(case: Case) -> bool:
    """A member of the support group responsible for the component, at severity 4 (Rule INC-2)."""
    incident = case.incident
    return (incident is not None and incident.severity == 4) and any(
        case.person.id in _with_stand_ins(case, group.members)
        for group in case.contract.groups
        if group.id == responsible_group(case.contract, incident)
    )


def _awaited(case: Case) -> bool:
    """Of the firm that is waited for, or was last: they say that it came (Rule INC-9)."""
    pauses = case.incident.pauses if case.incident else ()
    return bool(pauses) and case.person.organisation == pauses[-1].waiting_for


def _resolver(case: Case) -> bool:
    """Accept who resolved it, or stands in, until a manager has confirmed their word (INC-11)."""
    incident = case.incident
    if incident is None or incident.resolved_by is None or incident.cause_confirmed_by:
        return False
    return _is_or_stands_in_for(case, incident.resolved_by)


def _client_peer(case: Case) -> bool:
    """Of the client: asked to agree to a lowering, or in post at that echelon or above (INC-19)."""
    lowering = case.incident.lowering if case.incident else None
    if case.person.organisation != CLIENT:
        return False
    if lowering is None:
        return level_of(case) > 0  # who clicks too late is told that nothing is proposed
    return level_of(case) >= lowering.level or case.person.id in lowering.asked


def _with_stand_ins(case: Case, people: tuple[str, ...]) -> tuple[str, ...]:
    """These people, and at that moment whoever stands in for them (Rule ORG-3)."""
    if case.at is None:
        return people
    return availability.with_stand_ins(case.contract, people, case.at)


def _answer_at(case: Case, post: Post) -> tuple[str, ...]:
    """Holder, deputies, whoever takes turns there or stands in for one of them."""
    turns = (who for rota_id in post.rotas for who in _in_turn(case, rota_id))
    return _with_stand_ins(case, (*post.people, *turns))


def _holds_post(case: Case) -> bool:
    """Holder, deputy, stand-in or on call at some echelon of either firm (Rule ORG-2)."""
    return any(
        case.person.id in _answer_at(case, post)
        for echelon in case.contract.echelons
        for post in (echelon.provider, echelon.client)
    )


def _in_turn(case: Case, rota_id: str) -> tuple[str, ...]:
    """List who takes turns then, or has the duty by a swap; else all whom a list names."""
    if case.at is None:
        return case.contract.rota(rota_id).everybody
    duty = on_call(case.contract, rota_id, case.at)
    return (*case.contract.duty_turns(rota_id).people_at(case.at), duty)


def level_of(case: Case) -> int:
    """The highest level they answer for: in a post, or at that moment on duty or standing in."""
    if case.at is None:
        return case.contract.level_of(case.person.id)
    return availability.level_at(case.contract, case.person.id, case.at)


def _on_supplier_ladder(case: Case) -> bool:
    """Of a supplier, and on the ladder that leads to them (Rule ESC-3)."""
    return any(
        case.person.id in _answer_at(case, rung.supplier)
        for ladder in case.contract.ladders
        if ladder.towards == case.person.organisation
        for rung in ladder.rungs
        if rung.supplier
    )


def _on_a_side(case: Case) -> bool:
    """Of a firm that takes part in one of the incident's escalations."""
    incident = case.incident
    if incident is None:
        return False
    sides = {calls.side for escalation in incident.walks for calls in escalation.sides}
    return case.person.organisation in (sides or {PROVIDER, CLIENT})


def _called(case: Case) -> bool:
    """Called by an escalation under way on its present rung, or in line there (Rule ESC-5)."""
    walks = case.incident.walks if case.incident else ()
    return any(
        each.side_of(case.person.id) is not None or _in_post_there(case, each)
        for each in walks
        if each.active
    )


def _in_post_there(case: Case, escalation: Escalation) -> bool:
    """Return whether they answer for their own firm's post at the rung an escalation stands on."""
    contract, firm = case.contract, case.person.organisation
    rungs = [
        rung for each in contract.ladders if each.id == escalation.ladder for rung in each.rungs
    ]
    if firm not in [calls.side for calls in escalation.sides] or escalation.rung >= len(rungs):
        return False
    rung = rungs[escalation.rung]
    echelon = contract.echelon(rung.level)
    post = {PROVIDER: echelon.provider, CLIENT: echelon.client}.get(firm, rung.supplier)
    return post is not None and case.person.id in _answer_at(case, post)


def _leads_crisis(case: Case) -> bool:
    """An initiator or a lead; until it is answered, whoever asked for the cell."""
    crisis, person = case.crisis, case.person.id
    if crisis is None:
        return False
    if crisis.state is CrisisState.ASKED:
        return person == crisis.asked_by
    return person in {*crisis.initiators.values(), *crisis.leads.values()}


def _asked(case: Case) -> bool:
    """A counterpart who was called: also a stand-in, who holds no post themselves (Rule CRI-2)."""
    return case.crisis is not None and case.person.id in {p.person for p in case.crisis.pings}


def _proposed_lead(case: Case) -> bool:
    """One of those who take over, or who propose themselves (Rules CRI-6, CRI-12)."""
    if case.filling and level_of(case):
        return True
    command, person = case.command, case.person.id
    if isinstance(command, c.OfferLead) and command.leads:
        return person in command.leads.values()
    hand_over = case.crisis.hand_over if case.crisis else None
    if hand_over is not None and person in (*hand_over.leads.values(), *hand_over.silent):
        return True
    return not isinstance(command, c.ConfirmLead) and _higher_than_a_lead(case)


def _higher_than_a_lead(case: Case) -> bool:
    """Of a higher level than who leads the cell for their own firm (Rule CRI-12).

    Where that one is away, or gone: of those who may ask for a cell.
    """
    lead = case.crisis.leads.get(case.person.organisation) if case.crisis else None
    if lead is None:
        return False
    away = case.at is not None and not availability.present(case.contract, lead, case.at)
    if away or not case.contract.knows(lead):
        return level_of(case) >= case.contract.crisis.may_ask_from_level
    return level_of(case) > level_of(replace(case, person=case.contract.person(lead)))


def _member(case: Case) -> bool:
    """On the member list; a visitor who came into the room is not."""
    member = case.crisis.member(case.person.id) if case.crisis else None
    return member is not None and member.why != "visitor"


def _communication_lead(case: Case) -> bool:
    named = case.crisis.communication.values() if case.crisis else ()
    return any(_is_or_stands_in_for(case, person) for person in named)


def _action_owner(case: Case) -> bool:
    if case.crisis is None:
        return False
    answers = (c.CompleteAction, c.DeclineAction)
    number = case.command.number if isinstance(case.command, answers) else None
    return any(
        _is_or_stands_in_for(case, action.owner) and number in (None, action.number)
        for action in case.crisis.actions
    )


def _represented(case: Case) -> bool:
    """The member who names a delegate, or the lead of their side for them (Rule CRI-3)."""
    named = case.command.member if isinstance(case.command, c.NameDelegate) else None
    crisis, contract = case.crisis, case.contract
    if case.filling and crisis is not None:
        return _member(case) or _leads_crisis(case)
    if named is None or named == case.person.id:
        return _member(case)
    if crisis is None or not contract.knows(named):
        return False
    side = contract.person(named).organisation
    # The provider answers for the suppliers it works with.
    side = side if side in {PROVIDER, CLIENT} else PROVIDER
    return case.person.id in {crisis.leads.get(side), crisis.initiators.get(side)}


def _on_rota(case: Case) -> bool:
    """Accept who takes turns in a rota, or has its duty by swap or cover, now or later (CAL-6)."""
    return any(
        case.person.id in (*rota.everybody, *(each.person for each in rota.overrides))
        for rota in case.contract.rotas
    )


def _keeps_rota(case: Case) -> bool:
    """Accept who keeps the cover's rota, or any before there is a cover; or stands in (CAL-6)."""
    contract, at = case.contract, case.at
    rotas = [case.cover.rota] if case.cover else [rota.id for rota in contract.rotas]
    return at is not None and any(case.person.id in keepers(contract, r, at) for r in rotas)


def _keeps_supplier(case: Case) -> bool:
    """Return who keeps the list of a supplier's management, or stands in; of that one (CRI-13)."""
    about = getattr(case.command, "supplier", None)
    return any(
        case.person.id in _with_stand_ins(case, keepers_of_supplier(case.contract, supplier))
        for supplier in case.contract.suppliers
        if about in {None, supplier.id}
    )


ANYONE = Who("anyone", lambda _: True)
NOBODY = Who("escalade", lambda _: False)
OF_PROVIDER = Who("provider", lambda case: case.person.organisation == PROVIDER)
OF_CLIENT = Who("client", lambda case: case.person.organisation == CLIENT)
INCIDENT_MANAGER = Who("incident_manager", _holds(Role.INCIDENT_MANAGER, PROVIDER))
DELIVERY_MANAGER = Who("service_delivery_manager", _holds(Role.SERVICE_DELIVERY_MANAGER, PROVIDER))
TEAM_LEADER = Who("team_leader", _holds(Role.TEAM_LEADER, PROVIDER))
DIRECTOR = Who("director_of_operations", _holds(Role.DIRECTOR_OF_OPERATIONS, PROVIDER))
QUALITY_MANAGER = Who("quality_manager", lambda case: Role.QUALITY_MANAGER in case.person.roles)
CIO = Who("cio", _holds(Role.CIO, CLIENT))
SERVICE_OWNER = Who("service_owner", _holds(Role.SERVICE_OWNER, CLIENT))
REQUESTER = Who("requester", _requester)
FOUND_IT = Who("provider_found", _found_it)
ASSIGNEE = Who(
    "assignee", lambda case: bool(case.incident and case.incident.assignee == case.person.id)
)
RESPONSIBLE_GROUP = Who("responsible_group", _in_responsible_group)
AWAITED = Who("awaited", _awaited)
RESOLVER = Who("resolver", _resolver)
CLIENT_PEER = Who("client_peer", _client_peer)
ECHELON = Who("echelon", _holds_post)
SUPPLIER_LADDER = Who("supplier_ladder", _on_supplier_ladder)
SIDE = Who("side_of_the_walk", _on_a_side)
CALLED = Who("called_at_this_rung", _called)
CRISIS_LEVEL = Who(
    "crisis_level",
    lambda case: level_of(case) >= case.contract.crisis.may_ask_from_level,
)
CRISIS_LEAD = Who("crisis_lead", _leads_crisis)
PROPOSED_LEAD = Who("proposed_lead", _proposed_lead)
ASKED = Who("asked", _asked)
MEMBER = Who("member", _member)
COMMUNICATION_LEAD = Who("communication_lead", _communication_lead)
ACTION_OWNER = Who("action_owner", _action_owner)
REPRESENTED = Who("represented_member", _represented)
REPORT_OWNER = Who(
    "report_owner",
    lambda case: bool(case.report and _is_or_stands_in_for(case, case.report.owner)),
)
COORDINATOR = Who(
    "coordinator", lambda case: bool(case.report and case.person.id in case.report.coordinators)
)
ON_ROTA = Who("on_rota", _on_rota)
COVER_ASKER = Who(
    "cover_asker", lambda case: bool(case.cover and case.cover.asked_by == case.person.id)
)
COVER_ASKED = Who(
    "cover_asked", lambda case: bool(case.cover and case.person.id in case.cover.asked)
)
ROTA_KEEPER = Who("rota_keeper", _keeps_rota)
SUPPLIER_KEEPER = Who("supplier_keeper", _keeps_supplier)

# Those who often may together.
MANAGERS = (INCIDENT_MANAGER, DELIVERY_MANAGER, TEAM_LEADER)
EDITORS = (REPORT_OWNER, *MANAGERS, COORDINATOR)
APPROVERS = (*EDITORS, QUALITY_MANAGER, CIO, SERVICE_OWNER)
