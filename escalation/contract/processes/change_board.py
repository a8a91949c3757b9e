"""The advisory board on changes [comité consultatif des changements] (Rule CHG-2)."""

from __future__ import annotations

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value


class BoardRules(Value):
    """Rules of the contract about the board. It sits with votes of at least `quorum` members.

    The papers go out `papers_before` it may decide; it decides `decide_within` from then on.
    """

    members: tuple[str, ...]
    quorum: int
    papers_before: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)
    decide_within: Duration = Duration(days=3, clock=Clock.WORKING_DAYS)
    remind_every: Duration = Duration(days=1, clock=Clock.WORKING_DAYS)
