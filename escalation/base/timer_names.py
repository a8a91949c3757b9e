"""The names of timers: what a record can be woken for.

One class for each, with its keys as fields. Records and timer rows keep a name as text; the text
is made here (`str`) and read here (`read`), and stays as it is: rows of every version hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, Literal, TypeVar

Which = Literal["acknowledge", "restore"]


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


# ── incidents ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TargetMark(TimerName):
    """So many per cent of a target have run."""

    text = "target/{which}/{percent}"
    which: Which
    percent: int


@dataclass(frozen=True)
class VerifyChase(TimerName):
    """The requester is asked again to verify."""

    text = "verify/chase"


@dataclass(frozen=True)
class VerifySilence(TimerName):
    """The requester was silent for so long that the incident may be closed."""

    text = "verify/silence"


# ── ladders ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class LadderTimer(TimerName):
    """A timer of the escalation up a ladder."""

    ladder: str


@dataclass(frozen=True)
class NextCall(LadderTimer):
    """The next call of one side."""

    text = "ladder/{ladder}/call/{side}"
    side: str


@dataclass(frozen=True)
class SettleBy(LadderTimer):
    """The rung's time to settle is over."""

    text = "ladder/{ladder}/settle"


@dataclass(frozen=True)
class SnoozeOver(LadderTimer):
    """The end of a snooze."""

    text = "ladder/{ladder}/snooze"


# ── crises ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AnswerAwaited(TimerName):
    """A counterpart has not answered yet."""

    text = "request/answer"


@dataclass(frozen=True)
class RoomAwaited(TimerName):
    """The cell's room is not there yet."""

    text = "room/awaited"


@dataclass(frozen=True)
class ArchiveRoom(TimerName):
    """The cell's room of the pool has served."""

    text = "archive/room"


@dataclass(frozen=True)
class MemberChase(TimerName):
    """A member is missing still."""

    text = "member/{person}/chase"
    person: str


@dataclass(frozen=True)
class BriefingDue(TimerName):
    """A side's firm is to be briefed."""

    text = "inform/{side}"
    side: str


@dataclass(frozen=True)
class ActionDue(TimerName):
    """An action is due, for its owner; then also for the lead."""

    text = "action/{number}/{whom}"
    number: int
    whom: Literal["owner", "lead"]


# ── reports ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ReportReminder(TimerName):
    """The report is due soon; counted from 1."""

    text = "report/remind/{number}"
    number: int


@dataclass(frozen=True)
class LastMoment(TimerName):
    """The report goes out as it is."""

    text = "report/preliminary"


# ── reading ──────────────────────────────────────────────────────────────────────────────────


KINDS: tuple[type[TimerName], ...] = (
    TargetMark, VerifyChase, VerifySilence, NextCall, SettleBy, SnoozeOver, AnswerAwaited,
    RoomAwaited, ArchiveRoom, MemberChase, BriefingDue, ActionDue, ReportReminder, LastMoment,
)  # fmt: skip


def _pattern(kind: type[TimerName]) -> re.Pattern[str]:
    pattern = kind.text
    for key in fields(kind):
        group = r"\d+" if key.type == "int" else "[^/]+"
        pattern = pattern.replace(f"{{{key.name}}}", f"(?P<{key.name}>{group})")
    return re.compile(pattern)


_PATTERNS = [(kind, _pattern(kind)) for kind in KINDS]


@lru_cache(maxsize=4096)
def read(text: str) -> TimerName:
    """The name of that text."""
    for kind, pattern in _PATTERNS:
        if (found := pattern.fullmatch(text)) is not None:
            numbers = {key.name for key in fields(kind) if key.type == "int"}
            given: dict[str, Any] = found.groupdict()
            return kind(**{key: int(v) if key in numbers else v for key, v in given.items()})
    return Unknown(text)


def up(ladder: str) -> Callable[[TimerName], bool]:
    """Whether a timer is of the escalation up that ladder."""
    return lambda name: isinstance(name, LadderTimer) and name.ladder == ladder


N = TypeVar("N", bound=TimerName)


@dataclass(frozen=True, kw_only=True)
class Timer(Generic[N]):
    """A timer as a rule answers it. `due` is aware UTC."""

    name: N
    due: datetime
