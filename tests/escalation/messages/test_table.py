"""Messages as the outbox keeps them: today's keys, and what other versions wrote."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from escalation.messages import table
from escalation.messages.crisis import CrisisMembers
from escalation.messages.destinations import (
    PROVIDER_ROOM,
    SHARED_ROOM,
    Destination,
    To,
    crisis_room,
    person,
)
from escalation.messages.effects import Meaning
from escalation.messages.ladder import Ping
from escalation.messages.room_actions import Invite
from escalation.messages.undelivered import NotTold

NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)
SAMPLES = {
    "str": "Zoé", "int": 2, "int | None": 60, "bool": True, "tuple[str, ...]": ("tom", "tess"),
    "datetime | None": NOON, "Destination": person("tom"),
}  # fmt: skip


@pytest.mark.parametrize("kind", table.MEANINGS.values(), ids=lambda kind: kind.topic)
def test_what_is_stored_is_read_as_it_was_written(kind: type[Meaning]) -> None:
    given = kind(**{each.name: SAMPLES[str(each.type)] for each in fields(kind)})
    assert set(given.facts) == {each.name for each in fields(kind)}
    stored = json.loads(json.dumps(given.facts))
    assert table.read(kind.topic, stored) == given
    assert table.read(kind.topic, stored | {"of_another_version": "x"}) == given


@pytest.mark.parametrize("kind", table.MEANINGS.values(), ids=lambda kind: kind.topic)
def test_facts_that_an_earlier_version_did_not_write_are_empty(kind: type[Meaning]) -> None:
    read = table.read(kind.topic, {"person": "tom"})
    rest = {each.name: getattr(read, each.name) for each in fields(kind)}
    assert not any(
        value for name, value in rest.items() if name not in {"person", "people", "whom", "room"}
    )


def test_what_the_version_before_left_in_the_outbox_is_told_in_its_words_of_today() -> None:
    told = table.read("informed_on_behalf", {"told": ["eve"]})
    assert told == CrisisMembers(told=("eve",))


def test_a_call_is_stored_under_the_keys_of_always() -> None:
    call = Ping(
        ladder="towards-client", rung=0, level=1, level_name="Team", side="provider", number=1,
        called=NOON, reason="down", why="started",
    )  # fmt: skip
    assert (call.topic, call.facts) == (
        "ping",
        {
            "ladder": "towards-client", "rung": 0, "level": 1, "level_name": "Team",
            "side": "provider", "number": 1, "called": "2026-07-15T12:00:00+00:00",
            "reason": "down", "why": "started",
        },
    )  # fmt: skip


def test_whom_a_message_did_not_reach_is_stored_as_a_destination() -> None:
    lost = NotTold(whom=person("tom"), about="ping", why="user_disabled")
    assert lost.facts["whom"] == "person/tom"


def test_an_invitation_of_one_that_an_earlier_version_wrote_is_understood() -> None:
    assert table.read("invite", {"person": "rex"}) == Invite(people=("rex",))


def test_a_topic_of_a_later_version_is_not_taken_for_another() -> None:
    with pytest.raises(LookupError):
        table.read("of_tomorrow", {})


@pytest.mark.parametrize(
    ("stored", "to"),
    [
        ("person/claire.martin", person("claire.martin")),
        ("room/shared", SHARED_ROOM),
        ("room/provider", PROVIDER_ROOM),
        ("crisis/CRI-0003", crisis_room("CRI-0003")),
        ("mail/claire.martin", Destination(To.PERSON, "claire.martin", "mail")),
    ],
)
def test_destinations_are_stored_as_always(stored: str, to: Destination) -> None:
    assert Destination.read(stored) == to
    assert str(to) == stored
