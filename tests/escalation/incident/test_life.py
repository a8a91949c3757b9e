"""The life of an incident (INC-4, INC-10, INC-11, ORG-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract import AutomaticCase, Hours, Role, SupportGroup, Trigger
from escalation.decision.commands import incident as c
from escalation.records.incident import IncidentState, Origin
from tests.agreement import agreement, paris
from tests.story import NOON, Story

S = IncidentState


def in_every_state() -> dict[IncidentState, tuple[Story, str]]:
    """An incident of each state, each in its own story."""
    stories = {state: Story() for state in S}
    made: dict[IncidentState, str] = {}
    for state, story in stories.items():
        severity = None if state is S.OPENED else 1
        if state in {S.OPENED, S.QUALIFIED}:
            made[state] = story.opened(severity=severity)
        elif state in {S.RESOLVED, S.VERIFIED, S.CLOSED}:
            made[state] = story.resolved()
        else:
            made[state] = story.opened()
    stories[S.ASSIGNED].do(c.AssignIncident, "sam", made[S.ASSIGNED], person="tom")
    stories[S.IN_PROGRESS].do(c.TakeIncident, "tom", made[S.IN_PROGRESS])
    for state in (S.VERIFIED, S.CLOSED):
        stories[state].do(c.VerifyIncident, "rita", made[state], fixed=True)
    stories[S.CLOSED].do(c.CloseIncident, "sam", made[S.CLOSED])
    stories[S.CANCELLED].do(c.CancelIncident, "rita", made[S.CANCELLED], reason="my cable")
    original = stories[S.MERGED].opened()
    stories[S.MERGED].do(c.MergeIncident, "tom", made[S.MERGED], into=original)
    return {state: (stories[state], made[state]) for state in S}


UNDER_WAY = {S.OPENED, S.QUALIFIED, S.ASSIGNED, S.IN_PROGRESS}
REPAIRED = {S.RESOLVED, S.VERIFIED, S.CLOSED}
LIFE: list[tuple[type[c.OnIncident], str, dict[str, Any], set[IncidentState]]] = [
    (c.TakeIncident, "tess", {}, UNDER_WAY - {S.IN_PROGRESS}),
    (c.AssignIncident, "sam", {"person": "tess"}, UNDER_WAY),
    (c.AssignIncident, "sam", {"group": "netops"}, UNDER_WAY),
    (c.SetPriority, "sam", {"level": 3, "reason": "small"}, UNDER_WAY),
    (c.SetSite, "rita", {"site": "Nouméa office"}, UNDER_WAY),
    (c.WaitFor, "tom", {"waiting_for": "client", "reason": "access"}, UNDER_WAY),
    (c.ForeseeDelay, "tom", {"reason": "late part"}, UNDER_WAY - {S.OPENED}),
    (c.ResolveIncident, "tom", {"cause_gone": True}, UNDER_WAY - {S.OPENED}),
    (c.VerifyIncident, "rita", {"fixed": True}, {S.RESOLVED}),
    (c.VerifyIncident, "rita", {"fixed": False}, REPAIRED),
    (c.CloseIncident, "sam", {}, {S.VERIFIED}),
    (c.ReopenIncident, "rita", {"reason": "again"}, REPAIRED),
    (c.CancelIncident, "sam", {"reason": "mistake"}, UNDER_WAY),
    (c.AddNote, "rita", {"text": "hello"}, set(S)),
]


@pytest.mark.parametrize("step", LIFE, ids=lambda step: f"{step[0].__name__}{step[2] or ''}")
def test_inc_4_each_step_is_taken_from_its_states_only(
    step: tuple[type[c.OnIncident], str, dict[str, Any], set[IncidentState]],
) -> None:
    kind, by, values, allowed = step
    for state, (story, incident) in in_every_state().items():
        assert story[incident].state is state
        before = len(story.memory.chain)
        if state in allowed:
            story.do(kind, by, incident, **values)
            assert len(story.memory.chain) > before, state
        else:
            with pytest.raises((NotNow, AlreadyDone)):
                story.do(kind, by, incident, **values)
            assert len(story.memory.chain) == before, state


def test_inc_4_the_whole_life_in_order_each_step_with_its_actor_and_time() -> None:
    story = Story()
    incident = story.opened(severity=None)
    states = [story[incident].state]
    for kind, by, values in (
        (c.SetPriority, "hal", {"severity": 1}),
        (c.AssignIncident, "hal", {"person": "tom"}),
        (c.TakeIncident, "tom", {}),
        (c.ResolveIncident, "tom", {"cause_gone": True, "cure": "restarted"}),
        (c.VerifyIncident, "rita", {"fixed": True, "note": "thank you"}),
        (c.CloseIncident, "sam", {"note": "done"}),
    ):
        story.wait(minutes=1)
        states.append(story.do(kind, by, incident, **values).state)
    assert states == [
        S.OPENED, S.QUALIFIED, S.ASSIGNED, S.IN_PROGRESS, S.RESOLVED, S.VERIFIED, S.CLOSED,
    ]  # fmt: skip
    done = [
        (n.action, n.actor, (n.at - NOON) // timedelta(minutes=1)) for n in story.lines(incident)
    ]
    assert done == [
        ("incident.opened", "rita", 0),
        ("incident.qualified", "hal", 1),
        ("incident.assigned", "hal", 2),
        ("incident.taken", "tom", 3),
        ("incident.acknowledged", "tom", 3),
        ("incident.resolved", "tom", 4),
        ("incident.verified", "rita", 5),
        ("incident.closed", "sam", 6),
    ]
    assert story.lines(incident, "incident.verified")[0].facts["note"] == "thank you"
    assert story.lines(incident, "incident.closed")[0].facts["note"] == "done"


def test_inc_4_a_wrong_step_says_where_the_incident_stands_and_what_it_takes() -> None:
    story, incident = in_every_state()[S.CLOSED]
    with pytest.raises(NotNow, match="wrong_state") as refusal:
        story.do(c.TakeIncident, "tom", incident)
    assert refusal.value.facts == {
        "state": "closed",
        "allowed": ["opened", "qualified", "assigned", "in_progress"],
    }


def test_inc_4_of_two_who_take_it_at_once_the_second_is_told_who_has_it() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    with pytest.raises(AlreadyDone, match="already_taken") as refusal:
        story.do(c.TakeIncident, "tess", incident)
    assert refusal.value.facts["by"] == "tom"
    assert story[incident].assignee == "tom"


def test_inc_4_who_takes_over_says_so_and_the_one_before_hears_it() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    after = story.do(c.AssignIncident, "tess", incident, person="tess")
    assert (after.assignee, after.state) == ("tess", S.IN_PROGRESS)
    assert "tom" in story.told("incident_news")


def test_inc_4_an_incident_is_assigned_to_somebody_of_the_provider_who_is_there() -> None:
    contract = agreement()
    story = Story(contract)
    incident = story.opened()
    with pytest.raises(NotFound, match="unknown_person"):
        story.do(c.AssignIncident, "sam", incident, person="ghost")
    with pytest.raises(BadValue, match="not_of_provider"):
        story.do(c.AssignIncident, "sam", incident, person="rita")
    with pytest.raises(BadValue, match="assignee_missing"):
        story.do(c.AssignIncident, "sam", incident)
    story.do(c.AssignIncident, "sam", incident, person="tom")
    assert story.told("incident_assigned") == ["tom"]
    with pytest.raises(AlreadyDone, match="already_assigned"):
        story.do(c.AssignIncident, "sam", incident, person="tom")


def test_inc_4_an_unqualified_incident_cannot_be_resolved() -> None:
    story = Story()
    with pytest.raises(NotNow, match="not_qualified"):
        story.do(c.ResolveIncident, "tom", story.opened(severity=None), cause_gone=True)


def test_inc_4_reopened_it_goes_on_with_the_same_assignee_and_counts() -> None:
    story = Story()
    incident = story.resolved()
    story.wait(hours=3)
    after = story.do(c.VerifyIncident, "rita", incident, fixed=False, note="still slow")
    assert (after.state, after.reopened, after.assignee) == (S.IN_PROGRESS, 1, "tom")
    assert after.resolved_at is None
    (line,) = story.lines(incident, "incident.reopened")
    assert (line.facts["reason"], line.facts["times"]) == ("still slow", 1)
    assert "tom" in story.told("incident_news")


def test_inc_9_after_a_reopening_the_targets_run_on_less_the_time_spent_verifying() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=5)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.wait(hours=24)
    after = story.do(c.VerifyIncident, "rita", incident, fixed=False)
    assert after.restore_due == NOON + timedelta(hours=32)
    assert after.pauses[-1].by == "tom"
    story.wait(hours=3)
    assert story[incident].missed == ("restore",)


def test_esc_4_reopened_as_often_as_the_contract_says_it_escalates() -> None:
    contract = agreement()
    rules = replace(
        contract.escalation,
        automatic=(AutomaticCase(trigger=Trigger.REOPENED),),
        reopened_times=2,
    )
    story = Story(replace(contract, escalation=rules))
    incident = story.resolved()
    story.do(c.VerifyIncident, "rita", incident, fixed=False)
    assert story[incident].walks == ()
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.do(c.VerifyIncident, "rita", incident, fixed=False)
    assert story[incident].escalation("client") is not None


def test_inc_4_reopening_needs_a_reason() -> None:
    story = Story()
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.ReopenIncident, "sam", story.resolved(), reason="")


def test_inc_4_a_duplicate_points_at_its_original_which_notes_it() -> None:
    story = Story()
    original = story.opened()
    duplicate = story.opened(by="otto", component="vpn", ticket="T-2")
    after = story.do(c.MergeIncident, "tom", duplicate, into=original)
    assert (after.state, after.merged_into) == (S.MERGED, original)
    assert [escalation.active for escalation in after.walks] == [False]
    assert after.alarms.armed == ()
    (line,) = story.lines(original, "incident.duplicate_merged")
    assert (line.facts["duplicate"], line.facts["ticket"]) == (duplicate, "T-2")
    news = [(e.to.person, e.facts.get("into")) for e in story.effects("incident_news")]
    assert {("otto", original), ("rita", duplicate)} <= set(news)


def test_inc_4_nothing_is_merged_into_itself_or_into_what_is_over() -> None:
    story = Story()
    first, second, third = story.opened(), story.opened(), story.opened()
    with pytest.raises(BadValue, match="merged_into_itself"):
        story.do(c.MergeIncident, "tom", first, into=first)
    story.do(c.MergeIncident, "tom", first, into=second)
    with pytest.raises(NotNow, match="original_over"):
        story.do(c.MergeIncident, "tom", third, into=first)
    with pytest.raises(AlreadyDone, match="already_merged"):
        story.do(c.MergeIncident, "tom", first, into=third)
    with pytest.raises(NotFound, match="unknown_incident"):
        story.do(c.MergeIncident, "tom", third, into="INC-0099")


def test_inc_7_the_original_of_what_the_client_reported_is_told_to_the_client() -> None:
    story = Story()
    found = story.opened(by="hal", origin=Origin.MONITORING)
    reported = story.opened()
    story.do(c.MergeIncident, "tom", reported, into=found)
    assert story[found].client_informed


def test_inc_4_a_cancelled_incident_rings_no_more_and_says_why() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.CancelIncident, "sam", incident, reason=" ")
    story.do(c.CancelIncident, "sam", incident, reason="drill of the client")
    assert story[incident].alarms.armed == ()
    assert story.lines(incident, "incident.cancelled")[0].facts["reason"] == "drill of the client"
    assert story.told("incident_news") == ["rita", "hana", "cid"]


def test_inc_4_cancelled_while_waiting_no_target_is_missed() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    story.wait(hours=100)
    after = story.do(c.CancelIncident, "sam", incident, reason="no answer")
    assert after.missed == ()
    assert after.waiting is None


def test_inc_10_the_timeline_says_who_when_what_and_from_where() -> None:
    story = Story()
    incident = story.opened(source="page")
    story.do(c.AddNote, "tess", incident, text="looked at the logs", source="button")
    story.wait(hours=9)
    note = story.lines(incident, "incident.noted")[0]
    assert (note.actor, note.at, note.source) == ("tess", NOON, "button")
    assert note.facts["text"] == "looked at the logs"
    assert story.lines(incident, "incident.opened")[0].source == "page"
    late = story.lines(incident, "incident.target_missed")[0]
    assert (late.actor, late.source) == ("escalade", "timer")


@pytest.mark.parametrize(("text", "code"), [(" ", "note_missing"), ("x" * 3001, "text_too_long")])
def test_inc_10_a_note_says_something_and_ends(text: str, code: str) -> None:
    story = Story()
    with pytest.raises(BadValue, match=code):
        story.do(c.AddNote, "tess", story.opened(), text=text)


def test_inc_11_a_cause_that_remains_is_put_to_the_problem_manager() -> None:
    contract = agreement()
    people = tuple(
        replace(p, roles=(Role.PROBLEM_MANAGER,)) if p.id == "ned" else p for p in contract.people
    )
    for known, told in ((contract, ["sam", "sue"]), (replace(contract, people=people), ["ned"])):
        story = Story(known)
        incident = story.opened()
        story.do(c.ResolveIncident, "tom", incident, cause_gone=False)
        assert story[incident].cause_gone is False
        assert story.told("problem_proposed") == told
        assert story.lines(incident, "incident.problem_proposed")


def test_inc_11_a_cause_that_is_gone_is_recorded_and_no_problem_proposed() -> None:
    story = Story()
    incident = story.resolved()
    assert story[incident].cause_gone is True
    assert story.lines(incident, "incident.resolved")[0].facts["cause_gone"] is True
    assert story.told("problem_proposed") == []


def test_inc_4_resolving_stops_the_ladders() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    story.do(c.TakeIncident, "tom", incident)
    after = story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    assert [escalation.active for escalation in after.walks] == [False]
    assert {timer.name for timer in after.alarms.armed} == {"verify/chase", "verify/silence"}


def test_org_4_a_group_is_informed_and_recorded_and_the_lead_stays() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    after = story.do(c.AssignIncident, "sam", incident, group="netops")
    assert (after.assignee, after.groups) == ("tom", ("netops",))
    assert story.told("group_informed") == ["nora"]
    (line,) = story.lines(incident, "incident.group_informed")
    assert (line.facts["members"], line.facts["out_of_hours"]) == (["nora"], False)
    with pytest.raises(NotFound, match="unknown_group"):
        story.do(c.AssignIncident, "sam", incident, group="facilities")


def test_org_4_outside_its_hours_that_is_said() -> None:
    story = Story(at=paris("2026-07-15 03:00"))
    story.do(c.AssignIncident, "ned", story.opened(), group="netops")
    assert story.effects("group_informed")[0].facts["out_of_hours"] is True


def test_org_4_what_the_group_did_is_recorded_under_its_name() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.AssignIncident, "sam", incident, group="netops")
    story.do(c.AddNote, "nora", incident, text="changed the route")
    assert story.lines(incident, "incident.noted")[0].facts["group"] == "netops"


def test_inc_7_bringing_in_a_group_of_the_client_informs_the_client() -> None:
    group = SupportGroup(
        id="desk", name="Desk", organisation="client", members=("otto",), hours=Hours(always=True)
    )
    story = Story(agreement(groups=(group,)))
    incident = story.opened(by="hal", origin=Origin.MONITORING)
    assert story.do(c.AssignIncident, "sam", incident, group="desk").client_informed
    assert story.told("group_informed") == ["otto"]


def test_decision_7_a_running_incident_keeps_its_contract_until_replanned() -> None:
    contract = agreement()
    slower = {p: replace(t, restore=t.acknowledge) for p, t in contract.incidents.targets.items()}
    newer = replace(contract, version="v2", incidents=replace(contract.incidents, targets=slower))
    story = Story(contract)
    incident = story.opened()
    story.memory.amend(newer)
    story.do(c.TakeIncident, "tom", incident)
    story.do(c.SetPriority, "sam", incident, level=1, reason="worse")
    assert story[incident].restore_due == NOON + timedelta(hours=4)
    story.do(c.SetPriority, "sam", incident, level=2, reason="no, as before")
    story.do(c.AgreeLowering, "hana", incident)
    with pytest.raises(NotAllowed):
        story.do(c.ReplanIncident, "tom", incident, reason="new contract")
    after = story.do(c.ReplanIncident, "sam", incident, reason="new contract")
    assert (after.contract_version, after.restore_due) == ("v2", NOON + timedelta(minutes=30))
    (line,) = story.lines(incident, "incident.replanned")
    assert (line.facts["before"], line.facts["version"]) == ("v1", "v2")
    with pytest.raises(AlreadyDone, match="already_current"):
        story.do(c.ReplanIncident, "sam", incident, reason="again")
