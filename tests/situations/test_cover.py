"""Who is called while on-call duty is covered and swapped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from escalation.contract import Absence
from escalation.decision.commands.cover import (
    AcceptCover,
    AskCover,
    AskSwap,
    DeclineCover,
    WatchDuty,
    WithdrawCover,
)
from escalation.decision.commands.incident import CancelIncident, OpenIncident
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import with_people
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
TONIGHT = {"start": paris("2026-07-15 18:00"), "end": paris("2026-07-16 07:30")}


def test_cal_6_accepted_while_the_rung_is_called(played: Played) -> None:
    """Nia, on call, is called in the train, and asks Ned to take over the rest of her turn.

    He accepts between two calls: the next one, on the hour of the delay, is his.
    """
    play = Situation(at="2026-07-15 20:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("20:02")
    play.act("asks Ned Night to cover for her from now on", AskCover, "nia", person="ned")
    play.clock("20:04")
    play.act("accepts", AcceptCover, "ned", "COV-0001")
    play.clock("20:11")
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        20:00 ping Nia Night, Olga Operations
        20:04 cover_news Nia Night
        20:05 ping Ned Night, Olga Operations
        20:10 ping Ned Night, Otto Deputy
        """,
    )


def test_cal_6_swapped_a_minute_before_the_call(played: Played) -> None:
    """A swap of weeks is accepted a minute before an incident at night."""
    play = Situation(at="2026-07-15 21:00")
    weeks = {"mine": paris("2026-07-15 21:00"), "theirs": paris("2026-07-20 21:00")}
    play.act("offers Ned Night this week for his", AskSwap, "nia", person="ned", **weeks)
    play.clock("21:59")
    play.act("accepts", AcceptCover, "ned", "COV-0001")
    play.clock("22:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        21:15 cover_news Nia Night
        21:59 cover_news Nia Night
        22:00 ping Ned Night, Olga Operations
        """,
    )


def test_cal_6_one_turn_wanted_by_two(played: Played) -> None:
    """Nia and Ned both want Tess's week of 27 July; Tess answers Nia, then has a look at Ned's.

    Ned's is void as Tess says yes to Nia. Each call is for whoever has the week by then; on 29
    July Nia, who took it, is away for a day: that day stays with Tess.
    """
    (nights,) = agreement().rotas
    away = Absence(first=date(2026, 7, 29), last=date(2026, 7, 29))
    three = agreement(rotas=(replace(nights, people=("ned", "nia", "tess")),))
    play = Situation(with_people(three, ["nia"], absences=(away,)), at="2026-07-15 12:00")
    play.act(
        "offers Tess Deputy her week of 20 July for that of the 27th", AskSwap, "nia", person="tess"
    )
    theirs = paris("2026-07-28 12:00")
    play.act(
        "offers Tess Deputy his week of 3 August for it",
        AskSwap,
        "ned",
        person="tess",
        theirs=theirs,
    )
    play.clock("12:30")
    play.act("accepts Nia's", AcceptCover, "tess", "COV-0001")
    for day in ("20", "28", "29"):
        play.clock(f"2026-07-{day} 22:00")
        opened = play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
        play.perform(CancelIncident, "sam", opened, reason="a false alarm")
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        12:30 cover_news Nia Night, Ned Night, Tess Deputy
        22:00 ping Tess Deputy, Olga Operations
        22:00 ping Nia Night, Olga Operations
        22:00 ping Tess Deputy, Olga Operations
        """,
    )


def test_cal_6_withdrawn_while_the_rung_is_called(played: Played) -> None:
    """Who keeps the rota withdraws a cover while Ned, who covers, is being called in vain."""
    play = Situation(at="2026-07-15 17:00")
    play.act("asks Ned Night to cover tonight", AskCover, "nia", person="ned", **TONIGHT)
    play.act("accepts", AcceptCover, "ned", "COV-0001")
    play.clock("18:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("18:03")
    play.act("withdraws the cover: Ned has lost his telephone", WithdrawCover, "tom", "COV-0001")
    play.clock("18:06")
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        17:00 cover_news Nia Night
        18:00 ping Ned Night, Olga Operations
        18:03 cover_news Nia Night, Ned Night
        18:05 ping Nia Night, Olga Operations
        """,
    )


def test_cal_6_nobody_answers_the_one_who_asks(played: Played) -> None:
    """At noon Nia asks for cover from 18:00; Ned declines, and she asks Tess, who does not answer.

    She is told half-way that nobody has taken it, and at 18:00 that the duty is hers. The call is.
    """
    play = Situation(at="2026-07-15 12:00")
    play.act("asks Ned Night to cover tonight", AskCover, "nia", person="ned", **TONIGHT)
    play.act("declines", DeclineCover, "ned", "COV-0001")
    play.act("asks Tess Deputy", AskCover, "nia", person="tess", **TONIGHT)
    play.clock("18:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        12:00 cover_news Nia Night
        15:00 cover_news Nia Night
        18:00 cover_news Nia Night
        18:00 ping Nia Night, Olga Operations
        """,
    )


def test_cal_6_who_covers_falls_ill(played: Played) -> None:
    """Ned covers for Nia, and is away from midnight on, by an edited contract; nobody stands in.

    At midnight the duty is Nia's again: the call at 00:02 is hers.
    """
    play = Situation(at="2026-07-15 17:00")
    play.act("asks Ned Night to cover tonight", AskCover, "nia", person="ned", **TONIGHT)
    play.act("accepts", AcceptCover, "ned", "COV-0001")
    ill = Absence(first=date(2026, 7, 16), last=date(2026, 7, 17))
    play.memory.amend(replace(with_people(agreement(), ["ned"], absences=(ill,)), version="v2"))
    play.clock("23:57")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("2026-07-16 00:03")
    played(
        play,
        "ping",
        paper="""
        23:57 ping Ned Night, Olga Operations
        00:02 ping Nia Night, Olga Operations
        """,
    )


def test_cal_6_the_keeper_has_a_say(played: Played) -> None:
    """Where the contract wants it, Ned's yes is not enough: until Tom agrees, Nia is called."""
    (nights,) = agreement().rotas
    play = Situation(agreement(rotas=(replace(nights, keeper_agrees=True),)), at="2026-07-15 17:00")
    play.act("asks Ned Night to cover tonight", AskCover, "nia", person="ned", **TONIGHT)
    play.act("accepts", AcceptCover, "ned", "COV-0001")
    play.clock("17:58")
    play.act("agrees, being who keeps the rota", AcceptCover, "tom", "COV-0001")
    play.clock("18:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    played(
        play,
        "ping",
        "cover_news",
        paper="""
        17:00 cover_news Nia Night
        17:30 cover_news Nia Night, Ned Night
        17:58 cover_news Nia Night, Ned Night
        18:00 ping Ned Night, Olga Operations
        """,
    )


def test_cal_6_a_gap_ahead(played: Played) -> None:
    """Ned is away on Saturday 25 July, in his week, and nobody stands in: the gap is told.

    Sam keeps the rota: told eight days before, two days before, and as it begins unmended.
    """
    (nights,) = agreement().rotas
    away = Absence(first=date(2026, 7, 25), last=date(2026, 7, 25))
    kept = agreement(rotas=(replace(nights, kept_by=("sam",)),))
    play = Situation(with_people(kept, ["ned"], absences=(away,)), at="2026-07-15 12:00")
    play.perform(WatchDuty, "escalade")
    play.clock("2026-07-27 12:00")
    played(
        play,
        "duty_faults",
        paper="""
        09:00 duty_faults Sam Delivery
        09:00 duty_faults Sam Delivery
        09:00 duty_faults Sam Delivery
        """,
    )
