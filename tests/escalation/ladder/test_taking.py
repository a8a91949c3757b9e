"""Who has taken a point: by a button, by what they did, by leading the cell (ESC-5, ESC-X)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import tests.story
from escalation.base.refusals import AlreadyDone, NotAllowed
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis
from escalation.decision.commands.incident import (
    AssignIncident,
    MergeIncident,
    OpenIncident,
    TakeIncident,
    UndoEnding,
)
from escalation.decision.commands.ladder import EscalateUp, HandOverPing
from escalation.messages.ladder import Climbed, CountedAsTaken, Ping
from escalation.messages.room_actions import ShowCalls
from escalation.records.incident import IncidentState
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import Story, absent, away, with_people


def anew(**rules: Any) -> Story:
    contract = agreement()
    return Story(replace(contract, escalation=replace(contract.escalation, **rules)))


# ── by a button ──────────────────────────────────────────────────────────────────────────────


def test_esc_5_taking_the_incident_stops_the_calls_to_ones_side() -> None:
    story = Story().begin().wait(1)
    story.do(TakeIncident, "tom")
    story.wait(15)
    assert story.pings("provider") == [(0, "tom")]
    assert story.escalation().side("provider").acknowledged_by == "tom"
    assert story.escalation().side("client").acknowledged_by is None


def test_esc_5_who_stands_on_no_rung_takes_the_incident_and_the_calls_go_on() -> None:
    story = Story().begin().wait(1)
    story.do(TakeIncident, "hal")
    assert story.incident.assignee == "hal"
    story.wait(5)
    assert story.pings("provider") == [(0, "tom"), (5, "tom")]


def test_esc_5_the_client_takes_it_for_its_own_side_by_the_same_button() -> None:
    story = Story().begin()
    story.do(TakeIncident, "olga")
    assert story.escalation().side("client").acknowledged_by == "olga"
    assert story.incident.assignee is None
    with pytest.raises(AlreadyDone, match="already_acknowledged"):
        story.do(TakeIncident, "otto")
    with pytest.raises(NotAllowed, match="not_your_role"):
        story.do(TakeIncident, "rita")


def test_esc_2_who_takes_it_from_below_is_told_that_it_climbs_further() -> None:
    story = Story().begin()
    while story.escalation().rung == 0:
        story.wait(1)
    story.do(TakeIncident, "tom")
    assert story.escalation().side("provider").acknowledged_by is None
    while story.escalation().rung == 1:
        story.wait(1)
    told = [e.facts for e in story.effects(Climbed.topic) if e.to.person == "tom"]
    assert [(each["level"], each["silent"]) for each in told] == [(3, ["provider", "client"])]


def test_esc_5_the_time_to_settle_over_while_nobody_answers_is_not_the_reason() -> None:
    story = anew(pings_per_person=20).begin()
    story.acknowledge("olga")
    story.wait(60)
    now = story.escalation()
    assert (now.rung, now.rung_why, now.rung_silent) == (1, "nobody_answered", ("provider",))
    taken = anew(pings_per_person=20).begin()
    for by in ("olga", "tom"):
        taken.acknowledge(by)
    taken.wait(60)
    now = taken.escalation()
    assert (now.rung, now.rung_why, now.rung_silent) == (1, "not_settled", ())


def test_esc_6_acknowledging_a_call_takes_an_incident_that_nobody_has() -> None:
    story = Story().begin()
    story.acknowledge("tom")
    assert story.incident.assignee == "tom"
    story.escalate("tom")
    story.acknowledge("sam")
    assert story.incident.assignee == "tom"


def test_esc_x_one_matter_towards_the_client_and_a_supplier_is_taken_once() -> None:
    story = Story(component="vpn").begin().begin("network")
    story.acknowledge("tom", ladder="client")
    assert story.escalation("network").side("provider").acknowledged_by == "tom"
    later = Story(component="vpn").begin()
    later.acknowledge("tom")
    later.wait(3).begin("network")
    assert later.pings("provider") == [(0, "tom")]
    assert later.pings("network") == [(3, "nora")]


# ── by what one has done ─────────────────────────────────────────────────────────────────────


def test_esc_5_who_opened_it_and_stands_on_the_rung_is_not_called() -> None:
    story = Story(opened_by="olga").begin()
    assert story.pings() == [(0, "tom")]
    told = story.effects(CountedAsTaken.topic)
    assert [(e.to.person, e.facts["why"]) for e in told] == [("olga", "opened")]
    story.wait(60)
    assert story.pings("client")[0] == (20, "hana")


def test_esc_5_who_starts_the_ladder_has_taken_it_for_their_side() -> None:
    story = Story(component="vpn")
    story.do(EscalateUp, "tess", ladder="network", reason="the line is down")
    assert story.pings() == [(0, "nora")]
    assert story.escalation("network").side("provider").acknowledged_by == "tess"


def test_esc_5_by_night_nobody_is_taken_to_be_awake() -> None:
    night = paris("2026-07-15 23:00")
    assert Story(opened_by="tess", at=night).begin().pings("provider") == [(0, "nia")]
    assert Story(opened_by="nia", at=night).begin().pings("provider") == []


def test_esc_5_nobody_who_took_it_on_friday_is_taken_to_be_awake_on_sunday_night() -> None:
    sunday = paris("2026-07-19 03:00")
    slow = {"level": 3, "state": IncidentState.IN_PROGRESS, "assignee": "nia"}
    story = Story(at=sunday, acknowledged_at=paris("2026-07-17 17:00"), **slow)
    assert story.begin().pings("provider") == [(0, "nia")]
    story = Story(at=sunday, acknowledged_at=paris("2026-07-19 01:00"), **slow)
    assert story.begin().pings("provider") == []
    friday, just = paris("2026-07-17 17:00"), paris("2026-07-19 02:57")  # over from somebody else
    story = Story(at=sunday, acknowledged_at=friday, taken_at=just, **slow)
    assert story.begin().pings("provider") == []


def test_esc_5_of_a_ladder_called_anew_each_reads_once_that_it_counts_as_theirs() -> None:
    night = paris("2026-07-15 22:00")
    taken = {"state": IncidentState.IN_PROGRESS, "assignee": "nia", "acknowledged_at": night}
    story = Story(at=night, **taken).begin()
    story.wait(8 * 60)
    assert len({at for at, _ in story.pings("client")}) > 24  # the other firm stays silent
    assert [e.to.person for e in story.effects(CountedAsTaken.topic)] == ["nia"]
    assert [e.to.person for e in story.effects(Climbed.topic)] == ["nia"]


def test_esc_x_a_stand_in_who_is_also_on_the_next_rung_is_not_called_twice() -> None:
    contract = absent(with_people(agreement(), ["tess"], absences=(away(),)), "tom", stand_in="sam")
    story = Story(contract).begin()
    story.acknowledge("olga")
    story.wait(19)
    assert story.pings("provider") == [(0, "sam"), (5, "sam"), (10, "sue"), (15, "sue")]
    taken = Story(contract).begin()
    for by in ("sam", "olga"):
        taken.acknowledge(by)
    taken.wait(60)
    assert taken.pings("provider") == [(0, "sam"), (60, "sue")]


def test_esc_x_handed_over_to_somebody_who_then_leaves_comes_back_to_the_giver() -> None:
    contract = with_people(agreement(), ["hal"], absences=(away("2026-07-16"),))
    story = Story(contract, at=paris("2026-07-15 23:58")).begin()
    story.acknowledge("olga")
    story.do(HandOverPing, "nia", to="hal")
    assert story.wait(5).pings("provider")[1:] == [(0, "hal"), (5, "nia")]


def test_esc_x_handed_over_to_who_leaves_the_top_is_called_anew() -> None:
    contract = with_people(agreement(), ["hal"], absences=(away("2026-07-16"),))
    story = Story(contract, at=paris("2026-07-15 23:00")).begin()
    for by in ("nia", "olga"):
        story.acknowledge(by)
    story.do(HandOverPing, "nia", to="hal")
    story.acknowledge("hal")
    story.wait(60)
    assert story.pings()[-2:] == [(60, "sam"), (60, "hana")]


# ── climbing ─────────────────────────────────────────────────────────────────────────────────


def test_esc_2_climbing_by_itself_tells_those_below_who_had_taken_it() -> None:
    story = Story().begin()
    for by in ("tom", "olga"):
        story.acknowledge(by)
    story.wait(60)
    told = story.effects(Climbed.topic)
    assert [e.to.person for e in told] == ["tom", "olga"]
    assert told[0].facts["why"] == "not_settled"
    assert told[0].facts["reached"] == ["sam", "hana"]


def test_esc_2_who_had_taken_it_hears_that_a_colleague_escalated() -> None:
    story = Story().begin()
    for by in ("tom", "olga"):
        story.acknowledge(by)
    story.escalate("tess", "needs the board")
    assert [(e.to.person, e.facts["by"]) for e in story.effects(Climbed.topic)] == [("tom", "tess")]


def test_esc_x_both_sides_escalate_at_the_same_instant_and_it_climbs_once() -> None:
    story = Story().begin()
    story.escalate("tom", rung=0)
    with pytest.raises(AlreadyDone, match="already_escalated"):
        story.escalate("olga", rung=0)
    assert story.escalation().rung == 1


def test_esc_x_nobody_is_called_at_the_instant_the_time_to_settle_ends() -> None:
    story = anew(pings_per_person=20).begin().wait(60)
    assert story.pings()[-4:] == [(55, "tom"), (55, "olga"), (60, "sam"), (60, "hana")]


def test_esc_5_at_the_top_the_whole_ladder_is_called_anew() -> None:
    story = Story().begin().wait(59)
    assert story.pings()[-2:] == [(45, "bea"), (45, "eve")]
    story.wait(1)
    assert story.pings()[-2:] == [(60, "tom"), (60, "olga")]
    assert story.effects(Ping.topic)[-1].facts["why"] == "called_anew"
    story.wait(20)
    assert story.pings()[-2:] == [(80, "sam"), (80, "hana")]
    alone = anew(at_top="top").begin().wait(60)
    assert alone.pings()[-2:] == [(60, "bea"), (60, "eve")]


def test_esc_5_called_anew_a_side_that_somebody_took_stays_theirs() -> None:
    story = Story().begin().wait(41)
    story.acknowledge("bea")
    story.wait(30)
    assert [who for at, who in story.pings("provider") if at > 41] == []
    assert (60, "olga") in story.pings("client")
    assert story.escalation().side("provider").acknowledged_by == "bea"
    assert story.effects(CountedAsTaken.topic) == []
    story.acknowledge("otto")
    story.wait(60)
    assert (120, "hana") in story.pings("client"), "it is not settled yet"


# ── copies ───────────────────────────────────────────────────────────────────────────────────


def test_esc_6_every_copy_of_a_call_is_shown_anew_once_somebody_took_it() -> None:
    story = Story().begin().wait(12)
    count = len(story.effects(ShowCalls.topic))
    story.acknowledge("tess")
    assert set(story.told(ShowCalls.topic)[count:]) == {"tom", "tess", "olga", "otto"}


def test_esc_x_who_was_called_reads_whose_counterpart_they_are_now() -> None:
    story = Story().begin().wait(2)
    story.do(HandOverPing, "tom", to="tess")
    assert "olga" in story.told(ShowCalls.topic)


# ── the crisis cell ──────────────────────────────────────────────────────────────────────────


def test_esc_x_who_leads_the_cell_is_called_no_more() -> None:
    story = Story().begin().wait(22)
    story.do(AskCrisis, "dan", "", incident=story.id, reason="everything is down")
    story.do(AcceptCrisis, "cid", "CRI-0001")
    told = {(e.to.person, e.facts["why"]) for e in story.effects(CountedAsTaken.topic)}
    assert told == {("dan", "cell"), ("cid", "cell")}
    called = len(story.pings())
    story.wait(70)
    assert story.pings()[called:] == []
    story.wait(60)
    assert {who for _, who in story.pings()[called:]} <= {"bea", "eve"}


def test_esc_x_who_leads_the_cell_in_the_place_of_somebody_away_stands_as_high() -> None:
    story = Story(absent(agreement(), "sam", stand_in="hal"))
    story.do(AskCrisis, "hal", "", incident=story.id, reason="everything is down")
    story.do(AcceptCrisis, "hana", "CRI-0001")
    assert story.begin().wait(30).pings() == []
    assert story.escalation().side("provider").acknowledged_by == "hal"


def test_esc_x_above_a_cell_the_top_is_called_at_the_contracts_interval() -> None:
    story = Story().begin().wait(22)
    story.do(AskCrisis, "dan", "", incident=story.id, reason="everything is down")
    story.do(AcceptCrisis, "cid", "CRI-0001")
    story.wait(165)
    board = [call for call in story.pings() if call[0] > 22]
    called_at = (140, 145, 160, 165, 180, 185)  # settle times end at 20+60+60; then every quarter
    assert board == [(at, who) for at in called_at for who in ("bea", "eve")]


def test_inc_4_assigning_to_oneself_is_taking_it() -> None:
    story = Story().begin()
    story.do(AssignIncident, "tom", person="tom")
    assert story.escalation().side("provider").acknowledged_by == "tom"


def test_esc_5_opened_in_the_product_by_who_stands_on_the_rung() -> None:
    story = Story()
    opened = story.do(OpenIncident, "olga", "", title="VPN", component="vpn", severity=1)
    sides = {side.side: side.acknowledged_by for side in opened.walks[0].sides}
    assert sides == {"provider": None, "client": "olga"}


def test_esc_5_whom_somebody_else_assigned_has_not_answered() -> None:
    story = Story()
    story.do(AssignIncident, "sam", incident=story.incident.id, person="tom")
    assert story.begin().pings("provider") == [(0, "tom")]


def test_inc_x_a_cell_goes_with_its_duplicate_and_comes_back_with_it() -> None:
    story = tests.story.Story()
    original, duplicate = story.opened(), story.opened()
    story.perform(AskCrisis, "sam", "", incident=duplicate, reason="everything is down")
    story.do(AcceptCrisis, "hana", "CRI-0001")
    story.do(MergeIncident, "sam", duplicate, into=original)
    assert story[original].cell_leads == ("sam", "hana")
    story.do(UndoEnding, "sam", duplicate, reason="two faults")
    assert (story[original].cell_leads, story[duplicate].cell_leads) == ((), ("sam", "hana"))
    story.do(CloseCrisis, "sam", "CRI-0001")
    story.do(CloseCrisis, "hana", "CRI-0001")
    assert story[duplicate].cell_leads == ()


def test_inc_x_what_a_duplicates_cell_had_taken_is_called_again_once_the_merge_is_undone() -> None:
    story = tests.story.Story()
    original, duplicate = (story.opened(component="vpn", severity=1) for _ in range(2))
    story.perform(AskCrisis, "sam", "", incident=duplicate, reason="everything is down")
    story.do(AcceptCrisis, "hana", "CRI-0001")
    story.do(MergeIncident, "sam", duplicate, into=original)
    taken = {calls.side: calls.acknowledged_by for calls in story[original].walks[0].sides}
    assert taken == {"provider": "sam", "client": "hana"}
    story.now += timedelta(minutes=3)
    story.do(UndoEnding, "sam", duplicate, reason="two faults")
    called = [
        (calls.acknowledged_by, calls.pings[-1].person) for calls in story[original].walks[0].sides
    ]
    assert called == [(None, "tom"), (None, "olga")]


def test_inc_x_a_merge_undone_calls_nobody_whom_another_cell_had_left_it_to() -> None:
    story = tests.story.Story()
    original, duplicate = (story.opened(component="vpn", severity=1) for _ in range(2))
    story.perform(AskCrisis, "sam", "", incident=original, reason="everything is down")
    story.do(AcceptCrisis, "hana", "CRI-0001")
    story.do(CloseCrisis, "sam", "CRI-0001")
    story.do(CloseCrisis, "hana", "CRI-0001")
    story.do(MergeIncident, "sam", duplicate, into=original)
    story.do(UndoEnding, "sam", duplicate, reason="two faults")
    taken = {calls.side: calls.acknowledged_by for calls in story[original].walks[0].sides}
    assert taken == {"provider": "sam", "client": "hana"}
