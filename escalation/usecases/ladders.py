"""Use cases of ladders: what people ask of an escalation (Rules ESC-2, ESC-6).

Alarms of ladders belong to their incident: `usecases.incidents.answer` hands them to `ladder.ring`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation import authority, ladder_moves, targets
from escalation.commands import (
    AcknowledgePing,
    AddToRung,
    Command,
    EscalateUp,
    HandOverPing,
    OnLadder,
    SettleLadder,
    SnoozeLadder,
    StepDown,
)
from escalation.contract import PROVIDER
from escalation.incident import Incident
from escalation.kinds import INCIDENT, Record
from escalation.ports import Transaction
from escalation.turn import Turn
from escalation.walk import Walk


def escalate_up(tx: Transaction, turn: Turn, command: EscalateUp) -> Incident:
    """Start the walk, or take it one rung up."""
    incident = _incident(tx, turn, command)
    return ladder_moves.escalate(turn, incident, ladder_id=command.ladder, reason=command.reason)


def acknowledge_ping(tx: Transaction, turn: Turn, command: AcknowledgePing) -> Incident:
    """Take the point for one's side; for the provider, that acknowledges the incident too."""
    incident, walk = _walk(tx, turn, command)
    incident = ladder_moves.acknowledge(turn, incident, walk, rung=command.rung)
    if ladder_moves.side_of(turn, walk, turn.actor) == PROVIDER:
        incident = targets.acknowledged(turn, incident)
    return incident


def hand_over_ping(tx: Transaction, turn: Turn, command: HandOverPing) -> Incident:
    """Give one's place to somebody else."""
    incident, walk = _walk(tx, turn, command)
    return ladder_moves.hand_over(turn, incident, walk, to=command.to)


def add_to_rung(tx: Transaction, turn: Turn, command: AddToRung) -> Incident:
    """Have somebody called as well."""
    incident, walk = _walk(tx, turn, command)
    return ladder_moves.add(turn, incident, walk, person=command.person)


def snooze_ladder(tx: Transaction, turn: Turn, command: SnoozeLadder) -> Incident:
    """Put the next automatic steps off."""
    incident, walk = _walk(tx, turn, command)
    return ladder_moves.snooze(turn, incident, walk)


def step_down(tx: Transaction, turn: Turn, command: StepDown) -> Incident:
    """Give the point back to the level below."""
    incident, walk = _walk(tx, turn, command)
    return ladder_moves.step_down(turn, incident, walk, reason=command.reason)


def settle_ladder(tx: Transaction, turn: Turn, command: SettleLadder) -> Incident:
    """End the walk."""
    incident, walk = _walk(tx, turn, command)
    return ladder_moves.settle(turn, incident, walk, note=command.note)


def _incident(tx: Transaction, turn: Turn, command: OnLadder) -> Incident:
    incident = tx.get(INCIDENT, command.contract, command.incident)
    turn.contract = tx.contract_version(incident.contract, incident.contract_version)
    authority.require(turn, command, incident)
    return incident


def _walk(tx: Transaction, turn: Turn, command: OnLadder) -> tuple[Incident, Walk]:
    incident = _incident(tx, turn, command)
    return incident, ladder_moves.active_walk(turn, incident, command.ladder)


DEEDS: dict[type[Command], Callable[[Transaction, Turn, Any], Record]] = {
    EscalateUp: escalate_up,
    AcknowledgePing: acknowledge_ping,
    HandOverPing: hand_over_ping,
    AddToRung: add_to_rung,
    SnoozeLadder: snooze_ladder,
    StepDown: step_down,
    SettleLadder: settle_ladder,
}
