"""Who may do what, and need to know (CON-2; design, decision 14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from escalation.base.declared import declared_in, table
from escalation.base.refusals import NotAllowed, NotFound
from escalation.contract import ESCALADE, PROVIDER, Role, RotaChange
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import (
    AddMember,
    AgreeMembers,
    AskCrisis,
    CloseCrisis,
    CompleteAction,
    Decide,
    InvitationRefused,
    MemberJoined,
    NameDelegate,
    RoomOpened,
    RoomRefused,
)
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.commands.incident import (
    AddNote,
    AssignIncident,
    CancelIncident,
    CloseIncident,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ReplanIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    SetSite,
    TakeIncident,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import AcknowledgePing, EscalateUp, SettleLadder
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    ReportHeldBack,
)
from escalation.messages.destinations import To
from escalation.people import rights as authority
from escalation.perform import rights
from escalation.perform.practice import Step
from escalation.records.crisis import Action, Crisis, CrisisState, Member
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident, Origin
from escalation.records.report import Report
from tests.agreement import PEOPLE, agreement, paris
from tests.kept import incidents_of
from tests.story import NOON, Story

CONTRACT = agreement()
PROVIDERS = {p.id for p in PEOPLE if p.organisation == PROVIDER}
CLIENTS = {p.id for p in PEOPLE if p.organisation == "client"}
NETWORK = {"nora", "rex"}
EVERYBODY = PROVIDERS | CLIENTS | NETWORK
MANAGERS = {"sam", "sue", "tom"}
POSTS = {"tom", "tess", "ned", "nia", "sam", "sue", "dan", "bea"} | {
    "olga", "otto", "hana", "cid", "eve",
}  # fmt: skip


def incident(**changes: Any) -> Incident:
    escalation = Escalation(
        ladder="client",
        reason="",
        started_by=ESCALADE,
        started_at=NOON,
        rung_started_at=NOON,
        sides=(
            SideCalls(side="provider", queue=("tom",)),
            SideCalls(side="client", queue=("olga",)),
        ),
    )
    values: dict[str, Any] = {
        "id": "INC-0001",
        "contract": "acme",
        "contract_version": "v1",
        "title": "VPN down",
        "component": "vpn",
        "requester": "rita",
        "opened_by": "rita",
        "opened_at": NOON,
        "assignee": "hal",
        "walks": (escalation,),
    }
    return Incident(**values | changes)


RIGHTS: list[tuple[type[Command], set[str]]] = [
    (OpenIncident, EVERYBODY),
    (AddNote, EVERYBODY),
    (SetSite, PROVIDERS | CLIENTS),
    (TakeIncident, PROVIDERS | {"olga", "otto"}),
    (AssignIncident, PROVIDERS),
    (SetPriority, PROVIDERS),
    (WaitFor, PROVIDERS),
    (ResumeWork, PROVIDERS),
    (ForeseeDelay, PROVIDERS),
    (ResolveIncident, PROVIDERS),
    (VerifyIncident, {"rita"}),
    (CloseIncident, MANAGERS),
    (ReopenIncident, {"rita", "dan"} | MANAGERS),
    (MergeIncident, PROVIDERS),
    (CancelIncident, MANAGERS | {"rita"}),
    (ReplanIncident, {"sam", "sue"}),
    (EscalateUp, POSTS | {"hal", "nora", "rex"}),
    (AcknowledgePing, PROVIDERS | CLIENTS),
    (SettleLadder, PROVIDERS | CLIENTS),
    (AskCrisis, {"sam", "sue", "dan", "bea", "hana", "cid", "eve"}),
    (RoomOpened, set()),
    (RoomRefused, set()),
    (InvitationRefused, set()),
    (ReportHeldBack, set()),
    (RecordDelivery, set()),
]


@pytest.mark.parametrize(("command", "may"), RIGHTS, ids=lambda v: getattr(v, "__name__", ""))
def test_con_2_everyone_does_what_their_role_permits_and_no_more(
    command: type[Command], may: set[str]
) -> None:
    record = None if command in {OpenIncident, AskCrisis} else incident()
    assert {p for p in EVERYBODY if rights.allowed(CONTRACT, p, command, record)} == may
    assert rights.allowed(CONTRACT, ESCALADE, command, record)
    assert not rights.allowed(CONTRACT, "ghost", command, record)


CELL = Crisis(
    id="CRI-0001",
    contract="acme",
    contract_version="v1",
    incident="INC-0001",
    reason="VPN down",
    state=CrisisState.OPEN,
    asked_by="sam",
    asked_side="provider",
    asked_at=NOON,
    level=2,
    initiators={"provider": "sam", "client": "hana"},
    leads={"provider": "dan", "client": "cid"},
    communication={"provider": "tom"},
    members=tuple(
        Member(person=p, mandated=True, why="as_of_right") for p in ("sam", "hana", "dan", "cid")
    ),
    actions=(Action(number=1, text="call", owner="olga", due=None, by="sam", at=NOON),),
)
PAPER = Report(
    id="REP-0001",
    contract="acme",
    contract_version="v1",
    incident="INC-0001",
    owner="hal",
    coordinators=("hana",),
    drafted_at=NOON,
    deadline=NOON,
)
LEADS = {"sam", "hana", "dan", "cid"}
CONCERNED = LEADS | {"sue", "bea", "eve", "tom", "hal", "olga"}


@pytest.mark.parametrize(
    ("command", "may"),
    [
        (AddMember, LEADS),
        (AgreeMembers, LEADS),
        (CloseCrisis, LEADS),
        (Decide, LEADS | {"tom"}),
        (CompleteAction, LEADS | {"olga"}),
        (NameDelegate, LEADS),
        (MemberJoined, CONCERNED),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_con_2_a_crisis_is_led_by_its_leads(command: type[Command], may: set[str]) -> None:
    assert {p for p in EVERYBODY if rights.allowed(CONTRACT, p, command, CELL)} == may


def test_cri_3_the_lead_of_a_side_names_a_delegate_for_its_members_only() -> None:
    def names(by: str, member: str) -> None:
        command = NameDelegate(
            contract="acme", by=by, crisis="CRI-0001", delegate="otto", member=member
        )
        may = rights.RIGHTS[NameDelegate]
        authority.require(CONTRACT, by, may, CELL, at=NOON, command=command)

    names("cid", "hana")
    names("hana", "hana")
    with pytest.raises(NotAllowed):
        names("dan", "hana")


@pytest.mark.parametrize(
    ("command", "may"),
    [
        (EditReport, MANAGERS | {"hal", "hana"}),
        (ApproveReport, MANAGERS | {"hal", "hana", "cid"}),
        (IssueReport, {"hal", "sam", "sue"}),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_con_2_a_report_is_written_approved_and_issued_by_those_named(
    command: type[Command], may: set[str]
) -> None:
    assert {p for p in EVERYBODY if rights.allowed(CONTRACT, p, command, PAPER)} == may


def test_every_command_is_declared_with_its_right() -> None:
    kinds = {
        kind
        for kind in declared_in("escalation.decision.commands", Command)
        if not kind.__name__.startswith("On") and kind is not Command
    }
    assert set(rights.RIGHTS) == kinds


def test_a_command_without_a_right_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="without a right"):
        Step(may=(), do=lambda context, record, command: record)
    with pytest.raises(TypeError, match="may"):
        Step(do=lambda context, record, command: record)
    with pytest.raises(ValueError, match="AddNote"):
        table([rights.RIGHTS, {AddNote: ()}])


def test_a_refusal_says_whose_role_it_takes() -> None:
    story = Story()
    made = story.resolved()
    with pytest.raises(NotAllowed, match="not_your_role") as refusal:
        story.do(CloseIncident, "rita", made)
    assert refusal.value.facts["needed"] == [
        "incident_manager",
        "service_delivery_manager",
        "team_leader",
    ]
    assert not isinstance(refusal.value, NotFound)


def test_a_role_of_the_other_firm_does_not_count() -> None:
    people = tuple(
        replace(p, roles=(Role.INCIDENT_MANAGER,)) if p.id == "cid" else p for p in PEOPLE
    )
    contract = agreement(people=people)
    assert not rights.allowed(contract, "cid", CloseIncident, incident())


def test_con_2_a_crisis_and_a_report_are_seen_by_whom_they_concern() -> None:
    assert {p for p in EVERYBODY if authority.visible(CONTRACT, p, CELL)} == CONCERNED
    joined = replace(CELL, members=(*CELL.members, Member(person="rex", mandated=False, why="")))
    assert authority.visible(CONTRACT, "rex", joined)
    readers = PROVIDERS | {"hana", "cid"}
    assert {p for p in EVERYBODY if authority.visible(CONTRACT, p, PAPER)} == readers
    led = replace(PAPER, coordinators=("eve",))
    assert authority.visible(CONTRACT, "eve", led)


def test_con_2_a_supplier_sees_only_what_concerns_it() -> None:
    assert authority.visible(CONTRACT, "nora", incident(component="vpn"))
    elsewhere = incident(component="mail")
    assert not authority.visible(CONTRACT, "nora", elsewhere)
    assert authority.visible(CONTRACT, "nora", replace(elsewhere, groups=("netops",)))
    towards = Escalation(
        ladder="network", reason="", started_by="tom", started_at=NOON, rung_started_at=NOON
    )
    assert authority.visible(CONTRACT, "rex", replace(elsewhere, walks=(towards,)))


def test_con_2_what_one_may_not_know_of_is_answered_as_if_it_did_not_exist() -> None:
    may = rights.RIGHTS[AddNote]
    with pytest.raises(NotFound, match="unknown_incident"):
        authority.require(CONTRACT, "nora", may, incident(component="mail"), at=NOON)
    hidden = incident(client_informed=False, requester="hal")
    assert not authority.visible(CONTRACT, "cid", hidden)
    assert authority.visible(CONTRACT, "tom", hidden)


def test_con_2_nobody_of_one_contract_sees_anything_of_another() -> None:
    other = agreement(id="other", name="Other")
    story = Story(agreement(), other)
    made = story.opened()
    note = AddNote(contract="other", by="tom", incident=made, text="?")
    with pytest.raises(NotFound) as foreign:
        story.memory.do(note, NOON)
    with pytest.raises(NotFound) as absent:
        story.memory.do(replace(note, incident="INC-0099"), NOON)
    assert foreign.value.code == absent.value.code
    assert foreign.value.facts == {"id": made}
    assert not authority.visible(other, "tom", story[made])
    assert story.memory.timeline("other", made) == []
    assert incidents_of(story.memory, "other") == []


def test_con_2_effects_go_to_people_of_the_contract_and_its_rooms_only() -> None:
    story = Story()
    made = story.resolved(component="vpn")
    story.wait(hours=5)
    story.do(VerifyIncident, "rita", made, fixed=True)
    story.do(CloseIncident, "sam", made)
    for _, effect in story.memory.outbox:
        assert effect.to.kind is To.ROOM or CONTRACT.knows(effect.to.person)
        assert effect.contract == "acme"
    assert not {str(e.to) for _, e in story.memory.outbox} & {f"person/{n}" for n in NETWORK}


def test_con_2_a_supplier_who_is_not_concerned_hears_nothing_of_it() -> None:
    story = Story()
    made = story.opened(component="mail", by="hal", origin=Origin.TICKET)
    with pytest.raises(NotFound):
        story.do(AddNote, "nora", made, text="what is it?")


def test_somebody_unknown_is_sent_to_the_help_desk() -> None:
    story = Story()
    with pytest.raises(NotAllowed, match="unknown_person") as refusal:
        story.opened(by="stranger")
    assert refusal.value.facts["contacts"] == ["Hal Helpdesk"]


def test_decision_3_the_same_command_twice_changes_nothing_the_second_time() -> None:
    story = Story()
    first = story.opened(key="E-1", component="vpn")
    before = (list(story.memory.chain), list(story.memory.outbox), story[first])
    assert story.opened(key="E-1", component="vpn") == first
    story.do(TakeIncident, "tom", first, key="E-2")
    taken = len(story.memory.chain)
    story.do(TakeIncident, "tom", first, key="E-2")
    assert len(story.memory.chain) == taken
    assert incidents_of(story.memory, "acme")[0].id == first
    assert before[2].id == first
    assert story.opened(key="E-3") != first


def test_cal_6_who_joins_or_leaves_a_rota_holds_the_post_from_that_day_on() -> None:
    (rota,) = CONTRACT.rotas
    joins = RotaChange(starts=date(2026, 9, 7), people=("hal", "nia"))
    contract = agreement(rotas=(replace(rota, changes=(joins,)),))
    before, after = paris("2026-09-07 08:59"), paris("2026-09-07 09:00")

    def may(person: str, at: datetime) -> bool:
        unassigned = incident(assignee=None)
        return rights.allowed(contract, person, EscalateUp, unassigned, at=at)

    assert [may("hal", at) for at in (before, after)] == [False, True]
    assert [may("ned", at) for at in (before, after)] == [True, False]
