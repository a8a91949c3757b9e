"""What a timer's name is, and a timer as a rule answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar


@dataclass(frozen=True)
class TimerName:
    """A name: unique within the record. `text` has a place for each key."""

    text: ClassVar[str]

    def __str__(self) -> str:
        return self.text.format_map(vars(self))

    @property
    def word(self) -> str:
        """The first word of the text."""
        return self.text.partition("/")[0]


@dataclass(frozen=True)
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
