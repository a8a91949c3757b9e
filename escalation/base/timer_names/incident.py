"""The timers of the incident practice."""

from __future__ import annotations

from typing import Literal

from escalation.base.timer_names.timer_name import TimerName

Which = Literal["acknowledge", "restore"]


class TargetMark(TimerName):
    """So many per cent of a target have run."""

    text = "target/{which}/{percent}"
    which: Which
    percent: int


class VerifyChase(TimerName):
    """The requester is asked again to verify."""

    text = "verify/chase"


class VerifySilence(TimerName):
    """The requester was silent for so long that the incident may be closed."""

    text = "verify/silence"


class CloseReminder(TimerName):
    """The incident managers are reminded to close what is verified."""

    text = "close/remind"


class CloseByItself(TimerName):
    """What is verified, and was closed by nobody, closes."""

    text = "close/itself"
