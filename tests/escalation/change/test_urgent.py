"""Urgent changes, from what is agreed beforehand to what follows (Rules CHG-3, CHG-6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.base.refusals import NotNow
from escalation.decision.commands import change as c
from escalation.records.change import Change, ChangeCategory, ChangeResult
from tests.agreement import paris
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


def test_chg_3_to_close_what_was_urgent_nobody_is_called_at_night() -> None:
    story = UrgentStory()
    story.at(paris("2026-07-16 02:00"))
    story.begun()
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    assert not [e.urgent for e in story.effects("change_card")][-1]
    story.called()
    story.at(paris("2026-07-17 09:00"))
    assert story.called() == []
    story.wait(days=4)
    assert story.called() == ["ned"], "after two working days"


def test_chg_3_what_is_urgent_is_not_classified_as_what_may_not_be() -> None:
    story = UrgentStory()
    story.urgent()
    given = {"category": ChangeCategory.STANDARD, "standard": "restart"}
    with pytest.raises(NotNow, match="not_urgent"):
        story.do(c.ClassifyChange, "ned", **given)
