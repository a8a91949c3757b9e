"""Timers survive, fire in order, never early, and say how late (Rule ESC-7)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.durations import Duration
from escalation.base.refusals import Refusal
from escalation.base.timer_names.ladder import LadderTimer
from escalation.contract import PROVIDER
from escalation.decision.beats import next_repeat
from escalation.decision.commands import ladder as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.ladder import climbing, firing
from escalation.messages.ladder import Ping
from tests.agreement import TOWARDS_CLIENT, agreement, paris
from tests.escalation.ladder.climbing import Story, away, with_people

TOP_ONLY = agreement(ladders=(replace(TOWARDS_CLIENT, rungs=TOWARDS_CLIENT.rungs[3:]),))


def test_esc_7_never_early() -> None:
    story = Story().begin()
    timer = story.incident.alarms.get("ladder/client/call/provider")
    assert timer is not None
    context = Context(now=timer.due - timedelta(microseconds=1), contract=story.contract)
    with pytest.raises(ValueError, match="not yet"):
        firing.fire(context, story.incident, timer.timer)


def test_esc_7_a_late_call_says_how_late_and_the_plan_does_not_drift() -> None:
    story = Story().begin()
    story.acknowledge("olga")
    story.sleep(8)
    story.wake()
    ping = story.effects(Ping.topic)[-1]
    assert (story.pings("provider")[-1], ping.facts["late"]) == ((8, "tom"), 180)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:10")
    line = story.memory.chain[-1].line
    assert (line.action, line.facts["late"]) == ("ladder.pinged", 180)


def test_esc_7_a_moment_of_lateness_is_not_worth_a_word() -> None:
    story = Story().begin()
    story.sleep(5 + 0.5 / 60)
    story.wake()
    assert "late" not in story.effects(Ping.topic)[-1].facts


def test_esc_7_the_next_rungs_times_count_from_the_plan() -> None:
    story = Story().begin()
    for by in ("tom", "olga"):
        story.acknowledge(by)
    story.sleep(63)
    story.wake()
    assert story.pings()[2:] == [(63, "sam"), (63, "hana")]
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 11:05")
    assert story.escalation().rung_started_at == paris("2026-07-15 11:00")
    assert story.due("ladder/client/settle") == paris("2026-07-15 12:00")


def test_esc_7_a_ladder_that_starts_late_counts_from_when_it_should_have() -> None:
    story = Story()
    context = Context(now=story.now, contract=story.contract, late=timedelta(minutes=2))
    incident = climbing.start(
        context, story.incident, ladder="client", reason="trigger:acknowledgement_missed"
    )
    assert {e.facts["late"] for e in context.decision.effects if e.topic == Ping.topic} == {120}
    call = incident.alarms.get("ladder/client/call/provider")
    settle = incident.alarms.get("ladder/client/settle")
    assert call is not None
    assert settle is not None
    assert call.due == story.now + timedelta(minutes=3)
    assert settle.due == story.now + timedelta(minutes=58)


def test_esc_7_a_new_priority_counts_from_when_a_late_call_was_planned() -> None:
    story = Story().begin()
    story.sleep(8)
    story.wake()
    story.qualify(2)
    assert story.due("ladder/client/call/provider") == paris("2026-07-15 10:20")


def test_esc_7_what_came_due_while_down_fires_in_order_and_once() -> None:
    story = Story().begin().begin("network")
    story.sleep(12)
    story.wake()
    assert story.pings()[4:] == [(12, "tom"), (12, "olga"), (12, "tom"), (12, "nora")]
    assert [e.facts["late"] for e in story.effects(Ping.topic)[4:]] == [420, 420, 120, 120]
    story.wake()
    assert len(story.pings()) == 8


def test_esc_7_who_is_called_late_still_has_time_to_answer() -> None:
    story = Story().begin()
    for by in ("tom", "olga"):
        story.acknowledge(by)
    story.sleep(60 * 5 + 2)
    story.wake()
    assert story.pings()[2:] == [(302, "sam"), (302, "hana")]
    assert story.due("ladder/client/call/client") == story.start + timedelta(minutes=305)
    assert story.due("ladder/client/settle") == story.start + timedelta(minutes=360)
    story.qualify(1)
    assert story.due("ladder/client/settle") == story.start + timedelta(minutes=360)


def test_esc_7_repeats_missed_at_the_top_come_as_one_on_the_same_beat() -> None:
    story = Story(TOP_ONLY).begin()
    story.acknowledge("eve")
    story.sleep(60 * 24 * 3 + 1)
    story.wake()
    assert len(story.pings("provider")) == 2
    assert story.now < (due := story.due("ladder/client/call/provider") or story.start)
    assert (due - story.start) % timedelta(minutes=5) == timedelta(0)
    assert len(story.pings("client")) == 2


def test_esc_7_a_timer_of_an_older_generation_does_nothing() -> None:
    story = Story().begin()
    old = story.memory.due()
    assert old is not None
    story.acknowledge("tom")
    story.acknowledge("olga")
    story.wait(5)
    assert not story.memory.fire(old, story.now)
    assert len(story.pings()) == 2


def test_esc_7_across_the_spring_night_a_ladder_keeps_its_minutes() -> None:
    story = Story(at=paris("2026-03-29 01:58")).begin().wait(10)
    assert [at for at, _ in story.pings("provider")] == [0, 5, 10]
    assert story.due("ladder/client/settle") == story.start + timedelta(hours=1)


# ── whatever people do, and however time passes ──────────────────────────────────────────────

PEOPLE = ["tom", "tess", "sam", "sue", "dan", "bea", "olga", "otto", "hana", "cid", "eve", "hal"]

Move = tuple[str, str, str, float]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["up", "ack", "over", "add", "snooze", "down", "settle", "wait", "sleep", "priority"]
        ),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.floats(min_value=0.01, max_value=400),
    ),
    max_size=12,
)


def play(story: Story, move: Move) -> None:
    """One thing happens; what is refused changes nothing."""
    kind, by, other, minutes = move
    commands: dict[str, tuple[type[Command], dict[str, str]]] = {
        "up": (c.EscalateUp, {"reason": "stuck"}),
        "ack": (c.AcknowledgePing, {}),
        "over": (c.HandOverPing, {"to": other}),
        "add": (c.AddToRung, {"person": other}),
        "snooze": (c.SnoozeLadder, {}),
        "down": (c.StepDown, {"reason": "yours"}),
        "settle": (c.SettleLadder, {}),
    }
    if kind == "wait":
        story.wait(minutes)
    elif kind == "sleep":
        story.sleep(minutes)
        story.wake()
    elif kind == "priority":
        story.qualify(1 + int(minutes) % 4)
    else:
        command, values = commands[kind]
        with suppress(Refusal):
            story.do(command, by, **values)


def check_walk(story: Story) -> None:
    """An active walk is never lost: it waits to be settled, and for every side not yet there."""
    alarms = story.incident.alarms
    for escalation in story.incident.walks:
        mine = {a.name for a in alarms.armed if a.name.startswith(f"ladder/{escalation.ladder}/")}
        if not escalation.active:
            continue
        assert f"ladder/{escalation.ladder}/settle" in mine
        for side_calls in escalation.sides:
            armed = f"ladder/{escalation.ladder}/call/{side_calls.side}" in mine
            assert armed is (side_calls.acknowledged_by is None)
        assert 0 <= escalation.rung < len(story.contract.ladder(escalation.ladder).rungs)
    if not any(escalation.active for escalation in story.incident.walks):
        assert not any(isinstance(name, LadderTimer) for name in alarms.names)
    names = [a.name for a in alarms.armed]
    assert len(names) == len(set(names))
    assert all(a.generation <= alarms.generation for a in alarms.armed)


@settings(max_examples=60, deadline=None)
@given(moves=MOVES, level=st.integers(1, 4), gone=st.sets(st.sampled_from(PEOPLE), max_size=5))
def test_esc_7_no_sequence_of_events_loses_an_escalation(
    moves: list[Move], level: int, gone: set[str]
) -> None:
    contract = with_people(agreement(), gone, absences=(away("2026-07-15", "2026-07-16"),))
    story = Story(contract, level=level).begin()
    generation = story.incident.alarms.generation
    for move in moves:
        play(story, move)
        check_walk(story)
        assert story.incident.alarms.generation >= generation
        generation = story.incident.alarms.generation


@settings(max_examples=40, deadline=None)
@given(moves=MOVES)
def test_esc_7_no_call_comes_sooner_than_its_delay(moves: list[Move]) -> None:
    story = Story().begin()
    delay = timedelta(minutes=5)
    for move in (m for m in moves if m[0] in {"wait", "ack", "snooze"}):
        play(story, move)
    for side in ("provider", "client"):
        on_rung: dict[object, list[float]] = {}
        for at, effect in story.memory.told(Ping.topic):
            if effect.facts["side"] == side:
                on_rung.setdefault(effect.facts["rung"], []).append(at.timestamp())
        for calls in on_rung.values():
            gaps = [b - a for a, b in pairwise(calls)]
            assert all(gap >= delay.total_seconds() for gap in gaps)


@settings(max_examples=40, deadline=None)
@given(moves=MOVES)
def test_esc_1_whatever_happens_only_people_of_the_rung_are_called(moves: list[Move]) -> None:
    story = Story().begin()
    levels = {e.level: e for e in story.contract.echelons}
    for move in (m for m in moves if m[0] not in {"over", "add"}):
        play(story, move)
    for effect in story.effects(Ping.topic):
        level, side = effect.facts["level"], effect.facts["side"]
        echelon = levels[level]
        post = echelon.provider if side == PROVIDER else echelon.client
        on_call = ("ned", "nia") if post.on_call else ()
        assert effect.to.person in (*post.people, *on_call)


@settings(max_examples=40, deadline=None)
@given(minutes=st.lists(st.floats(min_value=0.01, max_value=90), max_size=12))
def test_esc_7_however_time_is_cut_the_same_people_are_called(minutes: list[float]) -> None:
    steps, whole = Story().begin(), Story().begin()
    for each in minutes:
        steps.wait(each)
    whole.memory.advance(steps.now)
    assert steps.pings() == whole.pings()
    assert steps.incident.alarms == whole.incident.alarms


@settings(max_examples=30, deadline=None)
@given(seconds=st.integers(1, 7200), every=st.integers(1, 3600))
def test_esc_7_a_beat_lies_ahead_and_on_the_beat(seconds: int, every: int) -> None:
    contract = agreement()
    due = paris("2026-07-15 10:00")
    context = Context(now=due + timedelta(seconds=seconds), contract=contract)
    for beat in (Duration(seconds=every), Duration.parse(f"{every}s coverage")):
        after = next_repeat(context, due, beat)
        assert context.now < after <= context.now + timedelta(seconds=every)
        assert (after - due) % timedelta(seconds=every) == timedelta(0)
