"""Changes beside each other, beside a priority 1 and beside monitoring, as time passes."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.base.refusals import NotNow
from escalation.contract import EventRules, EventSource
from escalation.decision.commands.change import (
    EndChange,
    PlanChange,
    RequestChange,
    StartChange,
    WithdrawChange,
)
from escalation.decision.commands.event import TakeEvents
from escalation.decision.commands.incident import OpenIncident
from escalation.records.change import ChangeResult
from escalation.records.event import Seen
from tests.agreement import paris
from tests.escalation.change.story import with_changes
from tests.situations.situation import Played, Situation

SOURCE = EventSource(id="prom", kind="alertmanager", key="ESCALADE_EVENTS_PROM")


def evening() -> Situation:
    """Ned manages changes; Tess, Nia and he restart the mail relay, approved beforehand."""
    return Situation(with_changes(events=EventRules(sources=(SOURCE,))), at="2026-07-15 20:00")


def restart(play: Situation, start: str, by: str, **values: Any) -> str:
    """A restart that is planned at once."""
    change = play.act("asks for a restart of the relay", RequestChange, by, title="",
                      standard="restart")  # fmt: skip
    play.act(f"plans {change} at {start[-5:]}", PlanChange, "ned", change,
             start=paris(start), person=by, **values)  # fmt: skip
    return change


def seen(play: Situation) -> None:
    """Monitoring sees that the queue is full."""
    one = Seen(source="prom", alert="a", group="a", occurrence="1", title="Queue full", severity=2)
    command = TakeEvents(contract="acme", component="mail", named="mail", seen=(one,))
    play.memory.do(command, play.now)
    play.happened()


def test_chg_4_two_windows_that_overlap_knowingly(played: Played) -> None:
    """Two windows that overlap, knowingly.

    Whoever carries out the first learns of the second at once; neither is asked again as it begins.
    """
    play = evening()
    first = restart(play, "2026-07-15 22:00", "tess")
    play.clock("20:10")
    with pytest.raises(NotNow):
        restart(play, "2026-07-15 22:30", "nia")
    second = "CHG-0002"
    play.act("plans it all the same, with the reason", PlanChange, "ned", second,
             start=paris("2026-07-15 22:30"), person="nia", despite="Both at once")  # fmt: skip
    play.clock("22:30")
    play.act("begins the second", StartChange, "nia", second)
    play.act("begins the first", StartChange, "tess", first)
    played(play, "change_card", paper=OVERLAP)


def test_chg_4_one_window_after_another_the_first_begun_late(played: Played) -> None:
    """One window begins as another ends, and the first is begun ten minutes late.

    What is left of its window meets nothing: neither is asked why, and both end in their own.
    """
    play = evening()
    first = restart(play, "2026-07-15 22:00", "tess")
    play.clock("20:10")
    second = restart(play, "2026-07-15 23:00", "nia")
    play.clock("22:10")
    play.act("begins the first, late", StartChange, "tess", first)
    play.clock("22:50")
    play.act("ends it", EndChange, "tess", first, result=ChangeResult.SUCCEEDED)
    play.clock("23:00")
    play.act("begins the second", StartChange, "nia", second)
    played(play, "change_card", paper=IN_TURN)


def test_chg_4_a_priority_1_that_opens_before_the_window(played: Played) -> None:
    """A priority 1 that opens an hour before a window.

    The reminder says so; it can begin with a reason only.
    """
    play = evening()
    change = restart(play, "2026-07-15 22:00", "tess")
    play.clock("21:00")
    play.act("opens an incident about the VPN", OpenIncident, "rita", title="VPN down",
             component="vpn", severity=1)  # fmt: skip
    play.clock("22:00")
    with pytest.raises(NotNow):
        play.perform(StartChange, "tess", change)
    play.act("begins, and says why", StartChange, "tess", change, despite="It is not the VPN")
    played(play, "change_card", paper=URGENT)


def test_evt_1_what_monitoring_sees_of_a_change_and_still_sees_after_it(played: Played) -> None:
    """What monitoring sees during a change, and still sees after it.

    It is held back, and said to whoever has a card. The change ends at 22:20; ten minutes later it
    still lasts, and becomes an incident, of which on call is told.
    """
    play = evening()
    change = restart(play, "2026-07-15 22:00", "tess")
    play.clock("22:00")
    play.act("begins", StartChange, "tess", change)
    play.clock("22:10")
    seen(play)
    play.clock("22:20")
    play.act("ends it", EndChange, "tess", change, result=ChangeResult.SUCCEEDED)
    play.clock("22:40")
    played(play, "incident_opened", "on_call_told", paper=HELD)


def test_evt_1_a_change_that_is_given_up_in_its_window(played: Played) -> None:
    """A change that is given up in the middle of its window, while monitoring sees of it.

    Whoever has begun says what came of it: rolled back at 22:15. What still lasts ten minutes later
    is an incident, long before the window would have been over.
    """
    play = evening()
    change = restart(play, "2026-07-15 22:00", "tess")
    play.clock("22:00")
    play.act("begins", StartChange, "tess", change)
    play.clock("22:10")
    seen(play)
    play.clock("22:15")
    with pytest.raises(NotNow):
        play.perform(WithdrawChange, "tess", change, reason="It does not work")
    play.act("rolls it back", EndChange, "tess", change, result=ChangeResult.ROLLED_BACK,
             reason="It does not work")  # fmt: skip
    play.clock("22:40")
    played(play, "incident_opened", "on_call_told", paper=GIVEN_UP)


# worked out on paper first
GIVEN_UP = """
22:25 on_call_told Nia Night
"""
IN_TURN = """
20:00 change_card Tess Deputy, Tess Deputy
20:10 change_card Nia Night, Tess Deputy, Nia Night
22:00 change_card Tess Deputy
22:10 change_card Tess Deputy
22:50 change_card Ned Night
23:00 change_card Nia Night, Nia Night
"""
OVERLAP = """
20:00 change_card Tess Deputy, Tess Deputy
20:10 change_card Nia Night, Tess Deputy, Nia Night, Tess Deputy
22:00 change_card Tess Deputy
22:30 change_card Nia Night, Nia Night, Tess Deputy
"""
URGENT = """
20:00 change_card Tess Deputy, Tess Deputy
22:00 change_card Tess Deputy, Tess Deputy
"""
HELD = """
22:30 on_call_told Nia Night
"""
