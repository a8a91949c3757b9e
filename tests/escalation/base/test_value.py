"""Values: what a dataclass promises, and classes made with a decorator beside them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields, replace

import pytest

from escalation.base.value import Value


class Call(Value):
    person: str
    number: int = 1


class Page(Call):
    """No field of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Call):
    """As those of long ago are declared."""

    street: str = "Main"


def test_a_value_is_known_by_its_fields_in_whatever_order_they_are_given() -> None:
    one, same = Call(number=2, person="tom"), Call(person="tom", number=2)
    assert one == same
    assert hash(one) == hash(same)
    assert repr(one) == "Call(person='tom', number=2)"
    assert Call(person="tom").number == 1
    assert replace(one, number=3) == Call(person="tom", number=3)
    assert Page(person="tom", number=2) != one
    assert [field.name for field in fields(Page)] == ["person", "number"]
    assert Letter(person="tom") == Letter(person="tom", street="Main")


def test_a_value_is_whole_and_stays_so() -> None:
    with pytest.raises(TypeError, match=r"Call lacks, .* person"):
        Call(number=2)  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match=r"Page .*does not have, colour"):
        Page(person="tom", colour="red")  # type: ignore[call-arg]  # as above
    with pytest.raises(FrozenInstanceError):
        Call(person="tom").number = 2  # type: ignore[misc]  # as above
