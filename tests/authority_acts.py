"""One command of each kind, as somebody would give it about the record of a situation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.contract.processes.problems import Rating
from escalation.decision.commands.change import (
    AssignStudy,
    ClassifyChange,
    EndChange,
    LinkCausedIncident,
    OnChange,
    PlanChange,
    ProlongChange,
    RecordStudy,
    RejectChange,
    RequestChange,
    UnlinkCausedIncident,
    WithdrawChange,
)
from escalation.decision.commands.change_board import (
    DeclineToRepresent,
    RepresentMember,
    VoteOnChange,
)
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import (
    AskCover,
    AskSwap,
    ConfirmManagement,
    CorrectManagement,
    OnCover,
)
from escalation.decision.commands.crisis import (
    AddAction,
    AddLogEntry,
    AddMember,
    AddSupplier,
    AskCrisis,
    CancelAction,
    ChangeAction,
    CompleteAction,
    Decide,
    DeclineAction,
    InvitationRefused,
    NameCommunicationLead,
    NameDelegate,
    OfferLead,
    OnCrisis,
    RecordBriefing,
    RefuseCrisis,
    RemoveMember,
    RoomOpened,
    RoomRefused,
    SetBrief,
)
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.commands.event import (
    DiscardEvents,
    OnEvent,
    PlaceEvents,
    TakeEvents,
)
from escalation.decision.commands.incident import (
    AddNote,
    AskReport,
    AssignIncident,
    CancelIncident,
    ConfirmCause,
    DeclineLowering,
    ForeseeDelay,
    MergeIncident,
    OnIncident,
    OpenIncident,
    ReopenIncident,
    ReplanIncident,
    ResolveIncident,
    SetPriority,
    SetSite,
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import AddToRung, EscalateUp, HandOverPing, StepDown
from escalation.decision.commands.problem import (
    AssessProblem,
    AssignAnalysis,
    DecideProblemPriority,
    DeclineProblem,
    LinkIncident,
    OnProblem,
    OpenProblem,
    ProposeProblemPriority,
    RecordCause,
    RecordFix,
    RecordWorkaround,
    ReopenProblem,
    UnlinkIncident,
    WithdrawWorkaround,
)
from escalation.decision.commands.report import (
    EditReport,
    OnReport,
    ReportHeldBack,
    SendBackReport,
    SubmitReport,
)
from escalation.messages.destinations import SHARED_ROOM, person
from escalation.messages.incident import IncidentCard
from escalation.records.change import ChangeCategory, ChangeResult
from escalation.records.change_board import Ballot
from escalation.records.event import Seen
from tests.agreement import paris
from tests.authority_cast import BOARD, CLIENTS, NETWORK, PROVIDERS, STUDY, Situation

Values = Callable[[str], dict[str, Any]]


def _colleague(by: str) -> str:
    """Somebody else of the caller's firm, who is there."""
    firm = next((f for f in (PROVIDERS, CLIENTS, NETWORK) if by in f), PROVIDERS)
    called = {"tom", "olga", "nora"}
    return min(firm - {by, *called} or firm - {by})


VALUES: dict[type[Command], dict[str, Any] | Values] = {
    OpenIncident: lambda by: {"title": "down", "component": "vpn" if by in NETWORK else "mail"},
    AssignIncident: {"person": "nia"},
    AddNote: {"text": "a word"},
    SetSite: {"site": "brest"},
    SetPriority: lambda by: (
        {"level": 2, "reason": "worse than we thought"}
        if by in NETWORK
        else {"component": "vpn", "severity": 1}
    ),
    DeclineLowering: {"reason": "all are cut off"},
    WaitFor: {"waiting_for": "network", "reason": "a cable"},
    ForeseeDelay: {"reason": "the part is late"},
    ResolveIncident: {"cause_gone": True},
    VerifyIncident: {"fixed": True},
    ConfirmCause: {"gone": False, "cause": "a plug"},
    ReopenIncident: {"reason": "down again"},
    MergeIncident: {"into": "INC-0001"},
    CancelIncident: {"reason": "a mistake"},
    UndoEnding: {"reason": "it was another fault"},
    AskReport: {"reason": "for the committee"},
    ReplanIncident: {"reason": "the new terms"},
    EscalateUp: {"reason": "we are stuck"},
    HandOverPing: lambda by: {"to": _colleague(by)},
    AddToRung: lambda by: {"person": _colleague(by)},
    StepDown: {"reason": "for the level below"},
    AskCrisis: {"reason": "all is down"},
    RefuseCrisis: {"reason": "no need"},
    AddMember: {"person": "rita"},
    AddSupplier: {"supplier": "network"},
    RemoveMember: {"person": "tom"},
    NameDelegate: lambda by: {"delegate": _colleague(by)},
    SetBrief: {"text": "what we know"},
    Decide: {"text": "restart it"},
    AddAction: {"text": "call", "owner": "otto"},
    AddLogEntry: {"text": "a word"},
    ChangeAction: {"number": 1, "owner": "tess"},
    CompleteAction: {"number": 1},
    DeclineAction: {"number": 1, "reason": "no way in"},
    CancelAction: {"number": 1, "reason": "no need"},
    OfferLead: {"leads": {"provider": "bea", "client": "eve"}},
    NameCommunicationLead: lambda by: {"person": _colleague(by)},
    RecordBriefing: {"text": "we are at it", "audience": "everybody"},
    RoomOpened: {"room": "C0OTHER", "name": "another room"},
    RoomRefused: {"why": "restricted_action"},
    InvitationRefused: {"person": "dan", "why": "user_is_restricted"},
    EditReport: {"sections": {"cause": "a plug"}},
    SubmitReport: {"reason": "as it is"},
    SendBackReport: {"reason": "the impact is missing"},
    ReportHeldBack: {"version": 1, "room": SHARED_ROOM, "people": ("sue",)},
    ConfirmManagement: {"supplier": "network"},
    CorrectManagement: {"supplier": "network", "text": "Rex has left"},
    AskCover: lambda by: {} if by in {"ned", "nia"} else {"of": "nia", "person": "ned"},
    AskSwap: lambda by: {"person": "nia" if by == "ned" else "ned"},
    OpenProblem: {"title": "a leak"},
    DeclineProblem: {"reason": "a known limit"},
    AssessProblem: {"client_impact": Rating.MEDIUM, "provider_impact": Rating.MEDIUM},
    ProposeProblemPriority: {"priority": Rating.MEDIUM},
    DecideProblemPriority: {"priority": Rating.MEDIUM},
    AssignAnalysis: {"person": "nia"},
    RecordCause: {"cause": "a leak"},
    RecordWorkaround: {"text": "restart it"},
    WithdrawWorkaround: {"reason": "It loses mail."},
    RecordFix: {"change": "RFC-7"},
    LinkIncident: {"incident": "INC-0001"},
    UnlinkIncident: {"incident": "INC-0002", "reason": "a cable"},
    ReopenProblem: {"reason": "it came back"},
    RequestChange: {"title": "larger disks"},
    ClassifyChange: {"category": ChangeCategory.OTHER, "money": True},
    AssignStudy: {"person": "nia"},
    RecordStudy: STUDY,
    RejectChange: {"reason": "not now"},
    PlanChange: {"start": paris("2026-07-20 20:00"), "end": paris("2026-07-20 21:00")},
    ProlongChange: {"until": paris("2026-07-20 22:00")},
    EndChange: {"result": ChangeResult.PARTLY, "reason": "one disk is left"},
    LinkCausedIncident: {"incident": "INC-0001"},
    UnlinkCausedIncident: {"incident": "INC-0002", "reason": "a cable"},
    WithdrawChange: {"reason": "no more"},
    VoteOnChange: {"ballot": Ballot.YES},
    RepresentMember: lambda by: {
        "member": {"olga": "hana"}.get(by, by if by in BOARD.members else "dan"),
        "person": "tess" if by in PROVIDERS else "otto",
    },
    DeclineToRepresent: {"reason": "away"},
    TakeEvents: {"component": "mail", "seen": (Seen(source="p", group="a", alert="a", title="x"),)},
    PlaceEvents: {"component": "mail"},
    DiscardEvents: {"reason": "a test"},
    RecordDelivery: {"meaning": IncidentCard(), "to": person("tom"), "delivered": True},
}


def kind_of(command: type[Command]) -> str:
    """The kind of record a command is about; "none" for those that make one."""
    if issubclass(command, OnIncident):
        return "incident"
    if issubclass(command, OnCrisis):
        return "crisis"
    if issubclass(command, OnCover):
        return "cover"
    if issubclass(command, OnProblem):
        return "problem"
    if issubclass(command, OnChange):
        return "change"
    if issubclass(command, OnEvent):
        return "event"
    return "report" if issubclass(command, OnReport | RecordDelivery) else "none"


def act(command: type[Command], by: str, situation: Situation, contract: str = "acme") -> Command:
    """That command by that person about the situation's record; a crisis asked for about it."""
    values = VALUES.get(command, {})
    given = values(by) if callable(values) else values
    kind = kind_of(command)
    named = {} if kind == "none" else {kind: situation.record}
    if command is RecordDelivery:
        named = {"subject": situation.record}
    if command is AskCrisis and situation.record:
        named = {"incident": situation.record}
    return command(contract=contract, by=by, **named, **given)
