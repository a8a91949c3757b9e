"""Rules that meet: leave, closing time, outages, and two people who act in the same second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.durations import Duration
from escalation.base.refusals import AlreadyDone
from escalation.contract import Contract, Target
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AgreeMembers,
    AskCrisis,
    CloseCrisis,
    ConfirmLead,
    MemberJoined,
    NameDelegate,
    RoomOpened,
)
from escalation.decision.commands.incident import MergeIncident, OpenIncident, TakeIncident
from escalation.decision.commands.ladder import AcknowledgePing, EscalateUp, StepDown
from tests.agreement import agreement, paris
from tests.situations.situation import Played, Situation
from tests.situations.test_duty import VPN, amended, away

ABOUT = "INC-0001"


def with_hours_at_the_top() -> Contract:
    """The contract where the supplier's representative works in coverage hours."""
    client, network = agreement().ladders
    first, top = network.rungs
    assert top.supplier is not None
    top = replace(top, supplier=replace(top.supplier, hours=agreement().coverage.hours))
    return agreement(ladders=(client, replace(network, rungs=(first, top))))


def without(who: str) -> Contract:
    """The contract, which names somebody no more."""
    contract = agreement()

    def left(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for each in people if each != who)

    echelons = tuple(
        replace(
            each,
            provider=replace(each.provider, people=left(each.provider.people)),
            client=replace(each.client, people=left(each.client.people)),
        )
        for each in contract.echelons
    )
    people = tuple(each for each in contract.people if each.id != who)
    return replace(contract, people=people, echelons=echelons)


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


def test_cri_14_who_leads_goes_on_leave_before_agreeing_the_list(played: Played) -> None:
    """Whoever leads the cell goes on leave before the member list is agreed.

    From midnight on the delivery manager is on leave. His deputy is asked to lead, twice; once she
    has confirmed, the list is hers to agree, and it is she who is asked to close the cell.
    """
    play = Situation(away(agreement(), "sam", "2026-07-16"), at="2026-07-15 23:40")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.clock("2026-07-16 00:20")
    play.act("confirms", ConfirmLead, "sue")
    play.act("agrees the member list", AgreeMembers, "sue")
    play.clock("00:30")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    played(
        play,
        "lead_request",
        "lead_changed",
        "close_request",
        paper="""
        00:00 lead_request Sue Deputy
        00:15 lead_request Sue Deputy
        00:20 lead_changed Sam Delivery, Hana Head, Sue Deputy
        00:30 close_request Sue Deputy
        """,
    )


def test_cri_6_who_leads_leaves_the_contract_and_the_deputy_keeps_silent(played: Played) -> None:
    """Whoever leads the cell leaves the contract, and the deputy keeps silent.

    At 10:12 a version comes into force that names the delivery manager no more. His deputy is asked
    to lead, and a quarter of an hour later again; then the director, who confirms.
    """
    play = Situation(at="2026-07-15 10:00")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.clock("10:12")
    amended(play, without("sam"))
    play.clock("10:50")
    play.act("confirms", ConfirmLead, "dan")
    played(
        play,
        "lead_request",
        "lead_changed",
        paper="""
        10:15 lead_request Sue Deputy
        10:30 lead_request Sue Deputy
        10:45 lead_request Dan Director
        10:50 lead_changed Hana Head, Dan Director
        """,
    )


def test_cri_4_a_delegate_goes_on_leave_before_coming(played: Played) -> None:
    """A member's delegate goes on leave before coming to the cell.

    Until midnight the delegate is called; then it is the member again, who may name another.
    """
    play = Situation(away(agreement(), "otto", "2026-07-16"), at="2026-07-15 23:50")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.act("asks Otto to represent him", NameDelegate, "cid", delegate="otto")
    play.act("is there", MemberJoined, "dan")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("2026-07-16 00:06")
    played(
        play,
        "crisis_call",
        paper="""
        23:50 crisis_call Sam Delivery, Hana Head, Tom Leader, Olga Operations, Otto Deputy
        23:55 crisis_call Otto Deputy
        00:00 crisis_call Cid Cio
        00:05 crisis_call Cid Cio
        """,
    )


def test_cri_8_whose_action_it_is_leaves_the_contract(played: Played) -> None:
    """Whoever has an action to do leaves the contract before it is due.

    Whoever leads for their firm hears of it at once when it is due, again after five minutes, and
    then each hour, with the client's first echelon.
    """
    play = Situation(at="2026-07-15 10:00")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.act("records an action of Otto's, due at eleven", AddAction, "sam",
             text="Count the sites", owner="otto", due=paris("2026-07-15 11:00"))  # fmt: skip
    play.clock("10:30")
    amended(play, without("otto"))
    play.clock("12:06")
    played(
        play,
        "action_due",
        paper="""
        11:00 action_due Hana Head
        11:05 action_due Hana Head
        12:05 action_due Hana Head, Olga Operations
        """,
    )


def test_inc_x_a_duplicate_with_a_cell_is_merged_into_what_is_being_called(played: Played) -> None:
    """An incident whose cell meets turns out to duplicate one that is being escalated.

    From the merge on the cell is about the original: who leads it is not called for that, nor is
    anybody below them, for an hour: then those who lead have it at the next echelon as well.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("opens a priority 2 about the mail", OpenIncident, "otto",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="Nobody works",
                       incident="INC-0002")  # fmt: skip
    play.act("accepts", AcceptCrisis, "hana")
    play.clock("10:06")
    play.act("merges it: the mail needs the VPN", MergeIncident, "sam", "INC-0002", into=ABOUT)
    play.clock("11:30")
    played(
        play,
        "ping",
        "counted_as_taken",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:05 ping Tom Leader, Olga Operations
        10:06 counted_as_taken Sam Delivery, Hana Head
        """,
    )
