"""Use cases of reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.alarms import Alarm
from escalation.commands import Command
from escalation.ports import Record, Transaction
from escalation.turn import Turn

DEEDS: dict[type[Command], Callable[[Transaction, Turn, Any], Record]] = {}


def answer(tx: Transaction, turn: Turn, record: Any, alarm: Alarm) -> None:
    """Answer a due alarm of one of these records, and save."""
