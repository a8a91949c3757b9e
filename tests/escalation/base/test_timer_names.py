"""The names of timers, and the text that records and timer rows of every version hold."""

from __future__ import annotations

import pytest

from escalation.base import timer_names as t
from escalation.perform.rights import PRACTICES

STORED = {
    "target/acknowledge/75": t.TargetMark("acknowledge", 75),
    "target/restore/100": t.TargetMark("restore", 100),
    "verify/chase": t.VerifyChase(),
    "verify/silence": t.VerifySilence(),
    "ladder/client/call/provider": t.NextCall("client", "provider"),
    "ladder/net-work_2/call/7": t.NextCall("net-work_2", "7"),
    "ladder/client/settle": t.SettleBy("client"),
    "ladder/client/snooze": t.SnoozeOver("client"),
    "request/answer": t.AnswerAwaited(),
    "room/awaited": t.RoomAwaited(),
    "archive/room": t.ArchiveRoom(),
    "member/claire-vasseur/chase": t.MemberChase("claire-vasseur"),
    "inform/client": t.BriefingDue("client"),
    "action/12/owner": t.ActionDue(12, "owner"),
    "action/12/lead": t.ActionDue(12, "lead"),
    "report/remind/2": t.ReportReminder(2),
    "report/preliminary": t.LastMoment(),
}


@pytest.mark.parametrize(("text", "name"), STORED.items())
def test_a_name_is_stored_as_ever_and_read_again(text: str, name: t.TimerName) -> None:
    assert str(name) == text
    assert t.read(text) == name
    assert hash(t.read(text)) == hash(name)


def test_every_kind_is_stored_and_answered_by_one_practice() -> None:
    assert {type(name) for name in STORED.values()} == set(t.KINDS)
    answered = [kind for practice in PRACTICES for kind in practice.timers]
    assert sorted(answered, key=repr) == sorted(t.KINDS, key=repr)


@pytest.mark.parametrize("text", ["target/restore/soon", "problem/review/1", "ladder/a/b/c", ""])
def test_the_name_of_another_version_is_kept(text: str) -> None:
    assert t.read(text) == t.Unknown(text)
    assert str(t.read(text)) == text


def test_timers_of_one_ladder_are_told_from_those_of_another() -> None:
    mine = [name for name in STORED.values() if t.up("client")(name)]
    assert {type(name) for name in mine} == {t.NextCall, t.SettleBy, t.SnoozeOver}
    assert t.NextCall("net-work_2", "7") not in mine
