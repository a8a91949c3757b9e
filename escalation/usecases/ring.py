"""Firing a due alarm: is it still true? then decide, and save (Rule ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalation.alarms import Alarm
from escalation.ports import Record, Transaction
from escalation.turn import Turn
from escalation.usecases import crises, incidents, reports

Answer = Callable[[Transaction, Turn, Any, Alarm], Any]


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
    record, answer = _load(tx, due)
    alarm = record.alarms.get(due.name)
    if alarm is None or alarm.generation != due.generation:
        return False
    contract = tx.contract_version(due.contract, record.contract_version)
    turn = Turn(now=now, contract=contract, late=max(now - alarm.due, timedelta(0)))
    answer(tx, turn, record, alarm)
    return True


def _load(tx: Transaction, due: DueAlarm) -> tuple[Record, Answer]:
    kind = due.subject.partition("-")[0]
    if kind == "INC":
        return tx.incident(due.contract, due.subject), incidents.answer
    if kind == "CRI":
        return tx.crisis(due.contract, due.subject), crises.answer
    return tx.report(due.contract, due.subject), reports.answer
