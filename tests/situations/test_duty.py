"""Whose duty it is, while coverage, rotas, absences and contracts change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from escalation.base.durations import Duration
from escalation.contract import Absence, Contract, Target
from escalation.decision.commands.incident import OpenIncident, SetPriority
from escalation.decision.commands.ladder import EscalateUp, HandOverPing, SnoozeLadder
from tests.agreement import agreement
from tests.escalation.ladder.climbing import with_people
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}


def away(contract: Contract, who: str, day: str, stand_in: str | None = None) -> Contract:
    """The contract with somebody away on a day."""
    on = date.fromisoformat(day)
    return with_people(contract, [who], absences=(Absence(first=on, last=on, stand_in=stand_in),))


def amended(play: Situation, contract: Contract) -> None:
    """Another version of the contract comes into force."""
    play.memory.amend(replace(contract, version="v2"))


def test_esc_x_raised_a_minute_before_coverage_ends(played: Played) -> None:
    """Raised to priority 1 a minute before coverage ends.

    At 17:59 the team leader is called, who leaves at 18:00. The next call goes to whoever is on
    call that night, not to the team leader's phone.
    """
    play = Situation(at="2026-07-15 17:40")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita", **VPN | {"severity": 3})
    play.clock("17:59")
    play.act("raises it to priority 1", SetPriority, "tess", "INC-0001", severity=1)
    play.clock("18:08")
    played(
        play,
        "ping",
        paper="""
        17:59 ping Tom Leader, Olga Operations
        18:04 ping Nia Night, Olga Operations
        """,
    )


def test_cal_6_duty_passes_while_the_rung_is_called(played: Played) -> None:
    """Duty passes from one to the other while the first is being called.

    Turns change at 20:00. Who was called at 19:56 is off duty at 20:01: the other is called.
    """
    (nights,) = agreement().rotas
    contract = agreement(rotas=(replace(nights, hand_over=time(20), turn_days=1),))
    play = Situation(contract, at="2026-07-15 19:56")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("20:07")
    played(
        play,
        "ping",
        paper="""
        19:56 ping Ned Night, Olga Operations
        20:01 ping Nia Night, Olga Operations
        20:06 ping Nia Night, Otto Deputy
        """,
    )


def test_cal_6_coverage_opens_while_the_rung_is_called(played: Played) -> None:
    """Coverage opens while the night's technician is being called.

    From 07:30 the team is there: the team leader is called next, on the hour of the delay.
    """
    play = Situation(at="2026-07-15 07:26")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("07:32")
    played(
        play,
        "ping",
        paper="""
        07:26 ping Nia Night, Olga Operations
        07:31 ping Tom Leader, Olga Operations
        """,
    )


def test_esc_x_snoozed_across_the_end_of_coverage(played: Played) -> None:
    """Snoozed at the end of the day, across the end of coverage.

    The delay of fifteen minutes ends at 18:10: by then it is the on-call technician's.
    """
    play = Situation(at="2026-07-15 17:50")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("17:52")
    play.act("puts the next step off", SnoozeLadder, "tom", "INC-0001")
    play.clock("18:12")
    played(
        play,
        "ping",
        paper="""
        17:50 ping Tom Leader, Olga Operations
        18:10 ping Nia Night, Olga Operations
        """,
    )


def test_esc_x_handed_over_to_somebody_who_leaves_at_midnight(played: Played) -> None:
    """Handed over late in the evening to somebody whose leave begins at midnight.

    The place goes back to whoever gave it: nobody else knows the matter.
    """
    play = Situation(away(agreement(), "hal", "2026-07-16"), at="2026-07-15 23:52")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("23:55")
    play.act("hands it over to Hal Helpdesk", HandOverPing, "nia", "INC-0001", to="hal")
    play.clock("2026-07-16 00:01")
    played(
        play,
        "ping",
        paper="""
        23:52 ping Nia Night, Olga Operations
        23:55 ping Hal Helpdesk
        23:57 ping Olga Operations
        00:00 ping Nia Night
        """,
    )


def test_esc_5_one_person_on_two_levels(played: Played) -> None:
    """The team leader also stands in for the delivery manager, and answers nobody.

    Called in vain at the first level, he is not called again as the second: the deputy there is.
    """
    play = Situation(away(agreement(), "sam", "2026-07-15", "tom"), at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:21")
    played(
        play,
        "ping",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:05 ping Tom Leader, Olga Operations
        10:10 ping Tess Deputy, Otto Deputy
        10:15 ping Tess Deputy, Otto Deputy
        10:20 ping Sue Deputy, Hana Head
        """,
    )


def test_org_10_an_absence_entered_while_it_runs(played: Played) -> None:
    """The contract is edited while an escalation runs: the team leader has fallen ill.

    The delays stay those of the opening; the next call goes to the stand-in.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:03")
    amended(play, away(agreement(), "tom", "2026-07-15", "hal"))
    play.clock("10:06")
    played(
        play,
        "ping",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:05 ping Hal Helpdesk, Olga Operations
        """,
    )


def test_cal_6_two_working_days_end_at_closing_time(played: Played) -> None:
    """J+2 is missed as coverage closes.

    What runs on working days is a matter of the day that ends: the team leader and the incident
    manager hear of it, and the team leader is called; the on-call technician is not.
    """
    rules = agreement().incidents
    two_days = Target(
        acknowledge=Duration.parse("5 working days"), restore=Duration.parse("2 working days")
    )
    contract = agreement(
        incidents=replace(rules, warnings=(), targets={**rules.targets, 2: two_days})
    )
    play = Situation(contract, at="2026-07-20 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.clock("2026-07-22 18:01")
    played(
        play,
        "target_missed",
        "ping",
        paper="""
        18:00 target_missed Tom Leader, Sam Delivery
        18:00 ping Tom Leader, Olga Operations
        """,
    )


def test_esc_3_a_supplier_escalated_to_out_of_its_hours(played: Played) -> None:
    """The network supplier is escalated to at 22:05; its group works 07:30–18:00.

    Nobody is woken for people who are not there: the asker is told when the hours begin, and that
    escalating again has them called all the same.
    """
    play = Situation(at="2026-07-15 22:04")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita", **VPN | {"severity": 3})
    play.clock("22:05")
    play.act("escalates to the supplier", EscalateUp, "ned", "INC-0001",
             ladder="network", reason="the line is cut")  # fmt: skip
    play.clock("22:30")
    play.act("forces the call", EscalateUp, "ned", "INC-0001",
             ladder="network", reason="a hospital is cut off")  # fmt: skip
    play.clock("22:35")
    played(
        play,
        "nobody_reachable",
        "ping",
        paper="""
        22:05 nobody_reachable Ned Night
        22:30 ping Nia Night, Nora Network
        """,
    )
