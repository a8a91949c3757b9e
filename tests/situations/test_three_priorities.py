"""A client who ranks components, with three priorities and no criticality (INC-3)."""

from __future__ import annotations

from escalation.decision.commands.incident import (
    AgreeLowering,
    CloseIncident,
    OpenIncident,
    ReplanIncident,
    ResolveIncident,
    SetPriority,
    VerifyIncident,
)
from tests.agreement import agreement, ranked
from tests.situations.situation import Played, Situation

ABOUT = "INC-0001"


def test_inc_3_opened_on_friday_evening_and_ranked_then_lowered(played: Played) -> None:
    """Where the client ranks components: opened on Friday at ten to six, ranked, then lowered.

    Nobody has qualified it when coverage ends: whoever is on call is told. The rank of the VPN
    makes it a priority 1. Urgency by impact makes it a priority 3, once the client's head of the
    service agrees; its report is owed all the same.
    """
    play = Situation(ranked(), at="2026-07-17 17:50")
    play.act("opens an incident: everything is down", OpenIncident, "rita",
             title="Everything is down")  # fmt: skip
    play.clock("18:10")
    play.act("qualifies it: it is the VPN", SetPriority, "nia", ABOUT, component="vpn")
    play.clock("18:15")
    play.act("proposes urgency 3 × impact 1", SetPriority, "sam", ABOUT, urgency=3, impact=1,
             reason="one office")  # fmt: skip
    play.clock("18:20")
    play.act("agrees", AgreeLowering, "hana", ABOUT)
    play.clock("18:40")
    play.act("resolves it", ResolveIncident, "nia", ABOUT, cause_gone=True)
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.act("closes it", CloseIncident, "sam", ABOUT)
    played(
        play,
        "on_call_told",
        "priority_1_notice",
        "lowering_proposed",
        "report_drafted",
        paper="""
        18:00 on_call_told Nia Night
        18:10 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        18:15 lowering_proposed Hana Head
        18:40 report_drafted Sam Delivery
        """,
    )


def test_inc_x_moved_to_a_contract_of_three_priorities(played: Played) -> None:
    """A priority 4 is moved to a new version of the contract, which knows three priorities.

    It is of the gentlest there: four coverage hours for the first word, of which nothing had run
    out. Nobody takes it; at 14:00 it is late, and the two firms are called.
    """
    play = Situation(agreement(), at="2026-07-15 10:00")
    play.act("opens a priority 4 about the kiosk", OpenIncident, "rita",
             title="The kiosk is dark", component="kiosk", severity=1)  # fmt: skip
    play.clock("10:30")
    play.memory.amend(ranked(version="v2"))
    play.clock("11:00")
    play.act("moves it to the new version", ReplanIncident, "sam", ABOUT, reason="in force today")
    play.clock("14:01")
    played(
        play,
        "target_warning",
        "target_missed",
        "ping",
        paper="""
        12:00 target_warning Tom Leader, Sam Delivery
        13:00 target_warning Tom Leader, Sam Delivery
        13:36 target_warning Tom Leader, Sam Delivery
        14:00 target_missed Tom Leader, Sam Delivery
        14:00 ping Tom Leader, Olga Operations
        """,
    )
