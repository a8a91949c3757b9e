"""Changes in whose middle something changes: the contract, who is there, the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone
from escalation.contract import Contract
from escalation.contract.processes.change_calendar import ChangePeriod
from escalation.decision.commands.change import (
    ApproveChange,
    CloseChange,
    EndChange,
    LookAtChangeAgain,
    PlanChange,
    RequestChange,
    StartChange,
    WithdrawChange,
)
from escalation.records.change import ChangeResult
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STANDARD, with_changes
from tests.escalation.change.test_meeting import BOARD, with_board
from tests.escalation.ladder.climbing import absent
from tests.situations.situation import Played, Situation
from tests.situations.test_change_board import ALL, BEFORE, called, votes


def amended(play: Situation, contract: Contract) -> None:
    """A new version of the contract is in force, and the change is looked at."""
    play.contract = replace(contract, version="v2")
    play.memory.amend(play.contract)
    play.perform(LookAtChangeAgain, "escalade", CHG)
    play.happened()


def underway(end: str = "20:30") -> Situation:
    """Tess has begun Rita's VPN account on Wednesday at 20:00."""
    play = Situation(with_changes(), at="2026-07-15 19:50")
    play.act("asks for a VPN account", RequestChange, "rita", title="VPN for Maud",
             standard="account", answers={"user": "Maud"})  # fmt: skip
    play.act("approves it", ApproveChange, "olga", CHG)
    play.act(f"plans it until {end}", PlanChange, "tess", CHG, start=paris("2026-07-15 20:00"),
             end=paris(f"2026-07-15 {end}"), despite="The supplier is not needed.")  # fmt: skip
    play.clock("20:00")
    play.act("begins", StartChange, "tess", CHG)
    return play


def test_chg_4_a_freeze_is_added_while_the_board_votes(played: Played) -> None:
    """A freeze is added to the contract while the advisory board votes.

    The change was planned for that Thursday. Whoever carries it out, the change manager and the
    whole board read of it at once; it is approved all the same, and planned again for after it.
    """
    play = called(with_board())
    play.act("plans it for Thursday week, with Tess", PlanChange, "ned", CHG, person="tess",
             start=paris("2026-07-23 14:00"), end=paris("2026-07-23 15:00"))  # fmt: skip
    votes(play, "14:00", "sam", "yes")
    play.clock("2026-07-16 09:00")
    freeze = ChangePeriod(name="Audit", first=date(2026, 7, 22), last=date(2026, 7, 24))
    rules = replace(RULES, board=BOARD, calendar=replace(RULES.calendar, freezes=(freeze,)))
    amended(play, replace(play.contract, changes=rules))
    for hour, person in (("09:30", "dan"), ("09:40", "hana"), ("09:50", "cid")):
        votes(play, hour, person, "yes")
    play.act("plans it again, after the freeze", PlanChange, "ned", CHG,
             start=paris("2026-07-27 14:00"), end=paris("2026-07-27 15:00"))  # fmt: skip
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card {ALL}, Tess Deputy
        09:00 change_card Tess Deputy, Ned Night, {ALL}
        09:50 change_card {ALL}, Tess Deputy, Ned Night, Tess Deputy
        """,
    )


def test_chg_3_an_urgent_change_at_night_and_who_may_accept_it_is_away(played: Played) -> None:
    """An urgent change at night, and the only one who may accept its extra risk is on leave.

    Nobody else may. The change manager is told at once, then the level above; the card says that
    it can be withdrawn, and asked for as not urgent, which Olga does: asking is her approval.
    """
    play = Situation(absent(with_changes(), "sam"), at="2026-07-15 03:00")
    vpn: dict[str, Any] = {"title": "VPN", "standard": "account", "answers": {"user": "Maud"}}
    play.act("asks for an urgent VPN account", RequestChange, "olga", urgent=True, **vpn)
    play.clock("04:10")
    play.act("withdraws it", WithdrawChange, "olga", CHG, reason="Nobody is there to accept it")
    play.act("asks for it as not urgent", RequestChange, "olga", **vpn)
    played(
        play,
        "change_card",
        paper="""
        03:00 change_card Olga Operations, Sam Delivery, Ned Night
        03:30 change_card Sam Delivery, Ned Night
        04:00 change_card Sam Delivery, Ned Night, Sue Deputy
        04:10 change_card Olga Operations, Tess Deputy
        """,
    )


def test_chg_4_whoever_was_to_carry_it_out_is_ill_an_hour_before(played: Played) -> None:
    """Whoever was to carry it out is ill an hour before, and nobody stands in.

    The next whom the catalogue names is told at once, with the change manager, and has the button
    when the window opens; nobody is asked for a reason.
    """
    play = Situation(with_changes(), at="2026-07-15 10:00")
    play.act("asks for a restart of the relay", RequestChange, "ned", title="", standard="restart")
    play.act("plans it, with Nia", PlanChange, "ned", CHG, start=paris("2026-07-15 14:00"),
             person="nia")  # fmt: skip
    play.clock("13:00")
    amended(play, absent(play.contract, "nia"))
    play.clock("14:05")
    play.act("begins", StartChange, "tess", CHG)
    play.clock("14:20")
    play.act("ends it", EndChange, "tess", CHG, result=ChangeResult.SUCCEEDED)
    played(
        play,
        "change_card",
        paper="""
        10:00 change_card Ned Night, Tess Deputy, Nia Night
        13:00 change_card Tess Deputy, Ned Night
        14:00 change_card Tess Deputy
        14:05 change_card Tess Deputy
        14:20 change_card Ned Night
        """,
    )


def test_chg_2_the_catalogue_loses_an_entry_while_its_change_runs(played: Played) -> None:
    """The catalogue loses an entry while its change is carried out.

    The change goes on under what was agreed: it overruns, climbs, ends and is closed.
    """
    play = underway()
    play.clock("20:10")
    amended(play, with_changes(replace(RULES, standard=STANDARD[1:])))
    play.clock("21:05")
    play.act("ends it", EndChange, "tess", CHG, result=ChangeResult.SUCCEEDED)
    play.clock("2026-07-16 09:00")
    play.act("closes it", CloseChange, "ned", CHG)
    played(
        play,
        "change_card",
        "change_news",
        paper="""
        19:50 change_card Rita Requester, Olga Operations
        19:50 change_news Rita Requester
        19:50 change_card Tess Deputy
        19:50 change_news Rita Requester
        19:50 change_card Tess Deputy
        20:00 change_card Tess Deputy
        20:00 change_news Rita Requester
        20:00 change_card Tess Deputy
        20:30 change_news Rita Requester
        20:30 change_card Tess Deputy, Ned Night
        21:00 change_card Tess Deputy, Ned Night, Nia Night
        21:05 change_news Rita Requester
        21:05 change_card Ned Night
        09:00 change_news Rita Requester
        """,
    )


def test_chg_4_two_people_end_one_change_at_once(played: Played) -> None:
    """Two people end one change at the same instant, with different results.

    The first holds; the second reads it, and nothing is told twice.
    """
    play = underway()
    play.clock("20:20")
    play.act("ends it: succeeded", EndChange, "tess", CHG, result=ChangeResult.SUCCEEDED)
    with pytest.raises(AlreadyDone, match="change_ended"):
        play.act("ends it: failed (it is over already, its result: succeeded)", EndChange, "ned",
                 CHG, result=ChangeResult.FAILED, reason="Maud cannot log in")  # fmt: skip
    played(
        play,
        "change_news",
        paper="""
        19:50 change_news Rita Requester, Rita Requester
        20:00 change_news Rita Requester
        20:20 change_news Rita Requester
        """,
    )


def test_cal_3_a_window_in_the_night_in_which_summer_time_ends(played: Played) -> None:
    """A window from 02:30 to 03:30, in the night in which summer time ends.

    The hour from 02:00 to 03:00 comes twice: the window lasts two hours, and it overruns from 03:30
    on, not an hour before.
    """
    play = Situation(with_changes(), at="2026-10-24 10:00")
    play.act("asks for a restart of the relay", RequestChange, "ned", title="", standard="restart")
    play.act("plans it from 02:30 to 03:30", PlanChange, "ned", CHG, person="nia",
             start=paris("2026-10-25 02:30"), end=paris("2026-10-25 03:30"))  # fmt: skip
    play.clock("2026-10-25 02:30")
    play.act("begins", StartChange, "nia", CHG)
    play.clock("04:10")
    play.act("ends it", EndChange, "nia", CHG, result=ChangeResult.SUCCEEDED)
    played(
        play,
        "change_card",
        paper="""
        10:00 change_card Ned Night, Tess Deputy, Nia Night
        02:30 change_card Nia Night, Nia Night
        03:30 change_card Nia Night, Ned Night
        04:00 change_card Nia Night, Ned Night, Sam Delivery
        04:10 change_card Ned Night
        """,
    )


def test_chg_2_what_the_board_approved_is_carried_out_to_the_end(played: Played) -> None:
    """What the advisory board approved is carried out to the end.

    All four vote on the first day. Ned plans it for the evening and names Nia; it overruns by ten
    minutes, and the requester reads each step, the last with by how much.
    """
    play = called(with_board())
    for hour, person in (("11:00", "sam"), ("11:10", "dan"), ("11:20", "hana"), ("11:30", "cid")):
        votes(play, hour, person, "yes")
    play.act("plans it for the evening, with Nia", PlanChange, "ned", CHG, person="nia",
             start=paris("2026-07-15 19:00"), end=paris("2026-07-15 20:00"))  # fmt: skip
    play.clock("19:00")
    play.act("begins", StartChange, "nia", CHG)
    play.clock("20:10")
    play.act("ends it", EndChange, "nia", CHG, result=ChangeResult.SUCCEEDED)
    play.clock("2026-07-16 09:00")
    play.act("closes it", CloseChange, "ned", CHG, note="Larger disks")
    played(
        play,
        "change_card",
        "change_news",
        "board_news",
        paper=f"""
        09:00 change_card Rita Requester, Ned Night
        09:00 change_news Rita Requester
        09:00 change_card Ned Night
        09:00 change_news Rita Requester
        09:00 change_card Ned Night, Rita Requester
        10:00 board_news the provider's room
        10:00 change_news Rita Requester
        10:00 change_card {ALL}
        11:00 board_news the provider's room, Hana Head, Cid Cio
        11:10 board_news the provider's room, Hana Head, Cid Cio
        11:20 board_news the provider's room, Cid Cio
        11:30 board_news the provider's room, Hana Head, the provider's room, Hana Head
        11:30 change_news Rita Requester
        11:30 change_card {ALL}, Ned Night
        11:30 change_news Rita Requester
        11:30 change_card Nia Night
        19:00 change_card Nia Night
        19:00 change_news Rita Requester
        19:00 change_card Nia Night
        20:00 change_news Rita Requester
        20:00 change_card Nia Night, Ned Night
        20:10 change_news Rita Requester
        20:10 change_card Ned Night
        09:00 change_news Rita Requester
        """,
    )
