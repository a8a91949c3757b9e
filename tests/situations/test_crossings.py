"""Rules that meet: leave, closing time, outages, and two people who act in the same second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.durations import Duration
from escalation.base.refusals import AlreadyDone
from escalation.contract import Contract, Target
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis
from escalation.decision.commands.incident import OpenIncident, TakeIncident
from escalation.decision.commands.ladder import AcknowledgePing, EscalateUp, StepDown
from tests.agreement import agreement
from tests.situations.situation import Played, Situation
from tests.situations.test_duty import VPN, away

ABOUT = "INC-0001"


def with_hours_at_the_top() -> Contract:
    """The contract where the supplier's representative works in coverage hours."""
    client, network = agreement().ladders
    first, top = network.rungs
    assert top.supplier is not None
    top = replace(top, supplier=replace(top.supplier, hours=agreement().coverage.hours))
    return agreement(ladders=(client, replace(network, rungs=(first, top))))


def test_esc_x_who_leads_the_cell_goes_on_leave_and_the_ladder_arrives(played: Played) -> None:
    """Whoever leads the cell goes on leave, and the ladder reaches that level an hour later.

    While the delivery manager leads the cell no ladder calls him or anybody below. From midnight on
    he is on leave: at the second echelon his deputy is called; the client's lead is still there.
    """
    play = Situation(away(agreement(), "sam", "2026-07-16"), at="2026-07-15 23:45")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="Nobody works",
                       incident=ABOUT)  # fmt: skip
    play.act("accepts", AcceptCrisis, "hana")
    play.clock("2026-07-16 00:52")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        23:45 ping Nia Night, Olga Operations
        23:45 counted_as_taken Sam Delivery, Hana Head
        00:45 ping Sue Deputy
        00:50 ping Sue Deputy
        """,
    )


def test_cal_6_an_outage_across_the_end_of_coverage(played: Played) -> None:
    """Escalade is down from five to six until three in the morning; J+2 ends meanwhile.

    What ends with coverage is a matter of the day that ends; nine hours later the day's people
    sleep, and whoever is on call is called.
    """
    rules = agreement().incidents
    two_days = Target(
        acknowledge=Duration.parse("5 working days"), restore=Duration.parse("2 working days")
    )
    targets = {**rules.targets, 2: two_days}
    contract = agreement(incidents=replace(rules, warnings=(), targets=targets))
    play = Situation(contract, at="2026-07-20 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.clock("2026-07-22 17:55")
    play.sleep(hours=9)
    play.wake()
    played(
        play,
        "target_missed",
        "ping",
        paper="""
        02:55 target_missed Ned Night, Sam Delivery
        02:55 ping Ned Night, Olga Operations
        """,
    )


def test_esc_3_who_took_it_at_the_supplier_is_not_asked_again_at_night(played: Played) -> None:
    """Taken at the top of the supplier's ladder, and not settled when their hours end.

    Both are asked again each hour, as long as the supplier works; the next time is half past seven.
    """
    play = Situation(with_hours_at_the_top(), at="2026-07-15 16:30")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita", **VPN | {"severity": 3})
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("escalates to the supplier", EscalateUp, "tom", ABOUT,
             ladder="network", reason="the line is cut")  # fmt: skip
    play.clock("16:51")
    play.act("takes the call", AcknowledgePing, "rex", ABOUT, ladder="network")
    play.act("takes the call", AcknowledgePing, "sam", ABOUT, ladder="network")
    play.clock("2026-07-16 08:31")
    played(
        play,
        "ping",
        paper="""
        16:30 ping Nora Network
        16:40 ping Nora Network
        16:50 ping Sam Delivery, Rex Representative
        17:50 ping Sam Delivery, Rex Representative
        07:30 ping Sam Delivery, Rex Representative
        08:30 ping Sam Delivery, Rex Representative
        """,
    )


def test_esc_5_what_the_supplier_has_taken_at_the_top_stays_theirs(played: Played) -> None:
    """The supplier's representative has taken it, nobody of the provider has.

    At the top the ladder is called anew for the provider: neither the supplier's technician nor the
    representative is called again, and the team leader, who started it, has it at his level.
    """
    play = Situation(at="2026-07-15 14:00")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita", **VPN | {"severity": 3})
    play.act("escalates to the supplier", EscalateUp, "tom", ABOUT,
             ladder="network", reason="the line is cut")  # fmt: skip
    play.clock("14:21")
    play.act("takes the call", AcknowledgePing, "rex", ABOUT, ladder="network")
    play.clock("15:16")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        14:00 counted_as_taken Tom Leader
        14:00 ping Nora Network
        14:10 ping Nora Network
        14:20 ping Sam Delivery, Rex Representative
        14:30 ping Sam Delivery
        14:40 ping Sue Deputy
        14:50 ping Sue Deputy
        15:05 ping Sam Delivery
        15:15 ping Sam Delivery
        """,
    )


def test_esc_x_both_type_the_command_in_the_same_second(played: Played) -> None:
    """The two who stand at the first echelon both type `/escalate up` in the same second.

    It goes up once: the second reads that it has been escalated meanwhile, to whom. A minute later
    whoever wants it higher still may say so.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:03")
    play.act("escalates", EscalateUp, "tom", ABOUT, reason="I cannot alone")
    with pytest.raises(AlreadyDone, match="already_escalated"):
        play.act("escalates too, and reads that it has been", EscalateUp, "olga", ABOUT,
                 reason="It is too grave")  # fmt: skip
    play.clock("10:04")
    play.act("escalates: level 2 does not suffice", EscalateUp, "hana", ABOUT, reason="All sites")
    played(
        play,
        "ping",
        "peer_escalated",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:03 ping Sam Delivery, Hana Head
        10:03 peer_escalated Olga Operations
        10:04 ping Dan Director, Cid Cio
        10:04 peer_escalated Sam Delivery
        """,
    )


def test_esc_6_given_back_while_the_other_firm_has_taken_it(played: Played) -> None:
    """The delivery manager gives the point back, which the head of the service had taken too.

    She hears that it is no longer hers, and who is called; the team leader, who works on it, has
    it; the client's first echelon is called.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:02")
    play.act("escalates", EscalateUp, "tom", ABOUT, reason="A decision is needed")
    play.act("takes the call", AcknowledgePing, "sam", ABOUT)
    play.act("takes the call", AcknowledgePing, "hana", ABOUT)
    play.clock("10:04")
    play.act("gives it back to the first echelon", StepDown, "sam", ABOUT, reason="It is a cable")
    played(
        play,
        "ping",
        "counted_as_taken",
        "climbed",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:02 ping Sam Delivery, Hana Head
        10:04 counted_as_taken Tom Leader
        10:04 ping Olga Operations
        10:04 climbed Hana Head
        """,
    )
