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
    """Close what is verified, and was closed by nobody."""

    text = "close/itself"


class CauseDue(TimerName):
    """Ask whether the cause is gone, which was not known when it was resolved."""

    text = "cause/ask"


class QualifyBy(TimerName):
    """The time to qualify is over."""

    text = "qualify/by"


class OnCallDue(TimerName):
    """Coverage ends: whoever is on call is told of what nobody has taken."""

    text = "oncall/tell"


class LoweringAwaited(TimerName):
    """The client's peers have not answered whether a priority 1 may be lowered."""

    text = "lowering/agree"


class WaitReminder(TimerName):
    """The client or a supplier is waited for still."""

    text = "wait/remind"
    repeats = True


class WaitEnd(TimerName):
    """The client or a supplier was waited for too long."""

    text = "wait/end"


class KeepInformed(TimerName):
    """Tell whoever was told of a delay how it stands."""

    text = "delay/inform"
    repeats = True
