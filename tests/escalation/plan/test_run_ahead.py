"""The plan is the real rules run ahead (design, decision 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from escalation.base.durations import Clock, Duration
from escalation.base.refusals import BadValue, NotFound
from escalation.contract import Contract
from escalation.decision.commands import incident as c
from escalation.messages.effects import Message
from escalation.messages.incident import DelayNotice, Priority1Notice, TargetMissed, TargetWarning
from escalation.messages.ladder import NobodyReachable, Ping
from escalation.plan.memory import Memory
from escalation.plan.run_ahead import Step, plan, plan_of
from escalation.records.incident import Priority
from tests.agreement import TOWARDS_CLIENT, agreement, paris
from tests.escalation.ladder.climbing import MORNING, Story, absent

SUNDAY_NIGHT = paris("2026-07-19 23:30")
FRIDAY_EVENING = paris("2026-07-17 17:50")


def calls(steps: list[Step], ladder: str = "client") -> list[tuple[str, str]]:
    return [(s.who, s.side) for s in steps if s.how == Ping.topic and s.ladder == ladder]


def test_a_plan_begins_with_the_on_call_path_by_night() -> None:
    steps = plan(agreement(), priority=1, at=SUNDAY_NIGHT)
    pings = [s for s in steps if s.how == Ping.topic]
    assert [(s.at, s.who, s.level, s.number, s.clock) for s in pings[:4]] == [
        (SUNDAY_NIGHT, "nia", 1, 1, None),
        (SUNDAY_NIGHT, "olga", 1, 1, None),
        (SUNDAY_NIGHT + timedelta(minutes=5), "nia", 1, 2, Clock.ROUND_THE_CLOCK),
        (SUNDAY_NIGHT + timedelta(minutes=5), "olga", 1, 2, Clock.ROUND_THE_CLOCK),
    ]
    assert pings[0].why == "trigger:priority_1_opened"
    assert pings[0].informed_by == "escalade"


def at_top(what: Literal["ladder", "top"]) -> Contract:
    return agreement(escalation=replace(agreement().escalation, at_top=what))


def test_a_plan_reaches_every_level_and_ends_when_the_top_repeated_twice() -> None:
    steps = plan(at_top("top"), priority=1, at=SUNDAY_NIGHT)
    assert {s.level for s in steps if s.how == Ping.topic} == {1, 2, 3, 4}
    assert [s.number for s in steps if s.who == "bea"] == [1, 2, 3, 4, 5, 6]
    assert {s.how for s in steps} >= {
        Priority1Notice.topic, TargetWarning.topic, TargetMissed.topic, DelayNotice.topic,
    }  # fmt: skip


def test_a_plan_ends_where_the_whole_ladder_is_called_anew() -> None:
    steps = plan(at_top("ladder"), priority=1, at=SUNDAY_NIGHT)
    assert [s.number for s in steps if s.who == "bea"] == [1, 2]
    anew = [s.who for s in steps if s.why == "called_anew"]
    assert (anew[0], set(anew)) == ("nia", {"nia", "olga", "tom", "otto"})


def test_a_plan_of_priority_3_runs_on_coverage_hours() -> None:
    steps = plan(agreement(), priority=3, at=FRIDAY_EVENING)
    first = next(s for s in steps if s.how == Ping.topic)
    assert (first.at, first.why) == (
        paris("2026-07-20 11:20"), "trigger:acknowledgement_missed",
    )  # fmt: skip
    assert first.clock is Clock.COVERAGE
    assert all(s.at >= paris("2026-07-20 07:30") for s in steps)


def test_a_plan_of_priority_4_ends_though_nothing_escalates() -> None:
    steps = plan(agreement(), priority=4, at=FRIDAY_EVENING)
    assert not [s for s in steps if s.how == Ping.topic]
    assert steps[-1].how == TargetMissed.topic


def test_a_horizon_ends_the_plan() -> None:
    steps = plan(agreement(), priority=1, at=SUNDAY_NIGHT, horizon=timedelta(minutes=10))
    assert max(s.at for s in steps) == SUNDAY_NIGHT + timedelta(minutes=10)
    longer = plan(agreement(), priority=1, at=SUNDAY_NIGHT, horizon=timedelta(hours=6))
    assert len([s for s in longer if s.who == "bea"]) > 6


def test_a_plan_with_a_component_goes_through_its_scheme() -> None:
    steps = plan(agreement(), priority=1, at=MORNING, component="vpn")
    assert calls(steps)[:2] == [("tom", "provider"), ("olga", "client")]
    by_hand = plan(agreement(), priority=1, at=MORNING, component="kiosk")
    assert calls(by_hand) == calls(steps)


@pytest.mark.parametrize("chosen", [{"ladder": "network"}, {"supplier": "network"}])
def test_a_plan_up_a_suppliers_ladder(chosen: dict[str, str]) -> None:
    steps = plan(agreement(), priority=2, at=MORNING, **chosen)
    assert calls(steps, "network")[:2] == [("tom", "provider"), ("nora", "network")]
    assert {s.who for s in steps if s.side == "network"} == {"nora", "rex"}


def test_a_plan_does_not_climb_a_ladder_that_started_by_itself() -> None:
    plain = plan(agreement(), priority=1, at=MORNING)
    assert plan(agreement(), priority=1, at=MORNING, ladder="client") == plain


def test_a_plan_shows_who_is_told_when_nobody_is_reachable() -> None:
    contract = absent(agreement(), "hana")
    steps = plan(contract, priority=1, at=MORNING)
    told = [s for s in steps if s.how == NobodyReachable.topic]
    assert [(s.who, s.side, s.level) for s in told] == [("dan", "client", 2)]


def test_a_plan_refuses_what_the_contract_does_not_know() -> None:
    with pytest.raises(BadValue, match="priority_out_of_range"):
        plan(agreement(), priority=5, at=MORNING)
    with pytest.raises(NotFound, match="unknown_ladder"):
        plan(agreement(), priority=1, at=MORNING, ladder="moon")
    with pytest.raises(NotFound, match="unknown_supplier"):
        plan(agreement(), priority=1, at=MORNING, supplier="moon")
    with pytest.raises(NotFound, match="unknown_component"):
        plan(agreement(), priority=1, at=MORNING, component="moon")


def test_a_plan_is_what_then_happens() -> None:
    contract = agreement()
    steps = plan(contract, priority=1, at=MORNING, horizon=timedelta(hours=5))
    memory = Memory(contract)
    opening = c.OpenIncident(contract="acme", by="hal", title="Real", requester="otto")
    incident = memory.do(opening, MORNING)
    by_hand = c.SetPriority(
        contract="acme", by="sam", incident=incident, level=1, reason="everything is down"
    )
    memory.do(by_hand, MORNING)
    memory.advance(MORNING + timedelta(hours=5))
    told = [(at, e) for at, e in memory.outbox if isinstance(e.meaning, Message)]
    happened = [(at, e.to.person, e.topic) for at, e in told if e.to.person]
    assert [(s.at, s.who, s.how) for s in steps] == happened


def test_the_plan_of_a_running_incident_starts_from_where_it_stands() -> None:
    story = Story().begin().wait(22)
    steps = plan_of(story.contract, story.incident, story.now)
    assert calls(steps)[:2] == [("sam", "provider"), ("hana", "client")]
    assert steps[0].at == MORNING + timedelta(minutes=25)
    story.acknowledge("sam")
    later = plan_of(story.contract, story.incident, story.now)
    assert ("sam", "provider") not in calls(later)[:2]
    assert story.escalation().rung == 1


def test_the_plan_of_a_quiet_incident_is_empty() -> None:
    contract: Contract = agreement(ladders=(TOWARDS_CLIENT,))
    quiet = replace(Story(contract).incident, priority=Priority(level=4))
    assert plan_of(contract, quiet, MORNING) == []


def test_the_plan_of_an_incident_says_at_once_what_is_overdue() -> None:
    story = Story().begin()
    story.sleep(7)
    steps = plan_of(story.contract, story.incident, story.now)
    assert steps[0].at == story.now


def test_a_plan_of_a_taken_top_does_not_run_for_ever() -> None:
    story = Story(agreement(ladders=(replace(TOWARDS_CLIENT, rungs=TOWARDS_CLIENT.rungs[3:]),)))
    story.begin().acknowledge("bea")
    story.acknowledge("eve")
    steps = plan_of(story.contract, story.incident, story.now)
    assert [s.who for s in steps] == ["bea", "eve"]


def test_the_plan_of_a_long_unanswered_top_still_shows_what_comes() -> None:
    story = Story(agreement(ladders=(replace(TOWARDS_CLIENT, rungs=TOWARDS_CLIENT.rungs[3:]),)))
    story.begin().wait(60 * 5)
    steps = plan_of(story.contract, story.incident, story.now)
    assert 2 <= len([s for s in steps if s.who == "bea"]) <= 6


def test_a_repetition_is_shown_on_the_clock_that_the_contract_gives_it() -> None:
    """What the timer recorded when it was armed, not what the rung's calls run on."""
    rules = agreement().escalation
    repeated = replace(rules, repeat_at_top=Duration.parse("1h coverage"), at_top="top")
    steps = plan(agreement(escalation=repeated), priority=1, at=SUNDAY_NIGHT)
    pings = [s for s in steps if s.how is Ping.topic and s.who == "bea"]
    assert [s.clock for s in pings] == [
        Clock.ROUND_THE_CLOCK, Clock.ROUND_THE_CLOCK,
        Clock.COVERAGE, Clock.ROUND_THE_CLOCK,
        Clock.COVERAGE,
    ]  # fmt: skip


def test_inc_14_a_plan_ends_though_somebody_is_kept_informed() -> None:
    """What repeats for as long as nobody acts must not keep a plan running for months."""
    steps = plan(agreement(), priority=1, at=MORNING)
    assert steps[-1].at < MORNING + timedelta(days=1)


def test_org_2_a_plan_says_of_whoever_is_told_the_level_of_their_own_post() -> None:
    first, second, *rest = agreement().echelons
    first = replace(first, provider=replace(first.provider, people=("tom", "sam")))
    second = replace(second, client=replace(second.client, people=("hana", "otto")))
    contract = agreement(echelons=(first, second, *rest))
    steps = plan(contract, priority=2, at=paris("2026-07-15 10:00"), component="mail")
    told = {(step.who, step.level) for step in steps if step.ladder is None}
    assert {each for each in told if each[0] in {"sam", "otto"}} == {("sam", 2), ("otto", 1)}, (
        "the level whose post is theirs, else the lowest that names them"
    )
