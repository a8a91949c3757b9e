"""Merging, cancelling, undoing both, and closing by itself (INC-4, INC-8, INC-X)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.base.refusals import NotAllowed, NotNow
from escalation.decision.commands import crisis as cell
from escalation.decision.commands import incident as c
from escalation.decision.commands import ladder as up
from escalation.records.incident import IncidentState, Origin
from escalation.records.kinds import REPORT
from tests.agreement import paris
from tests.story import NOON, Story

S = IncidentState


def both() -> tuple[Story, str, str]:
    """A priority 3 of Rita, and Otto's priority 1, which duplicates it, three minutes later."""
    story = Story()
    original = story.opened(component="wiki", severity=1)
    story.wait(minutes=3)
    return story, original, story.opened(by="otto", component="vpn")


def test_inc_x_the_graver_priority_wins_and_what_is_owed_by_one_is_owed_by_the_result() -> None:
    story, original, duplicate = both()
    story.do(c.MergeIncident, "tom", duplicate, into=original)
    after = story[original]
    assert (after.level, after.priority.row, after.ever_priority_1) == (1, "strategic", True)
    assert after.restore_due == NOON + timedelta(hours=4)
    for step, by, values in (
        (c.ResolveIncident, "tom", {"cause_gone": True}),
        (c.VerifyIncident, "rita", {"fixed": True}),
        (c.CloseIncident, "sue", {}),
    ):
        after = story.do(step, by, original, **values)
    assert after.report is not None


def test_inc_x_who_had_taken_the_duplicate_is_not_called_past() -> None:
    story, original, duplicate = both()
    story.do(up.AcknowledgePing, "tom", duplicate)
    story.wait(minutes=2)
    story.do(c.MergeIncident, "sam", duplicate, into=original)
    escalation = story[original].escalation("client")
    assert escalation.side("provider").acknowledged_by == "tom"
    before = len(story.effects("ping"))
    story.wait(minutes=12)
    called = [e.to.person for e in story.effects("ping")[before:] if e.facts["side"] == "provider"]
    assert called == []  # the client's side goes on being called, Tom's is not
    assert "tom" in story.told("incident_news")
    assert story.told("escalation_stopped") == []


def test_inc_x_whoever_is_being_called_is_called_for_the_original_and_on_the_same_beat() -> None:
    story, original, duplicate = both()
    story.wait(minutes=2)
    before = len(story.effects("ping"))
    story.do(c.MergeIncident, "sam", duplicate, into=original)
    now = story.effects("ping")[before:]
    # Otto, who opened the duplicate, stands on the client's rung: that side has it
    assert {(e.to.person, e.subject) for e in now} == {("tom", original)}
    story.wait(minutes=3)  # five minutes after the first call
    again = story.effects("ping")[before + 1 :]
    assert {(e.to.person, e.facts["number"]) for e in again} == {("tom", 2)}


def test_inc_x_of_two_escalations_the_higher_goes_on() -> None:
    story = Story()
    original, duplicate = story.opened(component="vpn"), story.opened(by="otto", component="vpn")
    story.do(up.EscalateUp, "tom", duplicate, reason="stuck")
    story.do(up.AcknowledgePing, "sam", duplicate)
    story.do(c.MergeIncident, "sam", duplicate, into=original)
    escalation = story[original].escalation("client")
    assert (escalation.rung, escalation.side("provider").acknowledged_by) == (1, "sam")
    assert [each.active for each in story[original].walks] == [False, True]


def test_inc_x_of_two_on_one_rung_who_answered_for_either_answers_for_both() -> None:
    story = Story()
    original, duplicate = story.opened(component="vpn"), story.opened(by="otto", component="vpn")
    story.do(up.AcknowledgePing, "tom", duplicate)
    story.do(up.AcknowledgePing, "olga", original)
    story.do(c.MergeIncident, "sam", duplicate, into=original)
    escalation = story[original].escalation("client")
    assert [each.acknowledged_by for each in escalation.sides] == ["tom", "olga"]
    assert not [n for n in map(str, story[original].alarms.names) if "/call/" in n]


def test_inc_4_both_requesters_are_told_and_either_may_verify() -> None:
    for verifier in ("rita", "otto"):
        story, original, duplicate = both()
        story.do(c.MergeIncident, "tom", duplicate, into=original)
        assert {"rita", "otto"} <= set(story.told("incident_news"))
        story.do(c.ResolveIncident, "tom", original, cause_gone=True)
        assert story.told("please_verify") == ["rita", "otto"]
        assert story.do(c.VerifyIncident, verifier, original, fixed=True).state is S.VERIFIED


def test_inc_x_an_older_duplicate_leaves_its_own_opening_to_the_clocks() -> None:
    story = Story()
    older = story.opened(component="mail")
    story.wait(hours=1)
    newer = story.opened(by="otto", component="mail")
    story.do(c.MergeIncident, "tom", older, into=newer)
    assert story[newer].restore_due == NOON + timedelta(hours=8)
    story.wait(hours=8)
    assert "restore" in story[newer].missed


def test_inc_x_the_cell_of_a_duplicate_goes_on_about_the_original() -> None:
    story, original, duplicate = both()
    crisis = story.perform(cell.AskCrisis, "sam", incident=duplicate, reason="all is down")
    story.do(cell.AcceptCrisis, "hana", crisis)
    story.do(c.MergeIncident, "tom", duplicate, into=original)
    assert (story[crisis].incident, story[original].crises) == (original, (crisis,))


# ── undoing ──────────────────────────────────────────────────────────────────────────────────


def test_inc_4_the_incident_manager_undoes_a_wrong_merge() -> None:
    story, original, duplicate = both()
    story.do(c.MergeIncident, "tom", duplicate, into=original)
    story.wait(minutes=30)
    with pytest.raises(NotAllowed):
        story.do(c.UndoEnding, "tom", duplicate, reason="another fault")
    after = story.do(c.UndoEnding, "sue", duplicate, reason="another fault")
    assert (after.state, after.merged_into, after.level) == (S.QUALIFIED, None, 1)
    assert after.restore_due == NOON + timedelta(hours=4, minutes=3)
    assert after.escalation("client").active
    assert story[original].requesters == ("rita",)
    assert story[original].level == 1  # having been priority 1 is not undone
    with pytest.raises(NotNow, match="wrong_state"):
        story.do(c.UndoEnding, "sue", duplicate, reason="again")


def test_inc_x_undoing_one_merge_forgets_nobody_who_reported_another_duplicate() -> None:
    story, original, duplicate = both()
    again = story.opened(by="otto", component="mail")
    story.do(c.MergeIncident, "tom", duplicate, into=original)
    story.do(c.MergeIncident, "tom", again, into=original)
    story.do(c.UndoEnding, "sue", duplicate, reason="another fault")
    assert story[original].requesters == ("rita", "otto")
    story.do(c.UndoEnding, "sue", again, reason="another fault")
    assert story[original].requesters == ("rita",)


def test_inc_x_what_was_merged_on_is_parted_too() -> None:
    story = Story()
    first, second, third = (story.opened(by=who) for who in ("rita", "otto", "olga"))
    story.do(c.MergeIncident, "tom", third, into=second)
    story.do(c.MergeIncident, "tom", second, into=first)
    assert story[first].requesters == ("rita", "otto", "olga")
    story.do(c.UndoEnding, "sue", third, reason="another fault")
    assert (story[second].requesters, story[first].requesters) == (("otto",), ("rita", "otto"))
    story.do(c.UndoEnding, "sue", second, reason="another fault")
    assert story[first].requesters == ("rita",)


def test_inc_4_the_incident_manager_undoes_a_wrong_cancellation() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    story.do(c.TakeIncident, "tom", incident)
    story.do(c.CancelIncident, "rita", incident, reason="my cable")
    assert story[incident].alarms.armed == ()
    after = story.do(c.UndoEnding, "sam", incident, reason="it was not the cable")
    assert (after.state, after.assignee, after.closed_at) == (S.IN_PROGRESS, "tom", None)
    assert story.told("priority_1_notice")[-3:] == ["sam", "hana", "cid"]
    assert after.escalation("client").active
    assert "rita" in story.told("incident_news")


# ── cancelling ───────────────────────────────────────────────────────────────────────────────


def test_inc_4_what_a_client_asked_for_is_cancelled_by_the_requester_or_a_manager() -> None:
    story = Story()
    for technician in ("tess", "hal", "ned"):
        with pytest.raises(NotAllowed, match="not_your_role"):
            story.do(c.CancelIncident, technician, story.opened(), reason="nothing")
    for person in ("rita", "sam", "sue", "tom"):
        done = story.do(c.CancelIncident, person, story.opened(), reason="nothing")
        assert done.state is S.CANCELLED


def test_inc_4_what_the_provider_found_its_people_cancel_but_no_priority_1() -> None:
    story = Story()
    found = story.opened(by="hal", origin=Origin.MONITORING)
    assert story.do(c.CancelIncident, "tess", found, reason="a probe").state is S.CANCELLED
    grave = story.opened(by="hal", origin=Origin.MONITORING, component="vpn")
    with pytest.raises(NotAllowed):
        story.do(c.CancelIncident, "tess", grave, reason="a probe")


# ── verified, and closed by nobody ───────────────────────────────────────────────────────────


def test_inc_4_verified_and_never_closed_it_closes_by_itself_and_its_report_is_drafted() -> None:
    story = Story()
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    story.at(paris("2026-07-15 16:00"))
    assert story.told("please_close") == ["sam", "sue"]
    story.at(paris("2026-07-17 17:59"))
    assert story[incident].state is S.VERIFIED
    story.at(paris("2026-07-17 18:00"))
    after = story[incident]
    assert (after.state, after.closed_at) == (S.CLOSED, paris("2026-07-17 18:00"))
    (line,) = story.lines(incident, "incident.closed")
    assert (line.actor, line.facts["closed_unverified"]) == ("escalade", False)
    assert story.memory.get(REPORT, "acme", after.report).incident == incident
    reminded = len(story.told("please_close"))
    story.wait(days=9)
    assert len(story.told("please_close")) == reminded


def test_inc_4_reopened_meanwhile_nothing_closes_by_itself() -> None:
    story = Story()
    incident = story.resolved(component="mail")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    story.do(c.ReopenIncident, "rita", incident, reason="down again")
    story.wait(days=9)
    assert story[incident].state is S.IN_PROGRESS


# ── reopened ─────────────────────────────────────────────────────────────────────────────────


def test_inc_8_a_priority_1_reopened_at_night_calls_whoever_is_on_duty_and_tells_the_list() -> None:
    story = Story()
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    story.do(c.CloseIncident, "sue", incident)
    story.at(paris("2026-07-16 02:00"))
    before = len(story.effects("ping"))
    after = story.do(c.ReopenIncident, "rita", incident, reason="down again")
    assert after.escalation("client").active
    assert {e.to.person for e in story.effects("ping")[before:]} == {"nia", "olga"}
    assert story.told("priority_1_notice")[-3:] == ["sam", "hana", "cid"]
    assert story.effects("priority_1_notice")[-1].facts["why"] == "reopened"


def test_inc_x_reopened_while_its_report_is_under_way_the_report_waits() -> None:
    story = Story()
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    report = story.do(c.CloseIncident, "sue", incident).report
    assert story[report].alarms.armed
    story.do(c.VerifyIncident, "rita", incident, fixed=False, note="down again")
    assert story[report].alarms.armed == ()
    assert story.lines(report, "report.suspended")
