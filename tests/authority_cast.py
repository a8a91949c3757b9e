"""Who is who, and every state a record can be in: what the table of authority is held against.

Written by hand from the agreement of `tests.agreement`, and from nothing in the product: that
somebody is the requester or leads the cell is said here, not asked of the rules under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from escalation.contract import ESCALADE, Contract
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.changes import ChangeRules
from escalation.contract.processes.problems import ProblemRules, Rating
from escalation.decision.commands.change import (
    ApproveChange,
    ClassifyChange,
    CloseChange,
    EndChange,
    LinkCausedIncident,
    OnChange,
    PlanChange,
    RecordStudy,
    RejectChange,
    RequestChange,
    StartChange,
    WithdrawChange,
)
from escalation.decision.commands.change_board import CallBoard, RepresentMember
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import AcceptCover, AskCover, DeclineCover
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AskCrisis,
    CloseCrisis,
    OfferLead,
    OnCrisis,
    RefuseCrisis,
    RoomOpened,
)
from escalation.decision.commands.event import DiscardEvents, PlaceEvents, TakeEvents
from escalation.decision.commands.incident import (
    AssignIncident,
    CancelIncident,
    CloseIncident,
    MergeIncident,
    OnIncident,
    OpenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import EscalateUp
from escalation.decision.commands.problem import (
    AssessProblem,
    CloseProblem,
    DeclineProblem,
    OnProblem,
    OpenProblem,
    ProposeProblemPriority,
    RecordCause,
    RecordFix,
    RecordWorkaround,
    TakeProblem,
)
from escalation.decision.commands.report import ApproveReport, IssueReport
from escalation.plan.memory import Memory
from escalation.records.change import ChangeCategory, ChangeResult
from escalation.records.event import Seen
from escalation.records.incident import Origin
from tests.agreement import PEOPLE, agreement, paris

NOON = paris("2026-07-15 12:00")  # a Wednesday
OTHER = "other"

PROVIDERS = frozenset({"hal", "tom", "tess", "sam", "sue", "dan", "bea", "ned", "nia"})
CLIENTS = frozenset({"olga", "otto", "hana", "cid", "eve", "rita"})
NETWORK = frozenset({"nora", "rex"})
PEOPLE_OF_ACME = PROVIDERS | CLIENTS | NETWORK
STRANGERS = ("nobody-we-know", "fiona")  # the second is named by the other contract only


def contracts() -> tuple[Contract, Contract]:
    """The contract of the table, and another one of the same provider, with one more person."""
    fiona = replace(PEOPLE[0], id="fiona", name="Fiona Foreign", email="fiona@other.example")
    acme = agreement(problems=ProblemRules(), changes=ChangeRules(board=BOARD))
    return acme, agreement(id=OTHER, name="Other", people=(*acme.people, fiona))


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A record in one state, who may know of it, and who is who to it."""

    kind: str  # "incident", "crisis", "report", "cover", "problem", "change", "event" or
    # "none": nothing yet
    state: str
    scope: str
    record: str
    memory: Memory
    now: datetime
    sees: frozenset[str]
    who: Mapping[str, frozenset[str]]

    @property
    def name(self) -> str:
        """A name for messages: "incident resolved (of the client alone)"."""
        return f"{self.kind} {self.state} ({self.scope})"


def fixed_roles() -> dict[str, frozenset[str]]:
    """Those who hold a role or a post, whatever the record."""
    posts = frozenset({"tom", "tess", "ned", "nia", "sam", "sue", "dan", "bea"})
    return {
        "anyone": PEOPLE_OF_ACME,
        "escalade": frozenset(),
        "provider": PROVIDERS,
        "client": CLIENTS,
        "incident_manager": frozenset({"sam", "sue"}),
        "service_delivery_manager": frozenset({"sam"}),
        "team_leader": frozenset({"tom"}),
        "director_of_operations": frozenset({"dan"}),
        "quality_manager": frozenset(),
        "cio": frozenset({"cid"}),
        "service_owner": frozenset({"hana"}),
        "echelon": posts | {"olga", "otto", "hana", "cid", "eve"},
        "supplier_ladder": NETWORK,
        "on_rota": frozenset({"ned", "nia"}),
        "supplier_keeper": frozenset({"hana"}),
        "rota_keeper": frozenset({"tom"}),
        "of_the_provider": PROVIDERS,
        "problem_manager": frozenset({"sam", "sue"}),
        "problem_proposer": frozenset({"sam"}),
        "problem_decider": frozenset({"sam", "sue", "hana"}),
        "problem_analyst": frozenset(),
        "change_manager": frozenset({"sam", "sue"}),
        "crisis_level": frozenset({"sam", "sue", "dan", "bea", "hana", "cid", "eve"}),
    }


class Play:
    """Brings a record into a state, by commands of people who may give them."""

    def __init__(self) -> None:
        self.memory = Memory(*contracts())
        self.now = NOON
        self.subject = ""

    def do(self, kind: type[Command], by: str, **values: Any) -> str:
        """One command; the id of its record."""
        return self.memory.do(kind(contract="acme", by=by, **values), self.now)

    def on(self, kind: type[OnIncident], by: str, **values: Any) -> None:
        """One command about the incident."""
        self.do(kind, by, incident=self.subject, **values)

    def cell(self, kind: type[OnCrisis], by: str, **values: Any) -> None:
        """One command about the crisis."""
        self.do(kind, by, crisis="CRI-0001", **values)

    def wait(self, **length: float) -> None:
        """Let time pass, and the timers ring."""
        self.now += timedelta(**length)
        self.memory.advance(self.now)


# ── incidents ────────────────────────────────────────────────────────────────────────────────

SCOPES: dict[str, tuple[dict[str, Any], str, frozenset[str]]] = {
    # what it is opened with, by whom, and who may know of it
    "with a supplier": ({"component": "vpn"}, "rita", PEOPLE_OF_ACME),
    "without supplier": ({"component": "mail"}, "rita", PROVIDERS | CLIENTS),
    "of the provider": (
        {"component": "wiki", "origin": Origin.MONITORING}, "hal", PROVIDERS,
    ),
}  # fmt: skip
INCIDENT_STATES = (
    "opened",
    "qualified",
    "assigned",
    "in_progress",
    "waiting",
    "escalated",
    "escalated_twice",
    "escalated_to_the_top",
    "terms_changed",
    "lowering",
    "resolved",
    "resolved_long_ago",
    "verified",
    "closed",
    "cancelled",
    "merged",
)
RUNGS = {"lowering": 1, "escalated": 1, "escalated_twice": 2, "escalated_to_the_top": 2}
RESTORED = {"resolved", "resolved_long_ago", "verified", "closed"}
UNTAKEN = {"opened", "qualified", "lowering", "cancelled", "merged"}


Step = tuple[type[OnIncident], str, dict[str, Any]]


def _steps(state: str, opener: str, ladder: str) -> list[Step]:
    """What brings an incident from its opening into a state."""
    take: Step = (TakeIncident, "tom", {})
    up: Step = (EscalateUp, "tom", {"ladder": ladder, "reason": "we are stuck"})
    repaired: list[Step] = [take, (ResolveIncident, "tom", {"cause_gone": True})]
    verified: list[Step] = [*repaired, (VerifyIncident, opener, {"fixed": True})]
    steps: dict[str, list[Step]] = {
        "opened": [],
        "qualified": [],
        "assigned": [(AssignIncident, "sam", {"person": "tom"})],
        "waiting": [take, (WaitFor, "tom", {"waiting_for": "network", "reason": "a cable"})],
        "escalated": [take, up],
        "escalated_twice": [take, up, up],
        "escalated_to_the_top": [take, up, up],
        "lowering": [
            (SetPriority, "sam", {"level": 1, "reason": "all are cut off"}),
            (SetPriority, "sam", {"level": 3, "reason": "few are"}),
        ],
        "resolved": repaired,
        "resolved_long_ago": repaired,
        "verified": verified,
        "closed": [*verified, (CloseIncident, "sam", {})],
        "cancelled": [(CancelIncident, "tom", {"reason": "a mistake"})],
        "merged": [(MergeIncident, "tom", {"into": "INC-0001"})],
    }
    return steps.get(state, [take])


def _incident(state: str, scope: str) -> Situation:
    values, opener, sees = SCOPES[scope]
    play = Play()
    play.do(OpenIncident, "hal", title="the original", component="kiosk", severity=4)
    severity = {} if state == "opened" else {"severity": 4}
    play.subject = play.do(OpenIncident, opener, title="down", **values, **severity)
    ladder = "client" if sees == PROVIDERS | CLIENTS else "network"
    for kind, by, given in _steps(state, opener, ladder):
        play.on(kind, by, **given)
        if kind is EscalateUp:
            play.wait(minutes=1)  # the other firm may escalate further by now (ESC-X)
        if kind is ResolveIncident and state == "resolved_long_ago":
            play.wait(days=40)
    if state == "terms_changed":
        play.memory.amend(agreement(version="v2"))
    who = fixed_roles() | {
        "requester": frozenset(
            {opener} | ({"sam", "sue"} if scope == "of the provider" else set())
        ),
        "assignee": frozenset({"tom"} if state not in UNTAKEN else ()),
        "responsible_group": frozenset(
            {"nora"} if scope == "with a supplier" and state != "opened" else ()
        ),
        "provider_found": PROVIDERS if scope == "of the provider" else frozenset(),
        "resolver": frozenset({"tom"} if state in RESTORED else ()),
        "awaited": NETWORK if state == "waiting" else frozenset(),
        "client_peer": frozenset({"hana", "cid", "eve"})
        | frozenset(() if state == "lowering" else {"olga", "otto"}),
        "side_of_the_walk": PROVIDERS | CLIENTS,
    }
    if state in RUNGS:
        who |= _on_the_rung(ladder, second=RUNGS[state] > 1)
        # whoever starts an escalation has it for their side (ESC-5): nobody there takes it again,
        # and no colleague hands it over
        has_it = frozenset({"tom", "tess"} if state == "escalated" else ())
        who["already/AcknowledgePing"] = has_it
        who["already/HandOverPing"] = has_it - {"tom"}
        # the others take it for their side, though somebody works on it
        who["despite/TakeIncident"] = who["called_at_this_rung"] - has_it
        if ladder == "network":
            sees = sees | NETWORK  # the ladder leads to them
            who["side_of_the_walk"] = PROVIDERS | NETWORK
            # the client's own ladder has not been climbed: they may still start it
            who["despite/EscalateUp"] = CLIENTS
    return Situation(
        kind="incident", state=state, scope=scope, record=play.subject,
        memory=play.memory, now=play.now, sees=sees, who=who,
    )  # fmt: skip


def _on_the_rung(ladder: str, *, second: bool) -> dict[str, frozenset[str]]:
    """Who is called at the first or second rung, and who stands there or above."""
    theirs = ({"olga", "otto"}, {"hana"}) if ladder == "client" else ({"nora"}, {"rex"})
    called = {"sam", "sue"} | theirs[1] if second else {"tom", "tess"} | theirs[0]
    above = {"sam", "sue", "dan", "bea"} | theirs[1]
    above |= {"cid", "eve"} if ladder == "client" else set()
    return {
        "called_at_this_rung": frozenset(called),
        "at_this_rung_or_above": frozenset(called | above),
    }


# ── crises ───────────────────────────────────────────────────────────────────────────────────

CRISIS_STATES = ("asked", "refused", "withdrawn", "open", "lead_offered", "closed")
MEMBERS = frozenset({"sam", "hana", "dan", "cid", "tom", "olga"})


def _crisis(state: str) -> Situation:
    play = Play()
    play.subject = play.do(OpenIncident, "rita", title="down", component="mail", severity=2)
    play.do(AskCrisis, "sam", reason="all is down", incident=play.subject)
    leads: frozenset[str] = frozenset({"sam"})
    members, proposed = frozenset[str](), frozenset[str]()
    if state == "refused":
        play.cell(RefuseCrisis, "hana", reason="no need")
        leads = frozenset()
    if state == "withdrawn":
        play.cell(CloseCrisis, "sam")
        leads = frozenset()
    if state in {"open", "lead_offered", "closed"}:
        play.cell(AcceptCrisis, "hana")
        play.cell(RoomOpened, ESCALADE, room="C0CRISIS", name="crisis")
        play.cell(AddAction, "sam", text="call", owner="otto")
        leads, members = frozenset({"sam", "hana"}), MEMBERS
    if state == "lead_offered":
        play.cell(OfferLead, "sam", leads={"provider": "bea", "client": "eve"})
        proposed = frozenset({"bea", "eve"})
    if state == "closed":
        play.cell(CloseCrisis, "sam")
        play.cell(CloseCrisis, "hana")
    told = frozenset({"otto"}) if members else frozenset()
    who = fixed_roles() | {
        "crisis_lead": leads,
        "proposed_lead": proposed,
        "proposed_lead/OfferLead": frozenset({"bea", "eve"}),  # they propose themselves
        "asked": frozenset({"hana"}),
        "member": members,
        "communication_lead": frozenset({"tom", "olga"} if members else ()),
        "action_owner": told,
        "represented_member": members,
        "on_the_list": members,
        "taking_over": proposed,
        "initiator_or_communication_lead": frozenset({"sam", "hana", "tom", "olga"}),
    }
    above = frozenset({"sam", "sue", "dan", "bea", "hana", "cid", "eve"})
    return Situation(
        kind="crisis", state=state, scope="of both firms", record="CRI-0001",
        memory=play.memory, now=play.now, sees=above | {"hal"} | members | told, who=who,
    )  # fmt: skip


# ── reports ──────────────────────────────────────────────────────────────────────────────────

REPORT_STATES = ("draft", "approved", "issued")


def _report(state: str) -> Situation:
    """The incident's; the cell has one of its own, REP-0001."""
    play = Play()
    play.subject = play.do(OpenIncident, "rita", title="down", component="vpn", severity=1)
    play.on(TakeIncident, "tom")
    play.do(AskCrisis, "dan", reason="all is down", incident=play.subject)
    play.cell(AcceptCrisis, "cid")
    play.cell(CloseCrisis, "dan")
    play.cell(CloseCrisis, "cid")
    play.on(ResolveIncident, "tom", cause_gone=True, cause="a plug", cure="plugged in")
    play.on(VerifyIncident, "rita", fixed=True)
    play.on(CloseIncident, "sam")
    if state in {"approved", "issued"}:
        play.do(ApproveReport, "sue", report="REP-0002")
    if state == "issued":
        play.do(IssueReport, "sam", report="REP-0002")
    who = fixed_roles() | {
        "report_owner": frozenset({"sam"}),
        "coordinator": frozenset({"dan", "cid"}),
        "not_the_owner": PEOPLE_OF_ACME - {"sam"},
    }
    return Situation(
        kind="report", state=state, scope="of both firms", record="REP-0002",
        memory=play.memory, now=play.now, sees=PROVIDERS | {"hana", "cid"}, who=who,
    )  # fmt: skip


# ── covers of on-call duty ───────────────────────────────────────────────────────────────────

COVER_STATES = ("asked", "agreed", "in_force", "declined")


def _cover(state: str) -> Situation:
    """Nia is on call; Ned takes turns with her, and Tom, whom their rota relieves, keeps it."""
    play = Play()
    (nights,) = agreement().rotas
    play.memory.amend(agreement(version="v2", rotas=(replace(nights, keeper_agrees=True),)))
    play.do(AskCover, "nia", person="ned")
    if state in {"agreed", "in_force"}:
        play.do(AcceptCover, "ned", cover="COV-0001")
    if state == "in_force":
        play.do(AcceptCover, "tom", cover="COV-0001")
    if state == "declined":
        play.do(DeclineCover, "ned", cover="COV-0001")
    who = fixed_roles() | {
        "cover_asker": frozenset({"nia"}),
        "cover_asked": frozenset({"ned"}),
        "rota_keeper": frozenset({"tom"}),
        "who_decides": frozenset({"tom" if state == "agreed" else "ned"}),
    }
    return Situation(
        kind="cover", state=state, scope="of the provider", record="COV-0001",
        memory=play.memory, now=play.now, sees=PROVIDERS, who=who,
    )  # fmt: skip


# ── problems ─────────────────────────────────────────────────────────────────────────────────

PROBLEM_STATES = (
    "proposed",
    "declined",
    "opened",
    "assessed",
    "voting",
    "analysed",
    "known_error",
    "fixed",
    "watched",
    "closed",
)


def _problem_steps(state: str) -> list[tuple[type[OnProblem], str, dict[str, Any]]]:
    """What brings a problem that is proposed into a state."""
    take = (TakeProblem, "sue", {})
    assess = (AssessProblem, "sue", {"client_impact": Rating.HIGH, "provider_impact": Rating.LOW})
    analyse = (RecordCause, "sue", {"cause": "it leaks"})
    return {
        "proposed": [],
        "declined": [(DeclineProblem, "sue", {"reason": "a known limit"})],
        "opened": [take],
        "assessed": [take, assess],
        "voting": [take, assess, (ProposeProblemPriority, "sam", {"priority": Rating.HIGH})],
        "analysed": [take, analyse],
        "known_error": [take, analyse, (RecordWorkaround, "sue", {"text": "restart"})],
    }.get(state, [take, analyse, (RecordFix, "sue", {"change": "RFC-1"})])


def _problem(state: str) -> Situation:
    """What Tess proposed of an incident, and Sue took."""
    play = Play()
    play.do(OpenIncident, "hal", title="another", component="kiosk", severity=4)
    incident = play.do(OpenIncident, "hal", title="down", component="mail", severity=4)
    play.do(OpenProblem, "tess", title="a leak in it", incident=incident)

    def on(kind: type[OnProblem], by: str, **values: Any) -> None:
        play.do(kind, by, problem="PRB-0001", **values)

    for kind, by, values in _problem_steps(state):
        on(kind, by, **values)
    if state in {"watched", "closed"}:
        play.do(CancelIncident, "sam", incident=incident, reason="over")
        play.wait(days=31)
    if state == "closed":
        on(CloseProblem, "sue")
    untaken = state in {"proposed", "declined"}
    who = fixed_roles() | {"problem_analyst": frozenset() if untaken else frozenset({"sue"})}
    return Situation(
        kind="problem", state=state, scope="of both firms", record="PRB-0001",
        memory=play.memory, now=play.now,
        sees=PROVIDERS if untaken else PROVIDERS | {"hana", "cid", "eve"}, who=who,
    )  # fmt: skip


# ── changes ──────────────────────────────────────────────────────────────────────────────────

CHANGE_STATES = (
    "requested",
    "study",
    "approval",
    "board",
    "change_approved",
    "planned",
    "window_open",
    "underway",
    "done",
    "change_closed",
    "rejected",
    "change_withdrawn",
)
STUDY = {"text": "swap", "impact": "none", "fallback": "swap back", "test": "read"}
BOARD = BoardRules(members=("sam", "dan", "hana", "cid"), quorum=3)
BOARD_NAMERS = {*BOARD.members, "olga"}  # for Hana, as her delegate
WINDOW = {"start": NOON + timedelta(hours=2), "end": NOON + timedelta(hours=3)}


def _change_steps() -> dict[str, list[tuple[type[OnChange], str, dict[str, Any]]]]:
    """What brings a change from its request into a state."""
    study = [(ClassifyChange, "sue", {"category": ChangeCategory.OTHER})]
    approval = [*study, (RecordStudy, "sue", STUDY)]
    board = [*approval, (CallBoard, "sue", {}), (RepresentMember, "hana", {"person": "olga"})]
    approved = [*approval, (ApproveChange, "sue", {}), (ApproveChange, "rita", {})]
    planned = [*approved, (PlanChange, "sue", WINDOW)]
    caused = (LinkCausedIncident, "sue", {"incident": "INC-0002"})
    underway = [*planned, (StartChange, "sue", {}), caused]
    done = [*underway, (EndChange, "sue", {"result": ChangeResult.SUCCEEDED})]
    return {
        "requested": [],
        "study": study,
        "approval": approval,
        "board": board,
        "change_approved": approved,
        "planned": planned,
        "window_open": planned,
        "underway": underway,
        "done": done,
        "change_closed": [*done, (CloseChange, "sue", {})],
        "rejected": [(RejectChange, "sue", {"reason": "no money"})],
        "change_withdrawn": [(WithdrawChange, "rita", {"reason": "no need"})],
    }


def _approvers(state: str) -> frozenset[str]:
    """Sue or Sam unless the board decides, and Rita, who asked for it."""
    if state == "study":
        return frozenset()
    return frozenset({"rita"} if state == "board" else {"sam", "sue", "rita"})


def _change(state: str) -> Situation:
    """What Rita asked for, and Sue classified, studied and carried out."""
    play, steps = Play(), _change_steps()[state]
    begun = any(kind is StartChange for kind, _, _ in steps)
    down = {"title": "The wiki is slow", "component": "wiki", "severity": 3}
    for _ in range(0 if begun else 2):
        play.do(OpenIncident, "rita", **down)
    play.do(RequestChange, "rita", title="larger disks")
    for kind, by, values in steps:
        if kind is StartChange:
            play.wait(hours=2)
            for _ in range(2):  # what it may cause
                play.do(OpenIncident, "rita", **down)
        play.do(kind, by, change="CHG-0001", **values)
    if state == "window_open":
        play.wait(hours=2)
    unstudied = state in {"requested", "rejected", "change_withdrawn"}
    board = state == "board"
    sue, managers = frozenset({"sue"}), frozenset({"sam", "sue"})
    who = fixed_roles() | {
        "change_requester": frozenset({"rita"}),
        "change_student": managers if unstudied else sue,
        "change_approver": _approvers(state) if not unstudied else frozenset(),
        "board_voter": frozenset({"sam", "dan", "hana", "cid", "olga"} if board else ()),
        "board_delegate": frozenset({"olga"} if board else ()),
        "board_namer": frozenset(BOARD_NAMERS if board else ()),
        "change_called": frozenset({"tom", "tess", "sam", "sue", "dan", "bea"}),
        "change_carrier": sue if state in {"underway", "done", "change_closed"} else managers,
    }
    return Situation(
        kind="change", state=state, scope="of both firms", record="CHG-0001",
        memory=play.memory, now=play.now,
        sees=PROVIDERS | {"olga", "otto", "hana", "cid", "eve", "rita"}, who=who,
    )  # fmt: skip


# ── events ───────────────────────────────────────────────────────────────────────────────────

EVENT_STATES = ("unplaced", "placed", "discarded")


def _event(state: str) -> Situation:
    """Of monitoring: nobody but the provider knows of them."""
    play = Play()
    seen = (Seen(source="prometheus", group="a", alert="a", title="down", severity=2),)
    play.do(TakeEvents, ESCALADE, component=None, seen=seen)
    if state == "placed":
        play.do(PlaceEvents, "tom", event="EVT-0001", component="mail")
    if state == "discarded":
        play.do(DiscardEvents, "tom", event="EVT-0001", reason="a test")
    return Situation(
        kind="event", state=state, scope="of the provider", record="EVT-0001",
        memory=play.memory, now=play.now, sees=PROVIDERS, who=fixed_roles(),
    )  # fmt: skip


@cache
def situations(kind: str) -> tuple[Situation, ...]:
    """Every state of a record of that kind, for everyone it may concern."""
    return tuple(_situations(kind))


def _situations(kind: str) -> Iterator[Situation]:
    if kind == "none":
        play = Play()
        yield Situation(
            kind="none", state="nothing", scope="anybody's", record="",
            memory=play.memory, now=play.now, sees=PEOPLE_OF_ACME, who=fixed_roles(),
        )  # fmt: skip
    if kind == "incident":
        # the supplier's ladder ends at the second rung, the client's does not
        left_out = {(scope, "escalated_twice") for scope in SCOPES if scope != "without supplier"}
        left_out.add(("without supplier", "escalated_to_the_top"))
        left_out |= {(scope, "lowering") for scope in SCOPES if scope != "without supplier"}
        every = ((scope, state) for scope in SCOPES for state in INCIDENT_STATES)
        yield from (
            _incident(state, scope) for scope, state in every if (scope, state) not in left_out
        )
    if kind == "crisis":
        yield from map(_crisis, CRISIS_STATES)
    if kind == "report":
        yield from map(_report, REPORT_STATES)
    if kind == "cover":
        yield from map(_cover, COVER_STATES)
    if kind == "problem":
        yield from map(_problem, PROBLEM_STATES)
    if kind == "change":
        yield from map(_change, CHANGE_STATES)
    if kind == "event":
        yield from map(_event, EVENT_STATES)
