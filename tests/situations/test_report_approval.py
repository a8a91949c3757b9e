"""How a report comes about, and who is asked what for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from escalation.contract import Absence
from escalation.decision.commands.incident import (
    AskReport,
    CloseIncident,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ResolveIncident,
    VerifyIncident,
)
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    SendBackReport,
    SubmitReport,
)
from tests.agreement import agreement
from tests.situations.situation import Played, Situation

REPORT = "REP-0001"


def closed(play: Situation, incident: str) -> None:
    """Restored, verified and closed."""
    play.act("restores the service", ResolveIncident, "tom", incident,
             cause_gone=True, cause="A certificate expired.")  # fmt: skip
    play.act("confirms", VerifyIncident, "rita", incident, fixed=True)
    play.act("closes the incident", CloseIncident, "sam", incident)


def vpn_down(at: str) -> Situation:
    """A priority 1, opened at that instant."""
    play = Situation(at=at)
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
             title="VPN down", component="vpn", severity=1)  # fmt: skip
    return play


def test_rep_3_a_report_sent_back_once_then_approved(played: Played) -> None:
    """A report is sent back once, then approved.

    Those who may approve are asked with the report; the first answer holds for all. The owner hears
    of the refusal, with its reason, and of the approval, and issues it.
    """
    play = vpn_down("2026-07-15 10:00")
    play.clock("10:03")
    closed(play, "INC-0001")
    play.clock("10:20")
    play.act("asks for approval", SubmitReport, "sam", REPORT, reason="Told by phone")
    play.clock("10:40")
    play.act("sends the report back: who was hit?", SendBackReport, "hana", REPORT,
             reason="Who was hit?")  # fmt: skip
    play.clock("10:50")
    play.act("completes the impact", EditReport, "sam", REPORT, sections={"impact": "Everybody."})
    play.act("asks for approval again", SubmitReport, "sam", REPORT, reason="Told by phone")
    play.clock("11:00")
    play.act("approves", ApproveReport, "cid", REPORT)
    play.clock("11:05")
    play.act("issues the report", IssueReport, "sam", REPORT)
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:03 report_drafted Sam Delivery
        10:20 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio
        10:40 report_drafted Sam Delivery
        10:50 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio
        11:00 report_drafted Sam Delivery
        11:05 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        """,
    )


def test_rep_4_nobody_approves_in_time(played: Played) -> None:
    """Nobody approves in time.

    An hour before the deadline the report goes out as preliminary; reminders go on every eight
    coverage hours, to the owner and up the ladder, until the approved one is out.
    """
    play = vpn_down("2026-07-15 10:00")
    play.clock("10:03")
    closed(play, "INC-0001")
    play.clock("2026-07-17 16:00")
    play.act("asks for approval at last", SubmitReport, "sam", REPORT, reason="Told by phone")
    play.act("approves; the report goes out at once", ApproveReport, "tom", REPORT)
    play.clock("2026-07-27 10:00")
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:03 report_drafted Sam Delivery
        17:00 report_drafted Sam Delivery
        07:30 report_drafted Sam Delivery, Tom Leader
        09:03 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        09:03 report_drafted Sam Delivery
        17:03 report_drafted Sam Delivery, Dan Director
        14:33 report_drafted Sam Delivery, Dan Director
        16:00 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio, Sam Delivery
        16:00 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        """,
    )


def test_inc_x_opened_again_while_its_report_waits_for_approval(played: Played) -> None:
    """An incident is opened again while its report waits for approval.

    The owner hears at once that the report waits; nothing is due meanwhile. After the next closing
    its approval is asked for anew.
    """
    play = vpn_down("2026-07-15 10:00")
    play.clock("10:03")
    closed(play, "INC-0001")
    play.act("asks for approval", SubmitReport, "sam", REPORT, reason="Told by phone")
    play.clock("10:30")
    play.act("says that it fails again", ReopenIncident, "rita", "INC-0001", reason="It fails")
    play.clock("2026-07-17 10:30")
    closed(play, "INC-0001")
    play.act("asks for approval", SubmitReport, "sam", REPORT, reason="Told by phone")
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:03 report_drafted Sam Delivery, Tom Leader, Sue Deputy, Hana Head, Cid Cio
        10:30 report_drafted Sam Delivery
        10:30 report_drafted Sam Delivery, Tom Leader, Sue Deputy, Hana Head, Cid Cio
        """,
    )


def test_rep_2_asked_for_on_a_duplicate(played: Played) -> None:
    """A report is asked for on an incident that turns out to be a duplicate.

    It is owed on the original, and drafted when that is closed.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens an incident", OpenIncident, "rita",
             title="The kiosk is dead", component="kiosk", severity=3)  # fmt: skip
    play.act("opens another about the same", OpenIncident, "otto",
             title="Kiosk: nothing works", component="kiosk", severity=3)  # fmt: skip
    play.clock("10:05")
    play.act("asks for a report on the second", AskReport, "hana", "INC-0002",
             reason="The minister was there.")  # fmt: skip
    play.clock("10:10")
    play.act("merges it into the first", MergeIncident, "sam", "INC-0002", into="INC-0001")
    play.clock("11:00")
    closed(play, "INC-0001")
    played(
        play,
        "report_drafted",
        "report_asked",
        paper="""
        10:05 report_asked Sam Delivery
        11:00 report_drafted Sam Delivery
        """,
    )


def test_rep_3_who_is_to_approve_goes_on_leave_while_the_report_waits(played: Played) -> None:
    """Who is to approve a report goes on leave while it waits.

    Of each firm one is asked with the whole text, the others who may are told in short. From
    midnight on the head of the service is away: the next reminder asks the CIO in her place.
    """
    leave = Absence(first=date(2026, 7, 16), last=date(2026, 7, 17))
    people = tuple(
        replace(p, absences=(leave,)) if p.id == "hana" else p for p in agreement().people
    )
    play = Situation(agreement(people=people), at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
             title="VPN down", component="vpn", severity=1)  # fmt: skip
    play.clock("10:03")
    closed(play, "INC-0001")
    play.clock("10:20")
    play.act("asks for approval", SubmitReport, "sam", REPORT, reason="Told by phone")
    assert play[REPORT].asked == ("sue", "hana")
    play.clock("2026-07-16 08:00")
    assert play[REPORT].asked == ("sue", "cid")
    play.act("approves", ApproveReport, "cid", REPORT)
    play.clock("08:05")
    play.act("issues the report", IssueReport, "sam", REPORT)
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:03 report_drafted Sam Delivery
        10:20 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio
        17:00 report_drafted Sam Delivery, Sue Deputy, Hana Head
        07:30 report_drafted Sam Delivery, Tom Leader, Sue Deputy, Cid Cio
        08:00 report_drafted Sam Delivery
        08:05 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        """,
    )
