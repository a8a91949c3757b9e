"""Walking the rungs while time passes (Rules ESC-1, ESC-3, ESC-5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.durations import Duration
from escalation.base.timer_names.ladder import LadderTimer, NextCall
from escalation.contract import CLIENT, PROVIDER, Ladder, Post
from escalation.decision.context import Context
from escalation.ladder import climbing, firing, replanning
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, person
from escalation.messages.incident import IncidentCard
from escalation.messages.ladder import EscalationStopped, NobodyReachable, Ping
from escalation.records.incident import Incident
from tests.agreement import TOWARDS_CLIENT, TOWARDS_NETWORK, agreement, lasting, paris
from tests.escalation.ladder.climbing import Story, absent, away, with_people


def escalating(contract=None, **rules):
    contract = contract or agreement()
    return replace(contract, escalation=replace(contract.escalation, **rules))


def short(*levels: int) -> Ladder:
    return replace(
        TOWARDS_CLIENT, rungs=tuple(r for r in TOWARDS_CLIENT.rungs if r.level in levels)
    )


# ── ESC-1 ────────────────────────────────────────────────────────────────────────────────────


def test_esc_1_only_the_first_persons_of_the_level_are_pinged() -> None:
    story = Story().begin()
    assert story.pings() == [(0, "tom"), (0, "olga")]
    direct = {e.to for _, e in story.memory.outbox if e.to.person}
    assert direct == {person("tom"), person("olga")}


def test_esc_1_nobody_of_another_level_is_reached_while_the_rung_lasts() -> None:
    story = Story().begin().wait(19)
    assert {who for _, who in story.pings()} == {"tom", "tess", "olga", "otto"}


def test_esc_1_everyone_else_looks_at_the_card_and_the_client_only_once_informed() -> None:
    def rooms(story: Story) -> set[str]:
        return {e.to for e in story.effects(IncidentCard.topic)}

    assert rooms(Story().begin()) == {PROVIDER_ROOM, SHARED_ROOM}
    towards_supplier = Story(client_informed=False).begin("network")
    assert rooms(towards_supplier) == {PROVIDER_ROOM}


def test_esc_1_a_ping_says_who_what_and_with_whom_to_speak() -> None:
    story = Story().begin()
    ping = story.effects(Ping.topic)[0]
    assert ping.urgent
    assert ping.facts == {
        "ladder": "client",
        "rung": 0,
        "level": 1,
        "level_name": "Operations",
        "side": "provider",
        "number": 1,
        "called": story.start.isoformat(),
        "reason": "trigger:priority_1_opened",
        "why": "started",
        "peer": "olga",
    }


# ── ESC-2, by itself ─────────────────────────────────────────────────────────────────────────


def test_esc_2_both_sides_of_a_new_rung_are_pinged_together_as_peers() -> None:
    story = Story().begin().wait(20)
    pings = [e.facts for e in story.effects(Ping.topic) if e.facts["rung"] == 1]
    assert [(p["side"], p["peer"]) for p in pings] == [("provider", "hana"), ("client", "sam")]
    assert story.pings()[-2:] == [(20, "sam"), (20, "hana")]


def test_inc_7_a_version_before_had_called_one_side_alone_and_the_other_joins() -> None:
    story = Story(client_informed=False).begin()
    story.memory.outbox.clear()
    story.rule(_of_the_version_before)
    story.wait(1)
    assert story.pings() == []
    story.rule(lambda context, incident: replace(incident, client_informed=True))
    story.wait(3).begin()  # e.g. the target is missed: the case starts the ladder that is under way
    assert story.pings() == [(4, "olga")]
    story.wait(5)
    assert story.pings("client")[-1] == (9, "olga")
    assert [p.person for p in story.escalation().side("client").pings] == ["olga", "olga"]


def _of_the_version_before(context: Context, incident: Incident) -> Incident:
    """The incident as it was stored: not told to the client, whose side is not called."""
    (walk,) = incident.walks
    sides = tuple(calls for calls in walk.sides if calls.side == PROVIDER)
    return replace(
        incident,
        client_informed=False,
        walks=(replace(walk, sides=sides),),
        alarms=incident.alarms.clear(NextCall(CLIENT, CLIENT)),
    )


# ── ESC-3 ────────────────────────────────────────────────────────────────────────────────────


def test_esc_3_a_suppliers_ladder_joins_the_provider_and_the_supplier() -> None:
    story = Story().begin("network")
    assert story.pings() == [(0, "tom"), (0, "nora")]
    story.wait(30)
    assert story.pings("network") == [(0, "nora"), (10, "nora"), (20, "rex"), (30, "rex")]


def test_esc_3_two_ladders_run_side_by_side() -> None:
    story = Story().begin().begin("network")
    story.acknowledge("olga")
    story.wait(10)
    assert story.pings("client") == [(0, "olga")]
    assert (10, "nora") in story.pings("network")


@pytest.mark.parametrize(
    ("level", "expected"), [(1, "2026-07-15 10:05"), (2, "2026-07-15 10:15"),
                            (3, "2026-07-15 11:00"), (4, "2026-07-15 14:00")]
)  # fmt: skip
def test_esc_3_times_are_per_priority(level: int, expected: str) -> None:
    story = Story(level=level).begin()
    assert story.due("ladder/client/call/provider") == paris(expected)


def test_esc_3_each_delay_runs_on_its_own_clock() -> None:
    friday = paris("2026-07-17 17:30")
    story = Story(level=3, at=friday).begin()
    assert story.due("ladder/client/call/provider") == paris("2026-07-20 08:00")
    assert story.due("ladder/client/settle") == paris("2026-07-20 15:00")
    assert Story(level=1, at=friday).begin().due("ladder/client/settle") == paris(
        "2026-07-17 18:30"
    )


# ── ESC-5 ────────────────────────────────────────────────────────────────────────────────────


def test_esc_5_again_then_the_deputies_then_the_next_rung_on_both_sides() -> None:
    story = Story().begin()
    story.acknowledge("olga")
    story.wait(20)
    assert story.pings("provider") == [
        (0, "tom"), (5, "tom"), (10, "tess"), (15, "tess"), (20, "sam"),
    ]  # fmt: skip
    assert story.pings("client") == [(0, "olga"), (20, "hana")]
    assert story.escalation().rung_why == "nobody_answered"


def test_esc_5_nobody_is_called_at_the_very_moment_the_rung_is_left() -> None:
    story = Story().begin().wait(30)
    # Hana's deputies are none: at 30 the client's side is spent, as Sue's turn would come.
    assert story.pings()[-4:] == [(25, "sam"), (25, "hana"), (30, "dan"), (30, "cid")]
    spent = [
        s.line.facts["side"] for s in story.memory.chain if s.line.action == "ladder.exhausted"
    ]
    assert spent == ["provider", "client"]


def test_esc_5_pings_per_person_is_the_contracts() -> None:
    story = Story(escalating(pings_per_person=3)).begin().wait(15)
    assert story.pings("provider") == [(0, "tom"), (5, "tom"), (10, "tom"), (15, "tess")]
    ours = [e.facts for e in story.effects(Ping.topic) if e.facts["side"] == "provider"]
    assert [facts["number"] for facts in ours] == [1, 2, 3, 1]


def test_esc_5_the_absent_are_skipped_at_the_rungs_start() -> None:
    story = Story(absent(agreement(), "tom")).begin()
    assert story.pings("provider") == [(0, "tess")]


def test_esc_5_a_stand_in_takes_the_place() -> None:
    story = Story(absent(agreement(), "tom", stand_in="hal")).begin()
    assert story.pings("provider") == [(0, "hal")]


def test_esc_5_somebody_who_leaves_meanwhile_is_skipped_at_their_ping() -> None:
    contract = with_people(agreement(), ["tess"], absences=(away("2026-07-16"),))
    story = Story(contract, at=paris("2026-07-15 23:52"))
    story.begin().acknowledge("olga")
    story.wait(20)
    # On-call Nia leads the queue by night; Tess's turn would come after midnight.
    assert [who for _, who in story.pings("provider")] == ["nia", "nia", "tom", "tom", "sam"]


def test_esc_5_skipping_is_on_the_record() -> None:
    contract = with_people(agreement(), ["tom"], absences=(away("2026-07-16"),))
    story = Story(contract, at=paris("2026-07-15 23:52")).begin().wait(10)
    last = next(s.line for s in story.memory.chain if s.line.facts.get("person") == "tess")
    assert last.facts["skipped"] == ["tom"]


def test_esc_5_at_the_top_the_queue_is_repeated_for_ever() -> None:
    story = Story(agreement(ladders=(short(4),))).begin().wait(50)
    assert story.pings("provider") == [(0, "bea"), (5, "bea"), (20, "bea"), (25, "bea"),
                                       (40, "bea"), (45, "bea")]  # fmt: skip
    story.wait(60 * 24 * 7)
    assert story.minutes(story.memory.told(Ping.topic)[-1][0]) > 60 * 24 * 7
    assert story.due("ladder/client/call/provider") is not None


def test_esc_5_at_the_top_only_the_side_that_did_not_answer_is_repeated() -> None:
    story = Story(agreement(ladders=(short(4),))).begin().wait(1)
    story.acknowledge("bea")
    story.wait(50)
    assert story.pings("provider") == [(0, "bea")]
    assert len(story.pings("client")) == 6


def test_esc_5_a_long_night_at_the_top_does_not_swell_the_record() -> None:
    contract = escalating(agreement(ladders=(short(1),)), at_top="top")
    story = Story(contract).begin().wait(60 * 24 * 14)
    assert len(story.escalation().side("provider").pings) < 10
    story.acknowledge("tom")
    story.wait(60 * 24 * 7)
    assert len(story.escalation().side("provider").pings) < 10
    number = story.effects(Ping.topic)[-1].facts["number"]
    assert isinstance(number, int)
    assert number > 100


def test_esc_5_the_top_queue_is_asked_anew_each_time() -> None:
    contract = with_people(agreement(ladders=(short(4),)), ["bea"],
                           absences=(away("2026-07-16", stand_in="dan"),))  # fmt: skip
    story = Story(contract, at=paris("2026-07-15 23:50")).begin().wait(25)
    assert story.pings("provider") == [(0, "bea"), (5, "bea"), (20, "dan"), (25, "dan")]


def test_esc_5_a_rung_that_reaches_nobody_is_passed_over_at_once_and_said() -> None:
    story = Story(absent(agreement(), "hana")).begin().wait(20)
    assert story.pings()[-2:] == [(20, "dan"), (20, "cid")]
    assert all(who not in {"sam", "sue"} for _, who in story.pings())
    notice = story.effects(NobodyReachable.topic)[0]
    assert (notice.to, notice.urgent) == (person("dan"), True)
    assert notice.facts["side"] == "client"
    assert notice.facts["level"] == 2
    assert "ladder.unreachable" in story.actions()
    assert story.escalation().rung_why == "nobody_reachable"


def test_esc_5_where_the_contract_names_nobody_the_room_is_told() -> None:
    story = Story(escalating(absent(agreement(), "olga", "otto"), unreachable=None)).begin()
    assert story.effects(NobodyReachable.topic)[0].to == PROVIDER_ROOM


def test_esc_5_while_whom_it_names_is_away_their_stand_in_is_told() -> None:
    contract = absent(absent(agreement(), "olga", "otto"), "dan", stand_in="sue")
    assert Story(contract).begin().effects(NobodyReachable.topic)[0].to == person("sue")


def test_esc_5_nobody_at_the_top_on_either_side_is_tried_again_until_somebody_is_back() -> None:
    contract = with_people(agreement(ladders=(short(4),)), ["bea", "eve"],
                           absences=(away("2026-07-15", "2026-07-15"),))  # fmt: skip
    story = Story(contract, at=paris("2026-07-15 23:40")).begin().wait(19)
    assert story.pings() == []
    assert len(story.effects(NobodyReachable.topic)) == 4
    story.wait(11)
    assert story.pings() == [(30, "bea"), (30, "eve")]


def test_esc_5_a_supplier_rung_without_people_is_passed_over() -> None:
    first = replace(TOWARDS_NETWORK.rungs[0], supplier=None)
    network = replace(TOWARDS_NETWORK, rungs=(first, TOWARDS_NETWORK.rungs[1]))
    story = Story(agreement(ladders=(TOWARDS_CLIENT, network))).begin("network")
    assert story.pings() == [(0, "sam"), (0, "rex")]


def test_cri_10_an_exercise_reaches_only_those_who_agreed() -> None:
    contract = with_people(agreement(), ["tom", "otto"], drills=False)
    story = Story(contract, exercise=True).begin().wait(10)
    assert [who for _, who in story.pings("provider")] == ["tess", "tess", "sam"]
    assert [who for _, who in story.pings("client")] == ["olga", "olga", "hana"]
    serious = Story(contract).begin()
    assert serious.pings("provider") == [(0, "tom")]


# ── ESC-4: not settled ───────────────────────────────────────────────────────────────────────


def test_esc_4_a_rung_not_settled_in_time_goes_up_even_when_acknowledged() -> None:
    story = Story().begin()
    story.acknowledge("tom")
    story.acknowledge("olga")
    story.wait(59)
    assert story.pings() == [(0, "tom"), (0, "olga")]
    story.wait(1)
    assert story.pings()[-2:] == [(60, "sam"), (60, "hana")]
    assert story.escalation().rung_why == "not_settled"


def test_esc_4_at_the_top_whoever_took_it_is_asked_again_each_time_to_settle() -> None:
    story = Story(agreement(ladders=(short(4),))).begin()
    story.acknowledge("bea")
    story.acknowledge("eve")
    story.wait(60 * 3)
    assert story.pings("provider") == [(0, "bea"), (60, "bea"), (120, "bea"), (180, "bea")]
    assert "ladder.unsettled" in story.actions()


def test_esc_4_at_the_top_a_holder_who_left_is_replaced() -> None:
    contract = with_people(agreement(ladders=(short(1),)), ["olga"], absences=(away("2026-07-16"),))
    story = Story(contract, at=paris("2026-07-15 23:30")).begin()
    story.acknowledge("tom")
    story.acknowledge("olga")
    story.wait(60)
    assert story.pings("client") == [(0, "olga"), (60, "otto")]
    assert story.escalation().side("client").acknowledged_by is None


# ── priority changed, ended ──────────────────────────────────────────────────────────────────


def test_esc_6_raising_the_priority_counts_the_time_already_run() -> None:
    story = Story(level=2).begin().wait(3)
    story.qualify(1)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:05")
    assert story.due("ladder/client/settle") == paris("2026-07-15 11:00")


def test_esc_6_what_the_new_priority_puts_in_the_past_is_due_at_once() -> None:
    story = Story(level=2).begin().wait(8)
    story.qualify(1)
    assert story.due("ladder/client/call/provider") == story.now
    story.wait(0)
    assert story.pings("provider") == [(0, "tom"), (8, "tom")]
    story.wait(5)
    assert story.pings("provider")[-1] == (13, "tess")


def test_esc_6_lowering_the_priority_gives_more_time() -> None:
    story = Story(level=1).begin().wait(4)
    story.qualify(2)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:15")
    assert story.due("ladder/client/settle") == paris("2026-07-15 12:00")
    assert story.escalation().rung == 0


def test_esc_6_an_acknowledged_side_stays_quiet_when_the_priority_changes() -> None:
    story = Story(level=2).begin()
    story.acknowledge("tom")
    story.qualify(1)
    assert story.due("ladder/client/call/provider") is None
    assert story.due("ladder/client/call/client") is not None


def test_esc_6_planning_again_without_change_keeps_the_timers() -> None:
    story = Story().begin().wait(7)
    before = story.incident.alarms
    story.rule(climbing.replan)
    assert story.incident.alarms == before
    assert "ladder.replanned" not in story.actions()


def test_esc_6_the_repeat_at_the_top_is_the_same_for_every_priority() -> None:
    story = Story(agreement(ladders=(short(4),))).begin().wait(6)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:20")
    story.qualify(2)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:20")


def test_a_ladder_gone_from_the_contract_ends_and_says_so() -> None:
    story = Story().begin("network")
    story.contract = agreement(ladders=(TOWARDS_CLIENT,))
    story.rule(replanning.replan)
    assert not story.escalation("network").active
    assert set(story.told(EscalationStopped.topic)) == {"tom", "nora"}


def test_a_person_gone_from_the_contract_is_skipped() -> None:
    story = Story().begin().wait(6)
    story.contract = replace(
        agreement(version="v2"), people=tuple(p for p in agreement().people if p.id != "tess")
    )
    story.memory.amend(story.contract)
    story.rule(lambda context, incident: replace(incident, contract_version="v2"))
    story.wait(4)
    assert story.pings("provider")[-1] == (10, "sam")


def test_stop_ends_every_escalation_and_disarms_everything() -> None:
    story = Story().begin().begin("network").wait(1)
    story.rule(climbing.stop, why="resolved")
    assert not any(isinstance(name, LadderTimer) for name in story.incident.alarms.names)
    assert [w.ended_why for w in story.incident.walks] == ["resolved", "resolved"]
    assert {e.to for e in story.effects(EscalationStopped.topic)} == {
        person("tom"), person("olga"), person("nora"),
    }  # fmt: skip
    count = len(story.pings())
    story.wait(60 * 24)
    assert len(story.pings()) == count


def test_starting_an_escalation_under_way_changes_nothing() -> None:
    story = Story().begin().wait(7)
    before = story.incident
    story.begin()
    assert replace(story.incident, version=0) == replace(before, version=0)


def test_an_escalation_that_ended_can_begin_again_from_the_first_rung() -> None:
    story = Story().begin().wait(21)
    story.rule(climbing.stop, why="resolved")
    story.begin()
    assert [w.active for w in story.incident.walks] == [False, True]
    assert story.escalation().rung == 0


def test_esc_x_each_of_two_ladders_has_a_next_step_of_its_own() -> None:
    story = Story().begin("network").begin()
    for ladder in ("network", CLIENT):
        step = firing.next_step(story.incident, ladder)
        assert step is not None
        assert step.name.startswith(f"ladder/{ladder}/call/")
    assert firing.next_step(Story().incident, CLIENT) is None


def test_cal_3_a_ladder_may_run_on_working_days() -> None:
    rung = replace(
        TOWARDS_CLIENT.rungs[0],
        acknowledge=lasting("1 working days"),
        settle=lasting("9 working days"),
    )
    contract = escalating(
        agreement(ladders=(replace(TOWARDS_CLIENT, rungs=(rung,)),)),
        repeat_at_top=Duration.parse("2 working days"),
        pings_per_person=1,
    )
    story = Story(replace(contract, echelons=tuple(
        replace(e, provider=Post(people=e.provider.people)) for e in contract.echelons
    )), at=paris("2026-07-17 10:00")).begin()  # fmt: skip
    story.wait(60 * 24 * 6)
    assert [who for _, who in story.pings("provider")] == ["tom", "tess", "tom"]
