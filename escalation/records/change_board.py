"""The advisory board [CAB] on a change: its papers, who votes for whom, what it decided (CHG-2)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.value import Value


class Ballot(StrEnum):
    """Votes that somebody can cast."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Vote(Value):
    """A vote for one member's seat, by whoever gave it; the reason is asked of a "no"."""

    by: str
    at: datetime
    ballot: Ballot
    reason: str = ""


class Delegate(Value):
    """A person who represents a member: named by somebody, and asked whether they agree."""

    person: str
    asked_by: str
    agreed: bool = False


class Board(Value):
    """A board that decides on one change. A seat goes by the member whom the contract names."""

    called_by: str
    called_at: datetime
    opens_at: datetime  # the papers have been out for as long as agreed: from now on it decides
    due: datetime
    note: str = ""  # of whoever called it, to its members
    papers: int = 1  # how often they went out, having changed
    sent: tuple[str, ...] = ()  # who has these papers
    votes: dict[str, Vote] = field(default_factory=dict)  # member → vote
    delegates: dict[str, Delegate] = field(default_factory=dict)  # member → who represents them
    decided_at: datetime | None = None
    approved: bool | None = None
