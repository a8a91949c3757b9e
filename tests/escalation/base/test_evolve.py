from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import msgspec
import pytest

from escalation.base.evolve import replace
from escalation.base.timers import ArmedTimers
from tests.store.records import NOON, incident, report


def test_a_copy_is_as_the_standard_librarys() -> None:
    for record in (incident(), report(), ArmedTimers().set("a", NOON)):
        name = dataclasses.fields(record)[0].name
        value = getattr(record, name)
        assert replace(record, **{name: value}) == record
        assert replace(record, **{name: value}) is not record
    changed = replace(incident(), title="other", version=7)
    assert changed == dataclasses.replace(incident(), title="other", version=7)
    assert incident().title == "VPN"


def test_a_copy_is_frozen_and_knows_its_fields() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(incident(), title="x").title = "y"
    with pytest.raises(TypeError, match="colour"):
        replace(incident(), colour="red")


@dataclass(frozen=True, slots=True)
class One:
    only: int


@dataclass(frozen=True)
class WithoutSlots:
    only: int


def test_one_field_is_enough_and_slots_are_not_needed() -> None:
    assert replace(One(1), only=2) == One(2)
    assert replace(WithoutSlots(1), only=2) == WithoutSlots(2)


@dataclass(frozen=True)
class Later:
    first: int
    second: int = 0


def test_a_field_that_an_older_version_did_not_store_can_be_changed() -> None:
    old = msgspec.json.decode(b'{"first": 1}', type=Later)
    assert replace(old, second=2) == Later(1, 2)
    with pytest.raises(TypeError, match="third"):
        replace(old, third=3)
