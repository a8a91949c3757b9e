"""A refusal names whom to turn to, of those whom the caller may know of (Rules CON-5, CON-2)."""

from __future__ import annotations

from datetime import date

import pytest

from escalation.base.refusals import NotAllowed
from escalation.contract import Absence
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import AskCover
from escalation.decision.commands.incident import AssignIncident, CloseIncident, OpenIncident
from tests.agreement import agreement
from tests.escalation.ladder.climbing import with_people
from tests.story import Story


@pytest.mark.parametrize(
    ("kind", "by", "people"),
    [
        (AskCover, "sam", ["tom", "ned", "nia"]),  # of their own firm, who hold a post first
        (AskCover, "rita", ["tom", "ned", "nia"]),  # nobody of hers may
        (AskCover, "rex", ["tom"]),  # whom a supplier may know of
        (AssignIncident, "rita", ["tom", "tess", "sam"]),  # of many, three
        (CloseIncident, "tess", ["tom", "sam", "sue"]),
    ],
)
def test_con_5_a_refusal_names_somebody_to_turn_to(
    kind: type[Command], by: str, people: list[str]
) -> None:
    assert named(Story(), kind, by) == people


def test_con_5_those_who_are_there_are_named_first() -> None:
    away = Absence(first=date(2026, 7, 13), last=date(2026, 7, 20))
    play = Story(with_people(agreement(), ["tom"], absences=(away,)))
    assert named(play, AssignIncident, "rita") == ["tess", "sam", "sue"]


def named(play: Story, kind: type[Command], by: str) -> list[str]:
    values: dict[str, object] = {}
    if kind is not AskCover:
        values["incident"] = play.perform(OpenIncident, "rita", title="VPN down", component="vpn")
    with pytest.raises(NotAllowed, match="not_your_role") as refusal:
        play.perform(kind, by, **values)
    return list(refusal.value.facts["people"])
