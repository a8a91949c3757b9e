"""Who is away and passed over on a ladder is named, with the reason (Rule CON-5)."""

from __future__ import annotations

from datetime import date

from escalation.contract import Absence
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.messages.incident import IncidentCard
from escalation.messages.ladder import Ping
from tests.agreement import agreement
from tests.escalation.ladder.climbing import with_people
from tests.handlers.stories import Stage, opened


def stage(*, stand_in: str | None = None) -> tuple[Stage, str]:
    away = Absence(first=date(2026, 7, 13), last=date(2026, 7, 20), stand_in=stand_in)
    play = Stage(with_people(agreement(), ["tom"], absences=(away,)))
    return play, opened(play, component="vpn", severity=1)


def test_con_5_the_call_and_the_card_say_who_is_away_and_so_not_called() -> None:
    play, incident = stage()
    said = "Away, and not called: Tom Leader (until 20 July 2026)"
    call = play.last(Ping.topic, "tess")
    assert said in str(play.say(call, "en").blocks)
    assert said in str(play.say(play.last(IncidentCard.topic), "en").blocks)
    play.do(AcknowledgePing, "tess", incident=incident)
    assert "Away" not in str(play.say(play.last(IncidentCard.topic), "en").blocks)


def test_con_5_who_stands_in_for_them_is_named_too() -> None:
    play, _ = stage(stand_in="sue")
    call = play.last(Ping.topic, "sue")
    said = "Tom Leader (until 20 July 2026; Sue Deputy stands in)"
    assert said in str(play.say(call, "en").blocks)
