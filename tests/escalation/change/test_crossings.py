"""Where changes meet what happens meanwhile: windows, who is gone, what the contract loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.contract import Absence
from escalation.decision.commands import change as c
from escalation.records.change import ChangeCategory, ChangeResult, ChangeState, Need
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STANDARD, ChangeStory, with_changes
from tests.escalation.ladder.climbing import absent

S = ChangeState


def test_chg_4_whoever_carries_it_out_is_reminded_a_day_before_and_when_it_opens() -> None:
    story = ChangeStory()
    story.planned(hours=48)
    story.called()
    start = story.now + timedelta(hours=48)
    story.wait(hours=49)
    assert story.called_at() == [(start - timedelta(hours=24), "tess"), (start, "tess"),
                                 (start + timedelta(minutes=30), "tess")]  # fmt: skip
    assert ("change.reminded", "rita") in story.news()


def test_chg_4_what_is_not_begun_in_its_window_is_planned_again() -> None:
    story = ChangeStory()
    story.planned()
    story.wait(hours=3)
    assert (story.change.state, story.change.window) == (S.APPROVED, None)
    assert story.news()[-1] == ("change.not_started", "rita")
    with pytest.raises(NotNow, match="change_unplanned"):
        story.do(c.StartChange, "tess")
    assert story.do(c.PlanChange, "tess", start=story.now).window is not None


def test_chg_4_what_is_planned_for_now_instead_is_not_called_for_at_the_hour_of_before() -> None:
    story = ChangeStory()
    story.planned()
    story.do(c.PlanChange, "tess", start=story.now)
    assert story.change.alarms.get("change/opens") is None


def test_esc_9_what_lasts_longer_than_its_window_climbs_each_half_hour_until_it_ends() -> None:
    story = ChangeStory()
    story.underway()  # begun at 14:00, over at 14:30
    story.called()
    over = story.now + timedelta(minutes=30)
    story.wait(minutes=89)
    half = timedelta(minutes=30)
    assert story.called_at() == [
        (over, "tess"), (over, "ned"),
        (over + half, "tess"), (over + half, "ned"), (over + half, "sam"),
    ]  # fmt: skip
    assert [e.urgent for e in story.effects("change_card")][-1], "somebody is to act now"
    story.wait(minutes=1)
    assert [person for _, person in story.called_at()] == ["tess", "ned", "dan"]
    story.do(c.EndChange, "tess", result=ChangeResult.PARTLY, reason="one disk is left")
    story.called()
    story.wait(hours=3)
    assert story.called() == []
    assert [person for action, person in story.news() if action == "change.overrun"] == ["rita"]


def test_esc_9_who_has_it_in_hand_stops_the_calls_until_then_and_it_climbs_anew() -> None:
    story = ChangeStory()
    story.underway()
    over = story.now + timedelta(minutes=30)
    story.wait(minutes=65)
    story.called()
    story.do(c.ProlongChange, "sam", until=over + timedelta(hours=2), reason="One disk is slow")
    with pytest.raises(AlreadyDone):  # so has Tess, a second later
        story.do(c.ProlongChange, "tess", until=over + timedelta(hours=2))
    story.wait(minutes=60)
    assert story.called() == [], "nobody is called about it meanwhile"
    assert ("change.prolonged", "rita") in story.news()
    story.wait(minutes=60)
    half = timedelta(minutes=30)
    again = over + 4 * half
    assert story.called_at() == [
        (again, "tess"), (again, "ned"),
        (again + half, "tess"), (again + half, "ned"), (again + half, "sam"),
    ]  # fmt: skip
    line = story.lines(CHG, "change.prolonged")[-1]
    assert (line.actor, line.facts["reason"]) == ("sam", "One disk is slow")


def test_esc_9_at_night_who_is_on_duty_is_called_first_and_the_board_of_the_firm_never() -> None:
    story = ChangeStory()
    story.approved()
    story.do(c.PlanChange, "tess", start=paris("2026-07-16 02:00"), despite="At night")
    story.at(paris("2026-07-16 02:00"))
    story.do(c.StartChange, "tess")
    story.called()
    story.at(paris("2026-07-16 05:00"))
    others = [person for person in story.called() if person not in {"tess", "ned"}]
    assert others == ["nia", "sam", "dan", "dan", "dan"], "at the top it goes on; it never stops"


def test_esc_9_only_what_is_carried_out_goes_on_and_not_until_a_time_that_is_past() -> None:
    story = ChangeStory()
    story.planned()
    with pytest.raises(NotNow, match="change_state"):
        story.do(c.ProlongChange, "tess", until=story.now + timedelta(hours=9))
    story.wait(hours=2)
    story.do(c.StartChange, "tess")
    for until in (story.now, story.now + timedelta(days=32)):
        with pytest.raises(BadValue):
            story.do(c.ProlongChange, "tess", until=until)
    for nobody in ("rita", "olga", "hal"):
        with pytest.raises(NotAllowed):
            story.do(c.ProlongChange, nobody, until=story.now + timedelta(hours=1))


def test_esc_9_by_how_much_it_overran_counts_from_the_first_plan() -> None:
    story = ChangeStory()
    story.underway()
    planned = story.change.window.end
    for hours in (1, 2):
        story.do(c.ProlongChange, "tess", until=planned + timedelta(hours=hours))
    story.now = planned + timedelta(minutes=90)
    ended = story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    assert (ended.planned_end, ended.overrun) == (planned, timedelta(minutes=90))


def test_esc_x_what_goes_on_into_another_window_is_told_to_who_carries_out_that_one() -> None:
    story = ChangeStory()
    story.underway()  # 14:00 to 14:30
    second = story.asked(standard="restart", components=("vpn",))
    start = story.now + timedelta(hours=2)
    story.do(c.PlanChange, "ned", second.id, start=start, person="nia")
    story.called()
    after = story.do(c.ProlongChange, "tess", until=start + timedelta(minutes=10))
    assert after.accepted == (f"change|{second.id}",)
    assert story.called() == ["nia"]
    assert story[second.id].accepted == (f"change|{CHG}",)


def test_esc_7_a_bot_that_was_down_through_the_window_says_once_that_it_was_not_begun() -> None:
    story = ChangeStory()
    story.planned(hours=48)
    story.called()
    story.sleep(hours=72)
    story.wake()
    assert story.change.window is None
    assert [action for action, _ in story.news()].count("change.not_started") == 1


def test_chg_2_an_entry_that_disappears_while_its_change_runs_changes_nothing_for_it() -> None:
    story = ChangeStory()
    story.standard()
    without = replace(RULES, standard=STANDARD[1:])
    story.contract = replace(with_changes(without), version="v2")
    story.memory.amend(story.contract)
    assert story.do(c.ApproveChange, "olga").state is S.APPROVED
    planned = story.do(c.PlanChange, "tess", start=story.now)
    assert planned.window is not None
    assert planned.window.end - planned.window.start == timedelta(minutes=30), "as long as agreed"


def test_org_10_who_approves_and_carries_out_is_of_the_moment() -> None:
    story = ChangeStory()
    story.standard()
    entry = replace(STANDARD[0], approved_by=("hana",), carried_out_by=("tom",))
    rules = replace(RULES, standard=(entry, STANDARD[1]))
    story.contract = replace(with_changes(rules), version="v2")
    story.memory.amend(story.contract)
    story.do(c.ApproveChange, "hana")
    assert story.called()[-1] == "tom"


def _without(story: ChangeStory, *people: str) -> None:
    left = tuple(each for each in story.contract.people if each.id not in people)
    story.contract = replace(story.contract, version="v2", people=left)
    story.memory.amend(story.contract)


def test_chg_4_when_the_requester_leaves_the_head_of_the_service_approves_for_them() -> None:
    story = ChangeStory()
    story.studied()
    story.called()
    _without(story, "rita")
    story.do(c.ApproveChange, "ned")
    assert story.do(c.ApproveChange, "hana").state is S.APPROVED


def test_chg_2_when_all_approvers_leave_who_answers_for_their_firm_is_asked() -> None:
    story = ChangeStory()
    story.standard()
    story.called()
    _without(story, "olga", "otto")
    story.wait(days=3)
    assert story.called()[0] == "hana"
    assert story.do(c.ApproveChange, "hana").state is S.APPROVED


def test_chg_4_when_whoever_carries_it_out_leaves_the_change_manager_has_it() -> None:
    story = ChangeStory()
    story.underway()
    _without(story, "tess")
    assert story.do(c.EndChange, "ned", result=ChangeResult.SUCCEEDED).state is S.DONE


def test_chg_4_a_stand_in_approves_and_is_asked() -> None:
    today = date(2026, 7, 15)
    away = Absence(first=today, last=today, stand_in="cid")
    contract = with_changes()
    people = tuple(replace(p, absences=(away,)) if p.id == "hana" else p for p in contract.people)
    story = ChangeStory(replace(contract, people=people))
    story.studied(money=True)
    assert story.called()[-1] == "cid"
    story.do(c.ApproveChange, "cid")
    assert story.change.approvals[Need.CLIENT_DELIVERY].by == "cid"


def test_chg_4_of_two_who_decide_at_once_the_second_is_told() -> None:
    story = ChangeStory()
    story.approved()
    with pytest.raises(NotNow, match="change_state"):
        story.do(c.ApproveChange, "otto")
    with pytest.raises(NotNow, match="change_state"):
        story.do(c.RejectChange, "otto", reason="no")
    other = ChangeStory()
    other.underway()
    other.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    with pytest.raises(AlreadyDone, match="succeeded"):
        other.do(c.EndChange, "ned", result=ChangeResult.FAILED, reason="no")
    with pytest.raises(NotNow, match="change_state"):
        other.do(c.StartChange, "ned")


def test_chg_2_what_is_classified_anew_is_approved_anew() -> None:
    story = ChangeStory()
    story.studied()
    story.do(c.ApproveChange, "rita")
    with pytest.raises(AlreadyDone, match="already_classified"):
        story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    change = story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER, money=True)
    assert (change.state, change.approvals) == (S.APPROVAL, {})
    standard = story.do(
        c.ClassifyChange, "ned", category=ChangeCategory.STANDARD, standard="restart", money=False
    )
    assert (standard.state, standard.components) == (S.APPROVED, ("mail",))


def test_chg_2_a_late_study_is_reminded_of_before_it_is_due_then_climbs() -> None:
    story = ChangeStory()  # Wednesday 15 July, 12:00; ten working days: 29 July, 18:00
    story.asked()
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    story.called()
    story.wait(days=21)
    assert [(at.date().isoformat(), person) for at, person in story.called_at()] == [
        ("2026-07-27", "ned"),
        ("2026-07-29", "ned"),
        ("2026-07-29", "sam"),
        ("2026-07-31", "ned"),
        ("2026-07-31", "dan"),
        ("2026-08-04", "ned"),
        ("2026-08-04", "dan"),
    ]


def test_cal_3_a_window_across_the_end_of_summer_time_is_as_long_as_agreed() -> None:
    story = ChangeStory()
    story.now = paris("2026-10-24 12:00")
    story.approved()
    start = paris("2026-10-25 02:45")
    change = story.do(c.PlanChange, "tess", start=start, despite="Nobody works then")
    assert change.window is not None
    assert change.window.end - start == timedelta(minutes=30)
    story.at(start)
    story.do(c.StartChange, "tess")
    story.wait(minutes=29)
    assert story.change.alarms.get("change/over/1") is not None
    assert story.lines(CHG, "change.overrun") == []


def test_org_10_a_change_whose_carrier_has_left_is_planned_for_somebody_else() -> None:
    story = ChangeStory()
    story.asked("ned", standard="restart", title="")
    story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=7), person="tess")
    people = tuple(person for person in story.contract.people if person.id != "tess")
    story.contract = replace(story.contract, version="v2", people=people)
    story.memory.amend(story.contract)
    change = story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=8))
    assert (change.carried_out_by, change.accepted) == (None, ())
    assert story.called()[-1] == "ned", "the first of those whom the catalogue names"


def _away(story: ChangeStory, person: str) -> None:
    """Somebody is on leave from now on, and nobody stands in."""
    story.contract = replace(absent(story.contract, person), version="v2")
    story.memory.amend(story.contract)


def test_chg_4_a_carrier_away_an_hour_before_leaves_it_to_the_next_in_the_catalogue() -> None:
    story = ChangeStory()
    story.asked("ned", standard="restart", title="")
    start = story.now + timedelta(hours=2)
    story.do(c.PlanChange, "ned", start=start, person="nia")
    story.wait(hours=1)
    _away(story, "nia")
    story.called()
    story.wait(hours=1)
    assert story.called_at() == [(start, "tess")]
    change = story.do(c.StartChange, "tess")
    assert change.carried_out_by == "tess"
    assert story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED).state is S.DONE


def test_chg_4_a_carrier_away_whom_nobody_follows_leaves_it_to_the_change_manager() -> None:
    story = ChangeStory()
    story.planned()
    _away(story, "tess")
    story.called()
    story.wait(hours=2)
    assert [person for _, person in story.called_at()] == ["ned"]
    assert story.do(c.StartChange, "ned").carried_out_by == "ned"


def test_chg_4_only_who_carries_it_out_or_is_awaited_in_their_place_begins_it() -> None:
    story = ChangeStory()
    story.asked("ned", standard="restart", title="")
    story.do(c.PlanChange, "ned", start=story.now, person="nia")
    with pytest.raises(NotAllowed):
        story.do(c.StartChange, "tess")


def test_chg_4_another_carrier_at_the_same_time_is_asked_for_no_reason_anew() -> None:
    story = ChangeStory()
    story.approved()
    start = paris("2026-07-15 22:00")
    story.do(c.PlanChange, "ned", start=start, despite="At night", person="tess")
    change = story.do(c.PlanChange, "ned", start=start, person="nia")
    assert (change.carried_out_by, change.despite) == ("nia", "At night")
    with pytest.raises(NotNow, match="clash"):
        story.do(c.PlanChange, "ned", start=start + timedelta(minutes=30))
