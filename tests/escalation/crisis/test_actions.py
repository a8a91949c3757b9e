"""What a cell sets in hand changes, cannot be done, is cancelled, outlives the cell (CRI-8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.contract import Absence
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import ActionAsked, ActionDue, ActionNews, CrisisClosed
from tests.escalation.crisis.story import TEN, Cell, with_people

DUE = TEN + timedelta(minutes=30)


def given(cell: Cell | None = None, **values: Any) -> Cell:
    """Action 1: Tess, who is not in the cell, is to call the carrier by 10:30."""
    cell = cell or Cell()
    cell.opened()
    cell.hush()
    given_values = {"text": "Call the carrier", "owner": "tess", "due": DUE} | values
    cell.do(c.AddAction, "sam", **given_values)
    return cell


def test_cri_8_a_new_owner_is_asked_the_former_one_is_told_and_the_time_goes_with_it() -> None:
    cell = given()
    cell.do(c.ChangeAction, "hana", number=1, owner="olga", due=DUE + timedelta(minutes=30))
    assert cell.told(ActionAsked.topic) == ["tess", "olga"]
    assert cell.told(ActionNews.topic) == ["tess"]
    cell.wait(minutes=61)
    assert cell.told_at(ActionDue.topic) == [("olga", 60)]


def test_cri_8_an_action_that_is_overdue_is_chased_on_after_a_change() -> None:
    cell = given()
    cell.wait(minutes=32)
    cell.do(c.ChangeAction, "sam", number=1, text="Call the other carrier")
    cell.wait(minutes=6)
    assert cell.told_at(ActionDue.topic)[0] == ("tess", 30)
    assert ("sam", 37) in cell.told_at(ActionDue.topic)
    with pytest.raises(BadValue, match="action_unchanged"):
        cell.do(c.ChangeAction, "sam", number=1, owner="tess")


def test_cri_8_who_cannot_do_it_is_not_asked_again_the_lead_is() -> None:
    cell = given()
    with pytest.raises(NotAllowed):
        cell.do(c.DeclineAction, "olga", number=1, reason="Not mine")
    cell.do(c.DeclineAction, "tess", number=1, reason="No number")
    assert cell.told(ActionNews.topic) == ["sam"]
    cell.wait(minutes=36)
    assert cell.told_at(ActionDue.topic) == [("sam", 30), ("sam", 35)]
    cell.do(c.ChangeAction, "sam", number=1, due=cell.now + timedelta(minutes=10))
    cell.wait(minutes=10)
    assert cell.told_at(ActionDue.topic)[-1][0] == "tess", "asked anew, with another time"


def test_con_5_a_cancelled_action_is_followed_no_more_and_its_owner_reads_why() -> None:
    cell = given()
    cell.do(c.CancelAction, "hana", number=1, reason="The line is back")
    assert cell.told(ActionNews.topic) == ["sam", "tess"]
    assert not any(name.startswith("action/") for name in cell.armed())
    for step, values in ((c.CompleteAction, {}), (c.CancelAction, {"reason": "twice"})):
        with pytest.raises(NotNow, match="action_cancelled"):
            cell.do(step, "sam", number=1, **values)
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    assert "tess" not in cell.told(CrisisClosed.topic)
    assert not cell.armed()


def test_cri_8_whoever_has_an_action_left_hears_of_the_closing_and_may_still_answer() -> None:
    cell = given(due=None)
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    assert "tess" in cell.told(CrisisClosed.topic)
    cell.do(c.DeclineAction, "tess", number=1, reason="On leave from tomorrow")
    cell.do(c.ChangeAction, "sam", number=1, owner="olga")
    assert cell.told(ActionAsked.topic)[-1] == "olga"
    cell.wait(hours=30)
    assert {who for who, _ in cell.told_at(ActionDue.topic)} >= {"olga"}
    cell.do(c.CompleteAction, "olga", number=1)
    assert not cell.armed()
    with pytest.raises(AlreadyDone):
        cell.do(c.DeclineAction, "olga", number=1, reason="late")


def test_org_3_who_stands_in_for_its_owner_is_asked_as_well() -> None:
    away = Absence(first=TEN.date(), last=TEN.date(), stand_in="sue")
    cell = given(Cell(with_people(tess={"absences": (away,)})))
    assert cell.told(ActionAsked.topic) == ["tess", "sue"]
    cell.do(c.CompleteAction, "sue", number=1)
    assert set(cell.told(ActionNews.topic)) == {"sam", "tess"}


def test_cri_8_an_action_that_answers_what_its_owner_asked_is_asked_of_them_anew() -> None:
    cell = given()
    cell.do(c.DeclineAction, "tess", number=1, reason="Which line?")
    cell.do(c.ChangeAction, "sam", number=1, text="Start line 2")
    assert cell.crisis.actions[0].unable == ""
    cell.wait(minutes=60)
    assert "tess" in {who for who, _ in cell.told_at(ActionDue.topic)}


def test_org_3_who_stands_in_for_its_owner_hears_that_nothing_more_is_asked() -> None:
    away = Absence(first=TEN.date(), last=TEN.date(), stand_in="sue")
    for step, values in (
        (c.CancelAction, {"reason": "The line is back"}),
        (c.ChangeAction, {"owner": "olga"}),
    ):
        cell = given(Cell(with_people(tess={"absences": (away,)})))
        cell.do(step, "hana", number=1, **values)
        assert {"tess", "sue"} <= set(cell.told(ActionNews.topic))
