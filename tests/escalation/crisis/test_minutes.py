"""What a crisis cell decides and sets in hand."""

from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import ActionDue, Brief, CrisisCard, CrisisNews
from tests.escalation.crisis.story import TEN, Cell


def test_cri_8_a_decision_is_recorded_with_who_and_when() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    crisis = cell.do(c.Decide, "dan", text="  Fail over to Lyon ")
    decision = crisis.resolutions[0]
    assert (decision.text, decision.by, decision.at) == ("Fail over to Lyon", "dan", TEN)
    assert cell.lines(cell.id, "crisis.decided")[0].actor == "dan"
    assert cell.told(CrisisNews.topic) == ["crisis/CRI-0001"]
    assert cell.told(CrisisCard.topic) == ["crisis/CRI-0001"]


def test_cri_8_only_the_cell_decides_and_not_nothing() -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(NotFound):  # whom the cell does not concern does not learn of it
        cell.do(c.Decide, "rita", text="Fail over")
    with pytest.raises(BadValue):
        cell.do(c.Decide, "dan", text=" ")


def test_cri_8_an_action_has_an_owner_a_due_time_and_a_number() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    due = TEN + timedelta(minutes=30)
    cell.do(c.AddAction, "sam", text="Call the carrier", owner="tess", due=due)
    crisis = cell.do(c.AddAction, "hana", text="Open the town hall", owner="olga")
    assert [(a.number, a.owner, a.due) for a in crisis.actions] == [
        (1, "tess", due),
        (2, "olga", None),
    ]
    assert "tess" in cell.told(CrisisNews.topic)  # the owner need not sit in the cell
    for values in ({"owner": "nobody"}, {"owner": "tess", "due": TEN}):
        with pytest.raises((NotFound, BadValue)):
            cell.do(c.AddAction, "sam", text="Something", **values)


def test_cri_8_the_owner_hears_when_an_action_is_due_then_the_lead_too() -> None:
    cell = Cell()
    cell.opened()
    due = TEN + timedelta(minutes=30)
    cell.do(c.AddAction, "sam", text="Call the carrier", owner="olga", due=due)
    cell.wait(minutes=100)
    assert cell.told_at(ActionDue.topic) == [
        ("olga", 30),
        ("olga", 35),
        ("hana", 35),
        ("olga", 95),
        ("hana", 95),
    ]


def test_cri_8_a_completed_action_is_no_longer_followed() -> None:
    cell = Cell()
    cell.opened()
    due = TEN + timedelta(minutes=30)
    cell.do(c.AddAction, "sam", text="Call the carrier", owner="tess", due=due)
    with pytest.raises(NotAllowed):
        cell.do(c.CompleteAction, "tom", number=1)
    crisis = cell.do(c.CompleteAction, "tess", number=1)
    assert crisis.actions[0].done_at == TEN
    assert not any(name.startswith("action/") for name in cell.armed())
    cell.wait(hours=2)
    assert not cell.effects(ActionDue.topic)
    with pytest.raises(AlreadyDone):
        cell.do(c.CompleteAction, "sam", number=1)
    with pytest.raises(NotFound):
        cell.do(c.CompleteAction, "sam", number=7)


def test_cri_8_an_action_left_open_may_be_completed_after_the_end() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.AddAction, "sam", text="Write to the carrier", owner="tess")
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    assert cell.do(c.CompleteAction, "tess", number=1).actions[0].done_at == TEN


def test_cri_4_the_brief_is_written_by_those_who_lead_and_pinned() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    assert cell.do(c.SetBrief, "hana", text="No VPN since 09:40").brief == "No VPN since 09:40"
    (pinned,) = cell.effects(Brief.topic)
    assert pinned.collapse
    with pytest.raises(NotAllowed):
        cell.do(c.SetBrief, "tom", text="Everything is fine")
