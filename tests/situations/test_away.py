"""People go on leave, or leave the contract, while something is asked of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from escalation.contract import Absence, Contract
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AskCrisis,
    CloseCrisis,
    ConfirmLead,
    MemberJoined,
    OfferLead,
    RoomOpened,
)
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.commands.incident import (
    CloseIncident,
    OpenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    VerifyIncident,
)
from escalation.messages.destinations import person
from escalation.messages.incident import PleaseVerify
from tests.agreement import agreement
from tests.escalation.ladder.climbing import with_people
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ABOUT = "INC-0001"


def on_leave(contract: Contract, who: str, stand_in: str | None = None) -> Contract:
    """The contract with somebody on leave on Thursday and Friday."""
    leave = Absence(first=date(2026, 7, 16), last=date(2026, 7, 17), stand_in=stand_in)
    return with_people(contract, [who], absences=(leave,))


def test_inc_x_the_requester_goes_on_leave_and_then_leaves_the_contract(played: Played) -> None:
    """The requester goes on leave, and then leaves the client.

    Repaired on Thursday, while she is on leave: who stands in for her is asked to verify. Once the
    contract names her no more nobody stands in, and the incident managers are asked.
    """
    contract = on_leave(agreement(), "rita", "otto")
    play = Situation(contract, at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("2026-07-16 10:00")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("15:00")
    left = tuple(each for each in contract.people if each.id != "rita")
    play.memory.amend(replace(contract, version="v2", people=left))
    play.clock("18:30")
    play.clock("2026-07-17 09:00")
    play.act("verifies: it works", VerifyIncident, "sue", ABOUT, fixed=True)
    play.clock("2026-07-20 09:00")
    played(
        play,
        "please_verify",
        paper="""
        10:00 please_verify Otto Deputy
        14:00 please_verify Otto Deputy
        18:00 please_verify Sam Delivery, Sue Deputy
        """,
    )


def test_inc_x_a_requester_without_slack(played: Played) -> None:
    """The requester has no Slack account.

    The shared room hears once that she cannot be asked; what is said to her is tried again all the
    same. After two working days the incident managers may close, and one does.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:10")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    for at in ("10:10", "14:10"):
        play.clock(at)
        play.perform(
            RecordDelivery, "escalade", subject=ABOUT, meaning=PleaseVerify(by="tom"),
            to=person("rita"), delivered=False, why="no_slack_account",
        )  # fmt: skip
    play.clock("2026-07-17 18:05")
    play.act("closes it", CloseIncident, "sam", ABOUT)
    played(
        play,
        "please_verify",
        "not_told",
        "may_close",
        paper="""
        10:10 please_verify Rita Requester
        10:10 not_told the shared room
        14:10 please_verify Rita Requester
        07:40 please_verify Rita Requester
        11:40 please_verify Rita Requester
        15:40 please_verify Rita Requester
        09:10 please_verify Rita Requester
        13:10 please_verify Rita Requester
        17:10 please_verify Rita Requester
        18:00 may_close Sam Delivery, Sue Deputy
        """,
    )


def test_inc_19_the_clients_peer_goes_on_leave_before_answering(played: Played) -> None:
    """The client's peer goes on leave before saying whether a priority 1 may be lowered.

    Asked at 17:40, not asked again at night. In the morning the head of the service is on leave:
    the next echelon is asked, then the one above it; after an hour it stays a priority 1, and the
    delivery manager reads whom to telephone: somebody who is there.
    """
    play = Situation(on_leave(agreement(), "hana"), at="2026-07-15 17:30")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("17:40")
    play.act("proposes priority 3", SetPriority, "sam", ABOUT, level=3, reason="one office")
    play.clock("2026-07-16 12:00")
    assert "Cid Cio" in play.words("incident_news", "sam")
    played(
        play,
        "lowering_proposed",
        "incident_news",
        paper="""
        17:40 lowering_proposed Hana Head
        07:40 lowering_proposed Cid Cio
        08:10 lowering_proposed Cid Cio, Eve Executive
        08:40 incident_news Sam Delivery
        """,
    )


def cell(contract: Contract, at: str, opened: str) -> Situation:
    """A cell that Sam asked for and Hana accepted, and its room."""
    play = Situation(contract, at=at)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.clock(opened)
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    return play


def test_cri_12_the_peer_who_is_to_lead_goes_on_leave_at_midnight(played: Played) -> None:
    """The CIO takes the lead just before his peer's leave begins.

    The director is asked at 23:50 and keeps silent. From midnight on he is on leave: the next call
    does not go to him but to the board, and the CIO hears whom to expect.
    """
    play = cell(on_leave(agreement(), "dan"), "2026-07-15 23:40", "23:45")
    play.clock("23:50")
    play.act("takes the lead", OfferLead, "cid", leads={})
    play.clock("2026-07-16 00:10")
    play.act("confirms", ConfirmLead, "bea")
    play.clock("00:40")
    played(
        play,
        "lead_request",
        "lead_unanswered",
        "lead_changed",
        paper="""
        23:50 lead_request Dan Director
        00:05 lead_request Bea Board
        00:05 lead_unanswered Cid Cio
        00:10 lead_changed crisis/CRI-0001, Sam Delivery, Hana Head, Bea Board, Cid Cio
        """,
    )


def test_cri_12_who_leads_goes_on_leave_and_the_deputy_takes_the_lead(played: Played) -> None:
    """Whoever leads the cell goes on leave, and the deputy takes the lead.

    The delivery manager leads until midnight, when his leave begins. His deputy, of the same
    level, takes the lead by her own decision; the two who lead then close the cell.
    """
    play = cell(on_leave(agreement(), "sam"), "2026-07-15 23:40", "23:45")
    play.clock("2026-07-16 00:10")
    play.act("takes the lead", OfferLead, "sue", leads={})
    play.clock("00:20")
    play.act("agrees to close the cell", CloseCrisis, "sue")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    assert play[play.id].state == "closed"
    played(
        play,
        "lead_changed",
        "close_request",
        paper="""
        00:10 lead_changed crisis/CRI-0001, Sam Delivery, Hana Head, Sue Deputy
        00:20 close_request Hana Head
        """,
    )


def test_cri_4_a_mandated_member_goes_on_leave_while_being_called(played: Played) -> None:
    """A mandated member goes on leave while being called to the cell.

    The CIO is called until midnight; then his leave begins, and whoever stands in for him is
    called, as his delegate.
    """
    play = cell(on_leave(agreement(), "cid", "eve"), "2026-07-15 23:40", "23:50")
    play.perform(MemberJoined, "dan", source="event")
    play.clock("2026-07-16 00:06")
    played(
        play,
        "crisis_call",
        paper="""
        23:50 crisis_call Sam Delivery, Hana Head, Dan Director, Cid Cio, Tom Leader, Olga Operations
        23:55 crisis_call Cid Cio
        00:00 crisis_call Eve Executive
        00:05 crisis_call Eve Executive
        """,  # noqa: E501  one line an instant
    )


def test_cri_7_who_keeps_the_firm_informed_goes_on_leave(played: Played) -> None:
    """Whoever keeps a firm informed goes on leave.

    The client's communication lead is reminded at 23:50; from midnight on she is away, and nobody
    stands in: whoever leads for the client is reminded in her place.
    """
    play = cell(on_leave(agreement(), "olga"), "2026-07-15 22:45", "22:50")
    play.clock("2026-07-16 00:51")
    played(
        play,
        "inform_reminder",
        paper="""
        23:50 inform_reminder Tom Leader, Olga Operations
        00:50 inform_reminder Tom Leader, Hana Head
        """,
    )


def test_inc_4_those_who_could_close_it_are_on_leave(played: Played) -> None:
    """Those who could close an incident are on leave.

    Verified on Wednesday and not closed. Both incident managers are on leave: who stands in for
    one of them is reminded too. Nobody closes it; on Friday evening it closes by itself.
    """
    contract = on_leave(on_leave(agreement(), "sue"), "sam", "dan")
    play = Situation(contract, at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("17:00")
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.clock("2026-07-18 09:00")
    assert play[ABOUT].state == "closed"
    played(
        play,
        "please_close",
        paper="""
        10:30 please_close Sam Delivery, Sue Deputy, Dan Director
        14:30 please_close Sam Delivery, Sue Deputy, Dan Director
        08:00 please_close Sam Delivery, Sue Deputy, Dan Director
        12:00 please_close Sam Delivery, Sue Deputy, Dan Director
        16:00 please_close Sam Delivery, Sue Deputy, Dan Director
        """,
    )


def test_rep_4_the_reports_owner_goes_on_leave_and_nobody_stands_in(played: Played) -> None:
    """The report's owner goes on leave, and nobody stands in.

    The other incident manager is reminded with him from then on, so that somebody writes it.
    """
    play = Situation(on_leave(agreement(), "sam"), at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:03")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.act("closes it", CloseIncident, "sam", ABOUT)
    play.clock("2026-07-16 09:30")
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:03 report_drafted Sam Delivery
        17:00 report_drafted Sam Delivery
        07:30 report_drafted Sam Delivery, Sue Deputy, Tom Leader
        09:03 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        09:03 report_drafted Sam Delivery, Sue Deputy
        """,
    )
