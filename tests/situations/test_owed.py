"""What is owed goes on being owed: a report, an answer, the end of a wait."""

from __future__ import annotations

from dataclasses import replace

from escalation.base.durations import Duration
from escalation.contract import AutomaticCase, Trigger
from escalation.decision.commands.incident import (
    AskReport,
    CancelIncident,
    CloseIncident,
    ConfirmCause,
    MergeIncident,
    OpenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from tests.agreement import agreement
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ABOUT, OTHER = "INC-0001", "INC-0002"


def test_inc_11_at_night_the_cause_is_not_known_yet(played: Played) -> None:
    """A priority 1 by night, resolved when nobody knows yet whether the cause is gone.

    Nia is asked in the morning, after four coverage hours, then once more with the incident manager
    on duty. At 16:00 she says that it is not gone: only then is a problem proposed, and Sam asked
    to confirm it.
    """
    play = Situation(at="2026-07-15 03:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
             title="VPN down", component="vpn", severity=1)  # fmt: skip
    play.act("takes it", TakeIncident, "nia", ABOUT)
    play.clock("03:40")
    play.act("resolves it: restarted, nobody knows why", ResolveIncident, "nia", ABOUT,
             cause_gone=None)  # fmt: skip
    play.clock("16:00")
    play.act("says that the cause is not gone", ConfirmCause, "nia", ABOUT,
             gone=False, cause="a leak")  # fmt: skip
    play.clock("2026-07-17 18:00")
    played(
        play,
        "cause_asked",
        "cause_to_confirm",
        "problem_proposed",
        paper="""
        11:30 cause_asked Nia Night
        15:30 cause_asked Nia Night, Sam Delivery
        16:00 cause_to_confirm Sam Delivery
        16:00 problem_proposed Sam Delivery, Sue Deputy
        """,
    )


def test_rep_2_asked_for_then_cancelled_put_back_and_merged(played: Played) -> None:
    """A report is asked for; its incident is cancelled, put back, and merged into another.

    Cancelled, the report is drafted; put back, it waits. Merged, it is owed on the original: a day
    after that closes, and a margin of an hour before it goes out, with or without an approval.
    """
    rules = agreement().report
    play = Situation(agreement(report=replace(rules, reminders=())), at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("opens another about the same", OpenIncident, "otto", **WIKI)
    play.act("takes the first", TakeIncident, "tom", ABOUT)
    play.clock("10:10")
    play.act("asks for a report on the first", AskReport, "hana", ABOUT, reason="the third time")
    play.clock("11:00")
    play.act("cancels the first", CancelIncident, "rita", ABOUT, reason="my own cable")
    play.clock("12:00")
    play.act("puts it back: it was not", UndoEnding, "sam", ABOUT, reason="it was not")
    play.clock("13:00")
    play.act("merges it into the other", MergeIncident, "sam", ABOUT, into=OTHER)
    play.clock("14:00")
    play.act("resolves the other", ResolveIncident, "tom", OTHER, cause_gone=True)
    play.act("verifies: it works", VerifyIncident, "rita", OTHER, fixed=True)
    play.act("closes it", CloseIncident, "sam", OTHER)
    play.clock("2026-07-16 13:01")
    played(
        play,
        "report_asked",
        "report_drafted",
        "report_issued",
        paper="""
        10:10 report_asked Tom Leader
        11:00 report_drafted Sam Delivery
        12:00 report_drafted Sam Delivery
        14:00 report_drafted Sam Delivery
        13:00 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        13:00 report_drafted Sam Delivery
        """,
    )


def test_inc_x_merged_while_its_lowering_is_waited_for(played: Played) -> None:
    """A priority 1 is merged while the client thinks about lowering it.

    The original is a priority 1 from then on; nobody is asked any more about the one merged, though
    the half hour after which the client was to be asked again passes.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.clock("10:10")
    play.act("proposes priority 3", SetPriority, "sam", ABOUT, severity=3, reason="one office")
    play.clock("10:20")
    play.act("merges it into the other", MergeIncident, "sam", ABOUT, into=OTHER)
    play.clock("11:30")
    played(
        play,
        "priority_1_notice",
        "lowering_proposed",
        paper="""
        10:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:10 lowering_proposed Hana Head
        10:20 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        """,
    )


def test_inc_9_a_wait_ends_behind_a_holiday(played: Played) -> None:
    """The client is waited for over the 14th of July, and too long.

    The contract sets two working days: Monday, and Wednesday. Reminded each evening of a working
    day; then the managers hear it, and it escalates: to the team leader, who leaves at that hour,
    and again in the morning, an hour of coverage later.
    """
    of = agreement()
    case = AutomaticCase(trigger=Trigger.WAITING_TOO_LONG, priorities=(3,))
    waiting = replace(of.incidents.waiting, at_most=Duration.parse("2 working days"))
    contract = agreement(
        incidents=replace(of.incidents, waiting=waiting),
        escalation=replace(of.escalation, automatic=(*of.escalation.automatic, case)),
    )
    play = Situation(contract, at="2026-07-10 15:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("waits for an answer of the client", WaitFor, "tom", ABOUT,
             waiting_for="client", reason="which page?")  # fmt: skip
    play.clock("2026-07-16 09:00")
    played(
        play,
        "waiting_too_long",
        "still_waiting",
        "ping",
        paper="""
        18:00 still_waiting Rita Requester, Tom Leader
        18:00 waiting_too_long Tom Leader, Sam Delivery, Sue Deputy
        18:00 ping Tom Leader, Olga Operations
        18:00 still_waiting Rita Requester, Tom Leader
        08:30 ping Tom Leader, Olga Operations
        """,
    )
