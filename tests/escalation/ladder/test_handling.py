"""What people do to an escalation (Rules ESC-2, ESC-6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.durations import Duration
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow, Refusal
from escalation.base.timer_names.ladder import LadderTimer
from escalation.decision.commands import ladder as c
from escalation.decision.commands.command import Command
from escalation.decision.commands.incident import AssignIncident
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, person
from escalation.messages.effects import Message
from escalation.messages.incident import IncidentCard, IncidentNews
from escalation.messages.ladder import (
    EscalationStopped,
    HandedOver,
    PeerEscalated,
    Ping,
    SnoozeOver,
)
from escalation.records.incident import IncidentState
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import Story, absent, with_people


def refused(
    kind: type[Refusal], story: Story, command: type[Command], by: str, **values: Any
) -> Refusal:
    """The refusal; and nothing changed."""
    before = story.incident, list(story.memory.outbox), list(story.memory.chain)
    with pytest.raises(kind) as caught:
        story.do(command, by, **values)
    assert (story.incident, story.memory.outbox, story.memory.chain) == before
    return caught.value


# ── ESC-2: escalating ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("by", "peer"), [("tom", "olga"), ("olga", "tom")])
def test_esc_2_either_side_escalates_and_their_peer_is_told(by: str, peer: str) -> None:
    story = Story().begin().wait(3)
    story.escalate(by, "we disagree on the cure")
    assert story.pings()[2:] == [(3, "sam"), (3, "hana")]
    told = story.effects(PeerEscalated.topic)
    assert [e.to for e in told] == [person(peer)]
    assert told[0].facts == {
        "ladder": "client",
        "level": 2,
        "by": by,
        "reason": "we disagree on the cure",
        "reached": ["sam", "hana"],
    }


def test_esc_2_those_reached_know_who_escalated_and_why() -> None:
    story = Story().begin()
    story.escalate("olga", "no progress")
    ping = story.effects(Ping.topic)[-1]
    assert (ping.facts["by"], ping.facts["note"], ping.facts["why"]) == (
        "olga", "no progress", "escalated",
    )  # fmt: skip
    story.wait(5)
    assert story.effects(Ping.topic)[-1].facts["by"] == "olga"


def test_esc_2_nobody_else_hears_of_it() -> None:
    story = Story().begin()
    count = len(story.memory.outbox)
    story.escalate("tom")
    told = {e.to for _, e in story.memory.outbox[count:] if isinstance(e.meaning, Message)}
    assert told == {person("sam"), person("hana"), person("olga"), PROVIDER_ROOM, SHARED_ROOM}


def test_esc_2_the_peer_told_is_whoever_took_it() -> None:
    story = Story().begin().wait(11)
    story.acknowledge("otto")
    story.escalate("tess")
    assert [e.to for e in story.effects(PeerEscalated.topic)] == [person("otto")]


def test_esc_2_escalating_disarms_the_old_rung() -> None:
    story = Story().begin().wait(3)
    story.escalate("tom")
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:08")
    assert story.due("ladder/client/settle") == paris("2026-07-15 11:03")
    story.wait(10)
    assert "tess" not in {who for _, who in story.pings()}


def test_esc_2_at_the_top_there_is_nowhere_to_go() -> None:
    story = Story().begin()
    for by in ("tom", "sam", "dan"):
        story.escalate(by)
    refusal = refused(NotNow, story, c.EscalateUp, "bea", reason="still")
    assert refusal.code == "already_at_the_top"
    assert refusal.facts["people"] == ["bea", "eve"]


def test_esc_2_a_person_starts_the_ladder_at_the_first_rung() -> None:
    story = Story(level=3)
    story.do(AssignIncident, "sam", person="hal")
    story.escalate("hal", "stuck")
    assert story.pings() == [(0, "tom"), (0, "olga")]
    escalation = story.escalation()
    assert (escalation.reason, escalation.started_by, escalation.rung_by) == (
        "stuck",
        "hal",
        "hal",
    )
    assert story.effects(PeerEscalated.topic) == []


def test_esc_2_who_stands_higher_starts_above_themselves_and_tells_their_peer() -> None:
    story = Story(level=3)
    story.escalate("sam", "the client is unhappy")
    assert story.pings() == [(0, "dan"), (0, "cid")]
    assert [e.to for e in story.effects(PeerEscalated.topic)] == [person("hana")]


def test_esc_2_the_highest_level_starts_at_the_top() -> None:
    story = Story(level=3)
    story.escalate("eve")
    assert story.pings() == [(0, "bea")]
    assert story.escalation().side("client").acknowledged_by == "eve"


def test_esc_2_a_reason_is_asked_for() -> None:
    refusal = refused(BadValue, Story().begin(), c.EscalateUp, "tom", reason="  ")
    assert refusal.code == "reason_missing"


def test_esc_2_towards_a_supplier() -> None:
    story = Story(component="vpn")
    story.escalate("tom", ladder="network")
    assert story.pings() == [(0, "nora")]
    story.wait(1).escalate("nora", "needs the vendor")
    assert story.pings()[1:] == [(1, "sam"), (1, "rex")]
    assert [e.to for e in story.effects(PeerEscalated.topic)] == [person("tom")]


def test_esc_2_a_suppliers_people_start_their_own_ladder_only() -> None:
    story = Story(component="vpn")
    refusal = refused(NotFound, story, c.EscalateUp, "nora", reason="x", ladder="client")
    assert refusal.facts["known"] == ["network"]
    refusal = refused(NotAllowed, story, c.EscalateUp, "olga", reason="x", ladder="network")
    assert refusal.code == "not_of_this_ladder"
    story.escalate("nora")
    assert story.escalation("network").active
    higher = Story(component="vpn")
    higher.escalate("nora")
    higher.do(c.SettleLadder, "nora")
    higher.escalate("rex")
    assert higher.escalation("network").rung == 1


def test_esc_2_a_ladder_that_does_not_exist() -> None:
    refusal = refused(NotFound, Story(), c.EscalateUp, "tom", reason="x", ladder="moon")
    assert refusal.facts["known"] == ["client", "network"]


def test_esc_2_an_incident_that_is_over_does_not_escalate() -> None:
    story = Story(state=IncidentState.CLOSED)
    assert refused(NotNow, story, c.EscalateUp, "tom", reason="x").code == "incident_over"


# ── ESC-6: acknowledging ─────────────────────────────────────────────────────────────────────


def test_esc_6_acknowledging_stops_that_sides_calls_only() -> None:
    story = Story().begin().wait(2)
    settle = story.due("ladder/client/settle")
    story.acknowledge("tom", rung=0)
    assert story.due("ladder/client/call/provider") is None
    assert story.due("ladder/client/call/client") == paris("2026-07-15 10:05")
    assert story.due("ladder/client/settle") == settle
    provider = story.escalation().side("provider")
    assert (provider.acknowledged_by, provider.acknowledged_at) == ("tom", story.now)


def test_esc_6_the_provider_taking_it_acknowledges_the_incident() -> None:
    story = Story().begin().wait(2)
    story.acknowledge("olga")
    assert story.incident.acknowledged_at is None
    story.acknowledge("tom")
    assert story.incident.acknowledged_at == story.now


def test_esc_6_a_deputy_not_yet_called_may_take_it() -> None:
    story = Story().begin()
    story.acknowledge("tess")
    assert story.escalation().side("provider").current == "tess"


def test_esc_6_somebody_in_post_may_take_it_even_if_skipped() -> None:
    story = Story(absent(agreement(), "tom")).begin()
    story.acknowledge("tom")
    assert story.escalation().side("provider").acknowledged_by == "tom"


def test_esc_6_a_second_acknowledgement_says_who_was_first() -> None:
    story = Story().begin().wait(1)
    story.acknowledge("tom")
    taken = story.now
    story.wait(1)
    at = taken.isoformat()
    refusal = refused(AlreadyDone, story, c.AcknowledgePing, "tess")
    assert refusal.code == "already_acknowledged"
    assert refusal.facts == {"by": "tom", "at": at}
    refusal = refused(AlreadyDone, story, c.AcknowledgePing, "tom")
    assert (refusal.code, refusal.facts) == ("already_yours", {"at": at})


def test_esc_6_a_button_of_an_older_rung_does_nothing() -> None:
    story = Story().begin().wait(21)
    refusal = refused(NotNow, story, c.AcknowledgePing, "tom", rung=0)
    assert refusal.code == "rung_is_past"
    assert refusal.facts == {"level": 2, "people": ["sam", "hana"]}


def test_esc_6_who_was_not_called_may_not() -> None:
    story = Story().begin()
    for by in ("dan", "rita", "hal"):
        refusal = refused(NotAllowed, story, c.AcknowledgePing, by)
    assert refusal.code in {"not_called_at_this_rung", "not_your_role"}
    assert refused(NotAllowed, story, c.AcknowledgePing, "dan").code == "not_called_at_this_rung"


def test_esc_6_nothing_to_acknowledge() -> None:
    assert refused(NotNow, Story(), c.AcknowledgePing, "tom").code == "no_escalation"
    story = Story().begin()
    story.do(c.SettleLadder, "tom")
    story.do(c.SettleLadder, "olga")
    assert refused(NotNow, story, c.AcknowledgePing, "tom").code == "escalation_over"


def test_esc_6_without_a_name_the_callers_own_ladder_is_meant() -> None:
    story = Story(component="vpn").begin("network").begin("client")
    story.acknowledge("nora")
    assert story.escalation("network").side("network").acknowledged_by == "nora"
    story.acknowledge("olga")
    assert story.escalation("client").side("client").acknowledged_by == "olga"


# ── ESC-6: handing over, adding ──────────────────────────────────────────────────────────────


def test_esc_6_handing_over_calls_the_new_person_and_begins_their_time() -> None:
    story = Story().begin().wait(3)
    story.do(c.HandOverPing, "tom", to="hal")
    assert story.pings("provider") == [(0, "tom"), (3, "hal")]
    assert story.effects(Ping.topic)[-1].facts["by"] == "tom"
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:08")
    told = story.effects(HandedOver.topic)
    assert [e.to for e in told] == [person("olga")]
    assert told[0].facts == {"by": "tom", "person": "hal"}
    story.wait(12)
    assert story.pings("provider") == [(0, "tom"), (3, "hal"), (8, "hal"), (13, "tess")]


def test_esc_6_handing_over_after_taking_it() -> None:
    story = Story().begin()
    story.acknowledge("tom")
    story.wait(3)
    story.do(c.HandOverPing, "tom", to="tess")
    assert story.escalation().side("provider").acknowledged_by is None
    story.acknowledge("tess")
    assert story.escalation().side("provider").acknowledged_by == "tess"
    assert refused(AlreadyDone, story, c.HandOverPing, "tom", to="hal").facts["by"] == "tess"


def test_esc_6_who_takes_what_was_handed_over_has_the_incident() -> None:
    story = Story().begin()
    story.acknowledge("tom")
    assert story.incident.assignee == "tom"
    story.do(c.HandOverPing, "tom", to="hal")
    assert story.incident.assignee == "tom", "until somebody has taken it"
    story.do(c.HandOverPing, "hal", to="tess")
    story.acknowledge("tess")
    assert story.incident.assignee == "tess"
    news = [e.to for e in story.effects(IncidentNews.topic) if e.facts["by"] == "tess"]
    assert person("tom") in news


def test_esc_6_who_takes_the_point_of_somebody_else_leaves_the_incident_where_it_is() -> None:
    story = Story().begin()
    story.do(c.HandOverPing, "tom", to="hal")
    story.do(AssignIncident, "sam", person="tess")
    story.acknowledge("hal")
    assert story.incident.assignee == "tess"


@pytest.mark.parametrize(
    ("to", "kind", "code"),
    [
        ("olga", BadValue, "other_firm"),
        ("nora", BadValue, "other_firm"),
        ("tom", BadValue, "to_yourself"),
        ("sue", BadValue, "person_absent"),
        ("nobody", NotFound, "unknown_person"),
    ],
)
@pytest.mark.parametrize(("command", "field"), [(c.HandOverPing, "to"), (c.AddToRung, "person")])
def test_esc_6_only_to_a_present_person_of_ones_own_firm(
    command: type[Command], field: str, to: str, kind: type[Refusal], code: str
) -> None:
    story = Story(absent(agreement(), "sue", stand_in="hal")).begin()
    refusal = refused(kind, story, command, "tom", **{field: to})
    assert refusal.code == code
    if code == "person_absent":
        assert refusal.facts == {"person": "sue", "stand_in": "hal"}


def test_cri_10_an_exercise_is_not_handed_to_who_did_not_agree() -> None:
    story = Story(with_people(agreement(), ["hal"], drills=False), exercise=True).begin()
    assert refused(BadValue, story, c.HandOverPing, "tom", to="hal").code == "person_not_for_drills"


def test_esc_6_somebody_added_is_called_and_nothing_else_changes() -> None:
    story = Story().begin().wait(3)
    alarms = story.incident.alarms
    story.do(c.AddToRung, "tom", person="hal")
    assert story.pings("provider") == [(0, "tom"), (3, "hal")]
    assert story.incident.alarms == alarms
    assert story.escalation().side("provider").current == "tom"
    story.wait(8)
    assert story.pings("provider") == [(0, "tom"), (3, "hal"), (5, "tom"), (10, "tess")]
    assert refused(AlreadyDone, story, c.AddToRung, "tom", person="hal").code == "already_called"
    story.acknowledge("hal")
    assert story.escalation().side("provider").current == "hal"


# ── ESC-6: snoozing ──────────────────────────────────────────────────────────────────────────


def test_esc_6_snoozing_puts_off_the_next_steps_and_then_goes_on() -> None:
    story = Story().begin()
    story.acknowledge("olga")
    story.wait(2)
    story.do(c.SnoozeLadder, "olga")
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:20")
    assert story.due("ladder/client/settle") == paris("2026-07-15 11:15")
    story.wait(23)
    assert story.pings("provider") == [(0, "tom"), (20, "tom"), (25, "tess")]
    over = story.memory.told(SnoozeOver.topic)
    assert [(story.minutes(at), e.to) for at, e in over] == [(17, person("olga"))]


def test_esc_6_once_a_rung() -> None:
    story = Story().begin()
    story.do(c.SnoozeLadder, "tom")
    assert refused(AlreadyDone, story, c.SnoozeLadder, "olga").code == "already_snoozed"
    story.escalate("tom")
    story.do(c.SnoozeLadder, "sam")


def test_esc_6_a_snooze_survives_a_change_of_priority() -> None:
    story = Story(level=2).begin()
    story.do(c.SnoozeLadder, "tom")
    story.qualify(1)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:20")
    assert story.due("ladder/client/settle") == paris("2026-07-15 11:15")
    story.wait(20)
    story.qualify(2)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:35")


def test_esc_6_the_length_of_a_snooze_is_the_contracts() -> None:
    rules = replace(agreement().escalation, snooze=Duration.parse("1h"))
    story = Story(agreement(escalation=rules)).begin()
    story.do(c.SnoozeLadder, "tom")
    assert story.due("ladder/client/settle") == paris("2026-07-15 12:00")


def test_esc_6_only_who_is_concerned_may_snooze() -> None:
    story = Story().begin()
    assert refused(NotAllowed, story, c.SnoozeLadder, "sam").code == "not_called_at_this_rung"


# ── ESC-6: stepping down, settling ───────────────────────────────────────────────────────────


def test_esc_6_stepping_down_calls_the_level_below_again() -> None:
    story = Story().begin().wait(1)
    story.escalate("tom")
    story.wait(2)
    story.do(c.StepDown, "sam", reason="yours to do")
    assert story.pings()[-2:] == [(3, "tom"), (3, "olga")]
    escalation = story.escalation()
    assert (escalation.rung, escalation.rung_why, escalation.rung_by) == (0, "stepped_down", "sam")
    assert story.due("ladder/client/settle") == paris("2026-07-15 11:03")
    assert story.effects(Ping.topic)[-1].facts["note"] == "yours to do"


def test_esc_6_stepping_down_needs_a_reason_and_a_level_below() -> None:
    story = Story().begin()
    assert refused(NotNow, story, c.StepDown, "tom", reason="x").code == "already_at_the_bottom"
    story.escalate("tom")
    assert refused(BadValue, story, c.StepDown, "sam", reason="").code == "reason_missing"
    assert refused(NotAllowed, story, c.StepDown, "dan", reason="x").code == (
        "not_called_at_this_rung"
    )


def test_esc_6_settling_ends_the_escalation_and_both_sides_hear_of_it() -> None:
    story = Story().begin().wait(6)
    story.do(c.SettleLadder, "olga", note="so we say")
    assert story.escalation().active
    story.do(c.SettleLadder, "tom", note="agreed")
    assert not story.escalation().active
    assert not any(isinstance(name, LadderTimer) for name in story.incident.alarms.names)
    told = story.effects(EscalationStopped.topic)
    assert [e.to for e in told] == [person("olga")]
    assert told[0].facts == {
        "ladder": "client", "why": "settled", "by": "tom", "also": "olga", "note": "agreed",
    }  # fmt: skip
    assert "ladder.settled" in story.actions()


@pytest.mark.parametrize("who", ["rita", "hal"])
def test_esc_6_who_holds_no_post_does_not_settle_it(who: str) -> None:
    story = Story().begin()
    assert refused(NotAllowed, story, c.SettleLadder, who).code == "not_called_at_this_rung"
    assert story.escalation().active


@pytest.mark.parametrize("who", ["otto", "cid", "sue"])
def test_esc_6_the_rung_those_above_and_the_incident_manager_settle_it(who: str) -> None:
    story = Story().begin()
    story.do(c.SettleLadder, who)
    assert [said.by for said in story.escalation().settled] == [who]


def test_esc_6_another_firm_does_not_settle_it() -> None:
    story = Story(component="vpn").begin().begin("network")
    refusal = refused(NotFound, story, c.SettleLadder, "nora", ladder="client")
    assert refusal.facts["known"] == ["network"]


def test_con_2_a_supplier_is_not_told_who_is_called_between_the_two_firms() -> None:
    story = Story(component="vpn").begin("network")
    story.do(c.SettleLadder, "nora")
    story.do(c.SettleLadder, "tom")
    story.begin()
    for named in (None, "client"):
        with pytest.raises(Refusal) as refusal:
            story.do(c.AcknowledgePing, "nora", ladder=named)
        assert not {"tom", "olga"} & set(str(refusal.value.facts).replace("'", " ").split())


def test_esc_6_every_change_shows_the_card() -> None:
    story = Story().begin()
    moves: list[tuple[type[Command], str, dict[str, str]]] = [
        (c.AcknowledgePing, "tom", {}),
        (c.AddToRung, "tom", {"person": "hal"}),
        (c.HandOverPing, "tom", {"to": "tess"}),
        (c.SnoozeLadder, "tess", {}),
        (c.EscalateUp, "tess", {"reason": "x"}),
        (c.StepDown, "sam", {"reason": "x"}),
        (c.SettleLadder, "tom", {}),
    ]
    for command, by, values in moves:
        count = len(story.memory.outbox)
        story.do(command, by, **values)
        topics = {e.topic for _, e in story.memory.outbox[count:]}
        assert IncidentCard.topic in topics, command
