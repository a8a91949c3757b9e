"""Something changes in the middle: the priority, the contract, the incident itself."""

from __future__ import annotations

from dataclasses import replace

from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis, RoomOpened
from escalation.decision.commands.incident import (
    CancelIncident,
    CloseIncident,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    VerifyIncident,
)
from escalation.decision.commands.ladder import AcknowledgePing, EscalateUp
from escalation.records.incident import Origin
from tests.agreement import agreement
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ABOUT = "INC-0001"


def test_inc_x_the_component_leaves_the_contract(played: Played) -> None:
    """The component of an incident leaves the contract.

    At 10:05 a version comes into force that knows no mail any more. The incident keeps the matrix
    and the targets that it opened under: lowered by the delivery manager, it is due 20 hours of
    coverage after its opening, on Friday at 09:00.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:05")
    left = tuple(each for each in agreement().components if each.id != "mail")
    play.memory.amend(agreement(version="v2", components=left))
    play.clock("10:10")
    play.act("lowers it to priority 3", SetPriority, "sam", ABOUT, severity=3)
    play.clock("2026-07-17 09:01")
    played(
        play,
        "target_warning",
        "target_missed",
        paper="""
        09:30 target_warning Tom Leader, Sam Delivery
        14:30 target_warning Tom Leader, Sam Delivery
        17:30 target_warning Tom Leader, Sam Delivery
        09:00 target_missed Tom Leader, Sam Delivery
        """,
    )


def test_inc_x_told_of_a_delay_and_then_merged(played: Played) -> None:
    """Told of a delay, and then merged into another incident.

    The requester of the duplicate was promised to hear how it stands: every four coverage hours.
    That is owed by the original, at the hour at which it was due; who reported that hears it too.
    """
    play = Situation(at="2026-07-15 09:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.act("opens another about the same", OpenIncident, "rita", **WIKI)
    play.clock("10:00")
    play.act("says that it will be late", ForeseeDelay, "tom", "INC-0002", reason="a spare part")
    play.clock("11:00")
    play.act("merges it into the first", MergeIncident, "sam", "INC-0002", into=ABOUT)
    play.clock("18:01")
    played(
        play,
        "delay_notice",
        "how_it_stands",
        paper="""
        10:00 delay_notice Rita Requester
        14:00 how_it_stands Otto Deputy, Rita Requester
        18:00 how_it_stands Otto Deputy, Rita Requester
        """,
    )


def test_inc_8_a_closed_priority_1_is_reopened_at_night(played: Played) -> None:
    """A closed priority 1 is reopened at two in the morning.

    Whoever is on call is called at once, the list hears of it, and the report waits.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:04")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.act("closes it", CloseIncident, "sam", ABOUT)
    play.clock("2026-07-16 02:00")
    play.act("says that it fails again", ReopenIncident, "rita", ABOUT, reason="down again")
    play.clock("02:06")
    played(
        play,
        "ping",
        "priority_1_notice",
        "report_drafted",
        paper="""
        10:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:00 ping Tom Leader, Olga Operations
        10:04 report_drafted Sam Delivery
        17:00 report_drafted Sam Delivery
        02:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        02:00 ping Nia Night, Olga Operations
        02:00 report_drafted Sam Delivery
        02:05 ping Nia Night, Olga Operations
        """,
    )


def test_inc_18_not_qualified_when_coverage_ends(played: Played) -> None:
    """Opened at a quarter to six, and not qualified when everybody leaves.

    As coverage ends whoever is on call is told; the time to qualify ends at 18:15, and it is theirs
    to hear that too, with the incident manager.
    """
    play = Situation(at="2026-07-15 17:45")
    play.act("opens an incident: everything is down", OpenIncident, "rita",
             title="Everything is down", origin=Origin.CALL)  # fmt: skip
    play.clock("18:20")
    played(
        play,
        "on_call_told",
        "not_qualified",
        paper="""
        18:00 on_call_told Nia Night
        18:15 not_qualified Nia Night, Sam Delivery
        """,
    )


def test_inc_x_cancelled_while_a_cell_is_being_asked_for(played: Played) -> None:
    """A priority 1 is cancelled while a crisis cell is being asked for.

    The request lapses, and nobody is called to it any more; the list hears of the end; the report
    on a priority 1 is owed all the same.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:05")
    play.act("asks for a crisis cell", AskCrisis, "sam", reason="Nobody works", incident=ABOUT)
    play.clock("10:07")
    play.act("cancels it: it was a cable", CancelIncident, "rita", ABOUT, reason="my own cable")
    play.clock("10:40")
    played(
        play,
        "crisis_request",
        "crisis_closed",
        "incident_news",
        "report_drafted",
        paper="""
        10:05 crisis_request Hana Head
        10:07 incident_news Sam Delivery, Hana Head, Cid Cio
        10:07 crisis_closed Sam Delivery, Hana Head
        10:07 report_drafted Sam Delivery
        """,
    )


def test_inc_7_found_by_monitoring_at_night_and_grave_an_hour_later(played: Played) -> None:
    """Found by monitoring in the evening, and grave an hour later.

    A priority 3 of the provider's own is not told to the client. Raised to priority 1 it is: the
    shared room, the list, and the client's first echelon, which the on-call technician talks to.
    From then on the client hears of each step.
    """
    play = Situation(at="2026-07-15 22:00")
    play.act("opens what monitoring found, a priority 3 about the VPN", OpenIncident, "hal",
             **VPN | {"severity": 3}, origin=Origin.MONITORING)  # fmt: skip
    play.clock("23:00")
    play.act("raises it to priority 1", SetPriority, "hal", ABOUT, severity=1)
    play.clock("23:02")
    play.act("resolves it", ResolveIncident, "nia", ABOUT, cause_gone=True)
    play.clock("23:05")
    played(
        play,
        "client_informed",
        "ping",
        "priority_1_notice",
        "incident_news",
        paper="""
        23:00 client_informed the shared room
        23:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        23:00 ping Nia Night, Olga Operations
        23:02 incident_news Sam Delivery, Hana Head, Cid Cio
        """,
    )


def test_inc_12_what_monitoring_found_is_escalated_by_hand(played: Played) -> None:
    """What monitoring found is escalated by hand.

    A priority 3 of the provider's own, which the client does not know of. A technician escalates
    it: from then on the two firms talk between peers. The team leader takes it to the next echelon;
    his peer hears that he did.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens what monitoring found, a priority 3 about the wiki", OpenIncident, "hal",
             **WIKI, origin=Origin.MONITORING)  # fmt: skip
    play.clock("10:20")
    play.act("escalates it: a decision is needed", EscalateUp, "ned", ABOUT,
             reason="A decision is needed")  # fmt: skip
    play.clock("10:30")
    play.act("takes the call", AcknowledgePing, "tom", ABOUT)
    play.act("takes the call", AcknowledgePing, "olga", ABOUT)
    play.clock("10:40")
    play.act("escalates it further", EscalateUp, "tom", ABOUT, reason="We need a budget")
    played(
        play,
        "client_informed",
        "ping",
        "peer_escalated",
        paper="""
        10:20 client_informed the shared room
        10:20 ping Tom Leader, Olga Operations
        10:40 ping Sam Delivery, Hana Head
        10:40 peer_escalated Olga Operations
        """,
    )


def test_cri_11_a_cell_and_its_incident_each_owe_their_report(played: Played) -> None:
    """A cell closes a day before its incident.

    The cell's report is due a day after the cell, written by both who led it; the incident's a day
    after the incident.
    """
    rules = agreement().report
    play = Situation(agreement(report=replace(rules, reminders=())), at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="Nobody works",
                       incident=ABOUT)  # fmt: skip
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("12:00")
    play.act("agrees to close the cell", CloseCrisis, "sam")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    play.clock("2026-07-16 10:00")
    play.act("resolves the incident", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.act("closes it", CloseIncident, "sam", ABOUT)
    play.clock("2026-07-17 09:01")
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        12:00 report_drafted Sam Delivery, Hana Head
        10:00 report_drafted Sam Delivery
        11:00 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader, Dan Director
        11:00 report_drafted Sam Delivery, Hana Head
        08:30 report_drafted Sam Delivery, Hana Head
        09:00 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader, Dan Director
        09:00 report_drafted Sam Delivery
        """,
    )


def test_esc_5_opened_in_the_evening_and_raised_at_three(played: Played) -> None:
    """Opened at ten in the evening by the client's first level, raised to 1 at three at night.

    That Olga opened it five hours ago does not mean that she is awake: she is called like anybody.
    """
    play = Situation(at="2026-07-15 22:00")
    play.act("opens a priority 3 about the VPN", OpenIncident, "olga", **(VPN | {"severity": 3}))
    play.clock("2026-07-16 03:00")
    play.act("raises it to 1", SetPriority, "sam", ABOUT, severity=1, reason="all sites")
    play.clock("03:01")
    play.act("takes it, being on call", TakeIncident, "nia", ABOUT)
    play.clock("03:11")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        03:00 ping Nia Night, Olga Operations
        03:05 ping Olga Operations
        03:10 ping Otto Deputy
        """,
    )


def test_esc_5_opened_at_half_past_two_and_raised_at_three(played: Played) -> None:
    """Who opened it within the time that a rung has to settle is at it, and is not called."""
    play = Situation(at="2026-07-16 02:30")
    play.act("opens a priority 3 about the VPN", OpenIncident, "olga", **(VPN | {"severity": 3}))
    play.clock("03:00")
    play.act("raises it to 1", SetPriority, "sam", ABOUT, severity=1, reason="all sites")
    play.clock("03:06")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        03:00 counted_as_taken Olga Operations
        03:00 ping Nia Night
        03:05 ping Nia Night
        """,
    )


def test_esc_5_taken_in_the_evening_and_raised_at_three(played: Played) -> None:
    """Who took a priority 3 in the evening, and is on call, sleeps: a priority 1 wakes her."""
    play = Situation(at="2026-07-15 22:00")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita", **(VPN | {"severity": 3}))
    play.act("takes it", TakeIncident, "nia", ABOUT)
    play.clock("2026-07-16 03:00")
    play.act("raises it to 1", SetPriority, "sam", ABOUT, severity=1, reason="all sites")
    play.clock("03:06")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        03:00 ping Nia Night, Olga Operations
        03:05 ping Nia Night, Olga Operations
        """,
    )
