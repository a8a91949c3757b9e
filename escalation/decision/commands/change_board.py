"""The commands about the advisory board on a change (Rule CHG-2)."""

from __future__ import annotations

from datetime import datetime

from escalation.decision.commands.change import OnChange
from escalation.records.change_board import Ballot


class CallBoard(OnChange):
    """The change manager puts it to the board; or gives the board another time."""

    due: datetime | None = None
    note: str = ""


class VoteOnChange(OnChange):
    """Vote as `asked` on the card, for one's own seat and for whom one represents."""

    ballot: Ballot
    reason: str = ""
    asked: int | None = None


class RepresentMember(OnChange):
    """Name who represents a member, who is asked to agree."""

    person: str
    member: str | None = None


class AgreeToRepresent(OnChange):
    """Agree to represent a member."""


class DeclineToRepresent(OnChange):
    """Do not represent a member."""

    reason: str
