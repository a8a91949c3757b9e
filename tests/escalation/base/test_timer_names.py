"""The names of timers, and the text that records and timer rows of every version hold."""

from __future__ import annotations

import pytest

from escalation.base.timer_names.change import ChangeTurn, WindowNear, WindowOpens, WindowOver
from escalation.base.timer_names.change_board import BoardOverdue, BoardReminder
from escalation.base.timer_names.cover import (
    CoverBegins,
    CoverEnds,
    CoverUnanswered,
    LookAtDuty,
)
from escalation.base.timer_names.crisis import (
    ActionDue,
    AnswerAwaited,
    ArchiveRoom,
    BriefingDue,
    LeadAwaited,
    MemberChase,
    MembersAwaited,
    RoomAwaited,
)
from escalation.base.timer_names.event import EventsHeld, EventsQuiet
from escalation.base.timer_names.incident import (
    CauseDue,
    CloseByItself,
    CloseReminder,
    KeepInformed,
    LoweringAwaited,
    OnCallDue,
    QualifyBy,
    TargetMark,
    VerifyChase,
    VerifySilence,
    WaitEnd,
    WaitReminder,
)
from escalation.base.timer_names.ladder import NextCall, SettleBy, SnoozeOver, up
from escalation.base.timer_names.problem import AnalysisReminder, TurnReminder, WatchOver
from escalation.base.timer_names.reading import KINDS, read
from escalation.base.timer_names.report import LastMoment, ReportReminder
from escalation.base.timer_names.timer_name import TimerName, Unknown
from escalation.perform.rights import PRACTICES

STORED = {
    "target/acknowledge/75": TargetMark("acknowledge", 75),
    "target/restore/100": TargetMark("restore", 100),
    "verify/chase": VerifyChase(),
    "verify/silence": VerifySilence(),
    "delay/inform": KeepInformed(),
    "qualify/by": QualifyBy(),
    "oncall/tell": OnCallDue(),
    "lowering/agree": LoweringAwaited(),
    "cause/ask": CauseDue(),
    "wait/remind": WaitReminder(),
    "wait/end": WaitEnd(),
    "close/remind": CloseReminder(),
    "close/itself": CloseByItself(),
    "ladder/client/call/provider": NextCall("client", "provider"),
    "ladder/net-work_2/call/7": NextCall("net-work_2", "7"),
    "ladder/client/settle": SettleBy("client"),
    "ladder/client/snooze": SnoozeOver("client"),
    "request/answer": AnswerAwaited(),
    "room/awaited": RoomAwaited(),
    "archive/room": ArchiveRoom(),
    "member/claire-vasseur/chase": MemberChase("claire-vasseur"),
    "members/client/agree": MembersAwaited("client"),
    "lead/confirm": LeadAwaited(),
    "inform/client": BriefingDue("client"),
    "action/12/owner": ActionDue(12, "owner"),
    "action/12/lead": ActionDue(12, "lead"),
    "report/remind/2": ReportReminder(2),
    "report/preliminary": LastMoment(),
    "cover/unanswered": CoverUnanswered(),
    "cover/begins": CoverBegins(),
    "cover/ends": CoverEnds(),
    "duty/look": LookAtDuty(),
    "problem/turn/2": TurnReminder(2),
    "problem/analysis/1": AnalysisReminder(1),
    "problem/watched": WatchOver(),
    "change/turn/2": ChangeTurn(2),
    "change/near": WindowNear(),
    "change/opens": WindowOpens(),
    "change/over/1": WindowOver(1),
    "change/board/2": BoardReminder(2),
    "change/board_overdue/1": BoardOverdue(1),
    "event/quiet": EventsQuiet(),
    "event/held": EventsHeld(),
}


@pytest.mark.parametrize(("text", "name"), STORED.items())
def test_a_name_is_stored_as_ever_and_read_again(text: str, name: TimerName) -> None:
    assert str(name) == text
    assert read(text) == name
    assert hash(read(text)) == hash(name)


def test_every_kind_is_stored_and_answered_by_one_practice() -> None:
    assert {type(name) for name in STORED.values()} == set(KINDS)
    answered = [kind for practice in PRACTICES for kind in practice.timers]
    assert sorted(answered, key=repr) == sorted(KINDS, key=repr)


@pytest.mark.parametrize("text", ["target/restore/soon", "problem/review/1", "ladder/a/b/c", ""])
def test_the_name_of_another_version_is_kept(text: str) -> None:
    assert read(text) == Unknown(text)
    assert str(read(text)) == text


def test_timers_of_one_ladder_are_told_from_those_of_another() -> None:
    mine = [name for name in STORED.values() if up("client")(name)]
    assert {type(name) for name in mine} == {NextCall, SettleBy, SnoozeOver}
    assert NextCall("net-work_2", "7") not in mine
