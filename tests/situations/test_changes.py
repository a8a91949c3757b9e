"""How changes are approved, carried out, last too long; and an urgent one in the night."""

from __future__ import annotations

from escalation.contract.processes.changes import ChangeRules
from escalation.decision.commands.change import (
    ApproveChange,
    ClassifyChange,
    EndChange,
    PlanChange,
    ProlongChange,
    RecordStudy,
    RequestChange,
    StartChange,
    WithdrawChange,
)
from escalation.records.change import ChangeCategory, ChangeResult
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STUDY, with_changes
from tests.situations.situation import Played, Situation


def asked(at: str, rules: ChangeRules = RULES) -> Situation:
    """Ned manages changes; Rita asks for larger disks."""
    play = Situation(with_changes(rules), at=at)
    play.act("asks for larger disks", RequestChange, "rita", title="Larger disks")
    return play


def test_chg_2_a_change_that_costs_money(played: Played) -> None:
    """A change that costs money, from its request to its approvals.

    Each is asked for what is theirs when it is put to them, and the requester reads each step.
    Nobody answers for two working days: they are told again, on Friday, then the level above.
    """
    play = asked("2026-07-15 10:00")
    play.clock("10:30")
    play.act("classifies it: other, and it costs money", ClassifyChange, "ned", CHG,
             category=ChangeCategory.OTHER, money=True)  # fmt: skip
    play.clock("15:00")
    play.act("records the study", RecordStudy, "ned", CHG, **STUDY)
    play.clock("15:10")
    play.act("approves as change manager", ApproveChange, "ned", CHG)
    play.act("approves what she asked for", ApproveChange, "rita", CHG)
    play.act("approves for the provider", ApproveChange, "sam", CHG)
    play.clock("2026-07-22 09:00")
    play.act("approves for the client", ApproveChange, "hana", CHG)
    played(
        play,
        "change_card",
        "change_news",
        paper="""
        10:00 change_card Rita Requester, Ned Night
        10:30 change_news Rita Requester
        10:30 change_card Ned Night
        15:00 change_news Rita Requester
        15:00 change_card Ned Night, Rita Requester, Sam Delivery, Hana Head
        15:10 change_news Rita Requester, Rita Requester
        18:00 change_card Hana Head
        18:00 change_card Hana Head, Sam Delivery
        09:00 change_news Rita Requester
        09:00 change_card Ned Night
        """,
    )


def test_chg_4_a_change_that_lasts_longer_than_its_window(played: Played) -> None:
    """A change that lasts longer than its window, in the evening.

    Whoever carries it out is reminded a day before and has the button when the window opens. Beyond
    its end the change manager is told too, half an hour later whoever is on duty, then the next.
    """
    play = Situation(with_changes(), at="2026-07-14 10:00")
    play.act("asks for a VPN account", RequestChange, "rita", title="VPN for Maud",
             standard="account", answers={"user": "Maud"})  # fmt: skip
    play.act("approves it", ApproveChange, "olga", CHG)
    play.act("plans it for tomorrow evening", PlanChange, "tess", CHG,
             start=paris("2026-07-15 20:00"), end=paris("2026-07-15 20:30"),
             despite="The supplier is not needed.")  # fmt: skip
    play.clock("2026-07-15 20:05")
    play.act("begins", StartChange, "tess", CHG)
    play.clock("21:40")
    play.act("ends it: rolled back", EndChange, "tess", CHG, result=ChangeResult.ROLLED_BACK,
             reason="The account opens nothing.")  # fmt: skip
    played(
        play,
        "change_card",
        "change_news",
        paper="""
        10:00 change_card Rita Requester, Olga Operations
        10:00 change_news Rita Requester
        10:00 change_card Tess Deputy
        10:00 change_news Rita Requester
        10:00 change_card Tess Deputy
        20:00 change_news Rita Requester
        20:00 change_card Tess Deputy
        20:00 change_card Tess Deputy
        20:05 change_news Rita Requester
        20:05 change_card Tess Deputy
        20:30 change_news Rita Requester
        20:30 change_card Tess Deputy, Ned Night
        21:00 change_card Tess Deputy, Ned Night, Nia Night
        21:30 change_card Tess Deputy, Ned Night, Sam Delivery
        21:40 change_news Rita Requester
        21:40 change_card Ned Night
        """,
    )


def test_esc_9_a_change_that_overruns_at_three_in_the_night(played: Played) -> None:
    """A change that overruns at three in the night, until whoever is on duty has it in hand.

    Half an hour after the end of its window Nia is called, who is on duty. Her click stops the
    calls until the time that she gives; from then on it climbs anew, from the first step.
    """
    play = Situation(with_changes(), at="2026-07-15 10:00")
    play.act("asks for a VPN account", RequestChange, "rita", title="VPN for Maud",
             standard="account", answers={"user": "Maud"})  # fmt: skip
    play.act("approves it", ApproveChange, "olga", CHG)
    play.act("plans it for the night", PlanChange, "tess", CHG,
             start=paris("2026-07-16 02:00"), end=paris("2026-07-16 03:00"),
             despite="Nobody works then.")  # fmt: skip
    play.clock("2026-07-16 02:00")
    play.act("begins", StartChange, "tess", CHG)
    play.clock("03:40")
    play.act("has it in hand: until 04:30", ProlongChange, "nia", CHG,
             until=paris("2026-07-16 04:30"))  # fmt: skip
    play.clock("04:45")
    play.act("ends it", EndChange, "tess", CHG, result=ChangeResult.SUCCEEDED)
    played(
        play,
        "change_card",
        "change_news",
        paper="""
        10:00 change_card Rita Requester, Olga Operations
        10:00 change_news Rita Requester
        10:00 change_card Tess Deputy
        10:00 change_news Rita Requester
        10:00 change_card Tess Deputy
        02:00 change_card Tess Deputy
        02:00 change_news Rita Requester
        02:00 change_card Tess Deputy
        03:00 change_news Rita Requester
        03:00 change_card Tess Deputy, Ned Night
        03:30 change_card Tess Deputy, Ned Night, Nia Night
        03:40 change_news Rita Requester
        04:30 change_news Rita Requester
        04:30 change_card Tess Deputy, Ned Night
        04:45 change_news Rita Requester
        04:45 change_card Ned Night
        """,
    )


def test_chg_3_an_urgent_change_in_the_night(played: Played) -> None:
    """An urgent change in the night.

    Olga may ask for it, and Sam may accept its extra risk: he is told each half hour, then with the
    level above. Once he has accepted it, whoever carries it out begins at once.
    """
    play = Situation(with_changes(), at="2026-07-15 03:00")
    play.act("asks for an urgent VPN account", RequestChange, "olga", title="VPN for Maud",
             standard="account", answers={"user": "Maud"}, urgent=True)  # fmt: skip
    play.clock("04:10")
    play.act("accepts the extra risk", ApproveChange, "sam", CHG)
    play.clock("04:20")
    play.act("begins", StartChange, "tess", CHG)
    play.clock("04:40")
    play.act("ends it", EndChange, "tess", CHG, result=ChangeResult.SUCCEEDED)
    played(
        play,
        "change_card",
        paper="""
        03:00 change_card Olga Operations, Sam Delivery
        03:30 change_card Sam Delivery
        04:00 change_card Sam Delivery, Dan Director
        04:10 change_card Tess Deputy
        04:20 change_card Tess Deputy
        04:40 change_card Ned Night
        """,
    )


def test_chg_4_a_change_withdrawn_while_its_approvals_are_awaited(played: Played) -> None:
    """A change withdrawn while its approvals are awaited: nobody is reminded of it any more."""
    play = asked("2026-07-15 10:00")
    play.act("classifies it", ClassifyChange, "ned", CHG, category=ChangeCategory.OTHER)
    play.act("records the study", RecordStudy, "ned", CHG, **STUDY)
    play.clock("11:00")
    play.act("withdraws it", WithdrawChange, "rita", CHG, reason="The old ones will do.")
    play.clock("2026-07-29 10:00")
    played(
        play,
        "change_card",
        paper="""
        10:00 change_card Rita Requester, Ned Night, Ned Night, Ned Night, Rita Requester
        """,
    )
