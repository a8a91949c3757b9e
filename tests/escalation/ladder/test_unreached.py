"""Nobody reachable is never silent: the next is called at once (Rules ESC-5, ESC-8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.contract import CLIENT, PROVIDER
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.commands.ladder import StepDown
from escalation.ladder import climbing
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, person
from escalation.messages.effects import Effect
from escalation.messages.incident import IncidentNews
from escalation.messages.ladder import NobodyReachable, Ping
from escalation.messages.undelivered import NotTold
from tests.agreement import agreement
from tests.escalation.ladder.climbing import Story


def lost(story: Story, call: Effect, *, why: str = "no_slack_account", **more: object) -> None:
    """The dispatcher could not deliver that call."""
    story.memory.do(
        RecordDelivery(
            contract=story.contract.id,
            subject="INC-0001",
            meaning=call.meaning,
            to=call.to,
            delivered=False,
            why=why,
            **more,
        ),
        story.now,
    )


def last_call(story: Story, side: str = PROVIDER) -> Effect:
    return [e for e in story.effects(Ping.topic) if e.facts["side"] == side][-1]


def test_esc_5_a_call_that_no_way_delivers_goes_to_the_next_person_at_once() -> None:
    story = Story().begin()
    lost(story, last_call(story))
    assert story.pings(PROVIDER) == [(0, "tom"), (0, "tess")]
    story.wait(5)
    assert story.pings(PROVIDER) == [(0, "tom"), (0, "tess"), (5, "tess")], "tess has her time"
    assert story.pings(CLIENT)[0] == (0, "olga")
    assert "ladder.unreached" in story.actions()


def test_esc_5_the_person_named_and_the_room_are_told_why() -> None:
    story = Story().begin()
    lost(story, last_call(story))
    told = story.effects(NotTold.topic)
    assert {e.to for e in told} == {PROVIDER_ROOM, person("dan")}
    assert {(e.facts["whom"], e.facts["why"], e.facts["next"]) for e in told} == {
        ("person/tom", "no_slack_account", "tess")
    }


def test_esc_5_where_nobody_of_a_rung_is_reached_the_next_rung_is_called_at_once() -> None:
    story = Story().begin()
    lost(story, last_call(story))
    lost(story, last_call(story))
    assert story.escalation().rung == 1
    assert story.escalation().rung_why == "nobody_reachable"
    assert story.pings(PROVIDER)[-1] == (0, "sam")
    assert story.pings(CLIENT)[-1] == (0, "hana")
    assert [e.to for e in story.effects(NobodyReachable.topic)] == [person("dan")]


def test_esc_5_whoever_was_reached_before_keeps_the_rung_from_being_called_unreachable() -> None:
    story = Story().begin().wait(10)  # tom was called twice, then tess
    assert last_call(story).to == person("tess")
    lost(story, last_call(story))
    assert (story.escalation().rung, story.escalation().rung_why) == (1, "nobody_answered")
    assert not story.effects(NobodyReachable.topic)


def test_esc_5_at_the_top_it_is_repeated_at_its_interval_and_never_in_a_loop() -> None:
    rules = replace(agreement().escalation, at_top="top")
    story = Story(agreement(escalation=rules))
    story.rule(climbing.start, ladder=CLIENT, reason="x", rung=3)
    before = len(story.pings())
    lost(story, last_call(story))
    assert len(story.pings()) == before
    assert story.effects(NobodyReachable.topic)
    story.wait(14)
    assert story.pings(PROVIDER)[-1] == (0, "bea")
    story.wait(2)
    assert story.pings(PROVIDER)[-1] == (15, "bea"), "the next round tries again"


def test_esc_5_told_twice_it_is_done_once() -> None:
    story = Story().begin()
    call = last_call(story)
    lost(story, call)
    state = story.incident
    lost(story, call)
    assert replace(story.incident, version=state.version) == state
    assert len(story.effects(NotTold.topic)) == 2


def test_esc_7_news_of_a_call_that_is_past_moves_nothing() -> None:
    story = Story().begin()
    first = last_call(story)
    story.wait(5)
    assert len(story.pings(PROVIDER)) == 2
    pings, alarms = story.pings(), story.incident.alarms
    lost(story, first)
    assert story.pings() == pings
    assert story.incident.alarms == alarms


def test_esc_7_a_rung_entered_anew_is_not_moved_by_a_call_of_before() -> None:
    story = Story().begin()
    first = last_call(story)
    story.wait(1)
    story.escalate("tom")
    story.wait(1)
    story.do(StepDown, "sam", ladder=CLIENT, reason="x")
    pings = story.pings()
    lost(story, first)
    assert story.pings() == pings
    assert "ladder.unreached" not in story.actions()


def test_esc_6_once_somebody_acknowledged_nobody_else_is_called() -> None:
    story = Story().begin()
    call = last_call(story)
    story.acknowledge("tess", ladder=CLIENT)
    pings = story.pings()
    lost(story, call)
    assert story.pings() == pings


def test_esc_8_nothing_moves_while_another_way_is_still_tried() -> None:
    story = Story().begin()
    lost(story, last_call(story), otherwise=True)
    assert story.pings(PROVIDER) == [(0, "tom")]
    assert not story.effects(NotTold.topic)
    assert "message.undelivered" in story.actions()
    lost(story, last_call(story), way="mail", why="mail_refused")
    assert story.pings(PROVIDER)[-1] == (0, "tess")


@pytest.mark.parametrize(("informed", "room"), [(True, SHARED_ROOM), (False, PROVIDER_ROOM)])
def test_inc_7_the_shared_room_hears_of_a_client_not_told_only_once_the_client_knows(
    informed: bool, room: str
) -> None:
    story = Story(client_informed=informed)
    message = IncidentNews(action="incident.taken", by="tom")
    news = Effect(meaning=message, contract="acme", subject="INC-0001", to=person("rita"))
    lost(story, news)
    lost(story, news)
    assert [e.to for e in story.effects(NotTold.topic)] == [room], "said once"


def test_a_notice_that_fails_raises_no_other() -> None:
    story = Story().begin()
    lost(story, last_call(story))
    before = len(story.effects(NotTold.topic))
    for notice in story.effects(NotTold.topic):
        lost(story, notice)
    assert len(story.effects(NotTold.topic)) == before
