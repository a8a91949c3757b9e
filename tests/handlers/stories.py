"""Stories told to the real rules, each effect rendered at once, as the dispatcher would."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from escalation.base.durations import Duration
from escalation.contract import Communication, Contract
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.problems import ProblemRules, Rating
from escalation.decision.commands.change import (
    ApproveChange,
    AssignStudy,
    ClassifyChange,
    CloseChange,
    EndChange,
    LinkCausedIncident,
    PlanChange,
    RecordStudy,
    RejectChange,
    RequestChange,
    StartChange,
    UnlinkCausedIncident,
    WithdrawChange,
)
from escalation.decision.commands.change_board import (
    AgreeToRepresent,
    CallBoard,
    DeclineToRepresent,
    RepresentMember,
    VoteOnChange,
)
from escalation.decision.commands.cover import (
    AcceptCover,
    AskCover,
    AskSwap,
    ConfirmManagement,
    CorrectManagement,
    DeclineCover,
    WatchDuty,
)
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AddLogEntry,
    AddMember,
    AddSupplier,
    AgreeMembers,
    AskCrisis,
    CancelAction,
    ChangeAction,
    CloseCrisis,
    CompleteAction,
    ConfirmLead,
    Decide,
    DeclineAction,
    InvitationRefused,
    MemberJoined,
    NameCommunicationLead,
    NameDelegate,
    OfferLead,
    RecordBriefing,
    RefuseCrisis,
    RemoveMember,
    RoomOpened,
    RoomRefused,
    SetBrief,
)
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.commands.event import DiscardEvents, TakeEvents
from escalation.decision.commands.incident import (
    AddNote,
    AgreeLowering,
    AskReport,
    AssignIncident,
    CancelIncident,
    CloseIncident,
    ConfirmCause,
    DeclineLowering,
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
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import (
    AcknowledgePing,
    AddToRung,
    EscalateUp,
    HandOverPing,
    SettleLadder,
    SnoozeLadder,
    StepDown,
)
from escalation.decision.commands.problem import (
    AssessProblem,
    AssignAnalysis,
    CloseProblem,
    DecideProblemPriority,
    DeclineProblem,
    LinkIncident,
    OpenProblem,
    ProposeProblemPriority,
    RecordCause,
    RecordFix,
    RecordWorkaround,
    ReopenProblem,
    TakeProblem,
    UnlinkIncident,
    WithdrawWorkaround,
)
from escalation.decision.commands.report import ApproveReport, EditReport, ReportHeldBack
from escalation.messages.cover import CoverCard, DutyFaults
from escalation.messages.destinations import SHARED_ROOM, crisis_room, person
from escalation.messages.effects import Effect, RoomAction
from escalation.messages.incident import IncidentNews
from escalation.messages.ladder import Ping
from escalation.messages.room_actions import ArchiveRoom
from escalation.perform.finding import find
from escalation.perform.rights import allowed
from escalation.records.change import ChangeCategory, ChangeResult
from escalation.records.change_board import Ballot
from escalation.records.event import Seen
from escalation.records.incident import Origin
from escalation.records.kinds import CRISIS, EVENT, REPORT
from handlers.registry.commands import COMMANDS
from handlers.registry.views import render
from handlers.verbs.rights import commands_of
from handlers.words.rendered import Reader, Rendered
from handlers.words.texts import LANGUAGES, Texts
from tests.agreement import agreement, paris
from tests.escalation.change.story import RULES as CATALOGUE
from tests.escalation.ladder.climbing import absent, away, with_people
from tests.handlers.blockkit import buttons_of, verbs_of
from tests.kept import fork
from tests.story import Story

TEN = paris("2026-07-15 10:00")  # a Wednesday
IMPACTS = ("client_impact", "provider_impact")
BUILDS = {verb.path: verb.build for each in COMMANDS for verb in each.verbs}
STUDIED = ("text", "impact", "fallback", "test")
HOSTILE = ("<!channel> <@U123> @here *bold* `code` \u202e<http://x.example|ok> \x07" + "🔥" * 250)[
    :250
]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One effect, put into words at the instant it came about."""

    effect: Effect
    language: str
    rendered: Rendered | None
    refused: tuple[str, ...] = ()  # buttons that its reader may not press


class Stage(Story):
    """A contract in memory; everything that is told is kept, in both languages."""

    def __init__(self, *contracts: Contract, at: datetime = TEN) -> None:
        super().__init__(*contracts, at=at)
        self.said: list[Said] = []
        self._seen = 0

    do = Story.perform

    def say(self, effect: Effect, language: str = "en", **facts: Any) -> Rendered | None:
        """Put an effect into words now."""
        name = effect.to.person
        person = self.contract.person(name) if name else None
        texts = Texts.of(language, self.contract.zone)
        reader = Reader(contract=self.contract, person=person, texts=texts)
        told = replace(effect, meaning=replace(effect.meaning, **facts))
        return render(told, self.memory, reader, self.now)

    def last(self, topic: str, to: str = "") -> Effect:
        """The last effect of a topic (to a person)."""
        found = [e for _, e in self.memory.told(topic) if to in ("", e.to.name)]
        assert found, (topic, to)
        return found[-1]

    def words(self, topic: str, to: str = "", language: str = "en") -> str:
        """What the last effect of a topic says now, in plain text."""
        rendered = self.say(self.last(topic, to), language)
        assert rendered is not None, topic
        return rendered.text

    def happened(self) -> None:
        """Put what was told into words, in both languages."""
        new = self.memory.outbox[self._seen :]
        self._seen = len(self.memory.outbox)
        for _, effect in new:
            if isinstance(effect.meaning, RoomAction):
                continue
            for language in LANGUAGES:
                rendered = self.say(effect, language)
                refused = self._refused(effect, rendered) if rendered and effect.to.person else ()
                self.said.append(
                    Said(effect=effect, language=language, rendered=rendered, refused=refused)
                )

    def _refused(self, effect: Effect, rendered: Rendered) -> tuple[str, ...]:
        """Which of the buttons their reader may not press, as things stand."""
        refused = []
        for button, path in zip(buttons_of(rendered), verbs_of(rendered), strict=True):
            if (build := BUILDS.get(path)) is None:
                continue
            contract, subject, _ = json.loads(button["value"])
            record = find(self.memory, contract, subject) if subject else None
            given, me = commands_of(build), effect.to.person or ""
            if not any(allowed(self.contract, me, c, record, at=self.now) for c in given):
                refused.append(path)
        return tuple(refused)


def opened(stage: Stage, by: str = "rita", **values: Any) -> str:
    """An incident about the VPN: a priority 1, unless the values say otherwise."""
    given = {"title": "VPN down", "component": "vpn", "severity": 1}
    return stage.do(OpenIncident, by, **(given | values))


def ladders(stage: Stage, title: str) -> None:
    """Nobody answers; then every move on a ladder."""
    incident = opened(stage, title=title)
    stage.wait(minutes=45)
    stage.do(AcknowledgePing, "bea", incident=incident)
    stage.do(StepDown, "bea", incident=incident, reason=title)
    stage.wait(minutes=145)
    stage.do(CancelIncident, "sam", incident=incident, reason=title)
    incident = opened(stage, title=title)
    stage.sleep(minutes=3)
    stage.wake()
    stage.do(AcknowledgePing, "tom", incident=incident)
    stage.do(AddToRung, "tom", incident=incident, person="ned")
    stage.do(HandOverPing, "tom", incident=incident, to="tess")
    stage.do(EscalateUp, "tess", incident=incident, reason=title)
    stage.do(SnoozeLadder, "sam", incident=incident)
    stage.wait(minutes=60)
    stage.do(EscalateUp, "sam", incident=incident, ladder="network", reason=title)
    stage.do(SettleLadder, "sam", incident=incident, ladder="network", note=title)
    stage.do(SettleLadder, "rex", incident=incident, ladder="network", note=title)
    another = opened(stage, title=title)
    stage.do(MergeIncident, "sam", incident=incident, into=another)
    stage.do(UndoEnding, "sam", incident=incident, reason=title)
    stage.do(CancelIncident, "sam", incident=incident, reason=title)  # else it calls for weeks
    stage.do(CancelIncident, "sam", incident=another, reason=title)


def priorities(stage: Stage, title: str) -> None:
    """A priority 1 is to be lowered; at severity 4 the group may choose (INC-2, INC-19)."""
    incident = opened(stage, title=title)
    stage.do(SetPriority, "sue", incident=incident, severity=3, reason=title)
    stage.do(DeclineLowering, "hana", incident=incident, reason=title)
    stage.do(SetPriority, "sue", incident=incident, severity=3, reason=title)
    stage.wait(minutes=91)  # nobody answers
    stage.do(SetPriority, "sue", incident=incident, severity=4, reason=title)
    stage.do(AgreeLowering, "hana", incident=incident)
    stage.do(SetPriority, "nora", incident=incident, level=1, reason=title)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True)


def left_alone(stage: Stage, title: str) -> None:
    """What nobody qualifies, waits for, or closes in time; a call told as its process says."""
    silent = stage.do(OpenIncident, "rita", title=title, origin=Origin.CALL)
    stage.wait(minutes=31)
    stage.do(CancelIncident, "rita", incident=silent, reason=title)
    incident = opened(stage, title=title, component="wiki")
    stage.do(WaitFor, "tom", incident=incident, waiting_for="client", reason=title)
    stage.wait(days=16)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    stage.wait(days=4)  # it closes by itself
    incident = opened(stage, title=title, component="wiki")
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=None)
    stage.wait(days=5)  # nobody answers
    stage.do(ConfirmCause, "tom", incident=incident, gone=True, cause=title)
    stage.do(CloseIncident, "sam", incident=incident)


def life(stage: Stage, title: str) -> str:
    """From monitoring to the report."""
    incident = opened(
        stage, "sam", title=title, component="mail", origin=Origin.MONITORING, requester="rita"
    )
    stage.do(AssignIncident, "sam", incident=incident, person="tess", group="netops")
    stage.do(AssignIncident, "sam", incident=incident, person="tom")
    stage.do(TakeIncident, "tom", incident=incident)
    stage.do(WaitFor, "tom", incident=incident, waiting_for="client", reason=title)
    stage.do(ResumeWork, "tom", incident=incident, note=title)
    stage.do(ForeseeDelay, "tom", incident=incident, reason=title)
    stage.do(SetPriority, "sam", incident=incident, level=1, reason=title)
    stage.do(AddNote, "tom", incident=incident, text=title)
    stage.do(AskReport, "sam", incident=incident, reason=title)
    stage.do(SetSite, "rita", incident=incident, site="brest")
    stage.do(SettleLadder, "sam", incident=incident)
    stage.do(SettleLadder, "hana", incident=incident)
    stage.wait(days=1)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=False, cure=title, cause=title)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=False, note=title)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True, cure=title)
    stage.do(ConfirmCause, "sue", incident=incident, gone=False, cause=title)
    stage.wait(days=9)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    stage.wait(hours=20)  # the incident managers are reminded to close it
    stage.do(CloseIncident, "sam", incident=incident)
    return incident


def found_by_the_provider(stage: Stage, title: str) -> None:
    """The client hears of it once it is grave; nobody of the client's first echelon is there."""
    incident = opened(stage, "sam", title=title, component="wiki", origin=Origin.MONITORING)
    stage.contract = absent(stage.contract, "olga", "otto")
    stage.contract = replace(stage.contract, version="2")
    stage.memory.amend(stage.contract)
    stage.do(ReplanIncident, "sam", incident=incident, reason=title)
    stage.do(SetPriority, "sam", incident=incident, level=1, reason=title)
    stage.do(CancelIncident, "sam", incident=incident, reason=title)


def monitored(stage: Stage, title: str) -> None:
    """Monitoring sees something of a component, then nothing more; and of none that is known."""
    told = (("kiosk", "a", True), ("kiosk", "a", False), (None, "b", True))
    for component, alert, firing in told:
        seen = Seen(source=title, group=alert, alert=alert, firing=firing, title=title, text=title)
        stage.do(TakeEvents, "escalade", component=component, named=title, seen=(seen,))
    incident = stage.memory.get(EVENT, "acme", "EVT-0001").incident
    stage.do(CancelIncident, "sam", incident=incident, reason=title)
    stage.do(DiscardEvents, "sam", event="EVT-0002", reason=title)


def crisis(stage: Stage, title: str, *, incident: str | None = None, exercise: bool = False) -> str:
    """A cell from its request to its closing."""
    cell = stage.do(AskCrisis, "sam", reason=title, incident=incident, exercise=exercise)
    stage.wait(minutes=12)
    asked = stage.memory.get(CRISIS, "acme", cell).pings[-1].person
    stage.do(AcceptCrisis, asked, crisis=cell)
    stage.do(RoomOpened, "escalade", crisis=cell, room="C0CRISIS", name="crisis")
    stage.wait(minutes=20)
    stage.do(AddSupplier, "sam", crisis=cell, supplier="network")
    stage.do(AddMember, "sam", crisis=cell, person="ned")
    stage.do(AgreeMembers, "sam", crisis=cell)
    stage.do(AgreeMembers, asked, crisis=cell)
    stage.do(RemoveMember, "sam", crisis=cell, person="ned")
    stage.do(MemberJoined, "hal", crisis=cell, source="event")
    stage.do(MemberJoined, "sam", crisis=cell)
    stage.do(NameDelegate, "dan", crisis=cell, delegate="sue")
    stage.wait(minutes=30)
    stage.do(SetBrief, "sam", crisis=cell, text=title)
    stage.do(NameCommunicationLead, "sam", crisis=cell, person="tess")
    stage.do(RecordBriefing, "tess", crisis=cell, text=title, audience=title)
    stage.do(Decide, "sam", crisis=cell, text=title)
    stage.do(AddLogEntry, "sam", crisis=cell, text=title)
    for who in ("olga", "hana", "sue"):
        stage.do(MemberJoined, who, crisis=cell)
    due = stage.now + timedelta(hours=1)
    for number in (1, 2):
        stage.do(AddAction, "sam", crisis=cell, text=title, owner="olga", due=due)
        assert stage.memory.get(CRISIS, "acme", cell).actions[-1].number == number
    stage.do(DeclineAction, "olga", crisis=cell, number=1, reason=title)
    stage.do(ChangeAction, "sam", crisis=cell, number=1, owner="otto")
    stage.do(ChangeAction, "sam", crisis=cell, number=1, due=due + timedelta(hours=1))
    stage.do(CancelAction, "sam", crisis=cell, number=2, reason=title)
    stage.do(AddAction, "sam", crisis=cell, text=title, owner="olga", due=due)
    stage.do(CompleteAction, "otto", crisis=cell, number=1)
    stage.wait(hours=3)
    stage.do(OfferLead, "sam", crisis=cell, leads={"provider": "bea", "client": "eve"})
    stage.do(ConfirmLead, "bea", crisis=cell)
    stage.do(ConfirmLead, "eve", crisis=cell)
    if incident:
        stage.do(CancelIncident, "sam", incident=incident, reason=title)
        stage.do(CloseCrisis, "bea", crisis=cell)
        stage.do(UndoEnding, "sam", incident=incident, reason=title)
        stage.do(CancelIncident, "sam", incident=incident, reason=title)
    stage.do(CloseCrisis, "bea", crisis=cell)
    stage.do(CloseCrisis, "eve", crisis=cell)
    return cell


def without_a_room(stage: Stage, title: str) -> None:
    """Cells to which Slack gives no channel: in the shared room, and nowhere at all."""
    for room, exercise in (("C0SHARED", False), ("", False), ("", True)):
        cell = stage.do(AskCrisis, "sam", reason=title, exercise=exercise)
        asked = stage.memory.get(CRISIS, "acme", cell).pings[-1].person
        stage.do(AcceptCrisis, asked, crisis=cell)
        stage.do(
            RoomRefused, "escalade", crisis=cell, why="restricted_action", room=room, name="all"
        )
        stage.do(AddSupplier, "sam", crisis=cell, supplier="network")
        for who, why in (("dan", "user_is_restricted"), ("sam", "no_slack_account")):
            stage.do(InvitationRefused, "escalade", crisis=cell, person=who, why=why)
        stage.wait(minutes=12)
        stage.do(CloseCrisis, "sam", crisis=cell)
        stage.do(CloseCrisis, asked, crisis=cell)


def in_the_pool(stage: Stage, title: str) -> None:
    """Cells in the last rooms of the pool, which are archived once they have served, or are not."""
    for left in (1, 0):
        cell = stage.do(AskCrisis, "sam", reason=title)
        stage.do(AcceptCrisis, "hana", crisis=cell)
        stage.do(RoomOpened, "escalade", crisis=cell, room="C0POOL", name="pool", left=left)
        stage.do(OfferLead, "cid", crisis=cell, leads={})  # and nobody of the provider answers
        stage.wait(minutes=61)
        stage.do(CloseCrisis, "sam", crisis=cell)
        stage.do(CloseCrisis, "hana", crisis=cell)
        stage.wait(days=8)
        stage.do(
            RecordDelivery, "escalade", subject=cell, meaning=ArchiveRoom(),
            to=crisis_room(cell), delivered=False, why="restricted_action",
        )  # fmt: skip


def problem(stage: Stage, title: str) -> None:
    """A problem from its proposal to its closing, declined and opened again on the way."""
    without = stage.contract
    stage.contract = replace(
        without, version="v2", problems=ProblemRules(watched_for=Duration.parse("1m"))
    )
    stage.memory.amend(stage.contract)
    incident = opened(stage, title=title, component="wiki", severity=3)
    stage.do(TakeIncident, "tom", incident=incident)
    other = opened(stage, title=title, component="wiki", severity=3)
    declined = stage.perform(OpenProblem, "tess", title=title, description=title)
    stage.do(DeclineProblem, "sue", problem=declined, reason=title)
    found = stage.perform(OpenProblem, "tess", title=title, component="wiki", incident=incident)
    stage.do(TakeProblem, "sue", problem=found)
    stage.do(AssessProblem, "sue", problem=found, **dict.fromkeys(IMPACTS, Rating.HIGH))
    stage.do(ProposeProblemPriority, "sam", problem=found, priority=Rating.HIGH)
    stage.do(DecideProblemPriority, "hana", problem=found, priority=Rating.LOW)
    stage.do(DecideProblemPriority, "hana", problem=found, priority=Rating.HIGH)
    stage.do(AssignAnalysis, "sue", problem=found, person="tess")
    stage.do(RecordWorkaround, "tess", problem=found, text=title)
    stage.do(RecordCause, "tess", problem=found, cause=title)
    stage.do(LinkIncident, "tom", problem=found, incident=other)
    stage.do(RecordWorkaround, "tess", problem=found, text=f"{title}!")
    stage.do(WithdrawWorkaround, "tess", problem=found, reason=title)
    stage.do(RecordFix, "tess", problem=found, change=title[:100], text=title)
    stage.do(UnlinkIncident, "sue", problem=found, incident=other, reason=title)
    stage.do(ReopenProblem, "sue", problem=found, reason=title)
    stage.do(RecordCause, "tess", problem=found, cause=title)
    stage.do(RecordFix, "tess", problem=found, change="CHG-2")
    for each in (incident, other):
        stage.do(CancelIncident, "sam", incident=each, reason=title)
    stage.wait(minutes=2)
    stage.do(CloseProblem, "sue", problem=found, note=title)
    stage.contract = without
    stage.memory.amend(without)


def change(stage: Stage, title: str) -> None:
    """Changes: standard and not, approved, rejected, withdrawn, forgotten, carried out too long."""
    without = stage.contract
    board = BoardRules(members=("sam", "dan", "hana", "cid"), quorum=3)
    stage.contract = replace(without, version="v3", changes=replace(CATALOGUE, board=board))
    stage.memory.amend(stage.contract)
    asked = stage.perform(RequestChange, "rita", title=title, description=title,
                          components=("wiki",), site="brest")  # fmt: skip
    stage.do(ClassifyChange, "sue", change=asked, category=ChangeCategory.OTHER, money=True)
    stage.do(AssignStudy, "sue", change=asked, person="tess")
    stage.do(RecordStudy, "tess", change=asked, **dict.fromkeys(STUDIED, title))
    _board(stage, title, asked)
    for approver in ("rita", "sam", "hana"):
        stage.do(ApproveChange, approver, change=asked, reason=title)
    soon = [stage.now + timedelta(minutes=minutes) for minutes in (2, 4, 7)]
    stage.do(PlanChange, "sue", change=asked, person="tess", start=soon[0], end=soon[1],
             despite=title)  # fmt: skip
    stage.wait(minutes=5)
    stage.do(PlanChange, "tess", change=asked, start=stage.now, end=soon[2], despite=title)
    stage.do(StartChange, "tess", change=asked, despite=title)
    caused = opened(stage, component="wiki", severity=3, title=title)
    stage.do(LinkCausedIncident, "tom", change=asked, incident=caused)
    stage.do(UnlinkCausedIncident, "sue", change=asked, incident=caused, reason=title)
    stage.do(LinkCausedIncident, "tom", change=asked, incident=caused)
    stage.do(CancelIncident, "sam", incident=caused, reason=title)
    stage.wait(minutes=5)
    stage.do(EndChange, "tess", change=asked, result=ChangeResult.FAILED, reason=title)
    stage.do(CloseChange, "sue", change=asked, note=title)
    standard = stage.perform(RequestChange, "rita", title=title, standard="account",
                             answers={"user": title})  # fmt: skip
    stage.do(RejectChange, "otto", change=standard, reason=title)
    withdrawn = stage.perform(RequestChange, "rita", title=title, born_of="move")
    stage.do(WithdrawChange, "rita", change=withdrawn, reason=title)
    stage.contract = without
    stage.memory.amend(without)


def _board(stage: Stage, title: str, asked: str) -> None:
    """The advisory board: called, represented, asked anew, overdue, voting."""
    stage.do(CallBoard, "sue", change=asked, note=title)
    stage.do(RepresentMember, "hana", change=asked, person="olga")
    stage.do(DeclineToRepresent, "olga", change=asked, reason=title)
    stage.do(RepresentMember, "hana", change=asked, person="olga")
    stage.do(AgreeToRepresent, "olga", change=asked)
    stage.do(RecordStudy, "tess", change=asked, **dict.fromkeys(STUDIED, title))
    stage.do(CallBoard, "sue", change=asked, due=stage.now + timedelta(minutes=1))
    stage.wait(minutes=2)
    stage.do(VoteOnChange, "sam", change=asked, ballot=Ballot.YES, reason=title)
    stage.do(VoteOnChange, "dan", change=asked, ballot=Ballot.ABSTAIN, reason=title)
    stage.do(VoteOnChange, "olga", change=asked, ballot=Ballot.YES)


def reporting(stage: Stage, title: str) -> None:
    """The reports that are owed: completed, approved, changed, issued, forgotten."""
    report = stage.memory.list(REPORT, "acme")[-1].id
    stage.do(EditReport, "sam", report=report, sections={"cause": title, "facts": title})
    stage.do(ApproveReport, "tom", report=report)
    stage.do(EditReport, "sam", report=report, sections={"impact": title})
    stage.wait(hours=30)
    stage.do(ApproveReport, "tom", report=report)
    stage.do(ReportHeldBack, "escalade", report=report, version=1, room=SHARED_ROOM,
             people=("rita", "ned"))  # fmt: skip


def duty(stage: Stage, title: str) -> None:
    """Covers and swaps: declined, forgotten, taken; a call that obeys one, another not told."""
    cover = stage.do(AskCover, "nia", reason=title)
    stage.do(DeclineCover, "ned", cover=cover, reason=title)
    swap = stage.do(AskSwap, "nia", person="ned", reason=title)
    stage.do(AcceptCover, "ned", cover=swap)
    for to in (person("nia"), person("ned")):
        stage.do(
            RecordDelivery, "escalade", subject=swap, meaning=CoverCard(), to=to,
            delivered=False, why="no_slack_account",
        )  # fmt: skip
    stage.do(AskCover, "ned", reason=title)
    stage.wait(days=13)
    (nights,) = stage.contract.rotas
    rota = replace(nights, kept_by=("tom",), people=("ned",))
    ladders = replace(stage.contract.escalation, reached_within_days=30)
    crisis = replace(stage.contract.crisis, confirm_suppliers_days=90)
    watched = replace(
        stage.contract, rotas=(rota,), escalation=ladders, crisis=crisis, version="watched"
    )
    gone = away("2026-01-01", "2027-12-31")
    stage.memory.amend(with_people(watched, ["ned"], absences=(gone,)))
    watch = stage.do(WatchDuty, "escalade")
    stage.do(
        RecordDelivery, "escalade", subject=watch, meaning=DutyFaults(faults=()),
        to=person("tom"), delivered=False, why="no_slack_account",
    )  # fmt: skip
    stage.wait(days=1)
    stage.do(CorrectManagement, "hana", supplier="network", text=title)
    stage.do(ConfirmManagement, "hana", supplier="network")
    stage.memory.amend(stage.contract)


def undelivered(stage: Stage, incident: str) -> None:
    """Calls and messages that no way leads to."""
    for to, why in ((person("tom"), "no_slack_account"), (SHARED_ROOM, "is_archived")):
        called = stage.last(Ping.topic)
        news = IncidentNews(action="incident.taken", by="tom")
        for meaning, place in ((called.meaning, called.to), (news, to)):
            stage.do(
                RecordDelivery, "escalade", subject=incident, meaning=meaning,
                to=place, delivered=False, why=why,
            )  # fmt: skip


def everything(title: str) -> Stage:
    """Every topic there is; what is told of it further is told to a copy."""
    stage = copy(_everything(title))
    stage.memory, stage.said = fork(stage.memory), stage.said.copy()
    return stage


@cache
def _everything(title: str) -> Stage:
    contract = agreement()
    heard = replace(
        contract.incidents, communication=(Communication(origin="call", people=("bea",)),)
    )
    stage = Stage(replace(contract, incidents=heard))
    duty(stage, title)  # first: weeks pass
    in_the_pool(stage, title)
    ladders(stage, title)
    priorities(stage, title)
    left_alone(stage, title)
    incident = life(stage, title)
    reporting(stage, title)
    stage.do(ReopenIncident, "sam", incident=incident, reason=title)
    other = opened(stage, title=title, severity=2)
    crisis(stage, title, incident=other)
    refused = stage.do(AskCrisis, "sam", reason=title)
    stage.do(RefuseCrisis, "hana", crisis=refused, reason=title)
    withdrawn = stage.do(AskCrisis, "sam", reason=title)
    stage.do(CloseCrisis, "sam", crisis=withdrawn)
    both = [opened(stage, title=title, severity=2) for _ in range(2)]
    for each, by in zip(both, ("sam", "hana"), strict=True):
        asked = stage.do(AskCrisis, by, reason=title, incident=each)
    stage.do(MergeIncident, "sam", incident=both[1], into=both[0])
    stage.do(AcceptCrisis, "sam", crisis=asked)
    crisis(stage, title, exercise=True)
    without_a_room(stage, title)
    undelivered(stage, opened(stage, title=title))
    found_by_the_provider(stage, title)
    problem(stage, title)
    change(stage, title)
    monitored(stage, title)
    return stage
