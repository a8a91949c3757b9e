"""The time to qualify, on-call duty, and waits that end (INC-9, INC-18, ESC-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from escalation.base.durations import Duration
from escalation.contract import AutomaticCase, Contract, Coverage, Hours, Trigger
from escalation.decision.commands import incident as c
from escalation.decision.commands import ladder as up
from escalation.records.incident import Origin
from tests.agreement import agreement, paris
from tests.story import Story

NIGHT = paris("2026-07-16 03:00")  # Nia is on call


def with_case(trigger: Trigger, **values: Any) -> Contract:
    contract = agreement()
    rules = replace(contract.escalation, automatic=(AutomaticCase(trigger=trigger, **values),))
    return replace(contract, escalation=rules)


def minutes(story: Story, topic: str) -> list[float]:
    return [at for _, at in story.told_at(topic)]


def test_inc_18_outside_coverage_on_call_is_told_at_once_of_what_is_not_qualified() -> None:
    story = Story(at=NIGHT)
    incident = story.opened(severity=None, title="Everything is down")
    assert story.told_at("on_call_told") == [("nia", 0)]
    assert story.lines(incident, "incident.on_call_told")[0].facts["person"] == "nia"
    assert story[incident].restore_due is None
    assert story[incident].acknowledge_due == paris("2026-07-16 03:30")  # as a priority 2
    story.do(c.SetPriority, "nia", incident, severity=1)
    assert story.told("on_call_told") == ["nia"]


def test_inc_18_what_is_not_qualified_is_told_on_call_whatever_it_runs_as() -> None:
    rules = replace(agreement().incidents, unqualified_as=3)  # of a 3 nobody on call is told
    story = Story(agreement(incidents=rules), at=NIGHT)
    story.opened(severity=None, title="Everything is down")
    assert story.told("on_call_told") == ["nia"]


def test_inc_18_of_a_priority_2_and_not_of_a_3_nor_twice_of_a_1_which_calls_already() -> None:
    story = Story(at=NIGHT)
    story.opened(component="mail")
    assert story.told("on_call_told") == ["nia"]
    story.opened(component="wiki")
    story.opened(component="vpn")
    assert story.told("on_call_told") == ["nia"]
    assert "nia" in story.told("ping")


def test_inc_18_in_coverage_nobody_is_told_until_it_ends() -> None:
    story = Story(at=paris("2026-07-15 17:55"))
    story.opened(component="mail")
    taken = story.opened(component="mail")
    story.do(c.TakeIncident, "tom", taken)
    assert story.told("on_call_told") == []
    story.wait(minutes=10)
    assert story.told_at("on_call_told") == [("nia", 5)]


def test_inc_18_raised_outside_coverage_they_are_told_then() -> None:
    story = Story(at=NIGHT)
    incident = story.opened(component="wiki")
    story.wait(minutes=10)
    story.do(c.SetPriority, "hal", incident, level=2, reason="payday")
    assert story.told_at("on_call_told") == [("nia", 10)]


def test_inc_x_raised_one_minute_before_coverage_ends_somebody_on_duty_hears_it() -> None:
    story = Story(at=paris("2026-07-15 17:00"))
    incident = story.opened(component="wiki")
    story.at(paris("2026-07-15 17:59"))
    story.do(c.SetPriority, "hal", incident, level=2, reason="payday")
    story.at(paris("2026-07-15 18:01"))
    assert story.told_at("on_call_told") == [("nia", 60)]


def test_inc_18_it_goes_by_the_hours_that_people_work_now_not_by_those_of_the_opening() -> None:
    late = Coverage(hours=Hours(closes=time(20, 0)))
    story = Story(at=paris("2026-07-15 17:00"))
    story.opened(component="mail")
    story.at(paris("2026-07-15 17:30"))
    story.memory.amend(agreement(version="v2", coverage=late))
    story.at(paris("2026-07-15 20:01"))
    assert story.told_at("on_call_told") == [("nia", 180)]


def test_inc_18_not_qualified_in_time_is_said_and_said_again() -> None:
    story = Story()
    incident = story.opened(severity=None)
    story.wait(minutes=61)
    assert minutes(story, "not_qualified") == [30, 30, 60, 60]
    assert len(story.lines(incident, "incident.not_qualified")) == 2
    story.do(c.SetPriority, "tom", incident, severity=2)
    story.wait(hours=3)
    assert len(story.told("not_qualified")) == 4


def test_esc_4_not_qualified_in_time_escalates_where_the_contract_says_so() -> None:
    story = Story(with_case(Trigger.NOT_QUALIFIED, priorities=(1,)))
    incident = story.opened(severity=None)
    story.wait(minutes=29)
    assert story[incident].walks == ()
    story.wait(minutes=1)
    escalation = story[incident].escalation("client")
    assert escalation.reason == "trigger:not_qualified"
    assert minutes(story, "ping")[:2] == [30, 30]


def test_inc_18_the_first_word_is_judged_by_the_priority_it_turns_out_to_be() -> None:
    story = Story()
    incident = story.opened(severity=None, component="kiosk")
    story.wait(minutes=40)
    assert story[incident].missed == ("acknowledge",)
    story.do(c.TakeIncident, "tom", incident)
    after = story.do(c.SetPriority, "tom", incident, severity=1)  # a priority 4
    assert (after.level, after.missed) == (4, ())
    assert after.restore_due is not None


def test_inc_18_and_late_it_stays_where_it_was_late_for_that_too() -> None:
    story = Story()
    incident = story.opened(severity=None, component="vpn")
    story.wait(minutes=20)
    story.do(c.TakeIncident, "tom", incident)
    after = story.do(c.SetPriority, "tom", incident, severity=1)
    assert (after.level, after.missed) == (1, ("acknowledge",))


def test_inc_18_what_is_not_qualified_may_not_restore_late() -> None:
    story = Story()
    incident = story.opened(severity=None)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(days=3)
    assert story[incident].missed == ()


# ── waiting ──────────────────────────────────────────────────────────────────────────────────


def waiting_story(contract: Contract | None = None) -> tuple[Story, str]:
    story = Story(contract or agreement())
    incident = story.opened(component="wiki")
    story.do(c.TakeIncident, "tom", incident)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access to the room")
    return story, incident


def test_inc_9_whoever_is_waited_for_is_reminded_each_working_day() -> None:
    story, incident = waiting_story()
    story.at(paris("2026-07-17 19:00"))
    assert story.told("still_waiting") == ["rita", "tom"] * 2
    story.do(c.ResumeWork, "tom", incident)
    story.wait(days=30)
    assert len(story.told("still_waiting")) == 4
    assert story.told("waiting_too_long") == []


def test_inc_9_a_wait_has_an_end_then_it_escalates() -> None:
    story, incident = waiting_story(with_case(Trigger.WAITING_TOO_LONG))
    story.at(paris("2026-07-29 17:59"))
    assert story.told("waiting_too_long") == []
    story.at(paris("2026-07-29 18:00"))
    assert story.told("waiting_too_long") == ["tom", "sam", "sue"]
    assert story[incident].escalation("client").reason == "trigger:waiting_too_long"
    assert story.lines(incident, "incident.waited_too_long")[0].facts["waiting_for"] == "client"


def test_inc_9_a_supplier_is_reminded_by_its_group_that_takes_part() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=3)
    story.do(c.AssignIncident, "sam", incident, group="netops")
    story.do(c.WaitFor, "sam", incident, waiting_for="network", reason="a cable")
    story.wait(days=2)
    assert story.told("still_waiting") == ["nora", "sam"]  # nobody has taken it: the manager


def test_inc_x_the_way_a_wait_ends_leaves_no_timer_behind() -> None:
    for kind, by, values in (
        (c.ResumeWork, "tom", {}),
        (c.ResolveIncident, "tom", {"cause_gone": True}),
        (c.CancelIncident, "sam", {"reason": "no"}),
    ):
        story, incident = waiting_story()
        after = story.do(kind, by, incident, **values)
        assert not [name for name in map(str, after.alarms.names) if name.startswith("wait/")]


def test_inc_18_an_exercise_and_what_the_contract_leaves_out_tell_nobody() -> None:
    contract = agreement()
    people = tuple(replace(p, drills=p.id != "nia") for p in contract.people)
    rules = replace(contract.incidents, on_call_told=(1,), qualify_within=Duration(seconds=7200))
    story = Story(replace(contract, people=people, incidents=rules), at=NIGHT)
    story.opened(component="mail")
    story.opened(severity=None, exercise=True)
    found = story.opened(severity=None, by="nia", origin=Origin.MONITORING)
    assert story.told("on_call_told") == []
    assert story[found].alarms.get("qualify/by").due == paris("2026-07-16 05:00")
    story.do(up.EscalateUp, "tom", found, reason="stuck")
    assert story[found].escalation("client").active
