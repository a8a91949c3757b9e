"""What a crisis cell decides and sets in hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound
from escalation.contract import Absence
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import ActionAsked, ActionDue, Brief, CrisisCard, CrisisNews
from tests.agreement import agreement
from tests.escalation.crisis.story import TEN, Cell, with_people


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
    assert "tess" in cell.told(ActionAsked.topic)  # the owner need not sit in the cell
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
        ("cid", 95),  # the ladder above (ESC-9)
    ]


@pytest.mark.parametrize(("top", "above"), [(2, set()), (3, {"cid"}), (4, {"cid", "eve"})])
def test_esc_9_an_overdue_action_climbs_the_ladder_up_to_the_contracts_echelon(
    top: int, above: set[str]
) -> None:
    cell = Cell(agreement(escalation=replace(agreement().escalation, overdue_top=top)))
    cell.opened()
    due = TEN + timedelta(minutes=30)
    cell.do(c.AddAction, "sam", text="Call the carrier", owner="olga", due=due)
    cell.wait(hours=6)
    told = cell.told_at(ActionDue.topic)
    assert {who for who, _ in told} - {"olga", "hana"} == above
    assert [at for who, at in told if who == "eve"][:1] == ([155] if top == 4 else [])
    assert not {who for who, at in told if at < 95} & {"cid", "eve"}


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


def test_cri_8_what_is_not_done_when_the_cell_closes_is_followed_until_it_is() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.AddAction, "sam", text="Call the carrier", owner="tess", due=TEN + timedelta(hours=9))
    cell.do(c.AddAction, "sam", text="Write to the town hall", owner="olga")
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    cell.hush()
    cell.wait(hours=47)  # until Friday at nine
    assert cell.told_at(ActionDue.topic) == [
        ("olga", 60 * 8),  # eight hours of coverage later; no due time was set
        ("tess", 60 * 9),  # on Wednesday at 19:00, as its time was set
        ("olga", 60 * 8 + 60 * 21.5),  # the next day's, and so on
        ("hana", 60 * 8 + 60 * 21.5),
        ("tess", 60 * 9 + 60 * 20.5),
        ("sam", 60 * 9 + 60 * 20.5),
    ]
    for number in (1, 2):
        cell.do(c.CompleteAction, "sam", number=number)
    assert not cell.armed()


def test_cri_8_of_an_owner_who_is_away_their_stand_in_hears_too() -> None:
    away = Absence(first=TEN.date(), last=TEN.date(), stand_in="sue")
    cell = Cell(with_people(tess={"absences": (away,)}))
    cell.opened()
    cell.do(c.AddAction, "sam", text="Call", owner="tess", due=TEN + timedelta(minutes=1))
    cell.wait(minutes=1)
    assert cell.told(ActionDue.topic) == ["tess", "sue"]
