"""A question that waits no longer: those who were asked have its copies say so."""

from __future__ import annotations

from escalation.decision.commands.crisis import AcceptCrisis, AgreeMembers, AskCrisis, MemberJoined
from escalation.decision.commands.incident import (
    AssignIncident,
    DeclineLowering,
    SetPriority,
    TakeIncident,
    VerifyIncident,
)
from escalation.messages.room_actions import ShowAnswers
from tests.story import Story


def shown(story: Story) -> list[str]:
    return [effect.to.name for _, effect in story.memory.told(ShowAnswers.topic)]


def test_inc_5_verified_or_not_fixed_the_requester_and_the_managers_see_it() -> None:
    for fixed in (True, False):
        story = Story()
        incident = story.resolved()
        before = len(shown(story))
        story.do(VerifyIncident, "rita", incident, fixed=fixed, note="as I see it")
        assert {"rita", "sam", "sue"} <= {*shown(story)[before:]}


def test_inc_19_a_lowering_that_is_answered_is_shown_to_all_who_were_asked() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=1)
    story.do(SetPriority, "sam", incident, severity=3, reason="one site")
    asked = story[incident].lowering.asked
    before = len(shown(story))
    story.do(DeclineLowering, asked[0], incident, reason="no")
    assert {*asked} <= {*shown(story)[before:]}


def test_cri_3_who_has_agreed_the_list_alone_sees_it_answered() -> None:
    story = Story()
    crisis = story.perform(AskCrisis, "sam", reason="all is down")
    story.do(AcceptCrisis, "hana", crisis)
    before = len(shown(story))
    story.do(AgreeMembers, "hana", crisis)
    assert shown(story)[before:] == ["hana"]


def test_inc_10_a_step_that_answers_nothing_changes_no_copy() -> None:
    story = Story()
    incident = story.opened()
    story.do(TakeIncident, "tom", incident)
    before = len(shown(story))
    story.do(AssignIncident, "sam", incident, person="tess")
    assert shown(story)[before:] == []


def test_cri_4_once_nobody_mandated_is_missing_the_leads_see_it() -> None:
    story = Story()
    crisis = story.perform(AskCrisis, "sam", reason="all is down")
    story.do(AcceptCrisis, "hana", crisis)
    mandated = [m.person for m in story[crisis].members if m.mandated and not m.joined_at]
    for person in mandated:
        before = len(shown(story))
        story.do(MemberJoined, person, crisis)
    assert mandated
    assert {*shown(story)[before:]} >= {*story[crisis].leads.values()}
