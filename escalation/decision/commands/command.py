"""The fields of every command."""

from __future__ import annotations

from escalation.base.value import Value


class Command(Value):
    """Facts that every command states."""

    contract: str
    by: str
    source: str = "slash"
    key: str = ""
