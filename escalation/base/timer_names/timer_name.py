"""The type of a timer's name, and a timer as a rule answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar, dataclass_transform

from escalation.base.value import Value


@dataclass_transform(frozen_default=True)  # their keys are given in order
class TimerName(Value):
    """A name: unique within the record. `text` has a place for each key.

    One that `repeats` is armed anew each time it fires, for as long as nothing else happens.
    """

    text: ClassVar[str]
    repeats: ClassVar[bool] = False

    def __str__(self) -> str:
        return self.text.format_map(vars(self))

    @property
    def word(self) -> str:
        """The first word of the text."""
        return self.text.partition("/")[0]


class Unknown(TimerName):
    """The name of a timer that another version armed: it is kept, and nothing is done."""

    text = "{name}"
    name: str

    @property
    def word(self) -> str:
        """No word of ours."""
        return "unknown"


N = TypeVar("N", bound=TimerName)


@dataclass(frozen=True, kw_only=True)
class Timer(Generic[N]):
    """A timer as a rule answers it. `due` is aware UTC."""

    name: N
    due: datetime
