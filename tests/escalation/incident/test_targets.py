"""Targets: acknowledgement and restoration, each on its clock (INC-6, INC-7, INC-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.durations import Duration
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.contract import AutomaticCase, Contract, Target, Trigger
from escalation.decision.commands import incident as c
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM
from escalation.records.incident import Origin
from tests.agreement import agreement, paris
from tests.story import NOON, Story

RESTORE_2 = timedelta(hours=8)


def escalating(*cases: AutomaticCase, **changes: Any) -> Contract:
    """The contract, escalating by itself in these cases only."""
    contract = agreement(**changes)
    return replace(contract, escalation=replace(contract.escalation, automatic=cases))


def with_target(priority: int, acknowledge: str, restore: str) -> Contract:
    contract = escalating()
    target = Target(acknowledge=Duration.parse(acknowledge), restore=Duration.parse(restore))
    targets = contract.incidents.targets | {priority: target}
    return replace(contract, incidents=replace(contract.incidents, targets=targets))


def marks(story: Story, incident: str, target: str) -> list[tuple[timedelta, int]]:
    """What was announced of a target: how long after noon, at what per cent."""
    lines = [
        line
        for line in story.lines(incident)
        if line.action in {"incident.target_warned", "incident.target_missed"}
        and line.facts["target"] == target
    ]
    return [(line.at - NOON, int(str(line.facts.get("percent", 100)))) for line in lines]


def test_inc_9_warnings_at_50_75_and_90_per_cent_and_the_breach_at_100() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.wait(hours=9)
    assert marks(story, incident, "restore") == [
        (timedelta(hours=4), 50),
        (timedelta(hours=6), 75),
        (timedelta(hours=7, minutes=12), 90),
        (timedelta(hours=8), 100),
    ]
    assert marks(story, incident, "acknowledge") == [
        (timedelta(minutes=15), 50),
        (timedelta(minutes=22, seconds=30), 75),
        (timedelta(minutes=27), 90),
        (timedelta(minutes=30), 100),
    ]
    assert story[incident].missed == ("acknowledge", "restore")


def test_inc_9_each_priority_has_its_own_targets() -> None:
    story = Story(escalating())
    grave, light = story[story.opened(component="vpn")], story[story.opened(severity=3)]
    assert grave.restore_due == NOON + timedelta(hours=4)
    assert grave.acknowledge_due == NOON + timedelta(minutes=15)
    # 6 hours of Wednesday are left, then 10 h 30 of Thursday, then 3 h 30 of Friday
    assert light.restore_due == paris("2026-07-17 11:00")


def test_inc_9_a_target_in_coverage_hours_stands_still_at_night() -> None:
    story = Story(escalating(), at=paris("2026-07-17 17:50"))
    incident = story[story.opened(severity=3)]
    assert incident.acknowledge_due == paris("2026-07-20 11:20")


def test_inc_9_warnings_of_a_target_in_working_days_fall_in_coverage_hours() -> None:
    story = Story(with_target(4, "8h", "2 working days"))
    incident = story.opened(severity=4)
    assert story[incident].restore_due == paris("2026-07-17 18:00")
    story.at(paris("2026-07-17 18:00"))
    # of the 27 hours of coverage until then, half is 13 h 30
    assert [NOON + after for after, _ in marks(story, incident, "restore")] == [
        paris("2026-07-16 15:00"),
        paris("2026-07-17 11:15"),
        paris("2026-07-17 15:18"),
        paris("2026-07-17 18:00"),
    ]


def test_inc_9_acknowledging_in_time_silences_that_target_only() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.wait(minutes=20)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=9)
    assert [percent for _, percent in marks(story, incident, "acknowledge")] == [50]
    assert len(marks(story, incident, "restore")) == 4
    (line,) = story.lines(incident, "incident.acknowledged")
    assert line.facts["in_time"] is True


def test_inc_9_resolving_stops_the_clocks() -> None:
    story = Story(escalating())
    incident = story.resolved()
    story.wait(hours=9)
    assert marks(story, incident, "restore") == []
    assert story[incident].missed == ()


def test_inc_9_a_breach_nobody_rang_is_noted_by_the_step_that_comes_after_it() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.now += timedelta(hours=8, seconds=1)  # no timer rings: the bot was down
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    assert story[incident].missed == ("acknowledge", "restore")
    (line,) = story.lines(incident, "incident.resolved")
    assert line.facts["in_time"] is False


def test_inc_9_warnings_go_to_the_first_echelon_or_the_assignee_and_the_manager() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.wait(minutes=16)
    assert story.told("target_warning") == ["tom", "sam"]
    story.do(c.TakeIncident, "tess", incident)
    story.at(NOON + timedelta(hours=4))
    assert story.told("target_warning")[2:] == ["tess", "sam"]
    story.at(NOON + timedelta(hours=8))
    assert story.told("target_missed") == ["tess", "sam"]


def test_inc_9_waiting_stops_the_clock_and_says_who_when_and_why() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.wait(hours=1)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason=" access to the room ")
    story.wait(hours=20)
    assert marks(story, incident, "restore") == []
    pause = story[incident].waiting
    assert pause is not None
    assert (pause.by, pause.waiting_for, pause.reason) == ("tom", "client", "access to the room")
    assert pause.since == NOON + timedelta(hours=1)
    (line,) = story.lines(incident, "incident.paused")
    assert (line.actor, line.facts["waiting_for"]) == ("tom", "client")
    story.do(c.ResumeWork, "tom", incident)
    assert story[incident].restore_due == NOON + timedelta(hours=28)
    (line,) = story.lines(incident, "incident.resumed")
    assert line.facts["waited"] == 20 * 3600
    story.wait(hours=7)
    assert marks(story, incident, "restore") == [
        (timedelta(hours=24), 50),
        (timedelta(hours=26), 75),
        (timedelta(hours=27, minutes=12), 90),
        (timedelta(hours=28), 100),
    ]


def test_inc_9_a_wait_at_night_moves_no_target_in_coverage_hours() -> None:
    story = Story(escalating(), at=paris("2026-07-15 17:00"))
    incident = story.opened(severity=3)
    due = story[incident].restore_due
    story.at(paris("2026-07-15 18:30"))
    story.do(c.WaitFor, "tom", incident, waiting_for="network", reason="spare part")
    story.at(paris("2026-07-16 07:00"))
    story.do(c.ResumeWork, "tom", incident)
    assert story[incident].restore_due == due


def test_inc_9_a_wait_moves_a_target_in_working_days_by_its_coverage() -> None:
    story = Story(with_target(4, "8h", "2 working days"))
    incident = story.opened(severity=4)
    story.do(c.WaitFor, "tom", incident, waiting_for="network", reason="spare part")
    story.at(paris("2026-07-15 15:00"))
    story.do(c.ResumeWork, "tom", incident)
    assert story[incident].restore_due == paris("2026-07-20 10:30")


def test_inc_9_waiting_needs_a_known_party_and_a_reason_and_does_not_nest() -> None:
    story = Story()
    incident = story.opened()
    with pytest.raises(BadValue, match="unknown_party") as refusal:
        story.do(c.WaitFor, "tom", incident, waiting_for="weather", reason="rain")
    assert refusal.value.facts["allowed"] == ["client", "network"]
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.WaitFor, "tom", incident, waiting_for="client", reason=" ")
    with pytest.raises(NotNow, match="not_waiting"):
        story.do(c.ResumeWork, "tom", incident)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    with pytest.raises(AlreadyDone, match="already_waiting"):
        story.do(c.WaitFor, "tess", incident, waiting_for="network", reason="part")


def test_inc_9_raising_the_priority_counts_the_time_already_run() -> None:
    story = Story(escalating())
    incident = story.opened(severity=3)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=3)
    story.do(c.SetPriority, "tom", incident, severity=1)
    assert story[incident].restore_due == NOON + RESTORE_2
    story.wait(hours=5)
    assert story[incident].missed == ("restore",)


def test_inc_9_raised_too_late_only_the_breach_rings_and_at_once() -> None:
    story = Story(escalating())
    incident = story.opened(severity=3)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=10)
    story.do(c.SetPriority, "tom", incident, severity=1)
    story.wait(seconds=0)
    assert [line.action for line in story.lines(incident)[-3:]].count("incident.target_missed") == 1
    assert [percent for _, percent in marks(story, incident, "restore")] == [100]
    (line,) = story.lines(incident, "incident.target_missed")
    assert line.at == NOON + timedelta(hours=10)


def test_inc_9_a_replan_repeats_no_warning_of_the_same_level() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=5)
    story.do(c.SetPriority, "tom", incident, level=3, reason="fewer people than feared")
    story.do(c.SetPriority, "tom", incident, level=2, reason="no, as many")
    story.wait(hours=3)
    assert [percent for _, percent in marks(story, incident, "restore")] == [50, 75, 90, 100]


def test_inc_9_lowering_the_priority_gives_the_time_of_the_lower_one() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=5)
    story.do(c.SetPriority, "tom", incident, severity=3)
    assert story[incident].restore_due == paris("2026-07-17 11:00")


def test_esc_4_the_targets_start_the_escalations_of_the_contract() -> None:
    for trigger, after in (
        (Trigger.ACKNOWLEDGEMENT_MISSED, timedelta(minutes=30)),
        (Trigger.TARGET_AT_RISK, timedelta(hours=7, minutes=12)),
        (Trigger.TARGET_MISSED, timedelta(hours=8)),
    ):
        story = Story(escalating(AutomaticCase(trigger=trigger)))
        incident = story.opened()
        story.at(NOON + after - timedelta(seconds=1))
        assert story[incident].walks == (), trigger
        story.wait(seconds=1)
        assert story[incident].escalation("client") is not None, trigger


def test_esc_4_a_breach_that_overtook_its_warnings_is_also_a_target_at_risk() -> None:
    story = Story(escalating(AutomaticCase(trigger=Trigger.TARGET_AT_RISK, priorities=(2,))))
    incident = story.opened(severity=3)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=10)
    story.do(c.SetPriority, "tom", incident, severity=1)
    story.wait(seconds=0)
    assert story[incident].escalation("client") is not None


def test_inc_6_the_requester_is_told_at_the_last_warning_and_not_twice() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.at(NOON + timedelta(hours=7, minutes=11))
    assert story.told("delay_notice") == []
    story.wait(hours=3)
    assert story.told("delay_notice") == ["rita"]
    (line,) = story.lines(incident, "incident.delay_told")
    assert line.at == NOON + timedelta(hours=7, minutes=12)


def test_inc_6_a_new_due_time_that_will_be_missed_is_told_again() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.wait(hours=7, minutes=30)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    story.wait(hours=2)
    story.do(c.ResumeWork, "tom", incident)
    story.wait(hours=1)
    assert story.told("delay_notice") == ["rita", "rita"]


def test_inc_6_somebody_who_foresees_it_tells_the_requester_earlier() -> None:
    story = Story(escalating())
    incident = story.opened()
    story.do(c.ForeseeDelay, "tom", incident, reason="the part comes tomorrow")
    (effect,) = story.effects("delay_notice")
    assert effect.to.person == "rita"
    assert effect.facts["reason"] == "the part comes tomorrow"
    with pytest.raises(AlreadyDone, match="delay_already_told"):
        story.do(c.ForeseeDelay, "tess", incident, reason="the part comes tomorrow")
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=9)
    assert story.told("delay_notice") == ["rita"]


def test_inc_7_a_target_about_to_be_missed_is_told_to_the_client() -> None:
    story = Story(escalating())
    incident = story.opened(by="hal", origin=Origin.PRODUCTION)
    story.do(c.TakeIncident, "tom", incident)
    story.at(NOON + timedelta(hours=7, minutes=11))
    assert SHARED_ROOM not in {e.to for _, e in story.memory.outbox}
    story.wait(minutes=1)
    assert story[incident].client_informed
    assert story.told("client_informed") == [str(SHARED_ROOM)]
    assert story.told("incident_card")[-2:] == [str(PROVIDER_ROOM), str(SHARED_ROOM)]
    (line,) = story.lines(incident, "incident.client_informed")
    assert line.facts["why"] == "target_at_risk"


def test_inc_7_what_is_restored_in_time_is_never_told() -> None:
    story = Story(escalating())
    incident = story.opened(by="hal", origin=Origin.MONITORING)
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=7)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.wait(hours=100)
    assert not story[incident].client_informed


def test_con_2_a_hidden_incident_is_answered_as_if_it_did_not_exist() -> None:
    story = Story(escalating())
    incident = story.opened(by="hal", origin=Origin.MONITORING)
    with pytest.raises(NotFound) as hidden:
        story.do(c.AddNote, "rita", incident, text="?")
    with pytest.raises(NotFound) as absent:
        story.do(c.AddNote, "rita", "INC-0099", text="?")
    assert hidden.value.code == absent.value.code == "unknown_incident"
    assert set(hidden.value.facts) == set(absent.value.facts)


STEPS = st.lists(
    st.tuples(st.sampled_from(["wait", "pause", "resume", "raise", "lower"]), st.integers(1, 300)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_inc_9_whatever_happens_the_breach_comes_when_the_time_has_run_and_never_early(
    steps: list[tuple[str, int]],
) -> None:
    story = Story(with_target(3, "1h", "12h"))
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    paused = timedelta(0)
    since: datetime | None = None
    for step, minutes in steps:
        story.wait(minutes=minutes)
        level = story[incident].level
        if step == "pause" and since is None:
            story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
            since = story.now
        elif step == "resume" and since is not None:
            story.do(c.ResumeWork, "tom", incident)
            paused, since = paused + (story.now - since), None
        elif step == "raise" and level == 3:
            story.do(c.SetPriority, "tom", incident, level=2, reason="worse")
        elif step == "lower" and level == 2:
            story.do(c.SetPriority, "tom", incident, level=3, reason="better")
        story.wait(seconds=0)
        length = timedelta(hours=8 if story[incident].level == 2 else 12)
        ran = (since or story.now) - NOON - paused
        due = story[incident].restore_due
        if since is None:
            assert due == NOON + length + paused
            stamp = f"restore/100@{story[incident].level}"
            assert (stamp in story[incident].warned) == (ran >= length)


def test_inc_9_a_change_of_priority_while_waiting_sets_no_clock_going() -> None:
    story = Story(escalating())
    incident = story.opened(severity=3)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    story.do(c.SetPriority, "tom", incident, severity=1)
    story.wait(hours=20)
    assert marks(story, incident, "restore") == []
    story.do(c.ResumeWork, "tom", incident)
    assert story[incident].restore_due == NOON + timedelta(hours=28)


def test_inc_7_waiting_for_the_client_or_foreseeing_a_delay_tells_the_client() -> None:
    steps: tuple[tuple[type[c.OnIncident], dict[str, str]], ...] = (
        (c.WaitFor, {"waiting_for": "client", "reason": "access"}),
        (c.ForeseeDelay, {"reason": "the part comes tomorrow"}),
    )
    for kind, values in steps:
        story = Story(escalating())
        incident = story.opened(by="hal", origin=Origin.MONITORING)
        assert story.do(kind, "tom", incident, **values).client_informed
    story = Story(escalating())
    incident = story.opened(by="hal", origin=Origin.MONITORING)
    after = story.do(c.WaitFor, "tom", incident, waiting_for="network", reason="spare part")
    assert not after.client_informed
