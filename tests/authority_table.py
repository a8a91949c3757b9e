"""The page docs/authority.md: `python -m tests.authority_table` writes it from the table of rights.

Who may is read from `escalation.perform.rights`. When, and whom the turn of events leaves of
them, is the rules' matter, written down here by hand; the test of the table holds both against
the use cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from escalation.decision.commands.change import (
    ApproveChange,
    AssignStudy,
    ClassifyChange,
    CloseChange,
    DoChangeAgain,
    EndChange,
    LinkCausedIncident,
    LookAtChangeAgain,
    PlanChange,
    ProlongChange,
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
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import (
    AcceptCover,
    AskCover,
    AskSwap,
    ConfirmManagement,
    CorrectManagement,
    DeclineCover,
    WatchDuty,
    WithdrawCover,
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
    MemberLeft,
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
from escalation.decision.commands.event import DiscardEvents, PlaceEvents, TakeEvents
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
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    ReportHeldBack,
    SendBackReport,
    SubmitReport,
)
from escalation.perform.rights import RIGHTS
from handlers.refusals.words import WHO
from tests.authority_acts import kind_of
from tests.authority_cast import (
    CHANGE_STATES,
    COVER_STATES,
    CRISIS_STATES,
    EVENT_STATES,
    INCIDENT_STATES,
    PROBLEM_STATES,
    REPORT_STATES,
)
from tests.looks_table import looks_page

PAGE = Path(__file__).parent.parent / "docs" / "authority.md"

_UNDER_WAY = (
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
)
_REPAIRED = ("resolved", "resolved_long_ago", "verified")
_WALKED = ("lowering", "escalated", "escalated_twice", "escalated_to_the_top")
_UNANALYSED = ("opened", "assessed", "voting")
_ANALYSED = ("analysed", "known_error")
_CARRIED_OUT = ("underway", "done", "change_closed")
_UNDECIDED = ("requested", "study", "approval", "board")
_BEFOREHAND = (*_UNDECIDED, "change_approved", "planned", "window_open")
_MET = ("open", "lead_offered")

WHEN: dict[type[Command], tuple[str, ...]] = {
    OpenIncident: ("nothing",),
    AddNote: INCIDENT_STATES,
    SetSite: _UNDER_WAY,
    TakeIncident: ("opened", "qualified", "assigned", "lowering"),
    AssignIncident: _UNDER_WAY,
    SetPriority: _UNDER_WAY,
    AgreeLowering: ("lowering",),
    DeclineLowering: ("lowering",),
    WaitFor: tuple(state for state in _UNDER_WAY if state != "waiting"),
    ResumeWork: ("waiting",),
    ForeseeDelay: _UNDER_WAY[1:],
    ResolveIncident: _UNDER_WAY[1:],
    ConfirmCause: (*_REPAIRED, "closed"),
    VerifyIncident: ("resolved", "resolved_long_ago"),
    CloseIncident: ("resolved_long_ago", "verified"),
    ReopenIncident: (*_REPAIRED, "closed"),
    MergeIncident: _UNDER_WAY,
    CancelIncident: _UNDER_WAY,
    UndoEnding: ("cancelled", "merged"),
    AskReport: (*_UNDER_WAY, *_REPAIRED, "closed", "cancelled"),
    ReplanIncident: ("terms_changed",),
    EscalateUp: tuple(s for s in (*_UNDER_WAY, *_REPAIRED) if s != "escalated_to_the_top"),
    AcknowledgePing: _WALKED,
    HandOverPing: _WALKED,
    AddToRung: _WALKED,
    SnoozeLadder: _WALKED,
    StepDown: ("escalated_twice", "escalated_to_the_top"),
    SettleLadder: _WALKED,
    AskCrisis: ("nothing", *_UNDER_WAY, *_REPAIRED),
    AcceptCrisis: ("asked",),
    RefuseCrisis: ("asked",),
    AddMember: _MET,
    AddSupplier: _MET,
    RemoveMember: _MET,
    AgreeMembers: _MET,
    NameDelegate: _MET,
    SetBrief: _MET,
    Decide: _MET,
    AddLogEntry: _MET,
    AddAction: _MET,
    ChangeAction: (*_MET, "closed"),
    CompleteAction: (*_MET, "closed"),
    DeclineAction: (*_MET, "closed"),
    CancelAction: (*_MET, "closed"),
    OfferLead: _MET,
    ConfirmLead: ("lead_offered",),
    NameCommunicationLead: _MET,
    RecordBriefing: _MET,
    CloseCrisis: ("asked", *_MET),
    RoomOpened: _MET,
    RoomRefused: _MET,
    InvitationRefused: _MET,
    MemberJoined: _MET,
    MemberLeft: _MET,
    EditReport: REPORT_STATES,
    SubmitReport: ("draft",),
    SendBackReport: ("draft",),
    ApproveReport: ("draft",),
    IssueReport: ("approved",),
    ReportHeldBack: REPORT_STATES,
    WatchDuty: ("nothing",),
    ConfirmManagement: ("nothing",),
    CorrectManagement: ("nothing",),
    AskCover: ("nothing",),
    AskSwap: ("nothing",),
    AcceptCover: ("asked", "agreed"),
    DeclineCover: ("asked", "agreed"),
    WithdrawCover: ("asked", "agreed", "in_force"),
    OpenProblem: ("nothing",),
    TakeProblem: ("proposed",),
    DeclineProblem: ("proposed",),
    AssessProblem: (*_UNANALYSED, *_ANALYSED),
    ProposeProblemPriority: ("assessed", "voting"),
    DecideProblemPriority: ("voting",),
    AssignAnalysis: _UNANALYSED,
    RecordCause: ("proposed", *_UNANALYSED, *_ANALYSED),
    RecordWorkaround: ("proposed", *_UNANALYSED, *_ANALYSED),
    WithdrawWorkaround: ("known_error",),
    RecordFix: _ANALYSED,
    LinkIncident: tuple(state for state in PROBLEM_STATES if state != "declined"),
    UnlinkIncident: PROBLEM_STATES,
    CloseProblem: ("watched",),
    ReopenProblem: ("fixed", "watched", "closed"),
    RecordDelivery: REPORT_STATES,
    RequestChange: ("nothing",),
    ClassifyChange: _UNDECIDED,
    AssignStudy: ("study",),
    RecordStudy: ("study", "approval", "board"),
    ApproveChange: ("approval", "board"),
    RejectChange: _UNDECIDED,
    PlanChange: _BEFOREHAND,
    StartChange: ("window_open",),
    ProlongChange: ("underway",),
    EndChange: ("underway",),
    CloseChange: ("done",),
    LinkCausedIncident: _CARRIED_OUT,
    UnlinkCausedIncident: _CARRIED_OUT,
    LookAtChangeAgain: CHANGE_STATES,
    DoChangeAgain: ("rejected", "change_withdrawn"),
    WithdrawChange: _BEFOREHAND,
    CallBoard: ("approval",),
    VoteOnChange: ("board",),
    RepresentMember: ("board",),
    AgreeToRepresent: ("board",),
    DeclineToRepresent: ("board",),
    TakeEvents: ("nothing",),
    PlaceEvents: ("unplaced",),
    DiscardEvents: ("unplaced",),
}

ONLY: dict[type[Command], str] = {
    **dict.fromkeys(
        (AcknowledgePing, HandOverPing, AddToRung, SnoozeLadder, StepDown),
        "called_at_this_rung",
    ),
    SettleLadder: "at_this_rung_or_above",
    AcceptCrisis: "asked",
    RefuseCrisis: "asked",
    ConfirmLead: "taking_over",
    RecordBriefing: "initiator_or_communication_lead",
    MemberJoined: "on_the_list",
    MemberLeft: "on_the_list",
    AcceptCover: "who_decides",
    DeclineCover: "who_decides",
    OpenProblem: "of_the_provider",
    SendBackReport: "not_the_owner",
    ApproveReport: "not_the_owner",
}
ONLY_WORDS = {
    "called_at_this_rung": "called at this rung, or next in line",
    "at_this_rung_or_above": "standing at this rung or above, or managing incidents",
    "asked": "asked for this cell",
    "taking_over": "proposed to take the lead",
    "initiator_or_communication_lead": "an initiator or a communication lead",
    "on_the_list": "on the member list",
    "not_the_owner": "not its owner (of a cell's, not who wrote last)",
    "of_the_provider": "of the provider; a client is told to go to the delivery manager",
    "who_decides": "asked, and not heard yet; once one has agreed, who keeps the rota",
}

HEAD = """\
# Who may do what

`.venv/bin/python -m tests.authority_table` writes this page from the table of rights in
[escalation/perform/rights.py](../escalation/perform/rights.py). Slack says who somebody is, the
contract says who they are to the record, and no use case begins before this table is asked.
[tests/test_authority_table.py](../tests/test_authority_table.py) carries every command out, by
everybody, in every state of a record, on one's own contract and on another, and holds the outcome
against this page.

## Before anything else

1. Somebody whom no contract names may do nothing, and is told whom to turn to. So is whoever acts
   by an account that only shows the address of somebody named: of another workspace, closed, or an
   app's ([who is who](operations.md#who-is-who-in-slack)).
2. A record of another contract does not exist.
3. A record one need not know of does not exist either (rule CON-2):
   - an incident is known to the provider; to the client unless it is the provider's own affair; to
     a supplier whose component, support group or ladder it concerns;
   - a crisis is known to those who take part or were asked, to the help desk, to those who follow
     all incidents at the provider, and from the level that may ask for a crisis upwards;
   - a cover of on-call duty is known to the firm of whoever asks for it;
   - a report is known to the provider, and at the client to those who approve or receive it;
   - a problem is known to the provider; once it is taken, at the client to the head of the service,
     the CIO, the level that decides its priority and above, and whoever was asked;
   - a change is known to the provider, at the client to those of the echelons and to whoever asked
     for it, and to whomever its approval or its carrying out needs;
   - events of monitoring are known to the provider.
4. Who may, but not in this state of the record, is told so: “not now”, or “done already”.
5. The bot itself (`escalade`) carries out what time and the dispatcher bring; nobody can ask it to.
6. People and things one need not know of have no name, in menus, near names and errors either. The
   two firms know whom and what the contract names. A supplier's people know their own firm, those
   who stand opposite them on its ladders, who takes part in the cell they sit in, and who asked for
   or works on an incident that concerns them; of the service, what is theirs to restore. In the
   place of anybody else's name they read that of the firm.
7. A report is posted to a room only where everybody in it may read it, by the contract and by
   Slack's list of its members; else those in it who may get it in person
   ([0024](adr/0024-a-room-is-told-only-what-everybody-in-it-may-read.md)).

## The table

Any one of those in the third column is enough. Where the fourth says something, the turn of events
leaves only these of them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the page."""

    command: str
    does: str
    who: tuple[str, ...]
    only: str
    when: tuple[str, ...]


def rows() -> Iterator[Row]:
    """The table as the product and this module say it."""
    for command, when in WHEN.items():
        does = (command.__doc__ or "").strip().split("\n\n")[0]
        yield Row(
            command=command.__name__,
            does=" ".join(does.split()),
            who=tuple(each.code for each in RIGHTS[command]),
            only=ONLY.get(command, ""),
            when=when,
        )


def page() -> str:
    """The page as far as commands go; what is only looked at follows (`tests.looks_table`)."""
    lines = ["", "| Command | What it does | Who may | Only those | When the record is |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for row in rows():
        who = "<br>".join(f"{WHO[code]} (`{code}`)" for code in row.who)
        only = f"{ONLY_WORDS[row.only]} (`{row.only}`)" if row.only else ""
        when = ", ".join(f"`{state}`" for state in row.when)
        lines.append(f"| {row.command} | {row.does} | {who} | {only} | {when} |")
    states = {
        "incident": INCIDENT_STATES,
        "crisis": CRISIS_STATES,
        "report": REPORT_STATES,
        "cover": COVER_STATES,
        "problem": PROBLEM_STATES,
        "change": CHANGE_STATES,
        "event": EVENT_STATES,
    }
    lines += ["", "The states, as the test plays them:", ""]
    lines += [f"- {kind}: {', '.join(f'`{s}`' for s in known)}" for kind, known in states.items()]
    return HEAD + "\n".join(lines) + "\n"


_ROW = re.compile(r"^\| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
_CODE = re.compile(r"`(\w+)`")


def read_page() -> dict[str, Row]:
    """The table as the page says it, by command."""
    found = {}
    for command, does, who, only, when in _ROW.findall(PAGE.read_text("utf-8")):
        if command == "Command":
            continue
        found[command] = Row(
            command=command,
            does=does,
            who=tuple(_CODE.findall(who)),
            only="".join(_CODE.findall(only)),
            when=tuple(_CODE.findall(when)),
        )
    return found


def kinds_of(command: type[Command]) -> tuple[str, ...]:
    """The kinds of record whose situations a command is tried in."""
    return ("none", "incident") if command is AskCrisis else (kind_of(command),)


if __name__ == "__main__":
    PAGE.write_text(page() + looks_page(), encoding="utf-8")
