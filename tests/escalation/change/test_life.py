"""The life of a change: asked for, approved, planned, carried out, closed (CHG-1 to CHG-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract import Absence, Contract
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands import change as c
from escalation.decision.commands.incident import ResolveIncident, TakeIncident
from escalation.people import rights
from escalation.records.change import (
    ChangeCategory,
    ChangeOrigin,
    ChangeResult,
    ChangeState,
    Need,
)
from tests.escalation.change.story import CHG, RULES, STANDARD, STUDY, ChangeStory, with_changes
from tests.escalation.ladder.climbing import absent
from tests.story import Story

S = ChangeState


def test_chg_1_a_request_goes_to_the_desk_and_the_change_manager_classifies_it() -> None:
    story = ChangeStory()
    change = story.asked(components=("mail",), site="brest")
    assert (change.state, change.origin) == (S.REQUESTED, ChangeOrigin.CLIENT_REQUEST)
    assert story.told("change_card")[0] == "room/provider", "the desk"
    assert story.called() == ["rita", "ned"]
    with pytest.raises(NotAllowed):
        story.do(c.ClassifyChange, "rita", category=ChangeCategory.OTHER)
    with pytest.raises(NotFound, match="unknown_component"):
        story.asked(components=("moon",))
    with pytest.raises(NotFound, match="unknown_site"):
        story.asked(site="moon")


@pytest.mark.parametrize(
    ("by", "born_of", "origin"),
    [
        ("rita", "", ChangeOrigin.CLIENT_REQUEST),
        ("tess", "", ChangeOrigin.SERVICE_DELIVERY),
        ("tess", "INC-0001", ChangeOrigin.INCIDENT),
        ("tess", "PRB-0001", ChangeOrigin.PROBLEM),
        ("rita", "move", ChangeOrigin.PROJECT),
    ],
)
def test_chg_1_a_change_starts_from(by: str, born_of: str, origin: ChangeOrigin) -> None:
    story = ChangeStory(with_changes(problems=ProblemRules()))
    incident = story.opened()
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=False)
    assert story.asked(by, born_of=born_of).origin is origin
    for unknown in ("INC-0099", "PRB-0099", "moon"):
        with pytest.raises(NotFound):
            story.asked(by, born_of=unknown)


def test_chg_1_without_the_chapter_nothing_is_asked_for() -> None:
    with pytest.raises(NotNow, match="no_changes"):
        Story().do(c.RequestChange, "sam", title="x")


def test_chg_2_a_standard_change_is_asked_for_on_its_form_by_those_who_may() -> None:
    story = ChangeStory()
    with pytest.raises(NotAllowed, match="standard_not_yours"):
        story.standard("tess")
    with pytest.raises(BadValue, match="answer_missing"):
        story.asked(standard="account")
    with pytest.raises(BadValue, match="unknown_answer"):
        story.asked(standard="account", answers={"user": "Maud", "rights": "all"})
    with pytest.raises(NotFound, match="unknown_standard"):
        story.asked(standard="moon")
    change = story.asked(standard="account", title="", answers={"user": "Maud", "rights": "read"})
    assert (change.title, change.components) == ("VPN account", ("vpn",))
    assert (change.state, change.needs) == (S.APPROVAL, (Need.CATALOGUE,))
    assert story.called() == ["rita", "olga"]


def test_chg_2_what_the_catalogue_approves_beforehand_is_only_planned() -> None:
    story = ChangeStory()
    change = story.asked("tess", standard="restart", title="")
    assert (change.state, change.needs) == (S.APPROVED, ())
    assert story.called() == ["tess"], "the first of those who carry it out plans it"
    assert story.do(c.PlanChange, "nia", start=story.now).carried_out_by == "nia"
    assert story.called() == ["nia"], "who plans what the catalogue has them do, does it"


def test_chg_2_another_change_is_studied_then_approved_by_manager_and_requester() -> None:
    story = ChangeStory()
    story.asked()
    story.called()
    change = story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    assert (change.state, change.owner) == (S.STUDY, "ned")
    story.do(c.AssignStudy, "ned", person="tess")
    assert story.called() == ["ned", "tess"]
    with pytest.raises(NotAllowed):
        story.do(c.RecordStudy, "tom", **STUDY)
    with pytest.raises(BadValue, match="text_missing"):
        story.do(c.RecordStudy, "tess", **{**STUDY, "fallback": " "})
    change = story.do(c.RecordStudy, "tess", **STUDY)
    assert (change.state, change.needs) == (S.APPROVAL, (Need.MANAGER, Need.REQUESTER))
    assert story.called() == ["ned", "rita"], "each is asked for what is theirs"
    assert story.do(c.ApproveChange, "ned").state is S.APPROVAL
    with pytest.raises(AlreadyDone, match="approval_given"):
        story.do(c.ApproveChange, "ned")
    assert story.do(c.ApproveChange, "rita").state is S.APPROVED


def test_chg_2_money_or_service_level_needs_both_delivery_managers() -> None:
    story = ChangeStory()
    change = story.studied(money=True)
    assert change.missing == (
        Need.MANAGER, Need.REQUESTER, Need.PROVIDER_DELIVERY, Need.CLIENT_DELIVERY,
    )  # fmt: skip
    story.called()
    for person in ("ned", "rita", "sam"):
        assert story.do(c.ApproveChange, person).state is S.APPROVAL
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "olga")
    assert story.do(c.ApproveChange, "hana").state is S.APPROVED


def test_chg_2_a_new_date_for_a_study_moves_its_reminder() -> None:
    story = ChangeStory()
    story.asked()
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    due = story.change.study_due
    assert due is not None
    for days in (-2, 20):
        moved = due + timedelta(days=days)
        story.do(c.AssignStudy, "ned", person="ned", due=moved)
        (reminder,) = story.change.alarms.armed
        assert timedelta(0) < moved - reminder.due < timedelta(days=4), "so long before it is due"


def test_chg_2_classifying_again_keeps_what_it_does_not_say() -> None:
    story = ChangeStory()
    story.studied(money=True, service_level=True)
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.STANDARD, standard="restart")
    assert (story.change.money, story.change.service_level) == (True, True)
    assert story.change.missing == (Need.PROVIDER_DELIVERY, Need.CLIENT_DELIVERY)
    for effect in ("money", "service_level"):
        story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER, **{effect: False})
    assert Need.CLIENT_DELIVERY not in story.change.needs


def test_chg_1_what_turns_out_to_be_standard_has_its_form_answered() -> None:
    story = ChangeStory()
    story.asked()
    account = {"category": ChangeCategory.STANDARD, "standard": "account"}
    with pytest.raises(BadValue, match="answer_missing"):
        story.do(c.ClassifyChange, "ned", **account)
    story.do(c.ClassifyChange, "ned", **account, answers={"user": "Maud"})
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.STANDARD, money=True)
    assert story.change.answers == {"user": "Maud"}


def test_chg_2_what_was_touched_by_the_catalogue_alone_follows_its_entry() -> None:
    named = {"category": ChangeCategory.STANDARD, "standard": "restart"}
    story = ChangeStory()
    story.standard()
    assert story.do(c.ClassifyChange, "ned", **named).components == ("mail",)
    other = ChangeStory()
    other.asked(components=("wiki",))
    assert other.do(c.ClassifyChange, "ned", **named).components == ("wiki",), "as it was asked"


def test_chg_2_a_study_that_changes_is_approved_anew() -> None:
    story = ChangeStory()
    story.studied()
    story.do(c.ApproveChange, "rita")
    story.called()
    change = story.do(c.RecordStudy, "ned", **{**STUDY, "text": "Swap all"}, service_level=True)
    assert change.missing == change.needs
    assert Need.CLIENT_DELIVERY in change.needs
    assert story.called() == ["ned", "rita", "sam", "hana"]


def test_chg_4_whoever_is_asked_may_reject_and_the_requester_is_told_why() -> None:
    story = ChangeStory()
    story.standard()
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.RejectChange, "olga", reason=" ")
    change = story.do(c.RejectChange, "otto", reason="not now")
    assert (change.state, change.reason, change.alarms.armed) == (S.REJECTED, "not now", ())
    assert story.news()[-1] == ("change.rejected", "rita")
    with pytest.raises(NotNow, match="change_state"):
        story.do(c.ApproveChange, "olga")


def test_chg_5_a_project_names_who_is_told_and_who_approves() -> None:
    story = ChangeStory()
    change = story.asked("tess", standard="restart", title="", born_of="move")
    assert change.missing == (Need.SOURCE,)
    assert ("change.approval_asked", "cid") in story.news()
    assert story.do(c.ApproveChange, "hana").state is S.APPROVED
    assert rights.visible(story.contract, "cid", change)


def test_chg_4_planned_started_ended_closed_and_the_requester_told_at_each_step() -> None:
    story = ChangeStory()
    story.approved()
    assert story.called()[-1] == "tess", "who carries it out plans it"
    with pytest.raises(NotNow, match="change_unplanned"):
        story.do(c.StartChange, "tess")
    start = story.now + timedelta(hours=2)
    for wrong in ({"start": story.now - timedelta(minutes=1)}, {"start": start, "end": start}):
        with pytest.raises(BadValue):
            story.do(c.PlanChange, "tess", **wrong)
    change = story.do(c.PlanChange, "tess", start=start)
    assert change.window is not None
    assert change.window.end == start + timedelta(minutes=30), "as long as usual"
    with pytest.raises(AlreadyDone, match="already_planned"):
        story.do(c.PlanChange, "ned", start=start)
    with pytest.raises(NotNow, match="change_early"):
        story.do(c.StartChange, "tess")
    story.wait(hours=2)
    assert story.called()[-1] == "tess", "it can be started now"
    assert story.do(c.StartChange, "tess").state is S.UNDERWAY
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.EndChange, "tess", result=ChangeResult.ROLLED_BACK)
    assert story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED).state is S.DONE
    closed = story.do(c.CloseChange, "ned")
    assert (closed.state, closed.alarms.armed) == (S.CLOSED, ())
    with pytest.raises(AlreadyDone, match="change_closed"):
        story.do(c.CloseChange, "ned")
    assert [action.partition(".")[2] for action, _ in story.news()] == [
        "approval_asked", "approved", "planned", "started", "ended", "closed",
    ][1:]  # fmt: skip
    assert {person for _, person in story.news()} == {"rita"}


def test_chg_4_the_requester_or_the_manager_withdraws_until_it_has_begun() -> None:
    story = ChangeStory()
    story.planned()
    with pytest.raises(NotAllowed):
        story.do(c.WithdrawChange, "olga", reason="no")
    assert story.do(c.WithdrawChange, "rita", reason="no more").alarms.armed == ()
    other = ChangeStory()
    other.underway()
    with pytest.raises(NotNow, match="change_underway"):
        other.do(c.WithdrawChange, "rita", reason="no more")


def test_con_2_who_sees_a_change() -> None:
    story = ChangeStory()
    story.asked("tess")
    seen = [
        p
        for p in ("tom", "olga", "hana", "rita", "nora")
        if rights.visible(story.contract, p, story.change)
    ]
    assert seen == ["tom", "olga", "hana"]
    assert story.change.id == CHG


def test_chg_3_urgent_are_only_standard_ones_asked_for_by_whom_the_contract_names() -> None:
    story = ChangeStory()
    with pytest.raises(NotAllowed, match="urgent_not_yours"):
        story.standard("rita", urgent=True)
    with pytest.raises(NotNow, match="not_urgent"):
        story.asked("olga", urgent=True)
    with pytest.raises(NotNow, match="not_urgent"):
        story.asked("olga", title="", standard="restart", urgent=True)
    change = story.standard("olga", urgent=True)
    assert change.needs == (Need.URGENT,)
    assert story.called() == ["olga", "sam"]
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "otto")
    story.wait(minutes=29)
    assert story.called() == []
    story.wait(minutes=1)
    assert story.called() == ["sam"], "what is urgent does not wait for a working day"
    story.wait(minutes=30)
    assert story.called() == ["sam", "dan"], "then the level above"
    with pytest.raises(NotNow, match="not_urgent"):
        story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)


def test_chg_6_the_risk_and_the_liability_are_kept_with_whoever_accepted_them() -> None:
    story = ChangeStory()
    story.standard("olga", urgent=True)
    assert story.do(c.ApproveChange, "sam").state is S.APPROVED
    (line,) = story.lines(CHG, "change.approval_given")
    assert line.facts["extra_risk"] == "Ten minutes without mail"
    assert line.facts["liability"] == "The client"
    begun = story.do(c.StartChange, "tess")
    assert begun.window is not None, "it is urgent: nobody plans it first"
    assert begun.window.end == story.now + timedelta(minutes=30)


def test_chg_4_whoever_carries_it_out_is_told_once_it_is_approved() -> None:
    for hours in (2, 20):
        story = ChangeStory()
        story.standard()
        start = story.now + timedelta(hours=hours)
        story.do(c.PlanChange, "ned", start=start, person="tess", despite="it must be")
        story.wait(hours=2, minutes=5)  # the first window has opened by then
        story.called()
        story.do(c.ApproveChange, "olga")
        assert story.called() == ["tess"]


def test_chg_4_whoever_carries_it_out_is_told_when_somebody_else_begins_it() -> None:
    story = ChangeStory()
    story.planned()
    story.wait(hours=2)
    story.called()
    story.do(c.StartChange, "ned")
    assert story.called() == ["ned", "tess"]
    story.do(c.EndChange, "ned", result=ChangeResult.SUCCEEDED)
    assert story.news()[-1] == ("change.ended", "tess")


def test_chg_4_whoever_was_to_carry_it_out_is_told_that_they_do_not() -> None:
    story = ChangeStory()
    story.planned()
    assert story.change.window is not None
    start, end = story.change.window.start, story.change.window.end
    story.do(c.PlanChange, "ned", start=start, end=end, person="nia")
    assert story.called()[-1] == "nia"
    assert ("change.planned", "tess") in story.news()
    story.do(c.WithdrawChange, "rita", reason="no more")
    assert story.news()[-1] == ("change.withdrawn", "nia")
    other = ChangeStory()
    other.standard()
    other.do(c.PlanChange, "ned", start=start)
    other.do(c.RejectChange, "olga", reason="not now")
    assert other.news()[-1] == ("change.rejected", "tess")


def test_chg_4_the_manager_who_begins_it_leaves_it_to_whoever_carries_it_out() -> None:
    story = ChangeStory()
    story.planned()
    story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=3), person="tess")
    story.wait(hours=3)
    assert story.do(c.StartChange, "ned").carried_out_by == "tess"
    assert story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED).state is S.DONE
    other = ChangeStory()
    other.planned()
    other.wait(hours=2)
    assert other.do(c.StartChange, "ned").carried_out_by is None, "the catalogue names Tess"
    assert other.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED).state is S.DONE


def test_chg_4_whoever_stands_in_and_begins_it_carries_it_out_to_the_end() -> None:
    today = date(2026, 7, 15)
    away = Absence(first=today, last=today, stand_in="nia")
    contract = with_changes()
    people = tuple(replace(p, absences=(away,)) if p.id == "tess" else p for p in contract.people)
    story = ChangeStory(replace(contract, people=people))
    story.approved()
    story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=11, minutes=50), despite="so")
    story.wait(hours=11, minutes=50)
    story.do(c.StartChange, "nia", despite="so")
    story.wait(minutes=20)
    assert story.do(c.EndChange, "nia", result=ChangeResult.SUCCEEDED).state is S.DONE


@pytest.mark.parametrize("command", [c.ApproveChange, c.RejectChange])
def test_chg_2_an_answer_to_what_has_changed_since_is_refused(command) -> None:
    for changed, by in (
        (c.RecordStudy, {**STUDY, "impact": "two days without mail"}),
        (c.ClassifyChange, {"category": ChangeCategory.OTHER, "money": True}),
    ):
        story, who = ChangeStory(), "rita" if command is c.ApproveChange else "ned"
        read = story.studied().asked
        story.do(changed, "ned", **by)
        with pytest.raises(NotNow, match="change_asked_anew"):
            story.do(command, who, reason="As I read it", asked=read)
        assert not story.change.approvals
        story.do(command, who, reason="As it is now", asked=story.change.asked)


def test_chg_4_asking_by_who_may_approve_it_is_the_approval() -> None:
    story = ChangeStory()
    change = story.standard(by="olga")
    assert (change.state, change.approvals["catalogue"].by) == (S.APPROVED, "olga")
    assert story.called() == ["olga", "tess"], "her card, and whoever plans it"
    (asked,), (given,) = (
        story.lines(CHG, f"change.approval_{each}") for each in ("asked", "given")
    )
    assert (asked.facts["needs"], given.facts["needs"]) == (["catalogue"], ["catalogue"])
    assert (given.actor, given.facts["asking"]) == ("olga", True)


def test_chg_3_asking_accepts_no_extra_risk_which_is_done_in_so_many_words() -> None:
    urgent = replace(RULES.urgent, may_accept=("olga", "sam"))
    story = ChangeStory(with_changes(replace(RULES, urgent=urgent)))
    change = story.standard(by="olga", urgent=True)
    assert (change.state, change.missing) == (S.APPROVAL, (Need.URGENT,))


def _four_eyes(**people: tuple[str, ...]) -> Contract:
    entry = replace(STANDARD[0], four_eyes=True, may_ask=(), **people)
    return with_changes(replace(RULES, standard=(entry, *STANDARD[1:])))


def test_chg_2_with_four_eyes_somebody_else_approves_than_who_asked() -> None:
    story = ChangeStory(_four_eyes())
    assert story.standard(by="olga").state is S.APPROVAL
    assert story.called() == ["olga", "otto"]
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "olga")
    assert story.do(c.ApproveChange, "otto").state is S.APPROVED


def test_chg_2_with_four_eyes_the_only_approver_who_asks_leaves_it_to_the_change_manager() -> None:
    story = ChangeStory(_four_eyes(approved_by=("olga",)))
    story.standard(by="olga")
    assert story.do(c.ApproveChange, "ned").state is S.APPROVED


def test_chg_2_with_four_eyes_a_change_manager_who_asks_leaves_it_to_delivery_management() -> None:
    story = ChangeStory(_four_eyes(approved_by=("ned",)))
    assert story.standard(by="ned").state is S.APPROVAL
    assert story.called() == ["ned", "sam"]
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "ned")
    assert story.do(c.ApproveChange, "sam").state is S.APPROVED


def test_chg_2_with_four_eyes_who_asked_does_not_approve_as_a_stand_in() -> None:
    story = ChangeStory(absent(_four_eyes(approved_by=("olga",)), "olga", stand_in="rita"))
    story.standard(by="rita")
    assert story.called() == ["rita", "ned"]
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "rita")
    assert story.do(c.ApproveChange, "ned").state is S.APPROVED


def test_chg_2_with_four_eyes_the_stand_in_of_the_change_manager_approves() -> None:
    contract = absent(_four_eyes(approved_by=("olga",)), "olga", stand_in="rita")
    story = ChangeStory(absent(contract, "ned", stand_in="tess"))
    story.standard(by="rita")
    assert story.called() == ["rita", "tess"]
    assert story.do(c.ApproveChange, "tess").state is S.APPROVED


def test_chg_2_with_four_eyes_who_stands_in_for_everybody_leaves_it_to_the_delivery_manager() -> (
    None
):
    contract = absent(_four_eyes(approved_by=("olga",)), "olga", stand_in="rita")
    story = ChangeStory(absent(contract, "ned", stand_in="rita"))
    story.standard(by="rita")
    assert story.called() == ["rita", "sam"]
    with pytest.raises(NotAllowed):
        story.do(c.ApproveChange, "rita")
    assert story.do(c.ApproveChange, "sam").state is S.APPROVED
