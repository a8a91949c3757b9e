"""Who may do what: everyone is who Slack says, may do what the contract says (design, decision 14)."""

from __future__ import annotations

from escalation.commands import Command
from escalation.ports import Record
from escalation.turn import Turn


def require(turn: Turn, command: Command, record: Record | None = None) -> None:
    """Raise NotAllowed("not_your_role", needed=[…]) unless the caller may give this command."""
