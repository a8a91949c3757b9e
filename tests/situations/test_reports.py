"""What becomes of a report while its incident goes on changing."""

from __future__ import annotations

from escalation.decision.commands.incident import (
    AgreeLowering,
    CloseIncident,
    OpenIncident,
    ReopenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    VerifyIncident,
)
from escalation.decision.commands.ladder import AcknowledgePing
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}


def test_inc_x_reopened_while_its_report_is_under_way(played: Played) -> None:
    """A priority 1 is reopened while its report is under way.

    Closed on Monday at 13:00, its report is due on Tuesday at 13:00. Two hours later the requester
    says that it is not fixed: the list hears of it as of a new one, and nobody is reminded of a
    report about an incident that goes on. Closed again, the report is due a day after that.
    """
    play = Situation(at="2026-07-13 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:02")
    play.act("takes it", TakeIncident, "tom", "INC-0001")
    play.clock("12:00")
    play.act("resolves it", ResolveIncident, "tom", "INC-0001", cause_gone=True, cure="restarted")
    play.clock("12:30")
    play.act("verifies: it works", VerifyIncident, "rita", "INC-0001", fixed=True)
    play.clock("13:00")
    play.act("closes it", CloseIncident, "sam", "INC-0001")
    play.clock("15:00")
    play.act("reopens it", ReopenIncident, "rita", "INC-0001", reason="down again")
    play.act("takes the call", AcknowledgePing, "tom", "INC-0001")
    play.clock("2026-07-14 10:00")
    play.act("resolves it", ResolveIncident, "tom", "INC-0001", cause_gone=True, cure="replaced")
    play.clock("10:10")
    play.act("verifies: it works", VerifyIncident, "rita", "INC-0001", fixed=True)
    play.clock("10:20")
    play.act("closes it", CloseIncident, "sam", "INC-0001")
    play.clock("2026-07-15 08:00")
    played(
        play,
        "priority_1_notice",
        "incident_news",
        "report_drafted",
        "report_issued",
        paper="""
        10:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:02 incident_news Rita Requester
        12:00 incident_news Sam Delivery, Hana Head, Cid Cio
        12:30 incident_news Tom Leader, Sam Delivery, Hana Head, Cid Cio
        13:00 incident_news Rita Requester, Tom Leader, Hana Head, Cid Cio
        13:00 report_drafted Sam Delivery
        15:00 incident_news Tom Leader
        15:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        15:00 report_drafted Sam Delivery
        10:00 incident_news Sam Delivery, Hana Head, Cid Cio
        10:10 incident_news Tom Leader, Sam Delivery, Hana Head, Cid Cio
        10:20 incident_news Rita Requester, Tom Leader, Hana Head, Cid Cio
        10:20 report_drafted Sam Delivery
        07:30 report_drafted Sam Delivery
        """,
    )


def test_inc_19_lowered_by_agreement_a_priority_1_still_owes_its_report(played: Played) -> None:
    """Lowered by agreement, a priority 1 still owes its report.

    The delivery manager proposes priority 3; his peer at the client agrees twenty minutes later.
    Until then it stays a priority 1. Closed as a priority 3, it owes the report all the same.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", "INC-0001")
    play.clock("10:30")
    play.act("proposes priority 3", SetPriority, "sam", "INC-0001", level=3, reason="one office")
    assert play["INC-0001"].level == 1
    play.clock("10:50")
    play.act("agrees", AgreeLowering, "hana", "INC-0001")
    assert play["INC-0001"].level == 3
    play.clock("12:00")
    play.act("resolves it", ResolveIncident, "tom", "INC-0001", cause_gone=True, cure="restarted")
    play.act("verifies: it works", VerifyIncident, "rita", "INC-0001", fixed=True)
    play.act("closes it", CloseIncident, "sam", "INC-0001")
    played(
        play,
        "priority_1_notice",
        "lowering_proposed",
        "report_drafted",
        paper="""
        10:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:30 lowering_proposed Hana Head
        12:00 report_drafted Sam Delivery
        """,
    )
