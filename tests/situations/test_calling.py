"""Who is called when, while something changes."""

from __future__ import annotations

from escalation.decision.commands.incident import OpenIncident
from escalation.decision.commands.ladder import AcknowledgePing
from tests.situations.situation import Played, Situation


def test_esc_5_nobody_answers_at_the_first_level(played: Played) -> None:
    """Nobody answers at the first level.

    A priority 1 in the morning. The holder is called at once, again after five minutes, then the
    deputy, twice; with nobody left the next level takes it, on both sides.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
             title="VPN down", component="vpn", severity=1)  # fmt: skip
    play.clock("10:22")
    play.act("takes the call", AcknowledgePing, "sam", "INC-0001")
    play.clock("10:29")
    played(
        play,
        "ping",
        paper="""
        10:00 ping Tom Leader, Olga Operations
        10:05 ping Tom Leader, Olga Operations
        10:10 ping Tess Deputy, Otto Deputy
        10:15 ping Tess Deputy, Otto Deputy
        10:20 ping Sam Delivery, Hana Head
        10:25 ping Hana Head
        """,
    )


def test_esc_5_the_other_firm_is_silent_all_night(played: Played) -> None:
    """Nia takes a priority 1 at 22:04; nobody of the client answers until the morning.

    The ladder is called anew each hour. Nia reads once that it goes up, and once that it counts as
    hers: the rest of the night is the others'.
    """
    play = Situation(at="2026-07-15 22:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
             title="VPN down", component="vpn", severity=1)  # fmt: skip
    play.clock("22:04")
    play.act("takes the call", AcknowledgePing, "nia", "INC-0001")
    play.clock("2026-07-16 06:00")
    played(
        play,
        "climbed",
        "counted_as_taken",
        paper="""
        22:20 climbed Nia Night
        23:00 counted_as_taken Nia Night
        """,
    )
