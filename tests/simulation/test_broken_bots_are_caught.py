"""A bot that is broken on purpose plays a short story, and the invariants notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from bot.clock import Wall
from bot.delivery.crisis_rooms import Rooms
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcomes import Outcomes
from bot.directory.directory import Directory
from bot.slack.posts import MessageReference, Posts
from escalation.messages.ladder import Ping
from store.queues import timers as queues_timers
from store.queues.timers import Fired, Timers
from store.transaction import outbox_order, transaction
from store.transaction.transaction import SqlTransaction
from tests.scenarios.scene import RIVAGE
from tests.simulation import memories
from tests.simulation.facts import minutes
from tests.simulation.foreseen import plan_comes_true
from tests.simulation.invariants import broken
from tests.simulation.machine import Machine
from tests.simulation.memories import prepare
from tests.simulation.story import WEDNESDAY, Stage, facts_of
from tests.simulation.wires import play
from tests.simulation.world import World

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


# ── what is played ───────────────────────────────────────────────────────────────────────────


async def _types(stage: Stage, person: str, line: str) -> None:
    command, _, words = line.partition(" ")
    room = stage.contract.rooms.shared
    result = await stage.person(person).command(command, words, channel=room)
    assert result.ok, result.error
    await stage.settle()


async def nobody_answers(stage: Stage) -> None:
    await _types(stage, "antoine-mercier", '/incident open "MARK1Z" component=vpn severity=1')
    await stage.after(minutes=40)


async def nobody_answers_for_a_moment(stage: Stage) -> None:
    await _types(stage, "antoine-mercier", '/incident open "MARK1Z" component=vpn severity=1')
    await stage.after(minutes=3)


async def the_clock_jumps(stage: Stage) -> None:
    await _types(stage, "antoine-mercier", '/incident open "MARK1Z" component=vpn severity=1')
    stage.clock.move_to(stage.clock.now() + timedelta(minutes=40))
    await stage.settle()


async def slack_answers_too_late_once(stage: Stage) -> None:
    stage.world.workspace.faults.add("chat.postMessage", "done_but_no_answer", times=1)
    await nobody_answers(stage)


async def a_crisis_is_asked_and_accepted(stage: Stage) -> None:
    stage.world.workspace.faults.add("conversations.create", "done_but_no_answer", times=1)
    await _types(stage, "claire-vasseur", '/crisis ask "MARK1Z"')
    await _types(stage, "isabelle-fontaine", "/crisis accept CRI-0001")
    await stage.after(minutes=5)


# ── what is broken ───────────────────────────────────────────────────────────────────────────


def it_loses_timers(patch: Patch) -> None:
    save = transaction.save_timers

    def lossy(connection: Any, changes: Any) -> Any:
        armed = save(connection, changes)
        connection.execute(
            delete(queues_timers.timers).where(queues_timers.timers.c.name.like("%/settle"))
        )
        return armed

    patch.setattr(transaction, "save_timers", lossy)


def it_rings_before_the_time(patch: Patch) -> None:
    fire = Timers.fire
    soon = timedelta(minutes=20)
    patch.setattr(
        Timers, "fire", lambda self, now, fire_timer, limit: fire(self, now + soon, fire_timer)
    )


def it_never_rings(patch: Patch) -> None:
    async def nothing(*_: Any, **__: Any) -> Fired:
        return Fired()

    patch.setattr(Timers, "fire", nothing)


def it_stumbles_over_alarms(patch: Patch) -> None:
    def fire_timer(*_: Any) -> bool:
        raise ValueError("a bug")

    patch.setattr("escalation.perform.fire", fire_timer)


def it_forgets_lines(patch: Patch) -> None:
    append = SqlTransaction.append
    patch.setattr(
        SqlTransaction,
        "append",
        lambda tx, lines: append(tx, [x for x in lines if not x.action.startswith("ladder.")]),
    )


def it_writes_letters_for_another_contract(patch: Patch) -> None:
    send = SqlTransaction.send
    patch.setattr(
        SqlTransaction,
        "send",
        lambda tx, effects: send(tx, [replace(e, contract="littoral") for e in effects]),
    )


def it_writes_no_calls(patch: Patch) -> None:
    send = SqlTransaction.send
    patch.setattr(
        SqlTransaction,
        "send",
        lambda tx, effects: send(tx, [e for e in effects if e.topic != Ping.topic]),
    )


def it_sends_twice(patch: Patch) -> None:
    post = Posts.post

    async def twice(posts: Posts, channel: str, message: Any, rendered: Any) -> MessageReference:
        await post(posts, channel, message, rendered)
        return await post(posts, channel, message, rendered)

    patch.setattr(Posts, "post", twice)


def it_does_not_look_before_it_sends_again(patch: Patch) -> None:
    async def nothing(*_: Any) -> None:
        return {}

    patch.setattr(Posts, "find", nothing)


def it_only_says_that_it_sent(patch: Patch) -> None:
    async def said(_posts: Posts, channel: str, *_: Any) -> MessageReference:
        return MessageReference(channel, "1.000001")

    patch.setattr(Posts, "post", said)


def it_sends_to_somebody_else(patch: Patch) -> None:
    reach = Directory.reach

    async def wrong(directory: Directory, contract: str, person: Any, *, urgent: bool) -> str:
        mail = person.email.replace("rivage.example", "littoral.example")
        return await reach(directory, contract, replace(person, email=mail), urgent=urgent)

    patch.setattr(Directory, "reach", wrong)


def it_never_sends(patch: Patch) -> None:
    async def nothing(*_: Any) -> list[Any]:
        return []

    patch.setattr(Dispatcher, "_claim", nothing)


def it_does_not_record_what_arrived(patch: Patch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(Outcomes, "_journal", nothing)


def it_sends_the_newest_first(patch: Patch) -> None:
    newest = outbox_order._READY.replace(
        "ORDER BY m.rank, m.id LIMIT 1", "ORDER BY m.id DESC LIMIT 1"
    )
    assert newest != outbox_order._READY
    for name, order in (("_BY_RANK", outbox_order._GRAVEST), ("_BY_AGE", outbox_order._OLDEST)):
        patch.setattr(
            outbox_order, name, outbox_order._rows(newest + order, "outbox", "now", "settled")
        )


def it_does_not_know_its_own_room(patch: Patch) -> None:
    async def nothing(*_: Any) -> None:
        return None

    patch.setattr(Rooms, "_ours", nothing)


Break = Callable[[Patch], None]
BROKEN: list[tuple[Break, Callable[[Stage], Any], str]] = [
    (it_loses_timers, nobody_answers, "timers_are_the_alarms"),
    (it_rings_before_the_time, nobody_answers, "no_timer_early_none_late"),
    (it_never_rings, the_clock_jumps, "no_timer_early_none_late"),
    (it_stumbles_over_alarms, nobody_answers, "no_bug_in_the_log"),
    (it_forgets_lines, nobody_answers, "the_journal_is_whole"),
    (
        it_writes_letters_for_another_contract,  # nobody can read them, and each is tried on
        nobody_answers_for_a_moment,
        "nothing_crosses_contracts",
    ),
    (it_writes_no_calls, nobody_answers, "every_ping_arrived"),
    (it_sends_twice, nobody_answers, "no_message_more_than_repeats"),
    (
        it_does_not_look_before_it_sends_again,
        slack_answers_too_late_once,
        "no_message_more_than_repeats",
    ),
    (it_only_says_that_it_sent, nobody_answers, "every_message_sent_stands"),
    (it_sends_to_somebody_else, nobody_answers, "nothing_crosses_contracts"),
    (it_never_sends, the_clock_jumps, "every_letter_came_to_an_end"),
    (it_does_not_record_what_arrived, nobody_answers, "every_call_is_on_record"),
    (it_sends_the_newest_first, the_clock_jumps, "conversations_keep_their_order"),
    (it_does_not_know_its_own_room, a_crisis_is_asked_and_accepted, "rooms_open_once"),
]


@pytest.mark.parametrize(
    ("breaks", "act", "invariant"), BROKEN, ids=[breaks.__name__ for breaks, _, _ in BROKEN]
)
def test_a_broken_bot_is_caught(
    breaks: Break, act: Callable[[Stage], Any], invariant: str, monkeypatch: Patch
) -> None:
    breaks(monkeypatch)
    facts, _ = facts_of(act, at=WEDNESDAY)
    found = broken(facts)
    assert invariant in {line.partition(":")[0] for line in found}, found


@pytest.mark.parametrize(
    "act", sorted({act for _, act, _ in BROKEN}, key=str), ids=lambda act: act.__name__
)
def test_a_bot_that_is_not_broken_is_not_blamed(act: Callable[[Stage], Any]) -> None:
    facts, _ = facts_of(act, at=WEDNESDAY)
    assert not broken(facts)
    assert facts.outgoing_messages


# ── replicas ─────────────────────────────────────────────────────────────────────────────────


def they_trust_the_clocks_of_their_machines(patch: Patch) -> None:
    patch.setattr(Wall, "follow", lambda *_: None)


def test_replicas_that_trust_the_clocks_of_their_machines_are_caught(monkeypatch: Patch) -> None:
    monkeypatch.setattr(memories, "SKEWS_SECONDS", (7200.0,))
    they_trust_the_clocks_of_their_machines(monkeypatch)
    facts, _ = facts_of(nobody_answers, at=WEDNESDAY, replicas=2)
    assert any(line.startswith("no_timer_early_none_late") for line in broken(facts))


def test_replicas_on_machines_whose_clocks_are_wrong_are_not_blamed(monkeypatch: Patch) -> None:
    monkeypatch.setattr(memories, "SKEWS_SECONDS", (7200.0, -86_400.0))
    facts, _ = facts_of(nobody_answers, at=WEDNESDAY, replicas=3)
    assert not broken(facts)
    assert facts.outgoing_messages


# ── where nobody acts ────────────────────────────────────────────────────────────────────────


def _plan_against_history() -> list[str]:
    async def whole(machine: Machine, rng: Random) -> list[str]:
        with minutes():
            start = datetime.fromisoformat("2026-06-12T17:40:00+02:00")
            async with World(machine, contracts=[RIVAGE], at=start) as world:
                await world.start("one")
                return await plan_comes_true(world, rng, lambda _line: None)

    return list(play(3, whole))


def test_the_plan_comes_true() -> None:
    assert not _plan_against_history()


def test_calls_that_the_plan_does_not_know_of_are_reported(monkeypatch: Patch) -> None:
    monkeypatch.setattr("escalation.plan.run_ahead.plan", lambda *_, **__: [])
    found = _plan_against_history()
    assert found
    assert all("the plan does not say so" in line for line in found)


def test_calls_that_were_planned_and_not_made_are_reported(monkeypatch: Patch) -> None:
    it_writes_no_calls(monkeypatch)
    found = _plan_against_history()
    assert found
    assert all("it did not happen" in line for line in found)
