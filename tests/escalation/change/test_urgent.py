"""Urgent changes, from what is agreed beforehand to what follows (Rules CHG-3, CHG-6)."""

from __future__ import annotations

from datetime import timedelta

from escalation.decision.commands import change as c
from escalation.records.change import Change
from tests.escalation.change.story import ChangeStory


class UrgentStory(ChangeStory):
    """Olga asks for an account at once; Sam accepts the extra risk, Tess carries it out."""

    def urgent(self) -> Change:
        return self.standard("olga", urgent=True)

    def begun(self) -> Change:
        self.urgent()
        self.do(c.ApproveChange, "sam")
        found: Change = self.do(c.StartChange, "tess")
        return found


def test_esc_9_what_is_urgent_and_was_never_planned_climbs_when_it_lasts_too_long() -> None:
    story = UrgentStory()
    change = story.begun()
    assert change.window is not None
    over = change.window.end
    story.called()
    story.wait(hours=1)
    half = timedelta(minutes=30)
    assert story.called_at() == [
        (over, "tess"), (over, "ned"),
        (over + half, "tess"), (over + half, "ned"), (over + half, "sam"),
    ]  # fmt: skip
