"""Firing a due alarm: is it still true? then decide, and save (Rule ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalation.alarms import Alarm
from escalation.kinds import CRISIS, INCIDENT, REPORT, Kind, kind_of
from escalation.ports import Transaction
from escalation.turn import Turn
from escalation.usecases import crises, incidents, reports
from escalation.usecases.deliveries import find

Answer = Callable[[Transaction, Turn, Any, Alarm], Any]

ANSWERS: dict[Kind[Any], Answer] = {
    INCIDENT: incidents.answer,
    CRISIS: crises.answer,
    REPORT: reports.answer,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAlarm:
    """A timer row that came due."""

    contract: str
    subject: str
    name: str
    due: datetime
    generation: int


def ring(tx: Transaction, due: DueAlarm, now: datetime) -> bool:
    """Fire one alarm; False, and nothing is done, where it is past (its generation changed)."""
    record = find(tx, due.contract, due.subject)
    alarm = record.alarms.get(due.name)
    if alarm is None or alarm.generation != due.generation:
        return False
    contract = tx.contract_version(due.contract, record.contract_version)
    turn = Turn(now=now, contract=contract, late=max(now - alarm.due, timedelta(0)))
    ANSWERS[kind_of(record)](tx, turn, record, alarm)
    return True
